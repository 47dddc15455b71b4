/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * CRC32C, four bits at a time: the table takes 64 bytes of a firmware's ROM,
 * and an image is small.
 */
#include "crc32c.h"

uint32_t lm_crc32c(uint32_t crc, const void *p, size_t n)
{
	/* The remainders of the 16 values of a nibble by 1EDC6F41h, reflected. */
	static const uint32_t nibble[16] = {
		0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3,
		0x61C69362, 0x7198540D, 0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
		0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
	};
	const uint8_t *b = p;
	size_t i;

	crc = ~crc;
	for (i = 0; i < n; i++) {
		crc ^= b[i];
		crc = crc >> 4 ^ nibble[crc & 15];
		crc = crc >> 4 ^ nibble[crc & 15];
	}
	return ~crc;
}
