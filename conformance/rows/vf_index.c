/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The VF index: which values name a VF, and that they name that one. */
#include <stdio.h>

#include "five.h"

/*
 * Values that name no VF. Those whose low byte is that of VF 1 find a device
 * that looks at eight bits, or at the bytes in the wrong order.
 */
enum bad {
	BAD_ZERO,
	BAD_NUM_PLUS_1,
	BAD_TOTAL,
	BAD_TOTAL_PLUS_1,
	BAD_00FF,
	BAD_0100,
	BAD_0101,
	BAD_8001,
	BAD_FFFF,
	BAD_COUNT
};

static const char *const bad_names[BAD_COUNT] = {
	[BAD_ZERO] = "0",	  [BAD_NUM_PLUS_1] = "NumVFs+1",
	[BAD_TOTAL] = "TotalVFs", [BAD_TOTAL_PLUS_1] = "TotalVFs+1",
	[BAD_00FF] = "00FFh",	  [BAD_0100] = "0100h",
	[BAD_0101] = "0101h",	  [BAD_8001] = "8001h",
	[BAD_FFFF] = "FFFFh",
};

static uint16_t bad_value(struct ct *ct, unsigned int k)
{
	static const uint16_t fixed[BAD_COUNT] = {
		[BAD_00FF] = 0x00FF, [BAD_0100] = 0x0100, [BAD_0101] = 0x0101,
		[BAD_8001] = 0x8001, [BAD_FFFF] = 0xFFFF,
	};
	const struct ct_info *info = &ct_target(ct)->info;

	switch (k) {
	case BAD_NUM_PLUS_1:
		return (uint16_t)(info->num_vfs + 1);
	case BAD_TOTAL:
		return (uint16_t)info->total_vfs;
	case BAD_TOTAL_PLUS_1:
		return (uint16_t)(info->total_vfs + 1);
	default:
		return fixed[k];
	}
}

static unsigned int bad_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * BAD_COUNT;
}

static void bad_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", five[i / BAD_COUNT].name, bad_names[i % BAD_COUNT]);
}

/* VF 1 is ready for the command, so that a wrongly read index would succeed on it. */
static void refused(struct ct *ct, const struct five *f, uint16_t index)
{
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	five_ready(ct, f->opc, 1);
	cmd = five_cmd(ct, f->opc, 1);
	lm_put_le16(cmd.sqe + LM_SQE_VF_INDEX, index);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	five_effect(ct, f->opc, 1, false, &cmd, &cqe, "the VF index names no VF");
	five_back(ct, 1);
}

static void bad_run(struct ct *ct, unsigned int i)
{
	uint16_t index = bad_value(ct, i % BAD_COUNT);

	hn_need_vfs(ct, 1);
	if (index >= 1 && index <= hn_num_vfs(ct))
		ct_not_applicable(ct, "%u names an enabled VF: NumVFs is %u", index,
				  hn_num_vfs(ct));
	refused(ct, &five[i / BAD_COUNT], index);
}

CT_ROW(bad_index, .id = "COM/vf-index-that-names-no-vf-is-refused",
       .reqs = "LM-COM-130 LM-COM-040 LM-DIS-200",
       .given = "VF 1 in the state in which the command succeeds",
       .when = "the VF index is 0 or above NumVFs", .expect = "002h with DNR and no effect",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = bad_cases, .name = bad_name, .run = bad_run);

/* ---- valid ones: each command reaches exactly the VF that is named ---- */

static unsigned int good_cases(struct ct *ct)
{
	unsigned int num = ct_target(ct)->info.num_vfs;

	return FIVE_COUNT * (num ? num : 1);
}

static void good_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	unsigned int num = good_cases(ct) / FIVE_COUNT;

	snprintf(buf, size, "%s-%u", five[i / num].name, i % num + 1);
}

static void good_run(struct ct *ct, unsigned int i)
{
	unsigned int num = good_cases(ct) / FIVE_COUNT, n;
	const struct five *f = &five[i / num];
	uint16_t vf = (uint16_t)(i % num + 1);
	struct hn_view others[CT_MAX_FUNCTIONS];
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	hn_need_vfs(ct, 1);
	five_ready(ct, f->opc, vf);
	cmd = five_cmd(ct, f->opc, vf);
	for (n = 1; n <= num && n < CT_MAX_FUNCTIONS; n++)
		if (n != vf)
			others[n] = hn_look(ct, (uint16_t)n);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	for (n = 1; n <= num && n < CT_MAX_FUNCTIONS; n++)
		if (n != vf)
			hn_check_same(ct, &others[n], "a command named another VF");
	five_effect(ct, f->opc, vf, true, &cmd, &cqe, "the VF index names this VF");
	five_back(ct, vf);
}

