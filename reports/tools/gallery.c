/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * gallery DEFECTS RUNS OUTPUT: the seeded defects, and how the suite noticed each, as a section
 * for the HTML report. DEFECTS is model/defects.def, RUNS the directory where `make defects` left
 * the log of each run, NUMBER.jsonl. Exit code: 0, 1 where a run is missing or noticed nothing,
 * 2 usage, input or output.
 */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "matrix.h"
#include "util.h"

struct defect {
	unsigned int number;
	char reqs[256]; /* separated by blanks */
	char what[256];
};

/* The number of defects; 0 after a line on stderr. */
static size_t read_defects(const char *path, struct defect **defects)
{
	FILE *file = fopen(path, "r");
	char line[1024];
	size_t n = 0;

	*defects = NULL;
	if (!file) {
		perror(path);
		return 0;
	}
	while (fgets(line, sizeof(line), file)) {
		struct defect d;

		if (sscanf(line, "LM_DEFECT_DEF(%u, %*[A-Z0-9_], \"%255[^\"]\", \"%255[^\"]\")",
			   &d.number, d.reqs, d.what) != 3)
			continue;
		*defects = rp_grow(*defects, n + 1, sizeof(d));
		(*defects)[n++] = d;
	}
	fclose(file);
	if (!n)
		fprintf(stderr, "gallery: no defects in %s\n", path);
	return n;
}

static bool names(const char *reqs, const char *id)
{
	size_t len = strlen(id);

	for (; *reqs; reqs += strcspn(reqs, " "), reqs += strspn(reqs, " "))
		if (strcspn(reqs, " ") == len && !strncmp(reqs, id, len))
			return true;
	return false;
}

/* A failure that says what is wrong: of a row that cites a requirement that is broken. */
static bool catches(const struct defect *d, const struct rp_row *row)
{
	size_t i;

	if (row->verdict != CT_FAIL && row->verdict != CT_HUNG && row->verdict != CT_WARN)
		return false;
	for (i = 0; i < json_array_size(row->reqs); i++)
		if (names(d->reqs, rp_row_req(row, i)))
			return true;
	return false;
}

static size_t count(const struct defect *d, const struct rp_log *log)
{
	size_t i, n = 0;

	for (i = 0; i < log->nrows; i++)
		n += catches(d, &log->rows[i]);
	return n;
}

static void reqs(struct rp_out *out, const char *list)
{
	char id[32];
	size_t len;

	for (; *list; list += len, list += strspn(list, " ")) {
		len = strcspn(list, " ");
		snprintf(id, sizeof(id), "%.*s", (int)len, list);
		rp_html_link(out, id);
		rp_raw(out, " ");
	}
}

static void first_failure(struct rp_out *out, const struct rp_row *row)
{
	size_t i;

	for (i = 0; i < row->ncases; i++) {
		if (row->cases[i].verdict != row->verdict)
			continue;
		rp_html_case(out, row, &row->cases[i]);
		return;
	}
}

static void one(struct rp_out *out, const struct defect *d, const struct rp_log *log, size_t n)
{
	const struct rp_row *first = NULL;
	size_t i;

	rp_put(out, "<details id=\"defect-%u\"><summary><b>%u</b> %s: %zu row%s</summary>\n<p>",
	       d->number, d->number, d->what, n, n == 1 ? "" : "s");
	reqs(out, d->reqs);
	rp_raw(out, "</p>\n<p class=\"small\">");
	for (i = 0; i < log->nrows; i++) {
		if (!catches(d, &log->rows[i]))
			continue;
		if (!first)
			first = &log->rows[i];
		rp_html_link(out, log->rows[i].id);
		rp_raw(out, "<br>\n");
	}
	rp_raw(out, "</p>\n");
	if (first) {
		rp_put(out, "<p class=\"reason\">%s</p>\n", first->reason);
		first_failure(out, first);
	}
	rp_raw(out, "</details>\n");
}

/* Whether the defect was noticed. */
static bool show(struct rp_out *out, const struct defect *d, const char *runs)
{
	char *path = rp_format("%s/%u.jsonl", runs, d->number);
	char error[512];
	struct rp_log *log = rp_log_read(path, error, sizeof(error));
	size_t n;

	free(path);
	if (!log) {
		fprintf(stderr, "gallery: defect %u: %s\n", d->number, error);
		return false;
	}
	n = count(d, log);
	if (!n)
		fprintf(stderr, "gallery: defect %u: no row caught it\n", d->number);
	one(out, d, log, n);
	rp_log_free(log);
	return n > 0;
}

static int write_gallery(const struct defect *defects, size_t n, const char *runs, const char *path)
{
	struct rp_out out = { fopen(path, "w"), RP_HTML };
	size_t i, seen = 0;

	if (!out.file) {
		perror(path);
		return 2;
	}
	rp_put(&out,
	       "<p class=\"muted\">Firmware with a mistake built in, %zu of them, each judged like any "
	       "other device: what is wrong, the requirements that it breaks, the rows that noticed, "
	       "and the first failure as a report of that firmware shows it.</p>\n",
	       n);
	for (i = 0; i < n; i++)
		seen += show(&out, &defects[i], runs);
	if (ferror(out.file) | fclose(out.file)) {
		perror(path);
		return 2;
	}
	return seen == n ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct defect *defects;
	int code = 2;
	size_t n;

	if (argc != 4) {
		fputs("usage: gallery DEFECTS RUNS OUTPUT\n", stderr);
		return 2;
	}
	n = read_defects(argv[1], &defects);
	if (n)
		code = write_gallery(defects, n, argv[2], argv[3]);
	free(defects);
	return code;
}
