/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* RESUME, and what SAVE_DATA and LOAD_DATA leave alone. */
#include <stdio.h>
#include <string.h>

#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM)
#define NEED_IO (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void save_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "with-save" : "without-save");
}

static void continues_run(struct ct *ct, unsigned int i)
{
	struct hn_req *waiting[4];
	struct hn_view view;
	unsigned int n, round;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	for (round = 0; round < 3; round++) {
		view = hn_look(ct, 1);
		hn_suspend(ct, 1);
		if (i)
			hn_save(ct, 1);
		for (n = 0; n < 4; n++)
			waiting[n] = hn_queue_write(ct, 1, (uint16_t)(n % 3 + 1), 1, 16 + n, 1,
						    round * 4 + n + 1);
		for (n = 1; n <= 3; n++)
			hn_ring(ct, 1, (uint16_t)n);
		hn_resume(ct, 1);
		for (n = 0; n < 4; n++) {
			hn_wait(ct, waiting[n]);
			hn_check_ok(ct, waiting[n]);
		}
		view.has_journal = false;
		hn_check_same(ct, &view, "SUSPEND and RESUME");
		for (n = 0; n < 4; n++) {
			struct hn_req *read = hn_queue_read(ct, 1, 1, 1, 16 + n, 1);

			hn_ring(ct, 1, 1);
			hn_wait(ct, read);
			hn_check_read(ct, read, round * 4 + n + 1);
		}
	}
}

CT_ROW(continues, .id = "RSM/resume-continues-where-suspend-stopped",
       .reqs = "LM-RSM-040 LM-RSM-010 LM-SAV-070 LM-IOF-200",
       .given = "a VF with three queue pairs",
       .when = "three times SUSPEND, SAVE_DATA or not, doorbells, RESUME",
       .expect = "registers as before; each write completes once and is read back",
       .needs = NEED_IO, .flags = FLAGS, .cases = two_cases, .name = save_name,
       .run = continues_run);

static void active_run(struct ct *ct, unsigned int i)
{
	struct hn_view view;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	view = hn_look(ct, 1);
	hn_lm(ct, LM_OPC_RESUME, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_NOT_SUSPENDED);
	hn_check_same(ct, &view, "RESUME of an ACTIVE VF");
	hn_suspend(ct, 1);
	hn_resume(ct, 1);
	hn_lm(ct, LM_OPC_RESUME, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_NOT_SUSPENDED);
	hn_scene_alive(ct, 1);
}

CT_ROW(active, .id = "RSM/resume-of-an-active-vf-is-refused", .reqs = "LM-RSM-020 LM-STA-130",
       .given = "an ACTIVE VF, also one that was just resumed", .when = "RESUME",
       .expect = "13Ah and no effect", .flags = FLAGS, .run = active_run);

static void middle_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "LOADING" : "DRAINING");
}

static void middle_run(struct ct *ct, unsigned int i)
{
	unsigned int state = i ? LM_STATE_LOADING : LM_STATE_DRAINING;
	const struct hn_image *image = hn_staged(ct);
	struct hn_req *pending;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	hn_reach(ct, 1, state, &pending);
	hn_lm(ct, LM_OPC_RESUME, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	ct_check(ct, hn_vf_state(ct, 1) == (int)state, "the VF is not %s any more",
		 hn_state_name(state));
	if (pending)
		ct_check(ct, !hn_poll(ct, pending), "RESUME ended the pending SUSPEND");
	if (i) {
		uint32_t half = image->len / 8 * 4;

		hn_load_part(ct, 1, image->bytes + half, image->len - half, half, image->len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	}
	hn_leave(ct, 1, pending);
}

CT_ROW(middle, .id = "RSM/resume-is-refused-while-draining-or-loading",
       .reqs = "LM-RSM-030 LM-STA-230 LM-STA-630", .given = "a VF that is DRAINING or LOADING",
       .when = "RESUME", .expect = "00Ch; SUSPEND stays pending, staged parts stay staged",
       .flags = FLAGS, .cases = two_cases, .name = middle_name, .run = middle_run);

static void identity_run(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_suspend(ct, 1);
	image = hn_save(ct, 1);
	hn_suspend(ct, 2);
	hn_load(ct, 2, &image);
	hn_resume(ct, 1);
	hn_lm(ct, LM_OPC_RESUME, 2, &cqe);
	ct_status(ct, &cqe, LM_SC_INCOMPATIBLE_IMAGE);
	ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_SUSPENDED, "VF 2 is not SUSPENDED after 1C1h");
	hn_suspend(ct, 1);
	hn_resume(ct, 2);
	ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_ACTIVE, "VF 2 is not ACTIVE after RESUME");
	hn_flr(ct, 2);
	hn_resume(ct, 1);
}

CT_ROW(identity, .id = "RSM/resume-is-refused-while-the-identity-is-in-use",
       .reqs = "LM-RSM-070 LM-STA-430", .given = "VF 2 loaded with the image of VF 1",
       .when = "RESUME of VF 2 while VF 1 is ACTIVE, and again while VF 1 is SUSPENDED",
       .expect = "1C1h and VF 2 stays SUSPENDED; then success", .needs = CT_CAP(CT_CAP_FLR),
       .flags = FLAGS, .run = identity_run);

