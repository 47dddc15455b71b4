/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* SUSPEND: when it succeeds, when it does not, and that neither loses anything. */
#include <stdio.h>
#include <string.h>

#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM)
#define NEED_IO (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define NEED_PENDING (NEED_IO | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_PF_OWNED))

static void stops_run(struct ct *ct, unsigned int i)
{
	struct hn_req *read;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, 1, 1, 8);
	hn_suspend(ct, 1);
	read = hn_queue_read(ct, 1, 1, 1, 0, 1);
	hn_ring(ct, 1, 1);
	hn_advance(ct, 50 * HN_MS);
	ct_check(ct, !hn_poll(ct, read), "a suspended VF completed a command");
	ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_SUSPENDED, "the VF is not SUSPENDED");
	hn_resume(ct, 1);
	hn_wait(ct, read);
	hn_check_ok(ct, read);
}

CT_ROW(stops, .id = "SUS/suspend-stops-the-vf", .reqs = "LM-SUS-010 LM-STA-120 LM-RSM-010",
       .given = "a VF with an I/O queue pair", .when = "SUSPEND, a read, RESUME",
       .expect = "the read completes after RESUME, not before", .needs = NEED_IO, .flags = FLAGS,
       .run = stops_run);

static void waits_run(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SUSPEND, 1);
	struct hn_req *reads[6], *suspend;
	unsigned int n;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, 1, 2, 16);
	hn_media(ct, CT_MEDIA_NORMAL, 50 * HN_MS, false); /* more than hn_settle() takes */
	for (n = 0; n < 6; n++)
		reads[n] = hn_queue_read(ct, 1, (uint16_t)(n % 2 + 1), 1, n, 1);
	hn_ring(ct, 1, 1);
	hn_ring(ct, 1, 2);
	hn_settle(ct);
	suspend = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	ct_check(ct, !hn_poll(ct, suspend), "SUSPEND completed while reads are in flight");
	ct_status(ct, hn_wait(ct, suspend), LM_SC_SUCCESS);
	hn_reap_all(ct, 1);
	for (n = 0; n < 6; n++)
		hn_check_ok(ct, reads[n]);
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(waits, .id = "SUS/suspend-waits-for-what-is-in-flight",
       .reqs = "LM-SUS-020 LM-IOF-110 LM-STA-260", .given = "six reads in flight on two queues",
       .when = "SUSPEND", .expect = "all six completions are there when SUSPEND completes",
       .needs = NEED_PENDING, .flags = FLAGS, .run = waits_run);

