/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One function of a device, reached through VFIO: a container of its own, so
 * that its memory can be taken away without touching another function's.
 */
#ifndef CT_TARGETS_PCI_VFIO_H
#define CT_TARGETS_PCI_VFIO_H

#include "ct-target.h"

#define PCI_MAX_VECTORS 65

struct pci_fn {
	char bdf[16];
	int container, group, device; /* device < 0: not open */
	uint64_t bar_offset, bar_size, config_offset;
	uint8_t *bar; /* the first bar_mapped bytes of BAR0, NULL = by pread() */
	size_t bar_mapped;
	uint64_t msix_flags; /* offset of Message Control in config space, 0 = no MSI-X */
	unsigned int max_vectors;
	bool fenced; /* no memory is mapped */
	uint64_t hits, hit_addr; /* faults that fence_hits() has not told yet */
	bool memory; /* Memory Space Enable, as pci_command() last had it */
	unsigned int vectors; /* set up */
	int event[PCI_MAX_VECTORS];
	uint64_t count[PCI_MAX_VECTORS];
};

/** pci_fn_init() - a function that is not open */
void pci_fn_init(struct pci_fn *f, const char *bdf);

/**
 * pci_fn_open() - open the function, which vfio-pci holds
 * @token: the VF token (a UUID) shared by a PF that VFIO owns and its VFs, or NULL
 *
 * The kernel resets the function at each open and close.
 * Return: 0 or a negative errno with the target's error filled in.
 */
int pci_fn_open(struct ct_target *t, struct pci_fn *f, const char *token);
void pci_fn_close(struct pci_fn *f);

/** pci_fn_map(), pci_fn_unmap_all() - memory that the function reaches at this IOVA */
int pci_fn_map(struct ct_target *t, struct pci_fn *f, void *mem, size_t len, uint64_t iova);
int pci_fn_unmap_all(struct ct_target *t, struct pci_fn *f);

/** pci_fn_read(), pci_fn_write() - BAR0; without memory space as a bus does: all ones, dropped */
int pci_fn_read(struct ct_target *t, struct pci_fn *f, uint32_t offset, unsigned int len,
		uint64_t *value);
int pci_fn_write(struct ct_target *t, struct pci_fn *f, uint32_t offset, unsigned int len,
		 uint64_t value);

/** pci_fn_irq_setup(), pci_fn_irq_count() - MSI-X by eventfd */
int pci_fn_irq_setup(struct ct_target *t, struct pci_fn *f, unsigned int vectors);
int pci_fn_irq_count(struct ct_target *t, struct pci_fn *f, unsigned int vector, uint64_t *count);

/** pci_take_interrupts() - what was sent to this machine before is counted and logged afterwards */
void pci_take_interrupts(void);

/** pci_fn_irq_drop() - no MSI-X any more, whoever set it up */
void pci_fn_irq_drop(struct pci_fn *f);

int pci_fn_command(struct ct_target *t, struct pci_fn *f, bool memory, bool master,
		   bool msix_enable, bool msix_mask);

/** pci_fn_reset() - Function Level Reset; counts start over, the set-up of MSI-X stays */
int pci_fn_reset(struct ct_target *t, struct pci_fn *f);

#endif
