/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a whole run comes to. */
#ifndef CT_OUTCOME_H
#define CT_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "fold.h"

struct ct_outcome {
	unsigned int totals[CT_VERDICT_COUNT]; /* rows */
	bool log_failed;
	bool interrupted;
	bool misused; /* found only at the end: a waiver's case does not exist */
	bool identified; /* Identify Controller was read */
	bool lm; /* and says that there is live migration */
	bool expect_absent;
};

/**
 * ct_exit_code() - the program's exit code; a pure function
 * @why: gets one phrase
 *
 * The first that holds: the log failed 2; interrupted 4; a waiver names no
 * case 2; a row FAILs or is an UNEXPECTED PASS 1; ERROR 2; HUNG or NOT RUN 4;
 * live migration is absent 3, or 0 where that is expected (and 1 where it is
 * expected but there is live migration); nothing was judged 4; else 0.
 */
int ct_exit_code(const struct ct_outcome *o, const char **why);

#endif
