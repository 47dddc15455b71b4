/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The state image: what it holds, its way to another VF, and every way of
 * being wrong. An image that is refused leaves the VF as it was; one that is
 * not refused is what SAVE_DATA gives afterwards.
 */
#include "bench.h"
#include "crc32c.h"

#define SUSPEND LM_OPC_SUSPEND
#define RESUME LM_OPC_RESUME
#define MALFORMED (LM_SC_INVALID_IMAGE | LM_DNR)
#define INCOMPATIBLE (LM_SC_INCOMPATIBLE_IMAGE | LM_DNR)
#define LACKING LM_SC_NOT_ENOUGH_RESOURCES
#define IMAGE_ROOM 8192

static uint8_t image[IMAGE_ROOM]; /* of VF 1, from setup */
static uint8_t changed[IMAGE_ROOM];
static uint32_t size;

static void admin(struct bench *b, uint8_t opc, uint64_t prp1, uint32_t dw10, uint32_t dw11)
{
	bench_cmd(b, opc);
	lm_put_le64(b->sqe + LM_SQE_PRP1, prp1);
	bench_put32(b, LM_SQE_CDW10, dw10);
	bench_put32(b, LM_SQE_CDW11, dw11);
	assert_int_equal(bench_exec(b, 1, 0), 0);
}

/*
 * A VF with a past: queues 1, 2 and 3, of which 3 has a second SQ (4), a CQ
 * that is full, two parked completions, entries that were not fetched, an
 * event that waits and one type masked, AERs, errors and features.
 */
static void busy(struct bench *b)
{
	unsigned int i;

	for (i = 1; i <= 3; i++)
		bench_create_io(b, 1, i);
	admin(b, 0x01, b->buf_iova + 8192, 7 << 16 | 8, 3 << 16 | 1);
	assert_int_equal(bench_set_feature(b, 1, 0x0B, 0x100), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x08, 0x0203), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x09, 0x10002), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x04, 0x100120), 0);
	bench_cmd(b, 0x05); /* an error for the log: CQ 1 exists */
	bench_put32(b, LM_SQE_CDW10, 7 << 16 | 1);
	assert_int_not_equal(bench_status(b, 1, 0), 0);
	for (i = 0; i < 3; i++) {
		bench_cmd(b, 0x0C);
		bench_submit(b, 1, 0);
	}
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 2, 600), 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_inproc_namespace_resize(b->p, 2, 512), 0);
	bench_ring(b, 1, 7, false, 1);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	for (i = 0; i < 9; i++) {
		bench_rw(b, 0x02, 1, i, 1);
		bench_submit(b, 1, 2);
		lm_inproc_run(b->p);
	}
	for (i = 0; i < 20; i++) {
		bench_rw(b, i & 1 ? 0x01 : 0x02, 2, i, 1);
		assert_int_equal(bench_status(b, 1, 3), 0);
	}
}

static int setup(void **state)
{
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	busy(b);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, SUSPEND, 2), 0);
	bench_ring(b, 1, 1, false, 5);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	size = bench_dw0(b);
	assert_true(size + 4096 <= 2 * IMAGE_ROOM);
	memcpy(image, b->buf, size);
	memcpy(changed, image, size);
	return 0;
}

static void mend(uint8_t *p, uint32_t n)
{
	lm_put_le32(p + LM_IMG_CRC, 0);
	lm_put_le32(p + LM_IMG_CRC, lm_crc32c(0, p, n));
}

static uint16_t load(struct bench *b, unsigned int vf, const uint8_t *p, uint32_t n)
{
	memcpy(b->buf, p, n);
	return bench_load(b, vf, n, 0, 0);
}

static void expect_state(struct bench *b, unsigned int vf, const uint8_t *p)
{
	assert_int_equal(bench_save(b, vf, 0, 0), 0);
	assert_int_equal(bench_dw0(b), size);
	assert_memory_equal(b->buf, p, size);
}

/* Payload of a section. */
static uint8_t *payload(uint8_t *p, unsigned int type)
{
	p += LM_IMG_HEADER_SIZE;
	while (lm_get_le16(p + LM_SEC_TYPE) != type)
		p += LM_SEC_HEADER_SIZE + lm_get_le32(p + LM_SEC_LENGTH);
	return p + LM_SEC_HEADER_SIZE;
}

