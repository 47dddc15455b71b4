/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * SAVE_DATA and LOAD_DATA: parameters, parts, snapshot, staging memory, and
 * resets in their middle.
 */
#include "bench.h"
#include "crc32c.h"

#define SUSPEND LM_OPC_SUSPEND
#define RESUME LM_OPC_RESUME
#define QUERY LM_OPC_QUERY_DATA_SIZE
#define INVALID_FIELD (LM_SC_INVALID_FIELD | LM_DNR)
#define IMAGE_ROOM 8192

static uint8_t image[IMAGE_ROOM]; /* of VF 1, from setup */
static uint32_t size;

static unsigned int state_of(struct bench *b, unsigned int vf)
{
	return lm_vf_state(lm_inproc_device(b->p), vf);
}

/* VF 1 and 2 suspended, VF 1 with two I/O queue pairs; its image. */
static int setup_with_mdts(void **state, uint8_t mdts)
{
	struct lm_config c;
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	c = *lm_inproc_config(b->p);
	c.mdts = mdts;
	lm_inproc_free(b->p);
	b->p = lm_inproc_new(&c);
	if (!b->p || lm_inproc_fresh(b->p, 2))
		return -1;
	b->buf = lm_inproc_alloc(b->p, 4 * 4096, 4096, &b->buf_iova);
	bench_enable(b, 0);
	bench_enable(b, 1);
	bench_create_io(b, 1, 1);
	bench_create_io(b, 1, 2);
	bench_enable(b, 2);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, SUSPEND, 2), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	size = bench_dw0(b);
	assert_true(size <= IMAGE_ROOM);
	memcpy(image, b->buf, size);
	return 0;
}

static int setup(void **state)
{
	return setup_with_mdts(state, 5);
}

static int setup_without_mdts(void **state)
{
	return setup_with_mdts(state, 0);
}

/* Save all of a VF into b->buf. */
static void save(struct bench *b, unsigned int vf)
{
	assert_int_equal(bench_save(b, vf, 0, 0), 0);
}

static void expect_unchanged(struct bench *b)
{
	save(b, 1);
	assert_memory_equal(b->buf, image, size);
}

static uint16_t load(struct bench *b, unsigned int vf, uint32_t bytes, uint32_t offset,
		     uint32_t total)
{
	memcpy(b->buf, image + offset, bytes);
	return bench_load(b, vf, bytes, offset, total);
}

static void query_and_save_agree(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, QUERY, 1), 0);
	assert_int_equal(bench_dw0(b), size);
	expect_unchanged(b);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
}

static void save_parameters_are_checked(void **state)
{
	struct bench *b = *state;
	static const uint32_t bad[][2] = {
		{ 1, 0 }, { 2, 0 },	  { 5, 0 },	     { 4, 1 },		{ 4, 2 },
		{ 0, 4 }, { 0x20004, 0 }, { 4, 0x80000000 }, { 0xFFFFFFFC, 0 }, { 4, 0xFFFFFFFC },
	};
	uint64_t seq = lm_inproc_journal_last(b->p);
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bench_save(b, 1, bad[i][0], bad[i][1]), INVALID_FIELD);
	assert_int_equal(bench_save(b, 1, 4, size), INVALID_FIELD);
	/* Each command is fetched and gets a CQE; nothing else moves. */
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_WRITE, 0), i + 1);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_READ, 0), i + 1);
}

static void save_writes_no_more_than_it_says(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;
	uint32_t i;

	memset(buf, 0xEE, IMAGE_ROOM);
	assert_int_equal(bench_save(b, 1, 8192, 0), 0);
	assert_int_equal(bench_dw0(b), size);
	for (i = size; i < IMAGE_ROOM; i++)
		assert_int_equal(buf[i], 0xEE);
	memset(buf, 0xEE, IMAGE_ROOM);
	assert_int_equal(bench_save(b, 1, 8, size - 4), 0);
	assert_int_equal(bench_dw0(b), 4);
	assert_memory_equal(buf, image + size - 4, 4);
	assert_int_equal(buf[4], 0xEE);
	assert_int_equal(bench_save(b, 1, 12, 100), 0);
	assert_int_equal(bench_dw0(b), 12);
	assert_memory_equal(buf, image + 100, 12);
	assert_int_equal(buf[12], 0xEE);
}

