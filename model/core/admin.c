/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Admin commands but the five: common checks, dispatch, and Abort.
 */
#include "core.h"
#include "migrate_defect.h"

#define FLAGS_FUSE 0x03
#define FLAGS_PSDT 0xC0

bool lm_admin_moves_data(uint8_t opc)
{
	return opc == LM_ADM_IDENTIFY || opc == LM_ADM_GET_LOG_PAGE;
}

static bool uses_nsid(uint8_t opc)
{
	return opc == LM_ADM_IDENTIFY || opc == LM_ADM_GET_LOG_PAGE || opc == LM_ADM_SET_FEATURES ||
	       opc == LM_ADM_GET_FEATURES;
}

typedef void (*handler)(struct lm_device *dev, struct lm_slot *slot);

static handler find_handler(uint8_t opc)
{
	switch (opc) {
	case LM_ADM_DELETE_SQ:
		return lm_admin_delete_sq;
	case LM_ADM_CREATE_SQ:
		return lm_admin_create_sq;
	case LM_ADM_GET_LOG_PAGE:
		return lm_admin_get_log_page;
	case LM_ADM_DELETE_CQ:
		return lm_admin_delete_cq;
	case LM_ADM_CREATE_CQ:
		return lm_admin_create_cq;
	case LM_ADM_IDENTIFY:
		return lm_admin_identify;
	case LM_ADM_ABORT:
		return lm_admin_abort;
	case LM_ADM_SET_FEATURES:
		return lm_admin_set_features;
	case LM_ADM_GET_FEATURES:
		return lm_admin_get_features;
	case LM_ADM_ASYNC_EVENT:
		return lm_admin_async_event;
	default:
		return NULL;
	}
}

bool lm_admin_has(unsigned int opc)
{
	return find_handler((uint8_t)opc);
}

void lm_admin_execute(struct lm_device *dev, struct lm_slot *slot)
{
	uint8_t opc = slot->sqe[LM_SQE_OPC];
	handler execute = find_handler(opc);

	if (LM_DEFECT(VF_RESUMES_OTHERS) && opc == LM_OPC_RESUME)
		lm_defect_resume(dev, lm_get_le16(slot->sqe + LM_SQE_VF_INDEX));
	if (LM_DEFECT(VF_TAKES_FIVE) && lm_migrate_is_opcode(opc))
		lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
	else if (!execute)
		lm_complete(dev, slot, LM_SC_INVALID_OPCODE | LM_DNR, 0, 0);
	else if (slot->sqe[LM_SQE_FLAGS] & (FLAGS_FUSE | FLAGS_PSDT))
		lm_complete(dev, slot, LM_SC_INVALID_FIELD | LM_DNR, 0, 0);
	else if (!uses_nsid(opc) && lm_get_le32(slot->sqe + LM_SQE_NSID))
		lm_complete(dev, slot, LM_SC_INVALID_FIELD | LM_DNR, 0, 0);
	else
		execute(dev, slot);
}

static bool abort_aer(struct lm_device *dev, struct lm_function *fn, uint16_t cid)
{
	struct lm_events *ev = &fn->events;
	struct lm_slot *slot;
	unsigned int i;

	for (i = 0; i < ev->num_aers && ev->aer_cid[i] != cid; i++)
		;
	if (i == ev->num_aers)
		return false;
	slot = lm_slot_alloc(fn);
	if (!slot)
		return false;
	ev->num_aers--;
	memmove(&ev->aer_cid[i], &ev->aer_cid[i + 1], (ev->num_aers - i) * sizeof(ev->aer_cid[0]));
	slot->sqid = 0;
	slot->cid = cid;
	lm_complete(dev, slot, LM_SC_ABORT_REQUESTED, 0, 0);
	return true;
}

static bool abort_slot(struct lm_device *dev, struct lm_slot *slot)
{
	switch (slot->state) {
	case LM_SLOT_MIGRATE:
		return lm_migrate_abort(dev, slot);
	case LM_SLOT_EXECUTE:
	case LM_SLOT_PREPARE:
	case LM_SLOT_GATHER:
	case LM_SLOT_BACKEND:
	case LM_SLOT_SCATTER:
		lm_complete(dev, slot, LM_SC_ABORT_REQUESTED, 0, 0);
		return true;
	default:
		return false;
	}
}

static bool abort_command(struct lm_device *dev, struct lm_slot *by, uint16_t sqid, uint16_t cid)
{
	struct lm_function *fn = lm_slot_fn(dev, by);
	unsigned int i;

	if (sqid > dev->config.io_qpairs)
		return false;
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		struct lm_slot *slot = &fn->slot[i];

		if (slot != by && slot->state != LM_SLOT_FREE && slot->sqid == sqid &&
		    slot->cid == cid && abort_slot(dev, slot))
			return true;
	}
	return !sqid && abort_aer(dev, fn, cid);
}

void lm_admin_abort(struct lm_device *dev, struct lm_slot *slot)
{
	uint16_t sqid = lm_get_le16(slot->sqe + LM_SQE_CDW10);
	uint16_t cid = lm_get_le16(slot->sqe + LM_SQE_CDW10 + 2);
	bool aborted = abort_command(dev, slot, sqid, cid);

	lm_complete(dev, slot, LM_SC_SUCCESS, aborted ? 0 : 1, 0);
}
