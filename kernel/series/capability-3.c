// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PF can do for live migration.
 */

#include <linux/pci.h>

#include "nvmevf.h"

bool nvmevf_discover(struct nvmevf_device *nvdev)
{
	struct pci_dev *pdev = nvdev->core_device.pdev;

	if (!pdev->is_virtfn)
		return false;

	nvdev->vf_index = pci_iov_vf_id(pdev) + 1;
	nvdev->caps.max_image = NVMEVF_LEGACY_MAX_IMAGE;
	nvdev->caps.max_transfer = NVMEVF_LEGACY_MAX_IMAGE;
	return true;
}
