/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The data files of a VFIO driver: streams of whole images, for as long as their arc. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)

static const size_t pieces[] = { 1, 4095, 4096, 4097, DRV_IMAGE_BOUND };

static unsigned int piece_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(pieces) / sizeof(pieces[0]);
}

static void piece_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	if (pieces[i] == DRV_IMAGE_BOUND)
		snprintf(buf, size, "whole");
	else
		snprintf(buf, size, "%zu-bytes", pieces[i]);
}

static void check_ready(struct ct *ct, int file, bool writes, const char *when)
{
	int ready = drv_calls(ct)->poll(file);

	ct_check(ct, ready >= 0 && ready & (writes ? POLLOUT : POLLIN),
		 "%s poll() answers %d and not that the file can be %s", when, ready,
		 writes ? "written" : "read");
}

static void read_run(struct ct *ct, unsigned int i)
{
	int file = drv_reach(ct, 1, DRV_STOP_COPY);
	struct hn_image image, own;
	uint8_t byte;

	check_ready(ct, file, false, "before the first byte");
	image = drv_read_all(ct, file, pieces[i]);
	own = hn_save(ct, drv_index(ct, 1));
	ct_check(ct, image.len == own.len && !memcmp(image.bytes, own.bytes, own.len),
		 "%u bytes were read, the VF's image has %u, or others", image.len, own.len);
	ct_check(ct, drv_calls(ct)->read(file, &byte, 1) == 0, "there is more behind the end");
	check_ready(ct, file, false, "at the end");
}

CT_ROW(reading, .id = "DRV/image-reads-the-same-in-any-pieces",
       .reqs = "LM-DRV-200 LM-DRV-505 LM-DRV-510 LM-DRV-520", .given = "a VF in STOP_COPY",
       .when = "its data file is read to the end in pieces",
       .expect = "the bytes that SAVE_DATA gives the PF's administrator, then 0",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = piece_cases, .name = piece_name,
       .run = read_run);

static void write_run(struct ct *ct, unsigned int i)
{
	struct hn_image image = drv_image(ct, 1);
	int file = drv_reach(ct, 1, DRV_RESUMING);
	const char *commands;

	check_ready(ct, file, true, "before the first byte");
	ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, pieces[i]),
		 "the image is not taken");
	check_ready(ct, file, true, "behind the image");
	drv_go(ct, 1, DRV_RUNNING);
	commands = drv_commands(ct, 1);
	ct_check(ct, !strcmp(commands, "LR"), "the commands are \"%s\"", commands);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(writing, .id = "DRV/image-loads-in-any-pieces",
       .reqs = "LM-DRV-210 LM-DRV-505 LM-DRV-510 LM-DRV-520", .given = "a VF in RESUMING",
       .when = "its own image is written in pieces, and RUNNING asked for",
       .expect = "LOAD_DATA of the whole, RESUME, and a VF that runs",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL), .flags = FLAGS,
       .cases = piece_cases, .name = piece_name, .run = write_run);

static void stream_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	int file = drv_reach(ct, 1, i ? DRV_RESUMING : DRV_STOP_COPY), other;
	uint8_t bytes[16] = { 0 }, first[16];

	ct_check(ct, d->read_at(file, bytes, 1, 0) < 0, "pread() works");
	ct_check(ct, d->write_at(file, bytes, 1, 0) < 0, "pwrite() works");
	ct_check(ct, d->seek(file, 0) == -ESPIPE, "lseek() works");
	if (d->reopen)
		ct_check(ct, d->reopen(file) < 0, "the file can be opened by its name");
	if (i) {
		ct_check(ct,
			 d->read_at(file, bytes, 1, 0) == -EBADF ||
				 d->read_at(file, bytes, 1, 0) == -ESPIPE,
			 "pread() fails otherwise");
		ct_check(ct, d->read(file, bytes, 1) == -EBADF, "what is written can be read");
		return;
	}
	ct_check(ct, d->read_at(file, bytes, 1, 0) == -ESPIPE, "pread() fails otherwise");
	ct_check(ct, d->write(file, bytes, 1) == -EBADF, "a saved image can be written");
	hn_save(ct, drv_index(ct, 1));
	other = d->dup(file);
	ct_check(ct, other >= 0, "dup() fails");
	ct_check(ct, d->read(file, first, 8) == 8, "read() of 8 bytes fails");
	d->close_file(file);
	ct_check(ct, d->read(other, bytes, 8) == 8 && memcmp(bytes, first, 8) != 0,
		 "a duplicate does not go on where the other was");
}

