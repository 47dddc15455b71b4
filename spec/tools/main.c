/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* lm-spec: everything that is derived from, or checked in, spec/. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "gen.h"
#include "page.h"
#include "spec.h"
#include "util.h"

static const char usage[] =
	"usage: lm-spec requirements ROOT OUT     write requirements-text.h\n"
	"       lm-spec hash ROOT OUT             write spec-hash.h\n"
	"       lm-spec page ROOT OUT             write the HTML page\n"
	"       lm-spec check ROOT [CITATIONS]    judge text and tables, and the rows' citations\n"
	"       lm-spec links ROOT FILE...        judge links and IDs in other Markdown files\n"
	"ROOT is the directory that holds text/ and tables/.\n";

/* Static, so that what it points to counts as reachable at exit. */
static struct spec spec;

/* Writes OUT only when all went well: a broken source leaves no output behind. */
static int generate(void (*gen)(const struct spec *, FILE *), const char *out)
{
	char *temp = xprintf("%s.tmp", out);
	FILE *f = fopen(temp, "w");
	int rc = 1;

	if (!f)
		die("%s: %s", temp, strerror(errno));
	gen(&spec, f);
	if (fclose(f))
		die("%s: %s", temp, strerror(errno));
	if (fault_count())
		remove(temp);
	else
		rc = rename(temp, out);
	free(temp);
	return rc ? 1 : 0;
}

static int check(const char *citations)
{
	size_t i;

	check_requirements(&spec);
	check_keywords(&spec);
	for (i = 0; i < spec.nchapters; i++)
		check_links(&spec, &spec.chapter[i]);
	if (citations)
		check_citations(&spec, citations);
	if (fault_count())
		fprintf(stderr, "%u faults\n", fault_count());
	return fault_count() ? 1 : 0;
}

static int links(char **file)
{
	struct chapter c;

	for (; *file; file++) {
		chapter_load(&c, *file);
		check_links(&spec, &c);
		chapter_free(&c);
	}
	return fault_count() ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs(usage, stderr);
		return 2;
	}
	spec_load(&spec, argv[2]);
	if (!strcmp(argv[1], "requirements") && argc == 4)
		return generate(gen_requirements, argv[3]);
	if (!strcmp(argv[1], "hash") && argc == 4)
		return generate(gen_hash, argv[3]);
	if (!strcmp(argv[1], "page") && argc == 4)
		return generate(page_write, argv[3]);
	if (!strcmp(argv[1], "check") && argc <= 4)
		return check(argv[3]);
	if (!strcmp(argv[1], "links"))
		return links(argv + 3);
	fputs(usage, stderr);
	return 2;
}
