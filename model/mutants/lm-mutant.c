/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "lm-mutant.h"

#include <stdlib.h>

static unsigned char nobody_looks[LM_MUTANTS_MAX];

unsigned int lm_mutant;
unsigned char *lm_mutant_reached = nobody_looks;

/* For programs that know nothing of mutants: the unit tests. */
__attribute__((constructor)) static void from_environment(void)
{
	const char *number = getenv("LM_MUTANT");

	if (number)
		lm_mutant = (unsigned int)strtoul(number, NULL, 10);
}
