/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The target "driver": VFs that a VFIO driver with migration holds, by VFIO's own
 * interface. Their PF is reached as in the target "pci", through Linux's nvme driver,
 * for the VFs' states, the journal and the fault switch. Nothing is bound or unbound but
 * where the option UNBIND allows it (driver-events.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ct-row.h"
#include "driver.h"
#include "fail.h"
#include "nvme-lm.h"
#include "pci-fence.h"
#include "pci-sys.h"
#include "pci.h"
#include "vfio-mig.h"

#define MAX_VFS 2
#define MAX_FILES 64
/* a PF that is reset is live again within 10 s */
#define LIVE_TRIES 200
#define LIVE_WAIT_NS 50000000

/* the option that leaves the kernel's log to whoever runs this */
#define NO_LOG "log=none"
/* the option that lets rows unbind the VFs and their PF, and reset a VF by sysfs */
#define UNBIND "unbind=yes"
#define USAGE "driver:0000:01:00.1[,0000:01:00.2][," NO_LOG "][," UNBIND "]"

struct driver_vf {
	char bdf[PCI_BDF_SIZE];
	unsigned int index; /* at the PF, from 1 */
	struct pci_fn fn;
};

/* One process drives one target. */
static struct driver_vf vfs[MAX_VFS];
static unsigned int num_vfs;
/* data files that are open */
static int files[MAX_FILES];
static unsigned int num_files;
static bool may_unbind;

static int keep(int file)
{
	if (file >= 0 && num_files < MAX_FILES)
		files[num_files++] = file;
	return file;
}

static void driver_close_file(int file)
{
	for (unsigned int i = 0; i < num_files; i++)
		if (files[i] == file)
			files[i] = files[--num_files];
	close(file);
}

static unsigned int driver_count(struct ct_target *t)
{
	(void)t;
	return num_vfs;
}

static unsigned int driver_index(struct ct_target *t, unsigned int vf)
{
	(void)t;
	return vfs[vf - 1].index;
}

static void driver_close_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	(void)ct;
	(void)t;
	if (vfs[vf - 1].fn.device >= 0)
		pci_fn_close(&vfs[vf - 1].fn);
}

static void close_files(void)
{
	while (num_files)
		close(files[--num_files]);
}

void driver_close_all(void)
{
	close_files();
	for (unsigned int vf = 1; vf <= num_vfs; vf++)
		driver_close_vf(NULL, NULL, vf);
}

static int driver_open_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	struct pci_fn *f = &vfs[vf - 1].fn;
	int ret;

	driver_close_vf(ct, t, vf);
	pci_fn_init(f, vfs[vf - 1].bdf);
	ret = pci_fn_open(t, f, NULL);
	if (ret)
		pci_fn_close(f);
	return ret;
}

/* The VF's descriptor; opened at the first use. */
static int device_of(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	int ret = vfs[vf - 1].fn.device >= 0 ? 0 : driver_open_vf(ct, t, vf);

	return ret ? ret : vfs[vf - 1].fn.device;
}

static int feature(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t flags, void *data,
		   size_t size)
{
	int fd = device_of(ct, t, vf);

	return fd < 0 ? fd : vfio_feature(fd, flags, data, size);
}

static int driver_flags(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *flags)
{
	struct vfio_device_feature_migration mig = { 0 };
	int ret = feature(ct, t, vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION, &mig,
			  sizeof(mig));

	*flags = mig.flags;
	return ret ? ct_target_fail(t, ret, "VFIO_DEVICE_FEATURE_MIGRATION: %s", strerror(-ret)) :
		     0;
}

static int driver_set_state(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t state,
			    int *file)
{
	int fd = device_of(ct, t, vf);
	int ret = fd < 0 ? fd : vfio_set_state(fd, state, file);

	*file = ret ? -1 : keep(*file);
	return ret;
}

static int driver_get_state(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t *state)
{
	struct vfio_device_feature_mig_state mig = { .data_fd = -1 };
	int ret = feature(ct, t, vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			  &mig, sizeof(mig));

	*state = mig.device_state;
	return ret;
}

/* Not in the headers of Linux 6.1. */
#ifndef VFIO_DEVICE_FEATURE_MIG_DATA_SIZE
#define VFIO_DEVICE_FEATURE_MIG_DATA_SIZE 9
#endif

static int driver_data_size(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *size)
{
	return feature(ct, t, vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, size,
		       sizeof(*size));
}

static int driver_reset_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	int fd = device_of(ct, t, vf);

	if (fd < 0)
		return fd;
	return pci_sys->ioctl(fd, VFIO_DEVICE_RESET, NULL) < 0 ? -errno : 0;
}

