/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The parts of the pci target: finding the controller, and sending to it. */
#ifndef CT_TARGETS_PCI_H
#define CT_TARGETS_PCI_H

#include "ct-target.h"

struct pci_target {
	char path[64]; /* device node, e.g. /dev/nvme0 */
	char sysfs[64]; /* the controller's directory in sysfs */
	int fd;
	uint64_t limit; /* ns: no passthrough command gets less time than this */
};

/**
 * pci_find() - resolve a device node or a PCI address, and look at what it is
 * @arg: what the user gave
 *
 * Fills in path and sysfs, and of the info: transport, PCI IDs, TotalVFs and
 * NumVFs. Refuses all that is not the PF of a PCIe controller that the kernel's nvme
 * driver holds. Opens and sends nothing.
 *
 * Return: 0 or a negative errno with the target's error filled in.
 */
int pci_find(struct ct_target *t, struct pci_target *pci, const char *arg);

/** pci_gone() - whether the controller has left the machine or is dead */
bool pci_gone(const struct pci_target *pci);

#endif