static void image_holds_what_the_vf_was(void **state)
{
	const uint8_t *p;

	(void)state;
	assert_memory_equal(image, "NVMELMST", 8);
	assert_int_equal(lm_get_le32(image + LM_IMG_TOTAL_LENGTH), size);
	assert_int_equal(lm_get_le32(image + LM_IMG_SECTION_COUNT), 10);
	assert_int_equal(size, 5084 + 96 + 4 * 24 + 5 * 24);
	p = payload(image, LM_SEC_IDENTITY);
	assert_memory_equal(p + LM_IDN_SN, "LM0001", 6);
	assert_int_equal(lm_get_le16(p + LM_IDN_CNTLID), 2);
	p = payload(image, LM_SEC_REGISTERS);
	assert_int_equal(lm_get_le32(p + LM_REGS_CC), 0x00460001);
	assert_int_equal(lm_get_le32(p + LM_REGS_CSTS), 1);
	assert_int_equal(lm_get_le32(p + LM_REGS_AQA), 0x00070007);
	p = payload(image, LM_SEC_FEATURES);
	assert_int_equal(lm_get_le32(p + LM_FEA_COALESCING), 0x0203);
	assert_int_equal(lm_get_le32(p + LM_FEA_TEMP_UNDER), 0x0120);
	assert_int_equal(lm_get_le32(p + LM_FEA_VECTOR_NOCOAL), 4);
	p = payload(image, LM_SEC_CQS) + 2 * LM_CQ_SIZE;
	assert_int_equal(lm_get_le16(p + LM_CQ_QID), 2);
	assert_int_equal(lm_get_le16(p + LM_CQ_VECTOR), 2);
	assert_int_equal(lm_get_le16(p + LM_CQ_HEAD), 0);
	assert_int_equal(lm_get_le16(p + LM_CQ_TAIL), 7);
	assert_int_equal(lm_get_le16(p + LM_CQ_FLAGS), 3);
	p = payload(image, LM_SEC_SQS) + LM_SQ_SIZE;
	assert_int_equal(lm_get_le16(p + LM_SQ_QID), 1);
	assert_int_equal(lm_get_le16(p + LM_SQ_HEAD), 0);
	assert_int_equal(lm_get_le16(p + LM_SQ_TAIL), 5);
	assert_int_equal(lm_get_le16(p + 3 * LM_SQ_SIZE + LM_SQ_QID), 8);
	assert_int_equal(lm_get_le16(p + 3 * LM_SQ_SIZE + LM_SQ_CQID), 3);
	p = payload(image, LM_SEC_AERS);
	assert_int_equal(lm_get_le16(p + LM_AER_VALID), 1);
	assert_int_equal(lm_get_le16(p + LM_AER_SIZE + LM_AER_VALID), 0);
	p = payload(image, LM_SEC_EVENTS);
	assert_int_equal(lm_get_le32(p + LM_EVT_DW0), 0x40002);
	assert_int_equal(lm_get_le32(p + LM_EVT_MASKED), 5);
	p = payload(image, LM_SEC_PARKED);
	assert_int_equal(lm_get_le16(p + LM_PRK_SQID), 2);
	assert_int_equal(lm_get_le16(p + LM_PRK_SIZE + LM_PRK_VALID), 1);
	assert_int_equal(lm_get_le16(p + 2 * LM_PRK_SIZE + LM_PRK_VALID), 0);
	p = payload(image, LM_SEC_LOGS);
	assert_int_equal(lm_get_le64(p + LM_LOG_HOST_WRITES), 10);
	assert_int_equal(lm_get_le64(p + LM_LOG_ERROR_COUNT), 2);
	assert_int_equal(lm_get_le64(p + LM_LOG_ERRORS), 2);
	assert_int_equal(lm_get_le64(p + LM_LOG_CHANGED_NS), 2);
	p = payload(image, LM_SEC_NAMESPACES);
	assert_int_equal(lm_get_le32(p + LM_NS_SIZE + LM_NS_NSID), 2);
	assert_int_equal(p[LM_NS_SIZE + LM_NS_LBADS], 12);
	assert_int_equal(lm_get_le64(p + LM_NS_SIZE + LM_NS_NSZE), 512);
}

