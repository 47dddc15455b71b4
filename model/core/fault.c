/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The fault switch on the wire (nvme-lm-fault.h): the journal's log page, and the
 * features that set media, faults and namespace sizes. The PF alone has them,
 * where the configuration turns the switch on and the port has the part.
 */
#include "core.h"
#include "nvme-lm-fault.h"

#define STATUS_FIELD (0x7FFu | LM_DNR)
#define FLAGS_KNOWN                                                            \
	(LM_FAULT_F_REFUSE | LM_FAULT_F_FAIL_LATE | LM_FAULT_F_NO_COMPLETION | \
	 LM_FAULT_F_OVERRIDE_DW0 | LM_FAULT_F_TRUNCATE | LM_FAULT_F_CORRUPT)
/* As much of the journal as fits into the scratch page in whole records. */
#define PIECE (4096u / LM_JOURNAL_SIZE * LM_JOURNAL_SIZE)

static bool is_on(struct lm_device *dev, const struct lm_function *fn)
{
	if (fn->number && !LM_DEFECT(VF_HAS_FAULT_SWITCH))
		return false;
	return dev->config.fault_switch;
}

bool lm_fault_has_journal(struct lm_device *dev, const struct lm_function *fn)
{
	return is_on(dev, fn) && dev->port->journal && !LM_DEFECT(FAULT_SWITCH_HALF_OFF);
}

bool lm_fault_has_feature(struct lm_device *dev, const struct lm_function *fn, uint8_t fid)
{
	if (!is_on(dev, fn))
		return false;
	return (fid == LM_FID_MEDIA && dev->port->media) ||
	       (fid == LM_FID_FAULT && dev->port->arm) ||
	       (fid == LM_FID_NAMESPACE && dev->port->resize);
}

uint16_t lm_fault_send_journal(struct lm_device *dev, struct lm_slot *slot, uint64_t offset,
			       uint32_t len)
{
	uint16_t status = lm_prp_begin(slot, len);
	uint32_t part, before;

	while (!status && len) {
		/* No record comes in two states: pieces after the first begin with a whole one. */
		part = lm_min(PIECE - (uint32_t)(offset % LM_JOURNAL_SIZE), len);
		dev->port->journal(dev->ctx, offset, dev->scratch, part);
		before = slot->prp.done;
		while (!status && slot->prp.done - before < part)
			status = lm_prp_move(dev, slot, dev->scratch + slot->prp.done - before,
					     part - (slot->prp.done - before), true);
		offset += part;
		len -= part;
	}
	return status;
}

static uint16_t set_media(struct lm_device *dev, const uint8_t *b)
{
	struct lm_media media = {
		.mode = (enum lm_media_mode)b[LM_MEDIA_MODE],
		.admin = b[LM_MEDIA_ADMIN] != 0,
		.status = lm_get_le16(b + LM_MEDIA_STATUS),
		.latency = lm_get_le64(b + LM_MEDIA_LATENCY),
	};

	if (b[LM_MEDIA_MODE] > LM_MEDIA_FAIL || media.status & ~LM_SC_MASK ||
	    (media.mode == LM_MEDIA_FAIL && !media.status) || media.latency > LM_MEDIA_LATENCY_MAX)
		return LM_SC_INVALID_FIELD | LM_DNR;
	dev->port->media(dev->ctx, &media);
	return LM_SC_SUCCESS;
}

static bool all_zero(const uint8_t *b)
{
	unsigned int i;

	for (i = 0; i < LM_FAULT_DATA_SIZE; i++) {
		if (b[i])
			return false;
	}
	return true;
}

static uint16_t set_fault(struct lm_device *dev, const uint8_t *b)
{
	uint8_t flags = b[LM_FAULT_FLAGS];
	struct lm_fault_rule rule = {
		.opc = b[LM_FAULT_OPC],
		.vf = lm_get_le16(b + LM_FAULT_VF),
		.skip = lm_get_le32(b + LM_FAULT_SKIP),
		.count = lm_get_le32(b + LM_FAULT_COUNT),
		.what = {
			.refuse = flags & LM_FAULT_F_REFUSE,
			.fail_late = flags & LM_FAULT_F_FAIL_LATE,
			.no_completion = flags & LM_FAULT_F_NO_COMPLETION,
			.override_dw0 = flags & LM_FAULT_F_OVERRIDE_DW0,
			.truncate = flags & LM_FAULT_F_TRUNCATE,
			.corrupt = flags & LM_FAULT_F_CORRUPT,
			.status = lm_get_le16(b + LM_FAULT_STATUS),
			.dw0 = lm_get_le32(b + LM_FAULT_DW0),
			.bytes = lm_get_le32(b + LM_FAULT_BYTES),
		},
	};

	if (flags & ~FLAGS_KNOWN || rule.what.status & ~STATUS_FIELD)
		return LM_SC_INVALID_FIELD | LM_DNR;
	if (dev->port->arm(dev->ctx, all_zero(b) ? NULL : &rule))
		return LM_SC_NOT_ENOUGH_RESOURCES;
	return LM_SC_SUCCESS;
}

static uint16_t set_namespace(struct lm_device *dev, const uint8_t *b)
{
	uint32_t nsid = lm_get_le32(b + LM_NAMESPACE_NSID);
	uint64_t blocks = lm_get_le64(b + LM_NAMESPACE_BLOCKS);

	if (!lm_ns_get(dev, nsid) || !blocks || dev->port->resize(dev->ctx, nsid, blocks))
		return LM_SC_INVALID_FIELD | LM_DNR;
	lm_namespace_resize(dev, nsid, blocks);
	return LM_SC_SUCCESS;
}

uint16_t lm_fault_set(struct lm_device *dev, struct lm_slot *slot, uint8_t fid)
{
	uint8_t b[LM_FAULT_DATA_SIZE];
	uint16_t status = lm_prp_transfer(dev, slot, b, sizeof(b), false);

	if (status)
		return status;
	if (fid == LM_FID_MEDIA)
		return set_media(dev, b);
	if (fid == LM_FID_FAULT)
		return set_fault(dev, b);
	return set_namespace(dev, b);
}

void lm_fault_fetched(struct lm_device *dev, const struct lm_slot *slot)
{
	if (dev->config.fault_switch && dev->port->command)
		dev->port->command(dev->ctx, slot->fn, slot->sqid, slot->sqe);
}
