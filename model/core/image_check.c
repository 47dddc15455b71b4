/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Validation of a reference state image (LM-IMG-050 to LM-IMG-150): every byte
 * of it, in the order that spec/text/70-image.md states, before anything of it
 * takes effect. The bytes come from an attacker.
 */
#include "image.h"
#include "crc32c.h"

#define OK LM_SC_SUCCESS
#define MALFORMED (LM_SC_INVALID_IMAGE | LM_DNR)
#define INCOMPATIBLE (LM_SC_INCOMPATIBLE_IMAGE | LM_DNR)
#define LACKING LM_SC_NOT_ENOUGH_RESOURCES

#define CC_FIELDS 0x00FFFFF1u /* all that are not reserved */
#define CSTS_FIELDS (LM_CSTS_RDY | LM_CSTS_CFS | LM_CSTS_SHST)
#define SHST(csts) (((csts)&LM_CSTS_SHST) >> 2)
#define AQA_FIELDS 0x0FFF0FFFu
#define ADMIN_QSIZE_MAX 4095
#define PAGE_OFFSET (LM_PAGE_SIZE - 1)
#define EVENT_TYPES (1u << LM_EVENT_ERROR | 1u << LM_EVENT_SMART | 1u << LM_EVENT_NOTICE)
#define EVENT_FIELDS 0x00FFFF07u
#define PARKED_STATUS_FIELDS (LM_SC_MASK | LM_MORE | LM_DNR)

/* The first byte is 0, and each equals the one before it. */
static bool is_zero(const uint8_t *p, uint32_t len)
{
	return !len || (!*p && !memcmp(p, p + 1, len - 1));
}

uint32_t lm_image_crc(const struct lm_device *dev, uint32_t crc, const void *p, uint32_t n)
{
	if (dev->port->crc32c)
		return dev->port->crc32c(dev->ctx, crc, p, n);
	return lm_crc32c(crc, p, n);
}

static uint32_t image_crc(const struct lm_device *dev, const uint8_t *buf, uint32_t size)
{
	static const uint8_t zero[4];
	uint32_t crc = lm_image_crc(dev, 0, buf, LM_IMG_CRC);

	crc = lm_image_crc(dev, crc, zero, sizeof(zero));
	return lm_image_crc(dev, crc, buf + LM_IMG_HEADER_SIZE, size - LM_IMG_HEADER_SIZE);
}

static uint16_t check_header(struct lm_device *dev, struct lm_function *fn, const uint8_t *buf,
			     uint32_t size)
{
	static const uint8_t magic[8] = LM_IMG_MAGIC_BYTES;
	uint32_t total;

	if (LM_DEFECT(LOAD_NOISE_IS_INTERNAL) && size >= LM_IMG_HEADER_SIZE &&
	    memcmp(buf + LM_IMG_MAGIC, magic, sizeof(magic)))
		return LM_SC_INTERNAL;
	if (size < LM_IMG_HEADER_SIZE || memcmp(buf + LM_IMG_MAGIC, magic, sizeof(magic)) ||
	    (lm_get_le16(buf + LM_IMG_HEADER_LENGTH) != LM_IMG_HEADER_SIZE &&
	     !LM_DEFECT(LOAD_HEADER_LENGTH_IGNORED)))
		return MALFORMED;
	total = lm_get_le32(buf + LM_IMG_TOTAL_LENGTH);
	if (LM_DEFECT(LOAD_TRAILING_BYTES_IGNORED) && total >= LM_IMG_HEADER_SIZE && total < size)
		size = total;
	if (total != size)
		return MALFORMED;
	if (lm_get_le32(buf + LM_IMG_CRC) != image_crc(dev, buf, size) &&
	    !LM_DEFECT(LOAD_CRC_IGNORED) && !LM_DEFECT(IMAGE_LACKS_CRC))
		return MALFORMED;
	if (lm_get_le16(buf + LM_IMG_VERSION) != LM_IMG_FORMAT_VERSION)
		return LM_DEFECT(LOAD_VERSION_SAYS_MALFORMED) ? MALFORMED : INCOMPATIBLE;
	if (!is_zero(buf + LM_IMG_RESERVED, LM_IMG_CRC - LM_IMG_RESERVED))
		return MALFORMED;
	if (lm_get_le16(buf + LM_IMG_VID) != dev->config.vid ||
	    lm_get_le16(buf + LM_IMG_SSVID) != dev->config.ssvid ||
	    lm_get_le64(buf + LM_IMG_CAP) != lm_cap(dev, fn) ||
	    lm_get_le32(buf + LM_IMG_VS) != LM_VS_1_4)
		return INCOMPATIBLE;
	if (lm_get_le32(buf + LM_IMG_FINGERPRINT) != lm_image_fingerprint(dev, fn) &&
	    !LM_DEFECT(LOAD_FINGERPRINT_IGNORED))
		return INCOMPATIBLE;
	return OK;
}

