/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The parts of the pci target. What is made once for a run (drivers bound, a PF
 * that VFIO owns) is in the session, which the runner's process makes and the
 * processes of the rows inherit; all else a row's process opens for itself.
 */
#ifndef CT_TARGETS_PCI_H
#define CT_TARGETS_PCI_H

#include "ct-target.h"
#include "pci-vfio.h"

#define PCI_BDF_SIZE 16
#define PCI_PATH_SIZE 160

#define PCI_DRIVER_SIZE 32

/* What follows the address: pci:ADDRESS[,OPTION]... */
struct pci_options {
	char address[64];
	char driver[PCI_DRIVER_SIZE]; /* of VFIO, for the VFs: driver=NAME, else vfio-pci */
	bool own; /* pf=vfio */
	bool no_vfs; /* vf=none */
	bool reference; /* image=reference */
	bool has_vfs; /* vfs=N */
	unsigned int vfs;
};

struct pci_block {
	uint8_t *mem;
	size_t len;
	uint64_t iova;
	bool own; /* allocated here */
};

struct pci_target {
	struct pci_options options;
	struct pci_session *session;
	char bdf[PCI_BDF_SIZE]; /* PCI address of the PF, "" where unknown */
	char path[64]; /* device node, e.g. /dev/nvme0 */
	char sysfs[64]; /* the controller's directory in sysfs */
	int fd;
	uint64_t limit; /* ns: no passthrough command gets less time than this */
	struct pci_fn fn[CT_MAX_FUNCTIONS]; /* by function number; 0 where the PF is owned */
	struct pci_block *block;
	size_t num_blocks, max_blocks;
	uint64_t next_iova;
	int kmsg; /* the kernel's log, -1 = not to be had */
};

/* What prepare() took, one for each PF; processes of rows inherit it. */
struct pci_session {
	char address[64]; /* as the target's argument has it */
	bool live;
	bool vfs; /* VFs are bound to this driver */
	char driver[PCI_DRIVER_SIZE];
	char bdf[PCI_BDF_SIZE];
	unsigned int num_vfs;
	struct pci_fn pf; /* open where the PF is owned */
	char token[40]; /* UUID; "" where the PF is not owned */
	char why_no_vfs[96];
};

/** pci_session() - of the PF with this address; an empty one where nothing was prepared */
struct pci_session *pci_session(const char *address);

/** pci_parse() - read the target's argument */
int pci_parse(struct ct_target *t, const char *arg, struct pci_options *o);

/** pci_parse_bdf() - "0000:01:00.0" or "01:00.0", as sysfs writes it; false for anything else */
bool pci_parse_bdf(const char *arg, char *bdf, size_t size);

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

/** pci_hold() - open the node, alone, and learn how long a command may take */
int pci_hold(struct ct_target *t, struct pci_target *pci);

/** pci_admin() - a command to the PF that Linux's driver holds */
int pci_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data, uint32_t len,
	      enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe);

/** pci_gone() - whether the controller has left the machine or is dead */
bool pci_gone(const struct pci_target *pci);

/** pci_attr_path() - the file of a PCI device in sysfs */
void pci_attr_path(char path[PCI_PATH_SIZE], const char *bdf, const char *name);

/** pci_attr_number() - a number of a PCI device in sysfs, 0 where it is not there */
unsigned int pci_attr_number(const char *bdf, const char *name);

/** pci_vf_bdf() - PCI address of VF n of a PF; false where it has none */
bool pci_vf_bdf(const char *pf, unsigned int n, char bdf[PCI_BDF_SIZE]);

/* DMA memory of all functions, pci-dma.c */
void *pci_dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova);
void pci_dma_free_all(struct ct_target *t);
int pci_dma_map(struct ct_target *t, void *mem, size_t len, uint64_t iova);

/** pci_dma_show() - map all memory for a function that was just opened */
int pci_dma_show(struct ct_target *t, struct pci_fn *f);

/**
 * pci_function() - a function that is open, opened where it was not; NULL and error filled in
 */
struct pci_fn *pci_function(struct ct_target *t, unsigned int fn);

/** pci_close_vfs() - close all VFs that are open */
void pci_close_vfs(struct pci_target *pci);

/* Taking memory away and seeing what reaches for it, pci-fence.c */
int pci_fence(struct ct_target *t, unsigned int fn, bool up);
int pci_fence_hits(struct ct_target *t, unsigned int fn, uint64_t *hits, uint64_t *addr);

/* Once for a run, pci-run.c */
int pci_prepare(struct ct_target *t, const char *arg, void (*say)(const char *fmt, ...));
void pci_release(struct ct_target *t, void (*say)(const char *fmt, ...));
int pci_restore(struct ct_target *t, void (*say)(const char *fmt, ...));
int pci_set_num_vfs(struct ct_target *t, unsigned int num);

#endif
