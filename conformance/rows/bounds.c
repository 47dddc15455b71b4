// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Bounds: commands in flight, transfer sizes, what an image may bring along;
 * and the Do Not Retry bit of every status.
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
#define SLBA 2560
#define MANY 400

/* More commands than any image has room for, none of which the guest consumes. */
static void flood(struct ct *ct, unsigned int i)
{
	struct hn_req *req[MANY];
	struct hn_image image;
	uint8_t id[LM_ID_SIZE];
	uint16_t to = i ? 2 : VF;

	hn_need_vfs(ct, 2);
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 2, false, 0);
	hn_create_sq(ct, VF, 1, 1, 512);
	hn_write_read(ct, VF, 1, SLBA, 8);
	for (unsigned int k = 0; k < MANY; k++)
		req[k] = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_settle(ct);
	hn_advance(ct, 10 * HN_MS);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	hn_suspend(ct, VF);
	image = hn_save(ct, VF);
	ct_check(ct, image.len <= lm_get_le32(id + LM_ID_MAX_IMAGE),
		 "an image of %u bytes, the largest is said to have %u", image.len,
		 lm_get_le32(id + LM_ID_MAX_IMAGE));
	if (to != VF) {
		hn_suspend(ct, to);
		if (ct_has(ct, CT_CAP_PCI_COMMAND))
			hn_pci_command(ct, to, true, true, true, false);
		hn_load(ct, to, &image);
		hn_move(ct, VF, to);
	}
	hn_resume(ct, to);
	hn_drain(ct, to);
	for (unsigned int k = 0; k < MANY; k++)
		hn_check_read(ct, req[k], 8);
	if (to != VF)
		hn_flr(ct, VF);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void here_or_there(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "migrated" : "resumed");
}

CT_ROW(bounds_flood, .id = "IOF/guest-that-never-consumes-stays-within-the-largest-image",
       .reqs = "LM-IOF-170 LM-SEC-100 LM-DIS-050 LM-IOF-200",
       .given = "a VF with 400 reads in its SQ and a CQ with room for one",
       .when = "SUSPEND and SAVE; then RESUME here, or on another VF",
       .expect = "the image is within the largest that Identify reports; all 400 complete once",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = here_or_there, .run = flood);

static void beyond_mdts(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;
	uint8_t id[LM_ID_SIZE], *data;
	struct ct_cqe cqe;
	struct hn_cmd cmd;
	uint32_t most;

	hn_need_vfs(ct, 1);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	if (!id[NVME_ID_MDTS])
		ct_not_applicable(ct, "MDTS is 0: no limit");
	most = 4096u << id[NVME_ID_MDTS];
	hn_scene_busy_life(ct, VF);
	image = hn_scene_saved(ct, VF);
	data = hn_mem(ct, most + 4);
	cmd = i ? hn_load_cmd(VF, data, most + 4, 0, 0) : hn_save_cmd(VF, data, most + 4, 0);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	after = hn_save(ct, VF);
	hn_image_equal(ct, &image, &after, "VF after a transfer beyond MDTS");
	if (!i) {
		cmd = hn_save_cmd(VF, data, most, 0);
		ct_check(ct, hn_admin_ok(ct, 0, &cmd) == image.len, "SAVE with LEN at MDTS");
	}
	hn_resume(ct, VF);
}

static void save_or_load(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "load" : "save");
}

CT_ROW(bounds_mdts, .id = "COM/length-beyond-mdts-answers-002h", .reqs = "LM-COM-340",
       .given = "a suspended VF of a device with MDTS",
       .when = "SAVE_DATA or LOAD_DATA of more than MDTS allows",
       .expect = "002h, the VF as before; at MDTS SAVE succeeds",
       .needs = NEEDS | CT_CAP(CT_CAP_PF_OWNED), .flags = FLAGS, .cases = two_cases,
       .name = save_or_load, .run = beyond_mdts);

