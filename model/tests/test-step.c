/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * lm_step() does one piece of work and says whether it did: a port stops at the
 * first false, and may let time pass between any two calls.
 */
#include "bench.h"
#include "core.h"

#define MANY 100

static int setup(void **state)
{
	if (bench_setup(state))
		return -1;
	for (unsigned int fn = 0; fn <= 2; fn++)
		bench_enable(*state, fn);
	for (unsigned int fn = 1; fn <= 2; fn++)
		bench_create_io(*state, fn, 1);
	return 0;
}

static struct lm_device *dev(struct bench *b)
{
	return lm_inproc_device(b->p);
}

static struct lm_function *function(struct bench *b, unsigned int fn)
{
	return &dev(b)->fn[fn];
}

/* Step until there is nothing to do, which must be soon. */
static void settle(struct bench *b)
{
	unsigned int n;

	for (n = 0; lm_step(dev(b)); n++)
		assert_true(n < MANY);
}

static void hold_media(struct bench *b, bool hold)
{
	struct lm_media m = { .mode = hold ? LM_MEDIA_STALL : LM_MEDIA_NORMAL, .admin = true };

	lm_inproc_media(b->p, &m);
}

/* Have the PF fetch so many commands, and nothing else be done. */
static void fetch(struct bench *b, unsigned int num)
{
	while (num--) {
		dev(b)->next_turn = 0;
		assert_true(lm_step(dev(b)));
	}
}

static void submit_five(struct bench *b, uint8_t opc, unsigned int vf)
{
	bench_five_cmd(b, opc, vf, 0, 0, 0);
	bench_submit(b, 0, 0);
}

/*
 * Step until nothing is left; each step changes one VF at most. How many were changed.
 */
static unsigned int changes(struct bench *b)
{
	unsigned int sum = 0;
	unsigned int n = 0;
	bool did;

	do {
		unsigned int before[3], changed = 0;

		for (unsigned int vf = 1; vf <= 2; vf++)
			before[vf] = lm_vf_state(dev(b), vf);
		did = lm_step(dev(b));
		for (unsigned int vf = 1; vf <= 2; vf++)
			changed += before[vf] != lm_vf_state(dev(b), vf);
		assert_true(changed <= did);
		assert_true(n++ < MANY);
		sum += changed;
	} while (did);
	return sum;
}

/* both VFs with a read that the medium keeps */
static void have_both_drain(struct bench *b)
{
	hold_media(b, true);
	for (unsigned int vf = 1; vf <= 2; vf++) {
		bench_rw(b, 0x02, 1, 0, 1);
		bench_submit(b, vf, 1);
	}
	settle(b);
	submit_five(b, LM_OPC_SUSPEND, 1);
	submit_five(b, LM_OPC_SUSPEND, 2);
	settle(b);
	for (unsigned int vf = 1; vf <= 2; vf++)
		assert_int_equal(lm_vf_state(dev(b), vf), LM_STATE_DRAINING);
}

static void a_step_makes_one_vf_suspended(void **state)
{
	struct bench *b = *state;

	have_both_drain(b);
	for (unsigned int vf = 1; vf <= 2; vf++)
		lm_fn_drop_slots(dev(b), function(b, vf));
	assert_int_equal(changes(b), 2);
	for (unsigned int vf = 1; vf <= 2; vf++)
		assert_int_equal(lm_vf_state(dev(b), vf), LM_STATE_SUSPENDED);
}

static void a_step_ends_one_suspend_at_its_limit(void **state)
{
	struct bench *b = *state;

	have_both_drain(b);
	for (unsigned int vf = 1; vf <= 2; vf++)
		function(b, vf)->mig.deadline = 0;
	assert_int_equal(changes(b), 2);
	for (unsigned int vf = 1; vf <= 2; vf++)
		assert_int_equal(lm_vf_state(dev(b), vf), LM_STATE_ACTIVE);
}

