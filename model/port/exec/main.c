/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* lm-model-exec: answers the runner's requests. */
#include <stdlib.h>
#include <string.h>

#include "nvme-lm.h"
#include "sim.h"
#include "wire.h"

enum type {
	HELLO = 1,
	ADMIN,
	REG_READ,
	REG_WRITE,
	IRQ_SETUP,
	PCI_COMMAND,
	RESET,
	NUM_VFS,
	FRESH,
	ADVANCE,
	STEP,
	NAMESPACE,
	MEDIA,
};

enum error {
	OK,
	UNSUPPORTED,
	INVALID,
};

/* all but ADMIN, RAW_SQE and VF_ADMIN: the suite owns every queue */
#define CAPABILITIES 0x7FFF8u
#define MSIX_ADDRESS UINT64_C(0xFEE00000)
#define MAX_MEDIUM (UINT64_C(8) << 20) /* bytes of memory for a namespace */

static struct wire_msg req;
static uint8_t answer[96];

static bool exists(const struct sim *sim, unsigned int fn)
{
	return fn <= lm_num_vfs(sim->dev);
}

static enum error hello(struct sim *sim)
{
	lm_put_le16(answer, 1);
	lm_put_le16(answer + 2, sim->config.total_vfs);
	lm_put_le16(answer + 4, (uint16_t)lm_num_vfs(sim->dev));
	lm_put_le64(answer + 8, CAPABILITIES);
	lm_put_le16(answer + 16, sim->config.vid);
	lm_put_le32(answer + 20, 4096);
	memcpy(answer + 32, "reference model", 15);
	return OK;
}

static bool is_access(const struct sim *sim)
{
	uint16_t size = lm_get_le16(req.payload + 2);
	uint32_t offset = lm_get_le32(req.payload + 4);

	return exists(sim, lm_get_le16(req.payload)) && (size == 4 || size == 8) &&
	       offset % size == 0 && offset < LM_BAR_SIZE;
}

static enum error reg_read(struct sim *sim)
{
	if (!is_access(sim))
		return INVALID;
	lm_put_le64(answer,
		    lm_bar_read(sim->dev, lm_get_le16(req.payload), lm_get_le32(req.payload + 4),
				lm_get_le16(req.payload + 2)));
	return OK;
}

static enum error reg_write(struct sim *sim)
{
	if (!is_access(sim))
		return INVALID;
	lm_bar_write(sim->dev, lm_get_le16(req.payload), lm_get_le32(req.payload + 4),
		     lm_get_le64(req.payload + 8), lm_get_le16(req.payload + 2));
	lm_put_le16(answer, (uint16_t)lm_num_vfs(sim->dev));
	return OK;
}

static enum error irq_setup(struct sim *sim)
{
	unsigned int fn = lm_get_le16(req.payload), vectors = lm_get_le16(req.payload + 2);

	if (!exists(sim, fn) || vectors > sim->config.vectors)
		return INVALID;
	lm_pci_msix(sim->dev, fn, true, true);
	for (unsigned int v = 0; v < sim->config.vectors; v++) {
		uint32_t entry = LM_BAR_MSIX_TABLE + 16 * v;

		lm_bar_write(sim->dev, fn, entry, MSIX_ADDRESS + (uint64_t)fn * 4096, 8);
		lm_bar_write(sim->dev, fn, entry + 8, v | (uint64_t)(v >= vectors) << 32, 8);
	}
	lm_pci_msix(sim->dev, fn, true, false);
	return OK;
}

static enum error pci_command(struct sim *sim)
{
	unsigned int fn = lm_get_le16(req.payload), flags = req.payload[2];

	if (!exists(sim, fn))
		return INVALID;
	lm_pci_msix(sim->dev, fn, flags & 4, flags & 8);
	lm_pci_command(sim->dev, fn, flags & 1, flags & 2, false);
	return OK;
}

static enum error reset(struct sim *sim)
{
	unsigned int fn = lm_get_le16(req.payload), kind = lm_get_le16(req.payload + 2);

	if (!exists(sim, fn) || kind > 1 || (kind && fn))
		return INVALID;
	if (kind)
		lm_conventional_reset(sim->dev);
	else
		lm_flr(sim->dev, fn);
	lm_put_le16(answer, (uint16_t)lm_num_vfs(sim->dev));
	return OK;
}

static enum error set_num_vfs(struct sim *sim)
{
	unsigned int num = lm_get_le16(req.payload);

	if (num > sim->config.total_vfs)
		return INVALID;
	if (num != lm_num_vfs(sim->dev)) {
		lm_pci_vf_enable(sim->dev, 0);
		lm_pci_vf_enable(sim->dev, num);
	}
	lm_put_le16(answer, (uint16_t)num);
	return OK;
}

