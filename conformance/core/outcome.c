/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "outcome.h"

#include "say.h"

static int because(const char **why, int code, const char *text)
{
	*why = text;
	return code;
}

static bool judged(const unsigned int *totals)
{
	return totals[CT_PASS] || totals[CT_PASS_NOTE] || totals[CT_WARN] || totals[CT_WAIVED];
}

int ct_exit_code(const struct ct_outcome *o, const char **why)
{
	const unsigned int *n = o->totals;

	if (o->log_failed)
		return because(why, CT_EXIT_USAGE, "the log could not be written");
	if (o->interrupted)
		return because(why, CT_EXIT_PARTIAL, "interrupted");
	if (o->misused)
		return because(why, CT_EXIT_USAGE, "a waiver is unused");
	if (n[CT_FAIL])
		return because(why, CT_EXIT_FAIL, "a row failed");
	if (n[CT_UNEXPECTED_PASS])
		return because(why, CT_EXIT_FAIL, "a row passed that is said to fail");
	if (n[CT_ERROR])
		return because(why, CT_EXIT_USAGE, "the suite or the target made an error");
	if (n[CT_HUNG])
		return because(why, CT_EXIT_PARTIAL, "a row hung");
	if (n[CT_NOT_RUN])
		return because(why, CT_EXIT_PARTIAL, "not every row was run");
	if (o->expect_absent && o->identified && o->lm)
		return because(why, CT_EXIT_FAIL,
			       "live migration is there, though expected absent");
	if (o->identified && !o->lm && !o->expect_absent)
		return because(why, CT_EXIT_ABSENT, "live migration not supported");
	if (o->identified && !o->lm)
		return because(why, CT_EXIT_PASS, "live migration not supported, as expected");
	if (!judged(n))
		return because(why, CT_EXIT_PARTIAL, "nothing was judged");
	return because(why, CT_EXIT_PASS, "everything judged passed");
}
