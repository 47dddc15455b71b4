/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* QUERY_DATA_SIZE */
#include <stdio.h>
#include <string.h>

#include "hn.h"
#include "scene.h"

static uint32_t largest_image(struct ct *ct)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	return lm_get_le32(id + LM_ID_MAX_IMAGE);
}

static unsigned int vf_cases(struct ct *ct)
{
	unsigned int num = ct_target(ct)->info.num_vfs;

	return num ? num : 1;
}

static void vf_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "VF-%u", i + 1);
}

static void size_run(struct ct *ct, unsigned int i)
{
	uint32_t size, max = largest_image(ct);

	hn_need_vfs(ct, i + 1);
	size = hn_query(ct, (uint16_t)(i + 1));
	ct_check(ct, size != 0, "the size is 0");
	ct_check(ct, size % 4 == 0, "the size %u is not a multiple of 4", size);
	ct_check(ct, size <= max, "the size %u is above the largest image %u", size, max);
}

CT_ROW(size, .id = "QRY/size-is-a-multiple-of-4-and-bounded", .reqs = "LM-QRY-010 LM-QRY-020",
       .given = "an ACTIVE VF", .when = "QUERY_DATA_SIZE",
       .expect = "Dword 0 not 0, a multiple of 4, at most the largest image",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = vf_cases, .name = vf_name, .run = size_run);

static void bounded_run(struct ct *ct, unsigned int i)
{
	struct hn_fn *f = hn_function(ct, 1);
	uint32_t size, max = largest_image(ct), got;
	uint16_t qid, pairs;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable(ct, 1);
	got = hn_set_feature(ct, 1, NVME_FEAT_NUM_QUEUES, 63 | 63 << 16);
	pairs = (uint16_t)((got & 0xFFFF) < got >> 16 ? got & 0xFFFF : got >> 16) + 1;
	if (pairs >= HN_MAX_QID)
		pairs = HN_MAX_QID - 1;
	for (qid = 1; qid <= pairs; qid++) {
		hn_create_cq(ct, 1, qid, 2, false, 0);
		hn_create_sq(ct, 1, qid, qid, 2);
	}
	size = hn_query(ct, 1);
	ct_check(ct, f->sq[pairs].created && size <= max && size % 4 == 0,
		 "with %u queue pairs the size %u is above the largest image %u", pairs, size, max);
	hn_suspend(ct, 1);
	ct_check(ct, hn_save(ct, 1).len == size, "the image is not of the size that QUERY gave");
	hn_resume(ct, 1);
}

CT_ROW(bounded, .id = "QRY/size-with-all-queues-is-bounded",
       .reqs = "LM-QRY-020 LM-QRY-030 LM-DIS-050",
       .given = "a VF with all the queue pairs that it can have", .when = "QUERY_DATA_SIZE",
       .expect = "at most the largest image, and what SAVE_DATA gives",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = bounded_run);

static void exact_run(struct ct *ct, unsigned int i)
{
	uint32_t before, suspended, len;
	uint8_t *buf;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	if (i)
		hn_scene_busy_life(ct, 1);
	before = hn_query(ct, 1);
	hn_suspend(ct, 1);
	suspended = hn_query(ct, 1);
	ct_check(ct, suspended == before, "the size was %u before SUSPEND and is %u", before,
		 suspended);
	len = before + 512;
	buf = hn_mem(ct, len);
	memset(buf, 0x5A, len);
	hn_save_part(ct, 1, buf, len, 0, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	ct_check(ct, cqe.dw0 == before, "SAVE_DATA has %u bytes, QUERY_DATA_SIZE said %u", cqe.dw0,
		 before);
	ct_check(ct, hn_query(ct, 1) == before, "the size changed by SAVE_DATA");
	hn_resume(ct, 1);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void exact_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "busy" : "never-enabled");
}

CT_ROW(exact, .id = "QRY/size-is-exactly-that-of-the-image",
       .reqs = "LM-QRY-010 LM-QRY-030 LM-SAV-050", .given = "a VF, never enabled or busy",
       .when = "QUERY_DATA_SIZE, SUSPEND, QUERY_DATA_SIZE, SAVE_DATA with a longer buffer",
       .expect = "all three sizes are equal", .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = two_cases,
       .name = exact_name, .run = exact_run);

