// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Silence: what a VF may still do between the fetch of SUSPEND, its completion
 * and RESUME. One scene after the other is suspended, provoked while it is
 * suspended, and must then go on as if nothing had happened.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define SEE (NEEDS | CT_CAP(CT_CAP_JOURNAL))
#define VF 1
#define SLBA 128
#define DEPTH 12

enum scene {
	IDLE,
	NEVER_ENABLED,
	READS_IN_FLIGHT,
	WRITES_IN_FLIGHT,
	SLOW_MEDIA,
	ADMIN_IN_FLIGHT,
	FULL_CQ,
	CQ_FILLS,
	UNFETCHED,
	AERS_OUTSTANDING,
	UNREAPED,
	MASKED,
	BUS_MASTER_OFF,
	SCENES
};

static const char *const scene_names[SCENES] = {
	"idle",
	"never-enabled",
	"reads-in-flight",
	"writes-in-flight",
	"slow-media",
	"admin-commands-in-flight",
	"full-cq",
	"cq-fills-while-draining",
	"entries-not-fetched",
	"aers-outstanding",
	"completions-not-consumed",
	"vectors-masked",
	"bus-master-off",
};

static const uint64_t scene_needs[SCENES] = {
	[READS_IN_FLIGHT] = CT_CAP(CT_CAP_MEDIA),
	[WRITES_IN_FLIGHT] = CT_CAP(CT_CAP_MEDIA),
	[SLOW_MEDIA] = CT_CAP(CT_CAP_MEDIA),
	[CQ_FILLS] = CT_CAP(CT_CAP_MEDIA),
	[ADMIN_IN_FLIGHT] = CT_CAP(CT_CAP_MEDIA),
	[MASKED] = CT_CAP(CT_CAP_PCI_COMMAND) | CT_CAP(CT_CAP_IRQ),
	[BUS_MASTER_OFF] = CT_CAP(CT_CAP_PCI_COMMAND),
};

/* What a scene left behind: commands that have to complete once, and their data. */
struct play {
	enum scene scene;
	struct hn_req *req[DEPTH];
	unsigned int num;
	struct hn_req *aer;
};

static void need_scene(struct ct *ct, enum scene scene)
{
	for (unsigned int cap = 0; cap < CT_CAP_COUNT; cap++)
		if (scene_needs[scene] & CT_CAP(cap) && !ct_has(ct, (enum ct_cap)cap))
			ct_not_applicable(ct, "scene %s: the target cannot set it up",
					  scene_names[scene]);
}

static void queue_reads(struct ct *ct, struct play *p, unsigned int num)
{
	for (unsigned int i = 0; i < num; i++)
		p->req[p->num++] = hn_queue_read(ct, VF, 1, 1, SLBA + i, 1);
}

static void prepare_data(struct ct *ct)
{
	for (unsigned int i = 0; i < DEPTH; i++) {
		struct hn_req *w = hn_queue_write(ct, VF, 1, 1, SLBA + i, 1, 1000 + i);

		hn_ring(ct, VF, 1);
		hn_drain(ct, VF);
		hn_check_ok(ct, w);
	}
}

