/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * MSI-X and INTx: who gets a message or a level, and when (PCI Express Base 6.1.4).
 */
#include "bench.h"
#include "core.h"

#define TABLE LM_BAR_MSIX_TABLE
#define PBA LM_BAR_MSIX_PBA
#define LAST 64 /* the last queue and vector */

static int setup(void **state)
{
	if (bench_setup_large(state))
		return -1;
	assert_int_equal(lm_inproc_irq_setup(((struct bench *)*state)->p, 1, LM_MAX_VECTORS), 0);
	return 0;
}

/* a CQ of 8 entries with this vector, and an SQ of the same QID */
static void create(struct bench *b, unsigned int fn, unsigned int qid, unsigned int vector,
		   uint64_t *sq, uint64_t *cq)
{
	lm_inproc_alloc(b->p, 512, 4096, sq);
	lm_inproc_alloc(b->p, 128, 4096, cq);
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, *cq);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, vector << 16 | 3);
	assert_int_equal(bench_status(b, fn, 0), 0);
	bench_cmd(b, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, *sq);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, qid << 16 | 1);
	assert_int_equal(bench_status(b, fn, 0), 0);
}

/* what lies in a queue of zeroes is Flush without a namespace: it fails, and so completes */
static void complete_one(struct bench *b, unsigned int fn, unsigned int qid, unsigned int tail)
{
	bench_ring(b, fn, qid, false, tail);
	lm_inproc_run(b->p);
}

static uint32_t entry(struct bench *b, unsigned int vector, unsigned int word)
{
	return bench_read(b, 1, TABLE + 16 * vector + 4 * word);
}

static void a_table_entry_is_what_was_written(void **state)
{
	struct bench *b = *state;

	for (unsigned int v = 0; v <= LAST; v += 32) {
		bench_write(b, 1, TABLE + 16 * v, 0x12345677);
		bench_write(b, 1, TABLE + 16 * v + 4, 0x89ABCDEF + v);
		bench_write(b, 1, TABLE + 16 * v + 8, 0xFEDCBA98 + v);
		bench_write(b, 1, TABLE + 16 * v + 12, 0xFFFFFFFF);
		assert_int_equal(entry(b, v, 0), 0x12345674); /* dwords alone */
		assert_int_equal(entry(b, v, 1), 0x89ABCDEF + v);
		assert_int_equal(entry(b, v, 2), 0xFEDCBA98 + v);
		assert_int_equal(entry(b, v, 3), 1);
		bench_write(b, 1, TABLE + 16 * v, 0x10);
		assert_int_equal(entry(b, v, 0), 0x10);
		assert_int_equal(entry(b, v, 1), 0x89ABCDEF + v);
		bench_write(b, 1, TABLE + 16 * v + 4, 1);
		assert_int_equal(entry(b, v, 0), 0x10);
		assert_int_equal(entry(b, v, 1), 1);
		assert_int_equal(entry(b, v, 2), 0xFEDCBA98 + v);
	}
	lm_inproc_reg_write(b->p, 1, TABLE + 16, 8, UINT64_C(0x1122334455667788));
	assert_true(lm_inproc_reg_read(b->p, 1, TABLE + 16, 8) == UINT64_C(0x1122334455667788));
	/* behind the table, and on the pending bits */
	bench_write(b, 1, TABLE + 16 * (LAST + 1), 0xFFFFFFFF);
	assert_int_equal(entry(b, LAST + 1, 0), 0);
	bench_write(b, 1, PBA, 0xFFFFFFFF);
	bench_write(b, 1, PBA + 4, 0xFFFFFFFF);
	assert_int_equal(bench_read(b, 1, PBA), 0);
	/* between doorbells and table, which is of another kind each */
	assert_int_equal(bench_read(b, 1, TABLE - 4), 0);
	assert_int_equal(bench_read(b, 1, LM_BAR_DOORBELLS), 0);
}

