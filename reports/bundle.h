/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef RP_BUNDLE_H
#define RP_BUNDLE_H

#include "log.h"
#include "members.h"

/*
 * The members that are made from a log: environment, waivers, then the reports.
 * The log itself and the sums are the caller's. False, with a line on stderr,
 * when memory streams fail.
 */
bool rp_bundle_derive(struct rp_bundle *b, const struct rp_log *log);

/* A log that is in memory, named as in a bundle; NULL with a line in error. */
struct rp_log *rp_bundle_log(char *data, size_t size, char *error, size_t room);

#endif
