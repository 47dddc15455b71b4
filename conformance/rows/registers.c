// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Register writes of the guest while its VF is not ACTIVE.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define SLBA 1280

struct reg_write {
	const char *name;
	uint32_t offset;
	unsigned int len;
	uint64_t value;
};

static const struct reg_write writes[] = {
	{ "cc-disable", NVME_REG_CC, 4, 0 },
	{ "cc-shutdown", NVME_REG_CC, 4,
	  NVME_CC_EN | NVME_CC_SHN_NORMAL | NVME_CC_IOSQES | NVME_CC_IOCQES },
	{ "cc-all-ones", NVME_REG_CC, 4, 0xFFFFFFFF },
	{ "csts-all-ones", NVME_REG_CSTS, 4, 0xFFFFFFFF },
	{ "aqa", NVME_REG_AQA, 4, 0x00070007 },
	{ "asq", NVME_REG_ASQ, 8, UINT64_C(0x123456789000) },
	{ "acq", NVME_REG_ACQ, 8, UINT64_C(0x123456789000) },
	{ "asq-low-half", NVME_REG_ASQ, 4, 0x1000 },
	{ "acq-high-half", NVME_REG_ACQ + 4, 4, 0x1 },
	{ "intms", NVME_REG_INTMS, 4, 0xFFFFFFFF },
	{ "intmc", NVME_REG_INTMC, 4, 0xFFFFFFFF },
	{ "nssr", NVME_REG_NSSR, 4, NVME_NSSR_MAGIC },
	{ "cap", NVME_REG_CAP, 8, UINT64_MAX },
	{ "vs", NVME_REG_VS, 4, 0 },
};
#define WRITES (sizeof(writes) / sizeof(writes[0]))

static unsigned int write_cases(struct ct *ct)
{
	(void)ct;
	return 2 * WRITES;
}

static void write_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i / WRITES ? "loading" : "suspended", writes[i % WRITES].name);
}

static void discarded(struct ct *ct, unsigned int i)
{
	static const uint32_t reg[] = { NVME_REG_CC,  NVME_REG_CSTS, NVME_REG_AQA,
					NVME_REG_ASQ, NVME_REG_ACQ,  NVME_REG_INTMS };
	const struct reg_write *w = &writes[i % WRITES];
	unsigned int state = i / WRITES ? LM_STATE_LOADING : LM_STATE_SUSPENDED;
	struct hn_req *pending = NULL;
	uint64_t before[6], after;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, VF);
	hn_reach(ct, VF, state, &pending);
	for (unsigned int r = 0; r < 6; r++)
		before[r] = hn_read64(ct, VF, reg[r] & ~7u);
	if (w->len == 8)
		hn_write64(ct, VF, w->offset, w->value);
	else
		hn_write32(ct, VF, w->offset, (uint32_t)w->value);
	hn_settle(ct);
	hn_advance(ct, 20 * HN_MS);
	for (unsigned int r = 0; r < 6; r++) {
		after = hn_read64(ct, VF, reg[r] & ~7u);
		ct_check(ct, after == before[r], "the register at %02xh was %llxh, is %llxh",
			 reg[r] & ~7u, (unsigned long long)before[r], (unsigned long long)after);
	}
	ct_check(ct, hn_vf_state(ct, VF) == (int)state || state == LM_STATE_LOADING,
		 "the write changed the VF's state");
	hn_leave(ct, VF, pending);
	hn_scene_alive(ct, VF);
}

CT_ROW(reg_discarded, .id = "STA/register-writes-are-discarded-while-not-active",
       .reqs = "LM-STA-540 LM-STA-760 LM-IOF-030",
       .given = "a VF with queues, SUSPENDED or LOADING",
       .when = "the guest writes CC, CSTS, AQA, ASQ, ACQ, INTMS, INTMC, NSSR, CAP or VS",
       .expect = "all registers read as before, also later; after RESUME the VF works on",
       .needs = NEEDS, .flags = FLAGS, .cases = write_cases, .name = write_name, .run = discarded);

/* DRAINING: the guest still has its registers. */
static struct hn_req *draining(struct ct *ct)
{
	struct hn_req *suspend;
	struct hn_cmd cmd;

	hn_need_vfs(ct, 1);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending SUSPEND needs the PF's queues");
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 1);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	ct_check(ct, !hn_poll(ct, suspend), "SUSPEND completed over a command in flight");
	return suspend;
}

static void disabled_while_draining(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend = draining(ct);

	(void)i;
	hn_write32(ct, VF, NVME_REG_CC, 0);
	hn_settle(ct);
	ct_check(ct, hn_wait_for(ct, suspend, HN_S), "SUSPEND waits for work that was dropped");
	ct_status(ct, &suspend->cqe, LM_SC_SUCCESS);
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_SUSPENDED, "the VF is not SUSPENDED");
	ct_check(ct, !(hn_read32(ct, VF, NVME_REG_CC) & NVME_CC_EN), "CC.EN is 1");
	hn_forget(ct, VF);
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_resume(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 2);
}

