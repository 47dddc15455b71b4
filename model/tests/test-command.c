/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Commands in slots: who is fetched next, who is aborted, and what of one command is
 * left for the next.
 */
#include <stdlib.h>

#include "bench.h"
#include "core.h"

#define LAST LM_MAX_IO_QPAIRS
#define READ 0x02
#define WRITE 0x01
#define FLUSH 0x00
#define ZEROES 0x08
#define FUA 0x40000000u

static int setup(void **state)
{
	if (bench_setup_large(state))
		return -1;
	bench_create_io(*state, 1, 1);
	bench_create_io(*state, 1, 2);
	return 0;
}

static void media(struct bench *b, enum lm_media_mode mode, bool admin)
{
	struct lm_media m = { .mode = mode, .admin = admin, .status = 0x281 };

	lm_inproc_media(b->p, &m);
}

static uint16_t reaped(struct bench *b, unsigned int qid)
{
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, qid));
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), 0);
	return lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1;
}

/* all slots of the VF, one after the other: what they hold then was left by these commands */
static void use_all_slots(struct bench *b)
{
	for (unsigned int i = 0; i < LM_MAX_INFLIGHT; i++) {
		bench_rw(b, READ, 1, 77, 3);
		assert_int_equal(bench_status(b, 1, 1), 0);
	}
}

/* SQs without memory of their own: what is in them is a Flush without a namespace */
static uint64_t create_many(struct bench *b, unsigned int from, unsigned int to)
{
	uint64_t iova;

	lm_inproc_alloc(b->p, 4096, 4096, &iova);
	for (unsigned int qid = from; qid <= to; qid++) {
		bench_cmd(b, 5);
		lm_put_le64(b->sqe + LM_SQE_PRP1, iova);
		bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
		bench_put32(b, LM_SQE_CDW11, 1);
		assert_int_equal(bench_status(b, 1, 0), 0);
		bench_cmd(b, 1);
		lm_put_le64(b->sqe + LM_SQE_PRP1, iova);
		bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
		bench_put32(b, LM_SQE_CDW11, qid << 16 | 1);
		assert_int_equal(bench_status(b, 1, 0), 0);
	}
	return iova;
}

static struct lm_function *vf(struct bench *b)
{
	return &lm_inproc_device(b->p)->fn[1];
}

/* SQIDs in the order in which they were fetched from, at most n, in a list that ends with FFFFh */
static void fetched(struct bench *b, uint64_t after, uint16_t *sqid, unsigned int n)
{
	struct lm_ev ev;
	unsigned int i = 0;

	while (i < n && lm_inproc_journal(b->p, after, &ev, 1)) {
		after = ev.seq;
		if (ev.kind == LM_EV_COMMAND && ev.fn == 1)
			sqid[i++] = (uint16_t)ev.vector;
	}
	while (i < n)
		sqid[i++] = 0xFFFF;
}

/* Round robin (NVMe 1.4 4.13.1): each with entries once, in the order of their numbers. */
static void all_queues_have_their_turn(void **state)
{
	static const unsigned int rung[] = { 64, 3, 32, 31, 63, 33, 4 };
	static const uint16_t order[] = {
		3, 4, 31, 32, 33, 63, 64, 3, 4, 31, 32, 33, 63, 64, 0xFFFF
	};
	struct bench *b = *state;
	uint16_t sqid[15];
	uint64_t mark;

	create_many(b, 3, LAST);
	lm_inproc_run(b->p);
	vf(b)->next_sq = 0;
	mark = lm_inproc_journal_last(b->p);
	for (unsigned int i = 0; i < sizeof(rung) / sizeof(rung[0]); i++)
		bench_ring(b, 1, rung[i], false, 2);
	lm_inproc_run(b->p);
	fetched(b, mark, sqid, 15);
	assert_memory_equal(sqid, order, sizeof(order));
	/* from wherever the turn is, and around */
	for (unsigned int start = 0; start <= LAST; start++) {
		unsigned int qid = 3 + (start * 7) % (LAST - 2);

		vf(b)->next_sq = (uint16_t)start;
		mark = lm_inproc_journal_last(b->p);
		bench_ring(b, 1, qid, false, (vf(b)->sq[qid].tail + 1u) % 8);
		lm_inproc_run(b->p);
		bench_ring(b, 1, qid, true, vf(b)->cq[qid].tail);
		fetched(b, mark, sqid, 2);
		assert_int_equal(sqid[0], qid);
		assert_int_equal(sqid[1], 0xFFFF);
		assert_int_equal(vf(b)->next_sq, qid == LAST ? 0 : qid + 1);
	}
}

/* What was found empty is not looked at again before it is rung. */
static void a_doorbell_is_remembered_until_its_queue_is_empty(void **state)
{
	struct bench *b = *state;

	create_many(b, 3, LAST);
	bench_ring(b, 1, 40, false, 1);
	lm_inproc_run(b->p);
	assert_int_equal(vf(b)->rung[0] | vf(b)->rung[1] | vf(b)->rung[2], 0);
	for (unsigned int qid = 31; qid <= LAST; qid += qid == 33 ? 30 : 1) {
		bench_ring(b, 1, qid, false, 1);
		lm_inproc_run(b->p);
		assert_int_equal(vf(b)->rung[0] | vf(b)->rung[1] | vf(b)->rung[2], 0);
	}
	bench_ring(b, 1, 40, false, 2);
	bench_ring(b, 1, LAST, false, 2);
	assert_int_equal(vf(b)->rung[1], 1u << 8);
	assert_int_equal(vf(b)->rung[2], 1);
}

