// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Resets of the VF, of the PF and of everything, in every state of a VF.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define SLBA 768

enum stage { STAGE_ACTIVE, STAGE_DRAINING, STAGE_SUSPENDED, STAGE_LOADING, STAGE_LOADED, STAGES };

static const char *const stage_names[] = { "active", "draining", "suspended", "loading",
					   "loaded-with-another-identity" };

static unsigned int stage_cases(struct ct *ct)
{
	(void)ct;
	return STAGES;
}

static void stage_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", stage_names[i]);
}

/* Bring VF 1 there, with queues, changed features and an AER of its own. */
static struct hn_req *reach(struct ct *ct, enum stage stage)
{
	struct hn_req *pending = NULL;
	struct hn_image image;

	hn_need_vfs(ct, 3);
	if (stage == STAGE_DRAINING && !(hn_can_start(ct, 0) && ct_has(ct, CT_CAP_MEDIA)))
		ct_not_applicable(ct, "DRAINING needs the PF's queues and media that stall");
	hn_scene_busy_life(ct, VF);
	switch (stage) {
	case STAGE_DRAINING:
		hn_reach(ct, VF, LM_STATE_DRAINING, &pending);
		break;
	case STAGE_SUSPENDED:
		hn_reach(ct, VF, LM_STATE_SUSPENDED, &pending);
		break;
	case STAGE_LOADING:
		hn_reach(ct, VF, LM_STATE_LOADING, &pending);
		break;
	case STAGE_LOADED:
		hn_enable_io(ct, 2, 2, 8);
		image = hn_scene_saved(ct, 2);
		hn_suspend(ct, VF);
		hn_load(ct, VF, &image);
		hn_resume(ct, 2);
		break;
	default:
		break;
	}
	return pending;
}

static uint16_t cntlid(struct ct *ct, unsigned int fn)
{
	uint8_t id[LM_ID_SIZE];

	hn_identify(ct, fn, NVME_CNS_CONTROLLER, 0, id);
	return lm_get_le16(id + NVME_ID_CNTLID);
}

/* VF 1 is as a VF that was never touched: disabled, without queues, default features. */
static void as_new(struct ct *ct, uint16_t own_cntlid, uint32_t default_threshold)
{
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE,
		 "the VF is not ACTIVE after the reset");
	ct_check(ct, !(hn_read32(ct, VF, NVME_REG_CC) & NVME_CC_EN), "CC.EN is 1 after the reset");
	ct_check(ct, hn_read32(ct, VF, NVME_REG_CSTS) == 0, "CSTS is %08xh after the reset",
		 hn_read32(ct, VF, NVME_REG_CSTS));
	ct_check(ct, hn_read32(ct, VF, NVME_REG_AQA) == 0, "AQA survived the reset");
	hn_enable_io(ct, VF, 2, 8);
	ct_check(ct, cntlid(ct, VF) == own_cntlid, "the VF presents CNTLID %04xh, its own is %04xh",
		 cntlid(ct, VF), own_cntlid);
	ct_check(ct, hn_get_feature(ct, VF, NVME_FEAT_TEMPERATURE, 0) == default_threshold,
		 "a feature survived the reset");
	hn_write_read(ct, VF, 1, SLBA, 3);
	hn_write_read(ct, VF, 2, SLBA + 1, 4);
}

/* What VF 1 is by itself. */
static void own_values(struct ct *ct, uint16_t *id, uint32_t *threshold)
{
	hn_enable(ct, VF);
	*id = cntlid(ct, VF);
	*threshold = hn_get_feature(ct, VF, NVME_FEAT_TEMPERATURE, 0);
	hn_disable(ct, VF);
}

static void media_normal(struct ct *ct)
{
	if (ct_has(ct, CT_CAP_MEDIA))
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
}

