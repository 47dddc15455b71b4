/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * In-process port: the device, its bus and its clock.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "inproc.h"

#define POISON 0xA5
#define PAGE 4096u
#define MSIX_ADDRESS UINT64_C(0xFEE00000)
#define RUN_STEPS 10000000u /* a model that never rests is cut off */

static int dma(struct lm_inproc *p, unsigned int fn, uint64_t addr, void *buf, const void *data,
	       uint32_t len)
{
	struct lm_ev ev = { .fn = fn, .addr = addr, .len = len };
	bool fails = inproc_fails(p);
	void *mem = arena_find(&p->arena, fn, addr, len);

	if (fails || !mem || !p->pci[fn].master) {
		ev.kind = LM_EV_DMA_FAULT;
		journal_add(p, &ev);
		return -1;
	}
	ev.kind = data ? LM_EV_DMA_WRITE : LM_EV_DMA_READ;
	journal_add(p, &ev);
	if (data)
		memcpy(mem, data, len);
	else
		memcpy(buf, mem, len);
	return 0;
}

static int port_dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	return dma(ctx, fn, addr, buf, NULL, len);
}

static int port_dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	return dma(ctx, fn, addr, NULL, buf, len);
}

static void port_msix(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data)
{
	struct lm_inproc *p = ctx;
	struct lm_ev ev = {
		.kind = LM_EV_MSIX, .fn = fn, .addr = addr, .data = data, .vector = vector
	};

	journal_add(p, &ev);
	p->pci[fn].irqs[vector]++;
}

static void port_intx(void *ctx, unsigned int fn, bool level)
{
	struct lm_inproc *p = ctx;

	(void)fn;
	p->intx = level;
}

static uint64_t port_now(void *ctx)
{
	const struct lm_inproc *p = ctx;

	return p->now / NS_PER_MS;
}

static void port_wake(void *ctx)
{
	struct lm_inproc *p = ctx;

	p->awake = true;
}

static const struct lm_port port = {
	.dma_read = port_dma_read,
	.dma_write = port_dma_write,
	.msix = port_msix,
	.intx = port_intx,
	.backend_prepare = media_prepare,
	.backend_submit = media_submit,
	.backend_release = media_release,
	.now = port_now,
	.wake = port_wake,
	.fault = fault_match,
	.journal = journal_read,
	.media = media_set,
	.arm = fault_arm,
	.resize = media_try_resize,
	.command = journal_command,
};

void lm_inproc_default_config(struct lm_config *c)
{
	static const struct lm_namespace_config ns[2] = {
		{ .blocks = 8192,
		  .lbads = 9,
		  .nguid = { 0x01, 0x6c, 0x6d, 0x2d, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0, 0, 0, 0, 0, 0,
			     1 },
		  .eui64 = { 0x01, 0x6c, 0x6d, 0x2d, 0, 0, 0, 1 } },
		{ .blocks = 512,
		  .lbads = 12,
		  .nguid = { 0x02, 0x6c, 0x6d, 0x2d, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0, 0, 0, 0, 0, 0,
			     2 },
		  .eui64 = { 0x02, 0x6c, 0x6d, 0x2d, 0, 0, 0, 2 } },
	};

	memset(c, 0, sizeof(*c));
	c->vid = 0x8086;
	c->ssvid = 0x8086;
	c->total_vfs = 4;
	c->io_qpairs = 8;
	c->vectors = 9;
	c->queue_entries = 1024;
	c->cntlid = 1;
	c->suspend_limit = 20;
	c->mdts = 5;
	c->num_namespaces = 2;
	memcpy(c->ns, ns, sizeof(ns));
	memset(c->sn, ' ', sizeof(c->sn));
	memcpy(c->sn, "LM0001", 6);
	memset(c->mn, ' ', sizeof(c->mn));
	memcpy(c->mn, "nvme-lm reference model", 23);
	memset(c->fr, ' ', sizeof(c->fr));
	memcpy(c->fr, "1.0", 3);
	strcpy(c->subnqn, "nqn.2014-08.org.nvmexpress:uuid:0708ace4-cf37-4f1f-adae-8e890b234274");
	c->fault_switch = true;
}

