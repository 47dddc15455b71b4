/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Namespaces on QEMU's block layer, asynchronously, through bounce buffers, but for long
 * writes, whose data it takes from the guest's memory. What ended is told to the model
 * never from within one of its own calls.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/memalign.h"
#include "qemu/units.h"
#include "sysemu/block-backend.h"

#include "device.h"

/* Statuses of media errors (NVMe 1.4 4.6.1): SCT << 8 | SC. */
#define STATUS_INTERNAL 0x006
#define STATUS_WRITE_FAULT 0x280
#define STATUS_UNRECOVERED_READ 0x281

/*
 * Of the requests that ended so many are kept for the next ones, because to map and
 * unmap a buffer takes longer than to fill it. Not where an overrun is looked for.
 */
#define KEPT_SIZE (128 * KiB)
#ifdef __SANITIZE_ADDRESS__
#define KEPT_REQUESTS 0
#else
#define KEPT_REQUESTS 128
#endif

/*
 * From here on a write is not copied: for less the mapping costs more than the copy. Its data are
 * in the cache of a virtual CPU, and a copy there would have to go to the worker's, too.
 */
#define MAPPED_SIZE (32 * KiB)

struct nvme_lm_io {
	struct nvme_lm *lm;
	struct lm_backend_request *req;
	struct nvme_lm_io *next; /* in lm->spare */
	QEMUIOVector iov;
	bool mapped; /* iov is a list, of pages of the guest's memory and of buf */
	unsigned int fn; /* whose memory */
	void *buf;
	size_t size; /* of buf */
	BlockAIOCB *aiocb; /* NULL: not with the block layer */
	uint16_t status;
	bool ended;
	bool unsettled; /* a write that was abandoned */
	uint32_t gathered; /* bytes */
};

bool nvme_lm_media_open(struct nvme_lm *lm, Error **errp)
{
	struct lm_config *c = &lm->config;
	unsigned int i;

	for (i = 0; i < LM_MAX_NAMESPACES && lm->drive[i]; i++) {
		BlockConf conf = { .blk = lm->drive[i], .share_rw = lm->share_rw };
		int64_t len = blk_getlength(conf.blk);

		if (len < 0) {
			error_setg_errno(errp, (int)-len, "namespace %u has no length", i + 1);
			return false;
		}
		if (!blkconf_apply_backend_options(&conf, false, false, errp))
			return false;
		c->ns[i].lbads = lm->lba_shift;
		c->ns[i].blocks = (uint64_t)len >> lm->lba_shift;
	}
	c->num_namespaces = i;
	g_queue_init(&lm->ended);
	return true;
}

void nvme_lm_media_close(struct nvme_lm *lm)
{
	unsigned int i;

	/* What was abandoned may be with the block layer still. */
	for (i = 0; i < lm->config.num_namespaces; i++)
		blk_drain(lm->drive[i]);
	while (lm->spare) {
		struct nvme_lm_io *io = lm->spare;

		lm->spare = io->next;
		qemu_vfree(io->buf);
		g_free(io);
	}
}

static bool has_data(const struct lm_backend_request *req)
{
	return req->op == LM_BACKEND_READ || req->op == LM_BACKEND_WRITE;
}

static uint64_t bytes(const struct nvme_lm *lm, uint64_t blocks)
{
	return blocks << lm->lba_shift;
}

static struct nvme_lm_io *take(struct nvme_lm *lm, size_t size)
{
	struct nvme_lm_io *io = lm->spare;

	if (size <= KEPT_SIZE && io) {
		lm->spare = io->next;
		lm->num_spare--;
		return io;
	}
	io = g_new0(struct nvme_lm_io, 1);
	io->lm = lm;
	io->size = MAX(size, KEPT_REQUESTS ? KEPT_SIZE : 1);
	io->buf = qemu_try_memalign(qemu_real_host_page_size(), io->size);
	if (!io->buf) {
		g_free(io);
		return NULL;
	}
	return io;
}

