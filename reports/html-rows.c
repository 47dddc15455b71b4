/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Rows: what was found, what was not judged and why, and all of them. */
#include <string.h>

#include "html.h"
#include "spec.h"

/* Rows with one reason that are listed at once; more fold away. */
#define ROWS_OPEN 3

struct part {
	const char *tone;
	const char *id;
	const char *title;
	const char *lead;
	size_t open; /* cases of one row that are shown at once; the others fold away */
};

static const struct part parts[] = {
	{ "fail", "failures", "Failures",
	  "Each with the commands that led to it and the command line that repeats it.", 3 },
	{ "warn", "warnings", "Warnings and waivers",
	  "A SHOULD that does not hold, and deviations that the waiver file accepts.", 1 },
	{ "pass", "notes", "Notes", "Allowed, but not what the specification prefers.", 0 },
};

/* Rows that are plainly passed belong to no part. */
static bool belongs(const struct rp_row *row, const char *tone)
{
	return row->verdict != CT_PASS && !strcmp(rp_tone(row->verdict), tone);
}

bool rp_html_has(const struct rp_log *log, const char *tone)
{
	size_t i;

	for (i = 0; i < log->nrows; i++)
		if (belongs(&log->rows[i], tone))
			return true;
	return false;
}

static void cites(struct rp_out *out, const struct rp_row *row)
{
	const struct lm_requirement_text *q;
	size_t i;

	rp_raw(out, "<ul class=\"cites\">\n");
	for (i = 0; i < json_array_size(row->reqs); i++) {
		q = rp_req(rp_row_req(row, i));
		rp_raw(out, "<li>");
		rp_html_link(out, rp_row_req(row, i));
		if (q)
			rp_put(out, " <span class=\"muted\">(%s, %s)</span> %s", q->level,
			       q->origin, q->sentence);
		rp_raw(out, "</li>\n");
	}
	rp_raw(out, "</ul>\n");
}

/* A row has the reason of the first case with its verdict. */
static bool is_reason_of_row(const struct rp_row *row, const struct rp_case *c)
{
	size_t i;

	for (i = 0; i < row->ncases; i++)
		if (row->cases[i].verdict == row->verdict &&
		    strstr(row->reason, row->cases[i].reason))
			return &row->cases[i] == c;
	return false;
}

void rp_html_case(struct rp_out *out, const struct rp_row *row, const struct rp_case *c)
{
	size_t i;

	rp_put(out, "<div class=\"case\">\n<p>");
	rp_html_badge(out, c->verdict);
	rp_put(out, " <b>case %u</b> <span class=\"mono\">%s</span></p>\n", c->number, c->name);
	if (!is_reason_of_row(row, c))
		rp_put(out, "<p>%s</p>\n", c->reason);
	if (*c->where)
		rp_put(out, "<p class=\"small muted\">judged at <code>%s</code></p>\n", c->where);
	if (json_array_size(c->trace)) {
		rp_put(out, "<p class=\"small muted\">Trace, %zu line%s</p>\n",
		       json_array_size(c->trace), json_array_size(c->trace) == 1 ? "" : "s");
		rp_raw(out, "<div class=\"ending\"><pre class=\"trace\">");
		for (i = 0; i < json_array_size(c->trace); i++)
			rp_put(out, "%s\n", rp_trace_line(c, i));
		rp_raw(out, "</pre></div>\n");
	}
	if (*c->replay)
		rp_put(out, "<pre class=\"replay\">%s</pre>\n", c->replay);
	rp_raw(out, "</div>\n");
}

static void cases(struct rp_out *out, const struct rp_row *row, size_t open)
{
	size_t i, total = 0, shown = 0;

	for (i = 0; i < row->ncases; i++)
		total += rp_is_finding(row->cases[i].verdict);
	for (i = 0; i < row->ncases; i++) {
		if (!rp_is_finding(row->cases[i].verdict))
			continue;
		if (shown++ == open)
			rp_put(out, "<details><summary>%zu %scase%s</summary>\n", total - open,
			       open ? "more " : "", total - open == 1 ? "" : "s");
		rp_html_case(out, row, &row->cases[i]);
	}
	if (shown > open)
		rp_raw(out, "</details>\n");
}

static void finding(struct rp_out *out, const struct rp_row *row, size_t open)
{
	rp_put(out, "<article id=\"finding:%s\">\n<h3>", row->id);
	rp_html_badge(out, row->verdict);
	rp_put(out, " <a href=\"#%s\" class=\"mono\">%s</a></h3>\n", row->id, row->id);
	rp_put(out, "<p class=\"reason\">%s</p>\n", row->reason);
	cites(out, row);
	cases(out, row, open);
	rp_raw(out, "</article>\n");
}

