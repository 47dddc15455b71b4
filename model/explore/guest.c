/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a guest does with the VF that it has. */
#include "world.h"

#define NEXT(i, entries) ((uint8_t)(((i) + 1u) % (entries)))
#define ADMIN_ENTRIES 2
#define CDW11_PC 1u
#define CDW11_IEN 2u
#define MSIX_MESSAGE UINT64_C(0xFEE00000)

static void write32(struct world *w, unsigned int fn, uint32_t offset, uint32_t value)
{
	lm_bar_write(w->dev, fn, offset, value, 4);
}

static void ring(struct world *w, unsigned int fn, unsigned int qid, bool cq, unsigned int value)
{
	write32(w, fn, LM_BAR_DOORBELLS + 8 * qid + (cq ? 4 : 0), value);
}

struct guest *guest_of(struct world *w, unsigned int vf)
{
	unsigned int guest = w->host.vf[vf].guest;

	return guest && w->host.guest[guest - 1].alive ? &w->host.guest[guest - 1] : NULL;
}

/* One command of the VF's admin queue, ended; VFs' admin commands take the medium's time. */
static void admin(struct world *w, unsigned int fn, unsigned int index)
{
	struct host *h = &w->host;
	unsigned int i;

	w->admin_done = false;
	ring(w, fn, 0, false, (index + 1) % ADMIN_ENTRIES);
	settle(w);
	for (i = 0; i < h->num_pending && (h->pending[i] >> 8 & 31) != fn; i++)
		;
	if (i < h->num_pending) {
		uint32_t tag = h->pending[i];

		h->pending[i] = h->pending[--h->num_pending];
		lm_backend_done(w->dev, tag, 0);
		settle(w);
	}
	ring(w, fn, 0, true, (index + 1) % ADMIN_ENTRIES);
	if (!w->admin_done)
		fail(w, "VF %u does not answer its admin queue", fn);
}

static void create(struct world *w, unsigned int fn, uint8_t opc, unsigned int owner,
		   unsigned int pair)
{
	bool cq = opc == LM_ADM_CREATE_CQ;
	uint32_t qid = pair + 1;

	memset(w->admin_sqe, 0, sizeof(w->admin_sqe));
	w->admin_sqe[LM_SQE_OPC] = opc;
	lm_put_le64(w->admin_sqe + LM_SQE_PRP1,
		    ADDRESS(owner, (cq ? REGION_CQ : REGION_SQ) + pair));
	lm_put_le32(w->admin_sqe + LM_SQE_CDW10, qid | (w->scope.entries - 1) << 16);
	lm_put_le32(w->admin_sqe + LM_SQE_CDW11, CDW11_PC | (cq ? CDW11_IEN : 0) | qid << 16);
	admin(w, fn, 2 * pair + !cq);
}

static unsigned int unbound(const struct world *w)
{
	unsigned int i;

	for (i = 0; i + 1 < w->scope.vfs && w->host.guest[i].alive; i++)
		;
	return i;
}

void guest_restore_pci(struct world *w, unsigned int vf)
{
	unsigned int i;

	w->host.vf[vf].master = 1;
	lm_pci_command(w->dev, vf, true, true, false);
	for (i = 0; i <= w->scope.pairs; i++) {
		lm_bar_write(w->dev, vf, LM_BAR_MSIX_TABLE + 16 * i, MSIX_MESSAGE, 8);
		lm_bar_write(w->dev, vf, LM_BAR_MSIX_TABLE + 16 * i + 8, i, 8);
	}
	lm_pci_msix(w->dev, vf, true, false);
}