/* LOAD matches namespaces, it does not make them. */
static void namespaces_stay(struct ct *ct, unsigned int i)
{
	uint8_t list[2][LM_ID_SIZE], ns[2][LM_ID_SIZE], pf[2][LM_ID_SIZE];
	struct hn_image image, foreign;
	struct hn_section s;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 2);
	hn_scene_busy_life(ct, VF);
	hn_enable_io(ct, 2, 1, 8);
	hn_identify(ct, VF, NVME_CNS_ACTIVE_NS, 0, list[0]);
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 1, ns[0]);
	hn_identify(ct, 0, NVME_CNS_ACTIVE_NS, 0, pf[0]);
	image = hn_scene_saved(ct, VF);
	foreign = hn_image_copy(ct, &image);
	s = hn_image_find(ct, &foreign, LM_SEC_NAMESPACES);
	if (i == 0)
		foreign.bytes[s.payload + LM_NS_NSZE] ^= 0x10;
	else
		lm_put_le32(foreign.bytes + s.payload + s.len - LM_NS_SIZE + LM_NS_NSID, 9);
	hn_image_mend(&foreign);
	hn_load_status(ct, VF, &foreign, &cqe);
	ct_status(ct, &cqe, LM_SC_INCOMPATIBLE_IMAGE);
	hn_load(ct, VF, &image);
	hn_resume(ct, VF);
	hn_identify(ct, VF, NVME_CNS_ACTIVE_NS, 0, list[1]);
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 1, ns[1]);
	hn_identify(ct, 0, NVME_CNS_ACTIVE_NS, 0, pf[1]);
	ct_check(ct, !memcmp(list[0], list[1], LM_ID_SIZE) && !memcmp(pf[0], pf[1], LM_ID_SIZE),
		 "LOAD changed which namespaces are active");
	ct_check(ct, !memcmp(ns[0], ns[1], 16), "LOAD changed the size of a namespace");
	hn_write_read(ct, 2, 1, SLBA, 6);
}

CT_ROW(bounds_namespaces, .id = "IMG/load-makes-and-changes-no-namespace",
       .reqs = "LM-IMG-160 LM-SEC-010",
       .given = "a VF and images that name its namespaces otherwise",
       .when = "they are loaded, then the right one",
       .expect = "the namespaces of VF and PF are as before",
       .needs = NEEDS | CT_CAP(CT_CAP_REFERENCE_IMAGE), .flags = FLAGS, .cases = two_cases,
       .run = namespaces_stay);

/* Each status with its Do Not Retry bit. */
struct dnr {
	const char *name;
	uint16_t status;
	bool dnr;
};

static const struct dnr dnrs[] = {
	{ "001h-on-a-vf", 0x001, true },	 { "002h-vf-index", 0x002, true },
	{ "00ch-misfit", 0x00C, false },	 { "13ah-resume-of-active", 0x13A, false },
	{ "13ah-save-of-active", 0x13A, false }, { "1c0h-garbage", 0x1C0, true },
	{ "1c1h-other-vid", 0x1C1, true },
};

static unsigned int dnr_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(dnrs) / sizeof(dnrs[0]);
}

static void dnr_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", dnrs[i].name);
}

static void dnr(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	switch (i) {
	case 0:
		hn_enable(ct, VF);
		cmd = hn_lm_cmd(LM_OPC_SUSPEND, VF);
		hn_admin(ct, VF, &cmd, &cqe);
		break;
	case 1:
		hn_lm(ct, LM_OPC_SUSPEND, 0, &cqe);
		break;
	case 3:
		hn_lm(ct, LM_OPC_RESUME, VF, &cqe);
		break;
	case 4:
		hn_save_part(ct, VF, hn_mem(ct, 64), 64, 0, &cqe);
		break;
	default:
		image = hn_scene_saved(ct, VF);
		if (i == 2) {
			hn_load_part(ct, VF, image.bytes + 64, 64, 64, image.len, &cqe);
		} else if (i == 5) {
			memset(image.bytes, 0x11, image.len);
			hn_load_status(ct, VF, &image, &cqe);
		} else {
			if (!ct_has(ct, CT_CAP_REFERENCE_IMAGE))
				ct_not_applicable(ct, "the image's format is not known");
			image.bytes[LM_IMG_VID] ^= 1;
			hn_image_mend(&image);
			hn_load_status(ct, VF, &image, &cqe);
		}
		hn_resume(ct, VF);
		break;
	}
	ct_check(ct, cqe.status == dnrs[i].status, "status %03xh, not %03xh", cqe.status,
		 dnrs[i].status);
	ct_check(ct, cqe.dnr == dnrs[i].dnr, "status %03xh with DNR %d", cqe.status, cqe.dnr);
}

CT_ROW(bounds_dnr, .id = "COM/dnr-is-as-the-status-table-has-it", .reqs = "LM-COM-210 LM-COM-200",
       .given = "a VF", .when = "commands that end with each of the statuses",
       .expect = "DNR 1 with 001h, 002h, 1C0h, 1C1h; DNR 0 with 00Ch and 13Ah", .needs = NEEDS,
       .flags = FLAGS, .cases = dnr_cases, .name = dnr_name, .run = dnr);

