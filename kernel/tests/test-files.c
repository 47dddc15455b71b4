// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data files: streams of whole images, whatever the pieces.
 */
#include <stdlib.h>

#include "bench.h"

static const size_t pieces[] = { 1, 3, 4095, 4096, 4097, 20000, 1 << 20 };

static struct file *start(struct nvmevf_device *nvdev, enum vfio_device_mig_state state)
{
	shim_reset();
	fake_start(nvdev, true);
	return must(nvdev, state);
}

static void test_read_in_pieces(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20001];
	size_t done;
	ssize_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		filp = start(&nvdev, STOP_COPY);
		assert_true(filp->stream);
		assert_int_equal(filp->f_flags, O_RDONLY);
		assert_null(filp->f_op->write);
		for (done = 0;; done += (size_t)n) {
			n = fd_read(filp, image + done, min(pieces[i], sizeof(image) - done));
			assert_true(n >= 0);
			if (!n)
				break;
		}
		assert_int_equal(done, 20000);
		assert_memory_equal(image, fake.image, 20000);
		assert_int_equal(fd_read(filp, image, 1), 0);
		assert_int_equal(fd_read(filp, image, 0), 0);
		fput(filp);
		finish(&nvdev);
	}
}

static void test_write_in_pieces(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000];
	size_t done, n;

	(void)state;
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (u8)rand();
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		filp = start(&nvdev, RESUMING);
		assert_true(filp->stream);
		assert_int_equal(filp->f_flags, O_WRONLY);
		assert_null(filp->f_op->read);
		for (done = 0; done < sizeof(image); done += n) {
			n = min(pieces[i], sizeof(image) - done);
			assert_int_equal(fd_write(filp, image + done, n), n);
		}
		must(&nvdev, STOP);
		assert_int_equal(fake.size, sizeof(image));
		assert_memory_equal(fake.image, image, sizeof(image));
		fput(filp);
		finish(&nvdev);
	}
}

static void test_positioned(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	loff_t pos = 0;
	char byte;

	(void)state;
	filp = start(&nvdev, STOP_COPY);
	assert_int_equal(filp->f_op->read(filp, &byte, 1, &pos), -ESPIPE);
	fput(filp);
	finish(&nvdev);
	filp = start(&nvdev, RESUMING);
	assert_int_equal(filp->f_op->write(filp, &byte, 1, &pos), -ESPIPE);
	fput(filp);
	finish(&nvdev);
}

/* A write that does not fit is not taken at all. */
static void test_bound(void **state)
{
	static char big[FAKE_IMAGE_MAX + 1];
	struct nvmevf_device nvdev;
	struct file *filp;

	(void)state;
	filp = start(&nvdev, RESUMING);
	assert_int_equal(fd_write(filp, big, sizeof(big)), -ENOSPC);
	assert_int_equal(fd_write(filp, big, SIZE_MAX), -ENOSPC);
	assert_int_equal(fd_write(filp, big, FAKE_IMAGE_MAX - 4), FAKE_IMAGE_MAX - 4);
	assert_int_equal(fd_write(filp, big, 5), -ENOSPC);
	assert_int_equal(fd_write(filp, big, SIZE_MAX), -ENOSPC);
	assert_int_equal(fd_write(filp, big, 4), 4);
	assert_int_equal(fd_write(filp, big, 1), -ENOSPC);
	assert_int_equal(fd_write(filp, big, 0), 0);
	must(&nvdev, STOP);
	assert_int_equal(fake.size, FAKE_IMAGE_MAX);
	fput(filp);
	finish(&nvdev);
}

static void test_wrong_lengths(void **state)
{
	static const size_t bad[] = { 0, 1, 2, 3, 5, 19999 };
	static char image[20000];
	struct nvmevf_device nvdev;
	struct file *filp;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		filp = start(&nvdev, RESUMING);
		assert_int_equal(fd_write(filp, image, bad[i]), bad[i]);
		fake_commands();
		must_fail(&nvdev, STOP, -EINVAL);
		assert_string_equal(fake_commands(), "");
		assert_int_equal(fake_get(&nvdev), RESUMING);
		/* what was written is still there */
		assert_int_equal(fd_write(filp, image, 4 - bad[i] % 4), 4 - bad[i] % 4);
		must(&nvdev, STOP);
		assert_int_equal(fake.size, bad[i] + 4 - bad[i] % 4);
		fput(filp);
		finish(&nvdev);
	}
}