/* The PF works all the time, so its identity is never free. */
static void pf_identity_run(struct ct *ct, unsigned int i)
{
	uint8_t id[LM_ID_SIZE];
	struct hn_image image, changed;
	struct hn_section s;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	hn_suspend(ct, 1);
	image = hn_save(ct, 1);
	changed = hn_image_copy(ct, &image);
	s = hn_image_find(ct, &changed, LM_SEC_IDENTITY);
	memcpy(changed.bytes + s.payload + LM_IDN_SUBNQN, id + NVME_ID_SUBNQN, 256);
	memcpy(changed.bytes + s.payload + LM_IDN_CNTLID, id + NVME_ID_CNTLID, 2);
	hn_image_mend(&changed);
	hn_load(ct, 1, &changed);
	hn_lm(ct, LM_OPC_RESUME, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_INCOMPATIBLE_IMAGE);
	ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_SUSPENDED, "VF 1 is not SUSPENDED after 1C1h");
	hn_load(ct, 1, &image);
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(pf_identity, .id = "RSM/resume-is-refused-with-the-identity-of-the-pf", .reqs = "LM-RSM-070",
       .given = "a VF loaded with an image that presents the SUBNQN and CNTLID of the PF",
       .when = "RESUME, then LOAD_DATA of its own image and RESUME",
       .expect = "1C1h and the VF stays SUSPENDED; then success",
       .needs = CT_CAP(CT_CAP_REFERENCE_IMAGE), .flags = FLAGS, .run = pf_identity_run);

static void at_once_run(struct ct *ct, unsigned int i)
{
	unsigned int n;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	for (n = 0; n < 10; n++) {
		hn_suspend(ct, 1);
		ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_SUSPENDED, "not SUSPENDED at once");
		hn_resume(ct, 1);
		ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_ACTIVE, "not ACTIVE at once");
	}
	hn_scene_alive(ct, 1);
}

CT_ROW(at_once, .id = "RSM/resume-has-taken-effect-when-it-completes",
       .reqs = "LM-RSM-080 LM-RSM-010 LM-SUS-010", .given = "a busy VF",
       .when = "ten times SUSPEND and RESUME",
       .expect = "QUERY_DATA_SIZE reports the new state at once", .flags = FLAGS,
       .run = at_once_run);

/* ---- SAVE_DATA ---- */

static void harmless_run(struct ct *ct, unsigned int i)
{
	struct hn_view view;
	struct hn_image one, two;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	hn_suspend(ct, 1);
	view = hn_look(ct, 1);
	one = hn_save(ct, 1);
	/* Where time costs nothing, let every counter of time go on that would. */
	hn_advance(ct, ct_has(ct, CT_CAP_CLOCK) ? 7500 * HN_S : HN_S);
	two = hn_save(ct, 1);
	hn_check_same(ct, &view, "SAVE_DATA");
	ct_check(ct, one.len == two.len && !memcmp(one.bytes, two.bytes, one.len),
		 "two images of one state differ");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(save_harmless, .id = "SAV/save-changes-nothing-and-repeats",
       .reqs = "LM-SAV-070 LM-SAV-090 LM-STA-440", .given = "a busy VF, suspended",
       .when = "SAVE_DATA twice, a second or two hours apart",
       .expect = "equal images; registers and state stay", .flags = FLAGS, .run = harmless_run);

enum refused {
	SAVE_ACTIVE,
	SAVE_DRAINING,
	SAVE_LOADING,
	LOAD_ACTIVE,
	LOAD_DRAINING,
	REFUSED_COUNT
};

static unsigned int refused_cases(struct ct *ct)
{
	(void)ct;
	return REFUSED_COUNT;
}

static void refused_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "SAVE-ACTIVE", "SAVE-DRAINING", "SAVE-LOADING",
					     "LOAD-ACTIVE", "LOAD-DRAINING" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

static void refused_run(struct ct *ct, unsigned int i)
{
	static const unsigned int states[] = { LM_STATE_ACTIVE, LM_STATE_DRAINING, LM_STATE_LOADING,
					       LM_STATE_ACTIVE, LM_STATE_DRAINING };
	struct hn_req *pending;
	struct hn_image image;
	struct ct_cqe cqe;
	uint32_t n;

	hn_need_vfs(ct, 1);
	hn_suspend(ct, 1);
	image = hn_save(ct, 1);
	hn_resume(ct, 1);
	hn_reach(ct, 1, states[i], &pending);
	if (i < LOAD_ACTIVE) {
		memset(image.bytes, 0x5A, image.len);
		hn_save_part(ct, 1, image.bytes, image.len, 0, &cqe);
	} else {
		hn_load_status(ct, 1, &image, &cqe);
	}
	ct_status(ct, &cqe, states[i] == LM_STATE_ACTIVE ? LM_SC_NOT_SUSPENDED : LM_SC_SEQUENCE);
	ct_check(ct, hn_vf_state(ct, 1) == (int)states[i], "the VF is not %s any more",
		 hn_state_name(states[i]));
	for (n = 0; i < LOAD_ACTIVE && n < image.len; n++)
		ct_check(ct, image.bytes[n] == 0x5A, "byte %u was written", n);
	hn_leave(ct, 1, pending);
}

CT_ROW(refused, .id = "SAV/save-and-load-are-refused-unless-suspended",
       .reqs = "LM-SAV-110 LM-SAV-120 LM-LOD-140 LM-LOD-150",
       .given = "a VF that is ACTIVE, DRAINING or LOADING", .when = "SAVE_DATA or LOAD_DATA",
       .expect = "13Ah or 00Ch, no data transfer, the state stays", .flags = FLAGS,
       .cases = refused_cases, .name = refused_name, .run = refused_run);
