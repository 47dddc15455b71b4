// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * The controller of an ACTIVE VF as the base specification has it: its resets
 * and shutdown, its events, its logs and features.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"

#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define SLBA 1024
#define RAE 0x8000u
#define LPA_EXTENDED 0x04
#define ONCS_SELECT 0x10
#define SEL_DEFAULT 0x100u
#define SEL_CAPABILITIES 0x300u

static void disable(struct ct *ct, unsigned int i)
{
	uint64_t asq, acq;
	uint32_t aqa;

	(void)i;
	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 2, 8);
	hn_write_read(ct, VF, 1, SLBA, 1);
	aqa = hn_read32(ct, VF, NVME_REG_AQA);
	asq = hn_read64(ct, VF, NVME_REG_ASQ);
	acq = hn_read64(ct, VF, NVME_REG_ACQ);
	ct_check(ct, aqa && asq && acq, "AQA, ASQ or ACQ reads 0");
	hn_disable(ct, VF);
	ct_check(ct, hn_read32(ct, VF, NVME_REG_AQA) == aqa, "AQA changed with CC.EN");
	ct_check(ct, hn_read64(ct, VF, NVME_REG_ASQ) == asq, "ASQ changed with CC.EN");
	ct_check(ct, hn_read64(ct, VF, NVME_REG_ACQ) == acq, "ACQ changed with CC.EN");
	ct_check(ct, !(hn_read32(ct, VF, NVME_REG_CSTS) & ~0x10u), "CSTS is %08xh",
		 hn_read32(ct, VF, NVME_REG_CSTS));
	/* The I/O queues went with it: these are new ones of the same identifiers. */
	hn_enable_io(ct, VF, 2, 4);
	hn_write_read(ct, VF, 2, SLBA, 2);
}

CT_ROW(base_disable, .id = "STA/disabled-controller-keeps-its-admin-queue-registers",
       .reqs = "LM-STA-190", .given = "an ACTIVE VF with queues",
       .when = "CC.EN goes to 0, and to 1 again",
       .expect = "AQA, ASQ and ACQ stay, CSTS is clear, the I/O queues are gone", .needs = NEEDS,
       .flags = CT_ROW_WRITES, .run = disable);

static void shut(struct ct *ct, unsigned int i)
{
	uint32_t csts = 0;
	struct hn_cmd cmd;
	uint64_t mark;

	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 1);
	hn_write32(ct, VF, NVME_REG_CC,
		   hn_read32(ct, VF, NVME_REG_CC) |
			   (i & 1 ? NVME_CC_SHN_ABRUPT : NVME_CC_SHN_NORMAL));
	for (unsigned int k = 0; k < 1000; k++) {
		csts = hn_read32(ct, VF, NVME_REG_CSTS);
		if ((csts & NVME_CSTS_SHST_MASK) == NVME_CSTS_SHST_DONE)
			break;
		hn_advance(ct, HN_MS);
	}
	ct_check(ct, (csts & NVME_CSTS_SHST_MASK) == NVME_CSTS_SHST_DONE, "CSTS is %08xh", csts);
	ct_check(ct, csts & NVME_CSTS_RDY, "CSTS.RDY went with the shutdown");
	mark = hn_mark(ct);
	if (i & 2) {
		hn_queue_read(ct, VF, 1, 1, SLBA, 1);
		hn_ring(ct, VF, 1);
	} else {
		cmd = hn_cmd(NVME_ADM_ABORT, 0);
		lm_put_le32(cmd.sqe + LM_SQE_CDW10, 0xFFFF0000);
		hn_queue(ct, VF, 0, &cmd);
		hn_ring(ct, VF, 0);
	}
	hn_settle(ct);
	hn_advance(ct, 20 * HN_MS);
	hn_check_silent(ct, mark, VF, HN_EV_ACTS, "behind a shutdown");
	hn_disable(ct, VF);
	ct_check(ct, !(hn_read32(ct, VF, NVME_REG_CSTS) & NVME_CSTS_SHST_MASK),
		 "CSTS.SHST outlives the controller");
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 2);
}

static unsigned int four_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

static void shut_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i & 1 ? "abrupt" : "normal", i & 2 ? "io" : "admin");
}

