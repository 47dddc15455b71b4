/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "prove.h"

#include <stdio.h>

#include "abstract.h"
#include "action.h"

static uint64_t next(uint64_t *state)
{
	/* SplitMix64 */
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* As seen from outside: what was called, what the host knows, what it may do now. */
static bool same(struct world *a, struct world *b, const struct action *list, unsigned int num)
{
	unsigned int i;

	if (a->calls != b->calls || memcmp(a->host.vf, b->host.vf, sizeof(a->host.vf)) != 0 ||
	    memcmp(a->host.pf.command, b->host.pf.command, sizeof(a->host.pf.command)) != 0 ||
	    a->host.num_pending != b->host.num_pending)
		return false;
	for (i = 0; i < num; i++) {
		if (action_possible(a, &list[i]) != action_possible(b, &list[i]))
			return false;
	}
	return true;
}

static bool prove_one(unsigned int which, uint64_t seed, unsigned long steps)
{
	const struct scope scope = { .vfs = 2, .pairs = 1, .entries = 3, .depth = 3 };
	struct world *a = world_new(&scope), *b = world_new(&scope);
	struct action list[MAX_ACTIONS];
	unsigned int num = action_list(&scope, list);
	unsigned long i;
	bool ok = true;

	for (i = 0; i < steps && ok; i++) {
		/* the device's own step more often than each move of the host's */
		const struct action *act = &list[next(&seed) % 3 ? next(&seed) % num : 0];

		if (!action_possible(a, act))
			continue;
		a->calls = 0;
		b->calls = 0;
		action_do(a, act);
		action_do(b, act);
		abstract_world(a, num_abstractions);
		abstract_world(b, which);
		if (a->violation || b->violation) {
			printf("%s: %s\n", abstractions[which].name,
			       a->violation ? a->violation : b->violation);
			ok = false;
		} else if (!same(a, b, list, num)) {
			printf("%s: differs after %lu actions\n", abstractions[which].name, i + 1);
			ok = false;
		}
	}
	world_free(a);
	world_free(b);
	return ok;
}

bool prove(unsigned long seed, unsigned long steps)
{
	unsigned int i, passed = 0;

	for (i = 0; i < num_abstractions; i++) {
		bool ok = prove_one(i, seed + i, steps);

		passed += ok;
		printf("%s  %s\n", ok ? "ok  " : "FAIL", abstractions[i].name);
	}
	printf("%u passed, %u failed\n", passed, num_abstractions - passed);
	return passed == num_abstractions;
}
