/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Opening a function through VFIO: group, container, device, and where its BAR0 is. */
#include "pci-vfio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "nvme-lm.h"
#include "pci-sys.h"

#define VFIO_NODE "/dev/vfio/vfio"
/* A list of capabilities that is longer than the 4 KiB configuration space has a loop. */
#define MAX_CAPS 48
#define REGION_INFO_SIZE 512

void pci_fn_init(struct pci_fn *f, const char *bdf)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->bdf, sizeof(f->bdf), "%s", bdf);
	f->container = f->group = f->device = -1;
}

static int open_container(struct ct_target *t, struct pci_fn *f)
{
	f->container = pci_sys->open(VFIO_NODE, O_RDWR | O_CLOEXEC);
	if (f->container < 0)
		return ct_target_fail(t, -errno,
				      errno == ENOENT || errno == ENODEV ?
					      "%s: VFIO is missing; modprobe vfio-pci" :
				      errno == EACCES || errno == EPERM ?
					      "%s: not permitted; run as root" :
					      "%s: cannot open it",
				      VFIO_NODE);
	if (pci_sys->ioctl(f->container, VFIO_GET_API_VERSION, NULL) != VFIO_API_VERSION ||
	    pci_sys->ioctl(f->container, VFIO_CHECK_EXTENSION, (void *)VFIO_TYPE1v2_IOMMU) != 1)
		return ct_target_fail(
			t, -ENODEV, "VFIO has no Type 1 IOMMU back end; modprobe vfio_iommu_type1");
	return 0;
}

static int open_group(struct ct_target *t, struct pci_fn *f)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[96], number[16], node[48];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", f->bdf);
	if (pci_sys->link_name(path, number, sizeof(number)))
		return ct_target_fail(
			t, -ENODEV,
			"%s has no IOMMU group; turn the IOMMU on (firmware setup, intel_iommu=on)",
			f->bdf);
	snprintf(node, sizeof(node), "/dev/vfio/%s", number);
	f->group = pci_sys->open(node, O_RDWR | O_CLOEXEC);
	if (f->group < 0)
		return ct_target_fail(t, -errno,
				      errno == EBUSY ? "%s (%s) is in use by another program; "
						       "end that first" :
				      errno == EACCES || errno == EPERM ?
						       "%s (%s): not permitted; run as root" :
						       "%s (%s): cannot open it; does vfio-pci "
						       "hold the function?",
				      node, f->bdf);
	if (pci_sys->ioctl(f->group, VFIO_GROUP_GET_STATUS, &status))
		return ct_target_fail(t, -errno, "%s: %s", node, strerror(errno));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return ct_target_fail(t, -EBUSY,
				      "IOMMU group %s of %s holds devices of other drivers; "
				      "unbind those, or use a slot whose bridge has ACS",
				      number, f->bdf);
	if (pci_sys->ioctl(f->group, VFIO_GROUP_SET_CONTAINER, &f->container) ||
	    pci_sys->ioctl(f->container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU))
		return ct_target_fail(t, -errno, "%s: cannot attach it to the IOMMU: %s", f->bdf,
				      strerror(errno));
	return 0;
}

