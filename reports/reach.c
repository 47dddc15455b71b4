/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <string.h>

#include "reach.h"

/* The table has more macros than a reader needs: the others are empty here. */
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning)
#define LM_TRANSITION(state, event, statuses, next, requirement)

#undef LM_STATE
#define LM_STATE(name, value, meaning) #name,
static const char *const states[] = {
#include "transitions.def"
};
#undef LM_STATE
#define LM_STATE(name, value, meaning)

#undef LM_EVENT
#define LM_EVENT(name, kind, meaning) { #name, meaning },
static const struct {
	const char *name;
	const char *meaning;
} events[] = {
#include "transitions.def"
};
#undef LM_EVENT
#define LM_EVENT(name, kind, meaning)

#undef LM_TRANSITION
#define LM_TRANSITION(state, event, statuses, next, requirement) { #state, #event },
static const struct {
	const char *state;
	const char *event;
} cells[] = {
#include "transitions.def"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(COUNT(states) <= RP_STATES_MAX, "more room for states");
_Static_assert(COUNT(events) <= RP_EVENTS_MAX, "more room for events");

unsigned int rp_states(void)
{
	return COUNT(states);
}

const char *rp_state_name(unsigned int state)
{
	return states[state];
}

unsigned int rp_events(void)
{
	return COUNT(events);
}

const char *rp_event_name(unsigned int event)
{
	return events[event].name;
}

const char *rp_event_meaning(unsigned int event)
{
	return events[event].meaning;
}

bool rp_cell_defined(unsigned int state, unsigned int event)
{
	size_t i;

	for (i = 0; i < COUNT(cells); i++)
		if (!strcmp(cells[i].state, states[state]) &&
		    !strcmp(cells[i].event, events[event].name))
			return true;
	return false;
}

static unsigned int state_index(const char *name)
{
	unsigned int i;

	for (i = 0; i < COUNT(states) && strcmp(states[i], name); i++)
		;
	return i;
}

static unsigned int event_index(const char *name)
{
	unsigned int i;

	for (i = 0; i < COUNT(events) && strcmp(events[i].name, name); i++)
		;
	return i;
}

/* One [state, event, times] of a row. */
static void add(struct rp_reach *reach, const json_t *entry)
{
	const char *state = json_string_value(json_array_get(entry, 0));
	const char *event = json_string_value(json_array_get(entry, 1));
	json_int_t times = json_integer_value(json_array_get(entry, 2));
	unsigned int s = state_index(state ? state : "");
	unsigned int e = event_index(event ? event : "");

	if (times <= 0 || times > 1000000000)
		return;
	if (s == COUNT(states) || e == COUNT(events) || !rp_cell_defined(s, e))
		reach->unknown++;
	else
		reach->times[s][e] += (unsigned int)times;
}

void rp_reach(struct rp_reach *reach, const struct rp_log *log)
{
	unsigned int s, e;
	size_t i, k;

	memset(reach, 0, sizeof(*reach));
	for (i = 0; i < log->nrows; i++)
		for (k = 0; k < json_array_size(log->rows[i].reached); k++)
			add(reach, json_array_get(log->rows[i].reached, k));
	for (s = 0; s < COUNT(states); s++) {
		for (e = 0; e < COUNT(events); e++) {
			reach->defined += rp_cell_defined(s, e);
			reach->reached += reach->times[s][e] > 0;
		}
	}
}
