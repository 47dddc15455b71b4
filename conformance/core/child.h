/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The process that runs a row: it opens the target, runs the row's cases
 * through CMocka, and reports in JSON lines:
 *
 *	{"t":"broken","error":..}        the target cannot be opened: nothing more comes
 *	{"t":"plan","cases":N}
 *	{"t":"name","case":i,"name":..}  where only a list was asked for
 *	{"t":"start","case":i}
 *	{"t":"case",..}                  struct ct_result
 *	{"t":"again"}                    ended HUNG or ERROR: go on in a new process
 *	{"t":"done"}                     the last case is over
 */
#ifndef CT_CHILD_H
#define CT_CHILD_H

#include <jansson.h>

#include "case.h"
#include "options.h"
#include "probe.h"

struct ct_child {
	const struct ct_options *o;
	const struct ct_probe *probe;
	const struct ct_row *row;
	struct ct *ct; /* shared with the runner */
	bool proposal;
	bool guard_open;
	bool names; /* list the cases, run none */
	unsigned int from; /* first case */
	bool recover; /* the last process, also of another row, left the device in an unknown state */
};

/** ct_case_record() - {"t":"case"} of a case as it stands now */
json_t *ct_case_record(const struct ct *ct, double ms);

/** ct_child_recover() - only bring the VFs back; exits with 0 where that worked */
int ct_child_recover(void *arg, int fd);

/** ct_child_run() - arg is a struct ct_child; for ct_process_start() */
int ct_child_run(void *arg, int fd);

#endif
