/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target "pci" over scripted system calls: each command, each errno of each call. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../targets/pci-refuse.h"
#include "../targets/pci-sys.h"
#include "find-target.h"
#include "nvme-lm.h"
#include "pci-script.h"

#define SYS "/sys/dev/char/241:7"
#define BDF "0000:01:00.0"
#define BUS "/sys/bus/pci/devices/" BDF
#define MS UINT64_C(1000000)

static struct ct_target target;
static uint8_t identify[LM_ID_SIZE];

static const struct pci_step find_steps[] = {
	{ .call = CALL_STAT, .path = "/dev/nvme0", .mode = S_IFCHR },
	{ .call = CALL_LINK, .path = SYS "/subsystem", .text = "nvme" },
	{ .call = CALL_ATTR, .path = SYS "/transport", .text = "pcie" },
	{ .call = CALL_LINK, .path = SYS "/device/physfn", .err = ENOENT },
	{ .call = CALL_ATTR, .path = SYS "/address", .text = BDF },
	{ .call = CALL_ATTR, .path = SYS "/device/vendor", .text = "0x8086" },
	{ .call = CALL_ATTR, .path = SYS "/device/device", .text = "0x5845" },
	{ .call = CALL_ATTR, .path = SYS "/device/sriov_totalvfs", .text = "4" },
	{ .call = CALL_ATTR, .path = SYS "/device/sriov_numvfs", .text = "2" },
};

static const struct pci_step hold_steps[] = {
	{ .call = CALL_OPEN, .path = "/dev/nvme0" },
	{ .call = CALL_FLOCK },
};

static const struct pci_step identify_step = { .call = CALL_ADMIN,
					       .opcode = 0x06,
					       .cdw = { 1 },
					       .len = LM_ID_SIZE,
					       .timeout_ms = 5000,
					       .data = identify };

#define ADD(steps) script_add(steps, sizeof(steps) / sizeof((steps)[0]))

static int begin(void **state)
{
	(void)state;
	memset(identify, 0, sizeof(identify));
	memset(&target, 0, sizeof(target));
	target.ops = find_target("pci");
	script_begin();
	return 0;
}

static void expect_open(void)
{
	ADD(find_steps);
	ADD(hold_steps);
	script_add(&identify_step, 1);
}

static void open_target(void)
{
	expect_open();
	assert_int_equal(target.ops->open(&target, "/dev/nvme0"), 0);
}

/* closes what is open, and sees that the script is used up */
static void finish(void)
{
	if (target.priv) {
		SCRIPT({ .call = CALL_CLOSE });
		target.ops->close(&target);
	}
	script_end();
}

static void refuse(const char *arg, int err, const char *says)
{
	int ret = target.ops->open(&target, arg);

	if (ret != err || !strstr(target.error, says))
		fail_msg("%s: %d '%s', expected %d '%s'", arg, ret, target.error, err, says);
	assert_null(target.priv);
	script_end();
	begin(NULL);
}

static int send_opcode(uint8_t opc, uint64_t timeout, struct ct_cqe *cqe)
{
	uint8_t sqe[64] = { [LM_SQE_OPC] = opc };

	return target.ops->admin(&target, 0, sqe, NULL, 0, CT_DIR_NONE, timeout, cqe);
}

static void open_describes_the_controller(void **state)
{
	(void)state;
	open_target();
	assert_string_equal(target.info.transport, "/dev/nvme0 (PCI " BDF ")");
	assert_int_equal(target.info.pci_vid, 0x8086);
	assert_int_equal(target.info.pci_did, 0x5845);
	assert_int_equal(target.info.total_vfs, 4);
	assert_int_equal(target.info.num_vfs, 2);
	finish();
}

static void passthrough_is_the_only_capability(void **state)
{
	(void)state;
	open_target();
	assert_int_equal(target.info.caps, CT_CAP(CT_CAP_PF_PASSTHRU));
	for (int i = 0; i < CT_CAP_COUNT; i++)
		if (i != CT_CAP_PF_PASSTHRU && !*target.info.reason[i])
			fail_msg("no reason why capability %d is absent", i);
	finish();
}

