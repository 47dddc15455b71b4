/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* VFIO_DEVICE_FEATURE of a VF that a VFIO driver holds. */
#ifndef CT_TARGETS_VFIO_MIG_H
#define CT_TARGETS_VFIO_MIG_H

#include <stddef.h>
#include <stdint.h>

/**
 * vfio_feature() - VFIO_DEVICE_FEATURE
 * @device: the VF's descriptor
 * @flags: VFIO_DEVICE_FEATURE_GET or _SET, and the feature
 * @data: its structure, at most 48 bytes; what the driver answered on return
 *
 * Return: 0 or a negative errno.
 */
int vfio_feature(int device, uint32_t flags, void *data, size_t size);

/**
 * vfio_set_state() - VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE
 * @state: of VFIO's enum vfio_device_mig_state
 * @file: gets the data file, -1 = none
 *
 * Return: 0 or a negative errno.
 */
int vfio_set_state(int device, uint32_t state, int *file);

#endif
