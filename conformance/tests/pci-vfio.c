/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target "pci" with VFs: what it refuses, changes and puts back, and what it asks of VFIO. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "../targets/pci-bind.h"
#include "../targets/pci-fence.h"
#include "find-target.h"
#include "pci-world.h"

#define BUS "/sys/bus/pci/devices/"
#define STATE "/nvme-lm-ct-" WORLD_PF ".state"
#define OWNED WORLD_PF ",pf=vfio"

static struct ct_target target, run;
static char said[2048];

static void say(const char *fmt, ...)
{
	size_t used = strlen(said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said + used, sizeof(said) - used, fmt, ap);
	va_end(ap);
}

static int begin(void **state)
{
	(void)state;
	memset(&target, 0, sizeof(target));
	memset(&run, 0, sizeof(run));
	said[0] = '\0';
	target.ops = run.ops = find_target("pci");
	world_begin();
	return 0;
}

static int end(void **state)
{
	(void)state;
	run.ops->release(&run, say);
	world_end();
	return 0;
}

static int prepare(const char *arg)
{
	return run.ops->prepare(&run, arg, say);
}

static void refuse(int err, const char *says)
{
	int ret = prepare(OWNED);

	if (ret != err || !strstr(run.error, says))
		fail_msg("%d '%s', expected %d '%s'", ret, run.error, err, says);
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "nvme");
	assert_string_equal(world_text(STATE), "");
}

/* The rows' side: VFIO owns the PF, so that no passthrough is made. */
static void open_owned(void)
{
	assert_int_equal(prepare(OWNED), 0);
	assert_int_equal(target.ops->open(&target, OWNED), 0);
}

static void close_owned(void)
{
	target.ops->close(&target);
}

static void options_are_understood(void **state)
{
	struct pci_options o;

	(void)state;
	assert_int_equal(pci_parse(&run, "/dev/nvme0", &o), 0);
	assert_string_equal(o.address, "/dev/nvme0");
	assert_false(o.own || o.no_vfs || o.reference || o.has_vfs);
	assert_int_equal(pci_parse(&run, "01:00.0,pf=vfio,vfs=16,image=reference", &o), 0);
	assert_true(o.own && o.reference && o.has_vfs && o.vfs == 16);
	assert_int_equal(pci_parse(&run, "/dev/nvme0,vf=none", &o), 0);
	assert_true(o.no_vfs);
	assert_int_equal(pci_parse(&run, "", &o), 0);
	assert_string_equal(o.address, "");
}

static void other_options_are_refused(void **state)
{
	static const char *const bad[] = { "x,vfs=0",		"x,vfs=17",	  "x,vfs=",
					   "x,vfs=2x",		"x,pf=nvme",	  "x,,pf=vfio",
					   "x,vf=none,pf=vfio", "x,vf=none,vfs=2" };
	struct pci_options o;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (pci_parse(&run, bad[i], &o) != -EINVAL)
			fail_msg("%s is taken", bad[i]);
}

static void a_pf_in_use_is_refused(void **state)
{
	(void)state;
	world_file("/proc/self/mountinfo", "30 1 259:0 / /mnt rw - ext4 /dev/x rw\n");
	refuse(-EBUSY, "/dev/nvme0n1 is mounted; free it first");
	world_file("/proc/self/mountinfo", "30 1 0:44 / /mnt rw - btrfs /dev/nvme0n1p1 rw\n");
	refuse(-EBUSY, "/dev/nvme0n1p1 is mounted");
	world_file("/proc/self/mountinfo", "30 1 1259:0 / /mnt rw - ext4 /dev/nvme0n11 rw\n");
	world_file("/proc/swaps", "Filename Type\n/dev/nvme0n1p1 partition\n");
	refuse(-EBUSY, "/dev/nvme0n1p1 is used as swap");
	world_file("/proc/swaps", "Filename Type\n");
	world_file("/sys/class/block/nvme0n1/holders/dm-0", "");
	refuse(-EBUSY, "/dev/nvme0n1 is part of another block device");
}