static void pieces_give_what_the_whole_gives(void **state)
{
	struct bench *b = *state;
	uint32_t at;

	for (at = (size - 1) / 300 * 300;; at -= 300) {
		uint32_t n = size - at < 300 ? size - at : 300;

		assert_int_equal(bench_save(b, 1, 300, at), 0);
		assert_int_equal(bench_dw0(b), n);
		assert_memory_equal(b->buf, image + at, n);
		if (!at)
			break;
	}
}

static void snapshot_holds_what_was_latched_before_it(void **state)
{
	struct bench *b = *state;

	bench_ring(b, 1, 1, false, 3);
	assert_int_equal(bench_save(b, 1, size - 4, 4), 0);
	assert_memory_equal(b->buf, image + 4, size - 4);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	assert_true(memcmp(b->buf, image, size));
	bench_ring(b, 1, 1, false, 0);
	bench_five(b, RESUME, 1);
}

static void save_that_fails_keeps_the_snapshot(void **state)
{
	struct bench *b = *state;

	bench_ring(b, 1, 1, false, 3);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, size, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x1000);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_DATA_TRANSFER);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, size, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x1004);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_PRP_OFFSET);
	assert_int_equal(bench_save(b, 1, size - 4, 4), 0);
	assert_memory_equal(b->buf, image + 4, size - 4);
}

static void save_at_an_offset_takes_the_snapshot_where_there_is_none(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_five(b, RESUME, 1), 0);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(bench_save(b, 1, 64, 64), 0);
	assert_memory_equal(b->buf, image + 64, 64);
	bench_ring(b, 1, 1, false, 3);
	assert_int_equal(bench_save(b, 1, size - 64, 64), 0);
	assert_memory_equal(b->buf, image + 64, size - 64);
}

static void load_parameters_are_checked(void **state)
{
	struct bench *b = *state;
	uint32_t max = lm_image_max(lm_inproc_config(b->p));
	static const uint32_t bad[][3] = {
		{ 0, 0, 0 },
		{ 1, 0, 0 },
		{ 6, 0, 64 },
		{ 64, 2, 128 },
		{ 64, 64, 0 },
		{ 64, 0, 62 },
		{ 64, 0, 60 },
		{ 64, 4, 64 },
		{ 64, 0xFFFFFFF0, 64 },
		{ 0x20, 0xFFFFFFF0, 0x1000 },
		{ 0xFFFFFFFC, 0, 0 },
		{ 64, 0, 0xFFFFFFFC },
	};
	uint64_t seq = lm_inproc_journal_last(b->p);
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bench_load(b, 1, bad[i][0], bad[i][1], bad[i][2]), INVALID_FIELD);
	assert_int_equal(bench_load(b, 1, max + 4, 0, 0), INVALID_FIELD);
	assert_int_equal(bench_load(b, 1, 4, 0, max + 4), INVALID_FIELD);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_READ, 0), i + 2);
	expect_unchanged(b);
}

static void whole_image_is_loaded_from_parts(void **state)
{
	struct bench *b = *state;
	uint32_t at, n;

	for (at = 0; at < size; at += n) {
		n = size - at < 1000 ? size - at : 1000;
		assert_int_equal(load(b, 2, n, at, size), 0);
		assert_int_equal(state_of(b, 2),
				 at + n < size ? LM_STATE_LOADING : LM_STATE_SUSPENDED);
	}
	save(b, 2);
	assert_memory_equal(b->buf, image, size);
}

static void part_that_does_not_follow_drops_all(void **state)
{
	struct bench *b = *state;
	static const uint32_t bad[][2] = {
		{ 0, 0 }, { 996, 0 }, { 1004, 0 }, { 1000, 4 }, { 1000, -4 }
	};
	unsigned int i;

	for (i = 1; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(b, 1, 1000, 0, size), 0);
		assert_int_equal(load(b, 1, 100, bad[i][0], size + bad[i][1]), LM_SC_SEQUENCE);
		assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
		assert_int_equal(load(b, 1, 100, 1000, size), LM_SC_SEQUENCE);
	}
	expect_unchanged(b);
}

