/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Unit tests of the pure functions that make verdicts, exit codes, seeds and shards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "guard.h"
#include "judge.h"
#include "outcome.h"
#include "random.h"
#include "resume.h"
#include "select.h"

static const struct ct_row must = { .id = "A/must", .reqs = "LM-DIS-010 LM-DIS-055" };
static const struct ct_row should = { .id = "A/should", .reqs = "LM-DIS-055" };
static const struct ct_row proposal = { .id = "A/proposal", .reqs = "LM-DIS-020 LM-DIS-055" };

static struct ct_waivers no_waivers;
static const struct ct_reasons no_list;

static enum ct_verdict judged(const struct ct_row *row, bool by_proposal, enum ct_verdict v,
			      bool gate)
{
	const struct ct_judge j = {
		.proposal = by_proposal,
		.waivers = &no_waivers,
		.expect_na = &no_list,
	};
	struct ct_result r = { .verdict = v, .gate = gate, .reason = "why" };

	ct_judge_case(&j, row, &r);
	assert_true(v == r.verdict || strstr(r.reason, "why"));
	return r.verdict;
}

static void a_failed_check_warns_only_where_no_must_is_cited(void **state)
{
	(void)state;
	assert_int_equal(judged(&must, true, CT_FAIL, false), CT_FAIL);
	assert_int_equal(judged(&should, true, CT_FAIL, false), CT_WARN);
	assert_int_equal(judged(&should, true, CT_FAIL, true), CT_FAIL);
	assert_int_equal(judged(&should, true, CT_ERROR, false), CT_ERROR);
	assert_int_equal(judged(&should, true, CT_HUNG, false), CT_HUNG);
	assert_int_equal(judged(&should, true, CT_PASS, false), CT_PASS);
}

static void profile_rfc_takes_the_proposal_as_information(void **state)
{
	static const enum ct_verdict becomes[CT_VERDICT_COUNT] = {
		[CT_NOT_APPLICABLE] = CT_NOT_APPLICABLE,
		[CT_SKIPPED] = CT_SKIPPED,
		[CT_PASS] = CT_SKIPPED,
		[CT_PASS_NOTE] = CT_SKIPPED,
		[CT_NOT_RUN] = CT_NOT_RUN,
		[CT_WARN] = CT_SKIPPED,
		[CT_WAIVED] = CT_WAIVED,
		[CT_UNEXPECTED_PASS] = CT_UNEXPECTED_PASS,
		[CT_HUNG] = CT_SKIPPED,
		[CT_ERROR] = CT_ERROR,
		[CT_FAIL] = CT_SKIPPED,
	};
	int v;

	(void)state;
	for (v = 0; v < CT_VERDICT_COUNT; v++) {
		assert_int_equal(judged(&proposal, false, (enum ct_verdict)v, false), becomes[v]);
		assert_int_equal(judged(&proposal, true, (enum ct_verdict)v, false), v);
		assert_int_equal(judged(&must, false, (enum ct_verdict)v, false), v);
	}
	assert_int_equal(judged(&proposal, false, CT_FAIL, true), CT_FAIL);
}

static void waiver_entry(struct ct_waivers *w, struct ct_waiver *entry)
{
	w->text.file = "waivers";
	w->text.count = 1;
	w->entry = entry;
}

static void a_waiver_turns_fail_and_nothing_else(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < CT_VERDICT_COUNT; v++) {
		struct ct_waiver entry = { .row = &must, .reason = "known", .line = 4 };
		struct ct_waivers w = { 0 };
		const struct ct_judge j = {
			.proposal = true,
			.waivers = &w,
			.expect_na = &no_list,
		};
		struct ct_result r = { .verdict = (enum ct_verdict)v, .reason = "why" };

		waiver_entry(&w, &entry);
		ct_judge_case(&j, &must, &r);
		assert_int_equal(r.verdict, v == CT_FAIL ? CT_WAIVED : v);
		assert_int_equal(entry.waived, v == CT_FAIL);
		if (v == CT_FAIL)
			assert_string_equal(r.reason, "waived: known: why");
	}
}

