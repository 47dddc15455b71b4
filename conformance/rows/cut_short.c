// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Commands of the five that something cuts short, or that wait behind one that
 * is: resets of the PF, VF Enable, bus mastering, limits of several VFs.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_PF_OWNED))
#define VF 1
#define SLBA 640
#define STEPS 8

/* SAVE_DATA or LOAD_DATA of VF 1, with a QUERY_DATA_SIZE behind it, some steps on. */
struct transfer {
	struct hn_image image;
	struct hn_req *move, *behind;
};

static struct transfer start(struct ct *ct, bool load, unsigned int steps)
{
	struct transfer t = { .image = hn_scene_saved(ct, VF) };
	struct hn_cmd cmd = load ? hn_load_cmd(VF, t.image.bytes, t.image.len, 0, 0) :
				   hn_save_cmd(VF, hn_mem(ct, t.image.len), t.image.len, 0);

	t.move = hn_queue(ct, 0, 0, &cmd);
	cmd = hn_lm_cmd(LM_OPC_QUERY_DATA_SIZE, VF);
	t.behind = hn_queue(ct, 0, 0, &cmd);
	hn_ring(ct, 0, 0);
	while (steps--)
		hn_step(ct);
	return t;
}

static void transfer_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-after-%u-steps", i % 2 ? "load" : "save", i / 2);
}

static unsigned int transfer_cases(struct ct *ct)
{
	(void)ct;
	return 2 * STEPS;
}

static void pf_reset(struct ct *ct, unsigned int i)
{
	struct hn_image after;
	struct transfer t;
	uint32_t size;

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_scene_busy_life(ct, VF);
	t = start(ct, i % 2, i / 2);
	hn_disable(ct, 0);
	hn_settle(ct);
	hn_enable(ct, 0);
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_SUSPENDED, "the VF is not SUSPENDED");
	/* Nothing of what was under way is left to stand in the way of others. */
	size = hn_query(ct, VF);
	ct_check(ct, size == t.image.len, "the image has %u bytes, had %u", size, t.image.len);
	hn_suspend(ct, 2);
	hn_load(ct, 2, &t.image);
	hn_flr(ct, 2);
	after = hn_save(ct, VF);
	hn_image_equal(ct, &t.image, &after, "VF after a reset of the PF during its transfer");
	hn_resume(ct, VF);
	hn_scene_alive(ct, VF);
	hn_suspend(ct, VF);
	hn_resume(ct, VF);
}

CT_ROW(cut_pf_reset, .id = "RST/controller-reset-of-the-pf-ends-a-transfer",
       .reqs = "LM-RST-070 LM-LOD-170",
       .given = "a suspended VF, SAVE_DATA or LOAD_DATA and a QUERY_DATA_SIZE behind it under way",
       .when = "the PF's CC.EN goes to 0 and 1 after each piece of the device's work",
       .expect = "the VF SUSPENDED as before; the five work, for it and for others",
       .needs = NEEDS | CT_CAP(CT_CAP_STEP), .flags = FLAGS, .cases = transfer_cases,
       .name = transfer_name, .run = pf_reset);

/* Success up to some command of the queue, 002h from then on. */
static void ends(struct ct *ct, const struct hn_req *req, bool *gone)
{
	*gone = *gone || req->cqe.status != LM_SC_SUCCESS;
	ct_status(ct, &req->cqe, *gone ? LM_SC_INVALID_FIELD : LM_SC_SUCCESS);
}

