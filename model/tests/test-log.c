/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Log pages, byte by byte (NVMe 1.4 5.14), and what they count.
 */
#include "bench.h"
#include "core.h"

#define HOUR_NS UINT64_C(3600000000000)
#define MINUTE_NS UINT64_C(60000000000)

static uint8_t expected[4096];

static int setup(void **state)
{
	struct lm_config c;

	lm_inproc_default_config(&c);
	c.num_namespaces = LM_MAX_NAMESPACES;
	for (unsigned int i = 2; i < LM_MAX_NAMESPACES; i++)
		c.ns[i] = c.ns[1];
	if (bench_setup_with(state, &c))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	bench_create_io(*state, 1, 1);
	memset(expected, 0, sizeof(expected));
	return 0;
}

static void check(struct bench *b, unsigned int fn, uint8_t lid, uint32_t size)
{
	uint8_t *buf = b->buf;

	memset(buf, 0xEE, 2 * sizeof(expected));
	assert_int_equal(bench_log(b, fn, lid, size, true), 0);
	assert_memory_equal(buf, expected, size);
	assert_int_equal(buf[size], 0xEE);
}

static void expect_smart(uint64_t read, uint64_t written, uint64_t reads, uint64_t writes)
{
	uint8_t *e = expected;

	lm_put_le16(e + 1, 310);
	e[3] = 100; /* available spare, and its threshold */
	e[4] = 10;
	lm_put_le64(e + 32, read);
	lm_put_le64(e + 48, written);
	lm_put_le64(e + 64, reads);
	lm_put_le64(e + 80, writes);
	lm_put_le64(e + 112, 1); /* power cycles */
}

static void rw(struct bench *b, uint8_t opc, uint32_t blocks)
{
	uint64_t list_iova;
	uint8_t *list = lm_inproc_alloc(b->p, 512, 4096, &list_iova);

	/* one page of the host again and again */
	for (unsigned int i = 0; i < 32; i++)
		lm_put_le64(list + 8 * i, b->buf_iova);
	bench_rw(b, opc, 1, 0, blocks);
	if (blocks > 16)
		lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova);
	assert_int_equal(bench_status(b, 1, 1), 0);
}

/* In units of 1000 blocks of 512 bytes, rounded up (NVMe 1.4 5.14.1.2). */
static void data_are_counted_in_thousands(void **state)
{
	struct bench *b = *state;

	check(b, 1, 1, 256);
	expect_smart(0, 0, 0, 0);
	check(b, 1, 2, 512);
	rw(b, 2, 1);
	expect_smart(1, 0, 1, 0);
	check(b, 1, 2, 512);
	rw(b, 1, 256);
	rw(b, 1, 256);
	rw(b, 1, 256);
	rw(b, 1, 232);
	expect_smart(1, 1, 1, 4);
	check(b, 1, 2, 512);
	rw(b, 1, 1);
	expect_smart(1, 2, 1, 5);
	check(b, 1, 2, 512);
	/* the PF counts for itself, an admin command apart that created nothing */
	expect_smart(0, 0, 0, 0);
	check(b, 0, 2, 512);
}

static uint64_t counter(struct bench *b, unsigned int at)
{
	assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
	return lm_get_le64((uint8_t *)b->buf + at);
}

/* Reading the log takes no time away, nor adds any. */
static void time_is_counted_once(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 6; i++) {
		lm_inproc_advance(b->p, HOUR_NS / 4);
		assert_int_equal(counter(b, 128), (i + 1) / 4);
	}
	assert_int_equal(counter(b, 96), 0);
}

