/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Verdicts, and how many of them become one. A row's verdict is the fold of
 * its cases', a requirement's the fold of the verdicts of the rows that cite
 * it. The fold is the greatest by the order of the enumeration: what says most
 * against the device wins, whatever the order of the rows. So
 *
 *	- one FAIL makes FAIL, whatever else passed;
 *	- a row that did not get to its end (ERROR, HUNG, NOT RUN) hides no FAIL
 *	  and is not hidden by a PASS;
 *	- what was not applicable or skipped takes nothing from what was judged;
 *	- of nothing at all the verdict is NOT RUN.
 */
#ifndef CT_FOLD_H
#define CT_FOLD_H

#include <stddef.h>

enum ct_verdict {
	CT_NOT_APPLICABLE, /* the capability is absent, with the evidence */
	CT_SKIPPED, /* asked for, or held back by the guard */
	CT_PASS,
	CT_PASS_NOTE, /* allowed, but not what is preferred */
	CT_NOT_RUN, /* interrupted or out of time before it began */
	CT_WARN, /* a SHOULD is violated */
	CT_WAIVED, /* failed, as the waiver file says it would */
	CT_UNEXPECTED_PASS, /* passed, though a waiver says that it fails */
	CT_HUNG, /* a bounded wait or the time limit ran out */
	CT_ERROR, /* the suite or the target is at fault */
	CT_FAIL,
	CT_VERDICT_COUNT
};

/**
 * ct_fold() - one verdict for many; a pure function
 * @v: the verdicts, in any order
 * @n: how many
 *
 * Return: the greatest, or CT_NOT_RUN where n is 0.
 */
enum ct_verdict ct_fold(const enum ct_verdict *v, size_t n);

/** ct_verdict_name() - as the log and the reports write it, e.g. "PASS (note)" */
const char *ct_verdict_name(enum ct_verdict v);

/** ct_verdict_meaning() - one sentence */
const char *ct_verdict_meaning(enum ct_verdict v);

/** ct_verdict_parse() - the verdict of this name, or -1 */
int ct_verdict_parse(const char *name);

#endif