static void another_vf_goes_on_where_the_first_stopped(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	assert_int_equal(load(b, 2, image, size), 0);
	expect_state(b, 2, image);
	memcpy(b->q[2], b->q[1], sizeof(b->q[2]));
	lm_inproc_pci_command(b->p, 2, true, true, true, false);
	assert_int_equal(lm_inproc_irq_setup(b->p, 2, 4), 0);
	/* What was rung on VF 1 before the snapshot: reads of LBA 0. */
	for (i = 0; i < 5; i++) {
		bench_rw(b, 0x02, 1, 0, 1);
		lm_put_le16(b->sqe + LM_SQE_CID, (uint16_t)(0x1000 + i));
		memcpy(b->q[2][1].sq + i * 64, b->sqe, 64);
	}
	assert_int_equal(bench_five(b, RESUME, 2), 0);
	lm_inproc_run(b->p);
	assert_true(lm_inproc_irq_count(b->p, 2, 2) > 0);
	for (i = 0; i < 5; i++) {
		assert_true(bench_reap(b, 2, 1));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), 0x1000 + i);
	}
	assert_false(bench_reap(b, 2, 1));
	for (i = 0; i < 9; i++) {
		assert_true(bench_reap(b, 2, 2));
		lm_inproc_run(b->p);
	}
	assert_false(bench_reap(b, 2, 2));
	b->q[2][1].tail = 5;
	bench_rw(b, 0x02, 1, 0, 1);
	for (i = 0; i < 20; i++)
		assert_int_equal(bench_status(b, 2, 1 + i % 3), 0);
	/* The event is masked until its log page is read. */
	assert_false(bench_reap(b, 2, 0));
	assert_int_equal(bench_log(b, 2, 0x04, 4096, false), 0);
	assert_int_equal(lm_get_le32(b->buf), 2);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 2, 0));
	assert_int_equal(bench_dw0(b), 0x40002);
	assert_false(bench_reap(b, 2, 0));
}

static void every_truncation_is_refused(void **state)
{
	struct bench *b = *state;
	uint32_t n;

	for (n = 4; n < size; n += 4)
		assert_int_equal(load(b, 1, image, n), MALFORMED);
	for (n = 64; n < size; n += 4) {
		memcpy(changed, image, n);
		lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, n);
		mend(changed, n);
		assert_int_equal(load(b, 1, changed, n), MALFORMED);
	}
	expect_state(b, 1, image);
}

static void every_changed_byte_is_refused(void **state)
{
	struct bench *b = *state;
	uint32_t i;

	for (i = 0; i < size; i++) {
		changed[i] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(load(b, 1, changed, size), MALFORMED);
		changed[i] = image[i];
	}
	expect_state(b, 1, image);
}

/* With the CRC mended: refused, the VF as before; or taken as it is. */
static void every_forged_byte_is_refused_or_kept(void **state)
{
	struct bench *b = *state;
	unsigned int taken = 0;
	uint16_t status;
	uint32_t i;

	for (i = 0; i < size; i++) {
		if (i >= LM_IMG_CRC && i < LM_IMG_CRC + 4)
			continue;
		changed[i] ^= (uint8_t)(1u << i % 8);
		mend(changed, size);
		status = load(b, 1, changed, size);
		if (status) {
			assert_true(status == MALFORMED || status == INCOMPATIBLE ||
				    status == LACKING);
		} else {
			expect_state(b, 1, changed);
			assert_int_equal(load(b, 1, image, size), 0);
			taken++;
		}
		changed[i] = image[i];
	}
	expect_state(b, 1, image);
	/* Identity, counters, error log, and some of queues, slots and features. */
	assert_in_range(taken, 326 + 344, 326 + 344 + 200);
}

struct forgery {
	const char *what;
	unsigned int section; /* 0: header */
	unsigned int offset;
	unsigned int width;
	uint64_t value;
	uint16_t status;
};

#define CQ(n, field) ((n)*LM_CQ_SIZE + (field))
#define SQ(n, field) ((n)*LM_SQ_SIZE + (field))