CT_ROW(good_index, .id = "DIS/vf-index-names-the-vf-with-that-vfn",
       .reqs = "LM-DIS-200 LM-DIS-210 LM-DIS-100 LM-STA-020 LM-CON-050",
       .given = "all VFs ACTIVE but the named one, which is ready for the command",
       .when = "the VF index is 1 to NumVFs",
       .expect = "success on that VF; all others stay as they are",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = good_cases, .name = good_name, .run = good_run);

/* ---- VFs not enabled ---- */

static unsigned int disabled_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * 2;
}

static void disabled_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-index-%u", five[i / 2].name, i % 2);
}

static void send_to_none(struct ct *ct, const struct five *f, uint16_t index)
{
	struct hn_cmd cmd = hn_lm_cmd(f->opc, index);
	uint8_t *data = hn_mem(ct, NVME_PAGE);
	struct ct_cqe cqe;

	if (f->dir != CT_DIR_NONE) {
		lm_put_le32(cmd.sqe + LM_SQE_LENGTH, NVME_PAGE);
		hn_cmd_data(&cmd, data, NVME_PAGE, f->dir);
	}
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
}

static void disabled_run(struct ct *ct, unsigned int i)
{
	unsigned int num = hn_num_vfs(ct);

	hn_set_num_vfs(ct, 0);
	send_to_none(ct, &five[i / 2], i % 2);
	hn_set_num_vfs(ct, num);
	if (num && ct_profile_proposal(ct))
		ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_ACTIVE,
			 "VF 1 does not come up ACTIVE after VF Enable was 0");
}

CT_ROW(disabled, .id = "COM/any-vf-index-is-refused-without-vf-enable",
       .reqs = "LM-COM-130 LM-STA-010", .given = "VF Enable cleared",
       .when = "a command names VF 0 or 1", .expect = "002h with DNR",
       .needs = CT_CAP(CT_CAP_NUM_VFS), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = disabled_cases,
       .name = disabled_name, .run = disabled_run);

static unsigned int one_each(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT;
}

static void one_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", five[i].name);
}

static void fewer_run(struct ct *ct, unsigned int i)
{
	unsigned int num = hn_num_vfs(ct);

	if (ct_target(ct)->info.total_vfs < 2)
		ct_not_applicable(ct, "the device has one VF");
	hn_set_num_vfs(ct, 0);
	hn_set_num_vfs(ct, 1);
	refused(ct, &five[i], 2);
	hn_set_num_vfs(ct, 0);
	hn_set_num_vfs(ct, num);
}

CT_ROW(fewer, .id = "COM/vf-index-above-numvfs-is-refused-though-below-totalvfs",
       .reqs = "LM-COM-130", .given = "NumVFs 1, VF 1 ready for the command",
       .when = "a command names VF 2", .expect = "002h with DNR and no effect on VF 1",
       .needs = CT_CAP(CT_CAP_NUM_VFS), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = one_each,
       .name = one_name, .run = fewer_run);

static void before_run(struct ct *ct, unsigned int i)
{
	struct ct_target *t = ct_target(ct);
	unsigned int fn, num = hn_num_vfs(ct);

	for (fn = 0; fn < CT_MAX_FUNCTIONS; fn++)
		hn_forget(ct, fn);
	if (t->ops->reset(t, 0, CT_RESET_CONVENTIONAL))
		ct_error(ct, "conventional reset: %s", t->error);
	send_to_none(ct, &five[i], 1);
	hn_set_num_vfs(ct, num);
}

CT_ROW(before_enable, .id = "COM/any-vf-index-is-refused-before-vf-enable", .reqs = "LM-COM-130",
       .given = "a conventional reset, after which VF Enable is 0", .when = "a command names VF 1",
       .expect = "002h with DNR",
       .needs = CT_CAP(CT_CAP_CONVENTIONAL) | CT_CAP(CT_CAP_NUM_VFS) | CT_CAP(CT_CAP_PF_OWNED),
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = one_each, .name = one_name, .run = before_run);