/* What a kernel says where something is wrong with it. */
static const char *kernel_is_wrong(const char *line)
{
	static const char *const signs[] = {
		"WARNING:",
		"BUG:",
		"KASAN:",
		"UBSAN:",
		"blocked for more than",
		"circular locking dependency",
		"refcount_t:",
		"general protection fault",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(line, signs[i]))
			return strchr(line, ';') ? strchr(line, ';') + 1 : line;
	return NULL;
}

/*
 * A VF that runs stays open: a reset of hardware takes its time. The end of the case, too,
 * is when the kernel's log is looked at, so that a warning names the case.
 */
static void driver_start_over(struct ct *ct, struct ct_target *t)
{
	const struct pci_target *pci = t->priv;
	char line[2048], first[160] = "";
	uint32_t state;

	close_files();
	for (unsigned int vf = 1; vf <= num_vfs; vf++)
		if (vfs[vf - 1].fn.device >= 0 &&
		    (driver_get_state(ct, t, vf, &state) ||
		     (state != VFIO_DEVICE_STATE_RUNNING && driver_reset_vf(ct, t, vf))))
			driver_close_vf(ct, t, vf);
	while (pci->kmsg >= 0 && pci_fault_next(pci->kmsg, line, sizeof(line)))
		if (!*first && kernel_is_wrong(line))
			snprintf(first, sizeof(first), "%.150s", kernel_is_wrong(line));
	if (*first)
		ct_check(ct, false, "the kernel's log: %s", first);
}

/* It is so a moment after its driver has it. */
static int wait_live(const struct pci_target *pci)
{
	char path[PCI_PATH_SIZE], state[32];

	snprintf(path, sizeof(path), "%s/state", pci->sysfs);
	for (unsigned int tries = 0; tries < LIVE_TRIES; tries++) {
		if (pci_sys->read_attr(path, state, sizeof(state)))
			return -ENODEV;
		if (!strcmp(state, "live"))
			return 0;
		pci_sys->sleep(LIVE_WAIT_NS);
	}
	return -ETIMEDOUT;
}

static int driver_pf_reset(struct ct *ct, struct ct_target *t)
{
	const struct pci_target *pci = t->priv;

	(void)ct;
	if (pci_sys->ioctl(pci->fd, NVME_IOCTL_RESET, NULL) < 0)
		return -errno;
	return wait_live(pci);
}

static int driver_flr(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	(void)ct;
	(void)t;
	return may_unbind ? driver_event_flr(vfs[vf - 1].bdf) : -EPERM;
}

static int driver_kill(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	int fd = may_unbind ? device_of(ct, t, vf) : -EPERM;

	return fd < 0 ? fd : driver_event_kill();
}

static int driver_unload(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	(void)ct;
	(void)t;
	return may_unbind ? driver_event_unload(vfs[vf - 1].bdf) : -EPERM;
}

/* Linux gives the PF another node where the old one is open: it is closed before, and opened again. */
static int driver_remove(struct ct *ct, struct ct_target *t, unsigned int vf,
			 enum ct_driver_removal how, struct ct_driver_removed *what)
{
	struct pci_target *pci = t->priv;
	char pf[PCI_BDF_SIZE];
	int ret = may_unbind ? device_of(ct, t, vf) : -EPERM;

	if (ret < 0)
		return ret;
	memcpy(pf, pci->bdf, sizeof(pf));
	for (unsigned int other = 1; other <= num_vfs; other++)
		if (other != vf)
			driver_close_vf(ct, t, other);
	pci_sys->close(pci->fd);
	pci->fd = -1;
	ret = driver_event_remove(t, pf, &vfs[vf - 1].fn, how, what);
	if (!ret)
		ret = pci_find(t, pci, pf);
	if (!ret)
		ret = wait_live(pci);
	return ret ? ret : pci_hold(t, pci);
}

static int driver_submit_for(struct ct *ct, struct ct_target *t, unsigned int vf,
			     const uint8_t sqe[64], void *data, uint32_t len,
			     struct ct_driver_answer *answer)
{
	int fd = device_of(ct, t, vf);

	return fd < 0 ? fd : driver_submit(vfs[vf - 1].bdf, sqe, data, len, answer);
}

static ssize_t driver_read(int file, void *buf, size_t len)
{
	ssize_t n = read(file, buf, len);

	return n < 0 ? -errno : n;
}

static ssize_t driver_write(int file, const void *buf, size_t len)
{
	ssize_t n = write(file, buf, len);

	return n < 0 ? -errno : n;
}

