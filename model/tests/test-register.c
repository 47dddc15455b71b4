/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What writes of registers change, and what each kind of reset leaves.
 */
#include "bench.h"
#include "core.h"

#define CC 0x14
#define CSTS 0x1C
#define AQA 0x24
#define ASQ 0x28
#define ACQ 0x30
#define ENABLED 0x00460001u
#define SHN_NORMAL 0x4000u
#define SHN_ABRUPT 0x8000u
#define LAST 8 /* the last queue */

static int setup(void **state)
{
	struct lm_config c;

	lm_inproc_default_config(&c);
	c.queue_entries = 0x41;
	if (bench_setup_with(state, &c))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	return 0;
}

static struct lm_function *function(struct bench *b, unsigned int fn)
{
	return &lm_inproc_device(b->p)->fn[fn];
}

/* with the queues of "bench" at the last QID, which it has no room for */
static void create_last(struct bench *b)
{
	bench_create_io(b, 1, 1);
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->q[1][1].cq_iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | LAST);
	bench_put32(b, LM_SQE_CDW11, 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
	bench_cmd(b, 4);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
}

/* 64 entries, contiguous queues, 10 s, the NVM command set; a reset of the subsystem by the PF alone */
static void capabilities_are_those_of_the_configuration(void **state)
{
	struct bench *b = *state;

	assert_true(lm_inproc_reg_read(b->p, 1, 0, 8) == UINT64_C(0x2014010040));
	assert_true(lm_inproc_reg_read(b->p, 0, 0, 8) == UINT64_C(0x3014010040));
	assert_int_equal(bench_read(b, 1, 8), 0x00010400);
}

static void cc_takes_what_may_change(void **state)
{
	struct bench *b = *state;

	/* reserved bits, and while enabled AMS, MPS and CSS */
	bench_write(b, 1, CC, 0xFF46000F);
	assert_int_equal(bench_read(b, 1, CC), ENABLED);
	bench_write(b, 1, CC, ENABLED | 0x3FF0);
	assert_int_equal(bench_read(b, 1, CC), ENABLED);
	/* the sizes of entries, while there are no I/O queues */
	bench_write(b, 1, CC, 0x00970001);
	assert_int_equal(bench_read(b, 1, CC), 0x00970001);
	bench_write(b, 1, CC, ENABLED);
	create_last(b);
	bench_write(b, 1, CC, 0x00970001);
	assert_int_equal(bench_read(b, 1, CC), ENABLED);
	/* with what disables it everything changes */
	bench_write(b, 1, CC, 0x00973FF0);
	assert_int_equal(bench_read(b, 1, CC), 0x00973FF0);
	bench_write(b, 1, CC, 0xFF001234);
	assert_int_equal(bench_read(b, 1, CC), 0x00001230);
	assert_int_equal(bench_read(b, 1, CSTS), 0);
}

static void registers_are_written_by_halves(void **state)
{
	struct bench *b = *state;

	bench_write(b, 1, CC, 0);
	lm_inproc_reg_write(b->p, 1, ACQ, 8, UINT64_C(0x1111111122222000));
	bench_write(b, 1, ASQ + 4, 7);
	assert_true(lm_inproc_reg_read(b->p, 1, ACQ, 8) == UINT64_C(0x1111111122222000));
	bench_write(b, 1, ACQ, 0x33333000);
	assert_true(lm_inproc_reg_read(b->p, 1, ACQ, 8) == UINT64_C(0x1111111133333000));
	bench_write(b, 1, ASQ + 4, (uint32_t)(b->q[1][0].sq_iova >> 32));
	bench_write(b, 1, ASQ, 0x12345FFF);
	assert_true(lm_inproc_reg_read(b->p, 1, ASQ, 8) >> 32 == b->q[1][0].sq_iova >> 32);
	assert_int_equal(bench_read(b, 1, ASQ), 0x12345000);
	bench_write(b, 1, ASQ + 4, 0x89ABCDEF);
	assert_true(lm_inproc_reg_read(b->p, 1, ASQ, 8) == UINT64_C(0x89ABCDEF12345000));
	bench_write(b, 1, ACQ, 0xFEDCB000);
	bench_write(b, 1, ACQ + 4, 0x76543210);
	assert_true(lm_inproc_reg_read(b->p, 1, ACQ, 8) == UINT64_C(0x76543210FEDCB000));
	assert_true(lm_inproc_reg_read(b->p, 1, ASQ, 8) == UINT64_C(0x89ABCDEF12345000));
	bench_write(b, 1, ASQ, 0x1000);
	assert_int_equal(bench_read(b, 1, ASQ + 4), 0x89ABCDEF);
	assert_int_equal(bench_read(b, 1, ASQ), 0x1000);
	assert_int_equal(bench_read(b, 1, AQA), 0x00070007);
	/* both of two registers in one write */
	lm_inproc_reg_write(b->p, 1, 0x20, 8, UINT64_C(0x0005000600000000));
	assert_int_equal(bench_read(b, 1, AQA), 0x00050006);
}

