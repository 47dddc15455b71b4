/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The fault switch as the host of a PF sees it.
 */
#include "bench.h"
#include "core.h"
#include "nvme-lm-fault.h"

#define JOURNAL_BYTES (4u * 4096u)

static int setup(void **state)
{
	if (bench_setup(state))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	return 0;
}

static void journal_cmd(struct bench *b, uint64_t offset, uint32_t len)
{
	bench_cmd(b, 0x02);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	lm_put_le64(b->sqe + LM_SQE_PRP2, b->buf_iova + 4096);
	bench_put32(b, LM_SQE_CDW10, (len / 4 - 1) << 16 | LM_LID_JOURNAL);
	lm_put_le64(b->sqe + LM_SQE_CDW12, offset);
}

static uint16_t journal(struct bench *b, uint64_t offset, uint32_t len)
{
	journal_cmd(b, offset, len);
	return bench_status(b, 0, 0);
}

/* Set Features with what the test put into the buffer. */
static uint16_t set(struct bench *b, unsigned int fn, uint32_t dw10, uint32_t nsid)
{
	bench_cmd(b, 0x09);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_NSID, nsid);
	bench_put32(b, LM_SQE_CDW10, dw10);
	return bench_status(b, fn, 0);
}

static uint8_t *zeroed(struct bench *b)
{
	return memset(b->buf, 0, LM_FAULT_DATA_SIZE);
}

static struct lm_ev record(const struct bench *b, uint64_t seq)
{
	struct lm_ev ev;

	assert_int_equal(lm_inproc_journal(b->p, seq - 1, &ev, 1), 1);
	return ev;
}

static void check_record(const struct bench *b, const uint8_t *r, uint64_t seq)
{
	struct lm_ev ev = record(b, seq);

	assert_int_equal(lm_get_le64(r + LM_JOURNAL_SEQ), seq);
	assert_int_equal(lm_get_le64(r + LM_JOURNAL_TIME), ev.time);
	assert_int_equal(lm_get_le64(r + LM_JOURNAL_ADDR), ev.addr);
	assert_int_equal(lm_get_le32(r + LM_JOURNAL_LEN), ev.len);
	assert_int_equal(lm_get_le32(r + LM_JOURNAL_DATA), ev.data);
	assert_int_equal(r[LM_JOURNAL_KIND], ev.kind);
	assert_int_equal(lm_get_le16(r + LM_JOURNAL_FN), ev.fn);
	assert_int_equal(lm_get_le16(r + LM_JOURNAL_VECTOR), ev.vector);
}

static void the_journal_is_a_log_page(void **state)
{
	struct bench *b = *state;
	uint64_t last = lm_inproc_journal_last(b->p);
	unsigned int i;

	assert_in_range(last, 10, 80);
	memset(b->buf, 0xFF, JOURNAL_BYTES);
	assert_int_equal(journal(b, 0, 8192), 0);
	for (i = 0; i < last; i++)
		check_record(b, (uint8_t *)b->buf + (size_t)i * LM_JOURNAL_SIZE, i + 1);
	/* what came while it was read, then nothing */
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + (8192 - 96)), 0);
	assert_int_equal(((uint8_t *)b->buf)[8191], 0);
	/* in the middle of a record, over several pieces */
	while (lm_inproc_journal_last(b->p) < 200)
		bench_read(b, 1, 0x1C);
	assert_int_equal(journal(b, 3 * LM_JOURNAL_SIZE - 8, 8192), 0);
	for (i = 0; i < 170; i++)
		check_record(b, (uint8_t *)b->buf + 8 + (size_t)i * LM_JOURNAL_SIZE, i + 4);
	assert_int_equal(journal(b, UINT64_C(1) << 60, 4096), 0);
	for (i = 0; i < 4096; i++)
		assert_int_equal(((uint8_t *)b->buf)[i], 0);
}

