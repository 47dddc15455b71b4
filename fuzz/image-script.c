/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "image-script.h"

#include <string.h>

#include "crc32c.h"
#include "nvme-lm.h"

#define MAX_SECTIONS 24
#define MAX_EDITS 64
#define MAX_PAYLOAD 6144u

struct section {
	uint16_t type;
	uint16_t version;
	uint32_t length;
	uint8_t data[MAX_PAYLOAD];
};

/* The image in pieces. */
struct pieces {
	uint8_t header[LM_IMG_HEADER_SIZE];
	struct section section[MAX_SECTIONS];
	unsigned int count;
};

static struct pieces pieces;

static void take_apart(const struct image *image)
{
	uint32_t at = LM_IMG_HEADER_SIZE;

	memcpy(pieces.header, image->data, sizeof(pieces.header));
	for (pieces.count = 0; at < image->size && pieces.count < MAX_SECTIONS; pieces.count++) {
		struct section *s = &pieces.section[pieces.count];

		s->type = lm_get_le16(image->data + at + LM_SEC_TYPE);
		s->version = lm_get_le16(image->data + at + LM_SEC_VERSION);
		s->length = lm_get_le32(image->data + at + LM_SEC_LENGTH);
		fuzz_check(s->length <= MAX_PAYLOAD, "a section of %u bytes", s->length);
		memcpy(s->data, image->data + at + LM_SEC_HEADER_SIZE, s->length);
		at += LM_SEC_HEADER_SIZE + s->length;
	}
	fuzz_check(at == image->size, "the model's own image does not add up");
}

static void put_together(struct image *image)
{
	uint8_t *p = image->data;
	unsigned int i;

	memcpy(p, pieces.header, sizeof(pieces.header));
	p += sizeof(pieces.header);
	for (i = 0; i < pieces.count; i++) {
		const struct section *s = &pieces.section[i];

		if (s->length > IMAGE_MAX_SIZE - LM_SEC_HEADER_SIZE - (size_t)(p - image->data))
			break;
		lm_put_le16(p + LM_SEC_TYPE, s->type);
		lm_put_le16(p + LM_SEC_VERSION, s->version);
		lm_put_le32(p + LM_SEC_LENGTH, s->length);
		memcpy(p + LM_SEC_HEADER_SIZE, s->data, s->length);
		p += LM_SEC_HEADER_SIZE + s->length;
	}
	image->size = (uint32_t)(p - image->data);
	lm_put_le32(image->data + LM_IMG_SECTION_COUNT, i);
	lm_put_le32(image->data + LM_IMG_TOTAL_LENGTH, image->size);
}

void image_mend_crc(struct image *image)
{
	if (image->size < LM_IMG_HEADER_SIZE)
		return;
	lm_put_le32(image->data + LM_IMG_CRC, 0);
	lm_put_le32(image->data + LM_IMG_CRC, lm_crc32c(0, image->data, image->size));
}

static struct section *pick(struct fuzz_in *in)
{
	return &pieces.section[fuzz_below(in, pieces.count)];
}

static struct section *find(unsigned int type)
{
	unsigned int i;

	for (i = 0; i < pieces.count; i++)
		if (pieces.section[i].type == type)
			return &pieces.section[i];
	return &pieces.section[0];
}

static uint32_t record_size(unsigned int type)
{
	switch (type) {
	case LM_SEC_CQS:
		return LM_CQ_SIZE;
	case LM_SEC_SQS:
		return LM_SQ_SIZE;
	case LM_SEC_AERS:
		return LM_AER_SIZE;
	case LM_SEC_EVENTS:
		return LM_EVT_SIZE;
	case LM_SEC_PARKED:
		return LM_PRK_SIZE;
	case LM_SEC_NAMESPACES:
		return LM_NS_SIZE;
	default:
		return 4;
	}
}

static void edit_field(struct fuzz_in *in, unsigned int bytes)
{
	struct section *s = pick(in);
	uint8_t value[8];
	uint32_t at;

	fuzz_bytes(in, value, bytes);
	at = fuzz_u16(in);
	if (s->length < bytes)
		return;
	at %= s->length - bytes + 1;
	memcpy(s->data + (at - at % (bytes > 4 ? 4 : bytes)), value, bytes);
}