/* NVMe 1.4 3.1.24: bits 31:16 are reserved; the largest QID has doorbells, the next one has not */
static void a_doorbell_is_sixteen_bits_of_a_queue(void **state)
{
	struct bench *b = *state;

	create_many(b, LAST, LAST);
	bench_ring(b, 1, LAST, false, 0xABCD0001);
	lm_inproc_run(b->p);
	assert_int_equal(vf(b)->sq[LAST].tail, 1);
	assert_int_equal(vf(b)->cq[LAST].tail, 1);
	bench_ring(b, 1, LAST, true, 0xFFFF0001);
	assert_int_equal(vf(b)->cq[LAST].head, 1);
	assert_int_equal(vf(b)->logs.error_count, 1); /* of the command */
	bench_ring(b, 1, LAST + 1, false, 1);
	assert_int_equal(vf(b)->logs.error_count, 2);
	bench_ring(b, 1, 200, false, 1);
	assert_int_equal(vf(b)->logs.error_count, 3);
	/* what is refused changes nothing */
	bench_ring(b, 1, LAST, true, 2);
	assert_int_equal(vf(b)->logs.error_count, 4);
	assert_int_equal(vf(b)->cq[LAST].head, 1);
	/* not while the controller is not ready, and not once it failed */
	vf(b)->regs.csts |= LM_CSTS_CFS;
	bench_ring(b, 1, LAST, false, 2);
	assert_int_equal(vf(b)->sq[LAST].tail, 1);
	vf(b)->regs.csts &= ~LM_CSTS_CFS;
	bench_write(b, 1, 0x14, 0);
	bench_ring(b, 1, 1, false, 1);
	bench_ring(b, 1, 0, true, 5);
	assert_int_equal(vf(b)->logs.error_count, 4);
}

/* A ring of 8 has room for 7 entries, wherever its ends are. */
static void a_ring_is_full_with_one_entry_free(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 5; i++) {
		bench_rw(b, READ, 1, 0, 1);
		assert_int_equal(bench_status(b, 1, 1), 0);
	}
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	bench_ring(b, 1, 1, false, 5); /* nothing new */
	bench_ring(b, 1, 1, false, 2);
	assert_int_equal(vf(b)->sq[1].tail, 2);
	bench_ring(b, 1, 1, false, 5); /* 8 entries */
	assert_int_equal(vf(b)->sq[1].tail, 2);
	bench_ring(b, 1, 1, false, 4);
	assert_int_equal(vf(b)->sq[1].tail, 4);
	bench_ring(b, 1, 1, false, 5);
	assert_int_equal(vf(b)->sq[1].tail, 4);
	assert_int_equal(vf(b)->logs.error_count, 2);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	/* the CQ: from 5 to 4, and no more can be consumed than there is */
	assert_int_equal(vf(b)->cq[1].tail, 4);
	bench_ring(b, 1, 1, true, 5);
	bench_ring(b, 1, 1, true, 3);
	assert_int_equal(vf(b)->cq[1].head, 3);
	bench_ring(b, 1, 1, true, 5);
	assert_int_equal(vf(b)->cq[1].head, 3);
	bench_ring(b, 1, 1, true, 4);
	assert_int_equal(vf(b)->cq[1].head, 4);
}

static uint16_t abort_it(struct bench *b, uint32_t cid, uint32_t sqid)
{
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, cid << 16 | sqid);
	assert_int_equal(bench_status(b, 1, 0), 0);
	return (uint16_t)bench_dw0(b);
}

static void an_abort_ends_what_it_names_alone(void **state)
{
	struct bench *b = *state;
	uint16_t cid;

	/* itself is over by then */
	assert_int_equal(abort_it(b, b->cid + 1u, 0), 1);
	/* an AER is of the admin queue */
	bench_cmd(b, 0x0C);
	cid = bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_int_equal(abort_it(b, cid, 1), 1);
	assert_int_equal(vf(b)->events.num_aers, 1);
	/* two commands with one CID in two queues */
	media(b, LM_MEDIA_STALL, false);
	bench_rw(b, READ, 1, 0, 1);
	cid = bench_submit(b, 1, 1);
	b->cid--;
	bench_submit(b, 1, 2);
	lm_inproc_run(b->p);
	assert_int_equal(abort_it(b, cid, 2), 0);
	assert_int_equal(reaped(b, 2), LM_SC_ABORT_REQUESTED | LM_MORE);
	assert_int_equal(bench_dw0(b), 0);
	assert_false(bench_reap(b, 1, 1));
	assert_int_equal(abort_it(b, cid, 3), 1);
	media(b, LM_MEDIA_NORMAL, false);
	assert_int_equal(reaped(b, 1), 0);
}

