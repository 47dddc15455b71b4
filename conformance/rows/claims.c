/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What CAP and Identify claim of a VF, against what the VF does (LM-INV-110). A
 * VF that claims what it does not do cannot have it migrated.
 */
#include <stdio.h>
#include <string.h>

#include "hn.h"

static uint8_t *id_of(struct ct *ct)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 1, NVME_CNS_CONTROLLER, 0, id);
	return id;
}

static uint16_t status(struct ct *ct, const struct hn_cmd *cmd)
{
	struct ct_cqe cqe;

	hn_admin(ct, 1, cmd, &cqe);
	return cqe.status;
}

/* Create I/O CQ with any outcome; the memory is one that the driver does not track. */
static uint16_t try_cq(struct ct *ct, uint16_t qid, uint32_t entries)
{
	struct hn_buf mem = hn_buf(ct, (size_t)entries * LM_CQE_SIZE);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_CREATE_CQ, 0);

	cmd.raw = true;
	lm_put_le64(cmd.sqe + LM_SQE_PRP1, mem.iova);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, qid | (entries - 1) << 16);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, 1);
	return status(ct, &cmd);
}

static void mqes(struct ct *ct)
{
	uint32_t entries = (hn_read64(ct, 1, NVME_REG_CAP) & 0xFFFF) + 1;
	uint16_t s;

	if (entries < 65536) {
		s = try_cq(ct, 1, entries + 1);
		ct_check(ct, s == NVME_SC_QUEUE_SIZE, "a CQ of CAP.MQES + 2 = %u entries: %03Xh",
			 entries + 1, s);
	}
	s = try_cq(ct, 1, entries);
	ct_check(ct, s == LM_SC_SUCCESS, "a CQ of CAP.MQES + 1 = %u entries: %03Xh", entries, s);
}

static void num_queues(struct ct *ct)
{
	uint32_t got = hn_set_feature(ct, 1, NVME_FEAT_NUM_QUEUES, 0xFFFE | 0xFFFEu << 16);
	uint16_t last = (uint16_t)(got >> 16) + 1, s;

	s = try_cq(ct, last, 2);
	ct_check(ct, s == LM_SC_SUCCESS, "CQ %u of %u allocated ones: %03Xh", last, last, s);
	s = try_cq(ct, last + 1, 2);
	ct_check(ct, s == NVME_SC_QID_INVALID, "CQ %u of %u allocated ones: %03Xh", last + 1u, last,
		 s);
}

static void version(struct ct *ct)
{
	uint32_t vs = hn_read32(ct, 1, NVME_REG_VS);

	ct_check(ct, lm_get_le32(id_of(ct) + NVME_ID_VER) == vs, "VS is %08Xh, VER %08Xh", vs,
		 lm_get_le32(id_of(ct) + NVME_ID_VER));
}

static void vendor(struct ct *ct)
{
	uint16_t vid = lm_get_le16(id_of(ct) + NVME_ID_VID), want = ct_target(ct)->info.pci_vid;

	if (!want)
		ct_not_applicable(ct, "the target does not tell the PCI vendor ID");
	ct_check(ct, vid == want, "VID is %04Xh, the PCI vendor ID %04Xh", vid, want);
}

static void entry_sizes(struct ct *ct)
{
	const uint8_t *id = id_of(ct);

	ct_check(ct, (id[NVME_ID_SQES] & 15) <= 6 && id[NVME_ID_SQES] >> 4 >= 6,
		 "SQES %02Xh has no 64 bytes, which work", id[NVME_ID_SQES]);
	ct_check(ct, (id[NVME_ID_CQES] & 15) <= 4 && id[NVME_ID_CQES] >> 4 >= 4,
		 "CQES %02Xh has no 16 bytes, which work", id[NVME_ID_CQES]);
}

static void aerl(struct ct *ct)
{
	unsigned int n, limit = id_of(ct)[NVME_ID_AERL] + 1;
	struct hn_req *req;

	if (limit > 24)
		ct_not_applicable(ct, "%u requests do not fit the admin queue", limit);
	for (n = 0; n < limit; n++)
		ct_check(ct, !hn_wait_for(ct, hn_aer(ct, 1), 5 * HN_MS),
			 "Asynchronous Event Request %u of %u completed", n + 1, limit);
	req = hn_aer(ct, 1);
	ct_status(ct, hn_wait(ct, req), NVME_SC_AER_LIMIT);
}