/* A copy that fails in the middle moves nothing. */
static void test_partial_copies(void **state)
{
	static const size_t limits[] = { 0, 1, 4095, 19999 };
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000], back[20000];

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		filp = start(&nvdev, STOP_COPY);
		shim_faults.copy_limited = true;
		shim_faults.copy_limit = limits[i];
		assert_int_equal(fd_read(filp, image, sizeof(image)), -EFAULT);
		shim_faults.copy_limited = false;
		assert_int_equal(fd_read(filp, image, sizeof(image)), 20000);
		assert_memory_equal(image, fake.image, sizeof(image));
		fput(filp);

		filp = must(&nvdev, RESUMING);
		memset(back, 0xee, sizeof(back));
		shim_faults.copy_limited = true;
		assert_int_equal(fd_write(filp, back, sizeof(back)), -EFAULT);
		shim_faults.copy_limited = false;
		assert_int_equal(fd_write(filp, image, sizeof(image)), 20000);
		must(&nvdev, STOP);
		assert_int_equal(fake.size, 20000);
		assert_memory_equal(image, fake.image, sizeof(image));
		fput(filp);
		finish(&nvdev);
	}
}

/* A file whose session ended, by every way, and whose memory goes with the last of both. */
static void test_end_of_session(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp, *dup;
	char image[8] = { 0 };

	(void)state;
	/* by its arc */
	filp = start(&nvdev, STOP_COPY);
	assert_int_equal(fd_read(filp, image, 4), 4);
	must(&nvdev, STOP);
	assert_int_equal(fd_read(filp, image, 4), -ENODEV);
	assert_true(shim_live() > 0);
	fput(filp);
	assert_int_equal(shim_live(), 0);
	finish(&nvdev);

	/* closed first, duplicated too */
	filp = start(&nvdev, RESUMING);
	dup = get_file(filp);
	fput(filp);
	assert_int_equal(fd_write(dup, image, 8), 8);
	fput(dup);
	assert_true(shim_live() > 0);
	must(&nvdev, STOP);
	assert_int_equal(fake.size, 8);
	assert_int_equal(shim_live(), 0);
	finish(&nvdev);

	/* by a reset */
	filp = start(&nvdev, RESUMING);
	nvmevf_mig_reset_prepare(&nvdev);
	fake_flr();
	nvmevf_mig_reset_done(&nvdev);
	assert_int_equal(fd_write(filp, image, 8), -ENODEV);
	fput(filp);
	finish(&nvdev);

	/* by a close of the device */
	filp = start(&nvdev, STOP_COPY);
	nvmevf_mig_stop(&nvdev);
	assert_int_equal(fd_read(filp, image, 4), -ENODEV);
	fput(filp);
	finish(&nvdev);

	/* by ERROR */
	filp = start(&nvdev, STOP_COPY);
	fake_flr();
	must_fail(&nvdev, RUNNING, -ESTALE);
	assert_int_equal(fd_read(filp, image, 4), -ENODEV);
	fput(filp);
	finish(&nvdev);
}

/* A second session knows nothing of the first; and the thousandth. */
static void test_many_sessions(void **state)
{
	struct nvmevf_device nvdev;
	struct file *filp;
	u8 image[20000];

	(void)state;
	shim_reset();
	fake_start(&nvdev, true);
	for (unsigned int i = 0; i < 1000; i++) {
		filp = must(&nvdev, STOP_COPY);
		assert_int_equal(fd_read(filp, image, sizeof(image)), 20000);
		assert_memory_equal(image, fake.image, sizeof(image));
		fput(filp);
		image[i] ^= 0x55;
		filp = must(&nvdev, RESUMING);
		assert_int_equal(fd_write(filp, image, sizeof(image)), 20000);
		fput(filp);
		must(&nvdev, RUNNING);
		assert_memory_equal(image, fake.image, sizeof(image));
		fake_commands();
	}
	finish(&nvdev);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_in_pieces), cmocka_unit_test(test_write_in_pieces),
		cmocka_unit_test(test_positioned),     cmocka_unit_test(test_bound),
		cmocka_unit_test(test_wrong_lengths),  cmocka_unit_test(test_partial_copies),
		cmocka_unit_test(test_end_of_session), cmocka_unit_test(test_many_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