static void commands_are_in_the_journal(void **state)
{
	struct bench *b = *state;
	uint64_t last = lm_inproc_journal_last(b->p);
	struct lm_ev ev = { 0 };

	bench_create_io(b, 1, 2);
	bench_rw(b, LM_IO_READ, 1, UINT64_C(0x100000002), 3);
	assert_int_equal(bench_status(b, 1, 2), LM_SC_LBA_RANGE);
	assert_int_equal(bench_events(b, last, LM_EV_COMMAND, 1), 3);
	for (last++; last <= lm_inproc_journal_last(b->p); last++) {
		if (record(b, last).kind == LM_EV_COMMAND)
			ev = record(b, last);
	}
	assert_int_equal(ev.vector, 2);
	assert_int_equal(ev.data & 0xFF, LM_IO_READ);
	assert_int_equal(ev.data >> 16, b->cid);
	assert_int_equal(ev.addr, UINT64_C(0x100000002));
	assert_int_equal(ev.len, 2);
}

static void the_journal_is_read_within_bounds(void **state)
{
	struct bench *b = *state;

	assert_int_equal(journal(b, 2, 48), 2);
	/* above MDTS */
	assert_int_equal(journal(b, 0, 256 * 1024), 2);
	journal_cmd(b, 0, 48);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_status(b, 0, 0), 2);
	journal_cmd(b, 0, 48);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 2);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_PRP_OFFSET);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x1000);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_DATA_TRANSFER);
}

static void media_are_a_feature(void **state)
{
	struct bench *b = *state;
	uint8_t *d = zeroed(b);

	bench_create_io(b, 1, 1);
	d[LM_MEDIA_MODE] = 2;
	lm_put_le16(d + LM_MEDIA_STATUS, 0x286);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 0);
	bench_rw(b, LM_IO_READ, 1, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), 0x286);
	d = zeroed(b);
	lm_put_le64(d + LM_MEDIA_LATENCY, 5000000);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 0);
	bench_rw(b, LM_IO_READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, 4999999);
	assert_false(bench_reap(b, 1, 1));
	lm_inproc_advance(b->p, 1);
	assert_true(bench_reap(b, 1, 1));
	d = zeroed(b);
	d[LM_MEDIA_MODE] = 1;
	d[LM_MEDIA_ADMIN] = 1;
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 0);
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_CDW10, 6);
	bench_submit(b, 1, 0);
	lm_inproc_advance(b->p, 1000000000);
	assert_false(bench_reap(b, 1, 0));
	zeroed(b);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 0);
	assert_true(bench_reap(b, 1, 0));
}

static void media_that_cannot_be_are_refused(void **state)
{
	struct bench *b = *state;
	uint8_t *d = zeroed(b);

	d[LM_MEDIA_MODE] = 3;
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 2);
	d[LM_MEDIA_MODE] = 2;
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 2);
	lm_put_le16(d + LM_MEDIA_STATUS, 0x4006);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 2);
	d = zeroed(b);
	lm_put_le64(d + LM_MEDIA_LATENCY, LM_MEDIA_LATENCY_MAX + 1);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 2);
	lm_put_le64(d + LM_MEDIA_LATENCY, LM_MEDIA_LATENCY_MAX);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 0), 0);
}

static void put_fault(uint8_t *d, uint8_t opc, uint16_t vf, uint32_t skip, uint32_t count)
{
	memset(d, 0, LM_FAULT_DATA_SIZE);
	d[LM_FAULT_OPC] = opc;
	lm_put_le16(d + LM_FAULT_VF, vf);
	lm_put_le32(d + LM_FAULT_SKIP, skip);
	lm_put_le32(d + LM_FAULT_COUNT, count);
}