static bool in_buffer(const struct nvme_lm_io *io, const uint8_t *p)
{
	const uint8_t *buf = io->buf;

	return p >= buf && p < buf + io->size;
}

/* Let go of the guest's memory. */
static void unmap(struct nvme_lm *lm, struct nvme_lm_io *io)
{
	int i;

	if (!io->mapped)
		return;
	for (i = 0; i < io->iov.niov; i++) {
		const struct iovec *part = &io->iov.iov[i];

		if (!in_buffer(io, part->iov_base))
			pci_dma_unmap(&lm->fn[io->fn]->pci, part->iov_base, part->iov_len,
				      DMA_DIRECTION_TO_DEVICE, part->iov_len);
	}
	qemu_iovec_destroy(&io->iov);
	io->mapped = false;
}

static void give_back(struct nvme_lm *lm, struct nvme_lm_io *io)
{
	unmap(lm, io);
	if (io->size == KEPT_SIZE && lm->num_spare != KEPT_REQUESTS) {
		io->next = lm->spare;
		lm->spare = io;
		lm->num_spare++;
		return;
	}
	qemu_vfree(io->buf);
	g_free(io);
}

/*
 * Nothing is started while a write that a reset abandoned is with the medium: it
 * would destroy what was written since. So no reset has to wait for it.
 */
bool nvme_lm_media_prepare(void *ctx, struct lm_backend_request *req)
{
	struct nvme_lm *lm = ctx;
	struct nvme_lm_io *io = NULL;

	if (!lm->num_unsettled || req->op == LM_BACKEND_ADMIN)
		io = take(lm, has_data(req) ? bytes(lm, req->blocks) : 0);
	if (!io) {
		lm->starved = true;
		return false;
	}
	io->req = req;
	req->io = io;
	if (has_data(req))
		req->data = io->buf;
	io->fn = req->fn;
	io->gathered = 0;
	/* The journal of the fault switch has the DMA when it is done. */
	io->mapped = !lm->fault && req->op == LM_BACKEND_WRITE &&
		     bytes(lm, req->blocks) >= MAPPED_SIZE;
	if (io->mapped)
		qemu_iovec_init(&io->iov, (int)(bytes(lm, req->blocks) / 4096) + 1);
	return true;
}

/* Map len bytes; false where there is no memory of the guest. */
static bool map(struct nvme_lm *lm, struct nvme_lm_io *io, uint64_t addr, uint32_t len)
{
	struct nvme_lm_function *fn = lm->fn[io->fn];
	dma_addr_t got = len;
	void *p = fn ? pci_dma_map(&fn->pci, addr, &got, DMA_DIRECTION_TO_DEVICE) : NULL;

	if (p && got == len) {
		qemu_iovec_add(&io->iov, p, len);
		return true;
	}
	if (p)
		pci_dma_unmap(&fn->pci, p, got, DMA_DIRECTION_TO_DEVICE, 0);
	return false;
}

int nvme_lm_media_gather(void *ctx, struct lm_backend_request *req, uint64_t addr, uint32_t len)
{
	struct nvme_lm *lm = ctx;
	struct nvme_lm_io *io = req->io;
	uint8_t *to = (uint8_t *)io->buf + io->gathered;

	io->gathered += len;
	if (io->mapped && map(lm, io, addr, len))
		return 0;
	if (nvme_lm_port.dma_read(lm, req->fn, addr, to, len))
		return -1;
	if (io->mapped)
		qemu_iovec_add(&io->iov, to, len);
	return 0;
}

void nvme_lm_media_unmap(struct nvme_lm *lm, unsigned int fn)
{
	AIO_WAIT_WHILE(qemu_get_aio_context(), lm->num_mapped[fn]);
}

static void end(struct nvme_lm_io *io, uint16_t status)
{
	io->aiocb = NULL;
	io->status = status;
	io->ended = true;
	g_queue_push_tail(&io->lm->ended, io);
}

/* The late end of a request that was abandoned. */
static void settle(struct nvme_lm_io *io)
{
	struct nvme_lm *lm = io->lm;

	if (io->unsettled && !--lm->num_unsettled)
		nvme_lm_wake(lm);
	io->unsettled = false;
	io->aiocb = NULL;
	give_back(lm, io);
}

