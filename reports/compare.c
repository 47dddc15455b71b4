/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* compare A B: what is different in B, worst first. */
#include <string.h>

#include "ct-reports.h"
#include "format.h"

/*
 * How good a verdict is. A row that was judged and no longer is has become
 * worse: what is not tested may have broken.
 */
static int rank(enum ct_verdict verdict)
{
	switch (verdict) {
	case CT_PASS:
		return 5;
	case CT_PASS_NOTE:
		return 4;
	case CT_WARN:
		return 3;
	case CT_WAIVED:
		return 2;
	case CT_NOT_APPLICABLE:
	case CT_SKIPPED:
	case CT_NOT_RUN:
		return 1;
	default:
		return 0;
	}
}

enum change {
	NEWLY_FAILING,
	NO_LONGER_JUDGED,
	WORSE,
	CASES_WORSE,
	REMOVED,
	NEWLY_PASSING,
	BETTER,
	CASES_BETTER,
	ADDED,
	SAME,
	CHANGES,
};

static const struct {
	const char *title;
	bool worse;
} changes[CHANGES] = {
	[NEWLY_FAILING] = { "newly failing", true },
	[NO_LONGER_JUDGED] = { "no longer judged", true },
	[WORSE] = { "worse", true },
	[CASES_WORSE] = { "same verdict, worse cases", true },
	[REMOVED] = { "rows that are gone", true },
	[NEWLY_PASSING] = { "newly passing", false },
	[BETTER] = { "better", false },
	[CASES_BETTER] = { "same verdict, other cases", false },
	[ADDED] = { "new rows", false },
	[SAME] = { "unchanged", false },
};

static const struct rp_case *case_numbered(const struct rp_row *row, unsigned int number)
{
	size_t i;

	for (i = 0; i < row->ncases; i++)
		if (row->cases[i].number == number)
			return &row->cases[i];
	return NULL;
}

static enum change change_of_cases(const struct rp_row *a, const struct rp_row *b)
{
	enum change change = a->ncases == b->ncases ? SAME : CASES_BETTER;
	const struct rp_case *was, *is;
	size_t i;

	for (i = 0; i < a->ncases; i++) {
		was = &a->cases[i];
		is = case_numbered(b, was->number);
		if (!is || rank(is->verdict) < rank(was->verdict))
			return CASES_WORSE;
		if (is->verdict != was->verdict)
			change = CASES_BETTER;
	}
	return change;
}

static enum change change_of(const struct rp_row *a, const struct rp_row *b)
{
	int was, is;

	if (!a)
		return rank(b->verdict) ? ADDED : NEWLY_FAILING;
	if (!b)
		return REMOVED;
	was = rank(a->verdict);
	is = rank(b->verdict);
	if (was == is)
		return a->verdict == b->verdict ? change_of_cases(a, b) : BETTER;
	if (is < was)
		return !is ? NEWLY_FAILING : is == 1 ? NO_LONGER_JUDGED : WORSE;
	return is >= 4 ? NEWLY_PASSING : BETTER;
}

static void line(struct rp_out *out, const struct rp_row *a, const struct rp_row *b)
{
	/* cppcheck-suppress nullPointerRedundantCheck ; one of the two is always there */
	rp_put(out, "  %s: ", b ? b->id : a->id);
	if (a)
		rp_put(out, "%s", ct_verdict_name(a->verdict));
	if (a && b)
		rp_raw(out, " -> ");
	if (b)
		rp_put(out, "%s", ct_verdict_name(b->verdict));
	if (b && *b->reason)
		rp_put(out, ": %s", b->reason);
	rp_raw(out, "\n");
}

/* Lists the rows that changed in one way; returns how many. */
static size_t list(struct rp_out *out, const struct rp_log *a, const struct rp_log *b,
		   enum change change)
{
	size_t i, n = 0;

	for (i = 0; i < a->nrows + b->nrows; i++) {
		const struct rp_row *ra, *rb;

		if (i < a->nrows) {
			ra = &a->rows[i];
			rb = rp_log_row(b, ra->id);
		} else {
			rb = &b->rows[i - a->nrows];
			ra = rp_log_row(a, rb->id);
			if (ra)
				continue;
		}
		if (change_of(ra, rb) != change)
			continue;
		if (change != SAME && !n)
			rp_put(out, "%s:\n", changes[change].title);
		if (change != SAME)
			line(out, ra, rb);
		n++;
	}
	return n;
}

static void environment(struct rp_out *out, const struct rp_log *a, const struct rp_log *b)
{
	static const char *const keys[] = { "suite",	"spec",	     "profile", "target",
					    "argument", "transport", "shard",	"kernel" };
	static const char *const id_keys[] = { "mn", "sn", "fr" };
	const json_t *ia = json_object_get(a->env, "identify");
	const json_t *ib = json_object_get(b->env, "identify");
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(rp_str(a->env, keys[i]), rp_str(b->env, keys[i])))
			rp_put(out, "%s differs: %s -> %s\n", keys[i], rp_str(a->env, keys[i]),
			       rp_str(b->env, keys[i]));
	for (i = 0; i < sizeof(id_keys) / sizeof(id_keys[0]); i++)
		if (strcmp(rp_str(ia, id_keys[i]), rp_str(ib, id_keys[i])))
			rp_put(out, "%s differs: %s -> %s\n", id_keys[i], rp_str(ia, id_keys[i]),
			       rp_str(ib, id_keys[i]));
	if (!a->end != !b->end)
		rp_put(out, "%s did not end\n", a->end ? b->name : a->name);
}

static int compare(const struct rp_log *a, const struct rp_log *b)
{
	struct rp_out out = { stdout, RP_PLAIN };
	/* a run that no longer ends is worse whatever its rows say */
	size_t worse = a->end && !b->end, other = 0, n;
	unsigned int c;

	environment(&out, a, b);
	for (c = 0; c < SAME; c++) {
		n = list(&out, a, b, (enum change)c);
		worse += changes[c].worse ? n : 0;
		other += changes[c].worse ? 0 : n;
	}
	rp_put(&out, "%zu worse, %zu better or new, %zu unchanged\n", worse, other,
	       list(&out, a, b, SAME));
	return worse ? 1 : 0;
}

static struct rp_log *open_log(const char *path)
{
	char error[512];
	struct rp_log *log = rp_log_read(path, error, sizeof(error));
	size_t i;

	if (!log)
		fprintf(stderr, "nvme-lm-ct: %s\n", error);
	for (i = 0; log && i < log->nnotes; i++)
		fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, log->notes[i]);
	return log;
}

int ct_compare_main(int argc, char **argv)
{
	static const char usage[] =
		"usage: nvme-lm-ct compare A B\n"
		"Says what changed from log A to log B. Exit code: 0 nothing is worse, 1 something\n"
		"is worse or no longer judged, 2 a log cannot be read.\n";
	struct rp_log *a, *b;
	int code = 2;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc != 3 || argv[1][0] == '-' || argv[2][0] == '-') {
		fputs(usage, stderr);
		return 2;
	}
	a = open_log(argv[1]);
	b = a ? open_log(argv[2]) : NULL;
	if (a && b)
		code = compare(a, b);
	rp_log_free(a);
	rp_log_free(b);
	return code;
}
