/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The device, its clock, and its way to the bus. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "nvme-lm.h"
#include "wire.h"

#define TYPE_MSIX 0x0103
#define MAX_STEPS 10000000u /* a model that never rests is cut off */

static int port_dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	return wire_dma(fn, addr, buf, NULL, len, ((struct sim *)ctx)->now);
}

static int port_dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	return wire_dma(fn, addr, NULL, buf, len, ((struct sim *)ctx)->now);
}

static void port_msix(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data)
{
	uint8_t notice[20] = { 0 };

	lm_put_le16(notice, (uint16_t)fn);
	lm_put_le16(notice + 2, (uint16_t)vector);
	lm_put_le64(notice + 4, addr);
	lm_put_le32(notice + 12, data);
	wire_send(TYPE_MSIX, 0, 0, ((struct sim *)ctx)->now, notice, sizeof(notice), NULL, 0);
}

/* The protocol has no INTx. */
static void port_intx(void *ctx, unsigned int fn, bool level)
{
	(void)ctx;
	(void)fn;
	(void)level;
}

static uint64_t port_now(void *ctx)
{
	return ((struct sim *)ctx)->now / NS_PER_MS;
}

/* The runner says when the device works. */
static void port_wake(void *ctx)
{
	(void)ctx;
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
};

unsigned int sim_num_vfs_at_start(const struct sim *sim)
{
	return sim->config.total_vfs - 1u;
}

void sim_fresh(struct sim *sim)
{
	media_reset(sim);
	sim->now = 0;
	memset(sim->mem, 0xA5, sim->size);
	sim->dev = must(lm_device_init(sim->mem, sim->size, &sim->config, &port, sim));
	lm_pci_vf_enable(sim->dev, sim_num_vfs_at_start(sim));
}

bool sim_step(struct sim *sim)
{
	return media_step(sim) || lm_step(sim->dev);
}

static void run(struct sim *sim)
{
	for (unsigned int i = 0; i < MAX_STEPS && sim_step(sim); i++)
		;
}

static uint64_t next_event(const struct sim *sim)
{
	uint64_t deadline = lm_next_deadline(sim->dev), next = media_next(sim);

	if (deadline < UINT64_MAX / NS_PER_MS && deadline * NS_PER_MS < next)
		next = deadline * NS_PER_MS;
	return next;
}

void sim_advance(struct sim *sim, uint64_t ns)
{
	uint64_t end = sim->now + ns, next;

	for (;;) {
		run(sim);
		next = next_event(sim);
		/* what is due and does not go on must not stop the clock */
		if (next <= sim->now)
			next = sim->now + NS_PER_MS;
		if (next > end)
			break;
		sim->now = next;
	}
	sim->now = end;
	run(sim);
}
