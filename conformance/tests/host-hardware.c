/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the host driver does for a device behind a kernel: the fault switch by
 * commands, the fence between SUSPEND and RESUME, and which VFs it resets. The
 * controller is a few lines behind admin passthrough.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "internal.h"
#include "nvme-lm-fault.h"
#include "stub-ct.h"

#define RING 70000 /* records that the journal keeps */

static struct fake {
	uint64_t now;
	uint64_t last; /* sequence number of the last record */
	uint64_t vf_events[4]; /* sequence numbers of events of VF 1; the rest are the PF's */
	unsigned int reads; /* Get Log Page C8h */
	bool no_switch;
	bool foreign;
	uint8_t set[256][LM_FAULT_DATA_SIZE]; /* by feature */
	unsigned int sets[256];
	uint8_t state; /* of VF 1 */
	unsigned int flrs;
	uint32_t fenced; /* bit n */
	uint64_t hits;
	bool refuse_suspend;
} fake;

static struct ct_target target;
static struct ct ct = { .target = &target };
static const struct ct_row row = { .id = "TEST/row" };

static bool is_vf_event(uint64_t n)
{
	for (unsigned int i = 0; i < 4; i++)
		if (fake.vf_events[i] == n)
			return true;
	return false;
}

static void fill_record(uint8_t *p, uint64_t n)
{
	memset(p, 0, LM_JOURNAL_SIZE);
	if (n > fake.last || n + RING <= fake.last)
		return;
	lm_put_le64(p + LM_JOURNAL_SEQ, n);
	p[LM_JOURNAL_KIND] = is_vf_event(n) ? LM_JOURNAL_DMA_WRITE : LM_JOURNAL_COMMAND;
	lm_put_le16(p + LM_JOURNAL_FN, is_vf_event(n));
	lm_put_le64(p + LM_JOURNAL_ADDR, n * 16);
}

/* Reading makes events itself, as on a device. */
static uint16_t get_log(const uint8_t *sqe, uint8_t *data, uint32_t len)
{
	uint64_t first = lm_get_le64(sqe + LM_SQE_CDW12) / LM_JOURNAL_SIZE + 1;

	if (fake.no_switch || sqe[LM_SQE_CDW10] != LM_LID_JOURNAL)
		return 0x109; /* Invalid Log Page */
	assert_int_equal(len % LM_JOURNAL_SIZE, 0);
	assert_int_equal((lm_get_le16(sqe + LM_SQE_CDW10 + 2) + 1u) * 4, len);
	fake.reads++;
	fake.last++;
	for (uint32_t i = 0; i < len / LM_JOURNAL_SIZE; i++)
		fill_record(data + i * LM_JOURNAL_SIZE, first + i);
	fake.last += 5;
	return 0;
}

static void identify(const uint8_t *sqe, uint8_t *data)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	memset(data, 0, LM_ID_SIZE);
	lm_put_le64(data, 4096); /* NSZE, where it is a namespace's */
	if (sqe[LM_SQE_CDW10] != NVME_CNS_CONTROLLER)
		return;
	data[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	memcpy(data + LM_ID_UUID, uuid, sizeof(uuid));
	data[LM_ID_UUID] ^= fake.foreign;
}

static uint16_t five(uint8_t opc)
{
	if (opc == LM_OPC_SUSPEND && fake.refuse_suspend)
		return LM_SC_SUSPEND_NOT_COMPLETED;
	if (opc == LM_OPC_SUSPEND)
		fake.state = LM_STATE_SUSPENDED;
	if (opc == LM_OPC_RESUME) {
		assert_int_equal(fake.fenced & 2, 0);
		fake.state = LM_STATE_ACTIVE;
	}
	return 0;
}

static int admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
		 uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	uint8_t fid = sqe[LM_SQE_CDW10];

	(void)t, (void)dir, (void)timeout;
	assert_int_equal(fn, 0);
	*cqe = (struct ct_cqe){ 0 };
	switch (sqe[LM_SQE_OPC]) {
	case NVME_ADM_IDENTIFY:
		identify(sqe, data);
		break;
	case NVME_ADM_GET_LOG:
		cqe->status = get_log(sqe, data, len);
		break;
	case NVME_ADM_SET_FEATURES:
		assert_int_equal(len, LM_FAULT_DATA_SIZE);
		memcpy(fake.set[fid], data, len);
		fake.sets[fid]++;
		break;
	default:
		cqe->status = five(sqe[LM_SQE_OPC]);
		cqe->dw0 = 64;
		cqe->dw1 = fake.state;
	}
	return 0;
}

static int fence(struct ct_target *t, unsigned int fn, bool up)
{
	(void)t;
	fake.fenced = up ? fake.fenced | 1u << fn : fake.fenced & ~(1u << fn);
	return 0;
}

static int fence_hits(struct ct_target *t, unsigned int fn, uint64_t *hits, uint64_t *addr)
{
	(void)t;
	*hits = fn == 1 ? fake.hits : 0;
	*addr = 0x2000;
	if (fn == 1)
		fake.hits = 0;
	return 0;
}