static void flr(struct ct *ct, unsigned int i)
{
	struct hn_req *pending;
	struct hn_image image;
	uint32_t threshold;
	uint16_t own;

	own_values(ct, &own, &threshold);
	pending = reach(ct, (enum stage)i);
	hn_flr(ct, VF);
	if (pending) {
		hn_wait(ct, pending);
		ct_status(ct, &pending->cqe, LM_SC_NOT_SUSPENDED, LM_SC_SUSPEND_NOT_COMPLETED,
			  LM_SC_INTERNAL);
	}
	media_normal(ct);
	if (i == STAGE_LOADING) {
		/* the memory of its staged parts is free again */
		image = hn_scene_saved(ct, 2);
		hn_load_chunked(ct, 2, &image, 1024);
		hn_resume(ct, 2);
	}
	as_new(ct, own, threshold);
}

CT_ROW(reset_flr, .id = "RST/flr-in-any-state-gives-a-clean-active-vf",
       .reqs = "LM-RST-010 LM-RST-020 LM-STA-010 LM-STA-160 LM-STA-290 LM-STA-490 LM-STA-710 LM-INV-090",
       .given = "a VF with queues, features and AERs, in each state or with a loaded image",
       .when = "Function Level Reset of the VF",
       .expect =
	       "ACTIVE, disabled, default features, its own identity, usable; a pending SUSPEND ends 13Ah",
       .needs = NEEDS | CT_CAP(CT_CAP_FLR), .flags = FLAGS, .cases = stage_cases,
       .name = stage_name, .run = flr);

static void vf_enable_cleared(struct ct *ct, unsigned int i)
{
	unsigned int vfs = hn_num_vfs(ct);
	struct hn_req *pending;
	uint32_t threshold;
	uint16_t own;

	own_values(ct, &own, &threshold);
	pending = reach(ct, (enum stage)i);
	hn_set_num_vfs(ct, 0);
	if (pending) {
		hn_wait(ct, pending);
		ct_status(ct, &pending->cqe, LM_SC_NOT_SUSPENDED, LM_SC_SUSPEND_NOT_COMPLETED,
			  LM_SC_INTERNAL);
	}
	media_normal(ct);
	hn_set_num_vfs(ct, vfs);
	as_new(ct, own, threshold);
}

CT_ROW(reset_vf_enable, .id = "RST/vf-enable-cleared-and-set-gives-clean-active-vfs",
       .reqs = "LM-RST-020 LM-RST-100 LM-STA-010 LM-STA-160 LM-STA-290 LM-STA-490 LM-STA-710",
       .given = "a VF in each state or with a loaded image",
       .when = "VF Enable is cleared and set again",
       .expect = "ACTIVE, disabled, default features, its own identity, usable",
       .needs = NEEDS | CT_CAP(CT_CAP_NUM_VFS), .flags = FLAGS, .cases = stage_cases,
       .name = stage_name, .run = vf_enable_cleared);

/* Resets of everything: the VFs are gone until VF Enable is set again. */
enum whole { WHOLE_FLR, WHOLE_CONVENTIONAL, WHOLE_NSSR, WHOLES };

static const char *const whole_names[] = { "pf-flr", "conventional-reset", "nvm-subsystem-reset" };

static unsigned int whole_cases(struct ct *ct)
{
	(void)ct;
	return WHOLES * STAGES;
}

static void whole_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", whole_names[i / STAGES], stage_names[i % STAGES]);
}

