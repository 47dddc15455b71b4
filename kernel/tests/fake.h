/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VF with the state machine of the specification, behind the function that
 * nvme-pci exports.
 */
#ifndef FAKE_H
#define FAKE_H

#include "nvmevf.h"

enum fake_state { FAKE_ACTIVE, FAKE_SUSPENDED, FAKE_LOADING };

#define FAKE_IMAGE_MAX 0x20000
#define FAKE_LOG 256

struct fake_command {
	u8 opcode;
	u32 cdw[6]; /* 10 to 15 */
	u32 len;
	int ret;
};

/*
 * fail_nth: from the n-th command on (1 is the next), fail_count of them end with
 * fail_ret; fail_effect: they take effect all the same. size, written: lies, -1 =
 * the truth. hook is called in each command, before it takes effect.
 */
struct fake {
	pthread_mutex_t lock;
	enum fake_state state;
	u8 image[FAKE_IMAGE_MAX];
	u8 staged[FAKE_IMAGE_MAX];
	u32 size;
	u32 staged_bytes;
	u8 identify[4096];
	int identify_ret;
	u32 suspend_limit_max;

	unsigned int fail_nth;
	unsigned int fail_count;
	int fail_ret;
	bool fail_effect;
	unsigned int failed;
	long lie_size;
	long lie_written;
	void (*hook)(struct nvmevf_device *nvdev, u8 opcode);

	struct nvmevf_device *nvdev;
	struct fake_command log[FAKE_LOG];
	unsigned int logged;
};

extern struct fake fake;

/* A driver's device on VF 2, extended or of the first version, as after bind. */
void fake_start(struct nvmevf_device *nvdev, bool extended);
void fake_stop(struct nvmevf_device *nvdev);

/* The VF is reset; the driver is not told. */
void fake_flr(void);

/* What the driver's user does. */
struct file *fake_set(struct nvmevf_device *nvdev, enum vfio_device_mig_state new_state);
enum vfio_device_mig_state fake_get(struct nvmevf_device *nvdev);

/* Opcodes since the last call of this, as a string: Q S R W (SAVE) L */
const char *fake_commands(void);

#endif
