/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * lm-explore: every state that the reference model can be brought to in a
 * small scope, with the invariants of the specification checked in each.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "abstract.h"
#include "prove.h"
#include "search.h"

static void usage(FILE *to)
{
	fprintf(to,
		"Usage: lm-explore [--vfs N] [--pairs N] [--entries N] [--pf-depth N] [--lean]\n"
		"                  [--max-states N] [--max-depth N] [--seconds N] [--defect N] [--json FILE]\n"
		"       lm-explore --abstractions | --prove [--seed N] [--steps N]\n"
		"Explores the model's states from a small scope and checks the invariants in each.\n"
		"\n"
		"  --vfs N         1 or 2 VFs (1)\n"
		"  --pairs N       1 or 2 I/O queue pairs of each (1)\n"
		"  --entries N     2 to 4 entries of an I/O queue (2)\n"
		"  --pf-depth N    1 to 3 commands on the PF's admin queue at a time (2)\n"
		"  --lean          one guest that migrates, and nothing but what that takes\n"
		"  --abstractions  what two states may differ in and be taken for one\n"
		"  --prove         try that each of these steers nothing\n"
		"\n"
		"Exit codes: 0 no violation (complete, or a bound was reached), 1 a violation, 2 usage.\n");
}

enum {
	OPT_VFS = 256,
	OPT_PAIRS,
	OPT_ENTRIES,
	OPT_PF_DEPTH,
	OPT_LEAN,
	OPT_STATES,
	OPT_DEPTH,
	OPT_SECONDS,
	OPT_DEFECT,
	OPT_JSON,
	OPT_ABSTRACTIONS,
	OPT_PROVE,
	OPT_SEED,
	OPT_STEPS,
	OPT_HELP
};

static const struct option options[] = {
	{ "vfs", required_argument, NULL, OPT_VFS },
	{ "pairs", required_argument, NULL, OPT_PAIRS },
	{ "entries", required_argument, NULL, OPT_ENTRIES },
	{ "pf-depth", required_argument, NULL, OPT_PF_DEPTH },
	{ "lean", no_argument, NULL, OPT_LEAN },
	{ "max-states", required_argument, NULL, OPT_STATES },
	{ "max-depth", required_argument, NULL, OPT_DEPTH },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "defect", required_argument, NULL, OPT_DEFECT },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "abstractions", no_argument, NULL, OPT_ABSTRACTIONS },
	{ "prove", no_argument, NULL, OPT_PROVE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "steps", required_argument, NULL, OPT_STEPS },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

struct arguments {
	struct scope scope;
	struct bounds bounds;
	const char *json;
	bool list, prove;
	unsigned long seed, steps;
};

static bool number(const char *text, unsigned long min, unsigned long max, unsigned long *n)
{
	char *end;

	*n = strtoul(text, &end, 0);
	if (*text && !*end && *n >= min && *n <= max)
		return true;
	fprintf(stderr, "lm-explore: '%s' is no number from %lu to %lu\n", text, min, max);
	return false;
}

static bool take(struct arguments *a, int opt)
{
	unsigned long n = 0;
	bool ok;

	switch (opt) {
	case OPT_VFS:
		ok = number(optarg, 1, MAX_VFS, &n);
		a->scope.vfs = (unsigned int)n;
		return ok;
	case OPT_PAIRS:
		ok = number(optarg, 1, MAX_PAIRS, &n);
		a->scope.pairs = (unsigned int)n;
		return ok;
	case OPT_ENTRIES:
		ok = number(optarg, 2, MAX_ENTRIES, &n);
		a->scope.entries = (unsigned int)n;
		return ok;
	case OPT_PF_DEPTH:
		ok = number(optarg, 1, PF_CIDS, &n);
		a->scope.depth = (unsigned int)n;
		return ok;
	case OPT_LEAN:
		a->scope.lean = true;
		return true;
	case OPT_STATES:
		ok = number(optarg, 1, UINT32_MAX - 1, &n);
		a->bounds.states = n;
		return ok;
	case OPT_DEPTH:
		ok = number(optarg, 1, 100000, &n);
		a->bounds.depth = (unsigned int)n;
		return ok;
	case OPT_SECONDS:
		ok = number(optarg, 1, 1000000, &n);
		a->bounds.seconds = (unsigned int)n;
		return ok;
	case OPT_SEED:
		return number(optarg, 0, ~0ul, &a->seed);
	case OPT_STEPS:
		return number(optarg, 1, 1000000000, &a->steps);
	case OPT_DEFECT:
#ifdef LM_DEFECTS
		ok = number(optarg, 1, 9999, &n);
		a->scope.defect = (unsigned int)n;
		return ok;
#else
		fprintf(stderr,
			"lm-explore: defects exist in the defect build only: make VARIANT=defects\n");
		return false;
#endif
	case OPT_JSON:
		a->json = optarg;
		return true;
	case OPT_ABSTRACTIONS:
		a->list = true;
		return true;
	case OPT_PROVE:
		a->prove = true;
		return true;
	default:
		return false;
	}
}