static void faults_are_a_feature(void **state)
{
	struct bench *b = *state;
	uint8_t *d = b->buf;

	put_fault(d, LM_OPC_QUERY_DATA_SIZE, 2, 1, 2);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_REFUSE;
	lm_put_le16(d + LM_FAULT_STATUS, 0x006 | LM_DNR);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 2), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 2), 0x006 | LM_DNR);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 2), 0x006 | LM_DNR);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 2), 0);
	put_fault(d, 0x0A, 0, 0, 1);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_OVERRIDE_DW0 | LM_FAULT_F_FAIL_LATE;
	lm_put_le16(d + LM_FAULT_STATUS, 0x01C);
	lm_put_le32(d + LM_FAULT_DW0, 77);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	b->spoiled = true;
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0x01C);
	assert_int_equal(bench_dw0(b), 77);
	/* disarmed, one and all */
	put_fault(d, 0x0A, 0, 0, 1);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_NO_COMPLETION;
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	put_fault(d, 0x0A, 0, 0, 0);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
	put_fault(d, 0x0A, 0, 0, 1);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_NO_COMPLETION;
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	zeroed(b);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
}

static void faults_of_an_image(void **state)
{
	struct bench *b = *state;
	uint8_t *d = b->buf;
	uint8_t before;
	uint32_t size;

	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), 0);
	size = bench_dw0(b);
	assert_in_range(size, 100, 8192);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	before = d[40];
	put_fault(d, LM_OPC_SAVE_DATA, 1, 0, 1);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_CORRUPT;
	lm_put_le32(d + LM_FAULT_BYTES, 40);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	assert_int_equal(d[40], before ^ 1);
	put_fault(d, LM_OPC_SAVE_DATA, 1, 0, 1);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_TRUNCATE;
	lm_put_le32(d + LM_FAULT_BYTES, 40);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	memset(d, 0x5A, 64);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	assert_int_equal(d[40], 0x5A);
}

static void faults_that_cannot_be_are_refused(void **state)
{
	struct bench *b = *state;
	uint8_t *d = b->buf;
	unsigned int i;

	put_fault(d, 0x0A, 0, 0, 1);
	d[LM_FAULT_FLAGS] = 0x40;
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 2);
	d[LM_FAULT_FLAGS] = LM_FAULT_F_REFUSE;
	lm_put_le16(d + LM_FAULT_STATUS, 0x2006);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 2);
	for (i = 0; i < LM_MAX_FAULT_RULES; i++) {
		put_fault(d, LM_OPC_RESUME, (uint16_t)(i + 1), 0, 1);
		assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	}
	put_fault(d, LM_OPC_RESUME, 99, 0, 1);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), LM_SC_NOT_ENOUGH_RESOURCES);
	/* one that is not there is disarmed, one that is there replaced */
	put_fault(d, LM_OPC_RESUME, 99, 0, 0);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
	put_fault(d, LM_OPC_RESUME, 3, 0, 7);
	assert_int_equal(set(b, 0, LM_FID_FAULT, 0), 0);
}

static void namespace_sizes_are_a_feature(void **state)
{
	struct bench *b = *state;
	uint8_t *d = zeroed(b);

	lm_put_le32(d + LM_NAMESPACE_NSID, 1);
	lm_put_le64(d + LM_NAMESPACE_BLOCKS, 100);
	assert_int_equal(set(b, 0, LM_FID_NAMESPACE, 0), 0);
	assert_int_equal(bench_identify(b, 1, 0, 1), 0);
	assert_int_equal(lm_get_le64(d), 100);
	zeroed(b);
	lm_put_le32(d + LM_NAMESPACE_NSID, 1);
	assert_int_equal(set(b, 0, LM_FID_NAMESPACE, 0), 2);
	lm_put_le64(d + LM_NAMESPACE_BLOCKS, UINT64_C(1) << 50);
	assert_int_equal(set(b, 0, LM_FID_NAMESPACE, 0), 2);
	lm_put_le32(d + LM_NAMESPACE_NSID, 3);
	lm_put_le64(d + LM_NAMESPACE_BLOCKS, 100);
	assert_int_equal(set(b, 0, LM_FID_NAMESPACE, 0), 2);
	assert_int_equal(bench_identify(b, 1, 0, 1), 0);
	assert_int_equal(lm_get_le64(d), 100);
}

