/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "world.h"

#include <inttypes.h>
#include <stdlib.h>

#include "image.h"
#include "inproc.h"

#define MAX_STEPS 200000u /* far more than any input needs */

/* Which seeded defect a defect build has, so that the harnesses themselves can be seen to fail. */
static unsigned int defect(void)
{
	const char *s = getenv("FUZZ_DEFECT");

	return s ? (unsigned int)strtoul(s, NULL, 10) : 0;
}

static void configure(struct lm_config *c)
{
	lm_inproc_default_config(c);
	c->total_vfs = WORLD_VFS;
	c->io_qpairs = 3;
	c->vectors = BENCH_QUEUES;
	c->queue_entries = 16;
	c->ns[0].blocks = WORLD_BLOCKS;
	c->ns[1].blocks = 8;
	c->fault_switch = false;
	c->defect = defect();
}

/* Power-on for each input, but memory is asked for once. */
struct world *world_new(void)
{
	static struct world w;
	struct lm_inproc *p = w.b.p;
	struct lm_config config;

	if (!p) {
		configure(&config);
		p = lm_inproc_new(&config);
		fuzz_check(p, "the configuration is not valid");
	}
	memset(&w, 0, sizeof(w));
	w.b.p = p;
	fuzz_check(!lm_inproc_fresh(p, WORLD_VFS), "power-on fails");
	w.dev = lm_inproc_device(p);
	w.b.buf = lm_inproc_alloc(p, 4 * LM_PAGE_SIZE, LM_PAGE_SIZE, &w.b.buf_iova);
	lm_inproc_own(p, w.b.buf_iova, 1);
	bench_enable(&w.b, 0);
	world_own(&w, 0, 0);
	world_look(&w);
	return &w;
}

void world_own(struct world *w, unsigned int fn, unsigned int qid)
{
	lm_inproc_own(w->b.p, w->b.q[fn][qid].sq_iova, 1u << fn);
	lm_inproc_own(w->b.p, w->b.q[fn][qid].cq_iova, 1u << fn);
}

void world_enable(struct world *w, unsigned int fn, bool io)
{
	bench_enable(&w->b, fn);
	world_own(w, fn, 0);
	if (io) {
		bench_create_io(&w->b, fn, 1);
		world_own(w, fn, 1);
	}
	world_look(w);
}

uint8_t *world_buffer(struct world *w, unsigned int fn, uint32_t len)
{
	uint32_t pages = (len + LM_PAGE_SIZE - 1) / LM_PAGE_SIZE, i;
	uint64_t iova, list_iova;
	uint8_t *mem = lm_inproc_alloc(w->b.p, len, LM_PAGE_SIZE, &iova), *list;

	fuzz_check(mem, "the arena is full");
	lm_inproc_own(w->b.p, iova, 1u << fn);
	lm_put_le64(w->b.sqe + LM_SQE_PRP1, iova);
	lm_put_le64(w->b.sqe + LM_SQE_PRP2, iova + LM_PAGE_SIZE);
	if (pages <= 2)
		return mem;
	fuzz_check(pages <= LM_PAGE_SIZE / 8, "a list of more than a page");
	list = lm_inproc_alloc(w->b.p, (size_t)8 * (pages - 1), LM_PAGE_SIZE, &list_iova);
	fuzz_check(list, "the arena is full");
	lm_inproc_own(w->b.p, list_iova, 1u << fn);
	for (i = 1; i < pages; i++)
		lm_put_le64(list + (size_t)8 * (i - 1), iova + (uint64_t)i * LM_PAGE_SIZE);
	lm_put_le64(w->b.sqe + LM_SQE_PRP2, list_iova);
	return mem;
}

/* What no function may do at any time. */
static void judge(const struct world *w, const struct lm_ev *ev)
{
	const struct lm_config *config = lm_inproc_config(w->b.p);

	fuzz_check(ev->fn <= config->total_vfs, "an event of function %u", ev->fn);
	switch (ev->kind) {
	case LM_EV_MEDIA:
		fuzz_check(ev->data >= 1 && ev->data <= config->num_namespaces,
			   "function %u reaches namespace %u, which it does not have", ev->fn,
			   ev->data);
		fuzz_check(ev->len <= config->ns[ev->data - 1].blocks &&
				   ev->addr <= config->ns[ev->data - 1].blocks - ev->len,
			   "function %u reaches block %" PRIu64 "+%u of namespace %u", ev->fn,
			   ev->addr, ev->len, ev->data);
		break;
	case LM_EV_DMA_FAULT:
		/* Every buffer has exactly the length that its command states. */
		fuzz_check(w->wild >> ev->fn & 1,
			   "DMA of function %u at %" PRIx64 "+%u, outside every stated buffer",
			   ev->fn, ev->addr, ev->len);
		break;
	default:
		break;
	}
}

static bool will_resume(const struct world *w, unsigned int vf)
{
	struct lm_function *pf = lm_pf(w->dev);
	struct lm_slot *slot;

	for (slot = lm_list_first(pf, &w->dev->fn[vf].mig.fifo); slot;
	     slot = lm_list_next(pf, slot))
		if (slot->sqe[LM_SQE_OPC] == LM_OPC_RESUME)
			return true;
	return false;
}

