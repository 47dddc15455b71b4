// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arcs: which commands they send, and what a failure of any of them, or of
 * memory, leaves.
 */
#include "bench.h"
#include "kernel/nvme-pci/nvme-vf.h"
#include "nvme-lm.h"

/* The headers of driver and specification say the same. */
static_assert(nvme_admin_vf_query_data_size == LM_OPC_QUERY_DATA_SIZE, "QUERY");
static_assert(nvme_admin_vf_suspend == LM_OPC_SUSPEND, "SUSPEND");
static_assert(nvme_admin_vf_resume == LM_OPC_RESUME, "RESUME");
static_assert(nvme_admin_vf_save_data == LM_OPC_SAVE_DATA, "SAVE");
static_assert(nvme_admin_vf_load_data == LM_OPC_LOAD_DATA, "LOAD");
static_assert(NVMEVF_SC_NOT_ENOUGH_RESOURCES == (int)LM_SC_NOT_ENOUGH_RESOURCES, "138h");
static_assert(NVMEVF_SC_SUSPENDED == (int)LM_SC_SUSPENDED, "139h");
static_assert(NVMEVF_SC_NOT_SUSPENDED == (int)LM_SC_NOT_SUSPENDED, "13Ah");
static_assert(NVMEVF_SC_INVALID_IMAGE == (int)LM_SC_INVALID_IMAGE, "1C0h");
static_assert(NVMEVF_SC_INCOMPATIBLE_IMAGE == (int)LM_SC_INCOMPATIBLE_IMAGE, "1C1h");
static_assert(NVMEVF_SC_SUSPEND_NOT_COMPLETED == (int)LM_SC_SUSPEND_NOT_COMPLETED, "1C2h");
static_assert(NVMEVF_LEGACY_MAX_IMAGE == (int)LM_RFC_IMAGE_MAX, "256 KiB");

/* Bring a fresh device into a state; RESUMING with half an image if asked. */
static struct file *start(struct nvmevf_device *nvdev, bool extended,
			  enum vfio_device_mig_state state)
{
	struct file *filp = NULL;

	shim_reset();
	fake_start(nvdev, extended);
	if (state == ERROR) {
		/* a VF that was reset behind the driver's back */
		must(nvdev, STOP);
		fake_flr();
		must_fail(nvdev, RUNNING, -ESTALE);
		assert_int_equal(fake_get(nvdev), ERROR);
	} else if (state != RUNNING) {
		filp = must(nvdev, state);
	}
	fake_commands();
	return filp;
}

struct pair {
	enum vfio_device_mig_state from, to;
	int err;
	const char *p2p; /* commands with RUNNING_P2P */
	const char *plain; /* and without, NULL = the pair does not exist */
};

/*
 * Every pair of states. From RESUMING nothing was written: the arc fails before
 * any command.
 */
