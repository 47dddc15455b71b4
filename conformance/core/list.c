/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "list.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capability.h"
#include "help.h"
#include "json.h"
#include "registry.h"
#include "requirement.h"
#include "say.h"

enum {
	LIST_ROWS = 1,
	LIST_REQUIREMENTS = 2,
	LIST_TARGETS = 4,
	LIST_CAPABILITIES = 8,
};

static const struct {
	const char *name;
	unsigned int what;
} words[] = {
	{ "rows", LIST_ROWS },
	{ "requirements", LIST_REQUIREMENTS },
	{ "targets", LIST_TARGETS },
	{ "capabilities", LIST_CAPABILITIES },
};

static const struct {
	unsigned int flag;
	const char *name;
} flags[] = {
	{ CT_ROW_FIVE, "five" },
	{ CT_ROW_LM, "lm" },
	{ CT_ROW_WRITES, "writes" },
	{ CT_ROW_LONG, "long" },
	{ CT_ROW_KEEPS_STATE, "keeps-state" },
};

static unsigned int citing_rows(const char *id)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < ct_row_count(); i++)
		n += ct_row_cites(ct_row_at(i), id);
	return n;
}

static void print_rows(void)
{
	const struct ct_row *row;
	size_t i;

	for (i = 0; i < ct_row_count(); i++) {
		row = ct_row_at(i);
		printf("%s\n    %s; %s; %s\n", row->id, row->given, row->when, row->expect);
	}
}

static void print_citations(void)
{
	const struct ct_row *row;
	const char *pos, *id;
	size_t i, len;

	for (i = 0; i < ct_row_count(); i++) {
		row = ct_row_at(i);
		fputs(row->id, stdout);
		for (pos = row->reqs; (id = ct_next_req(&pos, &len));)
			printf(" %.*s", (int)len, id);
		putchar('\n');
	}
}

static void print_requirements(void)
{
	struct ct_requirement req;
	size_t i;

	for (i = 0; i < ct_requirement_count(); i++) {
		req = ct_requirement_at(i);
		printf("%s %s %s %s, %u rows\n    %s\n", req.id, req.level, req.origin, req.binds,
		       citing_rows(req.id), req.sentence);
	}
}

static void print_targets(void)
{
	size_t i;

	for (i = 0; i < ct_target_count(); i++)
		printf("%-12s %s\n", ct_target_at(i)->name, ct_target_at(i)->summary);
}

static void print_capabilities(void)
{
	unsigned int cap;

	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		printf("%-20s %s\n", ct_cap_names[cap].name, ct_cap_names[cap].sentence);
}

static json_t *row_json(const struct ct_row *row)
{
	json_t *o = json_object(), *reqs = json_array(), *needs = json_array(), *f = json_array();
	const char *pos = row->reqs, *id;
	unsigned int cap;
	size_t len, i;

	while ((id = ct_next_req(&pos, &len)))
		json_array_append_new(reqs, json_stringn(id, len));
	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		if (row->needs & CT_CAP(cap))
			json_array_append_new(needs, json_string(ct_cap_names[cap].name));
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (row->flags & flags[i].flag)
			json_array_append_new(f, json_string(flags[i].name));
	json_object_set_new(o, "row", json_string(row->id));
	json_object_set_new(o, "reqs", reqs);
	json_object_set_new(o, "given", ct_json_text(row->given));
	json_object_set_new(o, "when", ct_json_text(row->when));
	json_object_set_new(o, "expect", ct_json_text(row->expect));
	json_object_set_new(o, "needs", needs);
	json_object_set_new(o, "flags", f);
	json_object_set_new(o, "file", json_string(row->file));
	json_object_set_new(o, "line", json_integer(row->line));
	return o;
}

static json_t *requirement_json(const struct ct_requirement *req)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i}", "id", req->id, "level", req->level,
			 "origin", req->origin, "binds", req->binds, "chapter", req->chapter,
			 "no_row", req->reason, "sentence", req->sentence, "rows",
			 citing_rows(req->id));
}

static void print_json(unsigned int what)
{
	json_t *o = json_object(), *a;
	struct ct_requirement req;
	unsigned int cap;
	char *line;
	size_t i;

	if (what & LIST_ROWS) {
		json_object_set_new(o, "rows", a = json_array());
		for (i = 0; i < ct_row_count(); i++)
			json_array_append_new(a, row_json(ct_row_at(i)));
	}
	if (what & LIST_REQUIREMENTS) {
		json_object_set_new(o, "requirements", a = json_array());
		for (i = 0; i < ct_requirement_count(); i++) {
			req = ct_requirement_at(i);
			json_array_append_new(a, requirement_json(&req));
		}
	}
	if (what & LIST_TARGETS) {
		json_object_set_new(o, "targets", a = json_array());
		for (i = 0; i < ct_target_count(); i++)
			json_array_append_new(a,
					      json_pack("{s:s,s:s}", "name", ct_target_at(i)->name,
							"summary", ct_target_at(i)->summary));
	}
	if (what & LIST_CAPABILITIES) {
		json_object_set_new(o, "capabilities", a = json_array());
		for (cap = 0; cap < CT_CAP_COUNT; cap++)
			json_array_append_new(a,
					      json_pack("{s:s,s:s}", "name", ct_cap_names[cap].name,
							"sentence", ct_cap_names[cap].sentence));
	}
	line = ct_json_line(o);
	fputs(line, stdout);
	free(line);
	json_decref(o);
}

static unsigned int word(const char *arg)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(arg, words[i].name))
			return words[i].what;
	ct_die("list: unknown '%s'; see nvme-lm-ct list --help", arg);
}

int ct_list_main(int argc, char **argv)
{
	bool json = false, citations = false;
	unsigned int what = 0;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help")) {
			ct_help_list();
			return CT_EXIT_PASS;
		}
		if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!strcmp(argv[i], "--citations"))
			citations = true;
		else
			what |= word(argv[i]);
	}
	if (citations && (json || what))
		ct_die("list: --citations stands alone");
	if (!what)
		what = LIST_ROWS | LIST_REQUIREMENTS | LIST_TARGETS;
	if (citations)
		print_citations();
	else if (json)
		print_json(what);
	if (citations || json)
		return CT_EXIT_PASS;
	if (what & LIST_TARGETS)
		print_targets();
	if (what & LIST_CAPABILITIES)
		print_capabilities();
	if (what & LIST_REQUIREMENTS)
		print_requirements();
	if (what & LIST_ROWS)
		print_rows();
	return CT_EXIT_PASS;
}