static void a_device_without_sriov_has_no_vfs(void **state)
{
	(void)state;
	script_add(find_steps, 7);
	SCRIPT({ .call = CALL_ATTR, .path = SYS "/device/sriov_totalvfs", .err = ENOENT },
	       { .call = CALL_ATTR, .path = SYS "/device/sriov_numvfs", .err = ENOENT });
	ADD(hold_steps);
	script_add(&identify_step, 1);
	assert_int_equal(target.ops->open(&target, "/dev/nvme0"), 0);
	assert_int_equal(target.info.total_vfs | target.info.num_vfs, 0);
	finish();
}

static void a_pci_address_names_the_controller(void **state)
{
	(void)state;
	SCRIPT({ .call = CALL_LINK, .path = BUS "/driver", .text = "nvme" },
	       { .call = CALL_ENTRY, .path = BUS "/nvme", .text = "nvme0" });
	expect_open();
	assert_int_equal(target.ops->open(&target, BDF), 0);
	finish();
}

static void an_address_may_be_short_and_in_capitals(void **state)
{
	static const struct pci_step refused = { .call = CALL_LINK,
						 .path = "/sys/bus/pci/devices/0000:3b:0a.1/driver",
						 .text = "vfio-pci" };

	(void)state;
	script_add(&refused, 1);
	refuse("3B:0A.1", -EBUSY, "0000:3b:0a.1: held by the driver");
	script_add(&refused, 1);
	refuse("0000:3B:0a.1", -EBUSY, "0000:3b:0a.1: held by the driver");
	SCRIPT({ .call = CALL_STAT, .path = "3b:0a.1x", .err = ENOENT });
	refuse("3b:0a.1x", -ENOENT, "3b:0a.1x does not exist");
}

static void an_address_without_controller_is_refused(void **state)
{
	(void)state;
	SCRIPT({ .call = CALL_LINK, .path = BUS "/driver", .err = ENOENT },
	       { .call = CALL_STAT, .path = BUS, .err = ENOENT });
	refuse(BDF, -ENODEV, BDF ": no such PCI device");
	SCRIPT({ .call = CALL_LINK, .path = BUS "/driver", .err = ENOENT },
	       { .call = CALL_STAT, .path = BUS, .mode = S_IFDIR });
	refuse(BDF, -ENODEV, BDF ": no driver is bound; bind it to nvme");
	SCRIPT({ .call = CALL_LINK, .path = BUS "/driver", .text = "vfio-pci" });
	refuse(BDF, -EBUSY, BDF ": held by the driver vfio-pci; bind it to nvme");
	SCRIPT({ .call = CALL_LINK, .path = BUS "/driver", .text = "nvme" },
	       { .call = CALL_ENTRY, .path = BUS "/nvme", .err = ENOENT });
	refuse(BDF, -EAGAIN, "has no controller yet");
}

static void what_is_no_controller_is_refused(void **state)
{
	static char longer[100];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	refuse("", -EINVAL, "needs a controller: pci:/dev/nvme0");
	refuse(longer, -ENAMETOOLONG, "no device has a name as long as this");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/nvme9", .err = ENOENT });
	refuse("/dev/nvme9", -ENOENT, "/dev/nvme9 does not exist; nvme list shows");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/zero/x", .err = ENOTDIR });
	refuse("/dev/zero/x", -ENOTDIR, "does not exist");
	SCRIPT({ .call = CALL_STAT, .path = "/secret/x", .err = EACCES });
	refuse("/secret/x", -EACCES, "run as root");
	SCRIPT({ .call = CALL_STAT, .path = "/secret/x", .err = EPERM });
	refuse("/secret/x", -EPERM, "run as root");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/loop", .err = ELOOP });
	refuse("/dev/loop", -ELOOP, "/dev/loop: Too many levels");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/nvme0n1", .mode = S_IFBLK });
	refuse("/dev/nvme0n1", -EINVAL, "a namespace; name the controller instead");
	SCRIPT({ .call = CALL_STAT, .path = "/etc/passwd", .mode = S_IFREG });
	refuse("/etc/passwd", -EINVAL, "/etc/passwd is no device");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/ng0n1", .mode = S_IFCHR },
	       { .call = CALL_LINK, .path = SYS "/subsystem", .text = "nvme-generic" });
	refuse("/dev/ng0n1", -EINVAL, "/dev/ng0n1 is a namespace; name its controller");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/null", .mode = S_IFCHR },
	       { .call = CALL_LINK, .path = SYS "/subsystem", .text = "mem" });
	refuse("/dev/null", -EINVAL, "/dev/null is no NVMe controller");
	SCRIPT({ .call = CALL_STAT, .path = "/dev/x", .mode = S_IFCHR },
	       { .call = CALL_LINK, .path = SYS "/subsystem", .err = ENOENT });
	refuse("/dev/x", -ENODEV, "/dev/x: the controller went away");
}

