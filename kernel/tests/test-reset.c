// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reset, open and close: what they send, and what state they leave.
 */
#include "bench.h"
#include "kernel/nvme-pci/nvme-vf.h"

static const enum vfio_device_mig_state states[] = {
	RUNNING, P2P, STOP, STOP_COPY, RESUMING, ERROR
};

/* A device in one of the states, without its file. */
static void start(struct nvmevf_device *nvdev, enum vfio_device_mig_state state)
{
	struct file *filp;

	shim_reset();
	fake_start(nvdev, true);
	if (state == ERROR) {
		must(nvdev, STOP);
		fake_flr();
		must_fail(nvdev, RUNNING, -ESTALE);
	} else if (state != RUNNING) {
		filp = must(nvdev, state);
		if (filp)
			fput(filp);
	}
	assert_int_equal(fake_get(nvdev), state);
	fake_commands();
}

/* The reset was seen, and nothing else went on: no command. */
static void test_reset_in_every_state(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		start(&nvdev, states[i]);
		nvmevf_mig_reset_prepare(&nvdev);
		fake_flr();
		nvmevf_mig_reset_done(&nvdev);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		assert_string_equal(fake_commands(), "");
		assert_int_equal(shim_live(), 0);
		fput(must(&nvdev, STOP_COPY));
		finish(&nvdev);
	}
}

static unsigned int hook_countdown;

static void reset_in_command(struct nvmevf_device *nvdev, u8 opcode)
{
	(void)opcode;
	if (--hook_countdown)
		return;
	nvmevf_mig_reset_prepare(nvdev);
	fake_flr();
	nvmevf_mig_reset_done(nvdev);
}

/* The reset comes within an arc: before the n-th of its commands reaches the device. */
static void test_reset_within_an_arc(void **state)
{
	static const struct {
		enum vfio_device_mig_state from, to;
		unsigned int nth;
		const char *commands;
		int err;
	} ways[] = {
		{ RUNNING, STOP, 1, "SR", 0 },
		{ RUNNING, STOP_COPY, 1, "SQWR", 0 },
		{ RUNNING, STOP_COPY, 2, "SQWR", -ESTALE },
		{ RUNNING, STOP_COPY, 3, "SQWR", -ESTALE },
		{ STOP, STOP_COPY, 1, "QWR", -ESTALE },
		{ STOP, RUNNING, 1, "RR", -ESTALE },
	};
	struct nvmevf_device nvdev;
	struct file *filp;

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		start(&nvdev, ways[i].from);
		hook_countdown = ways[i].nth;
		fake.hook = reset_in_command;
		filp = fake_set(&nvdev, ways[i].to);
		fake.hook = NULL;
		assert_int_equal(IS_ERR(filp) ? PTR_ERR(filp) : 0, ways[i].err);
		assert_string_equal(fake_commands(), ways[i].commands);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		assert_int_equal(fake.state, FAKE_ACTIVE);
		if (filp && !IS_ERR(filp)) {
			assert_int_equal(fd_read(filp, &filp, 1), -ENODEV);
			fput(filp);
		}
		finish(&nvdev);
	}
}

/* The same, and the RESUME that has to show that the VF runs fails. */
static void test_reset_within_an_arc_unproven(void **state)
{
	static const int rets[] = { 0x006, -ETIMEDOUT, -EAGAIN, -ENODEV };
	struct nvmevf_device nvdev;

	(void)state;
	for (size_t i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		start(&nvdev, RUNNING);
		hook_countdown = 1;
		fake.hook = reset_in_command;
		fake.fail_nth = 2;
		fake.fail_count = 1000;
		fake.fail_ret = rets[i];
		assert_false(IS_ERR(fake_set(&nvdev, STOP)));
		fake.hook = NULL;
		assert_int_equal(fake_get(&nvdev), ERROR);
		must_fail(&nvdev, RUNNING, -EINVAL);
		/* the next reset leads out of it */
		fake.fail_count = 0;
		nvmevf_mig_reset_prepare(&nvdev);
		fake_flr();
		nvmevf_mig_reset_done(&nvdev);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		finish(&nvdev);
	}
}

static struct nvmevf_device *prepared;

static void prepare_in_command(struct nvmevf_device *nvdev, u8 opcode)
{
	(void)opcode;
	if (prepared)
		return;
	prepared = nvdev;
	nvmevf_mig_reset_prepare(nvdev);
	fake_flr();
}

