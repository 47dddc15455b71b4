/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The native log: JSON lines, appended, each written at once. */
#ifndef CT_LOG_H
#define CT_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct ct_log {
	const char *path; /* NULL: none is kept */
	int fd;
	bool regular;
	off_t length; /* of whole lines */
	double synced;
	bool failed; /* a write failed: what is there stays, nothing more comes */
};

/**
 * ct_log_open() - open a log, new or there already; nothing in it changes yet
 *
 * Ends the program with one line where it cannot be written. path may be NULL.
 */
void ct_log_open(struct ct_log *log, const char *path);

/** ct_log_start() - write behind the first keep bytes; what was behind them goes */
void ct_log_start(struct ct_log *log, off_t keep);

/**
 * ct_log_write() - one record; takes over the reference
 *
 * Return: 0, or -1 after one line to stderr; the log then ends behind its last
 * whole line.
 */
int ct_log_write(struct ct_log *log, json_t *record);

/** ct_log_close() - bring everything to the disk; 0, or -1 after one line to stderr */
int ct_log_close(struct ct_log *log);

#endif
