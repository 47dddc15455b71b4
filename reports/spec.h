/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What reports know of the specification and of the suite's proofs. The
 * program has those of its own build (spec.c); the tests of reports have small
 * ones that never change.
 */
#ifndef RP_SPEC_H
#define RP_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "requirements-text.h"

struct rp_spec {
	const char *hash; /* as the log's environment names it */
	const struct lm_requirement_text *reqs; /* up to one with id NULL */
	const struct lm_retired_text *retired; /* likewise */
	const char *proofs; /* the text of conformance/proofs.txt */
	/* row i of the suite: its ID, NULL behind the last; *reqs gets its requirement IDs, by spaces */
	const char *(*row)(size_t i, const char **reqs);
};

const struct rp_spec *rp_spec(void);

/* The requirement, or NULL where the table has no such ID. */
const struct lm_requirement_text *rp_req(const char *id);

/* Why the ID was retired, or NULL where it was not. */
const char *rp_retired(const char *id);

/* The requirement IDs of a row of the suite, by spaces; NULL where it has no such row. */
const char *rp_suite_reqs(const char *row);

/* Whether any row of the suite cites the requirement. */
bool rp_suite_cites(const char *id);

/*
 * How many defects prove that a row citing the requirement fails when it is
 * broken; 0 = UNPROVEN.
 */
unsigned int rp_proofs(const char *id);

#endif
