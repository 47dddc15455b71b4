/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Inside of the random host: what it knows, and the commands that it makes. */
#ifndef MUTANT_COMMAND_H
#define MUTANT_COMMAND_H

#include "walk.h"

#define HOST_VFS 3
#define HOST_QPAIRS 3
#define HOST_IMAGE_MAX 0x20000u

/* A CQ or SQ as the host has it; they may be gone without its knowledge. */
struct host_cq {
	bool exists;
	uint32_t entries;
	uint32_t head;
	unsigned int phase;
};

struct host_sq {
	bool exists;
	uint32_t entries;
	uint32_t tail;
};

struct host_function {
	struct host_cq cq[HOST_QPAIRS + 1];
	struct host_sq sq[HOST_QPAIRS + 1];
};

struct host {
	struct side *a, *b;
	uint64_t random;
	uint64_t moves;
	uint64_t commands;
	bool differ;
	struct act last; /* after which they differed */
	struct lm_config config;
	struct host_function fn[HOST_VFS + 1];
	uint16_t cid;
};

/* Each function has half a MiB: queues of a page each, then data. */
#define HOST_AREA 0x80000u

static inline uint64_t host_area(unsigned int fn)
{
	return RAM_BASE + (uint64_t)fn * HOST_AREA;
}

static inline uint64_t host_sq_base(unsigned int fn, unsigned int qid)
{
	return host_area(fn) + qid * 0x2000u;
}

static inline uint64_t host_cq_base(unsigned int fn, unsigned int qid)
{
	return host_area(fn) + qid * 0x2000u + 0x1000u;
}

/* of lists to the buffer, and of the buffer */
static inline uint64_t host_list(unsigned int fn)
{
	return host_area(fn) + 0x10000u;
}

static inline uint64_t host_buffer(unsigned int fn)
{
	return host_area(fn) + 0x20000u;
}

/* host.c */
uint32_t host_random(struct host *h, uint32_t below);
bool host_chance(struct host *h, unsigned int one_in);
uint32_t host_value(struct host *h);
uint8_t *host_memory(struct host *h, uint64_t addr);
void host_wrote(struct host *h, uint64_t addr, uint32_t len);
void host_new_cq(struct host *h, unsigned int fn, unsigned int qid, uint32_t entries);
void host_new_sq(struct host *h, unsigned int fn, unsigned int qid, uint32_t entries);
void host_admin(struct host *h, const uint8_t *sqe);

/* command.c */
void host_make_lists(struct host *h);
/* a command for this queue, 64 bytes */
void host_command(struct host *h, unsigned int fn, unsigned int qid, uint8_t *sqe);
/* SUSPEND, SAVE_DATA, LOAD_DATA of what was saved, spoiled or not, RESUME; or part of that */
void host_migration(struct host *h);

#endif
