/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The reference model as a program of its own, behind docs/exec-protocol.md:
 * the bus is at the other end of a pipe, the medium and the clock are here.
 */
#ifndef LM_EXEC_SIM_H
#define LM_EXEC_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lm-model.h"

#define NS_PER_MS UINT64_C(1000000)

enum media_mode {
	MEDIA_NORMAL,
	MEDIA_STALL,
	MEDIA_FAIL,
};

struct pending {
	struct lm_backend_request *req;
	uint64_t due;
};

struct media {
	enum media_mode mode;
	bool admin;
	uint16_t status;
	uint64_t latency;
	uint8_t *data[LM_MAX_NAMESPACES];
	size_t len[LM_MAX_NAMESPACES];
	struct pending *pending; /* in the order of submission */
	size_t num_pending;
	size_t max_pending;
};

struct sim {
	struct lm_config config;
	struct lm_device *dev;
	void *mem;
	size_t size;
	uint64_t now; /* ns */
	struct media media;
};

/* sim_fresh() - power on: everything new, the VFs of HELLO enabled */
void sim_fresh(struct sim *sim);
/* sim_step() - one piece of work; false where there was none */
bool sim_step(struct sim *sim);
/* sim_advance() - time passes, and the work that falls into it is done */
void sim_advance(struct sim *sim, uint64_t ns);
/* sim_num_vfs_at_start() - one fewer than there could be */
unsigned int sim_num_vfs_at_start(const struct sim *sim);

void media_reset(struct sim *sim);
void media_resize(struct sim *sim, unsigned int index, uint64_t blocks);
bool media_step(struct sim *sim);
uint64_t media_next(const struct sim *sim);
bool media_prepare(void *ctx, struct lm_backend_request *req);
void media_submit(void *ctx, struct lm_backend_request *req);
void media_release(void *ctx, struct lm_backend_request *req);

/* must() - ends the program where memory is short; gives p back */
void *must(void *p);

#endif
