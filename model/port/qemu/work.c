/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What drives the model: a bottom half that steps it, a timer for what it does
 * by time alone, and the port callbacks that need no medium.
 */
#include "qemu/osdep.h"

#include "device.h"

/* Steps between two looks at the rest of the main loop, and while a virtual CPU waits. */
#define BUDGET 1024
#define WRITE_BUDGET 64
/* Doorbells in a row that found nothing under way: from so many on, and but for one of so many. */
#define LONE 32
#define PROBE 64
#define IO_DOORBELLS (LM_BAR_DOORBELLS + 8) /* behind those of the admin queues */
#define RETRY_MS 1

bool nvme_lm_enter(struct nvme_lm *lm)
{
	if (lm->busy)
		return false;
	lm->busy = true;
	return true;
}

void nvme_lm_wake(struct nvme_lm *lm)
{
	/* To schedule it twice would write twice to an event descriptor. */
	if (!lm->scheduled)
		qemu_bh_schedule(lm->bh);
	lm->scheduled = true;
}

/*
 * A timer that is due runs behind the bottom halves of this turn of the main loop, one
 * that they schedule in the next: that turn is spared, and the guest waits less for the big lock.
 */
void nvme_lm_wake_now(struct nvme_lm *lm)
{
	if (!lm->scheduled)
		timer_mod_ns(lm->now, 0);
	lm->scheduled = true;
}

void nvme_lm_leave(struct nvme_lm *lm)
{
	lm->busy = false;
	if (lm->late)
		nvme_lm_wake(lm);
	lm->late = false;
}

static uint64_t port_now(void *ctx)
{
	return (uint64_t)qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL);
}

static void set_timer(struct nvme_lm *lm)
{
	uint64_t deadline = lm_next_deadline(lm->model);

	if (lm->starved)
		deadline = MIN(deadline, port_now(lm) + RETRY_MS);
	if (deadline > INT64_MAX)
		timer_del(lm->timer);
	else
		timer_mod(lm->timer, (int64_t)deadline);
}

/* Between nvme_lm_enter() and nvme_lm_leave(). */
static void run(struct nvme_lm *lm, unsigned int budget)
{
	unsigned int i;

	lm->starved = false;
	lm->stepping = true;
	nvme_lm_media_reap(lm);
	for (i = 0; i < budget && lm_step(lm->model); i++)
		;
	nvme_lm_message_flush(lm);
	lm->stepping = false;
	set_timer(lm);
	if (i == budget)
		nvme_lm_wake(lm);
}

void nvme_lm_work(struct nvme_lm *lm)
{
	bool entered = nvme_lm_enter(lm);

	assert(entered);
	if (lm->scheduled) {
		qemu_bh_cancel(lm->bh);
		timer_del(lm->now);
	}
	lm->scheduled = false;
	run(lm, BUDGET);
	nvme_lm_leave(lm);
	if (nvme_lm_pci_has_lost_vfs(lm))
		nvme_lm_pci_drop_vfs(lm);
}

static void scheduled_work(void *opaque)
{
	struct nvme_lm *lm = opaque;

	/* A call of the model waits for a write (nvme_lm_media_unmap()). */
	if (lm->busy) {
		lm->scheduled = false;
		lm->late = true;
		return;
	}
	nvme_lm_work(lm);
}

/*
 * Of a guest that waits for each I/O command before the next, the work is done where it arises:
 * to have the main loop wake up takes longer than most commands. Where a guest has several
 * under way the bottom half takes them together, and the guest an interrupt for them. Which
 * of both it is shows only while the bottom half is used: so it is, now and then.
 */
bool nvme_lm_one_by_one(const struct nvme_lm *lm)
{
	return lm->lone >= LONE && lm->lone % PROBE;
}

static bool under_way(struct nvme_lm *lm)
{
	return lm->scheduled || lm->num_started || !g_queue_is_empty(&lm->ended);
}

void nvme_lm_write(struct nvme_lm *lm, unsigned int fn, uint32_t addr, uint64_t value,
		   unsigned int len)
{
	bool lone = !under_way(lm);

	lm->writing = true;
	lm->woken = false;
	lm_bar_write(lm->model, fn, addr, value, len);
	lm->writing = false;
	if (lm->woken) {
		bool io = addr >= IO_DOORBELLS;

		lm->lone = lone ? lm->lone + io : 0;
		if (io && nvme_lm_one_by_one(lm))
			run(lm, WRITE_BUDGET);
		else
			nvme_lm_wake(lm);
	}
	/* One of them may be the one that is written to. */
	if (nvme_lm_pci_has_lost_vfs(lm))
		nvme_lm_wake(lm);
}

static void port_wake(void *ctx)
{
	struct nvme_lm *lm = ctx;

	if (lm->stepping) /* the next step sees to it */
		return;
	if (lm->writing)
		lm->woken = true;
	else
		nvme_lm_wake(lm);
}

void nvme_lm_work_init(struct nvme_lm *lm)
{
	lm->bh = qemu_bh_new(scheduled_work, lm);
	lm->now = aio_timer_new(qemu_get_aio_context(), QEMU_CLOCK_REALTIME, SCALE_NS,
				scheduled_work, lm);
	lm->timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, port_wake, lm);
}

void nvme_lm_work_exit(struct nvme_lm *lm)
{
	timer_free(lm->timer);
	timer_free(lm->now);
	qemu_bh_delete(lm->bh);
}

/* Into the journal: the outcome of a DMA. */
static int dma_done(struct nvme_lm *lm, unsigned int fn, enum lm_ev_kind kind, uint64_t addr,
		    uint32_t len, bool good)
{
	nvme_lm_record(lm, (struct lm_ev){ .kind = good ? kind : LM_EV_DMA_FAULT,
					   .fn = fn,
					   .addr = addr,
					   .len = len });
	return good ? 0 : -1;
}

static int port_dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	struct nvme_lm *lm = ctx;
	bool good;

	nvme_lm_message_order(lm, fn);
	good = lm->fn[fn] && pci_dma_read(&lm->fn[fn]->pci, addr, buf, len) == MEMTX_OK;
	return dma_done(lm, fn, LM_EV_DMA_READ, addr, len, good);
}

static int port_dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	struct nvme_lm *lm = ctx;
	bool good;

	nvme_lm_message_order(lm, fn);
	good = lm->fn[fn] && pci_dma_write(&lm->fn[fn]->pci, addr, buf, len) == MEMTX_OK;
	return dma_done(lm, fn, LM_EV_DMA_WRITE, addr, len, good);
}

static void port_intx(void *ctx, unsigned int fn, bool level)
{
	struct nvme_lm *lm = ctx;

	pci_set_irq(&lm->function.pci, level);
}

const struct lm_port nvme_lm_port = {
	.dma_read = port_dma_read,
	.dma_write = port_dma_write,
	.msix = nvme_lm_message,
	.intx = port_intx,
	.backend_prepare = nvme_lm_media_prepare,
	.backend_gather = nvme_lm_media_gather,
	.backend_submit = nvme_lm_media_submit,
	.backend_release = nvme_lm_media_release,
	.crc32c = nvme_lm_crc32c,
	.now = port_now,
	.wake = port_wake,
	.fault = nvme_lm_fault_match,
	.journal = nvme_lm_fault_journal,
	.media = nvme_lm_fault_media,
	.arm = nvme_lm_fault_arm,
	.resize = nvme_lm_fault_resize,
	.command = nvme_lm_fault_command,
};
