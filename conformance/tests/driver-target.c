/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target "driver": which VFs it takes, and what it asks of VFIO. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "ct-row.h"
#include "drv.h"
#include "find-target.h"
#include "pci-world.h"

#define BUS "/sys/bus/pci/devices/"
/* what /dev/nvme0 leads to here is /dev/null */
#define SYS "/sys/dev/char/1:3/"
#define VF1 WORLD_VF(1)
#define VF2 WORLD_VF(2)

static struct ct_target target;
static const struct ct_driver_ops *d;
static char complaint[256];

/* Identify and the reset of the PF, which libnvme and the target ask for. */
int ioctl(int fd, unsigned long request, ...)
{
	(void)fd;
	(void)request;
	return 0;
}

/* The target says so where the kernel's log has a warning. */
void ct_check_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		 const char *fmt, ...)
{
	va_list ap;

	(void)ct;
	(void)what;
	(void)file;
	(void)line;
	va_start(ap, fmt);
	if (!ok)
		vsnprintf(complaint, sizeof(complaint), fmt, ap);
	va_end(ap);
}

static int begin(void **state)
{
	(void)state;
	memset(&target, 0, sizeof(target));
	complaint[0] = '\0';
	target.ops = find_target("driver");
	d = target.ops->driver;
	world_begin();
	world_link("/dev/nvme0", "/dev/null");
	world_link(SYS "subsystem", "../../class/nvme");
	world_file(SYS "transport", "pcie\n");
	world_file(SYS "address", WORLD_PF "\n");
	world_file(SYS "state", "live\n");
	world_file(SYS "device/sriov_numvfs", "2\n");
	world_link(BUS VF1 "/physfn", "../" WORLD_PF);
	world_link(BUS VF2 "/physfn", "../" WORLD_PF);
	world_link(BUS VF1 "/driver", "../../drivers/nvme-vfio-pci");
	world_link(BUS VF2 "/driver", "../../drivers/nvme-vfio-pci");
	world_file("/dev/kmsg", "");
	world.mig_state = DRV_RUNNING;
	return 0;
}

static int end(void **state)
{
	(void)state;
	target.ops->close(&target);
	world_end();
	return 0;
}

static void refuse(const char *arg, int err, const char *says)
{
	int ret = target.ops->open(&target, arg);

	if (ret != err || !strstr(target.error, says))
		fail_msg("%s: %d '%s', expected %d '%s'", arg, ret, target.error, err, says);
	assert_null(target.priv);
}

static void take(const char *arg)
{
	if (target.ops->open(&target, arg))
		fail_msg("%s: %s", arg, target.error);
}

static void what_is_no_vf_of_a_driver_is_refused(void **state)
{
	(void)state;
	refuse("", -EINVAL, "is no PCI address of a VF");
	refuse("/dev/nvme0", -EINVAL, "is no PCI address of a VF");
	refuse(VF1 "," VF2 "," VF1, -EINVAL, "name one VF, or two");
	refuse("log=none", -EINVAL, "is no PCI address");
	refuse(WORLD_PF, -ENODEV, "is no VF");
	world_link(BUS VF2 "/physfn", "../0000:02:00.0");
	refuse(VF1 "," VF2, -EINVAL, "is a VF of another PF (0000:02:00.0)");
	refuse(VF2, -ENODEV, "its PF 0000:02:00.0 does not know it");
	world_link(BUS VF1 "/driver", "../../drivers/nvme");
	refuse(VF1, -ENODEV, "no VFIO driver holds it; bind it");
	world_remove(BUS VF1 "/driver");
	refuse(VF1, -ENODEV, "no VFIO driver holds it");
}

static void a_kernel_whose_log_is_hidden_is_refused_unless_told(void **state)
{
	(void)state;
	world_remove("/dev/kmsg");
	refuse(VF1, -EACCES, "/dev/kmsg cannot be read");
	take(VF1 ",log=none");
}

static void vfs_are_known_by_their_place(void **state)
{
	(void)state;
	take(VF2 "," VF1);
	assert_int_equal(target.info.caps, CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_PF_PASSTHRU));
	assert_int_equal(d->count(&target), 2);
	assert_int_equal(d->index(&target, 1), 2);
	assert_int_equal(d->index(&target, 2), 1);
}

