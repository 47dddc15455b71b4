/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * How long a guest stands still: SUSPEND, QUERY_DATA_SIZE, SAVE_DATA, LOAD_DATA
 * and RESUME with idle media, against as many commands that do nothing, in turn
 * and by the same way.
 */
#include <stdio.h>
#include <stdlib.h>

#include "interrupt.h"
#include "json.h"
#include "migrate.h"
#include "nvme-base.h"
#include "nvme-lm.h"
#include "say.h"
#include "stats.h"
#include "version.h"

#define COMMANDS 5
#define REPEATS \
	9 /* within a round, of which the median counts: other work of the machine is not to */
#define MOST 2.0 /* the interval has to be below it */
#define CONFIDENCE 0.95
#define NS_PER_US 1000.0
#define SETTLE_NS 2000000u

static const char *const steps[COMMANDS] = { "SUSPEND", "QUERY_DATA_SIZE", "SAVE_DATA", "LOAD_DATA",
					     "RESUME" };

/* ns, one for each repeat */
struct round {
	double floor[REPEATS];
	double blackout[REPEATS];
	double step[COMMANDS][REPEATS];
};

/* Over all rounds. */
struct result {
	double *ratio, *floor, *blackout, *step[COMMANDS];
};

static bool no_op(struct mg *m, struct mg_place p)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_GET_FEATURES };
	struct ct_cqe cqe;

	lm_put_le32(sqe + LM_SQE_CDW10, NVME_FEAT_TEMPERATURE);
	return mg_pf_command(&m->side[p.side].pf, sqe, NULL, 0, CT_DIR_NONE, &cqe);
}

/* What ran before may still be at work, and has left the machine's caches to something else. */
static bool settle(struct mg *m)
{
	struct ct_target *t = &m->side[m->at.side].t;

	if (t->ops->advance(t, SETTLE_NS))
		return mg_broken(&m->out, t, "letting time pass");
	return no_op(m, m->at);
}

static bool no_ops(struct mg *m, struct round *r, unsigned int n)
{
	uint64_t start;
	unsigned int i;

	if (!settle(m))
		return false;
	start = mg_now();
	for (i = 0; i < COMMANDS; i++)
		if (!no_op(m, m->at))
			return false;
	r->floor[n] = (double)(mg_now() - start);
	return true;
}

static bool step(struct mg *m, unsigned int i, struct mg_place from, struct mg_place to)
{
	struct mg_pf *src = &m->side[from.side].pf, *dst = &m->side[to.side].pf;

	switch (i) {
	case 0:
		return mg_suspend(src, from.vf);
	case 1:
		return mg_query(src, from.vf, &m->image_len);
	case 2:
		return mg_save(src, from.vf, m->image, m->image_len, 0);
	case 3:
		return mg_load(dst, to.vf, m->image, m->image_len, 0);
	default:
		return mg_resume(dst, to.vf);
	}
}

/* The guest is idle, and the destination was prepared before: nothing but the commands counts. */
static bool blackout(struct mg *m, struct round *r, unsigned int n)
{
	struct mg_place from = m->at, to = mg_next_place(m);
	uint64_t start, last, now;
	unsigned int i;

	if (!mg_reach(m, to) || !mg_suspend(&m->side[to.side].pf, to.vf) ||
	    !mg_prepare(m, to, m->guest.shape) || !settle(m))
		return false;
	start = last = mg_now();
	for (i = 0; i < COMMANDS; i++, last = now) {
		if (!step(m, i, from, to))
			return false;
		now = mg_now();
		r->step[i][n] = (double)(now - last);
	}
	r->blackout[n] = (double)(last - start);
	mg_poison(m);
	m->at = to;
	return mg_guest_place(&m->guest, &m->side[to.side].t, to.vf) && mg_reset_vf(m, from) &&
	       mg_suspend(&m->side[from.side].pf, from.vf);
}

static bool measure(struct mg *m, struct round *r)
{
	unsigned int i;

	for (i = 0; i < REPEATS; i++)
		if (i % 2 ? !no_ops(m, r, i) || !blackout(m, r, i) :
			    !blackout(m, r, i) || !no_ops(m, r, i))
			return false;
	/* The guest still works, and its data are there. */
	return mg_guest_run(&m->guest, m->a.pairs) && mg_guest_drain(&m->guest) &&
	       !mg_found(&m->out);
}

static void keep(struct result *all, unsigned int i, struct round *r)
{
	unsigned int s;

	all->floor[i] = mg_median(r->floor, REPEATS).median;
	all->blackout[i] = mg_median(r->blackout, REPEATS).median;
	all->ratio[i] = all->blackout[i] / all->floor[i];
	for (s = 0; s < COMMANDS; s++)
		all->step[s][i] = mg_median(r->step[s], REPEATS).median;
}

