/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * verify BUNDLE: whether what a bundle claims follows from the evidence in it.
 * Consistency is all that can be shown: who made it, a signature must say.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "ct-reports.h"
#include "matrix.h"
#include "util.h"
#include "version.h"
#include "write.h"

static const char usage[] =
	"usage: nvme-lm-ct verify BUNDLE\n"
	"Recomputes the sums, every verdict from its cases, the totals and the reports.\n"
	"Exit code: 0 the bundle holds, 1 it contradicts itself, 2 it cannot be judged here.\n";

struct check {
	unsigned int done;
	unsigned int wrong;
};

/* One claim; when it is false, the line says which and why. */
__attribute__((format(printf, 3, 4))) static void claim(struct check *c, bool holds,
							const char *fmt, ...)
{
	struct rp_out out = { stdout, RP_PLAIN };
	char line[1024];
	va_list ap;

	c->done++;
	if (holds)
		return;
	c->wrong++;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	rp_put(&out, "WRONG: %s\n", line);
}

static void check_sums(struct check *c, const struct rp_bundle *b)
{
	const struct rp_member *sums = rp_bundle_find(b, RP_BUNDLE_SUMS);
	struct rp_bundle rest = *b;
	char *text;

	claim(c, sums && sums == &b->member[b->n - 1], "%s is not the last member", RP_BUNDLE_SUMS);
	if (!sums || sums != &b->member[b->n - 1])
		return;
	rest.n--;
	text = rp_bundle_sums(&rest);
	claim(c, sums->size == strlen(text) && !strcmp(sums->data, text),
	      "%s does not fit the members: one was changed, added or removed", RP_BUNDLE_SUMS);
	free(text);
}

static void check_case(struct check *c, const struct rp_log *log, const struct rp_row *row,
		       const struct rp_case *k)
{
	json_t *entries = json_object_get(json_object_get(log->env, "waivers"), "entries");
	bool plain = k->verdict == CT_PASS;

	claim(c, plain || *k->reason, "%s case %u: %s without a reason", row->id, k->number,
	      ct_verdict_name(k->verdict));
	claim(c, !plain || k->checks, "%s case %u: PASS without a check", row->id, k->number);
	claim(c, !plain || (!*k->reason && !json_array_size(k->trace)),
	      "%s case %u: PASS, but with the reason or trace of another verdict", row->id,
	      k->number);
	claim(c, k->verdict != CT_WAIVED || json_array_size(entries),
	      "%s case %u: WAIVED, but the environment has no waiver", row->id, k->number);
}

static void check_counts(struct check *c, const struct rp_row *row)
{
	unsigned int count[CT_VERDICT_COUNT] = { 0 }, v, claimed = 0;
	const char *name;
	json_t *value;
	size_t i;

	for (i = 0; i < row->ncases; i++)
		count[row->cases[i].verdict]++;
	for (v = 0; v < CT_VERDICT_COUNT; v++) {
		name = ct_verdict_name((enum ct_verdict)v);
		claim(c, rp_uint(row->counts, name) == count[v],
		      "%s: claims %u cases %s, the log has %u", row->id, rp_uint(row->counts, name),
		      name, count[v]);
	}
	json_object_foreach(row->counts, name, value) claimed += rp_uint(row->counts, name);
	claim(c, claimed == row->ncases, "%s: claims %u cases, the log has %zu", row->id, claimed,
	      row->ncases);
}

static void check_row(struct check *c, const struct rp_log *log, const struct rp_row *row)
{
	enum ct_verdict *v = rp_grow(NULL, row->ncases + 1, sizeof(*v)), folded = row->folded;
	unsigned int checks = 0;
	size_t i;

	claim(c, row->ended, "%s: has cases but no verdict", row->id);
	for (i = 0; i < row->ncases; i++) {
		check_case(c, log, row, &row->cases[i]);
		v[i] = row->cases[i].verdict;
		checks += row->cases[i].checks;
	}
	check_counts(c, row);
	claim(c, row->checks == checks, "%s: claims %u checks, its cases have %u", row->id,
	      row->checks, checks);
	if (row->ncases)
		folded = ct_fold(v, row->ncases);
	free(v);
	claim(c, folded == row->folded, "%s: claims %s, but its cases give %s", row->id,
	      ct_verdict_name(row->folded), ct_verdict_name(folded));
	/* what was found about the row as a whole can only make it worse */
	claim(c, row->verdict == row->folded || (row->verdict > row->folded && *row->reason),
	      "%s: claims %s, which is better than its cases, or has no reason", row->id,
	      ct_verdict_name(row->verdict));
}

/* The row's requirements are those of the suite, in its order. */
static bool cites_as_suite(const struct rp_row *row, const char *reqs)
{
	size_t i, len;

	for (i = 0; *reqs; i++) {
		len = strcspn(reqs, " ");
		if (strlen(rp_row_req(row, i)) != len || strncmp(rp_row_req(row, i), reqs, len))
			return false;
		reqs += len;
		reqs += strspn(reqs, " ");
	}
	return i == json_array_size(row->reqs);
}

/* No row was added or changed, and of a whole run none is left out. */
static void check_suite(struct check *c, const struct rp_matrix *m)
{
	const struct rp_log *log = m->log;
	const char *id, *reqs;
	size_t i;

	for (i = 0; i < log->nrows; i++) {
		reqs = rp_suite_reqs(log->rows[i].id);
		claim(c, reqs, "%s: the suite has no such row", log->rows[i].id);
		claim(c, !reqs || cites_as_suite(&log->rows[i], reqs),
		      "%s cites other requirements than in the suite", log->rows[i].id);
	}
	for (i = 0; !m->partial && (id = rp_spec()->row(i, &reqs)); i++)
		claim(c, rp_log_row(log, id), "%s is missing, though no filter left it out", id);
}