/* A controller is busy while one command is under way, or two. */
static void busy_time_is_that_of_commands(void **state)
{
	struct bench *b = *state;
	struct lm_media stalled = { .mode = LM_MEDIA_STALL }, normal = { 0 };

	lm_inproc_media(b->p, &stalled);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, 2 * MINUTE_NS);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, 3 * MINUTE_NS);
	assert_int_equal(counter(b, 96), 5);
	lm_inproc_media(b->p, &normal);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 1) && bench_reap(b, 1, 1));
	lm_inproc_advance(b->p, 7 * MINUTE_NS);
	assert_int_equal(counter(b, 96), 5);
	/* nor once a reset dropped what was under way */
	lm_inproc_media(b->p, &stalled);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	bench_write(b, 1, 0x14, 0);
	lm_inproc_media(b->p, &normal);
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	lm_inproc_advance(b->p, 7 * MINUTE_NS);
	assert_int_equal(counter(b, 96), 5);
	/* nor while what is done waits for room in its CQ */
	for (unsigned int i = 0; i < BENCH_ENTRIES + 2; i++) {
		bench_rw(b, 2, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	lm_inproc_advance(b->p, 7 * MINUTE_NS);
	assert_int_equal(counter(b, 96), 5);
}

/* LM-STA-370 and its like: no time passes for a VF that is suspended. */
static void a_suspended_vf_ages_not(void **state)
{
	struct bench *b = *state;

	lm_inproc_advance(b->p, HOUR_NS / 2);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	lm_inproc_advance(b->p, 5 * HOUR_NS);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	assert_int_equal(counter(b, 128), 0);
	lm_inproc_advance(b->p, HOUR_NS / 2);
	assert_int_equal(counter(b, 128), 1);
}

/* Slots, newest first (NVMe 1.4 5.14.1.1). */
static void a_failure_is_an_entry_of_the_error_log(void **state)
{
	struct bench *b = *state;
	uint16_t cid;

	bench_rw(b, 2, 3, 0x123456789A, 1);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_LBA_RANGE);
	cid = b->cid;
	lm_put_le64(expected, 1);
	lm_put_le16(expected + 8, 1);
	lm_put_le16(expected + 10, cid);
	lm_put_le16(expected + 12, (LM_SC_LBA_RANGE | LM_DNR | LM_MORE) << 1);
	lm_put_le16(expected + 14, 0xFFFF);
	lm_put_le64(expected + 16, 0x123456789A);
	lm_put_le32(expected + 24, 3);
	check(b, 1, 1, 256);
	/* an admin command has no LBA, a doorbell no command */
	memmove(expected + 64, expected, 64);
	memset(expected, 0, 64);
	bench_cmd(b, 0x7F);
	bench_put32(b, LM_SQE_NSID, 5);
	bench_put32(b, LM_SQE_CDW10, 0x77);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	lm_put_le64(expected, 2);
	lm_put_le16(expected + 10, b->cid);
	lm_put_le16(expected + 12, (LM_SC_INVALID_OPCODE | LM_DNR | LM_MORE) << 1);
	lm_put_le16(expected + 14, 0xFFFF);
	lm_put_le32(expected + 24, 5);
	check(b, 1, 1, 256);
	memmove(expected + 64, expected, 128);
	memset(expected, 0, 64);
	bench_ring(b, 1, 2, false, 1);
	lm_put_le64(expected, 3);
	lm_put_le16(expected + 8, 2);
	lm_put_le16(expected + 10, 0xFFFF);
	lm_put_le16(expected + 12, (LM_SC_INVALID_FIELD | LM_MORE) << 1);
	lm_put_le16(expected + 14, 0xFFFF);
	check(b, 1, 1, 256);
	/* four slots, and the fifth pushes the first out */
	memmove(expected + 64, expected, 192);
	lm_put_le64(expected, 4);
	bench_ring(b, 1, 2, false, 1);
	check(b, 1, 1, 256);
	memmove(expected + 64, expected, 192);
	lm_put_le64(expected, 5);
	bench_ring(b, 1, 2, false, 1);
	check(b, 1, 1, 256);
	/* gone with a reset of the function, the count of them not */
	lm_inproc_flr(b->p, 1);
	bench_enable(b, 1);
	memset(expected, 0, sizeof(expected));
	check(b, 1, 1, 256);
	assert_int_equal(counter(b, 176), 5);
}

static void other_pages_say_what_there_is(void **state)
{
	struct bench *b = *state;
	static const uint8_t admin[] = { 0, 1, 2, 4, 5, 6, 8, 9, 10, 12 };

	expected[0] = 1;
	memcpy(expected + 8, "1.0     ", 8);
	check(b, 1, 3, 512);
	/* no more than there is, however much is asked for */
	memset(b->buf, 0xEE, 1024);
	assert_int_equal(bench_log(b, 1, 3, 1024, true), 0);
	assert_int_equal(((uint8_t *)b->buf)[512], 0xEE);
	memset(expected, 0, 512);
	lm_inproc_namespace_resize(b->p, 1, 100);
	lm_inproc_namespace_resize(b->p, 8, 100);
	lm_put_le32(expected, 1);
	lm_put_le32(expected + 4, 8);
	check(b, 1, 4, 4096);
	memset(b->buf, 0xEE, 8192);
	assert_int_equal(bench_log(b, 1, 4, 8192, true), 0);
	assert_int_equal(((uint8_t *)b->buf)[4096], 0xEE);
	memset(expected, 0, 4096);
	for (unsigned int i = 0; i < sizeof(admin); i++)
		lm_put_le32(expected + 4 * admin[i], 1);
	lm_put_le32(expected + 1024 + 4 * 0, 1);
	lm_put_le32(expected + 1024 + 4 * 1, 3);
	lm_put_le32(expected + 1024 + 4 * 2, 1);
	lm_put_le32(expected + 1024 + 4 * 8, 3);
	check(b, 1, 5, 4096);
	for (unsigned int opc = LM_OPC_QUERY_DATA_SIZE; opc <= LM_OPC_LOAD_DATA; opc++)
		if (lm_migrate_is_opcode((uint8_t)opc))
			lm_put_le32(expected + 4 * opc, 1);
	check(b, 0, 5, 4096);
}

