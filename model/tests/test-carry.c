/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Images of VFs that are unlike others, and images that only a leftover of another would
 * complete.
 */
#include "bench.h"
#include "core.h"
#include "crc32c.h"

#define LAST LM_MAX_IO_QPAIRS
#define MALFORMED (LM_SC_INVALID_IMAGE | LM_DNR)
#define IMAGE_ROOM 16384

static uint8_t image[IMAGE_ROOM];
static uint32_t size;

static struct lm_function *function(struct bench *b, unsigned int fn)
{
	return &lm_inproc_device(b->p)->fn[fn];
}

/* the image of a VF into image[], by way of four pages that lie together */
static void save(struct bench *b, unsigned int vf)
{
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, vf), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, vf), 0);
	size = bench_dw0(b);
	assert_true(size <= 8192);
	assert_int_equal(bench_save(b, vf, size, 0), 0);
	assert_int_equal(bench_dw0(b), size);
	memcpy(image, b->buf, size);
}

static uint16_t load(struct bench *b, unsigned int vf, uint32_t n)
{
	assert_true(n <= 8192);
	memcpy(b->buf, image, n);
	return bench_load(b, vf, n, 0, n);
}

static void mend(uint32_t n)
{
	lm_put_le32(image + LM_IMG_CRC, 0);
	lm_put_le32(image + LM_IMG_CRC, lm_crc32c(0, image, n));
}

/* VF 2 takes the image of VF 1, which stays suspended, and is what that was */
static void move(struct bench *b)
{
	uint8_t before[IMAGE_ROOM];

	save(b, 1);
	memcpy(before, image, size);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(load(b, 2, size), 0);
	save(b, 2);
	assert_memory_equal(image, before, size);
	lm_inproc_pci_command(b->p, 2, true, true, true, false);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 2), 0);
	memcpy(b->q[2], b->q[1], sizeof(b->q[1]));
}

static void create_sq(struct bench *b, unsigned int qid, unsigned int cqid, unsigned int priority)
{
	uint64_t iova;

	lm_inproc_alloc(b->p, 512, 4096, &iova);
	bench_cmd(b, 1);
	lm_put_le64(b->sqe + LM_SQE_PRP1, iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, cqid << 16 | priority << 1 | 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
}

static void create_cq(struct bench *b, unsigned int qid, unsigned int vector)
{
	uint64_t iova;

	lm_inproc_alloc(b->p, 128, 4096, &iova);
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | qid);
	bench_put32(b, LM_SQE_CDW11, vector << 16 | 3);
	assert_int_equal(bench_status(b, 1, 0), 0);
}

static void the_last_queue_and_vector_move(void **state)
{
	struct bench *b = *state;
	const struct lm_function *to = function(b, 2);

	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), 0);
	size = bench_dw0(b);
	create_cq(b, LAST, LAST);
	create_sq(b, LAST, LAST, 3);
	/* one whose entries raise no interrupt, and whose phase is the first */
	bench_cmd(b, 5);
	lm_put_le64(b->sqe + LM_SQE_PRP1, b->buf_iova);
	bench_put32(b, LM_SQE_CDW10, 7u << 16 | 7);
	bench_put32(b, LM_SQE_CDW11, 1);
	assert_int_equal(bench_status(b, 1, 0), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), 0);
	assert_int_equal(bench_dw0(b), size + 2 * LM_CQ_SIZE + LM_SQ_SIZE);
	move(b);
	assert_true(to->cq[7].exists && !to->cq[7].ien && to->cq[7].phase);
	assert_true(to->cq[LAST].exists && to->sq[LAST].exists);
	assert_int_equal(to->cq[LAST].vector, LAST);
	assert_int_equal(to->sq[LAST].priority, 3);
	assert_int_equal(to->sq[LAST].cqid, LAST);
}

/* QIDs with holes: a queue is found among records that are fewer than its number */
static void queues_with_holes_move(void **state)
{
	struct bench *b = *state;

	/* as many CQs as the last of them has for its number */
	create_cq(b, 2, 0);
	create_cq(b, 4, 0);
	create_cq(b, 6, 0);
	create_sq(b, 6, 6, 0);
	create_cq(b, 3, 1);
	create_sq(b, 5, 3, 0);
	create_sq(b, 1, 3, 1);
	create_cq(b, 1, 2);
	create_sq(b, 2, 6, 2);
	move(b);
	assert_int_equal(function(b, 2)->sq[5].cqid, 3);
	assert_int_equal(function(b, 2)->sq[2].cqid, 6);
	assert_int_equal(function(b, 2)->sq[2].priority, 2);
	assert_int_equal(function(b, 2)->sq[1].priority, 1);
}