/* Whether the IDs could be checked at all. */
static bool check_ids(struct check *c, const struct rp_log *log)
{
	size_t i, k;

	if (strcmp(rp_str(log->env, "spec"), rp_spec()->hash)) {
		printf("cannot check requirement IDs: made with specification %.12s, this program "
		       "has %.12s; use the release that made it (%s)\n",
		       rp_str(log->env, "spec"), rp_spec()->hash, rp_str(log->env, "suite"));
		return false;
	}
	for (i = 0; i < log->nrows; i++) {
		for (k = 0; k < json_array_size(log->rows[i].reqs); k++) {
			const char *id = rp_row_req(&log->rows[i], k);

			claim(c, rp_req(id), "%s cites %s, which the specification does not have%s",
			      log->rows[i].id, id, rp_retired(id) ? ": it was retired" : "");
		}
	}
	return true;
}

/* Exit code 0 says that there is nothing to say against the device or the run. */
static void check_exit(struct check *c, const struct rp_matrix *m)
{
	unsigned int bad = m->rows[CT_FAIL] + m->rows[CT_UNEXPECTED_PASS] + m->rows[CT_HUNG] +
			   m->rows[CT_ERROR] + m->rows[CT_NOT_RUN];

	claim(c, !bad || rp_uint(m->log->end, "exit"),
	      "the end claims exit code 0, but %u rows are not in order", bad);
}

static void check_totals(struct check *c, const struct rp_matrix *m)
{
	const json_t *totals = json_object_get(m->log->end, "totals");
	unsigned int v;

	claim(c, m->log->end, "the log has no end: the run was not finished");
	if (!m->log->end)
		return;
	for (v = 0; v < CT_VERDICT_COUNT; v++) {
		const char *name = ct_verdict_name((enum ct_verdict)v);

		claim(c, rp_uint(totals, name) == m->rows[v],
		      "the end claims %u rows %s, the log has %u", rp_uint(totals, name), name,
		      m->rows[v]);
	}
	check_exit(c, m);
	claim(c, rp_uint(m->log->end, "rows") == m->log->nrows,
	      "the end claims %u rows, the log has %zu", rp_uint(m->log->end, "rows"),
	      m->log->nrows);
}

/* What only the same suite can check: its rows, and what it makes of the log. */
static void check_derived(struct check *c, const struct rp_bundle *b, const struct rp_matrix *m)
{
	const struct rp_log *log = m->log;
	struct rp_bundle again = { 0 };
	const struct rp_member *got;
	size_t i;

	if (strcmp(rp_str(log->env, "suite"), LM_SUITE_VERSION)) {
		printf("rows and reports were not compared: made by suite %s, this is %s\n",
		       rp_str(log->env, "suite"), LM_SUITE_VERSION);
		return;
	}
	check_suite(c, m);
	if (!rp_bundle_derive(&again, log))
		return;
	for (i = 0; i < again.n; i++) {
		got = rp_bundle_find(b, again.member[i].name);
		claim(c,
		      got && got->size == again.member[i].size &&
			      !memcmp(got->data, again.member[i].data, got->size),
		      "%s is not what the log gives", again.member[i].name);
	}
	/* the log and the sums are the other two */
	claim(c, b->n == again.n + 2, "there are %zu members, not %zu", b->n, again.n + 2);
	rp_bundle_free(&again);
}

static int verify_log(struct check *c, const struct rp_bundle *b, const struct rp_log *log)
{
	struct rp_matrix *m = rp_matrix_new(log);
	bool ids;
	size_t i;

	for (i = 0; i < log->nnotes; i++)
		claim(c, false, "%s: %s", RP_BUNDLE_LOG, log->notes[i]);
	ids = check_ids(c, log);
	for (i = 0; i < log->nrows; i++)
		check_row(c, log, &log->rows[i]);
	check_totals(c, m);
	if (ids)
		check_derived(c, b, m);
	printf("%s: %u claims checked, %u wrong\n",
	       c->wrong ? "the bundle contradicts itself" : m->headline, c->done, c->wrong);
	rp_matrix_free(m);
	return c->wrong ? 1 : ids ? 0 : 2;
}

static int verify(const char *path)
{
	struct rp_bundle b = { 0 };
	const struct rp_member *run;
	struct check c = { 0 };
	struct rp_log *log = NULL;
	char error[512] = "";
	int code = 2;

	if (!rp_bundle_read(&b, path, error, sizeof(error))) {
		fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, error);
		rp_bundle_free(&b);
		return 2;
	}
	run = rp_bundle_find(&b, RP_BUNDLE_LOG);
	if (run) {
		check_sums(&c, &b);
		log = rp_bundle_log(run->data, run->size, error, sizeof(error));
	}
	if (log)
		code = verify_log(&c, &b, log);
	else
		fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, run ? error : "holds no run.jsonl");
	rp_log_free(log);
	rp_bundle_free(&b);
	return code;
}

int ct_verify_main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc != 2 || argv[1][0] == '-') {
		fputs(usage, stderr);
		return 2;
	}
	return verify(argv[1]);
}