static enum ct_verdict row_with(const struct ct_judge *j, const struct ct_row *row,
				enum ct_verdict v)
{
	struct ct_row_result r = { .row = row, .worst = v };

	r.counts[v] = 2;
	ct_judge_row(j, &r);
	assert_int_equal(r.folded, v);
	assert_true(r.finished);
	return r.verdict;
}

static void a_waived_row_that_passes_is_unexpected(void **state)
{
	struct ct_waiver entry = { .row = &must, .reason = "known", .line = 4 };
	struct ct_waivers w = { 0 };
	struct ct_judge j = { .waivers = &w, .expect_na = &no_list, .whole = true };
	int v;

	(void)state;
	waiver_entry(&w, &entry);
	for (v = 0; v < CT_VERDICT_COUNT; v++)
		assert_int_equal(row_with(&j, &must, (enum ct_verdict)v),
				 v == CT_PASS || v == CT_PASS_NOTE || v == CT_WARN ?
					 CT_UNEXPECTED_PASS :
					 (enum ct_verdict)v);
	assert_int_equal(row_with(&j, &should, CT_PASS), CT_PASS);
	j.whole = false;
	assert_int_equal(row_with(&j, &must, CT_PASS), CT_PASS);
	j.whole = true;
	entry.waived = 1;
	assert_int_equal(row_with(&j, &must, CT_PASS), CT_PASS);
}

static void a_waived_requirement_whose_rows_all_pass_is_unexpected(void **state)
{
	struct ct_waiver entry = { .requirement = "LM-DIS-010", .reason = "known", .line = 4 };
	struct ct_row_result rows[3] = {
		{ .row = &should, .verdict = CT_PASS, .finished = true },
		{ .row = &must, .verdict = CT_NOT_APPLICABLE, .finished = true },
		{ .row = &must, .verdict = CT_PASS, .finished = true },
	};
	struct ct_waivers w = { 0 };
	struct ct_judge j = { .waivers = &w, .whole = true, .all_rows = true };
	size_t i = 0;

	(void)state;
	waiver_entry(&w, &entry);
	assert_ptr_equal(ct_judge_requirement_waivers(&j, rows, 3, &i), &rows[2]);
	assert_int_equal(rows[2].verdict, CT_UNEXPECTED_PASS);
	assert_null(ct_judge_requirement_waivers(&j, rows, 3, &i));
	rows[2].verdict = CT_PASS;
	i = 0;
	j.all_rows = false;
	assert_null(ct_judge_requirement_waivers(&j, rows, 3, &i));
	j.all_rows = true;
	entry.waived = 1;
	assert_null(ct_judge_requirement_waivers(&j, rows, 3, &i));
}

static void what_happens_outside_the_cases_counts_too(void **state)
{
	const struct ct_judge j = { .waivers = &no_waivers, .expect_na = &no_list };
	struct ct_row_result r = { .row = &must, .verdict = CT_ERROR };

	(void)state;
	r.counts[CT_PASS] = 1;
	ct_judge_row(&j, &r);
	assert_int_equal(r.verdict, CT_ERROR);
	assert_int_equal(r.folded, CT_PASS);
	r = (struct ct_row_result){ .row = &must, .verdict = CT_NOT_RUN };
	r.counts[CT_FAIL] = 1;
	ct_judge_row(&j, &r);
	assert_int_equal(r.verdict, CT_FAIL);
	r = (struct ct_row_result){ .row = &must, .verdict = CT_SKIPPED };
	ct_judge_row(&j, &r);
	assert_int_equal(r.verdict, CT_SKIPPED);
	assert_int_equal(r.folded, CT_SKIPPED);
}

static int exit_code(struct ct_outcome o)
{
	const char *why = NULL;
	int code = ct_exit_code(&o, &why);

	assert_non_null(why);
	return code;
}

