// SPDX-License-Identifier: GPL-2.0-only
/*
 * vf-arcs PF BDF INDEX [never]: the migration interface of a VF that is bound to
 * nvme-vfio-pci, on a device with the fault switch. A line "pass WHAT" or "fail
 * WHAT: WHY" for each thing that is judged.
 * Commands that never end have the PF reset, so they come by themselves.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fault.h"
#include "nvme-lm-fault.h"
#include "nvme-lm.h"
#include "vf-open.h"

#define STOP VFIO_DEVICE_STATE_STOP
#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define STOP_COPY VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING VFIO_DEVICE_STATE_RESUMING
#define P2P VFIO_DEVICE_STATE_RUNNING_P2P
#define ERROR VFIO_DEVICE_STATE_ERROR
#define STATES 6

/* above the largest image of the device */
#define IMAGE_BOUND (4u << 20)

static struct vf vf;
static uint8_t image[IMAGE_BOUND];
static size_t image_size;

static void verdict(const char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void verdict(const char *why, const char *format, ...)
{
	va_list ap;

	printf(why ? "fail " : "pass ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	if (why)
		printf(": %s", why);
	printf("\n");
	fflush(stdout);
}

/* 0 or a negative errno; the data file or -1 */
static int set_state(uint32_t state, int *fd)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int ret = vf_feature(&vf, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			     &mig, sizeof(mig));

	*fd = ret ? -1 : mig.data_fd;
	return ret;
}

static int get_state(void)
{
	struct vfio_device_feature_mig_state mig = { .data_fd = -1 };

	if (vf_feature(&vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig,
		       sizeof(mig)))
		return -1;
	return (int)mig.device_state;
}

static int to(uint32_t state)
{
	int fd, ret = set_state(state, &fd);

	if (ret)
		errx(1, "to %s: %s", vf_states[state], strerror(-ret));
	return fd;
}

static void reset(void)
{
	if (ioctl(vf.device, VFIO_DEVICE_RESET))
		err(1, "VFIO_DEVICE_RESET");
}

/* From whatever state into this one; ERROR by a RESUME that says the state was lost. */
static int reach(int state)
{
	int fd = -1;

	pf_no_fault();
	if (get_state() != RUNNING)
		reset();
	if (state == ERROR) {
		to(STOP);
		pf_fault(LM_OPC_RESUME, LM_FAULT_F_REFUSE, LM_SC_NOT_SUSPENDED);
		if (set_state(RUNNING, &fd) != -ESTALE || get_state() != ERROR)
			errx(1, "ERROR cannot be reached");
	} else if (state != RUNNING) {
		fd = to((uint32_t)state);
	}
	pf_commands();
	return fd;
}

struct pair {
	int from, to, err;
	const char *commands;
};

/* Every pair of states; what was written before the arc from RESUMING is nothing. */
static const struct pair pairs[] = {
	{ RUNNING, RUNNING, 0, "" },
	{ RUNNING, P2P, 0, "S" },
	{ RUNNING, STOP, 0, "S" },
	{ RUNNING, STOP_COPY, 0, "SQV" },
	{ RUNNING, RESUMING, 0, "S" },
	{ RUNNING, ERROR, -EINVAL, "" },
	{ P2P, RUNNING, 0, "R" },
	{ P2P, P2P, 0, "" },
	{ P2P, STOP, 0, "" },
	{ P2P, STOP_COPY, 0, "QV" },
	{ P2P, RESUMING, 0, "" },
	{ P2P, ERROR, -EINVAL, "" },
	{ STOP, RUNNING, 0, "R" },
	{ STOP, P2P, 0, "" },
	{ STOP, STOP, 0, "" },
	{ STOP, STOP_COPY, 0, "QV" },
	{ STOP, RESUMING, 0, "" },
	{ STOP, ERROR, -EINVAL, "" },
	{ STOP_COPY, RUNNING, 0, "R" },
	{ STOP_COPY, P2P, 0, "" },
	{ STOP_COPY, STOP, 0, "" },
	{ STOP_COPY, STOP_COPY, 0, "" },
	{ STOP_COPY, RESUMING, 0, "" },
	{ STOP_COPY, ERROR, -EINVAL, "" },
	{ RESUMING, RUNNING, -EINVAL, "" },
	{ RESUMING, P2P, -EINVAL, "" },
	{ RESUMING, STOP, -EINVAL, "" },
	{ RESUMING, STOP_COPY, -EINVAL, "" },
	{ RESUMING, RESUMING, 0, "" },
	{ RESUMING, ERROR, -EINVAL, "" },
	{ ERROR, RUNNING, -EINVAL, "" },
	{ ERROR, P2P, -EINVAL, "" },
	{ ERROR, STOP, -EINVAL, "" },
	{ ERROR, STOP_COPY, -EINVAL, "" },
	{ ERROR, RESUMING, -EINVAL, "" },
};

static const char *judge_pair(const struct pair *p, int ret, int fd)
{
	static char why[120];
	const char *commands = pf_commands();
	bool file = p->to != p->from && (p->to == STOP_COPY || p->to == RESUMING);
	int state = get_state();

	if (ret != p->err)
		snprintf(why, sizeof(why), "returns %d", ret);
	else if (strcmp(commands, p->commands) != 0)
		snprintf(why, sizeof(why), "sends %s", commands);
	else if (state != (p->err ? p->from : p->to))
		snprintf(why, sizeof(why), "is in %s", vf_states[state]);
	else if (!p->err && (fd >= 0) != file)
		snprintf(why, sizeof(why), "file %d", fd);
	else
		return NULL;
	return why;
}

static void every_pair(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		int before = reach(pairs[i].from);
		int fd, ret = set_state((uint32_t)pairs[i].to, &fd);

		verdict(judge_pair(&pairs[i], ret, fd), "%s to %s", vf_states[pairs[i].from],
			vf_states[pairs[i].to]);
		if (before >= 0)
			close(before);
		if (fd >= 0)
			close(fd);
	}
}