static void whole(struct ct *ct, unsigned int i)
{
	struct ct_target *t = ct_target(ct);
	unsigned int vfs = hn_num_vfs(ct);
	uint32_t threshold;
	uint16_t own;
	struct ct_cqe cqe;

	if (i / STAGES == WHOLE_FLR && !ct_has(ct, CT_CAP_PF_FLR))
		ct_not_applicable(ct, "no Function Level Reset of the PF");
	if (i / STAGES == WHOLE_CONVENTIONAL && !ct_has(ct, CT_CAP_CONVENTIONAL))
		ct_not_applicable(ct, "no conventional reset");
	if (i / STAGES == WHOLE_NSSR)
		hn_need_nssr(ct);
	own_values(ct, &own, &threshold);
	reach(ct, (enum stage)(i % STAGES));
	switch (i / STAGES) {
	case WHOLE_FLR:
		hn_flr(ct, 0);
		break;
	case WHOLE_CONVENTIONAL:
		ct_check(ct, t->ops->reset(t, 0, CT_RESET_CONVENTIONAL) == 0, "conventional reset");
		break;
	default:
		hn_write32(ct, 0, NVME_REG_NSSR, NVME_NSSR_MAGIC);
		hn_settle(ct);
		break;
	}
	for (unsigned int fn = 0; fn <= vfs; fn++)
		hn_forget(ct, fn);
	media_normal(ct);
	ct_check(ct, !(hn_read32(ct, 0, NVME_REG_CC) & NVME_CC_EN),
		 "the PF is enabled after the reset");
	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, VF, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	hn_set_num_vfs(ct, vfs);
	as_new(ct, own, threshold);
}

CT_ROW(reset_whole, .id = "RST/reset-of-the-pf-or-of-all-clears-vf-enable-and-resets-vfs",
       .reqs = "LM-RST-090 LM-RST-100 LM-STA-180 LM-STA-310 LM-STA-510 LM-STA-730 LM-INV-090",
       .given = "a VF in each state or with a loaded image",
       .when = "FLR of the PF, conventional reset or NVM subsystem reset; then VF Enable is set",
       .expect = "no VF until then; ACTIVE, disabled, with its own identity afterwards",
       .needs = NEEDS | CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_NUM_VFS), .flags = FLAGS,
       .cases = whole_cases, .name = whole_name, .run = whole);

/* Controller reset and shutdown of the PF: VFs stay as they are. */
static void pf_case(struct ct *ct, unsigned int i)
{
	enum stage stage = (enum stage)(i % STAGES);
	struct hn_image before = { 0 }, after;
	struct hn_req *read = NULL;
	uint32_t csts;

	hn_need_vfs(ct, 3);
	hn_enable(ct, 0);
	reach(ct, stage);
	if (stage == STAGE_SUSPENDED || stage == STAGE_LOADED)
		before = hn_save(ct, VF);
	if (stage == STAGE_ACTIVE) {
		read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
		hn_ring(ct, VF, 1);
	}
	if (i / STAGES) {
		hn_write32(ct, 0, NVME_REG_CC, hn_read32(ct, 0, NVME_REG_CC) | NVME_CC_SHN_NORMAL);
		hn_settle(ct);
		/* a shutdown flushes, and so waits for the media */
		media_normal(ct);
		hn_advance(ct, 10 * HN_MS);
		csts = hn_read32(ct, 0, NVME_REG_CSTS);
		ct_check(ct, (csts & NVME_CSTS_SHST_MASK) == NVME_CSTS_SHST_DONE,
			 "the PF does not shut down: CSTS %08xh", csts);
	}
	hn_disable(ct, 0);
	hn_settle(ct);
	media_normal(ct);
	hn_enable(ct, 0);
	switch (stage) {
	case STAGE_ACTIVE:
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE,
			 "the VF is not ACTIVE any more");
		hn_drain(ct, VF);
		hn_check_ok(ct, read);
		hn_scene_alive(ct, VF);
		break;
	case STAGE_DRAINING:
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE again");
		hn_drain(ct, VF);
		hn_scene_alive(ct, VF);
		break;
	case STAGE_LOADED:
	case STAGE_SUSPENDED:
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_SUSPENDED,
			 "the VF is not SUSPENDED any more");
		after = hn_save(ct, VF);
		ct_check(ct,
			 after.len == before.len && !memcmp(after.bytes, before.bytes, after.len),
			 "a reset of the PF changed a suspended VF");
		if (stage == STAGE_LOADED) {
			/* its identity is that of VF 2, which works */
			hn_flr(ct, VF);
			break;
		}
		hn_resume(ct, VF);
		hn_scene_alive(ct, VF);
		break;
	default:
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_SUSPENDED,
			 "the VF that was LOADING is not SUSPENDED");
		hn_resume(ct, VF);
		hn_scene_alive(ct, VF);
		break;
	}
}

