/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Creation and deletion of queues, doorbells, Abort.
 */
#include "bench.h"

static int setup(void **state)
{
	if (bench_setup(state))
		return -1;
	bench_enable(*state, 1);
	bench_create_io(*state, 1, 1);
	return 0;
}

static uint16_t create_queue(struct bench *b, bool cq, uint32_t dw10, uint32_t dw11, uint64_t prp1)
{
	bench_cmd(b, cq ? 5 : 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, prp1);
	bench_put32(b, LM_SQE_CDW10, dw10);
	bench_put32(b, LM_SQE_CDW11, dw11);
	return bench_status(b, 1, 0);
}

static uint16_t delete_queue(struct bench *b, bool cq, uint32_t qid)
{
	bench_cmd(b, cq ? 4 : 0);
	bench_put32(b, LM_SQE_CDW10, qid);
	return bench_status(b, 1, 0);
}

static void bad_creations_get_their_status(void **state)
{
	struct bench *b = *state;
	uint64_t at = b->buf_iova;

	assert_int_equal(create_queue(b, true, 0x00070000, 1, at), 0x101);
	assert_int_equal(create_queue(b, true, 0x00070001, 1, at), 0x101);
	assert_int_equal(create_queue(b, true, 0x00070009, 1, at), 0x101);
	assert_int_equal(create_queue(b, true, 0x00000002, 1, at), 0x102);
	assert_int_equal(create_queue(b, true, 0x04000002, 1, at), 0x102);
	assert_int_equal(create_queue(b, true, 0x00070002, 0, at), 0x002);
	assert_int_equal(create_queue(b, true, 0x00070002, 1, at + 8), 0x013);
	assert_int_equal(create_queue(b, true, 0x00070002, 0x00090003, at), 0x108);
	assert_int_equal(create_queue(b, false, 0x00070000, 0x00010001, at), 0x101);
	assert_int_equal(create_queue(b, false, 0x00070001, 0x00010001, at), 0x101);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00000001, at), 0x101);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00090001, at), 0x101);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00020001, at), 0x100);
	assert_int_equal(create_queue(b, false, 0x00000002, 0x00010001, at), 0x102);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00010000, at), 0x002);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00010001, at + 4), 0x013);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00010007, at), 0);
}

static void entry_sizes_must_be_set(void **state)
{
	struct bench *b = *state;

	assert_int_equal(delete_queue(b, false, 1), 0);
	assert_int_equal(delete_queue(b, true, 1), 0);
	bench_write(b, 1, 0x14, 1);
	assert_int_equal(create_queue(b, true, 0x00070001, 1, b->buf_iova), 0x102);
	bench_write(b, 1, 0x14, 0x00400001);
	assert_int_equal(create_queue(b, true, 0x00070001, 1, b->buf_iova), 0);
	/* while there are I/O queues the sizes stay */
	bench_write(b, 1, 0x14, 0x00460001);
	assert_int_equal(bench_read(b, 1, 0x14), 0x00400001);
	assert_int_equal(create_queue(b, false, 0x00070001, 0x00010001, b->buf_iova), 0x102);
}

static void deletion_has_its_order(void **state)
{
	struct bench *b = *state;

	assert_int_equal(delete_queue(b, true, 1), 0x10C);
	assert_int_equal(delete_queue(b, true, 0), 0x101);
	assert_int_equal(delete_queue(b, true, 2), 0x101);
	assert_int_equal(delete_queue(b, false, 0), 0x101);
	assert_int_equal(delete_queue(b, false, 2), 0x101);
	assert_int_equal(delete_queue(b, false, 1), 0);
	assert_int_equal(delete_queue(b, false, 1), 0x101);
	assert_int_equal(delete_queue(b, true, 1), 0);
}

static void deleting_an_sq_ends_its_commands(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL };
	uint16_t cid;

	lm_inproc_media(b->p, &stall);
	bench_rw(b, 2, 1, 0, 1);
	cid = bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	assert_int_equal(delete_queue(b, false, 1), 0);
	assert_true(bench_reap(b, 1, 1));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 0x008);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	assert_int_equal(delete_queue(b, true, 1), 0);
}

static void deleting_an_sq_does_not_wait_for_a_full_cq(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	for (i = 0; i < BENCH_ENTRIES + 2; i++) {
		bench_rw(b, 2, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	assert_int_equal(delete_queue(b, false, 1), 0);
	for (i = 0; i < BENCH_ENTRIES - 1; i++)
		assert_true(bench_reap(b, 1, 1));
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 1));
	/* slots of the dropped completions are free again */
	assert_int_equal(delete_queue(b, true, 1), 0);
	bench_create_io(b, 1, 1);
	bench_rw(b, 2, 1, 0, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
}

static uint32_t event_of(struct bench *b, unsigned int qid, bool cq, uint32_t value)
{
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	bench_ring(b, 1, qid, cq, value);
	lm_inproc_run(b->p);
	if (!bench_reap(b, 1, 0))
		return 0;
	return bench_dw0(b);
}

static void bad_doorbells_are_events(void **state)
{
	struct bench *b = *state;

	assert_int_equal(event_of(b, 2, false, 1), 0x00010000);
	assert_int_equal(bench_log(b, 1, 1, 64, false), 0);
	assert_int_equal(event_of(b, 1, false, BENCH_ENTRIES), 0x00010100);
	assert_int_equal(bench_log(b, 1, 1, 64, false), 0);
	assert_int_equal(event_of(b, 1, true, 1), 0x00010100);
	assert_int_equal(bench_log(b, 1, 1, 64, false), 0);
	assert_int_equal(event_of(b, 100, true, 0), 0x00010000);
	assert_int_equal(bench_log(b, 1, 1, 256, false), 0);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 8), 100);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 10), 0xFFFF);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 192), 1);
	assert_int_equal(event_of(b, 1, true, BENCH_ENTRIES), 0x00010100);
	assert_int_equal(bench_log(b, 1, 1, 64, false), 0);
	assert_int_equal(event_of(b, 2, true, 0), 0x00010000);
}

