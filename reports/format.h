/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The formats a report can have. Each writes a whole document to a file. */
#ifndef RP_FORMAT_H
#define RP_FORMAT_H

#include <jansson.h>

#include "matrix.h"
#include "out.h"

/* A file whose content becomes a section at the end of an HTML report. */
struct rp_section {
	char *title;
	char *text;
	bool markup; /* HTML as it stands; else plain text */
};

struct rp_page {
	const struct rp_section *sections;
	size_t nsections;
	json_t *const *bench; /* as bench.h has them */
	size_t nbench;
};

void rp_tap(FILE *file, const struct rp_matrix *m);
void rp_junit(FILE *file, struct rp_matrix *const *m, size_t n);
void rp_markdown(FILE *file, struct rp_matrix *const *m, size_t n);
void rp_html(FILE *file, struct rp_matrix *const *m, size_t n, const struct rp_page *page);

/* Verdicts that a reader must act on or know of: all but PASS and "not judged". */
bool rp_is_finding(enum ct_verdict verdict);

/* Verdicts that mean that nothing was judged. */
bool rp_is_unjudged(enum ct_verdict verdict);

/* Line i of a case's trace, or "". */
const char *rp_trace_line(const struct rp_case *c, size_t i);

/* The device in a few words: model number, or the target. Fresh memory. */
char *rp_device(const struct rp_log *log);

#endif