static void other_transports_and_vfs_are_refused(void **state)
{
	(void)state;
	script_add(find_steps, 2);
	SCRIPT({ .call = CALL_ATTR, .path = SYS "/transport", .text = "tcp" });
	refuse("/dev/nvme0", -EINVAL, "is reached over tcp; live migration is for PCIe only");
	script_add(find_steps, 2);
	SCRIPT({ .call = CALL_ATTR, .path = SYS "/transport", .err = ENOENT });
	refuse("/dev/nvme0", -ENODEV, "went away");
	script_add(find_steps, 3);
	SCRIPT({ .call = CALL_LINK, .path = SYS "/device/physfn", .text = "0000:01:00.0" });
	refuse("/dev/nvme0", -EINVAL, "is a VF; name its PF instead, PCI address 0000:01:00.0");
}

static void a_controller_that_goes_while_looked_up_went_away(void **state)
{
	static const struct pci_options o = { .address = "/dev/nvme0" };
	char pf[PCI_BDF_SIZE];

	(void)state;
	ADD(find_steps);
	SCRIPT({ .call = CALL_ATTR, .path = SYS "/address", .err = ENODEV });
	assert_int_equal(pci_pf_address(&target, &o, pf), -ENODEV);
	assert_string_equal(target.error, "/dev/nvme0: the controller went away; try again");
	script_end();
}

struct fault {
	int err;
	int gives;
	const char *says;
};

static void each_errno_of_open_is_told(void **state)
{
	static const struct fault faults[] = {
		{ EACCES, -EACCES, "not permitted; run as root" },
		{ EPERM, -EPERM, "not permitted; run as root" },
		{ EBUSY, -EBUSY, "held by another program" },
		{ EAGAIN, -EAGAIN, "not live" },
		{ ENODEV, -ENODEV, "went away" },
		{ ENXIO, -ENODEV, "went away" },
		{ ENOENT, -ENODEV, "went away" },
		{ EIO, -EIO, "cannot open it: Input/output error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		ADD(find_steps);
		SCRIPT({ .call = CALL_OPEN, .path = "/dev/nvme0", .err = faults[i].err });
		refuse("/dev/nvme0", faults[i].gives, faults[i].says);
	}
}

static void a_held_controller_is_refused(void **state)
{
	(void)state;
	ADD(find_steps);
	SCRIPT({ .call = CALL_OPEN, .path = "/dev/nvme0" },
	       { .call = CALL_FLOCK, .err = EWOULDBLOCK }, { .call = CALL_CLOSE });
	refuse("/dev/nvme0", -EBUSY, "held by another run");
}

static const struct fault ioctl_faults[] = {
	{ ENODEV, -ENODEV, "vanished before opcode" },
	{ ENXIO, -ENODEV, "vanished before opcode" },
	{ EINTR, -EIO, "was cancelled by a reset" },
	{ EACCES, -EACCES, "run as root (CAP_SYS_ADMIN" },
	{ EPERM, -EPERM, "run as root (CAP_SYS_ADMIN" },
	{ EINVAL, -EINVAL, "above its transfer limit" },
	{ ENOTTY, -ENOTTY, "use Linux 5.4 or later" },
	{ EAGAIN, -EAGAIN, "not live" },
	{ ENOMEM, -ENOMEM, "Cannot allocate memory" },
	{ EIO, -EIO, "Input/output error" },
	{ EFAULT, -EFAULT, "Bad address" },
};

#define NUM_IOCTL_FAULTS (sizeof(ioctl_faults) / sizeof(ioctl_faults[0]))

static void each_errno_of_the_first_identify_is_told(void **state)
{
	struct pci_step step = identify_step;

	(void)state;
	for (size_t i = 0; i < NUM_IOCTL_FAULTS; i++) {
		ADD(find_steps);
		ADD(hold_steps);
		step.err = ioctl_faults[i].err;
		script_add(&step, 1);
		SCRIPT({ .call = CALL_CLOSE });
		refuse("/dev/nvme0", ioctl_faults[i].gives, ioctl_faults[i].says);
	}
	step.err = 0;
	step.status = 0x4002;
	ADD(find_steps);
	ADD(hold_steps);
	script_add(&step, 1);
	SCRIPT({ .call = CALL_CLOSE });
	refuse("/dev/nvme0", -EIO, "answers Identify with status 002h");
}

static void each_errno_of_a_command_is_told(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_target();
	for (size_t i = 0; i < NUM_IOCTL_FAULTS; i++) {
		SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .err = ioctl_faults[i].err });
		assert_int_equal(send_opcode(0xC8, MS, &cqe), ioctl_faults[i].gives);
		if (!strstr(target.error, ioctl_faults[i].says))
			fail_msg("errno %d: '%s'", ioctl_faults[i].err, target.error);
	}
	finish();
}