static void every_reset(void)
{
	for (int state = 0; state < STATES; state++) {
		int fd = reach(state);
		char byte;

		reset();
		verdict(get_state() == RUNNING ? NULL : "not RUNNING", "reset in %s",
			vf_states[state]);
		verdict(pf_vf_state() == LM_STATE_ACTIVE ? NULL : "not ACTIVE",
			"reset in %s: the VF runs", vf_states[state]);
		if (fd < 0)
			continue;
		if (state == STOP_COPY)
			verdict(read(fd, &byte, 1) < 0 && errno == ENODEV ? NULL : "can be read",
				"reset in %s: its file", vf_states[state]);
		else
			verdict(write(fd, "x", 1) < 0 && errno == ENODEV ? NULL : "can be written",
				"reset in %s: its file", vf_states[state]);
		close(fd);
	}
}

static void every_close(void)
{
	for (int state = 0; state < STATES; state++) {
		int fd = reach(state);

		vf_close(&vf);
		verdict(pf_vf_state() == LM_STATE_ACTIVE ? NULL : "not ACTIVE",
			"closed in %s: the VF runs", vf_states[state]);
		if (fd >= 0)
			close(fd);
		vf_open(&vf, vf.bdf);
		verdict(get_state() == RUNNING ? NULL : "not RUNNING", "opened after %s",
			vf_states[state]);
	}
}

