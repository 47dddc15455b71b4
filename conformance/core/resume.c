/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "json.h"
#include "requirement.h"
#include "say.h"
#include "version.h"

static void take(struct ct_old_log *log, json_t *o, unsigned int number)
{
	const char *type = ct_json_string(o, "type");

	if (!strcmp(type, "environment")) {
		if (ct_json_uint(o, "format") != CT_LOG_FORMAT)
			ct_die("log %s: format %" JSON_INTEGER_FORMAT
			       ", but this program reads %d: use the suite that wrote it",
			       log->path, ct_json_uint(o, "format"), CT_LOG_FORMAT);
		json_decref(log->environment);
		log->environment = json_incref(o);
		json_decref(log->end);
		log->end = NULL;
	} else if (number == 1) {
		ct_die("log %s: not a log of nvme-lm-ct", log->path);
	} else if (!strcmp(type, "row")) {
		json_object_set(log->rows, ct_json_string(o, "row"), o);
	} else if (!strcmp(type, "end")) {
		json_decref(log->end);
		log->end = json_incref(o);
	}
}

static void take_line(struct ct_old_log *log, const char *line, size_t len, unsigned int number)
{
	json_t *o;

	if (line[len - 1] != '\n') {
		log->cut = (unsigned int)len;
		return;
	}
	o = json_loadb(line, len, 0, NULL);
	if (!json_is_object(o))
		ct_die("log %s: line %u is %s", log->path, number,
		       number == 1 ?
			       "not one of a log of nvme-lm-ct" :
			       "damaged; results behind it cannot be trusted: start a new run");
	take(log, o, number);
	json_decref(o);
	log->length += (off_t)len;
}

void ct_old_log_read(struct ct_old_log *log, const char *path)
{
	FILE *f = fopen(path, "r");
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!f)
		ct_die("log %s: cannot read: %s", path, strerror(errno));
	*log = (struct ct_old_log){ .path = path, .rows = json_object() };
	errno = 0;
	while ((len = getline(&line, &room, f)) > 0)
		take_line(log, line, (size_t)len, ++number);
	if (ferror(f))
		ct_die("log %s: cannot read: %s", path, strerror(errno));
	free(line);
	fclose(f);
	if (!log->environment)
		ct_die("log %s: holds no whole environment line: start a new run", path);
}

static void need_same(const struct ct_old_log *log, const char *key, const char *now,
		      const char *what)
{
	const char *then = ct_json_string(log->environment, key);

	if (strcmp(then, now))
		ct_die("log %s: %s %s, but this is %s: resume with the program that wrote it, or start a new run",
		       log->path, what, then, now);
}

static void resume_target(const struct ct_old_log *log, struct ct_options *o)
{
	const char *argument = ct_json_string(log->environment, "argument");
	char *target;

	if (asprintf(&target, "%s%s%s", ct_json_string(log->environment, "target"),
		     *argument ? ":" : "", argument) < 0)
		ct_die("out of memory");
	if (o->target && strcmp(o->target, target))
		ct_die("log %s: target %s, but --target %s was given: leave it out, or start a new run",
		       log->path, target, o->target);
	ct_options_target(o, target);
}

/* false where one is no name */
static bool resume_filters(const json_t *filters, struct ct_options *o)
{
	const char *filter;
	size_t i;

	o->num_filters = 0;
	o->filters = calloc(json_array_size(filters) + 1, sizeof(char *));
	if (!o->filters)
		ct_die("out of memory");
	for (i = 0; i < json_array_size(filters); i++) {
		filter = json_string_value(json_array_get(filters, i));
		if (!filter || !*filter)
			return false;
		o->filters[o->num_filters++] = filter;
	}
	return true;
}

void ct_resume_options(const struct ct_old_log *log, struct ct_options *o)
{
	const json_t *e = log->environment;
	int profile = ct_profile_parse(ct_json_string(e, "profile_asked"));

	need_same(log, "suite", LM_SUITE_VERSION, "suite version");
	need_same(log, "spec", ct_spec_hash(), "specification");
	if (json_object_get(e, "case") || json_object_get(e, "rows_from"))
		ct_die("log %s: its run was of chosen cases or rows: start a new run", log->path);
	resume_target(log, o);
	if (profile < 0 || !ct_parse_shard(ct_json_string(e, "shard"), o) ||
	    !ct_parse_uint(ct_json_string(e, "seed"), UINT64_MAX, &o->seed))
		ct_die("log %s: its environment line is damaged: start a new run", log->path);
	o->profile = (enum ct_profile)profile;
	if (o->num_filters)
		ct_die("--resume takes the filters of log %s: leave --filter and --exclude out",
		       log->path);
	if (!resume_filters(json_object_get(e, "filters"), o))
		ct_die("log %s: its environment line is damaged: start a new run", log->path);
}

static void need_same_reasons(const struct ct_old_log *log, const json_t *now, const char *key,
			      const char *option)
{
	const char *then = ct_json_string(json_object_get(log->environment, key), "sha256");

	if (strcmp(then, ct_json_string(json_object_get(now, key), "sha256")))
		ct_die("log %s: its run had %s %s: give the same, or start a new run", log->path,
		       *then ? "another" : "no", option);
}

void ct_resume_check(const struct ct_old_log *log, const json_t *environment)
{
	static const char *const same[] = { "sn", "mn", "fr", "subnqn" };
	const json_t *then = json_object_get(log->environment, "identify");
	const json_t *now = json_object_get(environment, "identify");
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(ct_json_string(then, same[i]), ct_json_string(now, same[i])))
			ct_die("log %s: of a device with %s \"%s\", but this one has \"%s\": start a new run",
			       log->path, same[i], ct_json_string(then, same[i]),
			       ct_json_string(now, same[i]));
	need_same_reasons(log, environment, "waivers", "--waivers");
	need_same_reasons(log, environment, "expect_na", "--expect-na");
}

bool ct_resume_row(const struct ct_old_log *log, struct ct_row_result *r)
{
	const json_t *o = json_object_get(log->rows, r->row->id), *cases;
	int v = o ? ct_verdict_parse(ct_json_string(o, "verdict")) : -1;

	if (v < 0 || v == CT_NOT_RUN)
		return false;
	cases = json_object_get(o, "cases");
	r->verdict = (enum ct_verdict)v;
	snprintf(r->reason, sizeof(r->reason), "%s", ct_json_string(o, "reason"));
	for (v = 0; v < CT_VERDICT_COUNT; v++)
		r->counts[v] =
			(unsigned int)ct_json_uint(cases, ct_verdict_name((enum ct_verdict)v));
	if (r->counts[CT_NOT_RUN])
		return false;
	r->checks = (unsigned int)ct_json_uint(o, "checks");
	r->finished = r->kept = true;
	return true;
}

const char **ct_failed_rows(const struct ct_old_log *log)
{
	const char **ids = calloc(json_object_size(log->rows) + 1, sizeof(char *));
	const char *id;
	json_t *o;
	size_t n = 0;
	int v;

	if (!ids)
		ct_die("out of memory");
	json_object_foreach(log->rows, id, o)
	{
		v = ct_verdict_parse(ct_json_string(o, "verdict"));
		if (v == CT_FAIL || v == CT_HUNG || v == CT_ERROR || v == CT_UNEXPECTED_PASS)
			ids[n++] = id;
	}
	if (!n)
		ct_die("log %s: no row in it failed: nothing to run", log->path);
	return ids;
}
