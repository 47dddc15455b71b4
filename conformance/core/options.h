/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The options of "run". */
#ifndef CT_OPTIONS_H
#define CT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ct-row.h"

#define CT_DEFAULT_SEED UINT64_C(0x6E766D652D6C6D31)
#define CT_DEFAULT_TIME_LIMIT 120.0

enum ct_profile {
	CT_PROFILE_AUTO,
	CT_PROFILE_RFC,
	CT_PROFILE_PROPOSAL,
};

struct ct_options {
	const char *target; /* as given: NAME or NAME:ARGUMENT */
	const struct ct_target_ops *ops;
	const char *argument; /* behind the colon, or "" */
	enum ct_profile profile;
	const char **filters; /* as given; "-" in front excludes */
	size_t num_filters;
	bool has_case;
	unsigned int case_index;
	uint64_t seed;
	unsigned int shard, shards; /* shard of shards, from 0 */
	const char *waivers;
	const char *expect_na;
	const char *log;
	const char *resume;
	const char *rows_from; /* path, the ":failed" taken off */
	double time_limit; /* seconds of a case */
	double total_time_limit; /* seconds of the run, 0 = none */
	const char *i_own;
	bool expect_absent;
	bool list_cases;
	bool quiet;
	bool verbose;
	struct ct_scratch scratch;
};

/**
 * ct_options_parse() - read the arguments of "run"
 *
 * A bad option ends the program with one line and exit code 2, --help prints
 * the help and ends it with 0.
 */
void ct_options_parse(struct ct_options *o, int argc, char **argv);

/** ct_options_target() - set the target; ends the program where it is unknown */
void ct_options_target(struct ct_options *o, const char *target);

/** ct_profile_name(), ct_profile_parse() - the latter returns -1 for an unknown name */
const char *ct_profile_name(enum ct_profile profile);
int ct_profile_parse(const char *name);

/** ct_parse_uint() - a whole string as decimal or 0x number up to max; false where it is none */
bool ct_parse_uint(const char *s, uint64_t max, uint64_t *value);

/** ct_parse_shard() - I/N with I from 0 to N-1 into the options; false where it is none */
bool ct_parse_shard(const char *s, struct ct_options *o);

#endif
