/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The fault switch, the failing of the n-th port call, and the recorder.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inproc.h"

void *inproc_alloc(void *old, size_t n, size_t size)
{
	void *new = reallocarray(old, n, size);

	if (!new) {
		fputs("lm-inproc: out of memory\n", stderr);
		abort();
	}
	return new;
}

bool inproc_fails(struct lm_inproc *p)
{
	p->fail_seen++;
	return p->fail_in && !--p->fail_in;
}

void lm_inproc_fail_nth(struct lm_inproc *p, unsigned int n, unsigned int *seen)
{
	if (seen)
		*seen = p->fail_seen;
	p->fail_seen = 0;
	p->fail_in = n;
}

int lm_inproc_fault(struct lm_inproc *p, const struct lm_fault_rule *rule)
{
	return lm_fault_arm(&p->faults, rule) ? -ENOSPC : 0;
}

int fault_arm(void *ctx, const struct lm_fault_rule *rule)
{
	struct lm_inproc *p = ctx;

	return lm_fault_arm(&p->faults, rule);
}

bool fault_match(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf, struct lm_fault *fault)
{
	struct lm_inproc *p = ctx;

	(void)fn;
	return lm_fault_match(&p->faults, opc, vf, fault);
}

void journal_add(struct lm_inproc *p, const struct lm_ev *ev)
{
	struct lm_recorder *r = &p->recorder;
	struct lm_ev now = *ev;

	if (r->count == r->max) {
		r->max = r->max ? 2 * r->max : 1024;
		r->ev = inproc_alloc(r->ev, r->max, sizeof(*r->ev));
	}
	now.time = p->now;
	lm_record(r, &now);
}

void journal_read(void *ctx, uint64_t offset, void *buf, uint32_t len)
{
	struct lm_inproc *p = ctx;

	lm_record_read(&p->recorder, offset, buf, len);
}

void journal_command(void *ctx, unsigned int fn, uint16_t sqid, const uint8_t *sqe)
{
	struct lm_ev ev = lm_record_command(fn, sqid, sqe);

	journal_add(ctx, &ev);
}

unsigned int lm_inproc_journal(const struct lm_inproc *p, uint64_t after, struct lm_ev *ev,
			       unsigned int max)
{
	const struct lm_ev *e;
	unsigned int n;

	for (n = 0; n < max && (e = lm_record_get(&p->recorder, after + n + 1)); n++)
		ev[n] = *e;
	return n;
}

uint64_t lm_inproc_journal_last(const struct lm_inproc *p)
{
	return p->recorder.count;
}