static void offset_0_starts_over(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	assert_int_equal(load(b, 1, 500, 0, size - 4), 0);
	assert_int_equal(load(b, 1, 100, 1000, size), LM_SC_SEQUENCE);
	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	assert_int_equal(load(b, 1, size, 0, 0), 0);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	expect_unchanged(b);
}

static void other_commands_find_the_vf_loading(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	assert_int_equal(bench_five(b, QUERY, 1), LM_SC_SEQUENCE);
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), LM_STATE_LOADING);
	assert_int_equal(bench_five(b, RESUME, 1), LM_SC_SEQUENCE);
	assert_int_equal(bench_save(b, 1, 0, 0), LM_SC_SEQUENCE);
	assert_int_equal(bench_five(b, RESUME, 5), INVALID_FIELD);
	assert_int_equal(state_of(b, 1), LM_STATE_LOADING);
	assert_int_equal(load(b, 1, 100, 1000, size), 0);
	assert_int_equal(bench_five(b, SUSPEND, 1), 0);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	assert_int_equal(load(b, 1, 100, 1100, size), LM_SC_SEQUENCE);
	expect_unchanged(b);
}

static void error_of_a_part_drops_what_is_staged(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	assert_int_equal(bench_load(b, 1, 3, 1000, size), INVALID_FIELD);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	bench_five_cmd(b, LM_OPC_LOAD_DATA, 1, 1000, 1000, size);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x1000);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_DATA_TRANSFER);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	expect_unchanged(b);
}

static void staging_memory_is_for_one_vf_at_a_time(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	assert_int_equal(load(b, 2, size, 0, 0), LM_SC_NOT_ENOUGH_RESOURCES);
	assert_int_equal(state_of(b, 1), LM_STATE_LOADING);
	assert_int_equal(load(b, 1, size - 1000, 1000, size), 0);
	assert_int_equal(load(b, 2, size, 0, 0), 0);
	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	lm_inproc_flr(b->p, 1);
	assert_int_equal(load(b, 2, size, 0, 0), 0);
}

static void pf_controller_reset_drops_what_is_staged(void **state)
{
	struct bench *b = *state;

	assert_int_equal(load(b, 1, 1000, 0, size), 0);
	bench_write(b, 0, 0x14, 0x00460000);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	bench_enable(b, 0);
	assert_int_equal(load(b, 1, 1000, 1000, size), LM_SC_SEQUENCE);
	assert_int_equal(load(b, 2, size, 0, 0), 0);
	expect_unchanged(b);
}

static void image_is_fetched_once(void **state)
{
	struct bench *b = *state;
	uint64_t seq;
	uint32_t bytes = 0;
	struct lm_ev ev;

	memcpy(b->buf, image, size);
	seq = lm_inproc_journal_last(b->p);
	assert_int_equal(bench_load(b, 1, size, 0, 0), 0);
	while (lm_inproc_journal(b->p, seq, &ev, 1)) {
		seq = ev.seq;
		if (ev.kind != LM_EV_DMA_READ || ev.addr < b->buf_iova ||
		    ev.addr >= b->buf_iova + IMAGE_ROOM)
			continue;
		assert_int_equal(ev.fn, 0);
		bytes += ev.len;
	}
	assert_int_equal(bytes, size);
}

