/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The reference state image: from a suspended VF to bytes and back.
 */
#include "image.h"
#include "crc32c.h"

static unsigned int count_cqs(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++)
		n += fn->cq[i].exists;
	return n;
}

static unsigned int count_sqs(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++)
		n += fn->sq[i].exists;
	return n;
}

uint32_t lm_image_max(const struct lm_config *config)
{
	uint32_t queues = config->io_qpairs + 1u;

	return LM_IMAGE_SIZE(queues, queues, config->num_namespaces);
}

uint32_t lm_image_size(const struct lm_device *dev, const struct lm_function *fn)
{
	uint32_t size =
		LM_IMAGE_SIZE(count_cqs(dev, fn), count_sqs(dev, fn), dev->config.num_namespaces);

	if (LM_DEFECT(IMAGE_HAS_ONE_MORE_SECTION))
		size += LM_SEC_HEADER_SIZE;
	return size;
}

uint32_t lm_image_fingerprint(struct lm_device *dev, struct lm_function *fn)
{
	uint8_t *b = dev->scratch;

	/* All VFs have the same, and it stays: it covers no more than the configuration. */
	if (dev->fingerprinted && !LM_DEFECT(FINGERPRINT_COVERS_CNTLID))
		return dev->fingerprint;
	lm_identify_controller(dev, fn, b);
	memset(b + 4, 0, 68); /* SN, MN, FR */
	if (!LM_DEFECT(FINGERPRINT_COVERS_CNTLID))
		memset(b + 78, 0, 2); /* CNTLID */
	memset(b + 768, 0, 256); /* SUBNQN */
	/* The vendor specific area of a VF is 0. */
	dev->fingerprint = lm_image_crc(dev, 0, b, LM_ID_SIZE);
	dev->fingerprinted = true;
	return dev->fingerprint;
}

void lm_image_snapshot(struct lm_device *dev, const struct lm_function *fn,
		       struct lm_snapshot *snapshot)
{
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++) {
		snapshot->sq_tail[i] = fn->sq[i].tail;
		snapshot->cq_head[i] = fn->cq[i].head;
	}
	for (i = 0; i < dev->config.num_namespaces; i++)
		snapshot->blocks[i] = dev->ns[i].blocks;
	snapshot->events = fn->events;
	snapshot->logs = fn->logs;
}

/* Begin a section; its payload, which is all zero. */
static uint8_t *section(uint8_t **next, uint16_t type, uint32_t length)
{
	uint8_t *p = *next;

	lm_put_le16(p + LM_SEC_TYPE, type);
	lm_put_le16(p + LM_SEC_VERSION, LM_SEC_FORMAT_VERSION);
	lm_put_le32(p + LM_SEC_LENGTH, length);
	*next = p + LM_SEC_HEADER_SIZE + length;
	return p + LM_SEC_HEADER_SIZE;
}

static void save_identity(const struct lm_identity *ident, uint8_t *p)
{
	memcpy(p + LM_IDN_SN, ident->sn, sizeof(ident->sn));
	memcpy(p + LM_IDN_MN, ident->mn, sizeof(ident->mn));
	memcpy(p + LM_IDN_FR, ident->fr, sizeof(ident->fr));
	memcpy(p + LM_IDN_SUBNQN, ident->subnqn, sizeof(ident->subnqn));
	lm_put_le16(p + LM_IDN_CNTLID, ident->cntlid);
}

static void load_identity(struct lm_identity *ident, const uint8_t *p)
{
	memcpy(ident->sn, p + LM_IDN_SN, sizeof(ident->sn));
	memcpy(ident->mn, p + LM_IDN_MN, sizeof(ident->mn));
	memcpy(ident->fr, p + LM_IDN_FR, sizeof(ident->fr));
	memcpy(ident->subnqn, p + LM_IDN_SUBNQN, sizeof(ident->subnqn));
	ident->cntlid = lm_get_le16(p + LM_IDN_CNTLID);
}

static void save_registers(const struct lm_regs *regs, uint8_t *p)
{
	lm_put_le32(p + LM_REGS_CC, regs->cc);
	lm_put_le32(p + LM_REGS_CSTS, regs->csts);
	lm_put_le32(p + LM_REGS_AQA, regs->aqa);
	lm_put_le32(p + LM_REGS_INTM, regs->intm);
	lm_put_le64(p + LM_REGS_ASQ, regs->asq);
	lm_put_le64(p + LM_REGS_ACQ, regs->acq);
}

