/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration space of PF and VF, and the resets that come through it.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/range.h"

#include "device.h"

#define CAP_PM 0x60
#define CAP_EXPRESS 0x80
#define CAP_ARI 0x100
#define CAP_SRIOV 0x120
#define INTERFACE_NVM_EXPRESS 2
#define VF_OFFSET 1
#define VF_STRIDE 1

static uint64_t bar_read(void *opaque, hwaddr addr, unsigned int len)
{
	struct nvme_lm_function *fn = opaque;
	uint64_t value;

	if (!nvme_lm_enter(fn->pf))
		return 0;
	nvme_lm_record(fn->pf, (struct lm_ev){ .kind = LM_EV_REG_READ,
					       .fn = fn->number,
					       .addr = addr,
					       .len = len });
	value = lm_bar_read(fn->pf->model, fn->number, (uint32_t)addr, len);
	nvme_lm_leave(fn->pf);
	return value;
}

static void bar_write(void *opaque, hwaddr addr, uint64_t value, unsigned int len)
{
	struct nvme_lm_function *fn = opaque;

	if (!nvme_lm_enter(fn->pf))
		return;
	nvme_lm_record(fn->pf, (struct lm_ev){ .kind = LM_EV_REG_WRITE,
					       .fn = fn->number,
					       .addr = addr,
					       .len = len,
					       .data = (uint32_t)value });
	nvme_lm_write(fn->pf, fn->number, (uint32_t)addr, value, len);
	nvme_lm_leave(fn->pf);
}

/* The model judges length and alignment. */
static const MemoryRegionOps bar_ops = {
	.read = bar_read,
	.write = bar_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 1, .max_access_size = 8 },
	.impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* Table and PBA are the model's, so that QEMU's own MSI-X code has no part in it. */
