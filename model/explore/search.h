/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Breadth first through all states of a world. A state is known by a 128-bit
 * digest; whole states are kept for those alone whose successors are still to
 * be made, as what differs from the first. A violation's trace is a shortest.
 */
#ifndef LM_EXPLORE_SEARCH_H
#define LM_EXPLORE_SEARCH_H

#include "check.h"

struct bounds {
	uint64_t states; /* 0: none, as the others */
	unsigned int depth;
	unsigned int seconds;
};

struct outcome {
	bool complete; /* every state was reached */
	bool violated;
	uint64_t states;
	uint64_t transitions;
	unsigned int depth; /* actions from the start to the last states */
	uint64_t left; /* states whose successors were not made */
	double seconds;
	uint64_t checks[CHECKS];
	char text[160]; /* what is violated */
	unsigned int trace_length;
	struct action *trace; /* free() */
};

void search(const struct scope *scope, const struct bounds *bounds, struct outcome *o);

#endif
