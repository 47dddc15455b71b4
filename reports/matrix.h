/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The requirement matrix of one log: what each requirement's rows add up to,
 * and the one sentence that a report begins with.
 */
#ifndef RP_MATRIX_H
#define RP_MATRIX_H

#include "log.h"
#include "spec.h"

struct rp_judged {
	const char *id;
	const struct lm_requirement_text *req; /* NULL: no such ID in this program's table */
	const struct rp_row **rows; /* that cite it, in the log's order */
	size_t nrows;
	enum ct_verdict verdict; /* CT_NOT_RUN where there are no rows */
	unsigned int proofs;
	bool information; /* the profile does not judge by it */
};

enum rp_outcome {
	RP_CONFORMS,
	RP_VIOLATED,
	RP_INCOMPLETE,
	RP_ABSENT,
};

struct rp_matrix {
	const struct rp_log *log;
	struct rp_judged *reqs; /* in the table's order, then IDs it lacks */
	size_t nreqs;
	unsigned int rows[CT_VERDICT_COUNT];
	unsigned int cases[CT_VERDICT_COUNT];
	unsigned int by_verdict[CT_VERDICT_COUNT]; /* requirements */
	unsigned int uncovered; /* requirements that no row of the log cites */
	unsigned int proven; /* of those that rows cite */
	unsigned int violated; /* requirements whose verdict is FAIL */
	unsigned int ncases;
	unsigned int checks;
	bool partial; /* filters or a shard: not every row of the suite */
	enum rp_outcome outcome;
	char *headline;
	char *detail;
};

struct rp_matrix *rp_matrix_new(const struct rp_log *log);
void rp_matrix_free(struct rp_matrix *m);

/* Fills in outcome, headline and detail from the counts; part of rp_matrix_new(). */
void rp_conclude(struct rp_matrix *m);

/* One word for CSS classes and plain text: "pass", "warn", "fail", "none". */
const char *rp_tone(enum ct_verdict verdict);

/* The same for the whole run. */
const char *rp_outcome_tone(enum rp_outcome outcome);

/* The requirement in this log, or NULL. */
const struct rp_judged *rp_judged(const struct rp_matrix *m, const char *id);

/* Its verdict in a table cell: the verdict, marked as information where the profile does not judge. */
const char *rp_matrix_word(const struct rp_matrix *m, const char *id);

/* Why no row of the run covers it. */
const char *rp_uncovered_reason(const struct rp_judged *j);

/* The member i of a row's requirement list, or "". */
const char *rp_row_req(const struct rp_row *row, size_t i);

#endif
