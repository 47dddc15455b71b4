/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Two devices side by side: the same random steps, and what can be seen after
 * each of them. Each finds the other's mistakes, and both together those of
 * the text.
 *
 * usage: differential [--seed N] [--steps N] TARGET TARGET
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define LENGTH 100 /* steps from power-on to power-on */

static bool fails(struct diff_run *run, const struct diff_step *steps, unsigned int num,
		  unsigned int *taken)
{
	diff_begin(run);
	*taken = 0;
	if (run->difference[0])
		return true;
	while (*taken < num)
		if (!diff_take(run, &steps[(*taken)++]))
			return true;
	return false;
}

/* Drop ever smaller runs of steps as long as what is left still fails. */
static unsigned int shrink(struct diff_run *run, struct diff_step *steps, unsigned int num)
{
	struct diff_step trial[LENGTH];
	unsigned int taken;

	for (unsigned int length = num / 2 ? num / 2 : 1; length >= 1; length /= 2)
		for (unsigned int at = 0; at + length <= num;) {
			memcpy(trial, steps, at * sizeof(*steps));
			memcpy(trial + at, steps + at + length,
			       (num - at - length) * sizeof(*steps));
			if (fails(run, trial, num - length, &taken)) {
				num = taken;
				memcpy(steps, trial, num * sizeof(*steps));
			} else {
				at += length;
			}
		}
	return num;
}

static void show(struct diff_run *run, struct diff_step *steps, unsigned int num, uint64_t seed,
		 uint64_t before)
{
	unsigned int taken;
	char line[160];

	printf("difference at step %llu of seed 0x%llX, shown by:\n",
	       (unsigned long long)(before + num), (unsigned long long)seed);
	num = shrink(run, steps, num);
	fails(run, steps, num, &taken);
	for (unsigned int i = 0; i < num; i++) {
		diff_describe(&steps[i], line, sizeof(line));
		printf("  %u. %s\n", i + 1, line);
	}
	printf("  %s\n", run->difference);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (end == text || *end) {
		fprintf(stderr, "differential: '%s' is not a number\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "seed", required_argument, NULL, 's' },
						 { "steps", required_argument, NULL, 'n' },
						 { 0 } };
	static struct diff_run run;
	struct diff_step steps[LENGTH];
	struct ct_random random;
	uint64_t seed = UINT64_C(0x6E766D652D6C6D31), limit = 5000, done = 0;
	unsigned int taken;
	int option;
	bool differ = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 's')
			seed = number(optarg);
		else if (option == 'n')
			limit = number(optarg);
		else
			return 2;
	if (argc - optind != 2) {
		fprintf(stderr, "usage: differential [--seed N] [--steps N] TARGET TARGET\n");
		return 2;
	}
	for (int i = 0; i < 2; i++)
		diff_open(&run.link[i], argv[optind + i]);
	ct_random_seed(&random, seed);
	while (done < limit && !differ) {
		for (unsigned int i = 0; i < LENGTH; i++)
			steps[i] = diff_draw(&random);
		differ = fails(&run, steps, LENGTH, &taken);
		if (differ)
			show(&run, steps, taken, seed, done);
		done += taken;
	}
	for (int i = 0; i < 2; i++)
		diff_close(&run.link[i]);
	if (!differ)
		printf("seed 0x%llX: %llu steps, no difference\n", (unsigned long long)seed,
		       (unsigned long long)done);
	printf("%u passed, %u failed\n", !differ, differ);
	return differ;
}