/* The largest QID that there is has commands as others have. */
static void an_abort_reaches_the_last_queue(void **state)
{
	struct lm_config c;
	struct bench *b;
	uint16_t cid;

	lm_inproc_default_config(&c);
	c.io_qpairs = BENCH_QUEUES - 1;
	assert_int_equal(bench_setup_with(state, &c), 0);
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	bench_create_io(b, 1, BENCH_QUEUES - 1);
	media(b, LM_MEDIA_STALL, false);
	bench_rw(b, READ, 1, 0, 1);
	cid = bench_submit(b, 1, BENCH_QUEUES - 1);
	lm_inproc_run(b->p);
	assert_int_equal(abort_it(b, cid, BENCH_QUEUES), 1);
	assert_int_equal(abort_it(b, cid, BENCH_QUEUES - 1), 0);
	assert_int_equal(reaped(b, BENCH_QUEUES - 1), LM_SC_ABORT_REQUESTED | LM_MORE);
	bench_teardown(state);
}

/* NVMe 1.4 5.1: the limit counts Aborts that are outstanding, of the admin queue. */
static void aborts_that_are_over_do_not_count(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 10; i++)
		assert_int_equal(abort_it(b, 0xFFFF, 1), 1);
	/* Write Zeroes has the opcode of Abort */
	media(b, LM_MEDIA_STALL, false);
	for (unsigned int i = 0; i < 6; i++) {
		bench_rw(b, ZEROES, 1, 0, 1);
		bench_submit(b, 1, 1);
	}
	assert_int_equal(abort_it(b, 0xFFFF, 1), 1);
	/* and other admin commands are none */
	media(b, LM_MEDIA_STALL, true);
	for (unsigned int i = 0; i < 5; i++) {
		bench_cmd(b, 10);
		bench_put32(b, LM_SQE_CDW10, 6);
		bench_submit(b, 1, 0);
	}
	bench_cmd(b, 8);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	media(b, LM_MEDIA_NORMAL, false);
	for (unsigned int i = 0; i < 6; i++)
		assert_int_equal(reaped(b, 0), 0);
	/* ended, but with no room for their CQEs */
	for (unsigned int i = 0; i < 12; i++) {
		bench_cmd(b, 8);
		bench_put32(b, LM_SQE_CDW10, 1);
		bench_submit(b, 1, 0);
		lm_inproc_run(b->p);
	}
	for (unsigned int i = 0; i < 12; i++)
		assert_int_equal(reaped(b, 0), 0);
}

/* The entry of the error log says nothing of the command that was in the slot before. */
static void an_aborted_aer_is_not_taken_for_another(void **state)
{
	struct bench *b = *state;
	uint8_t *e = b->buf;
	uint16_t cid;

	bench_cmd(b, 0x0C);
	cid = bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	use_all_slots(b);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16);
	bench_submit(b, 1, 0);
	assert_int_equal(reaped(b, 0), LM_SC_ABORT_REQUESTED | LM_MORE);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQID), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(vf(b)->events.num_aers, 0);
	assert_int_equal(bench_log(b, 1, 1, 64, true), 0);
	assert_int_equal(lm_get_le16(e + 8), 0);
	assert_int_equal(lm_get_le16(e + 10), cid);
	assert_true(lm_get_le64(e + 16) == 0);
	assert_int_equal(lm_get_le32(e + 24), 0);
}

/* Events are taken by the AERs in the order in which those came. */
static void aers_are_answered_in_their_order(void **state)
{
	struct bench *b = *state;
	uint16_t cid[4];

	assert_int_equal(bench_set_feature(b, 1, 0x0B, 0x102), 0);
	b->cid = 0x00FD;
	for (unsigned int i = 0; i < 4; i++) {
		bench_cmd(b, 0x0C);
		cid[i] = bench_submit(b, 1, 0);
	}
	lm_inproc_run(b->p);
	bench_ring(b, 1, 3, false, 1);
	lm_inproc_namespace_resize(b->p, 1, 8000);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[0]);
	assert_int_equal(bench_dw0(b), 0x00010000);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[1]);
	assert_int_equal(bench_dw0(b), 0x00040002);
	/* one kind is masked, and what comes behind it is not */
	bench_ring(b, 1, 3, false, 1);
	assert_int_equal(bench_set_feature(b, 1, 4, 300), 0);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[2]);
	assert_int_equal(bench_dw0(b), 0x00020101);
	assert_int_equal(vf(b)->events.masked, 1u << 0 | 1u << 1 | 1u << 2);
	assert_int_equal(vf(b)->events.count, 1);
	bench_cmd(b, 2);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 15u << 16 | 1);
	bench_submit(b, 1, 0);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[3] + 2);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[3]);
	assert_int_equal(bench_dw0(b), 0x00010000);
	/* one more AER than there may be */
	for (unsigned int i = 0; i < 4; i++) {
		bench_cmd(b, 0x0C);
		bench_submit(b, 1, 0);
	}
	for (unsigned int i = 0; i < 3; i++) {
		bench_cmd(b, 0x0C);
		assert_int_equal(bench_status(b, 1, 0), LM_SC_AER_LIMIT);
		assert_int_equal(vf(b)->events.num_aers, LM_AER_SLOTS);
		assert_int_equal(vf(b)->num_used, 0);
	}
	/* of four the first is called back: the others keep their order */
	for (unsigned int i = 0; i < 4; i++)
		cid[i] = vf(b)->events.aer_cid[i];
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid[0] << 16);
	bench_submit(b, 1, 0);
	assert_int_equal(reaped(b, 0), LM_SC_ABORT_REQUESTED | LM_MORE);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(vf(b)->events.num_aers, 3);
	assert_memory_equal(vf(b)->events.aer_cid, cid + 1, 3 * sizeof(cid[0]));
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid[2] << 16);
	bench_submit(b, 1, 0);
	assert_int_equal(reaped(b, 0), LM_SC_ABORT_REQUESTED | LM_MORE);
	assert_int_equal(reaped(b, 0), 0);
	assert_int_equal(vf(b)->events.num_aers, 2);
	assert_int_equal(vf(b)->events.aer_cid[0], cid[1]);
	assert_int_equal(vf(b)->events.aer_cid[1], cid[3]);
}

