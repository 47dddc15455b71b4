/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Identify (NVMe 1.4 5.15).
 */
#include "core.h"

#define CNS_NAMESPACE 0x00
#define CNS_CONTROLLER 0x01
#define CNS_ACTIVE_NS 0x02
#define CNS_NS_DESCRIPTORS 0x03
#define CNS_PRIMARY_CAPABILITIES 0x14
#define CNS_SECONDARY_LIST 0x15

/* IEEE OUI, as Identify Controller has it (least significant byte first). */
static const uint8_t oui[3] = { 0x00, 0x54, 0x52 };

void lm_identify_controller(struct lm_device *dev, struct lm_function *fn, uint8_t *b)
{
	const struct lm_config *c = &dev->config;

	memset(b, 0, LM_ID_SIZE);
	lm_put_le16(b + 0, c->vid);
	lm_put_le16(b + 2, c->ssvid);
	memcpy(b + 4, fn->ident.sn, sizeof(fn->ident.sn));
	memcpy(b + 24, fn->ident.mn, sizeof(fn->ident.mn));
	memcpy(b + 64, fn->ident.fr, sizeof(fn->ident.fr));
	memcpy(b + 73, oui, sizeof(oui));
	b[76] = fn->number ? 0x06 : 0x02; /* CMIC: several controllers; bit 2: of a VF */
	b[77] = c->mdts;
	lm_put_le16(b + 78, fn->ident.cntlid);
	lm_put_le32(b + 80, LM_VS_1_4);
	lm_put_le32(b + 92, 0x100); /* OAES: namespace attribute notices */
	b[111] = 1; /* CNTRLTYPE: I/O controller */
	b[258] = LM_ABORT_LIMIT;
	b[259] = LM_AER_SLOTS - (LM_DEFECT(CLAIMS_ANOTHER_AER) ? 0 : 1);
	b[260] = 0x03; /* FRMW: one slot, read-only */
	b[261] = 0x06; /* LPA: effects log, long offsets */
	b[262] = LM_LOG_ERROR_SLOTS - 1;
	lm_put_le16(b + 266, LM_WARNING_TEMPERATURE);
	lm_put_le16(b + 268, LM_CRITICAL_TEMPERATURE);
	b[512] = 0x66; /* SQES */
	b[513] = 0x44; /* CQES */
	lm_put_le32(b + 516, c->num_namespaces);
	lm_put_le16(b + 520, 0x18); /* ONCS: Write Zeroes; Save and Select */
	b[525] = 0x05; /* VWC: present, no flush of all namespaces at once */
	memcpy(b + 768, fn->ident.subnqn, sizeof(fn->ident.subnqn));
	lm_put_le16(b + 2048, 2500); /* power state 0: 25 W */
	if (!fn->number || LM_DEFECT(VF_CLAIMS_CAPABILITY))
		lm_migrate_identify(dev, fn, b);
}

static uint16_t namespace(struct lm_device *dev, uint32_t nsid, uint8_t *b)
{
	const struct lm_ns *ns = lm_ns_get(dev, nsid);

	if (!ns)
		return LM_SC_INVALID_NS | LM_DNR;
	lm_put_le64(b + 0, ns->blocks); /* NSZE */
	lm_put_le64(b + 8, ns->blocks); /* NCAP */
	lm_put_le64(b + 16, ns->blocks); /* NUSE: not thin provisioned */
	b[30] = 0x01; /* NMIC: shared */
	memcpy(b + 104, ns->nguid, sizeof(ns->nguid));
	memcpy(b + 120, ns->eui64, sizeof(ns->eui64));
	b[128 + 2] = ns->lbads; /* LBAF0 */
	return LM_SC_SUCCESS;
}

static uint16_t active_namespaces(struct lm_device *dev, uint32_t after, uint8_t *b)
{
	uint32_t nsid;

	if (after >= 0xFFFFFFFE)
		return LM_SC_INVALID_NS | LM_DNR;
	if (LM_DEFECT(ACTIVE_LIST_HAS_NSID_ITSELF) && after)
		after--;
	for (nsid = after + 1; nsid <= dev->config.num_namespaces; nsid++) {
		lm_put_le32(b, nsid);
		b += 4;
	}
	return LM_SC_SUCCESS;
}

