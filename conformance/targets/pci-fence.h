/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the IOMMU refused, as the kernel's log tells it. */
#ifndef CT_TARGETS_PCI_FENCE_H
#define CT_TARGETS_PCI_FENCE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * pci_fault_parse() - whether a line of the kernel's log is an IOMMU fault of this function
 * @bdf: as sysfs writes it
 * @addr: gets the address, 0 where the line has none
 */
bool pci_fault_parse(const char *line, const char *bdf, uint64_t *addr);

/** pci_fault_source() - why faults of this PF's IOMMU cannot be seen, NULL where they can */
const char *pci_fault_source(const char *pf);

/** pci_fault_open() - the kernel's log from now on; -1 and errno */
int pci_fault_open(void);

/** pci_fault_next() - next line of it; false where there is none now */
bool pci_fault_next(int fd, char *line, unsigned int size);

#endif
