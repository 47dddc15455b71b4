// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Several commands at once, several VFs at once, and how long things take.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_PF_OWNED))
#define SLBA 1536

/* SUSPEND, SAVE, RESUME, SAVE of one VF in the queue at once. */
static void fetch_order(struct ct *ct, unsigned int i)
{
	static const uint8_t opcodes[] = { LM_OPC_SUSPEND,   LM_OPC_SAVE_DATA, LM_OPC_SUSPEND,
					   LM_OPC_SAVE_DATA, LM_OPC_RESUME,    LM_OPC_SAVE_DATA };
	static const uint16_t expected[] = { 0, 0, 0, 0, 0, LM_SC_NOT_SUSPENDED };
	struct hn_image first = { 0 }, second;
	struct hn_req *req[6];
	uint32_t size;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	hn_suspend(ct, 1);
	size = hn_query(ct, 1);
	first = (struct hn_image){ hn_mem(ct, size), size };
	second = (struct hn_image){ hn_mem(ct, size), size };
	for (unsigned int k = 0; k < 6; k++) {
		struct hn_cmd cmd = hn_lm_cmd(opcodes[k], 1);

		if (opcodes[k] == LM_OPC_SAVE_DATA)
			cmd = hn_save_cmd(1, k == 1 ? first.bytes : second.bytes, size, 0);
		cmd.raw = false;
		req[k] = hn_queue(ct, 0, 0, &cmd);
	}
	hn_ring(ct, 0, 0);
	for (unsigned int k = 0; k < 6; k++) {
		hn_wait(ct, req[k]);
		ct_check(ct, req[k]->cqe.status == expected[k],
			 "command %u of the queue (opcode %02xh) ended with %03xh, not %03xh", k,
			 opcodes[k], req[k]->cqe.status, expected[k]);
	}
	ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_ACTIVE, "the VF is not ACTIVE");
	hn_scene_alive(ct, 1);
}

CT_ROW(con_fetch_order, .id = "CON/commands-of-one-vf-execute-in-fetch-order",
       .reqs = "LM-CON-010 LM-COM-050 LM-CON-060", .given = "a suspended VF",
       .when = "SUSPEND, SAVE, SUSPEND, SAVE, RESUME, SAVE are in the queue at one doorbell",
       .expect = "success but for the last, which finds the VF ACTIVE", .needs = NEEDS,
       .flags = FLAGS, .run = fetch_order);

/* All VFs at once. */
static void all_at_once(struct ct *ct, unsigned int i)
{
	struct hn_req *req[CT_MAX_FUNCTIONS];
	unsigned int vfs = hn_num_vfs(ct);

	hn_need_vfs(ct, 2);
	for (unsigned int vf = 1; vf <= vfs; vf++) {
		hn_enable_io(ct, vf, 1, 8);
		hn_write_read(ct, vf, 1, SLBA + vf, vf);
	}
	for (unsigned int vf = 1; vf <= vfs; vf++) {
		struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SUSPEND, (uint16_t)(i ? vfs + 1 - vf : vf));

		req[vf] = hn_queue(ct, 0, 0, &cmd);
	}
	hn_ring(ct, 0, 0);
	for (unsigned int vf = 1; vf <= vfs; vf++)
		ct_check(ct, hn_wait(ct, req[vf])->status == LM_SC_SUCCESS, "SUSPEND %u failed",
			 vf);
	for (unsigned int vf = 1; vf <= vfs; vf++)
		ct_check(ct, hn_vf_state(ct, (uint16_t)vf) == LM_STATE_SUSPENDED,
			 "VF %u is not SUSPENDED with the others", vf);
	for (unsigned int vf = 1; vf <= vfs; vf++)
		hn_save(ct, (uint16_t)vf);
	for (unsigned int vf = vfs; vf >= 1; vf--)
		hn_resume(ct, (uint16_t)vf);
	for (unsigned int vf = 1; vf <= vfs; vf++)
		hn_write_read(ct, vf, 1, SLBA + vf, vf + 100);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(con_all, .id = "CON/all-vfs-can-be-suspended-at-the-same-time",
       .reqs = "LM-CON-040 LM-CON-020", .given = "all VFs at work",
       .when = "SUSPEND of each at one doorbell, SAVE of each, RESUME of each",
       .expect = "all succeed, all are SUSPENDED together, all work on", .needs = NEEDS,
       .flags = FLAGS, .cases = two_cases, .run = all_at_once);

