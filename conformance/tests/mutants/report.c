/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* Counts of one file, or of all. */
struct tally {
	const char *name;
	unsigned int total;
	unsigned int failed, crashed, hung, unit;
	unsigned int survived, unreached;
	unsigned int kind[MUTANT_KINDS]; /* of those that survived */
};

static bool survives(enum hunt_end end)
{
	return end == HUNT_UNREACHED || end == HUNT_SURVIVED;
}

static void count(struct tally *t, const struct mutant *m, const struct hunt_result *r)
{
	t->total++;
	t->failed += r->end == HUNT_FAILED;
	t->crashed += r->end == HUNT_CRASHED;
	t->hung += r->end == HUNT_HUNG;
	t->unit += r->end == HUNT_UNIT;
	t->survived += r->end == HUNT_SURVIVED;
	t->unreached += r->end == HUNT_UNREACHED;
	if (survives(r->end))
		t->kind[m->kind]++;
}

static unsigned int by_rows(const struct tally *t)
{
	return t->failed + t->crashed + t->hung;
}

static unsigned int judged(const struct tally *t)
{
	return t->total - t->kind[MUTANT_EQUIVALENT];
}

static double percent(const struct tally *t, unsigned int part)
{
	return judged(t) ? 100.0 * part / judged(t) : 100.0;
}

static void print_tally(const struct tally *t)
{
	printf("%-16s %6u %7.1f %% %6u %7.1f %% %6u %8u %6u %6u %10u %6u %6u\n", t->name,
	       by_rows(t), percent(t, by_rows(t)), by_rows(t) + t->unit,
	       percent(t, by_rows(t) + t->unit), judged(t), t->failed, t->crashed, t->hung,
	       t->kind[MUTANT_EQUIVALENT], t->kind[MUTANT_OPEN], t->kind[MUTANT_NORMAL]);
}

/* Percent of all that were judged and are not equivalent, rounded down. */
static unsigned int print_tallies(const struct hunt *hunt)
{
	struct tally all = { .name = "all" }, file = { 0 };
	unsigned int i;

	printf("%-16s %6s %9s %6s %9s %6s %8s %6s %6s %10s %6s %6s\n", "file", "rows", "",
	       "+ units", "", "of", "by check", "crash", "time", "equivalent", "open", "new");
	for (i = 1; i < hunt->list->count; i++) {
		const struct mutant *m = &hunt->list->mutant[i];

		if (hunt->result[i].end == HUNT_PENDING)
			continue;
		if (file.name && strcmp(file.name, m->name)) {
			print_tally(&file);
			file = (struct tally){ 0 };
		}
		file.name = m->name;
		count(&file, m, &hunt->result[i]);
		count(&all, m, &hunt->result[i]);
	}
	if (file.name)
		print_tally(&file);
	print_tally(&all);
	return (unsigned int)percent(&all, by_rows(&all) + all.unit);
}

static void write_results(const struct hunt *hunt, const char *path)
{
	FILE *f = fopen(path, "w");
	unsigned int i;

	if (!f)
		ct_die("%s cannot be written", path);
	for (i = 1; i < hunt->list->count; i++) {
		if (hunt->result[i].end != HUNT_PENDING)
			hunt_print(hunt, i, f);
	}
	if (ferror(f) | fclose(f))
		ct_die("%s cannot be written", path);
}

/* Mutants of which the list of survivors says otherwise. */
static unsigned int print_surprises(const struct hunt *hunt)
{
	unsigned int i, n = 0;

	for (i = 1; i < hunt->list->count; i++) {
		const struct mutant *m = &hunt->list->mutant[i];
		const struct hunt_result *r = &hunt->result[i];

		if (r->end == HUNT_PENDING || survives(r->end) == (m->kind != MUTANT_NORMAL))
			continue;
		n++;
		printf("%s:%u: %s %u: %s\n", m->file, m->line,
		       !survives(r->end)	? "is killed, but listed as a survivor" :
		       r->end == HUNT_UNREACHED ? "nothing reaches mutant" :
						  "survives: mutant",
		       i, m->identity);
	}
	return n;
}

bool report(const struct hunt *hunt, unsigned int stale, unsigned int least)
{
	unsigned int surprises = print_surprises(hunt);
	unsigned int killed = print_tallies(hunt);

	write_results(hunt, hunt->path);
	if (least && killed >= least)
		surprises = 0;
	printf("%u passed, %u failed\n", hunt->num - surprises, surprises + stale);
	return surprises || stale;
}
