/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lm-mutant.h"

static uint64_t hash(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint64_t h = UINT64_C(0xCBF29CE484222325);

	while (len--)
		h = (h ^ *p++) * UINT64_C(0x100000001B3);
	return h;
}

static void add(struct side *side, enum entry_kind kind, unsigned int fn, uint64_t a, uint64_t b,
		uint64_t c)
{
	if (side->num_entries < ENTRIES_MAX)
		side->entry[side->num_entries++] = (struct entry){ kind, fn, a, b, c };
}

/* Whether the port refuses this once: the same on both sides. */
static bool refuses(const struct side *side, uint64_t salt, unsigned int one_in)
{
	uint64_t key[2] = { side->salt, salt };

	return hash(key, sizeof(key)) % one_in == 0;
}

static uint8_t *ram(struct side *side, uint64_t addr, uint32_t len)
{
	if (addr < RAM_BASE || addr - RAM_BASE > RAM_SIZE || len > RAM_SIZE - (addr - RAM_BASE))
		return NULL;
	return side->ram + (addr - RAM_BASE);
}

static int dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	struct side *side = ctx;
	uint8_t *p = ram(side, addr, len);

	add(side, ENTRY_DMA_READ, fn, addr, len, 0);
	if (!p || refuses(side, addr, 2000))
		return -1;
	memcpy(buf, p, len);
	return 0;
}

static int dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	struct side *side = ctx;
	uint8_t *p = ram(side, addr, len);

	add(side, ENTRY_DMA_WRITE, fn, addr, len, hash(buf, len));
	if (!p || refuses(side, addr, 2000))
		return -1;
	memcpy(p, buf, len);
	return 0;
}

static void msix(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data)
{
	add(ctx, ENTRY_MSIX, fn, vector, addr, data);
}

static void intx(void *ctx, unsigned int fn, bool level)
{
	add(ctx, ENTRY_INTX, fn, level, 0, 0);
}

static bool has_data(const struct lm_backend_request *req)
{
	return req->op == LM_BACKEND_READ || req->op == LM_BACKEND_WRITE;
}

static size_t data_length(const struct lm_backend_request *req)
{
	return has_data(req) ? (size_t)req->blocks << 12 : 0;
}

static bool prepare(void *ctx, struct lm_backend_request *req)
{
	struct side *side = ctx;

	add(side, ENTRY_PREPARE, req->fn, req->op | (uint64_t)req->nsid << 32, req->slba,
	    req->blocks);
	if (refuses(side, req->slba + 1, 50))
		return false;
	if (has_data(req)) {
		req->data = malloc(data_length(req) + 1);
		if (!req->data)
			exit(2);
		memset(req->data, (int)req->slba, data_length(req));
	}
	return true;
}

static void submit(void *ctx, struct lm_backend_request *req)
{
	struct side *side = ctx;

	add(side, ENTRY_SUBMIT, req->fn, req->op | (uint64_t)req->nsid << 32,
	    req->slba ^ (uint64_t)req->tag << 32,
	    req->op == LM_BACKEND_WRITE ? hash(req->data, (size_t)req->blocks << 9) : 0);
	if (side->num_pending < PENDING_MAX)
		side->pending[side->num_pending++] = req;
}

static void release(void *ctx, struct lm_backend_request *req)
{
	struct side *side = ctx;
	unsigned int i;

	add(side, ENTRY_RELEASE, req->fn, req->op | (uint64_t)req->nsid << 32, req->slba,
	    req->blocks);
	for (i = 0; i < side->num_pending && side->pending[i] != req; i++)
		;
	if (i < side->num_pending) {
		side->num_pending--;
		memmove(&side->pending[i], &side->pending[i + 1],
			(side->num_pending - i) * sizeof(side->pending[0]));
	}
	if (has_data(req))
		free(req->data);
	req->data = NULL;
}

static uint64_t now(void *ctx)
{
	return ((struct side *)ctx)->now;
}

static void wake(void *ctx)
{
	((struct side *)ctx)->awake = true;
}