/* Add or take away a record, or make a second of it. */
static void edit_records(struct fuzz_in *in, bool remove)
{
	struct section *s = pick(in);
	uint32_t size = record_size(s->type), at;

	if (s->length < size)
		return;
	at = fuzz_below(in, s->length / size) * size;
	if (remove) {
		memmove(s->data + at, s->data + at + size, s->length - at - size);
		s->length -= size;
	} else if (s->length + size <= MAX_PAYLOAD) {
		memmove(s->data + at + size, s->data + at, s->length - at);
		s->length += size;
	}
}

static void edit_length(struct fuzz_in *in)
{
	struct section *s = pick(in);
	uint32_t length = s->length + (uint32_t)(int8_t)fuzz_u8(in);

	if (length > MAX_PAYLOAD)
		return;
	if (length > s->length)
		memset(s->data + s->length, 0, length - s->length);
	s->length = length;
}

static void edit_sections(struct fuzz_in *in)
{
	unsigned int i = fuzz_below(in, pieces.count), how = fuzz_u8(in);
	struct section *s = &pieces.section[i];

	if (how < 0x60 && pieces.count < MAX_SECTIONS) {
		/* One more at the end: one to be skipped, if its type says so. */
		s = &pieces.section[pieces.count++];
		s->type = (uint16_t)(LM_SEC_OPTIONAL ^ fuzz_u16(in));
		s->version = (uint16_t)(how & 3);
		s->length = fuzz_u8(in);
		fuzz_bytes(in, s->data, s->length);
	} else if (how < 0x80 && pieces.count > 1) {
		memmove(s, s + 1, (--pieces.count - i) * sizeof(*s));
	} else if (how < 0xC0) {
		s->version = fuzz_u16(in);
	} else {
		s->type = fuzz_u16(in);
	}
}

/* The registers, and the admin queues that have to agree with them. */
static void edit_admin(struct fuzz_in *in, const uint64_t *address, unsigned int n)
{
	uint8_t *regs = find(LM_SEC_REGISTERS)->data;
	uint8_t *cq = find(LM_SEC_CQS)->data, *sq = find(LM_SEC_SQS)->data;
	uint64_t base = address[fuzz_below(in, n)];
	uint16_t qsize = fuzz_u16(in);
	uint32_t aqa = lm_get_le32(regs + LM_REGS_AQA);

	if (qsize & 1) {
		lm_put_le64(regs + LM_REGS_ASQ, base);
		lm_put_le64(sq + LM_SQ_BASE, base);
	} else {
		lm_put_le64(regs + LM_REGS_ACQ, base);
		lm_put_le64(cq + LM_CQ_BASE, base);
	}
	qsize >>= 4;
	if (!qsize)
		return;
	lm_put_le32(regs + LM_REGS_AQA, (aqa & 0xF000F000) | (uint32_t)qsize << 16 | qsize);
	lm_put_le16(sq + LM_SQ_QSIZE, qsize);
	lm_put_le16(cq + LM_CQ_QSIZE, qsize);
}

/* A queue elsewhere, or elsewhere in it. */
static void edit_queue(struct fuzz_in *in, const uint64_t *address, unsigned int n)
{
	bool cq = fuzz_u8(in) & 1;
	struct section *s = find(cq ? LM_SEC_CQS : LM_SEC_SQS);
	uint32_t size = cq ? LM_CQ_SIZE : LM_SQ_SIZE;
	uint8_t how = fuzz_u8(in), *p;

	if (s->length < size)
		return;
	p = s->data + fuzz_below(in, s->length / size) * size;
	if (how & 1)
		lm_put_le64(p + (cq ? LM_CQ_BASE : LM_SQ_BASE), address[fuzz_below(in, n)]);
	if (how & 2)
		lm_put_le16(p + (cq ? LM_CQ_HEAD : LM_SQ_HEAD), fuzz_u8(in) & 15);
	if (how & 4)
		lm_put_le16(p + (cq ? LM_CQ_TAIL : LM_SQ_TAIL), fuzz_u8(in) & 15);
	if (how & 8)
		lm_put_le16(p + (cq ? LM_CQ_QSIZE : LM_SQ_QSIZE), fuzz_u8(in) & 31);
	if (how & 16)
		lm_put_le16(p, fuzz_u8(in) & 7);
	if (how & 32)
		lm_put_le16(p + (cq ? LM_CQ_VECTOR : LM_SQ_CQID), fuzz_u8(in) & 7);
	if (how & 64)
		lm_put_le16(p + (cq ? LM_CQ_FLAGS : LM_SQ_PRIORITY), fuzz_u8(in) & 7);
}

