/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Check order: commands with two faults, where the first in order of
 * LM-COM-100 must be the one that is answered. Pairs whose faults have the same
 * status tell nothing and are left out.
 */
#include <stdio.h>
#include <string.h>

#include "five.h"

enum fault {
	NO_FAULT,
	FUSE, /* step 2 */
	PSDT, /* step 2 */
	NSID, /* step 3, which a device may leave out */
	INDEX, /* step 4 */
	STATE, /* step 5 */
	PARAM, /* step 6, a rule of the fields themselves */
	GAP, /* step 6, the comparison with staged parts */
	OFFSET, /* step 7, a bad PRP entry */
	DMA, /* step 7, a transfer that fails */
	CONTENT, /* step 8 */
	FAULTS
};

static const char *const fault_names[FAULTS] = {
	"none",	     "FUSE", "PSDT",	   "NSID",     "VF-index", "state",
	"parameter", "gap",  "PRP-offset", "transfer", "content",
};

struct pair {
	uint8_t opc;
	enum fault first, second;
};

#define QRY LM_OPC_QUERY_DATA_SIZE
#define SUS LM_OPC_SUSPEND
#define RSM LM_OPC_RESUME
#define SAV LM_OPC_SAVE_DATA
#define LOD LM_OPC_LOAD_DATA

static const struct pair pairs[] = {
	{ QRY, FUSE, STATE },	{ QRY, PSDT, STATE },	 { QRY, NSID, STATE },
	{ SUS, FUSE, STATE },	{ SUS, PSDT, STATE },	 { SUS, NSID, STATE },
	{ RSM, FUSE, STATE },	{ RSM, PSDT, STATE },	 { RSM, NSID, STATE },
	{ RSM, INDEX, STATE },	{ SAV, FUSE, STATE },	 { SAV, PSDT, STATE },
	{ SAV, NSID, STATE },	{ SAV, INDEX, STATE },	 { SAV, FUSE, DMA },
	{ SAV, INDEX, DMA },	{ SAV, STATE, PARAM },	 { SAV, STATE, DMA },
	{ SAV, PARAM, DMA },	{ LOD, FUSE, STATE },	 { LOD, PSDT, STATE },
	{ LOD, NSID, STATE },	{ LOD, INDEX, STATE },	 { LOD, FUSE, GAP },
	{ LOD, INDEX, GAP },	{ LOD, FUSE, DMA },	 { LOD, INDEX, DMA },
	{ LOD, FUSE, CONTENT }, { LOD, INDEX, CONTENT }, { LOD, STATE, PARAM },
	{ LOD, STATE, GAP },	{ LOD, STATE, DMA },	 { LOD, STATE, CONTENT },
	{ LOD, PARAM, GAP },	{ LOD, PARAM, DMA },	 { LOD, PARAM, CONTENT },
	{ LOD, GAP, DMA },	{ SAV, STATE, OFFSET },	 { LOD, STATE, OFFSET },
	{ LOD, GAP, OFFSET },	{ LOD, DMA, CONTENT },
};

#define NUM_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static bool has(const struct pair *p, enum fault fault)
{
	return p->first == fault || p->second == fault;
}

static uint16_t status_of(const struct pair *p, enum fault fault)
{
	switch (fault) {
	case STATE:
		return p->opc == QRY || p->opc == SUS ? LM_SC_SEQUENCE : LM_SC_NOT_SUSPENDED;
	case GAP:
		return LM_SC_SEQUENCE;
	case DMA:
		return LM_SC_DATA_TRANSFER;
	case CONTENT:
		return LM_SC_INVALID_IMAGE;
	default:
		return LM_SC_INVALID_FIELD;
	}
}

static unsigned int cases(struct ct *ct)
{
	(void)ct;
	return NUM_PAIRS;
}

static void name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	const struct pair *p = &pairs[i];

	(void)ct;
	snprintf(buf, size, "%s-%s-before-%s", five_by(p->opc)->name, fault_names[p->first],
		 fault_names[p->second]);
}

/* The state that makes the command fail by it, or the one that the other faults need. */
static unsigned int state_for(const struct pair *p)
{
	if (has(p, STATE))
		return p->opc == QRY ? LM_STATE_LOADING :
		       p->opc == SUS ? LM_STATE_DRAINING :
				       LM_STATE_ACTIVE;
	if (has(p, GAP))
		return LM_STATE_LOADING;
	return p->opc == QRY || p->opc == SUS ? LM_STATE_ACTIVE : LM_STATE_SUSPENDED;
}

static struct hn_cmd build(struct ct *ct, const struct pair *p, const struct hn_image *image)
{
	struct hn_cmd cmd = hn_lm_cmd(p->opc, has(p, INDEX) ? 0 : 1);
	struct hn_image data = hn_image_copy(ct, image);
	uint32_t i, len = image->len, offset = 0, total = 0;

