/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VF through VFIO, and its migration state.
 */
#ifndef VF_OPEN_H
#define VF_OPEN_H

#include <stddef.h>
#include <stdint.h>

struct vf {
	const char *bdf;
	int container, group, device;
};

extern const char *const vf_states[6];

/* The program ends where one of these fails. */
void vf_open(struct vf *vf, const char *bdf);

/* VFIO_DEVICE_FEATURE with one of the structures of migration; 0 or a negative errno. */
int vf_feature(const struct vf *vf, uint32_t flags, void *data, size_t size);

/* Into another state; the data file, -1 where that state has none. The program ends on failure. */
int vf_set_state(const struct vf *vf, uint32_t state);

#endif