static void load_registers(struct lm_regs *regs, const uint8_t *p)
{
	regs->cc = lm_get_le32(p + LM_REGS_CC);
	regs->csts = lm_get_le32(p + LM_REGS_CSTS);
	regs->aqa = lm_get_le32(p + LM_REGS_AQA);
	regs->intm = lm_get_le32(p + LM_REGS_INTM);
	regs->asq = lm_get_le64(p + LM_REGS_ASQ);
	regs->acq = lm_get_le64(p + LM_REGS_ACQ);
}

static void save_features(const struct lm_features *feat, uint8_t *p)
{
	unsigned int i;

	lm_put_le32(p + LM_FEA_ARBITRATION, feat->arbitration);
	lm_put_le32(p + LM_FEA_POWER, feat->power);
	lm_put_le32(p + LM_FEA_TEMP_OVER, feat->temp_over);
	lm_put_le32(p + LM_FEA_TEMP_UNDER, feat->temp_under);
	lm_put_le32(p + LM_FEA_WRITE_CACHE, feat->write_cache);
	lm_put_le32(p + LM_FEA_COALESCING, feat->coalescing);
	lm_put_le32(p + LM_FEA_ATOMICITY, feat->atomicity);
	lm_put_le32(p + LM_FEA_ASYNC_EVENTS, feat->async_events);
	lm_put_le32(p + LM_FEA_NUM_QUEUES, feat->num_queues);
	for (i = 0; i < 4; i++)
		lm_put_le32(p + LM_FEA_VECTOR_NOCOAL + 4 * i, feat->vector_nocoal[i]);
}

static void load_features(struct lm_features *feat, const uint8_t *p)
{
	unsigned int i;

	feat->arbitration = lm_get_le32(p + LM_FEA_ARBITRATION);
	feat->power = lm_get_le32(p + LM_FEA_POWER);
	feat->temp_over = lm_get_le32(p + LM_FEA_TEMP_OVER);
	feat->temp_under = lm_get_le32(p + LM_FEA_TEMP_UNDER);
	feat->write_cache = lm_get_le32(p + LM_FEA_WRITE_CACHE);
	feat->coalescing = lm_get_le32(p + LM_FEA_COALESCING);
	feat->atomicity = lm_get_le32(p + LM_FEA_ATOMICITY);
	feat->async_events = lm_get_le32(p + LM_FEA_ASYNC_EVENTS);
	feat->num_queues = lm_get_le32(p + LM_FEA_NUM_QUEUES);
	for (i = 0; i < 4; i++)
		feat->vector_nocoal[i] = lm_get_le32(p + LM_FEA_VECTOR_NOCOAL + 4 * i);
}

static void save_cqs(const struct lm_device *dev, const struct lm_function *fn,
		     const struct lm_snapshot *snapshot, uint8_t *p)
{
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++) {
		const struct lm_cq *cq = &fn->cq[i];

		if (!cq->exists)
			continue;
		lm_put_le16(p + LM_CQ_QID, (uint16_t)i);
		lm_put_le16(p + LM_CQ_FLAGS, (uint16_t)((cq->phase ? LM_CQ_F_PHASE : 0) |
							(cq->ien ? LM_CQ_F_IEN : 0)));
		lm_put_le16(p + LM_CQ_VECTOR, cq->vector);
		lm_put_le16(p + LM_CQ_QSIZE, cq->qsize);
		lm_put_le16(p + LM_CQ_HEAD, LM_DEFECT(IMAGE_HAS_LATER_HEADS) ?
						    fn->cq[i].head :
						    snapshot->cq_head[i]);
		lm_put_le16(p + LM_CQ_TAIL, cq->tail);
		lm_put_le64(p + LM_CQ_BASE, cq->base);
		p += LM_CQ_SIZE;
	}
}