static void features_move(void **state)
{
	struct bench *b = *state;

	assert_int_equal(bench_set_feature(b, 1, 0x02, 0xE0), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x01, 0x01020307), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x04, 0xFFFF), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x04, 0x10FFFF), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x06, 0), 0);
	assert_int_equal(bench_set_feature(b, 1, 0x0A, 1), 0);
	for (unsigned int v = 1; v <= LAST; v += 21)
		assert_int_equal(bench_set_feature(b, 1, 0x09, 0x10000 | v), 0);
	move(b);
	assert_int_equal(bench_get_feature(b, 2, 0x02, 0), 0);
	assert_int_equal(bench_dw0(b), 0xE0);
	assert_int_equal(bench_get_feature(b, 2, 0x01, 0), 0);
	assert_int_equal(bench_dw0(b), 0x01020307);
	assert_int_equal(bench_get_feature(b, 2, 0x04, 0), 0);
	assert_int_equal(bench_dw0(b), 0xFFFF);
	assert_int_equal(bench_get_feature(b, 2, 0x04, 0x100000), 0);
	assert_int_equal(bench_dw0(b), 0xFFFF);
	for (unsigned int v = 0; v <= LAST; v++) {
		assert_int_equal(bench_get_feature(b, 2, 0x09, v), 0);
		assert_int_equal(bench_dw0(b), v | (v % 21 == 1 ? 0x10000u : 0));
	}
}

/* The phase of a CQ that has wrapped is the other one. */
static void a_cq_that_wrapped_goes_on(void **state)
{
	struct bench *b = *state;

	bench_create_io(b, 1, 1);
	for (unsigned int i = 0; i < BENCH_ENTRIES + 3; i++) {
		bench_rw(b, 2, 1, 0, 1);
		assert_int_equal(bench_status(b, 1, 1), 0);
	}
	while (b->q[1][0].phase)
		assert_int_equal(bench_get_feature(b, 1, 6, 0), 0);
	assert_int_equal(b->q[1][1].phase, 0);
	move(b);
	for (unsigned int i = 0; i < 2 * BENCH_ENTRIES; i++) {
		bench_rw(b, 2, 1, 0, 1);
		assert_int_equal(bench_status(b, 2, 1), 0);
		assert_int_equal(bench_get_feature(b, 2, 6, 0), 0);
	}
}

static void enable(struct bench *b, uint32_t aqa, uint32_t cc)
{
	bench_write(b, 1, 0x14, 0);
	bench_enable(b, 1);
	bench_write(b, 1, 0x14, 0);
	bench_write(b, 1, 0x24, aqa);
	bench_write(b, 1, 0x14, cc);
	lm_inproc_run(b->p);
	assert_int_equal(bench_read(b, 1, 0x1C), 1);
}

/* An admin SQ and CQ of two sizes, and entry sizes that were never set as there are no I/O queues. */
static void an_admin_queue_moves_as_it_was_set_up(void **state)
{
	struct bench *b = *state;

	enable(b, 0x00070003, 0x00000001);
	b->q[1][0].entries = 4;
	move(b);
	assert_int_equal(function(b, 2)->sq[0].qsize, 3);
	assert_int_equal(function(b, 2)->cq[0].qsize, 7);
	assert_int_equal(bench_read(b, 2, 0x14), 1);
}

/* The size of CQ entries is what a CQ needs, that of SQ entries what an SQ needs. */
static void a_cq_alone_needs_one_size_alone(void **state)
{
	struct bench *b = *state;

	enable(b, 0x00070007, 0x00400001);
	create_cq(b, 1, 0);
	move(b);
	assert_true(function(b, 2)->cq[1].exists);
}