void rp_html_findings(struct rp_out *out, const struct rp_log *log, const char *tone)
{
	const struct part *part = parts;
	size_t i;

	if (!rp_html_has(log, tone))
		return;
	while (strcmp(part->tone, tone))
		part++;
	rp_put(out, "<section id=\"%s\">\n<h2>%s</h2>\n<p class=\"muted\">%s</p>\n", part->id,
	       part->title, part->lead);
	for (i = 0; i < log->nrows; i++)
		if (belongs(&log->rows[i], tone))
			finding(out, &log->rows[i], part->open);
	rp_raw(out, "</section>\n");
}

/* The runner puts the case in front of a row's reason; rows with one reason belong together. */
static const char *why(const struct rp_row *row)
{
	size_t i;

	for (i = 0; i < row->ncases; i++)
		if (row->cases[i].verdict == row->verdict && *row->cases[i].reason &&
		    strstr(row->reason, row->cases[i].reason))
			return row->cases[i].reason;
	return row->reason;
}

static bool same_why(const struct rp_row *a, const struct rp_row *b)
{
	return a->verdict == b->verdict && !strcmp(why(a), why(b));
}

static bool first_with_why(const struct rp_log *log, size_t row)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (same_why(&log->rows[i], &log->rows[row]))
			return false;
	return true;
}

static void group(struct rp_out *out, const struct rp_log *log, size_t first)
{
	const struct rp_row *row = &log->rows[first];
	size_t i, n = 0;

	for (i = first; i < log->nrows; i++)
		n += same_why(row, &log->rows[i]);
	rp_raw(out, "<article>\n<p>");
	rp_html_badge(out, row->verdict);
	rp_put(out, " %s</p>\n<details%s>", why(row), n <= ROWS_OPEN ? " open" : "");
	rp_put(out, "<summary>%zu row%s</summary>\n<p class=\"small\">", n, n == 1 ? "" : "s");
	for (i = first; i < log->nrows; i++)
		if (same_why(row, &log->rows[i]))
			rp_put(out, "<a class=\"mono\" href=\"#%s\">%s</a><br>\n", log->rows[i].id,
			       log->rows[i].id);
	rp_raw(out, "</p></details>\n</article>\n");
}

void rp_html_unjudged(struct rp_out *out, const struct rp_log *log)
{
	size_t i;

	if (!rp_html_has(log, "none"))
		return;
	rp_raw(out,
	       "<section id=\"not-judged\">\n<h2>Not judged, and why</h2>\n"
	       "<p class=\"muted\">Not applicable: the target lacks what the row needs. Skipped: "
	       "asked for, or held back by the ownership guard.</p>\n");
	for (i = 0; i < log->nrows; i++)
		if (rp_is_unjudged(log->rows[i].verdict) && first_with_why(log, i))
			group(out, log, i);
	rp_raw(out, "</section>\n");
}

static void row_line(struct rp_out *out, const struct rp_row *row)
{
	size_t i;

	rp_put(out, "<tr id=\"%s\"><td class=\"mono\">", row->id);
	if (rp_is_finding(row->verdict))
		rp_put(out, "<a href=\"#finding:%s\">%s</a>", row->id, row->id);
	else
		rp_text(out, row->id);
	rp_raw(out, "</td><td class=\"v\">");
	rp_html_badge(out, row->verdict);
	rp_put(out, "</td><td class=\"n\" data-l=\"cases\">%zu</td>", row->ncases);
	rp_put(out, "<td class=\"n\" data-l=\"checks\">%u</td>", row->checks);
	rp_put(out, "<td class=\"n\" data-l=\"ms\">%.1f</td><td class=\"small\">", row->ms);
	for (i = 0; i < json_array_size(row->reqs); i++) {
		rp_raw(out, i ? " " : "");
		rp_html_link(out, rp_row_req(row, i));
	}
	rp_raw(out, "</td></tr>\n");
}

void rp_html_rows(struct rp_out *out, const struct rp_log *log)
{
	size_t i;

	rp_raw(out,
	       "<section id=\"rows\">\n<h2>All rows</h2>\n<table class=\"stack\">\n<thead><tr>"
	       "<th>Row</th><th>Verdict</th><th class=\"n\">Cases</th><th class=\"n\">Checks</th>"
	       "<th class=\"n\">ms</th><th>Requirements</th></tr></thead>\n<tbody>\n");
	for (i = 0; i < log->nrows; i++)
		row_line(out, &log->rows[i]);
	rp_raw(out, "</tbody></table>\n</section>\n");
}
