/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What an ACTIVE VF does by itself: parked completions, events, fetching, in the
 * order of LM-RSM-050 (latched CQ heads are in the queues already). I/O queues
 * are kept but not served, since this model has no I/O.
 */
#include <string.h>

#include "second.h"

static bool cq_full(const uint8_t *cq)
{
	unsigned int tail = lm_get_le16(cq + LM_CQ_TAIL);
	unsigned int next = tail == lm_get_le16(cq + LM_CQ_QSIZE) ? 0 : tail + 1;

	return next == lm_get_le16(cq + LM_CQ_HEAD);
}

/* No one reads the entry itself: the reply to ADMIN stands for it. */
static void post(uint8_t *cq)
{
	unsigned int tail = lm_get_le16(cq + LM_CQ_TAIL);

	if (tail == lm_get_le16(cq + LM_CQ_QSIZE)) {
		lm_put_le16(cq + LM_CQ_FLAGS, lm_get_le16(cq + LM_CQ_FLAGS) ^ LM_CQ_F_PHASE);
		lm_put_le16(cq + LM_CQ_TAIL, 0);
	} else {
		lm_put_le16(cq + LM_CQ_TAIL, (uint16_t)(tail + 1));
	}
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

static unsigned int nr_parked(struct vf_state *state)
{
	unsigned int i;

	for (i = 0; i < LM_PRK_SLOTS; i++)
		if (!lm_get_le16(slot_of(state, i) + LM_PRK_VALID))
			break;
	return i;
}

/* Each CQ in its order, with the others not held back by one that is full (LM-IOF-140). */
static void post_parked(struct vf_state *state)
{
	bool blocked[SM_QUEUES] = { false };
	unsigned int used = nr_parked(state);
	unsigned int kept = 0;
	unsigned int i;

	for (i = 0; i < used; i++) {
		const uint8_t *slot = slot_of(state, i);
		uint8_t *cq = cq_of(state, lm_get_le16(slot + LM_PRK_SQID));
		unsigned int qid = cq ? lm_get_le16(cq + LM_CQ_QID) : 0;

		if (cq && !blocked[qid] && !cq_full(cq)) {
			post(cq);
			continue;
		}
		blocked[qid] = true;
		memmove(slot_of(state, kept++), slot, LM_PRK_SIZE);
	}
	memset(slot_of(state, kept), 0, (LM_PRK_SLOTS - kept) * LM_PRK_SIZE);
}

static bool has_parked(struct vf_state *state, const uint8_t *cq)
{
	unsigned int used = nr_parked(state);
	unsigned int i;

	for (i = 0; i < used; i++)
		if (cq_of(state, lm_get_le16(slot_of(state, i) + LM_PRK_SQID)) == cq)
			return true;
	return false;
}

/* False where the completion was parked: the host does not see it now. */
static bool complete_admin(struct vf_state *state, unsigned int cid, unsigned int status,
			   uint32_t dw0)
{
	uint8_t *cq = state->cqs[0];
	uint8_t *slot;

	if (!cq_full(cq) && !has_parked(state, cq)) {
		post(cq);
		return true;
	}
	/* There is a slot: the VF fetches only while one is free. */
	slot = slot_of(state, nr_parked(state));
	lm_put_le16(slot + LM_PRK_CID, (uint16_t)cid);
	lm_put_le16(slot + LM_PRK_STATUS, (uint16_t)status);
	lm_put_le16(slot + LM_PRK_VALID, 1);
	lm_put_le32(slot + LM_PRK_DW0, dw0);
	return false;
}

static void remove_first(uint8_t *slots, unsigned int count, unsigned int size)
{
	memmove(slots, slots + size, (count - 1) * size);
	memset(slots + (count - 1) * size, 0, size);
}

/* An event takes a request, and masks its type until the log page is read. */
static void report_events(struct vf_state *state)
{
	unsigned int i = 0;

	while (i < LM_EVT_SLOTS && lm_get_le32(state->events + i * LM_EVT_SIZE + LM_EVT_VALID)) {
		uint8_t *event = state->events + i * LM_EVT_SIZE;
		uint32_t dw0 = lm_get_le32(event + LM_EVT_DW0);
		uint32_t masked = lm_get_le32(state->events + LM_EVT_MASKED);

		if (!lm_get_le16(state->aers + LM_AER_VALID) || nr_parked(state) == LM_PRK_SLOTS)
			return;
		if (masked >> (dw0 & 7) & 1) {
			i++;
			continue;
		}
		complete_admin(state, lm_get_le16(state->aers + LM_AER_CID), 0, dw0);
		lm_put_le32(state->events + LM_EVT_MASKED, masked | 1u << (dw0 & 7));
		remove_first(state->aers, LM_AER_SLOTS, LM_AER_SIZE);
		remove_first(event, LM_EVT_SLOTS - i, LM_EVT_SIZE);
	}
}

/* A queue in memory that does not answer is fatal for the controller. */
static const uint8_t *fetch(struct device *dev, struct vf *vf)
{
	uint8_t *sq = vf->live.sqs[0];
	unsigned int head = lm_get_le16(sq + LM_SQ_HEAD);
	uint64_t at = lm_get_le64(sq + LM_SQ_BASE) + LM_SQE_SIZE * (uint64_t)head;
	const uint8_t *sqe = guest_memory(dev, at);

	if (!sqe) {
		lm_put_le32(vf->live.regs + LM_REGS_CSTS,
			    lm_get_le32(vf->live.regs + LM_REGS_CSTS) | CSTS_CFS);
		return NULL;
	}
	lm_put_le16(sq + LM_SQ_HEAD,
		    (uint16_t)(head == lm_get_le16(sq + LM_SQ_QSIZE) ? 0 : head + 1));
	return sqe;
}

static bool may_work(const struct vf *vf)
{
	uint32_t csts = lm_get_le32(vf->live.regs + LM_REGS_CSTS);

	/* RDY, and neither CFS nor a shutdown (SHST). */
	return vf->state == LM_STATE_ACTIVE && (csts & 0xF) == CSTS_RDY;
}

/*
 * The command in slot is cmd, whose host waits for it; those of before have no
 * buffer any more and their completions go unseen.
 */
void work_run(struct device *dev, struct vf *vf, struct command *cmd, unsigned int slot)
{
	struct vf_state *state = &vf->live;
	const uint8_t *sq = state->sqs[0];

	if (!may_work(vf))
		return;
	post_parked(state);
	report_events(state);
	while (lm_get_le16(sq + LM_SQ_HEAD) != lm_get_le16(sq + LM_SQ_TAIL) && may_work(vf) &&
	       nr_parked(state) < LM_PRK_SLOTS) {
		struct command older = { .function = vf->vfn };
		bool expected = cmd && lm_get_le16(sq + LM_SQ_HEAD) == slot;
		struct command *now = expected ? cmd : &older;
		const uint8_t *sqe = fetch(dev, vf);

		if (!sqe)
			return;
		now->sqe = sqe;
		now->head = lm_get_le16(sq + LM_SQ_HEAD);
		admin_execute(dev, now);
		if (now->done)
			now->done = complete_admin(state, lm_get_le16(sqe + LM_SQE_CID),
						   now->status, now->dw0);
		report_events(state);
	}
}
