/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* One self-contained page: no script, nothing fetched, light and dark. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "html.h"
#include "reports-css.h"

void rp_html_badge(struct rp_out *out, enum ct_verdict verdict)
{
	rp_put(out, "<span class=\"badge %s\">%s</span>", rp_tone(verdict),
	       ct_verdict_name(verdict));
}

void rp_html_link(struct rp_out *out, const char *id)
{
	rp_put(out, "<a class=\"id\" href=\"#%s\">%s</a>", id, id);
}

static void head(struct rp_out *out, struct rp_matrix *const *m, size_t n)
{
	rp_raw(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
	if (n == 1)
		rp_put(out, "<title>%s: %s</title>\n", rp_str(m[0]->log->env, "target"),
		       m[0]->headline);
	else
		rp_put(out, "<title>%zu implementations side by side</title>\n", n);
	rp_raw(out, "<style>\n");
	rp_raw(out, rp_page_css);
	rp_raw(out, "</style>\n</head>\n<body>\n<main>\n");
}

static void sections(struct rp_out *out, const struct rp_page *page)
{
	size_t i;

	for (i = 0; i < page->nsections; i++) {
		const struct rp_section *s = &page->sections[i];

		rp_put(out, "<section id=\"extra-%zu\">\n<h2>%s</h2>\n", i + 1, s->title);
		if (s->markup)
			rp_raw(out, s->text);
		else
			rp_put(out, "<pre>%s</pre>\n", s->text);
		rp_raw(out, "</section>\n");
	}
}

static void benches(struct rp_out *out, const struct rp_page *page)
{
	size_t i;

	for (i = 0; i < page->nbench; i++) {
		rp_put(out, "<section id=\"bench-%zu\">\n<h2>%s</h2>\n", i + 1,
		       rp_str(page->bench[i], "title"));
		rp_html_bench(out, page->bench[i]);
		rp_raw(out, "</section>\n");
	}
}

static void nav_link(struct rp_out *out, bool present, const char *target, const char *text)
{
	if (present)
		rp_put(out, "<a href=\"#%s\">%s</a>\n", target, text);
}

static void nav(struct rp_out *out, const struct rp_matrix *m, const struct rp_page *page)
{
	char target[32];
	size_t i;

	rp_raw(out, "<nav>\n");
	nav_link(out, rp_html_has(m->log, "fail"), "failures", "Failures");
	nav_link(out, rp_html_has(m->log, "warn"), "warnings", "Warnings and waivers");
	nav_link(out, true, "reached", "States reached");
	nav_link(out, true, "requirements", "Requirements");
	nav_link(out, m->rows[CT_PASS_NOTE], "notes", "Notes");
	nav_link(out, rp_html_has(m->log, "none"), "not-judged", "Not judged");
	nav_link(out, m->uncovered, "not-covered", "Not covered");
	nav_link(out, true, "rows", "All rows");
	nav_link(out, true, "environment", "Environment");
	for (i = 0; i < page->nbench; i++) {
		snprintf(target, sizeof(target), "bench-%zu", i + 1);
		nav_link(out, true, target, rp_str(page->bench[i], "title"));
	}
	for (i = 0; i < page->nsections; i++) {
		snprintf(target, sizeof(target), "extra-%zu", i + 1);
		nav_link(out, true, target, page->sections[i].title);
	}
	rp_raw(out, "</nav>\n");
}

static void damage(struct rp_out *out, const struct rp_log *log)
{
	size_t i;

	if (log->nnotes) {
		rp_raw(out, "<div class=\"alert warn\" id=\"log-notes\"><b>The log is damaged.</b> "
			    "What could be read is reported.<ul>\n");
		for (i = 0; i < log->nnotes; i++)
			rp_put(out, "<li>%s</li>\n", log->notes[i]);
		rp_raw(out, "</ul></div>\n");
	}
	if (strcmp(rp_str(log->env, "spec"), rp_spec()->hash))
		rp_raw(out,
		       "<div class=\"alert warn\" id=\"spec-differs\">The run was made with another "
		       "revision of the specification than this report: sentences, levels and "
		       "proofs are of this report's revision.</div>\n");
}

static void one(struct rp_out *out, struct rp_matrix *const *m, const struct rp_page *page)
{
	const struct rp_log *log = m[0]->log;

	rp_html_verdict(out, m[0]);
	damage(out, log);
	rp_html_totals(out, m[0]);
	nav(out, m[0], page);
	rp_html_findings(out, log, "fail");
	rp_html_findings(out, log, "warn");
	rp_html_reach(out, log);
	rp_html_matrix(out, m, 1);
	rp_html_findings(out, log, "pass");
	rp_html_unjudged(out, log);
	rp_html_uncovered(out, m[0]);
	rp_html_rows(out, log);
	rp_html_environment(out, log);
}

static void footer(struct rp_out *out, const struct rp_log *log)
{
	const char *slash = strrchr(log->name, '/'); /* where it lies is nobody's business */

	rp_put(out, "<footer>Specification %s. ", rp_str(log->env, "spec"));
	rp_put(out, "Suite %s. Log %s.<br>", rp_str(log->env, "suite"),
	       slash ? slash + 1 : log->name);
	rp_raw(out,
	       "A requirement's verdict is that of its worst row; rows that were not "
	       "applicable or skipped do not count unless there are no others. PROVEN means that "
	       "breaking the requirement on purpose makes a row that cites it fail.</footer>\n");
}

void rp_html(FILE *file, struct rp_matrix *const *m, size_t n, const struct rp_page *page)
{
	struct rp_out out = { file, RP_HTML };
	size_t i;

	head(&out, m, n);
	if (n == 1) {
		one(&out, m, page);
	} else {
		for (i = 0; i < n; i++) {
			rp_html_verdict(&out, m[i]);
			damage(&out, m[i]->log);
		}
		rp_html_matrix(&out, m, n);
	}
	benches(&out, page);
	sections(&out, page);
	footer(&out, m[0]->log);
	rp_raw(&out, "</main>\n</body>\n</html>\n");
}
