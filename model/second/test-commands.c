/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The five commands and the resets. */
#include "test-bench.h"

static uint8_t image[SM_IMAGE_MAX], again[SM_IMAGE_MAX];

static void test_crc(void **state)
{
	(void)state;
	assert_int_equal(crc32c(0, "123456789", 9), 0xE3069283);
	assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xE3069283);
}

static void test_discovery(void **state)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	struct five five = { .opcode = 0x06, .vfn = 1 };
	unsigned int i;

	(void)state;
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 4096), 0);
	assert_int_equal(bench_buffer[LM_ID_CAPABILITY], 1);
	assert_memory_equal(bench_buffer + LM_ID_UUID, uuid, 16);
	assert_true(bench_guest(2, 0x06, 1, 0, 0, 4096));
	for (i = LM_ID_CAPABILITY; i < LM_ID_END; i++)
		assert_int_equal(bench_buffer[i], 0);

	five.vfn = 0x15;
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 4096), 0);
	assert_int_equal(bench_buffer[0], SM_TOTAL_VFS);
	for (i = 0; i < SM_TOTAL_VFS; i++)
		assert_int_equal(lm_get_le16(bench_buffer + 32 + 32 * i + 8), i + 1);

	/* The five on a VF's own queue (LM-DIS-120) */
	assert_true(bench_guest(1, LM_OPC_SUSPEND, 2, 0, 0, 0));
	assert_int_equal(bench_cmd.status, LM_SC_INVALID_OPCODE | LM_DNR | LM_MORE);
	assert_int_equal(bench_state(2), LM_STATE_ACTIVE);
}

static void enter(unsigned int vfn, unsigned int want)
{
	uint32_t size;

	device_reset_vf(&bench_dev, device_vf(&bench_dev, vfn));
	if (want == LM_STATE_ACTIVE)
		return;
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, vfn), 0);
	if (want == LM_STATE_SUSPENDED)
		return;
	assert_int_equal(bench_save(vfn, image, &size), 0);
	assert_int_equal(bench_part(vfn, image, 0, 64, size), 0);
}

/* The cells of the state machine but for LOAD_DATA, which has tests of its own. */
static void test_states(void **state)
{
	static const struct {
		unsigned int from, opcode, sc, to;
	} cells[] = {
		{ LM_STATE_ACTIVE, LM_OPC_QUERY_DATA_SIZE, 0, LM_STATE_ACTIVE },
		{ LM_STATE_ACTIVE, LM_OPC_SUSPEND, 0, LM_STATE_SUSPENDED },
		{ LM_STATE_ACTIVE, LM_OPC_RESUME, 0x13A, LM_STATE_ACTIVE },
		{ LM_STATE_ACTIVE, LM_OPC_SAVE_DATA, 0x13A, LM_STATE_ACTIVE },
		{ LM_STATE_ACTIVE, LM_OPC_LOAD_DATA, 0x13A, LM_STATE_ACTIVE },
		{ LM_STATE_SUSPENDED, LM_OPC_QUERY_DATA_SIZE, 0, LM_STATE_SUSPENDED },
		{ LM_STATE_SUSPENDED, LM_OPC_SUSPEND, 0, LM_STATE_SUSPENDED },
		{ LM_STATE_SUSPENDED, LM_OPC_RESUME, 0, LM_STATE_ACTIVE },
		{ LM_STATE_SUSPENDED, LM_OPC_SAVE_DATA, 0x004, LM_STATE_SUSPENDED },
		{ LM_STATE_SUSPENDED, LM_OPC_LOAD_DATA, 0x002, LM_STATE_SUSPENDED },
		{ LM_STATE_LOADING, LM_OPC_QUERY_DATA_SIZE, 0x00C, LM_STATE_LOADING },
		{ LM_STATE_LOADING, LM_OPC_SUSPEND, 0, LM_STATE_SUSPENDED },
		{ LM_STATE_LOADING, LM_OPC_RESUME, 0x00C, LM_STATE_LOADING },
		{ LM_STATE_LOADING, LM_OPC_SAVE_DATA, 0x00C, LM_STATE_LOADING },
		{ LM_STATE_LOADING, LM_OPC_LOAD_DATA, 0x002, LM_STATE_SUSPENDED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		enter(3, cells[i].from);
		assert_int_equal(bench_simple(cells[i].opcode, 3), cells[i].sc);
		assert_int_equal(bench_state(3), cells[i].to);
	}
	/* Step 4 comes first, and leaves staged parts alone (LM-LOD-105). */
	enter(3, LM_STATE_LOADING);
	assert_int_equal(bench_simple(LM_OPC_LOAD_DATA, 0), 0x002);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, SM_TOTAL_VFS + 1), 0x002);
	assert_int_equal(bench_state(3), LM_STATE_LOADING);
}