static void a_multipath_disk_counts(void **state)
{
	(void)state;
	world_link("/sys/class/block/nvme0n1/device", "../../nvme-subsys0");
	world_file("/proc/self/mountinfo", "30 1 259:0 / /mnt rw - ext4 /dev/x rw\n");
	world_file("/sys/class/block/nvme-subsys0/nvme0/x", "");
	world_file("/sys/class/nvme-subsys0/nvme0/x", "");
	world_file("/sys/nvme-subsys0/nvme0/x", "");
	refuse(-EBUSY, "/dev/nvme0n1 is mounted");
}

static void a_machine_without_vfio_is_refused(void **state)
{
	(void)state;
	world_remove(BUS WORLD_PF "/iommu_group");
	refuse(-ENODEV, "has no IOMMU group; turn the IOMMU on");
	world_file("/sys/module/vfio_pci/parameters/enable_sriov", "N\n");
	refuse(-ENODEV, "echo 1 >/sys/module/vfio_pci/parameters/enable_sriov");
	world_remove("/sys/bus/pci/drivers/vfio-pci");
	refuse(-ENODEV, "modprobe vfio-pci enable_sriov=1");
}

static void what_is_no_pf_is_refused(void **state)
{
	(void)state;
	world_link(BUS WORLD_PF "/physfn", "../0000:02:00.0");
	refuse(-EINVAL, "is a VF; name its PF instead");
	world_remove(BUS WORLD_PF "/physfn");
	world_file(BUS WORLD_PF "/class", "0x020000\n");
	refuse(-EINVAL, "is no NVMe controller");
}

static void all_is_put_back(void **state)
{
	(void)state;
	assert_int_equal(prepare(OWNED), 0);
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "vfio-pci");
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver"), "vfio-pci");
	assert_string_equal(world_text(BUS WORLD_VF(2) "/driver"), "vfio-pci");
	assert_string_equal(world_text(BUS WORLD_PF "/sriov_numvfs"), "2");
	assert_non_null(strstr(said, "unbinding " WORLD_PF " from nvme"));
	assert_non_null(strstr(said, "unbinding " WORLD_VF(2) " (VF 2) from nvme"));
	assert_int_equal(strlen(world.token), 36);
	run.ops->release(&run, say);
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "nvme");
	assert_string_equal(world_text(BUS WORLD_PF "/driver_override"), "(null)");
	assert_string_equal(world_text(BUS WORLD_PF "/sriov_drivers_autoprobe"), "1");
	assert_string_equal(world_text(BUS WORLD_PF "/sriov_numvfs"), "2");
	assert_string_equal(world_text(BUS WORLD_VF(2) "/driver"), "nvme");
	assert_string_equal(world_text(STATE), "");
}

/* The PF stays where it is, and its VFs are given back one by one. */
static void vfs_alone_are_given_back(void **state)
{
	struct pci_saved was;

	(void)state;
	world_link(BUS WORLD_VF(2) "/driver", "../../drivers/vfio-pci");
	pci_save(WORLD_PF, &was);
	assert_int_equal(pci_bind(&run, WORLD_VF(1), "vfio-pci"), 0);
	assert_int_equal(pci_bind(&run, WORLD_VF(2), "vfio-pci"), 0);
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver_override"), "vfio-pci");
	assert_int_equal(pci_put_back(&was, say), 0);
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver"), "nvme");
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver_override"), "(null)");
	assert_string_equal(world_text(BUS WORLD_VF(2) "/driver"), "vfio-pci");
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "nvme");
}

static void vfs_get_the_driver_that_was_asked_for(void **state)
{
	static const char target[] = OWNED ",driver=vendor-vfio";

	(void)state;
	assert_int_equal(prepare(target), -ENODEV);
	assert_non_null(
		strstr(run.error, "the driver vendor-vfio is missing; modprobe vendor-vfio"));
	world_file("/sys/bus/pci/drivers/vendor-vfio/x", "");
	assert_int_equal(prepare(target), 0);
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "vfio-pci");
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver"), "vendor-vfio");
	assert_string_equal(world_text(BUS WORLD_VF(2) "/driver_override"), "vendor-vfio");
	assert_non_null(strstr(said, "(VF 1) from nvme, for vendor-vfio"));
	run.ops->release(&run, say);
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver"), "nvme");
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver_override"), "(null)");
	assert_int_equal(prepare(WORLD_PF ",driver=../nvme"), -EINVAL);
	assert_int_equal(prepare(WORLD_PF ",driver="), -EINVAL);
}

