/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Lists of command slots of one function.
 */
#include "core.h"

void lm_list_init(struct lm_list *list)
{
	list->head = LM_NIL;
	list->tail = LM_NIL;
}

void lm_list_push(struct lm_function *fn, struct lm_list *list, struct lm_slot *slot)
{
	slot->next = LM_NIL;
	if (list->tail == LM_NIL)
		list->head = slot->index;
	else
		fn->slot[list->tail].next = slot->index;
	list->tail = slot->index;
}

struct lm_slot *lm_list_pop(struct lm_function *fn, struct lm_list *list)
{
	struct lm_slot *slot = lm_list_first(fn, list);

	if (slot) {
		list->head = slot->next;
		if (list->head == LM_NIL)
			list->tail = LM_NIL;
	}
	return slot;
}

void lm_list_remove(struct lm_function *fn, struct lm_list *list, struct lm_slot *slot)
{
	struct lm_slot *before = NULL;
	struct lm_slot *s;

	for (s = lm_list_first(fn, list); s != slot; s = lm_list_next(fn, s))
		before = s;
	if (before)
		before->next = slot->next;
	else
		list->head = slot->next;
	if (list->tail == slot->index)
		list->tail = before ? before->index : LM_NIL;
}

struct lm_slot *lm_list_first(struct lm_function *fn, const struct lm_list *list)
{
	return list->head == LM_NIL ? NULL : &fn->slot[list->head];
}

struct lm_slot *lm_list_next(struct lm_function *fn, const struct lm_slot *slot)
{
	return slot->next == LM_NIL ? NULL : &fn->slot[slot->next];
}