static void vf_enable(struct ct *ct, unsigned int i)
{
	bool gone = false;
	struct hn_req *suspend;
	struct transfer t;
	struct hn_cmd cmd;
	unsigned int num;

	hn_need_vfs(ct, 2);
	num = hn_num_vfs(ct);
	hn_scene_pf(ct);
	hn_scene_busy_life(ct, VF);
	t = start(ct, i % 2, i / 2);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	suspend = hn_start(ct, 0, &cmd);
	hn_set_num_vfs(ct, 0);
	hn_wait(ct, suspend);
	ct_check(ct, t.move->done && t.behind->done, "commands end in another order");
	/* What the device looks at later names a VF that is not there. */
	if (t.move->cqe.status == LM_SC_NOT_SUSPENDED || t.move->cqe.status == LM_SC_INTERNAL)
		gone = true;
	else
		ends(ct, t.move, &gone);
	ends(ct, t.behind, &gone);
	ends(ct, suspend, &gone);
	hn_set_num_vfs(ct, num);
	ct_check(ct, hn_vf_state(ct, VF) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
	hn_suspend(ct, VF);
	hn_resume(ct, VF);
}

CT_ROW(cut_vf_enable, .id = "RST/commands-that-wait-find-vf-enable-cleared",
       .reqs = "LM-COM-110 LM-COM-050 LM-RST-030",
       .given = "SAVE_DATA or LOAD_DATA of a VF under way, QUERY_DATA_SIZE and SUSPEND behind it",
       .when = "VF Enable is cleared after each piece of the device's work",
       .expect = "each completes once, in order; those behind the cleared VF Enable by 002h",
       .needs = NEEDS | CT_CAP(CT_CAP_STEP) | CT_CAP(CT_CAP_NUM_VFS), .flags = FLAGS,
       .cases = transfer_cases, .name = transfer_name, .run = vf_enable);

/* Bus Master Enable of the PF goes, and comes back. */
static void bus_master(struct ct *ct, unsigned int i)
{
	struct hn_image after;
	struct transfer t;
	uint64_t mark;

	hn_need_vfs(ct, 1);
	hn_scene_pf(ct);
	hn_scene_busy_life(ct, VF);
	t = start(ct, i % 2, i / 2);
	hn_pci_command(ct, 0, true, false, true, false);
	mark = hn_mark(ct);
	hn_settle(ct);
	hn_advance(ct, 20 * HN_MS);
	hn_check_silent(ct, mark, 0, HN_EV_DMA | HN_EV(CT_EV_MSIX), "with Bus Master Enable 0");
	hn_pci_command(ct, 0, true, true, true, false);
	ct_status(ct, hn_wait(ct, t.move), LM_SC_SUCCESS);
	ct_status(ct, hn_wait(ct, t.behind), LM_SC_SUCCESS);
	after = hn_save(ct, VF);
	hn_image_equal(ct, &t.image, &after, "VF after a transfer that waited for bus mastering");
	hn_resume(ct, VF);
}

CT_ROW(cut_bus_master, .id = "COM/transfer-waits-while-the-pf-may-not-be-bus-master",
       .reqs = "LM-COM-050 LM-COM-040",
       .given = "SAVE_DATA or LOAD_DATA under way, QUERY_DATA_SIZE behind it",
       .when = "Bus Master Enable of the PF is cleared after each piece of the device's work, and set again",
       .expect = "no DMA or interrupt of the PF meanwhile; then both succeed",
       .needs = NEEDS | CT_CAP(CT_CAP_STEP) | CT_CAP(CT_CAP_PCI_COMMAND) | CT_CAP(CT_CAP_JOURNAL),
       .flags = FLAGS, .cases = transfer_cases, .name = transfer_name, .run = bus_master);

/* Several VFs that drain, each with a limit of its own. */
static void two_limits(struct ct *ct, unsigned int i)
{
	unsigned int first = i ? 2 : 1, second = i ? 1 : 2;
	struct hn_req *suspend[3];
	uint8_t id[LM_ID_SIZE];
	struct hn_cmd cmd;
	uint64_t bound;

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	bound = lm_get_le16(id + LM_ID_SUSPEND_LIMIT) * 100 * HN_MS;
	for (unsigned int vf = 1; vf <= 2; vf++) {
		hn_enable_io(ct, vf, 1, 8);
		hn_write_read(ct, vf, 1, SLBA + vf, vf);
	}
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	for (unsigned int vf = 1; vf <= 2; vf++) {
		hn_queue_read(ct, vf, 1, 1, SLBA + vf, 1);
		hn_ring(ct, vf, 1);
	}
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, (uint16_t)first);
	suspend[first] = hn_start(ct, 0, &cmd);
	hn_advance(ct, bound / 2);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, (uint16_t)second);
	suspend[second] = hn_start(ct, 0, &cmd);
	/* No look at the device in between wakes it. */
	hn_advance(ct, bound / 2 + HN_MS);
	ct_check(ct, hn_poll(ct, suspend[first]), "the first SUSPEND exceeds its limit");
	ct_check(ct, !hn_poll(ct, suspend[second]), "the second SUSPEND ends with the first");
	hn_advance(ct, bound / 2);
	ct_check(ct, hn_poll(ct, suspend[second]), "the second SUSPEND exceeds its limit");
	for (unsigned int vf = 1; vf <= 2; vf++)
		ct_status(ct, &suspend[vf]->cqe, LM_SC_SUSPEND_NOT_COMPLETED);
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	for (unsigned int vf = 1; vf <= 2; vf++) {
		hn_drain(ct, vf);
		hn_write_read(ct, vf, 1, SLBA + vf, 9);
	}
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(cut_limits, .id = "TIM/each-vf-that-drains-has-a-limit-of-its-own",
       .reqs = "LM-TIM-010 LM-CON-030", .given = "two VFs with reads on media that stall",
       .when = "SUSPEND of one, and of the other when half of the limit has passed",
       .expect = "each ends 1C2h within its own limit, the second not before half a limit later",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_CLOCK), .flags = FLAGS,
       .cases = two_cases, .run = two_limits);

/* Hours go on behind RESUME, and behind a reset that ends the suspension. */
static uint64_t hours(struct ct *ct)
{
	uint8_t smart[512];

	hn_get_log(ct, VF, NVME_LOG_SMART, NVME_NSID_ALL, smart, 512);
	return lm_get_le64(smart + 128);
}

