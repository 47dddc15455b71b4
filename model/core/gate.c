/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What a function may do in the state of its migration.
 */
#include "core.h"

bool lm_fn_frozen(const struct lm_function *fn)
{
	return fn->mig.state == LM_STATE_SUSPENDED || fn->mig.state == LM_STATE_LOADING;
}

bool lm_fn_fetch_blocked(const struct lm_function *fn)
{
	return fn->mig.state != LM_STATE_ACTIVE;
}

bool lm_fn_quiet(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;
	unsigned int parked = 0;

	(void)dev;
	if (LM_DEFECT(AER_KEEPS_BUSY) && fn->events.num_aers)
		return false;
	if (!LM_DEFECT(HANDSHAKE_NOT_AWAITED) &&
	    (fn->regs.enabling || (fn->regs.csts & LM_CSTS_SHST) == LM_CSTS_SHST_BUSY))
		return false;
	for (slot = lm_list_first(fn, &fn->done); slot; slot = lm_list_next(fn, slot)) {
		if (lm_postable(fn, slot) || LM_DEFECT(PARKED_KEEPS_BUSY))
			return false;
		parked++;
	}
	return parked == fn->num_used || LM_DEFECT(IN_FLIGHT_NOT_AWAITED);
}