static uint16_t read_log(struct bench *b, uint8_t lid, uint32_t dwords, uint64_t offset)
{
	uint64_t list_iova;
	uint8_t *list = lm_inproc_alloc(b->p, 512, 4096, &list_iova);

	for (unsigned int i = 0; i < 64; i++)
		lm_put_le64(list + 8 * i, b->buf_iova + 4096 * (i % 2 + 1));
	bench_cmd(b, 2);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 512);
	lm_put_le64(b->sqe + LM_SQE_PRP2, dwords > 1024 ? list_iova : b->buf_iova + 4096);
	bench_put32(b, LM_SQE_CDW10, (dwords - 1) << 16 | 0x8000 | lid);
	bench_put32(b, LM_SQE_CDW11, (dwords - 1) >> 16);
	lm_put_le64(b->sqe + LM_SQE_CDW12, offset);
	return bench_status(b, 1, 0);
}

static void a_page_is_read_in_any_pieces(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf, whole[4096];

	assert_int_equal(bench_log(b, 1, 5, 4096, true), 0);
	memcpy(whole, buf, sizeof(whole));
	/* over the end of a page of the host */
	memset(buf, 0xEE, 4 * 4096);
	assert_int_equal(read_log(b, 5, 1024, 0), 0);
	assert_memory_equal(buf + 512, whole, 4096);
	assert_int_equal(buf[511], 0xEE);
	assert_int_equal(buf[512 + 4096], 0xEE);
	memset(buf, 0xEE, 4 * 4096);
	assert_int_equal(read_log(b, 5, 1, 1028), 0);
	assert_memory_equal(buf + 512, whole + 1028, 4);
	assert_int_equal(buf[516], 0xEE);
	/* at the end of it nothing is left, which is no error */
	memset(buf, 0xEE, 4 * 4096);
	assert_int_equal(read_log(b, 5, 1, 4096), 0);
	assert_int_equal(buf[512], 0xEE);
	assert_int_equal(read_log(b, 5, 1, 4100), LM_SC_INVALID_FIELD);
	assert_int_equal(read_log(b, 5, 1, 2), LM_SC_INVALID_FIELD);
	/* MDTS counts what is asked for, not what there is */
	assert_int_equal(read_log(b, 5, (4096u << 5) / 4, 0), 0);
	assert_memory_equal(buf + 512, whole, 4096 - 512);
	assert_int_equal(read_log(b, 5, (4096u << 5) / 4 + 1, 0), LM_SC_INVALID_FIELD);
	/* 4 GiB, of which 32 bits would see nothing */
	assert_int_equal(read_log(b, 5, 0, 0), LM_SC_INVALID_FIELD);
	assert_int_equal(read_log(b, 0x7F, 1, 0), LM_SC_LOG_INVALID);
}

/* Where there is no MDTS, 32 bits are the bound. */
static void a_log_page_is_shorter_than_4_gib(void **state)
{
	struct lm_config c;

	bench_teardown(state);
	lm_inproc_default_config(&c);
	c.mdts = 0;
	assert_int_equal(bench_setup_with(state, &c), 0);
	bench_enable(*state, 1);
	assert_int_equal(read_log(*state, 5, 0x3FFFFFFF, 0), 0);
	assert_int_equal(read_log(*state, 5, 0x40000000, 0), LM_SC_INVALID_FIELD);
	assert_int_equal(read_log(*state, 5, 0, 0), LM_SC_INVALID_FIELD);
}

static void temperature_warns_at_its_thresholds(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;
	static const struct {
		uint32_t threshold;
		uint8_t warning;
	} steps[] = { { 311, 0 },
		      { 310, 2 },
		      { 309, 2 },
		      { 343, 0 },
		      { 0x100000 | 309, 0 },
		      { 0x100000 | 310, 2 },
		      { 0x100000 | 311, 2 } };

	for (unsigned int i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(bench_set_feature(b, 1, 4, steps[i].threshold), 0);
		assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
		assert_int_equal(buf[0], steps[i].warning);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(data_are_counted_in_thousands),	   T(time_is_counted_once),
		T(busy_time_is_that_of_commands),	   T(a_suspended_vf_ages_not),
		T(a_failure_is_an_entry_of_the_error_log), T(other_pages_say_what_there_is),
		T(a_page_is_read_in_any_pieces),	   T(a_log_page_is_shorter_than_4_gib),
		T(temperature_warns_at_its_thresholds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
