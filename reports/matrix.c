/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "matrix.h"
#include "util.h"

const char *rp_row_req(const struct rp_row *row, size_t i)
{
	const char *id = json_string_value(json_array_get(row->reqs, i));

	return id ? id : "";
}

const char *rp_tone(enum ct_verdict verdict)
{
	switch (verdict) {
	case CT_PASS:
	case CT_PASS_NOTE:
		return "pass";
	case CT_WARN:
	case CT_WAIVED:
		return "warn";
	case CT_FAIL:
	case CT_UNEXPECTED_PASS:
	case CT_HUNG:
	case CT_ERROR:
		return "fail";
	default:
		return "none";
	}
}

const char *rp_outcome_tone(enum rp_outcome outcome)
{
	static const char *const tones[] = {
		[RP_CONFORMS] = "pass",
		[RP_VIOLATED] = "fail",
		[RP_INCOMPLETE] = "warn",
		[RP_ABSENT] = "none",
	};

	return tones[outcome];
}

static struct rp_judged *judged(struct rp_matrix *m, const char *id)
{
	struct rp_judged *j;
	size_t i;

	for (i = 0; i < m->nreqs; i++)
		if (!strcmp(m->reqs[i].id, id))
			return &m->reqs[i];
	m->reqs = rp_grow(m->reqs, m->nreqs + 1, sizeof(*m->reqs));
	j = &m->reqs[m->nreqs++];
	memset(j, 0, sizeof(*j));
	j->id = id;
	j->req = rp_req(id);
	j->verdict = CT_NOT_RUN;
	j->proofs = rp_proofs(id);
	return j;
}

static void cite(struct rp_matrix *m, const struct rp_row *row)
{
	struct rp_judged *j;
	size_t i;

	for (i = 0; i < json_array_size(row->reqs); i++) {
		j = judged(m, rp_row_req(row, i));
		j->rows = rp_grow(j->rows, j->nrows + 1, sizeof(*j->rows));
		j->rows[j->nrows++] = row;
	}
}

static enum ct_verdict fold(const struct rp_judged *j)
{
	enum ct_verdict *v = rp_grow(NULL, j->nrows, sizeof(*v)), folded;
	size_t i;

	for (i = 0; i < j->nrows; i++)
		v[i] = j->rows[i]->verdict;
	folded = ct_fold(v, j->nrows);
	free(v);
	return folded;
}

static void count_rows(struct rp_matrix *m)
{
	const struct rp_log *log = m->log;
	size_t i, k;

	for (i = 0; i < log->nrows; i++) {
		m->rows[log->rows[i].verdict]++;
		m->checks += log->rows[i].checks;
		m->ncases += (unsigned int)log->rows[i].ncases;
		for (k = 0; k < log->rows[i].ncases; k++)
			m->cases[log->rows[i].cases[k].verdict]++;
		cite(m, &log->rows[i]);
	}
}

static void judge(struct rp_matrix *m)
{
	bool rfc = !strcmp(rp_str(m->log->env, "profile"), "rfc");
	struct rp_judged *j;

	for (j = m->reqs; j < m->reqs + m->nreqs; j++) {
		j->information = rfc && j->req && !strcmp(j->req->origin, "proposal");
		if (!j->nrows) {
			m->uncovered++;
			continue;
		}
		j->verdict = fold(j);
		m->proven += j->proofs > 0;
		m->by_verdict[j->verdict]++;
		m->violated += j->verdict == CT_FAIL && !j->information;
	}
}

static bool is_partial(const json_t *env)
{
	const char *shard = rp_str(env, "shard");

	return json_array_size(json_object_get(env, "filters")) || json_object_get(env, "case") ||
	       json_object_get(env, "rows_from") ||
	       (*shard && strcmp(shard, "0/1") && strcmp(shard, "1/1"));
}

struct rp_matrix *rp_matrix_new(const struct rp_log *log)
{
	const struct lm_requirement_text *q;
	struct rp_matrix *m = rp_grow(NULL, 1, sizeof(*m));

	memset(m, 0, sizeof(*m));
	m->log = log;
	m->partial = is_partial(log->env);
	for (q = rp_spec()->reqs; q->id; q++)
		judged(m, q->id);
	count_rows(m);
	judge(m);
	rp_conclude(m);
	return m;
}

void rp_matrix_free(struct rp_matrix *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->nreqs; i++)
		free(m->reqs[i].rows);
	free(m->reqs);
	free(m->headline);
	free(m->detail);
	free(m);
}

const struct rp_judged *rp_judged(const struct rp_matrix *m, const char *id)
{
	size_t i;

	for (i = 0; i < m->nreqs; i++)
		if (!strcmp(m->reqs[i].id, id))
			return &m->reqs[i];
	return NULL;
}

const char *rp_matrix_word(const struct rp_matrix *m, const char *id)
{
	const struct rp_judged *j = rp_judged(m, id);

	return j && j->nrows ? ct_verdict_name(j->verdict) : "no row";
}

const char *rp_uncovered_reason(const struct rp_judged *j)
{
	if (j->req && *j->req->reason)
		return j->req->reason;
	if (j->req && !strcmp(j->req->binds, "driver"))
		return "binds the driver; this run judged a device";
	return rp_suite_cites(j->id) ? "the rows that cite it were not part of this run" :
				       "no row of the suite cites it";
}