static void set_scene(struct ct *ct, struct play *p, enum scene scene)
{
	memset(p, 0, sizeof(*p));
	p->scene = scene;
	hn_need_vfs(ct, 2);
	need_scene(ct, scene);
	hn_scene_pf(ct);
	if (scene == NEVER_ENABLED)
		return;
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1,
		     scene == FULL_CQ  ? 2 :
		     scene == CQ_FILLS ? 4 :
					 16,
		     true, ct_has(ct, CT_CAP_IRQ) ? 1 : 0);
	hn_create_sq(ct, VF, 1, 1, 16);
	prepare_data(ct);
	switch (scene) {
	case READS_IN_FLIGHT:
		hn_media(ct, CT_MEDIA_NORMAL, 2 * HN_MS, false);
		queue_reads(ct, p, DEPTH);
		break;
	case WRITES_IN_FLIGHT:
		hn_media(ct, CT_MEDIA_NORMAL, 2 * HN_MS, false);
		for (unsigned int i = 0; i < DEPTH; i++)
			p->req[p->num++] = hn_queue_write(ct, VF, 1, 1, SLBA + i, 1, 1000 + i);
		break;
	case CQ_FILLS:
		hn_media(ct, CT_MEDIA_NORMAL, 2 * HN_MS, false);
		queue_reads(ct, p, 5);
		break;
	case SLOW_MEDIA:
		hn_media(ct, CT_MEDIA_NORMAL, 40 * HN_MS, false);
		queue_reads(ct, p, 4);
		break;
	case ADMIN_IN_FLIGHT:
		hn_media(ct, CT_MEDIA_NORMAL, 2 * HN_MS, true);
		for (unsigned int i = 0; i < 4; i++) {
			struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 0);

			lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_NUM_QUEUES);
			p->req[p->num++] = hn_start(ct, VF, &cmd);
		}
		break;
	case FULL_CQ:
		queue_reads(ct, p, 6);
		break;
	case UNFETCHED:
		queue_reads(ct, p, DEPTH);
		break;
	case AERS_OUTSTANDING:
		p->aer = hn_aer(ct, VF);
		break;
	case UNREAPED:
		queue_reads(ct, p, 4);
		break;
	case MASKED:
		hn_pci_command(ct, VF, true, true, true, true);
		queue_reads(ct, p, 4);
		break;
	case BUS_MASTER_OFF:
		hn_settle(ct);
		hn_pci_command(ct, VF, true, false, true, false);
		queue_reads(ct, p, 4);
		break;
	default:
		break;
	}
	if (p->num && p->scene != ADMIN_IN_FLIGHT)
		hn_ring(ct, VF, 1);
	if (scene == UNREAPED || scene == FULL_CQ || scene == MASKED)
		hn_settle(ct);
	if (ct_has(ct, CT_CAP_STEP) && scene != UNFETCHED)
		for (unsigned int i = 0; i < 20; i++)
			hn_step(ct);
}

/* After RESUME: everything completes once, with its own data. */
static void end_scene(struct ct *ct, struct play *p)
{
	if (p->scene == NEVER_ENABLED) {
		hn_enable_io(ct, VF, 1, 8);
		hn_write_read(ct, VF, 1, SLBA, 7);
		return;
	}
	if (p->scene == BUS_MASTER_OFF || p->scene == MASKED)
		hn_pci_command(ct, VF, true, true, true, false);
	hn_drain(ct, VF);
	for (unsigned int i = 0; i < p->num; i++) {
		if (p->scene == ADMIN_IN_FLIGHT || p->scene == WRITES_IN_FLIGHT)
			hn_check_ok(ct, p->req[i]);
		else
			hn_check_read(ct, p->req[i], 1000 + i);
	}
	ct_check(ct, hn_outstanding(ct, VF) == (p->aer ? 1u : 0u),
		 "%u commands are outstanding at the end", hn_outstanding(ct, VF));
	hn_write_read(ct, VF, 1, SLBA, 7);
}

static unsigned int scene_cases(struct ct *ct)
{
	(void)ct;
	return SCENES;
}

static void scene_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", scene_names[i]);
}

/* Everything a guest and a host may do to a suspended VF without waking it. */
static void provoke(struct ct *ct, const struct play *p)
{
	hn_advance(ct, 60 * HN_MS);
	if (p->scene != NEVER_ENABLED) {
		struct hn_fn *f = hn_function(ct, VF);

		/* the same values again, and new ones that are honoured only later */
		hn_write32(ct, VF, NVME_REG_DOORBELLS + 8, f->sq[1].rung);
		hn_write32(ct, VF, NVME_REG_DOORBELLS + 12, f->cq[1].acked);
		hn_write32(ct, VF, NVME_REG_DOORBELLS, f->sq[0].rung);
	}
	hn_read64(ct, VF, NVME_REG_CAP);
	hn_read32(ct, VF, NVME_REG_CSTS);
	hn_query(ct, VF);
	hn_save(ct, VF);
	if (ct_has(ct, CT_CAP_PCI_COMMAND)) {
		hn_pci_command(ct, VF, true, true, true, true);
		hn_pci_command(ct, VF, true, true, true, false);
		if (p->scene == BUS_MASTER_OFF)
			hn_pci_command(ct, VF, true, false, true, false);
	}
	hn_advance(ct, 60 * HN_MS);
}

