// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#include <string.h>

#include "image.h"

uint32_t hn_crc32c(uint32_t crc, const void *data, uint32_t len)
{
	const uint8_t *p = data;

	crc = ~crc;
	while (len--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
	}
	return ~crc;
}

uint32_t hn_image_crc(const struct hn_image *image)
{
	static const uint8_t zero[4];
	uint32_t crc;

	if (image->len < LM_IMG_HEADER_SIZE)
		return 0;
	crc = hn_crc32c(0, image->bytes, LM_IMG_CRC);
	crc = hn_crc32c(crc, zero, sizeof(zero));
	return hn_crc32c(crc, image->bytes + LM_IMG_HEADER_SIZE, image->len - LM_IMG_HEADER_SIZE);
}

void hn_image_mend(struct hn_image *image)
{
	if (image->len < LM_IMG_HEADER_SIZE)
		return;
	lm_put_le32(image->bytes + LM_IMG_CRC, hn_image_crc(image));
}

struct hn_section hn_image_section(const struct hn_image *image, unsigned int n)
{
	struct hn_section s = { 0 };
	uint32_t at = LM_IMG_HEADER_SIZE;

	for (;;) {
		uint32_t len;

		if (image->len < LM_SEC_HEADER_SIZE || at > image->len - LM_SEC_HEADER_SIZE)
			return s;
		len = lm_get_le32(image->bytes + at + LM_SEC_LENGTH);
		if (len > image->len - at - LM_SEC_HEADER_SIZE)
			return s;
		if (n-- == 0) {
			s.found = true;
			s.type = lm_get_le16(image->bytes + at + LM_SEC_TYPE);
			s.header = at;
			s.payload = at + LM_SEC_HEADER_SIZE;
			s.len = len;
			return s;
		}
		at += LM_SEC_HEADER_SIZE + len;
	}
}

struct hn_section hn_image_find(struct ct *ct, const struct hn_image *image, uint16_t type)
{
	struct hn_section s;
	unsigned int n = 0;

	do {
		s = hn_image_section(image, n++);
	} while (s.found && s.type != type);
	ct_check(ct, s.found, "the image has no section of type %u", type);
	return s;
}

void hn_image_equal(struct ct *ct, const struct hn_image *a, const struct hn_image *b,
		    const char *what)
{
	uint32_t i = 0;

	ct_check(ct, a->len == b->len, "%s: image of %u bytes, then of %u", what, a->len, b->len);
	while (i < a->len && a->bytes[i] == b->bytes[i])
		i++;
	ct_check(ct, i == a->len, "%s: images differ at byte %u: %02xh, then %02xh", what, i,
		 i < a->len ? a->bytes[i] : 0, i < a->len ? b->bytes[i] : 0);
}

struct hn_image hn_image_insert(struct ct *ct, const struct hn_image *image, uint32_t offset,
				uint32_t len)
{
	struct hn_image out = { hn_mem(ct, image->len + len), image->len + len };

	memcpy(out.bytes, image->bytes, offset);
	memcpy(out.bytes + offset + len, image->bytes + offset, image->len - offset);
	return out;
}

struct hn_image hn_image_remove(struct ct *ct, const struct hn_image *image, uint32_t offset,
				uint32_t len)
{
	struct hn_image out = { hn_mem(ct, image->len - len), image->len - len };

	memcpy(out.bytes, image->bytes, offset);
	memcpy(out.bytes + offset, image->bytes + offset + len, image->len - offset - len);
	return out;
}

void hn_image_set_total(struct hn_image *image)
{
	if (image->len < LM_IMG_HEADER_SIZE)
		return;
	lm_put_le32(image->bytes + LM_IMG_TOTAL_LENGTH, image->len);
}

uint32_t hn_largest_image(struct ct *ct)
{
	uint8_t id[LM_ID_SIZE];

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	return lm_get_le32(id + LM_ID_MAX_IMAGE);
}