static void reads(void)
{
	static const size_t pieces[] = { 1, 4095, 4096, 4097, IMAGE_BOUND };
	static uint8_t back[IMAGE_BOUND];
	char path[32];
	ssize_t n;
	int fd, other;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t done = 0;

		fd = reach(STOP_COPY);
		while ((n = read(fd, back + done, pieces[i])) > 0)
			done += (size_t)n;
		if (!i) {
			memcpy(image, back, done);
			image_size = done;
		}
		verdict(!n && done && done == image_size && !memcmp(back, image, done) ? NULL :
											 "differs",
			"read in pieces of %zu", pieces[i]);
		close(fd);
	}

	fd = reach(STOP_COPY);
	verdict(pread(fd, back, 1, 0) < 0 && errno == ESPIPE ? NULL : "works", "pread");
	verdict(lseek(fd, 0, SEEK_SET) < 0 && errno == ESPIPE ? NULL : "works", "lseek");
	verdict(write(fd, back, 1) < 0 && errno == EBADF ? NULL : "works",
		"write of a saved image");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_RDONLY);
	verdict(other < 0 ? NULL : "works", "a second open");
	other = dup(fd);
	close(fd);
	verdict(read(other, back, 16) == 16 && !memcmp(back, image, 16) ? NULL : "differs",
		"read of a duplicate");
	to(STOP);
	verdict(read(other, back, 1) < 0 && errno == ENODEV ? NULL : "works",
		"read after the arc back");
	close(other);
}

static bool write_all(int fd, const uint8_t *data, size_t size, size_t piece)
{
	for (size_t done = 0; done < size;) {
		size_t n = piece < size - done ? piece : size - done;

		if (write(fd, data + done, n) != (ssize_t)n)
			return false;
		done += n;
	}
	return true;
}

static void writes(void)
{
	static const size_t pieces[] = { 1, 4095, 4096, 4097, IMAGE_BOUND };
	int fd, none;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		fd = reach(RESUMING);
		verdict(write_all(fd, image, image_size, pieces[i]) && !set_state(RUNNING, &none) ?
				NULL :
				strerror(errno),
			"write in pieces of %zu", pieces[i]);
		verdict(!strcmp(pf_commands(), "LR") ? NULL : "other commands",
			"write in pieces of %zu: commands", pieces[i]);
		close(fd);
	}

	fd = reach(RESUMING);
	verdict(pwrite(fd, image, 1, 0) < 0 && errno == ESPIPE ? NULL : "works", "pwrite");
	verdict(write(fd, image, IMAGE_BOUND) < 0 && errno == ENOSPC ? NULL : "works",
		"write above the bound");
	image[100] ^= 1;
	write_all(fd, image, image_size, 4096);
	image[100] ^= 1;
	verdict(set_state(STOP, &none) == -EBADMSG && get_state() == RESUMING ? NULL : "is taken",
		"a corrupted image");
	close(fd);
	fd = reach(RESUMING);
	write_all(fd, image, image_size - 2, 4096);
	verdict(set_state(STOP, &none) == -EINVAL && get_state() == RESUMING ? NULL : "is taken",
		"an image of an odd length");
	verdict(write_all(fd, image + image_size - 2, 2, 2) && !set_state(STOP, &none) ?
			NULL :
			strerror(errno),
		"and the rest of it");
	close(fd);
}

struct failure {
	int from, to;
	uint8_t opcode, flags;
	uint32_t value;
	int err, state;
};

#define REFUSE LM_FAULT_F_REFUSE
#define DW0 LM_FAULT_F_OVERRIDE_DW0
#define NEVER LM_FAULT_F_NO_COMPLETION
/* either is right, it depends on how long the reset of the PF takes */
#define RUNNING_OR_ERROR 100

