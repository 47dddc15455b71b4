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

#define COMMANDS 5 /* of the five kinds */
#define REPEATS 8 /* within a round */
#define TARGET 2.0

struct round {
	uint64_t floor, blackout; /* ns */
};

static bool no_ops(struct mg *m, uint64_t *ns)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_GET_FEATURES };
	struct mg_pf *pf = &m->side[m->at.side].pf;
	uint64_t start = mg_now();
	struct ct_cqe cqe;
	unsigned int i;

	lm_put_le32(sqe + LM_SQE_CDW10, NVME_FEAT_TEMPERATURE);
	for (i = 0; i < COMMANDS; i++)
		if (!mg_pf_command(pf, sqe, NULL, 0, CT_DIR_NONE, &cqe))
			return false;
	*ns += mg_now() - start;
	return true;
}

/* The guest is idle, and the destination was prepared before: nothing but the commands counts. */
static bool blackout(struct mg *m, uint64_t *ns)
{
	struct mg_place from = m->at, to = mg_next_place(m);
	struct mg_pf *src = &m->side[from.side].pf, *dst = &m->side[to.side].pf;
	uint64_t start;

	if (!mg_reach(m, to) || !mg_suspend(dst, to.vf) || !mg_prepare(m, to, m->guest.shape))
		return false;
	start = mg_now();
	if (!mg_suspend(src, from.vf) || !mg_query(src, from.vf, &m->image_len) ||
	    !mg_save(src, from.vf, m->image, m->image_len, 0) ||
	    !mg_load(dst, to.vf, m->image, m->image_len, 0))
		return false;
	if (!mg_resume(dst, to.vf))
		return false;
	*ns += mg_now() - start;
	m->at = to;
	return mg_guest_place(&m->guest, &m->side[to.side].t, to.vf) && mg_reset_vf(m, from) &&
	       mg_suspend(src, from.vf);
}

static bool measure(struct mg *m, struct round *r)
{
	unsigned int i;

	*r = (struct round){ 0 };
	for (i = 0; i < REPEATS; i++)
		if (i % 2 ? !no_ops(m, &r->floor) || !blackout(m, &r->blackout) :
			    !blackout(m, &r->blackout) || !no_ops(m, &r->floor))
			return false;
	/* The guest still works, and its data are there. */
	return mg_guest_run(&m->guest, m->a.pairs) && mg_guest_drain(&m->guest) &&
	       !mg_found(&m->out);
}

static json_t *record(struct mg *m, double *ratio, double floor, double black)
{
	struct mg_median r = mg_median(ratio, m->a.rounds);
	char name[64];

	snprintf(name, sizeof(name), "blackout with %u queue pair%s", m->a.pairs,
		 m->a.pairs == 1 ? "" : "s");
	printf("%-32s %6.2f [%.2f, %.2f], target at most %.1f; %.0f us, floor %.0f us, image %u bytes\n",
	       name, r.median, r.low, r.high, TARGET, black / 1000, floor / 1000, m->image_len);
	return json_pack("{sssssisfsfsfsfsfsfsfsI}", "name", name, "unit", "ratio", "rounds",
			 (int)m->a.rounds, "median", r.median, "low", r.low, "high", r.high,
			 "target", TARGET, "gate", TARGET, "blackout_ns", black, "floor_ns", floor,
			 "image_bytes", (json_int_t)m->image_len);
}

/* A guest with this many queue pairs, all rounds; NULL where it cannot go on. */
static json_t *with_pairs(struct mg *m, uint32_t pairs)
{
	double *ratio = calloc(m->a.rounds, sizeof(*ratio));
	double floor = 0, black = 0;
	json_t *o = NULL;
	struct round r;
	unsigned int i;

	if (!ratio)
		ct_die("out of memory");
	m->a.pairs = pairs;
	if (mg_boot(m)) {
		for (i = 0; i < m->a.rounds && !ct_interrupted() && measure(m, &r); i++) {
			ratio[i] = (double)r.blackout / (double)r.floor;
			floor += (double)r.floor / REPEATS / m->a.rounds;
			black += (double)r.blackout / REPEATS / m->a.rounds;
		}
		if (i == m->a.rounds)
			o = record(m, ratio, floor, black);
	}
	free(ratio);
	return o;
}

static bool write_json(const struct mg *m, json_t *bench)
{
	json_t *o = json_pack("{sO}", "bench", bench);
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

/* The gate: the interval of the median has to reach down to the target. */
static bool holds(json_t *bench)
{
	json_t *o;
	size_t i;

	json_array_foreach(bench, i,
			   o) if (json_real_value(json_object_get(o, "low")) > TARGET) return false;
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
