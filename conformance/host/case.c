/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What happens around each case, and time. */
#include <string.h>

#include "internal.h"

struct hn hn_host;
uint64_t hn_suspend_limit;

void hn_must(struct ct *ct, int ret, const char *what)
{
	if (ret < 0)
		ct_error(ct, "%s: %s", what, hn_host.target->error);
}

uint64_t hn_now(struct ct *ct)
{
	(void)ct;
	return hn_host.target->ops->now(hn_host.target);
}

void hn_advance(struct ct *ct, uint64_t ns)
{
	hn_must(ct, hn_host.target->ops->advance(hn_host.target, ns), "letting time pass");
}

bool hn_step(struct ct *ct)
{
	bool more = false;

	hn_must(ct, hn_host.target->ops->step(hn_host.target, &more), "step");
	return more;
}

void hn_settle(struct ct *ct)
{
	unsigned int bound = 1000000;

	if (!hn_has(ct, STEP)) {
		hn_advance(ct, 5 * HN_MS);
		return;
	}
	while (hn_step(ct))
		if (!--bound)
			ct_hung(ct, "the device finds work for ever and no time passes");
}

uint64_t hn_timeout(struct ct *ct)
{
	(void)ct;
	return (hn_suspend_limit ? hn_suspend_limit : 60 * HN_S) + 5 * HN_S;
}

/*
 * Whether a VF that the last case touched has to be reset: an image may have
 * given it another's identity, or its state is not known to be ACTIVE. What is
 * left then goes by CC.EN. A reset of hardware takes 100 ms.
 */
static bool needs_reset(unsigned int vf)
{
	uint32_t bit = 1u << vf;

	return hn_host.touched & bit && (hn_host.loaded & bit || !(hn_host.active & bit));
}

/* Without fresh(): VFs that the last case touched are made to run again. */
static void recover(struct ct *ct)
{
	struct ct_target *t = hn_host.target;
	struct ct_cqe cqe;
	unsigned int vf;

	for (vf = 1; vf <= t->info.num_vfs && vf < CT_MAX_FUNCTIONS; vf++) {
		if (!needs_reset(vf))
			continue;
		if (hn_has(ct, FLR)) {
			hn_flr(ct, vf);
		} else if (hn_has(ct, PF_PASSTHRU) || hn_owns(ct, 0)) {
			hn_lm(ct, LM_OPC_SUSPEND, (uint16_t)vf, &cqe);
			hn_lm(ct, LM_OPC_RESUME, (uint16_t)vf, &cqe);
		}
	}
}

/* A case may have changed it, and may not have come to its own end. */
static void recover_num_vfs(struct ct *ct)
{
	static unsigned int at_first;
	static bool known;

	if (!known)
		at_first = hn_num_vfs(ct);
	known = true;
	if (hn_num_vfs(ct) != at_first)
		hn_set_num_vfs(ct, at_first);
}

/* Once in each process: the runner asks for Identify data in a process of its own. */
static void learn_limit(struct ct_target *t)
{
	static bool asked;
	uint8_t id[LM_ID_SIZE];

	if (asked)
		return;
	ct_probe_identify(t, id);
	/* a process that was lost may have left something in force */
	hn_host.media_set = hn_host.fault_set = true;
	asked = true;
}

void ct_before_case(struct ct *ct)
{
	struct ct_target *t = ct_target(ct);
	unsigned int fn;

	hn_host.target = t;
	hn_host.quiet = false;
	if (t->ops->driver)
		t->ops->driver->start_over(ct, t);
	learn_limit(t);
	if (hn_has(ct, FRESH)) {
		hn_must(ct, t->ops->fresh(t), "bringing the device to power-on state");
	} else {
		hn_fence_drop(ct);
		/* hung, shut down or in order: what follows starts it anew */
		if (hn_host.fn[0].enabled)
			hn_disable(ct, 0);
		hn_faults_end(ct);
		if (hn_has(ct, NUM_VFS))
			recover_num_vfs(ct);
		recover(ct);
		for (fn = 0; fn < CT_MAX_FUNCTIONS; fn++)
			if (hn_host.fn[fn].enabled)
				hn_disable(ct, fn);
	}
	hn_free_all(ct);
	memset(hn_host.fn, 0, sizeof(hn_host.fn));
	memset(&hn_host.staged, 0, sizeof(hn_host.staged));
	memset(hn_host.block_size, 0, sizeof(hn_host.block_size));
	hn_host.draining = NULL;
	hn_host.seq = 0;
	hn_host.completed = 0;
	hn_host.next_cid = 1;
	hn_host.touched = 0;
	hn_host.loaded = 0;
	hn_host.active = 0;
	hn_host.faults_expected = false;
	/* a journal that is read by command is not started anew */
	if (!t->info.fault_commands)
		hn_host.last_seq = 0;
	hn_host.case_mark = hn_has(ct, JOURNAL) ? hn_mark(ct) : 0;
}

void hn_expect_faults(struct ct *ct)
{
	(void)ct;
	hn_host.faults_expected = true;
}

static void check_states(struct ct *ct)
{
	struct ct_cqe cqe;
	unsigned int vf;

	for (vf = 1; vf <= hn_num_vfs(ct) && vf < CT_MAX_FUNCTIONS; vf++) {
		if (!(hn_host.touched & 1u << vf))
			continue;
		hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, (uint16_t)vf, &cqe);
		if (cqe.status != LM_SC_SUCCESS && cqe.status != LM_SC_SEQUENCE)
			continue;
		if ((cqe.dw1 & 3) != LM_STATE_ACTIVE)
			ct_check(ct, false, "the row leaves VF %u %s", vf,
				 hn_state_name(cqe.dw1 & 3));
		hn_host.active |= 1u << vf;
	}
}

/* Entries that nobody waited for must belong to somebody, too. */
static void reap_leftovers(struct ct *ct)
{
	unsigned int fn;
	uint16_t qid;

	if (hn_has(ct, STEP))
		hn_settle(ct);
	for (fn = 0; fn < CT_MAX_FUNCTIONS; fn++)
		for (qid = 0; qid < HN_MAX_QID; qid++)
			if (hn_host.fn[fn].cq[qid].created)
				hn_reap(ct, fn, qid);
}

void ct_after_case(struct ct *ct)
{
	struct ct_event ev;

	reap_leftovers(ct);
	hn_fence_end(ct);
	if (hn_has(ct, GUARD) && hn_has(ct, JOURNAL) && !hn_host.faults_expected &&
	    hn_faults(ct, hn_host.case_mark, &ev))
		ct_check(ct, false,
			 "function %u touched %u bytes at %llxh, outside all buffers it was given",
			 ev.fn, ev.len, (unsigned long long)ev.addr);
	hn_check_blocks(ct);
	if (hn_has(ct, JOURNAL))
		hn_check_transfers(ct);
	if (!(ct_row(ct)->flags & CT_ROW_KEEPS_STATE) && ct_profile_proposal(ct) && hn_host.touched)
		check_states(ct);
	if (ct_target(ct)->ops->driver)
		ct_target(ct)->ops->driver->start_over(ct, ct_target(ct));
}