void world_muzzle(const struct world *w, struct muzzle *m)
{
	unsigned int fn;

	*m = (struct muzzle){ 0 };
	for (fn = 0; fn <= WORLD_VFS; fn++) {
		if (!w->b.p->pci[fn].master)
			m->no_dma |= 1u << fn;
		if (fn && (fn > lm_num_vfs(w->dev) ||
			   (lm_fn_frozen(&w->dev->fn[fn]) && !will_resume(w, fn))))
			m->silent |= 1u << fn;
	}
}

void world_judge(struct world *w, const struct muzzle *m)
{
	struct lm_ev ev;

	while (lm_inproc_journal(w->b.p, w->seen, &ev, 1)) {
		w->seen = ev.seq;
		judge(w, &ev);
		if (ev.kind == LM_EV_REG_READ || ev.kind == LM_EV_REG_WRITE)
			continue;
		/* LM-SUS-040: until RESUME nothing under its requester ID. */
		fuzz_check(!(m->silent >> ev.fn & 1), "event %d of function %u, which is silent",
			   ev.kind, ev.fn);
		fuzz_check(!(m->no_dma >> ev.fn & 1) || ev.kind == LM_EV_MEDIA,
			   "event %d of function %u without bus mastering", ev.kind, ev.fn);
	}
}

void world_look(struct world *w)
{
	const struct muzzle none = { 0 };

	world_judge(w, &none);
}

bool world_step(struct world *w)
{
	struct muzzle m;
	unsigned int fn;
	bool did;

	world_look(w);
	world_muzzle(w, &m);
	did = lm_inproc_step(w->b.p);
	/* The step may have been a RESUME that was fetched and executed. */
	for (fn = 1; fn <= WORLD_VFS; fn++)
		if (fn <= lm_num_vfs(w->dev) && !lm_fn_frozen(&w->dev->fn[fn]))
			m.silent &= ~(1u << fn);
	world_judge(w, &m);
	return did;
}

void world_run(struct world *w)
{
	unsigned int i;

	for (i = 0; world_step(w); i++)
		fuzz_check(i < MAX_STEPS, "the model never rests");
}

void world_advance(struct world *w, uint64_t ns)
{
	struct lm_inproc *p = w->b.p;
	uint64_t end = p->now + ns, next;

	for (;;) {
		world_run(w);
		next = lm_inproc_next(p);
		if (next <= p->now)
			next = p->now + NS_PER_MS;
		if (next > end)
			break;
		p->now = next;
	}
	p->now = end;
	world_run(w);
}

static void recover_vf(struct world *w, unsigned int fn)
{
	struct bench *b = &w->b;
	size_t len;
	uint8_t *medium = lm_inproc_media_data(b->p, 1, &len), *buf;
	uint16_t status;

	lm_inproc_flr(b->p, fn);
	fuzz_check(lm_vf_state(w->dev, fn) == LM_STATE_ACTIVE, "VF %u is not ACTIVE after FLR", fn);
	world_enable(w, fn, true);
	medium[512 * fn] = (uint8_t)(0xC0 + fn);
	bench_rw(b, LM_IO_READ, 1, fn, 1);
	buf = world_buffer(w, fn, 512);
	status = bench_status(b, fn, 1);
	fuzz_check(!status && !memcmp(buf, medium + (size_t)512 * fn, 512),
		   "VF %u does not read after FLR: status %03xh", fn, status);
}

void world_settle(struct world *w)
{
	const struct lm_media normal = { .mode = LM_MEDIA_NORMAL };

	lm_inproc_fail_nth(w->b.p, 0, NULL);
	lm_inproc_media(w->b.p, &normal);
	lm_inproc_pci_command(w->b.p, 0, true, true, true, false);
	world_run(w);
}

void world_recover(struct world *w)
{
	unsigned int fn;

	world_settle(w);
	lm_inproc_namespace_resize(w->b.p, 1, WORLD_BLOCKS);
	if (lm_num_vfs(w->dev) < WORLD_VFS)
		fuzz_check(!lm_inproc_set_num_vfs(w->b.p, WORLD_VFS), "VFs cannot be enabled");
	for (fn = 1; fn <= WORLD_VFS; fn++)
		recover_vf(w, fn);
	world_run(w);
}

void fn_copy(const struct world *w, unsigned int fn, struct fn_copy *copy)
{
	const struct lm_function *f = &w->dev->fn[fn];
	size_t queues = w->dev->config.io_qpairs + 1u;

	copy->fn = *f;
	memcpy(copy->sq, f->sq, queues * sizeof(*f->sq));
	memcpy(copy->cq, f->cq, queues * sizeof(*f->cq));
	memcpy(copy->slot, f->slot, sizeof(copy->slot));
	memcpy(copy->msix, f->msix.table, w->dev->config.vectors * sizeof(*f->msix.table));
}

void fn_same(const struct world *w, unsigned int fn, const struct fn_copy *copy)
{
	const struct lm_function *f = &w->dev->fn[fn];
	size_t queues = w->dev->config.io_qpairs + 1u;

	fuzz_check(!memcmp(&copy->fn, f, sizeof(*f)) &&
			   !memcmp(copy->sq, f->sq, queues * sizeof(*f->sq)) &&
			   !memcmp(copy->cq, f->cq, queues * sizeof(*f->cq)) &&
			   !memcmp(copy->slot, f->slot, sizeof(copy->slot)) &&
			   !memcmp(copy->msix, f->msix.table,
				   w->dev->config.vectors * sizeof(*f->msix.table)),
		   "function %u is not as it was", fn);
}

uint32_t world_image_size(const struct world *w, unsigned int vf)
{
	return lm_image_size(w->dev, &w->dev->fn[vf]);
}