static void optional_admin(struct ct *ct)
{
	/* OACS bit, opcode; only those that are harmless where they exist are not sent. */
	static const struct {
		unsigned int bit;
		uint8_t opc;
	} table[] = {
		{ 0, 0x82 }, { 0, 0x81 }, { 1, 0x80 }, { 2, 0x10 }, { 2, 0x11 },
		{ 3, 0x0D }, { 3, 0x15 }, { 4, 0x14 }, { 5, 0x1A }, { 5, 0x19 },
		{ 6, 0x1E }, { 6, 0x1D }, { 7, 0x1C }, { 8, 0x7C }, { 9, 0x86 },
	};
	uint16_t oacs = lm_get_le16(id_of(ct) + NVME_ID_OACS), s;
	unsigned int i, tried = 0;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct hn_cmd cmd = hn_cmd(table[i].opc, 0);

		if (oacs & 1u << table[i].bit)
			continue;
		tried++;
		s = status(ct, &cmd);
		ct_check(ct, s == LM_SC_INVALID_OPCODE, "OACS %04Xh does not claim %02Xh: %03Xh",
			 oacs, table[i].opc, s);
	}
	if (!tried)
		ct_not_applicable(ct, "OACS claims every optional command");
}

static uint16_t io_status(struct ct *ct, uint8_t opc)
{
	struct hn_cmd cmd = hn_cmd(opc, 1);
	struct hn_req *req;

	if (opc & 3)
		hn_cmd_data(&cmd, hn_mem(ct, NVME_PAGE), NVME_PAGE,
			    (opc & 3) == 1 ? CT_DIR_TO_DEVICE : CT_DIR_TO_HOST);
	req = hn_queue(ct, 1, 1, &cmd);
	hn_ring(ct, 1, 1);
	return hn_wait(ct, req)->status;
}

static void optional_io(struct ct *ct)
{
	/* ONCS bit, opcode: Compare, Write Uncorrectable, Dataset Management, Write Zeroes,
	 * Reservation Register, Verify. */
	static const struct {
		unsigned int bit;
		uint8_t opc;
		bool changes;
	} table[] = { { 0, 0x05, false }, { 1, 0x04, true }, { 2, 0x09, true },
		      { 3, 0x08, true },  { 5, 0x0D, true }, { 7, 0x0C, false } };
	uint16_t oncs = lm_get_le16(id_of(ct) + NVME_ID_ONCS), s;
	unsigned int i;

	hn_set_feature(ct, 1, NVME_FEAT_NUM_QUEUES, 0);
	hn_create_cq(ct, 1, 1, 8, false, 0);
	hn_create_sq(ct, 1, 1, 1, 8);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		bool claimed = oncs & 1u << table[i].bit;

		/* Those that change data are sent where they are claimed to devices in software only. */
		if (claimed && table[i].changes && !ct_has(ct, CT_CAP_FRESH))
			continue;
		s = io_status(ct, table[i].opc);
		ct_check(ct, claimed == (s != LM_SC_INVALID_OPCODE),
			 "ONCS %04Xh and opcode %02Xh, which ends %03Xh, do not agree", oncs,
			 table[i].opc, s);
	}
}

static void mdts(struct ct *ct)
{
	uint8_t shift = id_of(ct)[NVME_ID_MDTS];
	uint32_t size = hn_block_size(ct, 1, 1), blocks;
	struct hn_req *req;

	if (!shift || shift > 10)
		ct_not_applicable(ct, "MDTS %u sets no limit that can be tried", shift);
	blocks = (NVME_PAGE << shift) / size;
	if (blocks > 65535)
		ct_not_applicable(ct, "MDTS allows more blocks than a command can name");
	hn_set_feature(ct, 1, NVME_FEAT_NUM_QUEUES, 0);
	hn_create_cq(ct, 1, 1, 8, false, 0);
	hn_create_sq(ct, 1, 1, 1, 8);
	req = hn_queue_read(ct, 1, 1, 1, 0, (uint16_t)blocks);
	hn_ring(ct, 1, 1);
	ct_status(ct, hn_wait(ct, req), LM_SC_SUCCESS);
	req = hn_queue_read(ct, 1, 1, 1, 0, (uint16_t)(blocks + 1));
	hn_ring(ct, 1, 1);
	ct_status(ct, hn_wait(ct, req), LM_SC_INVALID_FIELD);
}

static void namespaces(struct ct *ct)
{
	uint32_t nn = lm_get_le32(id_of(ct) + NVME_ID_NN), n, nsid, last = 0;
	uint8_t *list = hn_mem(ct, LM_ID_SIZE), *ns = hn_mem(ct, LM_ID_SIZE);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_IDENTIFY, nn + 1);

	hn_identify(ct, 1, NVME_CNS_ACTIVE_NS, 0, list);
	for (n = 0; n < 1024 && lm_get_le32(list + 4 * n); n++) {
		nsid = lm_get_le32(list + 4 * n);
		ct_check(ct, nsid > last && nsid <= nn,
			 "the active list has NSID %u after %u, NN %u", nsid, last, nn);
		last = nsid;
		hn_identify(ct, 1, NVME_CNS_NAMESPACE, nsid, ns);
		ct_check(ct, lm_get_le64(ns) > 0, "active NSID %u has no blocks", nsid);
	}
	ct_check(ct, n > 0, "the VF has no namespace");
	hn_cmd_data(&cmd, ns, LM_ID_SIZE, CT_DIR_TO_HOST);
	ct_check(ct, status(ct, &cmd) == NVME_SC_INVALID_NS, "NSID NN + 1 = %u is valid", nn + 1);
}

