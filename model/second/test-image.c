/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The reference image: what is refused, and that what is taken is given back. */
#include "test-bench.h"

#define IDN (LM_IMG_HEADER_SIZE + LM_SEC_HEADER_SIZE)
#define REGS (IDN + LM_IDN_SIZE + LM_SEC_HEADER_SIZE)
#define FEA (REGS + LM_REGS_SIZE + LM_SEC_HEADER_SIZE)
#define CQS (FEA + LM_FEA_SIZE + LM_SEC_HEADER_SIZE)
/* With the admin queues and three I/O queues of each kind, as set_up makes them */
#define SQS (CQS + 4 * LM_CQ_SIZE + LM_SEC_HEADER_SIZE)
#define AERS (SQS + 4 * LM_SQ_SIZE + LM_SEC_HEADER_SIZE)
#define EVENTS (AERS + 16 + LM_SEC_HEADER_SIZE)
#define PARKED (EVENTS + LM_EVT_SECTION_SIZE + LM_SEC_HEADER_SIZE)
#define LOGS (PARKED + LM_PRK_SLOTS * LM_PRK_SIZE + LM_SEC_HEADER_SIZE)
#define NAMESPACES (LOGS + LM_LOG_SIZE + LM_SEC_HEADER_SIZE)

static uint8_t image[SM_IMAGE_MAX], changed[SM_IMAGE_MAX], again[SM_IMAGE_MAX];
static uint32_t size;

/* VF 1 has queues and an outstanding request; its image; VF 2 is SUSPENDED. */
static int set_up(void **state)
{
	unsigned int qid;

	bench_set_up(state);
	for (qid = 3; qid; qid--) {
		bench_guest(1, 0x05, 63u << 16 | qid, qid << 16 | 3, 0x40000 * qid, 0);
		assert_int_equal(bench_cmd.status, 0);
		bench_guest(1, 0x01, 31u << 16 | qid, qid << 16 | 1, 0x90000 * qid, 0);
		assert_int_equal(bench_cmd.status, 0);
	}
	assert_false(bench_guest(1, 0x0C, 0, 0, 0, 0));
	assert_true(bench_guest(1, 0x09, 0x08, 0x1234, 0, 0));
	bench_simple(LM_OPC_SUSPEND, 1);
	bench_simple(LM_OPC_SUSPEND, 2);
	assert_int_equal(bench_save(1, image, &size), 0);
	assert_int_equal(size, NAMESPACES + SM_NAMESPACES * LM_NS_SIZE);
	return 0;
}

static void test_equal(void **state)
{
	(void)state;
	assert_int_equal(bench_load(2, image, size), 0);
	assert_int_equal(bench_save(2, again, &size), 0);
	assert_memory_equal(image, again, sizeof(image));
	assert_int_equal(bench_simple(LM_OPC_RESUME, 2), 0);
	/* Three queues are there already, and the request is the first of four. */
	assert_true(bench_guest(2, 0x05, 63u << 16 | 2, 3, 0x40000, 0));
	assert_int_equal(bench_cmd.status & 0x7FF, SC_QID_INVALID);
	assert_true(bench_guest(2, 0x0A, 0x08, 0, 0, 0));
	assert_int_equal(bench_cmd.dw0, 0x1234);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(bench_save(2, again, &size), 0);
	assert_memory_equal(image + AERS, again + AERS, 16);
}

/* LM-IMG-020: one byte changed, without and with the CRC mended */
static void test_every_byte(void **state)
{
	uint32_t i, got;

	(void)state;
	for (i = 0; i < size; i++) {
		memcpy(changed, image, sizeof(changed));
		changed[i] ^= 0x5A;
		assert_int_not_equal(bench_load(2, changed, size), 0);
		bench_seal(changed, size);
		if (bench_load(2, changed, size) == 0) {
			assert_int_equal(bench_save(2, again, &got), 0);
			assert_int_equal(got, size);
			assert_memory_equal(changed, again, size);
		}
	}
	for (i = 0; i < size; i += 4)
		if (i)
			assert_int_equal(bench_load(2, image, i), LM_SC_INVALID_IMAGE);
	assert_int_equal(bench_load(2, image, size + 4), LM_SC_INVALID_IMAGE);
}