static void states_and_files_are_vfios(void **state)
{
	uint64_t value = 0;
	uint32_t now = 0;
	char text[8] = "";
	int file;

	(void)state;
	take(VF1);
	assert_int_equal(d->flags(NULL, &target, 1, &value), 0);
	assert_int_equal(value, DRV_FLAG_STOP_COPY | DRV_FLAG_P2P);
	assert_int_equal(d->data_size(NULL, &target, 1, &value), 0);
	assert_int_equal(value, 4096);
	assert_int_equal(d->set_state(NULL, &target, 1, DRV_STOP, &file), 0);
	assert_int_equal(file, -1);
	assert_int_equal(d->set_state(NULL, &target, 1, DRV_RESUMING, &file), 0);
	assert_true(file >= 0);
	assert_int_equal(d->write(file, "abc", 3), 3);
	assert_int_equal(d->seek(file, 1), 0);
	assert_int_equal(d->poll(file), POLLIN | POLLOUT);
	assert_int_equal(d->read(file, text, sizeof(text)), 2);
	assert_string_equal(text, "bc");
	assert_int_equal(d->write_at(file, "x", 1, 0), 1);
	assert_int_equal(d->read_at(file, text, 1, 0), 1);
	assert_int_equal(text[0], 'x');
	assert_true(d->dup(file) >= 0);
	assert_true(d->reopen(file) >= 0);
	d->close_file(file);
	assert_int_equal(d->write(file, "x", 1), -EBADF);
	assert_int_equal(d->read(file, text, 1), -EBADF);
	assert_int_equal(d->seek(file, 0), -EBADF);
	assert_int_equal(d->get_state(NULL, &target, 1, &now), 0);
	assert_int_equal(now, DRV_RESUMING);
}

static void errors_are_passed_on(void **state)
{
	uint64_t value;
	int file;

	(void)state;
	take(VF1);
	assert_int_equal(d->open(NULL, &target, 1), 0);
	world.fails = 1;
	world.fail_errno = EBUSY;
	assert_int_equal(d->set_state(NULL, &target, 1, DRV_STOP, &file), -EBUSY);
	assert_int_equal(file, -1);
	world.fails = 1;
	world.fail_errno = ENOTTY;
	assert_int_equal(d->flags(NULL, &target, 1, &value), -ENOTTY);
	world.fails = 1;
	assert_int_equal(d->reset(NULL, &target, 1), -ENOTTY);
	d->close(NULL, &target, 1);
	world.fails = 3;
	world.fail_errno = EPERM;
	assert_int_equal(d->open(NULL, &target, 1), -EPERM);
	assert_int_equal(d->open(NULL, &target, 1), 0);
}

static void a_case_starts_with_what_runs(void **state)
{
	uint32_t now;
	int file;

	(void)state;
	take(VF1);
	d->set_state(NULL, &target, 1, DRV_STOP_COPY, &file);
	d->start_over(NULL, &target);
	assert_int_equal(world.resets, 1);
	assert_int_equal(d->read(file, &now, 1), -EBADF);
	assert_int_equal(d->get_state(NULL, &target, 1, &now), 0);
	assert_int_equal(now, DRV_RUNNING);
	d->start_over(NULL, &target);
	assert_int_equal(world.resets, 1);
	assert_string_equal(complaint, "");
}

static void a_warning_of_the_kernel_is_told(void **state)
{
	(void)state;
	world.kmsg[0] = "4,1,2,-;WARNING: CPU: 0 PID: 1 at drivers/nvme/x.c";
	world.lines = 1;
	take(VF1);
	d->start_over(NULL, &target);
	assert_string_equal(complaint,
			    "the kernel's log: WARNING: CPU: 0 PID: 1 at drivers/nvme/x.c");
}

static void a_pf_is_live_after_its_reset(void **state)
{
	(void)state;
	take(VF1);
	assert_int_equal(d->pf_reset(NULL, &target), 0);
	world_file(SYS "state", "resetting\n");
	assert_int_equal(d->pf_reset(NULL, &target), -ETIMEDOUT);
	world_remove(SYS "state");
	assert_int_equal(d->pf_reset(NULL, &target), -ENODEV);
}