static void clock_goes_on(struct ct *ct, unsigned int i)
{
	const uint64_t hour = UINT64_C(3600) * HN_S;
	struct hn_image image, later;
	uint64_t before, after;

	hn_need_vfs(ct, 1);
	hn_enable(ct, VF);
	before = hours(ct);
	hn_advance(ct, 2 * hour);
	if (hours(ct) == before)
		ct_not_applicable(ct, "the VF does not count hours");
	hn_suspend(ct, VF);
	image = hn_save(ct, VF);
	hn_advance(ct, 3 * hour);
	later = hn_save(ct, VF);
	hn_image_equal(ct, &image, &later, "image of a VF that was suspended for hours");
	if (i) {
		hn_flr(ct, VF);
		hn_enable(ct, VF);
	} else {
		hn_resume(ct, VF);
	}
	after = hours(ct);
	hn_advance(ct, 2 * hour);
	ct_check(ct, hours(ct) >= after + 2, "two hours count as %llu",
		 (unsigned long long)(hours(ct) - after));
}

CT_ROW(cut_clock, .id = "INV/hours-go-on-behind-resume-and-reset", .reqs = "LM-INV-050 LM-SAV-090",
       .given = "a VF that counts its hours",
       .when = "SUSPEND, three hours, RESUME or Function Level Reset, two hours",
       .expect = "the image does not change in the three; the two make two more in its SMART log",
       .needs = NEEDS | CT_CAP(CT_CAP_CLOCK), .flags = FLAGS, .cases = two_cases,
       .run = clock_goes_on);

/* A controller that the guest has just enabled becomes ready before SUSPEND ends. */
static void enabling(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
	struct hn_req *suspend;

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_enable(ct, VF);
	hn_disable(ct, VF);
	hn_enable_io(ct, 2, 1, 8);
	/* It is not this VF's turn next. */
	if (i)
		hn_write_read(ct, 2, 1, SLBA, 1);
	hn_write32(ct, VF, NVME_REG_CC, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES);
	suspend = hn_start(ct, 0, &cmd);
	ct_status(ct, hn_wait(ct, suspend), LM_SC_SUCCESS);
	ct_check(ct, hn_read32(ct, VF, NVME_REG_CSTS) & NVME_CSTS_RDY,
		 "SUSPEND ended before the controller was ready: CSTS %08xh",
		 hn_read32(ct, VF, NVME_REG_CSTS));
	hn_resume(ct, VF);
	hn_disable(ct, VF);
	hn_enable_io(ct, VF, 1, 8);
	hn_write_read(ct, VF, 1, SLBA, 2);
}

CT_ROW(cut_enabling, .id = "STA/enable-in-progress-finishes-before-suspend-ends",
       .reqs = "LM-STA-350 LM-IOF-010", .given = "a VF whose CC.EN the guest has just set",
       .when = "SUSPEND", .expect = "success, and CSTS.RDY reads 1", .needs = NEEDS, .flags = FLAGS,
       .cases = two_cases, .run = enabling);

/* All parked completions are there before the first interrupt (LM-RSM-050). */
static void interrupts_last(struct ct *ct, unsigned int i)
{
	uint64_t mark, first = 0, last = 0;
	struct ct_event ev[64];
	unsigned int n;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_sized(ct, VF, 32, 32, 2);
	hn_create_cq(ct, VF, 1, 4, true, 1);
	hn_create_sq(ct, VF, 1, 1, 16);
	hn_write_read(ct, VF, 1, SLBA, 1);
	for (unsigned int k = 0; k < 6; k++)
		hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	hn_suspend(ct, VF);
	hn_reap(ct, VF, 1);
	hn_ack(ct, VF, 1);
	mark = hn_mark(ct);
	hn_resume(ct, VF);
	n = hn_events(ct, mark, VF, HN_EV(CT_EV_DMA_WRITE) | HN_EV(CT_EV_MSIX), ev, 64);
	for (unsigned int k = 0; k < n && k < 64; k++) {
		if (ev[k].kind == CT_EV_DMA_WRITE && ev[k].len == LM_CQE_SIZE)
			last = ev[k].seq;
		else if (ev[k].kind == CT_EV_MSIX && !first)
			first = ev[k].seq;
	}
	ct_check(ct, last && first, "RESUME posted nothing, or raised nothing");
	ct_check(ct, first > last,
		 "an interrupt (event %llu) comes before a parked completion (%llu)",
		 (unsigned long long)first, (unsigned long long)last);
	hn_drain(ct, VF);
}

CT_ROW(cut_order, .id = "RSM/interrupts-come-behind-all-parked-completions", .reqs = "LM-RSM-050",
       .given = "a suspended VF with three parked completions, and room for them by a latched head",
       .when = "RESUME", .expect = "the first interrupt comes behind the last of them",
       .needs = NEEDS | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_IRQ), .flags = FLAGS,
       .run = interrupts_last);
