/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What must hold in every state. Beside what the world sees while an action
 * runs (a suspended VF is silent, no CQE comes twice or unasked, no DMA outside
 * what a function serves), each new state is tried: what follows if everything
 * ends, if a VF is reset, if it is saved and loaded, if an image is no image.
 */
#ifndef LM_EXPLORE_CHECK_H
#define LM_EXPLORE_CHECK_H

#include "action.h"

struct check;

/* w is at its start */
struct check *check_new(struct world *w);
void check_free(struct check *c);

/* before and after an action: it changed no VF but the one that it names */
void check_before(struct check *c, struct world *w, const struct action *a);
void check_after(struct check *c, struct world *w, const struct action *a);

/* a state that is new; the world is left as it was. false: w->violation says what is wrong */
bool check_state(struct check *c, struct world *w);

/* what was tried, for the report: name and how often */
#define CHECKS 6
extern const char *const check_names[CHECKS];
uint64_t check_count(const struct check *c, unsigned int check);

#endif
