/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Command slots: allocation, the list of those that have something to do, and
 * how a command is dropped.
 */
#include "core.h"

struct lm_slot *lm_slot_alloc(struct lm_function *fn)
{
	struct lm_slot *slot = lm_list_pop(fn, &fn->free);

	if (!slot)
		return NULL;
	fn->num_used++;
	memset(slot->sqe, 0, sizeof(slot->sqe));
	memset(&slot->req, 0, sizeof(slot->req));
	slot->req.fn = fn->number;
	memset(&slot->fault, 0, sizeof(slot->fault));
	return slot;
}

void lm_slot_free(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);

	lm_log_busy(dev, slot, false);
	slot->state = LM_SLOT_FREE;
	fn->num_used--;
	lm_list_push(fn, &fn->free, slot);
}

void lm_slot_abandon(struct lm_device *dev, struct lm_slot *slot)
{
	if (!slot->buffered)
		return;
	slot->buffered = false;
	dev->port->backend_release(dev->ctx, &slot->req);
}

static bool has_work(const struct lm_slot *slot)
{
	return slot->state == LM_SLOT_EXECUTE || slot->state == LM_SLOT_DELETE ||
	       slot->state == LM_SLOT_PREPARE || slot->state == LM_SLOT_GATHER ||
	       slot->state == LM_SLOT_SCATTER;
}

void lm_work_push(struct lm_function *fn, struct lm_slot *slot, enum lm_slot_state state)
{
	slot->state = (uint8_t)state;
	lm_list_push(fn, &fn->work, slot);
}

void lm_work_remove(struct lm_function *fn, struct lm_slot *slot)
{
	if (has_work(slot))
		lm_list_remove(fn, &fn->work, slot);
}

/* What a firmware gets wrong that does not call back what the medium has. */
static bool keeps_request(const struct lm_device *dev, const struct lm_function *fn,
			  const struct lm_slot *slot)
{
	(void)dev;
	(void)fn;
	(void)slot;
	if (LM_DEFECT(DISABLE_KEEPS_REQUESTS) && fn->mig.state == LM_STATE_DRAINING &&
	    slot->state == LM_SLOT_BACKEND)
		return true;
	return LM_DEFECT(RESET_KEEPS_REQUESTS) && slot->state == LM_SLOT_BACKEND;
}

void lm_fn_drop_slots(struct lm_device *dev, struct lm_function *fn)
{
	unsigned int i;

	lm_list_init(&fn->work);
	lm_list_init(&fn->done);
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		struct lm_slot *slot = &fn->slot[i];

		if (slot->state == LM_SLOT_FREE || keeps_request(dev, fn, slot))
			continue;
		lm_slot_abandon(dev, slot);
		lm_slot_free(dev, slot);
	}
}

void lm_pf_drop_migrations(struct lm_device *dev)
{
	struct lm_function *pf = lm_pf(dev);
	unsigned int i;

	lm_migrate_pf_controller_reset(dev);
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		if (pf->slot[i].state == LM_SLOT_MIGRATE)
			lm_slot_free(dev, &pf->slot[i]);
	}
}

static bool waits_for_dma(const struct lm_slot *slot)
{
	if (slot->state == LM_SLOT_EXECUTE)
		return lm_admin_moves_data(slot->sqe[LM_SQE_OPC]);
	return slot->state == LM_SLOT_GATHER || slot->state == LM_SLOT_SCATTER;
}

void lm_fail_blocked_dma(struct lm_device *dev, struct lm_function *fn, uint16_t status)
{
	struct lm_slot *slot = lm_list_first(fn, &fn->work);

	while (slot && !fn->master) {
		struct lm_slot *next = lm_list_next(fn, slot);

		if (waits_for_dma(slot))
			lm_complete(dev, slot, status, 0, 0);
		slot = next;
	}
}