/* One 16-bit field that gets another value, and the status of that */
static const struct fault {
	uint32_t at;
	uint16_t value;
	uint16_t sc;
} faults[] = {
	{ LM_IMG_MAGIC, 0, 0x1C0 },
	{ LM_IMG_HEADER_LENGTH, 60, 0x1C0 },
	{ LM_IMG_TOTAL_LENGTH, 64, 0x1C0 },
	{ LM_IMG_VERSION, 2, 0x1C1 },
	{ LM_IMG_RESERVED, 1, 0x1C0 },
	{ LM_IMG_VID, 0x8086, 0x1C1 },
	{ LM_IMG_SSVID, 0x8086, 0x1C1 },
	{ LM_IMG_CAP, 1, 0x1C1 },
	{ LM_IMG_VS, 1, 0x1C1 },
	{ LM_IMG_FINGERPRINT, 0, 0x1C1 },
	{ LM_IMG_SECTION_COUNT, 9, 0x1C0 },
	{ LM_IMG_SECTION_COUNT, 11, 0x1C0 },
	{ IDN - 8, 2, 0x1C0 }, /* type */
	{ IDN - 6, 2, 0x1C1 }, /* version */
	{ IDN - 4, 324, 0x1C0 }, /* length */
	{ IDN + LM_IDN_RESERVED, 1, 0x1C0 },
	{ REGS + LM_REGS_CC, 0x0003, 0x1C0 }, /* reserved bit */
	{ REGS + LM_REGS_CC, 0x0000, 0x1C0 }, /* EN 0 with RDY 1 */
	{ REGS + LM_REGS_CC, 0x0281, 0x1C0 }, /* a page size too large */
	{ REGS + LM_REGS_CSTS, 0x0005, 0x1C0 }, /* SHST 01b */
	{ REGS + LM_REGS_CSTS, 0x0009, 0 }, /* SHST 10b */
	{ REGS + LM_REGS_CSTS, 0x0011, 0x1C0 }, /* NSSRO */
	{ REGS + LM_REGS_CSTS, 0x0021, 0x1C0 }, /* PP */
	{ REGS + LM_REGS_AQA, 15, 0x1C0 },
	{ REGS + LM_REGS_ASQ, 1, 0x1C0 },
	{ REGS + LM_REGS_ACQ + 2, 7, 0x1C0 },
	{ FEA + LM_FEA_ARBITRATION, 8, 0x1C0 },
	{ FEA + LM_FEA_NUM_QUEUES, 0xFFFF, 0x1C0 },
	{ FEA + LM_FEA_NUM_QUEUES, 0xFFFE, 0 },
	{ FEA + LM_FEA_RESERVED, 1, 0x1C0 },
	{ FEA + LM_FEA_TEMP_UNDER + 2, 0x0010, 0x1C0 }, /* THSEL */
	{ FEA + LM_FEA_ASYNC_EVENTS, 0x01FF, 0 },
	{ FEA + LM_FEA_ASYNC_EVENTS, 0x0200, 0x1C0 },
	{ FEA + LM_FEA_VECTOR_NOCOAL, 0x01FF, 0 },
	{ FEA + LM_FEA_VECTOR_NOCOAL, 0x0200, 0x1C0 },
	{ CQS + LM_CQ_FLAGS, LM_CQ_F_PHASE, 0x1C0 }, /* admin CQ without interrupts */
	{ CQS + LM_CQ_VECTOR, 1, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_QID, 0, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_QID, 2, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_VECTOR, SM_VECTORS, 0x138 },
	{ CQS + LM_CQ_SIZE + LM_CQ_QSIZE, 0, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_QSIZE, SM_MQES + 1, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_HEAD, 64, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_TAIL, 64, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_BASE, 0x800, 0x1C0 },
	{ CQS + LM_CQ_SIZE + LM_CQ_RESERVED, 1, 0x1C0 },
	{ SQS + LM_SQ_CQID, 1, 0x1C0 },
	{ SQS + LM_SQ_SIZE + LM_SQ_CQID, 0, 0x1C0 },
	{ SQS + LM_SQ_SIZE + LM_SQ_CQID, 4, 0x1C0 },
	{ SQS + LM_SQ_SIZE + LM_SQ_CQID, 2, 0 },
	{ SQS + 3 * LM_SQ_SIZE + LM_SQ_QID, 8, 0 },
	{ SQS + 3 * LM_SQ_SIZE + LM_SQ_QID, 9, 0x138 },
	{ SQS + LM_SQ_SIZE + LM_SQ_PRIORITY, 4, 0x1C0 },
	{ SQS + LM_SQ_SIZE + LM_SQ_HEAD, 32, 0x1C0 },
	{ AERS + LM_AER_VALID, 2, 0x1C0 },
	{ AERS + LM_AER_SIZE + LM_AER_CID, 1, 0x1C0 }, /* not used, not 0 */
	{ AERS + LM_AER_SIZE + LM_AER_VALID, 1, 0x1C0 }, /* CID 0 twice */
	{ EVENTS + LM_EVT_SIZE + LM_EVT_VALID, 1, 0x1C0 }, /* not used first */
	{ EVENTS + LM_EVT_VALID, 1, 0 },
	{ EVENTS + LM_EVT_MASKED, 4, 0 },
	{ PARKED + LM_PRK_VALID, 1, 0 },
	{ PARKED + LM_PRK_SQID, 1, 0x1C0 },
	{ LOGS + LM_LOG_UNITS_READ, 0x4321, 0 },
	{ NAMESPACES + LM_NS_NSID, 2, 0x1C1 },
	{ NAMESPACES + LM_NS_FLBAS, 1, 0x1C1 },
	{ NAMESPACES + LM_NS_NSZE, 1, 0x1C1 },
	{ NAMESPACES + LM_NS_NGUID, 1, 0x1C1 },
	{ NAMESPACES + LM_NS_RESERVED, 1, 0x1C0 },
	{ NAMESPACES + LM_NS_ERROR_RECOVERY, 9, 0 },
	{ NAMESPACES + LM_NS_ERROR_RECOVERY + 2, 1, 0x1C0 },
	{ NAMESPACES + LM_NS_SIZE + LM_NS_NSID, 1, 0x1C1 },
};

