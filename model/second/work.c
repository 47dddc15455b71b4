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

/*
 * An event takes a request, and masks its type until the log page is read. Events that
 * can be reported have taken all older requests, so the last one is that of cmd.
 */
static void report_events(struct vf_state *state, struct command *cmd)
{
	unsigned int i = 0;

	while (i < LM_EVT_SLOTS && lm_get_le32(state->events + i * LM_EVT_SIZE + LM_EVT_VALID)) {
		uint8_t *event = state->events + i * LM_EVT_SIZE;
		uint32_t dw0 = lm_get_le32(event + LM_EVT_DW0);
		uint32_t masked = lm_get_le32(state->events + LM_EVT_MASKED);
		bool posted;

		if (!lm_get_le16(state->aers + LM_AER_VALID) || nr_parked(state) == LM_PRK_SLOTS)
			return;
		if (masked >> (dw0 & 7) & 1) {
			i++;
			continue;
		}
		posted = complete_admin(state, lm_get_le16(state->aers + LM_AER_CID), 0, dw0);
		if (cmd && !cmd->done && cmd->sqe[LM_SQE_OPC] == 0x0C &&
		    !lm_get_le16(state->aers + LM_AER_SIZE + LM_AER_VALID)) {
			cmd->dw0 = dw0;
			cmd->done = posted;
		}
		lm_put_le32(state->events + LM_EVT_MASKED, masked | 1u << (dw0 & 7));
		remove_first(state->aers, LM_AER_SLOTS, LM_AER_SIZE);
		remove_first(event, LM_EVT_SLOTS - i, LM_EVT_SIZE);
	}
}

/* A queue in memory that does not answer is fatal for the controller, and its work. */
static const uint8_t *fetch(struct device *dev, struct vf *vf)
{
	uint8_t *sq = vf->live.sqs[0];
	unsigned int head = lm_get_le16(sq + LM_SQ_HEAD);
	uint64_t at = lm_get_le64(sq + LM_SQ_BASE) + LM_SQE_SIZE * (uint64_t)head;
	const uint8_t *sqe = guest_memory(dev, at);

	if (!sqe) {
		lm_put_le32(vf->live.regs + LM_REGS_CSTS,
			    lm_get_le32(vf->live.regs + LM_REGS_CSTS) | CSTS_CFS);
		flight_drop(vf);
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

/* Posts or parks the completion of a command that was fetched; an event request stays. */
void work_complete(struct vf *vf, struct command *cmd)
{
	cmd->head = lm_get_le16(vf->live.sqs[0] + LM_SQ_HEAD);
	if (cmd->done)
		cmd->done = complete_admin(&vf->live, lm_get_le16(cmd->sqe + LM_SQE_CID),
					   cmd->status, cmd->dw0);
	if (vf->state == LM_STATE_ACTIVE)
		report_events(&vf->live, cmd);
}

static bool takes_time(const struct device *dev, const uint8_t *sqe)
{
	const struct medium *medium = &dev->medium;

	/* An event request is not work in flight (LM-IOF-150). */
	return medium->admin && sqe[LM_SQE_OPC] != 0x0C &&
	       (medium->mode != MEDIUM_NORMAL || medium->latency);
}

static bool has_place(const struct vf *vf)
{
	unsigned int i;

	for (i = 0; i < SM_FLIGHTS; i++)
		if (!vf->flights[i].used)
			return true;
	return false;
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
	report_events(state, NULL);
	while (lm_get_le16(sq + LM_SQ_HEAD) != lm_get_le16(sq + LM_SQ_TAIL) && may_work(vf) &&
	       nr_parked(state) + SM_FLIGHTS < LM_PRK_SLOTS && has_place(vf)) {
		struct command older = { .function = vf->vfn };
		bool expected = cmd && lm_get_le16(sq + LM_SQ_HEAD) == slot;
		struct command *now = expected ? cmd : &older;
		const uint8_t *sqe = fetch(dev, vf);

		if (!sqe)
			return;
		if (takes_time(dev, sqe)) {
			flight_begin(dev, vf, expected ? cmd : NULL, sqe);
			continue;
		}
		now->sqe = sqe;
		admin_execute(dev, now);
		work_complete(vf, now);
	}
}

/*
 * An asynchronous event: it is queued, and reported at once where the VF is
 * ACTIVE. A type that is masked, or one that waits already, is told of by its log page.
 */
void work_event(struct device *dev, struct vf *vf, uint32_t dw0)
{
	unsigned int i;

	if (lm_get_le32(vf->live.events + LM_EVT_MASKED) >> (dw0 & 7) & 1)
		return;
	for (i = 0; i < LM_EVT_SLOTS; i++) {
		uint8_t *event = vf->live.events + i * LM_EVT_SIZE;

		if (!lm_get_le32(event + LM_EVT_VALID)) {
			lm_put_le32(event + LM_EVT_DW0, dw0);
			lm_put_le32(event + LM_EVT_VALID, 1);
			break;
		}
		if (lm_get_le32(event + LM_EVT_DW0) == dw0)
			return;
	}
	work_run(dev, vf, NULL, 0);
}

/* LM-STA-330: a CQ head is honoured while DRAINING, so that a full CQ can drain. */
void work_drain(struct vf *vf)
{
	if (vf->state == LM_STATE_DRAINING)
		post_parked(&vf->live);
}
