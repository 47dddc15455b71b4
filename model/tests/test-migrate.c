/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The state machine of live migration: QUERY_DATA_SIZE, SUSPEND, RESUME, and
 * what resets and Abort do to them.
 */
#include "bench.h"
#include "core.h"

#define MS 1000000ull
#define QUERY LM_OPC_QUERY_DATA_SIZE
#define SUSPEND LM_OPC_SUSPEND
#define RESUME LM_OPC_RESUME
#define DW1(b) lm_get_le32((b)->cqe + LM_CQE_DW1)

static unsigned int state_of(struct bench *b, unsigned int vf)
{
	return lm_vf_state(lm_inproc_device(b->p), vf);
}

/* What the tests of this file begin with: the PF, and VF 1 with an I/O queue. */
static int setup(void **state)
{
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	return 0;
}

static void set_media(struct bench *b, enum lm_media_mode mode)
{
	struct lm_media media = { .mode = mode, .admin = true, .latency = 5 * MS };

	lm_inproc_media(b->p, &media);
}

/* A read of VF 1 that is in flight until the media go on. */
static uint16_t stalled_read(struct bench *b)
{
	uint16_t cid;

	set_media(b, LM_MEDIA_STALL);
	bench_rw(b, 0x02, 1, 0, 1);
	cid = bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_media_pending(b->p), 1);
	return cid;
}

static void begin(struct bench *b, uint8_t opc, unsigned int vf)
{
	bench_five_cmd(b, opc, vf, 0, 0, 0);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
}

static void expect_cqe(struct bench *b, unsigned int fn, unsigned int qid, uint16_t status)
{
	assert_true(bench_reap(b, fn, qid));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & (LM_DNR | 0x7FF), status);
}

static void query_reports_the_size_that_the_queues_make(void **state)
{
	struct bench *b = *state;
	uint32_t size;

	assert_int_equal(bench_five(b, QUERY, 2), 0);
	size = bench_dw0(b);
	assert_int_equal(size, 64 + 80 + 328 + 32 + 56 + 16 + 68 + 4096 + 344 + 2 * 48);
	assert_int_equal(DW1(b), LM_STATE_ACTIVE);
	assert_int_equal(bench_five(b, QUERY, 1), 0);
	assert_int_equal(bench_dw0(b), size + 2 * 48);
}

static void common_checks_come_in_order(void **state)
{
	struct bench *b = *state;
	static const unsigned int bad[] = { 0, 3, 4, 5, 0x100, 0x101, 0xFFFF };
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bench_five(b, RESUME, bad[i]), LM_SC_INVALID_FIELD | LM_DNR);
	for (i = 0; i < 8; i++) {
		bench_five_cmd(b, RESUME, 1, 0, 0, 0);
		b->sqe[LM_SQE_FLAGS] = (uint8_t)(1u << i);
		assert_int_equal(bench_status(b, 0, 0),
				 i >= 2 && i < 6 ? LM_SC_NOT_SUSPENDED : LM_SC_INVALID_FIELD);
	}
	bench_five_cmd(b, RESUME, 1, 0, 0, 0);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_INVALID_FIELD);
}

static void a_vf_does_not_know_the_five(void **state)
{
	struct bench *b = *state;

	bench_five_cmd(b, SUSPEND, 1, 0, 0, 0);
	assert_int_equal(bench_exec(b, 1, 0) & (LM_DNR | 0x7FF), LM_SC_INVALID_OPCODE | LM_DNR);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
}

static void suspend_and_resume_of_a_quiet_vf(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, RESUME, 1), LM_SC_NOT_SUSPENDED);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, QUERY, 1), 0);
	assert_int_equal(DW1(b), LM_STATE_SUSPENDED);
	assert_int_equal(state_of(b, 2), LM_STATE_ACTIVE);
	bench_rw(b, 0x02, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 1));
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	expect_cqe(b, 1, 1, 0);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
}

static void suspend_of_a_disabled_vf_succeeds(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, SUSPEND, 2), 0);
	assert_int_equal(bench_five(b, RESUME, 2), 0);
	bench_enable(b, 2);
}