static void nobody_is_told_what_he_did_not_ask_for(void **state)
{
	struct bench *b = *state;

	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_namespace_resize(b->p, 1, 8000);
	assert_int_equal(bench_set_feature(b, 1, 4, 300), 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	assert_int_equal(vf(b)->events.count, 0);
	/* warnings alone, of another kind; then of this one, but not where it was warned of before */
	assert_int_equal(bench_set_feature(b, 1, 0x0B, 1), 0);
	lm_inproc_namespace_resize(b->p, 1, 8001);
	assert_int_equal(bench_set_feature(b, 1, 4, 343), 0);
	assert_int_equal(bench_set_feature(b, 1, 4, 300), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x0B, 2), 0);
	assert_int_equal(bench_set_feature(b, 1, 4, 299), 0);
	assert_int_equal(bench_set_feature(b, 1, 4, 343), 0);
	assert_int_equal(bench_set_feature(b, 1, 4, 342), 0);
	assert_int_equal(vf(b)->events.count, 0);
}

static unsigned int requests(struct bench *b, uint8_t opc, uint32_t dw12)
{
	uint64_t mark = lm_inproc_journal_last(b->p);

	bench_rw(b, opc, 1, 0, 1);
	bench_put32(b, LM_SQE_CDW12, dw12);
	assert_int_equal(bench_status(b, 1, 1), 0);
	return bench_events(b, mark, LM_EV_MEDIA, 1);
}

static void what_has_to_be_on_the_medium_is_flushed(void **state)
{
	struct bench *b = *state;

	assert_int_equal(requests(b, WRITE, 1), 1);
	assert_int_equal(requests(b, WRITE, FUA | 1), 2);
	assert_int_equal(requests(b, ZEROES, 1), 1);
	assert_int_equal(requests(b, ZEROES, FUA), 2);
	assert_int_equal(requests(b, READ, FUA | 1), 1);
	assert_int_equal(requests(b, FLUSH, FUA), 1);
	assert_int_equal(bench_set_feature(b, 1, 6, 0), 0);
	assert_int_equal(requests(b, WRITE, 0), 2);
	assert_int_equal(requests(b, ZEROES, 0), 2);
	assert_int_equal(requests(b, READ, 0), 1);
}

static void a_command_has_the_fields_that_it_uses(void **state)
{
	struct bench *b = *state;
	uint64_t mark;
	struct lm_ev ev = { 0 };

	/* Write Zeroes moves no data: neither MDTS nor PRPs are for it */
	bench_rw(b, ZEROES, 1, 0, 8192);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 1);
	assert_int_equal(bench_status(b, 1, 1), 0);
	/* Flush has no range, whatever is there */
	use_all_slots(b);
	mark = lm_inproc_journal_last(b->p);
	bench_cmd(b, FLUSH);
	bench_put32(b, LM_SQE_NSID, 2);
	bench_put32(b, LM_SQE_CDW10, 0xFFFFFFFF);
	bench_put32(b, LM_SQE_CDW10 + 4, 0xFFFFFFFF);
	bench_put32(b, LM_SQE_CDW12, 0xFFFF);
	assert_int_equal(bench_status(b, 1, 1), 0);
	do {
		assert_true(lm_inproc_journal(b->p, mark, &ev, 1));
		mark = ev.seq;
	} while (ev.kind != LM_EV_MEDIA);
	assert_true(ev.addr == 0 && ev.len == 0);
	assert_int_equal(ev.data, 2);
	/* and a range ends where the namespace does */
	bench_rw(b, READ, 2, 511, 1);
	assert_int_equal(bench_status(b, 1, 1), 0);
	bench_rw(b, READ, 2, 511, 2);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_LBA_RANGE);
	bench_rw(b, READ, 2, UINT64_MAX, 1);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_LBA_RANGE);
	bench_rw(b, FLUSH, 3, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_INVALID_NS);
	bench_rw(b, 0x09, 1, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_INVALID_OPCODE);
	bench_rw(b, READ, 1, 0, 1);
	b->sqe[LM_SQE_FLAGS] = 0x40;
	assert_int_equal(bench_status(b, 1, 1), LM_SC_INVALID_FIELD);
	b->sqe[LM_SQE_FLAGS] = 0x01;
	assert_int_equal(bench_status(b, 1, 1), LM_SC_INVALID_FIELD);
	media(b, LM_MEDIA_FAIL, false);
	bench_rw(b, READ, 1, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), 0x281);
}

