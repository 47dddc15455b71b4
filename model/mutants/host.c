/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A random host: mostly one that knows NVMe, now and then one that does not.
 * It looks at the first side alone; while the two agree, the other is the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "nvme-lm.h"

#define EPISODE 20000 /* moves until both begin anew */
#define ADMIN_ENTRIES 6

static uint64_t next(struct host *h)
{
	uint64_t x = h->random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	h->random = x;
	return x * UINT64_C(0x2545F4914F6CDD1D) >> 16;
}

uint32_t host_random(struct host *h, uint32_t below)
{
	return below ? (uint32_t)(next(h) % below) : 0;
}

bool host_chance(struct host *h, unsigned int one_in)
{
	return !host_random(h, one_in);
}

uint32_t host_value(struct host *h)
{
	static const uint32_t values[] = { 0,	    1,		2,	   3,	   4,	   8,
					   15,	    16,		63,	   0x7F,   0x80,   0xFF,
					   0x100,   0xFFF,	4096,	   0x7FFF, 0x8000, 0xFFFF,
					   0x10000, 0x80000000, 0xFFFFFFFF };

	return host_chance(h, 4) ? (uint32_t)next(h) :
				   values[host_random(h, sizeof(values) / sizeof(values[0]))];
}

static bool same(const struct side *a, const struct side *b)
{
	return a->num_entries == b->num_entries &&
	       !memcmp(a->entry, b->entry, a->num_entries * sizeof(a->entry[0]));
}

/* One act on both; the answer of the first. */
static uint64_t act(struct host *h, enum act_kind kind, unsigned int fn, uint64_t a, uint64_t b,
		    uint64_t c)
{
	struct act what = { kind, fn, a, b, c, next(h) };
	uint64_t answer;

	if (h->differ)
		return 0;
	answer = side_act(h->a, &what);
	side_act(h->b, &what);
	if (!same(h->a, h->b)) {
		h->differ = true;
		h->last = what;
	}
	return answer;
}

uint8_t *host_memory(struct host *h, uint64_t addr)
{
	return h->a->ram + (addr - RAM_BASE);
}

/* What the host wrote into the first side's memory goes into the other's too. */
void host_wrote(struct host *h, uint64_t addr, uint32_t len)
{
	memcpy(h->b->ram + (addr - RAM_BASE), h->a->ram + (addr - RAM_BASE), len);
}

static uint32_t read4(struct host *h, unsigned int fn, uint32_t reg)
{
	return (uint32_t)act(h, ACT_READ, fn, reg, 4, 0);
}

static void write4(struct host *h, unsigned int fn, uint32_t reg, uint32_t value)
{
	act(h, ACT_WRITE, fn, reg, value, 4);
}

static void steps(struct host *h, unsigned int most)
{
	while (most-- && act(h, ACT_STEP, 0, 0, 0, 0))
		;
}

void host_new_cq(struct host *h, unsigned int fn, unsigned int qid, uint32_t entries)
{
	struct host_cq *cq = &h->fn[fn].cq[qid];

	*cq = (struct host_cq){ true, entries, 0, 1 };
	memset(host_memory(h, host_cq_base(fn, qid)), 0, 4096);
	host_wrote(h, host_cq_base(fn, qid), 4096);
}

void host_new_sq(struct host *h, unsigned int fn, unsigned int qid, uint32_t entries)
{
	h->fn[fn].sq[qid] = (struct host_sq){ true, entries, 0 };
}

static void set_msix(struct host *h, unsigned int fn)
{
	unsigned int v;

	act(h, ACT_MSIX, fn, 1, 0, 0);
	for (v = 0; v < h->config.vectors; v++) {
		act(h, ACT_WRITE, fn, LM_BAR_MSIX_TABLE + 16 * v, 0xFEE00000 + fn * 4096, 8);
		act(h, ACT_WRITE, fn, LM_BAR_MSIX_TABLE + 16 * v + 8, v, 8);
	}
}

static void enable(struct host *h, unsigned int fn)
{
	uint32_t sq = 2 + host_random(h, 5), cq = 2 + host_random(h, 5);

	act(h, ACT_PCI, fn, 3, 0, 0);
	if (!host_chance(h, 4))
		set_msix(h, fn);
	write4(h, fn, 0x14, 0);
	memset(&h->fn[fn], 0, sizeof(h->fn[fn]));
	write4(h, fn, 0x24, (cq - 1) << 16 | (sq - 1));
	act(h, ACT_WRITE, fn, 0x28, host_sq_base(fn, 0), 8);
	act(h, ACT_WRITE, fn, 0x30, host_cq_base(fn, 0), 8);
	host_new_sq(h, fn, 0, sq);
	host_new_cq(h, fn, 0, cq);
	write4(h, fn, 0x14, host_chance(h, 20) ? host_value(h) : 0x00460001);
	steps(h, 5);
}

