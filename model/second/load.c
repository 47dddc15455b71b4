/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * LOAD_DATA: judges an image and puts it into effect. The state is built aside
 * and takes the VF's place only when every byte has passed (LM-LOD-110).
 */
#include <string.h>

#include "second.h"

struct sections {
	const uint8_t *data[LM_SEC_COUNT + 1];
	uint32_t len[LM_SEC_COUNT + 1];
};

static bool is_zero(const uint8_t *p, size_t len)
{
	while (len--)
		if (*p++)
			return false;
	return true;
}

static uint32_t image_crc(const uint8_t *image, uint32_t len)
{
	static const uint8_t zero[4];
	uint32_t crc = crc32c(0, image, LM_IMG_CRC);

	crc = crc32c(crc, zero, sizeof(zero));
	return crc32c(crc, image + LM_IMG_HEADER_SIZE, len - LM_IMG_HEADER_SIZE);
}

/* In the order that the prose after LM-IMG-070 gives. */
static unsigned int check_header(struct device *dev, const struct vf *vf, const uint8_t *image,
				 uint32_t len)
{
	if (len < LM_IMG_HEADER_SIZE || memcmp(image + LM_IMG_MAGIC, "NVMELMST", 8) ||
	    lm_get_le16(image + LM_IMG_HEADER_LENGTH) != LM_IMG_HEADER_SIZE ||
	    lm_get_le32(image + LM_IMG_TOTAL_LENGTH) != len ||
	    lm_get_le32(image + LM_IMG_CRC) != image_crc(image, len))
		return LM_SC_INVALID_IMAGE;
	if (lm_get_le16(image + LM_IMG_VERSION) != LM_IMG_FORMAT_VERSION)
		return LM_SC_INCOMPATIBLE_IMAGE;
	if (!is_zero(image + LM_IMG_RESERVED, LM_IMG_CRC - LM_IMG_RESERVED))
		return LM_SC_INVALID_IMAGE;
	if (lm_get_le16(image + LM_IMG_VID) != SM_VENDOR ||
	    lm_get_le16(image + LM_IMG_SSVID) != SM_VENDOR ||
	    lm_get_le64(image + LM_IMG_CAP) != SM_CAP || lm_get_le32(image + LM_IMG_VS) != SM_VS ||
	    lm_get_le32(image + LM_IMG_FINGERPRINT) != identify_fingerprint(dev, vf->vfn))
		return LM_SC_INCOMPATIBLE_IMAGE;
	return 0;
}

static bool length_fits(unsigned int type, uint32_t len)
{
	switch (type) {
	case LM_SEC_IDENTITY:
		return len == LM_IDN_SIZE;
	case LM_SEC_REGISTERS:
		return len == LM_REGS_SIZE;
	case LM_SEC_FEATURES:
		return len == LM_FEA_SIZE;
	case LM_SEC_CQS:
		return len % LM_CQ_SIZE == 0;
	case LM_SEC_SQS:
		return len % LM_SQ_SIZE == 0;
	case LM_SEC_AERS:
		return len == LM_AER_SLOTS * LM_AER_SIZE;
	case LM_SEC_EVENTS:
		return len == LM_EVT_SECTION_SIZE;
	case LM_SEC_PARKED:
		return len == LM_PRK_SLOTS * LM_PRK_SIZE;
	case LM_SEC_LOGS:
		return len == LM_LOG_SIZE;
	case LM_SEC_NAMESPACES:
		return len % LM_NS_SIZE == 0;
	default:
		return true;
	}
}

/*
 * The headers of all sections (LM-IMG-080). Ascending order and 1 to 10 each
 * once: the next known one is always the one after the last, and those to skip
 * come behind them since bit 15 makes their types greater.
 */
