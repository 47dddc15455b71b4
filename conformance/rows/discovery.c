/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What Identify data and logs announce, on the PF and on VFs. */
#include <stdio.h>
#include <string.h>

#include "five.h"

static const uint8_t *pf_id(struct ct *ct)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	return id;
}

/* Makes sure that commands reach the VF's own admin queue. */
static void open_vf(struct ct *ct, uint16_t vf)
{
	hn_need_vfs(ct, vf);
	if (ct_has(ct, CT_CAP_VF_REGS) && ct_has(ct, CT_CAP_DMA))
		hn_enable(ct, vf);
	else if (!ct_has(ct, CT_CAP_VF_ADMIN))
		ct_not_applicable(ct, "the target has no way to a VF's admin queue");
}

static bool is_zero(const uint8_t *p, unsigned int first, unsigned int last)
{
	for (; first <= last; first++)
		if (p[first])
			return false;
	return true;
}

static void capability_run(struct ct *ct, unsigned int i)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	const uint8_t *id = pf_id(ct);
	uint8_t byte = id[LM_ID_CAPABILITY];

	(void)i;
	if (byte != LM_CAPABILITY_SUPPORTED) {
		/* without our UUID the byte is the vendor's own */
		ct_check(ct,
			 byte == LM_CAPABILITY_NONE || memcmp(id + LM_ID_UUID, uuid, sizeof(uuid)),
			 "byte 3072 is %02Xh, which is reserved", byte);
		ct_not_applicable(ct, "live migration not supported: byte 3072 is %02Xh", byte);
	}
	ct_check(ct, hn_query(ct, 1) > 0, "QUERY_DATA_SIZE does not work");
}

CT_ROW(capability, .id = "DIS/pf-reports-the-capability", .reqs = "LM-DIS-010",
       .given = "a PF with the UUID of the proposal", .when = "Identify Controller is read",
       .expect = "byte 3072 is 00h, or 01h and QUERY_DATA_SIZE works", .flags = CT_ROW_FIVE,
       .run = capability_run);

static unsigned int five_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT;
}

static void five_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", five[i].name);
}

static void absent_run(struct ct *ct, unsigned int i)
{
	const uint8_t *id = pf_id(ct);
	struct hn_cmd cmd = hn_cmd(five[i].opc, 0);
	struct ct_cqe cqe;

	if (id[LM_ID_CAPABILITY] == LM_CAPABILITY_SUPPORTED)
		ct_not_applicable(ct, "byte 3072 is 01h: the device has the five commands");
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_OPCODE);
}

CT_ROW(absent, .id = "DIS/opcodes-are-invalid-without-the-capability", .reqs = "LM-DIS-110",
       .given = "a PF whose byte 3072 is not 01h", .when = "one of the five opcodes is sent",
       .expect = "001h", .flags = CT_ROW_FIVE, .cases = five_cases, .name = five_name,
       .run = absent_run);

static void bytes_run(struct ct *ct, unsigned int i)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	const uint8_t *id = pf_id(ct);
	uint32_t max = lm_get_le32(id + LM_ID_MAX_IMAGE);
	uint16_t limit = lm_get_le16(id + LM_ID_SUSPEND_LIMIT);

	switch (i) {
	case 0:
		ct_check(ct, !memcmp(id + LM_ID_UUID, uuid, sizeof(uuid)),
			 "bytes 3103:3088 are not the UUID");
		break;
	case 1:
		ct_check(ct, lm_get_le16(id + LM_ID_VERSION) >= 1, "the proposal version is 0");
		break;
	case 2:
		ct_check(ct, max && max % 4 == 0, "the largest image is %u bytes", max);
		break;
	case 3:
		ct_check(ct, limit >= LM_SUSPEND_LIMIT_MIN && limit <= LM_SUSPEND_LIMIT_MAX,
			 "the SUSPEND limit is %u", limit);
		break;
	default:
		ct_check(ct, !id[LM_ID_DIRTY_RANGES], "byte 3073 is %02Xh", id[LM_ID_DIRTY_RANGES]);
		ct_check(ct, is_zero(id, LM_ID_RESERVED, LM_ID_UUID - 1),
			 "bytes 3087:3082 are not zero");
	}
}

static unsigned int bytes_cases(struct ct *ct)
{
	(void)ct;
	return 5;
}