/* The end of a request that was called back is none of the one that has its slot now. */
static void a_request_ends_once(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_slot *slot;
	uint32_t tag;
	uint16_t cid;

	media(b, LM_MEDIA_STALL, false);
	bench_rw(b, READ, 1, 0, 1);
	cid = bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	for (slot = vf(b)->slot; slot->state != LM_SLOT_BACKEND; slot++)
		;
	tag = slot->req.tag;
	assert_int_equal(abort_it(b, cid, 1), 0);
	assert_int_equal(reaped(b, 1), LM_SC_ABORT_REQUESTED | LM_MORE);
	for (unsigned int i = 0; slot->state != LM_SLOT_BACKEND; i++) {
		assert_true(i <= LM_MAX_INFLIGHT);
		if (vf(b)->free.head == slot->index) {
			bench_rw(b, READ, 1, 0, 1);
			bench_submit(b, 1, 2);
			lm_inproc_run(b->p);
		} else {
			assert_int_equal(bench_get_feature(b, 1, 6, 0), 0);
		}
	}
	lm_backend_done(dev, tag, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 2));
	assert_int_equal(slot->state, LM_SLOT_BACKEND);
	/* nor does it end a second time once it is over, its CQE not posted yet */
	tag = slot->req.tag;
	lm_pci_command(dev, 1, true, false, false);
	media(b, LM_MEDIA_FAIL, false);
	lm_inproc_run(b->p);
	assert_int_equal(slot->state, LM_SLOT_DONE);
	lm_backend_done(dev, tag, 0x282);
	assert_int_equal(slot->status & LM_SC_MASK, 0x281);
	assert_int_equal(vf(b)->logs.media_errors, 1);
}

/* A step moves 8 pages, so that nobody waits long. */
static void a_step_is_short(void **state)
{
	struct bench *b = *state;
	uint64_t list_iova, mark;
	uint8_t *list = lm_inproc_alloc(b->p, 512, 4096, &list_iova);
	unsigned int steps = 0, n;

	for (unsigned int i = 0; i < 64; i++)
		lm_put_le64(list + 8 * i, b->buf_iova);
	bench_rw(b, READ, 2, 0, 32);
	lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova);
	bench_submit(b, 1, 1);
	for (;;) {
		mark = lm_inproc_journal_last(b->p);
		assert_true(lm_inproc_step(b->p));
		if (bench_reap(b, 1, 1))
			break;
		n = bench_events(b, mark, LM_EV_DMA_WRITE, 1);
		assert_true(!n || n == 8);
		steps += n == 8;
	}
	assert_int_equal(steps, 4);
}

/* One that moves data waits for bus mastering, one that moves none does not. */
static void admin_commands_wait_where_they_must(void **state)
{
	static const uint8_t moving[] = { 0x02, 0x06 };
	struct bench *b = *state;

	for (unsigned int i = 0; i < sizeof(moving); i++) {
		media(b, LM_MEDIA_STALL, true);
		bench_cmd(b, moving[i]);
		lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
		bench_put32(b, LM_SQE_CDW10, moving[i] == 2 ? 127u << 16 | 2 : 1);
		bench_submit(b, 1, 0);
		bench_cmd(b, 9);
		bench_put32(b, LM_SQE_CDW10, 1);
		bench_put32(b, LM_SQE_CDW11, (i + 1) << 8);
		bench_submit(b, 1, 0);
		lm_inproc_run(b->p);
		lm_inproc_pci_command(b->p, 1, true, false, true, false);
		media(b, LM_MEDIA_NORMAL, true);
		lm_inproc_run(b->p);
		assert_int_equal(vf(b)->feat.arbitration, (i + 1) << 8);
		lm_inproc_pci_command(b->p, 1, true, true, true, false);
		assert_int_equal(reaped(b, 0), 0);
		assert_int_equal(reaped(b, 0), 0);
	}
}

static void a_fault_is_of_the_vf_that_a_command_names(void **state)
{
	struct bench *b = *state;
	struct lm_fault_rule rule = { .opc = 0x06,
				      .vf = 1,
				      .count = 1,
				      .what = { .refuse = true, .status = LM_SC_INTERNAL } };

	assert_int_equal(lm_inproc_fault(b->p, &rule), 0);
	assert_int_equal(bench_identify(b, 0, 1, 0), 0);
	assert_int_equal(bench_identify(b, 1, 1, 0), 0);
	rule.vf = 0;
	assert_int_equal(lm_inproc_fault(b->p, &rule), 0);
	assert_int_equal(bench_identify(b, 1, 1, 0), LM_SC_INTERNAL);
	rule.what = (struct lm_fault){ .fail_late = true, .status = LM_SC_INTERNAL };
	assert_int_equal(lm_inproc_fault(b->p, &rule), 0);
	assert_int_equal(bench_identify(b, 1, 1, 0), LM_SC_INTERNAL);
	/* and of that command alone, whoever has its slot then */
	for (unsigned int i = 0; i < 2 * LM_MAX_INFLIGHT; i++) {
		bench_rw(b, READ, 1, 0, 1);
		assert_int_equal(bench_status(b, 1, 1), 0);
	}
}

static uint16_t create(struct bench *b, bool cq, uint32_t dw10, uint32_t dw11)
{
	bench_cmd(b, cq ? 5 : 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, dw10);
	bench_put32(b, LM_SQE_CDW11, dw11);
	return bench_status(b, 1, 0);
}

static void delete_queue(struct bench *b, bool cq, unsigned int qid)
{
	bench_cmd(b, cq ? 4 : 0);
	bench_put32(b, LM_SQE_CDW10, qid);
	assert_int_equal(bench_status(b, 1, 0), 0);
}

