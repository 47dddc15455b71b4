/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Images in the reference format: what may differ between two devices that are
 * both right, and ways to spoil them that mean the same to both.
 */
#include "run.h"

#include <stdio.h>
#include <string.h>

#define HEADER 0 /* as a section */

/*
 * All that may legitimately differ. content: between images of equal states,
 * since the devices are not the same one. judged: a device may refuse these
 * bits or take them, by what it offers; they are not spoiled.
 */
static const struct may_differ {
	unsigned int section;
	uint32_t record; /* 0: offset counts from the section; else from each record of this size */
	uint32_t offset;
	uint32_t length;
	uint8_t bits; /* of each byte */
	bool content;
	bool judged;
} may_differ[] = {
	/* another vendor, other capabilities, and so another checksum */
	{ HEADER, 0, LM_IMG_VID, 4, 0xFF, true, false },
	{ HEADER, 0, LM_IMG_CAP, 8, 0xFF, true, false },
	{ HEADER, 0, LM_IMG_FINGERPRINT, 4, 0xFF, true, false },
	{ HEADER, 0, LM_IMG_CRC, 4, 0xFF, true, false },
	/* each presents its own */
	{ LM_SEC_IDENTITY, 0, LM_IDN_SN, LM_IDN_RESERVED, 0xFF, true, false },
	/* where each host has its memory */
	{ LM_SEC_REGISTERS, 0, LM_REGS_ASQ, 16, 0xFF, true, false },
	{ LM_SEC_CQS, LM_CQ_SIZE, LM_CQ_BASE, 8, 0xFF, true, false },
	{ LM_SEC_SQS, LM_SQ_SIZE, LM_SQ_BASE, 8, 0xFF, true, false },
	/* time: the two clocks are not in step */
	{ LM_SEC_LOGS, 0, LM_LOG_BUSY_MINUTES, 24, 0xFF, true, false },
	/* whether a status of the Error Information log has its More bit (NVMe 1.4 4.6.1) */
	{ LM_SEC_LOGS, 0, LM_LOG_ERRORS + 13, 1, 0x40, true, false },
	{ LM_SEC_LOGS, 0, LM_LOG_ERRORS + 64 + 13, 1, 0x40, true, false },
	{ LM_SEC_LOGS, 0, LM_LOG_ERRORS + 128 + 13, 1, 0x40, true, false },
	{ LM_SEC_LOGS, 0, LM_LOG_ERRORS + 192 + 13, 1, 0x40, true, false },
	/* how large the pages are that CAP.MPSMAX offers */
	{ LM_SEC_REGISTERS, 0, LM_REGS_CC, 1, 0x80, false, true },
	{ LM_SEC_REGISTERS, 0, LM_REGS_CC + 1, 1, 0x07, false, true },
	/* whether a reset of a VF keeps its own error count: left to the device */
	{ LM_SEC_LOGS, 0, LM_LOG_ERROR_COUNT, 8, 0xFF, true, false },
	/* provisioned by each */
	{ LM_SEC_NAMESPACES, LM_NS_SIZE, LM_NS_FLBAS, LM_NS_ERROR_RECOVERY - LM_NS_FLBAS, 0xFF,
	  true, false },
};

struct place {
	unsigned int section;
	uint32_t start; /* of the payload */
	uint32_t length;
};

/* Section n of an image that a device gave; the header is section 0. */
static struct place find_section(const struct diff_image *image, unsigned int section)
{
	struct place p = { HEADER, 0, LM_IMG_HEADER_SIZE };

	for (unsigned int i = 0; i < section; i++) {
		const uint8_t *header = image->bytes + p.start + p.length;

		p = (struct place){ i + 1, p.start + p.length + LM_SEC_HEADER_SIZE,
				    lm_get_le32(header + LM_SEC_LENGTH) };
		if (p.start + (uint64_t)p.length > image->len)
			return (struct place){ HEADER, 0, LM_IMG_HEADER_SIZE };
	}
	return p;
}

static bool listed(unsigned int section, uint32_t offset, uint8_t bits, bool content)
{
	for (size_t i = 0; i < sizeof(may_differ) / sizeof(may_differ[0]); i++) {
		const struct may_differ *m = &may_differ[i];
		uint32_t at = m->record ? offset % m->record : offset;

		if (m->section == section && (content ? m->content : m->judged) &&
		    at >= m->offset && at < m->offset + m->length && (bits & m->bits))
			return true;
	}
	return false;
}

static bool judged_apart(unsigned int section, uint32_t offset, uint8_t bits)
{
	return listed(section, offset, bits, false);
}

/* A bit that flips is a fault on both sides; a value may be what one of them has. */
static bool listed_any(unsigned int section, uint32_t offset)
{
	return listed(section, offset, 0xFF, true) || listed(section, offset, 0xFF, false);
}

bool diff_images_differ(const struct diff_image *a, const struct diff_image *b, char *text,
			size_t size)
{
	for (unsigned int section = HEADER; section <= LM_SEC_COUNT; section++) {
		struct place p = find_section(a, section), q = find_section(b, section);

		if (p.start != q.start || p.length != q.length) {
			snprintf(text, size, "section %u: %u bytes at %u | %u bytes at %u", section,
				 p.length, p.start, q.length, q.start);
			return true;
		}
		for (uint32_t i = 0; i < p.length; i++) {
			uint8_t x = a->bytes[p.start + i], y = b->bytes[p.start + i];

			if (x == y || listed(section, i, x ^ y, true))
				continue;
			snprintf(text, size, "section %u byte %u: %02Xh | %02Xh", section, i, x, y);
			return true;
		}
	}
	return false;
}