static const struct forgery forgeries[] = {
	{ "format version", 0, LM_IMG_VERSION, 2, 2, INCOMPATIBLE },
	{ "VID", 0, LM_IMG_VID, 2, 0x1234, INCOMPATIBLE },
	{ "CAP", 0, LM_IMG_CAP, 8, 0, INCOMPATIBLE },
	{ "VS", 0, LM_IMG_VS, 4, 0x00010300, INCOMPATIBLE },
	{ "sections 0", 0, LM_IMG_SECTION_COUNT, 4, 0, MALFORMED },
	{ "sections 9", 0, LM_IMG_SECTION_COUNT, 4, 9, MALFORMED },
	{ "sections 11", 0, LM_IMG_SECTION_COUNT, 4, 11, MALFORMED },
	{ "sections many", 0, LM_IMG_SECTION_COUNT, 4, 0xFFFFFFFF, MALFORMED },
	{ "first type 0", 0, 64, 2, 0, MALFORMED },
	{ "first type optional", 0, 64, 2, 0x8001, MALFORMED },
	{ "first section's version", 0, 66, 2, 2, INCOMPATIBLE },
	{ "first length", 0, 68, 4, 0xFFFFFFFC, MALFORMED },
	{ "CC reserved", LM_SEC_REGISTERS, LM_REGS_CC, 4, 0x01460001, MALFORMED },
	{ "CC disabled, ready", LM_SEC_REGISTERS, LM_REGS_CC, 4, 0x00460000, MALFORMED },
	{ "CC.MPS", LM_SEC_REGISTERS, LM_REGS_CC, 4, 0x00460081, MALFORMED },
	{ "CSTS not ready", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, 0, MALFORMED },
	{ "CSTS shutdown busy", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, 5, MALFORMED },
	{ "CSTS fatal", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, 3, LM_SC_SUCCESS },
	{ "AQA other", LM_SEC_REGISTERS, LM_REGS_AQA, 4, 0x00070008, MALFORMED },
	{ "AQA reserved", LM_SEC_REGISTERS, LM_REGS_AQA, 4, 0x10070007, MALFORMED },
	{ "ASQ", LM_SEC_REGISTERS, LM_REGS_ASQ, 8, 0x5000, MALFORMED },
	{ "ACQ", LM_SEC_REGISTERS, LM_REGS_ACQ, 8, 0x5004, MALFORMED },
	{ "power state", LM_SEC_FEATURES, LM_FEA_POWER, 4, 1, MALFORMED },
	{ "high threshold with select", LM_SEC_FEATURES, LM_FEA_TEMP_OVER, 4, 0x100120, MALFORMED },
	{ "threshold with select", LM_SEC_FEATURES, LM_FEA_TEMP_UNDER, 4, 0x100120, MALFORMED },
	{ "write cache", LM_SEC_FEATURES, LM_FEA_WRITE_CACHE, 4, 2, MALFORMED },
	{ "events", LM_SEC_FEATURES, LM_FEA_ASYNC_EVENTS, 4, 0x80000000, MALFORMED },
	{ "queues", LM_SEC_FEATURES, LM_FEA_NUM_QUEUES, 4, 0xFFFF, MALFORMED },
	{ "vector 9", LM_SEC_FEATURES, LM_FEA_VECTOR_NOCOAL, 4, 0x200, MALFORMED },
	{ "vector 8", LM_SEC_FEATURES, LM_FEA_VECTOR_NOCOAL, 4, 0x100, LM_SC_SUCCESS },
	{ "no admin CQ", LM_SEC_CQS, CQ(0, LM_CQ_QID), 2, 1, MALFORMED },
	{ "admin CQ without interrupts", LM_SEC_CQS, CQ(0, LM_CQ_FLAGS), 2, 1, MALFORMED },
	{ "admin CQ's vector", LM_SEC_CQS, CQ(0, LM_CQ_VECTOR), 2, 1, MALFORMED },
	{ "CQ twice", LM_SEC_CQS, CQ(2, LM_CQ_QID), 2, 1, MALFORMED },
	{ "CQ 9", LM_SEC_CQS, CQ(3, LM_CQ_QID), 2, 9, LACKING },
	{ "CQ FFFFh", LM_SEC_CQS, CQ(3, LM_CQ_QID), 2, 0xFFFF, LACKING },
	{ "vector 9 of CQ", LM_SEC_CQS, CQ(3, LM_CQ_VECTOR), 2, 9, LACKING },
	{ "CQ size 0", LM_SEC_CQS, CQ(1, LM_CQ_QSIZE), 2, 0, MALFORMED },
	{ "CQ size 1024", LM_SEC_CQS, CQ(1, LM_CQ_QSIZE), 2, 1024, MALFORMED },
	{ "CQ size 1023", LM_SEC_CQS, CQ(1, LM_CQ_QSIZE), 2, 1023, LM_SC_SUCCESS },
	{ "CQ head", LM_SEC_CQS, CQ(1, LM_CQ_HEAD), 2, 8, MALFORMED },
	{ "CQ tail", LM_SEC_CQS, CQ(1, LM_CQ_TAIL), 2, 0xFFFF, MALFORMED },
	{ "CQ base", LM_SEC_CQS, CQ(1, LM_CQ_BASE), 8, 0x1010, MALFORMED },
	{ "CQ reserved", LM_SEC_CQS, CQ(1, LM_CQ_RESERVED), 4, 1, MALFORMED },
	{ "SQ twice", LM_SEC_SQS, SQ(2, LM_SQ_QID), 2, 1, MALFORMED },
	{ "SQ 9", LM_SEC_SQS, SQ(4, LM_SQ_QID), 2, 9, LACKING },
	{ "SQ on no CQ", LM_SEC_SQS, SQ(1, LM_SQ_CQID), 2, 4, MALFORMED },
	{ "SQ on admin CQ", LM_SEC_SQS, SQ(1, LM_SQ_CQID), 2, 0, MALFORMED },
	{ "admin SQ on CQ 1", LM_SEC_SQS, SQ(0, LM_SQ_CQID), 2, 1, MALFORMED },
	{ "SQ head", LM_SEC_SQS, SQ(1, LM_SQ_HEAD), 2, 8, MALFORMED },
	{ "SQ tail", LM_SEC_SQS, SQ(1, LM_SQ_TAIL), 2, 8, MALFORMED },
	{ "SQ priority", LM_SEC_SQS, SQ(1, LM_SQ_PRIORITY), 2, 4, MALFORMED },
	{ "AER used 2", LM_SEC_AERS, LM_AER_VALID, 2, 2, MALFORMED },
	{ "AER twice unused", LM_SEC_AERS, LM_AER_SIZE, 4, 1, MALFORMED },
	{ "AER behind unused", LM_SEC_AERS, 2 * LM_AER_SIZE, 4, 0x10001, MALFORMED },
	{ "event type 6", LM_SEC_EVENTS, LM_EVT_DW0, 4, 6, MALFORMED },
	{ "event reserved", LM_SEC_EVENTS, LM_EVT_DW0, 4, 0x01000000, MALFORMED },
	{ "event used 2", LM_SEC_EVENTS, LM_EVT_VALID, 4, 2, MALFORMED },
	{ "event unused", LM_SEC_EVENTS, LM_EVT_SIZE, 4, 2, MALFORMED },
	{ "masked type 3", LM_SEC_EVENTS, LM_EVT_MASKED, 4, 8, MALFORMED },
	{ "parked of no SQ", LM_SEC_PARKED, LM_PRK_SQID, 2, 7, MALFORMED },
	{ "parked status", LM_SEC_PARKED, LM_PRK_STATUS, 2, 0x8000, MALFORMED },
	{ "parked used 3", LM_SEC_PARKED, LM_PRK_VALID, 2, 3, MALFORMED },
	{ "parked last", LM_SEC_PARKED, 255 * LM_PRK_SIZE, 8, UINT64_C(1) << 48, MALFORMED },
	{ "hours", LM_SEC_LOGS, LM_LOG_POWER_ON_HOURS, 8, UINT64_MAX, LM_SC_SUCCESS },
	{ "NSID", LM_SEC_NAMESPACES, LM_NS_NSID, 4, 3, INCOMPATIBLE },
	{ "LBADS", LM_SEC_NAMESPACES, LM_NS_LBADS, 1, 12, INCOMPATIBLE },
	{ "NSZE", LM_SEC_NAMESPACES, LM_NS_NSZE, 8, 4095, INCOMPATIBLE },
	{ "NGUID", LM_SEC_NAMESPACES, LM_NS_NGUID, 8, 1, INCOMPATIBLE },
	{ "recovery", LM_SEC_NAMESPACES, LM_NS_ERROR_RECOVERY, 4, 0x10000, MALFORMED },
	{ "namespace reserved", LM_SEC_NAMESPACES, LM_NS_RESERVED, 4, 1, MALFORMED },
};