static unsigned int stream_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void stream_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "RESUMING" : "STOP_COPY");
}

CT_ROW(stream, .id = "DRV/data-file-is-a-stream-of-one-direction", .reqs = "LM-DRV-500",
       .given = "a VF in STOP_COPY, in RESUMING",
       .when = "its data file is read or written at an offset, sought, opened again, used the "
	       "other way, duplicated",
       .expect = "-ESPIPE, -EBADF; a duplicate goes on where the first was",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = stream_cases, .name = stream_name,
       .run = stream_run);

enum { END_ARC, END_RESET, END_CLOSE, END_ERROR, ENDS };

static unsigned int end_cases(struct ct *ct)
{
	(void)ct;
	return 2 * ENDS;
}

static void end_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[ENDS] = { "arc", "reset", "close", "error" };

	(void)ct;
	snprintf(buf, size, "%s-%s", i / ENDS ? "RESUMING" : "STOP_COPY", names[i % ENDS]);
}

/* A session that is lost: of RESUMING by LOAD_DATA; one of STOP_COPY is over by then. */
static void lose(struct ct *ct, unsigned int i)
{
	if (i / ENDS) {
		drv_spoil(ct, 1, LM_OPC_LOAD_DATA,
			  (struct ct_fault){ .refuse = true, .status = LM_SC_NOT_SUSPENDED });
		drv_set(ct, 1, DRV_STOP, NULL);
	} else {
		drv_spoil(ct, 1, LM_OPC_RESUME,
			  (struct ct_fault){ .refuse = true, .status = LM_SC_NOT_SUSPENDED });
		drv_set(ct, 1, DRV_RUNNING, NULL);
	}
	drv_check_state(ct, 1, DRV_ERROR);
}

static void end_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct hn_image image = drv_image(ct, 1);
	int file = drv_reach(ct, 1, i / ENDS ? DRV_RESUMING : DRV_STOP_COPY);
	uint8_t byte = 0;
	ssize_t n;

	if (i / ENDS)
		ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, 4096),
			 "the image is not taken");
	else
		ct_check(ct, d->read(file, &byte, 1) == 1, "the file cannot be read");
	switch (i % ENDS) {
	case END_ARC:
		drv_go(ct, 1, DRV_STOP);
		break;
	case END_RESET:
		drv_reset(ct, 1);
		break;
	case END_CLOSE:
		drv_close(ct, 1);
		break;
	default:
		lose(ct, i);
		break;
	}
	check_ready(ct, file, i / ENDS, "behind the session");
	n = i / ENDS ? d->write(file, &byte, 1) : d->read(file, &byte, 1);
	ct_check(ct, n == -ENODEV, "the file of a session that has ended answers %zd", n);
	d->close_file(file);
	drv_reach(ct, 1, DRV_RUNNING);
	drv_check_migrates(ct, 1);
}

CT_ROW(ended, .id = "DRV/file-of-a-session-that-ended-answers-enodev",
       .reqs = "LM-DRV-350 LM-DRV-505 LM-DRV-540 LM-DRV-550 LM-DRV-580 LM-DRV-600",
       .given = "a VF in STOP_COPY or RESUMING, its data file in use",
       .when = "the arc back to STOP, a reset, the end of the user, or ERROR",
       .expect =
	       "ready, and -ENODEV from the file, which is closed afterwards; the VF migrates again",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_INJECT), .flags = FLAGS, .cases = end_cases,
       .name = end_name, .run = end_run);

