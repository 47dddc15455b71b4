/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * I/O commands, PRPs, and the back end.
 */
#include <stdlib.h>

#include "bench.h"
#include "core.h"

#define READ 0x02
#define WRITE 0x01
#define FLUSH 0x00
#define ZEROES 0x08

static int setup(void **state)
{
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	bench_create_io(b, 1, 2);
	return 0;
}

static void what_is_written_is_read(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;
	unsigned int i;

	for (i = 0; i < 8192; i++)
		buf[i] = (uint8_t)(i * 7);
	bench_rw(b, WRITE, 1, 100, 16);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	memset(buf, 0, 8192);
	bench_rw(b, READ, 1, 100, 16);
	assert_int_equal(bench_exec(b, 1, 2), 0);
	for (i = 0; i < 8192; i++)
		assert_int_equal(buf[i], (uint8_t)(i * 7));
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 1);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 2), 1);
	assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
	assert_int_equal(lm_get_le64(buf + 32), 1);
	assert_int_equal(lm_get_le64(buf + 48), 1);
	assert_int_equal(lm_get_le64(buf + 64), 1);
	assert_int_equal(lm_get_le64(buf + 80), 1);
}

/* A port that takes a write's data from where they are, and what it was told. */
static const struct lm_port *gathering_by;
static uint64_t gathered_at[4];
static unsigned int gathered;

static int gather(void *ctx, struct lm_backend_request *req, uint64_t addr, uint32_t len)
{
	uint32_t before = gathered ? 4096u * gathered - (gathered_at[0] & 4095) : 0;

	gathered_at[gathered++] = addr;
	return gathering_by->dma_read(ctx, req->fn, addr, (uint8_t *)req->data + before, len);
}

static void a_port_may_gather_the_data_itself(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_port port = *dev->port;
	uint8_t *buf = b->buf;
	unsigned int i;

	gathering_by = dev->port;
	gathered = 0;
	port.backend_gather = gather;
	dev->port = &port;
	for (i = 0; i < 16384; i++)
		buf[i] = (uint8_t)(i * 7 + (i >> 8));
	bench_rw(b, WRITE, 1, 100, 16);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 512);
	lm_put_le64(b->sqe + LM_SQE_PRP2, b->buf_iova + 12288);
	lm_put_le32(b->sqe + LM_SQE_CDW12, 13);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	assert_int_equal(gathered, 2);
	assert_int_equal(gathered_at[0], b->buf_iova + 512);
	assert_int_equal(gathered_at[1], b->buf_iova + 12288);
	gathered = 0;
	bench_rw(b, WRITE, 1, 100, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x7000);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
	bench_rw(b, WRITE, 1, 100, 24);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x7000);
	gathered = 0;
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
	dev->port = gathering_by;
	memset(buf, 0, 8192);
	bench_rw(b, READ, 1, 100, 14);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	for (i = 0; i < 7168; i++) {
		unsigned int from = i < 3584 ? i + 512 : i - 3584 + 12288;

		assert_int_equal(buf[i], (uint8_t)(from * 7 + (from >> 8)));
	}
}