static void quiet(struct ct *ct, unsigned int i)
{
	struct play p;
	uint64_t mark;

	set_scene(ct, &p, (enum scene)i);
	hn_suspend(ct, VF);
	mark = hn_mark(ct);
	provoke(ct, &p);
	hn_check_silent(ct, mark, VF, HN_EV_ACTS, "between SUSPEND and RESUME");
	hn_resume(ct, VF);
	end_scene(ct, &p);
}

CT_ROW(quiet_scenes, .id = "IOF/suspended-vf-is-silent-and-then-goes-on",
       .reqs = "LM-IOF-010 LM-IOF-040 LM-IOF-150 LM-IOF-200 LM-SUS-020 LM-RSM-040 LM-SAV-070",
       .given = "a VF that is idle, busy, full, masked or without bus mastering",
       .when = "SUSPEND; doorbells, register reads, unmasking, QUERY, SAVE and time; RESUME",
       .expect =
	       "no DMA, interrupt or media access of the VF before RESUME; then every command completes once",
       .needs = SEE, .flags = FLAGS, .cases = scene_cases, .name = scene_name, .run = quiet);

/* SUSPEND's completion comes behind everything that the VF does. */
static void ordered(struct ct *ct, unsigned int i)
{
	struct ct_event ev[512];
	uint64_t mark, done = 0;
	struct hn_req *suspend;
	struct hn_cmd cmd;
	struct play p;
	unsigned int n;
	uint64_t cq;

	set_scene(ct, &p, (enum scene)i);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "the PF's queues are not the suite's");
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	mark = hn_mark(ct);
	suspend = hn_start(ct, 0, &cmd);
	ct_check(ct, hn_wait(ct, suspend)->status == LM_SC_SUCCESS, "SUSPEND did not succeed");
	hn_settle(ct);
	cq = hn_function(ct, 0)->cq[0].mem.iova;
	n = hn_events(ct, mark, HN_ANY_FN, HN_EV_ACTS, ev, 512);
	ct_check(ct, n <= 512, "%u events are more than the row plans for", n);
	for (unsigned int e = 0; e < n; e++)
		if (ev[e].fn == 0 && ev[e].kind == CT_EV_DMA_WRITE && ev[e].addr >= cq &&
		    ev[e].addr < cq + hn_function(ct, 0)->cq[0].mem.len)
			done = ev[e].seq;
	ct_check(ct, done != 0, "the completion of SUSPEND is not in the journal");
	for (unsigned int e = 0; e < n; e++)
		ct_check(ct, ev[e].fn != VF || ev[e].seq < done,
			 "the VF acted (event %llu) behind the completion of SUSPEND (%llu)",
			 (unsigned long long)ev[e].seq, (unsigned long long)done);
	hn_resume(ct, VF);
	end_scene(ct, &p);
}

CT_ROW(quiet_order, .id = "SUS/completion-comes-behind-all-that-the-vf-does",
       .reqs = "LM-IOF-020 LM-IOF-110 LM-SUS-020",
       .given = "a VF that is busy in one of several ways", .when = "SUSPEND",
       .expect = "its CQE is behind the VF's last DMA and interrupt",
       .needs = SEE | CT_CAP(CT_CAP_PF_OWNED), .flags = FLAGS, .cases = scene_cases,
       .name = scene_name, .run = ordered);

