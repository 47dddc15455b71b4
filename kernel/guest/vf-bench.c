// SPDX-License-Identifier: GPL-2.0-only
/*
 * vf-bench PF BDF INDEX ROUNDS: the arcs of a VF that nvme-vfio-pci holds beside the commands that
 * they send, by the PF's passthrough. Lines "NAME ROUND SIDE VALUE" for build/ratios, in
 * microseconds: "ours" an arc, "theirs" its commands. A round takes both sides in turn,
 * each often enough that one interrupt of the host does not decide.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "nvme-lm.h"
#include "vf-open.h"

#define IMAGE_BOUND (4u << 20)
#define TIMES 20

static struct vf vf;
static int pf;
static uint32_t vf_index;
static uint8_t image[IMAGE_BOUND] __attribute__((aligned(4096)));
static uint32_t image_size;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* One of the five by the passthrough, which has to succeed; Dword 0. */
static uint32_t command(uint8_t opcode, uint32_t len)
{
	struct nvme_passthru_cmd64 cmd = {
		.opcode = opcode,
		.cdw10 = vf_index,
		.cdw11 = len,
		.cdw13 = opcode == LM_OPC_LOAD_DATA ? len : 0,
		.addr = len ? (uintptr_t)image : 0,
		.data_len = len,
	};
	int ret = ioctl(pf, NVME_IOCTL_ADMIN64_CMD, &cmd);

	if (ret < 0)
		err(1, "opcode %02x", opcode);
	if (ret)
		errx(1, "opcode %02x: status %#x", opcode, ret);
	return (uint32_t)cmd.result;
}

/* The time of one arc; its data file, if it has one, is used or closed outside of that time. */
static double arc(uint32_t state, int *file)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	double began = now_us();
	int ret = vf_feature(&vf, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
			     &mig, sizeof(mig));
	double took = now_us() - began;

	if (ret)
		errx(1, "to %s: %s", vf_states[state], strerror(-ret));
	*file = mig.data_fd;
	return took;
}

static double time_of(uint8_t opcode, uint32_t len)
{
	double began = now_us();

	command(opcode, len);
	return now_us() - began;
}

enum { SUSPEND, SAVE, LOAD, RESUME, ARCS };

static const char *const names[ARCS] = { "to-RUNNING_P2P", "to-STOP_COPY", "from-RESUMING",
					 "to-RUNNING" };

static void by_driver(double sum[ARCS])
{
	int file, none;

	sum[SUSPEND] += arc(VFIO_DEVICE_STATE_RUNNING_P2P, &file);
	arc(VFIO_DEVICE_STATE_STOP, &file);
	sum[SAVE] += arc(VFIO_DEVICE_STATE_STOP_COPY, &file);
	if (read(file, image, image_size) != (ssize_t)image_size)
		err(1, "read");
	close(file);
	arc(VFIO_DEVICE_STATE_RESUMING, &file);
	if (write(file, image, image_size) != (ssize_t)image_size)
		err(1, "write");
	sum[LOAD] += arc(VFIO_DEVICE_STATE_STOP, &none);
	arc(VFIO_DEVICE_STATE_RUNNING_P2P, &none);
	sum[RESUME] += arc(VFIO_DEVICE_STATE_RUNNING, &none);
	/* not before: its memory goes, and with it translations that the next arc would miss */
	close(file);
}

static void by_commands(double sum[ARCS])
{
	sum[SUSPEND] += time_of(LM_OPC_SUSPEND, 0);
	sum[SAVE] += time_of(LM_OPC_QUERY_DATA_SIZE, 0) + time_of(LM_OPC_SAVE_DATA, image_size);
	sum[LOAD] += time_of(LM_OPC_LOAD_DATA, image_size);
	sum[RESUME] += time_of(LM_OPC_RESUME, 0);
}

static void round_of(unsigned int n)
{
	double ours[ARCS] = { 0 }, theirs[ARCS] = { 0 };

	for (unsigned int i = 0; i < TIMES; i++) {
		if ((n + i) % 2)
			by_driver(ours);
		by_commands(theirs);
		if (!((n + i) % 2))
			by_driver(ours);
	}
	for (unsigned int a = 0; a < ARCS; a++) {
		printf("%s %u ours %.2f\n", names[a], n, ours[a] / TIMES);
		printf("%s %u theirs %.2f\n", names[a], n, theirs[a] / TIMES);
	}
}

int main(int argc, char **argv)
{
	unsigned int rounds;

	if (argc != 5)
		errx(2, "usage: vf-bench PF BDF INDEX ROUNDS");
	pf = open(argv[1], O_RDWR | O_CLOEXEC);
	if (pf < 0)
		err(1, "%s", argv[1]);
	vf_index = (uint32_t)strtoul(argv[3], NULL, 10);
	rounds = (unsigned int)strtoul(argv[4], NULL, 10);
	vf_open(&vf, argv[2]);
	image_size = command(LM_OPC_QUERY_DATA_SIZE, 0);
	if (image_size > IMAGE_BOUND)
		errx(1, "an image of %u bytes", image_size);
	for (unsigned int n = 0; n < rounds; n++)
		round_of(n);
	return 0;
}