static bool init_msix(struct nvme_lm_function *fn, Error **errp)
{
	int cap = pci_add_capability(&fn->pci, PCI_CAP_ID_MSIX, 0, PCI_CAP_MSIX_SIZEOF, errp);
	uint8_t *config = fn->pci.config + cap;

	if (cap < 0)
		return false;
	pci_set_word(config + PCI_MSIX_FLAGS, fn->pf->config.vectors - 1u);
	pci_set_long(config + PCI_MSIX_TABLE, LM_BAR_MSIX_TABLE);
	pci_set_long(config + PCI_MSIX_PBA, LM_BAR_MSIX_PBA);
	pci_set_word(fn->pci.wmask + cap + PCI_MSIX_FLAGS,
		     PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	fn->msix_cap = (unsigned int)cap;
	return true;
}

static bool init_power(PCIDevice *pci, Error **errp)
{
	if (pci_add_capability(pci, PCI_CAP_ID_PM, CAP_PM, PCI_PM_SIZEOF, errp) < 0)
		return false;
	pci_set_word(pci->config + CAP_PM + PCI_PM_PMC, PCI_PM_CAP_VER_1_2);
	pci_set_word(pci->config + CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET);
	pci_set_word(pci->wmask + CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
	return true;
}

static void init_sriov(struct nvme_lm *lm)
{
	PCIDevice *pci = &lm->function.pci;

	pcie_sriov_pf_init(pci, CAP_SRIOV, TYPE_NVME_LM_VF, lm->vf_device_id, lm->config.total_vfs,
			   lm->config.total_vfs, VF_OFFSET, VF_STRIDE);
	pcie_sriov_pf_init_vf_bar(
		pci, 0, PCI_BASE_ADDRESS_SPACE_MEMORY | PCI_BASE_ADDRESS_MEM_TYPE_64, LM_BAR_SIZE);
}

bool nvme_lm_pci_init(struct nvme_lm_function *fn, Error **errp)
{
	PCIDevice *pci = &fn->pci;

	/* No reset takes time here, and software need not wait after one. */
	pci_set_word(pci->config + PCI_STATUS,
		     pci_get_word(pci->config + PCI_STATUS) | PCI_STATUS_IMM_READY);
	pci_config_set_prog_interface(pci->config, INTERFACE_NVM_EXPRESS);
	pci_config_set_vendor_id(pci->config, fn->pf->vendor_id);
	pci_config_set_device_id(pci->config, fn->pf->device_id);
	pci_set_word(pci->config + PCI_SUBSYSTEM_VENDOR_ID, fn->pf->config.ssvid);
	pci_set_word(pci->config + PCI_SUBSYSTEM_ID, fn->pf->device_id);
	memory_region_init_io(&fn->bar, OBJECT(fn), &bar_ops, fn, "nvme-lm", LM_BAR_SIZE);
	if (fn->number) {
		pcie_sriov_vf_register_bar(pci, 0, &fn->bar);
	} else {
		pci->config[PCI_INTERRUPT_PIN] = 1;
		pci_register_bar(pci, 0,
				 PCI_BASE_ADDRESS_SPACE_MEMORY | PCI_BASE_ADDRESS_MEM_TYPE_64,
				 &fn->bar);
		if (!init_power(pci, errp))
			return false;
	}
	if (pcie_endpoint_cap_init(pci, CAP_EXPRESS) < 0) {
		error_setg(errp, "no PCI Express capability: not below a PCI Express port?");
		return false;
	}
	pcie_cap_flr_init(pci);
	pcie_ari_init(pci, CAP_ARI, 0);
	if (!fn->number)
		init_sriov(fn->pf);
	return init_msix(fn, errp);
}

/* Tell the model what the registers that concern it say now. */
static void forward(struct nvme_lm_function *fn)
{
	uint16_t command = pci_get_word(fn->pci.config + PCI_COMMAND);
	uint16_t msix = pci_get_word(fn->pci.config + fn->msix_cap + PCI_MSIX_FLAGS);
	struct lm_device *model = fn->pf->model;

	if (!nvme_lm_enter(fn->pf))
		return;
	if (!fn->number && fn->pci.exp.sriov_pf.num_vfs != lm_num_vfs(model))
		lm_pci_vf_enable(model, fn->pci.exp.sriov_pf.num_vfs);
	if (!(command & PCI_COMMAND_MASTER))
		nvme_lm_media_unmap(fn->pf, fn->number);
	/* A VF's memory space is enabled for all of them, in the PF (VF MSE). */
	lm_pci_command(model, fn->number, fn->number || (command & PCI_COMMAND_MEMORY),
		       command & PCI_COMMAND_MASTER, command & PCI_COMMAND_INTX_DISABLE);
	lm_pci_msix(model, fn->number, msix & PCI_MSIX_FLAGS_ENABLE, msix & PCI_MSIX_FLAGS_MASKALL);
	nvme_lm_leave(fn->pf);
}

/* VFs about to go: the model first gives up what they have with the media. */
static void before_sriov_write(struct nvme_lm *lm, uint32_t offset, uint32_t value, int len)
{
	if (offset > PCI_SRIOV_CTRL || !range_covers_byte(offset, len, PCI_SRIOV_CTRL))
		return;
	if (value >> 8 * (PCI_SRIOV_CTRL - offset) & PCI_SRIOV_CTRL_VFE)
		return;
	if (nvme_lm_enter(lm)) {
		lm_pci_vf_enable(lm->model, 0);
		nvme_lm_leave(lm);
	}
}

/*
 * QEMU takes any NumVFs, at any time. Its value while VF Enable is set is that
 * with which VFs were enabled, and more than TotalVFs there cannot be.
 */
static void after_num_vfs_write(struct nvme_lm *lm, uint16_t before)
{
	uint8_t *cap = lm->function.pci.config + CAP_SRIOV;

	if (pci_get_word(cap + PCI_SRIOV_CTRL) & PCI_SRIOV_CTRL_VFE)
		pci_set_word(cap + PCI_SRIOV_NUM_VF, before);
	else if (pci_get_word(cap + PCI_SRIOV_NUM_VF) > lm->config.total_vfs)
		pci_set_word(cap + PCI_SRIOV_NUM_VF, lm->config.total_vfs);
}

void nvme_lm_pci_write_config(PCIDevice *pci, uint32_t address, uint32_t value, int len)
{
	struct nvme_lm_function *fn = container_of(pci, struct nvme_lm_function, pci);
	uint16_t num_vfs = 0;

	if (!fn->number) {
		num_vfs = pci_get_word(pci->config + CAP_SRIOV + PCI_SRIOV_NUM_VF);
		if (address >= CAP_SRIOV)
			before_sriov_write(fn->pf, address - CAP_SRIOV, value, len);
	}
	pci_default_write_config(pci, address, value, len);
	if (!fn->number && ranges_overlap(address, len, CAP_SRIOV + PCI_SRIOV_NUM_VF, 2))
		after_num_vfs_write(fn->pf, num_vfs);
	pcie_cap_flr_write_config(pci, address, value, len);
	forward(fn);
}

/* QEMU's own way of taking the VFs away leaves VF Enable and VF MSE set. */
void nvme_lm_pci_drop_vfs(struct nvme_lm *lm)
{
	uint8_t *cap = lm->function.pci.config + CAP_SRIOV;

	pcie_sriov_pf_disable_vfs(&lm->function.pci);
	pci_set_word(cap + PCI_SRIOV_CTRL, 0);
	pci_set_word(cap + PCI_SRIOV_NUM_VF, 0);
}

bool nvme_lm_pci_has_lost_vfs(const struct nvme_lm *lm)
{
	return lm->function.pci.exp.sriov_pf.num_vfs && !lm_num_vfs(lm->model);
}

void nvme_lm_pci_reset(DeviceState *qdev)
{
	struct nvme_lm_function *fn = container_of(PCI_DEVICE(qdev), struct nvme_lm_function, pci);
	uint8_t *flags = fn->pci.config + fn->msix_cap + PCI_MSIX_FLAGS;

	pci_set_word(flags, pci_get_word(flags) & PCI_MSIX_FLAGS_QSIZE);
	if (!nvme_lm_enter(fn->pf))
		return;
	lm_flr(fn->pf->model, fn->number);
	nvme_lm_leave(fn->pf);
	if (!fn->number)
		nvme_lm_pci_drop_vfs(fn->pf);
}
