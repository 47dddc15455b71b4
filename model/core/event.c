/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Asynchronous events (NVMe 1.4 5.2): queued until an Asynchronous Event
 * Request takes them; a type that was reported is masked until its log page
 * is read.
 */
#include "core.h"

#define ASYNC_NS_ATTRIBUTE 0x100u

static bool wanted(const struct lm_function *fn, uint32_t dw0)
{
	switch (LM_EVENT_TYPE(dw0)) {
	case LM_EVENT_NOTICE:
		return fn->feat.async_events & ASYNC_NS_ATTRIBUTE;
	case LM_EVENT_SMART:
		return fn->feat.async_events & lm_critical_warning(fn);
	default:
		return true;
	}
}

void lm_event_queue(struct lm_device *dev, struct lm_function *fn, uint32_t dw0)
{
	struct lm_events *ev = &fn->events;
	unsigned int i;

	(void)dev;
	if (!(fn->regs.csts & LM_CSTS_RDY) || !wanted(fn, dw0))
		return;
	if (LM_DEFECT(VF_EVENT_LOST) && fn->number)
		return;
	if (LM_DEFECT(LOADING_EVENT_LOST) && fn->mig.state == LM_STATE_LOADING)
		return;
	if (LM_DEFECT(FROZEN_EVENT_LOST) && lm_fn_frozen(fn))
		return;
	for (i = 0; i < ev->count; i++) {
		if (ev->dw0[i] == dw0)
			return;
	}
	if (ev->count == LM_EVT_SLOTS)
		return;
	ev->dw0[ev->count++] = dw0;
}

void lm_event_clear(struct lm_function *fn, unsigned int type)
{
	fn->events.masked &= ~(1u << type);
}

static bool reportable(const struct lm_events *ev, unsigned int *index)
{
	unsigned int i;

	for (i = 0; i < ev->count; i++) {
		if (!(ev->masked >> LM_EVENT_TYPE(ev->dw0[i]) & 1)) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool lm_event_step(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_events *ev = &fn->events;
	uint32_t dw0;
	uint16_t cid;
	unsigned int index;

	/* While a VF drains, its events wait for RESUME (LM-STA-360). */
	if ((lm_fn_fetch_blocked(fn) && !LM_DEFECT(DRAINING_AER_COMPLETES)) || !ev->num_aers ||
	    !reportable(ev, &index))
		return false;
	if (!fn->master || lm_cq_full(&fn->cq[0]) || (fn->regs.csts & (LM_CSTS_SHST | LM_CSTS_CFS)))
		return false;
	dw0 = ev->dw0[index];
	cid = ev->aer_cid[0];
	ev->count--;
	memmove(&ev->dw0[index], &ev->dw0[index + 1], (ev->count - index) * sizeof(ev->dw0[0]));
	ev->num_aers--;
	memmove(&ev->aer_cid[0], &ev->aer_cid[1], ev->num_aers * sizeof(ev->aer_cid[0]));
	ev->masked |= 1u << LM_EVENT_TYPE(dw0);
	lm_post_cqe(dev, fn, 0, cid, LM_SC_SUCCESS, dw0, 0);
	return true;
}

void lm_admin_async_event(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_events *ev = &lm_slot_fn(dev, slot)->events;

	if (LM_DEFECT(AER_BEYOND_LIMIT_LOST) && ev->num_aers == LM_AER_SLOTS) {
		lm_slot_free(dev, slot);
		return;
	}
	if (ev->num_aers == LM_AER_SLOTS) {
		lm_complete(dev, slot, LM_SC_AER_LIMIT | LM_DNR, 0, 0);
		return;
	}
	ev->aer_cid[ev->num_aers++] = slot->cid;
	lm_slot_free(dev, slot);
}
