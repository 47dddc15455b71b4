/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The sections of an HTML page; each is written only when it has something to say. */
#ifndef RP_HTML_H
#define RP_HTML_H

#include "format.h"

void rp_html_badge(struct rp_out *out, enum ct_verdict verdict);
void rp_html_link(struct rp_out *out, const char *id); /* to a requirement or a row */

/* html-summary.c */
void rp_html_verdict(struct rp_out *out, const struct rp_matrix *m);
void rp_html_totals(struct rp_out *out, const struct rp_matrix *m);
void rp_html_environment(struct rp_out *out, const struct rp_log *log);

/* html-rows.c */
bool rp_html_has(const struct rp_log *log, const char *tone);
/* one case of a row: its verdict, what was wrong, and how it came to that */
void rp_html_case(struct rp_out *out, const struct rp_row *row, const struct rp_case *c);
void rp_html_findings(struct rp_out *out, const struct rp_log *log, const char *tone);
void rp_html_unjudged(struct rp_out *out, const struct rp_log *log);
void rp_html_rows(struct rp_out *out, const struct rp_log *log);

/* html-matrix.c */
void rp_html_matrix(struct rp_out *out, struct rp_matrix *const *m, size_t n);
void rp_html_uncovered(struct rp_out *out, const struct rp_matrix *m);

/* html-reach.c */
void rp_html_reach(struct rp_out *out, const struct rp_log *log);

#endif
