/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Features, logs, and asynchronous events.
 */
#include "bench.h"
#include "core.h"

static int setup(void **state)
{
	if (bench_setup(state))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	return 0;
}

static uint32_t get(struct bench *b, uint32_t dw10, uint32_t nsid, uint32_t dw11)
{
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_NSID, nsid);
	bench_put32(b, LM_SQE_CDW10, dw10);
	bench_put32(b, LM_SQE_CDW11, dw11);
	assert_int_equal(bench_status(b, 1, 0), 0);
	return bench_dw0(b);
}

static uint16_t set(struct bench *b, uint32_t dw10, uint32_t nsid, uint32_t dw11)
{
	bench_cmd(b, 0x09);
	bench_put32(b, LM_SQE_NSID, nsid);
	bench_put32(b, LM_SQE_CDW10, dw10);
	bench_put32(b, LM_SQE_CDW11, dw11);
	return bench_status(b, 1, 0);
}

static const struct feature {
	uint8_t fid;
	uint32_t nsid, by_default, value, select;
} features[] = {
	{ 0x01, 0, 0, 0xFF010207, 0 }, { 0x02, 0, 0, 0x20, 0 },
	{ 0x04, 0, 343, 340, 0 },      { 0x04, 0, 0, 0x00100105, 0x00100000 },
	{ 0x05, 2, 0, 7, 0 },	       { 0x06, 0, 1, 0, 0 },
	{ 0x08, 0, 0, 0x0103, 0 },     { 0x09, 0, 3, 0x00010003, 3 },
	{ 0x0A, 0, 0, 1, 0 },	       { 0x0B, 0, 0, 0x102, 0 },
};

#define N (sizeof(features) / sizeof(features[0]))

static void features_keep_what_was_set(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	for (i = 0; i < N; i++) {
		const struct feature *f = &features[i];

		assert_int_equal(get(b, f->fid, f->nsid, f->select), f->by_default);
		assert_int_equal(set(b, f->fid, f->nsid, f->value), 0);
	}
	for (i = 0; i < N; i++) {
		const struct feature *f = &features[i];
		uint32_t value = f->value & (f->fid == 4 ? 0xFFFFu : 0xFFFFFFFFu);

		assert_int_equal(get(b, f->fid, f->nsid, f->select), value);
		assert_int_equal(get(b, f->fid | 0x100, f->nsid, f->select), f->by_default);
		assert_int_equal(get(b, f->fid | 0x200, f->nsid, f->select), f->by_default);
		assert_int_equal(get(b, f->fid | 0x300, f->nsid, f->select), f->fid == 5 ? 6 : 4);
	}
	assert_int_equal(get(b, 5, 1, 0), 0);
	/* the PF has its own */
	assert_int_equal(bench_get_feature(b, 0, 0x0B, 0), 0);
	assert_int_equal(bench_dw0(b), 0);
	/* and a controller reset brings back the defaults */
	bench_write(b, 1, 0x14, 0);
	bench_enable(b, 1);
	for (i = 0; i < N; i++)
		assert_int_equal(get(b, features[i].fid, features[i].nsid, features[i].select),
				 features[i].by_default);
}

static void bad_settings_are_refused(void **state)
{
	struct bench *b = *state;
	static const uint32_t bad[][2] = {
		{ 0x00, 0 }, { 0x03, 0 },	{ 0x0C, 0 },	      { 0x01, 8 },
		{ 0x02, 1 }, { 0x04, 0x10000 }, { 0x04, 0x200000 },   { 0x04, 0x400000 },
		{ 0x06, 2 }, { 0x07, 0xFFFF },	{ 0x07, 0xFFFF0000 }, { 0x08, 0x10000 },
		{ 0x09, 9 }, { 0x09, 0x20000 }, { 0x0A, 2 },	      { 0x0B, 0x200 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set(b, bad[i][0], 0, bad[i][1]), 2);
	assert_int_equal(set(b, 0x05, 1, 0x10000), 2);
	assert_int_equal(set(b, 0x05, 0, 1), 0x0B);
	assert_int_equal(set(b, 0x05, 3, 1), 0x0B);
	assert_int_equal(set(b, 0x05, 0xFFFFFFFF, 9), 0);
	assert_int_equal(get(b, 5, 1, 0), 9);
	assert_int_equal(set(b, 0x80000006, 0, 1), 0x10D);
	assert_int_equal(set(b, 0x06, 1, 1), 0x10F);
	assert_int_equal(bench_get_feature(b, 1, 0x0C, 0), 2);
	assert_int_equal(bench_get_feature(b, 1, 0x05, 0), 0x0B);
	assert_int_equal(bench_get_feature(b, 1, 0x09, 9), 2);
	assert_int_equal(bench_get_feature(b, 1, 0x04, 0x10000), 2);
	assert_int_equal(bench_get_feature(b, 1, 0x04, 0x200000), 2);
	/* all sensors, all namespaces */
	assert_int_equal(set(b, 0x04, 0xFFFFFFFF, 0xF0000 | 345), 0);
	assert_int_equal(get(b, 4, 0, 0), 345);
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_CDW10, 0x406);
	assert_int_equal(bench_status(b, 1, 0), 2);
	/* NSID where it has no use */
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_cmd(b, 6);
	b->sqe[LM_SQE_FLAGS] = 0x40;
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_cmd(b, LM_OPC_SUSPEND);
	assert_int_equal(bench_status(b, 1, 0), 1);
}

