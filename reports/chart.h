/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* How a measured value grows, as a line in a drawing. */
#ifndef RP_CHART_H
#define RP_CHART_H

#include <stdbool.h>

#include <jansson.h>

#include "out.h"

/* Whether this is a series as bench.h has them. */
bool rp_chart_valid(const json_t *series);

/*
 * An SVG element: the axis doubles from mark to mark, the values begin at 0, a bar spans
 * the interval of each. The numbers stand in a table below it.
 */
void rp_html_chart(struct rp_out *out, const json_t *series);

#endif
