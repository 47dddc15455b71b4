/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "random.h"

/* splitmix64, which spreads any seed over the state. */
static uint64_t split_mix(uint64_t *x)
{
	uint64_t z = (*x += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, unsigned int k)
{
	return x << k | x >> (64 - k);
}

void ct_random_seed(struct ct_random *r, uint64_t seed)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		r->s[i] = split_mix(&seed);
}

uint64_t ct_random_next(struct ct_random *r)
{
	uint64_t *s = r->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t ct_hash(const char *s)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325);

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * UINT64_C(0x100000001B3);
	return h;
}

uint64_t ct_case_seed(uint64_t run, const char *row, unsigned int index)
{
	uint64_t x = run ^ ct_hash(row);
	uint64_t y = split_mix(&x) + index;

	return split_mix(&y);
}