static void suspend_waits_for_what_is_in_flight(void **state)
{
	struct bench *b = *state;

	stalled_read(b);
	begin(b, SUSPEND, 1);
	assert_false(bench_reap(b, 0, 0));
	assert_int_equal(state_of(b, 1), LM_STATE_DRAINING);
	assert_int_equal(bench_five(b, SUSPEND, 1), LM_SC_SEQUENCE);
	assert_int_equal(bench_five(b, RESUME, 1), LM_SC_SEQUENCE);
	assert_int_equal(bench_five(b, QUERY, 1), LM_SC_SEQUENCE);
	assert_int_equal(DW1(b), LM_STATE_DRAINING);
	assert_int_equal(bench_save(b, 1, 0, 0), LM_SC_SEQUENCE);
	assert_int_equal(bench_load(b, 1, 64, 0, 0), LM_SC_SEQUENCE);
	assert_int_equal(bench_five(b, QUERY, 2), 0);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 0, 0, 0);
	expect_cqe(b, 1, 1, 0);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
}

static void entries_rung_while_draining_are_fetched_after_resume(void **state)
{
	struct bench *b = *state;
	uint16_t first = stalled_read(b);
	uint16_t second;

	begin(b, SUSPEND, 1);
	bench_rw(b, 0x02, 1, 8, 1);
	second = bench_submit(b, 1, 1);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 0, 0, 0);
	expect_cqe(b, 1, 1, 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), first);
	assert_false(bench_reap(b, 1, 1));
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 1, 1, 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), second);
}

static void suspend_that_reaches_the_limit_leaves_all_as_it_was(void **state)
{
	struct bench *b = *state;

	stalled_read(b);
	begin(b, SUSPEND, 1);
	lm_inproc_advance(b->p, 1980 * MS);
	assert_false(bench_reap(b, 0, 0));
	lm_inproc_advance(b->p, 20 * MS);
	expect_cqe(b, 0, 0, LM_SC_SUSPEND_NOT_COMPLETED);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 1, 1, 0);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
}

static uint16_t abort_of(struct bench *b, uint16_t cid)
{
	bench_cmd(b, 0x08);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16);
	return bench_submit(b, 0, 0);
}

static void abort_ends_a_pending_suspend(void **state)
{
	struct bench *b = *state;
	uint16_t cid, by;

	stalled_read(b);
	bench_five_cmd(b, SUSPEND, 1, 0, 0, 0);
	cid = bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	by = abort_of(b, cid);
	lm_inproc_run(b->p);
	expect_cqe(b, 0, 0, LM_SC_ABORT_REQUESTED);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), by);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 1, 1, 0);
}

static void abort_ends_the_suspend_that_it_names(void **state)
{
	struct bench *b = *state;
	uint16_t cid;

	bench_enable(b, 2);
	bench_create_io(b, 2, 1);
	stalled_read(b);
	bench_rw(b, 0x02, 1, 0, 1);
	bench_submit(b, 2, 1);
	lm_inproc_run(b->p);
	begin(b, SUSPEND, 1);
	bench_five_cmd(b, SUSPEND, 2, 0, 0, 0);
	cid = bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	abort_of(b, cid);
	lm_inproc_run(b->p);
	expect_cqe(b, 0, 0, LM_SC_ABORT_REQUESTED);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	assert_int_equal(state_of(b, 1), LM_STATE_DRAINING);
	assert_int_equal(state_of(b, 2), LM_STATE_ACTIVE);
}

static void controller_reset_by_the_guest_lets_suspend_succeed(void **state)
{
	struct bench *b = *state;

	stalled_read(b);
	begin(b, SUSPEND, 1);
	bench_write(b, 1, 0x14, 0x00460000);
	lm_inproc_run(b->p);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	assert_int_equal(bench_read(b, 1, 0x1C), 0);
}

static void shutdown_in_progress_ends_before_suspend(void **state)
{
	struct bench *b = *state;

	set_media(b, LM_MEDIA_STALL);
	bench_write(b, 1, 0x14, 0x00464001);
	lm_inproc_run(b->p);
	begin(b, SUSPEND, 1);
	assert_false(bench_reap(b, 0, 0));
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 50 * MS);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(bench_read(b, 1, 0x1C) & 0xC, 8);
}

static void flr_while_draining_ends_suspend_with_13a(void **state)
{
	struct bench *b = *state;

	stalled_read(b);
	begin(b, SUSPEND, 1);
	lm_inproc_flr(b->p, 1);
	lm_inproc_run(b->p);
	expect_cqe(b, 0, 0, LM_SC_NOT_SUSPENDED);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
	assert_int_equal(bench_read(b, 1, 0x14), 0);
	set_media(b, LM_MEDIA_NORMAL);
	bench_enable(b, 1);
}

static void flr_of_a_suspended_vf_makes_it_active(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	lm_inproc_flr(b->p, 1);
	assert_int_equal(bench_five(b, RESUME, 1), LM_SC_NOT_SUSPENDED);
	bench_enable(b, 1);
}