static void every_field_of_a_command_arrives(void **state)
{
	uint8_t sqe[64] = { 0 }, data[12] = "hello world";
	struct ct_cqe cqe;

	(void)state;
	open_target();
	sqe[LM_SQE_OPC] = 0xD5;
	lm_put_le16(sqe + LM_SQE_CID, 0x1234);
	lm_put_le32(sqe + LM_SQE_NSID, 0x01020304);
	lm_put_le32(sqe + LM_SQE_CDW2, 0x05060708);
	lm_put_le32(sqe + LM_SQE_CDW3, 0x090A0B0C);
	for (unsigned int i = 0; i < 6; i++)
		lm_put_le32(sqe + LM_SQE_CDW10 + 4 * i, 0x10101010 * (i + 1));
	SCRIPT({ .call = CALL_ADMIN,
		 .opcode = 0xD5,
		 .nsid = 0x01020304,
		 .cdw2 = 0x05060708,
		 .cdw3 = 0x090A0B0C,
		 .cdw = { 0x10101010, 0x20202020, 0x30303030, 0x40404040, 0x50505050, 0x60606060 },
		 .len = 12,
		 .sent = "hello world",
		 .result = UINT64_C(0x1122334455667788),
		 .takes = 4321 });
	assert_int_equal(target.ops->admin(&target, 0, sqe, data, 12, CT_DIR_TO_DEVICE, MS, &cqe),
			 0);
	assert_int_equal(cqe.dw0, 0x55667788);
	assert_int_equal(cqe.dw1, 0x11223344);
	assert_int_equal(cqe.cid, 0x1234);
	assert_int_equal(cqe.elapsed, 4321);
	assert_int_equal(cqe.status, 0);
	assert_false(cqe.dnr || cqe.more);
	finish();
}

static void data_come_back(void **state)
{
	uint8_t sqe[64] = { [LM_SQE_OPC] = 0xD2 }, data[4] = { 0 };
	struct ct_cqe cqe;

	(void)state;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xD2, .len = 4, .data = "abc" });
	assert_int_equal(target.ops->admin(&target, 0, sqe, data, 4, CT_DIR_TO_HOST, MS, &cqe), 0);
	assert_string_equal((char *)data, "abc");
	/* no direction, no data, whatever the pointer says */
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xD2 });
	assert_int_equal(target.ops->admin(&target, 0, sqe, data, 4, CT_DIR_NONE, MS, &cqe), 0);
	finish();
}

static void a_positive_status_is_a_completion(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC4, .status = 0x4001, .result = 9 });
	assert_int_equal(send_opcode(0xC4, MS, &cqe), 0);
	assert_int_equal(cqe.status, LM_SC_INVALID_OPCODE);
	assert_true(cqe.dnr);
	assert_false(cqe.more);
	assert_int_equal(cqe.dw0, 9);
	/* More is there, DNR is not, the retry delay is no part of the status */
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC4, .status = 0x2000 | 0x1800 | 0x1C2 });
	assert_int_equal(send_opcode(0xC4, MS, &cqe), 0);
	assert_int_equal(cqe.status, LM_SC_SUSPEND_NOT_COMPLETED);
	assert_false(cqe.dnr);
	assert_true(cqe.more);
	finish();
}

