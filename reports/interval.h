/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The median of a sample and an interval for it that assumes nothing of its distribution. */
#ifndef RP_INTERVAL_H
#define RP_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

#define RP_INTERVAL_MIN 10 /* values; fewer make no interval */

struct rp_interval {
	double median;
	double low; /* both are values of the sample */
	double high;
	double confidence; /* at least 0.95: that the true median is within */
};

/*
 * The narrowest interval between two order statistics, as far from either end, that
 * holds the median with 95 %. Sorts the values. False where there are too few.
 */
bool rp_interval(double *values, size_t n, struct rp_interval *interval);

/* The median alone; sorts the values; n at least 1. */
double rp_median(double *values, size_t n);

#endif
