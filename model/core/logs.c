/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Get Log Page (NVMe 1.4 5.14) and what the logs are made from.
 */
#include "core.h"
#include "nvme-lm-fault.h"

#define LID_ERROR 0x01
#define LID_SMART 0x02
#define LID_FIRMWARE 0x03
#define LID_CHANGED_NS 0x04
#define LID_EFFECTS 0x05

#define NSID_ALL 0xFFFFFFFFu
#define RAE 0x8000u
#define SMART_SIZE 512
#define FIRMWARE_SIZE 512
#define CHANGED_NS_SIZE 4096
#define EFFECTS_SIZE 4096
#define EFFECTS_IO 1024
#define EFFECT_CSUPP 0x1u
#define EFFECT_LBCC 0x2u
#define EFFECT_CSE_ALL 0x20000u /* submission of nothing else, all namespaces */
#define WARNING_TEMPERATURE 0x02
#define COMPOSITE_TEMPERATURE 310 /* kelvin */
#define AVAILABLE_SPARE 100
#define SPARE_THRESHOLD 10
#define BLOCKS_PER_UNIT 1000u
#define MS_PER_MINUTE 60000u
#define MS_PER_HOUR 3600000u

uint8_t lm_critical_warning(const struct lm_function *fn)
{
	if (COMPOSITE_TEMPERATURE >= fn->feat.temp_over ||
	    COMPOSITE_TEMPERATURE <= fn->feat.temp_under)
		return WARNING_TEMPERATURE;
	return 0;
}

static void add(struct lm_counter *counter, uint64_t amount, uint32_t unit)
{
	amount += counter->rest;
	counter->units += amount / unit;
	counter->rest = (uint32_t)(amount % unit);
}

uint64_t lm_log_rounded_up(const struct lm_counter *counter)
{
	return counter->units + (counter->rest ? 1 : 0);
}

void lm_log_data(struct lm_function *fn, bool write, uint32_t blocks)
{
	struct lm_logs *logs = &fn->logs;

	add(write ? &logs->written : &logs->read, blocks, BLOCKS_PER_UNIT);
	if (write)
		logs->host_writes++;
	else
		logs->host_reads++;
}

void lm_log_clock(struct lm_device *dev, struct lm_function *fn, bool stop)
{
	struct lm_logs *logs = &fn->logs;
	uint64_t now = lm_now(dev);

	if (!logs->clock_stopped) {
		add(&logs->power_on, now - logs->clock_since, MS_PER_HOUR);
		if (logs->num_busy)
			add(&logs->busy, now - logs->clock_since, MS_PER_MINUTE);
	}
	logs->clock_since = now;
	logs->clock_stopped = stop;
}

void lm_log_busy(struct lm_device *dev, struct lm_slot *slot, bool busy)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);

	if (slot->busy == busy)
		return;
	lm_log_clock(dev, fn, fn->logs.clock_stopped);
	slot->busy = busy;
	fn->logs.num_busy += busy ? 1 : -1;
}

void lm_log_error(struct lm_device *dev, struct lm_function *fn, uint16_t sqid, uint16_t cid,
		  uint16_t status, uint64_t lba, uint32_t nsid)
{
	struct lm_logs *logs = &fn->logs;
	uint8_t *e = logs->errors[0];

	(void)dev;
	memmove(logs->errors[1], logs->errors[0], sizeof(logs->errors) - LM_LOG_ERROR_SIZE);
	memset(e, 0, LM_LOG_ERROR_SIZE);
	lm_put_le64(e, ++logs->error_count);
	lm_put_le16(e + 8, sqid);
	lm_put_le16(e + 10, cid);
	lm_put_le16(e + 12, (uint16_t)((status | LM_MORE) << 1));
	lm_put_le16(e + 14, 0xFFFF); /* no parameter is named */
	lm_put_le64(e + 16, lba);
	lm_put_le32(e + 24, nsid);
}

static void smart(struct lm_device *dev, struct lm_function *fn, uint8_t *b)
{
	const struct lm_logs *logs = &fn->logs;

	lm_log_clock(dev, fn, logs->clock_stopped);
	b[0] = lm_critical_warning(fn);
	lm_put_le16(b + 1, COMPOSITE_TEMPERATURE);
	b[3] = AVAILABLE_SPARE;
	b[4] = SPARE_THRESHOLD;
	lm_put_le64(b + 32, lm_log_rounded_up(&logs->read));
	lm_put_le64(b + 48, lm_log_rounded_up(&logs->written));
	lm_put_le64(b + 64, logs->host_reads);
	lm_put_le64(b + 80, logs->host_writes);
	lm_put_le64(b + 96, logs->busy.units);
	lm_put_le64(b + 112, logs->power_cycles);
	lm_put_le64(b + 128, logs->power_on.units);
	lm_put_le64(b + 144, logs->unsafe_shutdowns);
	lm_put_le64(b + 160, logs->media_errors);
	lm_put_le64(b + 176, logs->error_count);
}

static void firmware(struct lm_function *fn, uint8_t *b)
{
	b[0] = 0x01; /* slot 1 is active */
	memcpy(b + 8, fn->ident.fr, sizeof(fn->ident.fr));
}

