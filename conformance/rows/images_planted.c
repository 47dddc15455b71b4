// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Images in the reference format into which values were written that no VF
 * comes by easily: what an image holds is what the guest gets.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define NEEDS (CT_CAP(CT_CAP_REFERENCE_IMAGE) | CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define FLAGS (CT_ROW_FIVE | CT_ROW_LM)
#define VF 1
#define SMART_SIZE 512

static uint8_t *payload(struct ct *ct, const struct hn_image *image, uint16_t section)
{
	return image->bytes + hn_image_find(ct, image, section).payload;
}

static void load(struct ct *ct, struct hn_image *image)
{
	hn_image_mend(image);
	hn_load(ct, VF, image);
	hn_resume(ct, VF);
}

/* A suspended VF with one queue pair, and its image. */
static struct hn_image one_pair(struct ct *ct)
{
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 16);
	return hn_scene_saved(ct, VF);
}

/* Counters: offset in the image's section, offset in the SMART log. */
static const struct {
	const char *name;
	uint8_t in_image;
	uint8_t in_log;
} counters[] = {
	{ "units-read", LM_LOG_UNITS_READ, 32 },
	{ "units-written", LM_LOG_UNITS_WRITTEN, 48 },
	{ "host-reads", LM_LOG_HOST_READS, 64 },
	{ "host-writes", LM_LOG_HOST_WRITES, 80 },
	{ "busy-minutes", LM_LOG_BUSY_MINUTES, 96 },
	{ "power-cycles", LM_LOG_POWER_CYCLES, 112 },
	{ "power-on-hours", LM_LOG_POWER_ON_HOURS, 128 },
	{ "unsafe-shutdowns", LM_LOG_UNSAFE_SHUTDOWNS, 144 },
	{ "media-errors", LM_LOG_MEDIA_ERRORS, 160 },
	{ "error-count", LM_LOG_ERROR_COUNT, 176 },
};
#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static void counted(struct ct *ct, unsigned int i)
{
	struct hn_image image = one_pair(ct);
	uint8_t *log = hn_mem(ct, SMART_SIZE);
	uint64_t value = UINT64_C(0x1122334455660000) + i;

	lm_put_le64(payload(ct, &image, LM_SEC_LOGS) + counters[i].in_image, value);
	load(ct, &image);
	hn_get_log(ct, VF, NVME_LOG_SMART, NVME_NSID_ALL, log, SMART_SIZE);
	ct_check(ct, lm_get_le64(log + counters[i].in_log) == value,
		 "the image has %llxh, the log %llxh", (unsigned long long)value,
		 (unsigned long long)lm_get_le64(log + counters[i].in_log));
}

static unsigned int counter_cases(struct ct *ct)
{
	(void)ct;
	return COUNTERS;
}

static void counter_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", counters[i].name);
}

CT_ROW(planted_counters, .id = "IMG/counters-of-an-image-are-those-of-the-log",
       .reqs = "LM-INV-050 LM-LOD-010", .given = "an image with a counter of its own",
       .when = "it is loaded, the VF resumed and its SMART log read",
       .expect = "the counter of the image", .needs = NEEDS, .flags = FLAGS, .cases = counter_cases,
       .name = counter_name, .run = counted);

static void changed_list(struct ct *ct, unsigned int i)
{
	struct hn_image image = one_pair(ct);
	uint8_t *list = hn_mem(ct, LM_ID_SIZE);

	(void)i;
	lm_put_le64(payload(ct, &image, LM_SEC_LOGS) + LM_LOG_CHANGED_NS, 1);
	load(ct, &image);
	hn_get_log(ct, VF, NVME_LOG_CHANGED_NS, NVME_NSID_ALL, list, LM_ID_SIZE);
	ct_check(ct, lm_get_le32(list) == 1 && lm_get_le32(list + 4) == 0,
		 "the list begins with NSIDs %u and %u, the image has 1", lm_get_le32(list),
		 lm_get_le32(list + 4));
}

CT_ROW(planted_changed, .id = "IMG/changed-namespaces-of-an-image-are-listed",
       .reqs = "LM-INV-050 LM-LOD-010", .given = "an image with NSID 1 as changed",
       .when = "it is loaded, the VF resumed and its log 04h read", .expect = "NSID 1 alone",
       .needs = NEEDS, .flags = FLAGS, .run = changed_list);