/* 370h and 371h: the kernel made them up, the device answered nothing */
static void a_status_that_linux_made_is_none(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .status = 0x4371 },
	       { .call = CALL_ATTR, .path = SYS "/state", .text = "resetting" });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -EIO);
	assert_non_null(strstr(target.error, "cancelled by a reset"));
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .status = 0x370 },
	       { .call = CALL_ATTR, .path = SYS "/state", .text = "dead" });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -ENODEV);
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .status = 0x371 },
	       { .call = CALL_ATTR, .path = SYS "/state", .text = "deleting (no IO)" });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -ENODEV);
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .status = 0x371 },
	       { .call = CALL_ATTR, .path = SYS "/state", .err = ENOENT });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -ENODEV);
	assert_non_null(strstr(target.error, "vanished before opcode c8h"));
	finish();
}

static void what_linux_cannot_pass_is_not_sent(void **state)
{
	static const unsigned int bytes[] = { LM_SQE_FLAGS,    LM_SQE_MPTR,	LM_SQE_MPTR + 7,
					      LM_SQE_PRP1,     LM_SQE_PRP1 + 7, LM_SQE_PRP2,
					      LM_SQE_CDW10 - 1 };
	struct ct_cqe cqe;

	(void)state;
	open_target();
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		uint8_t sqe[64] = { [LM_SQE_OPC] = 0xC4 };

		sqe[bytes[i]] = 0x40;
		assert_int_equal(target.ops->admin(&target, 0, sqe, NULL, 0, CT_DIR_NONE, MS, &cqe),
				 -EOPNOTSUPP);
		assert_non_null(strstr(target.error, "neither FUSE, PSDT nor bytes 16 to 39"));
	}
	assert_int_equal(target.ops->admin(&target, 1, (const uint8_t[64]){ 0xC4 }, NULL, 0,
					   CT_DIR_NONE, MS, &cqe),
			 -EOPNOTSUPP);
	assert_int_equal(script_sent(0xC4), 0);
	finish();
}

static void announce(uint16_t limit)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	identify[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	lm_put_le16(identify + LM_ID_SUSPEND_LIMIT, limit);
	memcpy(identify + LM_ID_UUID, uuid, sizeof(uuid));
}

static void time_is_above_the_suspend_limit(void **state)
{
	static const struct {
		uint16_t units;
		uint64_t asked;
		uint32_t gives;
	} limits[] = {
		{ 1, MS, 5100 },
		{ 300, MS, 35000 },
		{ 0xFFFF, MS, 35000 }, /* no limit is above 30 s */
		{ 10, 60000 * MS, 60000 },
		{ 10, 60000 * MS + 1, 60001 },
		{ 10, UINT64_MAX, UINT32_MAX },
	};
	struct ct_cqe cqe;

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		announce(limits[i].units);
		open_target();
		SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .timeout_ms = limits[i].gives });
		assert_int_equal(send_opcode(0xC8, limits[i].asked, &cqe), 0);
		finish();
		begin(NULL);
	}
}

static void a_foreign_limit_is_not_believed(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	announce(300);
	identify[LM_ID_UUID + 15] ^= 1;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .timeout_ms = 5000 });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), 0);
	finish();
	begin(NULL);
	announce(300);
	identify[LM_ID_CAPABILITY] = 2;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .timeout_ms = 5000 });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), 0);
	finish();
}

static void a_command_that_runs_out_of_time_is_a_timeout(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_target();
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .err = EINTR, .takes = 5000 * MS });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -ETIMEDOUT);
	assert_non_null(strstr(target.error, "opcode c8h did not complete in 5000 ms"));
	SCRIPT({ .call = CALL_ADMIN, .opcode = 0xC8, .err = EINTR, .takes = 5000 * MS - 1 });
	assert_int_equal(send_opcode(0xC8, MS, &cqe), -EIO);
	finish();
}

