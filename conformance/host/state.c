/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Bringing a VF into each state, and back. */
#include "internal.h"

static void need(struct ct *ct, enum ct_cap cap, const char *why)
{
	if (!ct_has(ct, cap))
		ct_not_applicable(ct, "DRAINING cannot be reached: %s", why);
}

static void reach_draining(struct ct *ct, uint16_t vf, struct hn_req **pending)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SUSPEND, vf);
	struct hn_fn *f = hn_function(ct, vf);
	uint16_t qid;

	need(ct, CT_CAP_MEDIA, "the target cannot stall the media");
	need(ct, CT_CAP_VF_REGS, "the target does not reach the VF's registers");
	need(ct, CT_CAP_DMA, "the target has no DMA memory");
	need(ct, CT_CAP_PF_OWNED,
	     "the PF's queue is not the suite's, so SUSPEND cannot be left pending");
	for (qid = 1; qid < HN_MAX_QID && !f->sq[qid].created;)
		qid++;
	if (qid == HN_MAX_QID) {
		hn_enable_io(ct, vf, 1, 16);
		qid = 1;
	}
	hn_host.draining = hn_queue_read(ct, vf, qid, 1, 0, 1);
	hn_media(ct, CT_MEDIA_STALL, 0, false);
	hn_ring(ct, vf, qid);
	hn_settle(ct);
	*pending = hn_start(ct, 0, &cmd);
	hn_settle(ct);
	ct_check(ct, !hn_poll(ct, *pending),
		 "SUSPEND of VF %u completed (%03Xh) with a read in flight", vf,
		 (*pending)->cqe.status);
}

static void reach_loading(struct ct *ct, uint16_t vf)
{
	struct ct_cqe cqe;
	uint32_t part;

	hn_suspend(ct, vf);
	hn_host.staged = hn_save(ct, vf);
	part = hn_host.staged.len / 8 * 4;
	if (!part)
		ct_not_applicable(ct, "an image of %u bytes has no two parts", hn_host.staged.len);
	hn_load_part(ct, vf, hn_host.staged.bytes, part, 0, hn_host.staged.len, &cqe);
	ct_check(ct, cqe.status == LM_SC_SUCCESS,
		 "LOAD_DATA of the first part ended %03Xh %s, has to succeed", cqe.status,
		 ct_status_title(cqe.status));
}

const struct hn_image *hn_staged(struct ct *ct)
{
	(void)ct;
	return &hn_host.staged;
}

void hn_reach(struct ct *ct, uint16_t vf, unsigned int state, struct hn_req **pending)
{
	*pending = NULL;
	if (state == LM_STATE_DRAINING)
		reach_draining(ct, vf, pending);
	else if (state == LM_STATE_SUSPENDED)
		hn_suspend(ct, vf);
	else if (state == LM_STATE_LOADING)
		reach_loading(ct, vf);
}

void hn_leave(struct ct *ct, uint16_t vf, struct hn_req *pending)
{
	struct ct_cqe cqe;

	if (pending) {
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
		if (pending->fn == 0)
			hn_wait(ct, pending);
	}
	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, vf, &cqe);
	if (cqe.status == LM_SC_SEQUENCE)
		hn_suspend(ct, vf);
	else if (cqe.status != LM_SC_SUCCESS || (cqe.dw1 & 3) == LM_STATE_ACTIVE)
		return;
	hn_resume(ct, vf);
	if (hn_function(ct, vf)->enabled)
		hn_drain(ct, vf);
}
