/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The host driver against a controller of a few lines that does wrong what it
 * is told to: each wrong must end the case, by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "internal.h"
#include "stub-ct.h"

enum wrong {
	NOTHING_WRONG,
	DUPLICATE,
	UNKNOWN_CID,
	WRONG_SQID,
	BAD_SQHD,
	BAD_DWORD,
	OVERRUN,
	SILENT,
	LEFT_SUSPENDED,
};

#define ARENA_PAGES 4096

static struct fake {
	uint8_t *arena;
	size_t used;
	uint64_t now;
	uint32_t cc, aqa;
	uint64_t asq, acq;
	uint16_t sq_head, cq_tail;
	bool phase;
	enum wrong wrong;
} fake;

static struct ct_target target;
static struct ct ct = { .target = &target };

static void post(uint16_t sqid, uint16_t cid, uint16_t sqhd, uint16_t status, uint32_t dw0,
		 uint32_t dw1)
{
	uint32_t entries = (fake.aqa >> 16 & 0xFFF) + 1;
	uint8_t *cqe = fake.arena + fake.acq + 16u * fake.cq_tail;

	lm_put_le32(cqe, dw0);
	lm_put_le32(cqe + LM_CQE_DW1, dw1);
	lm_put_le16(cqe + LM_CQE_SQHD, sqhd);
	lm_put_le16(cqe + LM_CQE_SQID, sqid);
	lm_put_le16(cqe + LM_CQE_CID, cid);
	lm_put_le16(cqe + LM_CQE_STATUS, (uint16_t)(status << 1 | fake.phase));
	if (++fake.cq_tail == entries) {
		fake.cq_tail = 0;
		fake.phase = !fake.phase;
	}
}

/* Identify is the one command that moves data: byte n of the page is n & FFh. */
static void identify(uint64_t prp1)
{
	unsigned int n, len = 4096 + (fake.wrong == OVERRUN);

	for (n = 0; n < len; n++)
		fake.arena[prp1 + n] = (uint8_t)n;
}

static void execute(const uint8_t *sqe)
{
	uint16_t cid = lm_get_le16(sqe + LM_SQE_CID), sqhd = fake.sq_head;
	bool query = sqe[0] == LM_OPC_QUERY_DATA_SIZE;

	if (fake.wrong == SILENT)
		return;
	if (sqe[0] == NVME_ADM_IDENTIFY)
		identify(lm_get_le64(sqe + LM_SQE_PRP1));
	if (fake.wrong == UNKNOWN_CID)
		cid ^= 0x8000;
	if (fake.wrong == BAD_SQHD)
		sqhd = 4096;
	post(fake.wrong == WRONG_SQID ? 3 : 0, cid, sqhd, 0,
	     query || fake.wrong == BAD_DWORD ? 4 : 0,
	     query && fake.wrong == LEFT_SUSPENDED ? LM_STATE_SUSPENDED : LM_STATE_ACTIVE);
	if (fake.wrong == DUPLICATE)
		post(0, cid, sqhd, 0, 0, 0);
}

static int reg_read(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
		    uint64_t *value)
{
	(void)t, (void)fn, (void)len;
	*value = offset == NVME_REG_CC ? fake.cc : offset == NVME_REG_CSTS ? fake.cc & 1 : 0;
	return 0;
}

static int reg_write(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
		     uint64_t value)
{
	uint32_t entries = (fake.aqa & 0xFFF) + 1;

	(void)t, (void)fn, (void)len;
	switch (offset) {
	case NVME_REG_CC:
		fake.cc = (uint32_t)value;
		fake.sq_head = fake.cq_tail = 0;
		fake.phase = true;
		break;
	case NVME_REG_AQA:
		fake.aqa = (uint32_t)value;
		break;
	case NVME_REG_ASQ:
		fake.asq = value;
		break;
	case NVME_REG_ACQ:
		fake.acq = value;
		break;
	case NVME_REG_DOORBELLS:
		while (fake.sq_head != value) {
			const uint8_t *sqe = fake.arena + fake.asq + 64u * fake.sq_head;

			fake.sq_head = (uint16_t)((fake.sq_head + 1u) % entries);
			execute(sqe);
		}
		break;
	default:
		break;
	}
	return 0;
}

static void *dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova)
{
	(void)t, (void)align;
	len = (len + 4095) / 4096 * 4096;
	if (fake.used + len > ARENA_PAGES * 4096ul)
		return NULL;
	*iova = fake.used;
	fake.used += len;
	memset(fake.arena + *iova, 0, len);
	return fake.arena + *iova;
}

static void dma_free_all(struct ct_target *t)
{
	(void)t;
	fake.used = 4096;
}

static int advance(struct ct_target *t, uint64_t ns)
{
	(void)t;
	fake.now += ns;
	return 0;
}

static uint64_t now(struct ct_target *t)
{
	(void)t;
	return fake.now;
}

static int fresh(struct ct_target *t)
{
	(void)t;
	fake.cc = 0;
	return 0;
}