static int power_on(struct lm_inproc *p)
{
	media_init(p);
	arena_clear(&p->arena);
	lm_fault_arm(&p->faults, NULL);
	memset(p->pci, 0, sizeof(p->pci));
	p->recorder.count = 0;
	p->now = 0;
	p->intx = false;
	p->retry = false;
	p->awake = true;
	p->fail_in = 0;
	p->fail_seen = 0;
	memset(p->mem, POISON, p->size);
	p->dev = lm_device_init(p->mem, p->size, &p->config, &port, p);
	return p->dev ? 0 : -EINVAL;
}

/* Where the device's memory ends none follows: what it touches behind it crashes it. */
static int device_memory(struct lm_inproc *p)
{
	size_t used = (p->size + PAGE - 1) / PAGE * PAGE;

	p->num_bytes = used + PAGE;
	p->pages = mmap(NULL, p->num_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
	if (p->pages == MAP_FAILED)
		p->pages = NULL;
	if (!p->pages || mprotect(p->pages + used, PAGE, PROT_NONE))
		return -ENOMEM;
	p->mem = p->pages + used - p->size;
	return 0;
}

struct lm_inproc *lm_inproc_new(const struct lm_config *config)
{
	size_t size = lm_device_size(config);
	struct lm_inproc *p;

	if (!size)
		return NULL;
	p = inproc_alloc(NULL, 1, sizeof(*p));
	memset(p, 0, sizeof(*p));
	p->config = *config;
	p->size = size;
	if (device_memory(p) || arena_init(&p->arena) || power_on(p)) {
		lm_inproc_free(p);
		return NULL;
	}
	return p;
}

void lm_inproc_free(struct lm_inproc *p)
{
	if (!p)
		return;
	media_free(p);
	arena_free(&p->arena);
	free(p->recorder.ev);
	if (p->pages)
		munmap(p->pages, p->num_bytes);
	free(p);
}

int lm_inproc_fresh(struct lm_inproc *p, unsigned int num_vfs)
{
	int ret = power_on(p);

	return ret ? ret : lm_inproc_set_num_vfs(p, num_vfs);
}

struct lm_device *lm_inproc_device(struct lm_inproc *p)
{
	return p->dev;
}

const struct lm_config *lm_inproc_config(const struct lm_inproc *p)
{
	return &p->config;
}

void lm_inproc_set_defect(struct lm_inproc *p, unsigned int defect)
{
	p->config.defect = defect;
}

uint64_t lm_inproc_reg_read(struct lm_inproc *p, unsigned int fn, uint32_t offset, unsigned int len)
{
	struct lm_ev ev = { .kind = LM_EV_REG_READ, .fn = fn, .addr = offset, .len = len };

	journal_add(p, &ev);
	return lm_bar_read(p->dev, fn, offset, len);
}

void lm_inproc_reg_write(struct lm_inproc *p, unsigned int fn, uint32_t offset, unsigned int len,
			 uint64_t value)
{
	struct lm_ev ev = { .kind = LM_EV_REG_WRITE,
			    .fn = fn,
			    .addr = offset,
			    .len = len,
			    .data = (uint32_t)value };

	journal_add(p, &ev);
	lm_bar_write(p->dev, fn, offset, value, len);
}

void lm_inproc_pci_command(struct lm_inproc *p, unsigned int fn, bool memory, bool master,
			   bool msix_enable, bool msix_mask)
{
	if (fn >= LM_MAX_FUNCTIONS)
		return;
	p->pci[fn].master = master;
	lm_pci_msix(p->dev, fn, msix_enable, msix_mask);
	lm_pci_command(p->dev, fn, memory, master, false);
}

int lm_inproc_irq_setup(struct lm_inproc *p, unsigned int fn, unsigned int vectors)
{
	unsigned int v;

	if (fn > lm_num_vfs(p->dev) || vectors > p->config.vectors)
		return -EINVAL;
	lm_pci_msix(p->dev, fn, true, true);
	for (v = 0; v < p->config.vectors; v++) {
		uint32_t entry = LM_BAR_MSIX_TABLE + 16 * v;

		lm_bar_write(p->dev, fn, entry, MSIX_ADDRESS + (uint64_t)fn * 4096, 8);
		lm_bar_write(p->dev, fn, entry + 8, v | (uint64_t)(v >= vectors) << 32, 8);
	}
	lm_pci_msix(p->dev, fn, true, false);
	return 0;
}

uint64_t lm_inproc_irq_count(const struct lm_inproc *p, unsigned int fn, unsigned int vector)
{
	return fn < LM_MAX_FUNCTIONS && vector < LM_MAX_VECTORS ? p->pci[fn].irqs[vector] : 0;
}

bool lm_inproc_intx(const struct lm_inproc *p)
{
	return p->intx;
}

/* What a reset leaves of the function's configuration space. */
static void pci_reset(struct lm_inproc *p, unsigned int fn)
{
	memset(&p->pci[fn], 0, sizeof(p->pci[fn]));
}

static void pci_reset_vfs(struct lm_inproc *p)
{
	unsigned int i;

	for (i = lm_num_vfs(p->dev) + 1; i < LM_MAX_FUNCTIONS; i++)
		pci_reset(p, i);
}

void lm_inproc_flr(struct lm_inproc *p, unsigned int fn)
{
	if (fn >= LM_MAX_FUNCTIONS)
		return;
	lm_flr(p->dev, fn);
	pci_reset(p, fn);
	pci_reset_vfs(p);
}

void lm_inproc_conventional_reset(struct lm_inproc *p)
{
	lm_conventional_reset(p->dev);
	pci_reset(p, 0);
	pci_reset_vfs(p);
}

int lm_inproc_set_num_vfs(struct lm_inproc *p, unsigned int num)
{
	if (num > p->config.total_vfs)
		return -EINVAL;
	/* PCIe forbids to change NumVFs while VF Enable is set: it is cleared first. */
	if (num != lm_num_vfs(p->dev))
		lm_pci_vf_enable(p->dev, 0);
	lm_pci_vf_enable(p->dev, num);
	pci_reset_vfs(p);
	return 0;
}

/*
 * As firmware does it: the model is stepped while it has work, and else when it
 * woke its port or had named this time.
 */
static bool device_step(struct lm_inproc *p)
{
	if (!p->awake && lm_next_deadline(p->dev) > port_now(p))
		return false;
	p->awake = lm_step(p->dev);
	return p->awake;
}

bool lm_inproc_step(struct lm_inproc *p)
{
	bool did = media_step(p) || device_step(p);

	if (!p->retry)
		return did;
	p->retry = false;
	p->awake = true;
	return true;
}

void lm_inproc_run(struct lm_inproc *p)
{
	unsigned int i;

	for (i = 0; i < RUN_STEPS && lm_inproc_step(p); i++)
		;
}

uint64_t lm_inproc_next(const struct lm_inproc *p)
{
	uint64_t deadline = lm_next_deadline(p->dev);
	uint64_t next = media_next(p);

	if (deadline < UINT64_MAX / NS_PER_MS && deadline * NS_PER_MS < next)
		next = deadline * NS_PER_MS;
	return next;
}

void lm_inproc_advance(struct lm_inproc *p, uint64_t ns)
{
	uint64_t end = p->now + ns;
	uint64_t next;

	for (;;) {
		lm_inproc_run(p);
		next = lm_inproc_next(p);
		/* What is due and does not go on must not stop the clock. */
		if (next <= p->now)
			next = p->now + NS_PER_MS;
		if (next > end)
			break;
		p->now = next;
	}
	p->now = end;
	lm_inproc_run(p);
}

uint64_t lm_inproc_now(const struct lm_inproc *p)
{
	return p->now;
}

int lm_inproc_namespace_resize(struct lm_inproc *p, uint32_t nsid, uint64_t blocks)
{
	/* The next namespace of a file begins where this one ends. */
	if (p->media.file && nsid && nsid <= p->config.num_namespaces &&
	    blocks > p->config.ns[nsid - 1].blocks)
		return -EINVAL;
	if (lm_namespace_resize(p->dev, nsid, blocks))
		return -EINVAL;
	media_resize(p, nsid, blocks);
	return 0;
}
