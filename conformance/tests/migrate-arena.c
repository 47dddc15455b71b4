/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A guest's memory that came from outside, the pattern of its blocks, and the median. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "pattern.h"
#include "stats.h"

#define FUZZ 20000

static const struct mg_shape good_shape = {
	.iova = MG_IOVA,
	.slba = 64,
	.blocks = 256,
	.nsid = 1,
	.block = 512,
	.pairs = 3,
	.depth = 8,
	.sq_entries = 9,
	.cq_entries = 9,
	.max_transfer = MG_TRANSFER,
	.irq = 1,
};

struct arena {
	uint8_t *mem;
	struct mg_layout l;
	struct mg_state *state;
	struct mg_queue *queue;
	struct mg_cmd *cmd;
};

/* A guest with one write outstanding on queue 1, blocks 4 to 7. */
static void make(struct arena *a)
{
	mg_layout(&a->l, &good_shape);
	a->mem = calloc(1, a->l.length);
	assert_non_null(a->mem);
	a->state = (struct mg_state *)a->mem;
	a->queue = (struct mg_queue *)(a->mem + a->l.queues);
	a->cmd = (struct mg_cmd *)(a->mem + a->l.cmds);
	memcpy(a->state->magic, MG_STATE_MAGIC, 8);
	a->state->version = MG_STATE_VERSION;
	a->state->byte_order = MG_BYTE_ORDER;
	a->state->shape = good_shape;
	a->cmd[mg_first_cmd(&good_shape, 1)] = (struct mg_cmd){
		.op = MG_OP_WRITE, .state = MG_CMD_QUEUED, .first = 4, .blocks = 4
	};
	a->queue[1].used = 1;
	memset(a->mem + a->l.busy + 4, 1, 4);
	assert_null(mg_arena_check(a->mem, a->l.length));
}

static void refused(struct arena *a)
{
	assert_non_null(mg_arena_check(a->mem, a->l.length));
	free(a->mem);
	make(a);
}

static void test_state(void **unused)
{
	struct arena a;

	(void)unused;
	make(&a);
	assert_non_null(mg_arena_check(a.mem, sizeof(struct mg_state) - 1));
	assert_non_null(mg_arena_check(a.mem, a.l.length - MG_PAGE));
	a.state->magic[0] = 'X';
	refused(&a);
	a.state->version++;
	refused(&a);
	a.state->byte_order = 0x04030201;
	refused(&a);
	free(a.mem);
}

static void test_shape(void **unused)
{
	static const struct {
		size_t offset;
		uint32_t value;
	} bad[] = {
		{ offsetof(struct mg_shape, pairs), 0 },
		{ offsetof(struct mg_shape, pairs), MG_MAX_PAIRS + 1 },
		{ offsetof(struct mg_shape, pairs), 4 }, /* another length */
		{ offsetof(struct mg_shape, depth), 0 },
		{ offsetof(struct mg_shape, depth), 9 }, /* more than the SQs hold */
		{ offsetof(struct mg_shape, sq_entries), 5000 },
		{ offsetof(struct mg_shape, cq_entries), 1 },
		{ offsetof(struct mg_shape, cq_entries), 5000 },
		{ offsetof(struct mg_shape, block), 0 },
		{ offsetof(struct mg_shape, block), 768 },
		{ offsetof(struct mg_shape, block), 8192 },
		{ offsetof(struct mg_shape, max_transfer), 0 },
		{ offsetof(struct mg_shape, max_transfer), MG_TRANSFER + 512 },
		{ offsetof(struct mg_shape, blocks), 0 },
		{ offsetof(struct mg_shape, blocks), MG_MAX_BLOCKS + 1 },
		{ offsetof(struct mg_shape, nsid), 0 },
		{ offsetof(struct mg_shape, nsid), 0xFFFFFFFF },
		{ offsetof(struct mg_shape, iova), 1 },
		{ offsetof(struct mg_shape, irq), 2 },
		{ offsetof(struct mg_shape, zeroes), 2 },
	};
	struct arena a;
	size_t i;

	(void)unused;
	make(&a);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy((uint8_t *)&a.state->shape + bad[i].offset, &bad[i].value, 4);
		refused(&a);
	}
	a.state->shape.slba = UINT64_MAX;
	refused(&a);
	a.state->shape.iova = UINT64_MAX - MG_PAGE + 1;
	refused(&a);
	free(a.mem);
}