/* No SQ entry is fetched once SUSPEND was: stop the device after i steps of its work. */
static void no_fetch(struct ct *ct, unsigned int i)
{
	struct ct_event ev[512];
	uint64_t mark, fetched = 0, sq, pf_sq;
	struct hn_req *suspend;
	struct hn_cmd cmd;
	struct play p;
	unsigned int n;

	/* before the VF's entries are there: enabling the PF takes device time */
	hn_need_vfs(ct, 2);
	if (hn_can_start(ct, 0) && !hn_function(ct, 0)->enabled)
		hn_enable(ct, 0);
	set_scene(ct, &p, UNFETCHED);
	for (unsigned int k = 0; k < i; k++)
		hn_step(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	mark = hn_mark(ct);
	suspend = hn_start(ct, 0, &cmd);
	hn_wait(ct, suspend);
	ct_check(ct, suspend->cqe.status == LM_SC_SUCCESS, "SUSPEND did not succeed");
	sq = hn_function(ct, VF)->sq[1].mem.iova;
	pf_sq = hn_function(ct, 0)->sq[0].mem.iova;
	n = hn_events(ct, mark, HN_ANY_FN, HN_EV(CT_EV_DMA_READ), ev, 512);
	ct_check(ct, n <= 512, "%u events are more than the row plans for", n);
	for (unsigned int e = 0; e < n; e++) {
		if (ev[e].fn == 0 && ev[e].addr >= pf_sq && ev[e].addr < pf_sq + 4096)
			fetched = ev[e].seq;
		ct_check(ct,
			 !(fetched && ev[e].fn == VF && ev[e].addr >= sq && ev[e].addr < sq + 4096),
			 "an SQ entry was fetched behind SUSPEND");
	}
	ct_check(ct, fetched != 0, "the fetch of SUSPEND is not in the journal");
	hn_resume(ct, VF);
	end_scene(ct, &p);
}

static unsigned int fetch_cases(struct ct *ct)
{
	(void)ct;
	return 24;
}

CT_ROW(quiet_fetch, .id = "IOF/nothing-is-fetched-behind-suspend",
       .reqs = "LM-IOF-100 LM-IOF-120 LM-STA-320",
       .given = "a VF with 12 entries in its SQ, of which some are fetched",
       .when = "SUSPEND, then RESUME",
       .expect = "no SQ entry is read behind SUSPEND's own; after RESUME each is fetched once",
       .needs = SEE | CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_STEP), .flags = FLAGS,
       .cases = fetch_cases, .run = no_fetch);

/* A full CQ: what cannot be posted is parked, and posted as room comes. */
static void parked(struct ct *ct, unsigned int i)
{
	unsigned int before;
	uint32_t size;
	struct play p;

	set_scene(ct, &p, FULL_CQ);
	size = hn_query(ct, VF);
	hn_suspend(ct, VF);
	if (i)
		hn_save(ct, VF);
	ct_check(ct, hn_query(ct, VF) == size && hn_save(ct, VF).len == size,
		 "parked completions change the size of the image");
	before = hn_reap(ct, VF, 1);
	ct_check(ct, before == 1, "a CQ with room for one entry got %u", before);
	hn_ack(ct, VF, 1);
	hn_settle(ct);
	ct_check(ct, hn_reap(ct, VF, 1) == 0, "a CQE was posted while SUSPENDED");
	hn_resume(ct, VF);
	end_scene(ct, &p);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(quiet_parked, .id = "IOF/completions-without-room-are-parked-and-posted-later",
       .reqs = "LM-IOF-130 LM-IOF-140 LM-IOF-210 LM-STA-530 LM-QRY-030",
       .given = "a VF with six finished commands and a CQ with room for one",
       .when = "SUSPEND, the guest consumes the one and rings its head doorbell, RESUME",
       .expect =
	       "SUSPEND succeeds, nothing is posted while SUSPENDED, then all are, once and in order",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .run = parked);

/* Doorbells that are rung while the VF is suspended wait for RESUME. */
static void latched(struct ct *ct, unsigned int i)
{
	struct hn_req *req[4];
	uint64_t mark = 0;

	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 16);
	prepare_data(ct);
	hn_suspend(ct, VF);
	if (ct_has(ct, CT_CAP_JOURNAL))
		mark = hn_mark(ct);
	for (unsigned int k = 0; k < 4; k++) {
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA + k, 1);
		if (i == 0 || k == 3)
			hn_ring(ct, VF, 1);
	}
	hn_advance(ct, 50 * HN_MS);
	ct_check(ct, hn_reap(ct, VF, 1) == 0, "a command was executed while SUSPENDED");
	if (ct_has(ct, CT_CAP_JOURNAL))
		hn_check_silent(ct, mark, VF, HN_EV_ACTS, "after a doorbell while SUSPENDED");
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	for (unsigned int k = 0; k < 4; k++)
		hn_check_read(ct, req[k], 1000 + k);
}

