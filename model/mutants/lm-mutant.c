/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "lm-mutant.h"

static unsigned char nobody_looks[LM_MUTANTS_MAX];

unsigned int lm_mutant;
unsigned char *lm_mutant_reached = nobody_looks;
