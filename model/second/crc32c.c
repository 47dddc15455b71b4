/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* CRC32C, the Castagnoli CRC as iSCSI has it. */
#include "second.h"

/* Starts with crc 0; a result may be passed in again to go on with more data. */
uint32_t crc32c(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;
	unsigned int bit;

	crc = ~crc;
	while (len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
	}
	return ~crc;
}