/* Submit SAVE_DATA or LOAD_DATA, let its first page move, then FLR. */
static void reset_in_the_middle(struct bench *b, uint8_t opc, enum lm_ev_kind kind)
{
	unsigned int before;
	uint64_t seq;

	memcpy(b->buf, image, size);
	bench_five_cmd(b, opc, 1, size, 0, 0);
	seq = lm_inproc_journal_last(b->p);
	bench_submit(b, 0, 0);
	/* The first transfer of LOAD is the second read, behind the fetch. */
	before = opc == LM_OPC_LOAD_DATA ? 2 : 1;
	while (bench_events(b, seq, kind, 0) < before)
		assert_true(lm_inproc_step(b->p));
	lm_inproc_flr(b->p, 1);
	seq = lm_inproc_journal_last(b->p);
	lm_inproc_run(b->p);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_READ, 0), 0);
	assert_int_equal(bench_events(b, seq, LM_EV_DMA_WRITE, 0), 1);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, LM_SC_NOT_SUSPENDED);
	assert_int_equal(state_of(b, 1), LM_STATE_ACTIVE);
	assert_int_equal(bench_read(b, 1, 0x14), 0);
}

static void flr_in_the_middle_of_save(void **state)
{
	reset_in_the_middle(*state, LM_OPC_SAVE_DATA, LM_EV_DMA_WRITE);
}

static void flr_in_the_middle_of_load(void **state)
{
	struct bench *b = *state;

	reset_in_the_middle(b, LM_OPC_LOAD_DATA, LM_EV_DMA_READ);
	assert_int_equal(load(b, 2, size, 0, 0), 0);
}

static void commands_of_one_vf_execute_in_order(void **state)
{
	static const uint16_t expected[] = { 0, 0, 0, LM_SC_NOT_SUSPENDED, 0, 0 };
	static const uint8_t opc[] = { LM_OPC_SAVE_DATA, QUERY,	  RESUME,
				       LM_OPC_SAVE_DATA, SUSPEND, QUERY };
	struct bench *b = *state;
	unsigned int i;

	for (i = 0; i < sizeof(opc); i++) {
		bench_five_cmd(b, opc[i], 1, 0, 0, 0);
		bench_submit(b, 0, 0);
	}
	lm_inproc_run(b->p);
	for (i = 0; i < sizeof(opc); i++) {
		assert_true(bench_reap(b, 0, 0));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, expected[i]);
	}
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), LM_STATE_SUSPENDED);
}

static void saves_of_two_vfs_go_on_together(void **state)
{
	struct bench *b = *state;
	uint64_t iova;
	uint8_t *other = lm_inproc_alloc(b->p, IMAGE_ROOM, 4096, &iova);
	uint16_t cid[2];
	unsigned int i;

	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0, 0, 0);
	cid[0] = bench_submit(b, 0, 0);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 2, 0, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP1, iova);
	lm_put_le64(b->sqe + LM_SQE_PRP2, iova + 4096);
	cid[1] = bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	for (i = 0; i < 2; i++) {
		assert_true(bench_reap(b, 0, 0));
		assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid[i]);
	}
	assert_memory_equal(b->buf, image, size);
	save(b, 2);
	assert_memory_equal(b->buf, other, bench_dw0(b));
}

static void pf_reset_in_the_middle_forgets_the_transfer(void **state)
{
	struct bench *b = *state;

	bench_five_cmd(b, LM_OPC_LOAD_DATA, 1, size, 0, 0);
	memcpy(b->buf, image, size);
	bench_submit(b, 0, 0);
	assert_true(lm_inproc_step(b->p));
	assert_true(lm_inproc_step(b->p));
	bench_write(b, 0, 0x14, 0x00460000);
	lm_inproc_run(b->p);
	bench_enable(b, 0);
	assert_false(bench_reap(b, 0, 0));
	assert_int_equal(load(b, 2, size, 0, 0), 0);
	expect_unchanged(b);
}

static void vf_enable_cleared_ends_commands_that_wait(void **state)
{
	struct bench *b = *state;

	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0, 0, 0);
	bench_submit(b, 0, 0);
	bench_five_cmd(b, QUERY, 1, 0, 0, 0);
	bench_submit(b, 0, 0);
	/* SAVE_DATA is fetched, its first page moved, and QUERY_DATA_SIZE fetched. */
	assert_true(lm_inproc_step(b->p));
	assert_true(lm_inproc_step(b->p));
	assert_true(lm_inproc_step(b->p));
	lm_inproc_set_num_vfs(b->p, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, LM_SC_NOT_SUSPENDED);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1 & 0x7FF, LM_SC_INVALID_FIELD);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), 0);
}

