/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Quiesce without a journal (LM-IOF-010): from the completion of SUSPEND until
 * RESUME is submitted the VF's memory is fenced off, its CQs must not change,
 * and its vectors must stay silent. What reaches for the memory all the same the
 * target sees. A target without CT_CAP_FENCE is not touched by any of this.
 */
#include <string.h>

#include "image.h"
#include "internal.h"

/* The kernel's log is written a little later. */
#define SETTLE_NS HN_MS

static uint32_t bit(unsigned int fn)
{
	return 1u << fn;
}

/* All CQ memory of a function, by its content. */
static uint32_t cq_crc(const struct hn_fn *f)
{
	uint32_t crc = 0;

	for (unsigned int qid = 0; qid < HN_MAX_QID; qid++)
		if (f->cq[qid].created)
			crc = hn_crc32c(crc, f->cq[qid].mem.p,
					(uint32_t)f->cq[qid].entries * LM_CQE_SIZE);
	return crc;
}

static uint64_t irqs_now(struct ct *ct, unsigned int fn)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < hn_host.fn[fn].vectors; i++)
		sum += hn_irqs_now(ct, fn, i);
	return sum;
}

/* What was sent before is counted by then. */
static uint64_t irqs(struct ct *ct, unsigned int fn)
{
	uint64_t sum = irqs_now(ct, fn), last;
	unsigned int bound = 20;

	do {
		last = sum;
		if (hn_host.fn[fn].vectors)
			hn_advance(ct, SETTLE_NS);
		sum = irqs_now(ct, fn);
	} while (sum != last && --bound);
	return sum;
}

void hn_fence_up(struct ct *ct, unsigned int vf)
{
	struct ct_target *t = hn_host.target;
	struct hn_watch *w;

	if (!hn_has(ct, FENCE) || vf >= CT_MAX_FUNCTIONS || hn_host.fenced & bit(vf))
		return;
	/* RESUME was queued behind it and may have been executed by now */
	if (hn_resume_pending(vf))
		return;
	hn_must(ct, t->ops->fence(t, vf, true), "taking the VF's memory away");
	hn_host.fenced |= bit(vf);
	hn_host.was_fenced = true;
	w = &hn_host.watch[vf];
	w->queues = hn_host.fn[vf].enabled;
	if (!w->queues)
		return;
	w->crc = cq_crc(&hn_host.fn[vf]);
	w->irqs = irqs(ct, vf);
}

void hn_fence_moved(unsigned int fn)
{
	hn_host.watch[fn].queues = false;
}

static void check_hits(struct ct *ct, unsigned int fn)
{
	struct ct_target *t = hn_host.target;
	uint64_t hits = 0, addr = 0;

	hn_must(ct, t->ops->fence_hits(t, fn, &hits, &addr), "looking for refused transfers");
	if (hits && !hn_host.faults_expected)
		ct_check(ct, false,
			 "the IOMMU refused function %u %llu transfers, the first at %llxh%s", fn,
			 (unsigned long long)hits, (unsigned long long)addr,
			 hn_host.fenced & bit(fn) ? ", while it was suspended" : "");
}

static void check(struct ct *ct, unsigned int vf)
{
	const struct hn_watch *w = &hn_host.watch[vf];

	check_hits(ct, vf);
	if (!w->queues || !hn_host.fn[vf].enabled)
		return;
	ct_check(ct, cq_crc(&hn_host.fn[vf]) == w->crc,
		 "a completion queue of VF %u changed while it was suspended", vf);
	ct_check(ct, irqs_now(ct, vf) == w->irqs, "VF %u sent an interrupt while it was suspended",
		 vf);
}

void hn_fence_down(struct ct *ct, unsigned int vf)
{
	struct ct_target *t = hn_host.target;

	if (vf >= CT_MAX_FUNCTIONS || !(hn_host.fenced & bit(vf)))
		return;
	check(ct, vf);
	hn_host.fenced &= ~bit(vf);
	hn_must(ct, t->ops->fence(t, vf, false), "giving the VF its memory back");
}

void hn_fence_down_all(struct ct *ct)
{
	for (unsigned int vf = 1; hn_host.fenced && vf < CT_MAX_FUNCTIONS; vf++)
		hn_fence_down(ct, vf);
}

void hn_fence_end(struct ct *ct)
{
	if (!hn_has(ct, FENCE))
		return;
	if (hn_host.was_fenced)
		hn_advance(ct, SETTLE_NS);
	for (unsigned int fn = 0; fn < CT_MAX_FUNCTIONS; fn++) {
		if (hn_host.fenced & bit(fn))
			check(ct, fn);
		else
			check_hits(ct, fn);
	}
}

void hn_fence_drop(struct ct *ct)
{
	struct ct_target *t = hn_host.target;
	uint64_t hits, addr;

	for (unsigned int fn = 0; hn_has(ct, FENCE) && fn < CT_MAX_FUNCTIONS; fn++) {
		if (hn_host.fenced & bit(fn))
			hn_must(ct, t->ops->fence(t, fn, false), "giving the VF its memory back");
		hn_must(ct, t->ops->fence_hits(t, fn, &hits, &addr),
			"looking for refused transfers");
	}
	hn_host.fenced = 0;
	hn_host.was_fenced = false;
	memset(hn_host.watch, 0, sizeof(hn_host.watch));
}
