/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Get Log Page */
#include <string.h>

#include "second.h"

#define LOG_MAX 4096

static void put_effects(const struct device *dev, unsigned int function, uint8_t *data)
{
	static const uint8_t both[] = { 0x02, 0x06, 0x08, 0x0C };
	static const uint8_t vf_only[] = { 0x00, 0x01, 0x04, 0x05, 0x09, 0x0A };
	static const uint8_t five[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME,
					LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA };
	size_t i;

	for (i = 0; i < sizeof(both); i++)
		lm_put_le32(data + 4 * both[i], 1);
	for (i = 0; (function || dev->bus) && i < sizeof(vf_only); i++)
		lm_put_le32(data + 4 * vf_only[i], 1);
	for (i = 0; dev->bus && i <= 2; i++)
		lm_put_le32(data + 1024 + 4 * i, i == 1 ? 3 : 1);
	/* CSUPP alone, and of the PF alone (LM-DIS-130, LM-DIS-140). */
	for (i = 0; !function && i < sizeof(five); i++)
		lm_put_le32(data + 4 * five[i], 1);
}

static void put_health(const struct vf *vf, uint8_t *data)
{
	lm_put_le16(data + 1, 310); /* composite temperature */
	data[3] = 100; /* available spare */
	data[4] = 10;
	if (!vf)
		return;
	memcpy(data + 32, vf->live.logs + LM_LOG_UNITS_READ, 8);
	memcpy(data + 48, vf->live.logs + LM_LOG_UNITS_WRITTEN, 8);
	memcpy(data + 64, vf->live.logs + LM_LOG_HOST_READS, 8);
	memcpy(data + 80, vf->live.logs + LM_LOG_HOST_WRITES, 8);
	memcpy(data + 96, vf->live.logs + LM_LOG_BUSY_MINUTES, 8);
	memcpy(data + 112, vf->live.logs + LM_LOG_POWER_CYCLES, 8);
	memcpy(data + 128, vf->live.logs + LM_LOG_POWER_ON_HOURS, 8);
	memcpy(data + 144, vf->live.logs + LM_LOG_UNSAFE_SHUTDOWNS, 8);
	memcpy(data + 160, vf->live.logs + LM_LOG_MEDIA_ERRORS, 8);
	memcpy(data + 176, vf->live.logs + LM_LOG_ERROR_COUNT, 8);
}

static void put_changed(const struct vf *vf, uint8_t *data)
{
	uint64_t changed = vf ? lm_get_le64(vf->live.logs + LM_LOG_CHANGED_NS) : 0;
	uint32_t nsid;

	for (nsid = 1; nsid <= 64; nsid++) {
		if (!(changed >> (nsid - 1) & 1))
			continue;
		lm_put_le32(data, nsid);
		data += 4;
	}
}

/* Reading a page clears what it reports and unmasks its event, unless RAE is set. */
static void retire(struct vf *vf, unsigned int lid)
{
	uint32_t masked = lm_get_le32(vf->live.events + LM_EVT_MASKED);

	switch (lid) {
	case 0x01:
		masked &= ~1u;
		break;
	case 0x02:
		masked &= ~2u;
		break;
	case 0x04:
		masked &= ~4u;
		memset(vf->live.logs + LM_LOG_CHANGED_NS, 0, 8);
		break;
	}
	lm_put_le32(vf->live.events + LM_EVT_MASKED, masked);
}

/* The newest entry of the Error Information log; cmd is NULL where no command is at fault. */
void log_error(struct vf *vf, const struct command *cmd)
{
	uint8_t *logs = vf->live.logs;
	uint8_t *entry = logs + LM_LOG_ERRORS;
	uint64_t number = lm_get_le64(logs + LM_LOG_ERROR_COUNT) + 1;

	lm_put_le64(logs + LM_LOG_ERROR_COUNT, number);
	memmove(entry + LM_LOG_ERROR_SIZE, entry, (LM_LOG_ERROR_SLOTS - 1) * LM_LOG_ERROR_SIZE);
	memset(entry, 0, LM_LOG_ERROR_SIZE);
	lm_put_le64(entry, number);
	memset(entry + 8, 0xFF, 4);
	if (!cmd)
		return;
	lm_put_le16(entry + 8, cmd->sqid);
	memcpy(entry + 10, cmd->sqe + LM_SQE_CID, 2);
	lm_put_le16(entry + 12, (uint16_t)(cmd->status << 1));
	lm_put_le16(entry + 14, 0xFFFF);
	if (cmd->sqid)
		memcpy(entry + 16, cmd->sqe + LM_SQE_CDW10, 8);
	memcpy(entry + 24, cmd->sqe + LM_SQE_NSID, 4);
}

static uint32_t build(const struct device *dev, const struct vf *vf, unsigned int function,
		      unsigned int lid, uint8_t *data)
{
	uint8_t own[LM_IDN_SIZE];

	switch (lid) {
	case 0x01:
		if (vf)
			memcpy(data, vf->live.logs + LM_LOG_ERRORS,
			       LM_LOG_ERROR_SLOTS * LM_LOG_ERROR_SIZE);
		return LM_LOG_ERROR_SLOTS * LM_LOG_ERROR_SIZE;
	case 0x02:
		put_health(vf, data);
		return 512;
	case 0x03:
		identify_own(function, own);
		data[0] = 1;
		memcpy(data + 8, (vf ? vf->live.identity : own) + LM_IDN_FR, 8);
		return 512;
	case 0x04:
		put_changed(vf, data);
		return 4096;
	case 0x05:
		put_effects(dev, function, data);
		return 4096;
	default:
		return 0;
	}
}

void log_command(struct device *dev, struct command *cmd)
{
	uint32_t cdw10 = lm_get_le32(cmd->sqe + LM_SQE_CDW10);
	uint32_t numdu = lm_get_le16(cmd->sqe + LM_SQE_CDW11);
	uint64_t offset = lm_get_le64(cmd->sqe + LM_SQE_CDW12);
	uint64_t len = ((uint64_t)(numdu << 16 | cdw10 >> 16) + 1) * 4;
	struct vf *vf = cmd->function || dev->bus ? device_function(dev, cmd->function) : NULL;
	static uint8_t data[SM_TRANSFER_MAX + LOG_MAX];
	unsigned int lid = cdw10 & 0xFF;
	uint32_t size;

	memset(data, 0, sizeof(data));
	size = build(dev, vf, cmd->function, lid, data);
	if (!size) {
		command_fail(cmd, SC_LOG_PAGE);
		return;
	}
	if (offset & 3 || offset > size || len > SM_TRANSFER_MAX) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	if (!command_check_prps(cmd, (uint32_t)len) ||
	    !command_to_host(cmd, data + offset, (uint32_t)len, (uint32_t)len))
		return;
	if (vf && !(cdw10 >> 15 & 1))
		retire(vf, lid);
}
