/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "format.h"

static void fact(struct rp_out *out, const char *name, const char *value)
{
	if (*value)
		rp_put(out, "| %s | %s |\n", name, value);
}

static void environment(struct rp_out *out, const struct rp_log *log)
{
	const json_t *id = json_object_get(log->env, "identify");
	size_t i;

	rp_raw(out, "\n## Environment\n\n| | |\n| --- | --- |\n");
	fact(out, "Model", rp_str(id, "mn"));
	fact(out, "Firmware", rp_str(id, "fr"));
	fact(out, "Serial number", rp_str(id, "sn"));
	fact(out, "Target", rp_str(log->env, "target"));
	fact(out, "Transport", rp_str(log->env, "transport"));
	fact(out, "Profile", rp_str(log->env, "profile"));
	fact(out, "Suite", rp_str(log->env, "suite"));
	fact(out, "Specification", rp_str(log->env, "spec"));
	fact(out, "Seed", rp_str(log->env, "seed"));
	fact(out, "Shard", rp_str(log->env, "shard"));
	fact(out, "Kernel", rp_str(log->env, "kernel"));
	fact(out, "Started", rp_str(log->env, "started"));
	for (i = 0; i < log->nnotes; i++)
		fact(out, "Log", log->notes[i]);
}

static void totals(struct rp_out *out, const struct rp_matrix *m)
{
	unsigned int v;

	rp_raw(out, "\n## Totals\n\n| Verdict | Requirements | Rows | Cases |\n"
		    "| --- | ---: | ---: | ---: |\n");
	for (v = 0; v < CT_VERDICT_COUNT; v++)
		if (m->rows[v] || m->cases[v] || m->by_verdict[v])
			rp_put(out, "| %s | %u | %u | %u |\n", ct_verdict_name((enum ct_verdict)v),
			       m->by_verdict[v], m->rows[v], m->cases[v]);
	rp_put(out, "| no row in this run | %u | | |\n", m->uncovered);
	rp_put(out, "| **all** | **%zu** | **%zu** | **%u** |\n", m->nreqs, m->log->nrows,
	       m->ncases);
}

static void finding(struct rp_out *out, const struct rp_row *row, const struct rp_case *c)
{
	struct rp_out plain = { out->file, RP_PLAIN };
	size_t i;

	rp_put(out, "\n- case %u %s: **%s**: %s", c->number, c->name, ct_verdict_name(c->verdict),
	       c->reason);
	rp_put(out, " (%s)\n", *c->where ? c->where : row->file);
	if (!*c->replay && !json_array_size(c->trace))
		return;
	rp_raw(out, "\n");
	for (i = 0; i < json_array_size(c->trace); i++)
		rp_put(&plain, "      %s\n", rp_trace_line(c, i));
	if (*c->replay)
		rp_put(&plain, "      $ %s\n", c->replay);
}

static void findings(struct rp_out *out, const struct rp_log *log)
{
	size_t i, k;
	bool any = false;

	for (i = 0; i < log->nrows; i++) {
		const struct rp_row *row = &log->rows[i];

		if (!rp_is_finding(row->verdict))
			continue;
		if (!any)
			rp_raw(out, "\n## Findings\n");
		any = true;
		rp_put(out, "\n### %s: %s\n\n", row->id, ct_verdict_name(row->verdict));
		rp_put(out, "%s\n", row->reason);
		if (json_array_size(row->reqs))
			rp_raw(out, "\nRequirements:");
		for (k = 0; k < json_array_size(row->reqs); k++)
			rp_put(out, " %s", rp_row_req(row, k));
		rp_raw(out, "\n");
		for (k = 0; k < row->ncases; k++)
			if (rp_is_finding(row->cases[k].verdict))
				finding(out, row, &row->cases[k]);
	}
}

static void unjudged(struct rp_out *out, const struct rp_log *log)
{
	size_t i;
	bool any = false;

	for (i = 0; i < log->nrows; i++) {
		if (!rp_is_unjudged(log->rows[i].verdict))
			continue;
		if (!any)
			rp_raw(out, "\n## Not judged\n\n| Row | Verdict | Why |\n"
				    "| --- | --- | --- |\n");
		any = true;
		rp_put(out, "| %s | %s | %s |\n", log->rows[i].id,
		       ct_verdict_name(log->rows[i].verdict), log->rows[i].reason);
	}
}

static const char *proven(const struct rp_judged *j)
{
	return j->proofs ? "yes" : "UNPROVEN";
}

static void requirements(struct rp_out *out, struct rp_matrix *const *m, size_t n)
{
	size_t i, k;

	rp_raw(out, "\n## Requirements\n\n| ID | Level | Origin | Binds | Proven |");
	for (k = 0; k < n; k++) {
		char *device = rp_device(m[k]->log);

		rp_put(out, " %s |", n == 1 ? "Verdict" : device);
		free(device);
	}
	rp_raw(out, "\n| --- | --- | --- | --- | --- |");
	for (k = 0; k < n; k++)
		rp_raw(out, " --- |");
	rp_raw(out, "\n");
	for (i = 0; i < m[0]->nreqs; i++) {
		const struct rp_judged *j = &m[0]->reqs[i];

		if (!j->req)
			rp_put(out, "| %s | not in this table | | | |", j->id);
		else
			rp_put(out, "| %s | %s | %s | %s | %s |", j->id, j->req->level,
			       j->req->origin, j->req->binds, proven(j));
		for (k = 0; k < n; k++)
			rp_put(out, " %s |", rp_matrix_word(m[k], j->id));
		rp_raw(out, "\n");
	}
}

static void uncovered(struct rp_out *out, const struct rp_matrix *m)
{
	size_t i;

	if (!m->uncovered)
		return;
	rp_raw(out,
	       "\n## Requirements that no row of this run covers\n\n| ID | Why |\n| --- | --- |\n");
	for (i = 0; i < m->nreqs; i++)
		if (!m->reqs[i].nrows)
			rp_put(out, "| %s | %s |\n", m->reqs[i].id,
			       rp_uncovered_reason(&m->reqs[i]));
}

static void heading(struct rp_out *out, const struct rp_matrix *m)
{
	char *device = rp_device(m->log);

	rp_put(out, "**%s**: **%s**. %s\n", device, m->headline, m->detail);
	free(device);
}

void rp_markdown(FILE *file, struct rp_matrix *const *m, size_t n)
{
	struct rp_out out = { file, RP_MARKDOWN };
	size_t i;

	rp_raw(&out, "# NVMe VF live migration: conformance report\n");
	for (i = 0; i < n; i++) {
		rp_raw(&out, "\n");
		heading(&out, m[i]);
	}
	if (n == 1) {
		environment(&out, m[0]->log);
		totals(&out, m[0]);
		findings(&out, m[0]->log);
		unjudged(&out, m[0]->log);
	}
	requirements(&out, m, n);
	if (n == 1)
		uncovered(&out, m[0]);
}
