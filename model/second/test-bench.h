/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the unit tests of the second model share. */
#ifndef SECOND_TEST_BENCH_H
#define SECOND_TEST_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "second.h"

/* The dwords of a command of the five, in the order 10 to 13. */
struct five {
	unsigned int opcode;
	unsigned int vfn;
	uint32_t cdw11;
	uint32_t cdw12;
	uint32_t cdw13;
};

extern struct device bench_dev;
extern struct command bench_cmd; /* the last one, with its completion */
extern uint8_t bench_buffer[SM_TRANSFER_MAX];

int bench_set_up(void **state);
int bench_tear_down(void **state);

/* Sends it on the PF's queue; the status without DNR, which is checked. */
unsigned int bench_send(const struct five *five, enum direction direction, uint32_t length);
unsigned int bench_simple(unsigned int opcode, unsigned int vfn);
unsigned int bench_save(unsigned int vfn, uint8_t image[SM_IMAGE_MAX], uint32_t *size);
unsigned int bench_load(unsigned int vfn, const uint8_t *image, uint32_t size);
/* A part; the image's bytes from offset on go. */
unsigned int bench_part(unsigned int vfn, const uint8_t *image, uint32_t offset, uint32_t size,
			uint32_t total);
unsigned int bench_state(unsigned int vfn);
void bench_seal(uint8_t *image, uint32_t size); /* puts the CRC in */

/* A command of the guest; false where it did not complete. */
bool bench_guest(unsigned int vfn, unsigned int opcode, uint32_t cdw10, uint32_t cdw11,
		 uint64_t prp1, uint32_t length);

#endif
