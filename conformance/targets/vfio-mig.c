/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "vfio-mig.h"

#include <errno.h>
#include <linux/vfio.h>
#include <string.h>

#include "pci-sys.h"

int vfio_feature(int device, uint32_t flags, void *data, size_t size)
{
	_Alignas(struct vfio_device_feature) uint8_t raw[64] = { 0 };
	struct vfio_device_feature *f = (void *)raw;

	if (size > sizeof(raw) - sizeof(*f))
		return -EINVAL;
	f->argsz = (uint32_t)(sizeof(*f) + size);
	f->flags = flags;
	memcpy(f->data, data, size);
	if (pci_sys->ioctl(device, VFIO_DEVICE_FEATURE, f) < 0)
		return -errno;
	memcpy(data, f->data, size);
	return 0;
}

int vfio_set_state(int device, uint32_t state, int *file)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int ret = vfio_feature(device,
			       VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig,
			       sizeof(mig));

	*file = ret ? -1 : mig.data_fd;
	return ret;
}
