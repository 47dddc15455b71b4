/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The suite's rows against one mutant after another. */
#ifndef MUTANTS_HUNT_H
#define MUTANTS_HUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "mutant-list.h"
#include "select.h"
#include "units.h"

enum hunt_end {
	HUNT_PENDING,
	HUNT_UNREACHED, /* no row's commands lead there */
	HUNT_SURVIVED,
	HUNT_FAILED, /* a row says that the device is wrong */
	HUNT_CRASHED,
	HUNT_HUNG,
	HUNT_UNIT, /* no row kills it, but a unit test of the model */
};

/* What came of one mutant. */
struct hunt_result {
	enum hunt_end end;
	unsigned int row; /* that killed it, in the selection; HUNT_UNIT: the unit test */
};

/* In memory that all workers share. */
struct hunt {
	const char *path; /* gets a line as soon as a mutant is over */
	const struct mutant_list *list;
	struct ct_selection selection;
	struct units units;
	unsigned int jobs;
	unsigned int *order; /* numbers of the mutants to hunt */
	unsigned int num;
	struct hunt_result *result; /* by number */
	unsigned char *reach; /* by row and number */
	double *ms; /* processor time of each row, without a mutant */
	atomic_uint *kills; /* by row */
	atomic_uint *next; /* the next piece of work */
};

/* Select all rows, probe the model, and find which row and unit test reach which mutant. */
void hunt_prepare(struct hunt *hunt, int argc, char **argv);

/* A line of the results: number, what came of it, row, place, identity. */
void hunt_print(const struct hunt *hunt, unsigned int number, FILE *f);

/* Run each mutant of order[] until a row kills it, or else a unit test. */
void hunt_all(struct hunt *hunt);

#endif
