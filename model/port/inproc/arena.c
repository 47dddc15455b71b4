/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Host memory: one reserved range, blocks in it with guard gaps between.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "inproc.h"

#define ARENA_SIZE ((size_t)1 << 30)
/* Above 4 GiB, so that an address cut to 32 bits is seen. */
#define ARENA_IOVA UINT64_C(0x140000000)
#define GUARD 4096u

int arena_init(struct arena *a)
{
	a->mem = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (a->mem == MAP_FAILED) {
		a->mem = NULL;
		return -1;
	}
	return 0;
}

void arena_clear(struct arena *a)
{
	if (a->used)
		madvise(a->mem, a->used, MADV_DONTNEED);
	a->used = 0;
	a->num_blocks = 0;
}

void arena_free(struct arena *a)
{
	if (a->mem)
		munmap(a->mem, ARENA_SIZE);
	free(a->block);
}

static struct block *block_of(const struct arena *a, uint64_t addr)
{
	size_t lo = 0, hi = a->num_blocks;

	/* Blocks ascend: find the last that begins at or below addr. */
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (a->block[mid].iova <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &a->block[lo - 1] : NULL;
}

void *arena_find(const struct arena *a, unsigned int fn, uint64_t addr, uint32_t len)
{
	const struct block *block = block_of(a, addr);

	if (!block || !(block->functions >> fn & 1))
		return NULL;
	if (len > block->len || addr - block->iova > block->len - len)
		return NULL;
	return block->mem + (addr - block->iova);
}

static bool is_free(const struct arena *a, uint64_t iova, size_t len)
{
	size_t i;

	for (i = 0; i < a->num_blocks; i++) {
		if (iova < a->block[i].iova + a->block[i].len && a->block[i].iova < iova + len)
			return false;
	}
	return true;
}

/* Blocks ascend. */
static void insert(struct arena *a, uint64_t iova, size_t len, uint8_t *mem)
{
	size_t i = a->num_blocks;

	if (a->num_blocks == a->max_blocks) {
		a->max_blocks = a->max_blocks ? 2 * a->max_blocks : 64;
		a->block = inproc_alloc(a->block, a->max_blocks, sizeof(*a->block));
	}
	for (; i && a->block[i - 1].iova > iova; i--)
		a->block[i] = a->block[i - 1];
	a->block[i] =
		(struct block){ .iova = iova, .len = len, .mem = mem, .functions = UINT32_MAX };
	a->num_blocks++;
}

void lm_inproc_own(struct lm_inproc *p, uint64_t iova, uint32_t functions)
{
	struct block *block = block_of(&p->arena, iova);

	if (block)
		block->functions = functions;
}

void *lm_inproc_alloc(struct lm_inproc *p, size_t len, size_t align, uint64_t *iova)
{
	struct arena *a = &p->arena;
	size_t start;

	if (align < GUARD)
		align = GUARD;
	if (len > ARENA_SIZE || align > ARENA_SIZE)
		return NULL;
	start = (a->used + GUARD + align - 1) & ~(align - 1);
	if (start > ARENA_SIZE - GUARD || len > ARENA_SIZE - GUARD - start)
		return NULL;
	*iova = ARENA_IOVA + start;
	insert(a, *iova, len, a->mem + start);
	a->used = (start + len + GUARD - 1) & ~(size_t)(GUARD - 1);
	return a->mem + start;
}

void lm_inproc_free_all(struct lm_inproc *p)
{
	arena_clear(&p->arena);
}

int lm_inproc_map(struct lm_inproc *p, void *mem, size_t len, uint64_t iova)
{
	/* The port's own range is for lm_inproc_alloc() alone. */
	if (!len || iova % GUARD || iova + len < iova || !is_free(&p->arena, iova, len) ||
	    (iova < ARENA_IOVA + ARENA_SIZE && ARENA_IOVA < iova + len))
		return -EINVAL;
	insert(&p->arena, iova, len, mem);
	return 0;
}
