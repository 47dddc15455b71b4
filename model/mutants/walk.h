/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Two devices side by side, the core as it is and one mutant of it, under the
 * same random host: everything that each asks of its port or answers to a
 * register read is compared. What no walk tells apart may be equivalent.
 */
#ifndef MUTANT_WALK_H
#define MUTANT_WALK_H

#include "lm-model.h"

#define RAM_SIZE (4u << 20)
#define RAM_BASE UINT64_C(0x140000000) /* above 4 GiB: an address cut to 32 bits is seen */
#define PENDING_MAX 2048
#define ENTRIES_MAX 8192

/* One call of the port, or an answer of the model. */
struct entry {
	unsigned int kind;
	unsigned int fn;
	uint64_t a, b, c;
};

enum entry_kind {
	ENTRY_DMA_READ,
	ENTRY_DMA_WRITE,
	ENTRY_MSIX,
	ENTRY_INTX,
	ENTRY_PREPARE,
	ENTRY_SUBMIT,
	ENTRY_RELEASE,
	ENTRY_FAULT,
	ENTRY_ANSWER, /* of a register read, a step, or an inquiry */
};

/* A device and its surroundings. */
struct side {
	unsigned int mutant;
	struct lm_device *dev;
	uint8_t *mem;
	uint8_t *ram;
	uint64_t now;
	uint64_t salt; /* of this call: decides what the port refuses */
	bool awake;
	struct lm_backend_request *pending[PENDING_MAX];
	unsigned int num_pending;
	struct entry entry[ENTRIES_MAX]; /* of the call under way */
	unsigned int num_entries;
};

/* What the host does to both. */
enum act_kind {
	ACT_READ, /* register a, b bytes of function fn */
	ACT_WRITE, /* register a, value b, c bytes */
	ACT_STEP,
	ACT_TIME, /* a milliseconds pass */
	ACT_DONE, /* backend request number a ends with status b */
	ACT_PCI, /* Command register: bits of a */
	ACT_MSIX, /* Message Control: bits of a */
	ACT_FLR,
	ACT_RESET,
	ACT_VFS, /* NumVFs a */
	ACT_RESIZE, /* namespace a, blocks b */
};

struct act {
	enum act_kind kind;
	unsigned int fn;
	uint64_t a, b, c;
	uint64_t salt;
};

/* side.c; both end the program where memory is out */
void side_init(struct side *side, unsigned int mutant);
void side_power_on(struct side *side, const struct lm_config *config);
uint64_t side_act(struct side *side, const struct act *act);

/* host.c */
struct host;
struct host *host_new(struct side *a, struct side *b, uint64_t seed);
/* one more move; false where the two sides differ, which text says */
bool host_move(struct host *host, char *text, size_t size);
uint64_t host_commands(const struct host *host);

#endif