static void a_masked_vector_is_pending_until_it_is_unmasked(void **state)
{
	static const unsigned int vectors[] = { 1, 31, 32, 33, 63, LAST };
	struct bench *b = *state;
	struct lm_msix *msix = &lm_inproc_device(b->p)->fn[1].msix;
	uint64_t sq, cq, count;

	for (unsigned int i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		unsigned int v = vectors[i];

		create(b, 1, v, v, &sq, &cq);
		bench_write(b, 1, TABLE + 16 * v + 12, 1);
	}
	for (unsigned int i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		complete_one(b, 1, vectors[i], 1);
	assert_int_equal(bench_read(b, 1, PBA), 1u << 1 | 1u << 31);
	assert_int_equal(bench_read(b, 1, PBA + 4), 1u | 1u << 1 | 1u << 31);
	assert_int_equal(bench_read(b, 1, PBA + 8), 1);
	assert_int_equal(bench_read(b, 1, PBA + 12), 0);
	assert_int_equal(bench_read(b, 1, PBA + 16), 0);
	/* whatever lies behind them */
	memset((uint8_t *)msix + offsetof(struct lm_msix, pending) + sizeof(msix->pending), 0xFF,
	       4);
	assert_int_equal(bench_read(b, 1, PBA + sizeof(msix->pending)), 0);
	for (unsigned int i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		unsigned int v = vectors[i];

		assert_int_equal(lm_inproc_irq_count(b->p, 1, v), 0);
		bench_write(b, 1, TABLE + 16 * v + 12, 0);
		assert_int_equal(lm_inproc_irq_count(b->p, 1, v), 1);
		assert_int_equal(bench_read(b, 1, PBA + v / 32 * 4) >> v % 32 & 1, 0);
		bench_write(b, 1, TABLE + 16 * v + 12, 1);
		bench_write(b, 1, TABLE + 16 * v + 12, 0);
		assert_int_equal(lm_inproc_irq_count(b->p, 1, v), 1);
	}
	assert_int_equal(bench_read(b, 1, PBA + 4), 0);
	complete_one(b, 1, LAST, 2);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, LAST), 2);
	/* vector 0 as any other */
	bench_write(b, 1, TABLE + 12, 1);
	count = lm_inproc_irq_count(b->p, 1, 0);
	assert_int_equal(bench_get_feature(b, 1, 6, 0), 0);
	assert_int_equal(bench_read(b, 1, PBA), 1);
	bench_write(b, 1, TABLE + 12, 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 0), count + 1);
	assert_int_equal(bench_read(b, 1, PBA), 0);
	/* and behind the last there is nothing */
	for (uint32_t at = PBA + 12; at < LM_BAR_SIZE + 64; at += 4)
		assert_int_equal(bench_read(b, 1, at), 0);
}

static void the_function_mask_holds_all(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	uint64_t sq, cq;

	create(b, 1, 1, 40, &sq, &cq);
	lm_pci_msix(dev, 1, true, true);
	complete_one(b, 1, 1, 1);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 40), 0);
	assert_int_equal(bench_read(b, 1, PBA + 4), 1u << 8);
	lm_pci_msix(dev, 1, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 40), 1);
	/* what was pending when MSI-X was disabled is lost */
	lm_pci_msix(dev, 1, true, true);
	complete_one(b, 1, 1, 2);
	lm_pci_msix(dev, 1, false, true);
	assert_int_equal(bench_read(b, 1, PBA + 4), 0);
	complete_one(b, 1, 1, 3);
	assert_int_equal(bench_read(b, 1, PBA + 4), 0);
	lm_pci_msix(dev, 1, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 40), 1);
	/* a function that is not there has no Message Control */
	lm_pci_msix(dev, 3, true, false);
	assert_int_equal(lm_inproc_set_num_vfs(b->p, 3), 0);
	assert_false(dev->fn[3].msix.enable);
	lm_pci_msix(dev, 5, true, false);
	lm_pci_msix(dev, 200, true, false);
}

static void a_message_needs_bus_mastering(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_function *fn = &dev->fn[1];
	uint64_t sq, cq;

	create(b, 1, 1, 2, &sq, &cq);
	bench_write(b, 1, TABLE + 16 * 2 + 12, 1);
	complete_one(b, 1, 1, 1);
	lm_pci_command(dev, 1, true, false, false);
	bench_write(b, 1, TABLE + 16 * 2 + 12, 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 2), 0);
	assert_int_equal(fn->msix.pending[0], 1u << 2);
	lm_pci_command(dev, 1, true, true, false);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 2), 1);
}

