/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a run must not start on. */
#ifndef CT_TARGETS_PCI_REFUSE_H
#define CT_TARGETS_PCI_REFUSE_H

#include "pci.h"

/** pci_pf_address() - the PCI address of the PF that the argument names; refuses what is none */
int pci_pf_address(struct ct_target *t, const struct pci_options *o, char pf[PCI_BDF_SIZE]);

/**
 * pci_refuse() - refuse a PF in use, a machine without IOMMU, a kernel without vfio-pci
 *
 * In use: a block device of its controller, a partition of it or what is built
 * on one is mounted, swapped to, or held by another.
 * Return: 0, or a negative errno with the error filled in by what to do.
 */
int pci_refuse(struct ct_target *t, const struct pci_options *o, const char *pf);

#endif