CT_ROW(quiet_latched, .id = "IOF/doorbells-while-suspended-wait-for-resume",
       .reqs = "LM-STA-520 LM-IOF-010 LM-RSM-050", .given = "a suspended VF",
       .when = "the guest queues reads and rings, once or for each",
       .expect = "nothing until RESUME, then each read completes once", .needs = NEEDS,
       .flags = FLAGS, .cases = two_cases, .run = latched);

/* The limit: stalled media, nothing lost. */
static void limit(struct ct *ct, unsigned int i)
{
	struct hn_req *late, *read;
	uint8_t id[LM_ID_SIZE];
	struct hn_req *suspend;
	uint64_t started, took, bound;
	struct hn_cmd cmd;

	hn_need_vfs(ct, 1);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending SUSPEND needs the PF's queues");
	hn_enable_io(ct, VF, 1, 16);
	prepare_data(ct);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	bound = lm_get_le16(id + LM_ID_SUSPEND_LIMIT) * 100 * HN_MS;
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	started = hn_now(ct);
	ct_reached(ct, "DRAINING", "DRAIN_LIMIT");
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	ct_check(ct, !hn_poll(ct, suspend), "SUSPEND completed over a command in flight");
	late = hn_queue_read(ct, VF, 1, 1, SLBA + 1, 1);
	hn_ring(ct, VF, 1);
	hn_wait(ct, suspend);
	took = hn_now(ct) - started;
	ct_status(ct, &suspend->cqe, LM_SC_SUSPEND_NOT_COMPLETED);
	/* The wait looks every 10 ms. */
	ct_check(ct, took <= bound + 20 * HN_MS,
		 "SUSPEND ended after %llu ms, the limit is %llu ms",
		 (unsigned long long)(took / HN_MS), (unsigned long long)(bound / HN_MS));
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_drain(ct, VF);
	hn_check_read(ct, read, 1000);
	hn_check_read(ct, late, 1001);
	if (i) {
		hn_suspend(ct, VF);
		hn_resume(ct, VF);
	}
	hn_write_read(ct, VF, 1, SLBA, 9);
}

CT_ROW(quiet_limit, .id = "SUS/suspend-gives-up-at-its-limit-and-loses-nothing",
       .reqs = "LM-SUS-070 LM-TIM-010 LM-STA-270 LM-STA-320 LM-SEC-100 LM-COM-220",
       .given = "a VF with a read on media that stall",
       .when = "SUSPEND; a doorbell while it is pending; later the media go on",
       .expect =
	       "1C2h within the limit, the VF ACTIVE, both reads complete once; SUSPEND works again",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .cases = two_cases, .run = limit);

