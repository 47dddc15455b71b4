/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Creation and deletion of queues (NVMe 1.4 5.3 to 5.6).
 */
#include "core.h"

#define CDW11_PC 1u
#define CDW11_IEN 2u

void lm_queue_init_admin(struct lm_function *fn)
{
	struct lm_cq *cq = &fn->cq[0];
	struct lm_sq *sq = &fn->sq[0];

	/* All else of them is 0 since the controller was reset. */
	cq->exists = true;
	cq->ien = true;
	cq->phase = true;
	cq->qsize = (uint16_t)(fn->regs.aqa >> 16 & 0xFFF);
	cq->base = fn->regs.acq;
	sq->exists = true;
	sq->qsize = (uint16_t)(fn->regs.aqa & 0xFFF);
	sq->base = fn->regs.asq;
}

static uint16_t get_qid(const struct lm_slot *slot)
{
	return lm_get_le16(slot->sqe + LM_SQE_CDW10);
}

static uint16_t get_qsize(const struct lm_slot *slot)
{
	return lm_get_le16(slot->sqe + LM_SQE_CDW10 + 2);
}

/* Checks that both kinds of queue share, but for the QID. */
static uint16_t check_memory(struct lm_device *dev, const struct lm_slot *slot, bool sizes_set)
{
	uint16_t qsize = get_qsize(slot);

	if (!qsize || qsize >= dev->config.queue_entries || !sizes_set)
		return LM_SC_QSIZE_INVALID | LM_DNR;
	/* CAP.CQR: queues are physically contiguous. */
	if (!(lm_get_le32(slot->sqe + LM_SQE_CDW11) & CDW11_PC))
		return LM_SC_INVALID_FIELD | LM_DNR;
	if (lm_get_le64(slot->sqe + LM_SQE_PRP1) & (LM_PAGE_SIZE - 1))
		return LM_SC_PRP_OFFSET | LM_DNR;
	return LM_SC_SUCCESS;
}

static bool qid_valid(const struct lm_device *dev, uint16_t qid)
{
	return qid && qid <= dev->config.io_qpairs;
}

void lm_admin_create_cq(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint32_t cdw11 = lm_get_le32(slot->sqe + LM_SQE_CDW11);
	uint16_t qid = get_qid(slot);
	uint16_t status;
	struct lm_cq *cq;

	if (!qid_valid(dev, qid) || fn->cq[qid].exists) {
		lm_complete(dev, slot, LM_SC_QID_INVALID | LM_DNR, 0, 0);
		return;
	}
	status = check_memory(dev, slot, LM_CC_IOCQES(fn->regs.cc) == LM_CQES);
	if (!status && cdw11 >> 16 >= dev->config.vectors)
		status = LM_SC_VECTOR_INVALID | LM_DNR;
	if (status) {
		lm_complete(dev, slot, status, 0, 0);
		return;
	}
	cq = &fn->cq[qid];
	memset(cq, 0, sizeof(*cq));
	cq->exists = true;
	cq->ien = cdw11 & CDW11_IEN;
	cq->phase = true;
	cq->vector = (uint16_t)(cdw11 >> 16);
	cq->qsize = get_qsize(slot);
	cq->base = lm_get_le64(slot->sqe + LM_SQE_PRP1);
	lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
}

void lm_admin_create_sq(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint32_t cdw11 = lm_get_le32(slot->sqe + LM_SQE_CDW11);
	uint16_t cqid = (uint16_t)(cdw11 >> 16);
	uint16_t qid = get_qid(slot);
	uint16_t status;
	struct lm_sq *sq;

	if (!qid_valid(dev, qid) || fn->sq[qid].exists || !qid_valid(dev, cqid))
		status = LM_SC_QID_INVALID | LM_DNR;
	else if (!fn->cq[cqid].exists)
		status = LM_SC_CQ_INVALID | LM_DNR;
	else
		status = check_memory(dev, slot, LM_CC_IOSQES(fn->regs.cc) == LM_SQES);
	if (status) {
		lm_complete(dev, slot, status, 0, 0);
		return;
	}
	/* All else of it is 0, at first or since it was deleted. */
	sq = &fn->sq[qid];
	sq->exists = true;
	sq->priority = cdw11 >> 1 & 3;
	sq->cqid = cqid;
	sq->qsize = get_qsize(slot);
	sq->base = lm_get_le64(slot->sqe + LM_SQE_PRP1);
	lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
}

void lm_admin_delete_cq(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint16_t qid = get_qid(slot);
	unsigned int i;

	if (!qid_valid(dev, qid) || !fn->cq[qid].exists) {
		lm_complete(dev, slot, LM_SC_QID_INVALID | LM_DNR, 0, 0);
		return;
	}
	for (i = 1; i <= dev->config.io_qpairs; i++) {
		if (fn->sq[i].exists && fn->sq[i].cqid == qid && !LM_DEFECT(CQ_IN_USE_DELETED)) {
			lm_complete(dev, slot, LM_SC_DELETION_INVALID | LM_DNR, 0, 0);
			return;
		}
	}
	fn->cq[qid].exists = false;
	/* The pin, which it may have held, is looked at when the CQE of this is posted. */
	lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
}

void lm_admin_delete_sq(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint16_t qid = get_qid(slot);
	unsigned int i;

	if (!qid_valid(dev, qid) || !fn->sq[qid].exists || fn->sq[qid].deleting) {
		lm_complete(dev, slot, LM_SC_QID_INVALID | LM_DNR, 0, 0);
		return;
	}
	fn->sq[qid].deleting = true;
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		struct lm_slot *s = &fn->slot[i];

		if (s->state != LM_SLOT_FREE && s->state != LM_SLOT_DONE && s->sqid == qid)
			lm_complete(dev, s, LM_SC_SQ_DELETED, 0, 0);
	}
	lm_work_remove(fn, slot);
	lm_work_push(fn, slot, LM_SLOT_DELETE);
}

/*
 * All of the queue's commands are finished, and as many of their CQEs posted
 * as there was room for: a step posts before it works. The host gets no CQE
 * of a deleted queue's command after that of the deletion (NVMe 1.4 5.6).
 */
void lm_delete_sq_step(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint16_t qid = get_qid(slot);
	struct lm_slot *s = lm_list_first(fn, &fn->done);

	while (s) {
		struct lm_slot *next = lm_list_next(fn, s);

		if (s->sqid == qid) {
			lm_list_remove(fn, &fn->done, s);
			lm_slot_free(dev, s);
		}
		s = next;
	}
	memset(&fn->sq[qid], 0, sizeof(fn->sq[qid]));
	lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
}
