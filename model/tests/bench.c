/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A host for the model's unit tests.
 */
#include <stdlib.h>

#include "bench.h"
#include "core.h"

#define BUF_SIZE (4u * 4096u)

int bench_setup(void **state)
{
	struct lm_config c;

	lm_inproc_default_config(&c);
	return bench_setup_with(state, &c);
}

int bench_setup_with(void **state, const struct lm_config *config)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->p = lm_inproc_new(config);
	assert_non_null(b->p);
	assert_int_equal(lm_inproc_fresh(b->p, 2), 0);
	b->buf = lm_inproc_alloc(b->p, BUF_SIZE, 4096, &b->buf_iova);
	*state = b;
	return 0;
}

int bench_setup_large(void **state)
{
	struct lm_config c;

	lm_inproc_default_config(&c);
	c.io_qpairs = LM_MAX_IO_QPAIRS;
	c.vectors = LM_MAX_VECTORS;
	if (bench_setup_with(state, &c))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *b = *state;

	lm_inproc_free(b->p);
	free(b);
	return 0;
}

uint32_t bench_read(struct bench *b, unsigned int fn, uint32_t offset)
{
	return (uint32_t)lm_inproc_reg_read(b->p, fn, offset, 4);
}

void bench_write(struct bench *b, unsigned int fn, uint32_t offset, uint32_t value)
{
	lm_inproc_reg_write(b->p, fn, offset, 4, value);
}

void bench_ring(struct bench *b, unsigned int fn, unsigned int qid, bool cq, uint32_t value)
{
	bench_write(b, fn, LM_BAR_DOORBELLS + 8 * qid + (cq ? 4 : 0), value);
}

static void make_queue(struct bench *b, struct bench_queue *q, unsigned int entries)
{
	q->entries = entries;
	q->sq = lm_inproc_alloc(b->p, (size_t)entries * 64, 4096, &q->sq_iova);
	q->cq = lm_inproc_alloc(b->p, (size_t)entries * 16, 4096, &q->cq_iova);
	q->tail = 0;
	q->head = 0;
	q->phase = 1;
}

void bench_enable(struct bench *b, unsigned int fn)
{
	struct bench_queue *q = &b->q[fn][0];

	make_queue(b, q, BENCH_ENTRIES);
	lm_inproc_pci_command(b->p, fn, true, true, true, false);
	assert_int_equal(lm_inproc_irq_setup(b->p, fn, BENCH_QUEUES), 0);
	bench_write(b, fn, 0x24, (q->entries - 1) << 16 | (q->entries - 1));
	lm_inproc_reg_write(b->p, fn, 0x28, 8, q->sq_iova);
	lm_inproc_reg_write(b->p, fn, 0x30, 8, q->cq_iova);
	bench_write(b, fn, 0x14, 0x00460001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, fn, 0x1C) & 0xF, 1);
}

void bench_create_io(struct bench *b, unsigned int fn, unsigned int qid)
{
	bench_create_long(b, fn, qid, BENCH_ENTRIES);
}

void bench_create_long(struct bench *b, unsigned int fn, unsigned int qid, unsigned int entries)
{
	struct bench_queue *q = &b->q[fn][qid];

	make_queue(b, q, entries);
	bench_cmd(b, 0x05);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->cq_iova);
	bench_put32(b, LM_SQE_CDW10, (q->entries - 1) << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, qid << 16 | 3);
	assert_int_equal(bench_exec(b, fn, 0), 0);
	bench_cmd(b, 0x01);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->sq_iova);
	bench_put32(b, LM_SQE_CDW10, (q->entries - 1) << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, qid << 16 | 1);
	assert_int_equal(bench_exec(b, fn, 0), 0);
}

void bench_cmd(struct bench *b, uint8_t opc)
{
	memset(b->sqe, 0, sizeof(b->sqe));
	b->sqe[LM_SQE_OPC] = opc;
}

void bench_put32(struct bench *b, unsigned int at, uint32_t value)
{
	lm_put_le32(b->sqe + at, value);
}

uint16_t bench_submit(struct bench *b, unsigned int fn, unsigned int qid)
{
	struct bench_queue *q = &b->q[fn][qid];

	lm_put_le16(b->sqe + LM_SQE_CID, ++b->cid);
	memcpy(q->sq + (size_t)q->tail * 64, b->sqe, 64);
	q->tail = (q->tail + 1) % q->entries;
	bench_ring(b, fn, qid, false, q->tail);
	return b->cid;
}

bool bench_reap(struct bench *b, unsigned int fn, unsigned int qid)
{
	struct bench_queue *q = &b->q[fn][qid];
	const uint8_t *cqe = q->cq + (size_t)q->head * 16;

	if ((lm_get_le16(cqe + LM_CQE_STATUS) & 1) != q->phase)
		return false;
	memcpy(b->cqe, cqe, sizeof(b->cqe));
	q->head = (q->head + 1) % q->entries;
	if (!q->head)
		q->phase ^= 1;
	bench_ring(b, fn, qid, true, q->head);
	return true;
}

uint16_t bench_exec(struct bench *b, unsigned int fn, unsigned int qid)
{
	uint16_t cid = bench_submit(b, fn, qid);

	lm_inproc_run(b->p);
	assert_true(bench_reap(b, fn, qid));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQID), qid);
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQHD), b->q[fn][qid].tail);
	return lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1;
}