static void test_commands(void **unused)
{
	struct arena a;
	unsigned int n;

	(void)unused;
	make(&a);
	n = mg_first_cmd(&good_shape, 1);
	a.cmd[n].op = MG_OP_COUNT;
	refused(&a);
	a.cmd[n].op = MG_OP_SETUP;
	refused(&a);
	a.cmd[n].state = MG_CMD_STATES;
	refused(&a);
	a.cmd[n].offset = 2;
	refused(&a);
	a.cmd[n].offset = MG_PAGE;
	refused(&a);
	a.cmd[n].first = good_shape.blocks - 3;
	refused(&a);
	a.cmd[n].first = UINT32_MAX;
	refused(&a);
	a.cmd[n].blocks = 0;
	refused(&a);
	a.cmd[n].blocks = 33; /* more than a buffer holds */
	refused(&a);
	a.cmd[n].state = MG_CMD_FREE; /* a block is busy without it */
	refused(&a);
	a.mem[a.l.busy + 5] = 0;
	refused(&a);
	a.mem[a.l.busy + 9] = 1;
	refused(&a);
	a.cmd[n + 1] = a.cmd[n]; /* two for the same blocks */
	a.queue[1].used = 2;
	refused(&a);
	free(a.mem);
}

static void test_queues(void **unused)
{
	struct arena a;

	(void)unused;
	make(&a);
	a.queue[0].sq_tail = MG_ADMIN_ENTRIES;
	refused(&a);
	a.queue[1].sq_tail = 9;
	refused(&a);
	a.queue[1].sq_rung = 9;
	refused(&a);
	a.queue[2].sq_head = 9;
	refused(&a);
	a.queue[3].cq_head = 9;
	refused(&a);
	a.queue[3].cq_acked = 9;
	refused(&a);
	a.queue[0].phase = 2;
	refused(&a);
	a.queue[1].used = 0;
	refused(&a);
	a.queue[2].used = 1;
	refused(&a);
	free(a.mem);
}

/* Whatever bytes come, nothing outside them is touched (a sanitizer looks on). */
static void test_noise(void **unused)
{
	struct ct_random r;
	struct arena a;
	size_t at;
	int i;

	(void)unused;
	make(&a);
	ct_random_seed(&r, 1);
	for (i = 0; i < FUZZ; i++) {
		at = ct_random_next(&r) % a.l.admin_sq;
		a.mem[at] ^= (uint8_t)(1 + ct_random_next(&r) % 255);
		mg_arena_check(a.mem, a.l.length);
		if (i % 4 == 3) {
			free(a.mem);
			make(&a);
		}
	}
	free(a.mem);
}

static void test_pattern(void **unused)
{
	uint8_t block[512];
	char what[80];

	(void)unused;
	mg_pattern(block, sizeof(block), 7, 100, 5);
	assert_true(mg_pattern_check(block, sizeof(block), 7, 100, 5, what, sizeof(what)));
	assert_false(mg_pattern_check(block, sizeof(block), 7, 100, 6, what, sizeof(what)));
	assert_string_equal(what, "LBA 100, write 5");
	assert_false(mg_pattern_check(block, sizeof(block), 7, 101, 5, what, sizeof(what)));
	assert_string_equal(what, "another block: LBA 100, write 5");
	assert_false(mg_pattern_check(block, sizeof(block), 8, 100, 5, what, sizeof(what)));
	assert_string_equal(what, "what this guest never wrote");
	block[511] ^= 1;
	assert_false(mg_pattern_check(block, sizeof(block), 7, 100, 5, what, sizeof(what)));
	assert_string_equal(what, "a part of LBA 100, write 5");
	memset(block, 0, sizeof(block));
	assert_false(mg_pattern_check(block, sizeof(block), 7, 100, 5, what, sizeof(what)));
	assert_string_equal(what, "zeros");
	assert_true(mg_pattern_check(block, sizeof(block), 7, 1, MG_GEN_ZERO, what, sizeof(what)));
	block[100] = 1;
	assert_false(mg_pattern_check(block, sizeof(block), 7, 1, MG_GEN_ZERO, what, sizeof(what)));
}

static void test_median(void **unused)
{
	double one[] = { 3 };
	double even[] = { 4, 1, 3, 2 };
	double ten[] = { 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 };
	double fifteen[] = { 15, 1, 14, 2, 13, 3, 12, 4, 11, 5, 10, 6, 9, 7, 8 };
	struct mg_median m;

	(void)unused;
	m = mg_median(one, 1);
	assert_true(m.median == 3 && m.low == 3 && m.high == 3);
	m = mg_median(even, 4);
	assert_true(m.median == 2.5 && m.low == 1 && m.high == 4);
	/* Ranks of the sign test: 2 and 9 of 10 (97.9 %), 4 and 12 of 15 (96.5 %). */
	m = mg_median(ten, 10);
	assert_true(m.median == 5.5 && m.low == 2 && m.high == 9);
	m = mg_median(fifteen, 15);
	assert_true(m.median == 8 && m.low == 4 && m.high == 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),	 cmocka_unit_test(test_shape),
		cmocka_unit_test(test_commands), cmocka_unit_test(test_queues),
		cmocka_unit_test(test_noise),	 cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_median),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