static const struct pair pairs[] = {
	{ RUNNING, RUNNING, 0, "", "" },
	{ RUNNING, P2P, 0, "S", NULL },
	{ RUNNING, STOP, 0, "S", "S" },
	{ RUNNING, STOP_COPY, 0, "SQW", "SQW" },
	{ RUNNING, RESUMING, 0, "S", "S" },
	{ RUNNING, ERROR, -EINVAL, "", "" },
	{ P2P, RUNNING, 0, "R", NULL },
	{ P2P, P2P, 0, "", NULL },
	{ P2P, STOP, 0, "", NULL },
	{ P2P, STOP_COPY, 0, "QW", NULL },
	{ P2P, RESUMING, 0, "", NULL },
	{ P2P, ERROR, -EINVAL, "", NULL },
	{ STOP, RUNNING, 0, "R", "R" },
	{ STOP, P2P, 0, "", NULL },
	{ STOP, STOP, 0, "", "" },
	{ STOP, STOP_COPY, 0, "QW", "QW" },
	{ STOP, RESUMING, 0, "", "" },
	{ STOP, ERROR, -EINVAL, "", "" },
	{ STOP_COPY, RUNNING, 0, "R", "R" },
	{ STOP_COPY, P2P, 0, "", NULL },
	{ STOP_COPY, STOP, 0, "", "" },
	{ STOP_COPY, STOP_COPY, 0, "", "" },
	{ STOP_COPY, RESUMING, 0, "", "" },
	{ STOP_COPY, ERROR, -EINVAL, "", "" },
	{ RESUMING, RUNNING, -EINVAL, "", "" },
	{ RESUMING, P2P, -EINVAL, "", NULL },
	{ RESUMING, STOP, -EINVAL, "", "" },
	{ RESUMING, STOP_COPY, -EINVAL, "", "" },
	{ RESUMING, RESUMING, 0, "", "" },
	{ RESUMING, ERROR, -EINVAL, "", "" },
	{ ERROR, RUNNING, -EINVAL, "", "" },
	{ ERROR, P2P, -EINVAL, "", NULL },
	{ ERROR, STOP, -EINVAL, "", "" },
	{ ERROR, STOP_COPY, -EINVAL, "", "" },
	{ ERROR, RESUMING, -EINVAL, "", "" },
	{ ERROR, ERROR, 0, "", "" },
};

static void one_pair(const struct pair *p, bool extended)
{
	struct nvmevf_device nvdev;
	struct file *before = start(&nvdev, extended, p->from);
	struct file *after = fake_set(&nvdev, p->to);
	bool fresh = p->to != p->from && (p->to == STOP_COPY || p->to == RESUMING);

	assert_int_equal(IS_ERR(after) ? PTR_ERR(after) : 0, p->err);
	assert_string_equal(fake_commands(), extended ? p->p2p : p->plain);
	assert_int_equal(fake_get(&nvdev), p->err ? p->from : p->to);
	if (!p->err) {
		assert_int_equal(!!after, fresh);
		if (after)
			fput(after);
		assert_int_equal(fake.state == FAKE_ACTIVE, p->to == RUNNING || p->to == ERROR);
	}
	if (before)
		fput(before);
	finish(&nvdev);
}

static void test_every_pair(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		one_pair(&pairs[i], true);
		if (pairs[i].plain)
			one_pair(&pairs[i], false);
	}
}

static void test_p2p_only_where_the_device_defines_it(void **state)
{
	struct nvmevf_device nvdev;

	(void)state;
	start(&nvdev, false, RUNNING);
	assert_int_equal(nvdev.core_device.vdev.migration_flags, VFIO_MIGRATION_STOP_COPY);
	must_fail(&nvdev, P2P, -EINVAL);
	finish(&nvdev);
	start(&nvdev, true, RUNNING);
	assert_int_equal(nvdev.core_device.vdev.migration_flags,
			 VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P);
	finish(&nvdev);
}

/* A status is an errno, whatever it is, and the same for every DNR. */
static void test_status_to_errno(void **state)
{
	static const struct {
		int status, err;
	} named[] = {
		{ 0x001, -EOPNOTSUPP }, { 0x002, -EINVAL }, { 0x013, -EINVAL },
		{ 0x004, -EIO },	{ 0x006, -EIO },    { 0x007, -ECANCELED },
		{ 0x00c, -EPROTO },	{ 0x021, -EBUSY },  { 0x1c2, -EBUSY },
		{ 0x139, -EBUSY },	{ 0x138, -ENOSPC }, { 0x13a, -ESTALE },
		{ 0x1c0, -EBADMSG },	{ 0x1c1, -EXDEV },
	};
	struct nvmevf_device nvdev;
	int want, status;
	size_t i;

	(void)state;
	for (status = 1; status < 0x800; status++) {
		want = -EIO;
		for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
			if (named[i].status == status)
				want = named[i].err;
		assert_int_equal(nvmevf_errno(status), want);
		start(&nvdev, true, RUNNING);
		fake.fail_nth = 1;
		fake.fail_count = 1;
		fake.fail_ret = status | (status & 1 ? LM_DNR : 0);
		must_fail(&nvdev, STOP, want);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		assert_int_equal(shim_faults.logged, 1);
		finish(&nvdev);
	}
}