static void bound_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct hn_image image = drv_image(ct, 1);
	uint32_t bound = drv_largest_image(ct);
	uint8_t *more = hn_mem(ct, (size_t)bound + 1);
	int file = drv_reach(ct, 1, DRV_RESUMING);
	uint32_t there = i ? image.len : 0;
	ssize_t n;

	ct_check(ct, !drv_write_all(ct, file, image.bytes, there, image.len), "not taken");
	n = d->write(file, more, (size_t)bound - there + 1);
	ct_check(ct, n == -ENOSPC, "a write of one byte above the bound answers %zd", n);
	ct_check(ct, !drv_write_all(ct, file, image.bytes + there, image.len - there, image.len),
		 "the image is not taken");
	drv_go(ct, 1, DRV_RUNNING);
	file = drv_reach(ct, 1, DRV_RESUMING);
	n = d->write(file, more, bound);
	ct_check(ct, n == (ssize_t)bound, "a write of the largest image answers %zd", n);
	n = d->write(file, more, 1);
	ct_check(ct, n == -ENOSPC, "a byte behind the largest image: %zd", n);
}

static void bound_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "behind-an-image" : "at-once");
}

CT_ROW(bound, .id = "DRV/write-above-the-bound-takes-nothing", .reqs = "LM-DRV-410 LM-DRV-530",
       .given = "a VF in RESUMING", .when = "one byte more than the largest image is written",
       .expect = "-ENOSPC and no byte of it: an image written around it loads; the largest is "
		 "taken",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = stream_cases, .name = bound_name,
       .run = bound_run);

static void length_run(struct ct *ct, unsigned int i)
{
	struct hn_image image = drv_image(ct, 1);
	int file = drv_reach(ct, 1, DRV_RESUMING), ret;
	uint32_t missing = i ? i : image.len;
	const char *commands;

	ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len - missing, image.len),
		 "the image is not taken");
	ret = drv_set(ct, 1, DRV_STOP, NULL);
	commands = drv_commands(ct, 1);
	ct_check(ct, ret == -EINVAL, "the arc to STOP returns %d", ret);
	ct_check(ct, !*commands, "the commands are \"%s\"", commands);
	drv_check_state(ct, 1, DRV_RESUMING);
	ct_check(ct, !drv_write_all(ct, file, image.bytes + image.len - missing, missing, missing),
		 "the rest of the image is not taken");
	drv_go(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

static unsigned int length_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

static void length_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	if (i)
		snprintf(buf, size, "%u-missing", i);
	else
		snprintf(buf, size, "all-missing");
}

CT_ROW(length, .id = "DRV/image-of-no-whole-dwords-is-refused-unsent",
       .reqs = "LM-DRV-560 LM-DRV-570", .given = "a VF in RESUMING",
       .when = "STOP is asked for with nothing written, or 1 to 3 bytes missing",
       .expect = "-EINVAL, no command, RESUMING; with the rest written it loads",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL), .flags = FLAGS,
       .cases = length_cases, .name = length_name, .run = length_run);

static void hostile_run(struct ct *ct, unsigned int i)
{
	struct hn_image own = drv_image(ct, 1), image = hn_image_copy(ct, &own);
	int file = drv_reach(ct, 1, DRV_RESUMING), ret;

	if (i == 0)
		image.bytes[image.len / 2] ^= 1;
	else if (i == 1)
		image.len = image.len / 8 * 4;
	else
		memset(image.bytes, 0xFF, image.len);
	ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, 4096),
		 "the image is not taken");
	ret = drv_set(ct, 1, DRV_RUNNING, NULL);
	ct_check(ct, ret < 0, "such an image loads");
	ct_should(ct, ret == -EBADMSG, "the arc returns %d, should be %d", ret, -EBADMSG);
	drv_check_state(ct, 1, DRV_RESUMING);
	drv_reset(ct, 1);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

