/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Controllers by their registers, over a bus with a megabyte of memory. */
#include "test-bench.h"

#define MEMORY 0x100000u
#define PAGE(n) (0x1000u * (n))
#define LIMIT (SM_SUSPEND_LIMIT * 100000000ull)

static uint8_t memory[MEMORY];
static unsigned int interrupts;
static unsigned int tails[SM_TOTAL_VFS + 1][2];

static bool read_memory(struct device *dev, unsigned int vfn, uint64_t address, void *data,
			uint32_t len)
{
	(void)dev;
	(void)vfn;
	if (address > MEMORY || len > MEMORY - address)
		return false;
	memcpy(data, memory + address, len);
	return true;
}

static bool write_memory(struct device *dev, unsigned int vfn, uint64_t address, const void *data,
			 uint32_t len)
{
	(void)dev;
	(void)vfn;
	if (address > MEMORY || len > MEMORY - address)
		return false;
	memcpy(memory + address, data, len);
	return true;
}

static void count_interrupt(struct device *dev, unsigned int vfn, unsigned int vector)
{
	(void)dev;
	(void)vfn;
	(void)vector;
	interrupts++;
}

static void see_medium(struct device *dev, unsigned int vfn, uint32_t nsid, uint64_t slba,
		       uint32_t blocks)
{
	(void)dev;
	assert_int_equal(vfn, 1);
	assert_int_equal(nsid, 1);
	assert_int_equal(slba, 8);
	assert_int_equal(blocks, 24);
}

static const struct bus bus = { read_memory, write_memory, count_interrupt, see_medium };

static void set(unsigned int vfn, uint32_t offset, unsigned int size, uint64_t value)
{
	regs_write(&bench_dev, device_function(&bench_dev, vfn), offset, size, value);
}

static uint32_t csts(unsigned int vfn)
{
	return (uint32_t)regs_read(device_function(&bench_dev, vfn), 0x1C, 4);
}

/* Queues of 16 entries: admin SQ, CQ, I/O SQ, CQ of each function in pages of its own */
static uint32_t queue_page(unsigned int vfn, unsigned int n)
{
	return PAGE(16 + vfn * 4 + n);
}

static void enable(unsigned int vfn)
{
	set(vfn, 0x24, 4, 15u << 16 | 15);
	set(vfn, 0x28, 8, queue_page(vfn, 0));
	set(vfn, 0x30, 8, queue_page(vfn, 1));
	set(vfn, 0x14, 4, 0x00460001);
	assert_int_equal(csts(vfn), CSTS_RDY);
}

static int set_up(void **state)
{
	(void)state;
	memset(&bench_dev, 0, sizeof(bench_dev));
	memset(memory, 0, sizeof(memory));
	memset(tails, 0, sizeof(tails));
	interrupts = 0;
	bench_dev.bus = &bus;
	device_power_on(&bench_dev);
	enable(0);
	enable(1);
	return 0;
}

/* What the CQE in the slot of this command says, 0xFFFF where it is not there. */
static unsigned int result(unsigned int vfn, unsigned int qid, unsigned int slot)
{
	const uint8_t *cqe = memory + queue_page(vfn, 2 * qid + 1) + LM_CQE_SIZE * slot;
	unsigned int status = lm_get_le16(cqe + LM_CQE_STATUS);

	return status & 1 ? status >> 1 & 0x7FF : 0xFFFF;
}

/* Rings the doorbell for one command, and returns its slot. */
static unsigned int submit(unsigned int vfn, unsigned int qid, const uint32_t dwords[16])
{
	unsigned int slot = tails[vfn][qid]++;
	uint8_t *sqe = memory + queue_page(vfn, 2 * qid) + LM_SQE_SIZE * slot;
	unsigned int i;

	assert_true(slot < 15);
	for (i = 0; i < 16; i++)
		lm_put_le32(sqe + 4 * i, dwords[i]);
	set(vfn, 0x1000 + 8 * qid, 4, slot + 1);
	return slot;
}

static unsigned int five(unsigned int opcode, uint32_t cdw11, uint32_t cdw13, uint32_t prp1,
			 uint32_t prp2)
{
	uint32_t dwords[16] = { opcode, [6] = prp1, [8] = prp2, [10] = 1, cdw11, 0, cdw13 };

	return result(0, 0, submit(0, 0, dwords));
}

static void make_queues(void)
{
	uint32_t cq[16] = { 0x05, [6] = queue_page(1, 3), [10] = 15u << 16 | 1, 3 };
	uint32_t sq[16] = { 0x01, [6] = queue_page(1, 2), [10] = 15u << 16 | 1, 1u << 16 | 1 };

	assert_int_equal(result(1, 0, submit(1, 0, cq)), 0);
	assert_int_equal(result(1, 0, submit(1, 0, sq)), 0);
}

