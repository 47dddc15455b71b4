/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The guest: a driver of its own for one VF, and a load whose every block is
 * verified. It knows nothing of migration but that it is stopped and goes on,
 * perhaps on another VF. Its state is in the arena (arena.h); what is here
 * belongs to the place where it runs.
 *
 * Functions return false where the run cannot go on (mg_stop() said why). What
 * the device does wrong is counted in the outcome, and the load goes on.
 */
#ifndef MG_GUEST_H
#define MG_GUEST_H

#include "arena.h"
#include "ct-target.h"
#include "outcome.h"

/* A command that takes longer is lost. Time while the guest is stopped does not count. */
#define MG_LOST_NS UINT64_C(10000000000)

struct mg_guest {
	struct mg_state *state;
	const struct mg_shape *shape; /* in the state */
	struct mg_queue *queue;
	struct mg_cmd *cmd;
	uint32_t *gen; /* what each block of the scratch range holds, 0 = not known */
	uint8_t *busy;
	uint8_t *mem; /* the arena */
	struct mg_layout layout;
	struct mg_outcome *out;

	struct ct_target *t;
	unsigned int fn;
	uint64_t irq_seen[MG_MAX_PAIRS + 1];
	uint32_t idle; /* turns in which nothing completed */
	uint32_t limit; /* commands outstanding on each queue now, up to the depth */
	bool filling; /* new commands write blocks that were never written */
	bool draining; /* no new commands */
	uint32_t fill_next, check_next; /* where filling and the last check are */
	bool checking; /* new commands read the whole range once */
	uint32_t setup_dw0; /* of the last MG_OP_SETUP */
	uint16_t setup_status;
	bool setup_done;
};

/** mg_guest_new() - a guest of this shape in zeroed memory of that length */
void mg_guest_new(struct mg_guest *g, void *mem, const struct mg_shape *shape, uint64_t seed,
		  struct mg_outcome *out);

/** mg_guest_adopt() - the guest in an arena that mg_arena_check() took */
void mg_guest_adopt(struct mg_guest *g, void *mem, struct mg_outcome *out);

/** mg_guest_place() - from now on the guest has this VF; interrupts count from here */
bool mg_guest_place(struct mg_guest *g, struct ct_target *t, unsigned int fn);

/** mg_guest_start() - enable the controller, make the queues, write all blocks once */
bool mg_guest_start(struct mg_guest *g);

/**
 * mg_guest_pass() - one turn of the guest: interrupts, completions, new commands
 * @ack: write the CQ head doorbells
 */
bool mg_guest_pass(struct mg_guest *g, bool ack);

/** mg_guest_run() - turns, and time, until this many more commands completed, or something is found */
bool mg_guest_run(struct mg_guest *g, uint64_t commands);

/** mg_guest_drain() - until nothing but the Asynchronous Event Request is outstanding */
bool mg_guest_drain(struct mg_guest *g);

/** mg_guest_check() - read all blocks, and end the Asynchronous Event Request by Abort */
bool mg_guest_check(struct mg_guest *g);

/** mg_guest_outstanding() - commands that were not seen to complete */
unsigned int mg_guest_outstanding(const struct mg_guest *g);

/** mg_guest_done() - commands that completed */
uint64_t mg_guest_done(const struct mg_guest *g);

/** mg_pass_time() - a little time, or a piece of the device's work where it has no time of its own */
bool mg_pass_time(struct mg_guest *g);

#endif