static const struct ct_target_ops ops = {
	.name = "fake",
	.reg_read = reg_read,
	.reg_write = reg_write,
	.dma_alloc = dma_alloc,
	.dma_free_all = dma_free_all,
	.advance = advance,
	.fresh = fresh,
	.now = now,
};

static const struct ct_row row = { .id = "TEST/row" };

static int setup(void **state)
{
	(void)state;
	fake = (struct fake){ .arena = malloc(ARENA_PAGES * 4096), .used = 4096 };
	target.ops = &ops;
	target.info.caps = CT_CAP(CT_CAP_PF_RAW_SQE) | CT_CAP(CT_CAP_PF_OWNED) |
			   CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_FRESH) | CT_CAP(CT_CAP_CLOCK);
	target.info.num_vfs = 2;
	ct.row = &row;
	return !fake.arena;
}

static int teardown(void **state)
{
	(void)state;
	free(fake.arena);
	return 0;
}

static void one_identify(struct ct *c)
{
	uint8_t *id;

	ct_before_case(c);
	id = hn_mem(c, LM_ID_SIZE);
	hn_identify(c, 0, NVME_CNS_CONTROLLER, 0, id);
	assert_int_equal(id[255], 255);
	assert_int_equal(id[4095], 255);
	/* A late completion is found by the next command. */
	hn_identify(c, 0, NVME_CNS_CONTROLLER, 0, id);
	ct_after_case(c);
}

static void ends(enum wrong wrong, enum stub_verdict verdict, const char *text)
{
	fake.wrong = wrong;
	assert_int_equal(stub_run(&ct, one_identify), verdict);
	if (text && !strstr(ct.text, text))
		fail_msg("the text is: %s", ct.text);
}

static void a_right_device_passes(void **state)
{
	(void)state;
	ends(NOTHING_WRONG, STUB_NONE, NULL);
}

static void a_duplicate_completion_fails(void **state)
{
	(void)state;
	ends(DUPLICATE, STUB_FAIL, "not outstanding");
}

static void an_unknown_command_identifier_fails(void **state)
{
	(void)state;
	ends(UNKNOWN_CID, STUB_FAIL, "not outstanding");
}

static void a_wrong_sq_identifier_fails(void **state)
{
	(void)state;
	ends(WRONG_SQID, STUB_FAIL, "not outstanding");
}

static void an_impossible_head_pointer_fails(void **state)
{
	(void)state;
	ends(BAD_SQHD, STUB_FAIL, "beyond");
}

static void a_dword_without_meaning_is_a_warning(void **state)
{
	(void)state;
	ends(BAD_DWORD, STUB_WARN, "Dwords 0 and 1");
}

static void a_byte_behind_the_buffer_fails(void **state)
{
	(void)state;
	ends(OVERRUN, STUB_FAIL, "outside");
}

static void a_silent_device_is_hung_in_bounded_time(void **state)
{
	(void)state;
	ends(SILENT, STUB_HUNG, "no completion");
	assert_true(fake.now <= 70 * HN_S);
}

static void suspend_alone(struct ct *c)
{
	ct_before_case(c);
	hn_suspend(c, 2);
	ct_after_case(c);
}

static void a_vf_left_suspended_fails(void **state)
{
	(void)state;
	fake.wrong = LEFT_SUSPENDED;
	assert_int_equal(stub_run(&ct, suspend_alone), STUB_FAIL);
	assert_non_null(strstr(ct.text, "leaves VF 2 SUSPENDED"));
	fake.wrong = NOTHING_WRONG;
	assert_int_equal(stub_run(&ct, suspend_alone), STUB_NONE);
}

static const struct ct_row keeping = { .id = "TEST/keeps", .flags = CT_ROW_KEEPS_STATE };

static void a_row_may_keep_its_state(void **state)
{
	(void)state;
	ct.row = &keeping;
	fake.wrong = LEFT_SUSPENDED;
	assert_int_equal(stub_run(&ct, suspend_alone), STUB_NONE);
}

static void the_guard_holds_the_five_back(void **state)
{
	(void)state;
	ct.guarded = true;
	assert_int_equal(stub_run(&ct, suspend_alone), STUB_ERROR);
	assert_non_null(strstr(ct.text, "holds back opcode C8h"));
	assert_int_equal(stub_run(&ct, one_identify), STUB_NONE);
	ct.guarded = false;
}

static void reset_function(struct ct *c)
{
	hn_flr(c, 1);
}

static void a_reset_that_the_target_lacks_is_the_rows_error(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, reset_function), STUB_ERROR);
	assert_non_null(strstr(ct.text, "which it did not ask for"));
}

/* ---- PRPs: walked here as the base specification says ---- */

static uint64_t entry(uint64_t list, unsigned int n)
{
	return lm_get_le64(fake.arena + list + 8 * n);
}