/* Where the time goes, in multiples of one command that does nothing. */
static void profile(const struct mg *m, const struct result *all, double floor, char *text,
		    size_t size)
{
	double multiple;
	size_t len = 0;
	unsigned int s;

	for (s = 0; s < COMMANDS && len < size; s++) {
		multiple = mg_median(all->step[s], m->a.rounds).median * COMMANDS / floor;
		len += (size_t)snprintf(text + len, size - len, "%s %.2f%s", steps[s], multiple,
					s < COMMANDS - 1 ? ", " :
							   " of a command that does nothing");
	}
}

static json_t *record(struct mg *m, struct result *all)
{
	struct mg_median r = mg_median(all->ratio, m->a.rounds);
	double floor = mg_median(all->floor, m->a.rounds).median;
	double black = mg_median(all->blackout, m->a.rounds).median;
	char name[64], text[256];

	snprintf(name, sizeof(name), "blackout with %u queue pair%s", m->a.pairs,
		 m->a.pairs == 1 ? "" : "s");
	profile(m, all, floor, text, sizeof(text));
	printf("%s: %.2f [%.2f, %.2f], at most %.1f wanted; %.0f us, floor %.0f us, image %u bytes\n    %s\n",
	       name, r.median, r.low, r.high, MOST, black / NS_PER_US, floor / NS_PER_US,
	       m->image_len, text);
	return json_pack("{sssssisfsfsfsfsfsfsfsIss}", "name", name, "unit", "us", "rounds",
			 (int)m->a.rounds, "ours", black / NS_PER_US, "reference",
			 floor / NS_PER_US, "ratio", r.median, "low", r.low, "high", r.high,
			 "confidence", CONFIDENCE, "max", MOST, "image_bytes",
			 (json_int_t)m->image_len, "profile", text);
}

static void allocate(struct result *all, unsigned int rounds)
{
	double *p = calloc((3 + COMMANDS) * rounds, sizeof(*p));
	unsigned int s;

	if (!p)
		ct_die("out of memory");
	all->ratio = p;
	all->floor = p + rounds;
	all->blackout = p + 2 * rounds;
	for (s = 0; s < COMMANDS; s++)
		all->step[s] = p + (3 + s) * rounds;
}

/* A guest with this many queue pairs, all rounds; NULL where it cannot go on. */
static json_t *with_pairs(struct mg *m, uint32_t pairs)
{
	struct result all;
	json_t *o = NULL;
	struct round r;
	unsigned int i;

	allocate(&all, m->a.rounds);
	m->a.pairs = pairs;
	if (mg_boot(m)) {
		for (i = 0; i < m->a.rounds && !ct_interrupted() && measure(m, &r); i++)
			keep(&all, i, &r);
		if (i == m->a.rounds)
			o = record(m, &all);
	}
	free(all.ratio);
	return o;
}

static bool write_json(const struct mg *m, json_t *bench)
{
	json_t *o = json_pack("{sssssssO}", "type", "bench", "revision", LM_SUITE_VERSION, "title",
			      "Blackout of a migration", "results", bench);
	char *line = ct_json_line(o);
	FILE *f = fopen(m->a.json, "we");
	bool ok = f && fputs(line, f) >= 0;

	if (f && fclose(f))
		ok = false;
	free(line);
	json_decref(o);
	if (!ok)
		ct_say("--json %s: cannot write it", m->a.json);
	return ok;
}

/* The same gate as in the report. */
static bool holds(json_t *bench)
{
	json_t *o;
	size_t i;

	json_array_foreach(bench, i,
			   o) if (json_real_value(json_object_get(o, "high")) > MOST) return false;
	return true;
}

int mg_blackout(struct mg *m)
{
	static const uint32_t pairs[] = { 1, 8, 64 };
	json_t *bench = json_array(), *o;
	unsigned int i;
	int code = CT_EXIT_PASS;

	m->a.depth = 4;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		o = with_pairs(m, pairs[i]);
		if (!o)
			break;
		json_array_append_new(bench, o);
		if (!mg_reset_vf(m, m->at) || !mg_suspend(&m->side[m->at.side].pf, m->at.vf))
			break;
	}
	if (i < sizeof(pairs) / sizeof(pairs[0]))
		code = ct_interrupted() ? CT_EXIT_PARTIAL : mg_report(m);
	else if (!holds(bench))
		code = CT_EXIT_FAIL;
	if (m->a.json && json_array_size(bench) && !write_json(m, bench))
		code = CT_EXIT_USAGE;
	json_decref(bench);
	return code;
}
