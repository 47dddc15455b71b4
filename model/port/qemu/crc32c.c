/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CRC engine that firmware's hardware has: the host processor's where it has one, else
 * QEMU's table.
 */
#include "qemu/osdep.h"
#include "qemu/crc32c.h"

#include "device.h"

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t engine(uint32_t crc, const uint8_t *p,
							 uint32_t len)
{
	uint64_t sum = crc;

	for (; len >= 8; len -= 8, p += 8)
		sum = __builtin_ia32_crc32di(sum, ldq_le_p(p));
	for (; len; len--)
		sum = __builtin_ia32_crc32qi((uint32_t)sum, *p++);
	return (uint32_t)sum;
}
#endif

uint32_t nvme_lm_crc32c(void *ctx, uint32_t crc, const void *p, uint32_t len)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~engine(~crc, p, len);
#endif
	return crc32c(~crc, p, len);
}
