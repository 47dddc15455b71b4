/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A function's registers, configuration space, interrupts and reset through VFIO. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <string.h>

#include "fail.h"
#include "nvme-lm.h"
#include "pci-sys.h"
#include "pci.h"

static int check_access(struct ct_target *t, const struct pci_fn *f, uint32_t offset,
			unsigned int len)
{
	if ((len != 4 && len != 8) || offset % 4 || offset + (uint64_t)len > f->bar_size)
		return ct_target_fail(t, -EINVAL, "%s: %u bytes at %xh are not within BAR0", f->bdf,
				      len, offset);
	return 0;
}

static bool is_mapped(const struct pci_fn *f, uint32_t offset, unsigned int len)
{
	return offset + (size_t)len <= f->bar_mapped && offset % len == 0;
}

int pci_fn_read(struct ct_target *t, struct pci_fn *f, uint32_t offset, unsigned int len,
		uint64_t *value)
{
	uint8_t raw[8] = { 0 };
	int ret = check_access(t, f, offset, len);

	if (ret)
		return ret;
	if (!f->memory) {
		*value = len == 4 ? UINT32_MAX : UINT64_MAX;
	} else if (!is_mapped(f, offset, len)) {
		if (pci_sys->pread(f->device, raw, len, f->bar_offset + offset) != (ssize_t)len)
			return ct_target_fail(t, -EIO, "%s: cannot read BAR0 at %xh", f->bdf,
					      offset);
		*value = lm_get_le64(raw);
	} else if (len == 4) {
		*value = le32toh(*(volatile uint32_t *)(f->bar + offset));
	} else {
		*value = le64toh(*(volatile uint64_t *)(f->bar + offset));
	}
	return 0;
}

int pci_fn_write(struct ct_target *t, struct pci_fn *f, uint32_t offset, unsigned int len,
		 uint64_t value)
{
	uint8_t raw[8];
	int ret = check_access(t, f, offset, len);

	if (ret || !f->memory)
		return ret;
	/* what the device is to find in memory is there before it is told */
	__sync_synchronize();
	if (!is_mapped(f, offset, len)) {
		lm_put_le64(raw, value);
		if (pci_sys->pwrite(f->device, raw, len, f->bar_offset + offset) != (ssize_t)len)
			return ct_target_fail(t, -EIO, "%s: cannot write BAR0 at %xh", f->bdf,
					      offset);
	} else if (len == 4) {
		*(volatile uint32_t *)(f->bar + offset) = htole32((uint32_t)value);
	} else {
		*(volatile uint64_t *)(f->bar + offset) = htole64(value);
	}
	return 0;
}

static int change_config16(struct ct_target *t, const struct pci_fn *f, uint64_t offset,
			   uint16_t mask, uint16_t value)
{
	uint8_t raw[2];

	if (pci_sys->pread(f->device, raw, 2, f->config_offset + offset) != 2)
		return ct_target_fail(t, -EIO, "%s: cannot read its configuration space", f->bdf);
	lm_put_le16(raw, (uint16_t)((lm_get_le16(raw) & ~mask) | value));
	if (pci_sys->pwrite(f->device, raw, 2, f->config_offset + offset) != 2)
		return ct_target_fail(t, -EIO, "%s: cannot write its configuration space", f->bdf);
	return 0;
}

/*
 * VFIO drops writes to Message Control, so they go through sysfs; the kernel sets
 * Enable and clears Function Mask when vectors are set up, and most rows want that.
 */
static int write_msix(struct ct_target *t, const struct pci_fn *f, uint16_t flags)
{
	const uint16_t mask = PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL;
	char path[PCI_PATH_SIZE];
	uint8_t raw[2];
	uint16_t now;
	ssize_t n;
	int fd;

	if (pci_sys->pread(f->device, raw, 2, f->config_offset + f->msix_flags) != 2)
		return ct_target_fail(t, -EIO, "%s: cannot read its configuration space", f->bdf);
	now = lm_get_le16(raw);
	if ((now & mask) == flags)
		return 0;
	lm_put_le16(raw, (uint16_t)((now & ~mask) | flags));
	pci_attr_path(path, f->bdf, "config");
	fd = pci_sys->open(path, O_RDWR | O_CLOEXEC);
	n = fd < 0 ? -1 : pci_sys->pwrite(fd, raw, 2, f->msix_flags);
	if (fd >= 0)
		pci_sys->close(fd);
	if (n != 2)
		return ct_target_fail(t, -EIO,
				      "%s: cannot write Message Control through sysfs; "
				      "is the kernel locked down?",
				      f->bdf);
	return 0;
}

