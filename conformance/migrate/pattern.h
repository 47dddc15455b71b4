/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What blocks hold: each tells who wrote it, where, and by which write. */
#ifndef MG_PATTERN_H
#define MG_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** mg_pattern() - fill one block by (tag, LBA, generation) */
void mg_pattern(uint8_t *block, uint32_t size, uint64_t tag, uint64_t lba, uint32_t gen);

/**
 * mg_pattern_check() - whether a block holds (tag, LBA, generation); zeros for MG_GEN_ZERO
 * @what: where it does not, gets what it holds instead
 */
bool mg_pattern_check(const uint8_t *block, uint32_t size, uint64_t tag, uint64_t lba, uint32_t gen,
		      char *what, size_t what_size);

#endif