static void vf_enable_cleared_and_set_brings_vfs_up_active(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 0), 0);
	assert_int_equal(bench_five(b, QUERY, 1), LM_SC_INVALID_FIELD | LM_DNR);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 2), 0);
	assert_int_equal(bench_five(b, QUERY, 1), 0);
	assert_int_equal(DW1(b), LM_STATE_ACTIVE);
}

static void pf_controller_reset_ends_draining_and_keeps_suspended(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 2);
	assert_int_equal(bench_five(b, SUSPEND, 2), 0);
	stalled_read(b);
	begin(b, SUSPEND, 1);
	bench_write(b, 0, 0x14, 0x00460000);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
	assert_int_equal(state_of(b, 2), LM_STATE_SUSPENDED);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 1, 1, 0);
	bench_enable(b, 0);
	assert_int_equal(bench_five(b, RESUME, 2), 0);
}

static void completions_of_a_full_cq_are_parked_and_posted_once(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	/* Eight reads; the CQ of eight entries holds seven. */
	for (i = 0; i < 4; i++) {
		bench_rw(b, 0x02, 1, i, 1);
		bench_submit(b, 1, 1);
	}
	lm_inproc_run(b->p);
	for (i = 0; i < 4; i++) {
		bench_rw(b, 0x02, 1, i, 1);
		bench_submit(b, 1, 1);
	}
	lm_inproc_run(b->p);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	for (i = 0; i < 7; i++)
		expect_cqe(b, 1, 1, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 1));
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	expect_cqe(b, 1, 1, 0);
	assert_false(bench_reap(b, 1, 1));
}

static void work_that_waits_for_bus_mastering_ends_004(void **state)
{
	struct bench *b = *state;

	stalled_read(b);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	begin(b, SUSPEND, 1);
	set_media(b, LM_MEDIA_NORMAL);
	lm_inproc_advance(b->p, 10 * MS);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	assert_false(bench_reap(b, 1, 1));
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	expect_cqe(b, 1, 1, LM_SC_DATA_TRANSFER);
}

/* LM-IOF, the other direction: a write whose data cannot be fetched. */
static void write_that_waits_for_bus_mastering_ends_004(void **state)
{
	struct bench *b = *state;

	bench_rw(b, 0x01, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_device(b->p)->next_turn = 1;
	assert_true(lm_inproc_step(b->p)); /* is fetched */
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	lm_inproc_run(b->p);
	begin(b, SUSPEND, 1);
	lm_inproc_advance(b->p, UINT64_C(60000) * MS);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	expect_cqe(b, 1, 1, LM_SC_DATA_TRANSFER);
}

/* The embedder sleeps until the first limit of all that passes. */
static void two_deadlines(struct bench *b, unsigned int one, unsigned int other)
{
	struct lm_device *dev = lm_inproc_device(b->p);
	uint64_t limit = lm_inproc_config(b->p)->suspend_limit * UINT64_C(100);
	uint64_t first, now;

	begin(b, SUSPEND, one);
	lm_inproc_advance(b->p, 5 * MS);
	begin(b, SUSPEND, other);
	first = lm_next_deadline(dev);
	now = lm_inproc_now(b->p) / MS;
	assert_in_range(first, now + limit / 2, now + limit - 5);
	lm_inproc_advance(b->p, first * MS - lm_inproc_now(b->p));
	expect_cqe(b, 0, 0, LM_SC_SUSPEND_NOT_COMPLETED);
	assert_int_equal(lm_next_deadline(dev), first + 5);
	assert_int_equal(state_of(b, other), LM_STATE_DRAINING);
	lm_inproc_advance(b->p, 5 * MS);
	expect_cqe(b, 0, 0, LM_SC_SUSPEND_NOT_COMPLETED);
	assert_true(lm_next_deadline(dev) == UINT64_MAX);
}

static void the_first_suspend_limit_is_the_deadline(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 2);
	bench_create_io(b, 2, 1);
	stalled_read(b);
	bench_rw(b, 0x02, 1, 0, 1);
	bench_submit(b, 2, 1);
	lm_inproc_run(b->p);
	assert_true(lm_next_deadline(lm_inproc_device(b->p)) == UINT64_MAX);
	two_deadlines(b, 1, 2);
	two_deadlines(b, 2, 1);
}