static int reset(struct ct_target *t, unsigned int fn, enum ct_reset kind)
{
	(void)t, (void)fn, (void)kind;
	fake.flrs++;
	fake.state = LM_STATE_ACTIVE;
	return 0;
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

static const struct ct_target_ops ops = {
	.name = "fake",
	.admin = admin,
	.fence = fence,
	.fence_hits = fence_hits,
	.reset = reset,
	.advance = advance,
	.now = now,
};

static int setup(void **state)
{
	uint8_t id[LM_ID_SIZE];

	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.last = 1000000;
	target = (struct ct_target){ .ops = &ops };
	target.info.caps = CT_CAP(CT_CAP_PF_PASSTHRU) | CT_CAP(CT_CAP_FLR) | CT_CAP(CT_CAP_FENCE);
	target.info.num_vfs = 2;
	target.info.fault_maybe = true;
	ct.row = &row;
	return ct_probe_identify(&target, id);
}

static void the_switch_is_found_where_it_is(void **state)
{
	uint8_t id[LM_ID_SIZE];

	(void)state;
	assert_true(target.info.fault_commands);
	assert_true(target.info.caps & CT_CAP(CT_CAP_JOURNAL));
	assert_true(target.info.caps & CT_CAP(CT_CAP_NAMESPACE));
	assert_false(target.info.caps & CT_CAP(CT_CAP_GUARD));
	target.info.fault_commands = false;
	fake.no_switch = true;
	assert_int_equal(ct_probe_identify(&target, id), 0);
	assert_false(target.info.fault_commands);
	fake.no_switch = false;
	fake.foreign = true;
	fake.reads = 0;
	assert_int_equal(ct_probe_identify(&target, id), 0);
	assert_false(target.info.fault_commands);
	assert_int_equal(fake.reads, 0);
}

/* The VF acts three times, the PF all the while. */
static void count_events(struct ct *c)
{
	struct ct_event ev[4];
	uint64_t mark;

	ct_before_case(c);
	mark = hn_mark(c);
	/* whole reads of nothing but the PF's are in between */
	fake.vf_events[0] = fake.last + 300;
	fake.vf_events[1] = fake.last + 301;
	fake.vf_events[2] = fake.last + 900;
	fake.last += 1000;
	assert_int_equal(hn_events(c, mark, 1, HN_EV_ACTS, ev, 4), 3);
	assert_int_equal(ev[2].seq, fake.vf_events[2]);
	assert_int_equal(ev[2].addr, fake.vf_events[2] * 16);
	mark = hn_mark(c);
	assert_int_equal(hn_events(c, mark, 1, HN_EV_ACTS, NULL, 0), 0);
	ct_after_case(c);
}

static void events_behind_a_mark_are_found(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, count_events), STUB_NONE);
	/* the end of a million records, and little more, not all of them */
	assert_true(fake.reads < 100);
	assert_int_equal(stub_run(&ct, count_events), STUB_NONE);
}

static void ask_for_the_pf(struct ct *c)
{
	ct_before_case(c);
	assert_false(hn_sees(c, 0));
	assert_true(hn_sees(c, 1));
	hn_events(c, hn_mark(c), 0, HN_EV_ACTS, NULL, 0);
}

static void events_of_the_pf_are_not_applicable(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, ask_for_the_pf), STUB_NOT_APPLICABLE);
	assert_non_null(strstr(ct.text, "its own events"));
}

static void disturb(struct ct *c)
{
	struct ct_fault fault = { .opc = LM_OPC_SAVE_DATA,
				  .vf = 2,
				  .skip = 1,
				  .count = 3,
				  .truncate = true,
				  .status = 0x4006,
				  .bytes = 12 };

	ct_before_case(c);
	hn_media(c, CT_MEDIA_STALL, 7 * HN_MS, true);
	hn_inject(c, &fault);
	hn_resize(c, 1, 100);
	ct_after_case(c);
}

static void only_begin(struct ct *c)
{
	ct_before_case(c);
}