static void a_system_is_left_alone_unless_told(void **state)
{
	struct ct_driver_removed what;

	(void)state;
	world_file(BUS VF1 "/reset", "");
	take(VF1);
	assert_int_equal(d->flr(NULL, &target, 1), -EPERM);
	assert_int_equal(d->kill(NULL, &target, 1), -EPERM);
	assert_int_equal(d->unload(NULL, &target, 1), -EPERM);
	assert_int_equal(d->remove(NULL, &target, 1, CT_DRIVER_NO_VFS, &what), -EPERM);
	target.ops->close(&target);
	take(VF1 ",log=none,unbind=yes");
	assert_int_equal(d->flr(NULL, &target, 1), 0);
	assert_int_equal(d->unload(NULL, &target, 1), -ENOENT);
	target.ops->close(&target);
	take(VF1 "," VF2 ",unbind=yes");
	assert_int_equal(d->count(&target), 2);
}

/* Here nothing asks, and nothing waits: what goes is gone at once. */
static void a_vf_that_goes_unasked_is_told(void **state)
{
	struct ct_driver_removed what = { .asked = true, .waited = true };

	(void)state;
	take(VF1 ",unbind=yes");
	assert_int_equal(d->open(NULL, &target, 1), 0);
	assert_int_equal(d->remove(NULL, &target, 1, CT_DRIVER_VF_UNBOUND, &what), 0);
	assert_false(what.asked);
	assert_false(what.waited);
	assert_int_equal(d->open(NULL, &target, 1), 0);
}

static void the_exported_function_is_called_as_told(void **state)
{
	static const struct {
		char line[32], data[8];
	} said = { "-22 7\n", "abcdefg" };
	struct ct_driver_answer answer;
	uint8_t sqe[LM_SQE_SIZE] = { 0xC8 };
	char data[8] = "", expected[256];
	size_t end;

	(void)state;
	take(VF1);
	assert_int_equal(d->submit(NULL, &target, 1, sqe, data, 8, &answer), -ENOENT);
	world.answer = said.line;
	world.answer_size = sizeof(said);
	sqe[LM_SQE_SIZE - 1] = 0x5A;
	assert_int_equal(d->submit(NULL, &target, 1, sqe, data, 8, &answer), 0);
	assert_int_equal(answer.ret, -EINVAL);
	assert_int_equal(answer.dw0, 7);
	assert_string_equal(data, "abcdefg");
	end = (size_t)snprintf(expected, sizeof(expected), VF1 " 8 c8");
	memset(expected + end, '0', 2 * (LM_SQE_SIZE - 2));
	memcpy(expected + end + 2 * (LM_SQE_SIZE - 2), "5a", 3);
	assert_string_equal(world.call, expected);
	assert_int_equal(d->submit(NULL, &target, 1, sqe, NULL, 0, &answer), 0);
}

static void an_answer_that_is_none_is_an_error(void **state)
{
	static const char said[40] = "what?";
	struct ct_driver_answer answer;
	const uint8_t sqe[LM_SQE_SIZE] = { 0 };
	char data[8];

	(void)state;
	take(VF1);
	world.answer = said;
	world.answer_size = sizeof(said);
	assert_int_equal(d->submit(NULL, &target, 1, sqe, data, 8, &answer), -EIO);
	world.answer_size = sizeof(said) - 1;
	assert_int_equal(d->submit(NULL, &target, 1, sqe, data, 8, &answer), -EIO);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_vf_of_a_driver_is_refused),
		TEST(a_kernel_whose_log_is_hidden_is_refused_unless_told),
		TEST(vfs_are_known_by_their_place),
		TEST(states_and_files_are_vfios),
		TEST(errors_are_passed_on),
		TEST(a_case_starts_with_what_runs),
		TEST(a_warning_of_the_kernel_is_told),
		TEST(a_pf_is_live_after_its_reset),
		TEST(a_system_is_left_alone_unless_told),
		TEST(a_vf_that_goes_unasked_is_told),
		TEST(the_exported_function_is_called_as_told),
		TEST(an_answer_that_is_none_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
