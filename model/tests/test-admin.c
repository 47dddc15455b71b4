/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Registers, the admin queue and Identify.
 */
#include "bench.h"
#include "core.h"

#define REG_CC 0x14
#define REG_CSTS 0x1C

static void controller_becomes_ready_and_resets(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 0);
	assert_int_equal(bench_read(b, 0, 0x08), 0x00010400);
	bench_write(b, 0, REG_CC, 0x00460000);
	assert_int_equal(bench_read(b, 0, REG_CSTS), 0);
}

static void enable_with_unsupported_settings_is_fatal(void **state)
{
	struct bench *b = *state;
	static const uint32_t bad[] = { 0x00460011, 0x00460081, 0x00460801 };
	unsigned int i;

	lm_inproc_pci_command(b->p, 0, true, true, false, false);
	bench_write(b, 0, 0x24, 0x00070007);
	for (i = 0; i < 3; i++) {
		bench_write(b, 0, REG_CC, bad[i]);
		lm_inproc_run(b->p);
		assert_int_equal(bench_read(b, 0, REG_CSTS), 2);
		bench_write(b, 0, REG_CC, 0);
		assert_int_equal(bench_read(b, 0, REG_CSTS), 0);
	}
	for (i = 0; i < 2; i++) {
		bench_write(b, 0, 0x24, i ? 7 : 0x00070000);
		bench_write(b, 0, REG_CC, 0x00460001);
		lm_inproc_run(b->p);
		assert_int_equal(bench_read(b, 0, REG_CSTS), 2);
		bench_write(b, 0, REG_CC, 0);
	}
}

static void identify_controller_of_pf_and_vf(void **state)
{
	struct bench *b = *state;
	uint8_t *id = b->buf;

	bench_enable(b, 0);
	bench_enable(b, 1);
	assert_int_equal(bench_identify(b, 0, 1, 0), 0);
	assert_memory_equal(id + 4, "LM0001", 6);
	assert_int_equal(id[76], 2);
	assert_int_equal(lm_get_le16(id + 78), 1);
	assert_int_equal(bench_identify(b, 1, 1, 0), 0);
	assert_int_equal(id[76], 6);
	assert_int_equal(lm_get_le16(id + 78), 2);
	assert_int_equal(id[LM_ID_CAPABILITY], 0);
}

static void identify_namespaces(void **state)
{
	struct bench *b = *state;
	uint8_t *id = b->buf;

	bench_enable(b, 0);
	assert_int_equal(bench_identify(b, 0, 0, 2), 0);
	assert_int_equal(lm_get_le64(id), 512);
	assert_int_equal(id[130], 12);
	assert_int_equal(bench_identify(b, 0, 0, 3), 0x0B);
	assert_int_equal(bench_identify(b, 0, 0, 0xFFFFFFFF), 0x0B);
	assert_int_equal(bench_identify(b, 0, 2, 0), 0);
	assert_int_equal(lm_get_le32(id), 1);
	assert_int_equal(lm_get_le32(id + 4), 2);
	assert_int_equal(lm_get_le32(id + 8), 0);
	assert_int_equal(bench_identify(b, 0, 2, 1), 0);
	assert_int_equal(lm_get_le32(id), 2);
	assert_int_equal(bench_identify(b, 0, 2, 0xFFFFFFFE), 0x0B);
	assert_int_equal(bench_identify(b, 0, 3, 1), 0);
	assert_int_equal(id[0], 1);
	assert_int_equal(id[12], 2);
	assert_int_equal(bench_identify(b, 0, 0x40, 1), 2);
}

static void secondary_list_shows_enabled_vfs_online(void **state)
{
	struct bench *b = *state;
	uint8_t *l = b->buf;

	bench_enable(b, 0);
	assert_int_equal(bench_identify(b, 0, 0x15, 0), 0);
	assert_int_equal(l[0], 4);
	assert_int_equal(lm_get_le16(l + 64), 3);
	assert_int_equal(l[64 + 4], 1);
	assert_int_equal(l[96 + 4], 0);
	assert_int_equal(lm_get_le16(l + 96 + 8), 3);
	bench_enable(b, 1);
	assert_int_equal(bench_identify(b, 1, 0x15, 0), 2);
}

static void admin_queue_wraps_many_times(void **state)
{
	struct bench *b = *state;
	unsigned int i;

	bench_enable(b, 1);
	for (i = 0; i < 5 * BENCH_ENTRIES; i++)
		assert_int_equal(bench_identify(b, 1, 1, 0), 0);
	assert_int_equal(lm_inproc_irq_count(b->p, 1, 0), 5 * BENCH_ENTRIES);
}