/* A long transfer whose PRP list ends exactly where its page ends. */
static void list_at_page_end(struct ct *ct, unsigned int i)
{
	const unsigned int pages = 12;
	uint32_t block = 0, blocks, nsid = 1;
	uint64_t slba = SLBA;
	struct hn_buf list, data[12];
	struct hn_cmd cmd;
	struct hn_req *req;
	uint8_t id[LM_ID_SIZE];

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, 8);
	hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
	if (id[NVME_ID_MDTS] && (1u << id[NVME_ID_MDTS]) < pages)
		ct_not_applicable(ct, "MDTS allows less than %u pages", pages);
	block = hn_block_size(ct, VF, 1);
	blocks = pages * NVME_PAGE / block;
	req = hn_queue_write(ct, VF, 1, 1, SLBA, (uint16_t)blocks, 77);
	hn_ring(ct, VF, 1);
	hn_drain(ct, VF);
	hn_check_ok(ct, req);
	list = hn_buf(ct, NVME_PAGE);
	for (unsigned int k = pages; k-- > 0;)
		data[k] = hn_buf(ct, NVME_PAGE);
	for (unsigned int k = 1; k < pages; k++)
		lm_put_le64(list.p + NVME_PAGE - 8 * (pages - k), data[k].iova);
	hn_place(ct, &nsid, &slba, (uint16_t)blocks);
	cmd = hn_cmd(NVME_CMD_READ, nsid);
	cmd.raw = true;
	lm_put_le64(cmd.sqe + LM_SQE_PRP1, data[0].iova);
	lm_put_le64(cmd.sqe + LM_SQE_PRP2, list.iova + NVME_PAGE - 8 * (pages - 1));
	lm_put_le64(cmd.sqe + LM_SQE_CDW10, slba);
	lm_put_le32(cmd.sqe + LM_SQE_CDW12, blocks - 1);
	req = hn_queue(ct, VF, 1, &cmd);
	hn_ring(ct, VF, 1);
	ct_check(ct, hn_wait(ct, req)->status == LM_SC_SUCCESS, "the read ended with %03xh",
		 req->cqe.status);
	for (unsigned int k = 0; k < pages; k++) {
		uint8_t expected[NVME_PAGE];

		hn_pattern(expected, NVME_PAGE, block, slba + k * (NVME_PAGE / block), 77);
		ct_check(ct, memcmp(expected, data[k].p, NVME_PAGE) == 0,
			 "page %u of the read has other data than were written", k);
	}
}

CT_ROW(bounds_list, .id = "INV/long-transfer-by-a-list-that-ends-with-its-page-works",
       .reqs = "LM-INV-110", .given = "a VF, a PRP list whose last entry is the last of its page",
       .when = "twelve pages are read by it", .expect = "the data that were written",
       .needs = NEEDS, .flags = CT_ROW_WRITES, .run = list_at_page_end);

/* Dwords of completions that nobody defined. */
static void undefined_dwords(struct ct *ct, unsigned int i)
{
	static const char *const names[] = { "SUSPEND", "SAVE_DATA", "LOAD_DATA", "RESUME" };
	struct hn_image image;
	struct ct_cqe cqe[4];

	(void)i;
	hn_need_vfs(ct, 1);
	hn_lm(ct, LM_OPC_SUSPEND, VF, &cqe[0]);
	image = hn_save(ct, VF);
	hn_save_part(ct, VF, image.bytes, image.len, 0, &cqe[1]);
	hn_load_status(ct, VF, &image, &cqe[2]);
	hn_lm(ct, LM_OPC_RESUME, VF, &cqe[3]);
	for (unsigned int k = 0; k < 4; k++) {
		ct_status(ct, &cqe[k], LM_SC_SUCCESS);
		ct_check(ct, cqe[k].dw1 == 0, "%s: Dword 1 is %08xh", names[k], cqe[k].dw1);
		ct_check(ct, k == 1 || cqe[k].dw0 == 0, "%s: Dword 0 is %08xh", names[k],
			 cqe[k].dw0);
	}
	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, VF, &cqe[0]);
	ct_check(ct, (cqe[0].dw1 & ~3u) == 0, "QUERY_DATA_SIZE: Dword 1 is %08xh", cqe[0].dw1);
}

CT_ROW(bounds_dwords, .id = "COM/completion-dwords-without-meaning-are-0",
       .reqs = "LM-COM-060 LM-QRY-040", .given = "a VF",
       .when = "SUSPEND, SAVE_DATA, LOAD_DATA, RESUME and QUERY_DATA_SIZE succeed",
       .expect = "Dwords and bits that have no meaning are 0", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = undefined_dwords);