static void forged_images_get_the_status_of_their_fault(void **state)
{
	struct bench *b = *state;
	unsigned int i, k;

	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		const struct forgery *f = &forgeries[i];
		uint8_t *p = (f->section ? payload(changed, f->section) : changed) + f->offset;

		for (k = 0; k < f->width; k++)
			p[k] = (uint8_t)(f->value >> 8 * k);
		mend(changed, size);
		assert_int_equal(load(b, 1, changed, size), f->status);
		expect_state(b, 1, f->status ? image : changed);
		memcpy(changed, image, size);
		assert_int_equal(load(b, 1, image, size), 0);
	}
}

/* The image with a section put in front of what is at offset 'at'. */
static uint32_t insert(uint32_t at, uint16_t type, uint32_t length)
{
	memmove(changed + at + 8 + length, changed + at, size - at);
	memset(changed + at, 0, 8 + length);
	lm_put_le16(changed + at, type);
	lm_put_le32(changed + at + 4, length);
	lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, size + 8 + length);
	lm_put_le32(changed + LM_IMG_SECTION_COUNT, 11);
	mend(changed, size + 8 + length);
	return size + 8 + length;
}

static void unknown_sections_are_skipped_where_they_may_be(void **state)
{
	struct bench *b = *state;
	uint32_t n = insert(size, 0x8123, 16);

	assert_int_equal(load(b, 1, changed, n), 0);
	expect_state(b, 1, image);
	n = insert(size, 0x0123, 16);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	/* bytes behind the last section */
	n = insert(size, 0x8123, 16);
	lm_put_le32(changed + n - 16 - 4, 12);
	mend(changed, n);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	n = insert(size, 0x8123, 6);
	lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, n + 2);
	mend(changed, n + 2);
	assert_int_equal(load(b, 1, changed, n + 2), MALFORMED);
	memcpy(changed, image, size);
	n = insert(64, 0x8123, 16);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	expect_state(b, 1, image);
}