static void misaligned_and_unmapped_buffers_fail(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 0);
	bench_cmd(b, 0x06);
	bench_put32(b, LM_SQE_CDW10, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 2);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_PRP_OFFSET);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 8);
	lm_put_le64(b->sqe + LM_SQE_PRP2, b->buf_iova + 4096 + 4);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_PRP_OFFSET);
	lm_put_le64(b->sqe + LM_SQE_PRP1, 0x1000);
	assert_int_equal(bench_status(b, 0, 0), LM_SC_DATA_TRANSFER);
}

static void faults_spoil_admin_commands(void **state)
{
	struct bench *b = *state;
	struct lm_fault_rule f = { .opc = 0x0A, .count = 1, .skip = 1 };

	bench_enable(b, 0);
	b->spoiled = true;
	f.what.refuse = true;
	f.what.status = 0x4006;
	assert_int_equal(lm_inproc_fault(b->p, &f), 0);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 6);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
	memset(&f.what, 0, sizeof(f.what));
	f.opc = 0x09;
	f.skip = 0;
	f.what.fail_late = true;
	f.what.override_dw0 = true;
	f.what.status = 0x1C;
	f.what.dw0 = 77;
	assert_int_equal(lm_inproc_fault(b->p, &f), 0);
	assert_int_equal(bench_set_feature(b, 0, 6, 0), 0x1C);
	assert_int_equal(bench_dw0(b), 77);
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
	assert_int_equal(bench_dw0(b), 0);
	memset(&f.what, 0, sizeof(f.what));
	f.what.no_completion = true;
	assert_int_equal(lm_inproc_fault(b->p, &f), 0);
	bench_cmd(b, 0x09);
	bench_put32(b, LM_SQE_CDW10, 6);
	bench_put32(b, LM_SQE_CDW11, 1);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 0, 0));
	assert_int_equal(bench_get_feature(b, 0, 6, 0), 0);
	assert_int_equal(bench_dw0(b), 1);
}

/* A device without fault switch, whose first namespace has no EUI64. */
static void without_the_switch_there_are_no_faults(void **state)
{
	struct bench *b = *state;
	struct lm_fault_rule f = { .opc = 0x06, .count = 1, .what = { .refuse = true } };
	struct lm_config c = *lm_inproc_config(b->p);
	uint8_t *id;

	lm_inproc_free(b->p);
	c.fault_switch = false;
	memset(c.ns[0].eui64, 0, sizeof(c.ns[0].eui64));
	b->p = lm_inproc_new(&c);
	id = b->buf = lm_inproc_alloc(b->p, 8192, 4096, &b->buf_iova);
	bench_enable(b, 0);
	f.what.status = 6;
	assert_int_equal(lm_inproc_fault(b->p, &f), 0);
	assert_int_equal(bench_identify(b, 0, 3, 1), 0);
	assert_int_equal(id[0], 2);
	assert_int_equal(id[1], 16);
	assert_int_equal(id[20], 0);
}

static void more_identify_data(void **state)
{
	struct bench *b = *state;
	uint8_t *id = b->buf;

	bench_enable(b, 0);
	bench_enable(b, 1);
	assert_int_equal(bench_identify(b, 0, 3, 3), 0x0B);
	assert_int_equal(bench_identify(b, 0, 0x14, 0), 0);
	assert_int_equal(lm_get_le16(id), 1);
	assert_int_equal(bench_identify(b, 1, 0x14, 0), 2);
	bench_cmd(b, 6);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 4u << 16 | 0x15);
	assert_int_equal(bench_exec(b, 0, 0), 0);
	assert_int_equal(id[0], 2);
	assert_int_equal(lm_get_le16(id + 32), 4);
}

/* lm-model.h: a port need not have one. */
static void without_a_fault_callback_there_are_no_faults(void **state)
{
	struct bench *b = *state;
	struct lm_device *dev = lm_inproc_device(b->p);
	struct lm_fault_rule f = { .opc = 0x06, .count = 1, .what = { .refuse = true } };
	const struct lm_port *own = dev->port;
	struct lm_port port = *own;

	bench_enable(b, 0);
	f.what.status = 6;
	assert_int_equal(lm_inproc_fault(b->p, &f), 0);
	port.fault = NULL;
	dev->port = &port;
	assert_int_equal(bench_identify(b, 0, 1, 0), 0);
	dev->port = own;
	assert_int_equal(bench_identify(b, 0, 1, 0), 6);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(controller_becomes_ready_and_resets),
		T(enable_with_unsupported_settings_is_fatal),
		T(identify_controller_of_pf_and_vf),
		T(identify_namespaces),
		T(secondary_list_shows_enabled_vfs_online),
		T(admin_queue_wraps_many_times),
		T(misaligned_and_unmapped_buffers_fail),
		T(faults_spoil_admin_commands),
		T(without_the_switch_there_are_no_faults),
		T(more_identify_data),
		T(without_a_fault_callback_there_are_no_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