static void test_faults(void **state)
{
	uint32_t got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		unsigned int sc;

		memcpy(changed, image, sizeof(changed));
		lm_put_le16(changed + faults[i].at, faults[i].value);
		bench_seal(changed, size);
		sc = bench_load(2, changed, size);
		if (sc != faults[i].sc)
			fail_msg("byte %u = %u: %03x", faults[i].at, faults[i].value, sc);
		if (sc)
			continue;
		assert_int_equal(bench_save(2, again, &got), 0);
		assert_memory_equal(changed, again, sizeof(changed));
	}
}

/* A section with bit 15 set is skipped, behind the others (LM-IMG-080). */
static void test_optional(void **state)
{
	uint32_t got;

	(void)state;
	memcpy(changed, image, sizeof(changed));
	lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, size + 12);
	lm_put_le32(changed + LM_IMG_SECTION_COUNT, LM_SEC_COUNT + 1);
	lm_put_le16(changed + size + LM_SEC_TYPE, 0x8001);
	lm_put_le16(changed + size + LM_SEC_VERSION, 7);
	lm_put_le32(changed + size + LM_SEC_LENGTH, 4);
	bench_seal(changed, size + 12);
	assert_int_equal(bench_load(2, changed, size + 12), 0);
	assert_int_equal(bench_save(2, again, &got), 0);
	assert_memory_equal(image, again, sizeof(image));

	lm_put_le16(changed + size + LM_SEC_TYPE, 11);
	bench_seal(changed, size + 12);
	assert_int_equal(bench_load(2, changed, size + 12), 0x1C0);
}

/* A controller that is disabled has no queues; nor has one that failed to enable. */
static void test_disabled(void **state)
{
	uint32_t len = size - 4 * (LM_CQ_SIZE + LM_SQ_SIZE);
	uint32_t got;

	(void)state;
	memset(changed, 0, sizeof(changed));
	memcpy(changed, image, CQS);
	lm_put_le32(changed + CQS - 4, 0);
	memcpy(changed + CQS, image + SQS - 8, 8);
	lm_put_le32(changed + CQS + 4, 0);
	memcpy(changed + CQS + 8, image + AERS - 8, size - AERS + 8);
	memset(changed + CQS + 16, 0, 16); /* no request */
	lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, len);
	lm_put_le32(changed + REGS + LM_REGS_CC, 0);
	lm_put_le32(changed + REGS + LM_REGS_CSTS, 0);
	bench_seal(changed, len);
	assert_int_equal(bench_load(2, changed, len), 0);
	assert_int_equal(bench_save(2, again, &got), 0);
	assert_int_equal(got, len);
	assert_memory_equal(changed, again, sizeof(changed));

	lm_put_le32(changed + REGS + LM_REGS_CC, CC_EN);
	bench_seal(changed, len);
	assert_int_equal(bench_load(2, changed, len), 0x1C0);
	lm_put_le32(changed + REGS + LM_REGS_CSTS, CSTS_CFS);
	bench_seal(changed, len);
	assert_int_equal(bench_load(2, changed, len), 0);
	/* Ready, it would need its admin queues. */
	lm_put_le32(changed + REGS + LM_REGS_CSTS, CSTS_RDY);
	bench_seal(changed, len);
	assert_int_equal(bench_load(2, changed, len), 0x1C0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_equal, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_every_byte, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_faults, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_optional, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_disabled, set_up, bench_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
