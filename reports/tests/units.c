/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Escaping, the log reader and the matrix, one expectation each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interval.h"
#include "matrix.h"
#include "members.h"
#include "out.h"
#include "reach.h"
#include "util.h"

static void expect_escaped(enum rp_escape escape, const char *text, const char *want)
{
	struct rp_out out = { .escape = escape };
	char *got = NULL;
	size_t size;

	out.file = open_memstream(&got, &size);
	assert_non_null(out.file);
	rp_put(&out, "[%s]", text);
	fclose(out.file);
	assert_string_equal(got, want);
	free(got);
}

static void html_holds_no_foreign_markup(void **state)
{
	(void)state;
	expect_escaped(RP_HTML, "<a href=\"x\">&'", "[&lt;a href=&quot;x&quot;&gt;&amp;&#39;]");
	expect_escaped(RP_HTML, "a\nb\033[31m\x7F", "[a\nb\\x1B[31m\\x7F]");
	expect_escaped(RP_HTML, "\xE2\x80\xAE", "[\\u202E]");
	expect_escaped(RP_HTML, "\xC3\xA9", "[\xC3\xA9]");
}

static void bytes_that_are_no_utf8_are_replaced(void **state)
{
	(void)state;
	expect_escaped(RP_HTML, "\xFF", "[\xEF\xBF\xBD]");
	expect_escaped(RP_XML, "\xC3", "[\xEF\xBF\xBD]");
	expect_escaped(RP_XML, "\xC0\x80", "[\xEF\xBF\xBD\xEF\xBF\xBD]");
	expect_escaped(RP_XML, "\xED\xA0\x80", "[\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD]");
	expect_escaped(RP_XML, "\xF5\x80\x80\x80",
		       "[\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD]");
	expect_escaped(RP_XML, "\xEF\xBF\xBE", "[\xEF\xBF\xBD]");
}

static void xml_holds_nothing_that_xml_forbids(void **state)
{
	(void)state;
	expect_escaped(RP_XML, "\x01]]>\n", "[\\x01]]&gt;&#10;]");
}

static void a_tap_description_stays_one_line_and_no_directive(void **state)
{
	(void)state;
	expect_escaped(RP_TAP, "a # TODO\nok 1\\", "[a \\# TODO ok 1\\\\]");
	expect_escaped(RP_YAML, "a\"b\\c\nd\x01", "[a\\\"b\\\\c\\nd\\\\x01]");
}

static void markdown_text_stays_inside_its_cell(void **state)
{
	(void)state;
	expect_escaped(RP_MARKDOWN, "a|b\n`c`<b>*", "[a\\|b \\`c\\`&lt;b&gt;\\*]");
}

static void numbers_and_percent_signs_are_written(void **state)
{
	struct rp_out out = { .escape = RP_HTML };
	char *got = NULL;
	size_t size;

	(void)state;
	out.file = open_memstream(&got, &size);
	rp_put(&out, "<%u %zu %d %c %% %.1f %.3f>", 1u, (size_t)2, -3, 'x', 1.25, 2.0);
	fclose(out.file);
	assert_string_equal(got, "<1 2 -3 x % 1.2 2.000>");
	free(got);
}

static struct rp_log *read_log(const char *name)
{
	char *path = rp_format("reports/tests/logs/%s.jsonl", name), error[256];
	struct rp_log *log = rp_log_read(path, error, sizeof(error));

	free(path);
	assert_non_null(log);
	return log;
}

/* The log that a string is, or NULL and its error. */
static struct rp_log *parse(const char *text, char *error, size_t size)
{
	FILE *file = fmemopen((char *)text, strlen(text), "r");
	struct rp_log *log;

	assert_non_null(file);
	log = rp_log_parse(file, "x", error, size);
	fclose(file);
	return log;
}

#define ENV "{\"type\":\"environment\",\"format\":1,\"live_migration\":true}\n"