static unsigned int pf_cases(struct ct *ct)
{
	(void)ct;
	return 2 * STAGES;
}

static void pf_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i / STAGES ? "shutdown" : "controller-reset",
		 stage_names[i % STAGES]);
}

CT_ROW(reset_pf, .id = "RST/controller-reset-of-the-pf-leaves-vfs-as-they-are",
       .reqs = "LM-RST-070 LM-RST-080 LM-STA-170 LM-STA-300 LM-STA-500 LM-STA-720",
       .given = "a VF in each state", .when = "controller reset or shutdown of the PF",
       .expect =
	       "ACTIVE and SUSPENDED stay with all they have; DRAINING becomes ACTIVE, LOADING SUSPENDED, nothing lost",
       .needs = NEEDS | CT_CAP(CT_CAP_PF_OWNED), .flags = FLAGS, .cases = pf_cases, .name = pf_name,
       .run = pf_case);

/* A reset of one VF and the others. */
static void others_alone(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;
	struct hn_req *busy;

	hn_need_vfs(ct, 3);
	hn_enable_io(ct, 1, 1, 8);
	hn_enable_io(ct, 3, 1, 8);
	hn_write_read(ct, 3, 1, SLBA, 1);
	hn_scene_busy_life(ct, 2);
	image = hn_scene_saved(ct, 2);
	busy = hn_queue_read(ct, 3, 1, 1, SLBA, 1);
	hn_ring(ct, 3, 1);
	if (i)
		hn_suspend(ct, 1);
	hn_flr(ct, 1);
	hn_drain(ct, 3);
	hn_check_read(ct, busy, 1);
	ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_SUSPENDED, "VF 2 is not SUSPENDED any more");
	after = hn_save(ct, 2);
	ct_check(ct, after.len == image.len && !memcmp(after.bytes, image.bytes, image.len),
		 "the reset of VF 1 changed VF 2");
	hn_resume(ct, 2);
	hn_scene_alive(ct, 2);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(reset_others, .id = "RST/reset-of-one-vf-leaves-the-others-alone",
       .reqs = "LM-RST-060 LM-CON-050 LM-STA-020", .given = "VF 2 suspended, VF 3 busy",
       .when = "Function Level Reset of VF 1, ACTIVE or SUSPENDED",
       .expect = "VF 2 has its state and its image, VF 3 completes its read",
       .needs = NEEDS | CT_CAP(CT_CAP_FLR), .flags = FLAGS, .cases = two_cases,
       .run = others_alone);