/* Features whose value in the image is Dword 0 of Get Features. */
static const struct {
	const char *name;
	uint8_t fid;
	uint8_t in_image;
	uint32_t value;
	uint32_t dw11;
} features[] = {
	{ "arbitration", NVME_FEAT_ARBITRATION, LM_FEA_ARBITRATION, 0x04030205, 0 },
	{ "temperature-over", NVME_FEAT_TEMPERATURE, LM_FEA_TEMP_OVER, 0x0177, 0 },
	{ "temperature-under", NVME_FEAT_TEMPERATURE, LM_FEA_TEMP_UNDER, 0x0101, 1u << 20 },
	{ "write-cache", NVME_FEAT_WRITE_CACHE, LM_FEA_WRITE_CACHE, 0, 0 },
	{ "coalescing", NVME_FEAT_COALESCING, LM_FEA_COALESCING, 0x0509, 0 },
	{ "write-atomicity", NVME_FEAT_ATOMICITY, LM_FEA_ATOMICITY, 1, 0 },
	{ "asynchronous-events", NVME_FEAT_ASYNC_EVENTS, LM_FEA_ASYNC_EVENTS, 0x102, 0 },
};
#define FEATURES (sizeof(features) / sizeof(features[0]))

static void featured(struct ct *ct, unsigned int i)
{
	struct hn_image image = one_pair(ct);
	uint32_t value;

	lm_put_le32(payload(ct, &image, LM_SEC_FEATURES) + features[i].in_image, features[i].value);
	load(ct, &image);
	value = hn_get_feature(ct, VF, features[i].fid, features[i].dw11);
	ct_check(ct, value == features[i].value, "the image has %xh, Get Features %xh",
		 features[i].value, value);
}

static unsigned int feature_cases(struct ct *ct)
{
	(void)ct;
	return FEATURES;
}

static void feature_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", features[i].name);
}

CT_ROW(planted_features, .id = "IMG/features-of-an-image-are-those-of-the-vf",
       .reqs = "LM-INV-040 LM-LOD-010", .given = "an image with a feature value of its own",
       .when = "it is loaded, the VF resumed and Get Features sent",
       .expect = "the value of the image", .needs = NEEDS, .flags = FLAGS, .cases = feature_cases,
       .name = feature_name, .run = featured);

/* A completion that the image parks: every field of it has to arrive. */
static void parked(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *req;
	struct hn_cmd flush = hn_cmd(NVME_CMD_FLUSH, 1);
	uint8_t *slot;

	(void)i;
	image = one_pair(ct);
	/* the driver has a command out whose CID the image ends */
	req = hn_queue(ct, VF, 1, &flush);
	req->planted = true;
	slot = payload(ct, &image, LM_SEC_PARKED);
	lm_put_le16(slot + LM_PRK_SQID, 1);
	lm_put_le16(slot + LM_PRK_CID, req->cid);
	lm_put_le16(slot + LM_PRK_STATUS, 0x6281);
	lm_put_le16(slot + LM_PRK_VALID, 1);
	lm_put_le32(slot + LM_PRK_DW0, 0x12345678);
	lm_put_le32(slot + LM_PRK_DW1, 0x9ABCDEF0);
	load(ct, &image);
	hn_settle(ct);
	hn_reap_all(ct, VF);
	ct_check(ct, req->done, "the parked completion was not posted");
	ct_check(ct, req->cqe.dw0 == 0x12345678 && req->cqe.dw1 == 0x9ABCDEF0,
		 "Dwords 0 and 1 are %08xh and %08xh", req->cqe.dw0, req->cqe.dw1);
	ct_check(ct, req->cqe.status == 0x281 && req->cqe.dnr && req->cqe.more,
		 "status %03xh, DNR %u, M %u; the image has 281h and both", req->cqe.status,
		 req->cqe.dnr, req->cqe.more);
}

CT_ROW(planted_parked, .id = "IMG/parked-completion-of-an-image-is-posted-as-it-is",
       .reqs = "LM-IOF-140 LM-IOF-200 LM-LOD-010",
       .given = "an image that parks a completion with a status and both Dwords",
       .when = "it is loaded and the VF resumed", .expect = "a CQE with all of them",
       .needs = NEEDS, .flags = FLAGS, .run = parked);

/* Three events of three types come by three requests, the oldest first. */
static void events(struct ct *ct, unsigned int i)
{
	static const uint32_t dw0[] = { 0x00040002, 0x00020101, 0x00010100 };
	struct hn_image image = one_pair(ct);
	struct hn_req *aer[3];
	uint8_t *slot = payload(ct, &image, LM_SEC_EVENTS);

	(void)i;
	for (unsigned int k = 0; k < 3; k++) {
		lm_put_le32(slot + k * LM_EVT_SIZE + LM_EVT_DW0, dw0[k]);
		lm_put_le32(slot + k * LM_EVT_SIZE + LM_EVT_VALID, 1);
	}
	load(ct, &image);
	for (unsigned int k = 0; k < 3; k++) {
		aer[k] = hn_aer(ct, VF);
		hn_drain(ct, VF);
		hn_advance(ct, HN_MS);
		hn_reap_all(ct, VF);
		ct_check(ct, aer[k]->done, "event %u of the image was not reported", k);
		ct_check(ct, aer[k]->cqe.dw0 == dw0[k], "event %u is %08xh, in the image %08xh", k,
			 aer[k]->cqe.dw0, dw0[k]);
	}
}