#define WITH(...) ((struct ct_outcome){ .identified = true, .lm = true, __VA_ARGS__ })
#define ABSENT(...) ((struct ct_outcome){ .identified = true, __VA_ARGS__ })

static void each_verdict_has_its_exit_code(void **state)
{
	static const int codes[CT_VERDICT_COUNT] = {
		[CT_NOT_APPLICABLE] = 4, [CT_SKIPPED] = 4,
		[CT_PASS] = 0,		 [CT_PASS_NOTE] = 0,
		[CT_NOT_RUN] = 4,	 [CT_WARN] = 0,
		[CT_WAIVED] = 0,	 [CT_UNEXPECTED_PASS] = 1,
		[CT_HUNG] = 4,		 [CT_ERROR] = 2,
		[CT_FAIL] = 1,
	};
	int v, n;

	(void)state;
	for (v = 0; v < CT_VERDICT_COUNT; v++)
		for (n = 1; n <= 512; n += 255) {
			struct ct_outcome o = WITH(.interrupted = false);

			o.totals[v] = (unsigned int)n;
			assert_int_equal(exit_code(o), codes[v]);
		}
	assert_int_equal(exit_code(WITH(.totals[CT_FAIL] = 1, .totals[CT_ERROR] = 1)), 1);
	assert_int_equal(exit_code(WITH(.totals[CT_FAIL] = 1, .totals[CT_HUNG] = 1)), 1);
	assert_int_equal(exit_code(WITH(.totals[CT_ERROR] = 1, .totals[CT_HUNG] = 1)), 2);
	assert_int_equal(exit_code(WITH(.totals[CT_PASS] = 9, .totals[CT_NOT_RUN] = 1)), 4);
	assert_int_equal(exit_code(WITH(.totals[CT_PASS] = 9, .totals[CT_SKIPPED] = 1)), 0);
}

static void what_happened_to_the_run_counts_before_its_rows(void **state)
{
	(void)state;
	assert_int_equal(exit_code(WITH(.totals[CT_FAIL] = 1, .log_failed = true)), 2);
	assert_int_equal(exit_code(WITH(.totals[CT_FAIL] = 1, .interrupted = true)), 4);
	assert_int_equal(exit_code(WITH(.totals[CT_PASS] = 1, .interrupted = true)), 4);
	assert_int_equal(exit_code(WITH(.totals[CT_FAIL] = 1, .misused = true)), 2);
}

static void absence_has_its_exit_code(void **state)
{
	(void)state;
	assert_int_equal(exit_code(ABSENT(.totals[CT_PASS] = 1)), 3);
	assert_int_equal(exit_code(ABSENT(.totals[CT_NOT_APPLICABLE] = 1)), 3);
	assert_int_equal(exit_code(ABSENT(.expect_absent = true, .totals[CT_PASS] = 1)), 0);
	assert_int_equal(exit_code(ABSENT(.expect_absent = true, .totals[CT_FAIL] = 1)), 1);
	assert_int_equal(exit_code(WITH(.expect_absent = true, .totals[CT_PASS] = 1)), 1);
	assert_int_equal(exit_code((struct ct_outcome){ .totals[CT_NOT_APPLICABLE] = 1 }), 4);
}

/* The reference sequence of splitmix64 for seed 0 fills xoshiro256**'s state. */
static void random_numbers_are_those_of_the_algorithm(void **state)
{
	struct ct_random r;

	(void)state;
	ct_random_seed(&r, 0);
	assert_true(r.s[0] == UINT64_C(0xE220A8397B1DCDAF));
	assert_true(r.s[1] == UINT64_C(0x6E789E6AA1B965F4));
	assert_true(r.s[2] == UINT64_C(0x06C45D188009454F));
	assert_true(r.s[3] == UINT64_C(0xF88BB8A8724C81EC));
	r = (struct ct_random){ { 1, 2, 3, 4 } };
	assert_true(ct_random_next(&r) == 11520);
	assert_true(ct_random_next(&r) == 0);
	assert_true(ct_random_next(&r) == 1509978240);
}

