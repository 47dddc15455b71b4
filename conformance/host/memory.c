/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* DMA memory with guards, ordinary memory, and PRPs. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static size_t pages(size_t len)
{
	return (len + NVME_PAGE - 1) / NVME_PAGE * NVME_PAGE;
}

static void *grow(struct ct *ct, void *array, size_t num, size_t *max, size_t size)
{
	void *p;

	if (num < *max)
		return array;
	*max = *max ? 2 * *max : 64;
	p = realloc(array, *max * size);
	if (!p)
		ct_error(ct, "out of memory");
	return p;
}

static void fill_canary(struct hn_block *block)
{
	size_t front = (size_t)(block->buf.p - block->base);

	memset(block->base, HN_CANARY, front);
	memset(block->buf.p + block->buf.len, HN_CANARY, block->size - front - block->buf.len);
}

static bool canary_holds(const struct hn_block *block)
{
	const uint8_t *p;

	for (p = block->base; p < block->base + block->size; p++)
		if ((p < block->buf.p || p >= block->buf.p + block->buf.len) && *p != HN_CANARY)
			return false;
	return true;
}

static struct hn_block *block_new(struct ct *ct, size_t len)
{
	size_t margin = hn_has(ct, GUARD) ? 0 : NVME_PAGE;
	struct ct_target *t = hn_host.target;
	struct hn_block *block;
	uint64_t iova;

	if (!hn_has(ct, DMA))
		ct_error(ct, "the row needs DMA memory and does not say so");
	hn_host.blocks = grow(ct, hn_host.blocks, hn_host.num_blocks, &hn_host.max_blocks,
			      sizeof(*hn_host.blocks));
	block = &hn_host.blocks[hn_host.num_blocks];
	memset(block, 0, sizeof(*block));
	block->size = pages(len ? len : 1) + 2 * margin;
	block->base = t->ops->dma_alloc(t, block->size, NVME_PAGE, &iova);
	if (!block->base)
		ct_error(ct, "no DMA memory: %s", t->error);
	block->buf.p = block->base + margin;
	block->buf.iova = iova + margin;
	block->buf.len = len;
	block->busy = true;
	fill_canary(block);
	hn_host.num_blocks++;
	return block;
}

struct hn_buf hn_buf(struct ct *ct, size_t len)
{
	return block_new(ct, len)->buf;
}

struct hn_buf hn_buf_get(struct ct *ct, size_t len, bool data)
{
	size_t margin = hn_has(ct, GUARD) ? 0 : 2 * NVME_PAGE;
	struct hn_block *block;
	size_t i;

	for (i = 0; i < hn_host.num_blocks; i++) {
		block = &hn_host.blocks[i];
		if (!block->pooled || block->busy || block->broken || block->data != data ||
		    block->size - margin != pages(len ? len : 1))
			continue;
		block->busy = true;
		block->buf.len = len;
		if (len > block->longest)
			block->longest = len;
		memset(block->buf.p, 0, len);
		fill_canary(block);
		return block->buf;
	}
	block = block_new(ct, len);
	block->pooled = true;
	block->data = data;
	block->longest = len;
	return block->buf;
}

static struct hn_block *block_of(const struct hn_buf *buf)
{
	size_t i;

	for (i = 0; i < hn_host.num_blocks; i++)
		if (hn_host.blocks[i].buf.p == buf->p)
			return &hn_host.blocks[i];
	return NULL;
}

void hn_buf_put(const struct hn_buf *buf)
{
	struct hn_block *block = buf->p ? block_of(buf) : NULL;

	if (!block || !block->pooled)
		return;
	block->broken |= !canary_holds(block);
	block->busy = false;
}

static void check_block(struct ct *ct, const struct hn_block *block)
{
	if (block->broken || !canary_holds(block))
		ct_check(ct, false, "the device wrote outside the %zu bytes of a buffer at %llxh",
			 block->buf.len, (unsigned long long)block->buf.iova);
}

void hn_buf_check(struct ct *ct, const struct hn_buf *buf)
{
	struct hn_block *block = block_of(buf);

	if (!block)
		ct_error(ct, "no such buffer");
	check_block(ct, block);
}

void hn_check_blocks(struct ct *ct)
{
	size_t i;

	for (i = 0; i < hn_host.num_blocks; i++)
		check_block(ct, &hn_host.blocks[i]);
}

void *hn_mem(struct ct *ct, size_t len)
{
	void *p = calloc(1, len ? len : 1);

	if (!p)
		ct_error(ct, "out of memory");
	hn_host.mem =
		grow(ct, hn_host.mem, hn_host.num_mem, &hn_host.max_mem, sizeof(*hn_host.mem));
	hn_host.mem[hn_host.num_mem++] = p;
	return p;
}

void hn_free_all(struct ct *ct)
{
	size_t i;

	for (i = 0; i < hn_host.num_mem; i++)
		free(hn_host.mem[i]);
	for (i = 0; i < hn_host.num_reqs; i++)
		free(hn_host.reqs[i]);
	hn_host.num_mem = 0;
	hn_host.num_reqs = 0;
	hn_host.num_blocks = 0;
	if (hn_has(ct, DMA))
		hn_host.target->ops->dma_free_all(hn_host.target);
}

struct hn_buf hn_prps_list(struct ct *ct, uint8_t *sqe, uint64_t iova, size_t len)
{
	uint64_t next = (iova | (NVME_PAGE - 1)) + 1;
	size_t first = (size_t)(next - iova);
	size_t more = len > first ? (len - first + NVME_PAGE - 1) / NVME_PAGE : 0;
	const size_t per_page = NVME_PAGE / 8;
	struct hn_buf list = { 0 };
	size_t i, slot = 0;

	lm_put_le64(sqe + LM_SQE_PRP1, iova);
	lm_put_le64(sqe + LM_SQE_PRP2, more == 1 ? next : 0);
	if (more <= 1)
		return list;
	/* Each full page of the list but the last gives up one slot for the chain. */
	list = hn_buf_get(ct, (more + more / (per_page - 1) + 1) * 8, false);
	for (i = 0; i < more; i++, slot++, next += NVME_PAGE) {
		if (slot % per_page == per_page - 1 && i + 1 < more) {
			lm_put_le64(list.p + 8 * slot, list.iova + 8 * (slot + 1));
			slot++;
		}
		lm_put_le64(list.p + 8 * slot, next);
	}
	lm_put_le64(sqe + LM_SQE_PRP2, list.iova);
	return list;
}

void hn_prps(struct ct *ct, uint8_t *sqe, uint64_t iova, size_t len)
{
	hn_prps_list(ct, sqe, iova, len);
}
