/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Get Features and Set Features (NVMe 1.4 5.14, 5.21). All features of this
 * controller are changeable and none is saveable, so that nothing but the
 * current values has to migrate.
 */
#include "core.h"

#define SEL_CURRENT 0
#define SEL_DEFAULT 1
#define SEL_SAVED 2
#define SEL_CAPABILITIES 3
#define CAPABILITY_CHANGEABLE 4u
#define CAPABILITY_NS_SPECIFIC 2u

#define SET_SAVE 0x80000000u
#define NSID_ALL 0xFFFFFFFFu
#define POWER_WH 0xE0u
#define VECTOR_CD 0x10000u
#define ASYNC_SUPPORTED 0x1FFu /* SMART warnings and OAES */
#define TMPSEL(dw) ((dw) >> 16 & 15)
#define THSEL(dw) ((dw) >> 20 & 3)
#define TMPSEL_ALL 15

void lm_features_default(struct lm_features *feat)
{
	memset(feat, 0, sizeof(*feat));
	feat->temp_over = LM_WARNING_TEMPERATURE;
	feat->write_cache = 1;
}

static uint32_t allocated_queues(const struct lm_device *dev)
{
	uint32_t n = dev->config.io_qpairs - 1u;

	return n << 16 | n;
}

static uint16_t get_temperature(const struct lm_features *feat, uint32_t dw11, uint32_t *value)
{
	if (TMPSEL(dw11) || THSEL(dw11) > 1)
		return LM_SC_INVALID_FIELD | LM_DNR;
	*value = THSEL(dw11) ? feat->temp_under : feat->temp_over;
	return LM_SC_SUCCESS;
}

static uint16_t get_vector(const struct lm_device *dev, const struct lm_features *feat,
			   uint32_t dw11, uint32_t *value)
{
	uint32_t v = dw11 & 0xFFFF;

	if (v >= dev->config.vectors)
		return LM_SC_INVALID_FIELD | LM_DNR;
	*value = v | (feat->vector_nocoal[v / 32] >> (v % 32) & 1 ? VECTOR_CD : 0);
	return LM_SC_SUCCESS;
}

static uint16_t get_value(const struct lm_device *dev, const struct lm_features *feat, uint8_t fid,
			  uint32_t nsid, uint32_t dw11, uint32_t *value)
{
	switch (fid) {
	case LM_FID_ARBITRATION:
		*value = feat->arbitration;
		return LM_SC_SUCCESS;
	case LM_FID_POWER:
		*value = feat->power;
		return LM_SC_SUCCESS;
	case LM_FID_TEMPERATURE:
		return get_temperature(feat, dw11, value);
	case LM_FID_ERROR_RECOVERY:
		if (!lm_ns_get(dev, nsid))
			return LM_SC_INVALID_NS | LM_DNR;
		*value = feat->error_recovery[nsid - 1];
		return LM_SC_SUCCESS;
	case LM_FID_WRITE_CACHE:
		*value = feat->write_cache;
		return LM_SC_SUCCESS;
	case LM_FID_NUM_QUEUES:
		*value = allocated_queues(dev);
		return LM_SC_SUCCESS;
	case LM_FID_COALESCING:
		*value = feat->coalescing;
		return LM_SC_SUCCESS;
	case LM_FID_VECTOR:
		return get_vector(dev, feat, dw11, value);
	case LM_FID_ATOMICITY:
		*value = feat->atomicity;
		return LM_SC_SUCCESS;
	case LM_FID_ASYNC_EVENTS:
		*value = feat->async_events;
		return LM_SC_SUCCESS;
	default:
		return LM_SC_INVALID_FIELD | LM_DNR;
	}
}

void lm_admin_get_features(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint32_t dw10 = lm_get_le32(slot->sqe + LM_SQE_CDW10);
	uint32_t dw11 = lm_get_le32(slot->sqe + LM_SQE_CDW11);
	uint32_t nsid = lm_get_le32(slot->sqe + LM_SQE_NSID);
	uint8_t fid = (uint8_t)dw10;
	unsigned int sel = dw10 >> 8 & 7;
	struct lm_features defaults;
	uint32_t value = 0;
	uint16_t status;

	if (sel == SEL_CURRENT) {
		status = get_value(dev, &fn->feat, fid, nsid, dw11, &value);
	} else if (sel > SEL_CAPABILITIES) {
		status = LM_SC_INVALID_FIELD | LM_DNR;
	} else {
		/* Of what cannot be saved, the saved value is the default one. */
		lm_features_default(&defaults);
		status = get_value(dev, &defaults, fid, nsid, dw11, &value);
		if (sel == SEL_CAPABILITIES)
			value = CAPABILITY_CHANGEABLE |
				(fid == LM_FID_ERROR_RECOVERY ? CAPABILITY_NS_SPECIFIC : 0);
	}
	lm_complete(dev, slot, status, status ? 0 : value, 0);
}

static bool temperature_valid(uint32_t dw11)
{
	if (dw11 & ~0x3FFFFFu || THSEL(dw11) > 1)
		return false;
	return !TMPSEL(dw11) || TMPSEL(dw11) == TMPSEL_ALL;
}

