/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a migration found: counted, and the first of each named. */
#ifndef MG_OUTCOME_H
#define MG_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

enum mg_finding {
	MG_LOST, /* a command did not complete in time */
	MG_REPEATED, /* a command completed twice */
	MG_CORRUPTED, /* data are not what was written */
	MG_FAILED, /* a command of the guest ended with an error */
	MG_SILENT, /* completions came without their interrupt */
	MG_INVENTED, /* a completion belongs to no command */
	MG_REFUSED, /* one of the five commands did not succeed where it had to */
	MG_FINDINGS
};

#define MG_TEXTS 16
#define MG_TEXT_LENGTH 200

struct mg_outcome {
	uint64_t count[MG_FINDINGS];
	char text[MG_TEXTS][MG_TEXT_LENGTH]; /* the first that were found */
	unsigned int texts;
	int stopped; /* exit code where the run could not go on, else 0 */
	char why[512];
};

/** mg_finding_name() - one word for each kind, as the report has it */
const char *mg_finding_name(enum mg_finding kind);

/** mg_find() - count a finding, and keep its text while there is room */
void mg_find(struct mg_outcome *o, enum mg_finding kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** mg_found() - whether anything was found, or the run was stopped */
bool mg_found(const struct mg_outcome *o);

/** mg_stop() - the run cannot go on; the first reason counts. Returns false. */
bool mg_stop(struct mg_outcome *o, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

struct ct_target;

/** mg_broken() - mg_stop() by what the target says of its last call */
bool mg_broken(struct mg_outcome *o, const struct ct_target *t, const char *what);

#endif