CT_ROW(base_shutdown, .id = "STA/nothing-is-fetched-behind-a-shutdown", .reqs = "LM-STA-190",
       .given = "an ACTIVE VF whose controller was shut down, normally or abruptly",
       .when = "a command is put into a queue",
       .expect = "no DMA or interrupt until CC.EN went to 0 and 1",
       .needs = NEEDS | CT_CAP(CT_CAP_JOURNAL), .flags = CT_ROW_WRITES, .cases = four_cases,
       .name = shut_name, .run = shut);

static void read_log(struct ct *ct, uint8_t lid, uint32_t flags, uint32_t offset, void *data,
		     uint32_t len)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_LOG, NVME_NSID_ALL);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, lid | flags | (len / 4 - 1) << 16);
	lm_put_le32(cmd.sqe + LM_SQE_CDW12, offset);
	hn_cmd_data(&cmd, data, len, CT_DIR_TO_HOST);
	hn_admin_ok(ct, VF, &cmd);
}

static const struct {
	uint8_t lid;
	uint32_t size;
	const char *name;
} logs[] = {
	{ NVME_LOG_ERROR, 256, "error" },
	{ NVME_LOG_SMART, 512, "smart" },
	{ NVME_LOG_FIRMWARE, 512, "firmware" },
	{ NVME_LOG_EFFECTS, 4096, "effects" },
};

static void log_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", logs[i].name);
}

static void log_offset(struct ct *ct, unsigned int i)
{
	static const uint32_t offsets[] = { 4, 32, 64, 100, 252 };
	uint8_t *all = hn_mem(ct, 4096), *part = hn_mem(ct, 4096), id[LM_ID_SIZE];

	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
	if (!(id[NVME_ID_LPA] & LPA_EXTENDED))
		ct_not_applicable(ct, "LPA bit 2: no log page offset");
	hn_write_read(ct, VF, 1, SLBA, 1);
	/* two errors that differ, where errors are logged */
	for (uint32_t k = 0; k < 2; k++) {
		hn_queue_read(ct, VF, 1, 1, UINT64_MAX - 16 * k, 1);
		hn_ring(ct, VF, 1);
		hn_drain(ct, VF);
	}
	read_log(ct, logs[i].lid, RAE, 0, all, logs[i].size);
	for (unsigned int k = 0; k < sizeof(offsets) / sizeof(offsets[0]); k++) {
		uint32_t left = logs[i].size - offsets[k];

		read_log(ct, logs[i].lid, RAE, offsets[k], part, left);
		ct_check(ct, !memcmp(all + offsets[k], part, left),
			 "log page %02Xh from byte %u is not what the whole page has there",
			 logs[i].lid, offsets[k]);
		memset(part, 0x5A, 4096);
		read_log(ct, logs[i].lid, RAE, offsets[k], part, 4);
		ct_check(ct, !memcmp(all + offsets[k], part, 4) && part[4] == 0x5A,
			 "four bytes of log page %02Xh from byte %u are wrong, or more than four",
			 logs[i].lid, offsets[k]);
	}
}

CT_ROW(base_log_offset, .id = "INV/log-page-is-read-from-any-offset", .reqs = "LM-INV-110",
       .given = "an ACTIVE VF whose LPA offers log page offsets",
       .when = "a log page is read from an offset", .expect = "what the whole page has there",
       .needs = NEEDS, .flags = CT_ROW_WRITES, .cases = four_cases, .name = log_name,
       .run = log_offset);