static void power_on(struct host *h)
{
	struct lm_config *c = &h->config;
	unsigned int i;

	memset(c, 0, sizeof(*c));
	c->vid = 0x8086;
	c->ssvid = 0x1AF4;
	c->total_vfs = HOST_VFS;
	c->io_qpairs = (uint16_t)(1 + host_random(h, HOST_QPAIRS));
	c->vectors = (uint16_t)(1 + host_random(h, 4));
	c->queue_entries = (uint16_t)(2 + host_random(h, 63));
	c->cntlid = 7;
	c->suspend_limit = (uint16_t)(1 + host_random(h, 3));
	c->mdts = host_chance(h, 2) ? 5 : 0;
	c->num_namespaces = (uint8_t)(1 + host_random(h, 3));
	for (i = 0; i < c->num_namespaces; i++) {
		c->ns[i].blocks = 64u << (2 * i);
		c->ns[i].lbads = (uint8_t)(9 + i);
		memset(c->ns[i].nguid, (int)i + 1, sizeof(c->ns[i].nguid));
		memset(c->ns[i].eui64, (int)i + 5, sizeof(c->ns[i].eui64));
	}
	memset(c->sn, 'S', sizeof(c->sn));
	memset(c->mn, 'M', sizeof(c->mn));
	memset(c->fr, 'F', sizeof(c->fr));
	strcpy(c->subnqn, "nqn.2014-08.org.nvmexpress:walk");
	c->fault_switch = host_chance(h, 2);
	side_power_on(h->a, c);
	side_power_on(h->b, c);
	if (!same(h->a, h->b))
		h->differ = true;
	memset(h->fn, 0, sizeof(h->fn));
	host_make_lists(h);
	act(h, ACT_PCI, 0, 3, 0, 0);
	enable(h, 0);
	act(h, ACT_VFS, 0, HOST_VFS, 0, 0);
	for (i = 1; i <= HOST_VFS; i++)
		enable(h, i);
}

/* A command into a queue, and most often its doorbell. */
static void submit(struct host *h, unsigned int fn, unsigned int qid)
{
	struct host_sq *sq = &h->fn[fn].sq[qid];
	uint64_t addr = host_sq_base(fn, qid) + sq->tail * 64;

	if (!sq->exists)
		return;
	host_command(h, fn, qid, host_memory(h, addr));
	host_wrote(h, addr, 64);
	h->commands++;
	sq->tail = (sq->tail + 1) % sq->entries;
	if (!host_chance(h, 8))
		write4(h, fn, LM_BAR_DOORBELLS + 8 * qid,
		       host_chance(h, 100) ? host_value(h) : sq->tail);
}

/* Take completions, one or all, and say so. */
static void consume(struct host *h, unsigned int fn, unsigned int qid)
{
	struct host_cq *cq = &h->fn[fn].cq[qid];
	unsigned int most = host_chance(h, 3) ? 1 : ENTRIES_MAX, taken = 0;

	while (cq->exists && most--) {
		const uint8_t *e = host_memory(h, host_cq_base(fn, qid)) + cq->head * LM_CQE_SIZE;

		if ((lm_get_le16(e + LM_CQE_STATUS) & 1) != cq->phase)
			break;
		cq->head = (cq->head + 1) % cq->entries;
		cq->phase ^= !cq->head;
		taken++;
	}
	if (taken || host_chance(h, 20))
		write4(h, fn, LM_BAR_DOORBELLS + 8 * qid + 4,
		       host_chance(h, 200) ? host_value(h) : cq->head);
}

static void any_register(struct host *h, unsigned int fn)
{
	static const uint32_t regs[] = { 0x00,	 0x04,	 0x08,	 0x0C,	 0x10,	 0x14,	 0x1C,
					 0x20,	 0x24,	 0x28,	 0x2C,	 0x30,	 0x34,	 0x38,
					 0x1000, 0x1004, 0x1008, 0x100C, 0x1010, 0x1014, 0x1018,
					 0x2000, 0x2004, 0x2008, 0x200C, 0x2010, 0x201C, 0x202C,
					 0x3000, 0x3004, 0x3008, 0x3FFC };
	uint32_t reg = regs[host_random(h, sizeof(regs) / sizeof(regs[0]))];
	unsigned int len = host_chance(h, 4) ? 8 : 4;

	if (host_chance(h, 30)) {
		reg = host_random(h, 0x5000);
		len = host_random(h, 10);
	}
	if (host_chance(h, 2))
		act(h, ACT_READ, fn, reg, len, 0);
	else
		act(h, ACT_WRITE, fn, reg, host_value(h) | (uint64_t)host_value(h) << 32, len);
}

static void shut_down(struct host *h, unsigned int fn)
{
	write4(h, fn, 0x14, 0x00460001 | (1 + host_random(h, 2)) << 14);
	steps(h, 20);
}

