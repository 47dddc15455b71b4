/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef LM_CRC32C_H
#define LM_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC32C (spec/text/70-image.md) of n bytes that follow others whose CRC32C is
 * crc; 0 where none precede them.
 */
uint32_t lm_crc32c(uint32_t crc, const void *p, size_t n);

#endif