static void number_of_queues_is_granted_before_there_are_any(void **state)
{
	struct bench *b = *state;

	assert_int_equal(set(b, 7, 0, 0x00030003), 0);
	assert_int_equal(bench_dw0(b), 0x00070007);
	assert_int_equal(get(b, 7, 0, 0), 0x00070007);
	bench_create_io(b, 1, 1);
	assert_int_equal(set(b, 7, 0, 0x00030003), 0x00C);
}

static void log_pages_have_bounds(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;
	unsigned int i;

	assert_int_equal(bench_log(b, 1, 3, 512, true), 0);
	assert_int_equal(buf[0], 1);
	assert_memory_equal(buf + 8, "1.0", 3);
	assert_int_equal(bench_log(b, 1, 0, 512, true), 0x109);
	assert_int_equal(bench_log(b, 1, 6, 512, true), 0x109);
	bench_cmd(b, 2);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 3u << 16 | 2);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_put32(b, LM_SQE_NSID, 0);
	bench_put32(b, LM_SQE_CDW12, 2);
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_put32(b, LM_SQE_CDW12, 516);
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_put32(b, LM_SQE_CDW12, 508);
	memset(buf, 0xEE, 16);
	assert_int_equal(bench_status(b, 1, 0), 0);
	assert_int_equal(lm_get_le32(buf), 0);
	for (i = 4; i < 16; i++)
		assert_int_equal(buf[i], 0xEE);
	bench_put32(b, LM_SQE_CDW12, 0);
	bench_put32(b, LM_SQE_CDW11, 1);
	assert_int_equal(bench_status(b, 1, 0), 2);
	bench_put32(b, LM_SQE_CDW11, 0xFFFF);
	assert_int_equal(bench_status(b, 1, 0), 2);
}

static void effects_log_names_what_there_is(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;

	assert_int_equal(bench_log(b, 1, 5, 4096, true), 0);
	assert_int_equal(lm_get_le32(buf + 4 * 0x06), 1);
	assert_int_equal(lm_get_le32(buf + 4 * 0x10), 0);
	assert_int_equal(lm_get_le32(buf + 4 * LM_OPC_SUSPEND), 0);
	assert_int_equal(lm_get_le32(buf + 1024), 1);
	assert_int_equal(lm_get_le32(buf + 1024 + 4), 3);
	assert_int_equal(lm_get_le32(buf + 1024 + 8), 1);
	assert_int_equal(lm_get_le32(buf + 1024 + 32), 3);
}

static void time_counts_in_the_smart_log(void **state)
{
	struct bench *b = *state;
	struct lm_media slow = { .latency = UINT64_C(120000000000) };

	bench_create_io(b, 1, 1);
	lm_inproc_media(b->p, &slow);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, UINT64_C(3600000000000));
	assert_true(bench_reap(b, 1, 1));
	assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 96), 2);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 112), 1);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 128), 1);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 1), 310);
}

static uint32_t next_event(struct bench *b)
{
	lm_inproc_run(b->p);
	if (!bench_reap(b, 1, 0))
		return 0;
	return bench_dw0(b);
}

static void temperature_threshold_is_an_event(void **state)
{
	struct bench *b = *state;

	assert_int_equal(set(b, 0x0B, 0, 2), 0);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	assert_int_equal(set(b, 4, 0, 300), 0);
	assert_int_equal(next_event(b), 0x00020101);
	assert_int_equal(bench_log(b, 1, 2, 512, false), 0);
	assert_int_equal(((uint8_t *)b->buf)[0], 2);
	/* too cold is a warning, too */
	assert_int_equal(set(b, 4, 0, 345), 0);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	assert_int_equal(set(b, 4, 0, 0x100000 | 310), 0);
	assert_int_equal(next_event(b), 0x00020101);
}

/* NVMe 1.4 5.2: what clears an event is that its log page was read. */
static void a_log_page_that_was_not_delivered_clears_no_event(void **state)
{
	struct bench *b = *state;

	bench_ring(b, 1, 2, false, 1);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	bench_submit(b, 1, 0);
	assert_int_equal(next_event(b), 0x00010000);
	bench_ring(b, 1, 2, false, 1);
	bench_cmd(b, 0x02);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x7000);
	bench_put32(b, LM_SQE_CDW10, 15u << 16 | 1);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_DATA_TRANSFER);
	assert_int_equal(next_event(b), 0);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 1);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_PRP_OFFSET);
	assert_int_equal(next_event(b), 0);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(next_event(b), 0x00010000);
}

