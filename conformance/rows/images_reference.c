// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Images in the reference format: the exact answer to each way of being wrong,
 * with lengths and CRC set right again as an attacker would.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define NEEDS (CT_CAP(CT_CAP_REFERENCE_IMAGE) | CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))

enum edit_kind { SET, XOR, ADD };

/* One change of an image: width bytes at offset in record n of a section's payload. */
struct edit {
	const char *name;
	uint16_t section; /* 0 = the header */
	uint16_t offset;
	uint8_t width;
	enum edit_kind kind;
	uint64_t value;
	uint16_t status;
	bool keep_crc; /* leave the CRC wrong */
};

struct edits {
	const struct edit *edit;
	unsigned int num;
};

#define EDITS(table)                                    \
	&(const struct edits)                           \
	{                                               \
		table, sizeof(table) / sizeof(table[0]) \
	}

static void put(uint8_t *p, unsigned int width, uint64_t v)
{
	for (unsigned int i = 0; i < width; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get(const uint8_t *p, unsigned int width)
{
	uint64_t v = 0;

	for (unsigned int i = width; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static void apply(struct ct *ct, struct hn_image *image, const struct edit *e)
{
	uint32_t base = e->section ? hn_image_find(ct, image, e->section).payload : 0;
	uint8_t *p = image->bytes + base + e->offset;
	uint64_t v = e->value;

	ct_check(ct, base + e->offset + e->width <= image->len,
		 "section %u is too short for its field at %u", e->section, e->offset);
	if (e->kind == XOR)
		v ^= get(p, e->width);
	else if (e->kind == ADD)
		v += get(p, e->width);
	put(p, e->width, v);
	if (!e->keep_crc)
		hn_image_mend(image);
}

/* The image must be refused with this status and leave the VF as it was. */
static void refused(struct ct *ct, const struct hn_image *original, const struct hn_image *damaged,
		    uint16_t status)
{
	struct hn_image after;
	struct ct_cqe cqe;

	hn_load_status(ct, 1, damaged, &cqe);
	ct_status(ct, &cqe, status);
	after = hn_save(ct, 1);
	hn_image_equal(ct, original, &after, "VF after a LOAD that failed");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

static void edit_case(struct ct *ct, unsigned int i)
{
	const struct edits *edits = ct_row(ct)->data;
	struct hn_image image, damaged;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	apply(ct, &damaged, &edits->edit[i]);
	refused(ct, &image, &damaged, edits->edit[i].status);
}

static unsigned int edit_cases(struct ct *ct)
{
	return ((const struct edits *)ct_row(ct)->data)->num;
}

static void edit_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	snprintf(buf, size, "%s", ((const struct edits *)ct_row(ct)->data)->edit[i].name);
}

#define EDIT_ROW(sym, row_id, row_reqs, row_given, row_expect, table)                      \
	CT_ROW(sym, .id = row_id, .reqs = row_reqs,                                        \
	       .given = "a suspended VF with three queue pairs and its image, " row_given, \
	       .when = "the image is loaded", .expect = row_expect ", the VF as before",   \
	       .needs = NEEDS, .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = edit_cases,      \
	       .name = edit_name, .run = edit_case, .data = EDITS(table))

static const struct edit header_edits[] = {
	{ "magic-first-byte", 0, 0, 1, XOR, 0x20, 0x1C0, false },
	{ "magic-last-byte", 0, 7, 1, XOR, 0x01, 0x1C0, false },
	{ "header-length-0", 0, LM_IMG_HEADER_LENGTH, 2, SET, 0, 0x1C0, false },
	{ "header-length-60", 0, LM_IMG_HEADER_LENGTH, 2, SET, 60, 0x1C0, false },
	{ "header-length-68", 0, LM_IMG_HEADER_LENGTH, 2, SET, 68, 0x1C0, false },
	{ "header-length-ffff", 0, LM_IMG_HEADER_LENGTH, 2, SET, 0xFFFF, 0x1C0, false },
	{ "total-length-0", 0, LM_IMG_TOTAL_LENGTH, 4, SET, 0, 0x1C0, false },
	{ "total-length-less-4", 0, LM_IMG_TOTAL_LENGTH, 4, ADD, -(uint64_t)4, 0x1C0, false },
	{ "total-length-more-4", 0, LM_IMG_TOTAL_LENGTH, 4, ADD, 4, 0x1C0, false },
	{ "total-length-ffffffff", 0, LM_IMG_TOTAL_LENGTH, 4, SET, 0xFFFFFFFF, 0x1C0, false },
	{ "no-sections", 0, LM_IMG_SECTION_COUNT, 4, SET, 0, 0x1C0, false },
	{ "one-section-less", 0, LM_IMG_SECTION_COUNT, 4, ADD, -(uint64_t)1, 0x1C0, false },
	{ "one-section-more", 0, LM_IMG_SECTION_COUNT, 4, ADD, 1, 0x1C0, false },
	{ "sections-ffffffff", 0, LM_IMG_SECTION_COUNT, 4, SET, 0xFFFFFFFF, 0x1C0, false },
	{ "reserved-first-byte", 0, LM_IMG_RESERVED, 1, SET, 1, 0x1C0, false },
	{ "reserved-last-byte", 0, LM_IMG_CRC - 1, 1, SET, 0x80, 0x1C0, false },
	{ "crc-0", 0, LM_IMG_CRC, 4, SET, 0, 0x1C0, true },
	{ "crc-bit-0", 0, LM_IMG_CRC, 4, XOR, 1, 0x1C0, true },
	{ "crc-bit-31", 0, LM_IMG_CRC, 4, XOR, 0x80000000, 0x1C0, true },
	{ "crc-inverted", 0, LM_IMG_CRC, 4, XOR, 0xFFFFFFFF, 0x1C0, true },
	{ "payload-changed-crc-kept", LM_SEC_IDENTITY, 0, 1, XOR, 1, 0x1C0, true },
	{ "last-section-changed-crc-kept", LM_SEC_NAMESPACES, LM_NS_EUI64, 1, XOR, 1, 0x1C0, true },
	{ "vid-changed-crc-kept", 0, LM_IMG_VID, 2, XOR, 1, 0x1C0, true },
	{ "version-changed-crc-kept", 0, LM_IMG_VERSION, 2, XOR, 2, 0x1C0, true },
};
EDIT_ROW(image_header, "IMG/malformed-header-answers-1c0h", "LM-IMG-050 LM-LOD-160",
	 "with a header field or the CRC wrong", "1C0h", header_edits);

static const struct edit reserved_edits[] = {
	{ "identity", LM_SEC_IDENTITY, LM_IDN_RESERVED, 2, SET, 1, 0x1C0, false },
	{ "identity-last-bit", LM_SEC_IDENTITY, LM_IDN_RESERVED, 2, SET, 0x8000, 0x1C0, false },
	{ "namespace", LM_SEC_NAMESPACES, LM_NS_RESERVED, 4, SET, 1, 0x1C0, false },
	{ "namespace-last-bit", LM_SEC_NAMESPACES, LM_NS_RESERVED, 4, SET, 0x80000000, 0x1C0,
	  false },
};
EDIT_ROW(image_reserved, "IMG/reserved-fields-of-sections-answer-1c0h", "LM-IMG-080",
	 "with a reserved field of a section set", "1C0h", reserved_edits);

static const struct edit version_edits[] = {
	{ "format-version-0", 0, LM_IMG_VERSION, 2, SET, 0, 0x1C1, false },
	{ "format-version-2", 0, LM_IMG_VERSION, 2, SET, 2, 0x1C1, false },
	{ "format-version-0100", 0, LM_IMG_VERSION, 2, SET, 0x0100, 0x1C1, false },
	{ "format-version-ffff", 0, LM_IMG_VERSION, 2, SET, 0xFFFF, 0x1C1, false },
};
EDIT_ROW(image_version, "IMG/unknown-version-answers-1c1h", "LM-IMG-055",
	 "of another format version with a right CRC", "1C1h", version_edits);

static const struct edit device_edits[] = {
	{ "other-vid", 0, LM_IMG_VID, 2, XOR, 1, 0x1C1, false },
	{ "vid-byte-swapped", 0, LM_IMG_VID, 2, XOR, 0x8000, 0x1C1, false },
	{ "other-ssvid", 0, LM_IMG_SSVID, 2, XOR, 1, 0x1C1, false },
	{ "cap-mqes", 0, LM_IMG_CAP, 8, XOR, 1, 0x1C1, false },
	{ "cap-to", 0, LM_IMG_CAP, 8, XOR, 1u << 24, 0x1C1, false },
	{ "cap-high-half", 0, LM_IMG_CAP, 8, XOR, UINT64_C(1) << 48, 0x1C1, false },
	{ "vs", 0, LM_IMG_VS, 4, XOR, 0x100, 0x1C1, false },
	{ "fingerprint-bit-0", 0, LM_IMG_FINGERPRINT, 4, XOR, 1, 0x1C1, false },
	{ "fingerprint-bit-31", 0, LM_IMG_FINGERPRINT, 4, XOR, 0x80000000, 0x1C1, false },
	{ "fingerprint-0", 0, LM_IMG_FINGERPRINT, 4, SET, 0, 0x1C1, false },
};
EDIT_ROW(image_device, "IMG/image-of-another-device-answers-1c1h", "LM-IMG-070 LM-CMP-010",
	 "of a device with another VID, CAP, VS or fingerprint", "1C1h", device_edits);

static const struct edit register_edits[] = {
	{ "cc-reserved-bit-1", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1u << 1, 0x1C0, false },
	{ "cc-reserved-bit-31", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1u << 31, 0x1C0, false },
	{ "cc-disabled-but-ready", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1, 0x1C0, false },
	{ "cc-mps-beyond-cap", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 15u << 7, 0x1C0, false },
	{ "cc-css-5", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 5u << 4, 0x1C0, false },
	{ "cc-ams-3", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 3u << 11, 0x1C0, false },
	{ "csts-not-ready-but-enabled", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1, 0x1C0, false },
	{ "csts-reserved-bit-6", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 6, 0x1C0, false },
	{ "csts-reserved-bit-31", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 31, 0x1C0, false },
	{ "csts-shst-1", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 2, 0x1C0, false },
	{ "csts-nssro", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 4, 0x1C0, false },
	{ "csts-pp", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 5, 0x1C0, false },
	/* EN 0, RDY 1, CFS 1 may be; with a CC that does not enable it cannot have become ready. */
	{ "cc-css-5-ready-and-failed", LM_SEC_REGISTERS, LM_REGS_CC, 8, XOR,
	  UINT64_C(2) << 32 | 5u << 4 | 1, 0x1C0, false },
	{ "cc-iosqes-with-io-queues", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1u << 16, 0x1C0,
	  false },
	{ "cc-iocqes-with-io-queues", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1u << 20, 0x1C0,
	  false },
	{ "csts-shst-3", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 3u << 2, 0x1C0, false },
	{ "aqa-asqs-differs", LM_SEC_REGISTERS, LM_REGS_AQA, 4, ADD, 1, 0x1C0, false },
	{ "aqa-acqs-differs", LM_SEC_REGISTERS, LM_REGS_AQA, 4, ADD, 0x10000, 0x1C0, false },
	{ "aqa-reserved-bit-12", LM_SEC_REGISTERS, LM_REGS_AQA, 4, XOR, 1u << 12, 0x1C0, false },
	{ "asq-differs", LM_SEC_REGISTERS, LM_REGS_ASQ, 8, ADD, 0x1000, 0x1C0, false },
	{ "asq-low-bit", LM_SEC_REGISTERS, LM_REGS_ASQ, 8, ADD, 1, 0x1C0, false },
	{ "acq-differs", LM_SEC_REGISTERS, LM_REGS_ACQ, 8, ADD, 0x1000, 0x1C0, false },
};
EDIT_ROW(image_registers, "IMG/registers-that-cannot-be-answer-1c0h", "LM-IMG-100",
	 "with registers that a VF cannot have", "1C0h", register_edits);

static const struct edit feature_edits[] = {
	{ "power-state-31", LM_SEC_FEATURES, LM_FEA_POWER, 4, SET, 31, 0x1C0, false },
	{ "reserved", LM_SEC_FEATURES, LM_FEA_RESERVED, 4, SET, 1, 0x1C0, false },
	{ "vector-127-coalescing", LM_SEC_FEATURES, LM_FEA_VECTOR_NOCOAL + 15, 1, SET, 0x80, 0x1C0,
	  false },
	{ "num-queues-ffff", LM_SEC_FEATURES, LM_FEA_NUM_QUEUES, 4, SET, 0xFFFFFFFF, 0x1C0, false },
	{ "arbitration-reserved", LM_SEC_FEATURES, LM_FEA_ARBITRATION, 4, XOR, 1u << 7, 0x1C0,
	  false },
	{ "coalescing-reserved", LM_SEC_FEATURES, LM_FEA_COALESCING, 4, XOR, 1u << 31, 0x1C0,
	  false },
	{ "temperature-over-thsel", LM_SEC_FEATURES, LM_FEA_TEMP_OVER, 4, XOR, 1u << 20, 0x1C0,
	  false },
	{ "temperature-under-thsel", LM_SEC_FEATURES, LM_FEA_TEMP_UNDER, 4, XOR, 1u << 20, 0x1C0,
	  false },
	{ "async-events-reserved", LM_SEC_FEATURES, LM_FEA_ASYNC_EVENTS, 4, XOR, 1u << 20, 0x1C0,
	  false },
	{ "error-recovery-reserved", LM_SEC_NAMESPACES, LM_NS_ERROR_RECOVERY, 4, XOR, 1u << 31,
	  0x1C0, false },
	/* The value of the feature comes before the namespace. */
	{ "error-recovery-reserved-and-other-eui64", LM_SEC_NAMESPACES, LM_NS_EUI64 + 4, 8, XOR,
	  UINT64_C(1) << 63 | 1, 0x1C0, false },
};
EDIT_ROW(image_features, "IMG/feature-values-that-cannot-be-answer-1c0h", "LM-IMG-110",
	 "with a feature value that Set Features refuses", "1C0h", feature_edits);

#define CQ(n, field) ((n)*LM_CQ_SIZE + (field))
#define SQ(n, field) ((n)*LM_SQ_SIZE + (field))
static const struct edit queue_edits[] = {
	{ "cq-out-of-order", LM_SEC_CQS, CQ(2, LM_CQ_QID), 2, SET, 1, 0x1C0, false },
	{ "cq-descending", LM_SEC_CQS, CQ(3, LM_CQ_QID), 2, SET, 1, 0x1C0, false },
	{ "no-admin-cq", LM_SEC_CQS, CQ(0, LM_CQ_QID), 2, SET, 1, 0x1C0, false },
	{ "admin-cq-interrupts-off", LM_SEC_CQS, CQ(0, LM_CQ_FLAGS), 2, XOR, LM_CQ_F_IEN, 0x1C0,
	  false },
	{ "admin-cq-vector-1", LM_SEC_CQS, CQ(0, LM_CQ_VECTOR), 2, SET, 1, 0x1C0, false },
	{ "cq-size-0", LM_SEC_CQS, CQ(1, LM_CQ_QSIZE), 2, SET, 0, 0x1C0, false },
	{ "cq-size-ffff", LM_SEC_CQS, CQ(1, LM_CQ_QSIZE), 2, SET, 0xFFFF, 0x1C0, false },
	{ "cq-head-at-size", LM_SEC_CQS, CQ(1, LM_CQ_HEAD), 2, SET, 8, 0x1C0, false },
	{ "cq-head-ffff", LM_SEC_CQS, CQ(1, LM_CQ_HEAD), 2, SET, 0xFFFF, 0x1C0, false },
	{ "cq-tail-at-size", LM_SEC_CQS, CQ(1, LM_CQ_TAIL), 2, SET, 8, 0x1C0, false },
	{ "cq-tail-ffff", LM_SEC_CQS, CQ(1, LM_CQ_TAIL), 2, SET, 0xFFFF, 0x1C0, false },
	{ "cq-base-misaligned", LM_SEC_CQS, CQ(1, LM_CQ_BASE), 8, ADD, 0x10, 0x1C0, false },
	{ "cq-reserved", LM_SEC_CQS, CQ(1, LM_CQ_RESERVED), 4, SET, 1, 0x1C0, false },
	{ "cq-flags-reserved", LM_SEC_CQS, CQ(1, LM_CQ_FLAGS), 2, XOR, 4, 0x1C0, false },
	{ "sq-out-of-order", LM_SEC_SQS, SQ(2, LM_SQ_QID), 2, SET, 1, 0x1C0, false },
	{ "no-admin-sq", LM_SEC_SQS, SQ(0, LM_SQ_QID), 2, SET, 1, 0x1C0, false },
	{ "sq-cq-does-not-exist", LM_SEC_SQS, SQ(1, LM_SQ_CQID), 2, SET, 4, 0x1C0, false },
	{ "sq-on-admin-cq", LM_SEC_SQS, SQ(1, LM_SQ_CQID), 2, SET, 0, 0x1C0, false },
	{ "admin-sq-on-io-cq", LM_SEC_SQS, SQ(0, LM_SQ_CQID), 2, SET, 1, 0x1C0, false },
	{ "sq-size-0", LM_SEC_SQS, SQ(1, LM_SQ_QSIZE), 2, SET, 0, 0x1C0, false },
	{ "sq-size-ffff", LM_SEC_SQS, SQ(1, LM_SQ_QSIZE), 2, SET, 0xFFFF, 0x1C0, false },
	{ "sq-head-at-size", LM_SEC_SQS, SQ(1, LM_SQ_HEAD), 2, SET, 8, 0x1C0, false },
	{ "sq-head-ffff", LM_SEC_SQS, SQ(1, LM_SQ_HEAD), 2, SET, 0xFFFF, 0x1C0, false },
	{ "sq-tail-at-size", LM_SEC_SQS, SQ(1, LM_SQ_TAIL), 2, SET, 8, 0x1C0, false },
	{ "sq-tail-ffff", LM_SEC_SQS, SQ(1, LM_SQ_TAIL), 2, SET, 0xFFFF, 0x1C0, false },
	{ "sq-base-misaligned", LM_SEC_SQS, SQ(1, LM_SQ_BASE), 8, ADD, 0x40, 0x1C0, false },
	{ "sq-reserved", LM_SEC_SQS, SQ(1, LM_SQ_RESERVED), 4, SET, 0x80000000, 0x1C0, false },
	{ "sq-priority-4", LM_SEC_SQS, SQ(1, LM_SQ_PRIORITY), 2, SET, 4, 0x1C0, false },
	{ "sq-last-cq-does-not-exist", LM_SEC_SQS, SQ(3, LM_SQ_CQID), 2, SET, 0xFFFF, 0x1C0,
	  false },
};
EDIT_ROW(image_queues, "IMG/queues-that-cannot-be-answer-1c0h", "LM-IMG-120 LM-SEC-010",
	 "with a queue that a VF cannot have", "1C0h", queue_edits);

static const struct edit resource_edits[] = {
	{ "cq-vector-ffff", LM_SEC_CQS, CQ(3, LM_CQ_VECTOR), 2, SET, 0xFFFF, 0x138, false },
	{ "cq-vector-2048", LM_SEC_CQS, CQ(1, LM_CQ_VECTOR), 2, SET, 2048, 0x138, false },
	{ "sq-qid-ffff", LM_SEC_SQS, SQ(3, LM_SQ_QID), 2, SET, 0xFFFF, 0x138, false },
	{ "cq-qid-ffff", LM_SEC_CQS, CQ(3, LM_CQ_QID), 2, SET, 0xFFFF, 0x138, false },
};

/* A CQ that is renamed takes its SQ with it, so that nothing else is wrong. */
static void resource_case(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;
	struct hn_section sqs;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	apply(ct, &damaged, &resource_edits[i]);
	if (resource_edits[i].section == LM_SEC_CQS &&
	    resource_edits[i].offset == CQ(3, LM_CQ_QID)) {
		sqs = hn_image_find(ct, &damaged, LM_SEC_SQS);
		lm_put_le16(damaged.bytes + sqs.payload + SQ(3, LM_SQ_CQID), 0xFFFF);
		hn_image_mend(&damaged);
	}
	refused(ct, &image, &damaged, LM_SC_NOT_ENOUGH_RESOURCES);
}

CT_ROW(image_resources, .id = "IMG/queue-or-vector-that-the-vf-lacks-answers-138h",
       .reqs = "LM-IMG-130 LM-LOD-160 LM-CMP-010",
       .given = "a suspended VF and its image, with a queue ID or vector beyond the VF's",
       .when = "the image is loaded", .expect = "138h, the VF as before", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = edit_cases, .name = edit_name,
       .run = resource_case, .data = EDITS(resource_edits));

#define AER(n, field) ((n)*LM_AER_SIZE + (field))
#define EVT(n, field) ((n)*LM_EVT_SIZE + (field))
#define PRK(n, field) ((n)*LM_PRK_SIZE + (field))
static const struct edit slot_edits[] = {
	{ "aer-hole", LM_SEC_AERS, AER(0, 0), 4, SET, 0, 0x1C0, false },
	{ "aer-used-2", LM_SEC_AERS, AER(0, LM_AER_VALID), 2, SET, 2, 0x1C0, false },
	{ "aer-unused-not-0", LM_SEC_AERS, AER(3, LM_AER_CID), 2, SET, 7, 0x1C0, false },
	{ "aer-used-behind-unused", LM_SEC_AERS, AER(3, LM_AER_VALID), 2, SET, 1, 0x1C0, false },
	{ "event-behind-unused", LM_SEC_EVENTS, EVT(1, LM_EVT_VALID), 4, SET, 1, 0x1C0, false },
	{ "event-used-2", LM_SEC_EVENTS, EVT(0, LM_EVT_VALID), 4, SET, 2, 0x1C0, false },
	{ "event-unused-not-0", LM_SEC_EVENTS, EVT(7, LM_EVT_DW0), 4, SET, 0x10000, 0x1C0, false },
	{ "event-type-5", LM_SEC_EVENTS, EVT(0, 0), 8, SET, UINT64_C(0x100000005), 0x1C0, false },
	{ "event-reserved", LM_SEC_EVENTS, EVT(0, 0), 8, SET, UINT64_C(0x101000002), 0x1C0, false },
	{ "masked-type-31", LM_SEC_EVENTS, LM_EVT_MASKED, 4, SET, 0x80000000, 0x1C0, false },
	{ "parked-behind-unused", LM_SEC_PARKED, PRK(1, LM_PRK_VALID), 2, SET, 1, 0x1C0, false },
	{ "parked-unused-not-0", LM_SEC_PARKED, PRK(255, LM_PRK_DW0), 4, SET, 1, 0x1C0, false },
	{ "parked-used-2", LM_SEC_PARKED, PRK(0, LM_PRK_VALID), 2, SET, 2, 0x1C0, false },
	{ "parked-of-no-sq", LM_SEC_PARKED, PRK(0, 0), 8, SET, UINT64_C(0x0001000000070040), 0x1C0,
	  false },
	{ "parked-of-a-deleted-sq", LM_SEC_PARKED, PRK(0, 0), 8, SET, UINT64_C(0x0001000000070004),
	  0x1C0, false },
	{ "parked-status-reserved", LM_SEC_PARKED, PRK(0, 0), 8, SET, UINT64_C(0x0001800000070001),
	  0x1C0, false },
};
EDIT_ROW(image_slots, "IMG/slots-that-cannot-be-answer-1c0h", "LM-IMG-140",
	 "with an AER, event or parked slot out of order", "1C0h", slot_edits);

static void twice_the_same_aer(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;
	struct hn_section aers;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	aers = hn_image_find(ct, &damaged, LM_SEC_AERS);
	memcpy(damaged.bytes + aers.payload + AER(1, 0), damaged.bytes + aers.payload, LM_AER_SIZE);
	hn_image_mend(&damaged);
	refused(ct, &image, &damaged, LM_SC_INVALID_IMAGE);
}

CT_ROW(image_aer_twice, .id = "IMG/one-cid-in-two-aers-answers-1c0h", .reqs = "LM-IMG-140",
       .given = "a suspended VF with two AERs and its image, the second AER with the first's CID",
       .when = "the image is loaded", .expect = "1C0h, the VF as before", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = twice_the_same_aer);

static const struct edit namespace_edits[] = {
	{ "foreign-nsid", LM_SEC_NAMESPACES, LM_NS_NSID, 4, SET, 0x7777, 0x1C1, false },
	{ "nsid-0", LM_SEC_NAMESPACES, LM_NS_NSID, 4, SET, 0, 0x1C1, false },
	{ "nsid-ffffffff", LM_SEC_NAMESPACES, LM_NS_NSID, 4, SET, 0xFFFFFFFF, 0x1C1, false },
	{ "other-lba-format", LM_SEC_NAMESPACES, LM_NS_LBADS, 1, XOR, 5, 0x1C1, false },
	{ "other-flbas", LM_SEC_NAMESPACES, LM_NS_FLBAS, 1, XOR, 1, 0x1C1, false },
	{ "other-metadata-size", LM_SEC_NAMESPACES, LM_NS_MS, 2, SET, 8, 0x1C1, false },
	{ "smaller", LM_SEC_NAMESPACES, LM_NS_NSZE, 8, ADD, -(uint64_t)1, 0x1C1, false },
	{ "larger", LM_SEC_NAMESPACES, LM_NS_NSZE, 8, ADD, 1, 0x1C1, false },
	{ "other-nguid-first-byte", LM_SEC_NAMESPACES, LM_NS_NGUID, 1, XOR, 1, 0x1C1, false },
	{ "other-nguid-last-byte", LM_SEC_NAMESPACES, LM_NS_NGUID + 15, 1, XOR, 0x80, 0x1C1,
	  false },
	{ "other-eui64", LM_SEC_NAMESPACES, LM_NS_EUI64 + 7, 1, XOR, 1, 0x1C1, false },
};
EDIT_ROW(image_namespaces, "IMG/foreign-namespace-answers-1c1h", "LM-IMG-150 LM-SEC-010 LM-LOD-160",
	 "with a namespace that is not the VF's", "1C1h", namespace_edits);

/* Whole sections: repeated, dropped, moved, of odd lengths. */
static void section_case(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;
	bool behind = i == 6 * LM_SEC_COUNT;
	unsigned int n = behind ? LM_SEC_COUNT - 1 : i / 6;
	struct hn_section s;
	uint32_t whole;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	s = hn_image_section(&image, n);
	ct_check(ct, s.found, "section %u is missing", n + 1);
	whole = LM_SEC_HEADER_SIZE + s.len;
	switch (behind ? 6 : i % 6) {
	case 6: /* unknown and mandatory, behind the others */
		damaged = hn_image_insert(ct, &image, image.len, LM_SEC_HEADER_SIZE);
		lm_put_le16(damaged.bytes + image.len + LM_SEC_TYPE, 0x0777);
		lm_put_le16(damaged.bytes + image.len + LM_SEC_VERSION, LM_SEC_FORMAT_VERSION);
		lm_put_le32(damaged.bytes + LM_IMG_SECTION_COUNT, LM_SEC_COUNT + 1);
		break;
	case 0: /* dropped */
		damaged = hn_image_remove(ct, &image, s.header, whole);
		lm_put_le32(damaged.bytes + LM_IMG_SECTION_COUNT, LM_SEC_COUNT - 1);
		break;
	case 1: /* repeated */
		damaged = hn_image_insert(ct, &image, s.header, whole);
		memcpy(damaged.bytes + s.header, image.bytes + s.header, whole);
		lm_put_le32(damaged.bytes + LM_IMG_SECTION_COUNT, LM_SEC_COUNT + 1);
		break;
	case 2: /* unknown and mandatory, in its place */
		damaged = hn_image_copy(ct, &image);
		lm_put_le16(damaged.bytes + s.header + LM_SEC_TYPE, 0x0777);
		break;
	case 3: /* 4 bytes longer */
		damaged = hn_image_insert(ct, &image, s.payload + s.len, 4);
		lm_put_le32(damaged.bytes + s.header + LM_SEC_LENGTH, s.len + 4);
		break;
	case 4: /* a length beyond the image */
		damaged = hn_image_copy(ct, &image);
		lm_put_le32(damaged.bytes + s.header + LM_SEC_LENGTH, 0xFFFFFFFC);
		break;
	default: /* empty */
		damaged = hn_image_remove(ct, &image, s.payload, s.len);
		lm_put_le32(damaged.bytes + s.header + LM_SEC_LENGTH, 0);
		break;
	}
	hn_image_set_total(&damaged);
	hn_image_mend(&damaged);
	if (damaged.len > hn_largest_image(ct))
		refused(ct, &image, &damaged, LM_SC_INVALID_FIELD);
	else if (i % 6 == 5 && s.type == LM_SEC_NAMESPACES)
		refused(ct, &image, &damaged, LM_SC_INCOMPATIBLE_IMAGE);
	else
		refused(ct, &image, &damaged, LM_SC_INVALID_IMAGE);
}

static unsigned int section_cases(struct ct *ct)
{
	(void)ct;
	return 6 * LM_SEC_COUNT + 1;
}

static void section_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const what[] = { "dropped", "repeated",	  "unknown",
					    "longer",  "length-fffffffc", "empty" };

	(void)ct;
	if (i == 6 * LM_SEC_COUNT)
		snprintf(buf, size, "unknown-behind-the-others");
	else
		snprintf(buf, size, "section-%u-%s", i / 6 + 1, what[i % 6]);
}

CT_ROW(image_sections, .id = "IMG/sections-that-do-not-fit-are-refused",
       .reqs = "LM-IMG-080 LM-IMG-040",
       .given =
	       "a suspended VF and its image, one section dropped, repeated, renamed or of another length",
       .when = "the image is loaded",
       .expect =
	       "1C0h (no namespaces: 1C1h; longer than the largest image: 002h), the VF as before",
       .needs = NEEDS, .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = section_cases,
       .name = section_name, .run = section_case);

static void section_version_case(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;
	struct hn_section s;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	s = hn_image_find(ct, &damaged, (uint16_t)(i + 1));
	lm_put_le16(damaged.bytes + s.header + LM_SEC_VERSION, 2);
	hn_image_mend(&damaged);
	refused(ct, &image, &damaged, LM_SC_INCOMPATIBLE_IMAGE);
}

static unsigned int one_per_section(struct ct *ct)
{
	(void)ct;
	return LM_SEC_COUNT;
}

static void number_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "section-%u", i + 1);
}

CT_ROW(image_section_version, .id = "IMG/unknown-section-version-answers-1c1h",
       .reqs = "LM-IMG-055", .given = "a suspended VF and its image, one section of version 2",
       .when = "the image is loaded", .expect = "1C1h, the VF as before", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = one_per_section, .name = number_name,
       .run = section_version_case);

static void optional_section(struct ct *ct, unsigned int i)
{
	struct hn_image image, extended;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	extended = hn_image_insert(ct, &image, image.len, LM_SEC_HEADER_SIZE + 12);
	lm_put_le16(extended.bytes + image.len + LM_SEC_TYPE, LM_SEC_OPTIONAL | 0x123);
	lm_put_le16(extended.bytes + image.len + LM_SEC_VERSION, 9);
	lm_put_le32(extended.bytes + image.len + LM_SEC_LENGTH, 12);
	memset(extended.bytes + image.len + LM_SEC_HEADER_SIZE, 0x5A, 12);
	lm_put_le32(extended.bytes + LM_IMG_SECTION_COUNT, LM_SEC_COUNT + 1);
	hn_image_set_total(&extended);
	hn_image_mend(&extended);
	hn_load(ct, 1, &extended);
	extended = hn_save(ct, 1);
	hn_image_equal(ct, &image, &extended, "image without the optional section");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(image_optional, .id = "IMG/unknown-optional-section-is-skipped", .reqs = "LM-IMG-080",
       .given =
	       "a suspended VF and its image with one more section, optional and of an unknown type",
       .when = "the image is loaded", .expect = "success, and the VF as the known sections say",
       .needs = NEEDS, .flags = CT_ROW_FIVE | CT_ROW_LM, .run = optional_section);

/* What the device writes, against the text. */
static void layout(struct ct *ct, unsigned int i)
{
	static const uint8_t magic[] = LM_IMG_MAGIC_BYTES;
	unsigned int queues = 0;
	struct hn_image image;
	struct hn_section s;
	uint32_t end = LM_IMG_HEADER_SIZE;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	ct_check(ct, memcmp(image.bytes, magic, sizeof(magic)) == 0, "no magic");
	ct_check(ct, lm_get_le16(image.bytes + LM_IMG_VERSION) == LM_IMG_FORMAT_VERSION, "version");
	ct_check(ct, lm_get_le16(image.bytes + LM_IMG_HEADER_LENGTH) == LM_IMG_HEADER_SIZE,
		 "header length");
	ct_check(ct, lm_get_le32(image.bytes + LM_IMG_TOTAL_LENGTH) == image.len, "total length");
	ct_check(ct, lm_get_le32(image.bytes + LM_IMG_SECTION_COUNT) == LM_SEC_COUNT, "sections");
	for (unsigned int at = LM_IMG_RESERVED; at < LM_IMG_CRC; at++)
		ct_check(ct, image.bytes[at] == 0, "reserved byte %u is not 0", at);
	ct_check(ct, lm_get_le32(image.bytes + LM_IMG_CRC) == hn_image_crc(&image), "CRC");
	ct_check(ct, lm_get_le64(image.bytes + LM_IMG_CAP) == hn_read64(ct, 1, NVME_REG_CAP),
		 "CAP");
	ct_check(ct, lm_get_le32(image.bytes + LM_IMG_VS) == hn_read32(ct, 1, NVME_REG_VS), "VS");
	for (unsigned int n = 0; n < LM_SEC_COUNT; n++) {
		s = hn_image_section(&image, n);
		ct_check(ct, s.found && s.type == n + 1, "section %u is not in its place", n + 1);
		ct_check(ct, s.header == end, "a gap before section %u", n + 1);
		end = s.payload + s.len;
		if (s.type == LM_SEC_CQS)
			queues += s.len / LM_CQ_SIZE;
	}
	ct_check(ct, end == image.len, "%u bytes behind the last section", image.len - end);
	ct_check(ct, queues == 4, "%u CQs in the image of a VF with 4", queues);
	hn_resume(ct, 1);
}

CT_ROW(image_layout, .id = "IMG/image-is-laid-out-as-specified",
       .reqs = "LM-IMG-010 LM-IMG-040 LM-IMG-170", .given = "a suspended VF with three queue pairs",
       .when = "its image is saved",
       .expect = "the header and the ten sections, without gaps, with a right CRC", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = layout);

/* The fingerprint is the CRC32C of the VF's Identify data without its identity. */
static void fingerprint(struct ct *ct, unsigned int i)
{
	uint8_t id[LM_ID_SIZE];
	struct hn_image image;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	hn_identify(ct, 1, NVME_CNS_CONTROLLER, 0, id);
	memset(id + 4, 0, 68);
	memset(id + 78, 0, 2);
	memset(id + 768, 0, 256);
	memset(id + 3072, 0, 1024);
	image = hn_scene_saved(ct, 1);
	ct_check(ct, lm_get_le32(image.bytes + LM_IMG_FINGERPRINT) == hn_crc32c(0, id, sizeof(id)),
		 "fingerprint %08xh, Identify data give %08xh",
		 lm_get_le32(image.bytes + LM_IMG_FINGERPRINT), hn_crc32c(0, id, sizeof(id)));
	hn_resume(ct, 1);
}

CT_ROW(image_fingerprint, .id = "IMG/fingerprint-covers-the-identify-data", .reqs = "LM-IMG-060",
       .given = "a VF", .when = "its image is saved",
       .expect = "the fingerprint is the CRC32C of its Identify data without its identity",
       .needs = NEEDS, .flags = CT_ROW_FIVE | CT_ROW_LM, .run = fingerprint);

/* The image's own length and the length that was loaded have to agree. */
static void wrong_length(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	if (i == 0) {
		damaged = hn_image_insert(ct, &image, image.len, 4);
	} else if (i == 1) {
		damaged = hn_image_insert(ct, &image, image.len, 4);
		lm_put_le32(damaged.bytes + image.len, 0xDEADBEEF);
	} else {
		damaged = hn_image_copy(ct, &image);
		damaged.len -= 4;
	}
	refused(ct, &image, &damaged, LM_SC_INVALID_IMAGE);
}

static unsigned int three_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

static void wrong_length_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "4-zero-bytes-behind", "4-bytes-behind",
					     "4-bytes-short" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(image_wrong_length, .id = "IMG/length-that-is-not-the-images-own-answers-1c0h",
       .reqs = "LM-IMG-050",
       .given = "a suspended VF and its image, intact, with bytes behind it or cut",
       .when = "the image is loaded", .expect = "1C0h, the VF as before", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = three_cases, .name = wrong_length_name,
       .run = wrong_length);

/* A VF that was never enabled has no queues and nothing that belongs to one. */
static const struct edit disabled_edits[] = {
	{ "aqa-reserved-bit-12", LM_SEC_REGISTERS, LM_REGS_AQA, 4, XOR, 1u << 12, 0x1C0, false },
	{ "aqa-reserved-bit-31", LM_SEC_REGISTERS, LM_REGS_AQA, 4, XOR, 1u << 31, 0x1C0, false },
	{ "asq-low-bit", LM_SEC_REGISTERS, LM_REGS_ASQ, 8, XOR, 1, 0x1C0, false },
	{ "acq-bit-11", LM_SEC_REGISTERS, LM_REGS_ACQ, 8, XOR, 1u << 11, 0x1C0, false },
	{ "shutdown-in-progress", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1u << 2, 0x1C0, false },
	{ "ready", LM_SEC_REGISTERS, LM_REGS_CSTS, 4, XOR, 1, 0x1C0, false },
	{ "enabled", LM_SEC_REGISTERS, LM_REGS_CC, 4, XOR, 1, 0x1C0, false },
	{ "aer", LM_SEC_AERS, AER(0, LM_AER_VALID), 2, SET, 1, 0x1C0, false },
	{ "event", LM_SEC_EVENTS, EVT(0, 0), 8, SET, UINT64_C(0x100010000), 0x1C0, false },
	{ "parked", LM_SEC_PARKED, PRK(0, LM_PRK_VALID), 2, SET, 1, 0x1C0, false },
};

static void disabled_case(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;

	hn_need_vfs(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	apply(ct, &damaged, &disabled_edits[i]);
	refused(ct, &image, &damaged, disabled_edits[i].status);
}

CT_ROW(image_disabled, .id = "IMG/disabled-vf-with-what-needs-a-ready-one-answers-1c0h",
       .reqs = "LM-IMG-100 LM-IMG-120 LM-IMG-140",
       .given = "a suspended VF that was never enabled and its image, changed",
       .when = "the image is loaded", .expect = "1C0h, the VF as before", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = edit_cases, .name = edit_name,
       .run = disabled_case, .data = EDITS(disabled_edits));
