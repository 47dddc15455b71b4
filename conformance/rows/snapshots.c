// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * How long a snapshot lives: what keeps the one that later parts are read
 * from, and what makes the device take another (LM-SAV-080). Each row latches
 * a doorbell behind the snapshot, so that the two differ.
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
#define SLBA 64
#define SKIPPED 4 /* bytes before the part that is read */

static void latch(struct ct *ct)
{
	hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
}

/* The part behind the first bytes must be that of this image. */
static void rest_is(struct ct *ct, const struct hn_image *image, const char *what)
{
	uint8_t *rest = hn_mem(ct, image->len);
	struct ct_cqe cqe;

	hn_save_part(ct, VF, rest, image->len - SKIPPED, SKIPPED, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	ct_check(ct, !memcmp(rest, image->bytes + SKIPPED, image->len - SKIPPED), "%s", what);
}

enum kept {
	KEPT_QUERY,
	KEPT_SUSPEND,
	KEPT_BAD_LOAD,
	KEPT_NO_IMAGE,
	KEPT_BAD_SAVE,
	KEPT_FAILED_SAVE,
	KEPT
};

static unsigned int kept_cases(struct ct *ct)
{
	(void)ct;
	return KEPT;
}

static void kept_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "QUERY_DATA_SIZE",	   "SUSPEND-again",
					     "LOAD-of-odd-size",   "LOAD-of-no-image",
					     "SAVE-of-odd-length", "SAVE-whose-transfer-fails" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

static void disturb(struct ct *ct, enum kept how, uint32_t len)
{
	uint8_t *data = hn_mem(ct, len);
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	switch (how) {
	case KEPT_QUERY:
		hn_query(ct, VF);
		break;
	case KEPT_SUSPEND:
		hn_suspend(ct, VF);
		break;
	case KEPT_BAD_LOAD:
		hn_load_part(ct, VF, data, 6, 0, 0, &cqe);
		ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
		break;
	case KEPT_NO_IMAGE:
		hn_load_part(ct, VF, data, len, 0, 0, &cqe);
		ct_status(ct, &cqe, LM_SC_INVALID_IMAGE);
		break;
	case KEPT_BAD_SAVE:
		hn_save_part(ct, VF, data, 6, 0, &cqe);
		ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
		break;
	default:
		hn_expect_faults(ct);
		cmd = hn_save_cmd(VF, data, len, 0);
		cmd.raw = true;
		hn_prps(ct, cmd.sqe, hn_buf(ct, NVME_PAGE).iova + NVME_PAGE, len);
		hn_admin(ct, 0, &cmd, &cqe);
		ct_status(ct, &cqe, LM_SC_DATA_TRANSFER);
		break;
	}
}

static void kept(struct ct *ct, unsigned int i)
{
	struct hn_image image;

	hn_need_vfs(ct, 1);
	if (i == KEPT_FAILED_SAVE && !(ct_has(ct, CT_CAP_PF_OWNED) && ct_has(ct, CT_CAP_GUARD)))
		ct_not_applicable(ct, "the target has no address that does not answer");
	hn_scene_busy_life(ct, VF);
	image = hn_scene_saved(ct, VF);
	latch(ct);
	disturb(ct, (enum kept)i, image.len);
	rest_is(ct, &image, "the part is not of the snapshot of the last SAVE_DATA from offset 0");
	hn_resume(ct, VF);
	hn_drain(ct, VF);
}

CT_ROW(snapshot_kept, .id = "SAV/snapshot-outlives-what-does-not-replace-it",
       .reqs = "LM-SAV-080 LM-SAV-130 LM-QRY-050 LM-SUS-030 LM-LOD-100",
       .given = "a suspended VF that was saved, and a doorbell latched since",
       .when = "QUERY, SUSPEND, or a LOAD or SAVE that fails; then SAVE of the rest",
       .expect = "the rest is of the snapshot from before the doorbell", .needs = NEEDS,
       .flags = FLAGS, .cases = kept_cases, .name = kept_name, .run = kept);

/* Another snapshot, though no SAVE_DATA from offset 0 asked for it. */
static void replaced(struct ct *ct, unsigned int i)
{
	struct hn_image loaded, before, now;
	struct ct_cqe cqe;
	uint8_t *rest;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, VF);
	loaded = hn_scene_saved(ct, VF);
	latch(ct);
	before = hn_save(ct, VF);
	rest = hn_mem(ct, before.len);
	if (i) {
		hn_load(ct, VF, &loaded);
		rest_is(ct, &loaded, "the part is not of the state that was loaded");
		hn_ring(ct, VF, 1);
	} else {
		hn_resume(ct, VF);
		hn_drain(ct, VF);
		hn_suspend(ct, VF);
		hn_save_part(ct, VF, rest, before.len - SKIPPED, SKIPPED, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
		now = hn_save(ct, VF);
		ct_check(ct, !memcmp(rest, now.bytes + SKIPPED, now.len - SKIPPED),
			 "the part is of the snapshot from before RESUME");
	}
	hn_resume(ct, VF);
	hn_drain(ct, VF);
}

static unsigned int replaced_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void replaced_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "LOAD" : "RESUME-and-SUSPEND");
}

CT_ROW(snapshot_replaced, .id = "SAV/snapshot-ends-with-resume-and-load", .reqs = "LM-SAV-080",
       .given = "a suspended VF that was saved",
       .when = "RESUME and SUSPEND, or LOAD; then SAVE from an offset that is not 0",
       .expect = "the part is of the state that the VF has now", .needs = NEEDS, .flags = FLAGS,
       .cases = replaced_cases, .name = replaced_name, .run = replaced);