static bool all_zero(const uint8_t *b, size_t len)
{
	while (len && !*b) {
		b++;
		len--;
	}
	return !len;
}

static uint8_t *descriptor(uint8_t *b, uint8_t type, const uint8_t *id, uint8_t len)
{
	if (all_zero(id, len))
		return b;
	b[0] = type;
	b[1] = len;
	memcpy(b + 4, id, len);
	return b + 4 + len;
}

static uint16_t namespace_descriptors(struct lm_device *dev, uint32_t nsid, uint8_t *b)
{
	const struct lm_ns *ns = lm_ns_get(dev, nsid);

	if (!ns)
		return LM_SC_INVALID_NS | LM_DNR;
	b = descriptor(b, 1, ns->eui64, sizeof(ns->eui64));
	descriptor(b, 2, ns->nguid, sizeof(ns->nguid));
	return LM_SC_SUCCESS;
}

/* No flexible resources: Virtualization Management is not supported. */
static uint16_t primary_capabilities(struct lm_device *dev, struct lm_function *fn, uint8_t *b)
{
	if (fn->number)
		return LM_SC_INVALID_FIELD | LM_DNR;
	lm_put_le16(b, dev->config.cntlid);
	return LM_SC_SUCCESS;
}

static uint16_t secondary_list(struct lm_device *dev, struct lm_slot *slot, uint8_t *b)
{
	uint16_t from = lm_get_le16(slot->sqe + LM_SQE_CDW10 + 2);
	uint8_t n = 0;
	unsigned int vfn;

	if (LM_DEFECT(SECONDARY_CNTLID_IGNORED))
		from = 0;
	if (slot->fn)
		return LM_SC_INVALID_FIELD | LM_DNR;
	for (vfn = 1; vfn < dev->num_functions; vfn++) {
		uint16_t id = (uint16_t)(dev->config.cntlid + vfn);
		uint8_t *e = b + 32 + 32 * n;

		if (id < from || (LM_DEFECT(SECONDARY_ENABLED_ONLY) && !dev->fn[vfn].exists))
			continue;
		if (LM_DEFECT(SECONDARY_IDS_REVERSED))
			id = (uint16_t)(dev->config.cntlid + dev->num_functions - vfn);
		if (LM_DEFECT(SECONDARY_PRESENTED_ID))
			id = dev->fn[vfn].ident.cntlid;
		lm_put_le16(e, id);
		lm_put_le16(e + 2, dev->config.cntlid);
		/* SCS: online exactly while the VF is enabled (LM-DIS-230) */
		e[4] = dev->fn[vfn].exists || LM_DEFECT(SECONDARY_ALWAYS_ONLINE);
		lm_put_le16(e + 8, (uint16_t)vfn);
		n++;
	}
	b[0] = n;
	return LM_SC_SUCCESS;
}

static uint16_t build(struct lm_device *dev, struct lm_slot *slot, uint8_t *b)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint32_t nsid = lm_get_le32(slot->sqe + LM_SQE_NSID);

	switch (slot->sqe[LM_SQE_CDW10]) {
	case CNS_NAMESPACE:
		return namespace(dev, nsid, b);
	case CNS_CONTROLLER:
		lm_identify_controller(dev, fn, b);
		return LM_SC_SUCCESS;
	case CNS_ACTIVE_NS:
		return active_namespaces(dev, nsid, b);
	case CNS_NS_DESCRIPTORS:
		return namespace_descriptors(dev, nsid, b);
	case CNS_PRIMARY_CAPABILITIES:
		return primary_capabilities(dev, fn, b);
	case CNS_SECONDARY_LIST:
		return secondary_list(dev, slot, b);
	default:
		return LM_SC_INVALID_FIELD | LM_DNR;
	}
}

void lm_admin_identify(struct lm_device *dev, struct lm_slot *slot)
{
	uint16_t status;

	memset(dev->scratch, 0, LM_ID_SIZE);
	status = build(dev, slot, dev->scratch);
	if (!status)
		status = lm_prp_transfer(dev, slot, dev->scratch, LM_ID_SIZE, true);
	lm_complete(dev, slot, status, 0, 0);
}
