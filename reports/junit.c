/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * JUnit XML, as reports/junit.xsd has it: one test suite per area and log, one
 * test case per row. A row that was not judged is skipped with its reason,
 * never passed in silence; a waived one too.
 */
#include <string.h>

#include "format.h"

enum kind { KIND_OK, KIND_FAILURE, KIND_ERROR, KIND_SKIPPED, KIND_COUNT };

static enum kind kind_of(enum ct_verdict verdict)
{
	switch (verdict) {
	case CT_PASS:
	case CT_PASS_NOTE:
	case CT_WARN:
		return KIND_OK;
	case CT_FAIL:
	case CT_UNEXPECTED_PASS:
		return KIND_FAILURE;
	case CT_HUNG:
	case CT_ERROR:
		return KIND_ERROR;
	default:
		return KIND_SKIPPED;
	}
}

struct tally {
	unsigned int tests;
	unsigned int kinds[KIND_COUNT];
	double seconds;
};

static void tally(struct tally *t, const struct rp_row *row)
{
	t->tests++;
	t->kinds[kind_of(row->verdict)]++;
	t->seconds += row->ms / 1000;
}

static void put_tally(struct rp_out *out, const struct tally *t)
{
	rp_put(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", t->tests, t->kinds[KIND_FAILURE],
	       t->kinds[KIND_ERROR]);
	rp_put(out, " skipped=\"%u\" time=\"%.3f\"", t->kinds[KIND_SKIPPED], t->seconds);
}

static void property(struct rp_out *out, const char *name, const char *value)
{
	if (*value)
		rp_put(out, "<property name=\"%s\" value=\"%s\"/>\n", name, value);
}

static void environment(struct rp_out *out, const struct rp_matrix *m)
{
	static const char *const keys[] = { "suite",	 "spec", "profile", "target", "argument",
					    "transport", "seed", "shard",   "kernel" };
	static const char *const id_keys[] = { "mn", "fr", "sn", "subnqn" };
	const json_t *env = m->log->env;
	size_t i;

	rp_raw(out, "<properties>\n");
	property(out, "headline", m->headline);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		property(out, keys[i], rp_str(env, keys[i]));
	for (i = 0; i < sizeof(id_keys) / sizeof(id_keys[0]); i++)
		property(out, id_keys[i], rp_str(json_object_get(env, "identify"), id_keys[i]));
	for (i = 0; i < m->log->nnotes; i++)
		property(out, "log", m->log->notes[i]);
	rp_raw(out, "</properties>\n");
}

/* The text of a failure: each bad case with its trace and how to replay it. */
static void findings(struct rp_out *out, const struct rp_row *row)
{
	size_t i, k;

	for (i = 0; i < row->ncases; i++) {
		const struct rp_case *c = &row->cases[i];

		if (!rp_is_finding(c->verdict))
			continue;
		rp_put(out, "case %u %s: %s: %s\n", c->number, c->name, ct_verdict_name(c->verdict),
		       c->reason);
		rp_put(out, "  at %s\n  replay: %s\n", c->where, c->replay);
		for (k = 0; k < json_array_size(c->trace); k++)
			rp_put(out, "  %s\n", rp_trace_line(c, k));
	}
}

static void verdict(struct rp_out *out, const struct rp_row *row)
{
	static const char *const elements[] = { "system-out", "failure", "error", "skipped" };
	enum kind kind = kind_of(row->verdict);
	const char *element = elements[kind];

	if (row->verdict == CT_PASS)
		return;
	rp_put(out, "<%s", element);
	if (kind != KIND_OK)
		rp_put(out, " message=\"%s: %s\"", ct_verdict_name(row->verdict), row->reason);
	if (kind == KIND_FAILURE || kind == KIND_ERROR)
		rp_put(out, " type=\"%s\"", ct_verdict_name(row->verdict));
	rp_raw(out, ">");
	if (kind == KIND_OK)
		rp_put(out, "%s: %s\n", ct_verdict_name(row->verdict), row->reason);
	if (kind != KIND_SKIPPED)
		findings(out, row);
	rp_put(out, "</%s>\n", element);
}