static void write_cache(struct ct *ct)
{
	bool present = id_of(ct)[NVME_ID_VWC] & 1;
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 0);
	uint16_t s;

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_WRITE_CACHE);
	s = status(ct, &cmd);
	ct_check(ct, present == (s == LM_SC_SUCCESS), "VWC %u, and Get Features 06h ends %03Xh",
		 present, s);
}

static void error_log(struct ct *ct)
{
	uint32_t len = (id_of(ct)[NVME_ID_ELPE] + 1u) * 64;

	hn_get_log(ct, 1, NVME_LOG_ERROR, NVME_NSID_ALL, hn_mem(ct, len), len);
}

static void mandatory_features(struct ct *ct)
{
	static const uint8_t fids[] = {
		NVME_FEAT_ARBITRATION, NVME_FEAT_POWER,	       NVME_FEAT_TEMPERATURE,
		NVME_FEAT_NUM_QUEUES,  NVME_FEAT_COALESCING,   NVME_FEAT_VECTOR,
		NVME_FEAT_ATOMICITY,   NVME_FEAT_ASYNC_EVENTS,
	};
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 1);
	unsigned int i;

	for (i = 0; i < sizeof(fids); i++)
		hn_get_feature(ct, 1, fids[i], 0);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_ERROR_RECOVERY);
	ct_check(ct, status(ct, &cmd) == LM_SC_SUCCESS, "Get Features 05h of NSID 1 fails");
}

/* Opcodes that the log calls unsupported, but for the five, which have rows of their own. */
static void effects_log(struct ct *ct)
{
	struct hn_cmd get = hn_cmd(NVME_ADM_GET_LOG, NVME_NSID_ALL);
	uint8_t *log = hn_mem(ct, NVME_PAGE);
	unsigned int opc;
	uint16_t s;

	if (!ct_has(ct, CT_CAP_FRESH))
		ct_not_applicable(ct, "unknown opcodes are sent to devices in software only");
	lm_put_le32(get.sqe + LM_SQE_CDW10, NVME_LOG_EFFECTS | (NVME_PAGE / 4 - 1) << 16);
	hn_cmd_data(&get, log, NVME_PAGE, CT_DIR_TO_HOST);
	if (!(id_of(ct)[NVME_ID_LPA] & 2)) {
		ct_check(ct, status(ct, &get) != LM_SC_SUCCESS,
			 "LPA does not claim log page 05h, and it is there");
		return;
	}
	s = status(ct, &get);
	ct_check(ct, s == LM_SC_SUCCESS, "LPA claims log page 05h: %03Xh", s);
	for (opc = 0; opc < 256; opc++) {
		struct hn_cmd cmd = hn_cmd((uint8_t)opc, 0);

		if (lm_get_le32(log + 4 * opc) & 1)
			continue;
		s = status(ct, &cmd);
		ct_check(ct, s == LM_SC_INVALID_OPCODE,
			 "the effects log has no opcode %02Xh, and it ends %03Xh", opc, s);
	}
}

static const struct {
	const char *name;
	void (*run)(struct ct *ct);
} claims[] = {
	{ "CAP.MQES", mqes },
	{ "Number-of-Queues", num_queues },
	{ "VER", version },
	{ "VID", vendor },
	{ "SQES-CQES", entry_sizes },
	{ "AERL", aerl },
	{ "OACS", optional_admin },
	{ "ONCS", optional_io },
	{ "MDTS", mdts },
	{ "NN", namespaces },
	{ "VWC", write_cache },
	{ "ELPE", error_log },
	{ "mandatory-features", mandatory_features },
	{ "effects-log", effects_log },
};

static unsigned int claim_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(claims) / sizeof(claims[0]);
}

static void claim_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", claims[i].name);
}

static void claim_run(struct ct *ct, unsigned int i)
{
	hn_need_vfs(ct, 1);
	hn_enable(ct, 1);
	claims[i].run(ct);
	hn_identify(ct, 1, NVME_CNS_CONTROLLER, 0, hn_mem(ct, LM_ID_SIZE));
}

CT_ROW(claim, .id = "INV/a-vf-does-what-it-claims", .reqs = "LM-INV-110", .given = "an enabled VF",
       .when = "a claim of CAP or Identify is put to the test",
       .expect = "the VF does what it claims and nothing else that is optional",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .cases = claim_cases,
       .name = claim_name, .run = claim_run);
