/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Identify: controllers, namespaces, the Secondary Controller List. */
#include <string.h>

#include "second.h"

#define ID_SIZE 4096
#define CNTLID_PF 1
/* Not the VFN, so that who confuses the two is found out. */
#define CNTLID_VF(vfn) (0x40u + (vfn))

static const char subnqn[] = "nqn.2022-12.org.nvmexpress.example:second-model";

static void put_text(uint8_t *field, size_t size, const char *text)
{
	size_t len = strlen(text);

	memset(field, ' ', size);
	memcpy(field, text, len < size ? len : size);
}

/* The identity that a function has of its own, in the layout of the image. */
void identify_own(unsigned int function, uint8_t identity[LM_IDN_SIZE])
{
	memset(identity, 0, LM_IDN_SIZE);
	put_text(identity + LM_IDN_SN, 20, "SECOND-0001");
	put_text(identity + LM_IDN_MN, 40, "Second model of VF live migration");
	put_text(identity + LM_IDN_FR, 8, "1.0");
	memcpy(identity + LM_IDN_SUBNQN, subnqn, sizeof(subnqn));
	lm_put_le16(identity + LM_IDN_CNTLID,
		    (uint16_t)(function ? CNTLID_VF(function) : CNTLID_PF));
}

static void put_capability(uint8_t *data)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	data[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	lm_put_le16(data + LM_ID_VERSION, LM_PROPOSAL_VERSION);
	lm_put_le32(data + LM_ID_MAX_IMAGE, SM_IMAGE_MAX);
	lm_put_le16(data + LM_ID_SUSPEND_LIMIT, SM_SUSPEND_LIMIT);
	memcpy(data + LM_ID_UUID, uuid, sizeof(uuid));
}

static void put_identity(uint8_t *data, const uint8_t *identity)
{
	memcpy(data + 4, identity + LM_IDN_SN, 20);
	memcpy(data + 24, identity + LM_IDN_MN, 40);
	memcpy(data + 64, identity + LM_IDN_FR, 8);
	memcpy(data + 78, identity + LM_IDN_CNTLID, 2);
	memcpy(data + 768, identity + LM_IDN_SUBNQN, 256);
}

void identify_controller(struct device *dev, unsigned int function, uint8_t data[LM_ID_SIZE])
{
	uint8_t own[LM_IDN_SIZE];

	memset(data, 0, LM_ID_SIZE);
	lm_put_le16(data, SM_VENDOR);
	lm_put_le16(data + 2, SM_VENDOR);
	data[76] = function ? 0x06 : 0x02; /* CMIC: several controllers, SR-IOV VF */
	data[77] = SM_MDTS;
	lm_put_le32(data + 80, SM_VS);
	data[111] = 1; /* CNTRLTYPE: I/O controller */
	data[258] = 3; /* ACL */
	data[259] = LM_AER_SLOTS - 1; /* AERL */
	data[260] = 0x03; /* FRMW: one slot, read only */
	data[261] = 0x06; /* LPA: log page 05h, extended Get Log Page */
	data[262] = LM_LOG_ERROR_SLOTS - 1; /* ELPE */
	lm_put_le32(data + 92, SM_AEC_NAMESPACE); /* OAES */
	lm_put_le16(data + 266, 343); /* WCTEMP */
	lm_put_le16(data + 268, 353); /* CCTEMP */
	data[512] = 0x66; /* SQES */
	data[513] = 0x44; /* CQES */
	lm_put_le32(data + 516, SM_NAMESPACES);
	data[525] = 0x01; /* VWC */
	lm_put_le16(data + 2048, 1000); /* power state 0, in centiwatts */
	if (function) {
		/* LM-DIS-020: a VF announces nothing. */
		put_identity(data, dev->vfs[function - 1].live.identity);
	} else {
		identify_own(0, own);
		put_identity(data, own);
		put_capability(data);
	}
}

