/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The end of a command: its status, and its CQE once the CQ and the bus take
 * it.
 */
#include "core.h"

bool lm_cq_full(const struct lm_cq *cq)
{
	return (cq->tail == cq->qsize ? 0 : cq->tail + 1) == cq->head;
}

bool lm_cq_empty(const struct lm_cq *cq)
{
	return cq->head == cq->tail;
}

static void log_failure(struct lm_device *dev, struct lm_function *fn, const struct lm_slot *slot,
			uint16_t status)
{
	uint64_t lba = slot->sqid ? lm_get_le64(slot->sqe + LM_SQE_CDW10) : 0;

	lm_log_error(dev, fn, slot->sqid, slot->cid, status, lba,
		     lm_get_le32(slot->sqe + LM_SQE_NSID));
}

void lm_complete(struct lm_device *dev, struct lm_slot *slot, uint16_t status, uint32_t dw0,
		 uint32_t dw1)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);

	lm_slot_abandon(dev, slot);
	lm_work_remove(fn, slot);
	lm_log_busy(dev, slot, false);
	if (slot->sqid == LM_NIL || slot->fault.no_completion) {
		lm_slot_free(dev, slot);
		return;
	}
	if (slot->fault.override_dw0)
		dw0 = slot->fault.dw0;
	if (slot->fault.fail_late)
		status = slot->fault.status;
	if (status & LM_SC_MASK) {
		log_failure(dev, fn, slot, status);
		status |= LM_MORE;
	}
	slot->status = status;
	slot->dw0 = dw0;
	slot->dw1 = dw1;
	slot->state = LM_SLOT_DONE;
	lm_list_push(fn, &fn->done, slot);
}

void lm_park(struct lm_function *fn, uint16_t sqid, uint16_t cid, uint16_t status, uint32_t dw0,
	     uint32_t dw1)
{
	struct lm_slot *slot = lm_slot_alloc(fn);

	slot->sqid = sqid;
	slot->cid = cid;
	slot->status = status;
	slot->dw0 = dw0;
	slot->dw1 = dw1;
	slot->state = LM_SLOT_DONE;
	lm_list_push(fn, &fn->done, slot);
}

static struct lm_cq *cq_of(const struct lm_function *fn, uint16_t sqid)
{
	return &fn->cq[fn->sq[sqid].cqid];
}

bool lm_postable(const struct lm_function *fn, const struct lm_slot *slot)
{
	return fn->master && !(fn->regs.csts & LM_CSTS_CFS) && !lm_cq_full(cq_of(fn, slot->sqid));
}

bool lm_post_cqe(struct lm_device *dev, struct lm_function *fn, uint16_t sqid, uint16_t cid,
		 uint16_t status, uint32_t dw0, uint32_t dw1)
{
	struct lm_cq *cq = cq_of(fn, sqid);
	uint8_t cqe[LM_CQE_SIZE];
	uint16_t head = fn->sq[sqid].head;

	if (LM_DEFECT(SQHD_NOT_WRAPPED) && !head)
		head = fn->sq[sqid].qsize + 1;
	lm_put_le32(cqe + LM_CQE_DW0, dw0);
	lm_put_le32(cqe + LM_CQE_DW1, dw1);
	lm_put_le16(cqe + LM_CQE_SQHD, head);
	lm_put_le16(cqe + LM_CQE_SQID, sqid);
	lm_put_le16(cqe + LM_CQE_CID, cid);
	lm_put_le16(cqe + LM_CQE_STATUS, (uint16_t)(status << 1 | cq->phase));
	if (dev->port->dma_write(dev->ctx, fn->number, cq->base + (uint64_t)cq->tail * LM_CQE_SIZE,
				 cqe, sizeof(cqe))) {
		lm_fatal(dev, fn);
		return false;
	}
	if (cq->tail == cq->qsize) {
		cq->tail = 0;
		if (!LM_DEFECT(PHASE_NOT_INVERTED))
			cq->phase = !cq->phase;
	} else {
		cq->tail++;
	}
	lm_irq_raise(dev, fn, cq);
	return true;
}

bool lm_post_step(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot = lm_list_first(fn, &fn->done);

	while (slot && !lm_postable(fn, slot))
		slot = LM_DEFECT(FULL_CQ_BLOCKS_OTHERS) ? NULL : lm_list_next(fn, slot);
	if (!slot)
		return false;
	if (lm_post_cqe(dev, fn, slot->sqid, slot->cid, slot->status, slot->dw0, slot->dw1)) {
		if (LM_DEFECT(DRAINED_TWICE) && fn->mig.state == LM_STATE_DRAINING &&
		    !slot->fault.override_dw0) {
			/* has had its effect: a mark now */
			slot->fault.override_dw0 = true;
			return true;
		}
		if (LM_DEFECT(INTERRUPT_BEHIND_SUSPEND) && !fn->number &&
		    slot->sqe[LM_SQE_OPC] == LM_OPC_SUSPEND)
			lm_irq_update(dev, &dev->fn[slot->sqe[LM_SQE_VF_INDEX]]);
		lm_list_remove(fn, &fn->done, slot);
		lm_slot_free(dev, slot);
	}
	return true;
}