static void masks_are_set_and_cleared_by_bit(void **state)
{
	struct bench *b = *state;

	bench_write(b, 1, 0x0C, 0xF0);
	bench_write(b, 1, 0x0C, 0x0F);
	assert_int_equal(bench_read(b, 1, 0x0C), 0xFF);
	bench_write(b, 1, 0x10, 0x3C);
	assert_int_equal(bench_read(b, 1, 0x0C), 0xC3);
	assert_int_equal(bench_read(b, 1, 0x10), 0xC3);
	assert_int_equal(bench_read(b, 1, CC), ENABLED);
	/* gone with a controller reset */
	bench_write(b, 1, CC, 0);
	assert_int_equal(bench_read(b, 1, 0x0C), 0);
}

static void a_bar_has_an_end(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);

	assert_int_equal(lm_bar_read(dev, 1, LM_BAR_SIZE, 4), 0);
	assert_int_equal(lm_bar_read(dev, 1, LM_BAR_SIZE + 4, 4), 0);
	assert_int_equal(lm_bar_read(dev, 1, CC, 8), 0);
	assert_int_equal(lm_bar_read(dev, 1, CC, 1), 0);
	assert_int_equal(lm_bar_read(dev, dev->num_functions, CC, 4), 0);
	lm_bar_write(dev, dev->num_functions, CC, 0, 4);
	lm_pci_command(dev, dev->num_functions, false, false, false);
	lm_flr(dev, dev->num_functions);
	/* what does not exist takes no settings */
	dev->fn[4].regs.intm = 5;
	lm_pci_command(dev, 4, true, true, true);
	lm_pci_msix(dev, 4, true, true);
	lm_flr(dev, 4);
	assert_int_equal(dev->fn[4].regs.intm, 5);
	assert_false(dev->fn[4].master || dev->fn[4].intx_disable || dev->fn[4].msix.enable);
	dev->fn[4].regs.intm = 0;
	assert_int_equal(bench_read(b, 0, CSTS), 1);
}

/* What lies behind the last function is none, whatever it looks like. */
static void a_function_behind_the_last_is_none(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_function *behind = &dev->fn[dev->num_functions];
	uint8_t before[sizeof(*behind)];

	assert_true((uint8_t *)behind == dev->mig_mem);
	assert_in_range(sizeof(*behind), 1, lm_image_max(&dev->config));
	/* one that exists, and takes register writes */
	memset(behind, 0, sizeof(*behind));
	behind->exists = true;
	behind->memory = true;
	behind->master = true;
	behind->regs.intm = 5;
	behind->msix.enable = true;
	memcpy(before, behind, sizeof(before));
	lm_flr(dev, dev->num_functions);
	lm_pci_command(dev, dev->num_functions, true, false, true);
	lm_pci_msix(dev, dev->num_functions, false, false);
	lm_bar_write(dev, dev->num_functions, 0x0C, 0, 4);
	lm_backend_done(dev, dev->num_functions << 8, 0);
	assert_int_equal(lm_bar_read(dev, dev->num_functions, 0, 4), 0);
	assert_int_equal(lm_vf_state(dev, dev->num_functions), LM_STATE_ACTIVE);
	assert_int_equal(lm_namespace_resize(dev, 1, 7000), 0);
	assert_memory_equal(behind, before, sizeof(before));
}

static void shutdown_again_does_not_end_twice(void **state)
{
	struct bench *b = *state;
	uint64_t last = lm_inproc_journal_last(b->p);

	bench_write(b, 1, CC, ENABLED | SHN_NORMAL);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 9);
	/* a flush of each namespace */
	assert_int_equal(bench_events(b, last, LM_EV_MEDIA, 1), 2);
	/* no change of SHN; then one that comes too late */
	bench_write(b, 1, CC, ENABLED | SHN_NORMAL);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 9);
	bench_write(b, 1, CC, ENABLED | SHN_ABRUPT);
	assert_int_equal(bench_read(b, 1, CSTS), 9);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 9);
	/* from disabled to shut down and on to enabled: SHST goes */
	bench_write(b, 1, CC, 0);
	assert_int_equal(bench_read(b, 1, CSTS), 0);
	last = lm_inproc_journal_last(b->p);
	bench_write(b, 1, CC, 0x00460000 | SHN_NORMAL);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 8);
	assert_int_equal(bench_events(b, last, LM_EV_MEDIA, 1), 2);
	/* it stays while nothing is enabled or disabled */
	bench_write(b, 1, CC, 0x00460000);
	assert_int_equal(bench_read(b, 1, CSTS), 8);
	bench_write(b, 1, CC, ENABLED);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 1);
	/* to enable it with an SHN that stays is no shutdown */
	bench_write(b, 1, CC, 0);
	bench_write(b, 1, CC, 0x00460000 | SHN_NORMAL);
	lm_inproc_run(b->p);
	bench_write(b, 1, CC, ENABLED | SHN_NORMAL);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 1);
	bench_write(b, 1, CC, ENABLED);
	/* nor is one under way when it is enabled again */
	bench_write(b, 1, CC, 0);
	bench_write(b, 1, CC, 0x00460000 | SHN_NORMAL);
	assert_int_equal(bench_read(b, 1, CSTS), 4);
	bench_write(b, 1, CC, ENABLED);
	assert_int_equal(bench_read(b, 1, CSTS), 0);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 1);
	/* reserved values of SHN mean nothing */
	bench_write(b, 1, CC, ENABLED | SHN_NORMAL | SHN_ABRUPT);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 1);
}