/* CRC32C, bit by bit: slow and plain. */
static uint32_t crc32c(const uint8_t *p, uint32_t len)
{
	uint32_t crc = UINT32_MAX;

	while (len--) {
		crc ^= *p++;
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
	}
	return ~crc;
}

static void mend(struct diff_image *image)
{
	lm_put_le32(image->bytes + LM_IMG_TOTAL_LENGTH, image->len);
	lm_put_le32(image->bytes + LM_IMG_CRC, 0);
	lm_put_le32(image->bytes + LM_IMG_CRC, crc32c(image->bytes, image->len));
}

/* One more section, which may be skipped or not, behind the others. */
static void append(struct diff_image *image, uint32_t r)
{
	static const uint16_t types[] = { 0x8000, 0x800B, 0xFFFF, 11, 0, LM_SEC_NAMESPACES };
	uint8_t *p = image->bytes + image->len;
	uint32_t payload = 4 * (r >> 8 & 7);

	memset(p, 0x5A, LM_SEC_HEADER_SIZE + payload);
	lm_put_le16(p + LM_SEC_TYPE, types[r % 6]);
	lm_put_le16(p + LM_SEC_VERSION, (uint16_t)(1 + (r >> 16 & 1)));
	lm_put_le32(p + LM_SEC_LENGTH, payload + (r >> 17 & 7 ? 0 : 4));
	image->len += LM_SEC_HEADER_SIZE + payload;
	lm_put_le32(image->bytes + LM_IMG_SECTION_COUNT,
		    lm_get_le32(image->bytes + LM_IMG_SECTION_COUNT) + 1);
}

/* A value that is likely to matter, in 1, 2 or 4 bytes of a section or its header. */
static void spoil(struct diff_image *image, unsigned int section, uint32_t r)
{
	static const uint32_t values[] = { 0, 1, 2, 3, 0xFF, 0x100, 0xFFFF, 0xFFFFFFFF };
	struct place p = find_section(image, section);
	uint32_t before = section && r >> 28 == 0 ? LM_SEC_HEADER_SIZE : 0;
	uint8_t *first = image->bytes + p.start - before;
	uint32_t offset = (r & 0xFFFF) % (p.length + before ? p.length + before : 1);
	uint8_t bit = (uint8_t)(1u << (r >> 17 & 7));
	uint32_t i, size = 1u << (r >> 20) % 3;

	if (r >> 16 & 1)
		size = 1;
	for (i = offset; i < offset + size && i < p.length + before; i++) {
		uint8_t value = (uint8_t)(values[r >> 23 & 7] >> 8 * (i - offset));

		if (r >> 16 & 1) {
			if (i < before || !judged_apart(section, i - before, bit))
				first[i] ^= bit;
		} else if (i < before || !listed_any(section, i - before)) {
			first[i] = value;
		}
	}
}

/* The big sections are mostly empty: half of the time in their first slots. */
static uint32_t near_start(uint32_t r)
{
	return r >> 19 & 1 ? r : r & ~0xFFC0u;
}

void diff_damage(struct diff_image *image, uint64_t number)
{
	uint32_t r = (uint32_t)(number >> 32);

	switch (number >> 8 & 15) {
	case 0:
		append(image, r);
		break;
	case 1:
		image->len -= 4 * (r & 15);
		break;
	case 2:
		memset(image->bytes + image->len, 0, 4);
		image->len += 4;
		break;
	case 3:
		spoil(image, (number >> 12) % (LM_SEC_COUNT + 1), near_start(r));
		spoil(image, (number >> 20) % (LM_SEC_COUNT + 1), near_start(r * 2654435761u));
		break;
	default:
		spoil(image, (number >> 12) % (LM_SEC_COUNT + 1), near_start(r));
		break;
	}
	if (number >> 24 & 7)
		mend(image);
}

void diff_describe_damage(const struct diff_image *before, const struct diff_image *after,
			  char *text, size_t size)
{
	uint32_t at = 0;

	while (at < before->len && at < after->len &&
	       (before->bytes[at] == after->bytes[at] ||
		(at >= LM_IMG_TOTAL_LENGTH && at < LM_IMG_TOTAL_LENGTH + 4) ||
		(at >= LM_IMG_CRC && at < LM_IMG_HEADER_SIZE)))
		at++;
	for (unsigned int section = HEADER; section <= LM_SEC_COUNT; section++) {
		struct place p = find_section(before, section);

		if (at + LM_SEC_HEADER_SIZE >= p.start && at < p.start + p.length) {
			snprintf(text, size, "section %u byte %d, %02Xh to %02Xh, length %u to %u",
				 section, (int)at - (int)p.start, before->bytes[at],
				 after->bytes[at], before->len, after->len);
			return;
		}
	}
	snprintf(text, size, "length %u to %u", before->len, after->len);
}
