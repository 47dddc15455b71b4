// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several at once: writers, readers, the VMM's arcs, resets. Run under
 * ThreadSanitizer too.
 */
#include <sched.h>
#include <stdlib.h>

#include "bench.h"

#define ROUNDS 300

static struct nvmevf_device nvdev;
static struct file *shared;

static void *write_some(void *arg)
{
	u8 piece[1000];
	size_t *written = arg;
	ssize_t n;

	memset(piece, (int)(uintptr_t)arg & 0xff, sizeof(piece));
	while ((n = fd_write(shared, piece, sizeof(piece))) > 0)
		*written += (size_t)n;
	assert_int_equal(n, -ENOSPC);
	return NULL;
}

/* Together they write what fits in, and not a byte more. */
static void test_two_writers(void **state)
{
	pthread_t threads[2];
	size_t written[2];

	(void)state;
	for (unsigned int round = 0; round < ROUNDS / 10; round++) {
		shim_reset();
		fake_start(&nvdev, true);
		shared = must(&nvdev, RESUMING);
		for (unsigned int i = 0; i < 2; i++) {
			written[i] = 0;
			assert_int_equal(pthread_create(&threads[i], NULL, write_some, &written[i]),
					 0);
		}
		for (unsigned int i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(written[0] + written[1], FAKE_IMAGE_MAX / 1000 * 1000);
		must(&nvdev, STOP);
		assert_int_equal(fake.size, FAKE_IMAGE_MAX / 1000 * 1000);
		fput(shared);
		finish(&nvdev);
	}
}

static void *read_some(void *arg)
{
	size_t *sum = arg;
	u8 piece[77];
	ssize_t n;

	while ((n = fd_read(shared, piece, sizeof(piece))) > 0)
		for (ssize_t i = 0; i < n; i++)
			*sum += piece[i];
	return NULL;
}

/* Every byte goes to one of the readers. */
static void test_two_readers(void **state)
{
	pthread_t threads[2];
	size_t sum, sums[2];

	(void)state;
	for (unsigned int round = 0; round < ROUNDS / 10; round++) {
		shim_reset();
		fake_start(&nvdev, true);
		shared = must(&nvdev, STOP_COPY);
		for (unsigned int i = 0; i < 2; i++) {
			sums[i] = 0;
			assert_int_equal(pthread_create(&threads[i], NULL, read_some, &sums[i]), 0);
		}
		for (unsigned int i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		sum = 0;
		for (u32 i = 0; i < fake.size; i++)
			sum += fake.image[i];
		assert_int_equal(sums[0] + sums[1], sum);
		fput(shared);
		finish(&nvdev);
	}
}

static bool stop;

/* A user that asks for one state after the other, and uses the files. */
static void *user(void *arg)
{
	static const enum vfio_device_mig_state way[] = { STOP_COPY, RESUMING, STOP,
							  RUNNING,   P2P,      STOP_COPY };
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	static u8 image[64];
	struct file *filp;

	while (!READ_ONCE(stop)) {
		filp = fake_set(&nvdev, way[(unsigned int)rand_r(&seed) % 6]);
		if (filp && !IS_ERR(filp)) {
			u8 piece[64];

			if (filp->f_op->read)
				fd_read(filp, piece, sizeof(piece));
			else
				fd_write(filp, image, sizeof(image));
			fput(filp);
		}
		fake_get(&nvdev);
	}
	return NULL;
}

static void *resetter(void *arg)
{
	(void)arg;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		nvmevf_mig_reset_prepare(&nvdev);
		sched_yield();
		fake_flr();
		sched_yield();
		nvmevf_mig_reset_done(&nvdev);
		sched_yield();
	}
	return NULL;
}

/* Whatever met whatever: in the end RUNNING is a VF that runs, and nothing is left. */
static void test_arcs_and_resets(void **state)
{
	pthread_t users[2], reset;

	(void)state;
	for (unsigned int round = 0; round < 10; round++) {
		shim_reset();
		fake_start(&nvdev, true);
		WRITE_ONCE(stop, false);
		for (uintptr_t i = 0; i < 2; i++)
			assert_int_equal(
				pthread_create(&users[i], NULL, user, (void *)(round * 2 + i)), 0);
		assert_int_equal(pthread_create(&reset, NULL, resetter, NULL), 0);
		pthread_join(reset, NULL);
		WRITE_ONCE(stop, true);
		pthread_join(users[0], NULL);
		pthread_join(users[1], NULL);
		assert_int_equal(fake.state == FAKE_ACTIVE,
				 fake_get(&nvdev) == RUNNING || fake_get(&nvdev) == ERROR);
		/* a last reset, with nobody around */
		nvmevf_mig_reset_prepare(&nvdev);
		fake_flr();
		nvmevf_mig_reset_done(&nvdev);
		assert_int_equal(fake_get(&nvdev), RUNNING);
		finish(&nvdev);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_two_readers),
		cmocka_unit_test(test_arcs_and_resets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
