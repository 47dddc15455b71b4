/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a run prints: a progress line on a terminal, a line per row in a pipe. */
#ifndef CT_PROGRESS_H
#define CT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "result.h"

struct ct_progress {
	bool terminal;
	bool quiet;
	bool verbose;
	size_t rows; /* of the run */
	size_t at; /* row under way, from 1 */
	double shown;
};

void ct_progress_init(struct ct_progress *p, size_t rows, bool quiet, bool verbose);
/** ct_progress_row() - a row begins */
void ct_progress_row(struct ct_progress *p, const struct ct_row *row);
/** ct_progress_case() - a case is over */
void ct_progress_case(struct ct_progress *p, const struct ct_row *row, const struct ct_result *r);
/** ct_progress_verdict() - a row is over */
void ct_progress_verdict(struct ct_progress *p, const struct ct_row_result *r);
/** ct_progress_end() - clear the progress line */
void ct_progress_end(struct ct_progress *p);

#endif