/* LM-IMG-060 */
static void the_fingerprint_is_of_identify_data_without_identity(void **state)
{
	struct bench *b = *state;
	uint8_t id[4096];

	assert_int_equal(bench_identify(b, 1, 1, 0), 0);
	memcpy(id, b->buf, sizeof(id));
	/* what the device had in hand last is something else */
	assert_int_equal(bench_log(b, 0, 5, 4096, true), 0);
	memset(id + 4, 0, 68);
	memset(id + 78, 0, 2);
	memset(id + 768, 0, 256);
	memset(id + 3072, 0, 1024);
	save(b, 1);
	assert_int_equal(lm_get_le32(image + LM_IMG_FINGERPRINT), lm_crc32c(0, id, sizeof(id)));
	/* and the same when it is asked for again */
	assert_int_equal(bench_log(b, 0, 5, 4096, true), 0);
	save(b, 1);
	assert_int_equal(lm_get_le32(image + LM_IMG_FINGERPRINT), lm_crc32c(0, id, sizeof(id)));
	image[LM_IMG_FINGERPRINT] ^= 1;
	mend(size);
	assert_int_equal(load(b, 1, size), LM_SC_INCOMPATIBLE_IMAGE | LM_DNR);
}

/* LM-RST-020 with two images in a row: what comes back is the VF's own. */
static void an_image_replaces_an_image(void **state)
{
	struct bench *b = *state;

	bench_enable(b, 2);
	bench_cmd(b, 0x7F);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	assert_int_equal(bench_status(b, 2, 0), LM_SC_INVALID_OPCODE);
	save(b, 1);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(load(b, 2, size), 0);
	assert_int_equal(load(b, 2, size), 0);
	lm_inproc_flr(b->p, 2);
	bench_enable(b, 2);
	assert_int_equal(bench_log(b, 2, 2, 512, true), 0);
	assert_true(lm_get_le64((uint8_t *)b->buf + 176) == 1);
}

/* What time it is does not move, nor does time pass until RESUME. */
static void a_loaded_vf_ages_from_resume_on(void **state)
{
	struct bench *b = *state;

	lm_inproc_advance(b->p, UINT64_C(3600000000000) * 2);
	save(b, 1);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 2), 0);
	assert_int_equal(load(b, 2, size), 0);
	lm_inproc_advance(b->p, UINT64_C(3600000000000) * 5);
	lm_inproc_pci_command(b->p, 2, true, true, true, false);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 2), 0);
	memcpy(b->q[2], b->q[1], sizeof(b->q[1]));
	assert_int_equal(bench_log(b, 2, 2, 512, true), 0);
	assert_true(lm_get_le64((uint8_t *)b->buf + 128) == 2);
	lm_inproc_advance(b->p, UINT64_C(3600000000000));
	assert_int_equal(bench_log(b, 2, 2, 512, true), 0);
	assert_true(lm_get_le64((uint8_t *)b->buf + 128) == 3);
}

/* What an image says in reserved bytes of the error log is not said of the errors that follow. */
static void an_error_after_an_image_is_of_this_vf(void **state)
{
	struct bench *b = *state;
	uint8_t *logs;

	bench_cmd(b, 0x7F);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	save(b, 1);
	logs = image + size - 2 * LM_NS_SIZE - LM_SEC_HEADER_SIZE - LM_LOG_SIZE;
	assert_true(lm_get_le64(logs + LM_LOG_ERRORS) == 1);
	memset(logs + LM_LOG_ERRORS + 28, 0xFF, 36);
	mend(size);
	assert_int_equal(load(b, 1, size), 0);
	assert_int_equal(bench_five(b, LM_OPC_RESUME, 1), 0);
	bench_cmd(b, 0x7F);
	assert_int_equal(bench_status(b, 1, 0), LM_SC_INVALID_OPCODE);
	assert_int_equal(bench_log(b, 1, 1, 64, true), 0);
	for (unsigned int i = 28; i < 64; i++)
		assert_int_equal(((uint8_t *)b->buf)[i], 0);
}

static void reserved_bytes_that_are_all_alike_are_not_zero(void **state)
{
	struct bench *b = *state;

	save(b, 1);
	memset(image + LM_IMG_RESERVED, 0x11, LM_IMG_CRC - LM_IMG_RESERVED);
	mend(size);
	assert_int_equal(load(b, 1, size), MALFORMED);
}

/* LM-IMG-050: shorter than its header, though it says so itself. */
static void an_image_is_as_long_as_its_header(void **state)
{
	struct bench *b = *state;

	save(b, 1);
	for (uint32_t n = 4; n <= LM_IMG_HEADER_SIZE + 4; n += 4) {
		lm_put_le32(image + LM_IMG_TOTAL_LENGTH, n);
		if (n >= LM_IMG_HEADER_SIZE)
			mend(n);
		assert_int_equal(load(b, 1, n), MALFORMED);
	}
}