/* An image without sections 4 and 5 content is for a VF that is not ready. */
static void disabled_vf_has_an_image_without_queues(void **state)
{
	struct bench *b = *state;
	uint32_t n;

	assert_int_equal(bench_save(b, 2, 0, 0), 0);
	n = bench_dw0(b);
	assert_int_equal(n, 5084 + 96);
	memcpy(changed, b->buf, n);
	assert_int_equal(load(b, 1, changed, n), 0);
	assert_int_equal(bench_read(b, 1, 0x1C), 0);
	lm_put_le16(payload(changed, LM_SEC_AERS) + LM_AER_VALID, 1);
	mend(changed, n);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	lm_put_le16(payload(changed, LM_SEC_AERS) + LM_AER_VALID, 0);
	lm_put_le32(payload(changed, LM_SEC_EVENTS) + LM_EVT_VALID, 1);
	mend(changed, n);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	lm_put_le32(payload(changed, LM_SEC_EVENTS) + LM_EVT_VALID, 0);
	lm_put_le32(payload(changed, LM_SEC_REGISTERS) + LM_REGS_CSTS, 1);
	lm_put_le32(payload(changed, LM_SEC_REGISTERS) + LM_REGS_CC, 0x00460001);
	mend(changed, n);
	assert_int_equal(load(b, 1, changed, n), MALFORMED);
	assert_int_equal(load(b, 1, image, size), 0);
	expect_state(b, 1, image);
}

static void two_aers_with_one_cid_are_refused(void **state)
{
	struct bench *b = *state;
	uint8_t *aers = payload(changed, LM_SEC_AERS);

	memcpy(aers + LM_AER_SIZE, aers, LM_AER_SIZE);
	mend(changed, size);
	assert_int_equal(load(b, 1, changed, size), MALFORMED);
	lm_put_le16(aers + LM_AER_SIZE, 0x7777);
	mend(changed, size);
	assert_int_equal(load(b, 1, changed, size), 0);
	expect_state(b, 1, changed);
}

