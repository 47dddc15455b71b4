/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Resets, shutdown, SR-IOV, interrupts.
 */
#include <stdlib.h>

#include "bench.h"
#include "core.h"

#define REG_CC 0x14
#define REG_CSTS 0x1C
#define REG_NSSR 0x20

static int setup(void **state)
{
	struct bench *b;

	if (bench_setup(state))
		return -1;
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	bench_enable(b, 2);
	bench_create_io(b, 1, 1);
	return 0;
}

static void submit_read(struct bench *b)
{
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
}

static void stall(struct bench *b)
{
	struct lm_media m = { .mode = LM_MEDIA_STALL };

	lm_inproc_media(b->p, &m);
}

static void go(struct bench *b)
{
	struct lm_media m = { .mode = LM_MEDIA_NORMAL };

	lm_inproc_media(b->p, &m);
}

static void vf_reset_drops_work_and_leaves_others(void **state)
{
	struct bench *b = *state;
	uint64_t last;

	stall(b);
	submit_read(b);
	assert_int_equal(bench_set_feature(b, 1, 4, 330), 0);
	last = lm_inproc_journal_last(b->p);
	lm_inproc_flr(b->p, 1);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	go(b);
	lm_inproc_advance(b->p, 1000000);
	assert_int_equal(bench_events(b, last, LM_EV_DMA_WRITE, 1), 0);
	assert_int_equal(bench_read(b, 1, REG_CC), 0);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0);
	assert_int_equal(bench_read(b, 1, 0x24), 0);
	assert_int_equal(bench_read(b, 1, 0x28), 0);
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_TABLE + 12), 1);
	assert_int_equal(bench_identify(b, 2, 1, 0), 0);
	assert_int_equal(bench_identify(b, 0, 1, 0), 0);
	bench_enable(b, 1);
	assert_int_equal(bench_get_feature(b, 1, 4, 0), 0);
	assert_int_equal(bench_dw0(b), 343);
	bench_create_io(b, 1, 1);
	bench_rw(b, 2, 1, 0, 1);
	assert_int_equal(bench_exec(b, 1, 1), 0);
}

static void controller_reset_drops_work(void **state)
{
	struct bench *b = *state;
	uint64_t last;

	stall(b);
	submit_read(b);
	bench_write(b, 1, REG_CC, 0x00460000);
	last = lm_inproc_journal_last(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	go(b);
	lm_inproc_run(b->p);
	assert_int_equal(bench_events(b, last, LM_EV_DMA_WRITE, 1), 0);
	/* AQA, ASQ and ACQ stay, and take writes again */
	assert_int_equal(bench_read(b, 1, 0x24), 0x00070007);
	bench_write(b, 1, 0x24, 0xFFFFFFFF);
	assert_int_equal(bench_read(b, 1, 0x24), 0x0FFF0FFF);
	lm_inproc_reg_write(b->p, 1, 0x28, 8, UINT64_MAX);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0x28, 8), UINT64_MAX - 4095);
	lm_inproc_reg_write(b->p, 1, 0x30, 8, UINT64_MAX);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0x30, 8), UINT64_MAX - 4095);
}

static void enabled_controller_keeps_its_settings(void **state)
{
	struct bench *b = *state;

	bench_write(b, 1, 0x24, 0x00030003);
	assert_int_equal(bench_read(b, 1, 0x24), 0x00070007);
	bench_write(b, 1, REG_CC, 0x003304F1);
	assert_int_equal(bench_read(b, 1, REG_CC), 0x00460001);
	bench_write(b, 1, 0, 0x12345678);
	bench_write(b, 1, 0x40, 1);
	assert_int_equal(bench_read(b, 1, 0x40), 0);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0, 8), UINT64_C(0x20140103FF));
	assert_int_equal(lm_inproc_reg_read(b->p, 0, 0, 8), UINT64_C(0x30140103FF));
}

static void normal_shutdown_waits_and_flushes(void **state)
{
	struct bench *b = *state;
	uint64_t last;

	stall(b);
	submit_read(b);
	bench_write(b, 1, REG_CC, 0x00464001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x5);
	last = lm_inproc_journal_last(b->p);
	go(b);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x9);
	assert_int_equal(bench_events(b, last, LM_EV_MEDIA, 1), 2);
	assert_true(bench_reap(b, 1, 1));
	/* nothing is fetched any more */
	submit_read(b);
	assert_false(bench_reap(b, 1, 1));
	bench_write(b, 1, REG_CC, 0x00464001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x9);
	bench_write(b, 1, REG_CC, 0x00460000);
	bench_enable(b, 1);
}