/* What befalls a function. */
static void event(struct host *h, unsigned int fn)
{
	switch (host_random(h, 24)) {
	case 0:
		act(h, ACT_FLR, fn, 0, 0, 0);
		break;
	case 1:
		if (host_chance(h, 8))
			act(h, ACT_RESET, 0, 0, 0, 0);
		break;
	case 2:
	case 3:
		act(h, ACT_VFS, 0, host_random(h, HOST_VFS + 2), 0, 0);
		break;
	case 4:
	case 5:
	case 6:
		act(h, ACT_RESIZE, 0, host_random(h, 5), 32 + host_random(h, 128), 0);
		break;
	case 7:
		shut_down(h, fn);
		break;
	case 8:
		write4(h, fn, 0x14, 0x00460000);
		break;
	case 9:
		act(h, ACT_PCI, fn, host_random(h, 8), 0, 0);
		break;
	case 10:
	case 11:
		act(h, ACT_MSIX, fn, host_random(h, 4), 0, 0);
		break;
	case 12:
	case 13:
		act(h, ACT_WRITE, fn, LM_BAR_MSIX_TABLE + 12 + 16 * host_random(h, 4),
		    host_random(h, 2), 4);
		break;
	case 14:
		act(h, ACT_FLR, host_random(h, 8), 0, 0, 0);
		break;
	case 15:
		if (host_chance(h, 10))
			write4(h, 0, 0x20, 0x4E564D65);
		break;
	default:
		act(h, ACT_PCI, fn, 3, 0, 0);
		break;
	}
}

/* A function that is not ready is enabled, or seldom left as it is. */
static void look_after(struct host *h, unsigned int fn)
{
	uint32_t csts = read4(h, fn, 0x1C);

	if (!(csts & 1) || (csts & 0xE)) {
		if (!fn || host_chance(h, 3))
			enable(h, fn);
		if (!fn)
			act(h, ACT_VFS, 0, HOST_VFS, 0, 0);
	}
}

static void move(struct host *h)
{
	unsigned int fn = host_random(h, HOST_VFS + 1), what = host_random(h, 100);
	unsigned int qid = host_random(h, h->config.io_qpairs + 1u);

	if (what < 25)
		steps(h, 1 + host_random(h, 40));
	else if (what < 40)
		submit(h, host_chance(h, 2) ? 0 : fn, 0);
	else if (what < 60)
		submit(h, fn, qid);
	else if (what < 75)
		consume(h, fn, host_chance(h, 2) ? 0 : qid);
	else if (what < 83)
		act(h, ACT_DONE, 0, host_random(h, 8), host_chance(h, 12) ? 0x281 : 0, 0);
	else if (what < 87)
		act(h, ACT_TIME, 0,
		    host_chance(h, 10) ? host_random(h, 4000000) : host_random(h, 80), 0, 0);
	else if (what < 91)
		any_register(h, fn);
	else if (what < 96)
		look_after(h, fn);
	else if (what < 98)
		event(h, fn);
	else
		host_migration(h);
}

struct host *host_new(struct side *a, struct side *b, uint64_t seed)
{
	struct host *h = calloc(1, sizeof(*h));

	if (!h)
		exit(2);
	h->a = a;
	h->b = b;
	h->random = seed * 2 + 1;
	return h;
}

bool host_move(struct host *h, char *text, size_t size)
{
	const struct side *a = h->a, *b = h->b;
	unsigned int i = 0;

	if (h->moves++ % EPISODE == 0)
		power_on(h);
	else
		move(h);
	if (!h->differ)
		return true;
	while (i < a->num_entries && i < b->num_entries &&
	       !memcmp(&a->entry[i], &b->entry[i], sizeof(a->entry[i])))
		i++;
	snprintf(
		text, size,
		"act %d on function %u (%llx, %llx): call %u of %u is %u fn %u %llx %llx %llx, of %u is %u fn %u %llx %llx %llx",
		h->last.kind, h->last.fn, (unsigned long long)h->last.a,
		(unsigned long long)h->last.b, i, a->num_entries, a->entry[i].kind, a->entry[i].fn,
		(unsigned long long)a->entry[i].a, (unsigned long long)a->entry[i].b,
		(unsigned long long)a->entry[i].c, b->num_entries, b->entry[i].kind, b->entry[i].fn,
		(unsigned long long)b->entry[i].a, (unsigned long long)b->entry[i].b,
		(unsigned long long)b->entry[i].c);
	return false;
}

uint64_t host_commands(const struct host *h)
{
	return h->commands;
}

/* For command.c: a command on the PF's admin queue, driven to its end. */
void host_admin(struct host *h, const uint8_t *sqe)
{
	struct host_sq *sq = &h->fn[0].sq[0];
	uint64_t addr = host_sq_base(0, 0) + sq->tail * 64;
	unsigned int i;

	if (!sq->exists)
		return;
	memcpy(host_memory(h, addr), sqe, 64);
	host_wrote(h, addr, 64);
	h->commands++;
	sq->tail = (sq->tail + 1) % sq->entries;
	write4(h, 0, LM_BAR_DOORBELLS, sq->tail);
	for (i = 0; i < 4; i++) {
		steps(h, host_chance(h, 3) ? host_random(h, 6) : 60);
		if (!host_chance(h, 8))
			consume(h, 0, 0);
	}
}