/* The command set is not one that CAP offers. */
static void a_command_set_that_there_is_not_is_refused(void **state)
{
	struct bench *b = *state;
	uint8_t *cc = image + LM_IMG_HEADER_SIZE + LM_SEC_HEADER_SIZE + LM_IDN_SIZE +
		      LM_SEC_HEADER_SIZE + LM_REGS_CC;

	save(b, 1);
	assert_int_equal(lm_get_le32(cc), 0x00460001);
	for (uint32_t css = 0x10; css <= 0x40; css <<= 1) {
		lm_put_le32(cc, 0x00460001 | css);
		mend(size);
		assert_int_equal(load(b, 1, size), MALFORMED);
	}
}

/* a section that may be skipped, at the end; n is the image's length, which grows */
static uint32_t append(uint32_t n, uint16_t type, uint32_t length, uint32_t room)
{
	memset(image + n, 0, LM_SEC_HEADER_SIZE + room);
	lm_put_le16(image + n + LM_SEC_TYPE, type);
	lm_put_le32(image + n + LM_SEC_LENGTH, length);
	n += LM_SEC_HEADER_SIZE + room;
	lm_put_le32(image + LM_IMG_TOTAL_LENGTH, n);
	lm_put_le32(image + LM_IMG_SECTION_COUNT, lm_get_le32(image + LM_IMG_SECTION_COUNT) + 1);
	return n;
}

static void optional_sections_ascend(void **state)
{
	static const struct {
		uint16_t first, second, status;
	} pairs[] = {
		{ 0x8001, 0x8002, 0 },
		{ 0x8001, 0x8001, MALFORMED },
		{ 0x8002, 0x8001, MALFORMED },
	};
	struct bench *b = *state;
	uint32_t n;

	for (unsigned int i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		save(b, 1);
		n = append(size, pairs[i].first, 8, 8);
		n = append(n, pairs[i].second, 4, 4);
		mend(n);
		assert_int_equal(load(b, 1, n), pairs[i].status);
	}
}

/* Lengths that are no multiple of 4 each, and all together are. */
static void a_section_is_whole_dwords(void **state)
{
	struct bench *b = *state;
	uint32_t n;

	save(b, 1);
	n = append(size, 0x8001, 6, 6);
	n = append(n, 0x8002, 2, 2);
	mend(n);
	assert_int_equal(load(b, 1, n), MALFORMED);
}

/* A length that leads back into a section that was passed, and so around to the end. */
static void a_length_that_wraps_is_refused(void **state)
{
	struct bench *b = *state;
	uint32_t n, inner;

	save(b, 1);
	inner = size + LM_SEC_HEADER_SIZE;
	n = append(size, 0x8001, 16, 16);
	n = append(n, 0x8002, inner - (n + LM_SEC_HEADER_SIZE), 0);
	lm_put_le16(image + inner + LM_SEC_TYPE, 0x8003);
	lm_put_le32(image + inner + LM_SEC_LENGTH, n - inner - LM_SEC_HEADER_SIZE);
	lm_put_le32(image + LM_IMG_SECTION_COUNT, 13);
	mend(n);
	assert_int_equal(load(b, 1, n), MALFORMED);
}

/* What the device still has of an image before does not complete a shorter one. */
static void an_image_ends_where_it_ends(void **state)
{
	struct bench *b = *state;
	uint32_t n;

	save(b, 1);
	n = append(size, 0x8001, (uint32_t)-LM_SEC_HEADER_SIZE, 0);
	mend(n);
	assert_int_equal(load(b, 1, n), MALFORMED);
	/* the section is counted, and its header is behind the end */
	lm_put_le32(image + LM_IMG_TOTAL_LENGTH, size);
	mend(size);
	assert_int_equal(load(b, 1, size), MALFORMED);
	/* the total is that of the image before */
	save(b, 1);
	assert_int_equal(load(b, 1, size), 0);
	mend(size - 48);
	assert_int_equal(load(b, 1, size - 48), MALFORMED);
}

