// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * What reaches a VF while part of an image is staged for it.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define SLBA 2304

/* VF 1 with queues and blocks written, half of its own image staged. */
static struct hn_image half_loaded(struct ct *ct)
{
	struct hn_image image;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 8);
	for (unsigned int k = 0; k < 4; k++)
		hn_write_read(ct, VF, 1, SLBA + k, 20 + k);
	image = hn_scene_saved(ct, VF);
	hn_load_part(ct, VF, image.bytes, 512, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	return image;
}

/* Case 0: the load is given up; case 1: it is completed. */
static void end_load(struct ct *ct, const struct hn_image *image, unsigned int complete)
{
	struct ct_cqe cqe;

	if (complete) {
		hn_load_part(ct, VF, image->bytes + 512, image->len - 512, 512, image->len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	} else {
		hn_suspend(ct, VF);
	}
	hn_resume(ct, VF);
	hn_advance(ct, 20 * HN_MS);
	hn_reap_all(ct, VF);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void end_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "image-completed" : "image-given-up");
}

static void tail(struct ct *ct, unsigned int i)
{
	struct hn_image image = half_loaded(ct);
	uint64_t mark = ct_has(ct, CT_CAP_JOURNAL) ? hn_mark(ct) : 0;
	struct hn_req *read;

	read = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_advance(ct, 20 * HN_MS);
	ct_check(ct, hn_reap(ct, VF, 1) == 0, "a command was executed while LOADING");
	if (ct_has(ct, CT_CAP_JOURNAL))
		hn_check_silent(ct, mark, VF, HN_EV_ACTS, "while LOADING");
	end_load(ct, &image, i);
	if (i) {
		ct_check(ct, !read->done,
			 "a doorbell rung before the commit outlived the state it belongs to");
		hn_ring(ct, VF, 1);
	}
	hn_drain(ct, VF);
	hn_check_read(ct, read, 20);
}

CT_ROW(loading_tail, .id = "STA/sq-doorbell-while-loading-is-latched-until-an-image-replaces-it",
       .reqs = "LM-STA-740 LM-IOF-010 LM-SUS-040", .given = "a VF with half of an image staged",
       .when = "an SQ doorbell; then the load is given up or completed; RESUME",
       .expect =
	       "nothing while LOADING; given up: the command completes; completed: only when rung again",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = end_name, .run = tail);

/* A full CQ of two entries; the guest makes room while LOADING. */
static void head(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *read[3];
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 2, false, 0);
	hn_create_sq(ct, VF, 1, 1, 8);
	for (unsigned int k = 0; k < 3; k++)
		hn_write_read(ct, VF, 1, SLBA + k, 20 + k);
	for (unsigned int k = 0; k < 3; k++)
		read[k] = hn_queue_read(ct, VF, 1, 1, SLBA + k, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	image = hn_scene_saved(ct, VF);
	hn_load_part(ct, VF, image.bytes, 512, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	ct_check(ct, hn_reap(ct, VF, 1) == 1, "a CQ with room for one does not hold one");
	hn_ack(ct, VF, 1);
	hn_advance(ct, 20 * HN_MS);
	ct_check(ct, hn_reap(ct, VF, 1) == 0, "a completion was posted while LOADING");
	if (i) {
		hn_load_part(ct, VF, image.bytes + 512, image.len - 512, 512, image.len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	} else {
		hn_suspend(ct, VF);
	}
	hn_resume(ct, VF);
	hn_advance(ct, 20 * HN_MS);
	if (i) {
		ct_check(ct, hn_reap(ct, VF, 1) == 0,
			 "a CQ head rung before the commit outlived the state it belongs to");
		hn_write32(ct, VF, NVME_REG_DOORBELLS + 12, hn_function(ct, VF)->cq[1].acked);
	}
	hn_drain(ct, VF);
	for (unsigned int k = 0; k < 3; k++)
		hn_check_read(ct, read[k], 20 + k);
}

CT_ROW(loading_head, .id = "STA/cq-doorbell-while-loading-is-latched-until-an-image-replaces-it",
       .reqs = "LM-STA-750 LM-IOF-010", .given = "a VF with a full CQ and half of its image staged",
       .when = "the guest consumes an entry and rings; the load is given up or completed; RESUME",
       .expect =
	       "nothing is posted while LOADING; given up: the rest is posted; completed: only when rung again",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = end_name, .run = head);

static void event(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	uint8_t id[LM_ID_SIZE];
	struct hn_req *aer;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 8);
	hn_set_feature(ct, VF, NVME_FEAT_ASYNC_EVENTS, 0x100);
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 2, id);
	aer = hn_aer(ct, VF);
	hn_settle(ct);
	image = hn_scene_saved(ct, VF);
	hn_load_part(ct, VF, image.bytes, 512, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_resize(ct, 2, lm_get_le64(id) / 2);
	hn_settle(ct);
	hn_reap_all(ct, VF);
	ct_check(ct, !aer->done, "an Asynchronous Event Request completed while LOADING");
	end_load(ct, &image, 0);
	ct_check(ct, aer->done, "the event was not reported after RESUME");
}

CT_ROW(loading_event, .id = "STA/event-while-loading-is-reported-after-resume",
       .reqs = "LM-STA-770", .given = "a VF with an AER outstanding and half of an image staged",
       .when = "a namespace changes its size; the load is given up; RESUME",
       .expect = "the AER completes after RESUME, not before",
       .needs = NEEDS | CT_CAP(CT_CAP_NAMESPACE), .flags = FLAGS, .run = event);
