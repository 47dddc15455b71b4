/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A machine for the target "pci": a sysfs of files in a temporary directory that
 * does what Linux does (drivers bind and unbind, VFs come and go), and a VFIO
 * that takes note of what it is asked.
 */
#ifndef CT_TESTS_PCI_WORLD_H
#define CT_TESTS_PCI_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_PF "0000:01:00.0"
#define WORLD_VF(n) "0000:01:00." #n
#define WORLD_MAX_MAPS 64

struct world_map {
	int container;
	uint64_t iova, size;
};

struct world {
	char root[64];
	struct world_map map[WORLD_MAX_MAPS]; /* what is mapped now */
	unsigned int maps;
	unsigned int resets; /* VFIO_DEVICE_RESET */
	unsigned int fails; /* the n-th ioctl from now on fails, 0 = none */
	int fail_errno;
	uint64_t irqs; /* what the next read of an eventfd tells */
	uint16_t command, msix; /* configuration space of the function that was opened last */
	uint32_t bar[16]; /* its registers, not mapped */
	int viable;
	uint32_t mig_state; /* of the VF, as a driver with migration has it */
	char token[40]; /* of the last device that was opened */
	const char *kmsg[8]; /* lines of the kernel's log that are still to be read */
	unsigned int lines;
	char call[256]; /* of the exported function, as it was written last */
	const char *answer; /* what is read back then, NULL = nothing in the kernel calls it */
	size_t answer_size;
};

extern struct world world;

/* world_begin() - a PF under nvme with two VFs under nvme, vfio-pci loaded, an IOMMU */
void world_begin(void);
void world_end(void);

/* world_file(), world_link() - make a file or symbolic link below the root, and its directories */
void world_file(const char *path, const char *text);
void world_link(const char *path, const char *to);
void world_remove(const char *path);

/* world_text() - what a file says, or the last component of a link; "" where there is none */
const char *world_text(const char *path);

#endif