/* LM-SAV-080, LM-SAV-085: pieces of one snapshot, a latched doorbell or not. */
static void test_pieces(void **state)
{
	struct five five = { .opcode = LM_OPC_SAVE_DATA, .vfn = 1, .cdw11 = 1000 };
	uint32_t size, ofst;

	(void)state;
	enter(1, LM_STATE_SUSPENDED);
	assert_int_equal(bench_save(1, image, &size), 0);
	assert_false(bench_guest(1, 0x06, 1, 0, 0, 4096));
	for (ofst = 1000; ofst < size; ofst += 1000) {
		five.cdw12 = ofst;
		assert_int_equal(bench_send(&five, DIR_TO_HOST, 1000), 0);
		assert_int_equal(bench_cmd.dw0, size - ofst < 1000 ? size - ofst : 1000);
		assert_memory_equal(bench_buffer, image + ofst, bench_cmd.dw0);
	}
	/* A new snapshot has the doorbell (LM-IOF-240); one that fails is none. */
	five.cdw12 = 0;
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 996), 0x004);
	five.cdw12 = 64;
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 1000), 0);
	assert_memory_equal(bench_buffer, image + 64, 1000);
	assert_int_equal(bench_save(1, again, &size), 0);
	assert_memory_not_equal(image, again, size);

	five.cdw12 = size;
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 1000), 0x002);
	five = (struct five){ .opcode = LM_OPC_SAVE_DATA, .vfn = 1, .cdw12 = 4 };
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 8192), 0x002);
	five = (struct five){ .opcode = LM_OPC_SAVE_DATA, .vfn = 1, .cdw11 = 6 };
	assert_int_equal(bench_send(&five, DIR_TO_HOST, 8192), 0x002);
	five = (struct five){ .opcode = LM_OPC_SAVE_DATA, .vfn = 1 };
	assert_int_equal(bench_send(&five, DIR_TO_HOST, size), 0);
	assert_int_equal(bench_cmd.dw0, size);
}

static void test_parts(void **state)
{
	uint32_t size, ofst;

	(void)state;
	enter(1, LM_STATE_SUSPENDED);
	enter(2, LM_STATE_SUSPENDED);
	assert_int_equal(bench_save(1, image, &size), 0);
	for (ofst = 0; ofst < size; ofst += 4 * 97) {
		uint32_t left = size - ofst;

		assert_int_equal(bench_part(2, image, ofst, left < 388 ? left : 388, size), 0);
	}
	assert_int_equal(bench_state(2), LM_STATE_SUSPENDED);
	assert_int_equal(bench_save(2, again, &size), 0);
	assert_memory_equal(image, again, size);

	/* A gap, an overlap, another total; 00Ch drops the parts (LM-LOD-080). */
	enter(2, LM_STATE_LOADING);
	assert_int_equal(bench_part(2, image, 68, 64, size), 0x00C);
	assert_int_equal(bench_state(2), LM_STATE_SUSPENDED);
	enter(2, LM_STATE_LOADING);
	assert_int_equal(bench_part(2, image, 60, 64, size), 0x00C);
	enter(2, LM_STATE_LOADING);
	assert_int_equal(bench_part(2, image, 64, 64, size - 4), 0x00C);
	assert_int_equal(bench_part(2, image, 64, 64, size), 0x00C);

	/* Starting over, and the rules of the fields */
	enter(2, LM_STATE_LOADING);
	assert_int_equal(bench_part(2, image, 0, 128, size), 0);
	assert_int_equal(bench_part(2, image, 128, size - 128, size), 0);
	assert_int_equal(bench_part(2, image, 64, 64, 0), 0x002);
	assert_int_equal(bench_part(2, image, 0, 64, SM_IMAGE_MAX + 4), 0x002);
	assert_int_equal(bench_part(2, image, 4, size, size), 0x002);
	assert_int_equal(bench_part(2, image, 2, 64, size), 0x002);

	/* One staging buffer for the PF (LM-LOD-170) */
	enter(1, LM_STATE_SUSPENDED);
	enter(2, LM_STATE_LOADING);
	assert_int_equal(bench_part(1, image, 0, 64, size), 0x138);
	assert_int_equal(bench_load(1, image, size), 0x138);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(bench_load(1, image, size), 0);
}