static void load_cqs(struct lm_device *dev, struct lm_function *fn, const uint8_t *p, uint32_t len)
{
	const uint8_t *end = p + len;

	(void)dev;
	for (; p < end; p += LM_CQ_SIZE) {
		struct lm_cq *cq = &fn->cq[lm_get_le16(p + LM_CQ_QID)];
		uint16_t flags = lm_get_le16(p + LM_CQ_FLAGS);

		cq->exists = true;
		cq->ien = flags & LM_CQ_F_IEN;
		cq->phase = flags & LM_CQ_F_PHASE;
		cq->vector = lm_get_le16(p + LM_CQ_VECTOR);
		if (LM_DEFECT(LOAD_VECTOR_IS_QID) && cq->ien)
			cq->vector = (uint16_t)((cq - fn->cq) % dev->config.vectors);
		cq->qsize = lm_get_le16(p + LM_CQ_QSIZE);
		cq->head = lm_get_le16(p + LM_CQ_HEAD);
		cq->tail = lm_get_le16(p + LM_CQ_TAIL);
		cq->base = lm_get_le64(p + LM_CQ_BASE);
		if (LM_DEFECT(LOAD_PHASE_LOST))
			cq->phase = true;
		if (LM_DEFECT(LOAD_IEN_LOST) && cq != fn->cq)
			cq->ien = false;
	}
}

static void save_sqs(const struct lm_device *dev, const struct lm_function *fn,
		     const struct lm_snapshot *snapshot, uint8_t *p)
{
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++) {
		const struct lm_sq *sq = &fn->sq[i];

		if (!sq->exists)
			continue;
		lm_put_le16(p + LM_SQ_QID, (uint16_t)i);
		lm_put_le16(p + LM_SQ_CQID, sq->cqid);
		lm_put_le16(p + LM_SQ_QSIZE, sq->qsize);
		lm_put_le16(p + LM_SQ_PRIORITY, sq->priority);
		lm_put_le16(p + LM_SQ_HEAD, sq->head);
		lm_put_le16(p + LM_SQ_TAIL, snapshot->sq_tail[i]);
		lm_put_le64(p + LM_SQ_BASE, sq->base);
		if (LM_DEFECT(IMAGE_LACKS_LATCHED_TAILS))
			lm_put_le16(p + LM_SQ_TAIL, sq->head);
		if (LM_DEFECT(IMAGE_PADDING_DIRTY) && i)
			lm_put_le32(p + LM_SQ_RESERVED, 0x5A5A5A5A);
		p += LM_SQ_SIZE;
	}
}

static void load_sqs(struct lm_device *dev, struct lm_function *fn, const uint8_t *p, uint32_t len)
{
	const uint8_t *end = p + len;

	(void)dev;
	memset(fn->rung, 0xFF, sizeof(fn->rung));
	for (; p < end; p += LM_SQ_SIZE) {
		struct lm_sq *sq = &fn->sq[lm_get_le16(p + LM_SQ_QID)];

		sq->exists = true;
		sq->cqid = lm_get_le16(p + LM_SQ_CQID);
		sq->qsize = lm_get_le16(p + LM_SQ_QSIZE);
		sq->priority = (uint8_t)lm_get_le16(p + LM_SQ_PRIORITY);
		sq->head = lm_get_le16(p + LM_SQ_HEAD);
		sq->tail = lm_get_le16(p + LM_SQ_TAIL);
		sq->base = lm_get_le64(p + LM_SQ_BASE);
		if (LM_DEFECT(LOAD_SQ_HEAD_OFF_BY_ONE) && sq != fn->sq && sq->head != sq->tail)
			sq->head = sq->head == sq->qsize ? 0 : (uint16_t)(sq->head + 1);
		if (LM_DEFECT(LOAD_CQID_IS_QID) && sq->cqid)
			sq->cqid = (uint16_t)(fn->cq[sq - fn->sq].exists ? sq - fn->sq : sq->cqid);
	}
}

static void save_aers(const struct lm_events *ev, uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < ev->num_aers; i++) {
		lm_put_le16(p + LM_AER_CID, ev->aer_cid[i]);
		lm_put_le16(p + LM_AER_VALID, 1);
		p += LM_AER_SIZE;
	}
}

static void load_aers(struct lm_events *ev, const uint8_t *p)
{
	while (ev->num_aers < LM_AER_SLOTS && lm_get_le16(p + LM_AER_VALID)) {
		ev->aer_cid[ev->num_aers++] = lm_get_le16(p + LM_AER_CID);
		p += LM_AER_SIZE;
	}
}

