/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the device did, and proof that it did nothing. */
#include <string.h>

#include "internal.h"

static const char *const kinds_names[] = {
	[CT_EV_DMA_READ] = "DMA read",	    [CT_EV_DMA_WRITE] = "DMA write",
	[CT_EV_DMA_FAULT] = "refused DMA",  [CT_EV_MSIX] = "MSI-X message",
	[CT_EV_REG_READ] = "register read", [CT_EV_REG_WRITE] = "register write",
	[CT_EV_MEDIA] = "media request",    [CT_EV_COMMAND] = "fetched command",
};

uint64_t hn_mark(struct ct *ct)
{
	struct ct_event ev[HN_BATCH];
	unsigned int num;

	if (!hn_host.last_seq)
		hn_host.last_seq = hn_journal_end(ct);
	while (hn_batch(ct, &hn_host.last_seq, ev, &num))
		;
	return hn_host.last_seq;
}

/* As hn_events(), of the PF too: for what no reading of the journal causes. */
static unsigned int events(struct ct *ct, uint64_t mark, unsigned int fn, unsigned int kinds,
			   struct ct_event *out, unsigned int max)
{
	unsigned int i, num, found = 0;
	struct ct_event ev[HN_BATCH];
	bool more;

	do {
		more = hn_batch(ct, &mark, ev, &num);
		for (i = 0; i < num; i++) {
			if (!(kinds & HN_EV(ev[i].kind)) || (fn != HN_ANY_FN && ev[i].fn != fn))
				continue;
			if (out && found < max)
				out[found] = ev[i];
			found++;
		}
	} while (more);
	return found;
}

unsigned int hn_events(struct ct *ct, uint64_t mark, unsigned int fn, unsigned int kinds,
		       struct ct_event *out, unsigned int max)
{
	if (!hn_sees(ct, fn))
		ct_not_applicable(
			ct, "the journal is read by commands to the PF, which are its own events");
	return events(ct, mark, fn, kinds, out, max);
}

unsigned int hn_fetched_five(struct ct *ct, uint64_t mark, struct ct_event *ev, unsigned int max)
{
	struct ct_event all[HN_BATCH];
	unsigned int num = events(ct, mark, 0, HN_EV(CT_EV_COMMAND), all, HN_BATCH), found = 0;

	for (unsigned int i = 0; i < num && i < HN_BATCH; i++)
		if (!all[i].vector && hn_is_five((uint8_t)all[i].data) && found++ < max)
			ev[found - 1] = all[i];
	return found;
}

unsigned int hn_faults(struct ct *ct, uint64_t mark, struct ct_event *ev)
{
	return events(ct, mark, HN_ANY_FN, HN_EV(CT_EV_DMA_FAULT), ev, 1);
}

void hn_check_silent(struct ct *ct, uint64_t mark, unsigned int fn, unsigned int kinds,
		     const char *what)
{
	struct ct_event ev = { 0 };
	unsigned int num = hn_events(ct, mark, fn, kinds, &ev, 1);

	ct_check(ct, !num, "%s: function %u made %u events, the first a %s at %llxh of %u", what,
		 fn, num, kinds_names[ev.kind], (unsigned long long)ev.addr, ev.len);
}

struct hn_view hn_look(struct ct *ct, uint16_t vf)
{
	struct hn_view view = { .vf = vf };
	struct ct_cqe cqe;

	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, vf, &cqe);
	if (cqe.status == LM_SC_SUCCESS || cqe.status == LM_SC_SEQUENCE) {
		view.has_state = true;
		view.state = ct_profile_proposal(ct) ? (int)(cqe.dw1 & 3) : -1;
		view.size = cqe.status == LM_SC_SUCCESS ? cqe.dw0 : 0;
	}
	if (hn_has(ct, VF_REGS)) {
		view.has_regs = true;
		view.cap = hn_read64(ct, vf, NVME_REG_CAP);
		view.asq = hn_read64(ct, vf, NVME_REG_ASQ);
		view.acq = hn_read64(ct, vf, NVME_REG_ACQ);
		view.vs = hn_read32(ct, vf, NVME_REG_VS);
		view.cc = hn_read32(ct, vf, NVME_REG_CC);
		view.csts = hn_read32(ct, vf, NVME_REG_CSTS);
		view.aqa = hn_read32(ct, vf, NVME_REG_AQA);
		view.intms = hn_read32(ct, vf, NVME_REG_INTMS);
	}
	if (hn_has(ct, JOURNAL)) {
		view.has_journal = true;
		view.mark = hn_mark(ct);
	}
	return view;
}

void hn_check_same(struct ct *ct, const struct hn_view *before, const char *what)
{
	struct hn_view now;
	unsigned int vf = before->vf;

	if (before->has_journal)
		hn_check_silent(ct, before->mark, vf, HN_EV_ACTS, what);
	now = hn_look(ct, before->vf);
	ct_check(ct, now.has_state == before->has_state && now.state == before->state,
		 "%s: VF %u was %s and is %s", what, vf, hn_state_name((unsigned int)before->state),
		 hn_state_name((unsigned int)now.state));
	ct_check(ct, now.size == before->size, "%s: the size of VF %u was %u and is %u", what, vf,
		 before->size, now.size);
	if (!before->has_regs)
		return;
	ct_check(ct, now.cc == before->cc && now.csts == before->csts,
		 "%s: CC of VF %u was %08Xh and is %08Xh, CSTS %08Xh and %08Xh", what, vf,
		 before->cc, now.cc, before->csts, now.csts);
	ct_check(ct, now.aqa == before->aqa && now.asq == before->asq && now.acq == before->acq,
		 "%s: AQA, ASQ or ACQ of VF %u changed", what, vf);
	ct_check(ct, now.intms == before->intms && now.cap == before->cap && now.vs == before->vs,
		 "%s: INTMS, CAP or VS of VF %u changed", what, vf);
}

/* The data block that holds an address, or NULL. */
static const struct hn_block *holds(uint64_t addr)
{
	size_t i;

	for (i = 0; i < hn_host.num_blocks; i++) {
		const struct hn_block *b = &hn_host.blocks[i];

		if (b->pooled && addr >= b->buf.iova && addr < b->buf.iova + b->size)
			return b;
	}
	return NULL;
}

void hn_check_transfers(struct ct *ct)
{
	const unsigned int dma = HN_EV(CT_EV_DMA_READ) | HN_EV(CT_EV_DMA_WRITE);
	uint64_t mark = hn_host.case_mark;
	struct ct_event ev[HN_BATCH];
	unsigned int i, num;
	bool more;

	do {
		more = hn_batch(ct, &mark, ev, &num);
		for (i = 0; i < num; i++) {
			const struct hn_block *b = dma & HN_EV(ev[i].kind) ? holds(ev[i].addr) :
									     NULL;

			if (b && b->data && ev[i].addr + ev[i].len > b->buf.iova + b->longest)
				ct_check(
					ct, false,
					"function %u: %s of %u bytes at %llxh, beyond the %zu bytes of its buffer",
					ev[i].fn, kinds_names[ev[i].kind], ev[i].len,
					(unsigned long long)ev[i].addr, b->longest);
		}
	} while (more);
}
