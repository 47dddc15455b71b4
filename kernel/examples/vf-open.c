// SPDX-License-Identifier: GPL-2.0-only
#include "vf-open.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *const vf_states[] = {
	"ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P"
};

void vf_open(struct vf *vf, const char *bdf)
{
	char path[96], link[256], node[48];
	ssize_t n;

	vf->bdf = bdf;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		err(1, "%s: no IOMMU group", bdf);
	link[n] = 0;
	snprintf(node, sizeof(node), "/dev/vfio/%s", strrchr(link, '/') + 1);

	vf->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	vf->group = open(node, O_RDWR | O_CLOEXEC);
	if (vf->container < 0 || vf->group < 0)
		err(1, "%s: cannot open %s; is it bound to nvme-vfio-pci?", bdf, node);
	if (ioctl(vf->group, VFIO_GROUP_SET_CONTAINER, &vf->container) ||
	    ioctl(vf->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		err(1, "%s: no IOMMU", bdf);
	vf->device = ioctl(vf->group, VFIO_GROUP_GET_DEVICE_FD, bdf);
	if (vf->device < 0)
		err(1, "%s: cannot open the device", bdf);
}

int vf_feature(const struct vf *vf, uint32_t flags, void *data, size_t size)
{
	uint64_t buffer[8] = { 0 };
	struct vfio_device_feature *f = (struct vfio_device_feature *)buffer;

	f->argsz = (uint32_t)(sizeof(*f) + size);
	f->flags = flags;
	memcpy(f->data, data, size);
	if (ioctl(vf->device, VFIO_DEVICE_FEATURE, f))
		return -errno;
	memcpy(data, f->data, size);
	return 0;
}

int vf_set_state(const struct vf *vf, uint32_t state)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int ret = vf_feature(vf, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			     &mig, sizeof(mig));

	if (ret)
		errx(1, "%s: to %s: %s", vf->bdf, vf_states[state], strerror(-ret));
	printf("%s: %s\n", vf->bdf, vf_states[state]);
	return mig.data_fd;
}
