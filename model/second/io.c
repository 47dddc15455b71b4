/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* I/O of VFs whose queues the runner owns: Flush, Write, Read. */
#include <stdlib.h>
#include <string.h>

#include "second.h"

#define BLOCK 512u

enum { IO_FLUSH = 0, IO_WRITE = 1, IO_READ = 2 };

struct range {
	struct ns *ns;
	uint64_t slba;
	uint32_t blocks;
};

static unsigned int find_range(struct device *dev, const uint8_t *sqe, struct range *range)
{
	uint32_t nsid = lm_get_le32(sqe + LM_SQE_NSID);

	range->slba = lm_get_le64(sqe + LM_SQE_CDW10);
	range->blocks = (lm_get_le32(sqe + LM_SQE_CDW12) & 0xFFFF) + 1;
	if (nsid == 0 || nsid > SM_NAMESPACES)
		return SC_NAMESPACE;
	range->ns = &dev->ns[nsid - 1];
	if (range->blocks > SM_TRANSFER_MAX / BLOCK)
		return LM_SC_INVALID_FIELD;
	if (range->slba > range->ns->blocks || range->blocks > range->ns->blocks - range->slba)
		return SC_LBA_RANGE;
	return 0;
}

/* A command that its checks refuse does not get that far. */
bool io_needs_medium(struct device *dev, const uint8_t *sqe)
{
	struct range range;

	if (sqe[LM_SQE_OPC] != IO_WRITE && sqe[LM_SQE_OPC] != IO_READ)
		return sqe[LM_SQE_OPC] == IO_FLUSH;
	return !(sqe[LM_SQE_FLAGS] & 0xC3) && !find_range(dev, sqe, &range);
}

/* The host is told of what reaches the medium. */
void io_announce(struct device *dev, struct vf *vf, const uint8_t *sqe)
{
	struct range range;

	if (sqe[LM_SQE_OPC] != IO_WRITE && sqe[LM_SQE_OPC] != IO_READ)
		return;
	if (!find_range(dev, sqe, &range) && dev->bus)
		dev->bus->medium(dev, vf->vfn, range.ns->nsid, range.slba, range.blocks);
}

static void count(struct vf *vf, unsigned int counter, uint64_t by)
{
	lm_put_le64(vf->live.logs + counter, lm_get_le64(vf->live.logs + counter) + by);
}

static unsigned int move(struct device *dev, struct vf *vf, const uint8_t *sqe, bool is_read)
{
	static uint8_t staged[SM_TRANSFER_MAX];
	struct range range;
	unsigned int sc = find_range(dev, sqe, &range);
	uint8_t *at;

	if (sc)
		return sc;
	if (!range.ns->data)
		range.ns->data = calloc(SM_BLOCKS_MAX, BLOCK);
	if (!range.ns->data)
		return LM_SC_INTERNAL;
	at = range.ns->data + range.slba * BLOCK;
	if (is_read) {
		sc = bus_transfer(dev, vf, sqe, at, range.blocks * BLOCK, range.blocks * BLOCK,
				  true);
	} else {
		/* A transfer that fails halfway leaves the medium alone. */
		sc = bus_transfer(dev, vf, sqe, staged, range.blocks * BLOCK, range.blocks * BLOCK,
				  false);
		if (!sc)
			memcpy(at, staged, range.blocks * BLOCK);
	}
	if (!sc) {
		count(vf, is_read ? LM_LOG_HOST_READS : LM_LOG_HOST_WRITES, 1);
		count(vf, is_read ? LM_LOG_UNITS_READ : LM_LOG_UNITS_WRITTEN,
		      (range.blocks + 999) / 1000);
	}
	return sc;
}

void io_execute(struct device *dev, struct vf *vf, struct command *cmd)
{
	uint32_t nsid = lm_get_le32(cmd->sqe + LM_SQE_NSID);
	unsigned int opcode = cmd->sqe[LM_SQE_OPC];
	unsigned int sc = 0;

	cmd->done = true;
	if (opcode > IO_READ || !dev->bus)
		sc = LM_SC_INVALID_OPCODE;
	else if (cmd->sqe[LM_SQE_FLAGS] & 0xC3)
		sc = LM_SC_INVALID_FIELD;
	else if (opcode != IO_FLUSH)
		sc = move(dev, vf, cmd->sqe, opcode == IO_READ);
	else if (nsid == 0 || (nsid > SM_NAMESPACES && nsid != UINT32_MAX))
		sc = SC_NAMESPACE;
	if (sc)
		command_fail(cmd, sc);
}
