/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The verdict, the totals, and what was judged under which circumstances. */
#include <string.h>

#include "html.h"

static void fact(struct rp_out *out, const char *name, const char *value)
{
	if (*value)
		rp_put(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
}

/* ISO 8601 in UTC, as people read it; anything else as it is. */
static void started(struct rp_out *out, const char *iso)
{
	char text[40];

	if (strlen(iso) == 20 && iso[10] == 'T' && iso[19] == 'Z') {
		snprintf(text, sizeof(text), "%.10s %.8s UTC", iso, iso + 11);
		iso = text;
	}
	fact(out, "Started", iso);
}

static const char *profile_meaning(const json_t *env)
{
	if (!strcmp(rp_str(env, "profile"), "rfc"))
		return "rfc: judged by what the 2022 RFC, NVMe and VFIO demand; the rest is "
		       "information";
	if (!strcmp(rp_str(env, "profile"), "proposal"))
		return "proposal: judged by every requirement";
	return rp_str(env, "profile");
}

/* The requirements in question. */
static void violated(struct rp_out *out, const struct rp_matrix *m)
{
	size_t i;

	if (!m->violated)
		return;
	rp_raw(out, "<p class=\"violated\">Cited by rows that failed: ");
	for (i = 0; i < m->nreqs; i++) {
		if (m->reqs[i].verdict != CT_FAIL || m->reqs[i].information)
			continue;
		rp_html_link(out, m->reqs[i].id);
		rp_raw(out, " ");
	}
	rp_raw(out, "</p>\n");
}

void rp_html_verdict(struct rp_out *out, const struct rp_matrix *m)
{
	const json_t *env = m->log->env, *id = json_object_get(env, "identify");

	rp_put(out, "<header class=\"verdict %s\">\n", rp_outcome_tone(m->outcome));
	rp_raw(out, "<p class=\"kicker\">NVMe VF live migration: conformance report</p>\n");
	rp_put(out, "<h1>%s</h1>\n<p>%s</p>\n", m->headline, m->detail);
	violated(out, m);
	rp_raw(out, "<dl class=\"facts\">\n");
	fact(out, "Device", *rp_str(id, "mn") ? rp_str(id, "mn") : "unknown");
	fact(out, "Firmware", rp_str(id, "fr"));
	fact(out, "Serial number", rp_str(id, "sn"));
	fact(out, "Target", rp_str(env, "target"));
	fact(out, "Profile", profile_meaning(env));
	started(out, rp_str(env, "started"));
	rp_raw(out, "</dl>\n</header>\n");
}

static const enum ct_verdict order[] = { CT_PASS,    CT_PASS_NOTE, CT_WARN,
					 CT_WAIVED,  CT_FAIL,	   CT_UNEXPECTED_PASS,
					 CT_HUNG,    CT_ERROR,	   CT_NOT_APPLICABLE,
					 CT_SKIPPED, CT_NOT_RUN };

_Static_assert(sizeof(order) / sizeof(order[0]) == CT_VERDICT_COUNT, "every verdict has a place");

static void legend(struct rp_out *out, const char *tone, unsigned int n, const char *what)
{
	if (n)
		rp_put(out, "<span class=\"%s\">%u %s</span>\n", tone, n, what);
}

static void bar(struct rp_out *out, const unsigned int *count, unsigned int rest)
{
	size_t i;

	rp_raw(out, "<div class=\"bar\" aria-hidden=\"true\">");
	for (i = 0; i < CT_VERDICT_COUNT; i++)
		if (count[order[i]])
			rp_put(out, "<i class=\"%s\" style=\"flex-grow:%u\"></i>",
			       rp_tone(order[i]), count[order[i]]);
	if (rest)
		rp_put(out, "<i class=\"none\" style=\"flex-grow:%u\"></i>", rest);
	rp_raw(out, "</div>\n<div class=\"legend\">\n");
	for (i = 0; i < CT_VERDICT_COUNT; i++)
		legend(out, rp_tone(order[i]), count[order[i]], ct_verdict_name(order[i]));
	legend(out, "none", rest, "in no row of this run");
	rp_raw(out, "</div>\n");
}

void rp_html_totals(struct rp_out *out, const struct rp_matrix *m)
{
	rp_raw(out, "<div class=\"tiles\" id=\"totals\">\n");
	rp_put(out,
	       "<section id=\"total-requirements\"><h3>Requirements</h3><b class=\"big\">%zu</b>\n",
	       m->nreqs);
	bar(out, m->by_verdict, m->uncovered);
	rp_put(out,
	       "<p class=\"small muted\">of the %zu with rows %u are proven by seeded "
	       "defects</p></section>\n",
	       m->nreqs - m->uncovered, m->proven);
	rp_put(out, "<section id=\"total-rows\"><h3>Rows</h3><b class=\"big\">%zu</b>\n",
	       m->log->nrows);
	bar(out, m->rows, 0);
	rp_raw(out, "</section>\n");
	rp_put(out, "<section id=\"total-cases\"><h3>Cases</h3><b class=\"big\">%u</b>\n",
	       m->ncases);
	bar(out, m->cases, 0);
	rp_put(out, "<p class=\"small muted\">%u checks</p></section>\n</div>\n", m->checks);
}

/* A number as the documents write it, hexadecimal with an h. */
static void number_fact(struct rp_out *out, const char *name, const json_t *id, const char *key,
			int hex_digits)
{
	char text[32];

	if (!json_is_integer(json_object_get(id, key))) {
		fact(out, name, rp_str(id, key));
		return;
	}
	if (hex_digits)
		snprintf(text, sizeof(text), "%0*Xh", hex_digits, rp_uint(id, key));
	else
		snprintf(text, sizeof(text), "%u", rp_uint(id, key));
	fact(out, name, text);
}

static void identity(struct rp_out *out, const json_t *env)
{
	const json_t *id = json_object_get(env, "identify");

	rp_raw(out, "<h3>Device</h3>\n<dl class=\"facts\">\n");
	fact(out, "Model", rp_str(id, "mn"));
	fact(out, "Firmware", rp_str(id, "fr"));
	fact(out, "Serial number", rp_str(id, "sn"));
	fact(out, "Subsystem", rp_str(id, "subnqn"));
	number_fact(out, "PCI vendor", id, "vid", 4);
	number_fact(out, "Controller ID", id, "cntlid", 4);
	number_fact(out, "Capability byte 3072", id, "capability", 2);
	number_fact(out, "Proposal version", id, "version", 0);
	number_fact(out, "Largest image, bytes", id, "max_image", 0);
	number_fact(out, "SUSPEND limit, 100 ms", id, "suspend_limit", 0);
	fact(out, "Proposal UUID",
	     json_is_true(json_object_get(id, "uuid")) ? "present" : "absent");
	number_fact(out, "VFs enabled", env, "num_vfs", 0);
	number_fact(out, "VFs in all", env, "total_vfs", 0);
	rp_raw(out, "</dl>\n");
}

static void filters(struct rp_out *out, const json_t *env)
{
	const json_t *list = json_object_get(env, "filters");
	size_t i;

	if (!json_array_size(list))
		return;
	rp_raw(out, "<div><dt>Filters</dt><dd>");
	for (i = 0; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)))
			rp_put(out, "<code>%s</code> ", json_string_value(json_array_get(list, i)));
	rp_raw(out, "</dd></div>\n");
}