static int open_device(struct ct_target *t, struct pci_fn *f, const char *token)
{
	char name[80];

	snprintf(name, sizeof(name), "%s%s%s", f->bdf, token ? " vf_token=" : "",
		 token ? token : "");
	f->device = pci_sys->ioctl(f->group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (f->device < 0)
		return ct_target_fail(
			t, -errno,
			"%s: VFIO does not give the function: %s; is it bound to vfio-pci?", f->bdf,
			strerror(errno));
	return 0;
}

static const struct vfio_info_cap_header *region_cap(const struct vfio_region_info *info,
						     const uint8_t *raw, unsigned int id)
{
	const struct vfio_info_cap_header *cap;
	uint32_t at = info->flags & VFIO_REGION_INFO_FLAG_CAPS ? info->cap_offset : 0;
	unsigned int bound = 16;

	while (at && at <= REGION_INFO_SIZE - sizeof(*cap) && bound--) {
		cap = (const void *)(raw + at);
		if (cap->id == id)
			return cap;
		at = cap->next;
	}
	return NULL;
}

/* The part of the BAR from 0 on that may be mapped; the MSI-X table may cut it off. */
static size_t mappable(const struct vfio_region_info *info, const uint8_t *raw)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse;

	if (!(info->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return 0;
	sparse = (const void *)region_cap(info, raw, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	if (!sparse)
		return (size_t)info->size;
	for (uint32_t i = 0; i < sparse->nr_areas && i < 8; i++)
		if (!sparse->areas[i].offset)
			return (size_t)sparse->areas[i].size;
	return 0;
}

static int find_regions(struct ct_target *t, struct pci_fn *f)
{
	_Alignas(struct vfio_region_info) uint8_t raw[REGION_INFO_SIZE] = { 0 };
	struct vfio_region_info *info = (void *)raw;
	struct vfio_region_info config = { .argsz = sizeof(config),
					   .index = VFIO_PCI_CONFIG_REGION_INDEX };

	info->argsz = sizeof(raw);
	info->index = VFIO_PCI_BAR0_REGION_INDEX;
	if (pci_sys->ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, info) ||
	    pci_sys->ioctl(f->device, VFIO_DEVICE_GET_REGION_INFO, &config) || !info->size)
		return ct_target_fail(t, -ENODEV, "%s: VFIO shows no BAR0", f->bdf);
	f->bar_offset = info->offset;
	f->bar_size = info->size;
	f->config_offset = config.offset;
	f->bar_mapped = mappable(info, raw);
	if (f->bar_mapped)
		f->bar = pci_sys->map(f->bar_mapped, f->device, f->bar_offset);
	if (!f->bar)
		f->bar_mapped = 0;
	return 0;
}

static bool read_config(const struct pci_fn *f, uint64_t offset, void *buf, size_t len)
{
	return pci_sys->pread(f->device, buf, len, f->config_offset + offset) == (ssize_t)len;
}

static int find_msix(struct ct_target *t, struct pci_fn *f)
{
	uint8_t at = 0, cap[4] = { 0 };
	unsigned int bound = MAX_CAPS;

	if (!read_config(f, PCI_CAPABILITY_LIST, &at, 1))
		return ct_target_fail(t, -EIO, "%s: cannot read its configuration space", f->bdf);
	while (at >= 0x40 && bound--) {
		if (!read_config(f, at, cap, sizeof(cap)))
			break;
		if (cap[0] == PCI_CAP_ID_MSIX) {
			f->msix_flags = at + PCI_MSIX_FLAGS;
			f->max_vectors =
				(lm_get_le16(cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u;
			break;
		}
		at = cap[1] & 0xFC;
	}
	return 0;
}

int pci_fn_open(struct ct_target *t, struct pci_fn *f, const char *token)
{
	int ret = open_container(t, f);

	if (!ret)
		ret = open_group(t, f);
	if (!ret)
		ret = open_device(t, f, token);
	if (!ret)
		ret = find_regions(t, f);
	if (!ret)
		ret = find_msix(t, f);
	f->memory = true;
	if (ret)
		pci_fn_close(f);
	return ret;
}

void pci_fn_close(struct pci_fn *f)
{
	for (unsigned int i = 0; i < f->vectors; i++)
		pci_sys->close(f->event[i]);
	if (f->bar)
		pci_sys->unmap(f->bar, f->bar_mapped);
	if (f->device >= 0)
		pci_sys->close(f->device);
	if (f->group >= 0)
		pci_sys->close(f->group);
	if (f->container >= 0)
		pci_sys->close(f->container);
	pci_fn_init(f, (const char[16]){ 0 });
}

int pci_fn_map(struct ct_target *t, struct pci_fn *f, void *mem, size_t len, uint64_t iova)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uint64_t)(uintptr_t)mem,
		.iova = iova,
		.size = len,
	};

	if (pci_sys->ioctl(f->container, VFIO_IOMMU_MAP_DMA, &map))
		return ct_target_fail(t, -errno,
				      errno == ENOMEM ?
					      "%s: no more memory may be locked; raise ulimit -l" :
					      "%s: VFIO does not map DMA memory",
				      f->bdf);
	return 0;
}

int pci_fn_unmap_all(struct ct_target *t, struct pci_fn *f)
{
	struct vfio_iommu_type1_dma_unmap unmap = { .argsz = sizeof(unmap),
						    .flags = VFIO_DMA_UNMAP_FLAG_ALL };

	if (pci_sys->ioctl(f->container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		return ct_target_fail(
			t, -errno,
			"%s: VFIO does not unmap DMA memory; is this Linux 5.12 or later?", f->bdf);
	return 0;
}