/* RESUMEs that waited for a SAVE_DATA each */
static void a_step_goes_on_with_the_commands_of_one_vf(void **state)
{
	struct bench *b = *state;

	for (unsigned int vf = 1; vf <= 2; vf++)
		assert_int_equal(bench_five(b, LM_OPC_SUSPEND, vf), 0);
	for (unsigned int vf = 1; vf <= 2; vf++) {
		bench_five_cmd(b, LM_OPC_SAVE_DATA, vf, 4096, 0, 0);
		bench_submit(b, 0, 0);
	}
	for (unsigned int vf = 1; vf <= 2; vf++)
		submit_five(b, LM_OPC_RESUME, vf);
	fetch(b, 4);
	assert_int_equal(changes(b), 2);
	for (unsigned int vf = 1; vf <= 2; vf++)
		assert_int_equal(lm_vf_state(dev(b), vf), LM_STATE_ACTIVE);
}

/* What waits behind a SUSPEND of a VF that is quiet finds it SUSPENDED (LM-CON-010). */
static void a_quiet_vf_is_suspended_at_once(void **state)
{
	static const uint8_t opc[] = { LM_OPC_RESUME, LM_OPC_SUSPEND, LM_OPC_RESUME };
	struct bench *b = *state;

	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 4096, 0, 0);
	bench_submit(b, 0, 0);
	for (unsigned int i = 0; i < sizeof(opc); i++)
		submit_five(b, opc[i], 1);
	fetch(b, 1 + sizeof(opc));
	settle(b);
	for (unsigned int i = 0; i <= sizeof(opc); i++) {
		assert_true(bench_reap(b, 0, 0));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
	}
}

/* Run to the end; each step sets these bits of CSTS in one VF at most. How many did. */
static unsigned int rises(struct bench *b, uint32_t bits)
{
	unsigned int sum = 0;
	unsigned int n = 0;
	bool did;

	do {
		unsigned int before = 0, after = 0;

		for (unsigned int vf = 1; vf <= 2; vf++)
			before += (function(b, vf)->regs.csts & bits) == bits;
		did = lm_step(dev(b));
		for (unsigned int vf = 1; vf <= 2; vf++)
			after += (function(b, vf)->regs.csts & bits) == bits;
		assert_in_range(after, before, before + did);
		assert_true(n++ < MANY);
		sum += after - before;
	} while (did);
	return sum;
}

static void a_step_makes_one_controller_ready(void **state)
{
	struct bench *b = *state;

	for (unsigned int vf = 1; vf <= 2; vf++)
		bench_write(b, vf, LM_REG_CC, 0x00460000);
	for (unsigned int vf = 1; vf <= 2; vf++)
		bench_write(b, vf, LM_REG_CC, 0x00460001);
	assert_int_equal(rises(b, LM_CSTS_RDY), 2);
}

static void a_step_shuts_one_controller_down(void **state)
{
	struct bench *b = *state;

	for (unsigned int vf = 1; vf <= 2; vf++)
		bench_write(b, vf, LM_REG_CC, 0x00468001); /* abrupt */
	assert_int_equal(rises(b, LM_CSTS_SHST_DONE), 2);
}

static unsigned int flushes(struct bench *b)
{
	return function(b, 1)->regs.flushed + function(b, 2)->regs.flushed;
}

/* both VFs are told to shut down, and have a namespace to flush, which is begun and then submitted */
static void a_step_begins_or_submits_one_flush(void **state)
{
	struct bench *b = *state;
	unsigned int n = 0;
	bool did;

	hold_media(b, true);
	for (unsigned int vf = 1; vf <= 2; vf++)
		bench_write(b, vf, LM_REG_CC, 0x00464001); /* normal */
	do {
		unsigned int before = flushes(b) + lm_inproc_media_pending(b->p);

		did = lm_step(dev(b));
		assert_int_equal(flushes(b) + lm_inproc_media_pending(b->p), before + did);
		assert_true(n++ < MANY);
	} while (did);
	assert_int_equal(flushes(b), 2);
	assert_int_equal(lm_inproc_media_pending(b->p), 2);
}