static void a_cut_last_line_is_noted_and_the_rest_is_kept(void **state)
{
	struct rp_log *log = read_log("cut");

	(void)state;
	assert_int_equal(log->nnotes, 1);
	assert_string_equal(log->notes[0], "the last line (6) is cut and was left out");
	assert_int_equal(log->nrows, 2);
	assert_int_equal(log->rows[0].verdict, CT_PASS);
	assert_false(log->rows[1].ended);
	assert_int_equal(log->rows[1].verdict, CT_NOT_RUN);
	rp_log_free(log);
}

static void a_damaged_line_in_the_middle_is_noted(void **state)
{
	struct rp_log *log;
	char error[256];

	(void)state;
	log = parse(ENV "{\"type\":\n{\"type\":\"end\",\"exit\":0,\"rows\":0}\n", error,
		    sizeof(error));
	assert_non_null(log);
	assert_int_equal(log->nnotes, 1);
	assert_string_equal(log->notes[0], "line 2 is damaged and was left out");
	assert_non_null(log->end);
	rp_log_free(log);
}

static void a_line_that_says_a_thing_twice_is_damaged(void **state)
{
	struct rp_log *log;
	char error[256];

	(void)state;
	log = parse(
		ENV
		"{\"type\":\"row\",\"row\":\"A/b\",\"verdict\":\"FAIL\",\"verdict\":\"PASS\"}\n",
		error, sizeof(error));
	assert_non_null(log);
	assert_int_equal(log->nrows, 0);
	assert_int_equal(log->nnotes, 1);
	rp_log_free(log);
}

static void another_format_version_is_refused(void **state)
{
	char error[256];

	(void)state;
	assert_null(rp_log_read("reports/tests/logs/version.jsonl", error, sizeof(error)));
	assert_non_null(strstr(error, "log format 2 by suite 9.9.0"));
}

static void what_is_no_log_is_refused(void **state)
{
	static const char *const texts[] = {
		"hello\n", "[]\n", "{}\n", "\n", "{\"type\":\"case\",\"row\":\"A/b\"}\n", "{\"ty"
	};
	char error[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*error = '\0';
		assert_null(parse(texts[i], error, sizeof(error)));
		assert_true(strlen(error) > 10);
		assert_null(strchr(error, '\n'));
	}
	assert_null(rp_log_read("reports/tests/logs/none.jsonl", error, sizeof(error)));
	assert_null(rp_log_read("reports/tests", error, sizeof(error)));
}

static void members_of_the_wrong_type_are_harmless(void **state)
{
	struct rp_log *log;
	struct rp_matrix *m;
	char error[256];

	(void)state;
	log = parse(ENV
		    "{\"type\":\"row\",\"row\":\"A/b\",\"verdict\":7,\"reqs\":\"x\",\"cases\":[],"
		    "\"reached\":[[1],[]],\"checks\":-1,\"reason\":{}}\n"
		    "{\"type\":\"case\",\"row\":\"A/b\",\"case\":\"x\",\"verdict\":\"PERFECT\","
		    "\"trace\":[1,null]}\n",
		    error, sizeof(error));
	assert_non_null(log);
	assert_int_equal(log->rows[0].verdict, CT_ERROR);
	assert_int_equal(log->rows[0].cases[0].verdict, CT_ERROR);
	assert_int_equal(log->nnotes, 2);
	m = rp_matrix_new(log);
	assert_int_equal(m->outcome, RP_INCOMPLETE);
	rp_matrix_free(m);
	rp_log_free(log);
}