static void run(struct rp_out *out, const struct rp_log *log)
{
	const json_t *env = log->env;

	rp_raw(out, "<h3>Run</h3>\n<dl class=\"facts\">\n");
	fact(out, "Suite", rp_str(env, "suite"));
	fact(out, "Specification", rp_str(env, "spec"));
	fact(out, "Target", rp_str(env, "target"));
	fact(out, "Argument", rp_str(env, "argument"));
	fact(out, "Transport", rp_str(env, "transport"));
	fact(out, "Profile asked for", rp_str(env, "profile_asked"));
	fact(out, "Seed", rp_str(env, "seed"));
	fact(out, "Shard", rp_str(env, "shard"));
	filters(out, env);
	number_fact(out, "Only case", env, "case", 0);
	fact(out, "Only rows that failed in", rp_str(env, "rows_from"));
	fact(out, "Owned by serial number", rp_str(env, "i_own"));
	fact(out, "Kernel", rp_str(env, "kernel"));
	started(out, rp_str(env, "started"));
	number_fact(out, "Exit code", log->end, "exit", 0);
	fact(out, "Because", rp_str(log->end, "why"));
	if (log->resumed)
		rp_put(out, "<div><dt>Resumed</dt><dd>%u times</dd></div>\n", log->resumed);
	rp_raw(out, "</dl>\n");
}

static void capabilities(struct rp_out *out, const json_t *env)
{
	json_t *caps = json_object_get(env, "capabilities"), *value;
	const char *name;

	if (!json_object_size(caps))
		return;
	rp_raw(out, "<h3>What the target can do</h3>\n<table class=\"stack\"><tbody>\n");
	json_object_foreach(caps, name, value)
	{
		rp_put(out, "<tr><td class=\"mono\">%s</td><td>", name);
		if (json_is_true(value))
			rp_raw(out, "yes");
		else
			rp_put(out, "no: %s",
			       json_is_string(value) ? json_string_value(value) : "absent");
		rp_raw(out, "</td></tr>\n");
	}
	rp_raw(out, "</tbody></table>\n");
}

/* A list that the user gave: of waivers, or of rows that do not apply. */
static void reasons(struct rp_out *out, const json_t *list, const char *id, const char *title)
{
	const json_t *entries = json_object_get(list, "entries");
	size_t i;

	if (!json_array_size(entries))
		return;
	rp_put(out, "<h3 id=\"%s\">%s</h3>\n", id, title);
	rp_put(out, "<p class=\"small muted\">%s, SHA-256 %s</p>\n<ul>\n", rp_str(list, "file"),
	       rp_str(list, "sha256"));
	for (i = 0; i < json_array_size(entries); i++)
		rp_put(out, "<li><span class=\"mono\">%s</span>: %s</li>\n",
		       rp_str(json_array_get(entries, i), "name"),
		       rp_str(json_array_get(entries, i), "reason"));
	rp_raw(out, "</ul>\n");
}

void rp_html_environment(struct rp_out *out, const struct rp_log *log)
{
	rp_raw(out, "<section id=\"environment\">\n<h2>Environment</h2>\n");
	identity(out, log->env);
	run(out, log);
	capabilities(out, log->env);
	reasons(out, json_object_get(log->env, "waivers"), "waivers", "Waivers");
	reasons(out, json_object_get(log->env, "expect_na"), "expect-na",
		"Rows that are said not to apply");
	rp_raw(out, "</section>\n");
}
