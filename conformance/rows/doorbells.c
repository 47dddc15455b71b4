// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Doorbell values that a queue cannot have while its VF is SUSPENDED, and
 * queues that must not get into each other's way.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define SLBA 1664
#define ENTRIES 8
#define SQ_TAIL(qid) (NVME_REG_DOORBELLS + 8 * (qid))
#define CQ_HEAD(qid) (NVME_REG_DOORBELLS + 8 * (qid) + 4)

static const char *const bad_names[] = { "sq-tail-beyond-the-queue", "cq-head-beyond-the-queue",
					 "sq-that-does-not-exist", "cq-that-does-not-exist" };

static unsigned int bad_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(bad_names) / sizeof(bad_names[0]);
}

static void bad_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", bad_names[i]);
}

static void ring_badly(struct ct *ct, unsigned int i)
{
	switch (i) {
	case 0:
		hn_write32(ct, VF, SQ_TAIL(1), ENTRIES);
		break;
	case 1:
		hn_write32(ct, VF, CQ_HEAD(1), ENTRIES);
		break;
	case 2:
		hn_write32(ct, VF, SQ_TAIL(2), 1);
		break;
	default:
		hn_write32(ct, VF, CQ_HEAD(2), 1);
		break;
	}
}

static void bad_while_suspended(struct ct *ct, unsigned int i)
{
	struct hn_req *aer, *read[3];

	hn_need_vfs(ct, 1);
	hn_enable_io(ct, VF, 1, ENTRIES);
	hn_write_read(ct, VF, 1, SLBA, 7);
	aer = hn_aer(ct, VF);
	hn_settle(ct);
	hn_suspend(ct, VF);
	for (unsigned int k = 0; k < 3; k++)
		read[k] = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	ring_badly(ct, i);
	hn_advance(ct, 10 * HN_MS);
	ct_check(ct, hn_reap_all(ct, VF) == 0, "a completion was posted while SUSPENDED");
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	hn_advance(ct, 10 * HN_MS);
	hn_reap_all(ct, VF);
	for (unsigned int k = 0; k < 3; k++)
		hn_check_read(ct, read[k], 7);
	ct_check(ct, aer->done, "the invalid doorbell write was not reported after RESUME");
	ct_check(ct, (aer->cqe.dw0 & 0x7) == 0 && (aer->cqe.dw0 >> 8 & 0xFF) == (i < 2 ? 1 : 0),
		 "Dword 0 of the event is %08xh", aer->cqe.dw0);
}

CT_ROW(doorbell_bad, .id = "STA/invalid-doorbell-while-suspended-is-reported-and-not-latched",
       .reqs = "LM-STA-520 LM-STA-530 LM-STA-550",
       .given = "a suspended VF with an AER outstanding and three reads latched",
       .when = "a doorbell is written that the queue cannot have, or that has no queue; RESUME",
       .expect = "the three reads complete, and the AER by the invalid doorbell write",
       .needs = NEEDS, .flags = FLAGS, .cases = bad_cases, .name = bad_name,
       .run = bad_while_suspended);

/* CQ 1 has room for one entry; three commands complete on it. */
static void full_cq(struct ct *ct, unsigned int i)
{
	struct hn_req *read[3], *other;

	hn_need_vfs(ct, 1);
	hn_enable_sized(ct, VF, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, VF, 1, 2, false, 0);
	hn_create_sq(ct, VF, 1, 1, ENTRIES);
	hn_create_cq(ct, VF, 2, ENTRIES, false, 0);
	hn_create_sq(ct, VF, 2, 2, ENTRIES);
	hn_write_read(ct, VF, 2, SLBA, 7);
	for (unsigned int k = 0; k < 3; k++)
		read[k] = hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_advance(ct, 10 * HN_MS);
	if (i) {
		hn_suspend(ct, VF);
		hn_resume(ct, VF);
	}
	other = hn_queue_read(ct, VF, 2, 1, SLBA, 1);
	hn_ring(ct, VF, 2);
	hn_advance(ct, 10 * HN_MS);
	ct_check(ct, hn_reap(ct, VF, 2) == 1, "a full CQ holds up the completions of another");
	hn_ack(ct, VF, 2);
	hn_drain(ct, VF);
	hn_check_read(ct, other, 7);
	for (unsigned int k = 0; k < 3; k++)
		hn_check_read(ct, read[k], 7);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void full_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "after-suspend-and-resume" : "active");
}

CT_ROW(doorbell_full_cq, .id = "IOF/full-cq-holds-up-no-other-queue",
       .reqs = "LM-IOF-140 LM-STA-190", .given = "a VF with completions that wait for a full CQ",
       .when = "a command on another SQ, with another CQ", .expect = "its CQE is posted at once",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = full_name, .run = full_cq);

/* IEN 0: no interrupt, whatever happens to the VF. */
static void quiet_cq(struct ct *ct, unsigned int i)
{
	uint64_t before;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_sized(ct, VF, 32, 32, 2);
	hn_create_cq(ct, VF, 1, ENTRIES, false, 1);
	hn_create_sq(ct, VF, 1, 1, ENTRIES);
	before = hn_irqs(ct, VF, 1);
	hn_write_read(ct, VF, 1, SLBA, 7);
	hn_queue_read(ct, VF, 1, 1, SLBA, 1);
	hn_ring(ct, VF, 1);
	hn_advance(ct, 10 * HN_MS);
	hn_suspend(ct, VF);
	hn_resume(ct, VF);
	hn_drain(ct, VF);
	ct_check(ct, hn_irqs(ct, VF, 1) == before, "a CQ without interrupts raised one");
}

CT_ROW(doorbell_quiet_cq, .id = "RSM/cq-without-interrupts-raises-none",
       .reqs = "LM-RSM-060 LM-STA-190", .given = "a VF with a CQ of IEN 0 and a vector of its own",
       .when = "I/O, SUSPEND with an entry in the CQ, RESUME",
       .expect = "no interrupt by that vector", .needs = NEEDS | CT_CAP(CT_CAP_IRQ), .flags = FLAGS,
       .run = quiet_cq);
