/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdlib.h>

#include "interval.h"

#define CONFIDENCE 0.95

static int order(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double rp_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), order);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/*
 * How many values lie below the true median is binomial with p = 1/2. The interval
 * from the k-th smallest to the k-th largest misses it where that is below k at
 * either end.
 */
bool rp_interval(double *values, size_t n, struct rp_interval *interval)
{
	double probability = 1; /* of exactly k values below */
	double tail = 0; /* of fewer than k */
	size_t k = 0;
	size_t i;

	if (n < RP_INTERVAL_MIN)
		return false;
	interval->median = rp_median(values, n);
	for (i = 0; i < n; i++)
		probability /= 2;
	while (1 - 2 * (tail + probability) >= CONFIDENCE) {
		tail += probability;
		probability = probability * (double)(n - k) / (double)(k + 1);
		k++;
	}
	interval->low = values[k - 1];
	interval->high = values[n - k];
	interval->confidence = 1 - 2 * tail;
	return true;
}
