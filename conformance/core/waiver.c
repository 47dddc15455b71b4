/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "waiver.h"

#include <stdlib.h>
#include <string.h>

#include "registry.h"
#include "requirement.h"
#include "say.h"

static bool is_cited(const char *id)
{
	size_t i;

	for (i = 0; i < ct_row_count(); i++)
		if (ct_row_cites(ct_row_at(i), id))
			return true;
	return false;
}

static void resolve(struct ct_waiver *w, const struct ct_reason *r, const char *file)
{
	struct ct_requirement req;
	char *colon = strchr(r->name, ':');

	if (colon) {
		*colon = '\0';
		w->case_name = colon + 1;
	}
	w->reason = r->reason;
	w->line = r->line;
	w->row = ct_row_find(r->name);
	if (w->row)
		return;
	if (!ct_requirement_find(r->name, strlen(r->name), &req))
		ct_die("waiver file %s, line %u: \"%s\" is no row and no requirement", file,
		       r->line, r->name);
	if (w->case_name)
		ct_die("waiver file %s, line %u: a requirement has no cases; name a row", file,
		       r->line);
	if (!is_cited(r->name))
		ct_die("waiver file %s, line %u: unused: no row cites %s", file, r->line, r->name);
	w->requirement = r->name;
}

void ct_waivers_load(struct ct_waivers *w, const char *path)
{
	size_t i;

	ct_reasons_load(&w->text, path, "waiver file");
	w->entry = calloc(w->text.count + 1, sizeof(*w->entry));
	if (!w->entry)
		ct_die("out of memory");
	for (i = 0; i < w->text.count; i++)
		resolve(&w->entry[i], &w->text.entry[i], path);
}

struct ct_waiver *ct_waiver_case(const struct ct_waivers *w, const struct ct_row *row,
				 const char *case_name)
{
	size_t i;

	for (i = 0; i < w->text.count; i++)
		if (w->entry[i].row == row && w->entry[i].case_name &&
		    !strcmp(w->entry[i].case_name, case_name))
			return &w->entry[i];
	return NULL;
}

struct ct_waiver *ct_waiver_row(const struct ct_waivers *w, const struct ct_row *row)
{
	size_t i;

	for (i = 0; i < w->text.count; i++)
		if (w->entry[i].row == row && !w->entry[i].case_name)
			return &w->entry[i];
	return NULL;
}

struct ct_waiver *ct_waiver_for(const struct ct_waivers *w, const struct ct_row *row,
				const char *case_name)
{
	struct ct_waiver *found = ct_waiver_case(w, row, case_name);
	size_t i;

	if (!found)
		found = ct_waiver_row(w, row);
	for (i = 0; !found && i < w->text.count; i++)
		if (w->entry[i].requirement && ct_row_cites(row, w->entry[i].requirement))
			found = &w->entry[i];
	return found;
}

const struct ct_waiver *ct_waiver_missed(const struct ct_waivers *w, const struct ct_row *row)
{
	size_t i;

	for (i = 0; i < w->text.count; i++)
		if (w->entry[i].row == row && w->entry[i].case_name && !w->entry[i].met)
			return &w->entry[i];
	return NULL;
}
