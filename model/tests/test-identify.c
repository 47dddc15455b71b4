/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Identify data, byte by byte (NVMe 1.4 5.15).
 */
#include "bench.h"
#include "core.h"

#define NAMESPACES 3

static struct lm_config config;
static uint8_t expected[4096];

static int setup(void **state)
{
	lm_inproc_default_config(&config);
	config.vid = 0x1B36;
	config.ssvid = 0x1AF4;
	config.mdts = 6;
	config.cntlid = 0x120;
	config.num_namespaces = NAMESPACES;
	config.ns[2] = config.ns[0];
	/* an identifier that begins with a zero is one, all zeroes are none */
	memset(config.ns[1].eui64, 0, 7);
	config.ns[1].eui64[7] = 9;
	memset(config.ns[2].eui64, 0, sizeof(config.ns[2].eui64));
	if (bench_setup_with(state, &config))
		return -1;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	memset(expected, 0, sizeof(expected));
	return 0;
}

static void check(struct bench *b, unsigned int fn, uint8_t cns, uint32_t nsid)
{
	uint8_t *buf = b->buf;

	memset(buf, 0xEE, 2 * sizeof(expected));
	assert_int_equal(bench_identify(b, fn, cns, nsid), 0);
	assert_memory_equal(buf, expected, sizeof(expected));
	assert_int_equal(buf[sizeof(expected)], 0xEE);
	/* in two pieces, too */
	memset(buf, 0xEE, 2 * sizeof(expected));
	bench_cmd(b, 6);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova + 256);
	lm_put_le64(b->sqe + LM_SQE_PRP2, b->buf_iova + 4096);
	bench_put32(b, LM_SQE_NSID, nsid);
	bench_put32(b, LM_SQE_CDW10, cns);
	assert_int_equal(bench_status(b, fn, 0), 0);
	assert_memory_equal(buf + 256, expected, sizeof(expected));
	assert_int_equal(buf[255], 0xEE);
	assert_int_equal(buf[256 + sizeof(expected)], 0xEE);
}

static void expect_controller(uint16_t cntlid, uint8_t cmic)
{
	uint8_t *e = expected;

	lm_put_le16(e + 0, 0x1B36);
	lm_put_le16(e + 2, 0x1AF4);
	memcpy(e + 4, config.sn, 20);
	memcpy(e + 24, config.mn, 40);
	memcpy(e + 64, config.fr, 8);
	e[74] = 0x54; /* IEEE 525400h, least significant byte first */
	e[75] = 0x52;
	e[76] = cmic;
	e[77] = 6; /* MDTS */
	lm_put_le16(e + 78, cntlid);
	lm_put_le32(e + 80, 0x00010400);
	lm_put_le32(e + 92, 0x100); /* OAES: namespace attribute notices */
	e[111] = 1; /* CNTRLTYPE */
	e[258] = 3; /* ACL */
	e[259] = 3; /* AERL */
	e[260] = 3; /* FRMW */
	e[261] = 6; /* LPA */
	e[262] = 3; /* ELPE */
	lm_put_le16(e + 266, 343); /* WCTEMP */
	lm_put_le16(e + 268, 353); /* CCTEMP */
	e[512] = 0x66;
	e[513] = 0x44;
	lm_put_le32(e + 516, NAMESPACES);
	lm_put_le16(e + 520, 0x18); /* ONCS */
	e[525] = 5; /* VWC */
	memcpy(e + 768, config.subnqn, 256);
	lm_put_le16(e + 2048, 2500); /* PSD0: 25 W */
}

static void a_vf_has_no_bytes_of_the_proposal(void **state)
{
	expect_controller(0x121, 6);
	check(*state, 1, 1, 0);
}

static void the_pf_has_the_bytes_of_the_proposal(void **state)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	expect_controller(0x120, 2);
	expected[3072] = 1;
	lm_put_le16(expected + LM_ID_VERSION, 1);
	lm_put_le32(expected + LM_ID_MAX_IMAGE, lm_image_max(&config));
	lm_put_le16(expected + LM_ID_SUSPEND_LIMIT, config.suspend_limit);
	memcpy(expected + 3088, uuid, sizeof(uuid));
	check(*state, 0, 1, 0);
}