static void write_zeroes_and_flush(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;

	memset(buf, 0xFF, 4096);
	bench_rw(b, WRITE, 2, 5, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	bench_rw(b, ZEROES, 2, 5, 1);
	bench_put32(b, LM_SQE_CDW12, 0xC2000000); /* LR, FUA, DEAC */
	assert_int_equal(bench_exec(b, 1, 1), 0);
	bench_rw(b, READ, 2, 5, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	assert_int_equal(buf[0] | buf[4095], 0);
	bench_cmd(b, FLUSH);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	bench_put32(b, LM_SQE_NSID, 0xFFFFFFFF);
	assert_int_equal(bench_status(b, 1, 1), 0x0B);
}

static void bad_commands_get_their_status(void **state)
{
	struct bench *b = *state;

	bench_cmd(b, 0x05);
	bench_put32(b, LM_SQE_NSID, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0x6001);
	bench_rw(b, READ, 0, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), 0x0B);
	bench_rw(b, READ, 3, 0, 1);
	assert_int_equal(bench_status(b, 1, 1), 0x0B);
	bench_rw(b, READ, 1, 8191, 2);
	assert_int_equal(bench_status(b, 1, 1), 0x80);
	bench_rw(b, READ, 1, UINT64_MAX, 2);
	assert_int_equal(bench_status(b, 1, 1), 0x80);
	bench_rw(b, READ, 1, 0, 257); /* MDTS is 128 KiB */
	assert_int_equal(bench_status(b, 1, 1), 2);
	bench_rw(b, READ, 1, 0, 1);
	b->sqe[LM_SQE_FLAGS] = 1;
	assert_int_equal(bench_status(b, 1, 1), 2);
	b->sqe[LM_SQE_FLAGS] = 0x40;
	assert_int_equal(bench_status(b, 1, 1), 2);
	bench_rw(b, READ, 1, 8191, 1);
	assert_int_equal(bench_status(b, 1, 1), 0);
	/* more blocks than there are at all */
	assert_int_equal(lm_inproc_namespace_resize(b->p, 1, 4), 0);
	bench_rw(b, READ, 1, 0, 5);
	assert_int_equal(bench_status(b, 1, 1), 0x80);
	bench_rw(b, READ, 1, 0, 4);
	assert_int_equal(bench_status(b, 1, 1), 0);
}

static void prp_list(void **state, size_t list_at, unsigned int pages, uint32_t prp1_offset)
{
	struct bench *b = *state;
	uint64_t data_iova, list_iova;
	uint8_t *data = lm_inproc_alloc(b->p, (size_t)(pages + 1) * 4096, 4096, &data_iova);
	uint8_t *list = lm_inproc_alloc(b->p, 3 * 4096, 4096, &list_iova);
	uint8_t *e = list + list_at;
	unsigned int i;
	size_t n, len;
	uint8_t *medium = lm_inproc_media_data(b->p, 1, &len);

	/* Pages of the data in reverse, so that order counts. */
	for (i = 1; i <= pages - !prp1_offset; i++) {
		if (((size_t)(e - list) & 4095) == 4088 && i < pages - !prp1_offset) {
			lm_put_le64(e, list_iova + (size_t)(e - list) + 8);
			e += 8;
		}
		lm_put_le64(e, data_iova + (uint64_t)(pages - i) * 4096);
		e += 8;
	}
	bench_rw(b, READ, 1, 0, pages * 8);
	lm_put_le64(b->sqe + LM_SQE_PRP1, data_iova + (uint64_t)pages * 4096 + prp1_offset);
	lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova + list_at);
	for (n = 0; n < (size_t)pages * 4096; n++)
		medium[n] = (uint8_t)(n / 4096 + n);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	assert_memory_equal(data + (size_t)pages * 4096 + prp1_offset, medium, 4096 - prp1_offset);
	for (i = 1; i < pages; i++)
		assert_memory_equal(data + (size_t)(pages - i) * 4096,
				    medium + (size_t)i * 4096 - prp1_offset, 4096);
	if (prp1_offset)
		assert_memory_equal(data, medium + (size_t)pages * 4096 - prp1_offset, prp1_offset);
}

static void prp_lists_in_all_shapes(void **state)
{
	prp_list(state, 0, 3, 0);
	prp_list(state, 8, 32, 0);
	prp_list(state, 8, 31, 512);
	prp_list(state, 4088, 3, 0); /* the first entry is a chain */
	prp_list(state, 4096 - 24, 8, 0); /* chained after two */
	prp_list(state, 4096 - 16, 3, 0); /* ends exactly at the page's end */
	prp_list(state, 4096 - 72, 10, 0); /* the last entry of a page is read alone */
}