static void a_failed_start_is_undone(void **state)
{
	(void)state;
	world.viable = 0;
	refuse(-EBUSY, "holds devices of other drivers");
	world.viable = 1;
	world.fails = 3;
	world.fail_errno = EPERM;
	refuse(-EPERM, "/dev/vfio/4: Operation not permitted");
	world_remove("/dev/vfio/4");
	refuse(-ENOENT, "does vfio-pci hold the function?");
	world_remove("/dev/vfio/vfio");
	refuse(-ENOENT, "VFIO is missing; modprobe vfio-pci");
	assert_string_equal(world_text(BUS WORLD_PF "/sriov_numvfs"), "2");
}

/* A run that is killed: nothing but its file tells what was. */
static void a_crash_is_mended_by_restore(void **state)
{
	struct pci_saved was;
	char name[256];

	(void)state;
	pci_save(WORLD_PF, &was);
	close(pci_state_write(&run, &was));
	assert_int_equal(pci_write_vfs(WORLD_PF, 0), 0);
	assert_int_equal(pci_bind(&run, WORLD_PF, "vfio-pci"), 0);
	assert_int_equal(prepare(OWNED), -EEXIST);
	assert_non_null(strstr(run.error, "nvme-lm-ct restore"));
	assert_int_equal(run.ops->restore(&run, say), 0);
	assert_non_null(strstr(said, "all is as it was before the run"));
	assert_string_equal(world_text(BUS WORLD_PF "/driver"), "nvme");
	assert_string_equal(world_text(BUS WORLD_PF "/sriov_numvfs"), "2");
	assert_string_equal(world_text(BUS WORLD_VF(1) "/driver"), "nvme");
	assert_int_equal(pci_state_next(0, &was, name, sizeof(name)), 0);
	assert_int_equal(run.ops->restore(&run, say), 0);
}

static void restore_leaves_a_live_run_alone(void **state)
{
	struct pci_saved was, read;
	char name[256];
	int fd;

	(void)state;
	pci_save(WORLD_PF, &was);
	fd = pci_state_write(&run, &was);
	assert_int_equal(pci_state_next(0, &read, name, sizeof(name)), -EBUSY);
	assert_int_equal(run.ops->restore(&run, say), -EIO);
	assert_non_null(strstr(said, "its run is under way"));
	close(fd);
	assert_int_equal(pci_state_next(0, &read, name, sizeof(name)), 1);
	assert_memory_equal(&was, &read, sizeof(was));
	pci_state_forget(WORLD_PF);
}

static void a_state_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"pf 0000:01:00.0 nvme -\n",
		"pf ../../x nvme -\nnumvfs 2 autoprobe 1\n",
		"pf 0000:01:00.0 a/../b -\nnumvfs 2 autoprobe 1\n",
		"pf 0000:01:00.0 nvme -\nnumvfs 0 autoprobe 1\nvf 0000:01:00.1 - -\n",
		"pf 0000:01:00.0 nvme - more\nnumvfs 0 autoprobe 1\n",
	};
	struct pci_saved read;
	char name[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		world_file(STATE, bad[i]);
		if (pci_state_next(0, &read, name, sizeof(name)) != -EINVAL)
			fail_msg("state %zu is taken", i);
	}
	assert_int_equal(run.ops->restore(&run, say), -EIO);
	assert_non_null(strstr(said, "look at it and remove it"));
}