/* The reset hits after k pieces of the device's work on SAVE or LOAD. */
static void reset_in_transfer(struct ct *ct, unsigned int i)
{
	unsigned int steps = i / 2;
	bool load = i % 2;
	struct hn_image image;
	struct hn_cmd cmd;
	struct hn_req *req;
	struct hn_req *behind;
	uint64_t mark;
	uint8_t *out;

	hn_need_vfs(ct, 3);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending command needs the PF's queues");
	hn_scene_busy_life(ct, VF);
	image = hn_scene_saved(ct, VF);
	out = hn_mem(ct, image.len);
	cmd = load ? hn_load_cmd(VF, image.bytes, image.len, 0, 0) :
		     hn_save_cmd(VF, out, image.len, 0);
	req = hn_queue(ct, 0, 0, &cmd);
	cmd = hn_lm_cmd(LM_OPC_QUERY_DATA_SIZE, VF);
	behind = hn_queue(ct, 0, 0, &cmd);
	hn_ring(ct, 0, 0);
	for (unsigned int k = 0; k < steps; k++)
		hn_step(ct);
	hn_flr(ct, VF);
	mark = hn_mark(ct);
	hn_wait(ct, req);
	if (req->cqe.status != LM_SC_SUCCESS) {
		struct ct_event ev[16];
		unsigned int n;

		ct_status(ct, &req->cqe, LM_SC_NOT_SUSPENDED, LM_SC_INTERNAL);
		n = hn_events(ct, mark, 0, HN_EV(load ? CT_EV_DMA_READ : CT_EV_DMA_WRITE), ev, 16);
		/* what is left are SQ entries and CQEs */
		for (unsigned int k = 0; k < n && k < 16; k++)
			ct_check(ct, ev[k].len == (load ? LM_SQE_SIZE : LM_CQE_SIZE),
				 "%u bytes were moved behind the reset", ev[k].len);
	} else {
		ct_check(ct, load || !memcmp(out, image.bytes, image.len),
			 "SAVE_DATA that a reset ended reports success");
		ct_note(ct, "the command was complete before the reset");
	}
	/* LM-COM-050: what was queued behind it completes, too */
	ct_status(ct, hn_wait(ct, behind), LM_SC_SUCCESS);
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
	ct_check(ct, !(hn_read32(ct, VF, NVME_REG_CC) & NVME_CC_EN),
		 "LOAD took effect behind the reset");
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 5);
}

static unsigned int transfer_cases(struct ct *ct)
{
	(void)ct;
	return 2 * 10;
}

static void transfer_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-after-%u-steps", i % 2 ? "load" : "save", i / 2);
}

CT_ROW(reset_in_transfer_row, .id = "RST/reset-during-save-or-load-ends-it-without-more-data",
       .reqs = "LM-RST-030 LM-RST-040 LM-COM-050",
       .given = "a suspended VF, SAVE_DATA or LOAD_DATA under way",
       .when = "Function Level Reset of the VF after each piece of the device's work",
       .expect =
	       "13Ah without further data transfer, or success before the reset; the VF reset and usable",
       .needs = NEEDS | CT_CAP(CT_CAP_STEP) | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_FLR) |
		CT_CAP(CT_CAP_PF_OWNED),
       .flags = FLAGS, .cases = transfer_cases, .name = transfer_name, .run = reset_in_transfer);

/* Old work must not come back to life. */
static void late_work(struct ct *ct, unsigned int i)
{
	struct hn_req *read;
	struct hn_buf buf;
	uint64_t mark;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 5);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	buf = read->buf;
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_flr(ct, VF);
	mark = hn_mark(ct);
	hn_enable(ct, VF);
	ct_check(ct, hn_get_feature(ct, VF, NVME_FEAT_TEMPERATURE, 0) != 0,
		 "the VF does not answer while its old work is stalled");
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_advance(ct, 100 * HN_MS);
	{
		struct ct_event ev[128];
		unsigned int n = hn_events(ct, mark, VF, HN_EV_DMA, ev, 128);

		for (unsigned int e = 0; e < n && e < 128; e++)
			ct_check(ct, ev[e].addr < buf.iova || ev[e].addr >= buf.iova + buf.len,
				 "a read from before the reset was delivered behind it");
	}
	hn_create_cq(ct, VF, 1, 8, false, 0);
	hn_create_sq(ct, VF, 1, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 6);
}

CT_ROW(reset_late_work, .id = "RST/flr-does-not-wait-for-media-and-drops-late-work",
       .reqs = "LM-RST-050", .given = "a VF with a read on media that stall",
       .when = "Function Level Reset; the controller is enabled; the media go on",
       .expect = "the VF answers at once; the old read's data never arrive",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_FLR) | CT_CAP(CT_CAP_JOURNAL),
       .flags = CT_ROW_WRITES, .run = late_work);

