/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "hunt.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "guard.h"
#include "interrupt.h"
#include "lm-mutant.h"
#include "process.h"
#include "registry.h"
#include "rowrun.h"
#include "say.h"

/* A process that runs a row gets so much more processor time than the row takes. */
#define CPU_FACTOR 10
#define CPU_LEAST 300 /* milliseconds */
#define MEMORY_MOST (UINT64_C(2) << 30)
#define WALL_LIMIT 120.0

static struct ct_options options;
static struct ct_probe *probe;
static double cpu_limit = CPU_LEAST; /* of the next process, in milliseconds */

static void *shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		ct_die("out of memory");
	return p;
}

/* What a mutant makes of a row is bounded: in the child of each fork. */
static void limit_child(void)
{
	const struct itimerval cpu = {
		.it_value = { (time_t)(cpu_limit / 1000),
			      (suseconds_t)((long)(cpu_limit * 1000) % 1000000) },
	};
	const struct rlimit memory = { MEMORY_MOST, MEMORY_MOST };

	setitimer(ITIMER_PROF, &cpu, NULL);
	setrlimit(RLIMIT_AS, &memory);
}

static bool survives(enum hunt_end end)
{
	return end == HUNT_UNREACHED || end == HUNT_SURVIVED;
}

/* One row against the mutant that is set; the first finding ends it. */
struct one {
	enum ct_verdict verdict;
	char reason[CT_REASON_LENGTH];
};

static bool says_wrong(enum ct_verdict v)
{
	return v == CT_WARN || v == CT_HUNG || v == CT_ERROR || v == CT_FAIL;
}

static int take(void *user, struct ct_result *r)
{
	struct one *one = user;

	if (!says_wrong(r->verdict))
		return 0;
	one->verdict = r->verdict;
	snprintf(one->reason, sizeof(one->reason), "%s", r->reason);
	return 1;
}

static enum hunt_end judge(const struct one *one)
{
	if (one->verdict == CT_HUNG || strstr(one->reason, "SIGPROF"))
		return HUNT_HUNG;
	return one->verdict == CT_ERROR ? HUNT_CRASHED : HUNT_FAILED;
}

static enum hunt_end run_row(struct ct_rowrun *run, const struct ct_row *row)
{
	struct ct_row_result result = { .row = row };
	static struct one one;
	enum ct_rowrun_end end;

	one = (struct one){ 0 };
	run->user = &one;
	run->job.recover = false;
	end = ct_rowrun(run, &result);
	if (end == CT_ROW_INTERRUPTED)
		exit(CT_EXIT_PARTIAL);
	if (end == CT_ROW_BROKEN)
		return HUNT_CRASHED;
	if (one.verdict == CT_NOT_APPLICABLE && says_wrong(result.verdict)) {
		one.verdict = result.verdict;
		snprintf(one.reason, sizeof(one.reason), "%s", result.reason);
	}
	return says_wrong(one.verdict) ? judge(&one) : HUNT_SURVIVED;
}

static void prepare_rowrun(struct ct_rowrun *run)
{
	char why[96];

	*run = (struct ct_rowrun){
		.job = {
			.o = &options,
			.probe = probe,
			.ct = shared(sizeof(struct ct)),
			.proposal = true,
			.guard_open = ct_guard_open(probe, NULL, why, sizeof(why)),
		},
		.run_deadline = ct_now() + 1e9,
		.result = take,
	};
}

/* Workers take pieces of work until there is none left; the parent waits for all. */
static void in_parallel(struct hunt *hunt, unsigned int pieces,
			void (*work)(struct hunt *hunt, struct ct_rowrun *run, unsigned int i))
{
	unsigned int i, failed = 0;
	int status;

	atomic_store(hunt->next, 0);
	fflush(NULL);
	for (i = 0; i < hunt->jobs; i++) {
		struct ct_rowrun run;

		if (fork())
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_atfork(NULL, NULL, limit_child);
		prepare_rowrun(&run);
		while ((i = atomic_fetch_add(hunt->next, 1)) < pieces)
			work(hunt, &run, i);
		exit(0);
	}
	while (wait(&status) > 0)
		failed += status != 0;
	if (failed || ct_interrupted())
		ct_die("interrupted");
}