static void a_resumed_run_counts_its_last_records(void **state)
{
	struct rp_log *log;
	char error[256];

	(void)state;
	log = parse(
		ENV
		"{\"type\":\"case\",\"row\":\"A/b\",\"case\":1,\"verdict\":\"FAIL\",\"reason\":\"x\"}\n"
		"{\"type\":\"case\",\"row\":\"A/b\",\"case\":0,\"verdict\":\"PASS\"}\n"
		"{\"type\":\"end\",\"exit\":4,\"rows\":0}\n" ENV
		"{\"type\":\"case\",\"row\":\"A/b\",\"case\":1,\"verdict\":\"PASS\"}\n",
		error, sizeof(error));
	assert_non_null(log);
	assert_int_equal(log->resumed, 1);
	assert_null(log->end);
	assert_int_equal(log->rows[0].ncases, 2);
	assert_int_equal(log->rows[0].cases[0].number, 0);
	assert_int_equal(log->rows[0].cases[1].verdict, CT_PASS);
	rp_log_free(log);
}

static void expect_outcome(const char *name, enum rp_outcome outcome, const char *headline)
{
	struct rp_log *log = read_log(name);
	struct rp_matrix *m = rp_matrix_new(log);

	assert_int_equal(m->outcome, outcome);
	assert_string_equal(m->headline, headline);
	rp_matrix_free(m);
	rp_log_free(log);
}

static void the_headline_says_what_the_run_shows(void **state)
{
	(void)state;
	expect_outcome("pass", RP_CONFORMS, "conforms");
	expect_outcome("fail", RP_VIOLATED, "2 rows failed");
	expect_outcome("absent", RP_ABSENT, "live migration not supported");
	expect_outcome("cut", RP_INCOMPLETE, "run incomplete");
	expect_outcome("hung", RP_INCOMPLETE, "run incomplete");
	expect_outcome("waived", RP_CONFORMS, "conforms but for 1 waived row");
	expect_outcome("hostile", RP_VIOLATED, "1 row failed");
}

static void expect_incomplete(const char *one, const char *other)
{
	char error[256], *text;
	struct rp_log *log;
	struct rp_matrix *m;

	text = rp_format(ENV "{\"type\":\"row\",\"row\":\"A/b\",\"verdict\":\"%s\"}\n"
			     "{\"type\":\"row\",\"row\":\"A/c\",\"verdict\":\"%s\"}\n"
			     "{\"type\":\"end\",\"exit\":0,\"rows\":2}\n",
			 one, other);
	log = parse(text, error, sizeof(error));
	m = rp_matrix_new(log);
	assert_int_equal(m->outcome, RP_INCOMPLETE);
	rp_matrix_free(m);
	rp_log_free(log);
	free(text);
}

static void what_was_not_judged_to_its_end_is_incomplete(void **state)
{
	static const char *const verdicts[] = { "HUNG", "ERROR", "NOT RUN" };
	static const char *const alone[] = { "NOT APPLICABLE", "SKIPPED" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		expect_incomplete("PASS", verdicts[i]);
	for (i = 0; i < 2; i++)
		expect_incomplete(alone[i], alone[i]);
}

static void a_failure_of_the_run_itself_is_the_headline(void **state)
{
	struct rp_log *log;
	struct rp_matrix *m;
	char error[256];

	(void)state;
	log = parse(ENV "{\"type\":\"row\",\"row\":\"A/b\",\"verdict\":\"PASS\"}\n"
			"{\"type\":\"end\",\"exit\":1,\"rows\":1,\"why\":\"not expected\"}\n",
		    error, sizeof(error));
	m = rp_matrix_new(log);
	assert_int_equal(m->outcome, RP_VIOLATED);
	assert_string_equal(m->headline, "not expected");
	rp_matrix_free(m);
	rp_log_free(log);
}

static void part_of_a_suite_never_just_conforms(void **state)
{
	static const char *const parts[] = { "\"shard\":\"0/4\"", "\"filters\":[\"SUS\"]",
					     "\"case\":3", "\"rows_from\":\"x\"" };
	char error[256];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		char *text = rp_format(
			"{\"type\":\"environment\",\"format\":1,\"live_migration\":true,%s}\n"
			"{\"type\":\"row\",\"row\":\"A/b\",\"verdict\":\"PASS\"}\n"
			"{\"type\":\"end\",\"exit\":0,\"rows\":1}\n",
			parts[i]);
		struct rp_log *log = parse(text, error, sizeof(error));
		struct rp_matrix *m = rp_matrix_new(log);

		assert_string_equal(m->headline, "conforms in the part that was run");
		rp_matrix_free(m);
		rp_log_free(log);
		free(text);
	}
}

