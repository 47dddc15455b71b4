/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* report LOG... [--format F] [--output FILE|DIR] [--section TITLE=FILE]... [--bench FILE]... */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ct-reports.h"
#include "bench.h"
#include "util.h"
#include "write.h"

struct request {
	enum rp_format format; /* RP_FORMAT_COUNT = not asked for */
	const char *output; /* NULL = stdout */
	struct rp_section *sections;
	size_t nsections;
	json_t **bench;
	size_t nbench;
	struct rp_matrix **m;
	size_t n;
};

static const char usage[] =
	"usage: nvme-lm-ct report LOG... [--format tap|junit|markdown|html] [--output FILE|DIR]\n"
	"                         [--section TITLE=FILE]... [--bench FILE]...\n"
	"Writes reports from native logs. Into a directory without --format: every format.\n"
	"Several logs stand side by side (not in TAP). Without --output: to standard output.\n"
	"Without --format a file is HTML if its name ends in .html, all else is Markdown. A\n"
	"section is HTML as it stands if its FILE ends in .html, else plain text; only HTML\n"
	"reports have sections. A FILE of measurements is one that `make bench` left.\n";

static bool is_markup(const char *path)
{
	size_t len = strlen(path);

	return len > 5 && !strcmp(path + len - 5, ".html");
}

static bool add_section(struct request *r, const char *arg)
{
	const char *eq = strchr(arg, '=');
	struct rp_section *s;
	size_t size;

	if (!eq || eq == arg) {
		fprintf(stderr, "nvme-lm-ct: report: --section wants TITLE=FILE, not '%s'\n", arg);
		return false;
	}
	r->sections = rp_grow(r->sections, r->nsections + 1, sizeof(*r->sections));
	s = &r->sections[r->nsections];
	s->text = rp_load(eq + 1, &size);
	if (!s->text)
		return false;
	s->title = rp_format("%.*s", (int)(eq - arg), arg);
	s->markup = is_markup(eq + 1);
	r->nsections++;
	return true;
}

static bool add_bench(struct request *r, const char *path)
{
	r->bench = rp_grow(r->bench, r->nbench + 1, sizeof(*r->bench));
	r->bench[r->nbench] = rp_bench_read(path);
	if (!r->bench[r->nbench])
		return false;
	r->nbench++;
	return true;
}

static bool set_format(struct request *r, const char *name)
{
	r->format = rp_format_parse(name);
	if (r->format != RP_FORMAT_COUNT)
		return true;
	fprintf(stderr,
		"nvme-lm-ct: report: unknown format '%s': there are tap, junit, markdown, html\n",
		name);
	return false;
}

/* -1: go on; else the exit code */
static int options(struct request *r, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "section", required_argument, NULL, 's' },
		{ "bench", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "f:o:s:b:h", longs, NULL)) != -1) {
		switch (c) {
		case 'f':
			if (!set_format(r, optarg))
				return 2;
			break;
		case 'o':
			r->output = optarg;
			break;
		case 's':
			if (!add_section(r, optarg))
				return 2;
			break;
		case 'b':
			if (!add_bench(r, optarg))
				return 2;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc)
		return -1;
	fputs(usage, stderr);
	return 2;
}

static bool read_log(struct request *r, const char *path)
{
	char error[512];
	struct rp_log *log = rp_log_read(path, error, sizeof(error));
	size_t i;

	if (!log) {
		fprintf(stderr, "nvme-lm-ct: %s\n", error);
		return false;
	}
	for (i = 0; i < log->nnotes; i++)
		fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, log->notes[i]);
	r->m = rp_grow(r->m, r->n + 1, sizeof(struct rp_matrix *));
	r->m[r->n++] = rp_matrix_new(log);
	return true;
}

static bool is_directory(const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		return S_ISDIR(st.st_mode);
	return path[strlen(path) - 1] == '/';
}

static bool into_directory(const struct request *r, const struct rp_page *page)
{
	unsigned int f;
	bool ok = true;
	char *path;

	if (mkdir(r->output, 0777) && errno != EEXIST) {
		fprintf(stderr, "nvme-lm-ct: %s: cannot create: %s\n", r->output, strerror(errno));
		return false;
	}
	for (f = 0; f < RP_FORMAT_COUNT && ok; f++) {
		if (r->format != RP_FORMAT_COUNT && r->format != f)
			continue;
		if (f == RP_FORMAT_TAP && r->n > 1)
			continue;
		path = rp_format("%s/%s", r->output, rp_format_file((enum rp_format)f));
		ok = rp_format_save(path, (enum rp_format)f, r->m, r->n, page);
		free(path);
	}
	return ok;
}

static int write_all(const struct request *r)
{
	const struct rp_page page = { r->sections, r->nsections, r->bench, r->nbench };
	enum rp_format format = r->format == RP_FORMAT_COUNT ? RP_FORMAT_MARKDOWN : r->format;

	if (r->format == RP_FORMAT_TAP && r->n > 1) {
		fputs("nvme-lm-ct: report: TAP holds one log, not several\n", stderr);
		return 2;
	}
	if (!r->output) {
		rp_format_write(stdout, format, r->m, r->n, &page);
		if (fflush(stdout)) {
			fprintf(stderr, "nvme-lm-ct: cannot write: %s\n", strerror(errno));
			return 2;
		}
		return 0;
	}
	if (*r->output && is_directory(r->output))
		return into_directory(r, &page) ? 0 : 2;
	if (r->format == RP_FORMAT_COUNT && is_markup(r->output))
		format = RP_FORMAT_HTML;
	return rp_format_save(r->output, format, r->m, r->n, &page) ? 0 : 2;
}

static void release(struct request *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		struct rp_log *log = (struct rp_log *)r->m[i]->log;

		rp_matrix_free(r->m[i]);
		rp_log_free(log);
	}
	for (i = 0; i < r->nsections; i++) {
		free(r->sections[i].title);
		free(r->sections[i].text);
	}
	free(r->m);
	for (i = 0; i < r->nbench; i++)
		json_decref(r->bench[i]);
	free(r->bench);
	free(r->sections);
}

int ct_report_main(int argc, char **argv)
{
	struct request r = { .format = RP_FORMAT_COUNT };
	int code = options(&r, argc, argv);

	for (; code == -1 && optind < argc; optind++)
		if (!read_log(&r, argv[optind]))
			code = 2;
	if (code == -1)
		code = write_all(&r);
	release(&r);
	return code;
}
