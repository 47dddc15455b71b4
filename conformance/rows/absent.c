/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What holds on a device that has no live migration. */
#include <stdio.h>
#include <string.h>

#include "five.h"

#define FILL 0x5A

static unsigned int buffer_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static const struct five *moves_data(unsigned int i)
{
	return five_by(i ? LM_OPC_LOAD_DATA : LM_OPC_SAVE_DATA);
}

static void buffer_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", moves_data(i)->name);
}

static void buffer_run(struct ct *ct, unsigned int i)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE), *data = hn_mem(ct, NVME_PAGE);
	const struct five *f = moves_data(i);
	/* no VF index: nothing of the five is sent to clean up behind a case that names no VF */
	struct hn_cmd cmd = hn_cmd(f->opc, 0);
	struct ct_cqe cqe;

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	if (id[LM_ID_CAPABILITY] == LM_CAPABILITY_SUPPORTED)
		ct_not_applicable(ct, "byte 3072 is 01h: the device has the five commands");
	memset(data, FILL, NVME_PAGE);
	lm_put_le32(cmd.sqe + LM_SQE_LENGTH, NVME_PAGE);
	hn_cmd_data(&cmd, data, NVME_PAGE, f->dir);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_OPCODE);
	for (unsigned int k = 0; k < NVME_PAGE; k++)
		ct_check(ct, data[k] == FILL, "byte %u of the buffer is %02Xh", k, data[k]);
}

CT_ROW(buffer, .id = "DIS/opcodes-without-the-capability-leave-the-buffer-alone",
       .reqs = "LM-DIS-110", .given = "a PF whose byte 3072 is not 01h",
       .when = "SAVE_DATA or LOAD_DATA is sent with a buffer",
       .expect = "001h, and not a byte of the buffer written", .flags = CT_ROW_FIVE,
       .cases = buffer_cases, .name = buffer_name, .run = buffer_run);
