/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The runner's side of a row: processes one after another until every case has a result. */
#ifndef CT_ROWRUN_H
#define CT_ROWRUN_H

#include "child.h"
#include "result.h"

struct ct_rowrun {
	struct ct_child job; /* what the processes are to do */
	double run_deadline; /* by ct_now() */
	void *user;
	/* a case got its result; takes over nothing. Not 0 stops the run */
	int (*result)(void *user, struct ct_result *r);
	/* --list-cases */
	void (*name)(void *user, unsigned int index, const char *name);
};

enum ct_rowrun_end {
	CT_ROW_DONE,
	CT_ROW_STOPPED, /* result() said so */
	CT_ROW_INTERRUPTED, /* by a signal */
	CT_ROW_OUT_OF_TIME, /* of the whole run */
	CT_ROW_BROKEN, /* the target cannot be opened any more: reason */
};

/**
 * ct_rowrun_recover() - at the end of the run: bring back what its last process left behind
 *
 * Return: 0, or -1 where the target could not be recovered.
 */
int ct_rowrun_recover(struct ct_rowrun *run);

/**
 * ct_rowrun() - run (or list) all cases of a row that are selected
 * @row: gets .cases, and a verdict and reason where something happened outside any case
 */
enum ct_rowrun_end ct_rowrun(struct ct_rowrun *run, struct ct_row_result *row);

#endif