struct failure {
	enum vfio_device_mig_state from, to;
	unsigned int nth;
	int ret;
	bool effect;
	unsigned int count;
	int err;
	enum vfio_device_mig_state state;
	const char *commands;
};

/* The table "What each arc does on failure" of the specification. */
static const struct failure failures[] = {
	/* SUSPEND */
	{ RUNNING, P2P, 1, -EAGAIN, false, 1, -EAGAIN, RUNNING, "S" },
	{ RUNNING, P2P, 1, 0x1c2, false, 1, -EBUSY, RUNNING, "S" },
	{ RUNNING, P2P, 1, 0x13a, false, 1, -ESTALE, RUNNING, "S" },
	{ RUNNING, P2P, 1, 0x007, false, 1, -ECANCELED, RUNNING, "S" },
	{ RUNNING, P2P, 1, -ETIMEDOUT, false, 1, -ETIMEDOUT, RUNNING, "SR" },
	{ RUNNING, P2P, 1, -ETIMEDOUT, true, 1, -ETIMEDOUT, RUNNING, "SR" },
	{ RUNNING, P2P, 1, -ETIMEDOUT, true, 2, -ETIMEDOUT, RUNNING, "SRR" },
	{ RUNNING, P2P, 1, -ETIMEDOUT, true, 1000, -ETIMEDOUT, ERROR, NULL },
	/* QUERY_DATA_SIZE */
	{ STOP, STOP_COPY, 1, -EAGAIN, false, 1, -EAGAIN, STOP, "Q" },
	{ STOP, STOP_COPY, 1, 0x006, false, 1, -EIO, STOP, "Q" },
	{ STOP, STOP_COPY, 1, 0x13a, false, 1, -ESTALE, STOP, "Q" },
	{ STOP, STOP_COPY, 1, -ETIMEDOUT, true, 1, -ETIMEDOUT, STOP, "Q" },
	/* SAVE_DATA */
	{ STOP, STOP_COPY, 2, -EAGAIN, false, 1, -EAGAIN, STOP, "QW" },
	{ STOP, STOP_COPY, 2, 0x004, false, 1, -EIO, STOP, "QW" },
	{ STOP, STOP_COPY, 2, -ETIMEDOUT, true, 1, -ETIMEDOUT, STOP, "QW" },
	{ STOP, STOP_COPY, 2, 0x13a, false, 1, -ESTALE, ERROR, "QW" },
	/* RESUME */
	{ P2P, RUNNING, 1, -EAGAIN, false, 1, -EAGAIN, P2P, "R" },
	{ P2P, RUNNING, 1, 0x1c1, false, 1, -EXDEV, P2P, "R" },
	{ P2P, RUNNING, 1, 0x00c, false, 1, -EPROTO, P2P, "R" },
	{ P2P, RUNNING, 1, 0x13a, false, 1, -ESTALE, ERROR, "R" },
	{ P2P, RUNNING, 1, -ETIMEDOUT, false, 1, 0, RUNNING, "RR" },
	{ P2P, RUNNING, 1, -ETIMEDOUT, true, 1, -ETIMEDOUT, ERROR, "RR" },
	{ P2P, RUNNING, 1, -ETIMEDOUT, true, 1000, -ETIMEDOUT, ERROR, NULL },
	/* the same in the middle of several arcs: the state is the last that was reached */
	{ STOP, RUNNING, 1, 0x006, false, 1, -EIO, P2P, "R" },
	{ RUNNING, STOP_COPY, 2, 0x006, false, 1, -EIO, STOP, "SQ" },
	{ RUNNING, STOP_COPY, 3, 0x006, false, 1, -EIO, STOP, "SQW" },
	{ RUNNING, STOP_COPY, 3, 0x13a, false, 1, -ESTALE, ERROR, "SQW" },
};

