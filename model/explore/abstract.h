/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What two states may differ in and still be taken for one: the abstraction of
 * the exploration. Each entry writes one value into the device wherever its
 * subject has no influence on what the device does; `lm-explore --prove`
 * tries each: a device with the entry and one without it must do the same at
 * their ports, whatever happens to both.
 */
#ifndef LM_EXPLORE_ABSTRACT_H
#define LM_EXPLORE_ABSTRACT_H

#include "world.h"

struct abstraction {
	const char *name;
	const char *why;
	void (*apply)(struct world *w);
};

extern const struct abstraction abstractions[];
extern const unsigned int num_abstractions;

/* all of them, but for the one whose index is skip (none: num_abstractions) */
void abstract_world(struct world *w, unsigned int skip);

#endif