int pci_fn_command(struct ct_target *t, struct pci_fn *f, bool memory, bool master,
		   bool msix_enable, bool msix_mask)
{
	uint16_t command =
		(uint16_t)((memory ? PCI_COMMAND_MEMORY : 0) | (master ? PCI_COMMAND_MASTER : 0));
	uint16_t flags = (uint16_t)((msix_enable ? PCI_MSIX_FLAGS_ENABLE : 0) |
				    (msix_mask ? PCI_MSIX_FLAGS_MASKALL : 0));
	int ret = 0;

	if (f->msix_flags && f->vectors)
		ret = write_msix(t, f, flags);
	if (!ret)
		ret = change_config16(t, f, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER,
				      command);
	if (!ret)
		f->memory = memory;
	return ret;
}

static int set_irqs(struct pci_fn *f, unsigned int vectors)
{
	_Alignas(struct vfio_irq_set)
		uint8_t raw[sizeof(struct vfio_irq_set) + PCI_MAX_VECTORS * sizeof(int32_t)] = {
			0
		};
	struct vfio_irq_set *set = (void *)raw;

	set->argsz = (uint32_t)(sizeof(*set) + vectors * sizeof(int32_t));
	set->flags = VFIO_IRQ_SET_ACTION_TRIGGER |
		     (vectors ? VFIO_IRQ_SET_DATA_EVENTFD : VFIO_IRQ_SET_DATA_NONE);
	set->index = VFIO_PCI_MSIX_IRQ_INDEX;
	set->count = vectors;
	for (unsigned int i = 0; i < vectors; i++)
		memcpy(set->data + i * sizeof(int32_t), &f->event[i], sizeof(int32_t));
	return pci_sys->ioctl(f->device, VFIO_DEVICE_SET_IRQS, set);
}

void pci_fn_irq_drop(struct pci_fn *f)
{
	set_irqs(f, 0);
	for (unsigned int i = 0; i < f->vectors; i++)
		pci_sys->close(f->event[i]);
	f->vectors = 0;
}

int pci_fn_irq_setup(struct ct_target *t, struct pci_fn *f, unsigned int vectors)
{
	if (vectors > f->max_vectors || vectors > PCI_MAX_VECTORS)
		return ct_target_fail(t, -ENOSPC, "%s has %u MSI-X vectors", f->bdf,
				      f->max_vectors);
	if (f->vectors)
		pci_fn_irq_drop(f);
	memset(f->count, 0, sizeof(f->count));
	for (; f->vectors < vectors; f->vectors++) {
		f->event[f->vectors] = pci_sys->eventfd();
		if (f->event[f->vectors] < 0)
			return ct_target_fail(t, -errno, "no eventfd: %s", strerror(errno));
	}
	if (vectors && set_irqs(f, vectors))
		return ct_target_fail(t, -errno, "%s: VFIO does not set up %u vectors: %s", f->bdf,
				      vectors, strerror(errno));
	return 0;
}

/* One visit is enough for a handful of calls. */
void pci_take_interrupts(void)
{
	static uint64_t last;
	uint64_t now = pci_sys->now();

	if (last && now - last < 100000)
		return;
	pci_sys->visit_cpus();
	last = pci_sys->now();
}

int pci_fn_irq_count(struct ct_target *t, struct pci_fn *f, unsigned int vector, uint64_t *count)
{
	uint64_t more = 0;

	*count = 0;
	pci_take_interrupts();
	if (vector >= f->vectors)
		return vector < f->max_vectors ?
			       0 :
			       ct_target_fail(t, -EINVAL, "%s has no vector %u", f->bdf, vector);
	if (pci_sys->read(f->event[vector], &more, sizeof(more)) == (ssize_t)sizeof(more))
		f->count[vector] += more;
	*count = f->count[vector];
	return 0;
}

int pci_fn_reset(struct ct_target *t, struct pci_fn *f)
{
	uint64_t count;

	/* Linux saves and restores configuration space around it: as if it had never been off */
	if (!f->memory &&
	    change_config16(t, f, PCI_COMMAND, PCI_COMMAND_MEMORY, PCI_COMMAND_MEMORY))
		return -EIO;
	f->memory = true;
	if (pci_sys->ioctl(f->device, VFIO_DEVICE_RESET, NULL))
		return ct_target_fail(t, -errno, "%s: VFIO does not reset the function: %s", f->bdf,
				      strerror(errno));
	for (unsigned int i = 0; i < f->vectors; i++)
		pci_fn_irq_count(t, f, i, &count);
	memset(f->count, 0, sizeof(f->count));
	return 0;
}
