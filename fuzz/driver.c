/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The driver's data files, in the hands of a hostile user: states in any order, reads and
 * writes of any length to files of any session, memory that faults, allocations and
 * commands that fail, a device that lies about sizes, resets, close and open. The
 * driver's sources run over the shim of its unit tests (kernel/tests/), with their VF.
 */
#include <stdlib.h>

#include "fake.h"
#include "fuzz.h"
#include "shim-test.h"

#define MAX_FILES 8
#define MAX_ACTIONS 200
#define BUFFER (FAKE_IMAGE_MAX + 64)
#define GUARD 0xA5

/* A data file, and what its user knows of it. */
struct data_file {
	struct file *file;
	enum vfio_device_mig_state state; /* STOP_COPY or RESUMING */
	bool live; /* its session has not ended */
	size_t at; /* read so far */
};

static struct nvmevf_device nvdev;
static struct data_file files[MAX_FILES];
/* what was saved, or written so far, in the session that is live */
static u8 image[BUFFER];
static size_t image_len;
static u8 buffer[BUFFER];

/* Files of a session that ended are so for ever. */
static void look(void)
{
	enum vfio_device_mig_state state = fake_get(&nvdev);
	size_t i;

	for (i = 0; i < MAX_FILES; i++)
		files[i].live = files[i].live && files[i].state == state;
	if (state == VFIO_DEVICE_STATE_RUNNING)
		fuzz_check(fake.state == FAKE_ACTIVE, "RUNNING, and the VF is suspended");
}

static void end_sessions(void)
{
	size_t i;

	for (i = 0; i < MAX_FILES; i++)
		files[i].live = false;
}

static void close_file(struct data_file *f)
{
	if (f->file)
		fput(f->file);
	*f = (struct data_file){ 0 };
}

/* A file that an arc returned takes the place of the oldest. */
static void keep(struct file *file)
{
	size_t i;

	close_file(&files[MAX_FILES - 1]);
	for (i = MAX_FILES - 1; i; i--)
		files[i] = files[i - 1];
	files[0] = (struct data_file){ .file = file, .state = fake_get(&nvdev), .live = true };
	image_len = 0;
	if (files[0].state != VFIO_DEVICE_STATE_STOP_COPY)
		return;
	/* a device that has less than it says is found out; one that has more, nobody can tell */
	image_len = fake.lie_size >= 0 ? (size_t)fake.lie_size : fake.size;
	fuzz_check(image_len && image_len % 4 == 0 && image_len <= fake.size,
		   "an image of %zu bytes is saved, and the VF has %u", image_len, fake.size);
	memcpy(image, fake.image, image_len);
}

/* Out of RESUMING leads the load of what was written, a reset, or ERROR. */
static void check_loaded(enum vfio_device_mig_state before, const struct file *ret)
{
	enum vfio_device_mig_state now = fake_get(&nvdev);

	if (before != VFIO_DEVICE_STATE_RESUMING || now == before ||
	    now == VFIO_DEVICE_STATE_ERROR || now == VFIO_DEVICE_STATE_RESUMING || IS_ERR(ret))
		return;
	fuzz_check(fake.size == image_len && !memcmp(fake.image, image, image_len),
		   "%u bytes are loaded, and %zu were written", fake.size, image_len);
}

static void set_state(struct fuzz_in *in)
{
	enum vfio_device_mig_state before = fake_get(&nvdev);
	enum vfio_device_mig_state state = fuzz_below(in, 6);
	struct file *ret = fake_set(&nvdev, state);

	check_loaded(before, ret);
	fuzz_check(before != VFIO_DEVICE_STATE_ERROR || fake_get(&nvdev) == before,
		   "ERROR is left for %d", fake_get(&nvdev));
	fuzz_check(IS_ERR(ret) || fake_get(&nvdev) == state, "an arc to %d ends in %d", state,
		   fake_get(&nvdev));
	look();
	if (!IS_ERR(ret) && ret)
		keep(ret);
}

static size_t length(struct fuzz_in *in)
{
	u8 how = fuzz_u8(in);

	if (how < 128)
		return how;
	return how < 192 ? fuzz_u16(in) : FAKE_IMAGE_MAX - 192 + how - 8;
}

/* Of some calls only a part of the user's memory is there. */
static void limit_copy(struct fuzz_in *in, size_t len)
{
	shim_faults.copy_limited = fuzz_u8(in) >= 224;
	shim_faults.copy_limit = len ? fuzz_u16(in) % len : 0;
}

static void read_file(struct fuzz_in *in, struct data_file *f)
{
	size_t i, len = length(in), left = f->at < image_len ? image_len - f->at : 0;
	ssize_t n;

	if (!f->file || f->state != VFIO_DEVICE_STATE_STOP_COPY)
		return;
	memset(buffer, GUARD, sizeof(buffer));
	limit_copy(in, len < left ? len : left);
	n = f->file->f_op->read(f->file, (char *)buffer, len, NULL);
	if (!f->live) {
		fuzz_check(n == -ENODEV, "a file whose session ended reads %zd", n);
		return;
	}
	fuzz_check(n == -EFAULT ? shim_faults.copy_limited : n >= 0 && (size_t)n <= len,
		   "a read of %zu bytes gives %zd", len, n);
	if (n < 0)
		return;
	fuzz_check((size_t)n == (len < left ? len : left), "a read of %zu of %zu bytes gives %zd",
		   len, left, n);
	fuzz_check(!memcmp(buffer, image + f->at, (size_t)n), "not the device's bytes at %zu",
		   f->at);
	for (i = (size_t)n; i < sizeof(buffer); i++)
		fuzz_check(buffer[i] == GUARD, "byte %zu behind a read of %zd", i, n);
	f->at += (size_t)n;
}