static void again_run(struct ct *ct, unsigned int i)
{
	struct hn_image before, after;
	struct hn_view view;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	before = hn_scene_saved(ct, 1);
	view = hn_look(ct, 1);
	hn_suspend(ct, 1);
	hn_suspend(ct, 1);
	hn_check_same(ct, &view, "SUSPEND of a SUSPENDED VF");
	after = hn_save(ct, 1);
	ct_check(ct, before.len == after.len && !memcmp(before.bytes, after.bytes, after.len),
		 "the image differs after another SUSPEND");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(again, .id = "SUS/suspend-of-a-suspended-vf-has-no-effect", .reqs = "LM-SUS-030 LM-STA-420",
       .given = "a VF that is SUSPENDED", .when = "SUSPEND twice more",
       .expect = "success; one RESUME is enough", .flags = FLAGS, .run = again_run);

static void twice_run(struct ct *ct, unsigned int i)
{
	struct hn_req *pending;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_reach(ct, 1, LM_STATE_DRAINING, &pending);
	hn_lm(ct, LM_OPC_SUSPEND, 1, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	ct_check(ct, !hn_poll(ct, pending), "the first SUSPEND ended %03Xh", pending->cqe.status);
	hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	ct_status(ct, hn_wait(ct, pending), LM_SC_SUCCESS);
	hn_leave(ct, 1, NULL);
}

CT_ROW(twice, .id = "SUS/a-second-suspend-is-refused-while-one-is-pending",
       .reqs = "LM-SUS-050 LM-STA-220", .given = "a SUSPEND that waits for a read",
       .when = "another SUSPEND of the VF", .expect = "00Ch at once; the first ends by itself",
       .needs = NEED_PENDING, .flags = FLAGS, .run = twice_run);

/* ---- whatever condition the VF's controller is in ---- */

enum condition {
	NEVER_ENABLED,
	ENABLED,
	DISABLED,
	SHUT_DOWN,
	FATAL,
	NO_BUS_MASTER,
	NO_MEMORY_SPACE,
	NO_MSIX,
	MSIX_MASKED,
	CONDITIONS
};

static const char *const condition_names[CONDITIONS] = {
	"never-enabled", "enabled",	    "disabled", "shut-down",   "fatal",
	"no-bus-master", "no-memory-space", "no-msix",	"msix-masked",
};

static unsigned int condition_cases(struct ct *ct)
{
	(void)ct;
	return CONDITIONS;
}

static void condition_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", condition_names[i]);
}

/* An admin SQ where no memory is: a device that fetches from it is lost. */
static void make_fatal(struct ct *ct)
{
	struct hn_buf last = hn_buf(ct, NVME_PAGE);
	uint64_t start = hn_now(ct);

	if (!ct_has(ct, CT_CAP_GUARD))
		ct_not_applicable(ct, "the target has no address that does not answer");
	hn_expect_faults(ct);
	hn_disable(ct, 1);
	hn_write64(ct, 1, NVME_REG_ASQ, last.iova + NVME_PAGE);
	hn_write64(ct, 1, NVME_REG_ACQ, last.iova);
	hn_write32(ct, 1, NVME_REG_AQA, 15 | 15 << 16);
	hn_write32(ct, 1, NVME_REG_CC, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES);
	hn_advance(ct, 10 * HN_MS);
	hn_write32(ct, 1, NVME_REG_DOORBELLS, 1);
	while (!(hn_read32(ct, 1, NVME_REG_CSTS) & NVME_CSTS_CFS)) {
		if (hn_now(ct) - start > HN_S)
			ct_not_applicable(ct, "an unreachable SQ does not make CSTS.CFS 1");
		hn_advance(ct, 10 * HN_MS);
	}
}

static void bring_about(struct ct *ct, enum condition condition)
{
	if (condition == NEVER_ENABLED)
		return;
	if (!ct_has(ct, CT_CAP_VF_REGS) || !ct_has(ct, CT_CAP_DMA))
		ct_not_applicable(ct, "the target does not drive the VF's controller");
	if (condition >= NO_BUS_MASTER && !ct_has(ct, CT_CAP_PCI_COMMAND))
		ct_not_applicable(ct, "the target does not write the PCI Command register");
	hn_enable_io(ct, 1, 1, 8);
	switch (condition) {
	case DISABLED:
		hn_disable(ct, 1);
		break;
	case SHUT_DOWN:
		hn_shutdown(ct, 1);
		break;
	case FATAL:
		make_fatal(ct);
		break;
	case NO_BUS_MASTER:
		hn_pci_command(ct, 1, true, false, true, false);
		break;
	case NO_MEMORY_SPACE:
		hn_pci_command(ct, 1, false, true, true, false);
		break;
	case NO_MSIX:
		hn_pci_command(ct, 1, true, true, false, false);
		break;
	case MSIX_MASKED:
		hn_pci_command(ct, 1, true, true, true, true);
		break;
	default:
		break;
	}
}

/* The five in turn, as a migration within the VF sends them. */
static void condition_run(struct ct *ct, unsigned int i)
{
	struct hn_image image, again;

	hn_need_vfs(ct, 1);
	bring_about(ct, i);
	hn_suspend(ct, 1);
	image = hn_save(ct, 1);
	hn_load(ct, 1, &image);
	again = hn_save(ct, 1);
	ct_check(ct, image.len == again.len && !memcmp(image.bytes, again.bytes, image.len),
		 "SAVE, LOAD, SAVE gives another image");
	hn_resume(ct, 1);
	ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_ACTIVE, "the VF is not ACTIVE after RESUME");
	if (i >= NO_BUS_MASTER)
		hn_pci_command(ct, 1, true, true, ct_has(ct, CT_CAP_IRQ), false);
	if (i == ENABLED || i >= NO_BUS_MASTER)
		hn_write_read(ct, 1, 1, 32, i);
}

CT_ROW(conditions, .id = "SUS/the-five-work-in-every-condition-of-the-controller",
       .reqs = "LM-SUS-060 LM-COM-030",
       .given = "a VF never enabled, enabled, disabled, shut down, in fatal status, or without bus "
		"mastering, memory space or MSI-X",
       .when = "SUSPEND, SAVE_DATA, LOAD_DATA of that image, RESUME", .expect = "success",
       .flags = FLAGS, .cases = condition_cases, .name = condition_name, .run = condition_run);