static void testcase(struct rp_out *out, const struct rp_row *row, const char *area)
{
	size_t i;

	rp_put(out, "<testcase name=\"%s\" classname=\"%s\"", row->id, area);
	rp_put(out, " file=\"%s\" assertions=\"%u\" time=\"%.3f\">\n", row->file, row->checks,
	       row->ms / 1000);
	if (json_array_size(row->reqs)) {
		rp_raw(out, "<properties>\n");
		for (i = 0; i < json_array_size(row->reqs); i++)
			property(out, "requirement", rp_row_req(row, i));
		rp_raw(out, "</properties>\n");
	}
	verdict(out, row);
	rp_raw(out, "</testcase>\n");
}

/* Whether the row is the first of its area, which is what precedes the slash. */
static bool opens_area(const struct rp_log *log, size_t row, size_t len)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (!strncmp(log->rows[i].id, log->rows[row].id, len + 1))
			return false;
	return true;
}

static void suite(struct rp_out *out, const struct rp_matrix *m, size_t first, size_t len)
{
	const struct rp_log *log = m->log;
	const char *id = log->rows[first].id;
	struct tally t = { 0 };
	char area[64];
	size_t i;

	snprintf(area, sizeof(area), "%.*s", (int)len, id);
	for (i = first; i < log->nrows; i++)
		if (!strncmp(log->rows[i].id, id, len + 1))
			tally(&t, &log->rows[i]);
	rp_put(out, "<testsuite name=\"%s %s\"", rp_str(log->env, "target"), area);
	put_tally(out, &t);
	rp_put(out, " timestamp=\"%s\">\n", rp_str(log->env, "started"));
	environment(out, m);
	for (i = first; i < log->nrows; i++)
		if (!strncmp(log->rows[i].id, id, len + 1))
			testcase(out, &log->rows[i], area);
	rp_raw(out, "</testsuite>\n");
}

/* A run that did not end must not look green: it gets a test case of its own. */
static void unfinished(struct rp_out *out, const struct rp_matrix *m)
{
	rp_put(out, "<testsuite name=\"%s run\" tests=\"1\" failures=\"0\" errors=\"1\" ",
	       rp_str(m->log->env, "target"));
	rp_put(out, "skipped=\"0\" time=\"0.000\" timestamp=\"%s\">\n",
	       rp_str(m->log->env, "started"));
	environment(out, m);
	rp_raw(out, "<testcase name=\"run ends\" classname=\"run\" time=\"0.000\">\n");
	rp_put(out, "<error message=\"%s\" type=\"NOT RUN\">%s</error>\n", "run incomplete",
	       m->detail);
	rp_raw(out, "</testcase>\n</testsuite>\n");
}

void rp_junit(FILE *file, struct rp_matrix *const *m, size_t n)
{
	struct rp_out out = { file, RP_XML };
	struct tally all = { 0 };
	size_t i, row, len;

	for (i = 0; i < n; i++) {
		for (row = 0; row < m[i]->log->nrows; row++)
			tally(&all, &m[i]->log->rows[row]);
		if (!m[i]->log->end) {
			all.tests++;
			all.kinds[KIND_ERROR]++;
		}
	}
	rp_raw(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nvme-lm\"");
	put_tally(&out, &all);
	rp_raw(&out, ">\n");
	for (i = 0; i < n; i++) {
		for (row = 0; row < m[i]->log->nrows; row++) {
			len = strcspn(m[i]->log->rows[row].id, "/");
			if (opens_area(m[i]->log, row, len))
				suite(&out, m[i], row, len);
		}
		if (!m[i]->log->end)
			unfinished(&out, m[i]);
	}
	rp_raw(&out, "</testsuites>\n");
}