/* Processor time of the children so far, in seconds. */
static double children_time(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void explore_row(struct hunt *hunt, struct ct_rowrun *run, unsigned int i)
{
	const struct ct_row *row = hunt->selection.row[i].row;
	enum ct_verdict verdict;
	char reason[CT_REASON_LENGTH];
	double began = children_time();

	if (!ct_gate_row(probe, &options, row, &verdict, reason, sizeof(reason)))
		return;
	lm_mutant_reached = hunt->reach + (size_t)i * LM_MUTANTS_MAX;
	cpu_limit = 60000;
	if (run_row(run, row) != HUNT_SURVIVED)
		ct_die("row %s fails without a mutant", row->id);
	hunt->ms[i] = (children_time() - began) * 1000;
}

void hunt_prepare(struct hunt *hunt, int argc, char **argv)
{
	size_t rows;

	if (ct_registry_init())
		ct_die("the program's rows are not consistent");
	ct_options_parse(&options, argc, argv);
	options.time_limit = WALL_LIMIT;
	if (!options.target)
		ct_options_target(&options, "model");
	ct_select(&hunt->selection, &options, NULL);
	ct_signals_init();
	rows = hunt->selection.count;
	hunt->reach = shared(rows * LM_MUTANTS_MAX);
	hunt->ms = shared(rows * sizeof(*hunt->ms));
	hunt->kills = shared(rows * sizeof(*hunt->kills));
	hunt->next = shared(sizeof(*hunt->next));
	hunt->result = shared(hunt->list->count * sizeof(*hunt->result));
	if (!ct_probe(&options, &probe))
		ct_die("interrupted");
	in_parallel(hunt, (unsigned int)rows, explore_row);
	units_prepare(&hunt->units);
}

static bool reaches(const struct hunt *hunt, unsigned int row, unsigned int number)
{
	return hunt->reach[(size_t)row * LM_MUTANTS_MAX + number];
}

/* The row that is likely to kill the mutant soonest, of those not tried; -1 for none. */
static int best_row(const struct hunt *hunt, unsigned int number, const bool *tried)
{
	double best = -1, worth;
	int found = -1;
	unsigned int i;

	for (i = 0; i < hunt->selection.count; i++) {
		if (tried[i] || !reaches(hunt, i, number))
			continue;
		worth = (atomic_load(&hunt->kills[i]) + 0.1) / (hunt->ms[i] + 5);
		if (worth > best) {
			best = worth;
			found = (int)i;
		}
	}
	return found;
}

static const char *killer(const struct hunt *hunt, const struct hunt_result *r)
{
	const char *path, *slash;

	if (survives(r->end))
		return "-";
	if (r->end != HUNT_UNIT)
		return hunt->selection.row[r->row].row->id;
	path = hunt->units.unit[r->row].path;
	slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

void hunt_print(const struct hunt *hunt, unsigned int number, FILE *f)
{
	static const char *const name[] = {
		[HUNT_PENDING] = "pending",   [HUNT_UNREACHED] = "unreached",
		[HUNT_SURVIVED] = "survived", [HUNT_FAILED] = "failed",
		[HUNT_CRASHED] = "crashed",   [HUNT_HUNG] = "hung",
		[HUNT_UNIT] = "unit",
	};
	const struct hunt_result *r = &hunt->result[number];
	const struct mutant *m = &hunt->list->mutant[number];

	fprintf(f, "%u\t%s\t%s\t%s:%u\t%s\n", number, name[r->end], killer(hunt, r), m->file,
		m->line, m->identity);
}

/* So that a campaign that is cut short leaves what it found. */
static void note(const struct hunt *hunt, unsigned int number)
{
	FILE *f = fopen(hunt->path, "a");

	if (!f)
		return;
	hunt_print(hunt, number, f);
	fclose(f);
}

static void try_units(struct hunt *hunt, unsigned int number)
{
	struct hunt_result *result = &hunt->result[number];
	bool reached = false;
	int unit = units_kill(&hunt->units, number, &reached);

	if (unit >= 0)
		*result = (struct hunt_result){ HUNT_UNIT, (unsigned int)unit };
	else if (reached)
		result->end = HUNT_SURVIVED;
}

static void hunt_one(struct hunt *hunt, struct ct_rowrun *run, unsigned int i)
{
	unsigned int number = hunt->order[i];
	struct hunt_result *result = &hunt->result[number];
	bool *tried = calloc(hunt->selection.count, sizeof(*tried));
	int row;

	if (!tried)
		ct_die("out of memory");
	lm_mutant = number;
	result->end = HUNT_UNREACHED;
	while ((row = best_row(hunt, number, tried)) >= 0) {
		tried[row] = true;
		cpu_limit = CPU_LEAST + hunt->ms[row] * CPU_FACTOR;
		result->end = run_row(run, hunt->selection.row[row].row);
		result->row = (unsigned int)row;
		if (result->end == HUNT_SURVIVED)
			continue;
		atomic_fetch_add(&hunt->kills[row], 1);
		break;
	}
	lm_mutant = 0;
	if (survives(result->end))
		try_units(hunt, number);
	note(hunt, number);
	free(tried);
}

void hunt_all(struct hunt *hunt)
{
	FILE *f = fopen(hunt->path, "w");

	if (!f || fclose(f))
		ct_die("%s cannot be written", hunt->path);
	in_parallel(hunt, hunt->num, hunt_one);
}