static void abrupt_shutdown_drops_work(void **state)
{
	struct bench *b = *state;

	stall(b);
	submit_read(b);
	bench_write(b, 1, REG_CC, 0x00468001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x9);
	assert_int_equal(lm_inproc_media_pending(b->p), 0);
	/* the PF's, too */
	bench_write(b, 0, REG_CC, 0x00468001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 0x9);
	assert_int_equal(bench_read(b, 2, REG_CSTS), 1);
}

static void shutdown_may_become_abrupt(void **state)
{
	struct bench *b = *state;

	stall(b);
	submit_read(b);
	bench_write(b, 1, REG_CC, 0x00464001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x5);
	bench_write(b, 1, REG_CC, 0x00468001);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0x9);
}

static void shutdown_while_disabled_ends(void **state)
{
	struct bench *b = *state;

	bench_write(b, 2, REG_CC, 0x00460000);
	bench_ring(b, 2, 0, false, 1); /* there are no queues: ignored */
	bench_write(b, 2, REG_CC, 0x0046C000); /* reserved value of SHN */
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 2, REG_CSTS), 0);
	bench_write(b, 2, REG_CC, 0x00464000);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 2, REG_CSTS), 0x8);
	bench_enable(b, 2);
}

static void pf_reset_takes_the_vfs(void **state)
{
	struct bench *b = *state;

	lm_inproc_flr(b->p, 0);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), 0);
	lm_inproc_pci_command(b->p, 0, true, true, true, false);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 0);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0, 8), 0);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 3), 0);
	bench_enable(b, 3);
	bench_enable(b, 0);
	lm_inproc_conventional_reset(b->p);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), 0);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 5), -22);
}

static void subsystem_reset_is_the_pfs_alone(void **state)
{
	struct bench *b = *state;

	bench_write(b, 1, REG_NSSR, 0x4E564D65);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 1);
	bench_write(b, 0, REG_NSSR, 1);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 1);
	bench_write(b, 0, REG_NSSR, 0x4E564D65);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 0x10);
	assert_int_equal(bench_read(b, 0, REG_CC), 0);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), 0);
	bench_write(b, 0, REG_CSTS, 0x10);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 0);
}

static void vfs_come_and_go(void **state)
{
	struct bench *b = *state;

	lm_pci_vf_enable(lm_inproc_device(b->p), 1);
	assert_int_equal(bench_read(b, 2, REG_CSTS), 0);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 1);
	/* the port clears VF Enable first, and with it all that was */
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 2), 0);
	assert_int_equal(bench_read(b, 1, REG_CSTS), 0);
	lm_pci_vf_enable(lm_inproc_device(b->p), 99);
	assert_int_equal(lm_num_vfs(lm_inproc_device(b->p)), 4);
	/* calls that name what is not there do nothing */
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 1), 0);
	lm_flr(lm_inproc_device(b->p), 2);
	lm_flr(lm_inproc_device(b->p), 99);
	lm_pci_command(lm_inproc_device(b->p), 2, true, true, false);
	lm_pci_msix(lm_inproc_device(b->p), 2, true, false);
	lm_bar_write(lm_inproc_device(b->p), 2, REG_CC, 1, 4);
	lm_pci_command(lm_inproc_device(b->p), 99, false, false, false);
	lm_pci_msix(lm_inproc_device(b->p), 99, false, false);
	lm_bar_write(lm_inproc_device(b->p), 99, REG_CC, 0, 4);
	assert_int_equal(lm_bar_read(lm_inproc_device(b->p), 99, REG_CC, 4), 0);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 1);
	assert_int_equal(lm_vf_state(lm_inproc_device(b->p), 99), LM_STATE_ACTIVE);
	lm_backend_done(lm_inproc_device(b->p), 0x1F00, 0);
}

static void odd_accesses_do_nothing(void **state)
{
	struct bench *b = *state;

	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0x14, 2), 0);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0x16, 4), 0);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, 0x14, 8), 0);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, LM_BAR_SIZE, 4), 0);
	lm_inproc_reg_write(b->p, 1, REG_CC, 2, 0);
	assert_int_equal(bench_read(b, 1, REG_CC), 0x00460001);
	lm_inproc_pci_command(b->p, 1, false, true, true, false);
	assert_int_equal(bench_read(b, 1, REG_CC), 0);
}