static void test_every_failure(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;

	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];

		start(&nvdev, true, f->from);
		fake.fail_nth = f->nth;
		fake.fail_count = f->count;
		fake.fail_ret = f->ret;
		fake.fail_effect = f->effect;
		filp = fake_set(&nvdev, f->to);
		assert_int_equal(IS_ERR(filp) ? PTR_ERR(filp) : 0, f->err);
		assert_int_equal(fake_get(&nvdev), f->state);
		assert_true(fake.failed);
		if (f->commands)
			assert_string_equal(fake_commands(), f->commands);
		if (f->state == RUNNING)
			assert_int_equal(fake.state, FAKE_ACTIVE);
		if (f->state == ERROR)
			assert_null(nvdev.session);
		/* where the arc can be tried again, it works */
		fake.fail_count = 0;
		if (f->err && f->state != ERROR) {
			filp = must(&nvdev, f->to);
			if (filp)
				fput(filp);
		}
		finish(&nvdev);
	}
}

/* LOAD_DATA: what was written stays, and the same arc works afterwards. */
static void test_load_failure(void **state)
{
	static const struct {
		int ret, err;
		bool effect;
		enum vfio_device_mig_state state;
	} loads[] = {
		{ -EAGAIN, -EAGAIN, false, RESUMING },
		{ 0x138, -ENOSPC, false, RESUMING },
		{ 0x1c0, -EBADMSG, false, RESUMING },
		{ 0x1c1, -EXDEV, false, RESUMING },
		{ 0x004, -EIO, false, RESUMING },
		{ -ETIMEDOUT, -ETIMEDOUT, false, RESUMING },
		{ -ETIMEDOUT, -ETIMEDOUT, true, RESUMING },
		{ 0x13a, -ESTALE, false, ERROR },
	};
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[64];

	(void)state;
	memset(image, 0x5a, sizeof(image));
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		filp = start(&nvdev, true, RESUMING);
		assert_int_equal(fd_write(filp, image, sizeof(image)), sizeof(image));
		fake.fail_nth = 1;
		fake.fail_count = 1;
		fake.fail_ret = loads[i].ret;
		fake.fail_effect = loads[i].effect;
		must_fail(&nvdev, RUNNING, loads[i].err);
		assert_int_equal(fake_get(&nvdev), loads[i].state);
		assert_string_equal(fake_commands(), "L");
		if (loads[i].state == RESUMING) {
			must(&nvdev, RUNNING);
			assert_string_equal(fake_commands(), "LR");
			assert_memory_equal(fake.image, image, sizeof(image));
			assert_int_equal(fake.size, sizeof(image));
		}
		assert_int_equal(fd_write(filp, image, 4), -ENODEV);
		fput(filp);
		finish(&nvdev);
	}
}

/* Every command of a migration out and in fails once, in every way. */
static void test_nth_command_fails(void **state)
{
	static const int rets[] = { -EAGAIN, -ETIMEDOUT, -ENOMEM, 0x001, 0x002,
				    0x006,   0x00c,	 0x13a,	  0x1c2 };
	static const enum vfio_device_mig_state way[] = { STOP_COPY, RESUMING, RUNNING };
	struct nvmevf_device nvdev;
	u8 image[FAKE_IMAGE_MAX];
	struct file *filp;
	unsigned int n, injected;

	(void)state;
	for (size_t r = 0; r < 2 * sizeof(rets) / sizeof(rets[0]); r++) {
		for (n = 1;; n++) {
			start(&nvdev, true, RUNNING);
			fake.fail_nth = n;
			fake.fail_count = 1;
			fake.fail_ret = rets[r / 2];
			fake.fail_effect = (r & 1) && rets[r / 2] == -ETIMEDOUT;
			for (size_t i = 0; i < 3; i++) {
				filp = fake_set(&nvdev, way[i]);
				if (IS_ERR(filp) && fake_get(&nvdev) != ERROR)
					filp = fake_set(&nvdev, way[i]);
				if (IS_ERR(filp))
					break;
				if (filp && way[i] == STOP_COPY)
					assert_int_equal(fd_read(filp, image, sizeof(image)),
							 20000);
				if (filp && way[i] == RESUMING)
					assert_int_equal(fd_write(filp, image, 20000), 20000);
				if (filp)
					fput(filp);
			}
			injected = fake.failed;
			if (fake_get(&nvdev) == RUNNING)
				assert_int_equal(fake.state, FAKE_ACTIVE);
			/* a reset helps always */
			fake_flr();
			nvmevf_mig_reset_prepare(&nvdev);
			nvmevf_mig_reset_done(&nvdev);
			assert_int_equal(fake_get(&nvdev), RUNNING);
			assert_int_equal(fake.state, FAKE_ACTIVE);
			finish(&nvdev);
			if (!injected)
				break;
		}
		/* S Q W, L, R */
		assert_true(n > 5);
	}
}