static void surroundings_go_by_commands_and_come_back(void **state)
{
	const uint8_t none[LM_FAULT_DATA_SIZE] = { 0 };

	(void)state;
	assert_int_equal(stub_run(&ct, disturb), STUB_NONE);
	assert_int_equal(fake.set[LM_FID_MEDIA][LM_MEDIA_MODE], 1);
	assert_int_equal(fake.set[LM_FID_MEDIA][LM_MEDIA_ADMIN], 1);
	assert_int_equal(lm_get_le64(fake.set[LM_FID_MEDIA] + LM_MEDIA_LATENCY), 7000000);
	assert_int_equal(fake.set[LM_FID_FAULT][LM_FAULT_OPC], LM_OPC_SAVE_DATA);
	assert_int_equal(fake.set[LM_FID_FAULT][LM_FAULT_FLAGS], LM_FAULT_F_TRUNCATE);
	assert_int_equal(lm_get_le16(fake.set[LM_FID_FAULT] + LM_FAULT_VF), 2);
	assert_int_equal(lm_get_le32(fake.set[LM_FID_FAULT] + LM_FAULT_SKIP), 1);
	assert_int_equal(lm_get_le32(fake.set[LM_FID_FAULT] + LM_FAULT_COUNT), 3);
	assert_int_equal(lm_get_le16(fake.set[LM_FID_FAULT] + LM_FAULT_STATUS), 0x4006);
	assert_int_equal(lm_get_le32(fake.set[LM_FID_FAULT] + LM_FAULT_BYTES), 12);
	assert_int_equal(lm_get_le32(fake.set[LM_FID_NAMESPACE] + LM_NAMESPACE_NSID), 1);
	assert_int_equal(lm_get_le64(fake.set[LM_FID_NAMESPACE] + LM_NAMESPACE_BLOCKS), 100);
	assert_int_equal(stub_run(&ct, only_begin), STUB_NONE);
	assert_memory_equal(fake.set[LM_FID_MEDIA], none, 2);
	assert_memory_equal(fake.set[LM_FID_FAULT], none, sizeof(none));
	assert_int_equal(lm_get_le64(fake.set[LM_FID_NAMESPACE] + LM_NAMESPACE_BLOCKS), 4096);
	memset(fake.sets, 0, sizeof(fake.sets));
	assert_int_equal(stub_run(&ct, only_begin), STUB_NONE);
	assert_int_equal(
		fake.sets[LM_FID_MEDIA] | fake.sets[LM_FID_FAULT] | fake.sets[LM_FID_NAMESPACE], 0);
}

static void suspend_and_resume(struct ct *c)
{
	ct_before_case(c);
	hn_suspend(c, 1);
	assert_int_equal(fake.fenced, 2);
	hn_resume(c, 1);
	assert_int_equal(fake.fenced, 0);
	ct_after_case(c);
}

static void hit_while_suspended(struct ct *c)
{
	ct_before_case(c);
	hn_suspend(c, 1);
	fake.hits = 2;
	hn_resume(c, 1);
}

static void hit_at_the_end(struct ct *c)
{
	ct_before_case(c);
	hn_suspend(c, 1);
	hn_resume(c, 1);
	fake.hits = 1;
	ct_after_case(c);
}

static void hit_on_purpose(struct ct *c)
{
	ct_before_case(c);
	hn_expect_faults(c);
	hn_suspend(c, 1);
	fake.hits = 1;
	hn_resume(c, 1);
	ct_after_case(c);
}

static void refused_suspend(struct ct *c)
{
	struct ct_cqe cqe;

	ct_before_case(c);
	hn_lm(c, LM_OPC_SUSPEND, 1, &cqe);
	assert_int_equal(fake.fenced, 0);
	ct_after_case(c);
}

static void a_suspended_vf_is_fenced(void **state)
{
	(void)state;
	assert_int_equal(stub_run(&ct, suspend_and_resume), STUB_NONE);
	assert_int_equal(stub_run(&ct, hit_while_suspended), STUB_FAIL);
	assert_non_null(strstr(ct.text, "refused function 1 2 transfers, the first at 2000h"));
	assert_non_null(strstr(ct.text, "while it was suspended"));
	assert_int_equal(stub_run(&ct, hit_at_the_end), STUB_FAIL);
	assert_null(strstr(ct.text, "while it was suspended"));
	assert_int_equal(stub_run(&ct, hit_on_purpose), STUB_NONE);
	fake.refuse_suspend = true;
	assert_int_equal(stub_run(&ct, refused_suspend), STUB_NONE);
}

static void load(struct ct *c)
{
	struct hn_image image = { hn_mem(c, 64), 64 };

	ct_before_case(c);
	image.bytes = hn_mem(c, 64);
	hn_suspend(c, 1);
	hn_load(c, 1, &image);
	hn_resume(c, 1);
	ct_after_case(c);
}

static unsigned int resets_behind(void (*run)(struct ct *ct))
{
	stub_run(&ct, run);
	fake.flrs = 0;
	stub_run(&ct, only_begin);
	return fake.flrs;
}

static void only_vfs_that_need_it_are_reset(void **state)
{
	(void)state;
	stub_run(&ct, only_begin);
	assert_int_equal(resets_behind(suspend_and_resume), 0);
	assert_int_equal(resets_behind(only_begin), 0);
	assert_int_equal(resets_behind(load), 1);
	assert_int_equal(resets_behind(hit_while_suspended), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_switch_is_found_where_it_is),
		TEST(events_behind_a_mark_are_found),
		TEST(events_of_the_pf_are_not_applicable),
		TEST(surroundings_go_by_commands_and_come_back),
		TEST(a_suspended_vf_is_fenced),
		TEST(only_vfs_that_need_it_are_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
