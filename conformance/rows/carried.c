/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Details that travel, and that a queue ID, a default or a first namespace
 * would hide: vectors that differ from queue IDs, features of a second
 * namespace, a fatal status.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define SRC 1
#define DST 2
#define SLBA 2816

static void crossed_vectors(struct ct *ct, unsigned int i)
{
	static const uint16_t vector[] = { 0, 3, 1, 2 };
	uint64_t before[4];

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_sized(ct, SRC, 32, 32, 4);
	for (uint16_t qid = 1; qid <= 3; qid++) {
		hn_create_cq(ct, SRC, qid, 8, true, vector[qid]);
		hn_create_sq(ct, SRC, qid, qid, 8);
	}
	hn_migrate(ct, SRC, DST);
	for (uint16_t qid = 1; qid <= 3; qid++) {
		for (unsigned int v = 1; v < 4; v++)
			before[v] = hn_irqs(ct, DST, v);
		hn_write_read(ct, DST, qid, SLBA + qid, qid);
		hn_advance(ct, 10 * HN_MS);
		for (unsigned int v = 1; v < 4; v++)
			ct_check(ct, (hn_irqs(ct, DST, v) > before[v]) == (v == vector[qid]),
				 "CQ %u with vector %u: vector %u interrupted %llu times", qid,
				 vector[qid], v,
				 (unsigned long long)(hn_irqs(ct, DST, v) - before[v]));
	}
	hn_flr(ct, SRC);
}

CT_ROW(carried_vectors, .id = "INV/cqs-interrupt-by-their-own-vectors-after-migration",
       .reqs = "LM-INV-020 LM-LOD-190", .given = "a VF whose CQs 1, 2, 3 have vectors 3, 1, 2",
       .when = "it is migrated", .expect = "each CQ interrupts by its vector and by no other",
       .needs = NEEDS | CT_CAP(CT_CAP_IRQ), .flags = FLAGS, .run = crossed_vectors);

static uint32_t recovery(struct ct *ct, unsigned int fn, uint32_t nsid)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, nsid);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_ERROR_RECOVERY);
	return hn_admin_ok(ct, fn, &cmd);
}

static void error_recovery(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd;
	struct ct_cqe cqe;
	uint32_t before;

	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	cmd = hn_cmd(NVME_ADM_SET_FEATURES, i + 1);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_ERROR_RECOVERY);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, 0x0031 + i);
	hn_admin(ct, SRC, &cmd, &cqe);
	if (cqe.status == NVME_SC_INVALID_NS)
		ct_not_applicable(ct, "there is no namespace %u", i + 1);
	if (cqe.status != LM_SC_SUCCESS)
		ct_note(ct, "Error Recovery cannot be set: its default is compared");
	before = recovery(ct, SRC, i + 1);
	hn_migrate(ct, SRC, DST);
	ct_check(ct, recovery(ct, DST, i + 1) == before,
		 "Error Recovery of namespace %u was %08xh, is %08xh", i + 1, before,
		 recovery(ct, DST, i + 1));
	hn_flr(ct, SRC);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void namespace_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "namespace-%u", i + 1);
}

CT_ROW(carried_recovery, .id = "INV/error-recovery-of-each-namespace-travels", .reqs = "LM-INV-040",
       .given = "a VF with Error Recovery set for one of its namespaces", .when = "it is migrated",
       .expect = "Get Features gives that value on the other VF", .needs = NEEDS, .flags = FLAGS,
       .cases = two_cases, .name = namespace_name, .run = error_recovery);

/* A controller that failed: an enable with an impossible page size. */
static void fatal_status(struct ct *ct, unsigned int i)
{
	uint32_t before, after;

	hn_need_vfs(ct, 2);
	hn_write32(ct, SRC, NVME_REG_CC, NVME_CC_EN | 15u << 7 | NVME_CC_IOSQES | NVME_CC_IOCQES);
	hn_settle(ct);
	hn_advance(ct, 10 * HN_MS);
	before = hn_read32(ct, SRC, NVME_REG_CSTS);
	if (!(before & NVME_CSTS_CFS))
		ct_not_applicable(ct, "an impossible page size makes no fatal status");
	hn_suspend(ct, SRC);
	after = hn_read32(ct, SRC, NVME_REG_CSTS);
	ct_check(ct, after == before, "SUSPEND: CSTS was %08xh, is %08xh", before, after);
	if (i) {
		struct hn_image image = hn_save(ct, SRC);

		hn_suspend(ct, DST);
		hn_load(ct, DST, &image);
		hn_resume(ct, DST);
		after = hn_read32(ct, DST, NVME_REG_CSTS);
		ct_check(ct, after == before, "on the other VF: CSTS was %08xh, is %08xh", before,
			 after);
		hn_flr(ct, DST);
	} else {
		hn_resume(ct, SRC);
		after = hn_read32(ct, SRC, NVME_REG_CSTS);
		ct_check(ct, after == before, "RESUME: CSTS was %08xh, is %08xh", before, after);
	}
	hn_flr(ct, SRC);
}