/* No memory, and no file: the state stays, nothing leaks, and it works next time. */
static void test_nth_allocation_fails(void **state)
{
	static const enum vfio_device_mig_state goals[] = { STOP_COPY, RESUMING };
	struct nvmevf_device nvdev;
	struct file *filp;
	unsigned int n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (n = 1;; n++) {
			start(&nvdev, true, STOP);
			shim_faults.alloc_nth = n;
			filp = fake_set(&nvdev, goals[i]);
			if (!shim_faults.injected) {
				assert_false(IS_ERR(filp));
				fput(filp);
				finish(&nvdev);
				break;
			}
			assert_true(IS_ERR(filp));
			assert_int_equal(PTR_ERR(filp), n == 3 ? -ENFILE : -ENOMEM);
			assert_int_equal(fake_get(&nvdev), STOP);
			assert_int_equal(shim_live(), 0);
			fput(must(&nvdev, goals[i]));
			finish(&nvdev);
		}
		assert_int_equal(n, 4);
	}
}

/* What a device says of its image. */
static void test_sizes(void **state)
{
	static const long bad[] = { 0, 1, 2, 3, 5, FAKE_IMAGE_MAX + 4, 0x7ffffffc, 0xfffffffc };
	struct nvmevf_device nvdev;
	unsigned long length;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(&nvdev, true, STOP);
		fake.lie_size = bad[i];
		must_fail(&nvdev, STOP_COPY, -EPROTO);
		assert_string_equal(fake_commands(), "Q");
		assert_int_equal(fake_get(&nvdev), STOP);
		assert_int_equal(nvdev.core_device.vdev.mig_ops->migration_get_data_size(
					 &nvdev.core_device.vdev, &length),
				 -EPROTO);
		finish(&nvdev);
	}

	start(&nvdev, false, STOP);
	fake.lie_size = NVMEVF_LEGACY_MAX_IMAGE + 4;
	must_fail(&nvdev, STOP_COPY, -EPROTO);
	finish(&nvdev);

	start(&nvdev, true, RUNNING);
	assert_int_equal(nvdev.core_device.vdev.mig_ops->migration_get_data_size(
				 &nvdev.core_device.vdev, &length),
			 0);
	assert_int_equal(length, 20000);
	assert_string_equal(fake_commands(), "Q");
	finish(&nvdev);
}

static void test_save_of_another_length(void **state)
{
	static const long bad[] = { 0, 4, 19996, 20004, 0xffffffff };
	struct nvmevf_device nvdev;
	struct file *filp;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(&nvdev, true, STOP);
		fake.lie_written = bad[i];
		must_fail(&nvdev, STOP_COPY, -EPROTO);
		assert_int_equal(fake_get(&nvdev), STOP);
		finish(&nvdev);
	}
	/* Dword 0 means nothing on a device of the first version */
	start(&nvdev, false, STOP);
	fake.lie_written = 0;
	filp = must(&nvdev, STOP_COPY);
	fput(filp);
	finish(&nvdev);
}