static void enable(struct world *w, unsigned int vf, unsigned int owner)
{
	guest_restore_pci(w, vf);
	write32(w, vf, LM_REG_AQA, (ADMIN_ENTRIES - 1) | (ADMIN_ENTRIES - 1) << 16);
	lm_bar_write(w->dev, vf, LM_REG_ASQ, ADDRESS(owner, REGION_ASQ), 8);
	lm_bar_write(w->dev, vf, LM_REG_ACQ, ADDRESS(owner, REGION_ACQ), 8);
	write32(w, vf, LM_REG_CC, LM_CC_EN | LM_SQES << 16 | LM_CQES << 20);
	settle(w);
	if (!(lm_bar_read(w->dev, vf, LM_REG_CSTS, 4) & LM_CSTS_RDY))
		fail(w, "VF %u does not become ready", vf);
}

bool guest_can_boot(const struct world *w, unsigned int vf)
{
	const struct vf_view *v = &w->host.vf[vf];
	unsigned int i;

	if (!v->exists || v->stale || v->loaded || v->guest || w->host.guest[unbound(w)].alive ||
	    lm_vf_state(w->dev, vf) != LM_STATE_ACTIVE)
		return false;
	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] != PF_NONE && w->host.pf.vf[i] == vf)
			return false;
	}
	return true;
}

void guest_boot(struct world *w, unsigned int vf)
{
	unsigned int index = unbound(w), i;
	struct guest *g = &w->host.guest[index];

	memset(g, 0, sizeof(*g));
	w->macro = true;
	enable(w, vf, index + 1);
	for (i = 0; i < w->scope.pairs && !w->violation; i++) {
		create(w, vf, LM_ADM_CREATE_CQ, index + 1, i);
		create(w, vf, LM_ADM_CREATE_SQ, index + 1, i);
		g->pair[i].cq_phase = 1;
	}
	w->macro = false;
	g->alive = 1;
	g->vf = (uint8_t)vf;
	w->host.vf[vf].guest = (uint8_t)(index + 1);
}

static bool stands_still(const struct world *w, unsigned int vf)
{
	unsigned int guest = w->host.vf[vf].guest;

	return !guest || !w->host.guest[guest - 1].alive || pf_holds(w, guest);
}

/* A command that has no CQE yet, or whose CQE is not consumed, keeps its CID. */
static unsigned int free_cid(const struct world *w, const struct pair *p)
{
	unsigned int cid;

	for (cid = 0; cid + 1 < w->scope.entries && (p->waiting >> cid & 1); cid++)
		;
	return cid;
}

bool guest_can_read(const struct world *w, unsigned int vf, unsigned int pair)
{
	const struct pair *p;

	if (stands_still(w, vf))
		return false;
	p = &w->host.guest[w->host.vf[vf].guest - 1].pair[pair];
	return NEXT(p->sq_tail, w->scope.entries) != p->sq_head &&
	       free_cid(w, p) + 1 < w->scope.entries;
}

/* The doorbells of an image's VF are not in the image any more. */
static void outdates(struct world *w, unsigned int guest)
{
	unsigned int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] == PF_SAVE && w->host.vf[w->host.pf.vf[i]].guest == guest)
			w->host.pf.overtaken[i] = 1;
	}
	if (w->host.image.guest == guest)
		w->host.image.guest = 0;
}

void guest_read(struct world *w, unsigned int vf, unsigned int pair)
{
	unsigned int guest = w->host.vf[vf].guest;
	struct pair *p = &w->host.guest[guest - 1].pair[pair];
	unsigned int cid = free_cid(w, p);

	outdates(w, guest);
	p->sq[p->sq_tail] = (uint8_t)cid;
	p->waiting |= (uint8_t)(1u << cid);
	if (!w->host.vf[vf].master)
		p->may_fail |= (uint8_t)(1u << cid);
	p->sq_tail = NEXT(p->sq_tail, w->scope.entries);
	ring(w, vf, pair + 1, false, p->sq_tail);
}