static void shutdown_posts_what_can_be_posted_first(void **state)
{
	struct bench *b = *state;
	struct lm_media stall = { .mode = LM_MEDIA_STALL }, go = { 0 };

	bench_create_io(b, 1, 1);
	lm_inproc_media(b->p, &stall);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	bench_write(b, 1, CC, ENABLED | SHN_NORMAL);
	lm_inproc_media(b->p, &go);
	while (bench_read(b, 1, CSTS) != 9)
		assert_true(lm_inproc_step(b->p));
	assert_true(bench_reap(b, 1, 1));
	assert_int_equal(lm_get_le16(b->cqe + LM_CQE_STATUS) >> 1, 0);
}

static void an_flr_leaves_nothing(void **state)
{
	struct bench *b = *state;
	struct lm_function *fn = function(b, 1);
	static const struct lm_events none;
	static const struct lm_regs zero;

	create_last(b);
	bench_cmd(b, 0x0C);
	bench_submit(b, 1, 0);
	bench_ring(b, 1, 5, false, 1);
	lm_pci_command(lm_inproc_device(b->p), 1, true, true, true);
	bench_write(b, 1, 0x0C, 2);
	bench_write(b, 1, CC, ENABLED | SHN_NORMAL);
	fn->next_sq = 5;
	lm_inproc_flr(b->p, 1);
	assert_int_equal(fn->next_sq, 0);
	assert_memory_equal(&fn->regs, &zero, sizeof(zero));
	assert_memory_equal(&fn->events, &none, sizeof(none));
	for (unsigned int i = 0; i <= LAST; i++)
		assert_false(fn->sq[i].exists || fn->cq[i].exists);
	assert_int_equal(fn->num_used, 0);
	assert_false(fn->master || fn->intx_disable);
	assert_true(fn->memory);
	assert_true(fn->exists);
	/* the PF's memory space is not left enabled */
	lm_inproc_flr(b->p, 0);
	assert_false(function(b, 0)->memory);
	assert_false(function(b, 0)->intx_disable);
	assert_false(function(b, 1)->exists);
}

static void a_controller_reset_leaves_the_settings_of_pci(void **state)
{
	struct bench *b = *state;
	struct lm_function *fn = function(b, 1);

	lm_pci_command(lm_inproc_device(b->p), 1, true, true, true);
	create_last(b);
	bench_write(b, 1, CC, ENABLED & ~1u);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CC), ENABLED & ~1u);
	assert_true(fn->master && fn->intx_disable && fn->memory && fn->msix.enable);
	assert_false(fn->sq[LAST].exists || fn->cq[LAST].exists || fn->cq[0].exists);
	/* an enable that did not begin yet is called off */
	bench_write(b, 1, CC, ENABLED);
	bench_write(b, 1, CC, 0);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, CSTS), 0);
}

static void a_subsystem_reset_is_remembered(void **state)
{
	struct bench *b = *state;

	bench_write(b, 0, 0x20, 0x4E564D65);
	assert_int_equal(bench_read(b, 0, CSTS), 0x10);
	bench_write(b, 0, CSTS, 0xFFFFFFEF);
	assert_int_equal(bench_read(b, 0, CSTS), 0x10);
	/* each register is itself alone */
	bench_write(b, 0, CC, 0x10);
	assert_int_equal(bench_read(b, 0, CSTS), 0x10);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 1), 0);
	bench_write(b, 0, CSTS, 0x4E564D65 & ~0x10u);
	bench_write(b, 0, 0x0C, 0x4E564D65);
	bench_write(b, 0, 0x10, 0x4E564D65);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), 1);
	assert_int_equal(bench_read(b, 0, CSTS), 0x10);
	/* by a controller reset, too */
	bench_write(b, 0, AQA, 0x00070007);
	lm_inproc_reg_write(b->p, 0, ASQ, 8, b->q[0][0].sq_iova);
	lm_inproc_reg_write(b->p, 0, ACQ, 8, b->q[0][0].cq_iova);
	bench_write(b, 0, CC, ENABLED);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 0, CSTS), 0x11);
	bench_write(b, 0, CSTS, 1);
	assert_int_equal(bench_read(b, 0, CSTS), 0x11);
	bench_write(b, 0, CC, 0);
	assert_int_equal(bench_read(b, 0, CSTS), 0x10);
	bench_write(b, 0, CSTS, 0x10);
	assert_int_equal(bench_read(b, 0, CSTS), 0);
	bench_write(b, 0, 0x20, 0x4E564D66);
	assert_int_equal(bench_read(b, 0, CSTS), 0);
	bench_write(b, 0, CSTS, 0x4E564D65);
	assert_int_equal(bench_read(b, 0, CSTS), 0);
}