/* LM-RSM-070, LM-INV-080, LM-INV-090 */
static void test_identity(void **state)
{
	uint8_t theirs[4096];
	uint32_t size;

	(void)state;
	assert_true(bench_guest(1, 0x06, 1, 0, 0, 4096));
	memcpy(theirs, bench_buffer, sizeof(theirs));
	enter(1, LM_STATE_SUSPENDED);
	enter(2, LM_STATE_SUSPENDED);
	assert_int_equal(bench_save(1, image, &size), 0);
	assert_int_equal(bench_load(2, image, size), 0);
	assert_int_equal(bench_simple(LM_OPC_RESUME, 1), 0);
	assert_int_equal(bench_simple(LM_OPC_RESUME, 2), 0x1C1);
	assert_int_equal(bench_state(2), LM_STATE_SUSPENDED);
	assert_int_equal(bench_simple(LM_OPC_SUSPEND, 1), 0);
	assert_int_equal(bench_simple(LM_OPC_RESUME, 2), 0);
	assert_true(bench_guest(2, 0x06, 1, 0, 0, 4096));
	assert_memory_equal(bench_buffer, theirs, 4096);
	device_reset_vf(&bench_dev, device_vf(&bench_dev, 2));
	assert_true(bench_guest(2, 0x06, 1, 0, 0, 4096));
	assert_memory_not_equal(bench_buffer, theirs, 4096);
}

static void test_resets(void **state)
{
	(void)state;
	enter(1, LM_STATE_LOADING);
	device_reset_vf(&bench_dev, device_vf(&bench_dev, 1));
	assert_int_equal(bench_dev.staging.owner, 0);
	assert_int_equal(bench_state(1), LM_STATE_ACTIVE);
	enter(1, LM_STATE_SUSPENDED);
	device_reset_all(&bench_dev);
	assert_int_equal(bench_simple(LM_OPC_QUERY_DATA_SIZE, 1), 0x002);
	device_set_num_vfs(&bench_dev, 2);
	assert_int_equal(bench_state(1), LM_STATE_ACTIVE);
	assert_int_equal(bench_simple(LM_OPC_QUERY_DATA_SIZE, 3), 0x002);
}

/* LM-IOF-120: what was not fetched is fetched once, where the image went. */
static void test_latched(void **state)
{
	uint32_t size;

	(void)state;
	assert_true(bench_guest(1, 0x09, 0x06, 0, 0, 0));
	enter(1, LM_STATE_SUSPENDED);
	enter(2, LM_STATE_SUSPENDED);
	/* Set Features: the write cache off, while nobody fetches */
	assert_false(bench_guest(1, 0x09, 0x06, 0, 0, 0));
	assert_int_equal(bench_save(1, image, &size), 0);
	assert_int_equal(bench_load(2, image, size), 0);
	assert_int_equal(bench_simple(LM_OPC_RESUME, 2), 0);
	assert_true(bench_guest(2, 0x0A, 0x06, 0, 0, 0));
	assert_int_equal(bench_cmd.dw0, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc),
		cmocka_unit_test_setup_teardown(test_discovery, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_states, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_pieces, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_parts, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_identity, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_resets, bench_set_up, bench_tear_down),
		cmocka_unit_test_setup_teardown(test_latched, bench_set_up, bench_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