static void queues_are_what_their_creation_said(void **state)
{
	struct bench *b = *state;

	assert_int_equal(create(b, true, 0x00070000 | 100, 1), LM_SC_QID_INVALID);
	assert_int_equal(create(b, true, 0x0007FFFF, 1), LM_SC_QID_INVALID);
	assert_int_equal(create(b, false, 0x00070000 | 100, 0x00010001), LM_SC_QID_INVALID);
	assert_int_equal(create(b, false, 0x0007FFFF, 0x00010001), LM_SC_QID_INVALID);
	/* the first fault counts */
	assert_int_equal(create(b, true, 0x00000003, 0xFFFF0003), LM_SC_QSIZE_INVALID);
	for (unsigned int priority = 0; priority < 4; priority++) {
		unsigned int qid = 10 + priority;

		assert_int_equal(create(b, false, 0x00050000 | qid, 0x00020001 | priority << 1), 0);
		assert_int_equal(vf(b)->sq[qid].priority, priority);
		assert_int_equal(vf(b)->sq[qid].qsize, 5);
		assert_int_equal(vf(b)->sq[qid].cqid, 2);
	}
	/* Number of Queues cannot be asked for once there is one, be it the last */
	for (unsigned int qid = 1; qid <= 2; qid++)
		delete_queue(b, false, qid);
	delete_queue(b, true, 1);
	for (unsigned int qid = 10; qid < 14; qid++)
		delete_queue(b, false, qid);
	delete_queue(b, true, 2);
	assert_int_equal(bench_set_feature(b, 1, 7, 0x00020003), 0);
	assert_int_equal(bench_dw0(b), 0x003F003F);
	assert_int_equal(vf(b)->feat.num_queues, 0x00020003);
	create_many(b, LAST, LAST);
	assert_int_equal(bench_set_feature(b, 1, 7, 0x00030003), LM_SC_SEQUENCE);
	assert_int_equal(vf(b)->num_used, 0);
}

/* What a deleted queue had under way ends, and leaves no slot behind. */
static void a_deleted_queue_leaves_nothing(void **state)
{
	struct bench *b = *state;

	/* four whose CQEs find no room, three at the medium */
	for (unsigned int i = 0; i < 11; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	media(b, LM_MEDIA_STALL, false);
	for (unsigned int i = 0; i < 3; i++) {
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
	assert_int_equal(vf(b)->num_used, 0);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 2);
	lm_inproc_run(b->p);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 2);
	assert_int_equal(bench_status(b, 1, 0), 0);
	assert_int_equal(reaped(b, 2), LM_SC_SQ_DELETED | LM_MORE);
	assert_int_equal(bench_dw0(b), 0);
}

static void settings_of_vectors_are_apart(void **state)
{
	static const unsigned int vectors[] = { 0, 31, 32, 33, 63, 64 };
	struct bench *b = *state;

	for (unsigned int i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		unsigned int v = vectors[i];

		assert_int_equal(bench_set_feature(b, 1, 9, 0x10000 | v), 0);
		assert_int_equal(bench_dw0(b), 0);
		for (unsigned int other = 0; other <= LAST; other++) {
			assert_int_equal(bench_get_feature(b, 1, 9, other), 0);
			assert_int_equal(bench_dw0(b), other | (other == v ? 0x10000u : 0));
		}
		assert_int_equal(bench_set_feature(b, 1, 9, v), 0);
	}
	assert_int_equal(bench_get_feature(b, 1, 9, LAST + 1), LM_SC_INVALID_FIELD);
	assert_int_equal(bench_get_feature(b, 1, 5, 0), LM_SC_INVALID_NS);
	bench_cmd(b, 9);
	bench_put32(b, LM_SQE_CDW10, 0x80000001);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_NOT_SAVEABLE);
	bench_cmd(b, 9);
	bench_put32(b, LM_SQE_CDW10, 5);
	bench_put32(b, LM_SQE_NSID, 3);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_NS);
	bench_cmd(b, 10);
	bench_put32(b, LM_SQE_CDW10, 0x401);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_FIELD);
}

/* A transfer finds its list anew, whatever the one before it in the slot had read ahead. */
static void read_by_list(struct bench *b, unsigned int entries)
{
	uint64_t list_iova, mark;
	uint8_t *list = lm_inproc_alloc(b->p, 512, 4096, &list_iova);
	struct lm_ev ev;
	uint32_t read = 0;

	for (unsigned int i = 0; i < LM_MAX_INFLIGHT; i++)
		memset(&vf(b)->slot[i].prp, 0x55, sizeof(vf(b)->slot[i].prp));
	for (unsigned int i = 0; i < entries; i++)
		lm_put_le64(list + 8 * i, b->buf_iova + 4096 * (i % 3 + 1));
	memset(list + 8 * entries, 0xFF, 512 - 8 * entries);
	mark = lm_inproc_journal_last(b->p);
	bench_rw(b, READ, 2, 0, entries + 1);
	lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova);
	assert_int_equal(bench_status(b, 1, 1), 0);
	while (lm_inproc_journal(b->p, mark, &ev, 1)) {
		mark = ev.seq;
		if (ev.kind != LM_EV_DMA_READ || ev.addr < list_iova || ev.addr >= list_iova + 512)
			continue;
		assert_int_equal(ev.len, read ? 8 * (entries - LM_PRP_AHEAD) : 8 * LM_PRP_AHEAD);
		read += ev.len;
	}
	assert_int_equal(read, 8 * entries);
}

