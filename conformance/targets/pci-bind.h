/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Which driver holds a PCI function, and what it was before the run. */
#ifndef CT_TARGETS_PCI_BIND_H
#define CT_TARGETS_PCI_BIND_H

#include "pci.h"

struct pci_binding {
	char bdf[PCI_BDF_SIZE];
	char driver[PCI_DRIVER_SIZE]; /* "" = none */
	char override[PCI_DRIVER_SIZE]; /* "" = none */
};

/* What a run found, to be put back. */
struct pci_saved {
	struct pci_binding pf;
	unsigned int num_vfs;
	bool autoprobe;
	unsigned int vfs; /* of .vf[] */
	struct pci_binding vf[CT_MAX_FUNCTIONS];
};

/** pci_look() - the driver of a function now, and its override */
void pci_look(const char *bdf, struct pci_binding *b);

/** pci_bind() - this driver, of VFIO, holds the function afterwards */
int pci_bind(struct ct_target *t, const char *bdf, const char *driver);

/** pci_write_vfs() - change NumVFs; -1 and errno where it does not take */
int pci_write_vfs(const char *pf, unsigned int num);

/**
 * pci_wait_live() - wait, for at most 10 s, until Linux's nvme driver says that the controller is live
 *
 * Return: whether it did; false at once where another driver holds the function.
 */
bool pci_wait_live(const char *bdf);

/** pci_save() - look at a PF and all its VFs */
void pci_save(const char *pf, struct pci_saved *saved);

/**
 * pci_put_back() - make all as it was saved
 *
 * Says what it cannot do and goes on.
 * Return: how many things it could not do.
 */
int pci_put_back(const struct pci_saved *saved, void (*say)(const char *fmt, ...));

/**
 * pci_state_write() - record a state in a file that a later "restore" finds
 * Return: a descriptor that holds a lock on it until it is closed, or a negative errno.
 */
int pci_state_write(struct ct_target *t, const struct pci_saved *saved);

/** pci_state_forget() - remove the file of this PF */
void pci_state_forget(const char *pf);

/**
 * pci_state_next() - the n-th recorded state, from 0
 * Return: 1 = found, 0 = there are no more, -EBUSY = its run is under way, other errno = unreadable;
 * name gets the file's name.
 */
int pci_state_next(unsigned int n, struct pci_saved *saved, char *name, size_t size);

#endif
