// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO driver for NVMe virtual functions, with live migration.
 */

#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "nvmevf.h"

static struct nvmevf_device *nvmevf_drvdata(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core_device = pci_get_drvdata(pdev);

	return container_of(core_device, struct nvmevf_device, core_device);
}

static int nvmevf_open_device(struct vfio_device *core_vdev)
{
	struct nvmevf_device *nvdev = container_of(core_vdev,
			struct nvmevf_device, core_device.vdev);
	struct vfio_pci_core_device *vdev = &nvdev->core_device;
	int ret;

	ret = vfio_pci_core_enable(vdev);
	if (ret)
		return ret;

	if (nvdev->migratable) {
		ret = nvmevf_mig_open(nvdev, vdev->reset_works);
		if (ret) {
			vfio_pci_core_disable(vdev);
			return ret;
		}
	}

	vfio_pci_core_finish_enable(vdev);
	return 0;
}

static void nvmevf_close_device(struct vfio_device *core_vdev)
{
	struct nvmevf_device *nvdev = container_of(core_vdev,
			struct nvmevf_device, core_device.vdev);

	if (nvdev->migratable)
		nvmevf_mig_stop(nvdev);
	vfio_pci_core_close_device(core_vdev);
	if (nvdev->migratable)
		nvmevf_mig_close(nvdev, !nvdev->core_device.needs_reset);
}

static int nvmevf_init_device(struct vfio_device *core_vdev)
{
	struct nvmevf_device *nvdev = container_of(core_vdev,
			struct nvmevf_device, core_device.vdev);
	int ret;

	ret = vfio_pci_core_init_dev(core_vdev);
	if (ret)
		return ret;

	nvdev->migratable = nvmevf_discover(nvdev);
	if (nvdev->migratable)
		nvmevf_mig_init(nvdev);
	return 0;
}

static void nvmevf_release_device(struct vfio_device *core_vdev)
{
	struct nvmevf_device *nvdev = container_of(core_vdev,
			struct nvmevf_device, core_device.vdev);

	if (nvdev->migratable)
		nvmevf_mig_destroy(nvdev);
	vfio_pci_core_release_dev(core_vdev);
}

static const struct vfio_device_ops nvmevf_ops = {
	.name = "nvme-vfio-pci",
	.init = nvmevf_init_device,
	.release = nvmevf_release_device,
	.open_device = nvmevf_open_device,
	.close_device = nvmevf_close_device,
	.ioctl = vfio_pci_core_ioctl,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
#if NVMEVF_HAVE_IOMMUFD
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
#endif
};

static int nvmevf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nvmevf_device *nvdev;
	int ret;

	nvdev = vfio_alloc_device(nvmevf_device, core_device.vdev, &pdev->dev,
				  &nvmevf_ops);
	if (IS_ERR(nvdev))
		return PTR_ERR(nvdev);

	pci_set_drvdata(pdev, &nvdev->core_device);
	ret = vfio_pci_core_register_device(&nvdev->core_device);
	if (ret)
		vfio_put_device(&nvdev->core_device.vdev);
	return ret;
}

static void nvmevf_remove(struct pci_dev *pdev)
{
	struct nvmevf_device *nvdev = nvmevf_drvdata(pdev);

	vfio_pci_core_unregister_device(&nvdev->core_device);
	vfio_put_device(&nvdev->core_device.vdev);
}

static void nvmevf_reset_prepare(struct pci_dev *pdev)
{
	struct nvmevf_device *nvdev = nvmevf_drvdata(pdev);

	if (nvdev->migratable)
		nvmevf_mig_reset_prepare(nvdev);
}

static void nvmevf_reset_done(struct pci_dev *pdev)
{
	struct nvmevf_device *nvdev = nvmevf_drvdata(pdev);

	if (nvdev->migratable)
		nvmevf_mig_reset_done(nvdev);
}

static const struct pci_error_handlers nvmevf_err_handlers = {
	.error_detected = vfio_pci_core_aer_err_detected,
	.reset_prepare = nvmevf_reset_prepare,
	.reset_done = nvmevf_reset_done,
};

/* Others are bound by driver_override, and their PF tells what they can do. */
static const struct pci_device_id nvmevf_table[] = {
	/* Intel IPU NVMe Virtual Function */
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_INTEL, 0x1457) },
	{ }
};
MODULE_DEVICE_TABLE(pci, nvmevf_table);

static struct pci_driver nvmevf_driver = {
	.name = "nvme-vfio-pci",
	.id_table = nvmevf_table,
	.probe = nvmevf_probe,
	.remove = nvmevf_remove,
	.err_handler = &nvmevf_err_handlers,
	.driver_managed_dma = true,
};
module_pci_driver(nvmevf_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO driver for NVMe virtual functions with live migration");
