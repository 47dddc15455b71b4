/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "select.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "requirement.h"
#include "say.h"

static bool in_area(const struct ct_row *row, const char *area)
{
	size_t len = strlen(area);

	return !strncmp(row->id, area, len) && row->id[len] == '/';
}

static bool matches(const struct ct_row *row, const char *filter)
{
	if (ct_row_cites(row, filter) || in_area(row, filter))
		return true;
	if (!strncmp(filter, "LM-", 3) && in_area(row, filter + 3))
		return true;
	return !fnmatch(filter, row->id, 0);
}

static void check_filter(const char *filter)
{
	struct ct_requirement req;
	const char *name = filter + (filter[0] == '-'), *why;
	size_t i;

	for (i = 0; i < ct_row_count(); i++)
		if (matches(ct_row_at(i), name))
			return;
	why = ct_retired_why(name, strlen(name));
	if (why)
		ct_die("filter %s: the requirement is retired: %s", name, why);
	if (ct_requirement_find(name, strlen(name), &req))
		ct_die("filter %s: no row cites this requirement%s%s", name,
		       *req.reason ? ": " : "", req.reason);
	ct_die("filter %s: no requirement, area or row matches; \"nvme-lm-ct list\" shows them",
	       name);
}

static bool is_from(const char *const *from, const char *id)
{
	for (; *from; from++)
		if (!strcmp(*from, id))
			return true;
	return false;
}

static bool chosen(const struct ct_options *o, const struct ct_row *row)
{
	bool any = false;
	size_t i;

	for (i = 0; i < o->num_filters; i++) {
		if (o->filters[i][0] == '-')
			continue;
		any = true;
		if (matches(row, o->filters[i]))
			return true;
	}
	return !any;
}

static const char *excluded(const struct ct_options *o, const struct ct_row *row)
{
	size_t i;

	for (i = 0; i < o->num_filters; i++)
		if (o->filters[i][0] == '-' && matches(row, o->filters[i] + 1))
			return o->filters[i] + 1;
	return NULL;
}

/* A row judges a device or a driver, and so does a run; one without a target is about devices. */
static bool of_its_kind(const struct ct_options *o, const struct ct_row *row)
{
	bool driver = o->ops && o->ops->driver;

	return driver == !!(row->needs & CT_CAP(CT_CAP_DRIVER));
}

void ct_select(struct ct_selection *s, const struct ct_options *o, const char *const *from)
{
	const struct ct_row *row;
	size_t i;

	for (i = 0; i < o->num_filters; i++)
		check_filter(o->filters[i]);
	s->count = s->of_kind = 0;
	s->row = calloc(ct_row_count() + 1, sizeof(*s->row));
	if (!s->row)
		ct_die("out of memory");
	for (i = 0; i < ct_row_count(); i++) {
		row = ct_row_at(i);
		if (!of_its_kind(o, row))
			continue;
		s->of_kind++;
		if ((from && !is_from(from, row->id)) || !chosen(o, row))
			continue;
		s->row[s->count].row = row;
		s->row[s->count++].excluded = excluded(o, row);
	}
	if (o->has_case && s->count != 1)
		ct_die("--case needs exactly one row, but %zu are chosen: add --filter AREA/row",
		       s->count);
}

bool ct_case_selected(const struct ct_options *o, const struct ct_row *row, unsigned int index)
{
	if (o->has_case)
		return index == o->case_index;
	/* The row's hash, so that rows of one case spread over the shards. */
	return (ct_hash(row->id) + index) % o->shards == o->shard;
}
