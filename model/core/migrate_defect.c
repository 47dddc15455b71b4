/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Parts of seeded defects of migrate.c; in the defect build alone.
 */
#include "migrate_defect.h"

#ifdef LM_DEFECTS

void lm_defect_drop_done(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;

	while ((slot = lm_list_pop(fn, &fn->done)) != NULL)
		lm_slot_free(dev, slot);
}

bool lm_defect_all_finished(struct lm_function *fn)
{
	unsigned int n = fn->num_used;
	struct lm_slot *slot;

	for (slot = lm_list_first(fn, &fn->done); slot; slot = lm_list_next(fn, slot))
		n--;
	return !n;
}

void lm_defect_forget_tails(struct lm_device *dev, struct lm_function *fn)
{
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++)
		fn->sq[i].tail = fn->sq[i].head;
}

bool lm_defect_media_busy(const struct lm_device *dev)
{
	unsigned int i, s;

	for (i = 1; i < dev->num_functions; i++) {
		for (s = 0; s < LM_MAX_INFLIGHT; s++) {
			if (dev->fn[i].slot[s].state == LM_SLOT_BACKEND)
				return true;
		}
	}
	return false;
}

bool lm_defect_another_drains(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 1; i < dev->num_functions; i++) {
		if (&dev->fn[i] != fn && dev->fn[i].mig.state == LM_STATE_DRAINING)
			return true;
	}
	return false;
}

bool lm_defect_another_moves(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 1; i < dev->num_functions; i++) {
		if (&dev->fn[i] != fn && dev->fn[i].mig.moving)
			return true;
	}
	return false;
}

bool lm_defect_loads(struct lm_device *dev, struct lm_function *fn)
{
	const struct lm_slot *slot = lm_list_first(lm_pf(dev), &fn->mig.fifo);

	return slot && slot->sqe[LM_SQE_OPC] == LM_OPC_LOAD_DATA;
}

bool lm_defect_migrating(const struct lm_function *pf)
{
	unsigned int i;

	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		if (pf->slot[i].state == LM_SLOT_MIGRATE)
			return true;
	}
	return false;
}

void lm_defect_resume(struct lm_device *dev, unsigned int vf)
{
	if (vf && vf <= dev->num_vfs)
		dev->fn[vf].mig.state = LM_STATE_ACTIVE;
}

/* In dw0, which nothing else uses before the command ends. */
void lm_defect_take_time(struct lm_device *dev, struct lm_slot *slot)
{
	bool late = slot->sqe[LM_SQE_OPC] != LM_OPC_SUSPEND;

	slot->dw0 = (uint32_t)lm_now(dev) + (late ? 1500 : 0);
}

uint64_t lm_defect_not_before(const struct lm_device *dev, const struct lm_function *fn)
{
	uint16_t first = fn->mig.fifo.head;

	return first == LM_NIL ? UINT64_MAX : dev->fn[0].slot[first].dw0;
}

void lm_defect_stop_others(struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 1; i < dev->num_functions; i++) {
		if (&dev->fn[i] != fn)
			dev->fn[i].regs.csts |= LM_CSTS_CFS;
	}
}

bool lm_defect_another_suspended(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 1; i < dev->num_functions; i++) {
		if (&dev->fn[i] != fn && dev->fn[i].mig.state == LM_STATE_SUSPENDED)
			return true;
	}
	return false;
}

#endif
