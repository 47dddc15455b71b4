/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Doorbells (NVMe 1.4 3.1.24, 3.1.25). Writing one only stores it: nothing is
 * fetched or posted but by a later step, which a VF that is not ACTIVE, or is
 * suspended, does not take. Latching needs no more than that.
 */
#include "core.h"

static void invalid(struct lm_device *dev, struct lm_function *fn, uint32_t event, unsigned int qid)
{
	if (LM_DEFECT(FROZEN_BAD_DOORBELL_SILENT) && lm_fn_frozen(fn))
		return;
	lm_log_error(dev, fn, (uint16_t)qid, 0xFFFF, LM_SC_INVALID_FIELD, 0, 0);
	lm_event_queue(dev, fn, event);
	lm_wake(dev);
}

static unsigned int distance(unsigned int from, unsigned int to, unsigned int qsize)
{
	return (to + qsize + 1 - from) % (qsize + 1);
}

static void sq_tail(struct lm_device *dev, struct lm_function *fn, unsigned int qid, uint32_t value)
{
	struct lm_sq *sq = &fn->sq[qid];

	if (value > sq->qsize || distance(sq->tail, value, sq->qsize) >
					 sq->qsize - distance(sq->head, sq->tail, sq->qsize)) {
		invalid(dev, fn, LM_EVENT_DOORBELL_VALUE, qid);
		return;
	}
	if (LM_DEFECT(VF_IO_TAIL_LOST) && fn->number && qid)
		return;
	sq->tail = (uint16_t)value;
	fn->rung[qid / 32] |= 1u << qid % 32;
	lm_wake(dev);
}

static void cq_head(struct lm_device *dev, struct lm_function *fn, unsigned int qid, uint32_t value)
{
	struct lm_cq *cq = &fn->cq[qid];
	bool full = lm_cq_full(cq);

	if (value > cq->qsize ||
	    distance(cq->head, value, cq->qsize) > distance(cq->head, cq->tail, cq->qsize)) {
		invalid(dev, fn, LM_EVENT_DOORBELL_VALUE, qid);
		return;
	}
	if (LM_DEFECT(VF_IO_HEAD_LOST) && fn->number && qid)
		return;
	cq->head = (uint16_t)value;
	if (LM_DEFECT(CQ_DOORBELL_RESUMES) && fn->mig.state != LM_STATE_ACTIVE)
		fn->mig.state = LM_STATE_ACTIVE;
	lm_irq_update(dev, fn);
	/* Only where there was no room a CQE can have waited for it. */
	if (full)
		lm_wake(dev);
}

static bool loses(const struct lm_device *dev, const struct lm_function *fn, bool is_cq)
{
	(void)dev;
	if (LM_DEFECT(FROZEN_TAIL_LOST) && lm_fn_frozen(fn) && !is_cq)
		return true;
	if (LM_DEFECT(FROZEN_HEAD_LOST) && lm_fn_frozen(fn) && is_cq)
		return true;
	if (LM_DEFECT(LOADING_TAIL_LOST) && fn->mig.state == LM_STATE_LOADING && !is_cq)
		return true;
	if (LM_DEFECT(LOADING_HEAD_LOST) && fn->mig.state == LM_STATE_LOADING && is_cq)
		return true;
	if (LM_DEFECT(DRAINING_TAIL_LOST) && fn->mig.state == LM_STATE_DRAINING && !is_cq)
		return true;
	return LM_DEFECT(DRAINING_HEAD_LOST) && fn->mig.state == LM_STATE_DRAINING && is_cq;
}

void lm_doorbell(struct lm_device *dev, struct lm_function *fn, uint32_t offset, uint32_t value)
{
	unsigned int index = (offset - LM_BAR_DOORBELLS) / 4;
	unsigned int qid = index / 2;
	bool is_cq = index & 1;

	if (!(fn->regs.csts & LM_CSTS_RDY) || (fn->regs.csts & LM_CSTS_CFS) ||
	    loses(dev, fn, is_cq))
		return;
	/* Bits 31:16 are reserved. */
	value &= 0xFFFF;
	if (qid > dev->config.io_qpairs || !(is_cq ? fn->cq[qid].exists : fn->sq[qid].exists))
		invalid(dev, fn, LM_EVENT_DOORBELL_REGISTER, qid);
	else if (is_cq)
		cq_head(dev, fn, qid, value);
	else
		sq_tail(dev, fn, qid, value);
}