CT_ROW(reg_draining_disable, .id = "STA/controller-reset-while-draining-ends-the-drain",
       .reqs = "LM-STA-340 LM-SEC-100",
       .given = "a VF with a read on media that stall, SUSPEND pending",
       .when = "the guest clears CC.EN",
       .expect = "the read is dropped, SUSPEND succeeds; after RESUME the VF can be enabled",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .run = disabled_while_draining);

static void shutdown_while_draining(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend = draining(ct);
	uint32_t csts;

	(void)i;
	hn_write32(ct, VF, NVME_REG_CC, hn_read32(ct, VF, NVME_REG_CC) | NVME_CC_SHN_NORMAL);
	hn_settle(ct);
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_wait(ct, suspend);
	ct_status(ct, &suspend->cqe, LM_SC_SUCCESS);
	csts = hn_read32(ct, VF, NVME_REG_CSTS);
	ct_check(ct, (csts & NVME_CSTS_SHST_MASK) == NVME_CSTS_SHST_DONE,
		 "the shutdown had not finished when SUSPEND ended: CSTS %08xh", csts);
	hn_resume(ct, VF);
	hn_flr(ct, VF);
}

CT_ROW(reg_draining_shutdown, .id = "STA/shutdown-while-draining-finishes-before-suspend-ends",
       .reqs = "LM-STA-350", .given = "a VF with a read on stalled media, SUSPEND pending",
       .when = "the guest shuts its controller down and the media go on",
       .expect = "SUSPEND succeeds with CSTS.SHST at complete",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .run = shutdown_while_draining);

static void head_while_draining(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend, *req[4], *stalled;
	struct hn_cmd cmd;

	(void)i;
	hn_need_vfs(ct, 1);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending SUSPEND needs the PF's queues");
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 2, false, 0);
	hn_create_cq(ct, VF, 2, 8, false, 0);
	hn_create_sq(ct, VF, 1, 1, 8);
	hn_create_sq(ct, VF, 2, 2, 8);
	for (unsigned int k = 0; k < 4; k++)
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA + k, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	stalled = hn_queue_read(ct, VF, 2, 1, SLBA, 1);
	hn_ring(ct, VF, 2);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	for (unsigned int k = 0; k < 4; k++) {
		ct_check(ct, hn_reap(ct, VF, 1) == 1, "CQE %u was not posted while DRAINING", k);
		hn_ack(ct, VF, 1);
		hn_settle(ct);
	}
	for (unsigned int k = 0; k < 4; k++)
		hn_check_ok(ct, req[k]);
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_wait(ct, suspend);
	ct_status(ct, &suspend->cqe, LM_SC_SUCCESS);
	hn_reap_all(ct, VF);
	hn_check_ok(ct, stalled);
	hn_resume(ct, VF);
}

CT_ROW(reg_draining_head, .id = "STA/cq-head-doorbell-counts-while-draining", .reqs = "LM-STA-330",
       .given = "a VF with a full CQ, and a read on stalled media that keeps it DRAINING",
       .when = "the guest consumes an entry and rings its head doorbell, four times",
       .expect = "the next completion is posted each time", .needs = NEEDS | CT_CAP(CT_CAP_MEDIA),
       .flags = FLAGS, .run = head_while_draining);

/* An event that comes while the VF drains. */
static void event_while_draining(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend, *aer, *read;
	uint8_t id[LM_ID_SIZE];
	struct hn_cmd cmd;

	(void)i;
	hn_need_vfs(ct, 1);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending SUSPEND needs the PF's queues");
	hn_enable_io(ct, VF, 1, 8);
	hn_set_feature(ct, VF, NVME_FEAT_ASYNC_EVENTS, 0x100);
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 2, id);
	aer = hn_aer(ct, VF);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	hn_resize(ct, 2, lm_get_le64(id) / 2);
	hn_settle(ct);
	hn_reap_all(ct, VF);
	ct_check(ct, !aer->done, "an Asynchronous Event Request completed while DRAINING");
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_wait(ct, suspend);
	hn_reap_all(ct, VF);
	hn_check_ok(ct, read);
	ct_check(ct, !aer->done, "an Asynchronous Event Request completed by SUSPEND");
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	hn_advance(ct, 10 * HN_MS);
	hn_reap_all(ct, VF);
	ct_check(ct, aer->done, "the event was not reported after RESUME");
}

CT_ROW(reg_draining_event, .id = "STA/event-while-draining-is-reported-after-resume",
       .reqs = "LM-STA-360 LM-IOF-150 LM-IOF-220",
       .given = "a VF that is DRAINING with an AER outstanding",
       .when = "a namespace changes its size",
       .expect = "the AER completes after RESUME, not before",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_NAMESPACE), .flags = FLAGS,
       .run = event_while_draining);
