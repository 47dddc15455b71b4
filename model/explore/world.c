/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The port of the explored device, and the memory that its functions reach. */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT_MS 100 /* of SUSPEND: one unit */
#define LATE_MS 1000000
#define STEPS 10000

void fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->violation)
		return;
	va_start(ap, fmt);
	vsnprintf(w->text, sizeof(w->text), fmt, ap);
	va_end(ap);
	w->violation = w->text;
}

/* Where in an admin queue of the PF an entry stands is nobody's business. */
static uint64_t place(uint64_t addr)
{
	return OWNER(addr) || REGION(addr) == REGION_IMAGE ? addr : addr & ~UINT64_C(0xFFFF);
}

static void note(struct world *w, uint64_t kind, unsigned int fn, uint64_t a, uint64_t b)
{
	const uint64_t prime = UINT64_C(0x100000001B3);

	w->calls = (((w->calls ^ kind) * prime ^ fn) * prime ^ a) * prime ^ b;
	if (fn && fn <= MAX_VFS && w->host.vf[fn].quiesced)
		fail(w, "VF %u is suspended and makes a %s", fn,
		     kind == 'i' ? "MSI-X message" :
		     kind == 'm' ? "media request" :
				   "DMA");
}

/* Whether the memory is that of the guest that this function may serve now. */
static bool belongs(const struct world *w, unsigned int owner, unsigned int fn)
{
	if (!owner || owner > MAX_VFS || !fn || fn > MAX_VFS)
		return false;
	/* what it holds is not known */
	if (w->host.vf[fn].stale)
		return true;
	return w->host.vf[fn].guest == owner || w->host.vf[fn].loaded == owner;
}

/* A READ of one block by its guest; or what the sequence wants that is under way. */
static int fetch(struct world *w, unsigned int fn, uint64_t addr, uint8_t *sqe)
{
	unsigned int owner = OWNER(addr), region = REGION(addr), pair = region - REGION_SQ;
	unsigned int slot = (unsigned int)(addr & 0xFFFF) / LM_SQE_SIZE;
	struct pair *p;

	if (region == REGION_ASQ && !owner) {
		memcpy(sqe, w->host.pf.sqe[slot % PF_ENTRIES], LM_SQE_SIZE);
		pf_fetched(w, slot % PF_ENTRIES);
		return 0;
	}
	if (region == REGION_ASQ) {
		memcpy(sqe, w->admin_sqe, LM_SQE_SIZE);
		return w->macro ? 0 : -1;
	}
	if (!belongs(w, owner, fn) || pair >= MAX_PAIRS || slot >= MAX_ENTRIES) {
		fail(w, "function %u fetches at %llxh", fn, (unsigned long long)addr);
		return -1;
	}
	p = &w->host.guest[owner - 1].pair[pair];
	if (!w->host.vf[fn].stale) {
		p->fetched |= (uint8_t)(1u << p->sq[slot]);
		pf_crossed(w, fn, CROSSED_FETCH);
	}
	memset(sqe, 0, LM_SQE_SIZE);
	sqe[LM_SQE_OPC] = LM_IO_READ;
	lm_put_le16(sqe + LM_SQE_CID, p->sq[slot]);
	lm_put_le32(sqe + LM_SQE_NSID, 1);
	lm_put_le64(sqe + LM_SQE_PRP1, ADDRESS(owner, REGION_DATA));
	return 0;
}

static int port_dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	struct world *w = ctx;
	unsigned int region = REGION(addr);
	uint64_t offset = addr & 0xFFFF;

	note(w, 'r', fn, place(addr), len);
	if (len == LM_SQE_SIZE && region != REGION_IMAGE && region != REGION_BAD)
		return fetch(w, fn, addr, buf);
	memset(buf, 0, len);
	if (region == REGION_BAD)
		return 0;
	if (region != REGION_IMAGE || fn || offset + len > IMAGE_ROOM) {
		fail(w, "function %u reads %u bytes at %llxh", fn, len, (unsigned long long)addr);
		return -1;
	}
	memcpy(buf, w->host.image.bytes + offset, len);
	return 0;
}

/* A CQE without its phase and SQ head, which say where in the queues it stands. */
static void note_cqe(struct world *w, unsigned int fn, const uint8_t *cqe)
{
	note(w, 'c', fn, lm_get_le64(cqe),
	     lm_get_le16(cqe + LM_CQE_CID) | (uint64_t)(lm_get_le16(cqe + LM_CQE_STATUS) >> 1)
						     << 16);
}