static void sq_overflow_is_an_event(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL };

	lm_inproc_media(b->p, &stall);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	bench_ring(b, 1, 1, false, 5);
	bench_ring(b, 1, 1, false, 3); /* 6 more do not fit */
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(bench_dw0(b), 0x00010100);
}

static void abort_ends_a_command(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL };
	uint16_t cid;

	lm_inproc_media(b->p, &stall);
	bench_rw(b, 2, 1, 0, 1);
	cid = bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16 | 1);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	assert_int_equal(bench_dw0(b), 0);
	assert_true(bench_reap(b, 1, 1));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 7);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16 | 1);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	assert_int_equal(bench_dw0(b), 1);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16 | 0xFFFF);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	assert_int_equal(bench_dw0(b), 1);
}

static void abort_ends_an_aer(void **state)
{
	struct bench *b = *state;
	uint16_t cid[2];

	bench_cmd(b, 0x0C);
	cid[0] = bench_submit(b, 1, 0);
	cid[1] = bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid[0] << 16);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[0]);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 7);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(bench_dw0(b), 0);
	bench_ring(b, 1, 3, false, 1);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[1]);
}

static void too_many_aborts_are_refused(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL, .admin = true };
	unsigned int i;

	lm_inproc_media(b->p, &stall);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, 1);
	for (i = 0; i < 5; i++)
		bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 0x103);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), 0);
	assert_false(bench_reap(b, 1, 0));
}

static void too_many_aers_are_refused(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	bench_cmd(b, 0x0C);
	for (i = 0; i < 5; i++)
		bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 0x105);
	assert_false(bench_reap(b, 1, 0));
}

static void abort_ends_the_aer_that_it_names(void **state)
{
	struct bench *b = *state;
	uint16_t cid[2];

	bench_cmd(b, 0x0C);
	cid[0] = bench_submit(b, 1, 0);
	cid[1] = bench_submit(b, 1, 0);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid[1] << 16);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[1]);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 7);
	assert_true(bench_reap(b, 1, 0));
	bench_ring(b, 1, 3, false, 1);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[0]);
}

static void an_sq_is_deleted_once(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL, .admin = true };
	struct lm_media normal = { .mode = LM_MEDIA_NORMAL };

	lm_inproc_media(b->p, &stall);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 1);
	bench_submit(b, 1, 0);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	lm_inproc_media(b->p, &normal);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, 0x101);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
	assert_false(bench_reap(b, 1, 0));
}

/* Of two SQs on one CQ that is full, one is deleted: the other's completions stay. */
static void deleting_an_sq_leaves_its_neighbour_alone(void **state)
{
	struct bench *b = *state;
	struct bench_queue *q = &b->q[1][2];
	uint16_t cid[2];
	unsigned int i;

	q->entries = BENCH_ENTRIES;
	q->sq = lm_inproc_alloc(b->p, 4096, 4096, &q->sq_iova);
	assert_int_equal(create_queue(b, false, 0x00070002, 0x00010001, q->sq_iova), 0);
	for (i = 0; i < BENCH_ENTRIES + 1; i++) {
		bench_rw(b, 2, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	for (i = 0; i < 2; i++) {
		bench_rw(b, 2, 1, 0, 1);
		cid[i] = bench_submit(b, 1, 2);
		lm_inproc_run(b->p);
	}
	assert_int_equal(delete_queue(b, false, 1), 0);
	for (i = 0; i < BENCH_ENTRIES - 1; i++) {
		assert_true(bench_reap(b, 1, 1));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQID), 1);
	}
	lm_inproc_run(b->p);
	for (i = 0; i < 2; i++) {
		assert_true(bench_reap(b, 1, 1));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQID), 2);
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[i]);
	}
	assert_false(bench_reap(b, 1, 1));
}

/* Even where the unread entries wrap, so that more than one can be taken. */
static void a_cq_head_beyond_the_queue_is_an_event(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		bench_rw(b, 2, 1, 0, 1);
		assert_int_equal(bench_exec(b, 1, 1), 0);
	}
	for (i = 0; i < 5; i++) {
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	assert_int_equal(event_of(b, 1, true, BENCH_ENTRIES), 0x00010100);
	for (i = 0; i < 5; i++)
		assert_true(bench_reap(b, 1, 1));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(bad_creations_get_their_status),
		T(entry_sizes_must_be_set),
		T(deletion_has_its_order),
		T(deleting_an_sq_ends_its_commands),
		T(deleting_an_sq_does_not_wait_for_a_full_cq),
		T(bad_doorbells_are_events),
		T(sq_overflow_is_an_event),
		T(abort_ends_a_command),
		T(abort_ends_an_aer),
		T(too_many_aborts_are_refused),
		T(too_many_aers_are_refused),
		T(abort_ends_the_aer_that_it_names),
		T(an_sq_is_deleted_once),
		T(deleting_an_sq_leaves_its_neighbour_alone),
		T(a_cq_head_beyond_the_queue_is_an_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
