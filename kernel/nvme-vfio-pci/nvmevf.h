/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMEVF_H
#define NVMEVF_H

#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "compat.h"

/* The largest image of a device that does not say how large its are. */
#define NVMEVF_LEGACY_MAX_IMAGE	SZ_256K

/* The largest image that is taken from, or for, any device. */
#define NVMEVF_MAX_IMAGE	SZ_4M

/*
 * What one command moves at most where the device takes an image in parts.
 * The buffer is vmalloc memory: every page is a segment of the request.
 */
#define NVMEVF_MAX_TRANSFER	SZ_128K

/* Statuses that the driver acts upon, type and code, as in NVMe 2.1. */
enum {
	NVMEVF_SC_NOT_ENOUGH_RESOURCES	= 0x138,
	NVMEVF_SC_SUSPENDED		= 0x139,
	NVMEVF_SC_NOT_SUSPENDED		= 0x13a,
	NVMEVF_SC_INVALID_IMAGE		= 0x1c0,
	NVMEVF_SC_INCOMPATIBLE_IMAGE	= 0x1c1,
	NVMEVF_SC_SUSPEND_NOT_COMPLETED	= 0x1c2,
};

/**
 * struct nvmevf_caps - what the PF says of live migration
 * @extended: it has offsets, lengths and limits, and defined states; without,
 *	      it is a device of the first version that is known by its PCI ID
 * @max_image: the largest image in bytes
 * @max_transfer: the largest part of an image that one command moves
 * @suspend_limit: the longest that a VF takes to suspend, in ms, 0 if unknown
 */
struct nvmevf_caps {
	bool extended;
	u32 max_image;
	u32 max_transfer;
	u32 suspend_limit;
};

/**
 * struct nvmevf_session - one data file, from its arc to the next one
 * @filp: the file; it owns this structure
 * @disabled: the session ended; set without @lock, never cleared
 * @lock: protects what follows
 * @data: the image, @bound bytes
 * @bound: what @data has room for
 * @size: bytes of the image that are there
 * @pos: bytes that were read
 */
struct nvmevf_session {
	struct file *filp;
	bool disabled;
	struct mutex lock; /* see above */
	u8 *data;
	size_t bound;
	size_t size;
	size_t pos;
};

/**
 * struct nvmevf_device - a VF
 * @core_device: the core's
 * @caps: what its PF can do; valid when @migratable
 * @migratable: the PF has what live migration needs
 * @vf_index: its number at the PF, 1 is the first
 * @state_mutex: protects @mig_state and @session, held over an arc
 * @mig_state: as user space sees it
 * @session: the data file of STOP_COPY or RESUMING
 * @reset_lock: protects what follows
 * @deferred_reset: a reset is over that the holder of @state_mutex deals with
 * @in_reset: a reset is going on
 * @arc_in_reset: an arc ended while it was going on
 */
struct nvmevf_device {
	struct vfio_pci_core_device core_device;
	struct nvmevf_caps caps;
	bool migratable;
	u16 vf_index;
	struct mutex state_mutex; /* see above */
	enum vfio_device_mig_state mig_state;
	struct nvmevf_session *session;
	spinlock_t reset_lock; /* see above */
	bool deferred_reset;
	bool in_reset;
	bool arc_in_reset;
};

/*
 * Commands: 0, the status without its flags, which is positive, or a negative
 * errno as nvme_submit_vf_cmd() has it.
 */
int nvmevf_cmd_query_data_size(struct nvmevf_device *nvdev, size_t *size);
int nvmevf_cmd_suspend(struct nvmevf_device *nvdev);
int nvmevf_cmd_resume(struct nvmevf_device *nvdev);
int nvmevf_cmd_resume_retry(struct nvmevf_device *nvdev);
int nvmevf_cmd_save_data(struct nvmevf_device *nvdev, u8 *buf, u32 len,
			 u32 offset);
int nvmevf_cmd_load_data(struct nvmevf_device *nvdev, u8 *buf, u32 len,
			 u32 offset, u32 total);
int nvmevf_errno(int ret);

/* Whether, and how, the VF can be migrated. */
bool nvmevf_discover(struct nvmevf_device *nvdev);

/* The migration state of a VF; none of them is for one that is not migratable. */
void nvmevf_mig_init(struct nvmevf_device *nvdev);
void nvmevf_mig_destroy(struct nvmevf_device *nvdev);
int nvmevf_mig_open(struct nvmevf_device *nvdev, bool was_reset);
void nvmevf_mig_stop(struct nvmevf_device *nvdev);
void nvmevf_mig_close(struct nvmevf_device *nvdev, bool was_reset);
void nvmevf_mig_reset_prepare(struct nvmevf_device *nvdev);
void nvmevf_mig_reset_done(struct nvmevf_device *nvdev);

#endif /* NVMEVF_H */