/* Whether a payload of this length fits a known section type. */
static bool length_fits(unsigned int type, uint32_t length)
{
	switch (type) {
	case LM_SEC_IDENTITY:
		return length == LM_IDN_SIZE;
	case LM_SEC_REGISTERS:
		return length == LM_REGS_SIZE;
	case LM_SEC_FEATURES:
		return length == LM_FEA_SIZE;
	case LM_SEC_CQS:
		return length % LM_CQ_SIZE == 0;
	case LM_SEC_SQS:
		return length % LM_SQ_SIZE == 0;
	case LM_SEC_AERS:
		return length == LM_AER_SLOTS * LM_AER_SIZE;
	case LM_SEC_EVENTS:
		return length == LM_EVT_SECTION_SIZE;
	case LM_SEC_PARKED:
		return length == LM_PRK_SLOTS * LM_PRK_SIZE;
	case LM_SEC_LOGS:
		return length == LM_LOG_SIZE;
	default:
		return length % LM_NS_SIZE == 0;
	}
}

/*
 * The headers of all sections (LM-IMG-080). Types ascend, so that 1 to 10 come
 * one after the other and what may be skipped comes behind them.
 */
static uint16_t find_sections(struct lm_device *dev, const uint8_t *buf, uint32_t size,
			      struct lm_image *image)
{
	uint32_t count = lm_get_le32(buf + LM_IMG_SECTION_COUNT);
	uint32_t at = LM_IMG_HEADER_SIZE;
	unsigned int last = 0;
	uint32_t i;

	(void)dev;
	for (i = 0; i < count; i++) {
		unsigned int type, version;
		uint32_t length;

		if (size - at < LM_SEC_HEADER_SIZE)
			return MALFORMED;
		type = lm_get_le16(buf + at + LM_SEC_TYPE);
		version = lm_get_le16(buf + at + LM_SEC_VERSION);
		length = lm_get_le32(buf + at + LM_SEC_LENGTH);
		at += LM_SEC_HEADER_SIZE;
		if (last < LM_SEC_COUNT ? type != last + 1 :
					  type <= last || (!(type & LM_SEC_OPTIONAL) &&
							   !LM_DEFECT(LOAD_SKIPS_ANY_SECTION)))
			return MALFORMED;
		if (LM_DEFECT(LOAD_REFUSES_OPTIONAL) && (type & LM_SEC_OPTIONAL))
			return MALFORMED;
		if (!(type & LM_SEC_OPTIONAL) && version != LM_SEC_FORMAT_VERSION &&
		    !LM_DEFECT(LOAD_SECTION_VERSION_IGNORED))
			return INCOMPATIBLE;
		if (length % 4 || length > size - at)
			return MALFORMED;
		if (type <= LM_SEC_COUNT) {
			if (!length_fits(type, length))
				return MALFORMED;
			image->payload[type] = buf + at;
			image->length[type] = length;
		}
		at += length;
		last = type;
	}
	return last >= LM_SEC_COUNT && at == size ? OK : MALFORMED;
}