/* LM-RSM-050: of each CQ with entries, of the last one too, and of no other */
static void resume_raises_what_is_not_consumed(void **state)
{
	struct bench *b = *state;
	uint64_t sq, cq, count;

	create(b, 1, 1, 3, &sq, &cq);
	create(b, 1, LAST, LAST, &sq, &cq);
	create(b, 1, 2, 5, &sq, &cq);
	complete_one(b, 1, LAST, 1);
	complete_one(b, 1, 1, 1);
	bench_ring(b, 1, 1, true, 1);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, LAST), 2);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 3), 1);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 5), 0);
	/* the admin CQ, and none that is gone */
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, LAST);
	assert_int_equal(bench_status(b, 1, 0), 0);
	bench_cmd(b, 4);
	bench_put32(b, LM_SQE_CDW10, LAST);
	assert_int_equal(bench_status(b, 1, 0), 0);
	bench_cmd(b, 6);
	bench_submit(b, 1, 0);
	lm_inproc_run(b->p);
	count = lm_inproc_irq_count(b->p, 1, 0);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 0), count + 1);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, LAST), 2);
	/* without MSI-X there is nobody to tell */
	lm_pci_msix(lm_inproc_device(b->p), 1, false, false);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 0), count + 1);
	assert_int_equal(bench_read(b, 1, PBA), 0);
	assert_int_equal(bench_read(b, 1, PBA + 8), 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, LAST), 2);
}

static void a_reset_clears_table_and_pending_bits(void **state)
{
	struct bench *b = *state;
	struct lm_function *fn = &lm_inproc_device(b->p)->fn[1];
	uint64_t sq, cq;

	create(b, 1, 1, LAST, &sq, &cq);
	bench_write(b, 1, TABLE + 16 * LAST + 12, 1);
	complete_one(b, 1, 1, 1);
	assert_int_equal(bench_read(b, 1, PBA + 8), 1);
	lm_pci_msix(lm_inproc_device(b->p), 1, true, true);
	lm_inproc_flr(b->p, 1);
	for (unsigned int v = 0; v <= LAST; v++) {
		assert_int_equal(entry(b, v, 0), 0);
		assert_int_equal(entry(b, v, 1), 0);
		assert_int_equal(entry(b, v, 2), 0);
		assert_int_equal(entry(b, v, 3), 1);
	}
	assert_int_equal(bench_read(b, 1, PBA + 8), 0);
	assert_false(fn->msix.enable);
	assert_false(fn->msix.function_mask);
}

/* A level, of the PF alone, while an entry of a CQ with interrupts is not consumed. */
static void the_pin_follows_the_queues(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	uint64_t sq, cq;

	create(b, 0, LAST, 0, &sq, &cq);
	complete_one(b, 0, LAST, 1);
	assert_false(lm_inproc_intx(b->p)); /* MSI-X is enabled */
	lm_pci_msix(dev, 0, false, false);
	assert_true(lm_inproc_intx(b->p));
	lm_pci_command(dev, 0, true, true, true);
	assert_false(lm_inproc_intx(b->p));
	lm_pci_command(dev, 0, true, true, false);
	assert_true(lm_inproc_intx(b->p));
	bench_write(b, 0, 0x0C, 1); /* INTMS */
	assert_false(lm_inproc_intx(b->p));
	bench_write(b, 0, 0x10, 1); /* INTMC */
	assert_true(lm_inproc_intx(b->p));
	bench_write(b, 0, 0x0C, 2);
	assert_true(lm_inproc_intx(b->p));
	lm_pci_msix(dev, 0, true, false);
	assert_false(lm_inproc_intx(b->p));
	lm_pci_msix(dev, 0, false, false);
	bench_ring(b, 0, LAST, true, 1);
	assert_false(lm_inproc_intx(b->p));
	/* a VF has no pin */
	create(b, 1, 1, 0, &sq, &cq);
	lm_pci_msix(dev, 1, false, false);
	complete_one(b, 1, 1, 1);
	assert_false(lm_inproc_intx(b->p));
	/* and what the PF does not consume holds the pin until it is disabled, or its CQ is gone */
	complete_one(b, 0, LAST, 2);
	assert_true(lm_inproc_intx(b->p));
	bench_cmd(b, 0);
	bench_put32(b, LM_SQE_CDW10, LAST);
	assert_int_equal(bench_status(b, 0, 0), 0);
	bench_cmd(b, 4);
	bench_put32(b, LM_SQE_CDW10, LAST);
	assert_int_equal(bench_status(b, 0, 0), 0);
	assert_false(lm_inproc_intx(b->p));
	bench_cmd(b, 6);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_true(lm_inproc_intx(b->p));
	bench_write(b, 0, 0x14, 0);
	assert_false(lm_inproc_intx(b->p));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_table_entry_is_what_was_written),
		T(a_masked_vector_is_pending_until_it_is_unmasked),
		T(the_function_mask_holds_all),
		T(a_message_needs_bus_mastering),
		T(resume_raises_what_is_not_consumed),
		T(a_reset_clears_table_and_pending_bits),
		T(the_pin_follows_the_queues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
