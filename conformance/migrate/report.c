/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a run says at its end. */
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "migrate.h"
#include "queue.h"
#include "say.h"

static int exit_code(const struct mg *m)
{
	unsigned int i;

	for (i = 0; i < MG_FINDINGS; i++)
		if (m->out.count[i])
			return CT_EXIT_FAIL;
	if (m->out.stopped)
		return m->out.stopped;
	/* A guest that had nothing to lose shows nothing. */
	return m->outstanding.num && !m->outstanding.max ? CT_EXIT_PARTIAL : CT_EXIT_PASS;
}

static const char *verdict(const struct mg *m, int code)
{
	if (code == CT_EXIT_PASS)
		return "nothing lost, repeated or corrupted";
	if (code == CT_EXIT_FAIL)
		return "FAIL";
	return m->out.stopped ? m->out.why : "no command was outstanding in any migration";
}

static json_t *series(const struct mg_series *s)
{
	return json_pack("{sIsIsfsI}", "min", (json_int_t)s->min, "max", (json_int_t)s->max, "mean",
			 s->num ? (double)s->sum / (double)s->num : 0.0, "number",
			 (json_int_t)s->num);
}

static json_t *counts(const struct mg *m)
{
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < MG_FINDINGS; i++)
		json_object_set_new(o, mg_finding_name((enum mg_finding)i),
				    json_integer((json_int_t)m->out.count[i]));
	return o;
}

static json_t *texts(const struct mg *m)
{
	json_t *a = json_array();
	unsigned int i;

	for (i = 0; i < m->out.texts; i++)
		json_array_append_new(a, ct_json_text(m->out.text[i]));
	return a;
}

static json_t *commands(const struct mg *m)
{
	json_t *o = json_object();
	unsigned int op;

	for (op = 0; op < MG_OP_SETUP && m->guest.state; op++)
		json_object_set_new(o, mg_op_name(op),
				    json_integer((json_int_t)m->guest.state->done[op]));
	return o;
}

static json_t *result(const struct mg *m, int code)
{
	return json_pack("{sssosososIsIsosososososo}", "type", "migrate", "target",
			 ct_json_text(m->side[0].name), "to",
			 m->side[1].name ? ct_json_text(m->side[1].name) : json_null(), "verdict",
			 ct_json_text(verdict(m, code)), "seed", (json_int_t)m->a.seed,
			 "migrations", (json_int_t)m->moves, "commands", commands(m), "outstanding",
			 series(&m->outstanding), "carried", series(&m->carried), "blackout_ns",
			 series(&m->blackout), "found", counts(m), "findings", texts(m));
}

static int write_json(const struct mg *m, int code)
{
	json_t *o;
	char *line;
	FILE *f;
	int ret;

	if (!m->a.json)
		return code;
	o = result(m, code);
	line = ct_json_line(o);
	f = fopen(m->a.json, "we");
	ret = !f || fputs(line, f) < 0;
	if (f && fclose(f))
		ret = 1;
	free(line);
	json_decref(o);
	if (ret)
		ct_say("--json %s: cannot write it", m->a.json);
	return ret ? CT_EXIT_USAGE : code;
}

static double mean(const struct mg_series *s)
{
	return s->num ? (double)s->sum / (double)s->num : 0.0;
}

int mg_report(struct mg *m)
{
	int code = exit_code(m);
	unsigned int i;

	for (i = 0; i < m->out.texts; i++)
		printf("FAIL %s\n", m->out.text[i]);
	if (m->out.stopped)
		ct_say("%s", m->out.why);
	if (m->guest.state)
		printf("%llu migrations, %llu commands; outstanding at SUSPEND %.1f, carried %.1f (mean)\n",
		       (unsigned long long)m->moves, (unsigned long long)mg_guest_done(&m->guest),
		       mean(&m->outstanding), mean(&m->carried));
	for (i = 0; i < MG_FINDINGS && m->guest.state; i++)
		printf("%s%llu %s", i ? ", " : "", (unsigned long long)m->out.count[i],
		       mg_finding_name((enum mg_finding)i));
	if (m->guest.state)
		printf("\nseed 0x%llX; exit %d: %s\n", (unsigned long long)m->a.seed, code,
		       verdict(m, code));
	return write_json(m, code);
}
