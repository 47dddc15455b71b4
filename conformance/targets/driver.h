/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target "driver": what the system does to a VF that is open, or to its user. */
#ifndef CT_TARGETS_DRIVER_H
#define CT_TARGETS_DRIVER_H

#include "ct-driver.h"
#include "pci-vfio.h"

/** driver_close_all() - close all VFs and data files that this process has open */
void driver_close_all(void);

/** driver_event_flr() - reset a function by sysfs; 0 or a negative errno */
int driver_event_flr(const char *bdf);

/** driver_event_kill() - all that is open belongs to another process alone, which is killed */
int driver_event_kill(void);

/** driver_event_unload() - delete_module() of the driver of this function; -ENOENT: it is no module */
int driver_event_unload(const char *bdf);

/**
 * driver_event_remove() - the VF goes, and everything comes back
 * @pf: PCI address of its PF, which nobody has open
 * @f: the VF, which is open, and alone so
 *
 * What the run changes is recorded for "nvme-lm-ct restore" before.
 * Return: 0 or a negative errno with the target's error filled in.
 */
int driver_event_remove(struct ct_target *t, const char *pf, struct pci_fn *f,
			enum ct_driver_removal how, struct ct_driver_removed *what);

/**
 * driver_submit() - call the PF driver's exported function by the module in kernel/tests/vf-cmd/
 * @bdf: PCI address of the VF on whose behalf
 * @data: gets the data of the command, which are len zeroes before
 *
 * Return: 0 when it was called, -ENOENT where the module is not there, or another negative errno.
 */
int driver_submit(const char *bdf, const uint8_t sqe[64], void *data, uint32_t len,
		  struct ct_driver_answer *answer);

#endif
