/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the runner is told: the command line of "run" (profiles, filters,
 * shards, limits), a waiver file, and a list of rows that are not applicable.
 * An input is lines of arguments, then a line "--", then the list.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "options.h"
#include "reasons.h"
#include "registry.h"
#include "select.h"
#include "waiver.h"

#define MAX_ARGS 64
#define MAX_TEXT 8192

struct command {
	char text[MAX_TEXT + 1];
	char *argv[MAX_ARGS + 2];
	int argc;
};

/* The arguments, one a line; where the list begins. */
static size_t arguments(struct command *c, const uint8_t *data, size_t size)
{
	size_t at = 0, len;
	char *to = c->text;

	c->argc = 0;
	c->argv[c->argc++] = "run";
	while (at < size && c->argc < MAX_ARGS && (size_t)(to - c->text) < MAX_TEXT) {
		const uint8_t *nl = memchr(data + at, '\n', size - at);

		len = nl ? (size_t)(nl - data) - at : size - at;
		if (len == 2 && !memcmp(data + at, "--", 2))
			return at + len + (nl ? 1 : 0);
		if (len > MAX_TEXT - (size_t)(to - c->text) - 1)
			break;
		memcpy(to, data + at, len);
		to[len] = '\0';
		c->argv[c->argc++] = to;
		to += len + 1;
		at += len + (nl ? 1 : 0);
	}
	return size;
}

static void parse(void *arg)
{
	struct command *c = arg;
	struct ct_selection s;
	struct ct_options o;
	size_t i;

	c->argv[c->argc] = NULL;
	ct_options_parse(&o, c->argc, c->argv);
	fuzz_check(o.shards && o.shard < o.shards, "shard %u of %u", o.shard, o.shards);
	fuzz_check(ct_profile_parse(ct_profile_name(o.profile)) == (int)o.profile, "profile %d",
		   (int)o.profile);
	fuzz_check(o.time_limit > 0, "a time limit of %g s", o.time_limit);
	ct_select(&s, &o, NULL);
	for (i = 0; i < s.count; i++)
		ct_case_selected(&o, s.row[i].row, (unsigned int)i);
}

static void waivers(void *arg)
{
	struct ct_waivers w;
	size_t i;

	ct_waivers_load(&w, arg);
	for (i = 0; i < ct_row_count(); i++) {
		struct ct_waiver *found = ct_waiver_for(&w, ct_row_at(i), "part-a");

		fuzz_check(!found || *found->reason, "a waiver without a reason");
		ct_waiver_missed(&w, ct_row_at(i));
	}
}

static void expect_na(void *arg)
{
	struct ct_reasons list;
	size_t i;

	ct_reasons_load(&list, arg, "list of rows that do not apply");
	for (i = 0; i < list.count; i++)
		fuzz_check(*list.entry[i].name && *list.entry[i].reason, "an entry is empty");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct command c;
	size_t list = arguments(&c, data, size);
	const char *path = host_file(0, data + list, size - list);

	host_run(parse, &c);
	host_run(waivers, (void *)path);
	host_run(expect_na, (void *)path);
	return 0;
}