/* LM-IMG-060 */
uint32_t identify_fingerprint(struct device *dev, unsigned int function)
{
	uint8_t data[LM_ID_SIZE];

	identify_controller(dev, function, data);
	memset(data + 4, 0, 68);
	memset(data + 78, 0, 2);
	memset(data + 768, 0, 256);
	memset(data + 3072, 0, 1024);
	return crc32c(0, data, sizeof(data));
}

static struct ns *find_ns(struct device *dev, uint32_t nsid)
{
	return nsid && nsid <= SM_NAMESPACES ? &dev->ns[nsid - 1] : NULL;
}

static unsigned int identify_ns(struct device *dev, uint32_t nsid, uint8_t *data)
{
	const struct ns *ns = find_ns(dev, nsid);

	if (!ns && nsid != UINT32_MAX)
		return SC_NAMESPACE;
	if (ns) {
		lm_put_le64(data, ns->blocks);
		lm_put_le64(data + 8, ns->blocks);
		lm_put_le64(data + 16, ns->blocks);
		data[30] = 1; /* NMIC: shared */
		memcpy(data + 104, ns->nguid, 16);
		memcpy(data + 120, ns->eui64, 8);
	}
	data[130] = 9; /* LBAF 0: 512 bytes, no metadata */
	return 0;
}

static unsigned int identify_descriptors(struct device *dev, uint32_t nsid, uint8_t *data)
{
	const struct ns *ns = find_ns(dev, nsid);

	if (!ns)
		return SC_NAMESPACE;
	data[0] = 1;
	data[1] = 8;
	memcpy(data + 4, ns->eui64, 8);
	data[12] = 2;
	data[13] = 16;
	memcpy(data + 16, ns->nguid, 16);
	return 0;
}

static unsigned int identify_active(uint32_t nsid, uint8_t *data)
{
	uint32_t next;

	if (nsid >= 0xFFFFFFFEu)
		return SC_NAMESPACE;
	for (next = nsid + 1; next <= SM_NAMESPACES; next++, data += 4)
		lm_put_le32(data, next);
	return 0;
}

/*
 * One entry for each of the TotalVFs VFs, with the physical identifiers
 * whatever a VF presents (LM-DIS-220 to LM-DIS-240).
 */
static void identify_secondary(struct device *dev, unsigned int least, uint8_t *data)
{
	unsigned int vfn;

	for (vfn = 1; vfn <= SM_TOTAL_VFS; vfn++) {
		uint8_t *entry = data + 32 + 32 * data[0];

		if (CNTLID_VF(vfn) < least)
			continue;
		lm_put_le16(entry, (uint16_t)CNTLID_VF(vfn));
		lm_put_le16(entry + 2, CNTLID_PF);
		entry[4] = vfn <= dev->num_vfs;
		lm_put_le16(entry + 8, (uint16_t)vfn);
		data[0]++;
	}
}

void identify_command(struct device *dev, struct command *cmd)
{
	uint32_t cdw10 = lm_get_le32(cmd->sqe + LM_SQE_CDW10);
	uint32_t nsid = lm_get_le32(cmd->sqe + LM_SQE_NSID);
	uint8_t data[ID_SIZE] = { 0 };
	unsigned int sc = 0;

	switch (cdw10 & 0xFF) {
	case 0x00:
		sc = identify_ns(dev, nsid, data);
		break;
	case 0x01:
		identify_controller(dev, cmd->function, data);
		break;
	case 0x02:
		sc = identify_active(nsid, data);
		break;
	case 0x03:
		sc = identify_descriptors(dev, nsid, data);
		break;
	case 0x15:
		/* A VF has no secondary controllers to tell of. */
		if (cmd->function)
			sc = LM_SC_INVALID_FIELD;
		else
			identify_secondary(dev, cdw10 >> 16, data);
		break;
	default:
		sc = LM_SC_INVALID_FIELD;
	}
	if (sc)
		command_fail(cmd, sc);
	else if (command_check_prps(cmd, sizeof(data)))
		command_to_host(cmd, data, sizeof(data), sizeof(data));
}
