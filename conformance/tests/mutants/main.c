/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * mutants LIST SURVIVORS RESULTS [--file NAME] [--sample N/SEED] [--at-least PERCENT] [--number N]...
 * [--survivors RESULTS] [--unit PROGRAM]...: run the rows, and then unit tests, against the mutants
 * of the model's core, and compare those that survive with those that are known to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hunt.h"
#include "lm-mutant.h"
#include "random.h"
#include "report.h"
#include "say.h"

struct request {
	const char *file; /* only mutants of this file */
	unsigned int least; /* percent that have to be killed; 0: all but those known to survive */
	unsigned int sample; /* so many of them, 0 = all */
	const char *seed;
	unsigned int number[LM_MUTANTS_MAX];
	unsigned int numbers;
};

/* Those that survived a former campaign of the same mutants. */
static void read_survivors(struct request *r, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL, end[16];
	size_t size = 0;
	unsigned int number;

	if (!f)
		ct_die("%s cannot be read", path);
	while (getline(&line, &size, f) > 0)
		if (sscanf(line, "%u %15s", &number, end) == 2 && r->numbers < LM_MUTANTS_MAX &&
		    (!strcmp(end, "survived") || !strcmp(end, "unreached")))
			r->number[r->numbers++] = number;
	free(line);
	fclose(f);
}

static void parse(struct request *r, struct units *units, int argc, char **argv)
{
	char *end;
	int i;

	for (i = 4; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--file")) {
			r->file = argv[i + 1];
		} else if (!strcmp(argv[i], "--sample")) {
			r->sample = (unsigned int)strtoul(argv[i + 1], &end, 10);
			r->seed = *end ? end + 1 : "";
		} else if (!strcmp(argv[i], "--at-least")) {
			r->least = (unsigned int)strtoul(argv[i + 1], NULL, 10);
		} else if (!strcmp(argv[i], "--unit") && units_add(units, argv[i + 1])) {
			continue;
		} else if (!strcmp(argv[i], "--survivors")) {
			read_survivors(r, argv[i + 1]);
		} else if (!strcmp(argv[i], "--number") && r->numbers < LM_MUTANTS_MAX) {
			r->number[r->numbers++] = (unsigned int)strtoul(argv[i + 1], NULL, 10);
		} else {
			break;
		}
	}
	if (i != argc || argc < 4)
		ct_die("usage: mutants LIST SURVIVORS RESULTS [--file NAME] [--sample N/SEED] [--at-least PERCENT] [--number N]... [--survivors RESULTS] [--unit PROGRAM]...");
}

static bool wanted(const struct request *r, const struct mutant *m)
{
	unsigned int i;

	if (r->file && strcmp(r->file, m->name))
		return false;
	for (i = 0; i < r->numbers; i++)
		if (r->number[i] == m->number)
			return true;
	return !r->numbers;
}

static const char *sample_seed;
static const struct mutant_list *sample_list;

/* By a hash of seed and identity, which is the same while the mutant is. */
static uint64_t rank(unsigned int number)
{
	return ct_hash(sample_list->mutant[number].identity) ^
	       ct_hash(sample_seed) * 0x9E3779B97F4A7C15u;
}

static int by_rank(const void *a, const void *b)
{
	uint64_t x = rank(*(const unsigned int *)a), y = rank(*(const unsigned int *)b);

	return x < y ? -1 : x > y;
}

static void choose(struct hunt *hunt, const struct request *r)
{
	unsigned int i;

	hunt->order = calloc(hunt->list->count, sizeof(*hunt->order));
	if (!hunt->order)
		ct_die("out of memory");
	for (i = 1; i < hunt->list->count; i++)
		if (wanted(r, &hunt->list->mutant[i]))
			hunt->order[hunt->num++] = i;
	if (!r->sample)
		return;
	sample_seed = r->seed;
	sample_list = hunt->list;
	qsort(hunt->order, hunt->num, sizeof(*hunt->order), by_rank);
	if (hunt->num > r->sample)
		hunt->num = r->sample;
}

int main(int argc, char **argv)
{
	static struct request request;
	struct mutant_list list;
	struct hunt hunt = { .list = &list, .path = argc > 3 ? argv[3] : NULL };
	unsigned int stale;
	char *none[] = { "run", NULL };

	parse(&request, &hunt.units, argc, argv);
	mutants_load(&list, argv[1]);
	stale = survivors_load(&list, argv[2]);
	hunt.jobs = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	hunt_prepare(&hunt, 1, none);
	choose(&hunt, &request);
	hunt_all(&hunt);
	return report(&hunt, stale, request.least) ? CT_EXIT_FAIL : CT_EXIT_PASS;
}