static void aborted(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF), stop = hn_cmd(NVME_ADM_ABORT, 0);
	struct hn_req *suspend, *abort, *read, *late;
	bool right = i == 0, stopped;

	hn_need_vfs(ct, 1);
	if (!hn_can_start(ct, 0))
		ct_not_applicable(ct, "a pending SUSPEND needs the PF's queues");
	hn_scene_pf(ct);
	hn_enable_io(ct, VF, 1, 16);
	prepare_data(ct);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	late = hn_queue_read(ct, VF, 1, 1, SLBA + 1, 1);
	hn_ring(ct, VF, 1);
	lm_put_le32(stop.sqe + LM_SQE_CDW10,
		    (uint32_t)(right ? suspend->cid : suspend->cid ^ 0x4000) << 16);
	abort = hn_start(ct, 0, &stop);
	ct_status(ct, hn_wait(ct, abort), LM_SC_SUCCESS);
	stopped = !(abort->cqe.dw0 & 1);
	ct_check(ct, right || !stopped, "the Abort of an unknown command reports that it aborted");
	if (stopped) {
		ct_check(ct, suspend->done && suspend->order < abort->order,
			 "Abort completed with IANP 0 before SUSPEND ended");
		ct_status(ct, &suspend->cqe, LM_SC_ABORT_REQUESTED);
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	} else {
		if (right)
			ct_note(ct, "the device does not abort a pending SUSPEND");
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
		ct_status(ct, hn_wait(ct, suspend), LM_SC_SUCCESS);
		ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_SUSPENDED, "the VF is not SUSPENDED");
		hn_resume(ct, VF);
	}
	hn_drain(ct, VF);
	hn_check_read(ct, read, 1000);
	hn_check_read(ct, late, 1001);
	/* Nothing of the SUSPEND is left that a reset would end once more. */
	hn_flr(ct, VF);
	hn_suspend(ct, VF);
	hn_resume(ct, VF);
}

static void abort_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "another-cid" : "the-suspend");
}

CT_ROW(quiet_abort, .id = "SUS/abort-ends-a-pending-suspend-and-loses-nothing",
       .reqs = "LM-SUS-090 LM-STA-280",
       .given = "a VF with a read on media that stall, and a pending SUSPEND",
       .when = "Abort of the SUSPEND, or of a command identifier that is not in use",
       .expect =
	       "007h and the VF ACTIVE before the Abort completes, or IANP 1; both reads complete once",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .cases = two_cases,
       .name = abort_name, .run = aborted);

/* Interrupts that were due are raised by RESUME, not before. */
static void held(struct ct *ct, unsigned int i)
{
	bool masked = i < 2;
	uint64_t before;
	struct hn_req *read;

	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 16);
	prepare_data(ct);
	if (masked)
		hn_pci_command(ct, VF, true, true, true, true);
	before = hn_irqs(ct, VF, 1);
	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	hn_suspend(ct, VF);
	if (masked)
		ct_check(ct, hn_irqs(ct, VF, 1) == before, "a masked vector interrupted");
	if (i == 0)
		hn_pci_command(ct, VF, true, true, true, false);
	before = hn_irqs(ct, VF, 1);
	hn_advance(ct, 20 * HN_MS);
	ct_check(ct, hn_irqs(ct, VF, 1) == before, "an interrupt came while SUSPENDED");
	hn_resume(ct, VF);
	hn_settle(ct);
	hn_advance(ct, 20 * HN_MS);
	if (i == 1) {
		ct_check(ct, hn_irqs(ct, VF, 1) == before, "a masked vector interrupted by RESUME");
		hn_pci_command(ct, VF, true, true, true, false);
		hn_advance(ct, 20 * HN_MS);
	}
	ct_check(ct, hn_irqs(ct, VF, 1) > before,
		 "no interrupt for a completion that the guest has not consumed");
	hn_drain(ct, VF);
	hn_check_read(ct, read, 1000);
}

static unsigned int three_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

