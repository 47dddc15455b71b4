/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Fetching commands: round robin over the SQs of a function, one at a time.
 */
#include "core.h"
#include "migrate_defect.h"

static bool may_fetch(struct lm_device *dev, const struct lm_function *fn)
{
	(void)dev;
	if (fn->regs.csts & LM_CSTS_CFS)
		return false;
	if ((fn->regs.csts & LM_CSTS_SHST) && !LM_DEFECT(FETCH_BEHIND_SHUTDOWN))
		return false;
	if (lm_fn_fetch_blocked(fn) &&
	    !(LM_DEFECT(FETCH_WHILE_DRAINING) && fn->mig.state == LM_STATE_DRAINING) &&
	    !LM_DEFECT(FROZEN_FETCH))
		return false;
	if (LM_DEFECT(SUSPENDED_STOPS_ALL_VFS) && fn->number &&
	    lm_defect_another_suspended(dev, fn))
		return false;
	if (LM_DEFECT(PF_WAITS_FOR_FIVE) && !fn->number && lm_defect_migrating(fn))
		return false;
	return fn->master || LM_DEFECT(FETCH_WITHOUT_MASTER);
}

/* One that does not exist has none; of one that is being deleted none is fetched, as work comes first. */
static bool has_entries(const struct lm_sq *sq)
{
	return sq->head != sq->tail;
}

/* The next SQ with entries, admin SQ included; LM_NIL where there is none. */
static uint16_t next_sq(struct lm_device *dev, struct lm_function *fn)
{
	const unsigned int n = dev->config.io_qpairs + 1u;
	unsigned int qid = fn->next_sq;
	unsigned int left = n;

	while (left) {
		uint32_t ahead = fn->rung[qid / 32] >> qid % 32;
		unsigned int step = 1;

		if (!ahead) {
			/* Of 65 SQs few have entries: no other of this word. */
			step = lm_min(lm_min(32 - qid % 32, n - qid), left);
		} else if (ahead & 1) {
			if (has_entries(&fn->sq[qid])) {
				fn->next_sq = (uint16_t)(qid + 1 == n ? 0 : qid + 1);
				return (uint16_t)qid;
			}
			fn->rung[qid / 32] &= ~(1u << qid % 32);
		}
		left -= step;
		qid = qid + step == n ? 0 : qid + step;
	}
	return LM_NIL;
}

static bool consult_fault(struct lm_device *dev, struct lm_slot *slot)
{
	uint8_t opc = slot->sqe[LM_SQE_OPC];
	unsigned int vf = 0;

	if (!dev->config.fault_switch || !dev->port->fault)
		return false;
	if (lm_migrate_is_opcode(opc))
		vf = lm_get_le16(slot->sqe + LM_SQE_VF_INDEX);
	return dev->port->fault(dev->ctx, slot->fn, opc, vf, &slot->fault) && slot->fault.refuse;
}

static unsigned int pending_aborts(const struct lm_function *fn)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		const struct lm_slot *slot = &fn->slot[i];

		if (slot->state != LM_SLOT_FREE && slot->state != LM_SLOT_DONE && !slot->sqid &&
		    slot->sqe[LM_SQE_OPC] == LM_ADM_ABORT)
			n++;
	}
	return n;
}

static void dispatch_admin(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	uint8_t opc = slot->sqe[LM_SQE_OPC];

	if (consult_fault(dev, slot)) {
		lm_complete(dev, slot, slot->fault.status, 0, 0);
		return;
	}
	if (!fn->number && lm_migrate_is_opcode(opc) &&
	    !(LM_DEFECT(QUERY_OPCODE_UNKNOWN) && opc == LM_OPC_QUERY_DATA_SIZE)) {
		slot->state = LM_SLOT_MIGRATE;
		lm_migrate_command(dev, slot);
		return;
	}
	if (opc == LM_ADM_ABORT && pending_aborts(fn) > LM_ABORT_LIMIT + 1) {
		lm_complete(dev, slot, LM_SC_ABORT_LIMIT, 0, 0);
		return;
	}
	if (!fn->number || opc == LM_ADM_ASYNC_EVENT) {
		lm_admin_execute(dev, slot);
		return;
	}
	slot->req.op = LM_BACKEND_ADMIN;
	lm_work_push(fn, slot, LM_SLOT_PREPARE);
}

bool lm_fetch_step(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;
	struct lm_sq *sq;
	uint16_t qid;

	if (!may_fetch(dev, fn) || lm_list_first(fn, &fn->free) == NULL)
		return false;
	qid = next_sq(dev, fn);
	if (qid == LM_NIL)
		return false;
	sq = &fn->sq[qid];
	slot = lm_slot_alloc(fn);
	if (dev->port->dma_read(dev->ctx, fn->number, sq->base + (uint64_t)sq->head * LM_SQE_SIZE,
				slot->sqe, LM_SQE_SIZE)) {
		lm_slot_free(dev, slot);
		lm_fatal(dev, fn);
		return true;
	}
	sq->head = sq->head == sq->qsize ? 0 : (uint16_t)(sq->head + 1);
	slot->sqid = qid;
	slot->cid = lm_get_le16(slot->sqe + LM_SQE_CID);
	slot->state = LM_SLOT_FETCHED;
	lm_fault_fetched(dev, slot);
	if (qid)
		lm_io_start(dev, slot);
	else
		dispatch_admin(dev, fn, slot);
	return true;
}