static void seeds_of_cases_differ(void **state)
{
	(void)state;
	assert_true(ct_case_seed(1, "A/x", 0) == ct_case_seed(1, "A/x", 0));
	assert_true(ct_case_seed(1, "A/x", 0) != ct_case_seed(1, "A/x", 1));
	assert_true(ct_case_seed(1, "A/x", 0) != ct_case_seed(2, "A/x", 0));
	assert_true(ct_case_seed(1, "A/x", 0) != ct_case_seed(1, "A/y", 0));
}

static void every_case_is_in_one_shard(void **state)
{
	struct ct_options o = { .shards = 1 };
	unsigned int i, in;

	(void)state;
	for (o.shards = 1; o.shards < 20; o.shards++)
		for (i = 0; i < 50; i++) {
			for (in = 0, o.shard = 0; o.shard < o.shards; o.shard++)
				in += ct_case_selected(&o, &must, i);
			assert_int_equal(in, 1);
		}
}

static void a_row_whose_case_was_not_run_is_run_again(void **state)
{
	static const char *const records[] = {
		"{\"verdict\":\"FAIL\",\"cases\":{\"FAIL\":1,\"PASS\":2}}",
		"{\"verdict\":\"FAIL\",\"cases\":{\"FAIL\":1,\"NOT RUN\":1}}",
		"{\"verdict\":\"NOT RUN\",\"cases\":{}}",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct ct_old_log log = { .rows = json_object() };
		struct ct_row_result r = { .row = &must };

		json_object_set_new(log.rows, must.id, json_loads(records[i], 0, NULL));
		assert_int_equal(ct_resume_row(&log, &r), i == 0);
		json_decref(log.rows);
	}
}

/* A controller that is not ours: everything is closed but by what opens it. */
static void the_guard_opens_for_our_devices_and_claimed_ones(void **state)
{
	struct ct_probe p = { .has_id = true, .sn = "S1" };
	char why[96];
	unsigned int i;
	bool known, open;

	(void)state;
	for (i = 0; i < 32; i++) {
		p.lm = i & 1;
		p.uuid = i & 2;
		p.info.pci_vid = i & 4 ? 0x8086 : 0x8087;
		p.info.pci_did = i & 8 ? 0x1457 : 0x1458;
		p.info.caps = i & 16 ? CT_CAP(CT_CAP_FRESH) : 0;
		known = p.uuid || (i & 12) == 12;
		open = (p.lm && known) || i & 16;
		assert_int_equal(ct_guard_open(&p, NULL, why, sizeof(why)), open);
		assert_int_equal(ct_guard_open(&p, "S2", why, sizeof(why)), open);
		assert_int_equal(ct_guard_open(&p, "S", why, sizeof(why)), open);
		assert_true(ct_guard_open(&p, "S1", why, sizeof(why)));
	}
	memset(&p, 0, sizeof(p));
	assert_false(ct_guard_open(&p, "", why, sizeof(why)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_check_warns_only_where_no_must_is_cited),
		cmocka_unit_test(profile_rfc_takes_the_proposal_as_information),
		cmocka_unit_test(a_waiver_turns_fail_and_nothing_else),
		cmocka_unit_test(a_waived_row_that_passes_is_unexpected),
		cmocka_unit_test(a_waived_requirement_whose_rows_all_pass_is_unexpected),
		cmocka_unit_test(what_happens_outside_the_cases_counts_too),
		cmocka_unit_test(each_verdict_has_its_exit_code),
		cmocka_unit_test(what_happened_to_the_run_counts_before_its_rows),
		cmocka_unit_test(absence_has_its_exit_code),
		cmocka_unit_test(random_numbers_are_those_of_the_algorithm),
		cmocka_unit_test(seeds_of_cases_differ),
		cmocka_unit_test(every_case_is_in_one_shard),
		cmocka_unit_test(a_row_whose_case_was_not_run_is_run_again),
		cmocka_unit_test(the_guard_opens_for_our_devices_and_claimed_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
