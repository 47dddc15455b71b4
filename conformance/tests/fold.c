/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Unit tests of the fold of verdicts: every pair, and the laws it rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fold.h"

/*
 * What a pair becomes, written out by hand: row and column in the order
 * N/A, SKIPPED, PASS, note, NOT RUN, WARN, WAIVED, UNEXPECTED, HUNG, ERROR, FAIL.
 */
static const char *const pairs[CT_VERDICT_COUNT] = {
	"nspoRwvuheF", /* NOT APPLICABLE */
	"sspoRwvuheF", /* SKIPPED */
	"pppoRwvuheF", /* PASS */
	"ooooRwvuheF", /* PASS (note) */
	"RRRRRwvuheF", /* NOT RUN */
	"wwwwwwvuheF", /* WARN */
	"vvvvvvvuheF", /* WAIVED */
	"uuuuuuuuheF", /* UNEXPECTED PASS */
	"hhhhhhhhheF", /* HUNG */
	"eeeeeeeeeeF", /* ERROR */
	"FFFFFFFFFFF", /* FAIL */
};
static const char letters[] = "nspoRwvuheF";

static void every_pair_folds_as_the_table_says(void **state)
{
	enum ct_verdict v[2];
	int a, b;

	(void)state;
	for (a = 0; a < CT_VERDICT_COUNT; a++)
		for (b = 0; b < CT_VERDICT_COUNT; b++) {
			v[0] = (enum ct_verdict)a;
			v[1] = (enum ct_verdict)b;
			assert_int_equal(letters[ct_fold(v, 2)], pairs[a][b]);
		}
}

static void nothing_folds_to_not_run(void **state)
{
	(void)state;
	assert_int_equal(ct_fold(NULL, 0), CT_NOT_RUN);
}

static void one_verdict_stays_itself(void **state)
{
	enum ct_verdict v;
	int a;

	(void)state;
	for (a = 0; a < CT_VERDICT_COUNT; a++) {
		v = (enum ct_verdict)a;
		assert_int_equal(ct_fold(&v, 1), a);
	}
}

/* The fold of folds is the fold of all: verdicts of cases, rows and shards may be joined freely. */
static void folding_in_groups_changes_nothing(void **state)
{
	enum ct_verdict v[3], left[2];
	int i;

	(void)state;
	for (i = 0; i < CT_VERDICT_COUNT * CT_VERDICT_COUNT * CT_VERDICT_COUNT; i++) {
		v[0] = (enum ct_verdict)(i % CT_VERDICT_COUNT);
		v[1] = (enum ct_verdict)(i / CT_VERDICT_COUNT % CT_VERDICT_COUNT);
		v[2] = (enum ct_verdict)(i / CT_VERDICT_COUNT / CT_VERDICT_COUNT);
		left[0] = ct_fold(v, 2);
		left[1] = v[2];
		assert_int_equal(ct_fold(v, 3), ct_fold(left, 2));
	}
}

static void names_are_read_back(void **state)
{
	int a;

	(void)state;
	for (a = 0; a < CT_VERDICT_COUNT; a++) {
		assert_int_equal(ct_verdict_parse(ct_verdict_name((enum ct_verdict)a)), a);
		assert_non_null(ct_verdict_meaning((enum ct_verdict)a));
	}
	assert_int_equal(ct_verdict_parse("pass"), -1);
	assert_int_equal(ct_verdict_parse(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_folds_as_the_table_says),
		cmocka_unit_test(nothing_folds_to_not_run),
		cmocka_unit_test(one_verdict_stays_itself),
		cmocka_unit_test(folding_in_groups_changes_nothing),
		cmocka_unit_test(names_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