static void the_features_are_features(void **state)
{
	struct bench *b = *state;

	zeroed(b);
	assert_int_equal(set(b, 0, LM_FID_MEDIA | 0x80000000u, 0), LM_SC_NOT_SAVEABLE);
	assert_int_equal(set(b, 0, LM_FID_MEDIA, 1), LM_SC_NOT_NS_SPECIFIC);
	assert_int_equal(bench_get_feature(b, 0, LM_FID_MEDIA, 0), 2);
	bench_cmd(b, 0x09);
	bench_put32(b, LM_SQE_CDW10, LM_FID_FAULT);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x1000);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_DATA_TRANSFER);
	assert_int_equal(set(b, 0, LM_FID_NAMESPACE + 1, 0), 2);
}

static void expect_none(struct bench *b, unsigned int fn)
{
	uint32_t fid;

	zeroed(b);
	for (fid = LM_FID_MEDIA; fid <= LM_FID_NAMESPACE; fid++)
		assert_int_equal(set(b, fn, fid, 0), 2);
	journal_cmd(b, 0, 48);
	assert_int_equal(bench_status(b, fn, 0), LM_SC_LOG_INVALID);
}

static void a_vf_has_none(void **state)
{
	expect_none(*state, 1);
}

static void a_port_without_the_parts_has_none(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	const struct lm_port *own = dev->port;
	struct lm_port port = *own;
	uint64_t last = lm_inproc_journal_last(b->p);

	port.journal = NULL;
	port.media = NULL;
	port.arm = NULL;
	port.resize = NULL;
	port.command = NULL;
	dev->port = &port;
	expect_none(b, 0);
	assert_int_equal(bench_events(b, last, LM_EV_COMMAND, 0), 0);
	dev->port = own;
}

static void switched_off_there_is_none(void **state)
{
	struct bench *b = *state;
	struct lm_config c = *lm_inproc_config(b->p);
	uint64_t last;

	lm_inproc_free(b->p);
	c.fault_switch = false;
	b->p = lm_inproc_new(&c);
	b->buf = lm_inproc_alloc(b->p, 8192, 4096, &b->buf_iova);
	last = lm_inproc_journal_last(b->p);
	bench_enable(b, 0);
	expect_none(b, 0);
	assert_int_equal(bench_events(b, last, LM_EV_COMMAND, 0), 0);
}

/* The recorder by itself: what was overwritten is not there. */
static void a_full_recorder_keeps_the_newest(void **state)
{
	struct lm_ev memory[4], ev = { .kind = LM_EV_REG_READ };
	struct lm_recorder r = { .ev = memory, .max = 4 };
	uint8_t b[LM_JOURNAL_SIZE];
	unsigned int i;

	(void)state;
	assert_null(lm_record_get(&r, 1));
	for (i = 1; i <= 6; i++) {
		ev.addr = i;
		lm_record(&r, &ev);
	}
	assert_null(lm_record_get(&r, 0));
	assert_null(lm_record_get(&r, 2));
	for (i = 3; i <= 6; i++) {
		assert_int_equal(lm_record_get(&r, i)->seq, i);
		assert_int_equal(lm_record_get(&r, i)->addr, i);
	}
	assert_null(lm_record_get(&r, 7));
	lm_record_read(&r, LM_JOURNAL_SIZE, b, sizeof(b));
	assert_int_equal(lm_get_le64(b), 0);
	lm_record_read(&r, 2 * LM_JOURNAL_SIZE, b, sizeof(b));
	assert_int_equal(lm_get_le64(b), 3);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_journal_is_a_log_page),
		T(commands_are_in_the_journal),
		T(the_journal_is_read_within_bounds),
		T(media_are_a_feature),
		T(media_that_cannot_be_are_refused),
		T(faults_are_a_feature),
		T(faults_of_an_image),
		T(faults_that_cannot_be_are_refused),
		T(namespace_sizes_are_a_feature),
		T(the_features_are_features),
		T(a_vf_has_none),
		T(a_port_without_the_parts_has_none),
		T(switched_off_there_is_none),
		T(a_full_recorder_keeps_the_newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