static void fatal_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "migrated" : "resumed");
}

CT_ROW(carried_fatal, .id = "INV/fatal-status-stays", .reqs = "LM-INV-010 LM-SUS-060",
       .given = "a VF with CSTS.CFS set", .when = "it is suspended and resumed, or migrated",
       .expect = "CSTS reads the same throughout", .needs = NEEDS | CT_CAP(CT_CAP_FLR),
       .flags = FLAGS, .cases = two_cases, .name = fatal_name, .run = fatal_status);

/* Registers of a disabled VF are not frozen by CC.EN: only its state keeps them. */
static void disabled_writes(struct ct *ct, unsigned int i)
{
	static const struct {
		uint32_t offset;
		uint32_t value;
	} writes[] = {
		{ NVME_REG_AQA, 0x00070007 },
		{ NVME_REG_ASQ, 0x5000 },
		{ NVME_REG_ACQ, 0x6000 },
		{ NVME_REG_INTMS, 0x8 },
	};
	uint32_t before;

	hn_need_vfs(ct, 1);
	hn_suspend(ct, SRC);
	before = hn_read32(ct, SRC, writes[i].offset);
	hn_write32(ct, SRC, writes[i].offset, writes[i].value);
	hn_settle(ct);
	ct_check(ct, hn_read32(ct, SRC, writes[i].offset) == before,
		 "the register at %02xh of a suspended VF was %08xh, is %08xh", writes[i].offset,
		 before, hn_read32(ct, SRC, writes[i].offset));
	hn_resume(ct, SRC);
	ct_check(ct, hn_read32(ct, SRC, writes[i].offset) == before,
		 "RESUME put a write into effect that was discarded");
	hn_flr(ct, SRC);
}

static unsigned int four_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

CT_ROW(carried_disabled, .id = "STA/registers-of-a-disabled-vf-are-not-written-while-suspended",
       .reqs = "LM-STA-540", .given = "a suspended VF that was never enabled",
       .when = "the guest writes AQA, ASQ, ACQ or INTMS",
       .expect = "the registers read as before, also after RESUME",
       .needs = NEEDS | CT_CAP(CT_CAP_FLR), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = four_cases,
       .run = disabled_writes);

/* A vector is unmasked while part of an image is staged. */
static void unmasked_while_loading(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *read;
	struct ct_cqe cqe;
	uint64_t before;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, SRC, 1, 8);
	hn_pci_command(ct, SRC, true, true, true, true);
	read = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	hn_ring(ct, SRC, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	image = hn_scene_saved(ct, SRC);
	hn_load_part(ct, SRC, image.bytes, 128, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	before = hn_irqs(ct, SRC, 1);
	hn_pci_command(ct, SRC, true, true, true, false);
	hn_advance(ct, 20 * HN_MS);
	ct_check(ct, hn_irqs(ct, SRC, 1) == before, "an interrupt came while LOADING");
	hn_suspend(ct, SRC);
	hn_resume(ct, SRC);
	hn_advance(ct, 20 * HN_MS);
	ct_check(ct, hn_irqs(ct, SRC, 1) > before, "the interrupt did not come after RESUME");
	hn_drain(ct, SRC);
	hn_check_ok(ct, read);
}

CT_ROW(carried_unmasked, .id = "IOF/interrupt-unmasked-while-loading-is-held-until-resume",
       .reqs = "LM-IOF-010 LM-IOF-040 LM-RSM-060",
       .given = "a VF that is LOADING, with an unconsumed completion behind a mask",
       .when = "the mask is lifted; the load is given up; RESUME",
       .expect = "no interrupt before RESUME, at least one after",
       .needs = NEEDS | CT_CAP(CT_CAP_IRQ) | CT_CAP(CT_CAP_PCI_COMMAND), .flags = FLAGS,
       .run = unmasked_while_loading);