static bool is_ready(const struct lm_image *image)
{
	return lm_get_le32(image->payload[LM_SEC_REGISTERS] + LM_REGS_CSTS) & LM_CSTS_RDY;
}

static uint16_t check_identity(const struct lm_device *dev, const struct lm_function *fn,
			       const struct lm_image *image)
{
	(void)dev;
	(void)fn;
	if (LM_DEFECT(LOAD_OF_OWN_IMAGES_ALONE) &&
	    lm_get_le16(image->payload[LM_SEC_IDENTITY] + LM_IDN_CNTLID) != fn->ident.cntlid)
		return INCOMPATIBLE;
	return lm_get_le16(image->payload[LM_SEC_IDENTITY] + LM_IDN_RESERVED) ? MALFORMED : OK;
}

/* Whether I/O queues of this kind can have been created with the CC of the image. */
static bool entries_fit(const struct lm_image *image, bool cq)
{
	uint32_t cc = lm_get_le32(image->payload[LM_SEC_REGISTERS] + LM_REGS_CC);

	return cq ? LM_CC_IOCQES(cc) == LM_CQES : LM_CC_IOSQES(cc) == LM_SQES;
}

static bool cc_enables(uint32_t cc)
{
	/* CAP offers the NVM Command Set, pages of 4 KiB, and round robin. */
	return !LM_CC_CSS(cc) && !LM_CC_MPS(cc) && !LM_CC_AMS(cc);
}

static uint16_t check_registers(struct lm_device *dev, const struct lm_image *image)
{
	const uint8_t *p = image->payload[LM_SEC_REGISTERS];
	uint32_t cc = lm_get_le32(p + LM_REGS_CC);
	uint32_t csts = lm_get_le32(p + LM_REGS_CSTS);
	bool ready = csts & LM_CSTS_RDY;
	bool enabled = cc & LM_CC_EN;

	(void)dev;
	if (LM_DEFECT(LOAD_REGISTERS_UNCHECKED))
		return OK;
	if ((cc & ~CC_FIELDS) || (csts & ~CSTS_FIELDS) || (SHST(csts) & 1))
		return MALFORMED;
	if (ready != enabled && !(csts & LM_CSTS_CFS))
		return MALFORMED;
	/* An enable that failed leaves the CC that made it fail, and RDY 0. */
	if (ready && !cc_enables(cc))
		return MALFORMED;
	if ((lm_get_le32(p + LM_REGS_AQA) & ~AQA_FIELDS && !LM_DEFECT(LOAD_AQA_UNCHECKED)) ||
	    (lm_get_le64(p + LM_REGS_ASQ) & PAGE_OFFSET) ||
	    (lm_get_le64(p + LM_REGS_ACQ) & PAGE_OFFSET))
		return MALFORMED;
	return OK;
}

static bool vectors_exist(const struct lm_device *dev, const uint8_t *bits)
{
	unsigned int v;

	for (v = dev->config.vectors; v < 128; v++) {
		if (bits[v / 8] >> (v % 8) & 1)
			return false;
	}
	return true;
}

