/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The reference state image, as SAVE_DATA gives it. */
#include <string.h>

#include "second.h"

/* LM-IMG-170: exactly this, and no sections to skip. */
uint32_t image_size(const struct vf *vf)
{
	return LM_IMG_HEADER_SIZE + LM_SEC_COUNT * LM_SEC_HEADER_SIZE + LM_IDN_SIZE + LM_REGS_SIZE +
	       LM_FEA_SIZE + LM_CQ_SIZE * vf->live.nr_cqs + LM_SQ_SIZE * vf->live.nr_sqs +
	       LM_AER_SLOTS * LM_AER_SIZE + LM_EVT_SECTION_SIZE + LM_PRK_SLOTS * LM_PRK_SIZE +
	       LM_LOG_SIZE + LM_NS_SIZE * SM_NAMESPACES;
}

static uint8_t *put_section(uint8_t *pos, unsigned int type, const void *data, uint32_t len)
{
	lm_put_le16(pos + LM_SEC_TYPE, (uint16_t)type);
	lm_put_le16(pos + LM_SEC_VERSION, LM_SEC_FORMAT_VERSION);
	lm_put_le32(pos + LM_SEC_LENGTH, len);
	memcpy(pos + LM_SEC_HEADER_SIZE, data, len);
	return pos + LM_SEC_HEADER_SIZE + len;
}

static void put_namespaces(const struct device *dev, const struct vf *vf, uint8_t *pos)
{
	unsigned int i;

	for (i = 0; i < SM_NAMESPACES; i++, pos += LM_NS_SIZE) {
		const struct ns *ns = &dev->ns[i];

		lm_put_le32(pos + LM_NS_NSID, ns->nsid);
		pos[LM_NS_LBADS] = 9;
		lm_put_le64(pos + LM_NS_NSZE, ns->blocks);
		memcpy(pos + LM_NS_NGUID, ns->nguid, 16);
		memcpy(pos + LM_NS_EUI64, ns->eui64, 8);
		lm_put_le32(pos + LM_NS_ERROR_RECOVERY, vf->live.recovery[i]);
	}
}

uint32_t image_build(struct device *dev, const struct vf *vf, uint8_t out[SM_IMAGE_MAX])
{
	uint8_t namespaces[SM_NAMESPACES * LM_NS_SIZE] = { 0 };
	const struct vf_state *live = &vf->live;
	uint8_t *pos = out + LM_IMG_HEADER_SIZE;
	uint32_t size = image_size(vf);

	/* LM-SAV-100: what is not written below is zero. */
	memset(out, 0, SM_IMAGE_MAX);
	memcpy(out + LM_IMG_MAGIC, "NVMELMST", 8);
	lm_put_le16(out + LM_IMG_VERSION, LM_IMG_FORMAT_VERSION);
	lm_put_le16(out + LM_IMG_HEADER_LENGTH, LM_IMG_HEADER_SIZE);
	lm_put_le32(out + LM_IMG_TOTAL_LENGTH, size);
	lm_put_le16(out + LM_IMG_VID, SM_VENDOR);
	lm_put_le16(out + LM_IMG_SSVID, SM_VENDOR);
	lm_put_le32(out + LM_IMG_SECTION_COUNT, LM_SEC_COUNT);
	lm_put_le64(out + LM_IMG_CAP, SM_CAP);
	lm_put_le32(out + LM_IMG_VS, SM_VS);
	lm_put_le32(out + LM_IMG_FINGERPRINT, identify_fingerprint(dev, vf->vfn));

	put_namespaces(dev, vf, namespaces);
	pos = put_section(pos, LM_SEC_IDENTITY, live->identity, sizeof(live->identity));
	pos = put_section(pos, LM_SEC_REGISTERS, live->regs, sizeof(live->regs));
	pos = put_section(pos, LM_SEC_FEATURES, live->features, sizeof(live->features));
	pos = put_section(pos, LM_SEC_CQS, live->cqs, live->nr_cqs * LM_CQ_SIZE);
	pos = put_section(pos, LM_SEC_SQS, live->sqs, live->nr_sqs * LM_SQ_SIZE);
	pos = put_section(pos, LM_SEC_AERS, live->aers, sizeof(live->aers));
	pos = put_section(pos, LM_SEC_EVENTS, live->events, sizeof(live->events));
	pos = put_section(pos, LM_SEC_PARKED, live->parked, sizeof(live->parked));
	pos = put_section(pos, LM_SEC_LOGS, live->logs, sizeof(live->logs));
	put_section(pos, LM_SEC_NAMESPACES, namespaces, sizeof(namespaces));

	lm_put_le32(out + LM_IMG_CRC, crc32c(0, out, size));
	return size;
}