static unsigned int find_sections(const uint8_t *image, uint32_t len, struct sections *sections)
{
	uint32_t count = lm_get_le32(image + LM_IMG_SECTION_COUNT);
	uint32_t pos = LM_IMG_HEADER_SIZE;
	unsigned int last = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		unsigned int type;
		uint32_t payload;

		if (len - pos < LM_SEC_HEADER_SIZE)
			return LM_SC_INVALID_IMAGE;
		type = lm_get_le16(image + pos + LM_SEC_TYPE);
		payload = lm_get_le32(image + pos + LM_SEC_LENGTH);
		if (last < LM_SEC_COUNT ? type != last + 1 :
					  type <= last || !(type & LM_SEC_OPTIONAL))
			return LM_SC_INVALID_IMAGE;
		if (type <= LM_SEC_COUNT &&
		    lm_get_le16(image + pos + LM_SEC_VERSION) != LM_SEC_FORMAT_VERSION)
			return LM_SC_INCOMPATIBLE_IMAGE;
		pos += LM_SEC_HEADER_SIZE;
		if (payload % 4 || payload > len - pos || !length_fits(type, payload))
			return LM_SC_INVALID_IMAGE;
		if (type <= LM_SEC_COUNT) {
			sections->data[type] = image + pos;
			sections->len[type] = payload;
		}
		pos += payload;
		last = type;
	}
	return last < LM_SEC_COUNT || pos != len ? LM_SC_INVALID_IMAGE : 0;
}

/* LM-IMG-150: those attached to the VF, one by one. */
static unsigned int load_namespaces(const struct device *dev, struct vf_state *next,
				    const uint8_t *records, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		const uint8_t *record = records + i * LM_NS_SIZE;
		const struct ns *ns = &dev->ns[i < SM_NAMESPACES ? i : 0];
		uint32_t recovery = lm_get_le32(record + LM_NS_ERROR_RECOVERY);

		if (lm_get_le32(record + LM_NS_RESERVED) || !feature_valid(0x05, recovery))
			return LM_SC_INVALID_IMAGE;
		if (i >= SM_NAMESPACES || lm_get_le32(record + LM_NS_NSID) != ns->nsid ||
		    record[LM_NS_FLBAS] || record[LM_NS_LBADS] != 9 ||
		    lm_get_le16(record + LM_NS_MS) ||
		    lm_get_le64(record + LM_NS_NSZE) != ns->blocks ||
		    memcmp(record + LM_NS_NGUID, ns->nguid, 16) ||
		    memcmp(record + LM_NS_EUI64, ns->eui64, 8))
			return LM_SC_INCOMPATIBLE_IMAGE;
		next->recovery[i] = recovery;
	}
	return count == SM_NAMESPACES ? 0 : LM_SC_INCOMPATIBLE_IMAGE;
}

static unsigned int load_section(struct device *dev, struct vf_state *next, unsigned int type,
				 const uint8_t *data, uint32_t len)
{
	switch (type) {
	case LM_SEC_IDENTITY:
		memcpy(next->identity, data, len);
		return lm_get_le16(data + LM_IDN_RESERVED) ? LM_SC_INVALID_IMAGE : 0;
	case LM_SEC_REGISTERS:
		memcpy(next->regs, data, len);
		return load_registers(next);
	case LM_SEC_FEATURES:
		memcpy(next->features, data, len);
		return load_features(next);
	case LM_SEC_CQS:
		return load_cqs(next, data, len / LM_CQ_SIZE);
	case LM_SEC_SQS:
		return load_sqs(next, data, len / LM_SQ_SIZE);
	case LM_SEC_AERS:
		memcpy(next->aers, data, len);
		return load_slots(next, type);
	case LM_SEC_EVENTS:
		memcpy(next->events, data, len);
		return load_slots(next, type);
	case LM_SEC_PARKED:
		memcpy(next->parked, data, len);
		return load_slots(next, type);
	case LM_SEC_LOGS:
		memcpy(next->logs, data, len);
		return 0;
	default:
		return load_namespaces(dev, next, data, len / LM_NS_SIZE);
	}
}

unsigned int load_image(struct device *dev, struct vf *vf, const uint8_t *image, uint32_t len)
{
	struct sections sections = { 0 };
	static struct vf_state next;
	unsigned int sc, type;

	sc = check_header(dev, vf, image, len);
	if (!sc)
		sc = find_sections(image, len, &sections);
	memset(&next, 0, sizeof(next));
	for (type = 1; !sc && type <= LM_SEC_COUNT; type++)
		sc = load_section(dev, &next, type, sections.data[type], sections.len[type]);
	if (!sc)
		vf->live = next;
	return sc;
}
