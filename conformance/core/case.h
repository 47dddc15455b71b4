/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A case that is running. It lies in memory shared with the runner, so that
 * what it did so far outlives a crash of the process that runs it.
 */
#ifndef CT_CASE_H
#define CT_CASE_H

#include "ct-row.h"
#include "fold.h"
#include "random.h"

#define CT_TRACE_LINES 256
#define CT_TRACE_LENGTH 200
#define CT_REASON_LENGTH 1024
#define CT_WHERE_LENGTH 192
#define CT_NAME_LENGTH 96
#define CT_MAX_STATES 8
#define CT_MAX_EVENTS 64

struct ct {
	const struct ct_row *row;
	struct ct_target *target;
	bool proposal;
	unsigned int version; /* of the proposal, as the device reports it; 0 = without UUID */
	bool five_allowed;
	struct ct_scratch scratch;
	unsigned int index;
	uint64_t seed;
	struct ct_random random;
	bool gate; /* the row's own function has returned: what fails now is a gate of the runner */
	enum ct_verdict verdict;
	unsigned int checks;
	char name[CT_NAME_LENGTH];
	char reason[CT_REASON_LENGTH];
	char where[CT_WHERE_LENGTH];
	unsigned int lines; /* of trace, all */
	char trace[CT_TRACE_LINES][CT_TRACE_LENGTH]; /* the last of them, as a ring */
	unsigned int reached[CT_MAX_STATES][CT_MAX_EVENTS];
};

/** ct_case_begin() - forget the last case; row, target, profile, guard and scratch stay */
void ct_case_begin(struct ct *ct, unsigned int index, uint64_t seed);

/**
 * ct_case_verdict() - a finding about the case
 *
 * The greater verdict stays (fold.h); of equal ones the first finding's
 * reason.
 */
void ct_case_verdict(struct ct *ct, enum ct_verdict v, const char *file, unsigned int line,
		     const char *reason);

/** ct_case_finish() - the case is over: the gate "executed no check" */
void ct_case_finish(struct ct *ct);

#endif