static void bytes_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "uuid", "version", "largest-image", "suspend-limit",
					     "reserved" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(bytes, .id = "DIS/proposal-bytes-are-well-formed",
       .reqs = "LM-DIS-030 LM-DIS-040 LM-DIS-050 LM-DIS-060 LM-DIS-070",
       .given = "a PF that implements the proposal", .when = "Identify Controller is read",
       .expect = "UUID, version, largest image and SUSPEND limit in their ranges, the rest zero",
       .flags = CT_ROW_LM, .cases = bytes_cases, .name = bytes_name, .run = bytes_run);

static void rfc_driver_run(struct ct *ct, unsigned int i)
{
	const uint8_t *id = pf_id(ct);
	uint32_t max = lm_get_le32(id + LM_ID_MAX_IMAGE);
	uint8_t mdts = id[NVME_ID_MDTS];

	(void)i;
	ct_check(ct, max, "the largest image is 0 bytes");
	ct_should(ct, max <= LM_RFC_IMAGE_MAX, "the largest image is %u bytes", max);
	ct_should(ct, !mdts || mdts > 19 || ((uint64_t)NVME_PAGE << mdts) >= max,
		  "MDTS %u does not allow an image of %u bytes", mdts, max);
}

CT_ROW(rfc_driver, .id = "DIS/a-driver-of-2022-can-move-the-largest-image", .reqs = "LM-DIS-055",
       .given = "a PF that implements the proposal", .when = "Identify Controller is read",
       .expect = "largest image at most 256 KiB, and MDTS allows it", .flags = CT_ROW_LM,
       .run = rfc_driver_run);

static void vf_bytes_run(struct ct *ct, unsigned int i)
{
	uint16_t vf = (uint16_t)(i + 1);
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	open_vf(ct, vf);
	hn_identify(ct, vf, NVME_CNS_CONTROLLER, 0, id);
	ct_check(ct, !id[LM_ID_CAPABILITY], "byte 3072 of VF %u is %02Xh", vf,
		 id[LM_ID_CAPABILITY]);
	ct_check(ct, is_zero(id, LM_ID_DIRTY_RANGES, LM_ID_END - 1),
		 "bytes 3103:3073 of VF %u are not zero", vf);
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

CT_ROW(vf_bytes, .id = "DIS/a-vf-reports-no-capability", .reqs = "LM-DIS-020",
       .given = "an enabled VF", .when = "its Identify Controller is read",
       .expect = "bytes 3103:3072 are zero", .flags = CT_ROW_LM, .cases = vf_cases, .name = vf_name,
       .run = vf_bytes_run);

/* ---- the five on a VF's own queue ---- */

enum own_when {
	OWN_BEFORE, /* no command named a VF so far */
	OWN_BETWEEN, /* VF 2 is SUSPENDED */
	OWN_AFTER, /* VF 1 was suspended and resumed */
	OWN_COUNT
};

static unsigned int own_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * OWN_COUNT * 3;
}

static void own_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const when[] = { "before", "between", "after" };

	(void)ct;
	snprintf(buf, size, "%s-%s-index-%u", five[i / 3 / OWN_COUNT].name, when[i / 3 % OWN_COUNT],
		 i % 3);
}

static void own_run(struct ct *ct, unsigned int i)
{
	const struct five *f = &five[i / 3 / OWN_COUNT];
	enum own_when when = i / 3 % OWN_COUNT;
	uint8_t *data = hn_mem(ct, NVME_PAGE);
	struct hn_cmd cmd = hn_lm_cmd(f->opc, i % 3);
	struct hn_view one, two;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 2);
	open_vf(ct, 1);
	if (when == OWN_BETWEEN)
		hn_suspend(ct, 2);
	if (when == OWN_AFTER) {
		hn_suspend(ct, 1);
		hn_resume(ct, 1);
	}
	if (f->dir != CT_DIR_NONE) {
		lm_put_le32(cmd.sqe + LM_SQE_LENGTH, NVME_PAGE);
		hn_cmd_data(&cmd, data, NVME_PAGE, f->dir);
	}
	one = hn_look(ct, 1);
	one.has_journal = false; /* it does fetch and complete this command */
	two = hn_look(ct, 2);
	hn_admin(ct, 1, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_OPCODE);
	hn_check_same(ct, &one, "one of the five on VF 1's own queue");
	hn_check_same(ct, &two, "one of the five on VF 1's own queue");
	if (when == OWN_BETWEEN)
		hn_resume(ct, 2);
}

