/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Targets: what has to be known and allowed before anything is sent, and their end. */
#include <string.h>
#include <sys/mman.h>

#include "capability.h"
#include "guard.h"
#include "migrate.h"
#include "nvme-base.h"
#include "prepare.h"
#include "say.h"

#define NS_PER_MS UINT64_C(1000000)
#define LIMIT_UNIT (100 * NS_PER_MS)

/* Blocks of the scratch range where a target gives its whole namespace. */
#define DEFAULT_BLOCKS 2048u
#define ID_NS_NSZE 0
#define ID_NS_FLBAS 26
#define ID_NS_LBAF 128
#define ONCS_WRITE_ZEROES 0x08u

static void judge_probe(struct mg *m, struct mg_side *s, const char *i_own)
{
	static const enum ct_cap needs[] = { CT_CAP_VF_REGS, CT_CAP_DMA, CT_CAP_FLR };
	const struct ct_probe *p = s->probe;
	char why[96];
	unsigned int i;

	ct_guard_claim(p, i_own);
	if (!p->has_id)
		ct_die("target %s: it has no way to the PF's admin queue", s->name);
	if (!p->lm) {
		mg_stop(&m->out, CT_EXIT_ABSENT,
			"%s: live migration not supported: Identify Controller byte 3072 = %02Xh",
			s->name, p->id[LM_ID_CAPABILITY]);
		return;
	}
	if (!ct_guard_open(p, i_own, why, sizeof(why)))
		ct_die("target %s: %s, so the five opcodes are not sent; claim it by --i-own=SERIAL",
		       s->name, why);
	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (!(p->info.caps & CT_CAP(needs[i])))
			ct_die("target %s lacks %s%s%s", s->name, ct_cap_names[needs[i]].name,
			       *p->info.reason[needs[i]] ? ": " : "", p->info.reason[needs[i]]);
	if (!(p->info.caps & CT_CAP(CT_CAP_FRESH)) && !m->a.scratch.nsid && !m->a.load_from)
		ct_die("the guest overwrites blocks: say which by --scratch NSID:LBA:BLOCKS");
}

static bool probe_side(struct mg *m, struct mg_side *s, const char *i_own)
{
	struct ct_options o = { .time_limit = m->a.time_limit };

	ct_options_target(&o, s->name);
	s->t.ops = o.ops;
	ct_prepare(&o);
	if (!ct_probe(&o, &s->probe))
		return mg_stop(&m->out, CT_EXIT_PARTIAL, "interrupted");
	judge_probe(m, s, i_own);
	return !m->out.stopped;
}

static bool open_side(struct mg *m, struct mg_side *s)
{
	const uint8_t *id = s->probe->id;
	uint64_t limit = 0;
	const char *colon = strchr(s->name, ':');

	if (s->t.ops->open(&s->t, colon ? colon + 1 : ""))
		ct_die("target %s: %s", s->name, s->t.error);
	s->opened = true;
	if (m->a.by_driver && !s->t.ops->vfio_state)
		ct_die("--by-driver: no VFIO driver holds the VFs of target %s", s->name);
	if (s->probe->uuid)
		limit = lm_get_le16(id + LM_ID_SUSPEND_LIMIT) * LIMIT_UNIT;
	return mg_pf_open(&s->pf, &s->t, &m->out, s->probe->uuid, limit);
}

static void check_vfs(struct mg *m)
{
	unsigned int vfs = m->side[0].t.info.num_vfs;
	unsigned int to_vfs = m->side[m->sides - 1].t.info.num_vfs;

	if (!vfs || !to_vfs ||
	    (m->sides == 1 && vfs < 2 && m->a.count && !m->a.save_to && !m->a.load_from))
		ct_die("there are not enough VFs: enable them by sriov_numvfs (at least 2 of one PF)");
	if (m->a.vf > vfs || m->a.to_vf > to_vfs)
		ct_die("%s %u: there are %u VFs", m->a.vf > vfs ? "--vf" : "--to-vf",
		       m->a.vf > vfs ? m->a.vf : m->a.to_vf, m->a.vf > vfs ? vfs : to_vfs);
}

bool mg_open(struct mg *m)
{
	unsigned int i;

	m->sides = m->a.to ? 2 : 1;
	m->side[0].name = m->a.target;
	m->side[1].name = m->a.to;
	for (i = 0; i < m->sides; i++)
		if (!probe_side(m, &m->side[i], m->a.i_own[i]))
			return false;
	for (i = 0; i < m->sides; i++)
		if (!open_side(m, &m->side[i]))
			return false;
	check_vfs(m);
	return true;
}

static void reset_touched(struct mg *m, unsigned int side)
{
	unsigned int vf;

	for (vf = 1; vf < CT_MAX_FUNCTIONS; vf++)
		if (m->side[side].touched[vf])
			mg_reset_vf(m, (struct mg_place){ side, vf });
}

void mg_close(struct mg *m)
{
	unsigned int i;

	for (i = 0; i < m->sides; i++) {
		if (!m->side[i].opened)
			continue;
		reset_touched(m, i);
		mg_pf_close(&m->side[i].pf);
		m->side[i].t.ops->close(&m->side[i].t);
		m->side[i].opened = false;
	}
}