static void save_events(const struct lm_events *ev, uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < ev->count; i++) {
		lm_put_le32(p + i * LM_EVT_SIZE + LM_EVT_DW0, ev->dw0[i]);
		lm_put_le32(p + i * LM_EVT_SIZE + LM_EVT_VALID, 1);
	}
	lm_put_le32(p + LM_EVT_MASKED, ev->masked);
}

static void load_events(struct lm_events *ev, const uint8_t *p)
{
	const uint8_t *e = p;

	while (ev->count < LM_EVT_SLOTS && lm_get_le32(e + LM_EVT_VALID)) {
		ev->dw0[ev->count++] = lm_get_le32(e + LM_EVT_DW0);
		e += LM_EVT_SIZE;
	}
	ev->masked = lm_get_le32(p + LM_EVT_MASKED);
}

static void save_parked(struct lm_function *fn, uint8_t *p)
{
	const struct lm_slot *slot;

	for (slot = lm_list_first(fn, &fn->done); slot; slot = lm_list_next(fn, slot)) {
		lm_put_le16(p + LM_PRK_SQID, slot->sqid);
		lm_put_le16(p + LM_PRK_CID, slot->cid);
		lm_put_le16(p + LM_PRK_STATUS, slot->status);
		lm_put_le16(p + LM_PRK_VALID, 1);
		lm_put_le32(p + LM_PRK_DW0, slot->dw0);
		lm_put_le32(p + LM_PRK_DW1, slot->dw1);
		p += LM_PRK_SIZE;
	}
}

static void load_parked(struct lm_device *dev, struct lm_function *fn, const uint8_t *p)
{
	unsigned int n = 0;
	unsigned int i;

	(void)dev;
	while (n < LM_PRK_SLOTS && lm_get_le16(p + n * LM_PRK_SIZE + LM_PRK_VALID))
		n++;
	for (i = 0; i < n; i++) {
		const uint8_t *q =
			p + (LM_DEFECT(LOAD_PARKED_REVERSED) ? n - 1 - i : i) * LM_PRK_SIZE;

		lm_park(fn, lm_get_le16(q + LM_PRK_SQID), lm_get_le16(q + LM_PRK_CID),
			LM_DEFECT(LOAD_PARKED_DNR_LOST) ?
				lm_get_le16(q + LM_PRK_STATUS) & LM_SC_MASK :
				lm_get_le16(q + LM_PRK_STATUS),
			LM_DEFECT(LOAD_PARKED_DW0_LOST) ? 0 : lm_get_le32(q + LM_PRK_DW0),
			lm_get_le32(q + LM_PRK_DW1));
	}
}

/* As the SMART log has the counters, which is what the guest can compare. */
static void save_logs(const struct lm_logs *logs, uint8_t *p)
{
	lm_put_le64(p + LM_LOG_UNITS_READ, lm_log_rounded_up(&logs->read));
	lm_put_le64(p + LM_LOG_UNITS_WRITTEN, lm_log_rounded_up(&logs->written));
	lm_put_le64(p + LM_LOG_HOST_READS, logs->host_reads);
	lm_put_le64(p + LM_LOG_HOST_WRITES, logs->host_writes);
	lm_put_le64(p + LM_LOG_BUSY_MINUTES, logs->busy.units);
	lm_put_le64(p + LM_LOG_POWER_CYCLES, logs->power_cycles);
	lm_put_le64(p + LM_LOG_POWER_ON_HOURS, logs->power_on.units);
	lm_put_le64(p + LM_LOG_UNSAFE_SHUTDOWNS, logs->unsafe_shutdowns);
	lm_put_le64(p + LM_LOG_MEDIA_ERRORS, logs->media_errors);
	lm_put_le64(p + LM_LOG_ERROR_COUNT, logs->error_count);
	lm_put_le64(p + LM_LOG_CHANGED_NS, logs->changed_ns);
	memcpy(p + LM_LOG_ERRORS, logs->errors, sizeof(logs->errors));
}

