/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "pci-world.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../targets/pci-sys.h"
#include "nvme-lm.h"

#define BUS "/sys/bus/pci/devices/"
#define FIRST_FD 5000 /* what no real descriptor is */
#define BAR_OFFSET 0x1000000
#define CONFIG_OFFSET 0x2000000
#define MSIX_CAP 0x40

enum kind { CONTAINER, GROUP, DEVICE, EVENT, KMSG, CALLS };

struct world world;
static enum kind fds[512];
static int num_fds;

static const char *real(const char *path)
{
	static char buf[4][512];
	static unsigned int n;
	char *p = buf[n++ % 4];

	snprintf(p, sizeof(buf[0]), "%s%s", world.root, path);
	return p;
}

static void make_dirs(const char *path)
{
	char dir[512];

	snprintf(dir, sizeof(dir), "%s", path);
	for (char *p = dir + strlen(world.root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(dir, 0755);
		*p = '/';
	}
}

void world_file(const char *path, const char *text)
{
	const char *name = real(path);
	FILE *f;

	make_dirs(name);
	f = fopen(name, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

void world_link(const char *path, const char *to)
{
	const char *name = real(path);

	make_dirs(name);
	unlink(name);
	assert_int_equal(symlink(to, name), 0);
}

void world_remove(const char *path)
{
	char command[600];

	snprintf(command, sizeof(command), "rm -rf '%s'", real(path));
	assert_int_equal(system(command), 0);
}

const char *world_text(const char *path)
{
	static char text[128];

	if (pci_sys_linux.link_name(real(path), text, sizeof(text)) &&
	    pci_sys_linux.read_attr(real(path), text, sizeof(text)))
		text[0] = '\0';
	return text;
}

static void bind_to(const char *bdf, const char *driver)
{
	char path[128], to[64];

	snprintf(path, sizeof(path), BUS "%s/driver", bdf);
	snprintf(to, sizeof(to), "../../drivers/%s", driver);
	if (*driver)
		world_link(path, to);
	else
		unlink(real(path));
}

static void add_function(const char *bdf, const char *driver)
{
	char path[128];

	snprintf(path, sizeof(path), BUS "%s/class", bdf);
	world_file(path, "0x010802\n");
	snprintf(path, sizeof(path), BUS "%s/driver_override", bdf);
	world_file(path, "(null)\n");
	snprintf(path, sizeof(path), BUS "%s/iommu_group", bdf);
	world_link(path, bdf[strlen(bdf) - 1] == '0' ? "../groups/4" : "../groups/7");
	snprintf(path, sizeof(path), BUS "%s/config", bdf);
	world_file(path, "");
	bind_to(bdf, driver);
}

static void set_vfs(unsigned int num)
{
	bool probe = !strcmp(world_text(BUS WORLD_PF "/sriov_drivers_autoprobe"), "1");
	char path[128], bdf[24], text[64];

	for (unsigned int n = 1; n <= 4; n++) {
		snprintf(bdf, sizeof(bdf), "0000:01:00.%u", n);
		snprintf(path, sizeof(path), BUS "%s", bdf);
		world_remove(path);
		snprintf(path, sizeof(path), BUS WORLD_PF "/virtfn%u", n - 1);
		unlink(real(path));
		if (n > num)
			continue;
		add_function(bdf, probe ? "nvme" : "");
		snprintf(text, sizeof(text), "../%s", bdf);
		world_link(path, text);
	}
	snprintf(text, sizeof(text), "%u\n", num);
	world_file(BUS WORLD_PF "/sriov_numvfs", text);
}

static int world_write_attr(const char *path, const char *text)
{
	char override[128], old[8];
	unsigned int num;

	if (!strcmp(path, "/sys/bus/pci/drivers_probe")) {
		snprintf(override, sizeof(override), BUS "%s/driver_override", text);
		bind_to(text,
			strcmp(world_text(override), "(null)") ? world_text(override) : "nvme");
		return 0;
	}
	if (strstr(path, "/unbind")) {
		bind_to(text, "");
		return 0;
	}
	if (strstr(path, "/drivers/nvme/bind")) {
		bind_to(text, "nvme");
		return 0;
	}
	if (strstr(path, "/drivers/nvme-vfio-pci/bind")) {
		bind_to(text, "nvme-vfio-pci");
		return 0;
	}
	if (strstr(path, "/sriov_numvfs")) {
		snprintf(old, sizeof(old), "%s", world_text(path));
		num = (unsigned int)atoi(text);
		if (num && atoi(old)) {
			errno = EBUSY;
			return -1;
		}
		set_vfs(num);
		return 0;
	}
	if (access(real(path), F_OK))
		return -1;
	world_file(path, strcmp(text, "\n") != 0 ? text : "(null)");
	return 0;
}

static int world_stat(const char *path, struct stat *st)
{
	return stat(real(path), st);
}

static int new_fd(enum kind kind)
{
	assert_true(num_fds < (int)(sizeof(fds) / sizeof(fds[0])));
	fds[num_fds] = kind;
	return FIRST_FD + num_fds++;
}

static int world_open(const char *path, int flags)
{
	if (!strcmp(path, "/dev/kmsg"))
		return world.kmsg[0] ? new_fd(KMSG) : open(real(path), flags);
	if (world.answer && !strcmp(path, "/sys/kernel/debug/nvme-vf-cmd"))
		return new_fd(CALLS);
	if (strncmp(path, "/dev/vfio/", 10) != 0)
		return open(real(path), flags);
	if (access(real(path), F_OK))
		return -1;
	return new_fd(strcmp(path, "/dev/vfio/vfio") != 0 ? GROUP : CONTAINER);
}

static int world_close(int fd)
{
	/* the IOMMU domain goes with its container */
	for (unsigned int i = 0; i < world.maps;)
		if (fd >= FIRST_FD && world.map[i].container == fd)
			world.map[i] = world.map[--world.maps];
		else
			i++;
	return fd < FIRST_FD ? close(fd) : 0;
}

static int world_read_attr(const char *path, char *buf, size_t size)
{
	return pci_sys_linux.read_attr(real(path), buf, size);
}

static int world_link_name(const char *path, char *buf, size_t size)
{
	return pci_sys_linux.link_name(real(path), buf, size);
}

static int world_entry(const char *path, unsigned int n, char *buf, size_t size)
{
	return pci_sys_linux.entry(real(path), n, buf, size);
}

static int region_info(struct vfio_region_info *info)
{
	bool bar = info->index == VFIO_PCI_BAR0_REGION_INDEX;

	info->offset = bar ? BAR_OFFSET : CONFIG_OFFSET;
	info->size = bar ? 0x4000 : 256;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	return 0;
}

static int map_dma(int fd, const struct vfio_iommu_type1_dma_map *map)
{
	assert_true(world.maps < WORLD_MAX_MAPS);
	world.map[world.maps++] = (struct world_map){ fd, map->iova, map->size };
	return 0;
}

static int unmap_dma(int fd, const struct vfio_iommu_type1_dma_unmap *unmap)
{
	assert_int_equal(unmap->flags, VFIO_DMA_UNMAP_FLAG_ALL);
	world_close(fd);
	return 0;
}

static int open_device(const char *name)
{
	const char *token = strstr(name, " vf_token=");

	snprintf(world.token, sizeof(world.token), "%s", token ? token + 10 : "");
	return new_fd(DEVICE);
}

/* A driver that goes from any state to any other, with a data file where VFIO has one. */
static int device_feature(struct vfio_device_feature *f)
{
	struct vfio_device_feature_mig_state mig;
	uint64_t size = 4096;

	memcpy(&mig, f->data, sizeof(mig));
	switch (f->flags & VFIO_DEVICE_FEATURE_MASK) {
	case VFIO_DEVICE_FEATURE_MIGRATION:
		size = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P;
		memcpy(f->data, &size, sizeof(size));
		return 0;
	case VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE:
		if (f->flags & VFIO_DEVICE_FEATURE_SET) {
			world.mig_state = mig.device_state;
			mig.data_fd = mig.device_state == VFIO_DEVICE_STATE_STOP_COPY ||
						      mig.device_state ==
							      VFIO_DEVICE_STATE_RESUMING ?
					      memfd_create("image", MFD_CLOEXEC) :
					      -1;
		}
		mig.device_state = world.mig_state;
		memcpy(f->data, &mig, sizeof(mig));
		return 0;
	default:
		memcpy(f->data, &size, sizeof(size));
		return 0;
	}
}

static int world_ioctl(int fd, unsigned long request, void *arg)
{
	if (world.fails && !--world.fails) {
		errno = world.fail_errno;
		return -1;
	}
	switch (request) {
	case VFIO_GET_API_VERSION:
		return VFIO_API_VERSION;
	case VFIO_CHECK_EXTENSION:
		return 1;
	case VFIO_GROUP_GET_STATUS:
		((struct vfio_group_status *)arg)->flags = world.viable ? VFIO_GROUP_FLAGS_VIABLE :
									  0;
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		return open_device(arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return region_info(arg);
	case VFIO_IOMMU_MAP_DMA:
		return map_dma(fd, arg);
	case VFIO_IOMMU_UNMAP_DMA:
		return unmap_dma(fd, arg);
	case VFIO_DEVICE_FEATURE:
		return device_feature(arg);
	case VFIO_DEVICE_RESET:
		world.resets++;
		world.mig_state = VFIO_DEVICE_STATE_RUNNING;
		return 0;
	default:
		return 0;
	}
}

static bool is_call(int fd)
{
	return fd >= FIRST_FD && fds[fd - FIRST_FD] == CALLS;
}

static ssize_t read_answer(void *buf, size_t len)
{
	size_t n = len < world.answer_size ? len : world.answer_size;

	memcpy(buf, world.answer, n);
	return (ssize_t)n;
}

static ssize_t write_call(const void *buf, size_t len)
{
	if (len >= sizeof(world.call)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(world.call, buf, len);
	world.call[len] = '\0';
	return (ssize_t)len;
}

static ssize_t world_pread(int fd, void *buf, size_t len, uint64_t offset)
{
	uint8_t config[256] = { [PCI_CAPABILITY_LIST] = MSIX_CAP,
				[MSIX_CAP] = PCI_CAP_ID_MSIX,
				[MSIX_CAP + PCI_MSIX_FLAGS] = 8 };

	if (is_call(fd))
		return read_answer(buf, len);
	if (offset < CONFIG_OFFSET) {
		memcpy(buf, (uint8_t *)world.bar + (offset - BAR_OFFSET), len);
		return (ssize_t)len;
	}
	lm_put_le16(config + PCI_COMMAND, world.command);
	lm_put_le16(config + MSIX_CAP + PCI_MSIX_FLAGS, (uint16_t)(world.msix | 8));
	memcpy(buf, config + (offset - CONFIG_OFFSET), len);
	return (ssize_t)len;
}

static ssize_t world_pwrite(int fd, const void *buf, size_t len, uint64_t offset)
{
	if (is_call(fd))
		return write_call(buf, len);
	/* the file of sysfs */
	if (fd < FIRST_FD)
		world.msix = lm_get_le16(buf) & 0xC000;
	else if (offset < CONFIG_OFFSET)
		memcpy((uint8_t *)world.bar + (offset - BAR_OFFSET), buf, len);
	else if (offset == CONFIG_OFFSET + PCI_COMMAND)
		world.command = lm_get_le16(buf);
	return (ssize_t)len;
}

static ssize_t world_read(int fd, void *buf, size_t len)
{
	size_t n;

	if (fd < FIRST_FD)
		return read(fd, buf, len);
	if (fds[fd - FIRST_FD] == EVENT) {
		memcpy(buf, &world.irqs, sizeof(world.irqs));
		return world.irqs ? (ssize_t)len : -1;
	}
	if (!world.lines || !world.kmsg[0]) {
		errno = EAGAIN;
		return -1;
	}
	n = strlen(world.kmsg[0]);
	memcpy(buf, world.kmsg[0], n);
	memmove(world.kmsg, world.kmsg + 1, sizeof(world.kmsg) - sizeof(world.kmsg[0]));
	world.lines--;
	return (ssize_t)n;
}

static void *world_map(size_t len, int fd, uint64_t offset)
{
	(void)fd;
	return pci_sys_linux.map(len, -1, offset);
}

static void world_unmap(void *mem, size_t len)
{
	munmap(mem, len);
}

static int world_seek_end(int fd)
{
	(void)fd;
	return 0;
}

static int world_eventfd(void)
{
	return new_fd(EVENT);
}

static int world_flock(int fd, int operation)
{
	(void)fd;
	(void)operation;
	return 0;
}

static void world_visit_cpus(void)
{
}

static uint64_t world_now(void)
{
	return 1;
}

static void world_sleep(uint64_t ns)
{
	(void)ns;
}

static const struct pci_sys machine = {
	.stat = world_stat,
	.open = world_open,
	.close = world_close,
	.flock = world_flock,
	.read_attr = world_read_attr,
	.write_attr = world_write_attr,
	.link_name = world_link_name,
	.entry = world_entry,
	.ioctl = world_ioctl,
	.pread = world_pread,
	.pwrite = world_pwrite,
	.read = world_read,
	.map = world_map,
	.unmap = world_unmap,
	.seek_end = world_seek_end,
	.eventfd = world_eventfd,
	.visit_cpus = world_visit_cpus,
	.now = world_now,
	.sleep = world_sleep,
};

void world_begin(void)
{
	memset(&world, 0, sizeof(world));
	num_fds = 0;
	snprintf(world.root, sizeof(world.root), "/tmp/pci-world-XXXXXX");
	assert_non_null(mkdtemp(world.root));
	setenv("XDG_RUNTIME_DIR", world.root, 1);
	world.viable = 1;
	world_file("/dev/vfio/vfio", "");
	world_file("/dev/vfio/4", "");
	world_file("/dev/vfio/7", "");
	world_file("/sys/bus/pci/drivers/vfio-pci/x", "");
	world_file(BUS "groups/4/type", "DMA\n");
	world_file(BUS "groups/7/type", "DMA\n");
	world_file("/sys/module/vfio_pci/parameters/enable_sriov", "Y\n");
	world_file("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	world_file("/proc/swaps", "Filename Type\n");
	world_file("/sys/block/nvme0n1/dev", "259:0\n");
	world_file("/sys/class/block/nvme0n1/dev", "259:0\n");
	world_link("/sys/class/block/nvme0n1/device", "../../nvme0");
	world_file("/sys/class/block/nvme0n1p1/dev", "259:1\n");
	world_file("/sys/class/block/nvme0n1/nvme0n1p1/partition", "1\n");
	add_function(WORLD_PF, "nvme");
	world_link(BUS WORLD_PF "/iommu", "../iommu/dmar0");
	world_file(BUS WORLD_PF "/nvme/nvme0/x", "");
	world_file(BUS WORLD_PF "/sriov_totalvfs", "4\n");
	world_file(BUS WORLD_PF "/sriov_drivers_autoprobe", "1\n");
	set_vfs(2);
	pci_sys = &machine;
}

void world_end(void)
{
	world_remove("");
	pci_sys = &pci_sys_linux;
}
