/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The memory of the guest that is migrated. All that it knows and all that the
 * VF reaches is in one piece of page-aligned memory, the arena, and refers to
 * itself by index and offset: who maps its bytes at the same IOVA has the guest.
 *
 * What is where follows from the shape alone, so that an arena which came from
 * outside needs no pointer to be believed.
 */
#ifndef MG_ARENA_H
#define MG_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define MG_PAGE 4096u
#define MG_MAX_PAIRS 64u
#define MG_MAX_DEPTH 1024u
#define MG_MAX_BLOCKS 65536u /* of the scratch range that the guest keeps track of */
#define MG_ADMIN_DEPTH 4u
#define MG_ADMIN_ENTRIES 8u
#define MG_TRANSFER (4 * MG_PAGE) /* largest transfer of a command */
#define MG_BUFFER (MG_TRANSFER + MG_PAGE) /* with an offset into the first page */
#define MG_LIST 64u /* a PRP list: up to 4 entries, aligned so that it crosses no page */

/* Within 39 bits, and away from what targets give out themselves. */
#define MG_IOVA UINT64_C(0x6000000000)

/* Where the arena lies, and what its layout follows from. */
struct mg_shape {
	uint64_t iova;
	uint64_t slba; /* scratch range */
	uint32_t blocks;
	uint32_t nsid;
	uint32_t block; /* bytes of a logical block */
	uint32_t pairs; /* I/O queue pairs */
	uint32_t depth; /* commands outstanding on each */
	uint32_t sq_entries;
	uint32_t cq_entries;
	uint32_t max_transfer; /* by MDTS */
	uint32_t irq; /* 1: MSI-X, vector = QID */
	uint32_t zeroes; /* 1: Write Zeroes is there */
};

enum mg_op {
	MG_OP_READ,
	MG_OP_WRITE,
	MG_OP_ZEROES,
	MG_OP_FLUSH,
	MG_OP_IDENTIFY, /* Identify Controller has to be what it was at first */
	MG_OP_AER, /* outstanding all the time */
	MG_OP_SETUP, /* waited for while the guest starts */
	MG_OP_COUNT
};

enum mg_cmd_state {
	MG_CMD_FREE,
	MG_CMD_QUEUED, /* in the SQ */
	MG_CMD_LOST, /* did not complete in time; its slot is not used again */
	MG_CMD_STATES
};

struct mg_cmd {
	uint64_t submitted; /* by the clock of the target that has the guest */
	uint32_t first; /* block of the scratch range */
	uint32_t blocks;
	uint32_t gen; /* what a write leaves there */
	uint32_t offset; /* of the data in the buffer */
	uint16_t cid;
	uint8_t op;
	uint8_t state;
	uint32_t reserved;
};

/* A queue pair: SQ and CQ of the same ID; 0 is the admin queue. */
struct mg_queue {
	uint16_t sq_tail; /* next entry to fill */
	uint16_t sq_rung; /* tail as the doorbell last had it */
	uint16_t sq_head; /* as the device last reported it */
	uint16_t cq_head; /* next entry to look at */
	uint16_t cq_acked; /* head as the doorbell last had it */
	uint16_t phase; /* of a new entry at the head */
	uint16_t next_cid;
	uint16_t used; /* commands outstanding */
};

#define MG_STATE_MAGIC "LMGUEST"
#define MG_STATE_VERSION 1u
#define MG_BYTE_ORDER 0x01020304u
#define MG_GEN_ZERO 0x80000000u /* blocks that Write Zeroes left */

/* At the start of the arena. */
struct mg_state {
	char magic[8];
	uint32_t version;
	uint32_t byte_order; /* a machine of the other one does not go on with this */
	struct mg_shape shape;
	uint64_t tag; /* which guest this is, in each block that it writes */
	struct ct_random random;
	uint64_t done[MG_OP_COUNT]; /* commands that completed */
	uint32_t gen; /* last generation that was given out */
	uint32_t moves; /* migrations so far */
};

struct mg_layout {
	size_t queues, cmds, gens, busy; /* bookkeeping */
	size_t identify; /* what Identify Controller said at first */
	size_t admin_sq, admin_cq, sqs, cqs; /* sqs and cqs of I/O queue 1 and up */
	size_t sq_stride, cq_stride;
	size_t lists, buffers;
	size_t length;
	unsigned int num_cmds;
};

/** mg_layout() - where things are in an arena of this shape */
void mg_layout(struct mg_layout *l, const struct mg_shape *shape);

/**
 * mg_shape_check() - whether a guest can have this shape at all
 *
 * Return: NULL, or what is wrong with it.
 */
const char *mg_shape_check(const struct mg_shape *shape);

/**
 * mg_arena_check() - whether these bytes are the arena of a guest that can go on
 *
 * They may be anything: they came in a file. Return: NULL, or what is wrong.
 */
const char *mg_arena_check(const void *arena, size_t len);

/** mg_first_cmd(), mg_num_cmds() - the commands of a queue are this many from there */
unsigned int mg_first_cmd(const struct mg_shape *shape, unsigned int qid);
unsigned int mg_num_cmds(const struct mg_shape *shape, unsigned int qid);

/** mg_entries() - of the queue pair's SQ, or CQ */
unsigned int mg_sq_entries(const struct mg_shape *shape, unsigned int qid);
unsigned int mg_cq_entries(const struct mg_shape *shape, unsigned int qid);

#endif
