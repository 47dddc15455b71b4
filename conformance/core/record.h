/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The records of cases, rows and the end in the log. */
#ifndef CT_RECORD_H
#define CT_RECORD_H

#include <jansson.h>

#include "outcome.h"
#include "result.h"

/** @replay: the command line, or NULL where the case passed */
json_t *ct_record_case(const struct ct_row *row, const struct ct_result *r, const char *replay);

json_t *ct_record_row(const struct ct_row_result *r);

json_t *ct_record_end(const struct ct_outcome *o, int code, const char *why, size_t rows,
		      double ms);

#endif
