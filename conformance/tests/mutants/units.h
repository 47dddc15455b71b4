/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The model's unit tests against mutants that no row kills: base NVMe, which rows do not judge. */
#ifndef MUTANTS_UNITS_H
#define MUTANTS_UNITS_H

#include <stdbool.h>

#define UNITS_MAX 32

struct unit {
	const char *path; /* a program, linked with the core that has every mutant in it */
	unsigned char *reach; /* by number of a mutant */
};

struct units {
	struct unit unit[UNITS_MAX];
	unsigned int count;
};

/* Add a program. False where there is no room. */
bool units_add(struct units *u, const char *path);

/* Run each without a mutant, which has to pass, and find what it reaches; ends the program where it cannot. */
void units_prepare(struct units *u);

/* The first that fails, crashes or hangs with this mutant; -1 = none. *reached: one of them came there. */
int units_kill(const struct units *u, unsigned int number, bool *reached);

#endif