static void stable_run(struct ct *ct, unsigned int i)
{
	uint32_t size;
	uint16_t qid;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_scene_busy_life(ct, 1);
	hn_suspend(ct, 1);
	size = hn_query(ct, 1);
	hn_enable(ct, 2);
	hn_set_feature(ct, 2, NVME_FEAT_NUM_QUEUES, 1 | 1 << 16);
	for (qid = 1; qid <= 2; qid++) {
		hn_create_cq(ct, 2, qid, 8, false, 0);
		hn_create_sq(ct, 2, qid, qid, 8);
		ct_check(ct, hn_query(ct, 1) == size,
			 "a queue of VF 2 changed the size of suspended VF 1");
	}
	hn_advance(ct, 100 * HN_MS);
	ct_check(ct, hn_query(ct, 1) == size, "the size of a suspended VF changed with time");
	/* a doorbell of a queue that the VF has not got: its event is queued */
	hn_write32(ct, 1, NVME_REG_DOORBELLS + 8 * (HN_MAX_QID - 1), 1);
	ct_check(ct, hn_query(ct, 1) == size, "the size of a suspended VF changed with an event");
	hn_resume(ct, 1);
}

CT_ROW(stable, .id = "QRY/size-is-stable-while-suspended", .reqs = "LM-QRY-035",
       .given = "VF 1 SUSPENDED",
       .when = "VF 2 creates queues, time passes, an event of VF 1 is queued",
       .expect = "the size of VF 1 stays", .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA),
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = stable_run);

static unsigned int state_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

static void state_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", hn_state_name(i));
}

static void dword1_run(struct ct *ct, unsigned int i)
{
	bool middle = i == LM_STATE_DRAINING || i == LM_STATE_LOADING;
	struct hn_req *pending;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	hn_reach(ct, 1, i, &pending);
	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, 1, &cqe);
	ct_reached(ct, hn_state_name(i), "QUERY_DATA_SIZE");
	ct_status(ct, &cqe, middle ? LM_SC_SEQUENCE : LM_SC_SUCCESS);
	ct_check(ct, cqe.dw1 == i, "Dword 1 is %08Xh in state %s", cqe.dw1, hn_state_name(i));
	hn_leave(ct, 1, pending);
}

CT_ROW(dword1, .id = "QRY/dword-1-is-the-state", .reqs = "LM-QRY-040 LM-QRY-060",
       .given = "a VF in each state", .when = "QUERY_DATA_SIZE",
       .expect = "Dword 1 is the state; success, or 00Ch in DRAINING and LOADING",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = state_cases, .name = state_name,
       .run = dword1_run);

static void harmless_run(struct ct *ct, unsigned int i)
{
	struct hn_req *pending;
	struct hn_view view;
	struct ct_cqe cqe;
	unsigned int n;

	hn_need_vfs(ct, 1);
	hn_reach(ct, 1, i, &pending);
	view = hn_look(ct, 1);
	for (n = 0; n < 8; n++)
		hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, 1, &cqe);
	hn_check_same(ct, &view, "QUERY_DATA_SIZE");
	hn_leave(ct, 1, pending);
}

CT_ROW(harmless, .id = "QRY/query-changes-nothing", .reqs = "LM-QRY-050",
       .given = "a VF in each state", .when = "QUERY_DATA_SIZE several times",
       .expect = "registers, state and size stay; the VF does nothing",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = state_cases, .name = state_name,
       .run = harmless_run);

static void parked_run(struct ct *ct, unsigned int i)
{
	struct hn_req *reads[5];
	uint32_t size;
	unsigned int n;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable(ct, 1);
	hn_create_cq(ct, 1, 1, 2, false, 0);
	hn_create_sq(ct, 1, 1, 1, 8);
	hn_write_read(ct, 1, 1, 0, 1);
	size = hn_query(ct, 1);
	for (n = 0; n < 5; n++)
		reads[n] = hn_queue_read(ct, 1, 1, 1, n, 1);
	hn_ring(ct, 1, 1);
	hn_settle(ct);
	ct_check(ct, hn_query(ct, 1) == size, "the size %u changed by completions that wait", size);
	hn_suspend(ct, 1);
	ct_check(ct, hn_query(ct, 1) == size, "the size %u changed by parked completions", size);
	ct_check(ct, hn_save(ct, 1).len == size, "the image is not of the size that QUERY gave");
	hn_resume(ct, 1);
	for (n = 0; n < 5; n++) {
		hn_wait(ct, reads[n]);
		hn_check_ok(ct, reads[n]);
	}
}

CT_ROW(parked, .id = "QRY/size-does-not-depend-on-completions-that-wait", .reqs = "LM-QRY-030",
       .given = "a CQ of two entries", .when = "five reads whose completions find no room",
       .expect = "the size stays, before and after SUSPEND",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = parked_run);