static void time_passes_by_sleeping(void **state)
{
	uint64_t before;

	(void)state;
	open_target();
	before = target.ops->now(&target);
	SCRIPT({ .call = CALL_SLEEP, .ns = 777 });
	assert_int_equal(target.ops->advance(&target, 777), 0);
	assert_int_equal(target.ops->now(&target) - before, 777);
	finish();
}

/* The calls that the script stands in for, on files that are like sysfs. */
static void the_real_calls_do_what_the_script_does(void **state)
{
	const struct pci_sys *sys = &pci_sys_linux;
	char dir[] = "/tmp/pci-target-XXXXXX", path[64], buf[16];
	struct stat st;
	uint64_t before;
	FILE *file;
	int fd, other;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(sys->entry(dir, 0, buf, sizeof(buf)), -1);
	assert_int_equal(errno, ENOENT);
	snprintf(path, sizeof(path), "%s/attr", dir);
	assert_int_equal(sys->read_attr(path, buf, sizeof(buf)), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sys->stat(path, &st), -1);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("deleting (no IO)\nmore", file);
	fclose(file);
	assert_int_equal(sys->read_attr(path, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "deleting (no IO");
	assert_int_equal(sys->read_attr(dir, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(sys->entry(dir, 0, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "attr");
	assert_int_equal(sys->entry(dir, 0, buf, 4), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(sys->entry(path, 0, buf, sizeof(buf)), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(sys->link_name(path, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EINVAL);

	/* a second open file description finds the first one's lock */
	fd = sys->open(path, O_RDWR);
	other = sys->open(path, O_RDWR);
	assert_true(fd >= 0 && other >= 0);
	assert_int_equal(sys->flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(sys->flock(other, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(sys->close(fd), 0);
	assert_int_equal(sys->flock(other, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(sys->close(other), 0);
	unlink(path);

	assert_int_equal(symlink("../../../class/nvme", path), 0);
	assert_int_equal(sys->link_name(path, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "nvme");
	unlink(path);
	assert_int_equal(symlink("nvme", path), 0);
	assert_int_equal(sys->link_name(path, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "nvme");
	unlink(path);
	rmdir(dir);

	before = sys->now();
	sys->sleep(2 * MS);
	assert_true(sys->now() - before >= 2 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(open_describes_the_controller, begin),
		cmocka_unit_test_setup(passthrough_is_the_only_capability, begin),
		cmocka_unit_test_setup(a_device_without_sriov_has_no_vfs, begin),
		cmocka_unit_test_setup(a_pci_address_names_the_controller, begin),
		cmocka_unit_test_setup(an_address_may_be_short_and_in_capitals, begin),
		cmocka_unit_test_setup(an_address_without_controller_is_refused, begin),
		cmocka_unit_test_setup(what_is_no_controller_is_refused, begin),
		cmocka_unit_test_setup(other_transports_and_vfs_are_refused, begin),
		cmocka_unit_test_setup(a_controller_that_goes_while_looked_up_went_away, begin),
		cmocka_unit_test_setup(each_errno_of_open_is_told, begin),
		cmocka_unit_test_setup(a_held_controller_is_refused, begin),
		cmocka_unit_test_setup(each_errno_of_the_first_identify_is_told, begin),
		cmocka_unit_test_setup(each_errno_of_a_command_is_told, begin),
		cmocka_unit_test_setup(every_field_of_a_command_arrives, begin),
		cmocka_unit_test_setup(data_come_back, begin),
		cmocka_unit_test_setup(a_positive_status_is_a_completion, begin),
		cmocka_unit_test_setup(a_status_that_linux_made_is_none, begin),
		cmocka_unit_test_setup(what_linux_cannot_pass_is_not_sent, begin),
		cmocka_unit_test_setup(time_is_above_the_suspend_limit, begin),
		cmocka_unit_test_setup(a_foreign_limit_is_not_believed, begin),
		cmocka_unit_test_setup(a_command_that_runs_out_of_time_is_a_timeout, begin),
		cmocka_unit_test_setup(time_passes_by_sleeping, begin),
		cmocka_unit_test(the_real_calls_do_what_the_script_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