static void check_prps(struct ct *c, uint64_t iova, size_t len)
{
	uint8_t sqe[LM_SQE_SIZE] = { 0 };
	uint64_t at = (iova | 4095) + 1, list;
	unsigned int n = 0;

	hn_prps(c, sqe, iova, len);
	assert_int_equal(lm_get_le64(sqe + LM_SQE_PRP1), iova);
	list = lm_get_le64(sqe + LM_SQE_PRP2);
	if (at >= iova + len) {
		assert_int_equal(list, 0);
		return;
	}
	if (at + 4096 >= iova + len) {
		assert_int_equal(list, at);
		return;
	}
	for (; at < iova + len; at += 4096, n++) {
		if (n % 512 == 511 && at + 4096 < iova + len) {
			list = entry(list, 511);
			assert_int_equal(list % 4096, 0);
			n = 0;
		}
		assert_int_equal(entry(list, n), at);
	}
}

static void prps(struct ct *c)
{
	static const size_t lens[] = { 4,     4095,	  4096,	      4097,	  8192,	      8193,
				       40000, 512 * 4096, 513 * 4096, 514 * 4096, 1100 * 4096 };
	unsigned int i;

	ct_before_case(c);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		check_prps(c, 0x10000000, lens[i]);
		check_prps(c, 0x10000000 + 64, lens[i]);
	}
}

static void prps_follow_the_base_specification(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, prps), STUB_NONE);
}

/* ---- patterns ---- */

static void patterns_tell_tag_and_block(void **state)
{
	uint8_t a[2048], b[2048];

	(void)state;
	hn_pattern(a, sizeof(a), 512, 7, 1);
	hn_pattern(b, sizeof(b), 512, 7, 1);
	assert_memory_equal(a, b, sizeof(a));
	hn_pattern(b, sizeof(b), 512, 7, 2);
	assert_memory_not_equal(a, b, 512);
	hn_pattern(b, sizeof(b), 512, 8, 1);
	assert_memory_not_equal(a, b, 512);
	assert_memory_equal(a + 512, b, 512);
	assert_memory_not_equal(a, a + 512, 512);
}

/* ---- data that count ---- */

static uint64_t queued_at;
static uint32_t queued_nsid;

/* A write of two blocks at LBA 3 into a queue that is never rung. */
static void one_write(struct ct *c)
{
	struct hn_req *req;

	ct_before_case(c);
	hn_host.block_size[1] = 512;
	hn_host.block_size[5] = 512;
	hn_host.fn[1].sq[1] = (struct hn_sq){
		.created = true,
		.cqid = 1,
		.entries = 8,
		.mem = hn_buf(c, 8 * LM_SQE_SIZE),
	};
	req = hn_queue_write(c, 1, 1, 1, 3, 2, 7);
	queued_nsid = lm_get_le32(req->cmd.sqe + LM_SQE_NSID);
	queued_at = lm_get_le64(req->cmd.sqe + LM_SQE_CDW10);
}

static void raw_write(struct ct *c)
{
	struct hn_cmd cmd = hn_cmd(NVME_CMD_WRITE_ZEROES, 5);

	one_write(c);
	lm_put_le64(cmd.sqe + LM_SQE_CDW10, 99);
	hn_queue(c, 1, 1, &cmd);
}

static void writes_stay_in_the_scratch_range(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, one_write), STUB_NONE);
	assert_int_equal(queued_nsid, 1);
	assert_int_equal(queued_at, 3);
	target.info.caps &= ~CT_CAP(CT_CAP_FRESH);
	assert_int_equal(stub_run(&ct, one_write), STUB_NOT_APPLICABLE);
	ct.scratch = (struct ct_scratch){ .nsid = 5, .slba = 100, .nlb = 5 };
	assert_int_equal(stub_run(&ct, one_write), STUB_NONE);
	assert_int_equal(queued_nsid, 5);
	assert_int_equal(queued_at, 103);
	assert_int_equal(stub_run(&ct, raw_write), STUB_NOT_APPLICABLE);
	ct.scratch.nlb = 4;
	assert_int_equal(stub_run(&ct, one_write), STUB_NOT_APPLICABLE);
	ct.scratch.nsid = 0;
}

static void the_probe_reads_and_disables(void **state)
{
	uint8_t id[LM_ID_SIZE];

	(void)state;
	assert_int_equal(ct_probe_identify(&target, id), 0);
	assert_int_equal(id[77], 77);
	assert_int_equal(fake.cc & NVME_CC_EN, 0);
	fake.wrong = SILENT;
	assert_true(ct_probe_identify(&target, id) < 0);
	assert_non_null(strstr(target.error, "does not answer"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_right_device_passes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_duplicate_completion_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_command_identifier_fails, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_wrong_sq_identifier_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(an_impossible_head_pointer_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dword_without_meaning_is_a_warning, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_byte_behind_the_buffer_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(a_silent_device_is_hung_in_bounded_time, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_vf_left_suspended_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(a_row_may_keep_its_state, setup, teardown),
		cmocka_unit_test_setup_teardown(the_guard_holds_the_five_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reset_that_the_target_lacks_is_the_rows_error,
						setup, teardown),
		cmocka_unit_test_setup_teardown(prps_follow_the_base_specification, setup,
						teardown),
		cmocka_unit_test_setup_teardown(patterns_tell_tag_and_block, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_stay_in_the_scratch_range, setup, teardown),
		cmocka_unit_test_setup_teardown(the_probe_reads_and_disables, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
