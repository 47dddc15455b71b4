/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A native log in memory. Strings belong to the log and live as long as it
 * does; one that is missing or of another type is "", never NULL.
 */
#ifndef RP_LOG_H
#define RP_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "fold.h"

#define RP_LOG_FORMAT 1

struct rp_case {
	unsigned int number;
	enum ct_verdict verdict;
	unsigned int checks;
	const char *name;
	const char *reason;
	const char *where;
	const char *replay;
	json_t *trace; /* array, or NULL */
};

struct rp_row {
	const char *id;
	const char *file;
	const char *reason;
	enum ct_verdict verdict;
	enum ct_verdict
		folded; /* from its cases alone; differs where the row as a whole is worse */
	unsigned int checks;
	double ms;
	bool ended; /* its row record is there; else the log ends before it */
	json_t *reqs; /* array, or NULL */
	json_t *reached; /* array, or NULL */
	json_t *counts; /* object of verdict name to number of cases, or NULL */
	struct rp_case *cases; /* ordered by number */
	size_t ncases;
};

struct rp_log {
	char *name; /* as given, for messages and headings */
	json_t *env; /* the environment record of the (last) run */
	json_t *end; /* NULL: the run did not end */
	unsigned int resumed; /* further environment records */
	struct rp_row *rows; /* in the order of their first record */
	size_t nrows;
	char **notes; /* what was wrong with the log itself, one sentence each */
	size_t nnotes;
	json_t *keep; /* every record, which own the strings */
};

/*
 * Reads a log. NULL, with one line in error, when there is nothing to report:
 * unreadable, empty, no log of ours, or of another format version. A line that
 * is cut or damaged is left out and noted.
 */
struct rp_log *rp_log_read(const char *path, char *error, size_t size);
struct rp_log *rp_log_parse(FILE *file, const char *name, char *error, size_t size);
void rp_log_free(struct rp_log *log);

/* The row by its ID, or NULL. */
const struct rp_row *rp_log_row(const struct rp_log *log, const char *id);

/* Members of a record: "", 0 or false when missing or of another type. */
const char *rp_str(const json_t *object, const char *key);
unsigned int rp_uint(const json_t *object, const char *key);
double rp_real(const json_t *object, const char *key);

#endif