static void a_namespace_says_what_was_provisioned(void **state)
{
	for (unsigned int i = 0; i < NAMESPACES; i++) {
		const struct lm_namespace_config *ns = &config.ns[i];

		lm_put_le64(expected + 0, ns->blocks);
		lm_put_le64(expected + 8, ns->blocks);
		lm_put_le64(expected + 16, ns->blocks);
		expected[30] = 1; /* NMIC: shared */
		memcpy(expected + 104, ns->nguid, 16);
		memcpy(expected + 120, ns->eui64, 8);
		expected[130] = ns->lbads;
		check(*state, 1, 0, i + 1);
	}
	assert_int_equal(bench_identify(*state, 1, 0, 0), LM_SC_INVALID_NS);
	assert_int_equal(bench_identify(*state, 1, 0, NAMESPACES + 1), LM_SC_INVALID_NS);
	assert_int_equal(bench_identify(*state, 1, 0, 0xFFFFFFFF), LM_SC_INVALID_NS);
}

static void active_namespaces_follow_the_one_named(void **state)
{
	for (unsigned int i = 0; i < NAMESPACES; i++)
		lm_put_le32(expected + 4 * i, i + 1);
	check(*state, 1, 2, 0);
	memset(expected, 0, sizeof(expected));
	lm_put_le32(expected, NAMESPACES);
	check(*state, 1, 2, NAMESPACES - 1);
	memset(expected, 0, sizeof(expected));
	check(*state, 1, 2, 0xFFFFFFFD);
	assert_int_equal(bench_identify(*state, 1, 2, 0xFFFFFFFE), LM_SC_INVALID_NS);
}

static void descriptors_are_those_that_there_are(void **state)
{
	expected[0] = 1; /* NIDT: EUI64 */
	expected[1] = 8;
	memcpy(expected + 4, config.ns[1].eui64, 8);
	expected[12] = 2; /* NIDT: NGUID */
	expected[13] = 16;
	memcpy(expected + 16, config.ns[1].nguid, 16);
	check(*state, 1, 3, 2);
	memset(expected, 0, sizeof(expected));
	expected[0] = 2;
	expected[1] = 16;
	memcpy(expected + 4, config.ns[2].nguid, 16);
	check(*state, 1, 3, 3);
	assert_int_equal(bench_identify(*state, 1, 3, 4), LM_SC_INVALID_NS);
}

/* Two VFs are enabled, of four. */
static void the_pf_lists_its_vfs(void **state)
{
	lm_put_le16(expected, 0x120);
	check(*state, 0, 0x14, 0);
	memset(expected, 0, sizeof(expected));
	expected[0] = 4;
	for (unsigned int vf = 1; vf <= 4; vf++) {
		uint8_t *e = expected + 32 * vf;

		lm_put_le16(e, (uint16_t)(0x120 + vf)); /* SCID */
		lm_put_le16(e + 2, 0x120); /* PCID */
		e[4] = vf <= 2; /* SCS */
		lm_put_le16(e + 8, (uint16_t)vf); /* VFN */
	}
	check(*state, 0, 0x15, 0);
	assert_int_equal(bench_identify(*state, 1, 0x14, 0), LM_SC_INVALID_FIELD);
	assert_int_equal(bench_identify(*state, 1, 0x15, 0), LM_SC_INVALID_FIELD);
	assert_int_equal(bench_identify(*state, 1, 0x16, 0), LM_SC_INVALID_FIELD);
}

/* Nothing of it is left from the answer before. */
static void an_answer_does_not_depend_on_the_one_before(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_log(b, 1, 5, 4096, true), 0);
	active_namespaces_follow_the_one_named(state);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_vf_has_no_bytes_of_the_proposal),
		T(the_pf_has_the_bytes_of_the_proposal),
		T(a_namespace_says_what_was_provisioned),
		T(active_namespaces_follow_the_one_named),
		T(descriptors_are_those_that_there_are),
		T(the_pf_lists_its_vfs),
		T(an_answer_does_not_depend_on_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