/*
 * The arc ends while the reset goes on: SUSPEND came after it, and the VF would
 * stay suspended behind RUNNING.
 */
static void test_arc_ends_within_a_reset(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	start(&nvdev, RUNNING);
	prepared = NULL;
	fake.hook = prepare_in_command;
	/* the next arc of the same request does not begin */
	must_fail(&nvdev, STOP, -EAGAIN);
	fake.hook = NULL;
	assert_int_equal(fake.state, FAKE_SUSPENDED);
	assert_int_equal(fake_get(&nvdev), P2P);
	must_fail(&nvdev, RUNNING, -EAGAIN);
	assert_string_equal(fake_commands(), "S");
	nvmevf_mig_reset_done(&nvdev);
	assert_string_equal(fake_commands(), "R");
	assert_int_equal(fake_get(&nvdev), RUNNING);
	assert_int_equal(fake.state, FAKE_ACTIVE);
	/* and that was it: the next reset has nothing to prove */
	nvmevf_mig_reset_prepare(&nvdev);
	fake_flr();
	nvmevf_mig_reset_done(&nvdev);
	assert_string_equal(fake_commands(), "");
	finish(&nvdev);
}

/* Closed in every state, with a reset and without. */
static void test_close_in_every_state(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(states) / sizeof(states[0]); i++) {
		bool was_reset = i & 1;

		start(&nvdev, states[i / 2]);
		nvmevf_mig_stop(&nvdev);
		assert_int_equal(shim_live(), 0);
		assert_string_equal(fake_commands(), "");
		if (was_reset)
			fake_flr();
		nvmevf_mig_close(&nvdev, was_reset);
		assert_string_equal(fake_commands(),
				    was_reset || states[i / 2] == RUNNING ? "" : "R");
		assert_int_equal(fake.state, FAKE_ACTIVE);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		finish(&nvdev);
	}
}

/* What the close could not do, the next open does, or fails. */
static void test_open_after_a_bad_close(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	start(&nvdev, STOP);
	nvmevf_mig_stop(&nvdev);
	fake.fail_nth = 1;
	fake.fail_count = 1000;
	fake.fail_ret = 0x006;
	nvmevf_mig_close(&nvdev, false);
	assert_int_equal(fake_get(&nvdev), STOP);
	assert_int_equal(nvmevf_mig_open(&nvdev, false), -EIO);
	assert_int_equal(fake_get(&nvdev), STOP);
	fake_commands();
	fake.fail_count = 0;
	assert_int_equal(nvmevf_mig_open(&nvdev, false), 0);
	assert_string_equal(fake_commands(), "R");
	assert_int_equal(fake_get(&nvdev), RUNNING);
	assert_int_equal(fake.state, FAKE_ACTIVE);
	finish(&nvdev);
}

static void test_open(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	/* a reset is enough */
	start(&nvdev, RUNNING);
	assert_int_equal(nvmevf_mig_open(&nvdev, true), 0);
	assert_string_equal(fake_commands(), "");
	/* without one RESUME shows that the VF runs */
	assert_int_equal(nvmevf_mig_open(&nvdev, false), 0);
	assert_string_equal(fake_commands(), "R");
	assert_int_equal(shim_faults.logged, 0);
	/* also when an administrator suspended it */
	fake.state = FAKE_SUSPENDED;
	assert_int_equal(nvmevf_mig_open(&nvdev, false), 0);
	assert_int_equal(fake.state, FAKE_ACTIVE);
	finish(&nvdev);

	/* a device of the first version does not say what RESUME of a running VF does */
	shim_reset();
	fake_start(&nvdev, false);
	assert_int_equal(nvmevf_mig_open(&nvdev, false), 0);
	assert_string_equal(fake_commands(), "");
	must(&nvdev, STOP);
	fake_commands();
	assert_int_equal(nvmevf_mig_open(&nvdev, false), 0);
	assert_string_equal(fake_commands(), "R");
	finish(&nvdev);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset_in_every_state),
		cmocka_unit_test(test_reset_within_an_arc),
		cmocka_unit_test(test_reset_within_an_arc_unproven),
		cmocka_unit_test(test_arc_ends_within_a_reset),
		cmocka_unit_test(test_close_in_every_state),
		cmocka_unit_test(test_open_after_a_bad_close),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