static void transfer_waits_for_bus_mastering_of_the_pf(void **state)
{
	struct bench *b = *state;

	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0, 0, 0);
	bench_submit(b, 0, 0);
	assert_true(lm_inproc_step(b->p));
	lm_inproc_pci_command(b->p, 0, true, false, true, false);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 0, 0));
	lm_inproc_pci_command(b->p, 0, true, true, true, false);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(bench_dw0(b), size);
	assert_memory_equal(b->buf, image, size);
}

static void abort_leaves_a_transfer_alone(void **state)
{
	struct bench *b = *state;
	uint16_t cid;

	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0, 0, 0);
	cid = bench_submit(b, 0, 0);
	assert_true(lm_inproc_step(b->p));
	bench_cmd(b, 0x08);
	bench_put32(b, LM_SQE_CDW10, (uint32_t)cid << 16);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(bench_dw0(b), 1);
	assert_true(bench_reap(b, 0, 0));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_CID), cid);
	assert_int_equal(bench_dw0(b), size);
}

static void identity_moves_and_two_of_it_do_not_work(void **state)
{
	struct bench *b = *state;
	const uint8_t *id = b->buf;

	assert_int_equal(load(b, 2, size, 0, 0), 0);
	b->q[2][0] = b->q[1][0];
	assert_int_equal(bench_five(b, RESUME, 2), 0);
	assert_int_equal(bench_identify(b, 2, 1, 0), 0);
	assert_int_equal(lm_get_le16(id + 78), 2);
	assert_int_equal(bench_identify(b, 0, 0x15, 0), 0);
	assert_int_equal(lm_get_le16(id + 64), 3);
	assert_int_equal(bench_five(b, RESUME, 1), LM_SC_INCOMPATIBLE_IMAGE | LM_DNR);
	assert_int_equal(state_of(b, 1), LM_STATE_SUSPENDED);
	lm_inproc_flr(b->p, 2);
	bench_enable(b, 2);
	assert_int_equal(bench_identify(b, 2, 1, 0), 0);
	assert_int_equal(lm_get_le16(id + 78), 3);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
}

/* LM-RSM-070: a controller is named by SUBNQN and CNTLID together. */
static void one_cntlid_in_two_subsystems_is_no_conflict(void **state)
{
	struct bench *b = *state;
	uint8_t *p = b->buf;

	/* the subsystem that it comes from has another name */
	memcpy(p, image, size);
	p[LM_IMG_HEADER_SIZE + LM_SEC_HEADER_SIZE + LM_IDN_SUBNQN + 4] ^= 1;
	lm_put_le32(p + LM_IMG_CRC, 0);
	lm_put_le32(p + LM_IMG_CRC, lm_crc32c(0, p, size));
	assert_int_equal(bench_load(b, 2, size, 0, 0), 0);
	assert_int_equal(bench_five(b, RESUME, 2), 0);
	assert_int_equal(bench_five(b, RESUME, 1), 0);
}

static void fault_switch_truncates_and_corrupts_save(void **state)
{
	struct bench *b = *state;
	struct lm_fault_rule fault = { .opc = LM_OPC_SAVE_DATA, .vf = 1, .count = 1 };
	uint8_t *buf = b->buf;

	memset(buf, 0xEE, IMAGE_ROOM);
	fault.what.truncate = true;
	fault.what.bytes = 100;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	assert_int_equal(bench_dw0(b), size);
	assert_memory_equal(buf, image, 100);
	assert_int_equal(buf[100], 0xEE);
	/* nothing at all, and more than there is */
	memset(buf, 0xEE, IMAGE_ROOM);
	fault.what.bytes = 0;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	assert_int_equal(bench_dw0(b), size);
	assert_int_equal(buf[0], 0xEE);
	fault.what.bytes = UINT32_MAX;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	expect_unchanged(b);
	assert_int_equal(buf[size], 0xEE);
	fault.what.truncate = false;
	fault.what.corrupt = true;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	expect_unchanged(b);
	fault.what.bytes = 4500;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	assert_int_equal(buf[4500], image[4500] ^ 1);
	expect_unchanged(b);
	/* a byte whose bit is set; another fault corrupts nothing */
	fault.what.bytes = LM_IMG_MAGIC;
	while (!(image[fault.what.bytes] & 1))
		fault.what.bytes++;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	assert_int_equal(bench_save(b, 1, 0, 0), 0);
	assert_int_equal(buf[fault.what.bytes], image[fault.what.bytes] ^ 1);
	fault.what.corrupt = false;
	fault.what.override_dw0 = true;
	fault.what.dw0 = size;
	assert_int_equal(lm_inproc_fault(b->p, &fault), 0);
	expect_unchanged(b);
}

