/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* "explain" of what the tables of the specification name: commands and states. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "explain.h"

#define LM_COMMAND(name, opcode, direction, area, title) { #name, opcode, #area, title },
static const struct {
	const char *name;
	unsigned int opcode;
	const char *area, *title;
} commands[] = {
#include "commands.def"
};
#undef LM_COMMAND

#define LM_STATE(name, value, meaning) { #name, value, meaning },
#define LM_EVENT(name, kind, meaning)
#define LM_TRANSITION(state, event, statuses, next, requirement)
static const struct {
	const char *name;
	unsigned int value;
	const char *meaning;
} states[] = {
#include "transitions.def"
};
#undef LM_STATE
#undef LM_TRANSITION

#define LM_STATE(name, value, meaning)
#define LM_TRANSITION(state, event, statuses, next, requirement) \
	{ #state, #event, #next, requirement },
static const struct {
	const char *state, *event, *next, *requirement;
} transitions[] = {
#include "transitions.def"
};

const char *ct_explain_command(const char *word)
{
	char *end;
	unsigned long v = strtoul(word, &end, 16);
	bool number = end != word && (*end == 'h' || *end == 'H') && !end[1];
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (number ? commands[i].opcode == v : !strcasecmp(commands[i].name, word)) {
			printf("%s (%02Xh): %s\n", commands[i].name, commands[i].opcode,
			       commands[i].title);
			return commands[i].area;
		}
	return NULL;
}

bool ct_explain_state(const char *word)
{
	size_t i, t;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (!strcasecmp(states[i].name, word))
			break;
	if (i == sizeof(states) / sizeof(states[0]))
		return false;
	printf("%s: state %u of a VF: %s\n", states[i].name, states[i].value, states[i].meaning);
	for (t = 0; t < sizeof(transitions) / sizeof(transitions[0]); t++)
		if (!strcmp(transitions[t].state, states[i].name))
			printf("  %s: then %s (%s)\n", transitions[t].event, transitions[t].next,
			       transitions[t].requirement);
	return true;
}