static void suspend_waits_for_an_enable_that_began(void **state)
{
	struct bench *b = *state;

	lm_inproc_pci_command(b->p, 2, true, true, true, false);
	bench_write(b, 2, 0x24, 0x00070007);
	bench_five_cmd(b, SUSPEND, 2, 0, 0, 0);
	bench_submit(b, 0, 0);
	lm_inproc_device(b->p)->next_turn = 0;
	bench_write(b, 2, 0x14, 0x00460001);
	assert_true(lm_inproc_step(b->p)); /* SUSPEND is fetched */
	assert_int_equal(state_of(b, 2), LM_STATE_DRAINING);
	assert_int_equal(bench_read(b, 2, 0x1C), 0);
	lm_inproc_run(b->p);
	expect_cqe(b, 0, 0, 0);
	assert_int_equal(bench_read(b, 2, 0x1C), 1);
}

static void resume_raises_the_interrupts_of_unconsumed_entries(void **state)
{
	struct bench *b = *state;
	uint64_t before;

	bench_rw(b, 0x02, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	before = lm_inproc_irq_count(b->p, 1, 1);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
	assert_true(lm_inproc_irq_count(b->p, 1, 1) > before);
}

static void a_suspended_vf_is_silent(void **state)
{
	struct bench *b = *state;
	uint64_t seq;

	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	seq = lm_inproc_journal_last(b->p);
	bench_rw(b, 0x02, 1, 0, 1);
	bench_submit(b, 1, 1);
	bench_ring(b, 1, 3, false, 1);
	lm_inproc_namespace_resize(b->p, 1, 2048);
	lm_inproc_advance(b->p, 100 * MS);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_READ, 1), 0);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_WRITE, 1), 0);
	assert_int_equal(bench_events(b, seq, LM_EV_MSIX, 1), 0);
}

static void all_vfs_may_be_suspended_at_once(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	lm_inproc_set_num_vfs(b->p, 0);
	lm_inproc_set_num_vfs(b->p, 4);
	for (i = 1; i <= 4; i++)
		assert_int_equal(bench_five(b, SUSPEND, i), 0);
	for (i = 1; i <= 4; i++)
		assert_int_equal(bench_five(b, RESUME, i), 0);
}

static void identify_announces_the_capability_on_the_pf(void **state)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	struct bench *b = *state;
	const uint8_t *id = b->buf;

	assert_int_equal(bench_identify(b, 0, 1, 0), 0);
	assert_int_equal(id[LM_ID_CAPABILITY], 1);
	assert_int_equal(id[LM_ID_DIRTY_RANGES], 0);
	assert_int_equal(lm_get_le16(id + LM_ID_VERSION), 1);
	assert_int_equal(lm_get_le32(id + LM_ID_MAX_IMAGE), lm_image_max(lm_inproc_config(b->p)));
	assert_int_equal(lm_get_le16(id + LM_ID_SUSPEND_LIMIT), 20);
	assert_memory_equal(id + LM_ID_UUID, uuid, 16);
	assert_int_equal(bench_identify(b, 1, 1, 0), 0);
	assert_int_equal(id[LM_ID_CAPABILITY], 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(query_reports_the_size_that_the_queues_make),
		T(common_checks_come_in_order),
		T(a_vf_does_not_know_the_five),
		T(suspend_and_resume_of_a_quiet_vf),
		T(suspend_of_a_disabled_vf_succeeds),
		T(suspend_waits_for_what_is_in_flight),
		T(entries_rung_while_draining_are_fetched_after_resume),
		T(suspend_that_reaches_the_limit_leaves_all_as_it_was),
		T(abort_ends_a_pending_suspend),
		T(abort_ends_the_suspend_that_it_names),
		T(controller_reset_by_the_guest_lets_suspend_succeed),
		T(shutdown_in_progress_ends_before_suspend),
		T(flr_while_draining_ends_suspend_with_13a),
		T(flr_of_a_suspended_vf_makes_it_active),
		T(vf_enable_cleared_and_set_brings_vfs_up_active),
		T(pf_controller_reset_ends_draining_and_keeps_suspended),
		T(completions_of_a_full_cq_are_parked_and_posted_once),
		T(work_that_waits_for_bus_mastering_ends_004),
		T(write_that_waits_for_bus_mastering_ends_004),
		T(the_first_suspend_limit_is_the_deadline),
		T(suspend_waits_for_an_enable_that_began),
		T(resume_raises_the_interrupts_of_unconsumed_entries),
		T(a_suspended_vf_is_silent),
		T(all_vfs_may_be_suspended_at_once),
		T(identify_announces_the_capability_on_the_pf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