/* NVMe 1.4 7.6.2: what was under way is completed first. */
static void a_shutdown_waits_for_what_can_be_posted(void **state)
{
	struct bench *b = *state;
	struct lm_function *vf = function(b, 1);
	unsigned int n;

	/* an unknown namespace: it is over when it is fetched */
	bench_rw(b, 0x02, 77, 0, 1);
	bench_submit(b, 1, 1);
	for (n = 0; !lm_list_first(vf, &vf->done); n++) {
		assert_true(n < MANY);
		assert_true(lm_step(dev(b)));
	}
	bench_write(b, 1, LM_REG_CC, 0x00464001);
	for (n = 0; (vf->regs.csts & LM_CSTS_SHST) != LM_CSTS_SHST_DONE; n++) {
		assert_true(n < MANY);
		assert_true(lm_inproc_step(b->p));
		assert_true(!vf->regs.flushed || !lm_list_first(vf, &vf->done));
	}
	assert_true(bench_reap(b, 1, 1));
}

/* an SQ where there is no memory */
static void a_step_makes_one_fatal_status(void **state)
{
	struct bench *b = *state;

	for (unsigned int vf = 1; vf <= 2; vf++) {
		function(b, vf)->sq[1].base = UINT64_C(1) << 60;
		bench_ring(b, vf, 1, false, 1);
	}
	assert_int_equal(rises(b, LM_CSTS_CFS), 2);
}

static void nothing_is_done_while_an_event_waits_for_room(void **state)
{
	struct bench *b = *state;
	struct lm_function *vf = function(b, 1);

	bench_cmd(b, LM_ADM_ASYNC_EVENT);
	bench_submit(b, 1, 0);
	settle(b);
	assert_int_equal(vf->events.num_aers, 1);
	vf->cq[0].head = (uint16_t)((vf->cq[0].tail + 1u) % BENCH_ENTRIES);
	bench_ring(b, 1, 7, false, 1);
	assert_int_equal(vf->events.count, 1);
	settle(b);
	assert_int_equal(vf->events.num_aers, 1);
}

/* b->sqe needs the bus when the medium is done, and the bus is taken away: it waits in this state. */
static void check_wait_for_the_bus(struct bench *b, unsigned int qid, enum lm_slot_state state)
{
	struct lm_function *vf = function(b, 1);
	struct lm_slot *slot;

	hold_media(b, true);
	bench_submit(b, 1, qid);
	settle(b);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	hold_media(b, false);
	for (unsigned int n = 0; n < MANY; n++)
		lm_inproc_step(b->p);
	slot = lm_list_first(vf, &vf->work);
	assert_non_null(slot);
	assert_int_equal(slot->state, state);
	settle(b);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, qid));
}

static void nothing_is_done_while_a_command_waits_for_the_bus(void **state)
{
	struct bench *b = *state;

	bench_cmd(b, LM_ADM_IDENTIFY);
	bench_put32(b, LM_SQE_CDW10, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	check_wait_for_the_bus(b, 0, LM_SLOT_EXECUTE);
}

static void nothing_is_done_while_data_wait_for_the_bus(void **state)
{
	struct bench *b = *state;

	bench_rw(b, 0x02, 1, 0, 1);
	check_wait_for_the_bus(b, 1, LM_SLOT_SCATTER);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_step_makes_one_vf_suspended),
		T(a_step_ends_one_suspend_at_its_limit),
		T(a_step_goes_on_with_the_commands_of_one_vf),
		T(a_quiet_vf_is_suspended_at_once),
		T(a_step_makes_one_controller_ready),
		T(a_step_shuts_one_controller_down),
		T(a_step_begins_or_submits_one_flush),
		T(a_shutdown_waits_for_what_can_be_posted),
		T(a_step_makes_one_fatal_status),
		T(nothing_is_done_while_an_event_waits_for_room),
		T(nothing_is_done_while_a_command_waits_for_the_bus),
		T(nothing_is_done_while_data_wait_for_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