/* What must not wait for a SUSPEND that waits for the media. */
static void not_blocked(struct ct *ct, unsigned int i)
{
	struct hn_req *suspend = NULL, *other;
	struct hn_image image;
	uint8_t id[LM_ID_SIZE];
	struct ct_cqe cqe;

	hn_need_vfs(ct, 3);
	hn_enable_io(ct, 1, 1, 8);
	hn_scene_busy_life(ct, 2);
	hn_reach(ct, 1, LM_STATE_DRAINING, &suspend);
	switch (i) {
	case 0:
		hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
		ct_check(ct, id[LM_ID_CAPABILITY] == LM_CAPABILITY_SUPPORTED, "Identify data");
		break;
	case 1:
		image = hn_scene_saved(ct, 2);
		hn_load(ct, 2, &image);
		hn_resume(ct, 2);
		break;
	case 2:
		hn_identify(ct, 2, NVME_CNS_CONTROLLER, 0, id);
		ct_check(ct, id[LM_ID_CAPABILITY] == LM_CAPABILITY_NONE, "Identify data of a VF");
		break;
	case 3:
		/* an I/O command that needs no medium */
		other = hn_queue_read(ct, 2, 1, 1, UINT64_C(1) << 59, 1);
		hn_ring(ct, 2, 1);
		ct_check(ct, hn_wait(ct, other)->status == NVME_SC_LBA_RANGE,
			 "a read beyond the end answers %03xh", other->cqe.status);
		break;
	default:
		hn_flr(ct, 3);
		hn_enable(ct, 3);
		break;
	}
	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	ct_check(ct, !hn_poll(ct, suspend), "SUSPEND completed over a command in flight");
	hn_leave(ct, 1, suspend);
}

static unsigned int five_cases(struct ct *ct)
{
	(void)ct;
	return 5;
}

static void not_blocked_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "identify-on-the-pf", "save-load-resume-of-vf-2",
					     "identify-on-vf-2", "io-on-vf-2", "flr-of-vf-3" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(con_not_blocked, .id = "CON/pending-suspend-holds-nobody-up",
       .reqs = "LM-CON-020 LM-CON-030 LM-TIM-020 LM-STA-210",
       .given = "VF 1 DRAINING on media that stall",
       .when = "commands of the PF, migration commands for VF 2, commands on VF 2, FLR of VF 3",
       .expect = "each completes while SUSPEND stays pending",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .cases = five_cases,
       .name = not_blocked_name, .run = not_blocked);

/* The time since then, which is now again, was that of some commands. */
static void in_a_second_each(struct ct *ct, uint64_t *since, unsigned int commands,
			     const char *what)
{
	uint64_t took = hn_now(ct) - *since;

	ct_should(ct, took <= commands * HN_S, "%s took %llu ms", what,
		  (unsigned long long)(took / HN_MS));
	*since = hn_now(ct);
}

/* With stalled media nothing but SUSPEND may wait. */
static void no_media(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *waiting;
	uint64_t since;

	(void)i;
	hn_need_vfs(ct, 3);
	hn_scene_busy_life(ct, 1);
	hn_enable_io(ct, 3, 1, 8);
	hn_write_read(ct, 3, 1, SLBA, 12);
	hn_media(ct, CT_MEDIA_STALL, 0, true);
	waiting = hn_queue_read(ct, 3, 1, 1, SLBA, 1);
	hn_ring(ct, 3, 1);
	hn_settle(ct);
	since = hn_now(ct);
	hn_query(ct, 1);
	in_a_second_each(ct, &since, 1, "QUERY_DATA_SIZE");
	hn_suspend(ct, 1);
	since = hn_now(ct);
	image = hn_save(ct, 1);
	in_a_second_each(ct, &since, 2, "QUERY_DATA_SIZE and SAVE_DATA");
	hn_suspend(ct, 2);
	since = hn_now(ct);
	hn_load_chunked(ct, 2, &image, 1024);
	in_a_second_each(ct, &since, (image.len + 1023) / 1024, "LOAD_DATA in parts");
	hn_resume(ct, 1);
	in_a_second_each(ct, &since, 1, "RESUME");
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	hn_drain(ct, 3);
	hn_check_read(ct, waiting, 12);
	hn_flr(ct, 2);
	hn_scene_alive(ct, 1);
}