static void registers_that_are_read_only_or_absent_take_no_write(void **state)
{
	struct bench *b = *state;
	static const uint32_t offsets[] = {
		0x00, 0x04, 0x08, 0x38, 0x3C, 0x44, 0x50, 0xE00, 0xFFC
	};
	uint32_t before, aqa;
	unsigned int i;

	bench_write(b, 1, REG_CC, 0);
	lm_inproc_run(b->p);
	aqa = bench_read(b, 1, 0x24);
	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		before = bench_read(b, 1, offsets[i]);
		bench_write(b, 1, offsets[i], ~before);
		assert_int_equal(bench_read(b, 1, offsets[i]), before);
	}
	assert_int_equal(bench_read(b, 1, 0x24), aqa);
	/* doorbells are write-only (NVMe 1.4 3.1.24): they read as zero here */
	assert_int_equal(bench_read(b, 1, LM_BAR_DOORBELLS), 0);
}

static void masked_vectors_stay_pending(void **state)
{
	struct bench *b = *state;
	const uint32_t entry = LM_BAR_MSIX_TABLE + 16;
	struct lm_sq next;
	unsigned int i;

	bench_write(b, 1, entry + 12, 1);
	submit_read(b);
	submit_read(b);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 0);
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_PBA), 2);
	bench_write(b, 1, entry + 12, 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 1);
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_PBA), 0);
	lm_inproc_pci_command(b->p, 1, true, true, true, true);
	submit_read(b);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 1);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 2);
	/* a message is a write, and waits for bus mastering */
	bench_write(b, 1, entry + 12, 1);
	submit_read(b);
	lm_inproc_pci_command(b->p, 1, true, false, true, false);
	bench_write(b, 1, entry + 12, 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 2);
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_PBA), 2);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 3);
	/* disabling MSI-X forgets what is pending */
	bench_write(b, 1, entry + 12, 1);
	submit_read(b);
	lm_inproc_pci_command(b->p, 1, true, true, false, false);
	bench_write(b, 1, entry + 12, 0);
	lm_inproc_pci_command(b->p, 1, true, true, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 1), 3);
	/* what is not in the table reads as zero */
	next = lm_inproc_device(b->p)->fn[2].sq[0]; /* lies behind the table */
	for (i = 0; i < 16; i += 4) {
		bench_write(b, 1, LM_BAR_MSIX_TABLE + 16 * 9 + i, 0xFEE00001);
		assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_TABLE + 16 * 9 + i), 0);
	}
	assert_memory_equal(&next, &lm_inproc_device(b->p)->fn[2].sq[0], sizeof(next));
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_PBA + 12), 0);
	bench_write(b, 1, LM_BAR_MSIX_PBA, 0xFF);
	assert_int_equal(bench_read(b, 1, LM_BAR_MSIX_PBA), 0);
	bench_write(b, 1, entry, 0xFEE00003);
	bench_write(b, 1, entry + 4, 5);
	bench_write(b, 1, entry + 8, 0x1234);
	assert_int_equal(lm_inproc_reg_read(b->p, 1, entry, 8), UINT64_C(0x5FEE00000));
	assert_int_equal(bench_read(b, 1, entry + 8), 0x1234);
}

static void the_pf_has_a_pin(void **state)
{
	struct bench *b = *state;

	lm_inproc_pci_command(b->p, 0, true, true, false, false);
	assert_false(lm_inproc_intx(b->p));
	bench_cmd(b, 0x0A);
	bench_put32(b, LM_SQE_CDW10, 6);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_true(lm_inproc_intx(b->p));
	bench_write(b, 0, 0x0C, 1);
	assert_false(lm_inproc_intx(b->p));
	assert_int_equal(bench_read(b, 0, 0x0C), 1);
	bench_write(b, 0, 0x10, 1);
	assert_true(lm_inproc_intx(b->p));
	lm_pci_command(lm_inproc_device(b->p), 0, true, true, true);
	assert_false(lm_inproc_intx(b->p));
	lm_pci_command(lm_inproc_device(b->p), 0, true, true, false);
	assert_true(bench_reap(b, 0, 0));
	assert_false(lm_inproc_intx(b->p));
}