/* NVMe 1.4 4.6.1: of a command that could succeed later, or was called back. */
static bool may_succeed_later(uint16_t sc)
{
	return sc == LM_SC_DATA_TRANSFER || sc == LM_SC_INTERNAL || sc == LM_SC_ABORT_REQUESTED ||
	       sc == LM_SC_SQ_DELETED || sc == LM_SC_ABORT_LIMIT ||
	       sc == LM_SC_NOT_ENOUGH_RESOURCES || sc >= 0x200;
}

/* Whether an admin command of this opcode returns something in Dword 0. */
static bool returns(uint8_t opc)
{
	return opc == LM_ADM_ABORT || opc == LM_ADM_SET_FEATURES || opc == LM_ADM_GET_FEATURES ||
	       opc == LM_ADM_ASYNC_EVENT;
}

uint16_t bench_status(struct bench *b, unsigned int fn, unsigned int qid)
{
	uint16_t status = bench_exec(b, fn, qid), sc = status & LM_SC_MASK;

	if (b->spoiled || lm_migrate_is_opcode(b->sqe[LM_SQE_OPC]))
		return sc;
	assert_int_equal(!!(status & LM_DNR), sc && !may_succeed_later(sc));
	assert_int_equal(!!(status & LM_MORE), sc != 0);
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), 0);
	if (sc || qid || !returns(b->sqe[LM_SQE_OPC]))
		assert_int_equal(bench_dw0(b), 0);
	return sc;
}

uint32_t bench_dw0(const struct bench *b)
{
	return lm_get_le32(b->cqe);
}

static void set_buffer(struct bench *b)
{
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	lm_put_le64(b->sqe + LM_SQE_PRP2, b->buf_iova + 4096);
}

uint16_t bench_identify(struct bench *b, unsigned int fn, uint8_t cns, uint32_t nsid)
{
	bench_cmd(b, 0x06);
	set_buffer(b);
	bench_put32(b, LM_SQE_NSID, nsid);
	bench_put32(b, LM_SQE_CDW10, cns);
	return bench_status(b, fn, 0);
}

uint16_t bench_log(struct bench *b, unsigned int fn, uint8_t lid, uint32_t len, bool rae)
{
	bench_cmd(b, 0x02);
	set_buffer(b);
	bench_put32(b, LM_SQE_NSID, 0xFFFFFFFF);
	bench_put32(b, LM_SQE_CDW10, (len / 4 - 1) << 16 | (rae ? 0x8000u : 0) | lid);
	return bench_status(b, fn, 0);
}

uint16_t bench_set_feature(struct bench *b, unsigned int fn, uint8_t fid, uint32_t dw11)
{
	bench_cmd(b, 0x09);
	bench_put32(b, LM_SQE_CDW10, fid);
	bench_put32(b, LM_SQE_CDW11, dw11);
	return bench_status(b, fn, 0);
}

uint16_t bench_get_feature(struct bench *b, unsigned int fn, uint8_t fid, uint32_t dw11)
{
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_CDW10, fid);
	bench_put32(b, LM_SQE_CDW11, dw11);
	return bench_status(b, fn, 0);
}

void bench_rw(struct bench *b, uint8_t opc, uint32_t nsid, uint64_t slba, uint32_t blocks)
{
	bench_cmd(b, opc);
	set_buffer(b);
	bench_put32(b, LM_SQE_NSID, nsid);
	lm_put_le64(b->sqe + LM_SQE_CDW10, slba);
	bench_put32(b, LM_SQE_CDW12, blocks - 1);
}

unsigned int bench_events(const struct bench *b, uint64_t after, enum lm_ev_kind kind,
			  unsigned int fn)
{
	unsigned int n = 0;
	struct lm_ev ev;

	while (lm_inproc_journal(b->p, after, &ev, 1)) {
		after = ev.seq;
		if (ev.kind == kind && ev.fn == fn)
			n++;
	}
	return n;
}

void bench_five_cmd(struct bench *b, uint8_t opc, unsigned int vf, uint32_t length, uint32_t offset,
		    uint32_t total)
{
	bench_cmd(b, opc);
	bench_put32(b, LM_SQE_VF_INDEX, vf);
	bench_put32(b, LM_SQE_LENGTH, length);
	bench_put32(b, LM_SQE_OFFSET, offset);
	bench_put32(b, LM_SQE_TOTAL, total);
	if (opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA)
		set_buffer(b);
}

uint16_t bench_five(struct bench *b, uint8_t opc, unsigned int vf)
{
	bench_five_cmd(b, opc, vf, 0, 0, 0);
	return bench_exec(b, 0, 0) & (LM_DNR | 0x7FF);
}

uint16_t bench_save(struct bench *b, unsigned int vf, uint32_t length, uint32_t offset)
{
	bench_five_cmd(b, LM_OPC_SAVE_DATA, vf, length, offset, 0);
	return bench_exec(b, 0, 0) & (LM_DNR | 0x7FF);
}

uint16_t bench_load(struct bench *b, unsigned int vf, uint32_t size, uint32_t offset,
		    uint32_t total)
{
	bench_five_cmd(b, LM_OPC_LOAD_DATA, vf, size, offset, total);
	return bench_exec(b, 0, 0) & (LM_DNR | 0x7FF);
}
