/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a run comes to, in a few words and in a sentence. */
#include <stdio.h>
#include <stdlib.h>

#include "matrix.h"
#include "util.h"

static unsigned int judged_rows(const struct rp_matrix *m)
{
	return m->rows[CT_PASS] + m->rows[CT_PASS_NOTE] + m->rows[CT_WARN] + m->rows[CT_FAIL] +
	       m->rows[CT_WAIVED] + m->rows[CT_UNEXPECTED_PASS];
}

static unsigned int failing_rows(const struct rp_matrix *m)
{
	return m->rows[CT_FAIL] + m->rows[CT_UNEXPECTED_PASS];
}

static bool is_absent(const json_t *env)
{
	return !json_is_true(json_object_get(env, "live_migration"));
}

/* Of the run itself: 1 a failure, 2 usage or the target, 4 not to its end. */
static unsigned int exit_code(const struct rp_matrix *m)
{
	return rp_uint(m->log->end, "exit");
}

static const char *end_why(const struct rp_matrix *m)
{
	return rp_str(m->log->end, "why");
}

static bool is_incomplete(const struct rp_matrix *m)
{
	return !m->log->end || m->rows[CT_HUNG] || m->rows[CT_ERROR] || m->rows[CT_NOT_RUN] ||
	       !judged_rows(m) || exit_code(m) == 2 || exit_code(m) == 4;
}

static const char *why_incomplete(const struct rp_matrix *m)
{
	if (!m->log->end)
		return "The log has no end: the run was interrupted or is still going on.";
	if (m->rows[CT_HUNG])
		return "A row hung: the device did not answer within its bound.";
	if (m->rows[CT_ERROR])
		return "A row ended in an error of the suite or the target.";
	if (!judged_rows(m))
		return "Nothing was judged.";
	return "Not every row was run to its end.";
}

static char *plural(unsigned int n, const char *one)
{
	return rp_format("%u %s%s", n, one, n == 1 ? "" : "s");
}

/*
 * In rows, for these are what was judged: one that fails leaves open which of the
 * requirements that it cites is violated.
 */
static char *violations(const struct rp_matrix *m)
{
	bool fails = m->rows[CT_FAIL];
	char *n = plural(m->rows[fails ? CT_FAIL : CT_UNEXPECTED_PASS], "row");
	char *text = rp_format("%s %s", n, fails ? "failed" : "passed that the waivers say fail");

	free(n);
	return text;
}

static char *conforming(const struct rp_matrix *m)
{
	const char *part = m->partial ? " in the part that was run" : "";
	unsigned int waived = m->rows[CT_WAIVED];

	if (!waived)
		return rp_format("conforms%s", part);
	return rp_format("conforms%s but for %u waived row%s", part, waived,
			 waived == 1 ? "" : "s");
}

/* Counts that are zero say nothing and are left out. */
static void put_count(FILE *out, unsigned int n, const char *what)
{
	if (n)
		fprintf(out, ", %u %s", n, what);
}

static void put_evidence(FILE *out, const json_t *env)
{
	const json_t *id = json_object_get(env, "identify");

	if (is_absent(env) && json_is_integer(json_object_get(id, "capability")))
		fprintf(out, " Byte 3072 of the PF's Identify Controller data is %02Xh.",
			rp_uint(id, "capability"));
}

static char *detail(const struct rp_matrix *m)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return rp_format("%s", "");
	fprintf(out, "%u of %zu rows judged", judged_rows(m), m->log->nrows);
	put_count(out, failing_rows(m), "failed");
	if (m->violated)
		fprintf(out, " (citing %u requirement%s)", m->violated,
			m->violated == 1 ? "" : "s");
	put_count(out, m->rows[CT_WAIVED], "waived");
	put_count(out, m->rows[CT_WARN], "with a warning");
	fputs(".", out);
	put_evidence(out, m->log->env);
	if (m->partial)
		fputs(" Only a part of the suite was run (filter or shard).", out);
	if (is_incomplete(m))
		fprintf(out, " %s", why_incomplete(m));
	if (*end_why(m) && is_incomplete(m))
		fprintf(out, " It ended with exit code %u: %s.", exit_code(m), end_why(m));
	fclose(out);
	return text;
}

void rp_conclude(struct rp_matrix *m)
{
	bool absent = is_absent(m->log->env);
	char *bad = violations(m);

	if (failing_rows(m)) {
		m->outcome = RP_VIOLATED;
		m->headline = absent ? rp_format("live migration not supported; %s", bad) :
				       rp_format("%s", bad);
	} else if (exit_code(m) == 1) {
		/* a failure that is not a row's: the capability is there though expected absent */
		m->outcome = RP_VIOLATED;
		m->headline = rp_format("%s", *end_why(m) ? end_why(m) : "failed");
	} else if (absent && m->log->end) {
		m->outcome = RP_ABSENT;
		m->headline = rp_format("live migration not supported");
	} else if (is_incomplete(m)) {
		m->outcome = RP_INCOMPLETE;
		m->headline = rp_format("run incomplete");
	} else {
		m->outcome = RP_CONFORMS;
		m->headline = conforming(m);
	}
	m->detail = detail(m);
	free(bad);
}