static void done(void *opaque, int ret)
{
	struct nvme_lm_io *io = opaque;
	struct nvme_lm *lm = io->lm;
	uint16_t status = 0;

	lm->num_started--;
	lm->num_mapped[io->fn] -= io->mapped;
	unmap(lm, io);
	if (!io->req) {
		settle(io);
		return;
	}
	if (ret) {
		if (io->req->op == LM_BACKEND_READ)
			status = STATUS_UNRECOVERED_READ;
		else if (io->req->op == LM_BACKEND_WRITE)
			status = STATUS_WRITE_FAULT;
		else
			status = STATUS_INTERNAL;
	}
	end(io, status);
	if (nvme_lm_one_by_one(lm) && !lm->busy)
		nvme_lm_work(lm);
	else if (io->req->op == LM_BACKEND_READ)
		nvme_lm_wake_now(lm);
	else /* a guest rings more writes meanwhile: one interrupt is theirs together */
		nvme_lm_wake(lm);
}

void nvme_lm_media_submit(void *ctx, struct lm_backend_request *req)
{
	struct nvme_lm *lm = ctx;

	if (!lm->fault || !nvme_lm_fault_hold(lm, req))
		nvme_lm_media_start(lm, req);
}

void nvme_lm_media_end(struct nvme_lm *lm, struct lm_backend_request *req, uint16_t status)
{
	end(req->io, status);
	nvme_lm_wake(lm);
}

void nvme_lm_media_start(struct nvme_lm *lm, struct lm_backend_request *req)
{
	struct nvme_lm_io *io = req->io;
	BlockBackend *blk = req->nsid ? lm->drive[req->nsid - 1] : NULL;
	int64_t offset = (int64_t)bytes(lm, req->slba);

	if (has_data(req) && !io->mapped)
		qemu_iovec_init_buf(&io->iov, io->buf, bytes(lm, req->blocks));
	switch (req->op) {
	case LM_BACKEND_READ:
		io->aiocb = blk_aio_preadv(blk, offset, &io->iov, 0, done, io);
		break;
	case LM_BACKEND_WRITE:
		io->aiocb = blk_aio_pwritev(blk, offset, &io->iov, 0, done, io);
		break;
	case LM_BACKEND_WRITE_ZEROES:
		io->aiocb = blk_aio_pwrite_zeroes(blk, offset, (int64_t)bytes(lm, req->blocks), 0,
						  done, io);
		break;
	case LM_BACKEND_FLUSH:
		io->aiocb = blk_aio_flush(blk, done, io);
		break;
	case LM_BACKEND_ADMIN: /* takes no time here */
		end(io, 0);
		nvme_lm_wake(lm);
		break;
	}
	lm->num_started += io->aiocb != NULL;
	lm->num_mapped[io->fn] += io->mapped;
}

void nvme_lm_media_release(void *ctx, struct lm_backend_request *req)
{
	struct nvme_lm *lm = ctx;
	struct nvme_lm_io *io = req->io;

	if (lm->fault)
		nvme_lm_fault_forget(lm, req);
	/* Reset, it must not read the guest's memory any more. */
	if (io->aiocb && io->mapped)
		nvme_lm_media_unmap(lm, io->fn);
	if (io->aiocb) {
		io->unsettled = req->op == LM_BACKEND_WRITE || req->op == LM_BACKEND_WRITE_ZEROES;
		lm->num_unsettled += io->unsettled;
		io->req = NULL;
		return;
	}
	if (io->ended)
		g_queue_remove(&lm->ended, io);
	io->ended = false;
	give_back(lm, io);
}

void nvme_lm_media_reap(struct nvme_lm *lm)
{
	struct nvme_lm_io *io;

	while ((io = g_queue_pop_head(&lm->ended))) {
		io->ended = false;
		lm_backend_done(lm->model, io->req->tag, io->status);
	}
}