	for (i = 0; has(p, CONTENT) && i < data.len; i++)
		data.bytes[i] ^= 0xFF;
	if (has(p, GAP)) {
		offset = image->len / 8 * 4 + 4;
		len = 4;
		total = image->len;
	}
	if (has(p, PARAM))
		len -= 2;
	if (p->opc == SAV)
		cmd = hn_save_cmd(has(p, INDEX) ? 0 : 1, data.bytes, len, 0);
	if (p->opc == LOD)
		cmd = hn_load_cmd(has(p, INDEX) ? 0 : 1, data.bytes, len, offset, total);
	if (has(p, FUSE))
		cmd.sqe[LM_SQE_FLAGS] = 1;
	if (has(p, PSDT))
		cmd.sqe[LM_SQE_FLAGS] = 0x40;
	if (has(p, NSID))
		lm_put_le32(cmd.sqe + LM_SQE_NSID, 1);
	if (has(p, OFFSET)) {
		cmd.raw = true;
		hn_prps(ct, cmd.sqe, hn_buf(ct, len).iova + 1, len);
	}
	if (has(p, DMA)) {
		struct hn_buf last = hn_buf(ct, NVME_PAGE);

		cmd.raw = true;
		hn_prps(ct, cmd.sqe, last.iova + NVME_PAGE, len);
	}
	return cmd;
}

static void run(struct ct *ct, unsigned int i)
{
	const struct pair *p = &pairs[i];
	unsigned int state = state_for(p);
	struct hn_req *pending;
	struct hn_image image;
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	if (has(p, OFFSET) && !ct_has(ct, CT_CAP_PF_OWNED))
		ct_not_applicable(ct, "PRP entries of a row's own need the PF's queues");
	if (has(p, DMA) && !(ct_has(ct, CT_CAP_PF_OWNED) && ct_has(ct, CT_CAP_GUARD)))
		ct_not_applicable(ct, "the target has no address that does not answer");
	hn_suspend(ct, 1);
	image = hn_save(ct, 1);
	hn_resume(ct, 1);
	hn_reach(ct, 1, state, &pending);
	hn_expect_faults(ct);
	cmd = build(ct, p, &image);
	hn_admin(ct, 0, &cmd, &cqe);
	if (p->first == NSID)
		ct_status(ct, &cqe, LM_SC_INVALID_FIELD, status_of(p, p->second));
	else
		ct_status(ct, &cqe, status_of(p, p->first));
	/* A misfit or a failed part drops what is staged (LM-LOD-100); earlier faults do not. */
	if (state == LM_STATE_LOADING && p->opc == LOD && cqe.status == status_of(p, p->first) &&
	    p->first >= STATE)
		state = LM_STATE_SUSPENDED;
	ct_check(ct, hn_vf_state(ct, 1) == (int)state, "the refused command left the VF not %s",
		 hn_state_name(state));
	hn_leave(ct, 1, pending);
}

CT_ROW(order, .id = "COM/the-first-fault-in-check-order-is-answered",
       .reqs = "LM-COM-100 LM-COM-200 LM-COM-040 LM-LOD-105",
       .given = "a VF in the state that the faults need", .when = "a command with two faults",
       .expect = "the status of the one that is checked first, and no effect",
       .needs = CT_CAP(CT_CAP_PF_RAW_SQE), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = cases,
       .name = name, .run = run);

/* ---- step 1: an opcode that is not supported here hides everything else ---- */

static unsigned int opcode_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * 4;
}

static void opcode_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-opcode-before-%s", five[i / 4].name, fault_names[1 + i % 4]);
}

static void opcode_run(struct ct *ct, unsigned int i)
{
	enum fault fault = 1 + i % 4;
	struct hn_cmd cmd = hn_lm_cmd(five[i / 4].opc, fault == INDEX ? 0 : 1);
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	hn_enable(ct, 1);
	if (fault == FUSE || fault == PSDT)
		cmd.sqe[LM_SQE_FLAGS] = fault == FUSE ? 1 : 0x40;
	if (fault == NSID)
		lm_put_le32(cmd.sqe + LM_SQE_NSID, 1);
	hn_admin(ct, 1, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_OPCODE);
}

CT_ROW(opcode, .id = "COM/an-unsupported-opcode-is-answered-before-all-else",
       .reqs = "LM-COM-100 LM-DIS-120", .given = "an enabled VF",
       .when = "one of the five, with another fault, on the VF's own admin queue", .expect = "001h",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = opcode_cases, .name = opcode_name, .run = opcode_run);
