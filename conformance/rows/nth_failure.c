// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * The main scenario with its n-th transfer failing, for every n. Any command
 * may then end with an error, and a controller that cannot reach its own
 * queues may report a fatal status; but the device must stay usable, nothing
 * may be half done, and a reset must clean up.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES | CT_ROW_LONG)
#define SLBA 2048
#define STRIPES 32u
#define MOST_CALLS 4096

static void arm(struct ct *ct, unsigned int n, unsigned int *seen)
{
	struct ct_target *t = ct_target(ct);

	if (n)
		ct_trace(ct, "transfer %u of the device from here on fails", n);
	if (t->ops->fail_nth(t, n, seen) < 0)
		ct_error(ct, "fail_nth: %s", t->error);
}

static bool fatal(struct ct *ct, unsigned int fn)
{
	return hn_read32(ct, fn, NVME_REG_CSTS) & NVME_CSTS_CFS;
}

/* A command of the PF with any outcome; false where the PF died of the failure. */
static bool attempt(struct ct *ct, const struct hn_cmd *cmd, uint16_t *status)
{
	struct hn_req *req;

	req = hn_start(ct, 0, cmd);
	if (!hn_wait_for(ct, req, hn_timeout(ct))) {
		ct_check(ct, fatal(ct, 0),
			 "opcode %02xh did not complete and the PF reports no fatal status",
			 cmd->sqe[LM_SQE_OPC]);
		return false;
	}
	*status = req->cqe.status;
	return true;
}

static bool is_transfer_error(uint16_t status)
{
	return status == LM_SC_SUCCESS || status == LM_SC_DATA_TRANSFER || status == LM_SC_INTERNAL;
}

/*
 * SUSPEND, SAVE, LOAD on VF 2, RESUME there, with reads under way. Ends where
 * the failure leads elsewhere.
 */
static void scenario(struct ct *ct, const struct hn_image *reference, struct hn_image *out,
		     unsigned int parts)
{
	uint32_t part = (reference->len / parts + 3) & ~3u;
	struct hn_cmd cmd;
	uint16_t status;

	for (unsigned int k = 0; k < 4; k++)
		hn_queue_read(ct, 1, 1, 1, SLBA + k, 1);
	hn_ring(ct, 1, 1);
	hn_settle(ct);
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, 1);
	if (!attempt(ct, &cmd, &status))
		return;
	ct_check(ct, is_transfer_error(status),
		 "SUSPEND ended with %03Xh %s, has to be 000h, 004h or 006h", status,
		 ct_status_title(status));
	if (status)
		return;
	for (uint32_t at = 0; at < reference->len; at += part) {
		cmd = hn_save_cmd(1, out->bytes + at,
				  part < reference->len - at ? part : reference->len - at, at);
		if (!attempt(ct, &cmd, &status))
			return;
		ct_check(ct, is_transfer_error(status),
			 "SAVE ended with %03Xh %s, has to be 000h, 004h or 006h", status,
			 ct_status_title(status));
		if (status) {
			ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_SUSPENDED,
				 "a SAVE that failed changed the VF's state");
			return;
		}
	}
	out->len = reference->len;
	cmd = hn_lm_cmd(LM_OPC_SUSPEND, 2);
	if (!attempt(ct, &cmd, &status) || status)
		return;
	for (uint32_t at = 0; at < out->len; at += part) {
		cmd = hn_load_cmd(2, out->bytes + at, part < out->len - at ? part : out->len - at,
				  at, parts > 1 ? out->len : 0);
		if (!attempt(ct, &cmd, &status))
			return;
		ct_check(ct, is_transfer_error(status),
			 "LOAD ended with %03Xh %s, has to be 000h, 004h or 006h", status,
			 ct_status_title(status));
		if (status) {
			ct_check(ct, hn_vf_state(ct, 2) == LM_STATE_SUSPENDED,
				 "a LOAD that failed changed the VF's state");
			ct_check(ct, !(hn_read32(ct, 2, NVME_REG_CC) & NVME_CC_EN),
				 "a LOAD that failed took effect");
			return;
		}
	}
	cmd = hn_lm_cmd(LM_OPC_RESUME, 2);
	if (attempt(ct, &cmd, &status))
		ct_check(ct, is_transfer_error(status),
			 "RESUME ended with %03Xh %s, has to be 000h, 004h or 006h", status,
			 ct_status_title(status));
	hn_settle(ct);
}

static void set_up(struct ct *ct)
{
	hn_need_vfs(ct, 2);
	hn_enable(ct, 0);
	hn_enable_io(ct, 1, 1, 8);
	hn_write_read(ct, 1, 1, SLBA, 3);
}

/* Whatever happened: resets bring everything back. */
static void usable_again(struct ct *ct)
{
	if (fatal(ct, 0)) {
		hn_disable(ct, 0);
		hn_enable(ct, 0);
	}
	for (unsigned int vf = 1; vf <= 2; vf++) {
		hn_flr(ct, vf);
		ct_check(ct, hn_vf_state(ct, (uint16_t)vf) == LM_STATE_ACTIVE,
			 "VF %u is not ACTIVE after a Function Level Reset", vf);
		hn_enable_io(ct, vf, 1, 8);
		hn_write_read(ct, vf, 1, SLBA + vf, vf);
	}
}

static void every_nth(struct ct *ct, unsigned int i)
{
	struct hn_image reference, out;
	unsigned int n, calls = 0;

	set_up(ct);
	reference = hn_scene_saved(ct, 1);
	hn_resume(ct, 1);
	for (n = i % STRIPES + 1; n < MOST_CALLS; n += STRIPES) {
		ct_before_case(ct);
		set_up(ct);
		hn_expect_faults(ct);
		out = (struct hn_image){ hn_mem(ct, reference.len), 0 };
		arm(ct, n, NULL);
		scenario(ct, &reference, &out, i / STRIPES ? 3 : 1);
		arm(ct, 0, &calls);
		usable_again(ct);
		if (calls < n)
			break;
	}
	ct_check(ct, n < MOST_CALLS, "the scenario has no end");
	ct_check(ct, calls < n, "the failure came to nothing");
	if (i % STRIPES == 0)
		ct_check(ct, n > 1, "no transfer could be made to fail");
}

static unsigned int stripes(struct ct *ct)
{
	(void)ct;
	return 2 * STRIPES;
}

static void stripe_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-transfers-%u-modulo-%u", i / STRIPES ? "in-parts" : "whole",
		 i % STRIPES + 1, STRIPES);
}

CT_ROW(nth_failure, .id = "COM/any-transfer-may-fail-and-resets-clean-up",
       .reqs = "LM-COM-320 LM-COM-040 LM-SAV-130 LM-LOD-100 LM-RST-010 LM-SEC-030",
       .given = "a VF with reads under way",
       .when = "it is migrated, its image whole or in three parts, and the n-th transfer fails, for every n",
       .expect =
	       "commands end with success, 004h or 006h, nothing is half done, resets make all usable",
       .needs = CT_CAP(CT_CAP_FAIL_NTH) | CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_VF_REGS) |
		CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_FLR),
       .flags = FLAGS, .cases = stripes, .name = stripe_name, .run = every_nth);