/* An event type that was reported waits until its log page is read with RAE 0. */
static void retained(struct ct *ct, unsigned int i)
{
	uint8_t *log = hn_mem(ct, 4096);
	struct hn_req *aer[3];
	uint32_t bell = NVME_REG_DOORBELLS + 8 + 4 * (i & 1);

	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	for (unsigned int k = 0; k < 3; k++)
		aer[k] = hn_aer(ct, VF);
	hn_settle(ct);
	hn_write32(ct, VF, bell, 0x1000); /* beyond the queue */
	hn_settle(ct);
	hn_drain(ct, VF);
	if (!aer[0]->done)
		ct_not_applicable(ct, "the device reports no invalid doorbell");
	ct_check(ct, aer[0]->cqe.dw0 == 0x00010100, "the event is %08xh", aer[0]->cqe.dw0);
	ct_check(ct, !aer[1]->done, "one doorbell made two events");
	hn_write32(ct, VF, bell, 0x1000);
	hn_settle(ct);
	hn_drain(ct, VF);
	ct_check(ct, !aer[1]->done, "an event whose type is masked was reported");
	read_log(ct, NVME_LOG_ERROR, RAE, 0, log, 64);
	hn_drain(ct, VF);
	ct_check(ct, !aer[1]->done, "reading the log page with RAE 1 ends the mask");
	read_log(ct, NVME_LOG_SMART, 0, 0, log, 512);
	hn_drain(ct, VF);
	ct_check(ct, !aer[1]->done, "reading another log page ends the mask");
	read_log(ct, NVME_LOG_ERROR, 0, 0, log, 64);
	hn_drain(ct, VF);
	/* The second event was kept, or it is lost and the next one is reported. */
	if (!aer[1]->done) {
		hn_write32(ct, VF, bell, 0x1000);
		hn_settle(ct);
		hn_drain(ct, VF);
	}
	ct_check(ct, aer[1]->done, "reading the log page with RAE 0 does not end the mask");
	ct_check(ct, aer[1]->cqe.dw0 == 0x00010100, "the event is %08xh", aer[1]->cqe.dw0);
	ct_check(ct, !aer[2]->done, "an event is reported twice");
	hn_write_read(ct, VF, 1, SLBA, 1);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(base_retained, .id = "STA/event-type-is-masked-until-its-log-page-is-read",
       .reqs = "LM-STA-190", .given = "an ACTIVE VF that reported an invalid doorbell",
       .when = "the doorbell is rung so again; the Error Information log is read with RAE 1, another one, then it with RAE 0",
       .expect = "the second event is reported by the last of these reads alone", .needs = NEEDS,
       .flags = CT_ROW_WRITES, .cases = two_cases, .run = retained);

static void aer_limit(struct ct *ct, unsigned int i)
{
	uint8_t id[LM_ID_SIZE];
	struct hn_req *aer;

	(void)i;
	hn_need_vfs(ct, VF);
	hn_enable_sized(ct, VF, 512, 512, 0);
	hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
	for (unsigned int k = 0; k <= id[NVME_ID_AERL]; k++)
		hn_aer(ct, VF);
	hn_drain(ct, VF);
	ct_check(ct, hn_outstanding(ct, VF) == id[NVME_ID_AERL] + 1u,
		 "%u Asynchronous Event Requests are outstanding, AERL is %u",
		 hn_outstanding(ct, VF), id[NVME_ID_AERL]);
	aer = hn_aer(ct, VF);
	hn_wait(ct, aer);
	ct_status(ct, &aer->cqe, NVME_SC_AER_LIMIT);
}

CT_ROW(base_aer_limit, .id = "INV/event-request-beyond-the-limit-is-refused", .reqs = "LM-INV-110",
       .given = "an ACTIVE VF with as many Asynchronous Event Requests as AERL says",
       .when = "one more is sent", .expect = "105h; the others stay", .needs = NEEDS,
       .run = aer_limit);

/* What SMART counts. */
static void counts(struct ct *ct, unsigned int i)
{
	uint8_t before[512], after[512];

	(void)i;
	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	read_log(ct, NVME_LOG_SMART, 0, 0, before, 512);
	for (unsigned int k = 0; k < 5; k++)
		hn_write_read(ct, VF, 1, SLBA + k, k);
	hn_queue_write(ct, VF, 1, 1, SLBA, 1, 9);
	hn_ring(ct, VF, 1);
	hn_drain(ct, VF);
	read_log(ct, NVME_LOG_SMART, 0, 0, after, 512);
	ct_check(ct, lm_get_le64(after + 64) - lm_get_le64(before + 64) == 5,
		 "five reads count as %llu",
		 (unsigned long long)(lm_get_le64(after + 64) - lm_get_le64(before + 64)));
	ct_check(ct, lm_get_le64(after + 80) - lm_get_le64(before + 80) == 6,
		 "six writes count as %llu",
		 (unsigned long long)(lm_get_le64(after + 80) - lm_get_le64(before + 80)));
	ct_check(ct, lm_get_le64(after + 32) && lm_get_le64(after + 48),
		 "no data units, though data were read and written");
}

CT_ROW(base_counts, .id = "INV/smart-counts-the-reads-and-writes-of-the-vf", .reqs = "LM-INV-050",
       .given = "an ACTIVE VF", .when = "it does six writes and five reads",
       .expect = "the log has so many more", .needs = NEEDS, .flags = CT_ROW_WRITES, .run = counts);

static const struct {
	uint8_t fid;
	uint32_t set;
	const char *name;
} features[] = {
	{ NVME_FEAT_ARBITRATION, 0x03020105, "arbitration" },
	{ NVME_FEAT_TEMPERATURE, 0x0150, "temperature" },
	{ NVME_FEAT_COALESCING, 0x0307, "coalescing" },
	{ NVME_FEAT_ATOMICITY, 1, "atomicity" },
	{ NVME_FEAT_ASYNC_EVENTS, 0x100, "async-events" },
};

static unsigned int feature_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(features) / sizeof(features[0]);
}

