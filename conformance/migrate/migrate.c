/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "migrate.h"

#include <stdlib.h>
#include <time.h>

#include "interrupt.h"
#include "say.h"

#define NS_PER_S UINT64_C(1000000000)

/* On a device whose time stands still unless it is let pass, media take this. */
#define LATENCY_NS 40000u

uint64_t mg_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static bool media_take_time(struct mg *m)
{
	const struct ct_media media = { .mode = CT_MEDIA_NORMAL, .latency = LATENCY_NS };
	unsigned int i;

	for (i = 0; i < m->sides; i++) {
		struct ct_target *t = &m->side[i].t;

		if (!(t->info.caps & CT_CAP(CT_CAP_CLOCK)) ||
		    !(t->info.caps & CT_CAP(CT_CAP_MEDIA)))
			continue;
		if (t->ops->media(t, &media))
			return mg_broken(&m->out, t, "setting the media's latency");
	}
	return true;
}

static bool go_on(struct mg *m, uint64_t start)
{
	if (mg_found(&m->out))
		return false;
	if (ct_interrupted())
		return mg_stop(&m->out, CT_EXIT_PARTIAL, "interrupted");
	if (m->a.seconds > 0)
		return (double)(mg_now() - start) / NS_PER_S < m->a.seconds;
	return m->moves < m->a.count;
}

/*
 * The load between two migrations: a few times what can be outstanding. At times
 * the guest has but one command on each queue, and waits for what is
 * outstanding after the migration: then no later doorbell or interrupt hides that
 * one is missing.
 */
static bool work(struct mg *m)
{
	struct mg_guest *g = &m->guest;
	uint32_t all = m->a.pairs * m->a.depth;

	if ((g->limit == 1 || (ct_random_next(&m->random) >> 32) % 2) && !mg_guest_drain(g))
		return false;
	g->limit = (ct_random_next(&m->random) >> 32) % 2 ? 1 : m->a.depth;
	return mg_guest_run(g, 1 + (ct_random_next(&m->random) >> 32) % (4 * all));
}

static void run(struct mg *m)
{
	uint64_t start = mg_now();

	if (!media_take_time(m) || !mg_inject(m))
		return;
	if (m->a.load_from ? !mg_read_file(m, m->a.load_from) : !mg_boot(m))
		return;
	while (go_on(m, start))
		if (!work(m) || !mg_move(m, mg_next_place(m)))
			break;
	if (m->out.stopped || m->out.count[MG_REFUSED] || !work(m))
		return;
	if (!m->a.save_to) {
		mg_guest_check(&m->guest);
		return;
	}
	if (!mg_found(&m->out) && mg_suspend_guest(m))
		mg_write_file(m, m->a.save_to);
}

int ct_migrate_main(int argc, char **argv)
{
	static struct mg m;
	int code;

	mg_arguments_parse(&m.a, argc, argv);
	m.mover = m.a.by_driver ? &mg_by_driver : &mg_by_commands;
	ct_signals_init();
	ct_random_seed(&m.random, m.a.seed ^ 1);
	m.image = aligned_alloc(MG_PAGE, MG_MAX_IMAGE);
	if (!m.image)
		ct_die("out of memory");
	m.image_len = MG_MAX_IMAGE;
	mg_poison(&m);
	if (mg_open(&m)) {
		if (m.a.blackout) {
			code = mg_blackout(&m);
			mg_close(&m);
			return code;
		}
		run(&m);
	}
	mg_close(&m);
	return mg_report(&m);
}