static uint16_t check_features(struct lm_device *dev, struct lm_function *fn,
			       const struct lm_image *image)
{
	static const struct {
		uint8_t fid;
		uint8_t offset;
	} fields[] = {
		{ LM_FID_ARBITRATION, LM_FEA_ARBITRATION },
		{ LM_FID_POWER, LM_FEA_POWER },
		{ LM_FID_TEMPERATURE, LM_FEA_TEMP_OVER },
		{ LM_FID_TEMPERATURE, LM_FEA_TEMP_UNDER },
		{ LM_FID_WRITE_CACHE, LM_FEA_WRITE_CACHE },
		{ LM_FID_COALESCING, LM_FEA_COALESCING },
		{ LM_FID_ATOMICITY, LM_FEA_ATOMICITY },
		{ LM_FID_ASYNC_EVENTS, LM_FEA_ASYNC_EVENTS },
		{ LM_FID_NUM_QUEUES, LM_FEA_NUM_QUEUES },
	};
	const uint8_t *p = image->payload[LM_SEC_FEATURES];
	unsigned int i;

	if (LM_DEFECT(LOAD_FEATURES_UNCHECKED))
		return OK;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!lm_feature_valid(dev, fn, fields[i].fid, lm_get_le32(p + fields[i].offset)))
			return MALFORMED;
	}
	/* The thresholds alone: Get Features tells them apart by its Dword 11. */
	if (lm_get_le32(p + LM_FEA_TEMP_OVER) > 0xFFFF ||
	    lm_get_le32(p + LM_FEA_TEMP_UNDER) > 0xFFFF || lm_get_le32(p + LM_FEA_RESERVED))
		return MALFORMED;
	return vectors_exist(dev, p + LM_FEA_VECTOR_NOCOAL) ? OK : MALFORMED;
}

static uint16_t qsize_max(const struct lm_device *dev, uint16_t qid)
{
	return qid ? (uint16_t)(dev->config.queue_entries - 1) : ADMIN_QSIZE_MAX;
}

/* What CQs and SQs have in common: the memory, and the positions in it. */
static bool ring_valid(struct lm_device *dev, uint16_t qid, uint16_t qsize, uint16_t head,
		       uint16_t tail, uint64_t base)
{
	if (!qsize || qsize > qsize_max(dev, qid) || (base & PAGE_OFFSET))
		return false;
	return LM_DEFECT(LOAD_POSITIONS_UNCHECKED) || (head <= qsize && tail <= qsize);
}

/* Whether an admin queue is the one that AQA and ASQ or ACQ describe. */
static bool admin_agrees(const struct lm_image *image, uint16_t qsize, uint64_t base, bool cq)
{
	const uint8_t *regs = image->payload[LM_SEC_REGISTERS];
	uint32_t aqa = lm_get_le32(regs + LM_REGS_AQA);

	return qsize == (cq ? aqa >> 16 : aqa & 0xFFFF) &&
	       base == lm_get_le64(regs + (cq ? LM_REGS_ACQ : LM_REGS_ASQ));
}

static uint16_t check_cq(struct lm_device *dev, const struct lm_image *image, const uint8_t *p)
{
	uint16_t qid = lm_get_le16(p + LM_CQ_QID);
	uint16_t flags = lm_get_le16(p + LM_CQ_FLAGS);
	uint16_t vector = lm_get_le16(p + LM_CQ_VECTOR);
	uint16_t qsize = lm_get_le16(p + LM_CQ_QSIZE);
	uint64_t base = lm_get_le64(p + LM_CQ_BASE);

	if ((flags & ~(LM_CQ_F_PHASE | LM_CQ_F_IEN)) || lm_get_le32(p + LM_CQ_RESERVED))
		return MALFORMED;
	if (qid && !entries_fit(image, true))
		return MALFORMED;
	if (!ring_valid(dev, qid, qsize, lm_get_le16(p + LM_CQ_HEAD), lm_get_le16(p + LM_CQ_TAIL),
			base))
		return MALFORMED;
	if (!qid && (!(flags & LM_CQ_F_IEN) || vector || !admin_agrees(image, qsize, base, true)))
		return MALFORMED;
	return qid > dev->config.io_qpairs || vector >= dev->config.vectors ? LACKING : OK;
}

/*
 * The record of a QID among those of a section that check_queues() found in order; NULL
 * where there is none. As QIDs ascend, at most so many records are before it.
 */
static const uint8_t *find_queue(const struct lm_image *image, unsigned int section,
				 uint32_t record, uint16_t qid)
{
	uint32_t left = image->length[section] / record;

	for (left = left > qid ? qid + 1u : left; left; left--) {
		const uint8_t *p = image->payload[section] + (left - 1) * record;

		/* The QID is at the start of both kinds of record. */
		if (lm_get_le16(p) <= qid)
			return lm_get_le16(p) == qid ? p : NULL;
	}
	return NULL;
}