static void feature_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", features[i].name);
}

static uint32_t get_feature(struct ct *ct, uint8_t fid, uint32_t select)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, fid | select);
	return hn_admin_ok(ct, VF, &cmd);
}

static void selected(struct ct *ct, unsigned int i)
{
	uint8_t fid = features[i].fid, id[LM_ID_SIZE];
	uint32_t initial;

	hn_need_vfs(ct, VF);
	hn_enable(ct, VF);
	hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
	if (!(id[NVME_ID_ONCS] & ONCS_SELECT))
		ct_not_applicable(ct, "ONCS bit 4: no Select");
	initial = get_feature(ct, fid, 0);
	ct_check(ct, get_feature(ct, fid, SEL_DEFAULT) == initial,
		 "the default of Feature %02Xh is not what a new controller has", fid);
	if (!(get_feature(ct, fid, SEL_CAPABILITIES) & 4))
		ct_not_applicable(ct, "Feature %02Xh is not changeable", fid);
	hn_set_feature(ct, VF, fid, features[i].set);
	ct_check(ct, get_feature(ct, fid, 0) == features[i].set,
		 "Feature %02Xh is %08xh, not %08xh", fid, get_feature(ct, fid, 0),
		 features[i].set);
	ct_check(ct, get_feature(ct, fid, SEL_DEFAULT) == initial,
		 "Set Features changed the default of Feature %02Xh", fid);
	hn_disable(ct, VF);
	hn_enable(ct, VF);
	ct_check(ct, get_feature(ct, fid, 0) == initial,
		 "Feature %02Xh outlives a controller reset", fid);
}

CT_ROW(base_selected, .id = "INV/features-have-defaults-and-come-back-to-them",
       .reqs = "LM-INV-110", .given = "an ACTIVE VF whose ONCS offers Select",
       .when = "a feature is set, and the controller reset",
       .expect = "the default is what a new controller has, stays, and comes back", .needs = NEEDS,
       .cases = feature_cases, .name = feature_name, .run = selected);

static unsigned int three_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

/* The Secondary Controller List from a controller identifier on. */
static void secondary_from(struct ct *ct, unsigned int i)
{
	uint8_t all[LM_ID_SIZE], part[LM_ID_SIZE];
	struct hn_cmd cmd = hn_cmd(NVME_ADM_IDENTIFY, 0);
	unsigned int n = 0;
	uint16_t from;

	hn_identify(ct, 0, NVME_CNS_SECONDARY, 0, all);
	ct_check(ct, all[0] <= 127, "the list says %u entries", all[0]);
	if (all[0] < 2)
		ct_not_applicable(ct, "one secondary controller alone");
	from = (uint16_t)(lm_get_le16(all + 32 * (i ? all[0] : 2)) + (i == 2));
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_CNS_SECONDARY | (uint32_t)from << 16);
	hn_cmd_data(&cmd, part, LM_ID_SIZE, CT_DIR_TO_HOST);
	hn_admin_ok(ct, 0, &cmd);
	for (unsigned int k = 1; k <= all[0]; k++) {
		if (lm_get_le16(all + 32 * k) < from)
			continue;
		n++;
		ct_check(ct, !memcmp(all + 32 * k, part + 32 * n, 32),
			 "entry %u from CNTLID %u is not entry %u of all", n, from, k);
	}
	ct_check(ct, part[0] == n, "%u entries from CNTLID %u, not %u", part[0], from, n);
}

CT_ROW(base_secondary, .id = "DIS/secondary-list-begins-at-the-cntlid", .reqs = "LM-DIS-220",
       .given = "a PF with several VFs",
       .when = "the Secondary Controller List is read from the second, the last, and behind the last",
       .expect = "the entries whose CNTLID is not below", .flags = CT_ROW_LM, .cases = three_cases,
       .run = secondary_from);
