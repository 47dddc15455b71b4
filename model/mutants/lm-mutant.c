/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "lm-mutant.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned char nobody_looks[LM_MUTANTS_MAX];

unsigned int lm_mutant;
unsigned char *lm_mutant_reached = nobody_looks;

static const char *reached_path;

static void write_reached(void)
{
	FILE *f = fopen(reached_path, "w");

	if (f) {
		fwrite(lm_mutant_reached, 1, LM_MUTANTS_MAX, f);
		fclose(f);
	}
}

/* For programs that know nothing of mutants: the unit tests. */
__attribute__((constructor)) static void from_environment(void)
{
	const char *number = getenv("LM_MUTANT");

	if (number)
		lm_mutant = (unsigned int)strtoul(number, NULL, 10);
	reached_path = getenv("LM_MUTANT_REACHED");
	if (reached_path)
		atexit(write_reached);
}
