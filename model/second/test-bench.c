/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "test-bench.h"

struct device bench_dev;
struct command bench_cmd;
uint8_t bench_buffer[SM_TRANSFER_MAX];

int bench_set_up(void **state)
{
	(void)state;
	memset(&bench_dev, 0, sizeof(bench_dev));
	device_power_on(&bench_dev);
	return 0;
}

int bench_tear_down(void **state)
{
	(void)state;
	device_release(&bench_dev);
	return 0;
}

unsigned int bench_send(const struct five *five, enum direction direction, uint32_t length)
{
	static uint8_t sqe[LM_SQE_SIZE];
	unsigned int sc;

	memset(sqe, 0, sizeof(sqe));
	sqe[LM_SQE_OPC] = (uint8_t)five->opcode;
	lm_put_le32(sqe + LM_SQE_CDW10, five->vfn);
	lm_put_le32(sqe + LM_SQE_CDW11, five->cdw11);
	lm_put_le32(sqe + LM_SQE_CDW12, five->cdw12);
	lm_put_le32(sqe + LM_SQE_CDW13, five->cdw13);
	memset(&bench_cmd, 0, sizeof(bench_cmd));
	bench_cmd.sqe = sqe;
	bench_cmd.direction = direction;
	bench_cmd.length = length;
	bench_cmd.in = direction == DIR_TO_DEVICE ? bench_buffer : NULL;
	bench_cmd.out = bench_buffer;
	admin_execute(&bench_dev, &bench_cmd);
	assert_true(bench_cmd.done);

	/* LM-COM-210 */
	sc = bench_cmd.status & 0x7FF;
	if (sc)
		assert_int_equal(!!(bench_cmd.status & LM_DNR),
				 sc == LM_SC_INVALID_OPCODE || sc == LM_SC_INVALID_FIELD ||
					 sc == LM_SC_PRP_OFFSET || sc == LM_SC_INVALID_IMAGE ||
					 sc == LM_SC_INCOMPATIBLE_IMAGE);
	return sc;
}

unsigned int bench_simple(unsigned int opcode, unsigned int vfn)
{
	struct five five = { .opcode = opcode, .vfn = vfn };

	return bench_send(&five, DIR_NONE, 0);
}

unsigned int bench_save(unsigned int vfn, uint8_t image[SM_IMAGE_MAX], uint32_t *size)
{
	struct five five = { .opcode = LM_OPC_SAVE_DATA, .vfn = vfn, .cdw11 = SM_IMAGE_MAX };
	unsigned int sc = bench_send(&five, DIR_TO_HOST, SM_IMAGE_MAX);

	if (!sc) {
		*size = bench_cmd.dw0;
		assert_int_equal(bench_cmd.written, *size);
		memset(image, 0, SM_IMAGE_MAX);
		memcpy(image, bench_buffer, *size);
	}
	return sc;
}

unsigned int bench_part(unsigned int vfn, const uint8_t *image, uint32_t offset, uint32_t size,
			uint32_t total)
{
	struct five five = { LM_OPC_LOAD_DATA, vfn, size, offset, total };

	memcpy(bench_buffer, image + offset, size);
	return bench_send(&five, DIR_TO_DEVICE, size);
}

unsigned int bench_load(unsigned int vfn, const uint8_t *image, uint32_t size)
{
	return bench_part(vfn, image, 0, size, 0);
}

unsigned int bench_state(unsigned int vfn)
{
	bench_simple(LM_OPC_QUERY_DATA_SIZE, vfn);
	return bench_cmd.dw1;
}

void bench_seal(uint8_t *image, uint32_t size)
{
	lm_put_le32(image + LM_IMG_CRC, 0);
	lm_put_le32(image + LM_IMG_CRC, crc32c(0, image, size));
}

bool bench_guest(unsigned int vfn, unsigned int opcode, uint32_t cdw10, uint32_t cdw11,
		 uint64_t prp1, uint32_t length)
{
	static uint8_t sqe[LM_SQE_SIZE];

	memset(sqe, 0, sizeof(sqe));
	sqe[LM_SQE_OPC] = (uint8_t)opcode;
	lm_put_le64(sqe + LM_SQE_PRP1, prp1);
	lm_put_le32(sqe + LM_SQE_CDW10, cdw10);
	lm_put_le32(sqe + LM_SQE_CDW11, cdw11);
	memset(&bench_cmd, 0, sizeof(bench_cmd));
	bench_cmd.function = vfn;
	bench_cmd.sqe = sqe;
	bench_cmd.direction = length ? DIR_TO_HOST : DIR_NONE;
	bench_cmd.length = length;
	bench_cmd.out = bench_buffer;
	assert_true(guest_admin(&bench_dev, device_vf(&bench_dev, vfn), &bench_cmd));
	return bench_cmd.done;
}