static void totals_add_up_in_every_log(void **state)
{
	static const char *const names[] = { "pass", "fail",   "absent", "cut",
					     "hung", "waived", "hostile" };
	size_t i, cases;
	unsigned int v, rows, ncases, reqs;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct rp_log *log = read_log(names[i]);
		struct rp_matrix *m = rp_matrix_new(log);

		rows = ncases = reqs = 0;
		for (v = 0; v < CT_VERDICT_COUNT; v++) {
			rows += m->rows[v];
			ncases += m->cases[v];
			reqs += m->by_verdict[v];
		}
		assert_int_equal(rows, log->nrows);
		assert_int_equal(reqs + m->uncovered, m->nreqs);
		for (cases = 0, v = 0; v < log->nrows; v++)
			cases += log->rows[v].ncases;
		assert_int_equal(ncases, cases);
		assert_int_equal(m->ncases, cases);
		rp_matrix_free(m);
		rp_log_free(log);
	}
}

static void a_requirement_is_folded_from_all_its_rows(void **state)
{
	struct rp_log *log = read_log("fail");
	struct rp_matrix *m = rp_matrix_new(log);

	(void)state;
	/* PASS by one row, NOT APPLICABLE by another */
	assert_int_equal(rp_judged(m, "LM-SUS-020")->nrows, 2);
	assert_int_equal(rp_judged(m, "LM-SUS-020")->verdict, CT_PASS);
	assert_int_equal(rp_judged(m, "LM-RSM-010")->verdict, CT_FAIL);
	assert_int_equal(rp_judged(m, "LM-SUS-030")->verdict, CT_WARN);
	assert_string_equal(rp_matrix_word(m, "LM-SEC-010"), "no row");
	assert_string_equal(rp_uncovered_reason(rp_judged(m, "LM-SEC-010")),
			    "no host can see what firmware remembers");
	rp_matrix_free(m);
	rp_log_free(log);
}

static void a_requirement_is_proven_by_its_own_lines_alone(void **state)
{
	(void)state;
	assert_int_equal(rp_proofs("LM-SUS-010"), 2);
	assert_int_equal(rp_proofs("LM-SUS-01"), 0);
	assert_int_equal(rp_proofs("LM-SUS-020"), 0);
	assert_null(rp_retired("LM-SUS-020"));
	assert_non_null(rp_retired("LM-SUS-040"));
}

static void only_requirements_with_rows_count_as_proven(void **state)
{
	struct rp_log *log = read_log("cut");
	struct rp_matrix *m = rp_matrix_new(log);

	(void)state;
	/* RSM's row record, which cites the other one, is what was cut */
	assert_int_equal(m->proven, 1);
	rp_matrix_free(m);
	rp_log_free(log);
}

static void profile_rfc_does_not_judge_by_the_proposal(void **state)
{
	struct rp_log *log;
	struct rp_matrix *m;
	char error[256];

	(void)state;
	log = parse(
		"{\"type\":\"environment\",\"format\":1,\"live_migration\":true,\"profile\":\"rfc\"}\n"
		"{\"type\":\"row\",\"row\":\"A/b\",\"reqs\":[\"LM-SAV-010\",\"LM-RSM-010\"],"
		"\"verdict\":\"FAIL\",\"reason\":\"x\"}\n",
		error, sizeof(error));
	m = rp_matrix_new(log);
	assert_true(rp_judged(m, "LM-SAV-010")->information);
	assert_false(rp_judged(m, "LM-RSM-010")->information);
	assert_string_equal(m->headline, "1 row failed");
	rp_matrix_free(m);
	rp_log_free(log);
}