static void load_logs(struct lm_function *fn, const uint8_t *p)
{
	struct lm_logs *logs = &fn->logs;

	if (!fn->logs_loaded)
		fn->own_logs = *logs;
	fn->logs_loaded = true;
	memset(logs, 0, sizeof(*logs));
	logs->read.units = lm_get_le64(p + LM_LOG_UNITS_READ);
	logs->written.units = lm_get_le64(p + LM_LOG_UNITS_WRITTEN);
	logs->host_reads = lm_get_le64(p + LM_LOG_HOST_READS);
	logs->host_writes = lm_get_le64(p + LM_LOG_HOST_WRITES);
	logs->busy.units = lm_get_le64(p + LM_LOG_BUSY_MINUTES);
	logs->power_cycles = lm_get_le64(p + LM_LOG_POWER_CYCLES);
	logs->power_on.units = lm_get_le64(p + LM_LOG_POWER_ON_HOURS);
	logs->unsafe_shutdowns = lm_get_le64(p + LM_LOG_UNSAFE_SHUTDOWNS);
	logs->media_errors = lm_get_le64(p + LM_LOG_MEDIA_ERRORS);
	logs->error_count = lm_get_le64(p + LM_LOG_ERROR_COUNT);
	logs->changed_ns = lm_get_le64(p + LM_LOG_CHANGED_NS);
	memcpy(logs->errors, p + LM_LOG_ERRORS, sizeof(logs->errors));
	logs->clock_stopped = true;
}

static void save_namespaces(const struct lm_device *dev, const struct lm_function *fn,
			    const struct lm_snapshot *snapshot, uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < dev->config.num_namespaces; i++) {
		const struct lm_ns *ns = &dev->ns[i];

		/* FLBAS and MS stay 0: one format, without metadata. */
		lm_put_le32(p + LM_NS_NSID, i + 1);
		p[LM_NS_LBADS] = ns->lbads;
		lm_put_le64(p + LM_NS_NSZE, snapshot->blocks[i]);
		memcpy(p + LM_NS_NGUID, ns->nguid, sizeof(ns->nguid));
		memcpy(p + LM_NS_EUI64, ns->eui64, sizeof(ns->eui64));
		lm_put_le32(p + LM_NS_ERROR_RECOVERY, fn->feat.error_recovery[i]);
		p += LM_NS_SIZE;
	}
}

static void load_namespaces(struct lm_features *feat, const uint8_t *p, uint32_t len)
{
	unsigned int i;

	for (i = 0; i < len / LM_NS_SIZE; i++)
		feat->error_recovery[i] = lm_get_le32(p + i * LM_NS_SIZE + LM_NS_ERROR_RECOVERY);
}

static void save_header(struct lm_device *dev, struct lm_function *fn, uint32_t size, uint8_t *p)
{
	static const uint8_t magic[8] = LM_IMG_MAGIC_BYTES;

	memcpy(p + LM_IMG_MAGIC, magic, sizeof(magic));
	lm_put_le16(p + LM_IMG_VERSION, LM_IMG_FORMAT_VERSION);
	lm_put_le16(p + LM_IMG_HEADER_LENGTH, LM_IMG_HEADER_SIZE);
	lm_put_le32(p + LM_IMG_TOTAL_LENGTH, size);
	lm_put_le16(p + LM_IMG_VID, dev->config.vid);
	lm_put_le16(p + LM_IMG_SSVID, dev->config.ssvid);
	lm_put_le32(p + LM_IMG_SECTION_COUNT, LM_SEC_COUNT - LM_DEFECT(IMAGE_COUNTS_FROM_0) +
						      LM_DEFECT(IMAGE_HAS_ONE_MORE_SECTION));
	lm_put_le64(p + LM_IMG_CAP, lm_cap(dev, fn));
	lm_put_le32(p + LM_IMG_VS, LM_VS_1_4);
	lm_put_le32(p + LM_IMG_FINGERPRINT, lm_image_fingerprint(dev, fn));
	/* Its own field counts as 0, as it still is. */
	lm_put_le32(p + LM_IMG_CRC, lm_image_crc(dev, 0, p, size));
	if (LM_DEFECT(IMAGE_LACKS_CRC))
		lm_put_le32(p + LM_IMG_CRC, 0);
}