static void all_parked_slots_can_be_used(void **state)
{
	struct bench *b = *state;
	uint8_t *p = payload(changed, LM_SEC_PARKED);
	unsigned int i;

	for (i = 0; i < LM_PRK_SLOTS; i++, p += LM_PRK_SIZE) {
		lm_put_le16(p + LM_PRK_SQID, 2);
		lm_put_le16(p + LM_PRK_CID, (uint16_t)i);
		lm_put_le16(p + LM_PRK_STATUS, i % 2 ? 0x6281 : 0);
		lm_put_le16(p + LM_PRK_VALID, 1);
		lm_put_le32(p + LM_PRK_DW0, i * 7);
	}
	mend(changed, size);
	assert_int_equal(load(b, 1, changed, size), 0);
	expect_state(b, 1, changed);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	for (i = 0; i < 7; i++)
		assert_true(bench_reap(b, 1, 2));
	for (i = 0; i < LM_PRK_SLOTS; i++) {
		lm_inproc_run(b->p);
		assert_true(bench_reap(b, 1, 2));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), i);
		assert_int_equal(bench_dw0(b), i * 7);
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, i % 2 ? 0x6281 : 0);
	}
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 2));
}

static void image_of_a_namespace_that_changed_is_refused(void **state)
{
	struct bench *b = *state;
	uint64_t blocks = lm_inproc_config(b->p)->ns[0].blocks;

	lm_inproc_namespace_resize(b->p, 1, 100);
	assert_int_equal(load(b, 1, image, size), INCOMPATIBLE);
	assert_int_equal(bench_save(b, 1, size - 64, 64), 0);
	assert_memory_equal(b->buf, image + 64, size - 64);
	lm_inproc_namespace_resize(b->p, 1, blocks);
	assert_int_equal(load(b, 1, image, size), 0);
}

/* LM-IMG-100: an enable that failed leaves CC.EN 1 and CSTS.CFS; ready it is not. */
static void an_enable_that_failed_travels(void **state)
{
	struct bench *b = *state;
	static const struct {
		uint32_t cc, csts;
		uint16_t status;
	} cases[] = {
		{ 0x00460081, 2, LM_SC_SUCCESS }, /* as it is */
		{ 0x00460000, 3, MALFORMED }, /* ready without queues */
		{ 0x00460080, 3, MALFORMED },
	};
	uint8_t *regs;
	unsigned int i;
	uint32_t n;

	lm_inproc_flr(b->p, 2);
	bench_write(b, 2, 0x14, 0x00460081);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 2, 0x1C), 2);
	assert_int_equal(bench_five(b, SUSPEND, 2), 0);
	assert_int_equal(bench_save(b, 2, 0, 0), 0);
	n = bench_dw0(b);
	memcpy(changed, b->buf, n);
	regs = payload(changed, LM_SEC_REGISTERS);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		lm_put_le32(regs + LM_REGS_CC, cases[i].cc);
		lm_put_le32(regs + LM_REGS_CSTS, cases[i].csts);
		mend(changed, n);
		assert_int_equal(load(b, 1, changed, n), cases[i].status);
		assert_int_equal(bench_read(b, 1, 0x14), 0x00460081);
		assert_int_equal(bench_read(b, 1, 0x1C), 2);
	}
	/* a failed controller that has queues may have any CC that can be ready */
	regs = payload(image, LM_SEC_REGISTERS);
	lm_put_le32(regs + LM_REGS_CC, 0x00460000);
	lm_put_le32(regs + LM_REGS_CSTS, 3);
	mend(image, size);
	assert_int_equal(load(b, 1, image, size), LM_SC_SUCCESS);
	expect_state(b, 1, image);
	lm_put_le32(regs + LM_REGS_CC, 0x00460080);
	mend(image, size);
	assert_int_equal(load(b, 1, image, size), MALFORMED);
}