/* The fields of SAVE_DATA and LOAD_DATA, whole and in parts. */
static void check_parts(u8 opcode, u32 total, u32 part)
{
	u32 offset = 0;

	for (unsigned int i = 0; i < fake.logged; i++) {
		const struct fake_command *c = &fake.log[i];

		if (c->opcode != opcode)
			continue;
		assert_int_equal(c->len, min(part, total - offset));
		assert_int_equal(c->cdw[1], c->len);
		assert_int_equal(c->cdw[2], offset);
		assert_int_equal(c->cdw[3], opcode == nvme_admin_vf_load_data ? total : 0);
		offset += c->len;
	}
	assert_int_equal(offset, total);
}

static void test_parts(void **state)
{
	static const u32 parts[] = { 4096, 8192, 16384, 19996, 20000, 20004, SZ_128K };
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000];

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		start(&nvdev, true, STOP);
		nvdev.caps.max_transfer = parts[i];
		filp = must(&nvdev, STOP_COPY);
		check_parts(nvme_admin_vf_save_data, 20000, parts[i]);
		assert_int_equal(fd_read(filp, image, sizeof(image)), 20000);
		assert_memory_equal(image, fake.image, sizeof(image));
		fput(filp);
		filp = must(&nvdev, RESUMING);
		image[17] ^= 1;
		assert_int_equal(fd_write(filp, image, sizeof(image)), 20000);
		fake_commands();
		must(&nvdev, STOP);
		check_parts(nvme_admin_vf_load_data, 20000, parts[i]);
		assert_memory_equal(image, fake.image, sizeof(image));
		fput(filp);
		finish(&nvdev);
	}
}

/* A sequence of parts that was given up does not keep memory of the device. */
static void test_parts_given_up(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000] = { 1 };
	static const struct {
		int ret;
		const char *commands;
	} ways[] = { { -EAGAIN, "LLS" }, { -ETIMEDOUT, "LLS" }, { 0x138, "LL" } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		filp = start(&nvdev, true, RESUMING);
		nvdev.caps.max_transfer = 8192;
		assert_int_equal(fd_write(filp, image, sizeof(image)), 20000);
		fake.fail_nth = 2;
		fake.fail_count = 1;
		fake.fail_ret = ways[i].ret;
		fake_commands();
		must_fail(&nvdev, STOP, nvmevf_errno(ways[i].ret));
		assert_string_equal(fake_commands(), ways[i].commands);
		assert_int_equal(fake_get(&nvdev), RESUMING);
		/* from the start again */
		must(&nvdev, STOP);
		check_parts(nvme_admin_vf_load_data, 20000, 8192);
		fput(filp);
		finish(&nvdev);
	}
}

/* A device of the first version: one command, no fields of ours. */
static void test_first_version(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000];
	unsigned int i;

	(void)state;
	start(&nvdev, false, RUNNING);
	filp = must(&nvdev, STOP_COPY);
	assert_int_equal(fd_read(filp, image, sizeof(image)), 20000);
	fput(filp);
	for (i = 0; i < fake.logged; i++)
		assert_false(fake.log[i].cdw[1] || fake.log[i].cdw[2] || fake.log[i].cdw[3]);
	assert_int_equal(fake.log[2].len, 20000);
	fake_commands();
	filp = must(&nvdev, RESUMING);
	assert_int_equal(fd_write(filp, image, sizeof(image)), 20000);
	must(&nvdev, RUNNING);
	fput(filp);
	assert_int_equal(fake.log[0].cdw[1], 20000);
	assert_false(fake.log[0].cdw[2] || fake.log[0].cdw[3]);
	assert_string_equal(fake_commands(), "LR");
	finish(&nvdev);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_p2p_only_where_the_device_defines_it),
		cmocka_unit_test(test_status_to_errno),
		cmocka_unit_test(test_every_failure),
		cmocka_unit_test(test_load_failure),
		cmocka_unit_test(test_nth_command_fails),
		cmocka_unit_test(test_nth_allocation_fails),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_save_of_another_length),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_given_up),
		cmocka_unit_test(test_first_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
