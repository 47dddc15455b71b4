/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "requirement.h"

#include <string.h>

#include "requirements-text.h"
#include "spec-hash.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* DNR as statuses.def writes it. */
#define DNR_0 CT_DNR_0
#define DNR_1 CT_DNR_1
#define DNR_ANY CT_DNR_ANY
#define LM_STATUS(name, value, dnr, title, cause) { value, DNR_##dnr, #name, title, cause },
static const struct ct_status_name statuses[] = {
#include "statuses.def"
};

#define LM_AREA(code, title, chapter) { #code, title },
static const struct {
	const char *code;
	const char *title;
} areas[] = {
#include "areas.def"
};

#define LM_EVENT(name, kind, meaning)
#define LM_TRANSITION(state, event, statuses, next, requirement)
#define LM_STATE(name, value, meaning) #name,
static const char *const states[] = {
#include "transitions.def"
};
#undef LM_STATE
#undef LM_EVENT
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning) #name,
static const char *const events[] = {
#include "transitions.def"
};

size_t ct_requirement_count(void)
{
	return COUNT(lm_requirements_text) - 1;
}

struct ct_requirement ct_requirement_at(size_t i)
{
	const struct lm_requirement_text *t = &lm_requirements_text[i];

	return (struct ct_requirement){
		.id = t->id,
		.level = t->level,
		.origin = t->origin,
		.binds = t->binds,
		.reason = t->reason,
		.sentence = t->sentence,
		.chapter = t->chapter,
	};
}

static bool is(const char *name, const char *id, size_t len)
{
	return strlen(name) == len && !memcmp(name, id, len);
}

bool ct_requirement_find(const char *id, size_t len, struct ct_requirement *req)
{
	size_t i;

	for (i = 0; i < ct_requirement_count(); i++)
		if (is(lm_requirements_text[i].id, id, len)) {
			*req = ct_requirement_at(i);
			return true;
		}
	return false;
}

const char *ct_retired_why(const char *id, size_t len)
{
	const struct lm_retired_text *t;

	for (t = lm_retired_text; t->id; t++)
		if (is(t->id, id, len))
			return t->why;
	return NULL;
}

const char *ct_spec_hash(void)
{
	return LM_SPEC_HASH;
}

const struct ct_status_name *ct_status_at_index(size_t i)
{
	return i < COUNT(statuses) ? &statuses[i] : NULL;
}

const struct ct_status_name *ct_status_find(uint16_t value)
{
	size_t i;

	for (i = 0; i < COUNT(statuses); i++)
		if (statuses[i].value == value)
			return &statuses[i];
	return NULL;
}

static int index_of(const char *const *names, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return (int)i;
	return -1;
}

int ct_state_index(const char *name)
{
	return index_of(states, COUNT(states), name);
}

int ct_event_index(const char *name)
{
	return index_of(events, COUNT(events), name);
}

const char *ct_state_at(unsigned int i)
{
	return i < COUNT(states) ? states[i] : NULL;
}

const char *ct_event_at(unsigned int i)
{
	return i < COUNT(events) ? events[i] : NULL;
}

const char *ct_area_title(const char *code)
{
	size_t i;

	for (i = 0; i < COUNT(areas); i++)
		if (!strcmp(areas[i].code, code))
			return areas[i].title;
	return NULL;
}
