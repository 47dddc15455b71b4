/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* TAP 14: one test point per row. */
#include "format.h"

static void diagnostic(struct rp_out *out, const struct rp_row *row)
{
	struct rp_out yaml = { out->file, RP_YAML };
	size_t i, k;

	rp_put(&yaml, "  ---\n  verdict: \"%s\"\n  message: \"%s\"\n",
	       ct_verdict_name(row->verdict), row->reason);
	rp_put(&yaml, "  at: \"%s\"\n", row->file);
	if (json_array_size(row->reqs))
		rp_raw(&yaml, "  requirements:\n");
	for (i = 0; i < json_array_size(row->reqs); i++)
		rp_put(&yaml, "    - \"%s\"\n", rp_row_req(row, i));
	rp_raw(&yaml, "  cases:\n");
	for (i = 0; i < row->ncases; i++) {
		const struct rp_case *c = &row->cases[i];

		if (!rp_is_finding(c->verdict))
			continue;
		rp_put(&yaml, "    - case: %u\n      name: \"%s\"\n      verdict: \"%s\"\n",
		       c->number, c->name, ct_verdict_name(c->verdict));
		rp_put(&yaml, "      reason: \"%s\"\n      where: \"%s\"\n      replay: \"%s\"\n",
		       c->reason, c->where, c->replay);
		if (json_array_size(c->trace))
			rp_raw(&yaml, "      trace:\n");
		for (k = 0; k < json_array_size(c->trace); k++)
			rp_put(&yaml, "        - \"%s\"\n", rp_trace_line(c, k));
	}
	rp_raw(&yaml, "  ...\n");
}

static void point(struct rp_out *out, const struct rp_row *row, size_t number)
{
	switch (row->verdict) {
	case CT_PASS:
	case CT_PASS_NOTE:
	case CT_WARN:
		rp_put(out, "ok %zu - %s\n", number, row->id);
		if (row->verdict != CT_PASS)
			rp_put(out, "# %s: %s\n", ct_verdict_name(row->verdict), row->reason);
		return;
	case CT_NOT_APPLICABLE:
	case CT_SKIPPED:
	case CT_NOT_RUN:
		rp_put(out, "ok %zu - %s # SKIP %s: %s\n", number, row->id,
		       ct_verdict_name(row->verdict), row->reason);
		return;
	case CT_WAIVED:
		rp_put(out, "not ok %zu - %s # TODO waived: %s\n", number, row->id, row->reason);
		return;
	default:
		rp_put(out, "not ok %zu - %s\n", number, row->id);
		diagnostic(out, row);
	}
}

void rp_tap(FILE *file, const struct rp_matrix *m)
{
	struct rp_out out = { file, RP_TAP };
	size_t i;

	rp_put(&out, "TAP version 14\n1..%zu", m->log->nrows);
	if (!m->log->nrows)
		rp_raw(&out, " # SKIP the log holds no rows");
	rp_put(&out, "\n# %s\n", m->headline);
	for (i = 0; i < m->log->nnotes; i++)
		rp_put(&out, "# log: %s\n", m->log->notes[i]);
	for (i = 0; i < m->log->nrows; i++)
		point(&out, &m->log->rows[i], i + 1);
	if (!m->log->end)
		rp_raw(&out, "Bail out! the log has no end record: the run was interrupted\n");
}