static void late_completions_are_dropped(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	uint32_t i;

	stall(b);
	submit_read(b);
	/* no slot of function 1 has this generation of a request under way */
	for (i = 0; i < LM_MAX_INFLIGHT; i++)
		lm_backend_done(dev, i | 0x100 | 99u << 13, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 1, 1));
	go(b);
	lm_inproc_run(b->p);
	assert_true(bench_reap(b, 1, 1));
}

static void bad_configurations_have_no_size(void **state)
{
	struct lm_config good, c;
	void *mem;

	(void)state;
	lm_inproc_default_config(&good);
	assert_int_not_equal(lm_device_size(&good), 0);
#define BAD(field, value)                                \
	do {                                             \
		c = good;                                \
		c.field = (value);                       \
		assert_int_equal(lm_device_size(&c), 0); \
	} while (0)
	BAD(total_vfs, 0);
	BAD(total_vfs, 17);
	BAD(io_qpairs, 0);
	BAD(io_qpairs, 65);
	BAD(vectors, 0);
	BAD(vectors, 66);
	BAD(queue_entries, 1);
	BAD(queue_entries, 4097);
	BAD(suspend_limit, 0);
	BAD(suspend_limit, 301);
	BAD(cntlid, 0xFFEC);
	BAD(mdts, 17);
	BAD(num_namespaces, 0);
	BAD(num_namespaces, 9);
	BAD(ns[0].lbads, 8);
	BAD(ns[1].lbads, 13);
	BAD(ns[1].blocks, 0);
	BAD(subnqn[0], 0);
	BAD(subnqn[255], 'x');
	/* an image of this size does not fit into one transfer of 8 KiB (LM-DIS-055) */
	good.io_qpairs = LM_MAX_IO_QPAIRS;
	good.mdts = 2;
	assert_int_not_equal(lm_device_size(&good), 0);
	BAD(mdts, 1);
#undef BAD
	c = good;
	c.total_vfs = 0;
	assert_null(lm_inproc_new(&c));
	mem = malloc(lm_device_size(&good));
	assert_null(lm_device_init(mem, lm_device_size(&good) - 1, &good, NULL, NULL));
	assert_null(lm_device_init(mem, lm_device_size(&good), &c, NULL, NULL));
	free(mem);
}

/* A queue whose CQEs raise no interrupt (NVMe 1.4 5.3, IEN) leaves the pin alone, too. */
static void the_pin_is_not_for_queues_without_interrupts(void **state)
{
	struct bench *b = *state;
	struct bench_queue *q = &b->q[0][1];

	bench_create_io(b, 0, 1);
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 0, 0), 0);
	bench_cmd(b, 4);
	bench_put32(b, LM_SQE_CDW10, 1);
	assert_int_equal(bench_status(b, 0, 0), 0);
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->cq_iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | 1);
	bench_put32(b, LM_SQE_CDW11, 1);
	assert_int_equal(bench_status(b, 0, 0), 0);
	bench_cmd(b, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, q->sq_iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | 1);
	bench_put32(b, LM_SQE_CDW11, 1u << 16 | 1);
	assert_int_equal(bench_status(b, 0, 0), 0);
	lm_inproc_pci_command(b->p, 0, true, true, false, false);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 0, 1);
	lm_inproc_run(b->p);
	/* any write of the Command register looks at the level anew */
	lm_pci_command(lm_inproc_device(b->p), 0, true, true, false);
	assert_false(lm_inproc_intx(b->p));
	assert_true(bench_reap(b, 0, 1));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(vf_reset_drops_work_and_leaves_others),
		T(controller_reset_drops_work),
		T(enabled_controller_keeps_its_settings),
		T(normal_shutdown_waits_and_flushes),
		T(abrupt_shutdown_drops_work),
		T(shutdown_may_become_abrupt),
		T(shutdown_while_disabled_ends),
		T(pf_reset_takes_the_vfs),
		T(subsystem_reset_is_the_pfs_alone),
		T(vfs_come_and_go),
		T(odd_accesses_do_nothing),
		T(masked_vectors_stay_pending),
		T(the_pf_has_a_pin),
		T(late_completions_are_dropped),
		T(bad_configurations_have_no_size),
		T(the_pin_is_not_for_queues_without_interrupts),
		T(registers_that_are_read_only_or_absent_take_no_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
