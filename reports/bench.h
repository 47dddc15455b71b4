/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Measurements as ratios, one JSON object in a file:
 *   type: "bench"; revision: what was measured; title: of the section
 *   results: list of
 *     name, unit; rounds: how many; ours, reference: medians
 *     ratio: median of the ratios; low, high, confidence: its interval
 *     min or max: what the interval must not cross; neither: for information
 *     profile: text that says where the time goes, where there is one
 *   series: list of what grows, where there are any
 *     title, axis, unit; points: list of x, ascending from 1 on, value, low, high
 */
#ifndef RP_BENCH_H
#define RP_BENCH_H

#include <stdbool.h>

#include <jansson.h>

#include "out.h"

/* Reads and checks a file; NULL after one line on stderr. */
json_t *rp_bench_read(const char *path);

enum rp_bench_verdict {
	RP_BENCH_PASS,
	RP_BENCH_FAIL,
	RP_BENCH_NONE, /* no bound */
};

enum rp_bench_verdict rp_bench_judge(const json_t *result);

/* The rows of an HTML section. */
void rp_html_bench(struct rp_out *out, const json_t *bench);

/* A table for a terminal. */
void rp_bench_print(struct rp_out *out, const json_t *bench);

#endif
