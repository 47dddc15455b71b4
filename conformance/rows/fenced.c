// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Silence where no journal tells of it: the suspended VF's memory is taken away,
 * so that whatever it still reaches for is refused by the IOMMU and seen. The
 * host driver does this around every SUSPEND; these rows give it most to do.
 */
#include <stdio.h>

#include "ct-row.h"
#include "hn.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_FENCE))
#define VF 1
#define SLBA 2944
#define DEEP 200

enum scene { IDLE, DOORBELLS, DEEP_QUEUE, SMALL_CQ, EVENTS, SCENES };

static const char *const scene_names[SCENES] = { "idle", "doorbells-while-suspended", "deep-queue",
						 "cq-without-room", "aers-outstanding" };

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

static unsigned int queue_reads(struct ct *ct, struct hn_req **req, unsigned int num)
{
	for (unsigned int k = 0; k < num; k++)
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	return num;
}

/* Return: how many reads are queued. */
static unsigned int before_suspend(struct ct *ct, enum scene scene, struct hn_req **req)
{
	unsigned int num = 0;

	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, scene == SMALL_CQ ? 2 : 256, ct_has(ct, CT_CAP_IRQ),
		     ct_has(ct, CT_CAP_IRQ) ? 1 : 0);
	hn_create_sq(ct, VF, 1, 1, 256);
	hn_write_read(ct, VF, 1, SLBA, 4);
	if (scene == DEEP_QUEUE || scene == SMALL_CQ)
		num = queue_reads(ct, req, DEEP);
	if (num)
		hn_ring(ct, VF, 1);
	if (scene == EVENTS) {
		hn_aer(ct, VF);
		hn_aer(ct, VF);
		hn_settle(ct);
	}
	return num;
}

static void silent(struct ct *ct, unsigned int i)
{
	struct hn_req *req[DEEP];
	unsigned int num;

	hn_need_vfs(ct, 1);
	num = before_suspend(ct, (enum scene)i, req);
	hn_suspend(ct, VF);
	if (i == DOORBELLS) {
		num = queue_reads(ct, req, 8);
		hn_ring(ct, VF, 1);
	}
	hn_advance(ct, 60 * HN_MS);
	hn_save(ct, VF);
	hn_advance(ct, 20 * HN_MS);
	/* judged here: what the IOMMU refused, the CQs, the vectors */
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	for (unsigned int k = 0; k < num; k++)
		hn_check_read(ct, req[k], 4);
	hn_write_read(ct, VF, 1, SLBA, 5);
}

CT_ROW(fenced_silence, .id = "IOF/suspended-vf-reaches-for-no-memory",
       .reqs = "LM-IOF-010 LM-SUS-020 LM-IOF-040",
       .given =
	       "a VF that is idle or has many commands before it, and whose memory can be taken away",
       .when = "SUSPEND; its memory is unmapped, doorbells are rung, SAVE, time passes; RESUME",
       .expect =
	       "no refused transfer names the VF, no CQ changes, no interrupt comes; then every command completes once",
       .needs = NEEDS, .flags = FLAGS, .cases = scene_cases, .name = scene_name, .run = silent);