static void an_owned_pf_has_its_capabilities(void **state)
{
	const uint64_t has = CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_PF_RAW_SQE) |
			     CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_IRQ) |
			     CT_CAP(CT_CAP_FLR) | CT_CAP(CT_CAP_PCI_COMMAND) |
			     CT_CAP(CT_CAP_NUM_VFS);

	(void)state;
	open_owned();
	assert_int_equal(target.info.caps, has);
	assert_int_equal(target.info.num_vfs, 2);
	for (int i = 0; i < CT_CAP_COUNT; i++)
		if (!(has & CT_CAP(i)) && !*target.info.reason[i])
			fail_msg("no reason why capability %d is absent", i);
	close_owned();
	world_file("/dev/kmsg", "");
	assert_int_equal(target.ops->open(&target, OWNED ",image=reference"), 0);
	assert_int_equal(target.info.caps,
			 has | CT_CAP(CT_CAP_FENCE) | CT_CAP(CT_CAP_REFERENCE_IMAGE));
	close_owned();
}

static bool is_mapped(int container, uint64_t iova)
{
	for (unsigned int i = 0; i < world.maps; i++)
		if (world.map[i].container == container && iova >= world.map[i].iova &&
		    iova < world.map[i].iova + world.map[i].size)
			return true;
	return false;
}

static int container(unsigned int fn)
{
	return ((struct pci_target *)target.priv)->fn[fn].container;
}

static void memory_is_at_one_address_for_all(void **state)
{
	uint64_t a, b, c, value;
	uint8_t *mem;

	(void)state;
	open_owned();
	mem = target.ops->dma_alloc(&target, 5000, 4096, &a);
	assert_non_null(mem);
	assert_int_equal(mem[0] | mem[8191], 0);
	assert_true(a >= UINT64_C(1) << 37 && a % 4096 == 0);
	assert_int_equal(target.ops->reg_read(&target, 1, 0, 4, &value), 0);
	assert_non_null(target.ops->dma_alloc(&target, 4096, 65536, &b));
	assert_int_equal(b % 65536, 0);
	assert_non_null(target.ops->dma_alloc(&target, 4096, 4096, &c));
	for (unsigned int fn = 0; fn < 2; fn++) {
		assert_true(is_mapped(container(fn), a) && is_mapped(container(fn), a + 8191));
		assert_true(is_mapped(container(fn), b) && is_mapped(container(fn), c));
		assert_false(is_mapped(container(fn), b + 4096));
		assert_false(is_mapped(container(fn), a - 1) || is_mapped(container(fn), a + 8192));
	}
	assert_int_not_equal(container(0), container(1));
	target.ops->dma_free_all(&target);
	assert_int_equal(world.maps, 0);
	close_owned();
}

static void the_callers_memory_is_mapped_where_told(void **state)
{
	static uint8_t mem[8192] __attribute__((aligned(4096)));

	(void)state;
	open_owned();
	assert_int_equal(target.ops->dma_map(&target, mem, sizeof(mem), UINT64_C(3) << 36), 0);
	assert_true(is_mapped(container(0), UINT64_C(3) << 36));
	world.fails = 1;
	world.fail_errno = ENOMEM;
	assert_int_equal(target.ops->dma_map(&target, mem, sizeof(mem), UINT64_C(1) << 38),
			 -ENOMEM);
	assert_non_null(strstr(target.error, "ulimit -l"));
	close_owned();
	assert_int_equal(mem[0], 0);
}

static void a_fence_takes_one_vfs_memory(void **state)
{
	uint64_t a, b, value;

	(void)state;
	open_owned();
	assert_non_null(target.ops->dma_alloc(&target, 4096, 4096, &a));
	target.ops->reg_read(&target, 1, 0, 4, &value);
	target.ops->reg_read(&target, 2, 0, 4, &value);
	assert_int_equal(target.ops->fence(&target, 1, true), 0);
	assert_non_null(target.ops->dma_alloc(&target, 4096, 4096, &b));
	assert_false(is_mapped(container(1), a) || is_mapped(container(1), b));
	assert_true(is_mapped(container(0), a) && is_mapped(container(2), b));
	assert_int_equal(target.ops->fence(&target, 1, false), 0);
	assert_true(is_mapped(container(1), a) && is_mapped(container(1), b));
	close_owned();
}

