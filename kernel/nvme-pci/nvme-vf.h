/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the driver of an NVMe virtual function reaches the admin queue of the
 * physical function.
 */
#ifndef _LINUX_NVME_VF_H
#define _LINUX_NVME_VF_H

#include <linux/nvme.h>
#include <linux/pci.h>

/*
 * Admin commands on the PF that manage the state of one VF.  Dword 10 names
 * the VF: 1 is the first one.
 */
enum nvme_vf_opcode {
	nvme_admin_vf_query_data_size	= 0xc4,
	nvme_admin_vf_suspend		= 0xc8,
	nvme_admin_vf_resume		= 0xcc,
	nvme_admin_vf_save_data		= 0xd2,
	nvme_admin_vf_load_data		= 0xd5,
};

int nvme_submit_vf_cmd(struct pci_dev *vf, struct nvme_command *cmd,
		       size_t *result, void *buffer, unsigned int bufflen);
int nvme_set_vf_suspend_limit(struct pci_dev *vf, unsigned int msecs);

#endif /* _LINUX_NVME_VF_H */