/* Staged parts of one VF's image stay what they are while the largest image of another is saved. */
static void the_largest_image_has_its_own_memory(void **state)
{
	struct lm_config c;
	struct bench *b;
	uint64_t list_iova, to_iova;
	uint8_t *list;

	bench_teardown(state);
	lm_inproc_default_config(&c);
	c.io_qpairs = LM_MAX_IO_QPAIRS;
	c.vectors = LM_MAX_VECTORS;
	c.num_namespaces = LM_MAX_NAMESPACES;
	for (unsigned int i = 2; i < LM_MAX_NAMESPACES; i++)
		c.ns[i] = c.ns[1];
	assert_int_equal(bench_setup_with(state, &c), 0);
	b = *state;
	bench_enable(b, 0);
	bench_enable(b, 1);
	for (unsigned int qid = 1; qid <= LAST; qid++) {
		create_cq(b, qid, qid);
		create_sq(b, qid, qid, 0);
	}
	save(b, 2);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	memcpy(b->buf, image, 128);
	assert_int_equal(bench_load(b, 2, 128, 0, size), 0);
	list = lm_inproc_alloc(b->p, 64, 4096, &list_iova);
	lm_inproc_alloc(b->p, 4 * 4096, 4096, &to_iova);
	for (unsigned int i = 0; i < 4; i++)
		lm_put_le64(list + 8 * i, to_iova + 4096 * i);
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, 0, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP1, to_iova);
	lm_put_le64(b->sqe + LM_SQE_PRP2, list_iova + 8);
	assert_int_equal(bench_exec(b, 0, 0), 0);
	assert_int_equal(bench_dw0(b), lm_image_max(&c));
	memcpy(b->buf, image + 128, size - 128);
	assert_int_equal(bench_load(b, 2, size - 128, 128, size), 0);
}

/* Dword 0 and 1 of what fails say nothing. */
static void a_failure_returns_nothing(void **state)
{
	struct bench *b = *state;

	save(b, 1);
	/* QUERY_DATA_SIZE of one that is LOADING: Dword 1 is its state */
	memcpy(b->buf, image, 64);
	assert_int_equal(bench_load(b, 1, 64, 0, size), 0);
	assert_int_equal(bench_five(b, LM_OPC_QUERY_DATA_SIZE, 1), LM_SC_SEQUENCE);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(bench_five(b, LM_OPC_SUSPEND, 1), 0);
	/* SAVE_DATA into memory that does not answer, behind its first page */
	bench_five_cmd(b, LM_OPC_SAVE_DATA, 1, size, 0, 0);
	lm_put_le64(b->sqe + LM_SQE_PRP2, 0x7000);
	assert_int_equal(bench_exec(b, 0, 0) & LM_SC_MASK, LM_SC_DATA_TRANSFER);
	assert_int_equal(bench_dw0(b), 0);
	assert_int_equal(lm_get_le32(b->cqe + LM_CQE_DW1), 0);
}

/* A SUSPEND that a reset of the PF called off does not end by a reset of the VF. */
static void a_suspend_that_is_called_off_is_over(void **state)
{
	struct lm_media stall = { .mode = LM_MEDIA_STALL };
	struct bench *b = *state;

	bench_create_io(b, 1, 1);
	lm_inproc_media(b->p, &stall);
	bench_rw(b, 2, 1, 0, 1);
	bench_submit(b, 1, 1);
	lm_inproc_run(b->p);
	bench_five_cmd(b, LM_OPC_SUSPEND, 1, 0, 0, 0);
	bench_submit(b, 0, 0);
	lm_inproc_run(b->p);
	assert_int_equal(lm_next_deadline(lm_inproc_device(b->p)),
			 100u * lm_inproc_config(b->p)->suspend_limit - 10);
	bench_write(b, 0, 0x14, 0);
	assert_int_equal(lm_vf_state(lm_inproc_device(b->p), 1), LM_STATE_ACTIVE);
	bench_enable(b, 0);
	lm_inproc_flr(b->p, 1);
	lm_inproc_run(b->p);
	assert_false(bench_reap(b, 0, 0));
	assert_int_equal(function(b, 0)->num_used, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_setup_large, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_last_queue_and_vector_move),
		T(queues_with_holes_move),
		T(features_move),
		T(a_cq_that_wrapped_goes_on),
		T(an_admin_queue_moves_as_it_was_set_up),
		T(a_cq_alone_needs_one_size_alone),
		T(the_fingerprint_is_of_identify_data_without_identity),
		T(an_image_replaces_an_image),
		T(a_loaded_vf_ages_from_resume_on),
		T(an_error_after_an_image_is_of_this_vf),
		T(reserved_bytes_that_are_all_alike_are_not_zero),
		T(an_image_is_as_long_as_its_header),
		T(a_command_set_that_there_is_not_is_refused),
		T(optional_sections_ascend),
		T(a_section_is_whole_dwords),
		T(a_length_that_wraps_is_refused),
		T(an_image_ends_where_it_ends),
		T(the_largest_image_has_its_own_memory),
		T(a_failure_returns_nothing),
		T(a_suspend_that_is_called_off_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
