/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the argument of the pci target names, by sysfs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fail.h"
#include "pci-sys.h"
#include "pci.h"

static int read_sysfs(const struct pci_target *pci, const char *name, char *buf, size_t size)
{
	char path[PCI_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", pci->sysfs, name);
	return pci_sys->read_attr(path, buf, size);
}

/* 0 where the attribute does not exist: a device without SR-IOV has none */
static unsigned int read_number(const struct pci_target *pci, const char *name)
{
	char buf[32];

	if (read_sysfs(pci, name, buf, sizeof(buf)))
		return 0;
	return (unsigned int)strtoul(buf, NULL, 0);
}

/* PCI address to device node */
static int find_bdf(struct ct_target *t, struct pci_target *pci, const char *bdf)
{
	char path[PCI_PATH_SIZE], name[32], driver[32];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", bdf);
	if (pci_sys->link_name(path, driver, sizeof(driver))) {
		struct stat st;

		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", bdf);
		if (pci_sys->stat(path, &st))
			return ct_target_fail(t, -ENODEV,
					      "%s: no such PCI device; lspci -D lists them", bdf);
		return ct_target_fail(t, -ENODEV,
				      "%s: no driver is bound; bind it to nvme (driver_override)",
				      bdf);
	}
	if (strcmp(driver, "nvme") != 0)
		return ct_target_fail(
			t, -EBUSY,
			"%s: held by the driver %s; bind it to nvme, if it is an NVMe controller",
			bdf, driver);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/nvme", bdf);
	if (pci_sys->entry(path, 0, name, sizeof(name)))
		return ct_target_fail(
			t, -EAGAIN, "%s: the nvme driver has no controller yet; see the kernel log",
			bdf);
	snprintf(pci->path, sizeof(pci->path), "/dev/%s", name);
	return 0;
}

static int fail_stat(struct ct_target *t, const char *path, int err)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		return ct_target_fail(t, -err, "%s does not exist; nvme list shows what there is",
				      path);
	case EACCES:
	case EPERM:
		return ct_target_fail(t, -err, "%s: not permitted to look at it; run as root",
				      path);
	default:
		return ct_target_fail(t, -err, "%s: %s", path, strerror(err));
	}
}

/* Device node to sysfs directory; refuses all but a controller's node. */
static int find_node(struct ct_target *t, struct pci_target *pci)
{
	char path[PCI_PATH_SIZE], class[32];
	struct stat st;

	if (pci_sys->stat(pci->path, &st))
		return fail_stat(t, pci->path, errno);
	if (S_ISBLK(st.st_mode))
		return ct_target_fail(t, -EINVAL,
				      "%s is a block device, maybe a namespace; name the "
				      "controller instead (as /dev/nvme0)",
				      pci->path);
	if (!S_ISCHR(st.st_mode))
		return ct_target_fail(t, -EINVAL,
				      "%s is no device; name a controller (as /dev/nvme0)",
				      pci->path);
	snprintf(pci->sysfs, sizeof(pci->sysfs), "/sys/dev/char/%u:%u", major(st.st_rdev),
		 minor(st.st_rdev));
	snprintf(path, sizeof(path), "%s/subsystem", pci->sysfs);
	/* a node with no device behind it: most likely one that is being removed */
	if (pci_sys->link_name(path, class, sizeof(class)))
		return ct_target_fail(
			t, -ENODEV,
			"%s: the controller went away, or never was there; check the device",
			pci->path);
	if (!strcmp(class, "nvme-generic"))
		return ct_target_fail(
			t, -EINVAL,
			"%s is a namespace; name its controller instead (as /dev/nvme0)",
			pci->path);
	if (strcmp(class, "nvme") != 0)
		return ct_target_fail(t, -EINVAL, "%s is no NVMe controller; nvme list shows them",
				      pci->path);
	return 0;
}

static int check_kind(struct ct_target *t, struct pci_target *pci, const char *arg)
{
	char buf[32], path[PCI_PATH_SIZE];

	if (read_sysfs(pci, "transport", buf, sizeof(buf)))
		return ct_target_fail(t, -ENODEV, "%s: the controller went away; try again", arg);
	if (strcmp(buf, "pcie") != 0)
		return ct_target_fail(t, -EINVAL,
				      "%s is reached over %s; live migration is for PCIe only", arg,
				      buf);
	snprintf(path, sizeof(path), "%s/device/physfn", pci->sysfs);
	if (!pci_sys->link_name(path, buf, sizeof(buf)))
		return ct_target_fail(t, -EINVAL, "%s is a VF; name its PF instead, PCI address %s",
				      arg, buf);
	return 0;
}

int pci_find(struct ct_target *t, struct pci_target *pci, const char *arg)
{
	char bdf[32], address[32];
	int ret;

	if (!*arg)
		return ct_target_fail(t, -EINVAL,
				      "the target pci needs a controller: pci:/dev/nvme0, or a PCI "
				      "address as pci:0000:01:00.0");
	if (pci_parse_bdf(arg, bdf, sizeof(bdf))) {
		ret = find_bdf(t, pci, bdf);
		if (ret)
			return ret;
	} else if (snprintf(pci->path, sizeof(pci->path), "%s", arg) >= (int)sizeof(pci->path)) {
		return ct_target_fail(t, -ENAMETOOLONG, "no device has a name as long as this");
	}
	ret = find_node(t, pci);
	if (!ret)
		ret = check_kind(t, pci, arg);
	if (ret)
		return ret;
	if (read_sysfs(pci, "address", address, sizeof(address)))
		address[0] = '\0';
	pci_parse_bdf(address, pci->bdf, sizeof(pci->bdf));
	snprintf(t->info.transport, sizeof(t->info.transport), "%.30s (PCI %.20s)", pci->path,
		 *address ? address : "address unknown");
	t->info.pci_vid = (uint16_t)read_number(pci, "device/vendor");
	t->info.pci_did = (uint16_t)read_number(pci, "device/device");
	t->info.total_vfs = read_number(pci, "device/sriov_totalvfs");
	t->info.num_vfs = read_number(pci, "device/sriov_numvfs");
	return 0;
}

bool pci_gone(const struct pci_target *pci)
{
	char state[32];

	if (read_sysfs(pci, "state", state, sizeof(state)))
		return true;
	return !strcmp(state, "dead") || !strncmp(state, "deleting", 8);
}