static void bad_prp_entries_fail(void **state)
{
	struct bench *b = *state;
	struct lm_slot *slots = lm_inproc_device(b->p)->fn[1].slot;
	uint64_t iova;
	uint8_t *list = lm_inproc_alloc(b->p, 4096, 4096, &iova);

	bench_rw(b, READ, 1, 0, 24);
	lm_put_le64(b->sqe + LM_SQE_PRP2, iova + 4);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_PRP_OFFSET);
	lm_put_le64(b->sqe + LM_SQE_PRP2, iova);
	lm_put_le64(list, b->buf_iova + 4096);
	lm_put_le64(list + 8, b->buf_iova + 8192 + 8);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_PRP_OFFSET);
	/* entries that commands before this one left in the slots */
	for (unsigned int i = 0; i < LM_MAX_INFLIGHT; i++)
		for (unsigned int n = 0; n < LM_PRP_AHEAD; n++)
			lm_put_le64(slots[i].prp.ahead + 8 * (size_t)n, b->buf_iova);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x7000);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
	lm_put_le64(list + 4088, iova + 16);
	lm_put_le64(b->sqe + LM_SQE_PRP2, iova + 4088);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_PRP_OFFSET);
	lm_put_le64(list + 4088, 0x7000);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x7FF8);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
}

static void slow_media_delay_the_completion(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .mode = LM_MEDIA_NORMAL, .latency = 1000000 };

	lm_inproc_media(b->p, &m);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, 999999);
	assert_false(bench_reap(b, 1, 1));
	assert_int_equal(lm_inproc_media_pending(b->p), 1);
	lm_inproc_advance(b->p, 1);
	assert_true(bench_reap(b, 1, 1));
}

static void failing_media_fail_the_command(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .mode = LM_MEDIA_FAIL, .status = 0x281 };

	lm_inproc_media(b->p, &m);
	bench_rw(b, READ, 1, 7, 1);
	assert_int_equal(bench_status(b, 1, 1), 0x281);
	assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 160), 1);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 176), 1);
	assert_int_equal(bench_log(b, 1, 1, 64, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 16), 7);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 8), 1);
	m.admin = true;
	m.status = 6;
	lm_inproc_media(b->p, &m);
	assert_int_equal(bench_identify(b, 1, 1, 0), 6);
}

static void without_cache_a_write_is_flushed(void **state)
{
	struct bench *b = *state;
	uint64_t last;

	assert_int_equal(bench_set_feature(b, 1, 6, 0), 0);
	last = lm_inproc_journal_last(b->p);
	bench_rw(b, WRITE, 1, 0, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	assert_int_equal(bench_events(b, last, LM_EV_MEDIA, 1), 2);
}

static void full_cq_parks_completions_in_order(void **state)
{
	struct bench *b = *state;
	uint16_t cid[BENCH_ENTRIES + 3];
	struct bench_queue *q = &b->q[1][1];
	unsigned int i;

	for (i = 0; i < BENCH_ENTRIES - 1; i++) {
		bench_rw(b, READ, 1, 0, 1);
		cid[i] = bench_submit(b, 1, 1);
	}
	lm_inproc_run(b->p);
	for (; i < BENCH_ENTRIES + 2; i++) {
		bench_rw(b, READ, 1, 0, 1);
		cid[i] = bench_submit(b, 1, 1);
	}
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), BENCH_ENTRIES - 1);
	for (i = 0; i < BENCH_ENTRIES + 2; i++) {
		assert_true(bench_reap(b, 1, 1));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[i]);
		lm_inproc_run(b->p);
	}
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_SQHD), q->tail);
	assert_false(bench_reap(b, 1, 1));
}

