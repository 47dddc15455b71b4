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

static struct lm_inproc_fault *same_or_free(struct lm_inproc *p, const struct lm_inproc_fault *f)
{
	struct lm_inproc_fault *free_one = NULL;
	unsigned int i;

	for (i = 0; i < MAX_FAULTS; i++) {
		struct lm_inproc_fault *e = &p->fault[i];

		if (e->count && e->opc == f->opc && e->vf == f->vf)
			return e;
		if (!e->count && !free_one)
			free_one = e;
	}
	return free_one;
}

int lm_inproc_fault(struct lm_inproc *p, const struct lm_inproc_fault *fault)
{
	struct lm_inproc_fault *e = same_or_free(p, fault);

	if (!e)
		return -ENOSPC;
	*e = *fault;
	return 0;
}

bool fault_match(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf, struct lm_fault *fault)
{
	struct lm_inproc *p = ctx;
	unsigned int i;

	(void)fn;
	for (i = 0; i < MAX_FAULTS; i++) {
		struct lm_inproc_fault *e = &p->fault[i];

		if (!e->count || e->opc != opc || (e->vf && e->vf != vf))
			continue;
		if (e->skip) {
			e->skip--;
			continue;
		}
		e->count--;
		*fault = e->what;
		return true;
	}
	return false;
}

void journal_add(struct lm_inproc *p, const struct lm_ev *ev)
{
	struct journal *j = &p->journal;

	if (j->count == j->max) {
		j->max = j->max ? 2 * j->max : 1024;
		j->ev = inproc_alloc(j->ev, j->max, sizeof(*j->ev));
	}
	j->ev[j->count] = *ev;
	j->ev[j->count].time = p->now;
	j->ev[j->count].seq = j->count + 1;
	j->count++;
}

unsigned int lm_inproc_journal(const struct lm_inproc *p, uint64_t after, struct lm_ev *ev,
			       unsigned int max)
{
	const struct journal *j = &p->journal;
	uint64_t n;

	if (after >= j->count)
		return 0;
	n = j->count - after;
	if (n > max)
		n = max;
	memcpy(ev, &j->ev[after], (size_t)n * sizeof(*ev));
	return (unsigned int)n;
}

uint64_t lm_inproc_journal_last(const struct lm_inproc *p)
{
	return p->journal.count;
}
