/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The model in a world where each function reaches its own memory alone, and a
 * recorder that holds every step against what no host may make it do.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "bench.h"
#include "core.h"
#include "fuzz.h"

#define WORLD_VFS 3
#define WORLD_BLOCKS 64 /* of namespace 1 */

struct world {
	struct bench b;
	struct lm_device *dev;
	uint64_t seen; /* events of the journal that were judged */
	uint32_t wild; /* bit: this function was given a pointer or length that leads nowhere */
};

/** world_new() - power on, and the PF's admin queue; the VFs exist and are off */
struct world *world_new(void);

/** world_enable() - a VF with its admin queue and, where asked for, I/O queue pair 1 */
void world_enable(struct world *w, unsigned int fn, bool io);

/**
 * world_buffer() - memory of exactly this many bytes that one function reaches,
 * and the next command's data pointer to it
 */
uint8_t *world_buffer(struct world *w, unsigned int fn, uint32_t len);

/** world_own() - the queues that bench_create_*() made are this function's alone */
void world_own(struct world *w, unsigned int fn, unsigned int qid);

/* Work, each step judged: until nothing is ready; while time passes. */
bool world_step(struct world *w);
void world_run(struct world *w);
void world_advance(struct world *w, uint64_t ns);

/* Bits of functions, by what they may not do for now. */
struct muzzle {
	uint32_t no_dma;
	uint32_t silent;
};

/**
 * world_muzzle() - note who may do what; world_judge() - and judge by it what was recorded since
 *
 * Around an access or a reset: these alone make no suspended VF speak.
 */
void world_muzzle(const struct world *w, struct muzzle *m);
void world_judge(struct world *w, const struct muzzle *m);

/** world_look() - judge what was recorded since, outside a step */
void world_look(struct world *w);

/** world_settle() - media and the PF's bus mastering as they should be, and what then is ready is done */
void world_settle(struct world *w);

/** world_recover() - after a reset every VF must be usable: reads return data */
void world_recover(struct world *w);

/** world_image_size() - what QUERY_DATA_SIZE answers for a VF */
uint32_t world_image_size(const struct world *w, unsigned int vf);

/** struct fn_copy - all that a function is */
struct fn_copy {
	struct lm_function fn;
	struct lm_sq sq[LM_MAX_QPAIRS];
	struct lm_cq cq[LM_MAX_QPAIRS];
	struct lm_slot slot[LM_MAX_INFLIGHT];
	struct lm_msix_entry msix[LM_MAX_VECTORS];
};

/** fn_copy() - take it; fn_same() - check that it is as it was */
void fn_copy(const struct world *w, unsigned int fn, struct fn_copy *copy);
void fn_same(const struct world *w, unsigned int fn, const struct fn_copy *copy);

#endif