/* NVMe 1.4 9.5: after CSTS.CFS nothing but a reset helps; the image keeps what was parked. */
static void a_failed_controller_stays_silent(void **state)
{
	struct bench *b = *state;
	static const unsigned int kept[] = { LM_SEC_CQS, LM_SEC_SQS, LM_SEC_AERS, LM_SEC_PARKED };
	unsigned int i;
	uint64_t seq;

	lm_put_le32(payload(changed, LM_SEC_REGISTERS) + LM_REGS_CSTS, 3);
	/* room in the CQ that was full; an event that no mask holds back */
	lm_put_le16(payload(changed, LM_SEC_CQS) + CQ(2, LM_CQ_HEAD), 2);
	lm_put_le32(payload(changed, LM_SEC_EVENTS) + LM_EVT_MASKED, 0);
	mend(changed, size);
	assert_int_equal(load(b, 1, changed, size), LM_SC_SUCCESS);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	seq = lm_inproc_journal_last(b->p);
	bench_ring(b, 1, 2, true, 3);
	bench_ring(b, 1, 1, false, 6);
	lm_inproc_run(b->p);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_READ, 1), 0);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_WRITE, 1), 0);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const uint8_t *p = payload(changed, kept[i]);

		assert_memory_equal(payload(b->buf, kept[i]), p,
				    lm_get_le32(p - LM_SEC_HEADER_SIZE + LM_SEC_LENGTH));
	}
}

static void all_aer_and_event_slots_can_be_used(void **state)
{
	struct bench *b = *state;
	uint8_t *aer = payload(changed, LM_SEC_AERS);
	uint8_t *event = payload(changed, LM_SEC_EVENTS);
	unsigned int i;

	for (i = 0; i < LM_AER_SLOTS; i++) {
		lm_put_le16(aer + i * LM_AER_SIZE + LM_AER_CID, (uint16_t)(0x4000 + i));
		lm_put_le16(aer + i * LM_AER_SIZE + LM_AER_VALID, 1);
	}
	for (i = 0; i < LM_EVT_SLOTS; i++) {
		lm_put_le32(event + i * LM_EVT_SIZE + LM_EVT_DW0, 0x10000 | i << 8);
		lm_put_le32(event + i * LM_EVT_SIZE + LM_EVT_VALID, 1);
	}
	lm_put_le32(event + LM_EVT_MASKED, 0);
	mend(changed, size);
	assert_int_equal(load(b, 1, changed, size), 0);
	expect_state(b, 1, changed);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	/* the oldest AER gets the oldest event, the next one waits for the log page */
	for (i = 0; i < LM_AER_SLOTS; i++) {
		lm_inproc_run(b->p);
		assert_true(bench_reap(b, 1, 0));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), 0x4000 + i);
		assert_int_equal(bench_dw0(b), 0x10000 | i << 8);
		assert_false(bench_reap(b, 1, 0));
		if (i == LM_AER_SLOTS - 1)
			break;
		bench_cmd(b, 0x02);
		lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
		bench_put32(b, LM_SQE_CDW10, 15u << 16 | 1);
		bench_submit(b, 1, 0);
		lm_inproc_run(b->p);
		assert_true(bench_reap(b, 1, 0));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), b->cid);
	}
}

static void an_image_with_a_namespace_too_many_is_refused(void **state)
{
	struct bench *b = *state;
	uint8_t *ns = payload(changed, LM_SEC_NAMESPACES);
	uint32_t n = size + LM_NS_SIZE;

	/* it is the last section */
	assert_true(ns + 2 * LM_NS_SIZE == changed + size);
	memcpy(ns + 2 * LM_NS_SIZE, ns + LM_NS_SIZE, LM_NS_SIZE);
	lm_put_le32(ns + 2 * LM_NS_SIZE + LM_NS_NSID, 3);
	lm_put_le32(ns - LM_SEC_HEADER_SIZE + LM_SEC_LENGTH, 3 * LM_NS_SIZE);
	lm_put_le32(changed + LM_IMG_TOTAL_LENGTH, n);
	mend(changed, n);
	assert_int_equal(load(b, 1, changed, n), INCOMPATIBLE);
	expect_state(b, 1, image);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(image_holds_what_the_vf_was),
		T(another_vf_goes_on_where_the_first_stopped),
		T(every_truncation_is_refused),
		T(every_changed_byte_is_refused),
		T(every_forged_byte_is_refused_or_kept),
		T(forged_images_get_the_status_of_their_fault),
		T(unknown_sections_are_skipped_where_they_may_be),
		T(disabled_vf_has_an_image_without_queues),
		T(two_aers_with_one_cid_are_refused),
		T(all_parked_slots_can_be_used),
		T(image_of_a_namespace_that_changed_is_refused),
		T(an_enable_that_failed_travels),
		T(a_failed_controller_stays_silent),
		T(all_aer_and_event_slots_can_be_used),
		T(an_image_with_a_namespace_too_many_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