bool lm_feature_valid(const struct lm_device *dev, const struct lm_function *fn, uint8_t fid,
		      uint32_t dw11)
{
	(void)fn;
	switch (fid) {
	case LM_FID_ARBITRATION:
		return !(dw11 & 0xF8);
	case LM_FID_POWER:
		return !(dw11 & ~POWER_WH);
	case LM_FID_TEMPERATURE:
		return temperature_valid(dw11);
	case LM_FID_ERROR_RECOVERY:
		/* NSFEAT does not offer the deallocated block error (DULBE). */
		return !(dw11 & ~0xFFFFu);
	case LM_FID_WRITE_CACHE:
	case LM_FID_ATOMICITY:
		return dw11 <= 1;
	case LM_FID_NUM_QUEUES:
		return (dw11 & 0xFFFF) != 0xFFFF && dw11 >> 16 != 0xFFFF;
	case LM_FID_COALESCING:
		return !(dw11 & ~0xFFFFu);
	case LM_FID_VECTOR:
		return !(dw11 & ~(VECTOR_CD | 0xFFFFu)) && (dw11 & 0xFFFF) < dev->config.vectors;
	case LM_FID_ASYNC_EVENTS:
		return !(dw11 & ~ASYNC_SUPPORTED);
	default:
		return false;
	}
}

static void set_temperature(struct lm_device *dev, struct lm_function *fn, uint32_t dw11)
{
	uint8_t before = lm_critical_warning(fn);

	if (THSEL(dw11))
		fn->feat.temp_under = dw11 & 0xFFFF;
	else
		fn->feat.temp_over = dw11 & 0xFFFF;
	if (lm_critical_warning(fn) & ~before)
		lm_event_queue(dev, fn, LM_EVENT_TEMPERATURE);
}

static uint16_t set_error_recovery(struct lm_device *dev, struct lm_function *fn, uint32_t nsid,
				   uint32_t dw11)
{
	unsigned int i;

	if (nsid != NSID_ALL && !lm_ns_get(dev, nsid))
		return LM_SC_INVALID_NS | LM_DNR;
	for (i = 0; i < dev->config.num_namespaces; i++) {
		if (nsid == NSID_ALL || nsid == i + 1)
			fn->feat.error_recovery[i] = dw11;
	}
	return LM_SC_SUCCESS;
}

static uint16_t set_num_queues(struct lm_device *dev, struct lm_function *fn, uint32_t dw11)
{
	unsigned int i;

	for (i = 1; i <= dev->config.io_qpairs; i++) {
		if (fn->cq[i].exists)
			return LM_SC_SEQUENCE | LM_DNR;
	}
	fn->feat.num_queues = dw11;
	return LM_SC_SUCCESS;
}

static void set_vector(struct lm_function *fn, uint32_t dw11)
{
	uint32_t v = dw11 & 0xFFFF;

	if (dw11 & VECTOR_CD)
		fn->feat.vector_nocoal[v / 32] |= 1u << (v % 32);
	else
		fn->feat.vector_nocoal[v / 32] &= ~(1u << (v % 32));
}

static uint16_t set_value(struct lm_device *dev, struct lm_function *fn, uint8_t fid, uint32_t nsid,
			  uint32_t dw11)
{
	switch (fid) {
	case LM_FID_ARBITRATION:
		fn->feat.arbitration = dw11;
		break;
	case LM_FID_POWER:
		fn->feat.power = dw11;
		break;
	case LM_FID_TEMPERATURE:
		set_temperature(dev, fn, dw11);
		break;
	case LM_FID_ERROR_RECOVERY:
		return set_error_recovery(dev, fn, nsid, dw11);
	case LM_FID_WRITE_CACHE:
		fn->feat.write_cache = dw11;
		break;
	case LM_FID_NUM_QUEUES:
		return set_num_queues(dev, fn, dw11);
	case LM_FID_COALESCING:
		fn->feat.coalescing = dw11;
		break;
	case LM_FID_VECTOR:
		set_vector(fn, dw11);
		break;
	case LM_FID_ATOMICITY:
		fn->feat.atomicity = dw11;
		break;
	default: /* LM_FID_ASYNC_EVENTS */
		fn->feat.async_events = dw11;
		break;
	}
	return LM_SC_SUCCESS;
}

void lm_admin_set_features(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);
	uint32_t dw10 = lm_get_le32(slot->sqe + LM_SQE_CDW10);
	uint32_t dw11 = lm_get_le32(slot->sqe + LM_SQE_CDW11);
	uint32_t nsid = lm_get_le32(slot->sqe + LM_SQE_NSID);
	uint8_t fid = (uint8_t)dw10;
	uint32_t dw0 = 0;
	uint16_t status;

	if (!lm_feature_valid(dev, fn, fid, dw11) && !lm_fault_has_feature(dev, fn, fid))
		status = LM_SC_INVALID_FIELD | LM_DNR;
	else if (dw10 & SET_SAVE)
		status = LM_SC_NOT_SAVEABLE | LM_DNR;
	else if (fid != LM_FID_ERROR_RECOVERY && nsid && nsid != NSID_ALL)
		status = LM_SC_NOT_NS_SPECIFIC | LM_DNR;
	else if (lm_fault_has_feature(dev, fn, fid))
		status = lm_fault_set(dev, slot, fid);
	else
		status = set_value(dev, fn, fid, nsid, dw11);
	if (!status && fid == LM_FID_NUM_QUEUES)
		dw0 = allocated_queues(dev);
	lm_complete(dev, slot, status, dw0, 0);
}