static ssize_t driver_read_at(int file, void *buf, size_t len, uint64_t offset)
{
	ssize_t n = pread(file, buf, len, (off_t)offset);

	return n < 0 ? -errno : n;
}

static ssize_t driver_write_at(int file, const void *buf, size_t len, uint64_t offset)
{
	ssize_t n = pwrite(file, buf, len, (off_t)offset);

	return n < 0 ? -errno : n;
}

static int driver_seek(int file, uint64_t offset)
{
	return lseek(file, (off_t)offset, SEEK_SET) < 0 ? -errno : 0;
}

static int driver_poll(int file)
{
	struct pollfd fd = { .fd = file, .events = POLLIN | POLLOUT };

	return poll(&fd, 1, 0) < 0 ? -errno : fd.revents;
}

static int driver_reopen(int file)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : keep(fd);
}

static int driver_dup(int file)
{
	int fd = dup(file);

	return fd < 0 ? -errno : keep(fd);
}

/* Two pages, of which the second is none; the good bytes end where it begins. */
static uint8_t *half_there(size_t good)
{
	static uint8_t *pages;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!pages) {
		pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0);
		if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
			return NULL;
	}
	return pages + page - good;
}

static ssize_t driver_read_fault(int file, size_t good, size_t len)
{
	return driver_read(file, half_there(good), len);
}

static ssize_t driver_write_fault(int file, const void *buf, size_t good, size_t len)
{
	uint8_t *mem = half_there(good);

	if (mem)
		memcpy(mem, buf, good);
	return driver_write(file, mem, len);
}

/* A kernel with CONFIG_FAULT_INJECTION has it; 0 in it is one that was counted down to. */
static int driver_fail_nth(unsigned int n)
{
	static int fd = -1;
	static bool armed;
	char text[16] = "";
	bool failed;

	if (fd < 0)
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fd < 0 || pread(fd, text, sizeof(text) - 1, 0) < 0)
		return -errno;
	failed = armed && !atoi(text);
	armed = n;
	snprintf(text, sizeof(text), "%u", n);
	return pwrite(fd, text, strlen(text), 0) < 0 ? -errno : failed;
}

static const struct ct_driver_ops vfio_calls = {
	.count = driver_count,
	.index = driver_index,
	.start_over = driver_start_over,
	.open = driver_open_vf,
	.close = driver_close_vf,
	.flags = driver_flags,
	.set_state = driver_set_state,
	.get_state = driver_get_state,
	.data_size = driver_data_size,
	.reset = driver_reset_vf,
	.flr = driver_flr,
	.kill = driver_kill,
	.unload = driver_unload,
	.remove = driver_remove,
	.pf_reset = driver_pf_reset,
	.read = driver_read,
	.write = driver_write,
	.read_at = driver_read_at,
	.write_at = driver_write_at,
	.seek = driver_seek,
	.poll = driver_poll,
	.reopen = driver_reopen,
	.dup = driver_dup,
	.close_file = driver_close_file,
	.read_fault = driver_read_fault,
	.write_fault = driver_write_fault,
	.fail_nth = driver_fail_nth,
	.submit = driver_submit_for,
	.threads = true,
};

static void driver_close(struct ct_target *t)
{
	struct pci_target *pci = t->priv;

	driver_close_all();
	num_vfs = 0;
	if (!pci)
		return;
	if (pci->fd >= 0)
		pci_sys->close(pci->fd);
	if (pci->kmsg >= 0)
		pci_sys->close(pci->kmsg);
	free(pci);
	t->priv = NULL;
}

/* Which of the PF's VFs this is, 0 = none of them. */
static unsigned int index_of(const char *pf, const char *bdf)
{
	char other[PCI_BDF_SIZE];

	for (unsigned int n = 1; pci_vf_bdf(pf, n, other); n++)
		if (!strcmp(other, bdf))
			return n;
	return 0;
}