static void changed_namespaces(const struct lm_function *fn, uint8_t *b)
{
	unsigned int i;

	for (i = 0; i < LM_MAX_NAMESPACES; i++) {
		if (fn->logs.changed_ns >> i & 1) {
			lm_put_le32(b, i + 1);
			b += 4;
		}
	}
}

static void effects(struct lm_device *dev, const struct lm_function *fn, uint8_t *b)
{
	unsigned int opc;

	(void)dev;
	for (opc = 0; opc < 256; opc++) {
		uint32_t e = 0;

		if (lm_admin_has(opc))
			e = EFFECT_CSUPP;
		else if ((!fn->number || LM_DEFECT(VF_EFFECTS_CLAIM_FIVE)) &&
			 lm_migrate_is_opcode((uint8_t)opc))
			e = LM_DEFECT(EFFECTS_CLAIM_CSE) ? EFFECT_CSUPP | EFFECT_CSE_ALL :
							   EFFECT_CSUPP;
		lm_put_le32(b + 4 * opc, e);
	}
	lm_put_le32(b + EFFECTS_IO + 4 * LM_IO_FLUSH, EFFECT_CSUPP);
	lm_put_le32(b + EFFECTS_IO + 4 * LM_IO_READ, EFFECT_CSUPP);
	lm_put_le32(b + EFFECTS_IO + 4 * LM_IO_WRITE, EFFECT_CSUPP | EFFECT_LBCC);
	lm_put_le32(b + EFFECTS_IO + 4 * LM_IO_WRITE_ZEROES, EFFECT_CSUPP | EFFECT_LBCC);
}

/* Size of the log page that was built, 0 where there is none of this ID. */
static uint32_t build(struct lm_device *dev, struct lm_function *fn, uint8_t lid, uint8_t *b)
{
	switch (lid) {
	case LID_ERROR:
		memcpy(b, fn->logs.errors, sizeof(fn->logs.errors));
		return sizeof(fn->logs.errors);
	case LID_SMART:
		smart(dev, fn, b);
		return SMART_SIZE;
	case LID_FIRMWARE:
		firmware(fn, b);
		return FIRMWARE_SIZE;
	case LID_CHANGED_NS:
		changed_namespaces(fn, b);
		return CHANGED_NS_SIZE;
	case LID_EFFECTS:
		effects(dev, fn, b);
		return EFFECTS_SIZE;
	default:
		return 0;
	}
}

static void was_read(struct lm_function *fn, uint8_t lid)
{
	if (lid == LID_ERROR) {
		lm_event_clear(fn, LM_EVENT_ERROR);
	} else if (lid == LID_SMART) {
		lm_event_clear(fn, LM_EVENT_SMART);
	} else if (lid == LID_CHANGED_NS) {
		fn->logs.changed_ns = 0;
		lm_event_clear(fn, LM_EVENT_NOTICE);
	}
}

static bool longer_than_mdts(const struct lm_device *dev, uint64_t len)
{
	return len > UINT32_MAX ||
	       (dev->config.mdts && len > (uint64_t)LM_PAGE_SIZE << dev->config.mdts);
}

static uint16_t get_log(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	uint32_t dw10 = lm_get_le32(slot->sqe + LM_SQE_CDW10);
	uint64_t offset = LM_DEFECT(LOG_OFFSET_IGNORED) ? 0 : lm_get_le64(slot->sqe + LM_SQE_CDW12);
	uint32_t nsid = lm_get_le32(slot->sqe + LM_SQE_NSID);
	uint64_t len = ((uint64_t)lm_get_le16(slot->sqe + LM_SQE_CDW11) << 16 | dw10 >> 16) + 1;
	bool journal = (uint8_t)dw10 == LM_LID_JOURNAL && lm_fault_has_journal(dev, fn);
	uint32_t size;
	uint16_t status;

	len *= 4;
	memset(dev->scratch, 0, sizeof(dev->scratch));
	size = build(dev, fn, (uint8_t)dw10, dev->scratch);
	if (!size && !journal)
		return LM_SC_LOG_INVALID | LM_DNR;
	if ((nsid && nsid != NSID_ALL) || offset % 4 || (offset > size && !journal))
		return LM_SC_INVALID_FIELD | LM_DNR;
	if (longer_than_mdts(dev, len))
		return LM_SC_INVALID_FIELD | LM_DNR;
	if (journal)
		return lm_fault_send_journal(dev, slot, offset, (uint32_t)len);
	status = lm_prp_begin(slot, (uint32_t)len);
	/* What lies beyond the log page is undefined: it is not transferred. */
	size = lm_min(size - (uint32_t)offset, (uint32_t)len);
	while (!status && slot->prp.done < size)
		status = lm_prp_move(dev, slot, dev->scratch + offset + slot->prp.done,
				     size - slot->prp.done, true);
	if (!status && (!(dw10 & RAE) || LM_DEFECT(RAE_IGNORED)))
		was_read(fn, (uint8_t)dw10);
	return status;
}

void lm_admin_get_log_page(struct lm_device *dev, struct lm_slot *slot)
{
	uint16_t status = get_log(dev, lm_slot_fn(dev, slot), slot);

	lm_complete(dev, slot, status, 0, 0);
}
