/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Reads the .def tables as data. The suite includes them as X-macros; the
 * tools read the same files at run time so that a table can be judged even
 * where it would not compile, and with the line of each entry.
 */
#ifndef SPEC_DEF_H
#define SPEC_DEF_H

#include <stddef.h>

#define DEF_MAX_ARGS 8

struct def_record {
	char *macro;
	char *arg[DEF_MAX_ARGS]; /* a string's content, else the source text */
	unsigned int nargs;
	unsigned int line;
};

struct def_table {
	char *path;
	struct def_record *rec;
	size_t n;
};

/**
 * def_load() - read a table
 * @allowed: "NAME:ARGS NAME:ARGS ...", the macros that may be in it
 *
 * Anything else in the file is a fault.
 */
void def_load(struct def_table *t, const char *path, const char *allowed);

/** def_next() - the first record of a macro at or behind *i; *i moves behind it; NULL at the end */
const struct def_record *def_next(const struct def_table *t, const char *macro, size_t *i);

/** def_statuses() - the numbers in "LM_ST(a) LM_ST(b)"; 0 for LM_ST_NONE */
unsigned int def_statuses(const char *arg, unsigned int *value, unsigned int max);

#endif
