// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PF says of live migration in its Identify Controller data.
 */

#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/nvme.h>
#include <linux/nvme-vf.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uuid.h>

#include "nvmevf.h"

/* The first bytes of the vendor specific area. */
struct nvmevf_id {
	u8	capability;
	u8	rsvd1;
	__le16	version;
	__le32	max_image;
	__le16	suspend_limit;	/* in 100 ms */
	u8	rsvd10[6];
	uuid_t	uuid;
};

#define NVMEVF_SUPPORTED		1
#define NVMEVF_SUSPEND_LIMIT_MAX	300

/* Without it, the bytes after the capability are another vendor's. */
static const uuid_t nvmevf_uuid =
	UUID_INIT(0x0708ace4, 0xcf37, 0x4f1f,
		  0xad, 0xae, 0x8e, 0x89, 0x0b, 0x23, 0x42, 0x74);

/* Devices of the first version. */
static bool nvmevf_is_legacy(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_INTEL && pdev->device == 0x1457;
}

/*
 * The smallest that the transfer limit can mean: its unit is the smallest page
 * of the controller, which is 4 KiB or more.
 */
static u32 nvmevf_max_transfer(u8 mdts)
{
	if (!mdts || mdts > ilog2(NVMEVF_MAX_IMAGE / SZ_4K))
		return NVMEVF_MAX_IMAGE;
	return SZ_4K << mdts;
}

static const char *nvmevf_parse_extended(const struct nvmevf_id *id,
					 struct nvmevf_caps *caps)
{
	u32 limit = le16_to_cpu(id->suspend_limit);

	caps->extended = true;
	caps->max_image = le32_to_cpu(id->max_image);
	caps->max_transfer = min_t(u32, caps->max_transfer,
				   NVMEVF_MAX_TRANSFER);
	caps->suspend_limit = limit * 100;

	if (!id->version)
		return "unknown version";
	if (!caps->max_image || caps->max_image % sizeof(u32) ||
	    caps->max_image > NVMEVF_MAX_IMAGE)
		return "bad image size";
	if (!limit || limit > NVMEVF_SUSPEND_LIMIT_MAX)
		return "bad SUSPEND limit";
	return NULL;
}

/* NULL, or why the VF cannot be migrated. */
static const char *nvmevf_parse(struct pci_dev *pdev,
				const struct nvme_id_ctrl *ctrl,
				struct nvmevf_caps *caps)
{
	const struct nvmevf_id *id = (const struct nvmevf_id *)ctrl->vs;

	static_assert(offsetof(struct nvme_id_ctrl, vs) == 3072);
	static_assert(offsetof(struct nvmevf_id, uuid) == 16);

	if (id->capability != NVMEVF_SUPPORTED)
		return "no capability";

	caps->max_transfer = nvmevf_max_transfer(ctrl->mdts);
	if (uuid_equal(&id->uuid, &nvmevf_uuid))
		return nvmevf_parse_extended(id, caps);

	if (!nvmevf_is_legacy(pdev))
		return "unknown device";
	caps->max_image = NVMEVF_LEGACY_MAX_IMAGE;
	/* it takes an image only as a whole */
	if (caps->max_transfer < caps->max_image)
		return "transfer limit below the image size";
	return NULL;
}

bool nvmevf_discover(struct nvmevf_device *nvdev)
{
	struct pci_dev *pdev = nvdev->core_device.pdev;
	struct nvme_command cmd = { };
	struct nvme_id_ctrl *ctrl;
	const char *why;
	int ret;

	if (!pdev->is_virtfn)
		return false;
	nvdev->vf_index = pci_iov_vf_id(pdev) + 1;

	ctrl = kzalloc(sizeof(*ctrl), GFP_KERNEL);
	if (!ctrl)
		return false;

	/* the PF's, since it is the PF that takes the commands */
	cmd.identify.opcode = nvme_admin_identify;
	cmd.identify.cns = NVME_ID_CNS_CTRL;
	ret = nvme_submit_vf_cmd(pdev, &cmd, NULL, ctrl, sizeof(*ctrl));
	if (ret) {
		why = "the PF cannot be asked";
	} else {
		why = nvmevf_parse(pdev, ctrl, &nvdev->caps);
		if (!why && nvme_set_vf_suspend_limit(pdev,
						      nvdev->caps.suspend_limit))
			why = "SUSPEND limit too near to the command timeout";
	}
	kfree(ctrl);

	if (why)
		pci_info(pdev, "no live migration: %s\n", why);
	return !why;
}
