/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a target offers where it is a VFIO driver of VFs that is judged, and not a device. */
#ifndef CT_DRIVER_H
#define CT_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ct_target;
struct ct; /* the case that is running */

/* How a VF goes. */
enum ct_driver_removal {
	CT_DRIVER_VF_UNBOUND, /* the driver is unbound from it */
	CT_DRIVER_NO_VFS, /* NumVFs becomes 0 */
	CT_DRIVER_PF_UNBOUND, /* the PF's driver is unbound from the PF */
	CT_DRIVER_REMOVALS,
};

/* What a user of a VF that goes has seen. */
struct ct_driver_removed {
	bool went; /* it is gone, or was to go; what follows holds only then */
	bool asked; /* the request event came */
	bool waited; /* and the VF was still there when the user closed it */
	uint64_t took; /* ns, from then on until it was gone */
	bool lives; /* VF_UNBOUND: the system's NVMe driver found a controller that works in it */
};

/* What the function answers that the PF's driver exports to drivers of VFs. */
struct ct_driver_answer {
	int ret; /* 0, a status as the device reports it, or a negative errno */
	uint32_t dw0; /* Dword 0 of the completion, where ret is 0 */
};

/*
 * The VFIO migration interface of VFs that a VFIO driver holds. A VF is named by its
 * place in the target's argument, from 1. What is asked of the driver returns 0
 * or more, or the negative errno that a user of the interface would see; nothing
 * here waits longer than the driver does. States are those of VFIO's
 * enum vfio_device_mig_state.
 */
struct ct_driver_ops {
	/* how many VFs there are, and the VF index of one at its PF */
	unsigned int (*count)(struct ct_target *t);
	unsigned int (*index)(struct ct_target *t, unsigned int vf);
	/* close all files and VFs, where nothing may stay; before each case and at its end */
	void (*start_over)(struct ct *ct, struct ct_target *t);
	/* a new user of the VF, and its end, which closes none of its data files */
	int (*open)(struct ct *ct, struct ct_target *t, unsigned int vf);
	void (*close)(struct ct *ct, struct ct_target *t, unsigned int vf);
	/* VFIO_DEVICE_FEATURE_MIGRATION: VFIO_MIGRATION_* */
	int (*flags)(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *flags);
	/* VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE; *file gets the data file, -1 = none */
	int (*set_state)(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t state,
			 int *file);
	int (*get_state)(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t *state);
	/* VFIO_DEVICE_FEATURE_MIG_DATA_SIZE */
	int (*data_size)(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *size);
	/* VFIO_DEVICE_RESET */
	int (*reset)(struct ct *ct, struct ct_target *t, unsigned int vf);
	/*
	 * The same in halves, for what an arc does meanwhile: with the first the device is reset,
	 * with the second the driver learns that it is over. NULL where a reset is one call.
	 */
	int (*reset_begin)(struct ct *ct, struct ct_target *t, unsigned int vf);
	int (*reset_end)(struct ct *ct, struct ct_target *t, unsigned int vf);
	/*
	 * What the system does to a VF that is open, or to its user; NULL where there is no system. Each
	 * returns 0 or a negative errno, -EPERM where the target was not told that it may.
	 *
	 * flr: a Function Level Reset that another asks for.
	 * kill: its user is killed, with all files of the VF open.
	 * unload: the driver is to leave the kernel; the answer is that of delete_module().
	 * remove: the VF goes. Its user waits to be asked, closes the VF, but no data file, and
	 * all is made as it was.
	 */
	int (*flr)(struct ct *ct, struct ct_target *t, unsigned int vf);
	int (*kill)(struct ct *ct, struct ct_target *t, unsigned int vf);
	int (*unload)(struct ct *ct, struct ct_target *t, unsigned int vf);
	int (*remove)(struct ct *ct, struct ct_target *t, unsigned int vf,
		      enum ct_driver_removal how, struct ct_driver_removed *what);
	/* a controller reset of the PF, as its administrator asks for it; over on return */
	int (*pf_reset)(struct ct *ct, struct ct_target *t);
	/* data files: read(), write(), pread(), pwrite(), lseek(), what poll() says at once (POLL*), a
	 * second open() (NULL where files have no name), dup(), close() */
	ssize_t (*read)(int file, void *buf, size_t len);
	ssize_t (*write)(int file, const void *buf, size_t len);
	ssize_t (*read_at)(int file, void *buf, size_t len, uint64_t offset);
	ssize_t (*write_at)(int file, const void *buf, size_t len, uint64_t offset);
	int (*seek)(int file, uint64_t offset);
	int (*poll)(int file);
	int (*reopen)(int file);
	int (*dup)(int file);
	void (*close_file)(int file);
	/* read() into, and write() from, memory of which these many bytes can be touched */
	ssize_t (*read_fault)(int file, size_t good, size_t len);
	ssize_t (*write_fault)(int file, const void *buf, size_t good, size_t len);
	/*
	 * The n-th allocation from now on fails that the driver makes for this thread, 0 = none;
	 * returns whether one failed since the last call. NULL, or a negative errno, where
	 * the kernel offers no such thing.
	 */
	int (*fail_nth)(unsigned int n);
	/*
	 * Call the function that the PF's driver exports, on behalf of this VF, which a driver holds;
	 * the data, of len bytes, are zeroes before. 0 when it was called, -ENOENT where
	 * nothing in the kernel calls it, or another negative errno. NULL where it does not exist.
	 */
	int (*submit)(struct ct *ct, struct ct_target *t, unsigned int vf, const uint8_t sqe[64],
		      void *data, uint32_t len, struct ct_driver_answer *answer);
	/* how long the PF's driver waits for an admin command; 0 where that is not known */
	unsigned int command_seconds;
	/* whether two threads may use a VF at once */
	bool threads;
	/*
	 * Before any VF is opened in a case, and for that case: the driver finds these bytes at this
	 * offset of the PF's Identify Controller data. NULL where it finds what the device says.
	 */
	void (*identify)(struct ct_target *t, unsigned int at, const void *bytes, size_t len);
	/* in the same way, the PCI vendor and device ID of the VFs; offered where identify is */
	void (*pci_id)(struct ct_target *t, uint16_t vendor, uint16_t device);
	/* for a case: whether the PF's controller is live. NULL where that cannot be had for sure */
	void (*pf_live)(struct ct_target *t, bool live);
	/*
	 * Have fn called once, while the driver's next command with this opcode for the VF is
	 * under way: it was not sent yet or, done, the device has ended it. NULL where
	 * commands cannot be held up. The driver may hold locks: fn must not end the case.
	 */
	void (*within)(struct ct_target *t, unsigned int vf, uint8_t opc, bool done,
		       void (*fn)(struct ct *ct));
};

#endif
