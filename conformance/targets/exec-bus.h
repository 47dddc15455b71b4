/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The host's side of the simulator's bus: memory that its functions reach,
 * interrupts that they send, and the journal of both.
 */
#ifndef CT_TARGETS_EXEC_BUS_H
#define CT_TARGETS_EXEC_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ct-target.h"

#define EXEC_PAGE 4096u
#define EXEC_MAX_VECTORS 2048u /* as MSI-X has them */
#define EXEC_MAX_EVENTS (1u << 22)

struct exec_block {
	uint64_t iova;
	uint8_t *mem;
	size_t size; /* whole pages */
};

struct exec_bus {
	struct exec_block *blocks; /* ascending by iova */
	size_t num_blocks;
	uint64_t next_iova;
	struct ct_event *events;
	size_t num_events;
	size_t max_events;
	bool overflow; /* an event was lost */
	uint64_t irqs[CT_MAX_FUNCTIONS][EXEC_MAX_VECTORS];
	bool master[CT_MAX_FUNCTIONS]; /* bus mastering, as the suite set it */
};

void exec_bus_init(struct exec_bus *bus);
void exec_bus_free(struct exec_bus *bus);

/* exec_bus_alloc() - as ct_target_ops.dma_alloc */
void *exec_bus_alloc(struct exec_bus *bus, size_t len, size_t align, uint64_t *iova);
void exec_bus_free_all(struct exec_bus *bus);

/* exec_bus_at() - where these bytes are, NULL unless all are in one allocation */
uint8_t *exec_bus_at(const struct exec_bus *bus, uint64_t iova, uint32_t len);

/* exec_bus_record() - one event for the journal; sets its seq */
void exec_bus_record(struct exec_bus *bus, struct ct_event event);

/* exec_bus_journal() - as ct_target_ops.journal; -ENOSPC where events were lost */
int exec_bus_journal(const struct exec_bus *bus, uint64_t after, struct ct_event *ev,
		     unsigned int max);

/* exec_bus_reset() - one function: no interrupts so far, bus mastering off */
void exec_bus_reset(struct exec_bus *bus, unsigned int fn);

/* exec_bus_fresh() - journal empty, every function reset; the memory stays */
void exec_bus_fresh(struct exec_bus *bus);

#endif
