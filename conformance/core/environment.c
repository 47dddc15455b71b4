/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "environment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "capability.h"
#include "json.h"
#include "requirement.h"
#include "say.h"
#include "version.h"

/* Identify Controller data (NVMe 1.4 5.15.2.2) */
#define ID_VID 0
#define ID_CNTLID 78

static json_t *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static json_t *format(const char *fmt, ...)
{
	char text[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return json_string(text);
}

/* true, or why it is absent */
static json_t *capabilities(const struct ct_probe *p)
{
	json_t *o = json_object();
	unsigned int cap;

	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		json_object_set_new(o, ct_cap_names[cap].name,
				    p->info.caps & CT_CAP(cap) ? json_true() :
								 ct_json_text(p->info.reason[cap]));
	return o;
}

static json_t *identify(const struct ct_probe *p)
{
	const uint8_t *id = p->id;
	json_t *o;

	if (!p->has_id)
		return json_null();
	o = json_object();
	json_object_set_new(o, "vid", format("%04Xh", lm_get_le16(id + ID_VID)));
	json_object_set_new(o, "sn", ct_json_text(p->sn));
	json_object_set_new(o, "mn", ct_json_text(p->mn));
	json_object_set_new(o, "fr", ct_json_text(p->fr));
	json_object_set_new(o, "subnqn", ct_json_text(p->subnqn));
	json_object_set_new(o, "cntlid", json_integer(lm_get_le16(id + ID_CNTLID)));
	json_object_set_new(o, "capability", json_integer(id[LM_ID_CAPABILITY]));
	json_object_set_new(o, "uuid", json_boolean(p->uuid));
	/* The bytes between mean something only where the UUID stands (LM-DIS-060). */
	if (p->uuid) {
		json_object_set_new(o, "version", json_integer(lm_get_le16(id + LM_ID_VERSION)));
		json_object_set_new(o, "max_image",
				    json_integer(lm_get_le32(id + LM_ID_MAX_IMAGE)));
		json_object_set_new(o, "suspend_limit",
				    json_integer(lm_get_le16(id + LM_ID_SUSPEND_LIMIT)));
	}
	return o;
}

static json_t *strings(const char *const *s, size_t n)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(a, ct_json_text(s[i]));
	return a;
}

/* A list of reasons as it was read. */
static json_t *reasons(const struct ct_reasons *r)
{
	json_t *o, *entries;
	size_t i;

	if (!r->file)
		return json_null();
	o = json_object();
	entries = json_array();
	for (i = 0; i < r->count; i++)
		json_array_append_new(entries,
				      json_pack("{s:o,s:o}", "name", ct_json_text(r->entry[i].name),
						"reason", ct_json_text(r->entry[i].reason)));
	json_object_set_new(o, "file", ct_json_text(r->file));
	json_object_set_new(o, "sha256", json_string(r->sha256));
	json_object_set_new(o, "entries", entries);
	return o;
}

static json_t *scratch(const struct ct_scratch *s)
{
	if (!s->nsid)
		return json_null();
	return json_pack("{s:I,s:I,s:I}", "nsid", (json_int_t)s->nsid, "slba", (json_int_t)s->slba,
			 "nlb", (json_int_t)s->nlb);
}

static json_t *kernel(void)
{
	struct utsname u;

	return uname(&u) ? json_null() : ct_json_text(u.release);
}

static json_t *now(void)
{
	time_t t = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

json_t *ct_environment(const struct ct_options *o, const struct ct_probe *p, bool proposal,
		       const struct ct_waivers *w, const struct ct_reasons *expect_na)
{
	json_t *e = json_object();

	json_object_set_new(e, "type", json_string("environment"));
	json_object_set_new(e, "format", json_integer(CT_LOG_FORMAT));
	json_object_set_new(e, "suite", json_string(LM_SUITE_VERSION));
	json_object_set_new(e, "spec", json_string(ct_spec_hash()));
	json_object_set_new(e, "proposal", json_integer(LM_PROPOSAL_VERSION));
	json_object_set_new(e, "profile", json_string(proposal ? "proposal" : "rfc"));
	json_object_set_new(e, "profile_asked", json_string(ct_profile_name(o->profile)));
	json_object_set_new(e, "target", json_string(o->ops->name));
	json_object_set_new(e, "argument", ct_json_text(o->argument));
	json_object_set_new(e, "transport", ct_json_text(p->info.transport));
	json_object_set_new(e, "capabilities", capabilities(p));
	json_object_set_new(e, "total_vfs", json_integer(p->info.total_vfs));
	json_object_set_new(e, "num_vfs", json_integer(p->info.num_vfs));
	json_object_set_new(e, "identify", identify(p));
	json_object_set_new(e, "live_migration", json_boolean(p->lm));
	json_object_set_new(e, "expect_absent", json_boolean(o->expect_absent));
	json_object_set_new(e, "seed", format("0x%016" PRIX64, o->seed));
	json_object_set_new(e, "shard", format("%u/%u", o->shard, o->shards));
	json_object_set_new(e, "filters", strings(o->filters, o->num_filters));
	if (o->has_case)
		json_object_set_new(e, "case", json_integer(o->case_index));
	if (o->rows_from)
		json_object_set_new(e, "rows_from", ct_json_text(o->rows_from));
	if (o->i_own)
		json_object_set_new(e, "i_own", ct_json_text(o->i_own));
	json_object_set_new(e, "scratch", scratch(&o->scratch));
	json_object_set_new(e, "waivers", reasons(&w->text));
	json_object_set_new(e, "expect_na", reasons(expect_na));
	json_object_set_new(e, "kernel", kernel());
	json_object_set_new(e, "started", now());
	return e;
}

/* A word for the shell; the words that need no quotes are written without. */
static void quote(FILE *f, const char *word)
{
	const char *p;

	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789-_=:/.,+@%")]) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (p = word; *p; p++) {
		if (*p == '\'')
			fputs("'\\''", f);
		else
			fputc(*p, f);
	}
	fputc('\'', f);
}

char *ct_replay(const struct ct_options *o, bool proposal, const struct ct_row *row,
		unsigned int index)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		ct_die("out of memory");
	fputs("nvme-lm-ct run --target ", f);
	quote(f, o->target);
	fprintf(f, " --profile %s --filter %s --case %u --seed 0x%016" PRIX64,
		proposal ? "proposal" : "rfc", row->id, index, o->seed);
	if (o->i_own) {
		fputs(" --i-own ", f);
		quote(f, o->i_own);
	}
	if (o->scratch.nsid)
		fprintf(f, " --scratch %" PRIu32 ":%" PRIu64 ":%" PRIu64, o->scratch.nsid,
			o->scratch.slba, o->scratch.nlb);
	if (fclose(f))
		ct_die("out of memory");
	return text;
}