uint32_t lm_image_save(struct lm_device *dev, struct lm_function *fn,
		       const struct lm_snapshot *snapshot, uint8_t *buf)
{
	uint32_t size = lm_image_size(dev, fn);
	uint8_t *next = buf + LM_IMG_HEADER_SIZE;

	memset(buf, 0, size);
	save_identity(&fn->ident, section(&next, LM_SEC_IDENTITY, LM_IDN_SIZE));
	save_registers(&fn->regs, section(&next, LM_SEC_REGISTERS, LM_REGS_SIZE));
	save_features(&fn->feat, section(&next, LM_SEC_FEATURES, LM_FEA_SIZE));
	save_cqs(dev, fn, snapshot, section(&next, LM_SEC_CQS, count_cqs(dev, fn) * LM_CQ_SIZE));
	save_sqs(dev, fn, snapshot, section(&next, LM_SEC_SQS, count_sqs(dev, fn) * LM_SQ_SIZE));
	save_aers(&snapshot->events, section(&next, LM_SEC_AERS, LM_AER_SLOTS * LM_AER_SIZE));
	save_events(LM_DEFECT(IMAGE_HAS_LATER_EVENTS) ? &fn->events : &snapshot->events,
		    section(&next, LM_SEC_EVENTS, LM_EVT_SECTION_SIZE));
	save_parked(fn, section(&next, LM_SEC_PARKED, LM_PRK_SLOTS * LM_PRK_SIZE));
	save_logs(&snapshot->logs, section(&next, LM_SEC_LOGS, LM_LOG_SIZE));
	save_namespaces(dev, fn, snapshot,
			section(&next, LM_SEC_NAMESPACES,
				(uint32_t)dev->config.num_namespaces * LM_NS_SIZE));
	if (LM_DEFECT(IMAGE_HAS_ONE_MORE_SECTION))
		section(&next, LM_SEC_OPTIONAL, 0);
	save_header(dev, fn, size, buf);
	return size;
}

void lm_image_load(struct lm_device *dev, struct lm_function *fn, const struct lm_image *image)
{
	const uint8_t *const *p = image->payload;

	lm_fn_drop_work(dev, fn);
	if (!LM_DEFECT(LOAD_IDENTITY_IGNORED))
		load_identity(&fn->ident, p[LM_SEC_IDENTITY]);
	load_registers(&fn->regs, p[LM_SEC_REGISTERS]);
	if (LM_DEFECT(LOAD_INTERRUPT_MASK_LOST))
		fn->regs.intm = 0;
	if (!LM_DEFECT(LOAD_FEATURES_IGNORED))
		load_features(&fn->feat, p[LM_SEC_FEATURES]);
	load_cqs(dev, fn, p[LM_SEC_CQS], image->length[LM_SEC_CQS]);
	load_sqs(dev, fn, p[LM_SEC_SQS], image->length[LM_SEC_SQS]);
	if (!LM_DEFECT(LOAD_AERS_LOST))
		load_aers(&fn->events, p[LM_SEC_AERS]);
	load_events(&fn->events, p[LM_SEC_EVENTS]);
	if (LM_DEFECT(LOAD_FIRST_EVENT_ALONE) && fn->events.count)
		fn->events.count = 1;
	if (LM_DEFECT(LOAD_EVENTS_LOST))
		fn->events.count = 0;
	if (LM_DEFECT(LOAD_EVENT_MASK_LOST))
		fn->events.masked = 0;
	if (!LM_DEFECT(LOAD_PARKED_LOST))
		load_parked(dev, fn, p[LM_SEC_PARKED]);
	if (!LM_DEFECT(LOAD_LOGS_IGNORED))
		load_logs(fn, p[LM_SEC_LOGS]);
	if (LM_DEFECT(LOAD_CHANGED_NS_LOST))
		fn->logs.changed_ns = 0;
	if (LM_DEFECT(LOAD_MEDIA_ERRORS_LOST))
		fn->logs.media_errors = 0;
	if (LM_DEFECT(LOAD_ASYNC_EVENTS_LOST))
		fn->feat.async_events = 0;
	if (LM_DEFECT(LOAD_CLEARS_MSIX))
		lm_msix_reset(dev, fn);
	load_namespaces(&fn->feat, p[LM_SEC_NAMESPACES], image->length[LM_SEC_NAMESPACES]);
	if (LM_DEFECT(LOAD_RESIZES_NAMESPACE))
		dev->ns[0].blocks = lm_get_le64(p[LM_SEC_NAMESPACES] + LM_NS_NSZE);
	if (LM_DEFECT(LOAD_ERROR_RECOVERY_ONCE))
		memset(fn->feat.error_recovery + 1, 0,
		       sizeof(fn->feat.error_recovery) - sizeof(fn->feat.error_recovery[0]));
}