static void without_bus_mastering_nothing_moves(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .latency = 1000 };
	uint64_t last;

	lm_inproc_media(b->p, &m);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	bench_rw(b, WRITE, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	last = lm_inproc_journal_last(b->p);
	bench_rw(b, READ, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_advance(b->p, 1000000);
	assert_int_equal(bench_events(b, last, LM_EV_DMA_READ, 1), 0);
	assert_int_equal(bench_events(b, last, LM_EV_DMA_WRITE, 1), 0);
	assert_int_equal(bench_events(b, last, LM_EV_DMA_FAULT, 1), 0);
	assert_int_equal(bench_events(b, last, LM_EV_MSIX, 1), 0);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_advance(b->p, 1000000);
	assert_true(bench_reap(b, 1, 1));
	assert_true(bench_reap(b, 1, 1));
	assert_true(bench_reap(b, 1, 1));
}

static void no_buffer_is_tried_again(void **state)
{
	struct bench *b = *state;
	unsigned int seen;

	lm_inproc_fail_nth(b->p, 0, &seen);
	bench_rw(b, READ, 1, 0, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
	lm_inproc_fail_nth(b->p, 2, &seen);
	assert_int_equal(seen, 4); /* SQE, buffer, data, CQE */
	assert_int_equal(bench_exec(b, 1, 1), 0);
	lm_inproc_fail_nth(b->p, 3, NULL);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
}

static void failing_fetch_or_post_is_fatal(void **state)
{
	struct bench *b = *state;
	unsigned int nth;

	for (nth = 1; nth <= 4; nth += 3) {
		lm_inproc_fail_nth(b->p, nth, NULL);
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
		assert_int_equal(bench_read(b, 1, 0x1C), 3);
		assert_false(bench_reap(b, 1, 1));
		bench_write(b, 1, 0x14, 0);
		assert_int_equal(bench_read(b, 1, 0x1C), 0);
		bench_enable(b, 1);
		bench_create_io(b, 1, 1);
	}
	/* the PF's, too */
	lm_inproc_fail_nth(b->p, 1, NULL);
	bench_cmd(b, 0x06);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 0, 0x1C), 3);
}

static void fetching_stops_at_the_bound(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .mode = LM_MEDIA_STALL };
	unsigned int i;

	bench_create_long(b, 1, 3, 512);
	lm_inproc_media(b->p, &m);
	for (i = 0; i < LM_MAX_INFLIGHT + 44; i++) {
		bench_rw(b, READ, 1, i, 1);
		bench_submit(b, 1, 3);
	}
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_media_pending(b->p), LM_MAX_INFLIGHT);
	m.mode = LM_MEDIA_NORMAL;
	lm_inproc_media(b->p, &m);
	lm_inproc_run(b->p);
	for (i = 0; i < LM_MAX_INFLIGHT + 44; i++) {
		assert_true(bench_reap(b, 1, 3));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
	}
	assert_false(bench_reap(b, 1, 3));
}

static void queues_take_turns(void **state)
{
	struct bench *b = *state;
	uint64_t last = lm_inproc_journal_last(b->p);
	unsigned int last_qid = 0;
	unsigned int i;
	struct lm_ev ev;

	for (i = 0; i < 3; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 1);
	}
	for (i = 0; i < 3; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 2);
	}
	lm_inproc_run(b->p);
	for (i = 0; lm_inproc_journal(b->p, last, &ev, 1); last = ev.seq) {
		unsigned int qid = ev.addr < b->q[1][2].sq_iova ? 1 : 2;

		if (ev.kind != LM_EV_DMA_READ || ev.len != 64)
			continue;
		assert_int_not_equal(qid, last_qid);
		last_qid = qid;
		i++;
	}
	assert_int_equal(i, 6);
}

static void admin_commands_wait_for_bus_mastering(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .latency = 1000, .admin = true };

	lm_inproc_media(b->p, &m);
	bench_cmd(b, 0x06);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 1);
	bench_submit(b, 1, 0);
	bench_rw(b, WRITE, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	lm_inproc_advance(b->p, 1000000);
	assert_false(bench_reap(b, 1, 0));
	/* a drain does not wait for it */
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, LM_SC_DATA_TRANSFER);
	assert_true(bench_reap(b, 1, 1));
}

static void a_write_waits_for_its_data_without_bus_mastering(void **state)
{
	struct bench *b = *state;

	bench_rw(b, WRITE, 1, 0, 1);
	bench_submit(b, 1, 1);
	assert_true(lm_inproc_step(b->p)); /* fetched */
	assert_true(lm_inproc_step(b->p)); /* has a buffer */
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	assert_false(lm_inproc_step(b->p));
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 1));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
}

static void no_event_is_reported_without_bus_mastering(void **state)
{
	struct bench *b = *state;

	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	bench_ring(b, 1, 7, false, 1);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 0));
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 0));
	assert_int_equal(bench_dw0(b), 0x00010000);
}