/* A VF that is enabled again is a new one. */
static void a_vf_that_comes_back_is_new(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_media stall = { .mode = LM_MEDIA_STALL };

	bench_cmd(b, 0x7F);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	lm_inproc_advance(b->p, UINT64_C(7200000000000));
	/* another has work at the medium */
	bench_enable(b, 2);
	bench_create_io(b, 2, 1);
	lm_inproc_media(b->p, &stall);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 2, 1);
	lm_inproc_run(b->p);
	assert_int_equal(lm_inproc_media_pending(b->p), 1);
	lm_pci_vf_enable(dev, 0);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	assert_int_equal(lm_vf_state(dev, 1), LM_STATE_ACTIVE);
	assert_int_equal(function(b, 1)->num_used, 0);
	lm_pci_vf_enable(dev, 2);
	bench_enable(b, 1);
	assert_int_equal(bench_log(b, 1, 2, 512, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 128), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 176), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 112), 1);
	/* NumVFs as large as TotalVFs, and above */
	lm_pci_vf_enable(dev, 4);
	assert_int_equal(lm_num_vfs(dev), 4);
	assert_true(dev->fn[4].exists);
	lm_pci_vf_enable(dev, 5);
	assert_int_equal(lm_num_vfs(dev), 4);
}

/* LM-RST-020: what an image brought goes with an FLR, also what its clock was. */
static void an_flr_takes_back_what_an_image_brought(void **state)
{
	struct bench *b = *state;
	uint32_t size;

	bench_enable(b, 2);
	lm_inproc_advance(b->p, UINT64_C(3 * 3600000000000));
	/* VF 2 has one failure and VF 1 three */
	bench_cmd(b, 0x7F);
	assert_int_equal(bench_status(b, 2, 0), LM_SC_INVALID_OPCODE);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), 0);
	size = bench_dw0(b);
	assert_in_range(size, 1, 2 * 4096);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	assert_int_equal(bench_load(b, 2, size, 0, size), 0);
	/* which is suspended, and ages not */
	lm_inproc_advance(b->p, UINT64_C(5 * 3600000000000));
	lm_inproc_flr(b->p, 2);
	lm_inproc_advance(b->p, UINT64_C(3600000000000));
	bench_enable(b, 2);
	assert_int_equal(bench_log(b, 2, 2, 512, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 176), 1);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 128), 4);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 96), 0);
	assert_int_equal(bench_identify(b, 2, 1, 0), 0);
	assert_int_equal(lm_get_le16((uint8_t *)b->buf + 78), 3);
	assert_memory_equal((uint8_t *)b->buf + 24, lm_inproc_config(b->p)->mn, 40);
	assert_memory_equal((uint8_t *)b->buf + 768, lm_inproc_config(b->p)->subnqn, 256);
	/* its own counters are what the next image replaces again */
	bench_cmd(b, 0x7F);
	assert_int_equal(bench_status(b, 2, 0), LM_SC_INVALID_OPCODE);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(bench_save(b, 1, size, 0), 0);
	assert_int_equal(bench_load(b, 2, size, 0, size), 0);
	lm_inproc_flr(b->p, 2);
	bench_enable(b, 2);
	assert_int_equal(bench_log(b, 2, 2, 512, true), 0);
	assert_int_equal(lm_get_le64((uint8_t *)b->buf + 176), 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(capabilities_are_those_of_the_configuration),
		T(cc_takes_what_may_change),
		T(registers_are_written_by_halves),
		T(masks_are_set_and_cleared_by_bit),
		T(a_bar_has_an_end),
		T(a_function_behind_the_last_is_none),
		T(shutdown_again_does_not_end_twice),
		T(shutdown_posts_what_can_be_posted_first),
		T(an_flr_leaves_nothing),
		T(a_controller_reset_leaves_the_settings_of_pci),
		T(a_subsystem_reset_is_remembered),
		T(a_vf_that_comes_back_is_new),
		T(an_flr_takes_back_what_an_image_brought),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