static void held_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "masked-unmasked-while-suspended",
					     "masked-unmasked-after-resume", "unconsumed" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(quiet_held, .id = "RSM/interrupts-are-held-while-suspended-and-raised-by-resume",
       .reqs = "LM-RSM-060 LM-IOF-040 LM-IOF-010",
       .given = "a VF with a completion that the guest has not consumed, its vector masked or not",
       .when = "SUSPEND, unmask, RESUME",
       .expect = "no interrupt while SUSPENDED, at least one after RESUME",
       .needs = NEEDS | CT_CAP(CT_CAP_IRQ) | CT_CAP(CT_CAP_PCI_COMMAND), .flags = FLAGS,
       .cases = three_cases, .name = held_name, .run = held);

/* RESUME: CQ heads, parked completions, interrupts, and only then fetching. */
static void resume_order(struct ct *ct, unsigned int i)
{
	uint64_t mark, cqe = 0, last = 0, irq = 0, fetch = 0, cq, sq;
	struct ct_event ev[512];
	struct hn_req *req[6];
	unsigned int n;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_pf(ct);
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 3, true, ct_has(ct, CT_CAP_IRQ) ? 1 : 0);
	hn_create_sq(ct, VF, 1, 1, 16);
	prepare_data(ct);
	for (unsigned int k = 0; k < 5; k++)
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA + k, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	hn_suspend(ct, VF);
	/* the guest consumes one entry of two, so that one is left and one has room */
	ct_check(ct, hn_reap(ct, VF, 1) == 2, "a CQ with room for two does not hold two");
	hn_function(ct, VF)->cq[1].acked = (hn_function(ct, VF)->cq[1].acked + 1u) % 3;
	hn_write32(ct, VF, NVME_REG_DOORBELLS + 12, hn_function(ct, VF)->cq[1].acked);
	req[5] = hn_queue_read(ct, VF, 1, 1, SLBA + 5, 1);
	hn_ring(ct, VF, 1);
	mark = hn_mark(ct);
	hn_resume(ct, VF);
	hn_settle(ct);
	cq = hn_function(ct, VF)->cq[1].mem.iova;
	sq = hn_function(ct, VF)->sq[1].mem.iova;
	n = hn_events(ct, mark, VF, HN_EV_ACTS, ev, 512);
	ct_check(ct, n <= 512, "%u events are more than the row plans for", n);
	for (unsigned int e = n; e-- > 0;) {
		if (ev[e].kind == CT_EV_DMA_WRITE && ev[e].addr >= cq && ev[e].addr < cq + 4096)
			cqe = ev[e].seq;
		else if (ev[e].kind == CT_EV_MSIX)
			irq = ev[e].seq;
		else if (ev[e].kind == CT_EV_DMA_READ && ev[e].addr >= sq && ev[e].addr < sq + 4096)
			fetch = ev[e].seq;
	}
	for (unsigned int e = 0; e < n && (!fetch || ev[e].seq < fetch); e++)
		if (ev[e].kind == CT_EV_DMA_WRITE && ev[e].addr >= cq && ev[e].addr < cq + 4096)
			last = ev[e].seq;
	ct_check(ct, cqe != 0, "no parked completion was posted by RESUME");
	ct_check(ct, fetch != 0, "the entry behind the latched doorbell was not fetched");
	ct_check(ct, cqe < fetch, "an SQ entry was fetched before parked completions were posted");
	if (ct_has(ct, CT_CAP_IRQ)) {
		ct_check(ct, irq != 0, "no interrupt for the completions");
		ct_check(ct, cqe < irq && irq < fetch, "the order is not CQE, interrupt, fetch");
		ct_check(ct, last < irq,
			 "a parked completion was posted behind the first interrupt");
	}
	hn_drain(ct, VF);
	for (unsigned int k = 0; k < 6; k++)
		hn_check_read(ct, req[k], 1000 + k);
}

CT_ROW(quiet_resume_order, .id = "RSM/resume-posts-interrupts-and-fetches-in-this-order",
       .reqs = "LM-RSM-050 LM-STA-530 LM-IOF-140",
       .given = "a suspended VF with parked completions, a latched CQ head and a latched SQ tail",
       .when = "RESUME", .expect = "first a parked completion, then an interrupt, then a fetch",
       .needs = SEE, .flags = FLAGS, .run = resume_order);