static void print_json(FILE *f, const struct arguments *a, const struct outcome *o)
{
	fprintf(f,
		"{\"vfs\":%u,\"pairs\":%u,\"entries\":%u,\"pf_depth\":%u,\"lean\":%s,\"complete\":%s,\"violation\":%s,"
		"\"states\":%llu,\"transitions\":%llu,\"depth\":%u,\"left\":%llu,\"states_per_second\":%.0f}\n",
		a->scope.vfs, a->scope.pairs, a->scope.entries, a->scope.depth,
		a->scope.lean ? "true" : "false", o->complete ? "true" : "false",
		o->violated ? "true" : "false", (unsigned long long)o->states,
		(unsigned long long)o->transitions, o->depth, (unsigned long long)o->left,
		(double)o->states / o->seconds);
}

static void print(const struct arguments *a, const struct outcome *o)
{
	unsigned int i;
	char name[96];

	printf("%u VF, %u I/O queue pair of %u entries, %u commands of the PF at a time%s: %s\n",
	       a->scope.vfs, a->scope.pairs, a->scope.entries, a->scope.depth,
	       a->scope.lean ? ", lean" : "",
	       o->violated ? "VIOLATION" :
	       o->complete ? "COMPLETE" :
			     "PARTIAL");
	printf("%llu states, %llu transitions, depth %u, %.0f states per second",
	       (unsigned long long)o->states, (unsigned long long)o->transitions, o->depth,
	       (double)o->states / o->seconds);
	if (o->left)
		printf("; %llu states not followed", (unsigned long long)o->left);
	printf("\n");
	for (i = 0; i < CHECKS; i++)
		printf("%12llu times: %s\n", (unsigned long long)o->checks[i], check_names[i]);
	if (!o->violated)
		return;
	printf("violated: %s\nafter these %u actions:\n", o->text, o->trace_length);
	for (i = 0; i < o->trace_length; i++) {
		action_name(&o->trace[i], name, sizeof(name));
		printf("%4u  %s\n", i + 1, name);
	}
}

static int explore(const struct arguments *a)
{
	struct outcome o;
	FILE *f;
	int ret;

	search(&a->scope, &a->bounds, &o);
	print(a, &o);
	ret = o.violated;
	free(o.trace);
	if (!a->json)
		return ret;
	f = fopen(a->json, "w");
	if (!f) {
		perror(a->json);
		return 2;
	}
	print_json(f, a, &o);
	return fclose(f) ? 2 : ret;
}

int main(int argc, char **argv)
{
	struct arguments a = {
		.scope = { .vfs = 1, .pairs = 1, .entries = 2, .depth = 2 },
		.seed = 1,
		.steps = 100000,
	};
	unsigned int i;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == OPT_HELP) {
			usage(stdout);
			return 0;
		}
		if (!take(&a, opt)) {
			usage(stderr);
			return 2;
		}
	}
	if (optind != argc) {
		usage(stderr);
		return 2;
	}
	if (a.list) {
		for (i = 0; i < num_abstractions; i++)
			printf("%-14s %s\n", abstractions[i].name, abstractions[i].why);
		return 0;
	}
	return a.prove ? !prove(a.seed, a.steps) : explore(&a);
}