static enum error fresh(struct sim *sim)
{
	sim_fresh(sim);
	lm_put_le16(answer, (uint16_t)lm_num_vfs(sim->dev));
	return OK;
}

static enum error advance(struct sim *sim)
{
	/* No clock goes beyond its end, and so back. */
	if (lm_get_le64(req.payload) > UINT64_MAX / 2 - sim->now)
		return INVALID;
	sim_advance(sim, lm_get_le64(req.payload));
	return OK;
}

static enum error step(struct sim *sim)
{
	answer[0] = sim_step(sim);
	return OK;
}

static enum error resize(struct sim *sim)
{
	uint32_t nsid = lm_get_le32(req.payload);
	uint64_t blocks = lm_get_le64(req.payload + 8);

	if (!nsid || nsid > sim->config.num_namespaces || !blocks ||
	    blocks > MAX_MEDIUM >> sim->config.ns[nsid - 1].lbads ||
	    lm_namespace_resize(sim->dev, nsid, blocks))
		return INVALID;
	media_resize(sim, nsid - 1, blocks);
	return OK;
}

static enum error set_media(struct sim *sim)
{
	if (req.payload[0] > MEDIA_FAIL || req.payload[1] > 1)
		return INVALID;
	sim->media.mode = (enum media_mode)req.payload[0];
	sim->media.admin = req.payload[1];
	sim->media.status = lm_get_le16(req.payload + 2);
	sim->media.latency = lm_get_le64(req.payload + 8);
	return OK;
}

static const struct {
	enum error (*serve)(struct sim *sim);
	uint32_t request; /* length of its payload */
	uint32_t reply;
} requests[] = {
	[HELLO] = { hello, 8, 96 },
	[REG_READ] = { reg_read, 8, 8 },
	[REG_WRITE] = { reg_write, 16, 8 },
	[IRQ_SETUP] = { irq_setup, 8, 0 },
	[PCI_COMMAND] = { pci_command, 8, 0 },
	[RESET] = { reset, 8, 8 },
	[NUM_VFS] = { set_num_vfs, 8, 8 },
	[FRESH] = { fresh, 0, 8 },
	[ADVANCE] = { advance, 8, 0 },
	[STEP] = { step, 0, 8 },
	[NAMESPACE] = { resize, 16, 0 },
	[MEDIA] = { set_media, 16, 0 },
};

static void serve(struct sim *sim)
{
	enum error error = UNSUPPORTED;
	uint32_t length = 0;

	memset(answer, 0, sizeof(answer));
	if (req.type < sizeof(requests) / sizeof(requests[0]) && requests[req.type].serve) {
		error = INVALID;
		if (req.length == requests[req.type].request)
			error = requests[req.type].serve(sim);
		length = error ? 0 : requests[req.type].reply;
	}
	wire_send(req.type | 0x8000, (uint16_t)error, req.tag, sim->now, answer, length, NULL, 0);
}

/* As the model in the runner's process is by default, so that logs can be compared. */
static void configure(struct lm_config *c)
{
	static const struct lm_namespace_config ns[2] = {
		{ .blocks = 4096,
		  .lbads = 9,
		  .nguid = { 0x01, 0x6c, 0x6d, 0x2d, 0x6d, 0x6f, 0x64, 0x65, 0x6c, [15] = 1 },
		  .eui64 = { 0x01, 0x6c, 0x6d, 0x2d, [7] = 1 } },
		{ .blocks = 512,
		  .lbads = 12,
		  .nguid = { 0x02, 0x6c, 0x6d, 0x2d, 0x6d, 0x6f, 0x64, 0x65, 0x6c, [15] = 2 },
		  .eui64 = { 0x02, 0x6c, 0x6d, 0x2d, [7] = 2 } },
	};

	c->vid = 0x8086;
	c->ssvid = 0x8086;
	c->total_vfs = 5;
	c->io_qpairs = 8;
	c->vectors = 9;
	c->queue_entries = 1024;
	c->cntlid = 1;
	c->suspend_limit = 20;
	c->mdts = 5;
	c->num_namespaces = 2;
	memcpy(c->ns, ns, sizeof(ns));
	memset(c->sn, ' ', sizeof(c->sn));
	memset(c->mn, ' ', sizeof(c->mn));
	memset(c->fr, ' ', sizeof(c->fr));
	memcpy(c->sn, "LM0001", 6);
	memcpy(c->mn, "nvme-lm reference model", 23);
	memcpy(c->fr, "1.0", 3);
	memcpy(c->subnqn, "nqn.2014-08.org.nvmexpress:uuid:0708ace4-cf37-4f1f-adae-8e890b234274",
	       68);
}

int main(void)
{
	static struct sim sim;

	configure(&sim.config);
	sim.size = lm_device_size(&sim.config);
	sim.mem = must(malloc(sim.size));
	sim_fresh(&sim);
	while (wire_receive(&req))
		serve(&sim);
	return 0;
}