CT_ROW(own_queue, .id = "DIS/the-five-are-invalid-on-a-vf",
       .reqs = "LM-DIS-120 LM-DIS-125 LM-COM-010 LM-SEC-120",
       .given = "VF 1 enabled; before, between and after commands of the PF for VFs",
       .when = "VF 1 sends one of the five on its own admin queue",
       .expect = "001h with DNR, and no effect on any VF", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = own_cases, .name = own_name, .run = own_run);

/* ---- Commands Supported and Effects ---- */

static void effects_run(struct ct *ct, unsigned int i)
{
	uint8_t *log = hn_mem(ct, NVME_PAGE);
	uint32_t e;

	hn_get_log(ct, 0, NVME_LOG_EFFECTS, NVME_NSID_ALL, log, NVME_PAGE);
	e = lm_get_le32(log + 4 * five[i].opc);
	ct_check(ct, e & 1, "CSUPP of %02Xh is 0", five[i].opc);
	ct_check(ct, e == 1, "the effects of %02Xh are %08Xh", five[i].opc, e);
}

CT_ROW(effects, .id = "DIS/effects-log-of-the-pf-lists-the-five-without-effects",
       .reqs = "LM-DIS-130", .given = "a PF with the capability", .when = "log page 05h is read",
       .expect = "CSUPP 1 and all effect bits 0", .flags = CT_ROW_LM, .cases = five_cases,
       .name = five_name, .run = effects_run);

static void vf_effects_run(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_LOG, NVME_NSID_ALL);
	uint8_t *log = hn_mem(ct, NVME_PAGE);
	struct ct_cqe cqe;
	unsigned int k;

	(void)i;
	open_vf(ct, 1);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_LOG_EFFECTS | (NVME_PAGE / 4 - 1) << 16);
	hn_cmd_data(&cmd, log, NVME_PAGE, CT_DIR_TO_HOST);
	hn_admin(ct, 1, &cmd, &cqe);
	if (cqe.status != LM_SC_SUCCESS)
		ct_not_applicable(ct, "the VF has no log page 05h (%03Xh)", cqe.status);
	for (k = 0; k < FIVE_COUNT; k++)
		ct_check(ct, !lm_get_le32(log + 4 * five[k].opc), "a VF lists %02Xh", five[k].opc);
}

CT_ROW(vf_effects, .id = "DIS/effects-log-of-a-vf-does-not-list-the-five", .reqs = "LM-DIS-140",
       .given = "an enabled VF", .when = "its log page 05h is read",
       .expect = "CSUPP 0 for the five", .flags = CT_ROW_LM, .run = vf_effects_run);

/* ---- Secondary Controller List ---- */

#define SEC_ENTRY(list, n) ((list) + 32 * ((n) + 1))
#define SEC_SCID 0
#define SEC_SCS 4
#define SEC_VFN 8
#define SEC_NVQ 10
#define SEC_NVI 12

static uint8_t *secondary(struct ct *ct)
{
	uint8_t *list = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 0, NVME_CNS_SECONDARY, 0, list);
	return list;
}

static void secondary_run(struct ct *ct, unsigned int i)
{
	unsigned int n, total = ct_target(ct)->info.total_vfs, num = hn_num_vfs(ct);
	const uint8_t *list = secondary(ct), *id = pf_id(ct);
	uint32_t seen[8] = { 0 };

	(void)i;
	if (!total)
		ct_not_applicable(ct, "the target does not tell TotalVFs");
	ct_check(ct, list[0] == total, "the list has %u entries, TotalVFs is %u", list[0], total);
	for (n = 0; n < list[0]; n++) {
		const uint8_t *e = SEC_ENTRY(list, n);
		uint16_t vfn = lm_get_le16(e + SEC_VFN);

		ct_check(ct, vfn >= 1 && vfn <= total && vfn < 256, "entry %u has VFN %u", n, vfn);
		ct_check(ct, !(seen[vfn / 32] & 1u << vfn % 32), "VFN %u is listed twice", vfn);
		seen[vfn / 32] |= 1u << vfn % 32;
		ct_check(ct, e[SEC_SCS] == (vfn <= num), "VFN %u of %u enabled has state %u", vfn,
			 num, e[SEC_SCS]);
		ct_check(ct, !lm_get_le16(e + SEC_NVQ) && !lm_get_le16(e + SEC_NVI),
			 "VFN %u has flexible resources", vfn);
		ct_check(ct, lm_get_le16(e + SEC_SCID) != lm_get_le16(id + NVME_ID_CNTLID),
			 "VFN %u has the PF's controller identifier", vfn);
	}
}

