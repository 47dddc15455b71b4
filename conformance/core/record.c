/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "record.h"

#include <stdio.h>

#include "json.h"
#include "registry.h"
#include "requirement.h"

static json_t *milliseconds(double ms)
{
	return json_real((double)(long long)(ms * 10 + 0.5) / 10);
}

json_t *ct_record_case(const struct ct_row *row, const struct ct_result *r, const char *replay)
{
	json_t *o = json_object();

	json_object_set_new(o, "type", json_string("case"));
	json_object_set_new(o, "row", json_string(row->id));
	json_object_set_new(o, "case", json_integer(r->index));
	json_object_set_new(o, "name", ct_json_text(r->name));
	json_object_set_new(o, "verdict", json_string(ct_verdict_name(r->verdict)));
	json_object_set_new(o, "reason", ct_json_text(r->reason));
	json_object_set_new(o, "checks", json_integer(r->checks));
	json_object_set_new(o, "where", ct_json_text(r->where));
	if (r->verdict != CT_PASS) {
		json_object_set_new(o, "trace", r->trace ? json_incref(r->trace) : json_array());
		json_object_set_new(o, "replay", ct_json_text(replay));
	}
	json_object_set_new(o, "ms", milliseconds(r->ms));
	return o;
}

static json_t *requirements(const struct ct_row *row)
{
	json_t *a = json_array();
	const char *pos = row->reqs, *id;
	size_t len;

	while ((id = ct_next_req(&pos, &len)))
		json_array_append_new(a, json_stringn(id, len));
	return a;
}

static json_t *counts(const unsigned int *n)
{
	json_t *o = json_object();
	int v;

	for (v = CT_VERDICT_COUNT - 1; v >= 0; v--)
		if (n[v])
			json_object_set_new(o, ct_verdict_name((enum ct_verdict)v),
					    json_integer(n[v]));
	return o;
}

static json_t *reached(const struct ct_row_result *r)
{
	json_t *a = json_array();
	unsigned int s, e;

	for (s = 0; s < CT_MAX_STATES; s++)
		for (e = 0; e < CT_MAX_EVENTS; e++)
			if (r->reached[s][e])
				json_array_append_new(a,
						      json_pack("[s,s,i]", ct_state_at(s),
								ct_event_at(e), r->reached[s][e]));
	return a;
}

json_t *ct_record_row(const struct ct_row_result *r)
{
	json_t *o = json_object();
	char file[256];

	snprintf(file, sizeof(file), "%s:%u", r->row->file, r->row->line);
	json_object_set_new(o, "type", json_string("row"));
	json_object_set_new(o, "row", json_string(r->row->id));
	json_object_set_new(o, "reqs", requirements(r->row));
	json_object_set_new(o, "file", json_string(file));
	json_object_set_new(o, "verdict", json_string(ct_verdict_name(r->verdict)));
	if (r->folded != r->verdict)
		json_object_set_new(o, "folded", json_string(ct_verdict_name(r->folded)));
	json_object_set_new(o, "reason", ct_json_text(r->reason));
	json_object_set_new(o, "cases", counts(r->counts));
	json_object_set_new(o, "checks", json_integer(r->checks));
	json_object_set_new(o, "reached", reached(r));
	json_object_set_new(o, "ms", milliseconds(r->ms));
	return o;
}

json_t *ct_record_end(const struct ct_outcome *out, int code, const char *why, size_t rows,
		      double ms)
{
	json_t *o = json_object();

	json_object_set_new(o, "type", json_string("end"));
	json_object_set_new(o, "exit", json_integer(code));
	json_object_set_new(o, "why", json_string(why));
	json_object_set_new(o, "totals", counts(out->totals));
	json_object_set_new(o, "rows", json_integer((json_int_t)rows));
	json_object_set_new(o, "ms", milliseconds(ms));
	return o;
}
