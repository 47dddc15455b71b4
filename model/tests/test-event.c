/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Asynchronous Event Requests: which of several is completed, and which is called back.
 */
#include "bench.h"
#include "core.h"

/* CIDs of which no byte is that of a neighbour */
static const uint16_t cid[LM_AER_SLOTS] = { 0x1122, 0x3344, 0x5566, 0x7788 };

static int setup(void **state)
{
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	for (unsigned int i = 0; i < LM_AER_SLOTS; i++) {
		bench_cmd(b, LM_ADM_ASYNC_EVENT);
		b->cid = (uint16_t)(cid[i] - 1);
		assert_int_equal(bench_submit(b, 1, 0), cid[i]);
	}
	b->cid = 0;
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_device(b->p)->fn[1].events.num_aers, LM_AER_SLOTS);
	return 0;
}

static void call_back(struct bench *b, uint16_t which)
{
	bench_cmd(b, LM_ADM_ABORT);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)which << 16);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), which);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, LM_SC_ABORT_REQUESTED | LM_MORE);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(bench_dw0(b), 0);
}

/* a doorbell that there is not: one event; its log is read, so that the next one is told, too */
static void expect_next(struct bench *b, uint16_t which)
{
	bench_ring(b, 1, 7, false, 1);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), which);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
	assert_int_equal(bench_log(b, 1, 1, 64, false), 0);
}

static void events_take_requests_in_their_order(void **state)
{
	for (unsigned int i = 0; i < LM_AER_SLOTS; i++)
		expect_next(*state, cid[i]);
}

/* Abort number which is called back: those that are left keep their order. */
static void without(struct bench *b, unsigned int which)
{
	call_back(b, cid[which]);
	for (unsigned int i = 0; i < LM_AER_SLOTS; i++) {
		if (i != which)
			expect_next(b, cid[i]);
	}
	assert_int_equal(lm_inproc_device(b->p)->fn[1].events.num_aers, 0);
}

static void the_first_is_called_back(void **state)
{
	without(*state, 0);
}

static void the_second_is_called_back(void **state)
{
	without(*state, 1);
}

static void the_last_is_called_back(void **state)
{
	without(*state, LM_AER_SLOTS - 1);
}

/* NVMe 1.4 5.14.1.4: all controllers that have the namespace */
static void each_function_learns_of_a_namespace_that_changed(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 2);
	assert_int_equal(lm_inproc_namespace_resize(b->p, 2, 600), 0);
	for (unsigned int fn = 0; fn <= 2; fn++) {
		memset(b->buf, 0xEE, 16);
		assert_int_equal(bench_log(b, fn, 4, 4096, false), 0);
		assert_int_equal(lm_get_le64(b->buf), 2);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(events_take_requests_in_their_order),
		T(the_first_is_called_back),
		T(the_second_is_called_back),
		T(the_last_is_called_back),
		T(each_function_learns_of_a_namespace_that_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