/* A VF that is named; the first one's PF is every one's. */
static int take_vf(struct ct_target *t, const char *bdf, char pf[PCI_BDF_SIZE])
{
	char path[PCI_PATH_SIZE], its[PCI_BDF_SIZE], driver[32];

	pci_attr_path(path, bdf, "physfn");
	if (pci_sys->link_name(path, its, sizeof(its)))
		return ct_target_fail(t, -ENODEV,
				      "%s is no VF; name VFs that the driver holds, lspci -D lists "
				      "them",
				      bdf);
	if (*pf && strcmp(pf, its) != 0)
		return ct_target_fail(t, -EINVAL, "%s is a VF of another PF (%s)", bdf, its);
	pci_attr_path(path, bdf, "driver");
	if (pci_sys->link_name(path, driver, sizeof(driver)) || !strcmp(driver, "nvme"))
		return ct_target_fail(
			t, -ENODEV,
			"%s: no VFIO driver holds it; bind it, as docs/linux-driver.md says", bdf);
	snprintf(pf, PCI_BDF_SIZE, "%s", its);
	snprintf(vfs[num_vfs].bdf, PCI_BDF_SIZE, "%s", bdf);
	pci_fn_init(&vfs[num_vfs].fn, bdf);
	vfs[num_vfs].index = index_of(pf, bdf);
	if (!vfs[num_vfs++].index)
		return ct_target_fail(t, -ENODEV, "%s: its PF %s does not know it", bdf, pf);
	return 0;
}

static bool is_option(const char *word, bool *log)
{
	*log = *log && strcmp(word, NO_LOG) != 0;
	may_unbind = may_unbind || !strcmp(word, UNBIND);
	return !strcmp(word, NO_LOG) || !strcmp(word, UNBIND);
}

static int parse(struct ct_target *t, const char *arg, char pf[PCI_BDF_SIZE], bool *log)
{
	char word[64], bdf[PCI_BDF_SIZE];
	int ret = 0;

	num_vfs = 0;
	*log = true;
	may_unbind = false;
	do {
		size_t len = strcspn(arg, ",");

		if (len >= sizeof(word))
			return ct_target_fail(t, -EINVAL, "name one VF, or two: " USAGE);
		memcpy(word, arg, len);
		word[len] = '\0';
		arg += len;
		if (num_vfs && is_option(word, log))
			continue;
		if (num_vfs == MAX_VFS)
			return ct_target_fail(t, -EINVAL, "name one VF, or two: " USAGE);
		if (!pci_parse_bdf(word, bdf, sizeof(bdf)))
			return ct_target_fail(
				t, -EINVAL,
				"\"%s\" is no PCI address of a VF; driver:0000:01:00.1, say", word);
		ret = take_vf(t, bdf, pf);
	} while (!ret && *arg++);
	return ret;
}

static void describe(struct ct_target *t)
{
	t->info.caps = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_PF_PASSTHRU);
	t->info.fault_maybe = true;
	ct_target_lacks(t, CT_CAP_JOURNAL, "the device offers no fault switch");
	ct_target_lacks(t, CT_CAP_INJECT, "the device offers no fault switch");
}

static int driver_open(struct ct_target *t, const char *arg)
{
	struct pci_target *pci = calloc(1, sizeof(*pci));
	char pf[PCI_BDF_SIZE] = "";
	bool log;
	int ret;

	if (!pci)
		return ct_target_fail(t, -ENOMEM, "no memory");
	pci->fd = -1;
	pci->kmsg = -1;
	t->priv = pci;
	ret = parse(t, arg, pf, &log);
	if (!ret)
		ret = pci_find(t, pci, pf);
	if (!ret)
		ret = pci_hold(t, pci);
	if (ret) {
		driver_close(t);
		return ret;
	}
	if (log)
		pci->kmsg = pci_fault_open();
	if (log && pci->kmsg < 0) {
		driver_close(t);
		return ct_target_fail(t, -EACCES,
				      "/dev/kmsg cannot be read, where the kernel tells of its "
				      "troubles; run as root, or leave it alone (" NO_LOG ")");
	}
	describe(t);
	return 0;
}

/* A command of the driver that never ends has the PF reset, and others with it: once more then. */
static int driver_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
			uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	int ret = pci_admin(t, fn, sqe, data, len, dir, timeout, cqe);

	for (unsigned int tries = 0; (ret == -EIO || ret == -EAGAIN) && tries < LIVE_TRIES;
	     tries++) {
		pci_sys->sleep(LIVE_WAIT_NS);
		ret = pci_admin(t, fn, sqe, data, len, dir, timeout, cqe);
	}
	return ret;
}

static int driver_advance(struct ct_target *t, uint64_t ns)
{
	(void)t;
	pci_sys->sleep(ns);
	return 0;
}

static uint64_t driver_now(struct ct_target *t)
{
	(void)t;
	return pci_sys->now();
}

static const struct ct_target_ops driver_ops = {
	.name = "driver",
	.summary = "the VFIO driver that holds VFs, by VFIO's migration interface: " USAGE,
	.open = driver_open,
	.close = driver_close,
	.admin = driver_admin,
	.advance = driver_advance,
	.now = driver_now,
	.driver = &vfio_calls,
};

CT_TARGET(driver_ops);
