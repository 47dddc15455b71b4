/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pci-refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "pci-sys.h"

#define CLASS_NVM 0x0108 /* mass storage, non-volatile memory */
#define BLOCK "/sys/class/block/"

static int check_function(struct ct_target *t, const char *bdf)
{
	char path[PCI_PATH_SIZE], pf[PCI_BDF_SIZE];
	struct stat st;

	pci_attr_path(path, bdf, "class");
	if (pci_sys->stat(path, &st))
		return ct_target_fail(t, -ENODEV, "%s: no such PCI device; lspci -D lists them",
				      bdf);
	if (pci_attr_number(bdf, "class") >> 8 != CLASS_NVM)
		return ct_target_fail(t, -EINVAL, "%s is no NVMe controller; lspci -D shows them",
				      bdf);
	pci_attr_path(path, bdf, "physfn");
	if (!pci_sys->link_name(path, pf, sizeof(pf)))
		return ct_target_fail(t, -EINVAL, "%s is a VF; name its PF instead, PCI address %s",
				      bdf, pf);
	return 0;
}

int pci_pf_address(struct ct_target *t, const struct pci_options *o, char pf[PCI_BDF_SIZE])
{
	struct pci_target pci = { .fd = -1 };
	char path[PCI_PATH_SIZE];
	int ret;

	if (o->own && pci_parse_bdf(o->address, pf, PCI_BDF_SIZE))
		return check_function(t, pf);
	ret = pci_find(t, &pci, o->address);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/address", pci.sysfs);
	/* the attribute goes with the controller, which was there a moment ago */
	if (pci_sys->read_attr(path, pf, PCI_BDF_SIZE))
		return ct_target_fail(t, -ENODEV, "%s: the controller went away; try again",
				      o->address);
	return 0;
}

/* Whether one of a file's fields on any line is this word. */
static bool file_names(const char *file, const char *word)
{
	static char text[1 << 18];
	size_t used = 0, len = strlen(word);
	ssize_t n = 0;
	int fd = pci_sys->open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while (used < sizeof(text) - 1 &&
	       (n = pci_sys->read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	pci_sys->close(fd);
	text[used] = '\0';
	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		if ((p == text || strchr(" \t\n", p[-1])) && strchr(" \t\n", p[len]))
			return true;
	return false;
}

/* How a block device is in use, or NULL. A file system's device may be hidden behind its name. */
static const char *use_of(const char *name)
{
	char path[PCI_PATH_SIZE], number[32], node[64], holder[64];

	snprintf(node, sizeof(node), "/dev/%s", name);
	snprintf(path, sizeof(path), BLOCK "%s/dev", name);
	if (file_names("/proc/self/mountinfo", node) ||
	    (!pci_sys->read_attr(path, number, sizeof(number)) &&
	     file_names("/proc/self/mountinfo", number)))
		return "mounted";
	if (file_names("/proc/swaps", node))
		return "used as swap";
	snprintf(path, sizeof(path), BLOCK "%s/holders", name);
	if (!pci_sys->entry(path, 0, holder, sizeof(holder)))
		return "part of another block device";
	return NULL;
}

/* Namespaces of the controller, and those of its subsystem: with multipath they are one. */
static bool is_ours(const char *block, const char *controller)
{
	char path[PCI_PATH_SIZE], parent[64];
	struct stat st;

	snprintf(path, sizeof(path), BLOCK "%s/device", block);
	if (pci_sys->link_name(path, parent, sizeof(parent)))
		return false;
	if (!strcmp(parent, controller))
		return true;
	snprintf(path, sizeof(path), BLOCK "%s/device/%s", block, controller);
	return !strncmp(parent, "nvme-subsys", 11) && !pci_sys->stat(path, &st);
}

static int check_disk(struct ct_target *t, const char *pf, const char *disk)
{
	char path[PCI_PATH_SIZE], name[64];
	const char *use = use_of(disk);

	snprintf(name, sizeof(name), "%s", disk);
	snprintf(path, sizeof(path), BLOCK "%s", disk);
	for (unsigned int n = 0; !use && !pci_sys->entry(path, n, name, sizeof(name)); n++)
		if (!strncmp(name, disk, strlen(disk)))
			use = use_of(name);
	if (!use)
		return 0;
	return ct_target_fail(t, -EBUSY,
			      "%s: /dev/%s is %s; free it first, the run takes the device away", pf,
			      name, use);
}

static int check_free(struct ct_target *t, const char *pf)
{
	char path[PCI_PATH_SIZE], controller[32], name[64];
	int ret = 0;

	pci_attr_path(path, pf, "nvme");
	if (pci_sys->entry(path, 0, controller, sizeof(controller)))
		return 0;
	for (unsigned int n = 0; !ret && !pci_sys->entry("/sys/block", n, name, sizeof(name)); n++)
		if (is_ours(name, controller))
			ret = check_disk(t, pf, name);
	return ret;
}

static bool has_driver(const char *name)
{
	char path[PCI_PATH_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s", name);
	return !pci_sys->stat(path, &st);
}

static int check_kernel(struct ct_target *t, const struct pci_options *o, const char *pf)
{
	char path[PCI_PATH_SIZE], text[16];
	struct stat st;

	if (!has_driver("vfio-pci"))
		return ct_target_fail(t, -ENODEV,
				      "the driver vfio-pci is missing; modprobe vfio-pci%s",
				      o->own ? " enable_sriov=1" : "");
	if (!has_driver(o->driver))
		return ct_target_fail(t, -ENODEV, "the driver %s is missing; modprobe %s",
				      o->driver, o->driver);
	if (o->own && (pci_sys->read_attr("/sys/module/vfio_pci/parameters/enable_sriov", text,
					  sizeof(text)) ||
		       text[0] != 'Y'))
		return ct_target_fail(t, -ENODEV,
				      "pf=vfio: VFs need vfio-pci's parameter; "
				      "echo 1 >/sys/module/vfio_pci/parameters/enable_sriov");
	pci_attr_path(path, pf, "iommu_group");
	if (pci_sys->stat(path, &st))
		return ct_target_fail(t, -ENODEV,
				      "%s has no IOMMU group; turn the IOMMU on (firmware setup, "
				      "intel_iommu=on), or leave the VFs alone (vf=none)",
				      pf);
	return 0;
}

int pci_refuse(struct ct_target *t, const struct pci_options *o, const char *pf)
{
	char path[PCI_PATH_SIZE];
	struct stat st;
	int ret = check_kernel(t, o, pf);

	if (ret)
		return ret;
	pci_attr_path(path, pf, "sriov_numvfs");
	if (pci_sys->stat(path, &st))
		return ct_target_fail(t, -ENODEV, "%s has no SR-IOV; leave the VFs alone (vf=none)",
				      pf);
	return check_free(t, pf);
}
