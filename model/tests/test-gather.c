/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A port that takes a WRITE's data from where they are in host memory.
 */
#include "bench.h"
#include "core.h"

#define WRITE 0x01
#define READ 0x02
#define PAGES 4

static const struct lm_port *inner;
static struct lm_port gathering;
static uint32_t gathered; /* bytes, since the last SQE */
static unsigned int calls;

static int gather(void *ctx, struct lm_backend_request *req, uint64_t addr, uint32_t len)
{
	uint8_t *to = (uint8_t *)req->data + gathered;

	calls++;
	gathered += len;
	return inner->dma_read(ctx, req->fn, addr, to, len);
}

static int setup(void **state)
{
	struct lm_device *dev;

	if (bench_setup(state))
		return -1;
	dev = lm_inproc_device(((struct bench *)*state)->p);
	inner = dev->port;
	gathering = *inner;
	gathering.backend_gather = gather;
	dev->port = &gathering;
	bench_enable(*state, 0);
	bench_enable(*state, 1);
	bench_create_io(*state, 1, 1);
	return 0;
}

/* four pages with a PRP list, in b->buf; the list */
static uint8_t *command(struct bench *b, uint8_t opc)
{
	uint64_t iova;
	uint8_t *list = lm_inproc_alloc(b->p, 4096, 4096, &iova);

	bench_rw(b, opc, 1, 0, PAGES * 8);
	lm_put_le64(b->sqe + LM_SQE_PRP2, iova);
	for (unsigned int i = 1; i < PAGES; i++)
		lm_put_le64(list + (size_t)8 * (i - 1), b->buf_iova + (uint64_t)i * 4096);
	gathered = 0;
	calls = 0;
	return list;
}

static uint8_t *medium(struct bench *b)
{
	size_t len;

	return lm_inproc_media_data(b->p, 1, &len);
}

static void a_write_is_gathered_page_by_page(void **state)
{
	struct bench *b = *state;
	uint8_t *buf = b->buf;

	for (unsigned int i = 0; i < PAGES * 4096; i++)
		buf[i] = (uint8_t)(i * 7 + i / 4096);
	command(b, WRITE);
	assert_int_equal(bench_status(b, 1, 1), 0);
	assert_int_equal(calls, PAGES);
	assert_int_equal(gathered, PAGES * 4096);
	assert_memory_equal(medium(b), buf, PAGES * 4096);
}

static void a_read_is_not_gathered(void **state)
{
	struct bench *b = *state;

	memset(medium(b), 0x5A, PAGES * 4096);
	command(b, READ);
	assert_int_equal(bench_status(b, 1, 1), 0);
	assert_int_equal(calls, 0);
	assert_memory_equal(medium(b), b->buf, PAGES * 4096);
}

static void a_write_without_memory_fails(void **state)
{
	struct bench *b = *state;

	lm_put_le64(command(b, WRITE) + 8, UINT64_C(1) << 60);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_DATA_TRANSFER);
	assert_int_equal(calls, 3);
	command(b, WRITE);
	assert_int_equal(bench_status(b, 1, 1), 0);
}

/* NVMe 1.4 4.3: an entry of a list has no offset */
static void a_write_with_a_wrong_list_fails(void **state)
{
	struct bench *b = *state;
	uint8_t *list = command(b, WRITE);

	lm_put_le64(list + 8, b->buf_iova + 8);
	assert_int_equal(bench_status(b, 1, 1), LM_SC_PRP_OFFSET);
	assert_int_equal(calls, 2);
	assert_int_equal(medium(b)[0], 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, bench_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(a_write_is_gathered_page_by_page),
		T(a_read_is_not_gathered),
		T(a_write_without_memory_fails),
		T(a_write_with_a_wrong_list_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
