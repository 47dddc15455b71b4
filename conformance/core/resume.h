/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reading a log back: to go on with it, or to run again what failed in it. */
#ifndef CT_RESUME_H
#define CT_RESUME_H

#include <jansson.h>
#include <sys/types.h>

#include "options.h"
#include "result.h"
#include "waiver.h"

struct ct_old_log {
	const char *path;
	json_t *environment;
	json_t *rows; /* ID to the last row record */
	json_t *end; /* NULL: the run did not end */
	off_t length; /* of whole lines */
	unsigned int cut; /* bytes of a last line that is not whole */
};

/**
 * ct_old_log_read() - ends the program where it is unreadable, or no log of ours
 *
 * A last line that is not whole is left out.
 */
void ct_old_log_read(struct ct_old_log *log, const char *path);

/**
 * ct_resume_options() - what the log's run was asked: target, profile, seed, shard, filters
 *
 * Ends the program where the log is of another suite version or specification,
 * or an option given now says otherwise.
 */
void ct_resume_options(const struct ct_old_log *log, struct ct_options *o);

/** ct_resume_check() - ends the program where another device than the log's was found */
void ct_resume_check(const struct ct_old_log *log, const json_t *environment);

/**
 * ct_resume_row() - take a row's result over from the log
 *
 * Return: false where it has none that stands (it was cut, or NOT RUN).
 */
bool ct_resume_row(const struct ct_old_log *log, struct ct_row_result *r);

/** ct_failed_rows() - IDs of the rows that failed, ended by NULL, for free(); ends the program if there are none */
const char **ct_failed_rows(const struct ct_old_log *log);

#endif
