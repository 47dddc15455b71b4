/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two types: nvme-lm, which is the PF, and nvme-lm-vf, which QEMU makes when
 * VFs are enabled, without properties: a VF's configuration is its PF's.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/uuid.h"

#include "device.h"

DECLARE_INSTANCE_CHECKER(struct nvme_lm, NVME_LM, TYPE_NVME_LM)

#define PCI_CLASS_NVME 0x0108

static void pad(char *to, size_t size, const char *from)
{
	memset(to, ' ', size);
	memcpy(to, from, MIN(strlen(from), size));
}

static void digest_of(const char *text, uint8_t digest[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = 32;

	g_checksum_update(sum, (const guchar *)text, -1);
	g_checksum_get_digest(sum, digest, &len);
}

/* A UUID of RFC 9562 version 8, made from the serial number. */
static void name_subsystem(struct lm_config *c, const char *serial)
{
	g_autofree char *text = NULL;
	uint8_t digest[32];
	QemuUUID uuid;

	digest_of(serial, digest);
	memcpy(uuid.data, digest, sizeof(uuid.data));
	uuid.data[6] = (uint8_t)((uuid.data[6] & 0x0F) | 0x80);
	uuid.data[8] = (uint8_t)((uuid.data[8] & 0x3F) | 0x80);
	text = qemu_uuid_unparse_strdup(&uuid);
	snprintf(c->subnqn, sizeof(c->subnqn), "nqn.2014-08.org.nvmexpress:uuid:%s", text);
}

/* Names follow from the subsystem's, so that two PFs of one subsystem agree. */
static void name_namespaces(struct lm_config *c)
{
	uint8_t digest[32];
	unsigned int i;

	digest_of(c->subnqn, digest);
	for (i = 0; i < c->num_namespaces; i++) {
		memcpy(c->ns[i].nguid, digest, sizeof(c->ns[i].nguid));
		c->ns[i].nguid[sizeof(c->ns[i].nguid) - 1] = (uint8_t)(i + 1);
		memcpy(c->ns[i].eui64, digest + 16, sizeof(c->ns[i].eui64));
		c->ns[i].eui64[sizeof(c->ns[i].eui64) - 1] = (uint8_t)(i + 1);
	}
}

static bool configure(struct nvme_lm *lm, Error **errp)
{
	struct lm_config *c = &lm->config;

	if (!lm->serial) {
		error_setg(errp, "serial= is missing");
		return false;
	}
	c->vid = lm->vendor_id;
	c->ssvid = lm->vendor_id;
	pad(c->sn, sizeof(c->sn), lm->serial);
	pad(c->mn, sizeof(c->mn), "nvme-lm reference model");
	pad(c->fr, sizeof(c->fr), "1.0");
	if (lm->subnqn)
		g_strlcpy(c->subnqn, lm->subnqn, sizeof(c->subnqn));
	else
		name_subsystem(c, lm->serial);
	name_namespaces(c);
	if (!lm_device_size(c)) {
		error_setg(errp,
			   "the model rejects this configuration: vfs 1 to %u, io-qpairs 1 "
			   "to %u, vectors 1 to %u, a drive, and an mdts that holds a state image "
			   "of %u bytes",
			   LM_MAX_VFS, LM_MAX_IO_QPAIRS, LM_MAX_VECTORS, lm_image_max(c));
		return false;
	}
	return true;
}

static void pf_realize(PCIDevice *pci, Error **errp)
{
	struct nvme_lm *lm = NVME_LM(pci);
	size_t size;

	lm->function.pf = lm;
	lm->fn[0] = &lm->function;
	if (!nvme_lm_media_open(lm, errp) || !configure(lm, errp))
		return;
	nvme_lm_work_init(lm);
	nvme_lm_fault_init(lm);
	size = lm_device_size(&lm->config);
	lm->model = lm_device_init(g_malloc(size), size, &lm->config, &nvme_lm_port, lm);
	nvme_lm_pci_init(&lm->function, errp);
}

static void pf_exit(PCIDevice *pci)
{
	struct nvme_lm *lm = NVME_LM(pci);

	nvme_lm_enter(lm);
	lm_conventional_reset(lm->model);
	nvme_lm_leave(lm);
	pcie_sriov_pf_exit(pci);
	nvme_lm_media_close(lm);
	nvme_lm_work_exit(lm);
	nvme_lm_fault_exit(lm);
	g_free(lm->model);
}

static void vf_realize(PCIDevice *pci, Error **errp)
{
	struct nvme_lm_function *fn = container_of(pci, struct nvme_lm_function, pci);
	PCIDevice *pf = pcie_sriov_get_pf(pci);

	if (!pf) {
		error_setg(errp, TYPE_NVME_LM_VF " is made by its PF");
		return;
	}
	fn->pf = NVME_LM(pf);
	fn->number = pcie_sriov_vf_number(pci) + 1u;
	if (nvme_lm_pci_init(fn, errp))
		fn->pf->fn[fn->number] = fn;
}

static void vf_exit(PCIDevice *pci)
{
	struct nvme_lm_function *fn = container_of(pci, struct nvme_lm_function, pci);

	fn->pf->fn[fn->number] = NULL;
}

static Property properties[] = {
	DEFINE_PROP_DRIVE("drive", struct nvme_lm, drive[0]),
	DEFINE_PROP_DRIVE("drive2", struct nvme_lm, drive[1]),
	DEFINE_PROP_DRIVE("drive3", struct nvme_lm, drive[2]),
	DEFINE_PROP_DRIVE("drive4", struct nvme_lm, drive[3]),
	DEFINE_PROP_DRIVE("drive5", struct nvme_lm, drive[4]),
	DEFINE_PROP_DRIVE("drive6", struct nvme_lm, drive[5]),
	DEFINE_PROP_DRIVE("drive7", struct nvme_lm, drive[6]),
	DEFINE_PROP_DRIVE("drive8", struct nvme_lm, drive[7]),
	DEFINE_PROP_BOOL("share-rw", struct nvme_lm, share_rw, false),
	DEFINE_PROP_UINT8("lba-shift", struct nvme_lm, lba_shift, 9),
	DEFINE_PROP_STRING("serial", struct nvme_lm, serial),
	DEFINE_PROP_STRING("subnqn", struct nvme_lm, subnqn),
	DEFINE_PROP_UINT16("vendor-id", struct nvme_lm, vendor_id, 0x8086),
	DEFINE_PROP_UINT16("device-id", struct nvme_lm, device_id, 0x1456),
	DEFINE_PROP_UINT16("vf-device-id", struct nvme_lm, vf_device_id, 0x1457),
	DEFINE_PROP_UINT16("vfs", struct nvme_lm, config.total_vfs, 4),
	DEFINE_PROP_UINT16("io-qpairs", struct nvme_lm, config.io_qpairs, 8),
	DEFINE_PROP_UINT16("vectors", struct nvme_lm, config.vectors, 9),
	DEFINE_PROP_UINT16("queue-entries", struct nvme_lm, config.queue_entries, 1024),
	DEFINE_PROP_UINT16("cntlid", struct nvme_lm, config.cntlid, 1),
	DEFINE_PROP_UINT16("suspend-limit", struct nvme_lm, config.suspend_limit, 20),
	DEFINE_PROP_UINT8("mdts", struct nvme_lm, config.mdts, 5),
	DEFINE_PROP_BOOL("fault", struct nvme_lm, config.fault_switch, false),
#ifdef LM_DEFECTS
	DEFINE_PROP_UINT32("defect", struct nvme_lm, config.defect, 0),
#endif
	DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription vmstate = {
	.name = TYPE_NVME_LM,
	.unmigratable = 1,
};

static void function_class_init(ObjectClass *class)
{
	DeviceClass *dc = DEVICE_CLASS(class);
	PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

	pc->config_write = nvme_lm_pci_write_config;
	pc->class_id = PCI_CLASS_NVME;
	dc->reset = nvme_lm_pci_reset;
	dc->vmsd = &vmstate;
	set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static void pf_class_init(ObjectClass *class, void *data)
{
	function_class_init(class);
	PCI_DEVICE_CLASS(class)->realize = pf_realize;
	PCI_DEVICE_CLASS(class)->exit = pf_exit;
	DEVICE_CLASS(class)->desc = "reference model of NVMe VF live migration";
	device_class_set_props(DEVICE_CLASS(class), properties);
}

static void vf_class_init(ObjectClass *class, void *data)
{
	function_class_init(class);
	PCI_DEVICE_CLASS(class)->realize = vf_realize;
	PCI_DEVICE_CLASS(class)->exit = vf_exit;
	DEVICE_CLASS(class)->user_creatable = false;
}

static const TypeInfo types[] = {
	{
		.name = TYPE_NVME_LM,
		.parent = TYPE_PCI_DEVICE,
		.instance_size = sizeof(struct nvme_lm),
		.class_init = pf_class_init,
		.interfaces = (InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
	},
	{
		.name = TYPE_NVME_LM_VF,
		.parent = TYPE_PCI_DEVICE,
		.instance_size = sizeof(struct nvme_lm_function),
		.class_init = vf_class_init,
		.interfaces = (InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, {} },
	},
};

DEFINE_TYPES(types)
