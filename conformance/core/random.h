/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The suite's random numbers: the same on every machine for the same seed. */
#ifndef CT_RANDOM_H
#define CT_RANDOM_H

#include <stdint.h>

struct ct_random {
	uint64_t s[4];
};

/** ct_random_seed() - start a sequence; any seed, 0 too */
void ct_random_seed(struct ct_random *r, uint64_t seed);

/** ct_random_next() - 64 bits (xoshiro256**) */
uint64_t ct_random_next(struct ct_random *r);

/**
 * ct_case_seed() - the seed of one case
 * @run: the run's seed
 * @row: the row's ID
 *
 * Depends on nothing else, so that a case replays alone, in a shard, and when
 * other rows come or go.
 */
uint64_t ct_case_seed(uint64_t run, const char *row, unsigned int index);

/** ct_hash() - FNV-1a of a string, 64 bits */
uint64_t ct_hash(const char *s);

#endif
