/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The requirement matrix, of one log or of several side by side. */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "spec.h"

#define LM_AREA(code, title, chapter) { #code, title },
static const struct {
	const char *code;
	const char *title;
} areas[] = {
#include "areas.def"
};

#define AREA_AT 3 /* "LM-" comes before it */

static size_t area_len(const char *id)
{
	return strlen(id) > AREA_AT ? strcspn(id + AREA_AT, "-") : 0;
}

static bool same_area(const char *a, const char *b)
{
	size_t len = area_len(a);

	return len == area_len(b) && !strncmp(a, b, AREA_AT + len);
}

static const char *area_title(const char *id)
{
	size_t i, len = area_len(id);

	for (i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		if (strlen(areas[i].code) == len && !strncmp(areas[i].code, id + AREA_AT, len))
			return areas[i].title;
	return "Not in this specification";
}

static bool is_bad(const struct rp_judged *j)
{
	return j && j->nrows && !strcmp(rp_tone(j->verdict), "fail");
}

static bool is_unjudged(const struct rp_judged *j)
{
	return !j || !j->nrows || rp_is_unjudged(j->verdict);
}

static void row_class(struct rp_out *out, struct rp_matrix *const *m, size_t n, const char *id)
{
	bool bad = false, unjudged = false;
	size_t k;

	for (k = 0; k < n; k++) {
		bad |= is_bad(rp_judged(m[k], id));
		unjudged |= is_unjudged(rp_judged(m[k], id));
	}
	rp_put(out, "<tr class=\"req%s%s", bad ? " bad" : "", unjudged ? " unjudged" : "");
	rp_put(out, "%s\" id=\"%s\">", rp_proofs(id) ? "" : " unproven", id);
}

static void sentence(struct rp_out *out, const struct rp_judged *j)
{
	rp_raw(out, "<td>");
	rp_html_link(out, j->id);
	if (j->req)
		rp_put(out, "<br>%s</td><td class=\"kind\">%s, %s<br>binds %s</td>",
		       j->req->sentence, j->req->level, j->req->origin,
		       !strcmp(j->req->binds, "both") ? "both sides" : j->req->binds);
	else
		rp_raw(out,
		       "<br>This report's specification has no such requirement.</td><td></td>");
}

static void verdict(struct rp_out *out, const struct rp_judged *j, const char *label)
{
	if (*label)
		rp_put(out, "<td class=\"v\" data-l=\"%s\">", label);
	else
		rp_raw(out, "<td class=\"v\">");
	if (j && j->nrows)
		rp_html_badge(out, j->verdict);
	else
		rp_raw(out, "<span class=\"badge none\">no row</span>");
	if (j && j->information && !is_unjudged(j))
		rp_raw(out, "<br><span class=\"small muted\">information</span>");
	rp_raw(out, "</td>");
}

static void proof(struct rp_out *out, unsigned int proofs)
{
	if (proofs)
		rp_put(out,
		       "<td class=\"v\"><span class=\"proven-mark\" title=\"seeded defects that break "
		       "it and are caught\">proven (%u)</span></td>",
		       proofs);
	else
		rp_raw(out, "<td class=\"v\"><span class=\"unproven-mark\">UNPROVEN</span></td>");
}

static void rows(struct rp_out *out, const struct rp_judged *j)
{
	size_t i;

	rp_raw(out, "<td class=\"rows\">");
	if (j->nrows > 4)
		rp_put(out, "<details><summary>%zu rows</summary>", j->nrows);
	for (i = 0; i < j->nrows; i++)
		rp_put(out, "<a href=\"#%s\">%s</a>", j->rows[i]->id, j->rows[i]->id);
	if (j->nrows > 4)
		rp_raw(out, "</details>");
	if (!j->nrows)
		rp_put(out, "<span class=\"muted\">%s</span>", rp_uncovered_reason(j));
	rp_raw(out, "</td>");
}

static void requirement(struct rp_out *out, struct rp_matrix *const *m, size_t n, const char *id)
{
	const struct rp_judged *j = rp_judged(m[0], id);
	size_t k;

	row_class(out, m, n, id);
	sentence(out, j);
	for (k = 0; k < n; k++) {
		char *device = rp_device(m[k]->log);

		verdict(out, rp_judged(m[k], id), n > 1 ? device : "");
		free(device);
	}
	proof(out, j->proofs);
	if (n == 1)
		rows(out, j);
	rp_raw(out, "</tr>\n");
}

static void heading(struct rp_out *out, struct rp_matrix *const *m, size_t n)
{
	size_t k;

	rp_raw(out, "<table class=\"stack\">\n<thead><tr><th>Requirement</th><th>Kind</th>");
	for (k = 0; k < n; k++) {
		char *device = rp_device(m[k]->log);

		rp_put(out, "<th>%s</th>", n > 1 ? device : "Verdict");
		free(device);
	}
	rp_raw(out, n == 1 ? "<th>Proof</th><th>Rows</th></tr></thead>\n" :
			     "<th>Proof</th></tr></thead>\n");
}

static void filter(struct rp_out *out)
{
	rp_raw(out, "<input class=\"f\" type=\"radio\" name=\"f\" id=\"f-all\" checked>"
		    "<input class=\"f\" type=\"radio\" name=\"f\" id=\"f-bad\">"
		    "<input class=\"f\" type=\"radio\" name=\"f\" id=\"f-no\">"
		    "<input class=\"f\" type=\"radio\" name=\"f\" id=\"f-un\">\n"
		    "<div class=\"filter\"><label for=\"f-all\">All</label>"
		    "<label for=\"f-bad\">Failed</label><label for=\"f-no\">Not judged</label>"
		    "<label for=\"f-un\">Unproven</label></div>\n");
}

void rp_html_matrix(struct rp_out *out, struct rp_matrix *const *m, size_t n)
{
	size_t i;

	rp_raw(out, "<section id=\"requirements\">\n<h2>Requirements</h2>\n");
	filter(out);
	heading(out, m, n);
	for (i = 0; i < m[0]->nreqs; i++) {
		const char *id = m[0]->reqs[i].id;

		if (i && !same_area(id, m[0]->reqs[i - 1].id))
			rp_raw(out, "</tbody>\n");
		if (!i || !same_area(id, m[0]->reqs[i - 1].id))
			rp_put(out,
			       "<tbody>\n<tr class=\"area\"><th colspan=\"%zu\">%s</th></tr>\n",
			       n + (n == 1 ? 4 : 3), area_title(id));
		requirement(out, m, n, id);
	}
	rp_raw(out, m[0]->nreqs ? "</tbody>\n</table>\n</section>\n" : "</table>\n</section>\n");
}

static bool first_with_reason(const struct rp_matrix *m, size_t req)
{
	const char *why = rp_uncovered_reason(&m->reqs[req]);
	size_t i;

	for (i = 0; i < req; i++)
		if (!m->reqs[i].nrows && !strcmp(rp_uncovered_reason(&m->reqs[i]), why))
			return false;
	return true;
}

void rp_html_uncovered(struct rp_out *out, const struct rp_matrix *m)
{
	size_t i, k;

	if (!m->uncovered)
		return;
	rp_put(out,
	       "<section id=\"not-covered\">\n<h2>What no row of this run covers</h2>\n"
	       "<p class=\"muted\">%u of %zu requirements.</p>\n",
	       m->uncovered, m->nreqs);
	for (i = 0; i < m->nreqs; i++) {
		const char *why = rp_uncovered_reason(&m->reqs[i]);

		if (m->reqs[i].nrows || !first_with_reason(m, i))
			continue;
		rp_put(out, "<article>\n<p>%s</p>\n<p class=\"small\">", why);
		for (k = i; k < m->nreqs; k++) {
			if (m->reqs[k].nrows || strcmp(rp_uncovered_reason(&m->reqs[k]), why))
				continue;
			rp_html_link(out, m->reqs[k].id);
			rp_raw(out, " ");
		}
		rp_raw(out, "</p>\n</article>\n");
	}
	rp_raw(out, "</section>\n");
}