static void a_list_is_read_as_far_as_it_is_needed(void **state)
{
	for (unsigned int entries = LM_PRP_AHEAD + 1; entries <= 2 * LM_PRP_AHEAD; entries++)
		read_by_list(*state, entries);
}

/* Lists of 512 entries, the last of which leads to the next list. */
static void a_long_transfer_goes_from_list_to_list(void **state)
{
	struct lm_config c;
	struct bench *b;
	uint64_t iova;
	uint8_t *list;

	bench_teardown(state);
	lm_inproc_default_config(&c);
	c.mdts = 0;
	c.ns[1].blocks = 2048;
	assert_int_equal(bench_setup_with(state, &c), 0);
	b = *state;
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	list = lm_inproc_alloc(b->p, 3 * 4096, 4096, &iova);
	for (unsigned int i = 0; i < 3 * 512; i++)
		lm_put_le64(list + 8 * i, i % 512 == 511 ? iova + 8 * (i + 1) : b->buf_iova);
	for (unsigned int pages = 1021; pages <= 1026; pages++) {
		memset(list + 8 * (pages + 1), 0xFF, 32);
		bench_rw(b, READ, 2, 0, pages);
		lm_put_le64(b->sqe + LM_SQE_PRP2, iova);
		assert_int_equal(bench_status(b, 1, 1), 0);
		for (unsigned int i = pages; i < pages + 8; i++)
			lm_put_le64(list + 8 * i,
				    i % 512 == 511 ? iova + 8 * (i + 1) : b->buf_iova);
	}
}

/* Writes the entry of an MSI-X table that lies where a slot behind the last would have its state. */
static void plant(struct bench *b, unsigned int fn, enum lm_slot_state state, uint16_t sqid,
		  uint16_t cid)
{
	const uint32_t entry = LM_BAR_MSIX_TABLE + 16 * (offsetof(struct lm_slot, state) / 16);
	struct lm_slot slot = {
		.state = (uint8_t)state, .fn = (uint8_t)fn, .sqid = sqid, .cid = cid
	};
	const struct lm_slot *behind = &lm_inproc_device(b->p)->fn[fn].slot[LM_MAX_INFLIGHT];
	uint64_t addr;
	uint32_t data;

	memcpy(&addr, &slot.state, sizeof(addr));
	memcpy(&data, &slot.cid, sizeof(data));
	lm_inproc_reg_write(b->p, fn, entry, 8, addr);
	bench_write(b, fn, entry + 8, data);
	assert_true((const void *)behind == (void *)lm_inproc_device(b->p)->fn[fn].msix.table);
	assert_int_equal(behind->state, state);
	assert_int_equal(behind->sqid, sqid);
	assert_int_equal(behind->cid, cid);
}

/* What the guest writes into its MSI-X table, which lies behind its slots, looks like one. */
static void what_lies_behind_the_slots_is_no_slot(void **state)
{
	struct bench *b = *state;
	struct lm_function *fn = vf(b);
	unsigned int i;

	_Static_assert(offsetof(struct lm_slot, state) % 16 == 0, "an entry begins there");
	_Static_assert(offsetof(struct lm_slot, cid) - offsetof(struct lm_slot, state) == 8,
		       "the CID is in the entry's data");
	create_many(b, 4, 4);
	plant(b, 1, LM_SLOT_PREPARE, 4, 0x7777);
	assert_int_equal(abort_it(b, 0x7777, 4), 1);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 4);
	assert_int_equal(bench_status(b, 1, 0), 0);
	assert_int_equal(fn->slot[LM_MAX_INFLIGHT].state, LM_SLOT_PREPARE);
	/* one of the admin queue, with the opcode of Abort, does not count as one */
	plant(b, 1, LM_SLOT_PREPARE, 0, 0x7777);
	fn->slot[LM_MAX_INFLIGHT].sqe[LM_SQE_OPC] = 8;
	media(b, LM_MEDIA_STALL, true);
	for (i = 0; i < 4; i++) {
		bench_cmd(b, 8);
		bench_submit(b, 1, 0);
	}
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	/* nor is it dropped with the others */
	bench_write(b, 1, 0x14, 0);
	assert_int_equal(fn->num_used, 0);
	assert_int_equal(fn->slot[LM_MAX_INFLIGHT].state, LM_SLOT_PREPARE);
	/* of the PF, one of the five */
	plant(b, 0, LM_SLOT_MIGRATE, 0, 0);
	bench_write(b, 0, 0x14, 0);
	assert_int_equal(lm_inproc_device(b->p)->fn[0].num_used, 0);
	assert_int_equal(lm_inproc_device(b->p)->fn[0].slot[LM_MAX_INFLIGHT].state,
			 LM_SLOT_MIGRATE);
}

/* A reset drops what is in each slot. */
static void no_slot_outlives_a_reset(void **state)
{
	struct bench *b = *state;

	bench_create_long(b, 1, 3, 512);
	media(b, LM_MEDIA_STALL, false);
	for (unsigned int i = 0; i < LM_MAX_INFLIGHT; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 3);
	}
	lm_inproc_run(b->p);
	assert_int_equal(vf(b)->num_used, LM_MAX_INFLIGHT);
	bench_write(b, 1, 0x14, 0);
	assert_int_equal(vf(b)->num_used, 0);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
}

