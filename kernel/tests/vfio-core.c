// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VFIO's core does around the driver's opening and closing, in its order
 * (drivers/vfio/pci/vfio_pci_core.c of Linux 6.12).
 */
#include "shim.h"

/* The table of a driver names them; nobody calls them here. */
#define NEVER_CALLED(name)      \
	void name(void)         \
	{                       \
		assert(!#name); \
	}

NEVER_CALLED(vfio_pci_core_ioctl)
NEVER_CALLED(vfio_pci_core_ioctl_feature)
NEVER_CALLED(vfio_pci_core_read)
NEVER_CALLED(vfio_pci_core_write)
NEVER_CALLED(vfio_pci_core_mmap)
NEVER_CALLED(vfio_pci_core_request)
NEVER_CALLED(vfio_pci_core_match)
NEVER_CALLED(vfio_iommufd_physical_bind)
NEVER_CALLED(vfio_iommufd_physical_unbind)
NEVER_CALLED(vfio_iommufd_physical_attach_ioas)
NEVER_CALLED(vfio_iommufd_physical_detach_ioas)
NEVER_CALLED(vfio_pci_core_aer_err_detected)

struct vfio_device *shim_vfio_alloc(size_t size, struct device *dev,
				    const struct vfio_device_ops *ops)
{
	struct vfio_device *vdev = kzalloc(size, GFP_KERNEL);
	int ret;

	if (!vdev)
		return ERR_PTR(-ENOMEM);
	vdev->dev = dev;
	vdev->ops = ops;
	ret = ops->init(vdev);
	if (!ret)
		return vdev;
	kfree(vdev);
	return ERR_PTR(ret);
}

void vfio_put_device(struct vfio_device *vdev)
{
	vdev->ops->release(vdev);
	kfree(vdev);
}

static struct vfio_pci_core_device *core_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct vfio_pci_core_device, vdev);
}

int vfio_pci_core_init_dev(struct vfio_device *vdev)
{
	core_of(vdev)->pdev = container_of(vdev->dev, struct pci_dev, dev);
	return 0;
}

void vfio_pci_core_release_dev(struct vfio_device *vdev)
{
	core_of(vdev)->pdev = NULL;
}

int vfio_pci_core_register_device(struct vfio_pci_core_device *core)
{
	(void)core;
	return 0;
}

void vfio_pci_core_unregister_device(struct vfio_pci_core_device *core)
{
	(void)core;
}

/* As pci_try_reset_function() the reset tells the driver of itself. */
int vfio_pci_core_enable(struct vfio_pci_core_device *core)
{
	shim_pci_clear_master(core->pdev);
	shim_driver->err_handler->reset_prepare(core->pdev);
	core->reset_works = shim_pci_reset(core->pdev);
	shim_driver->err_handler->reset_done(core->pdev);
	return 0;
}

void vfio_pci_core_finish_enable(struct vfio_pci_core_device *core)
{
	(void)core;
}

/* As __pci_reset_function_locked() the reset tells nobody. */
void vfio_pci_core_disable(struct vfio_pci_core_device *core)
{
	shim_pci_clear_master(core->pdev);
	core->needs_reset = !core->reset_works || !shim_pci_reset(core->pdev);
}

void vfio_pci_core_close_device(struct vfio_device *vdev)
{
	vfio_pci_core_disable(core_of(vdev));
}
