/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The median of a few measurements, and how sure it is. */
#ifndef MG_STATS_H
#define MG_STATS_H

#include <stddef.h>

struct mg_median {
	double median;
	double low, high; /* an interval of at least 95 % for the median, by order statistics */
};

/** mg_median() - of n values, which get sorted; with few values the interval is all of them */
struct mg_median mg_median(double *v, size_t n);

#endif
