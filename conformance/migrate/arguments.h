/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The options of "migrate". */
#ifndef MG_ARGUMENTS_H
#define MG_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "ct-row.h"

#define MG_CHUNK_MIXED UINT32_MAX /* each image by another size of parts */

struct mg_arguments {
	const char *target, *to; /* as given; to may be NULL */
	const char *i_own[2];
	unsigned int num_i_own;
	unsigned int vf, to_vf; /* 0 = any */
	uint64_t count; /* migrations */
	double seconds; /* instead of the count, 0 = by the count */
	uint32_t pairs, depth;
	uint32_t cq_entries; /* 0 = as the SQs */
	uint64_t seed;
	uint32_t chunk; /* 0 = in one piece */
	struct ct_scratch scratch;
	const char *save_to, *load_from;
	const char *json;
	bool by_driver;
	bool blackout;
	unsigned int rounds;
	bool has_fault;
	struct ct_fault fault; /* for the first image */
	double time_limit; /* of opening a target */
};

/**
 * mg_arguments_parse() - read the arguments of "migrate"
 *
 * A bad option ends the program with one line and exit code 2, --help prints
 * the help and ends it with 0.
 */
void mg_arguments_parse(struct mg_arguments *o, int argc, char **argv);

#endif