/* Completions to be posted, requests to be answered, and events. */
static void edit_parked(struct fuzz_in *in)
{
	uint8_t *p = find(LM_SEC_PARKED)->data;
	uint8_t *aer = find(LM_SEC_AERS)->data, *event = find(LM_SEC_EVENTS)->data;
	unsigned int i, n = fuzz_below(in, LM_PRK_SLOTS + 1);
	uint16_t sqid = fuzz_u8(in) & 3;

	if (find(LM_SEC_PARKED)->length < LM_PRK_SLOTS * LM_PRK_SIZE ||
	    find(LM_SEC_AERS)->length < LM_AER_SLOTS * LM_AER_SIZE ||
	    find(LM_SEC_EVENTS)->length < LM_EVT_SECTION_SIZE)
		return;
	for (i = 0; i < n; i++, p += LM_PRK_SIZE) {
		lm_put_le16(p + LM_PRK_SQID, sqid);
		lm_put_le16(p + LM_PRK_CID, (uint16_t)i);
		lm_put_le16(p + LM_PRK_VALID, 1);
	}
	n = fuzz_u8(in);
	for (i = 0; i < (n & 7) && i < LM_AER_SLOTS; i++) {
		lm_put_le16(aer + LM_AER_SIZE * i + LM_AER_CID, (uint16_t)(0x100 + i));
		lm_put_le16(aer + LM_AER_SIZE * i + LM_AER_VALID, 1);
	}
	for (i = 0; i < n >> 4 && i < LM_EVT_SLOTS; i++) {
		lm_put_le32(event + LM_EVT_SIZE * i + LM_EVT_DW0,
			    (uint32_t)fuzz_u8(in) << 8 | (i & 1));
		lm_put_le32(event + LM_EVT_SIZE * i + LM_EVT_VALID, 1);
	}
}

static void edit(struct fuzz_in *in, const uint64_t *address, unsigned int n)
{
	unsigned int at;

	if (!pieces.count)
		return;
	switch (fuzz_below(in, 12)) {
	case 0:
		edit_field(in, 1);
		break;
	case 1:
		edit_field(in, 2);
		break;
	case 2:
		edit_field(in, 4);
		break;
	case 3:
		edit_field(in, 8);
		break;
	case 4:
		edit_records(in, false);
		break;
	case 5:
		edit_records(in, true);
		break;
	case 6:
		edit_length(in);
		break;
	case 7:
		edit_sections(in);
		break;
	case 8:
		edit_admin(in, address, n);
		break;
	case 9:
		edit_queue(in, address, n);
		break;
	case 10:
		edit_parked(in);
		break;
	default:
		at = fuzz_below(in, LM_IMG_HEADER_SIZE);
		pieces.header[at] = fuzz_u8(in);
		break;
	}
}

void image_script(struct fuzz_in *in, struct image *image, const uint64_t *address, unsigned int n)
{
	unsigned int edits = fuzz_u8(in), raw = edits >> 6, i;
	uint8_t how = fuzz_u8(in);
	uint32_t size;

	take_apart(image);
	for (i = 0; i < (edits & (MAX_EDITS - 1)); i++)
		edit(in, address, n);
	put_together(image);
	for (i = 0; i < raw && image->size; i++) {
		uint32_t at = fuzz_u16(in) % image->size;

		image->data[at] ^= fuzz_u8(in);
	}
	if (how >= 0xE0) {
		size = image->size + (uint32_t)(int32_t)(int16_t)fuzz_u16(in);
		image->size = size <= IMAGE_MAX_SIZE ? size & ~3u : image->size;
		if (how >= 0xF0)
			lm_put_le32(image->data + LM_IMG_TOTAL_LENGTH, image->size);
	}
	if (!(how & 1) || raw < 3)
		image_mend_crc(image);
}

const uint8_t *image_section(const struct image *image, unsigned int type, uint32_t *length)
{
	uint32_t at = LM_IMG_HEADER_SIZE;

	while (at < image->size) {
		const uint8_t *p = image->data + at;

		*length = lm_get_le32(p + LM_SEC_LENGTH);
		if (lm_get_le16(p + LM_SEC_TYPE) == type)
			return p + LM_SEC_HEADER_SIZE;
		at += LM_SEC_HEADER_SIZE + *length;
	}
	return NULL;
}