static void cells_reached_are_counted_once_per_entry(void **state)
{
	struct rp_log *log = read_log("pass");
	struct rp_reach reach;

	(void)state;
	rp_reach(&reach, log);
	assert_int_equal(reach.reached, 3);
	assert_int_equal(reach.unknown, 0);
	assert_int_equal(reach.times[0][1], 1200);
	rp_log_free(log);
	log = read_log("hostile");
	rp_reach(&reach, log);
	assert_int_equal(reach.unknown, 1);
	assert_int_equal(reach.reached, 2);
	rp_log_free(log);
}

static void a_bundle_packs_to_the_same_bytes_twice(void **state)
{
	struct rp_bundle b = { 0 };
	char error[256], *one, *two;
	size_t n, k;

	(void)state;
	rp_bundle_add(&b, "a", rp_format("text"), 4);
	one = rp_bundle_pack(&b, 1000, &n, error, sizeof(error));
	two = rp_bundle_pack(&b, 1000, &k, error, sizeof(error));
	assert_non_null(one);
	assert_int_equal(n, k);
	assert_memory_equal(one, two, n);
	/* bytes 4 to 7 of a gzip stream are its time stamp (RFC 1952 2.3) */
	assert_memory_equal(one + 4, "\0\0\0\0", 4);
	free(one);
	free(two);
	rp_bundle_free(&b);
}

/* Ten values: from the 2nd to the 9th, which misses the median once in 47 times. */
static void an_interval_lies_between_order_statistics(void **state)
{
	double ten[] = { 10, 1, 9, 2, 8, 3, 7, 4, 6, 5 };
	double twenty[20];
	struct rp_interval interval;
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++)
		twenty[i] = 20 - i;
	assert_true(rp_interval(ten, 10, &interval));
	assert_float_equal(interval.median, 5.5, 0);
	assert_float_equal(interval.low, 2, 0);
	assert_float_equal(interval.high, 9, 0);
	assert_float_equal(interval.confidence, 1 - 22.0 / 1024, 1e-12);
	assert_true(rp_interval(twenty, 20, &interval));
	assert_float_equal(interval.low, 6, 0);
	assert_float_equal(interval.high, 15, 0);
	assert_false(rp_interval(ten, 9, &interval));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_holds_no_foreign_markup),
		cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
		cmocka_unit_test(xml_holds_nothing_that_xml_forbids),
		cmocka_unit_test(a_tap_description_stays_one_line_and_no_directive),
		cmocka_unit_test(markdown_text_stays_inside_its_cell),
		cmocka_unit_test(numbers_and_percent_signs_are_written),
		cmocka_unit_test(a_cut_last_line_is_noted_and_the_rest_is_kept),
		cmocka_unit_test(a_damaged_line_in_the_middle_is_noted),
		cmocka_unit_test(a_line_that_says_a_thing_twice_is_damaged),
		cmocka_unit_test(another_format_version_is_refused),
		cmocka_unit_test(what_is_no_log_is_refused),
		cmocka_unit_test(members_of_the_wrong_type_are_harmless),
		cmocka_unit_test(a_resumed_run_counts_its_last_records),
		cmocka_unit_test(the_headline_says_what_the_run_shows),
		cmocka_unit_test(what_was_not_judged_to_its_end_is_incomplete),
		cmocka_unit_test(a_failure_of_the_run_itself_is_the_headline),
		cmocka_unit_test(part_of_a_suite_never_just_conforms),
		cmocka_unit_test(totals_add_up_in_every_log),
		cmocka_unit_test(a_requirement_is_folded_from_all_its_rows),
		cmocka_unit_test(a_requirement_is_proven_by_its_own_lines_alone),
		cmocka_unit_test(only_requirements_with_rows_count_as_proven),
		cmocka_unit_test(profile_rfc_does_not_judge_by_the_proposal),
		cmocka_unit_test(cells_reached_are_counted_once_per_entry),
		cmocka_unit_test(an_interval_lies_between_order_statistics),
		cmocka_unit_test(a_bundle_packs_to_the_same_bytes_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
