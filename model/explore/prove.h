/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Whether the abstractions steer nothing, by random walks. */
#ifndef LM_EXPLORE_PROVE_H
#define LM_EXPLORE_PROVE_H

#include <stdbool.h>

/*
 * For each abstraction: two devices, to one of which it is not applied, take
 * the same steps random actions. They must do the same at their ports, and
 * leave the host the same choices. Prints a line each; false: one failed.
 */
bool prove(unsigned long seed, unsigned long steps);

#endif
