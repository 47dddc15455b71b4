/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* DRAINING, and events. */
#include "test-bench.h"

#define SECOND 1000000000ull
#define LIMIT (SM_SUSPEND_LIMIT * SECOND / 10)

static struct command suspend;
static uint8_t suspend_sqe[LM_SQE_SIZE];

static void set_medium(enum medium_mode mode, uint64_t latency)
{
	struct medium medium = { .mode = mode, .admin = true, .latency = latency };

	flight_set_medium(&bench_dev, &medium);
}

/* VF 1 with a Get Features in flight, and a SUSPEND that waits for it */
static void drain(enum medium_mode mode, uint64_t latency)
{
	set_medium(mode, latency);
	assert_false(bench_guest(1, 0x0A, 0x06, 0, 0, 0));
	flight_forget(&bench_dev, &bench_cmd);
	memset(&suspend, 0, sizeof(suspend));
	memset(suspend_sqe, 0, sizeof(suspend_sqe));
	suspend_sqe[LM_SQE_OPC] = LM_OPC_SUSPEND;
	suspend_sqe[LM_SQE_CID] = 77;
	suspend_sqe[LM_SQE_CDW10] = 1;
	suspend.sqe = suspend_sqe;
	admin_execute(&bench_dev, &suspend);
	assert_false(suspend.done);
	assert_int_equal(bench_state(1), LM_STATE_DRAINING);
}

static void test_refused(void **state)
{
	static const unsigned int five[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME,
					     LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA };
	size_t i;

	(void)state;
	drain(MEDIUM_NORMAL, SECOND / 2);
	for (i = 0; i < sizeof(five) / sizeof(five[0]); i++)
		assert_int_equal(bench_simple(five[i], 1), LM_SC_SEQUENCE);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 2), 0);
	assert_false(suspend.done);
	flight_advance(&bench_dev, SECOND, &suspend);
	assert_true(suspend.done);
	assert_int_equal(suspend.status, 0);
	assert_int_equal(bench_dev.clock, SECOND / 2);
	assert_int_equal(bench_state(1), LM_STATE_SUSPENDED);
}

/* LM-SUS-070: at the limit ACTIVE again, and nothing is lost. */
static void test_limit(void **state)
{
	(void)state;
	drain(MEDIUM_HOLD, 0);
	assert_false(bench_guest(1, 0x0A, 0x06, 0, 0, 0));
	flight_advance(&bench_dev, 10 * SECOND, &suspend);
	assert_true(suspend.done);
	assert_int_equal(suspend.status, LM_SC_SUSPEND_NOT_COMPLETED);
	assert_int_equal(bench_dev.clock, LIMIT);
	assert_int_equal(bench_state(1), LM_STATE_ACTIVE);
	/* The command that was latched meanwhile was fetched, and ends. */
	set_medium(MEDIUM_NORMAL, 0);
	assert_true(bench_cmd.done || !flight_any(device_vf(&bench_dev, 1)));
	assert_true(bench_guest(1, 0x0A, 0x06, 0, 0, 0));
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 1), 0);
}

static void test_abort(void **state)
{
	struct five abort_other = { .opcode = 0x08, .vfn = 78u << 16 };
	struct five abort = { .opcode = 0x08, .vfn = 77u << 16 };

	(void)state;
	drain(MEDIUM_HOLD, 0);
	assert_int_equal(bench_send(&abort_other, DIR_NONE, 0), 0);
	assert_int_equal(bench_cmd.dw0, 1);
	assert_false(suspend.done);
	assert_int_equal(bench_send(&abort, DIR_NONE, 0), 0);
	assert_int_equal(bench_cmd.dw0, 0);
	assert_true(suspend.done);
	assert_int_equal(suspend.status & 0x7FF, LM_SC_ABORT_REQUESTED);
	assert_int_equal(bench_state(1), LM_STATE_ACTIVE);
}

static void test_reset(void **state)
{
	(void)state;
	drain(MEDIUM_HOLD, 0);
	device_reset_vf(&bench_dev, device_vf(&bench_dev, 1));
	assert_true(suspend.done);
	assert_int_equal(suspend.status, LM_SC_NOT_SUSPENDED);
	assert_int_equal(bench_state(1), LM_STATE_ACTIVE);
	assert_false(flight_any(device_vf(&bench_dev, 1)));
}

/* LM-STA-550, LM-IOF-220: an event of a SUSPENDED VF waits in the image. */
static void test_event(void **state)
{
	static uint8_t image[SM_IMAGE_MAX];
	uint32_t size;

	(void)state;
	assert_true(bench_guest(1, 0x09, 0x0B, SM_AEC_NAMESPACE, 0, 0));
	assert_false(bench_guest(1, 0x0C, 0, 0, 0, 0));
	flight_forget(&bench_dev, &bench_cmd);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 2), 0);
	assert_true(device_resize(&bench_dev, 1, 0x4000));
	assert_int_equal(bench_save(1, image, &size), 0);
	assert_int_equal(bench_load(2, image, size), 0);
	assert_int_equal(bench_simple(LM_OPC_RESUME, 2), 0);
	/* Reported once, by the request of before: the next one waits. */
	assert_false(bench_guest(2, 0x0C, 0, 0, 0, 0));
	flight_forget(&bench_dev, &bench_cmd);
	assert_true(bench_guest(2, 0x02, 0x03FF0004, 0, 0, 4096));
	assert_int_equal(lm_get_le32(bench_buffer), 1);
	assert_true(device_resize(&bench_dev, 1, 0x8000));
	assert_false(bench_guest(2, 0x0C, 0, 0, 0, 0));
	flight_forget(&bench_dev, &bench_cmd);
	/* An image of before does not fit any more (LM-IMG-150). */
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 3), 0);
	assert_int_equal(bench_load(3, image, size), LM_SC_INCOMPATIBLE_IMAGE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_limit, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_abort, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_reset, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_event, bench_set_up, bench_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
