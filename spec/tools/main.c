/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* lm-spec: everything that is derived from, or checked in, spec/. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "spec.h"
#include "util.h"

static const char usage[] = "usage: lm-spec requirements ROOT OUT\n"
			    "       lm-spec hash ROOT OUT\n"
			    "ROOT is the directory that holds text/ and tables/.\n";

/* Static, so that what it points to counts as reachable at exit. */
static struct spec spec;

/* Writes OUT only when all went well: a broken source leaves no output behind. */
static int generate(void (*gen)(const struct spec *, FILE *), const char *out)
{
	char *temp = xprintf("%s.tmp", out);
	FILE *f = fopen(temp, "w");

	if (!f)
		die("%s: %s", temp, strerror(errno));
	gen(&spec, f);
	if (fclose(f))
		die("%s: %s", temp, strerror(errno));
	if (fault_count()) {
		remove(temp);
		free(temp);
		return 1;
	}
	if (rename(temp, out))
		die("%s: %s", out, strerror(errno));
	free(temp);
	return 0;
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
	fputs(usage, stderr);
	return 2;
}