/* 12 KiB at an offset: three pages and a bit, by a list; there and back */
static void test_io(void **state)
{
	uint32_t io[16] = { 0x01, 1, [6] = PAGE(64) + 512, [8] = PAGE(1) - 16, [10] = 8, 0, 23 };
	unsigned int i;

	(void)state;
	make_queues();
	device_function(&bench_dev, 1)->vectors = 1;
	/* The list's last entry but one points to page 65, the last one to more list. */
	lm_put_le64(memory + PAGE(1) - 16, PAGE(65));
	lm_put_le64(memory + PAGE(1) - 8, PAGE(2));
	lm_put_le64(memory + PAGE(2), PAGE(66));
	lm_put_le64(memory + PAGE(2) + 8, PAGE(67));
	for (i = 0; i < PAGE(4); i++)
		memory[PAGE(64) + i] = (uint8_t)(i * 7 >> 3);
	assert_int_equal(result(1, 1, submit(1, 1, io)), 0);
	assert_int_equal(interrupts, 1);
	io[0] = 0x02;
	memset(memory + PAGE(64), 0, PAGE(4));
	assert_int_equal(result(1, 1, submit(1, 1, io)), 0);
	for (i = 512; i < 512 + 24 * 512; i++)
		assert_int_equal(memory[PAGE(64) + i], (uint8_t)(i * 7 >> 3));
	assert_int_equal(memory[PAGE(64) + 511], 0);
	assert_int_equal(memory[PAGE(64) + 512 + 24 * 512], 0);
	/* An offset in the list, memory that is not there */
	lm_put_le64(memory + PAGE(2), PAGE(66) + 8);
	assert_int_equal(result(1, 1, submit(1, 1, io)), LM_SC_PRP_OFFSET);
	io[6] = MEMORY;
	assert_int_equal(result(1, 1, submit(1, 1, io)), LM_SC_DATA_TRANSFER);
	io[10] = SM_BLOCKS_MAX;
	assert_int_equal(result(1, 1, submit(1, 1, io)), SC_LBA_RANGE);
}

/* LM-SUS-070, LM-STA-320, LM-STA-340 by the queues of the PF */
static void test_pending(void **state)
{
	uint32_t io[16] = { 0x01, 1, [6] = PAGE(64), [8] = PAGE(1), [10] = 8, 0, 23 };
	uint32_t suspend[16] = { LM_OPC_SUSPEND, [10] = 1 };
	struct medium held = { .mode = MEDIUM_HOLD };
	unsigned int slot, first, second;

	(void)state;
	make_queues();
	lm_put_le64(memory + PAGE(1), PAGE(65));
	lm_put_le64(memory + PAGE(1) + 8, PAGE(66));
	flight_set_medium(&bench_dev, &held);
	first = submit(1, 1, io);
	slot = submit(0, 0, suspend);
	second = submit(1, 1, io);
	assert_int_equal(result(0, 0, slot), 0xFFFF);
	flight_advance(&bench_dev, LIMIT - 1, NULL);
	assert_int_equal(result(0, 0, slot), 0xFFFF);
	flight_advance(&bench_dev, LIMIT, NULL);
	assert_int_equal(result(0, 0, slot), LM_SC_SUSPEND_NOT_COMPLETED);
	held.mode = MEDIUM_NORMAL;
	flight_set_medium(&bench_dev, &held);
	assert_int_equal(result(1, 1, first), 0);
	assert_int_equal(result(1, 1, second), 0);

	/* The guest disables its controller, and SUSPEND succeeds. */
	held.mode = MEDIUM_HOLD;
	flight_set_medium(&bench_dev, &held);
	submit(1, 1, io);
	slot = submit(0, 0, suspend);
	set(1, 0x14, 4, 0x00460000);
	assert_int_equal(result(0, 0, slot), 0);
	/* Register writes of a VF that is SUSPENDED are discarded (LM-STA-540). */
	set(1, 0x14, 4, 0x00460001);
	assert_int_equal(csts(1), 0);
}

/* LM-LOD-180 by PRPs, and LM-RST-080 */
static void test_pf_reset(void **state)
{
	uint32_t size;

	(void)state;
	assert_int_equal(five(LM_OPC_SUSPEND, 0, 0, 0, 0), 0);
	assert_int_equal(five(LM_OPC_SAVE_DATA, 8192, 0, PAGE(64), PAGE(65)), 0);
	size = lm_get_le32(memory + PAGE(64) + LM_IMG_TOTAL_LENGTH);
	/* LEN spans three pages now, so that PRP2 is a list (LM-COM-300). */
	lm_put_le64(memory + PAGE(1), PAGE(81));
	assert_int_equal(five(LM_OPC_SAVE_DATA, 12288, 0, PAGE(80), PAGE(1)), 0);
	assert_memory_equal(memory + PAGE(64), memory + PAGE(80), size);
	assert_int_equal(five(LM_OPC_LOAD_DATA, size, 0, PAGE(64), PAGE(65) + 4), 0x013);
	assert_int_equal(five(LM_OPC_LOAD_DATA, size, 0, PAGE(64), PAGE(65)), 0);
	assert_int_equal(five(LM_OPC_LOAD_DATA, 64, size, PAGE(64), 0), 0);
	assert_int_equal(device_function(&bench_dev, 1)->state, LM_STATE_LOADING);
	set(0, 0x14, 4, 0x00460000);
	assert_int_equal(device_function(&bench_dev, 1)->state, LM_STATE_SUSPENDED);
	assert_int_equal(bench_dev.staging.owner, 0);
	assert_int_equal(csts(1), CSTS_RDY);
}

/* LM-STA-520: what is no doorbell is an event; what is one waits for RESUME. */
static void test_doorbells(void **state)
{
	uint32_t identify[16] = { 0x06, [6] = PAGE(64), [10] = 1 };
	uint32_t aer[16] = { 0x0C };
	unsigned int slot;

	(void)state;
	submit(1, 0, aer);
	assert_int_equal(five(LM_OPC_SUSPEND, 0, 0, 0, 0), 0);
	set(1, 0x1000 + 8 * 5, 4, 1);
	set(1, 0x1000, 4, 16);
	slot = submit(1, 0, identify);
	assert_int_equal(result(1, 0, 0), 0xFFFF);
	assert_int_equal(five(LM_OPC_RESUME, 0, 0, 0, 0), 0);
	assert_int_equal(result(1, 0, 0), 0);
	assert_int_equal(lm_get_le32(memory + queue_page(1, 1)), 0x00010000);
	assert_int_equal(result(1, 0, slot), 0);
	assert_memory_equal(memory + PAGE(64) + 4, "SECOND", 6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_io, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_pending, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_pf_reset, set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_doorbells, set_up, bench_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
