/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The hypervisor's part of a migration. */
#include <string.h>

#include "migrate.h"
#include "nvme-lm.h"

/* What the guest does while its VF is being suspended. */
enum mode {
	STOPPED, /* nothing: it was stopped before */
	RUNS, /* works on until the VF is suspended, and a little longer */
	RUNS_NO_ACK, /* the same, but the heads of its CQs are not told any more */
	MODES
};

void mg_count(struct mg_series *s, uint64_t value)
{
	if (!s->num || value < s->min)
		s->min = value;
	if (value > s->max)
		s->max = value;
	s->sum += value;
	s->num++;
}

static uint32_t draw(struct mg *m, uint32_t n)
{
	return (uint32_t)((ct_random_next(&m->random) >> 32) * n >> 32);
}

static bool is_at(const struct mg *m, struct mg_place p)
{
	return p.side == m->at.side && p.vf == m->at.vf;
}

struct mg_place mg_first_place(struct mg *m)
{
	return (struct mg_place){ 0, m->a.vf ? m->a.vf : 1 + draw(m, m->side[0].t.info.num_vfs) };
}

/* To the other PF where there is one; to the VF that was asked for, or to any. */
struct mg_place mg_next_place(struct mg *m)
{
	unsigned int side = m->sides - 1 - m->at.side, vf, wanted;
	struct mg_place p;

	if (m->sides == 1)
		side = 0;
	vf = 1 + draw(m, m->side[side].t.info.num_vfs);
	if (m->sides == 1)
		wanted = m->at.vf == m->a.vf ? m->a.to_vf : m->a.to_vf ? m->a.vf : 0;
	else
		wanted = side ? m->a.to_vf : m->a.vf;
	p = (struct mg_place){ side, wanted ? wanted : vf };
	while (is_at(m, p))
		p.vf = p.vf % m->side[side].t.info.num_vfs + 1;
	return p;
}

bool mg_boot(struct mg *m)
{
	struct mg_shape shape;

	if (!mg_shape(m, &shape) || !mg_map_arena(m, &shape))
		return false;
	m->at = mg_first_place(m);
	mg_guest_new(&m->guest, m->arena, &shape, m->a.seed, &m->out);
	return mg_reach(m, m->at) && mg_reset_vf(m, m->at) && mg_prepare(m, m->at, &shape) &&
	       mg_guest_place(&m->guest, &m->side[m->at.side].t, m->at.vf) &&
	       mg_guest_start(&m->guest);
}

static bool suspend(struct mg *m, enum mode mode)
{
	bool done = false;

	if (!m->mover->begin_stop(m, m->at))
		return false;
	while (!done) {
		if (mode != STOPPED && !mg_guest_pass(&m->guest, mode == RUNS))
			return false;
		if (!mg_pass_time(&m->guest) || !m->mover->poll_stop(m, m->at, &done))
			return false;
	}
	return true;
}

/* What is left of an older image must not stand in for what does not come. */
void mg_poison(struct mg *m)
{
	memset(m->image, 0xA5, m->image_len);
}

static uint32_t choose_chunk(struct mg *m)
{
	if (m->a.chunk != MG_CHUNK_MIXED)
		return m->a.chunk;
	return draw(m, 2) ? 4 * (64 + draw(m, m->image_len / 4)) : 0;
}

bool mg_suspend_guest(struct mg *m)
{
	struct mg_guest *g = &m->guest;
	enum mode mode = (enum mode)draw(m, MODES);
	unsigned int passes = mode == STOPPED ? 0 : draw(m, 4);

	mg_count(&m->outstanding, mg_guest_outstanding(g));
	if (!suspend(m, mode))
		return false;
	while (passes--)
		if (!mg_guest_pass(g, mode == RUNS))
			return false;
	/* Here the guest stops. What it rang since is latched, and part of the image. */
	mg_count(&m->carried, mg_guest_outstanding(g));
	return m->mover->save(m, m->at, choose_chunk(m));
}

/* A VF that the guest left is reset, and kept suspended: it is not to be a second of its identity. */
static bool leave(struct mg *m, struct mg_place p)
{
	return mg_reset_vf(m, p) && m->mover->stop(m, p);
}

bool mg_move(struct mg *m, struct mg_place to)
{
	struct mg_place from = m->at;
	struct mg_side *s = &m->side[to.side];
	uint64_t start;

	if (!mg_reach(m, to) || !m->mover->stop(m, to) || !mg_prepare(m, to, m->guest.shape))
		return false;
	start = mg_now();
	if (!mg_suspend_guest(m) || !m->mover->load(m, to, choose_chunk(m)) ||
	    !mg_guest_place(&m->guest, &s->t, to.vf) || !m->mover->start(m, to))
		return false;
	mg_count(&m->blackout, mg_now() - start);
	mg_poison(m);
	m->at = to;
	m->moves++;
	m->guest.state->moves++;
	return leave(m, from);
}