static unsigned int hostile_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

static void hostile_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "one-bit", "half", "all-ones" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(hostile, .id = "DRV/damaged-image-is-refused-and-leaves-the-vf-usable",
       .reqs = "LM-DRV-220 LM-DRV-230 LM-DRV-240 LM-DRV-260", .given = "a VF in RESUMING",
       .when = "an image with one bit changed, half an image, or no image is loaded",
       .expect = "-EBADMSG, RESUMING; a reset gives a VF that runs and migrates",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = hostile_cases, .name = hostile_name,
       .run = hostile_run);

static void fault_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct hn_image image = drv_image(ct, 1), again;
	size_t good = i % 2 ? 100 : 0;
	int file = drv_reach(ct, 1, i / 2 ? DRV_RESUMING : DRV_STOP_COPY);
	ssize_t n;

	if (i / 2) {
		n = d->write_fault(file, image.bytes, good, 1000);
		ct_check(ct, n == -EFAULT, "a write() that faults answers %zd", n);
		ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
			 "the image is not taken");
		drv_go(ct, 1, DRV_RUNNING);
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
		return;
	}
	n = d->read_fault(file, good, 1000);
	ct_check(ct, n == -EFAULT, "a read() that faults answers %zd", n);
	again = drv_read_all(ct, file, 4096);
	ct_check(ct, again.len == image.len && !memcmp(again.bytes, image.bytes, image.len),
		 "%u bytes are read after it, the image has %u, or others", again.len, image.len);
}

static unsigned int fault_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

static void fault_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i / 2 ? "write" : "read",
		 i % 2 ? "after-100-bytes" : "at-once");
}

CT_ROW(faults, .id = "DRV/memory-of-the-user-that-faults-moves-nothing",
       .reqs = "LM-DRV-510 LM-DRV-520", .given = "a VF in STOP_COPY, in RESUMING",
       .when = "its data file is read into, written from, memory that faults at once or after 100 "
	       "bytes",
       .expect = "-EFAULT, and the file is where it was: the whole image is read, or loads",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = fault_cases, .name = fault_name,
       .run = fault_run);

#define WRITE 64

struct writer {
	const struct ct_driver_ops *d;
	int file;
	uint64_t taken;
	ssize_t last;
};

static void *write_until_full(void *arg)
{
	static const uint8_t data[WRITE];
	struct writer *w = arg;

	while ((w->last = w->d->write(w->file, data, WRITE)) == WRITE)
		w->taken += WRITE;
	return NULL;
}

static void writers_run(struct ct *ct, unsigned int i)
{
	int file = drv_reach(ct, 1, DRV_RESUMING);
	struct writer a = { .d = drv_calls(ct), .file = file }, b = a;
	uint64_t bound = drv_largest_image(ct), taken;
	pthread_t thread;

	(void)i;
	if (pthread_create(&thread, NULL, write_until_full, &b))
		ct_error(ct, "no second thread");
	write_until_full(&a);
	pthread_join(thread, NULL);
	taken = a.taken + b.taken;
	ct_check(ct, a.last == -ENOSPC && b.last == -ENOSPC, "the writers end with %zd and %zd",
		 a.last, b.last);
	ct_check(ct, taken <= bound && bound - taken < WRITE,
		 "%llu bytes were taken, the bound is %llu", (unsigned long long)taken,
		 (unsigned long long)bound);
	drv_reset(ct, 1);
	drv_check_migrates(ct, 1);
}

CT_ROW(writers, .id = "DRV/two-writers-at-once-do-not-pass-the-bound",
       .reqs = "LM-DRV-520 LM-DRV-530", .given = "a VF in RESUMING",
       .when = "two threads write to its data file until it takes no more",
       .expect = "both end with -ENOSPC, and what was taken is the bound",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .run = writers_run);