void guest_consume(struct world *w, unsigned int vf, unsigned int pair)
{
	unsigned int guest = w->host.vf[vf].guest;
	struct pair *p = &w->host.guest[guest - 1].pair[pair];

	outdates(w, guest);
	p->sq_head = p->sqhd[p->cq_head];
	p->sqhd[p->cq_head] = 0;
	p->cq_head = NEXT(p->cq_head, w->scope.entries);
	pf_crossed(w, vf, CROSSED_ROOM);
	if (!--p->unread)
		p->interrupted = 0;
	ring(w, vf, pair + 1, true, p->cq_head);
}

void guest_completed(struct world *w, unsigned int guest, unsigned int pair, uint64_t offset,
		     const uint8_t *cqe)
{
	struct pair *p = &w->host.guest[guest].pair[pair];
	uint16_t status = lm_get_le16(cqe + LM_CQE_STATUS);
	uint16_t cid = lm_get_le16(cqe + LM_CQE_CID);

	if (!w->host.guest[guest].alive || offset != p->cq_tail * (uint64_t)LM_CQE_SIZE ||
	    (status & 1) != p->cq_phase || p->unread + 1u == w->scope.entries)
		fail(w, "guest %u: a CQE where none belongs", guest + 1);
	else if (cid >= w->scope.entries || !(p->waiting >> cid & 1))
		fail(w, "guest %u: CID %u completes, which nobody waits for", guest + 1, cid);
	else if (status >> 1 &&
		 !((p->may_fail >> cid & 1) && (status >> 1 & 0x7FF) == LM_SC_DATA_TRANSFER))
		fail(w, "guest %u: CID %u ends %03Xh", guest + 1, cid, status >> 1 & 0x7FF);
	else if (lm_get_le16(cqe + LM_CQE_SQHD) >= w->scope.entries)
		fail(w, "guest %u: an SQ head beyond the queue", guest + 1);
	if (w->violation)
		return;
	p->waiting &= (uint8_t) ~(1u << cid);
	p->may_fail &= p->waiting;
	p->fetched &= p->waiting;
	p->sqhd[p->cq_tail] = (uint8_t)lm_get_le16(cqe + LM_CQE_SQHD);
	p->cq_tail = NEXT(p->cq_tail, w->scope.entries);
	p->cq_phase ^= p->cq_tail == 0;
	p->unread++;
}

void guest_dies(struct world *w, unsigned int guest)
{
	unsigned int vf;

	if (!guest)
		return;
	memset(&w->host.guest[guest - 1], 0, sizeof(w->host.guest[0]));
	outdates(w, guest);
	for (vf = 1; vf <= MAX_VFS; vf++) {
		if (w->host.vf[vf].guest == guest)
			w->host.vf[vf].guest = 0;
		if (w->host.vf[vf].loaded == guest) {
			w->host.vf[vf].loaded = 0;
			w->host.vf[vf].stale = 1;
		}
	}
}

/* An image of the guest is somewhere: a reset of its VF does not end it. */
static bool survives(const struct world *w, unsigned int guest, unsigned int vf)
{
	unsigned int i;

	for (i = 1; i <= MAX_VFS; i++) {
		if (i != vf && w->host.vf[i].loaded == guest)
			return true;
	}
	return w->host.image.guest == guest;
}

void guest_reset(struct world *w, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];
	unsigned int guest = v->guest ? v->guest : v->loaded;

	if (guest && v->guest && survives(w, guest, vf)) {
		w->host.guest[guest - 1].vf = 0;
		v->guest = 0;
	} else if (guest && !survives(w, guest, vf) && (v->guest || !w->host.guest[guest - 1].vf)) {
		guest_dies(w, guest);
	}
	*v = (struct vf_view){ .exists = v->exists };
	pf_overtake(w, vf);
}

void guest_loses_bus(struct world *w, unsigned int vf)
{
	const struct vf_view *v = &w->host.vf[vf];
	unsigned int guest = v->guest ? v->guest : v->loaded, i;

	for (i = 0; guest && i < MAX_PAIRS; i++) {
		struct pair *p = &w->host.guest[guest - 1].pair[i];

		p->may_fail = p->waiting;
	}
}