static void write_file(struct fuzz_in *in, struct data_file *f)
{
	size_t len = length(in);
	ssize_t n;

	if (!f->file || f->state != VFIO_DEVICE_STATE_RESUMING)
		return;
	fuzz_bytes(in, buffer, len < 16 ? len : 16);
	limit_copy(in, len);
	n = f->file->f_op->write(f->file, (const char *)buffer, len, NULL);
	if (!f->live) {
		fuzz_check(n == -ENODEV, "a file whose session ended takes %zd", n);
		return;
	}
	if (len > FAKE_IMAGE_MAX - image_len)
		fuzz_check(n == -ENOSPC, "a write beyond the bound gives %zd", n);
	else
		fuzz_check(n == (ssize_t)len || (n == -EFAULT && shim_faults.copy_limited),
			   "a write of %zu bytes gives %zd", len, n);
	if (n <= 0)
		return;
	memcpy(image + image_len, buffer, (size_t)n);
	image_len += (size_t)n;
}

static void reset(void)
{
	nvmevf_mig_reset_prepare(&nvdev);
	fake_flr();
	nvmevf_mig_reset_done(&nvdev);
	end_sessions();
	fuzz_check(fake_get(&nvdev) == VFIO_DEVICE_STATE_RUNNING, "%d after a reset",
		   fake_get(&nvdev));
	look();
}

/* The user goes, with or without the reset of the core, and another one comes. */
static void reopen(struct fuzz_in *in)
{
	bool at_close = fuzz_u8(in) & 1, at_open = fuzz_u8(in) & 1;

	nvmevf_mig_stop(&nvdev);
	if (at_close)
		reset();
	nvmevf_mig_close(&nvdev, at_close);
	end_sessions();
	if (at_open)
		reset();
	/* who is refused may come again; a part of an image goes by a reset alone */
	if (nvmevf_mig_open(&nvdev, at_open)) {
		fake.fail_count = 0;
		if (nvmevf_mig_open(&nvdev, at_open)) {
			fuzz_check(fake.state == FAKE_LOADING, "the VF cannot be opened");
			reset();
			fuzz_check(!nvmevf_mig_open(&nvdev, true), "nor after a reset");
		}
	}
	look();
}

static void fail_command(struct fuzz_in *in)
{
	static const int outcomes[] = { NVME_SC_INVALID_FIELD,
					NVME_SC_CMD_SEQ_ERROR,
					NVMEVF_SC_INVALID_IMAGE,
					NVMEVF_SC_SUSPEND_NOT_COMPLETED,
					-EAGAIN,
					-ETIMEDOUT };
	int ret = outcomes[fuzz_below(in, sizeof(outcomes) / sizeof(outcomes[0]))];

	fake.fail_nth = 1 + fuzz_below(in, 4);
	fake.fail_count = 1 + fuzz_below(in, 2);
	fake.fail_ret = ret;
	fake.fail_effect = ret == -ETIMEDOUT && fuzz_u8(in) & 1;
}

static void lie(struct fuzz_in *in)
{
	static const long sizes[] = {
		-1, 0, 1, 2, 4, FAKE_IMAGE_MAX, FAKE_IMAGE_MAX + 4, UINT32_MAX
	};

	/* of both at once nobody could tell */
	fake.lie_size = -1;
	fake.lie_written = -1;
	if (fuzz_u8(in) & 1)
		fake.lie_size = sizes[fuzz_below(in, sizeof(sizes) / sizeof(sizes[0]))];
	else
		fake.lie_written = sizes[fuzz_below(in, 6)];
}

static void act(struct fuzz_in *in)
{
	struct data_file *f = &files[fuzz_below(in, MAX_FILES)];

	switch (fuzz_below(in, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		set_state(in);
		break;
	case 5:
	case 6:
	case 7:
		read_file(in, f);
		break;
	case 8:
	case 9:
	case 10:
		write_file(in, f);
		break;
	case 11:
		close_file(f);
		break;
	case 12:
		reset();
		break;
	case 13:
		reopen(in);
		break;
	case 14:
		fail_command(in);
		break;
	default:
		if (fuzz_u8(in) & 1)
			lie(in);
		else if (fuzz_u8(in) & 1)
			fake_flr(); /* behind the driver's back */
		else
			shim_faults.alloc_nth = 1 + fuzz_below(in, 4);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	size_t i;

	shim_reset();
	fake_start(&nvdev, true);
	fake.size = 4 * (1 + fuzz_u16(&in) % (FAKE_IMAGE_MAX / 4));
	image_len = 0;
	for (i = 0; i < MAX_ACTIONS && in.left; i++)
		act(&in);
	for (i = 0; i < MAX_FILES; i++)
		close_file(&files[i]);
	fake_stop(&nvdev);
	fuzz_check(!shim_live(), "%d allocations and files are left", shim_live());
	return 0;
}