/* The guest resets its own controller. */
static void guest_reset(struct ct *ct, unsigned int i)
{
	uint16_t source = 0, presented;
	struct hn_image image;

	(void)i;
	hn_need_vfs(ct, 3);
	hn_scene_busy_life(ct, 2);
	source = cntlid(ct, 2);
	hn_enable_io(ct, 3, 1, 8);
	hn_write_read(ct, 3, 1, SLBA, 1);
	image = hn_migrate(ct, 2, VF);
	(void)image;
	hn_drain(ct, VF);
	hn_disable(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	presented = cntlid(ct, VF);
	ct_check(ct, presented == source,
		 "after a controller reset the VF presents %04xh, not %04xh", presented, source);
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
	hn_write_read(ct, VF, 1, SLBA + 1, 2);
	hn_write_read(ct, 3, 1, SLBA, 3);
	hn_flr(ct, 2);
}

CT_ROW(reset_guest, .id = "RST/controller-reset-by-the-guest-keeps-the-loaded-identity",
       .reqs = "LM-RST-110 LM-INV-090", .given = "a VF that an image was loaded into",
       .when = "the guest disables and enables its controller",
       .expect = "ACTIVE with the loaded identity; other VFs work on", .needs = NEEDS,
       .flags = FLAGS, .run = guest_reset);

/* An event that was queued for the VF before its reset is not reported behind it. */
static void old_event(struct ct *ct, unsigned int i)
{
	uint8_t id[LM_ID_SIZE];
	struct hn_req *aer;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 8);
	hn_set_feature(ct, VF, NVME_FEAT_ASYNC_EVENTS, 0x100);
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 2, id);
	hn_suspend(ct, VF);
	hn_resize(ct, 2, lm_get_le64(id) / 2);
	hn_settle(ct);
	hn_flr(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	hn_set_feature(ct, VF, NVME_FEAT_ASYNC_EVENTS, 0x100);
	aer = hn_aer(ct, VF);
	hn_settle(ct);
	hn_advance(ct, 20 * HN_MS);
	hn_reap_all(ct, VF);
	ct_check(ct, !aer->done, "an event from before the reset is reported behind it");
	hn_write_read(ct, VF, 1, SLBA, 5);
}

CT_ROW(reset_old_event, .id = "RST/flr-drops-queued-events", .reqs = "LM-RST-020",
       .given = "a suspended VF with a queued event",
       .when = "Function Level Reset; the guest enables it and asks for events",
       .expect = "no event", .needs = NEEDS | CT_CAP(CT_CAP_NAMESPACE) | CT_CAP(CT_CAP_FLR),
       .flags = FLAGS, .run = old_event);

/* An interrupt that SUSPEND held goes with all else, and not out. */
static void held_interrupt(struct ct *ct, unsigned int i)
{
	uint64_t mark;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, 1, 1, 8);
	hn_pci_command(ct, 1, true, true, true, true);
	hn_queue_read(ct, 1, 1, 1, 0, 1);
	hn_ring(ct, 1, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	hn_suspend(ct, 1);
	hn_pci_command(ct, 1, true, true, true, false);
	mark = hn_mark(ct);
	hn_flr(ct, 1);
	hn_settle(ct);
	hn_check_silent(ct, mark, 1, HN_EV_ACTS, "a reset of a suspended VF");
}

CT_ROW(reset_held_interrupt, .id = "RST/flr-of-a-suspended-vf-sends-no-interrupt-that-was-held",
       .reqs = "LM-RST-020 LM-IOF-010",
       .given = "a suspended VF with an interrupt that was masked and is held", .when = "FLR",
       .expect = "no message and no DMA",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_IRQ) |
		CT_CAP(CT_CAP_PCI_COMMAND) | CT_CAP(CT_CAP_FLR) | CT_CAP(CT_CAP_JOURNAL),
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = held_interrupt);