static void buffer_in_a_prp_list(void **state)
{
	struct bench *b = *state;
	uint64_t iova, list_iova;
	uint8_t *far = lm_inproc_alloc(b->p, 3 * 4096, 4096, &iova);
	uint8_t *list = lm_inproc_alloc(b->p, 4096, 4096, &list_iova);

	lm_put_le64(list + 4096 - 16, iova + 8192);
	lm_put_le64(list + 4096 - 8, iova);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, size, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP1, iova + 4096 + 2048 + 1024);
	lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova + 4096 - 16);
	assert_int_equal(bench_status(b, 0, 0), 0);
	assert_memory_equal(far + 4096 + 3072, image, 1024);
	assert_memory_equal(far + 8192, image + 1024, 4096);
	assert_memory_equal(far, image + 1024 + 4096, size - 1024 - 4096);
}

/* Gigabytes of buffer, of which the list names the first pages. */
static void largest_length_is_no_more_than_a_length(void **state)
{
	struct bench *b = *state;
	uint64_t list_iova;
	uint8_t *list = lm_inproc_alloc(b->p, 4096, 4096, &list_iova);
	unsigned int i;

	for (i = 0; i < 3; i++)
		lm_put_le64(list + 8 * i, b->buf_iova + 4096 * (i + 1));
	for (i = 0; i < 2; i++) {
		memset(b->buf, 0xEE, IMAGE_ROOM);
		bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0xFFFFFFFC, 0, 0);
		lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 4092 * i);
		lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova);
		assert_int_equal(bench_status(b, 0, 0), 0);
		assert_int_equal(bench_dw0(b), size);
		assert_memory_equal((uint8_t *)b->buf + 4092 * i, image, size);
	}
	assert_int_equal(bench_load(b, 1, 0xFFFFFFFC, 0, 0), INVALID_FIELD);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(query_and_save_agree),
		T(save_parameters_are_checked),
		T(save_writes_no_more_than_it_says),
		T(pieces_give_what_the_whole_gives),
		T(snapshot_holds_what_was_latched_before_it),
		T(save_that_fails_keeps_the_snapshot),
		T(save_at_an_offset_takes_the_snapshot_where_there_is_none),
		T(load_parameters_are_checked),
		T(whole_image_is_loaded_from_parts),
		T(part_that_does_not_follow_drops_all),
		T(offset_0_starts_over),
		T(other_commands_find_the_vf_loading),
		T(error_of_a_part_drops_what_is_staged),
		T(staging_memory_is_for_one_vf_at_a_time),
		T(pf_controller_reset_drops_what_is_staged),
		T(image_is_fetched_once),
		T(flr_in_the_middle_of_save),
		T(flr_in_the_middle_of_load),
		T(commands_of_one_vf_execute_in_order),
		T(saves_of_two_vfs_go_on_together),
		T(pf_reset_in_the_middle_forgets_the_transfer),
		T(vf_enable_cleared_ends_commands_that_wait),
		T(transfer_waits_for_bus_mastering_of_the_pf),
		T(abort_leaves_a_transfer_alone),
		T(identity_moves_and_two_of_it_do_not_work),
		T(one_cntlid_in_two_subsystems_is_no_conflict),
		T(fault_switch_truncates_and_corrupts_save),
		T(buffer_in_a_prp_list),
		cmocka_unit_test_setup_teardown(largest_length_is_no_more_than_a_length,
						setup_without_mdts, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