/* so that the next command has the first slot */
static void turn_to_first(struct lm_function *fn)
{
	while (fn->free.head)
		lm_list_push(fn, &fn->free, lm_list_pop(fn, &fn->free));
}

/* The first slot as any other. */
static void the_first_slot_counts(void **state)
{
	struct bench *b = *state;
	unsigned int refused = 0;

	bench_enable(b, 2);
	media(b, LM_MEDIA_STALL, true);
	for (unsigned int i = 0; i < 5; i++) {
		bench_cmd(b, 8);
		bench_submit(b, 2, 0);
	}
	lm_inproc_run(b->p);
	while (bench_reap(b, 2, 0))
		refused++;
	assert_int_equal(refused, 1);
	lm_inproc_flr(b->p, 2);
	media(b, LM_MEDIA_STALL, false);
	bench_enable(b, 2);
	bench_create_io(b, 2, 1);
	turn_to_first(&lm_inproc_device(b->p)->fn[2]);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 2, 1);
	lm_inproc_run(b->p);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 2, 0), 0);
	assert_true(bench_reap(b, 2, 1));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & LM_SC_MASK, LM_SC_SQ_DELETED);
	media(b, LM_MEDIA_STALL, true);
	turn_to_first(&lm_inproc_device(b->p)->fn[2]);
	bench_cmd(b, 6);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 1);
	bench_submit(b, 2, 0);
	lm_inproc_run(b->p);
	lm_inproc_pci_command(b->p, 2, true, false, true, false);
	media(b, LM_MEDIA_NORMAL, false);
	lm_inproc_run(b->p);
	/* LM-IOF-160: it waits for bus mastering, and SUSPEND does not */
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
}

/* Of the PF, CFS takes what is under way for its VFs along, of a VF what is its own. */
static void a_fatal_error_ends_what_is_under_way(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);

	bench_enable(b, 2);
	bench_create_io(b, 2, 1);
	media(b, LM_MEDIA_STALL, false);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	bench_five_cmd(b, LM_OPC_SUSPEND, 1, 0, 0, 0);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_int_equal(lm_vf_state(dev, 1), LM_STATE_DRAINING);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 2, 1);
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_media_pending(b->p), 2);
	bench_cmd(b, 10);
	lm_inproc_fail_nth(b->p, 1, NULL);
	bench_submit(b, 2, 0);
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_media_pending(b->p), 1);
	assert_int_equal(dev->fn[2].num_used, 0);
	assert_int_equal(bench_read(b, 2, 0x1C), 3);
	assert_int_equal(lm_vf_state(dev, 1), LM_STATE_DRAINING);
	lm_inproc_fail_nth(b->p, 1, NULL);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 0, 0x1C), 3);
	assert_int_equal(lm_vf_state(dev, 1), LM_STATE_ACTIVE);
	assert_int_equal(dev->fn[0].num_used, 0);
}

/* Nothing is done where a buffer is wanted and there is none. */
static void waiting_for_a_buffer_is_no_work(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);

	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	assert_true(lm_step(dev));
	lm_inproc_fail_nth(b->p, 1, NULL);
	assert_false(lm_step(dev));
	assert_true(lm_step(dev));
	assert_int_equal(reaped(b, 1), 0);
}

/* Of 8 bytes, the first are the tail of an SQ, the others the head of its CQ. */
static void two_doorbells_are_rung_at_once(void **state)
{
	struct bench *b = *state;

	bench_rw(b, READ, 1, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), 0);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	lm_inproc_reg_write(b->p, 1, LM_BAR_DOORBELLS + 8, 8, UINT64_C(0x0000000200000003));
	assert_int_equal(vf(b)->sq[1].tail, 3);
	assert_int_equal(vf(b)->cq[1].head, 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(all_queues_have_their_turn),
		T(a_doorbell_is_remembered_until_its_queue_is_empty),
		T(a_doorbell_is_sixteen_bits_of_a_queue),
		T(a_ring_is_full_with_one_entry_free),
		T(an_abort_ends_what_it_names_alone),
		cmocka_unit_test_setup_teardown(an_abort_reaches_the_last_queue, NULL, NULL),
		T(aborts_that_are_over_do_not_count),
		T(an_aborted_aer_is_not_taken_for_another),
		T(aers_are_answered_in_their_order),
		T(nobody_is_told_what_he_did_not_ask_for),
		T(what_has_to_be_on_the_medium_is_flushed),
		T(a_command_has_the_fields_that_it_uses),
		T(a_request_ends_once),
		T(a_step_is_short),
		T(admin_commands_wait_where_they_must),
		T(a_fault_is_of_the_vf_that_a_command_names),
		T(queues_are_what_their_creation_said),
		T(a_deleted_queue_leaves_nothing),
		T(settings_of_vectors_are_apart),
		T(a_list_is_read_as_far_as_it_is_needed),
		T(a_long_transfer_goes_from_list_to_list),
		T(what_lies_behind_the_slots_is_no_slot),
		T(no_slot_outlives_a_reset),
		T(the_first_slot_counts),
		T(a_fatal_error_ends_what_is_under_way),
		T(waiting_for_a_buffer_is_no_work),
		T(two_doorbells_are_rung_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