static void an_event_waits_for_room_in_the_cq(void **state)
{
	struct bench *b = *state;
	struct bench_queue *q = &b->q[1][0];
	unsigned int head, i;

	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_CDW10, 6);
	for (i = 0; i < BENCH_ENTRIES - 1; i++) {
		bench_submit(b, 1, 0);
		lm_inproc_run(b->p);
	}
	head = q->head;
	bench_ring(b, 1, 3, false, 1);
	lm_inproc_run(b->p);
	/* the one entry that is left free is not written */
	assert_int_not_equal(lm_get_le16(q->cq + (head + 7) % 8 * 16 + LM_CQE_STATUS) & 1,
			     head + 7 < 8 ? q->phase : !q->phase);
	for (i = 0; i < BENCH_ENTRIES - 1; i++)
		assert_true(bench_reap(b, 1, 0));
	assert_int_equal(next_event(b), 0x00010000);
}

static void no_event_is_reported_after_shutdown(void **state)
{
	struct bench *b = *state;

	assert_int_equal(set(b, 0x0B, 0, 0x100), 0);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	bench_write(b, 1, 0x14, 0x00464001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, 0x1C), 9);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 1, 9000), 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
}

static void a_namespace_without_blocks_is_refused(void **state)
{
	struct bench *b = *state;

	assert_int_equal(lm_namespace_resize(lm_inproc_device(b->p), 1, 0), -1);
	assert_int_equal(bench_identify(b, 1, 0, 1), 0);
	assert_int_equal(lm_get_le64(b->buf), lm_inproc_config(b->p)->ns[0].blocks);
}

static void changed_namespace_is_an_event(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;

	assert_int_equal(set(b, 0x0B, 0, 0x100), 0);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	bench_submit(b, 1, 0);
	assert_int_equal(next_event(b), 0);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 2, 600), 0);
	assert_int_equal(next_event(b), 0x00040002);
	/* masked until the log is read with RAE 0 */
	assert_int_equal(lm_inproc_namespace_resize(b->p, 1, 9000), 0);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 1, 9001), 0);
	assert_int_equal(next_event(b), 0);
	assert_int_equal(bench_log(b, 1, 4, 4096, true), 0);
	assert_int_equal(lm_get_le32(buf), 1);
	assert_int_equal(lm_get_le32(buf + 4), 2);
	assert_int_equal(lm_get_le32(buf + 8), 0);
	assert_int_equal(next_event(b), 0);
	bench_cmd(b, 0x02);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 1023u << 16 | 4);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(next_event(b), 0x00040002);
	assert_int_equal(bench_log(b, 1, 4, 4096, true), 0);
	assert_int_equal(lm_get_le32(buf), 0);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 3, 1), -22);
	/* the PF did not ask for the notice */
	assert_int_equal(bench_log(b, 0, 4, 4096, true), 0);
	assert_int_equal(lm_get_le32(buf), 1);
}

static void events_of_one_kind_wait_once(void **state)
{
	struct bench *b = *state;

	bench_ring(b, 1, 2, false, 1);
	bench_ring(b, 1, 2, false, 1);
	bench_ring(b, 1, 3, false, 1);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	bench_submit(b, 1, 0);
	assert_int_equal(next_event(b), 0x00010000);
	assert_int_equal(bench_log(b, 1, 1, 256, false), 0);
	assert_int_equal(next_event(b), 0);
}

static void coalescing_is_kept_per_vector(void **state)
{
	struct bench *b = *state;

	assert_int_equal(set(b, 9, 0, 0x10002), 0);
	assert_int_equal(set(b, 9, 0, 0x10003), 0);
	assert_int_equal(set(b, 9, 0, 0x00002), 0);
	assert_int_equal(get(b, 9, 0, 2), 2);
	assert_int_equal(get(b, 9, 0, 3), 0x10003);
}

static void a_full_event_queue_takes_no_more(void **state)
{
	struct bench *b = *state;
	struct lm_events *ev = &lm_inproc_device(b->p)->fn[1].events;
	unsigned int i;

	/* more kinds than the model makes itself, as an image may bring them */
	for (i = 0; i < LM_EVT_SLOTS; i++)
		ev->dw0[i] = LM_EVENT(LM_EVENT_ERROR, 5, i);
	ev->count = LM_EVT_SLOTS;
	bench_ring(b, 1, 3, false, 1);
	assert_int_equal(ev->count, LM_EVT_SLOTS);
	assert_int_equal(ev->dw0[LM_EVT_SLOTS - 1], LM_EVENT(LM_EVENT_ERROR, 5, LM_EVT_SLOTS - 1));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(features_keep_what_was_set),
		T(bad_settings_are_refused),
		T(number_of_queues_is_granted_before_there_are_any),
		T(log_pages_have_bounds),
		T(effects_log_names_what_there_is),
		T(time_counts_in_the_smart_log),
		T(temperature_threshold_is_an_event),
		T(changed_namespace_is_an_event),
		T(events_of_one_kind_wait_once),
		T(coalescing_is_kept_per_vector),
		T(a_full_event_queue_takes_no_more),
		T(a_log_page_that_was_not_delivered_clears_no_event),
		T(an_event_waits_for_room_in_the_cq),
		T(no_event_is_reported_after_shutdown),
		T(a_namespace_without_blocks_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
