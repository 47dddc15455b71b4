/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "explain.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capability.h"
#include "fold.h"
#include "help.h"
#include "reports-proofs.h"
#include "registry.h"
#include "requirement.h"
#include "say.h"

/* conformance/proofs*.txt: LM-XXX-nnn AREA/row, and a defect's number or a flaw's name */
static unsigned int print_proofs(const char *id, const char *row)
{
	char req[64], by[256], defect[64];
	const char *p = rp_proofs_text;
	unsigned int n = 0;

	for (; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		if (sscanf(p, "%63s %255s %63s", req, by, defect) != 3)
			continue;
		if ((id && strcmp(req, id)) || (row && strcmp(by, row)))
			continue;
		printf("  proof: %s %s breaks %s, and row %s fails\n",
		       strspn(defect, "0123456789") == strlen(defect) ? "defect" :
									"the driver's flaw",
		       defect, req, by);
		n++;
	}
	return n;
}

static void print_requirement(const struct ct_requirement *req)
{
	unsigned int n = 0;
	size_t i;

	printf("%s: %s, origin %s, binds the %s (spec/text/%s)\n  %s\n", req->id, req->level,
	       req->origin, !strcmp(req->binds, "both") ? "device and the driver" : req->binds,
	       req->chapter, req->sentence);
	for (i = 0; i < ct_row_count(); i++)
		if (ct_row_cites(ct_row_at(i), req->id)) {
			printf("  row: %s\n", ct_row_at(i)->id);
			n++;
		}
	if (!n)
		printf("  no row%s%s\n", *req->reason ? ": " : "", req->reason);
	if (!print_proofs(req->id, NULL) && n)
		printf("  unproven: no seeded defect or flaw breaks it yet\n");
}

static bool explain_requirement(const char *id)
{
	const char *why = ct_retired_why(id, strlen(id));
	struct ct_requirement req;

	if (why)
		printf("%s: retired: %s\n", id, why);
	else if (ct_requirement_find(id, strlen(id), &req))
		print_requirement(&req);
	else
		return false;
	return true;
}

static void print_needs(const struct ct_row *row)
{
	unsigned int cap;

	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		if (row->needs & CT_CAP(cap))
			printf("  needs:  %s (%s)\n", ct_cap_names[cap].name,
			       ct_cap_names[cap].sentence);
	if (row->flags & CT_ROW_FIVE)
		printf("  sends one of the five opcodes: the ownership guard has to be open\n");
	if (row->flags & CT_ROW_LM)
		printf("  not applicable to a device without live migration\n");
	if (row->flags & CT_ROW_WRITES)
		printf("  writes to a namespace: needs --scratch on hardware\n");
	if (row->flags & CT_ROW_LONG)
		printf("  takes more than a second on the model\n");
}

static bool explain_row(const char *id)
{
	const struct ct_row *row = ct_row_find(id);
	struct ct_requirement req;
	const char *pos, *p;
	size_t len;

	if (!row)
		return false;
	printf("%s (%s:%u)\n  given:  %s\n  when:   %s\n  expect: %s\n", row->id, row->file,
	       row->line, row->given, row->when, row->expect);
	if (row->cases)
		printf("  cases:  as many as the device calls for; see nvme-lm-ct run --filter %s --list-cases\n",
		       row->id);
	else
		printf("  cases:  1\n");
	print_needs(row);
	for (pos = row->reqs; (p = ct_next_req(&pos, &len));)
		if (ct_requirement_find(p, len, &req))
			printf("  cites:  %s (%s, %s): %s\n", req.id, req.level, req.origin,
			       req.sentence);
	print_proofs(NULL, row->id);
	return true;
}

static bool explain_area(const char *code)
{
	const char *title = ct_area_title(code);
	struct ct_requirement req;
	size_t len = strlen(code), i;

	if (!title)
		return false;
	printf("%s: %s\n", code, title);
	for (i = 0; i < ct_requirement_count(); i++) {
		req = ct_requirement_at(i);
		if (!strncmp(req.id + 3, code, len) && req.id[3 + len] == '-')
			printf("  %s %s\n", req.id, req.sentence);
	}
	for (i = 0; i < ct_row_count(); i++)
		if (!strncmp(ct_row_at(i)->id, code, len) && ct_row_at(i)->id[len] == '/')
			printf("  row: %s\n", ct_row_at(i)->id);
	return true;
}

static const struct ct_status_name *status_of(const char *word)
{
	const struct ct_status_name *s;
	char *end;
	unsigned long v = strtoul(word, &end, 16);
	size_t i;

	if (end != word && (*end == 'h' || *end == 'H') && !end[1])
		return v <= 0x7FF ? ct_status_find((uint16_t)v) : NULL;
	for (i = 0; (s = ct_status_at_index(i)); i++)
		if (!strcasecmp(s->name, word))
			return s;
	return NULL;
}

static bool explain_status(const char *word)
{
	static const char *const dnr[] = { "0", "1", "0 or 1" };
	const struct ct_status_name *s = status_of(word);

	if (!s)
		return false;
	printf("%03Xh %s (%s), DNR %s\n  %s\n", s->value, s->title, s->name, dnr[s->dnr], s->cause);
	return true;
}

static bool explain_verdict(const char *word)
{
	int v;

	for (v = 0; v < CT_VERDICT_COUNT; v++)
		if (!strcasecmp(ct_verdict_name((enum ct_verdict)v), word)) {
			printf("%s: %s\n", ct_verdict_name((enum ct_verdict)v),
			       ct_verdict_meaning((enum ct_verdict)v));
			return true;
		}
	return false;
}

static bool explain_capability(const char *word)
{
	unsigned int cap;

	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		if (!strcmp(ct_cap_names[cap].name, word)) {
			printf("%s: a target's capability: %s\n", word, ct_cap_names[cap].sentence);
			return true;
		}
	return false;
}

static bool explain_command(const char *word)
{
	const char *area = ct_explain_command(word);

	return area && explain_area(area);
}

static int explain(const char *word)
{
	bool state = ct_explain_state(word); /* SUSPENDED is a status too */

	if (explain_status(word) || state || explain_requirement(word) || explain_row(word) ||
	    explain_area(word) || explain_command(word) || explain_verdict(word) ||
	    explain_capability(word))
		return CT_EXIT_PASS;
	ct_say("explain %s: no requirement, row, area, command, state, status, verdict or capability of that name; "
	       "\"nvme-lm-ct list\" shows them",
	       word);
	return CT_EXIT_USAGE;
}

int ct_explain_main(int argc, char **argv)
{
	int i, ret = CT_EXIT_PASS;

	if (argc > 1 && !strcmp(argv[1], "--help")) {
		ct_help_explain();
		return CT_EXIT_PASS;
	}
	if (argc < 2)
		ct_die("explain: what? see nvme-lm-ct explain --help");
	for (i = 1; i < argc; i++)
		if (explain(argv[i]))
			ret = CT_EXIT_USAGE;
	return ret;
}
