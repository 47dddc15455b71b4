/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Completions: posted to their CQ, or parked where it is full. */
#include <string.h>

#include "second.h"

static bool cq_full(const uint8_t *cq)
{
	unsigned int tail = lm_get_le16(cq + LM_CQ_TAIL);
	unsigned int next = tail == lm_get_le16(cq + LM_CQ_QSIZE) ? 0 : tail + 1;

	return next == lm_get_le16(cq + LM_CQ_HEAD);
}

/*
 * Phase tag and SQ head pointer are those of now (LM-IOF-140). Without a bus
 * no one reads the entry: the reply to ADMIN stands for it.
 */
static void post_entry(struct device *dev, struct vf *vf, uint8_t *cq, const uint8_t *slot)
{
	unsigned int flags = lm_get_le16(cq + LM_CQ_FLAGS);
	unsigned int tail = lm_get_le16(cq + LM_CQ_TAIL);
	unsigned int sqid = lm_get_le16(slot + LM_PRK_SQID);
	const uint8_t *sq = queue_sq(&vf->live, sqid);
	uint8_t cqe[LM_CQE_SIZE];

	memcpy(cqe + LM_CQE_DW0, slot + LM_PRK_DW0, 8);
	lm_put_le16(cqe + LM_CQE_SQHD, sq ? lm_get_le16(sq + LM_SQ_HEAD) : 0);
	lm_put_le16(cqe + LM_CQE_SQID, (uint16_t)sqid);
	memcpy(cqe + LM_CQE_CID, slot + LM_PRK_CID, 2);
	lm_put_le16(cqe + LM_CQE_STATUS,
		    (uint16_t)(lm_get_le16(slot + LM_PRK_STATUS) << 1 | (flags & LM_CQ_F_PHASE)));
	if (dev->bus &&
	    !dev->bus->write(dev, vf->vfn, lm_get_le64(cq + LM_CQ_BASE) + LM_CQE_SIZE * tail, cqe,
			     sizeof(cqe)))
		work_fail(vf);

	if (tail == lm_get_le16(cq + LM_CQ_QSIZE)) {
		lm_put_le16(cq + LM_CQ_FLAGS, (uint16_t)(flags ^ LM_CQ_F_PHASE));
		lm_put_le16(cq + LM_CQ_TAIL, 0);
	} else {
		lm_put_le16(cq + LM_CQ_TAIL, (uint16_t)(tail + 1));
	}
}

static void interrupt(struct device *dev, const struct vf *vf, const uint8_t *cq)
{
	unsigned int vector = lm_get_le16(cq + LM_CQ_VECTOR);

	if (dev->bus && lm_get_le16(cq + LM_CQ_FLAGS) & LM_CQ_F_IEN && vector < vf->vectors)
		dev->bus->msix(dev, vf->vfn, vector);
}

static uint8_t *cq_of(struct vf_state *state, unsigned int sqid)
{
	const uint8_t *sq = queue_sq(state, sqid);

	return sq ? queue_cq(state, lm_get_le16(sq + LM_SQ_CQID)) : NULL;
}

static uint8_t *slot_of(struct vf_state *state, unsigned int i)
{
	return state->parked + i * LM_PRK_SIZE;
}

unsigned int post_nr_parked(struct vf_state *state)
{
	unsigned int i;

	for (i = 0; i < LM_PRK_SLOTS; i++)
		if (!lm_get_le16(slot_of(state, i) + LM_PRK_VALID))
			break;
	return i;
}

/* Each CQ in its order, with the others not held back by one that is full. */
void post_parked(struct device *dev, struct vf *vf)
{
	bool blocked[SM_QUEUES] = { false };
	bool posted[SM_QUEUES] = { false };
	struct vf_state *state = &vf->live;
	unsigned int used = post_nr_parked(state);
	unsigned int kept = 0;
	unsigned int i;

	for (i = 0; i < used; i++) {
		const uint8_t *slot = slot_of(state, i);
		uint8_t *cq = cq_of(state, lm_get_le16(slot + LM_PRK_SQID));
		unsigned int qid = cq ? lm_get_le16(cq + LM_CQ_QID) : 0;

		if (cq && !blocked[qid] && !cq_full(cq)) {
			post_entry(dev, vf, cq, slot);
			posted[qid] = true;
			continue;
		}
		blocked[qid] = true;
		memmove(slot_of(state, kept++), slot, LM_PRK_SIZE);
	}
	memset(slot_of(state, kept), 0, (LM_PRK_SLOTS - kept) * LM_PRK_SIZE);
	for (i = 0; i < state->nr_cqs; i++)
		if (posted[lm_get_le16(state->cqs[i])])
			interrupt(dev, vf, state->cqs[i]);
}

static bool has_parked(struct vf_state *state, const uint8_t *cq)
{
	unsigned int used = post_nr_parked(state);
	unsigned int i;

	for (i = 0; i < used; i++)
		if (cq_of(state, lm_get_le16(slot_of(state, i) + LM_PRK_SQID)) == cq)
			return true;
	return false;
}

/* False where the completion was parked: the host does not see it now. */
bool post_completion(struct device *dev, struct vf *vf, const struct completion *cpl)
{
	struct vf_state *state = &vf->live;
	uint8_t *cq = cq_of(state, cpl->sqid);
	uint8_t slot[LM_PRK_SIZE];
	unsigned int used;

	if (!cq)
		return false;
	lm_put_le16(slot + LM_PRK_SQID, (uint16_t)cpl->sqid);
	lm_put_le16(slot + LM_PRK_CID, (uint16_t)cpl->cid);
	lm_put_le16(slot + LM_PRK_STATUS, cpl->status);
	lm_put_le16(slot + LM_PRK_VALID, 1);
	lm_put_le32(slot + LM_PRK_DW0, cpl->dw0);
	lm_put_le32(slot + LM_PRK_DW1, cpl->dw1);
	if (!cq_full(cq) && !has_parked(state, cq)) {
		post_entry(dev, vf, cq, slot);
		interrupt(dev, vf, cq);
		return true;
	}
	/* There is a slot: the VF fetches only while enough are free. */
	used = post_nr_parked(state);
	if (used < LM_PRK_SLOTS)
		memcpy(slot_of(state, used), slot, sizeof(slot));
	return false;
}

/* LM-RSM-060: one too many does no harm. */
void post_interrupts(struct device *dev, struct vf *vf)
{
	uint32_t i;

	for (i = 0; i < vf->live.nr_cqs; i++) {
		const uint8_t *cq = vf->live.cqs[i];

		if (lm_get_le16(cq + LM_CQ_HEAD) != lm_get_le16(cq + LM_CQ_TAIL))
			interrupt(dev, vf, cq);
	}
}
