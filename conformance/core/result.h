/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What came out of a case and of a row. */
#ifndef CT_RESULT_H
#define CT_RESULT_H

#include <jansson.h>
#include <stdbool.h>

#include "case.h"

struct ct_result {
	unsigned int index;
	enum ct_verdict verdict;
	bool gate; /* found by the runner after the row's own function */
	unsigned int checks;
	double ms;
	char name[CT_NAME_LENGTH];
	char reason[CT_REASON_LENGTH];
	char where[CT_WHERE_LENGTH];
	json_t *trace; /* array of strings, or NULL */
};

struct ct_row_result {
	const struct ct_row *row;
	bool finished; /* its verdict stands */
	bool kept; /* taken over from a log that is resumed */
	enum ct_verdict verdict;
	enum ct_verdict folded; /* of its cases; the verdict where there are none */
	char reason[CT_REASON_LENGTH];
	unsigned int cases; /* that the row has in all */
	unsigned int counts[CT_VERDICT_COUNT]; /* of its cases in this run */
	enum ct_verdict worst; /* case of the reason, where there is one */
	unsigned int checks;
	unsigned int reached[CT_MAX_STATES][CT_MAX_EVENTS];
	double ms;
};

#endif