static const struct failure failures[] = {
	{ RUNNING, STOP, LM_OPC_SUSPEND, REFUSE, 0x1c2, -EBUSY, RUNNING },
	{ RUNNING, STOP, LM_OPC_SUSPEND, REFUSE, 0x4001, -EOPNOTSUPP, RUNNING },
	{ RUNNING, STOP, LM_OPC_SUSPEND, REFUSE, 0x007, -ECANCELED, RUNNING },
	{ STOP, STOP_COPY, LM_OPC_QUERY_DATA_SIZE, REFUSE, 0x006, -EIO, STOP },
	{ STOP, STOP_COPY, LM_OPC_QUERY_DATA_SIZE, DW0, 0, -EPROTO, STOP },
	{ STOP, STOP_COPY, LM_OPC_QUERY_DATA_SIZE, DW0, 1, -EPROTO, STOP },
	{ STOP, STOP_COPY, LM_OPC_QUERY_DATA_SIZE, DW0, 0xfffffffc, -EPROTO, STOP },
	{ STOP, STOP_COPY, LM_OPC_SAVE_DATA, REFUSE, 0x004, -EIO, STOP },
	{ STOP, STOP_COPY, LM_OPC_SAVE_DATA, REFUSE, 0x13a, -ESTALE, ERROR },
	{ STOP, STOP_COPY, LM_OPC_SAVE_DATA, DW0, 4, -EPROTO, STOP },
	{ RESUMING, STOP, LM_OPC_LOAD_DATA, REFUSE, 0x138, -ENOSPC, RESUMING },
	{ RESUMING, STOP, LM_OPC_LOAD_DATA, REFUSE, 0x41c1, -EXDEV, RESUMING },
	{ RESUMING, STOP, LM_OPC_LOAD_DATA, REFUSE, 0x13a, -ESTALE, ERROR },
	{ STOP, RUNNING, LM_OPC_RESUME, REFUSE, 0x1c1, -EXDEV, P2P },
	{ STOP, RUNNING, LM_OPC_RESUME, REFUSE, 0x13a, -ESTALE, ERROR },
	{ RUNNING, STOP, LM_OPC_SUSPEND, NEVER, 0, -ETIMEDOUT, RUNNING_OR_ERROR },
	{ STOP, STOP_COPY, LM_OPC_QUERY_DATA_SIZE, NEVER, 0, -ETIMEDOUT, STOP },
	{ STOP, STOP_COPY, LM_OPC_SAVE_DATA, NEVER, 0, -ETIMEDOUT, STOP },
	{ RESUMING, STOP, LM_OPC_LOAD_DATA, NEVER, 0, -ETIMEDOUT, RESUMING },
	{ STOP, RUNNING, LM_OPC_RESUME, NEVER, 0, -ETIMEDOUT, ERROR },
};

static bool state_is(int state)
{
	int now = get_state();

	return state == RUNNING_OR_ERROR ? now == RUNNING || now == ERROR : now == state;
}

static void every_failure(bool never)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];
		char why[80] = "";
		int fd, none, ret;

		if (never != (f->flags == NEVER))
			continue;
		fd = reach(f->from);

		if (f->from == RESUMING)
			write_all(fd, image, image_size, 4096);
		pf_fault(f->opcode, f->flags, f->value);
		ret = set_state((uint32_t)f->to, &none);
		if (ret != f->err)
			snprintf(why, sizeof(why), "returns %d", ret);
		else if (!state_is(f->state))
			snprintf(why, sizeof(why), "is in %s", vf_states[get_state()]);
		verdict(*why ? why : NULL, "%s to %s, opcode %02x %s %x", vf_states[f->from],
			vf_states[f->to], f->opcode,
			f->flags == REFUSE ? "ends with" :
			f->flags == DW0	   ? "answers" :
					     "never ends",
			f->value);
		if (get_state() == RUNNING)
			verdict(pf_vf_state() == LM_STATE_ACTIVE ? NULL : "not ACTIVE",
				"the VF runs after it");
		/* which waits for the PF, if that is being reset */
		pf_vf_state();
		/* and all is well afterwards, by the way that is left */
		if (get_state() == ERROR)
			reset();
		ret = set_state((uint32_t)(f->from == RESUMING ? RUNNING : f->to), &none);
		verdict(ret ? strerror(-ret) : NULL, "again");
		if (none >= 0)
			close(none);
		if (fd >= 0)
			close(fd);
	}
}

int main(int argc, char **argv)
{
	bool never = argc == 5 && !strcmp(argv[4], "never");

	if (argc != 4 && !never)
		errx(2, "usage: vf-arcs PF BDF INDEX [never]");
	pf_open(argv[1], (uint16_t)atoi(argv[3]));
	vf_open(&vf, argv[2]);
	reads();
	if (!never) {
		every_pair();
		every_reset();
		every_close();
		writes();
	}
	every_failure(never);
	return 0;
}