static uint16_t check_sq(struct lm_device *dev, const struct lm_image *image, const uint8_t *p)
{
	uint16_t qid = lm_get_le16(p + LM_SQ_QID);
	uint16_t cqid = lm_get_le16(p + LM_SQ_CQID);
	uint16_t qsize = lm_get_le16(p + LM_SQ_QSIZE);
	uint64_t base = lm_get_le64(p + LM_SQ_BASE);

	if (lm_get_le16(p + LM_SQ_PRIORITY) > 3 || lm_get_le32(p + LM_SQ_RESERVED))
		return MALFORMED;
	if (!ring_valid(dev, qid, qsize, lm_get_le16(p + LM_SQ_HEAD), lm_get_le16(p + LM_SQ_TAIL),
			base))
		return MALFORMED;
	if (qid && !entries_fit(image, false))
		return MALFORMED;
	if (!qid != !cqid || !find_queue(image, LM_SEC_CQS, LM_CQ_SIZE, cqid))
		return MALFORMED;
	if (!qid && !admin_agrees(image, qsize, base, false))
		return MALFORMED;
	return qid > dev->config.io_qpairs ? LACKING : OK;
}

/* CQS or SQS: none while not ready, else the admin queue and others in order. */
static uint16_t check_queues(struct lm_device *dev, const struct lm_image *image,
			     unsigned int section)
{
	const uint8_t *p = image->payload[section];
	const uint8_t *end = p + image->length[section];
	uint32_t next = 0; /* lowest QID that may follow */

	_Static_assert(LM_CQ_SIZE == LM_SQ_SIZE, "one step for both");

	if ((p != end) != is_ready(image))
		return MALFORMED;
	for (; p < end; p += LM_CQ_SIZE) {
		uint16_t qid = lm_get_le16(p);
		uint16_t status;

		if (next ? qid < next : qid)
			return MALFORMED;
		status = section == LM_SEC_CQS ? check_cq(dev, image, p) : check_sq(dev, image, p);
		if (status)
			return status;
		next = qid + 1u;
	}
	return OK;
}

static uint16_t check_aers(struct lm_device *dev, const struct lm_image *image)
{
	const uint8_t *first = image->payload[LM_SEC_AERS];
	const uint8_t *p = first;
	const uint8_t *end = p + image->length[LM_SEC_AERS];
	const uint8_t *q;

	(void)dev;
	if (LM_DEFECT(LOAD_AERS_UNCHECKED))
		return OK;
	for (; p < end && lm_get_le16(p + LM_AER_VALID); p += LM_AER_SIZE) {
		if (lm_get_le16(p + LM_AER_VALID) != 1 ||
		    (!is_ready(image) && !LM_DEFECT(LOAD_AERS_OF_DISABLED)))
			return MALFORMED;
		for (q = first; q < p; q += LM_AER_SIZE) {
			if (lm_get_le16(q + LM_AER_CID) == lm_get_le16(p + LM_AER_CID))
				return MALFORMED;
		}
	}
	return is_zero(p, (uint32_t)(end - p)) ? OK : MALFORMED;
}

static uint16_t check_events(const struct lm_image *image)
{
	const uint8_t *p = image->payload[LM_SEC_EVENTS];
	const uint8_t *masked = p + LM_EVT_MASKED;

	for (; p < masked && lm_get_le32(p + LM_EVT_VALID); p += LM_EVT_SIZE) {
		uint32_t dw0 = lm_get_le32(p + LM_EVT_DW0);

		if (lm_get_le32(p + LM_EVT_VALID) != 1 || !is_ready(image) ||
		    (dw0 & ~EVENT_FIELDS) || !(EVENT_TYPES >> LM_EVENT_TYPE(dw0) & 1))
			return MALFORMED;
	}
	if (!is_zero(p, (uint32_t)(masked - p)))
		return MALFORMED;
	return lm_get_le32(masked) & ~EVENT_TYPES ? MALFORMED : OK;
}