CT_ROW(planted_events, .id = "IMG/events-of-an-image-are-reported-oldest-first",
       .reqs = "LM-IOF-220 LM-LOD-010", .given = "an image with three queued events",
       .when = "it is loaded, the VF resumed and three AERs sent",
       .expect = "each event once, in their order", .needs = NEEDS, .flags = FLAGS, .run = events);

/* Every field that this VF's own life leaves at 0 or at its default. */
static void plant_all(struct ct *ct, struct hn_image *image)
{
	uint8_t *logs = payload(ct, image, LM_SEC_LOGS);
	uint8_t *fea = payload(ct, image, LM_SEC_FEATURES);
	uint8_t *sq = payload(ct, image, LM_SEC_SQS) + LM_SQ_SIZE;
	uint8_t *parked = payload(ct, image, LM_SEC_PARKED);
	uint8_t *events = payload(ct, image, LM_SEC_EVENTS);
	uint8_t *aers = payload(ct, image, LM_SEC_AERS);
	unsigned int i;

	for (i = 0; i < COUNTERS; i++)
		lm_put_le64(logs + counters[i].in_image, UINT64_C(0x0102030405060708) * (i + 1));
	lm_put_le64(logs + LM_LOG_CHANGED_NS, 1);
	for (i = 0; i < LM_LOG_ERROR_SLOTS * LM_LOG_ERROR_SIZE; i++)
		logs[LM_LOG_ERRORS + i] = (uint8_t)(i * 7 + 1);
	for (i = 0; i < FEATURES; i++)
		lm_put_le32(fea + features[i].in_image, features[i].value);
	fea[LM_FEA_VECTOR_NOCOAL] |= 2;
	lm_put_le16(sq + LM_SQ_PRIORITY, 2);
	for (i = 0; i < LM_PRK_SLOTS; i++, parked += LM_PRK_SIZE) {
		lm_put_le16(parked + LM_PRK_SQID, i % 2);
		lm_put_le16(parked + LM_PRK_CID, (uint16_t)(0x4321 + i));
		lm_put_le16(parked + LM_PRK_STATUS, (uint16_t)(0x6281 - i));
		lm_put_le16(parked + LM_PRK_VALID, 1);
		lm_put_le32(parked + LM_PRK_DW0, 0x12345678 + i);
		lm_put_le32(parked + LM_PRK_DW1, 0x9ABCDEF0 + i);
	}
	for (i = 0; i < LM_EVT_SLOTS; i++, events += LM_EVT_SIZE) {
		lm_put_le32(events + LM_EVT_DW0, i % 2 ? 0x00010100 : 0x00020101);
		lm_put_le32(events + LM_EVT_VALID, 1);
	}
	for (i = 0; i < LM_AER_SLOTS; i++, aers += LM_AER_SIZE) {
		lm_put_le16(aers + LM_AER_CID, (uint16_t)(0x5000 + i));
		lm_put_le16(aers + LM_AER_VALID, 1);
	}
}

/* Nothing happens to a suspended VF in between, so that not a bit may differ. */
static void saves_back(struct ct *ct, unsigned int i)
{
	struct hn_image image = one_pair(ct), after;

	(void)i;
	plant_all(ct, &image);
	hn_image_mend(&image);
	hn_load(ct, VF, &image);
	after = hn_save(ct, VF);
	hn_image_equal(ct, &image, &after, "save(load(image))");
	/* nobody waits for what was parked */
	hn_flr(ct, VF);
}

CT_ROW(planted_back, .id = "IMG/planted-image-saves-back-equal",
       .reqs = "LM-LOD-010 LM-SAV-010 LM-IMG-030",
       .given = "an image with all AERs, events, counters and parked completions, features "
		"that are not the defaults, a priority, and errors in the log",
       .when = "it is loaded, and the VF saved", .expect = "the same bytes",
       .needs = NEEDS | CT_CAP(CT_CAP_FLR), .flags = FLAGS, .run = saves_back);

/* CNTLIDs are unique within one NVM subsystem only. */
static void other_subsystem(struct ct *ct, unsigned int i)
{
	struct hn_image image;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, VF, 1, 8);
	image = hn_scene_saved(ct, VF);
	payload(ct, &image, LM_SEC_IDENTITY)[LM_IDN_SUBNQN] ^= 1;
	hn_image_mend(&image);
	hn_resume(ct, VF);
	hn_suspend(ct, 2);
	hn_load(ct, 2, &image);
	hn_resume(ct, 2);
	ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_ACTIVE, "VF 2 is not ACTIVE");
	hn_flr(ct, 2);
	hn_scene_alive(ct, VF);
}

CT_ROW(planted_subsystem, .id = "RSM/same-cntlid-of-another-subsystem-resumes",
       .reqs = "LM-RSM-070 LM-STA-430",
       .given = "VF 1 ACTIVE, VF 2 with its CNTLID and another SUBNQN loaded",
       .when = "VF 2 is resumed", .expect = "success", .needs = NEEDS | CT_CAP(CT_CAP_FLR),
       .flags = FLAGS, .run = other_subsystem);