CT_ROW(con_no_media, .id = "TIM/query-save-load-and-resume-do-not-wait-for-media",
       .reqs = "LM-TIM-020 LM-TIM-030",
       .given = "an idle VF, media that stall under a read of another VF",
       .when = "QUERY, SUSPEND, SAVE, LOAD on another VF, RESUME", .expect = "all complete",
       .needs = NEEDS | CT_CAP(CT_CAP_MEDIA), .flags = FLAGS, .run = no_media);

/* Staging memory: one VF can always load, others may have to wait. */
static void staging(struct ct *ct, unsigned int i)
{
	struct hn_image a, b, after;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_scene_busy_life(ct, 1);
	a = hn_scene_saved(ct, 1);
	b = hn_scene_saved(ct, 2);
	hn_load_part(ct, 1, a.bytes, 128, 0, a.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_load_part(ct, 2, b.bytes, 128, 0, b.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS, LM_SC_NOT_ENOUGH_RESOURCES);
	if (cqe.status == LM_SC_NOT_ENOUGH_RESOURCES) {
		ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_SUSPENDED, "VF 2 is not SUSPENDED");
		after = hn_save(ct, 2);
		hn_image_equal(ct, &b, &after, "VF 2 without staging memory");
	} else {
		hn_suspend(ct, 2);
	}
	/* VF 1's parts have not suffered */
	hn_load_part(ct, 1, a.bytes + 128, a.len - 128, 128, a.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	after = hn_save(ct, 1);
	hn_image_equal(ct, &a, &after, "VF 1 loaded beside VF 2");
	/* and now it is VF 2's turn */
	hn_load_chunked(ct, 2, &b, 512);
	hn_resume(ct, 1);
	hn_resume(ct, 2);
	hn_scene_alive(ct, 1);
}

CT_ROW(con_staging, .id = "LOD/staging-memory-of-one-vf-is-not-anothers",
       .reqs = "LM-LOD-170 LM-CON-020 LM-CON-050 LM-COM-210",
       .given = "VF 1 LOADING, VF 2 suspended",
       .when = "a first part for VF 2, then the rest for VF 1, then VF 2 again",
       .expect =
	       "VF 2 is staged or answers 138h with DNR 0 and is unchanged; VF 1 gets its image; then VF 2 does",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = staging);

/* Bus mastering off with work in flight: SUSPEND does not wait for it to come on. */
static void no_bus_master(struct ct *ct, unsigned int i)
{
	struct hn_req *read[4];
	uint64_t mark;

	hn_need_vfs(ct, 1);
	hn_enable_io(ct, 1, 1, 8);
	for (unsigned int k = 0; k < 4; k++)
		hn_write_read(ct, 1, 1, SLBA + k, 40 + k);
	hn_media(ct, CT_MEDIA_NORMAL, 2 * HN_MS, false);
	for (unsigned int k = 0; k < 4; k++)
		read[k] = hn_queue_read(ct, 1, 1, 1, SLBA + k, 1);
	hn_ring(ct, 1, 1);
	for (unsigned int k = 0; k < 2 + 3 * i; k++)
		hn_step(ct);
	hn_pci_command(ct, 1, true, false, true, false);
	mark = hn_mark(ct);
	hn_suspend(ct, 1);
	hn_check_silent(ct, mark, 1, HN_EV_DMA | HN_EV(CT_EV_MSIX), "with Bus Master Enable 0");
	hn_resume(ct, 1);
	hn_advance(ct, 10 * HN_MS);
	hn_check_silent(ct, mark, 1, HN_EV_DMA | HN_EV(CT_EV_MSIX),
			"behind RESUME with Bus Master Enable 0");
	hn_pci_command(ct, 1, true, true, true, false);
	hn_drain(ct, 1);
	for (unsigned int k = 0; k < 4; k++) {
		ct_check(ct, read[k]->done, "read %u did not complete", k);
		if (read[k]->cqe.status == LM_SC_DATA_TRANSFER)
			ct_check(ct, !read[k]->cqe.dnr, "004h with DNR 1");
		else
			hn_check_read(ct, read[k], 40 + k);
	}
	hn_write_read(ct, 1, 1, SLBA, 77);
}

CT_ROW(con_no_bus_master, .id = "IOF/suspend-does-not-wait-for-bus-mastering",
       .reqs = "LM-IOF-160 LM-IOF-130 LM-COM-030 LM-SEC-100",
       .given = "a VF with reads at several stages whose guest clears Bus Master Enable",
       .when = "SUSPEND, RESUME, later Bus Master Enable is set",
       .expect =
	       "no DMA while it is clear; then each read completes once, with its data or with 004h",
       .needs = NEEDS | CT_CAP(CT_CAP_PCI_COMMAND) | CT_CAP(CT_CAP_STEP) | CT_CAP(CT_CAP_JOURNAL) |
		CT_CAP(CT_CAP_MEDIA),
       .flags = FLAGS, .cases = five_cases, .run = no_bus_master);

/* A part of an image and what is queued behind it, at one doorbell. */
static void behind_a_part(struct ct *ct, unsigned int i)
{
	static const uint16_t expected[] = { 0, LM_SC_SEQUENCE, LM_SC_SEQUENCE, 0, 0, 0 };
	struct hn_image image;
	struct hn_req *req[6];
	struct hn_cmd cmd[6];
	uint32_t part;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	part = image.len - 64;
	cmd[0] = hn_load_cmd(1, image.bytes, part, 0, image.len);
	cmd[1] = hn_lm_cmd(LM_OPC_QUERY_DATA_SIZE, 1);
	cmd[2] = hn_lm_cmd(LM_OPC_RESUME, 1);
	cmd[3] = hn_load_cmd(1, image.bytes + part, 64, part, image.len);
	cmd[4] = hn_lm_cmd(LM_OPC_QUERY_DATA_SIZE, 1);
	cmd[5] = hn_lm_cmd(LM_OPC_RESUME, 1);
	for (unsigned int k = 0; k < 6; k++)
		req[k] = hn_queue(ct, 0, 0, &cmd[k]);
	hn_ring(ct, 0, 0);
	for (unsigned int k = 0; k < 6; k++)
		ct_status(ct, hn_wait(ct, req[k]), expected[k]);
	ct_check(ct, req[1]->cqe.dw1 == LM_STATE_LOADING && req[4]->cqe.dw1 == LM_STATE_SUSPENDED,
		 "QUERY found the states %u and %u", req[1]->cqe.dw1, req[4]->cqe.dw1);
	hn_scene_alive(ct, 1);
}

CT_ROW(con_behind_a_part, .id = "CON/commands-behind-a-part-find-the-vf-loading",
       .reqs = "LM-CON-010 LM-STA-610 LM-STA-630", .given = "a suspended VF and its image",
       .when = "LOAD of a part, QUERY, RESUME, LOAD of the rest, QUERY, RESUME at one doorbell",
       .expect = "00Ch to the QUERY and the RESUME between the parts, success to the others",
       .needs = NEEDS, .flags = FLAGS, .run = behind_a_part);

/* Images of several VFs on their way at the same time. */
static void saves_at_once(struct ct *ct, unsigned int i)
{
	struct hn_image alone[CT_MAX_FUNCTIONS], together[CT_MAX_FUNCTIONS];
	struct hn_req *req[CT_MAX_FUNCTIONS];
	unsigned int vfs = hn_num_vfs(ct);

	(void)i;
	hn_need_vfs(ct, 2);
	for (unsigned int vf = 1; vf <= vfs; vf++) {
		hn_enable_io(ct, vf, 1 + vf % 3, 8);
		hn_write_read(ct, vf, 1, SLBA + vf, vf);
		alone[vf] = hn_scene_saved(ct, vf);
		together[vf] = (struct hn_image){ hn_mem(ct, alone[vf].len), alone[vf].len };
	}
	for (unsigned int vf = 1; vf <= vfs; vf++) {
		struct hn_cmd cmd =
			hn_save_cmd((uint16_t)vf, together[vf].bytes, together[vf].len, 0);

		req[vf] = hn_queue(ct, 0, 0, &cmd);
	}
	hn_ring(ct, 0, 0);
	for (unsigned int vf = 1; vf <= vfs; vf++) {
		ct_status(ct, hn_wait(ct, req[vf]), LM_SC_SUCCESS);
		hn_image_equal(ct, &alone[vf], &together[vf],
			       "image saved together with those of other VFs");
	}
	for (unsigned int vf = 1; vf <= vfs; vf++)
		hn_resume(ct, (uint16_t)vf);
}

CT_ROW(con_saves, .id = "CON/images-saved-at-once-do-not-mix",
       .reqs = "LM-SEC-040 LM-CON-050 LM-CON-060 LM-SAV-090",
       .given = "all VFs suspended, with different queues", .when = "SAVE of each at one doorbell",
       .expect = "the image of each as when it is saved alone", .needs = NEEDS, .flags = FLAGS,
       .run = saves_at_once);
