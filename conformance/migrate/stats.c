/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "stats.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * The largest k with P(fewer than k of n values are below the median) at most
 * 2.5 %: the median is between the k-th smallest and the k-th largest value.
 */
static size_t rank(size_t n)
{
	double term = 1, below = 0;
	size_t k, i;

	for (i = 0; i < n; i++)
		term /= 2;
	for (k = 0; k < n / 2; k++) {
		below += term;
		if (below > 0.025)
			break;
		term = term * (double)(n - k) / (double)(k + 1);
	}
	return k;
}

struct mg_median mg_median(double *v, size_t n)
{
	struct mg_median m;
	size_t k = rank(n);

	qsort(v, n, sizeof(*v), compare);
	m.median = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
	m.low = v[k ? k - 1 : 0];
	m.high = v[n - (k ? k : 1)];
	return m;
}