/* While SUSPEND waits for slow media nothing more is fetched, whatever is rung. */
static void no_fetch_while_draining(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend, *early, *late[3];
	struct hn_cmd cmd;
	uint64_t mark, sq;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_pf(ct);
	hn_enable_io(ct, VF, 1, 16);
	prepare_data(ct);
	hn_media(ct, CT_MEDIA_NORMAL, 10 * HN_MS, false);
	early = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	mark = hn_mark(ct);
	for (unsigned int k = 0; k < 3; k++)
		late[k] = hn_queue_read(ct, VF, 1, 1, SLBA + 1 + k, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_wait(ct, suspend);
	ct_check(ct, suspend->cqe.status == LM_SC_SUCCESS, "SUSPEND did not succeed");
	sq = hn_function(ct, VF)->sq[1].mem.iova;
	{
		struct ct_event ev[256];
		unsigned int n = hn_events(ct, mark, VF, HN_EV(CT_EV_DMA_READ), ev, 256);

		for (unsigned int e = 0; e < n && e < 256; e++)
			ct_check(ct, ev[e].addr < sq || ev[e].addr >= sq + 4096,
				 "an SQ entry was fetched while DRAINING");
	}
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	hn_check_read(ct, early, 1000);
	for (unsigned int k = 0; k < 3; k++)
		hn_check_read(ct, late[k], 1001 + k);
}

CT_ROW(quiet_no_fetch_draining, .id = "IOF/nothing-is-fetched-while-draining",
       .reqs = "LM-IOF-100 LM-STA-320", .given = "a VF with a read on slow media, SUSPEND pending",
       .when = "the guest queues three more and rings",
       .expect = "no SQ entry is read until RESUME, then each completes once",
       .needs = SEE | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_PF_OWNED), .flags = FLAGS,
       .run = no_fetch_while_draining);

/* Commands that finish one after the other behind a full CQ, here and elsewhere. */
static void parked_order(struct ct *ct, unsigned int i)
{
	struct hn_req *req[6];

	hn_need_vfs(ct, 2);
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 2, false, 0);
	hn_create_sq(ct, VF, 1, 1, 16);
	prepare_data(ct);
	for (unsigned int k = 0; k < 6; k++) {
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA + k, 1);
		hn_ring(ct, VF, 1);
		hn_settle(ct);
		/* long enough for a busy machine: they must not overtake each other */
		hn_advance(ct, 100 * HN_MS);
	}
	if (i) {
		hn_migrate(ct, VF, 2);
	} else {
		hn_suspend(ct, VF);
		hn_resume(ct, VF);
	}
	for (unsigned int k = 0; k < 6; k++) {
		unsigned int fn = i ? 2 : VF;

		hn_settle(ct);
		hn_reap(ct, fn, 1);
		ct_check(ct, req[k]->done, "completion %u is not the %u-th to be posted", k, k);
		ct_check(ct, k == 5 || !req[k + 1]->done, "a CQ with room for one got two");
		ct_check(ct, !k || req[k]->cqe.sqhd == hn_function(ct, fn)->sq[1].tail,
			 "SQHD %u is not that of the time when the completion was posted",
			 req[k]->cqe.sqhd);
		hn_ack(ct, fn, 1);
	}
	if (i)
		hn_flr(ct, VF);
}

static void order_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "on-another-vf" : "on-the-same-vf");
}

CT_ROW(quiet_parked_order, .id = "IOF/parked-completions-are-posted-in-their-order",
       .reqs = "LM-IOF-140 LM-IOF-210",
       .given = "a VF with a full CQ behind which reads finished one after the other",
       .when = "it is resumed, or migrated, and the guest consumes one entry at a time",
       .expect = "they are posted in the order in which they finished, all with the SQ head of now",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = order_name, .run = parked_order);