static void refused_transfers_are_counted_by_function(void **state)
{
	uint64_t hits, addr, value;

	(void)state;
	world.kmsg[0] = "4,9,9,-;old\n";
	open_owned();
	assert_true(target.info.caps & CT_CAP(CT_CAP_FENCE));
	target.ops->reg_read(&target, 1, 0, 4, &value);
	world.kmsg[0] = "4,1,1,-;DMAR: [DMA Read NO_PASID] Request device [01:00.1] fault addr "
			"0x2000001000 [fault reason 0x06] PTE Read access is not set\n";
	world.kmsg[1] = "6,2,1,-;usb 1-1: new device\n";
	world.kmsg[2] = "4,3,1,-;DMAR: [DMA Write NO_PASID] Request device [01:00.1] fault addr "
			"0x2000002000 [fault reason 0x05] PTE Write access is not set\n";
	world.lines = 3;
	target.ops->fence_hits(&target, 0, &hits, &addr);
	assert_int_equal(hits, 0);
	target.ops->fence_hits(&target, 1, &hits, &addr);
	assert_int_equal(hits, 2);
	assert_int_equal(addr, 0x2000001000);
	target.ops->fence_hits(&target, 1, &hits, &addr);
	assert_int_equal(hits, 0);
	close_owned();
}

static void fault_lines_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		bool ours;
		uint64_t addr;
	} lines[] = {
		{ "DMAR: [DMA Read] Request device [01:00.1] fault addr 0x10", true, 0x10 },
		{ "DMAR: [DMA Read] Request device [01:00.10] fault addr 0x10", false, 0 },
		{ "DMAR: [DMA Read] Request device [11:00.1] fault addr 0x10", false, 0 },
		{ "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:01:00.1 domain=0x1 "
		  "address=0xfff000 flags=0x0]",
		  true, 0xfff000 },
		{ "vfio-pci 0000:01:00.1: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0005 "
		  "address=0x1000 flags=0x0020]",
		  true, 0x1000 },
		{ "vfio-pci 0001:01:00.1: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0005 "
		  "address=0x1000 flags=0x0020]",
		  false, 0 },
		{ "vfio-pci 0000:01:00.1: enabling device (0000 -> 0002)", false, 0 },
	};
	uint64_t addr;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (pci_fault_parse(lines[i].line, "0000:01:00.1", &addr) != lines[i].ours)
			fail_msg("line %zu: %s", i, lines[i].line);
		if (lines[i].ours)
			assert_int_equal(addr, lines[i].addr);
	}
}

static void registers_are_reached(void **state)
{
	uint64_t value;

	(void)state;
	open_owned();
	assert_int_equal(target.ops->reg_write(&target, 1, 0x28, 8, UINT64_C(0x1122334455667788)),
			 0);
	assert_int_equal(target.ops->reg_read(&target, 1, 0x2C, 4, &value), 0);
	assert_int_equal(value, 0x11223344);
	assert_int_equal(target.ops->reg_read(&target, 1, 0x4000, 4, &value), -EINVAL);
	assert_int_equal(target.ops->reg_read(&target, 1, 0x2, 4, &value), -EINVAL);
	assert_int_equal(target.ops->reg_read(&target, 1, 0x8, 2, &value), -EINVAL);
	assert_int_equal(target.ops->reg_read(&target, 3, 0, 4, &value), -ENODEV);
	assert_string_equal(target.error, "VF 3 is not enabled");
	assert_int_equal(target.ops->reg_read(&target, 17, 0, 4, &value), -ENODEV);
	close_owned();
}

static void without_memory_space_reads_are_ones(void **state)
{
	uint64_t value;

	(void)state;
	open_owned();
	target.ops->reg_write(&target, 1, 0x14, 4, 5);
	assert_int_equal(target.ops->pci_command(&target, 1, false, true, false, false), 0);
	assert_int_equal(world.command, 4);
	target.ops->reg_read(&target, 1, 0x14, 4, &value);
	assert_int_equal(value, UINT32_MAX);
	assert_int_equal(target.ops->reg_write(&target, 1, 0x14, 4, 6), 0);
	assert_int_equal(target.ops->pci_command(&target, 1, true, false, false, false), 0);
	assert_int_equal(world.command, 2);
	target.ops->reg_read(&target, 1, 0x14, 4, &value);
	assert_int_equal(value, 5);
	close_owned();
}

