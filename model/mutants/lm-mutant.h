/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Which mutant of the core is at work, and which were reached. The generated
 * sources (tools/mutants/) ask at each place where a mutant would differ.
 */
#ifndef LM_MUTANT_H
#define LM_MUTANT_H

#define LM_MUTANTS_MAX 20000

extern unsigned int lm_mutant; /* its number, 0 = none */
extern unsigned char *lm_mutant_reached; /* by number; LM_MUTANTS_MAX bytes */

static inline int lm_mutant_on(unsigned int number)
{
	lm_mutant_reached[number] = 1;
	return lm_mutant == number;
}

#endif