CT_ROW(secondary_list, .id = "DIS/secondary-controller-list-has-every-vf",
       .reqs = "LM-DIS-220 LM-DIS-230", .given = "some VFs enabled", .when = "CNS 15h is read",
       .expect = "TotalVFs entries with VFN 1 to TotalVFs, online up to NumVFs", .flags = CT_ROW_LM,
       .run = secondary_run);

static void secondary_num_run(struct ct *ct, unsigned int i)
{
	unsigned int n, total = ct_target(ct)->info.total_vfs, num = hn_num_vfs(ct);
	const uint8_t *list;

	if (i > total)
		ct_not_applicable(ct, "TotalVFs is %u", total);
	hn_set_num_vfs(ct, 0);
	if (i)
		hn_set_num_vfs(ct, i);
	list = secondary(ct);
	ct_check(ct, list[0] == total, "the list has %u entries, TotalVFs is %u", list[0], total);
	for (n = 0; n < list[0]; n++) {
		const uint8_t *e = SEC_ENTRY(list, n);

		ct_check(ct, e[SEC_SCS] == (lm_get_le16(e + SEC_VFN) <= i),
			 "with NumVFs %u the state of VFN %u is %u", i, lm_get_le16(e + SEC_VFN),
			 e[SEC_SCS]);
	}
	hn_set_num_vfs(ct, 0);
	if (num)
		hn_set_num_vfs(ct, num);
}

static unsigned int num_cases(struct ct *ct)
{
	return ct_target(ct)->info.total_vfs + 1;
}

static void num_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "NumVFs-%u", i);
}

CT_ROW(secondary_num, .id = "DIS/secondary-controllers-are-online-up-to-numvfs",
       .reqs = "LM-DIS-230", .given = "NumVFs 0 to TotalVFs", .when = "CNS 15h is read",
       .expect = "state 1 up to NumVFs, 0 above", .needs = CT_CAP(CT_CAP_NUM_VFS),
       .flags = CT_ROW_LM, .cases = num_cases, .name = num_name, .run = secondary_num_run);

static void secondary_cntlid_run(struct ct *ct, unsigned int i)
{
	const uint8_t *list = secondary(ct);
	uint16_t vf = (uint16_t)(i + 1);
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);
	unsigned int n = 0;

	open_vf(ct, vf);
	while (n < list[0] && lm_get_le16(SEC_ENTRY(list, n) + SEC_VFN) != vf)
		n++;
	ct_check(ct, n < list[0], "VFN %u is not listed", vf);
	hn_identify(ct, vf, NVME_CNS_CONTROLLER, 0, id);
	ct_check(ct, lm_get_le16(id + NVME_ID_CNTLID) == lm_get_le16(SEC_ENTRY(list, n) + SEC_SCID),
		 "VF %u has CNTLID %u, its entry %u", vf, lm_get_le16(id + NVME_ID_CNTLID),
		 lm_get_le16(SEC_ENTRY(list, n) + SEC_SCID));
}

CT_ROW(secondary_cntlid, .id = "DIS/vf-index-and-controller-identifier-agree",
       .reqs = "LM-DIS-220 LM-DIS-210", .given = "a VF with its own identity",
       .when = "its CNTLID is compared with the entry of its VFN", .expect = "equal",
       .flags = CT_ROW_LM, .cases = vf_cases, .name = vf_name, .run = secondary_cntlid_run);

static void secondary_view_run(struct ct *ct, unsigned int i)
{
	const uint8_t *before = secondary(ct), *after;

	(void)i;
	hn_need_vfs(ct, 2);
	open_vf(ct, 1);
	hn_migrate(ct, 1, 2);
	after = secondary(ct);
	ct_check(ct, !memcmp(before, after, LM_ID_SIZE),
		 "the Secondary Controller List changed by a migration from VF 1 to VF 2");
	hn_suspend(ct, 2);
	hn_flr(ct, 2);
	hn_flr(ct, 1);
}

CT_ROW(secondary_view, .id = "DIS/secondary-controller-list-keeps-physical-identifiers",
       .reqs = "LM-DIS-240 LM-INV-080", .given = "VF 1 with an identity of its own",
       .when = "it migrates to VF 2", .expect = "the PF's list stays as it was",
       .needs = CT_CAP(CT_CAP_FLR), .flags = CT_ROW_FIVE | CT_ROW_LM, .run = secondary_view_run);
