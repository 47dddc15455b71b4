/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Armed faults: one for each (opcode, VF), the first that fits is taken.
 */
#include "lm-recorder.h"
#include "mem.h"

static struct lm_fault_rule *same_or_free(struct lm_fault_table *t,
					  const struct lm_fault_rule *rule)
{
	struct lm_fault_rule *free_one = NULL;
	unsigned int i;

	for (i = 0; i < LM_MAX_FAULT_RULES; i++) {
		struct lm_fault_rule *r = &t->rule[i];

		if (r->count && r->opc == rule->opc && r->vf == rule->vf)
			return r;
		if (!r->count && !free_one)
			free_one = r;
	}
	return free_one;
}

int lm_fault_arm(struct lm_fault_table *t, const struct lm_fault_rule *rule)
{
	struct lm_fault_rule *r;

	if (!rule) {
		memset(t, 0, sizeof(*t));
		return 0;
	}
	r = same_or_free(t, rule);
	if (!r)
		return rule->count ? -1 : 0;
	*r = *rule;
	return 0;
}

bool lm_fault_match(struct lm_fault_table *t, uint8_t opc, unsigned int vf, struct lm_fault *fault)
{
	unsigned int i;

	for (i = 0; i < LM_MAX_FAULT_RULES; i++) {
		struct lm_fault_rule *r = &t->rule[i];

		if (!r->count || r->opc != opc || (r->vf && r->vf != vf))
			continue;
		if (r->skip) {
			r->skip--;
			continue;
		}
		r->count--;
		*fault = r->what;
		return true;
	}
	return false;
}
