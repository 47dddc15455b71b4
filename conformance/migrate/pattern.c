/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pattern.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "nvme-lm.h"

#define WORD 8u
#define HEAD 24u /* tag, LBA, generation in clear */

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

void mg_pattern(uint8_t *block, uint32_t size, uint64_t tag, uint64_t lba, uint32_t gen)
{
	uint64_t seed = mix(tag ^ mix(lba ^ mix(gen)));
	uint32_t i;

	lm_put_le64(block, tag);
	lm_put_le64(block + 8, lba);
	lm_put_le64(block + 16, gen);
	for (i = HEAD; i < size; i += WORD)
		lm_put_le64(block + i, mix(seed + i));
}

static bool is_zero(const uint8_t *block, uint32_t size)
{
	return !block[0] && !memcmp(block, block + 1, size - 1);
}

static void describe(const uint8_t *block, uint32_t size, uint64_t tag, uint64_t lba, char *what,
		     size_t what_size)
{
	uint8_t whole[MG_PAGE];
	uint64_t its_lba = lm_get_le64(block + 8);
	uint64_t its_gen = lm_get_le64(block + 16);

	if (is_zero(block, size)) {
		snprintf(what, what_size, "zeros");
		return;
	}
	if (lm_get_le64(block) != tag || its_gen > UINT32_MAX) {
		snprintf(what, what_size, "what this guest never wrote");
		return;
	}
	mg_pattern(whole, size, tag, its_lba, (uint32_t)its_gen);
	snprintf(what, what_size, "%sLBA %llu, write %llu",
		 memcmp(block, whole, size) ? "a part of " :
		 its_lba == lba		    ? "" :
					      "another block: ",
		 (unsigned long long)its_lba, (unsigned long long)its_gen);
}

bool mg_pattern_check(const uint8_t *block, uint32_t size, uint64_t tag, uint64_t lba, uint32_t gen,
		      char *what, size_t what_size)
{
	uint8_t want[MG_PAGE];

	if (gen == MG_GEN_ZERO) {
		if (is_zero(block, size))
			return true;
	} else {
		mg_pattern(want, size, tag, lba, gen);
		if (!memcmp(block, want, size))
			return true;
	}
	describe(block, size, tag, lba, what, what_size);
	return false;
}
