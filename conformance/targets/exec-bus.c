/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "exec-bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* above 4 GiB, so that a simulator that cuts addresses to 32 bits is seen */
#define FIRST_IOVA (UINT64_C(1) << 32)
#define MAX_ALLOCATION (UINT64_C(1) << 30)

void exec_bus_init(struct exec_bus *bus)
{
	memset(bus, 0, sizeof(*bus));
	bus->next_iova = FIRST_IOVA;
}

void exec_bus_free_all(struct exec_bus *bus)
{
	for (size_t i = 0; i < bus->num_blocks; i++)
		free(bus->blocks[i].mem);
	free(bus->blocks);
	bus->blocks = NULL;
	bus->num_blocks = 0;
	bus->next_iova = FIRST_IOVA;
}

void exec_bus_free(struct exec_bus *bus)
{
	exec_bus_free_all(bus);
	free(bus->events);
	bus->events = NULL;
}

void *exec_bus_alloc(struct exec_bus *bus, size_t len, size_t align, uint64_t *iova)
{
	struct exec_block *blocks, block;

	if (!len || len > MAX_ALLOCATION || align > MAX_ALLOCATION || (align & (align - 1)))
		return NULL;
	if (align < EXEC_PAGE)
		align = EXEC_PAGE;
	blocks = realloc(bus->blocks, (bus->num_blocks + 1) * sizeof(*blocks));
	if (!blocks)
		return NULL;
	bus->blocks = blocks;
	block.size = (len + EXEC_PAGE - 1) & ~((size_t)EXEC_PAGE - 1);
	/* an unmapped page on both sides */
	block.iova = (bus->next_iova + EXEC_PAGE + align - 1) & ~((uint64_t)align - 1);
	block.mem = aligned_alloc(EXEC_PAGE, block.size);
	if (!block.mem)
		return NULL;
	memset(block.mem, 0, block.size);
	bus->next_iova = block.iova + block.size;
	blocks[bus->num_blocks++] = block;
	*iova = block.iova;
	return block.mem;
}

uint8_t *exec_bus_at(const struct exec_bus *bus, uint64_t iova, uint32_t len)
{
	size_t low = 0, high = bus->num_blocks;
	const struct exec_block *block;

	/* the last block that starts at or before iova */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (bus->blocks[mid].iova <= iova)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	block = &bus->blocks[low - 1];
	if (iova - block->iova > block->size || len > block->size - (iova - block->iova))
		return NULL;
	return block->mem + (iova - block->iova);
}

void exec_bus_record(struct exec_bus *bus, struct ct_event event)
{
	if (bus->num_events == bus->max_events) {
		size_t max = bus->max_events ? bus->max_events * 2 : 1024;
		struct ct_event *events = NULL;

		if (max <= EXEC_MAX_EVENTS)
			events = realloc(bus->events, max * sizeof(*events));
		if (!events) {
			bus->overflow = true;
			return;
		}
		bus->events = events;
		bus->max_events = max;
	}
	event.seq = bus->num_events + 1;
	bus->events[bus->num_events++] = event;
}

int exec_bus_journal(const struct exec_bus *bus, uint64_t after, struct ct_event *ev,
		     unsigned int max)
{
	size_t n;

	if (bus->overflow)
		return -ENOSPC;
	if (after >= bus->num_events)
		return 0;
	n = bus->num_events - after;
	if (n > max)
		n = max;
	memcpy(ev, bus->events + after, n * sizeof(*ev));
	return (int)n;
}

void exec_bus_reset(struct exec_bus *bus, unsigned int fn)
{
	memset(bus->irqs[fn], 0, sizeof(bus->irqs[fn]));
	bus->master[fn] = false;
}

void exec_bus_fresh(struct exec_bus *bus)
{
	bus->num_events = 0;
	bus->overflow = false;
	for (unsigned int fn = 0; fn < CT_MAX_FUNCTIONS; fn++)
		exec_bus_reset(bus, fn);
}
