/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * From what a case did to its verdict, and from cases to a row. A case:
 *
 *	1. FAIL of a row that cites no MUST is WARN; what a gate of the runner
 *	   found (no check executed, a VF left suspended) stays FAIL.
 *	2. Under profile rfc a row whose requirements are all of origin proposal
 *	   is SKIPPED, with the outcome in the reason; ERROR and gates stay.
 *	3. FAIL that a waiver covers is WAIVED; a case that a waiver names and
 *	   that passes is UNEXPECTED PASS.
 *
 * A row is the fold of its cases (fold.h), but UNEXPECTED PASS where a waiver
 * of the whole row, or the list of rows that do not apply, said otherwise, and
 * FAIL where it is NOT APPLICABLE and that list does not have it.
 */
#ifndef CT_JUDGE_H
#define CT_JUDGE_H

#include "result.h"
#include "waiver.h"

struct ct_judge {
	bool proposal; /* profile */
	struct ct_waivers *waivers;
	const struct ct_reasons *expect_na; /* .file NULL: no such list */
	bool whole; /* all cases of every selected row run: no shard, no single case */
	bool all_rows; /* every row is selected: no filter */
};

/** ct_judge_case() - the case's verdict and reason, in place */
void ct_judge_case(const struct ct_judge *j, const struct ct_row *row, struct ct_result *r);

/**
 * ct_judge_row() - the row's verdict, from its counts
 *
 * @r->verdict holds what was found about the row as a whole, apart from its
 * cases, or CT_NOT_APPLICABLE where that is nothing.
 * r->folded gets the fold of its cases.
 */
void ct_judge_row(const struct ct_judge *j, struct ct_row_result *r);

/**
 * ct_judge_requirement_waivers() - at the end: waivers of requirements that waived nothing
 *
 * Rows that cite one and passed become UNEXPECTED PASS. Return: the next such
 * row from *i on, or NULL.
 */
struct ct_row_result *ct_judge_requirement_waivers(const struct ct_judge *j,
						   struct ct_row_result *rows, size_t count,
						   size_t *i);

#endif