static bool fault(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf, struct lm_fault *f)
{
	struct side *side = ctx;
	uint64_t key[2] = { side->salt, opc }, r = hash(key, sizeof(key)) >> 16;

	add(side, ENTRY_FAULT, fn, opc, vf, 0);
	if (r % (opc < 0xC0 ? 100 : 30))
		return false;
	r >>= 8;
	*f = (struct lm_fault){
		.refuse = r % 6 == 0,
		.fail_late = r % 6 == 1,
		.no_completion = r % 60 == 2,
		.override_dw0 = r % 6 == 3,
		.truncate = r % 6 == 4,
		.corrupt = r % 6 == 5,
		.status = r >> 8 & 1 ? 0x4006 : 0x1C2,
		.dw0 = (uint32_t)(r >> 10),
		.bytes = (uint32_t)(r >> 10) & 0xFFF,
	};
	return true;
}

static const struct lm_port port = {
	.dma_read = dma_read,
	.dma_write = dma_write,
	.msix = msix,
	.intx = intx,
	.backend_prepare = prepare,
	.backend_submit = submit,
	.backend_release = release,
	.now = now,
	.wake = wake,
	.fault = fault,
};

void side_init(struct side *side, unsigned int mutant)
{
	memset(side, 0, sizeof(*side));
	side->mutant = mutant;
	side->ram = malloc(RAM_SIZE);
	if (!side->ram)
		exit(2);
}

void side_power_on(struct side *side, const struct lm_config *config)
{
	size_t size;

	while (side->num_pending)
		free(side->pending[--side->num_pending]->data);
	lm_mutant = side->mutant;
	size = lm_device_size(config);
	free(side->mem);
	side->mem = size ? malloc(size) : NULL;
	if (!side->mem)
		exit(3);
	memset(side->mem, 0xA5, size);
	memset(side->ram, 0, RAM_SIZE);
	side->now = 0;
	side->num_entries = 0;
	side->dev = lm_device_init(side->mem, size, config, &port, side);
	lm_mutant = 0;
	if (!side->dev)
		exit(3);
}

static uint64_t done(struct side *side, const struct act *act)
{
	struct lm_backend_request *req;
	unsigned int i = (unsigned int)act->a;

	if (i >= side->num_pending)
		return 0;
	req = side->pending[i];
	side->num_pending--;
	memmove(&side->pending[i], &side->pending[i + 1],
		(side->num_pending - i) * sizeof(side->pending[0]));
	lm_backend_done(side->dev, req->tag, (uint16_t)act->b);
	return 0;
}

static uint64_t call(struct side *side, const struct act *act)
{
	switch (act->kind) {
	case ACT_READ:
		return lm_bar_read(side->dev, act->fn, (uint32_t)act->a, (unsigned int)act->b);
	case ACT_WRITE:
		lm_bar_write(side->dev, act->fn, (uint32_t)act->a, act->b, (unsigned int)act->c);
		return 0;
	case ACT_STEP:
		side->awake = false;
		return lm_step(side->dev);
	case ACT_TIME:
		side->now += act->a;
		return 0;
	case ACT_DONE:
		return done(side, act);
	case ACT_PCI:
		lm_pci_command(side->dev, act->fn, act->a & 1, act->a & 2, act->a & 4);
		return 0;
	case ACT_MSIX:
		lm_pci_msix(side->dev, act->fn, act->a & 1, act->a & 2);
		return 0;
	case ACT_FLR:
		lm_flr(side->dev, act->fn);
		return 0;
	case ACT_RESET:
		lm_conventional_reset(side->dev);
		return 0;
	case ACT_VFS:
		lm_pci_vf_enable(side->dev, (unsigned int)act->a);
		return 0;
	default:
		return (uint64_t)lm_namespace_resize(side->dev, (uint32_t)act->a, act->b);
	}
}

uint64_t side_act(struct side *side, const struct act *act)
{
	uint64_t answer;

	side->num_entries = 0;
	side->salt = act->salt;
	lm_mutant = side->mutant;
	answer = call(side, act);
	add(side, ENTRY_ANSWER, act->fn, answer, side->awake,
	    lm_next_deadline(side->dev) ^ (uint64_t)lm_num_vfs(side->dev) << 56 ^
		    (uint64_t)lm_vf_state(side->dev, act->fn) << 48);
	lm_mutant = 0;
	return answer;
}