static void vectors_are_counted(void **state)
{
	uint64_t count;

	(void)state;
	open_owned();
	assert_int_equal(target.ops->irq_setup(&target, 1, 10), -ENOSPC);
	assert_int_equal(target.ops->irq_setup(&target, 1, 9), 0);
	assert_int_equal(target.ops->pci_command(&target, 1, true, true, true, true), 0);
	assert_int_equal(world.msix, 0xC000);
	world.irqs = 3;
	assert_int_equal(target.ops->irq_count(&target, 1, 8, &count), 0);
	assert_int_equal(count, 3);
	world.irqs = 0;
	target.ops->irq_count(&target, 1, 8, &count);
	assert_int_equal(count, 3);
	assert_int_equal(target.ops->irq_count(&target, 1, 9, &count), -EINVAL);
	assert_int_equal(target.ops->reset(&target, 1, CT_RESET_FLR), 0);
	target.ops->irq_count(&target, 1, 8, &count);
	assert_int_equal(count, 0);
	assert_int_equal(world.resets, 1);
	close_owned();
}

static void only_vfs_are_reset(void **state)
{
	(void)state;
	open_owned();
	assert_int_equal(target.ops->reset(&target, 0, CT_RESET_FLR), -EOPNOTSUPP);
	assert_int_equal(target.ops->reset(&target, 0, CT_RESET_CONVENTIONAL), -EOPNOTSUPP);
	assert_int_equal(world.resets, 0);
	close_owned();
}

static void num_vfs_changes_and_comes_back(void **state)
{
	uint64_t value;

	(void)state;
	open_owned();
	target.ops->reg_read(&target, 2, 0, 4, &value);
	assert_int_equal(target.ops->set_num_vfs(&target, 4), 0);
	assert_int_equal(target.info.num_vfs, 4);
	assert_string_equal(world_text(BUS WORLD_VF(4) "/driver"), "vfio-pci");
	assert_int_equal(target.ops->reg_read(&target, 4, 0, 4, &value), 0);
	assert_int_equal(target.ops->set_num_vfs(&target, 0), 0);
	assert_int_equal(target.info.num_vfs, 0);
	close_owned();
	/* the next process finds them as the run had them */
	assert_int_equal(target.ops->open(&target, OWNED), 0);
	assert_int_equal(target.info.num_vfs, 2);
	assert_string_equal(world_text(BUS WORLD_VF(2) "/driver"), "vfio-pci");
	close_owned();
}

static void without_prepare_nothing_is_owned(void **state)
{
	(void)state;
	assert_int_equal(target.ops->open(&target, OWNED), -EINVAL);
	assert_non_null(strstr(target.error, "was not taken for this run"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(options_are_understood),
		TEST(other_options_are_refused),
		TEST(a_pf_in_use_is_refused),
		TEST(a_multipath_disk_counts),
		TEST(a_machine_without_vfio_is_refused),
		TEST(what_is_no_pf_is_refused),
		TEST(all_is_put_back),
		TEST(vfs_alone_are_given_back),
		TEST(vfs_get_the_driver_that_was_asked_for),
		TEST(a_failed_start_is_undone),
		TEST(a_crash_is_mended_by_restore),
		TEST(restore_leaves_a_live_run_alone),
		TEST(a_state_that_makes_no_sense_is_refused),
		TEST(an_owned_pf_has_its_capabilities),
		TEST(memory_is_at_one_address_for_all),
		TEST(the_callers_memory_is_mapped_where_told),
		TEST(a_fence_takes_one_vfs_memory),
		TEST(refused_transfers_are_counted_by_function),
		TEST(fault_lines_are_told_apart),
		TEST(registers_are_reached),
		TEST(without_memory_space_reads_are_ones),
		TEST(vectors_are_counted),
		TEST(only_vfs_are_reset),
		TEST(num_vfs_changes_and_comes_back),
		TEST(without_prepare_nothing_is_owned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