static int port_dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	struct world *w = ctx;
	unsigned int region = REGION(addr), owner = OWNER(addr);
	bool cq = region >= REGION_CQ && region < REGION_CQ + MAX_PAIRS;
	uint64_t offset = addr & 0xFFFF;

	note(w, 'w', fn, place(addr), len);
	if (len == LM_CQE_SIZE)
		note_cqe(w, fn, buf);
	if (region == REGION_IMAGE && !fn && offset + len <= IMAGE_ROOM) {
		memcpy(w->host.image.bytes + offset, buf, len);
	} else if (region == REGION_ACQ && !owner && !fn && len == LM_CQE_SIZE) {
		pf_completed(w, offset, buf);
	} else if (region == REGION_ACQ && owner && fn && w->macro) {
		w->admin_done = true;
	} else if (cq && belongs(w, owner, fn) && len == LM_CQE_SIZE && !w->host.vf[fn].stale) {
		guest_completed(w, owner - 1, region - REGION_CQ, offset, buf);
	} else if ((region != REGION_DATA && !cq) || !belongs(w, owner, fn)) {
		fail(w, "function %u writes %u bytes at %llxh", fn, len, (unsigned long long)addr);
		return -1;
	}
	return 0;
}

static void port_msix(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data)
{
	struct world *w = ctx;
	unsigned int guest;

	note(w, 'i', fn, addr, data);
	if (!fn || !vector || vector > MAX_PAIRS || fn > MAX_VFS)
		return;
	/* RESUME of a VF that took an image raises its interrupts before its CQE says so */
	guest = w->host.vf[fn].loaded ? w->host.vf[fn].loaded : w->host.vf[fn].guest;
	if (guest)
		w->host.guest[guest - 1].pair[vector - 1].interrupted = 1;
}

static void port_intx(void *ctx, unsigned int fn, bool level)
{
	note(ctx, 'x', fn, level, 0);
}

/* One buffer does for all: nobody looks at the data. */
static bool port_prepare(void *ctx, struct lm_backend_request *req)
{
	static uint8_t data[LM_PAGE_SIZE];

	(void)ctx;
	req->data = data;
	return true;
}

static void port_submit(void *ctx, struct lm_backend_request *req)
{
	struct world *w = ctx;

	note(w, 'm', req->fn, req->slba, req->nsid);
	if (w->host.num_pending == MAX_PENDING)
		fail(w, "more requests than slots are with the medium");
	else
		w->host.pending[w->host.num_pending++] = req->tag;
}

static void port_release(void *ctx, struct lm_backend_request *req)
{
	struct host *h = &((struct world *)ctx)->host;
	unsigned int i;

	for (i = 0; i < h->num_pending; i++) {
		if (h->pending[i] == req->tag) {
			h->pending[i] = h->pending[--h->num_pending];
			return;
		}
	}
}

static uint64_t port_now(void *ctx)
{
	return ((struct world *)ctx)->host.late * (uint64_t)LATE_MS;
}

static void port_wake(void *ctx)
{
	(void)ctx;
}

const struct lm_port world_port = {
	.dma_read = port_dma_read,
	.dma_write = port_dma_write,
	.msix = port_msix,
	.intx = port_intx,
	.backend_prepare = port_prepare,
	.backend_submit = port_submit,
	.backend_release = port_release,
	.now = port_now,
	.wake = port_wake,
};

bool step(struct world *w)
{
	bool did = lm_step(w->dev);

	pf_consume(w);
	return did;
}

void settle(struct world *w)
{
	unsigned int i;

	for (i = 0; i < STEPS && step(w); i++)
		;
	if (i == STEPS)
		fail(w, "the device finds work for ever and no time passes");
}

static void configure(const struct scope *scope, struct lm_config *c)
{
	memset(c, 0, sizeof(*c));
	c->vid = 0x8086;
	c->ssvid = 0x8086;
	c->total_vfs = (uint16_t)scope->vfs;
	c->io_qpairs = (uint16_t)scope->pairs;
	c->vectors = (uint16_t)(scope->pairs + 1);
	c->queue_entries = MAX_ENTRIES;
	c->cntlid = 1;
	c->suspend_limit = LIMIT_MS / 100;
	c->num_namespaces = 1;
	c->ns[0].blocks = 8;
	c->ns[0].lbads = 9;
	memcpy(c->subnqn, "nqn.2014-08.org.nvmexpress:explore", 35);
	c->defect = scope->defect;
}

struct world *world_new(const struct scope *scope)
{
	struct world *w = calloc(1, sizeof(*w));
	struct lm_config config;
	unsigned int vf;

	configure(scope, &config);
	w->scope = *scope;
	w->dev_size = lm_device_size(&config);
	w->dev = lm_device_init(calloc(1, w->dev_size), w->dev_size, &config, &world_port, w);
	if (!w->dev || lm_image_max(&config) > IMAGE_ROOM)
		abort();
	pf_enable(w);
	lm_pci_vf_enable(w->dev, scope->vfs);
	for (vf = 1; vf <= scope->vfs; vf++) {
		w->host.vf[vf].exists = 1;
		if (vf == 1 || !scope->lean)
			guest_boot(w, vf);
	}
	return w;
}

void world_free(struct world *w)
{
	free(w->dev);
	free(w);
}

void world_part(struct world *w, unsigned int part, void **mem, size_t *size)
{
	*mem = part ? (void *)w->dev : (void *)&w->host;
	*size = part ? w->dev_size : sizeof(w->host);
}