static void a_full_cq_does_not_hold_up_another(void **state)
{
	struct bench *b = *state;
	unsigned int i;
	uint16_t cid;

	for (i = 0; i < BENCH_ENTRIES + 1; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 1);
		lm_inproc_run(b->p);
	}
	bench_rw(b, READ, 1, 0, 1);
	assert_int_equal(bench_exec(b, 1, 2), 0);
	/* what is parked cannot be aborted */
	cid = (uint16_t)(b->cid - 1);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16 | 1);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	assert_int_equal(bench_dw0(b), 1);
}

/* One CQ of BENCH_ENTRIES entries for a long SQ. */
static void create_lopsided(struct bench *b)
{
	struct bench_queue *q = &b->q[1][3];

	bench_create_long(b, 1, 3, 512);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 3);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	bench_cmd(b, 4);
	bench_put32(b, LM_SQE_CDW10, 3);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->cq_iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | 3);
	bench_put32(b, LM_SQE_CDW11, 3u << 16 | 3);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	bench_cmd(b, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->sq_iova);
	bench_put32(b, LM_SQE_CDW10, 511u << 16 | 3);
	bench_put32(b, LM_SQE_CDW11, 3u << 16 | 1);
	assert_int_equal(bench_exec(b, 1, 0), 0);
}

static void shutdown_ends_though_all_slots_are_parked(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	create_lopsided(b);
	for (i = 0; i < LM_MAX_INFLIGHT + 7; i++) {
		bench_rw(b, READ, 1, 0, 1);
		bench_submit(b, 1, 3);
	}
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 3), 7);
	bench_write(b, 1, 0x14, 0x00464001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, 0x1C), 9);
}

static void an_aer_cannot_be_aborted_without_a_slot(void **state)
{
	struct bench *b = *state;
	struct lm_media m = { .mode = LM_MEDIA_STALL };
	unsigned int i;
	uint16_t aer;

	bench_create_long(b, 1, 3, 512);
	bench_cmd(b, 0x0C);
	aer = bench_submit(b, 1, 0);
	lm_inproc_media(b->p, &m);
	for (i = 0; i < LM_MAX_INFLIGHT - 1; i++) {
		bench_rw(b, READ, 1, i, 1);
		bench_submit(b, 1, 3);
	}
	lm_inproc_run(b->p);
	bench_cmd(b, 8);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)aer << 16);
	assert_int_equal(bench_exec(b, 1, 0), 0);
	assert_int_equal(bench_dw0(b), 1);
}

/* NVMe 1.4 5.15.2.2: MDTS 0 is no limit. */
static void without_mdts_any_length_goes(void **state)
{
	struct bench *b = *state;
	struct lm_config c = *lm_inproc_config(b->p);

	c.mdts = 0;
	lm_inproc_free(b->p);
	b->p = lm_inproc_new(&c);
	assert_int_equal(lm_inproc_fresh(b->p, 1), 0);
	b->buf = lm_inproc_alloc(b->p, 8192, 4096, &b->buf_iova);
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	prp_list(state, 0, 33, 0); /* 132 KiB */
	assert_int_equal(bench_log(b, 1, 2, 33 * 4096, true), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(what_is_written_is_read),
		T(a_port_may_gather_the_data_itself),
		T(write_zeroes_and_flush),
		T(bad_commands_get_their_status),
		T(prp_lists_in_all_shapes),
		T(bad_prp_entries_fail),
		T(slow_media_delay_the_completion),
		T(failing_media_fail_the_command),
		T(without_cache_a_write_is_flushed),
		T(full_cq_parks_completions_in_order),
		T(without_bus_mastering_nothing_moves),
		T(no_buffer_is_tried_again),
		T(failing_fetch_or_post_is_fatal),
		T(fetching_stops_at_the_bound),
		T(queues_take_turns),
		T(admin_commands_wait_for_bus_mastering),
		T(a_write_waits_for_its_data_without_bus_mastering),
		T(no_event_is_reported_without_bus_mastering),
		T(a_full_cq_does_not_hold_up_another),
		T(shutdown_ends_though_all_slots_are_parked),
		T(an_aer_cannot_be_aborted_without_a_slot),
		T(without_mdts_any_length_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