static uint16_t check_parked(const struct lm_image *image)
{
	const uint8_t *p = image->payload[LM_SEC_PARKED];
	const uint8_t *end = p + image->length[LM_SEC_PARKED];

	for (; p < end && lm_get_le16(p + LM_PRK_VALID); p += LM_PRK_SIZE) {
		if (lm_get_le16(p + LM_PRK_VALID) != 1 ||
		    (lm_get_le16(p + LM_PRK_STATUS) & ~PARKED_STATUS_FIELDS) ||
		    !find_queue(image, LM_SEC_SQS, LM_SQ_SIZE, lm_get_le16(p + LM_PRK_SQID)))
			return MALFORMED;
	}
	return is_zero(p, (uint32_t)(end - p)) ? OK : MALFORMED;
}

/* Whether a record is namespace ns, format and size included. */
static bool namespace_matches(struct lm_device *dev, const uint8_t *p, uint32_t nsid)
{
	const struct lm_ns *ns = lm_ns_get(dev, nsid);

	if (lm_get_le32(p + LM_NS_NSID) != nsid)
		return false;
	if (LM_DEFECT(LOAD_NAMESPACE_BY_NSID_ALONE))
		return true;
	return !p[LM_NS_FLBAS] && p[LM_NS_LBADS] == ns->lbads && !lm_get_le16(p + LM_NS_MS) &&
	       (lm_get_le64(p + LM_NS_NSZE) == ns->blocks || LM_DEFECT(LOAD_NSZE_IGNORED) ||
		LM_DEFECT(LOAD_RESIZES_NAMESPACE)) &&
	       !memcmp(p + LM_NS_NGUID, ns->nguid, sizeof(ns->nguid)) &&
	       !memcmp(p + LM_NS_EUI64, ns->eui64, sizeof(ns->eui64));
}

static uint16_t check_namespaces(struct lm_device *dev, struct lm_function *fn,
				 const struct lm_image *image)
{
	const uint8_t *p = image->payload[LM_SEC_NAMESPACES];
	uint32_t count = image->length[LM_SEC_NAMESPACES] / LM_NS_SIZE;
	uint32_t i;

	for (i = 0; i < count; i++, p += LM_NS_SIZE) {
		if ((lm_get_le32(p + LM_NS_RESERVED) && !LM_DEFECT(LOAD_RESERVED_UNCHECKED)) ||
		    !lm_feature_valid(dev, fn, LM_FID_ERROR_RECOVERY,
				      lm_get_le32(p + LM_NS_ERROR_RECOVERY)))
			return MALFORMED;
		if (i >= dev->config.num_namespaces || !namespace_matches(dev, p, i + 1))
			return INCOMPATIBLE;
	}
	return count == dev->config.num_namespaces ? OK : INCOMPATIBLE;
}

uint16_t lm_image_check(struct lm_device *dev, struct lm_function *fn, const uint8_t *buf,
			uint32_t size, struct lm_image *image)
{
	uint16_t status = check_header(dev, fn, buf, size);

	if (status)
		return status;
	if (LM_DEFECT(LOAD_TRAILING_BYTES_IGNORED))
		size = lm_get_le32(buf + LM_IMG_TOTAL_LENGTH);
	status = find_sections(dev, buf, size, image);
	if (!status)
		status = check_identity(dev, fn, image);
	if (!status)
		status = check_registers(dev, image);
	if (!status)
		status = check_features(dev, fn, image);
	if (!status)
		status = check_queues(dev, image, LM_SEC_CQS);
	if (!status)
		status = check_queues(dev, image, LM_SEC_SQS);
	if (!status)
		status = check_aers(dev, image);
	if (!status)
		status = check_events(image);
	if (!status)
		status = check_parked(image);
	/* LOGS holds nothing to check: only the guest reads it. */
	if (!status)
		status = check_namespaces(dev, fn, image);
	return status;
}
