/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Which configurations there are, and the memory that a device of one takes.
 */
#include <stdlib.h>

#include "bench.h"
#include "core.h"

#define FIELD(f) offsetof(struct lm_config, f), sizeof(((struct lm_config *)0)->f)

/* A number in the configuration, and what it may be. */
static const struct bound {
	size_t at, size;
	unsigned int low, high;
} bounds[] = {
	{ FIELD(total_vfs), 1, LM_MAX_VFS },
	{ FIELD(io_qpairs), 1, LM_MAX_IO_QPAIRS },
	{ FIELD(vectors), 1, LM_MAX_VECTORS },
	{ FIELD(queue_entries), 2, LM_MAX_QUEUE_ENTRIES },
	{ FIELD(suspend_limit), 1, 300 },
	/* the last VF's is FFEFh */
	{ FIELD(cntlid), 0, 0xFFEF - 4 },
	{ FIELD(num_namespaces), 1, LM_MAX_NAMESPACES },
	{ FIELD(ns[1].lbads), 9, 12 },
};

static void start(struct lm_config *c)
{
	lm_inproc_default_config(c);
	for (unsigned int i = 2; i < LM_MAX_NAMESPACES; i++)
		c->ns[i] = c->ns[0];
}

static bool valid_with(const struct bound *b, unsigned int value)
{
	struct lm_config c;
	uint16_t wide = (uint16_t)value;
	uint8_t narrow = (uint8_t)value;

	start(&c);
	memcpy((uint8_t *)&c + b->at, b->size == 1 ? (void *)&narrow : (void *)&wide, b->size);
	return lm_device_size(&c);
}

static void each_number_has_its_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		const struct bound *b = &bounds[i];

		assert_true(valid_with(b, b->low));
		assert_true(valid_with(b, b->high));
		assert_false(b->low && valid_with(b, b->low - 1));
		assert_false(valid_with(b, b->high + 1));
	}
}

/* LM-DIS-055 */
static void a_transfer_holds_the_largest_image(void **state)
{
	struct lm_config c;
	uint8_t mdts = 1;

	(void)state;
	start(&c);
	c.io_qpairs = LM_MAX_IO_QPAIRS;
	while ((4096u << mdts) < lm_image_max(&c))
		mdts++;
	assert_int_not_equal(mdts, 1);
	c.mdts = mdts - 1;
	assert_int_equal(lm_device_size(&c), 0);
	c.mdts = mdts;
	assert_true(lm_device_size(&c));
	c.mdts = 0;
	assert_true(lm_device_size(&c));
	c.mdts = 16;
	assert_true(lm_device_size(&c));
	c.mdts = 17;
	assert_int_equal(lm_device_size(&c), 0);
}

static void names_end_and_namespaces_have_blocks(void **state)
{
	struct lm_config c;

	(void)state;
	/* what lies behind the last one is none, whatever it looks like */
	start(&c);
	memset(c.sn, 9, sizeof(c.sn));
	c.num_namespaces = LM_MAX_NAMESPACES + 1;
	assert_int_equal(lm_device_size(&c), 0);
	start(&c);
	c.ns[1].blocks = 0;
	assert_int_equal(lm_device_size(&c), 0);
	start(&c);
	c.subnqn[0] = '\0';
	assert_int_equal(lm_device_size(&c), 0);
	memset(c.subnqn, 'n', sizeof(c.subnqn));
	assert_int_equal(lm_device_size(&c), 0);
	c.subnqn[sizeof(c.subnqn) - 1] = '\0';
	assert_true(lm_device_size(&c));
}

static uint64_t no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static void no_intx(void *ctx, unsigned int fn, bool level)
{
	(void)ctx;
	(void)fn;
	(void)level;
	assert_true(false);
}

/* What was in the memory before does not count. */
static void a_device_needs_the_memory_that_it_asks_for(void **state)
{
	static const struct lm_port port = { .now = no_time, .intx = no_intx };
	struct lm_config c;
	struct lm_device *dev;
	size_t size;
	void *mem;

	(void)state;
	start(&c);
	size = lm_device_size(&c);
	mem = malloc(size);
	assert_non_null(mem);
	memset(mem, 0xA5, size);
	assert_null(lm_device_init(mem, size - 1, &c, &port, NULL));
	dev = lm_device_init(mem, size, &c, &port, NULL);
	assert_non_null(dev);
	assert_int_equal(lm_num_vfs(dev), 0);
	assert_int_equal(lm_vf_state(dev, 4), LM_STATE_ACTIVE);
	assert_false(lm_step(dev));
	assert_true(lm_next_deadline(dev) == UINT64_MAX);
	c.vectors = 0;
	assert_null(lm_device_init(mem, size, &c, &port, NULL));
	free(mem);
}

/* With the largest numbers each function still has what is its own. */
static void the_largest_device_works(void **state)
{
	struct lm_device *dev;
	struct lm_config c;
	struct bench *b;

	start(&c);
	c.total_vfs = LM_MAX_VFS;
	c.io_qpairs = LM_MAX_IO_QPAIRS;
	c.vectors = LM_MAX_VECTORS;
	c.num_namespaces = LM_MAX_NAMESPACES;
	assert_int_equal(bench_setup_with(state, &c), 0);
	b = *state;
	assert_int_equal(lm_inproc_set_num_vfs(b->p, LM_MAX_VFS), 0);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), LM_MAX_VFS);
	bench_enable(b, 0);
	bench_enable(b, LM_MAX_VFS);
	assert_int_equal(bench_identify(b, LM_MAX_VFS, 1, 0), 0);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 78), c.cntlid + LM_MAX_VFS);
	dev = lm_inproc_device(b->p);
	assert_int_equal(lm_vf_state(dev, LM_MAX_VFS), LM_STATE_ACTIVE);
	/* whatever lies behind the last function */
	memset(&dev->fn[LM_MAX_VFS + 1].mig.state, LM_STATE_SUSPENDED, 1);
	assert_int_equal(lm_vf_state(dev, LM_MAX_VFS + 1), LM_STATE_ACTIVE);
	bench_teardown(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, NULL, NULL)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(each_number_has_its_bounds),
		T(a_transfer_holds_the_largest_image),
		T(names_end_and_namespaces_have_blocks),
		T(a_device_needs_the_memory_that_it_asks_for),
		T(the_largest_device_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
