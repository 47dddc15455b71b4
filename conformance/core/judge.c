/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "registry.h"
#include "requirement.h"

/* Whether all requirements of the row are of this kind. */
static bool all_reqs(const struct ct_row *row, bool (*is)(const struct ct_requirement *))
{
	struct ct_requirement req;
	const char *pos = row->reqs, *id;
	size_t len;

	while ((id = ct_next_req(&pos, &len)))
		if (!ct_requirement_find(id, len, &req) || !is(&req))
			return false;
	return true;
}

static bool is_no_must(const struct ct_requirement *req)
{
	return strcmp(req->level, "MUST");
}

static bool is_proposal(const struct ct_requirement *req)
{
	return !strcmp(req->origin, "proposal");
}

static bool passed(enum ct_verdict v)
{
	return v == CT_PASS || v == CT_PASS_NOTE || v == CT_WARN;
}

/* New verdict, and a reason in front of the one that is there. */
__attribute__((format(printf, 4, 5))) static void become(enum ct_verdict *verdict, char *reason,
							 enum ct_verdict v, const char *fmt, ...)
{
	char old[CT_REASON_LENGTH], text[CT_REASON_LENGTH / 2];
	va_list ap;

	snprintf(old, sizeof(old), "%s", reason);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(reason, CT_REASON_LENGTH, "%s%s%.*s", text, *old ? ": " : "",
		 (int)(CT_REASON_LENGTH - sizeof(text) - 8), old);
	*verdict = v;
}

void ct_judge_case(const struct ct_judge *j, const struct ct_row *row, struct ct_result *r)
{
	struct ct_waiver *w = ct_waiver_for(j->waivers, row, r->name);
	struct ct_waiver *own = ct_waiver_case(j->waivers, row, r->name);

	if (own)
		own->met = true;
	if (r->verdict == CT_FAIL && !r->gate && all_reqs(row, is_no_must))
		r->verdict = CT_WARN;
	if (!j->proposal && !r->gate && all_reqs(row, is_proposal) &&
	    (passed(r->verdict) || r->verdict == CT_FAIL || r->verdict == CT_HUNG))
		become(&r->verdict, r->reason, CT_SKIPPED,
		       "profile rfc: information only, outcome %s", ct_verdict_name(r->verdict));
	if (r->verdict == CT_FAIL && w) {
		w->waived++;
		become(&r->verdict, r->reason, CT_WAIVED, "waived: %s", w->reason);
	} else if (own && passed(r->verdict)) {
		become(&r->verdict, r->reason, CT_UNEXPECTED_PASS,
		       "passes, but %s line %u says: %s", j->waivers->text.file, own->line,
		       own->reason);
	}
}

static const struct ct_reason *expected_na(const struct ct_judge *j, const struct ct_row *row)
{
	size_t i;

	for (i = 0; i < j->expect_na->count; i++)
		if (!strcmp(j->expect_na->entry[i].name, row->id))
			return &j->expect_na->entry[i];
	return NULL;
}

static void judge_expected_na(const struct ct_judge *j, struct ct_row_result *r)
{
	const struct ct_reason *e = expected_na(j, r->row);

	if (!e && r->verdict == CT_NOT_APPLICABLE)
		become(&r->verdict, r->reason, CT_FAIL, "not applicable, but not in %s",
		       j->expect_na->file);
	else if (e && passed(r->verdict))
		become(&r->verdict, r->reason, CT_UNEXPECTED_PASS,
		       "was judged, but %s line %u says that it does not apply: %s",
		       j->expect_na->file, e->line, e->reason);
}

static bool has_cases(const struct ct_row_result *r)
{
	int i;

	for (i = 0; i < CT_VERDICT_COUNT; i++)
		if (r->counts[i])
			return true;
	return false;
}

/* The fold of the row's cases, from how many there are of each verdict. */
static enum ct_verdict fold_counts(const struct ct_row_result *r)
{
	enum ct_verdict v[CT_VERDICT_COUNT];
	size_t n = 0;
	int i;

	for (i = 0; i < CT_VERDICT_COUNT; i++)
		if (r->counts[i])
			v[n++] = (enum ct_verdict)i;
	return ct_fold(v, n);
}

void ct_judge_row(const struct ct_judge *j, struct ct_row_result *r)
{
	const struct ct_waiver *w = ct_waiver_row(j->waivers, r->row);

	r->folded = has_cases(r) ? fold_counts(r) : r->verdict;
	if (r->folded > r->verdict)
		r->verdict = r->folded;
	if (passed(r->verdict) && w && j->whole && !w->waived)
		become(&r->verdict, r->reason, CT_UNEXPECTED_PASS,
		       "passes, but %s line %u says: %s", j->waivers->text.file, w->line,
		       w->reason);
	if (j->expect_na->file)
		judge_expected_na(j, r);
	r->finished = true;
}

static const struct ct_waiver *idle_waiver(const struct ct_judge *j, const struct ct_row *row)
{
	const struct ct_waiver *w;
	size_t i;

	for (i = 0; i < j->waivers->text.count; i++) {
		w = &j->waivers->entry[i];
		if (w->requirement && !w->waived && ct_row_cites(row, w->requirement))
			return w;
	}
	return NULL;
}

struct ct_row_result *ct_judge_requirement_waivers(const struct ct_judge *j,
						   struct ct_row_result *rows, size_t count,
						   size_t *i)
{
	const struct ct_waiver *w;
	struct ct_row_result *r;

	while (j->whole && j->all_rows && *i < count) {
		r = &rows[(*i)++];
		w = idle_waiver(j, r->row);
		if (!r->finished || !passed(r->verdict) || !w)
			continue;
		become(&r->verdict, r->reason, CT_UNEXPECTED_PASS,
		       "passes, but %s line %u says of %s: %s", j->waivers->text.file, w->line,
		       w->requirement, w->reason);
		return r;
	}
	return NULL;
}
