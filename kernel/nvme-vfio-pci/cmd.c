// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands that manage the state of a VF.
 */

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/nvme.h>
#include <linux/nvme-vf.h>
#include <linux/pci.h>

#include "nvmevf.h"

/* Phase tag and Do Not Retry are not part of what a status says. */
#define NVMEVF_SC_MASK		0x7ff

/* How long a PF that is being reset may take until it answers again. */
#define NVMEVF_RETRY_MSECS	5000
#define NVMEVF_RETRY_DELAY	100

/*
 * One errno for each thing that user space can do about it.
 */
int nvmevf_errno(int ret)
{
	if (ret <= 0)
		return ret;

	switch (ret) {
	case NVME_SC_INVALID_OPCODE:
		return -EOPNOTSUPP;
	case NVME_SC_INVALID_FIELD:
	case NVME_SC_PRP_INVALID_OFFSET:
		return -EINVAL;
	case NVME_SC_ABORT_REQ:
		return -ECANCELED;
	case NVME_SC_CMD_SEQ_ERROR:
		return -EPROTO;
	case NVME_SC_CMD_INTERRUPTED:
	case NVMEVF_SC_SUSPENDED:
	case NVMEVF_SC_SUSPEND_NOT_COMPLETED:
		return -EBUSY;
	case NVMEVF_SC_NOT_ENOUGH_RESOURCES:
		return -ENOSPC;
	case NVMEVF_SC_NOT_SUSPENDED:
		return -ESTALE;
	case NVMEVF_SC_INVALID_IMAGE:
		return -EBADMSG;
	case NVMEVF_SC_INCOMPATIBLE_IMAGE:
		return -EXDEV;
	default:
		return -EIO;
	}
}

static int nvmevf_submit(struct nvmevf_device *nvdev, struct nvme_command *cmd,
			 size_t *result, void *buf, u32 len)
{
	int ret;

	cmd->common.cdw10 = cpu_to_le32(nvdev->vf_index);
	ret = nvme_submit_vf_cmd(nvdev->core_device.pdev, cmd, result, buf,
				 len);
	return ret > 0 ? ret & NVMEVF_SC_MASK : ret;
}

static int nvmevf_report(struct nvmevf_device *nvdev, const char *name, int ret)
{
	struct pci_dev *pdev = nvdev->core_device.pdev;

	if (ret < 0)
		dev_warn_ratelimited(&pdev->dev, "%s failed: error %d\n", name,
				     ret);
	else if (ret)
		dev_warn_ratelimited(&pdev->dev, "%s failed: status %#x\n",
				     name, ret);
	return ret;
}

int nvmevf_cmd_suspend(struct nvmevf_device *nvdev)
{
	struct nvme_command cmd = { };

	cmd.common.opcode = nvme_admin_vf_suspend;
	return nvmevf_report(nvdev, "SUSPEND",
			     nvmevf_submit(nvdev, &cmd, NULL, NULL, 0));
}

static int nvmevf_try_resume(struct nvmevf_device *nvdev)
{
	struct nvme_command cmd = { };

	cmd.common.opcode = nvme_admin_vf_resume;
	return nvmevf_submit(nvdev, &cmd, NULL, NULL, 0);
}

int nvmevf_cmd_resume(struct nvmevf_device *nvdev)
{
	return nvmevf_report(nvdev, "RESUME", nvmevf_try_resume(nvdev));
}

/*
 * RESUME to find out what became of the VF.  The command before it may have
 * timed out, and then the PF is being reset: wait a little for it.
 */
int nvmevf_cmd_resume_retry(struct nvmevf_device *nvdev)
{
	unsigned long end = jiffies + msecs_to_jiffies(NVMEVF_RETRY_MSECS);
	int ret = nvmevf_try_resume(nvdev);

	while ((ret == -EAGAIN || ret == -ETIMEDOUT) &&
	       time_before(jiffies, end)) {
		msleep(NVMEVF_RETRY_DELAY);
		ret = nvmevf_try_resume(nvdev);
	}
	if (ret == NVMEVF_SC_NOT_SUSPENDED)
		return ret;
	return nvmevf_report(nvdev, "RESUME", ret);
}

/*
 * The device decides how much memory its image takes: not more than it said,
 * and something.
 */
int nvmevf_cmd_query_data_size(struct nvmevf_device *nvdev, size_t *size)
{
	struct pci_dev *pdev = nvdev->core_device.pdev;
	struct nvme_command cmd = { };
	int ret;

	cmd.common.opcode = nvme_admin_vf_query_data_size;
	ret = nvmevf_report(nvdev, "QUERY_DATA_SIZE",
			    nvmevf_submit(nvdev, &cmd, size, NULL, 0));
	if (ret)
		return ret;

	if (!*size || *size % sizeof(u32) || *size > nvdev->caps.max_image) {
		dev_warn_ratelimited(&pdev->dev, "image of %zu bytes refused\n",
				     *size);
		return -EPROTO;
	}
	return 0;
}

int nvmevf_cmd_save_data(struct nvmevf_device *nvdev, u8 *buf, u32 len,
			 u32 offset)
{
	struct pci_dev *pdev = nvdev->core_device.pdev;
	struct nvme_command cmd = { };
	size_t written = 0;
	int ret;

	cmd.common.opcode = nvme_admin_vf_save_data;
	if (nvdev->caps.extended) {
		cmd.common.cdw11 = cpu_to_le32(len);
		cmd.common.cdw12 = cpu_to_le32(offset);
	}
	ret = nvmevf_report(nvdev, "SAVE_DATA",
			    nvmevf_submit(nvdev, &cmd, &written, buf, len));
	if (ret || !nvdev->caps.extended)
		return ret;

	if (written != len) {
		dev_warn_ratelimited(&pdev->dev,
				     "SAVE_DATA wrote %zu bytes of %u\n",
				     written, len);
		return -EPROTO;
	}
	return 0;
}

int nvmevf_cmd_load_data(struct nvmevf_device *nvdev, u8 *buf, u32 len,
			 u32 offset, u32 total)
{
	struct nvme_command cmd = { };

	cmd.common.opcode = nvme_admin_vf_load_data;
	cmd.common.cdw11 = cpu_to_le32(len);
	if (nvdev->caps.extended) {
		cmd.common.cdw12 = cpu_to_le32(offset);
		cmd.common.cdw13 = cpu_to_le32(total);
	}
	return nvmevf_report(nvdev, "LOAD_DATA",
			     nvmevf_submit(nvdev, &cmd, NULL, buf, len));
}