static bool identify_namespace(struct mg *m, uint32_t nsid, uint8_t id[LM_ID_SIZE])
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_IDENTIFY };
	struct ct_cqe cqe;

	lm_put_le32(sqe + LM_SQE_NSID, nsid);
	memset(id, 0, LM_ID_SIZE);
	if (!mg_pf_command(&m->side[0].pf, sqe, id, LM_ID_SIZE, CT_DIR_TO_HOST, &cqe))
		return false;
	if (cqe.status || !lm_get_le64(id + ID_NS_NSZE))
		return mg_stop(&m->out, CT_EXIT_USAGE, "there is no namespace %u", nsid);
	return true;
}

bool mg_shape(struct mg *m, struct mg_shape *shape)
{
	const uint8_t *ctrl = m->side[0].probe->id;
	uint32_t nsid = m->a.scratch.nsid ? m->a.scratch.nsid : 1;
	uint64_t nsze, nlb = m->a.scratch.nlb ? m->a.scratch.nlb : DEFAULT_BLOCKS;
	uint8_t id[LM_ID_SIZE], mdts = ctrl[NVME_ID_MDTS];
	const char *wrong;

	if (!identify_namespace(m, nsid, id))
		return false;
	nsze = lm_get_le64(id + ID_NS_NSZE);
	if (!m->a.scratch.nsid && nlb > nsze)
		nlb = nsze;
	if (m->a.scratch.slba > nsze || nlb > nsze - m->a.scratch.slba)
		return mg_stop(&m->out, CT_EXIT_USAGE, "--scratch: namespace %u has %llu blocks",
			       nsid, (unsigned long long)nsze);
	*shape = (struct mg_shape){
		.iova = m->next_iova ? m->next_iova : MG_IOVA,
		.slba = m->a.scratch.slba,
		.blocks = nlb > MG_MAX_BLOCKS ? MG_MAX_BLOCKS : (uint32_t)nlb,
		.nsid = nsid,
		.block = 1u << (lm_get_le32(id + ID_NS_LBAF + 4 * (id[ID_NS_FLBAS] & 15)) >> 16 &
				31),
		.pairs = m->a.pairs,
		.depth = m->a.depth,
		.sq_entries = m->a.depth + 1,
		.cq_entries = m->a.cq_entries ? m->a.cq_entries : m->a.depth + 1,
		.max_transfer = mdts && mdts < 2 ? NVME_PAGE << mdts : MG_TRANSFER,
		.irq = !!(m->side[0].t.info.caps & CT_CAP(CT_CAP_IRQ)),
		.zeroes = !!(lm_get_le16(ctrl + NVME_ID_ONCS) & ONCS_WRITE_ZEROES),
	};
	wrong = mg_shape_check(shape);
	return !wrong || mg_stop(&m->out, CT_EXIT_USAGE, "%s", wrong);
}

static bool map_in(struct mg *m, struct mg_side *s, uint64_t iova)
{
	if (!s->t.ops->dma_map)
		return mg_stop(
			&m->out, CT_EXIT_USAGE,
			"target %s cannot map the guest's memory at an address of its choice",
			s->name);
	if (s->t.ops->dma_map(&s->t, m->arena, m->layout.length, iova))
		return mg_broken(&m->out, &s->t, "mapping the guest's memory");
	return true;
}

bool mg_map_arena(struct mg *m, const struct mg_shape *shape)
{
	unsigned int i;

	mg_layout(&m->layout, shape);
	m->arena = mmap(NULL, m->layout.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	if (m->arena == MAP_FAILED) {
		m->arena = NULL;
		return mg_stop(&m->out, CT_EXIT_USAGE, "no %zu bytes of memory for a guest",
			       m->layout.length);
	}
	m->next_iova = shape->iova + m->layout.length;
	for (i = 0; i < m->sides; i++)
		if (!map_in(m, &m->side[i], shape->iova))
			return false;
	return true;
}

bool mg_prepare(struct mg *m, struct mg_place p, const struct mg_shape *shape)
{
	struct mg_side *s = &m->side[p.side];
	const struct ct_target_ops *ops = s->t.ops;

	if (s->t.info.caps & CT_CAP(CT_CAP_PCI_COMMAND) &&
	    ops->pci_command(&s->t, p.vf, true, true, shape->irq, false))
		return mg_broken(&m->out, &s->t, "the VF's Command register");
	if (shape->irq && ops->irq_setup(&s->t, p.vf, shape->pairs + 1))
		return mg_broken(&m->out, &s->t, "MSI-X of the VF");
	return true;
}

bool mg_reach(struct mg *m, struct mg_place p)
{
	struct mg_side *s = &m->side[p.side];

	s->touched[p.vf] = true;
	if (s->t.ops->reach && s->t.ops->reach(&s->t, p.vf))
		return mg_broken(&m->out, &s->t, "reaching the VF");
	return true;
}

bool mg_reset_vf(struct mg *m, struct mg_place p)
{
	struct ct_target *t = &m->side[p.side].t;

	if (t->ops->reset(t, p.vf, CT_RESET_FLR))
		return mg_broken(&m->out, t, "Function Level Reset of the VF");
	return true;
}
