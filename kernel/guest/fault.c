// SPDX-License-Identifier: GPL-2.0-only
#include "fault.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "nvme-lm-fault.h"
#include "nvme-lm.h"

#define BATCH 1024
#define SET_FEATURES 0x09
#define GET_LOG_PAGE 0x02
/* while the PF is being reset nothing goes through */
#define TRIES 200
/* a status of this type is the host's own */
#define HOST_STATUS 0x300

static int pf = -1;
static uint16_t index_of_vf;
static uint64_t seen;

static int submit(struct nvme_passthru_cmd64 *cmd)
{
	int ret = -1;

	for (int i = 0; i < TRIES; i++) {
		ret = ioctl(pf, NVME_IOCTL_ADMIN64_CMD, cmd);
		if (ret >= 0 ? (ret & 0x700) != HOST_STATUS :
			       errno != EAGAIN && errno != EINTR && errno != EIO)
			return ret;
		usleep(50000);
	}
	return ret;
}

static void must(struct nvme_passthru_cmd64 *cmd, const char *what)
{
	int ret = submit(cmd);

	if (ret < 0)
		err(1, "%s", what);
	if (ret)
		errx(1, "%s: status %#x", what, ret);
}

void pf_open(const char *path, uint16_t vf_index)
{
	pf = open(path, O_RDWR | O_CLOEXEC);
	if (pf < 0)
		err(1, "%s", path);
	index_of_vf = vf_index;
}

int pf_command(uint8_t opcode, uint32_t *dw1)
{
	struct nvme_passthru_cmd64 cmd = { .opcode = opcode, .cdw10 = index_of_vf };
	int ret = submit(&cmd);

	if (ret < 0)
		err(1, "opcode %#x", opcode);
	if (dw1)
		*dw1 = (uint32_t)(cmd.result >> 32);
	return ret & 0x7ff;
}

int pf_vf_state(void)
{
	uint32_t dw1 = 0;

	if (pf_command(LM_OPC_QUERY_DATA_SIZE, &dw1))
		return -1;
	return dw1 & 3;
}

static void set_fault(const uint8_t data[LM_FAULT_DATA_SIZE])
{
	struct nvme_passthru_cmd64 cmd = { .opcode = SET_FEATURES,
					   .cdw10 = LM_FID_FAULT,
					   .addr = (uintptr_t)data,
					   .data_len = LM_FAULT_DATA_SIZE };

	must(&cmd, "the fault switch");
}

void pf_fault(uint8_t opcode, uint8_t flags, uint32_t value)
{
	uint8_t data[LM_FAULT_DATA_SIZE] = { 0 };

	data[LM_FAULT_OPC] = opcode;
	data[LM_FAULT_FLAGS] = flags;
	lm_put_le16(data + LM_FAULT_VF, index_of_vf);
	lm_put_le32(data + LM_FAULT_COUNT, 1);
	if (flags & LM_FAULT_F_OVERRIDE_DW0)
		lm_put_le32(data + LM_FAULT_DW0, value);
	else
		lm_put_le16(data + LM_FAULT_STATUS, (uint16_t)value);
	set_fault(data);
}

void pf_no_fault(void)
{
	static const uint8_t none[LM_FAULT_DATA_SIZE];

	set_fault(none);
}

static unsigned int read_journal(uint8_t *records)
{
	uint64_t offset = seen * LM_JOURNAL_SIZE;
	uint32_t dwords = BATCH * LM_JOURNAL_SIZE / 4 - 1;
	struct nvme_passthru_cmd64 cmd = {
		.opcode = GET_LOG_PAGE,
		.addr = (uintptr_t)records,
		.data_len = BATCH * LM_JOURNAL_SIZE,
		.cdw10 = LM_LID_JOURNAL | (dwords & 0xffff) << 16,
		.cdw11 = dwords >> 16,
		.cdw12 = (uint32_t)offset,
		.cdw13 = (uint32_t)(offset >> 32),
	};
	unsigned int n = 0;

	must(&cmd, "the journal");
	while (n < BATCH &&
	       lm_get_le64(records + n * LM_JOURNAL_SIZE + LM_JOURNAL_SEQ) == seen + n + 1)
		n++;
	return n;
}

static char letter_of(const uint8_t *r)
{
	if (r[LM_JOURNAL_KIND] != LM_JOURNAL_COMMAND || lm_get_le16(r + LM_JOURNAL_FN) ||
	    lm_get_le16(r + LM_JOURNAL_VECTOR) || lm_get_le16(r + LM_JOURNAL_ADDR) != index_of_vf)
		return 0;
	switch (r[LM_JOURNAL_DATA]) {
	case LM_OPC_QUERY_DATA_SIZE:
		return 'Q';
	case LM_OPC_SUSPEND:
		return 'S';
	case LM_OPC_RESUME:
		return 'R';
	case LM_OPC_SAVE_DATA:
		return 'V';
	case LM_OPC_LOAD_DATA:
		return 'L';
	default:
		return 0;
	}
}

const char *pf_commands(void)
{
	static uint8_t records[BATCH * LM_JOURNAL_SIZE] __attribute__((aligned(4096)));
	static char text[64];
	size_t length = 0;
	unsigned int n;

	do {
		n = read_journal(records);
		for (unsigned int i = 0; i < n; i++) {
			char letter = letter_of(records + i * LM_JOURNAL_SIZE);

			if (letter && length < sizeof(text) - 1)
				text[length++] = letter;
		}
		seen += n;
	} while (n == BATCH);
	text[length] = 0;
	return text;
}
