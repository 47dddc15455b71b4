/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The rows and targets that are linked in. */
#ifndef CT_REGISTRY_H
#define CT_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "ct-row.h"

/**
 * ct_registry_init() - collect, sort by ID, and check
 *
 * Refused: an ID or target that is there twice, an ID of another form than
 * AREA/words, a row without requirements, function or phrases, and a
 * requirement that is unknown or retired. One line each goes to stderr.
 * Return: 0, or -1.
 */
int ct_registry_init(void);

/** ct_row_count(), ct_row_at() - in ascending order of ID */
size_t ct_row_count(void);
const struct ct_row *ct_row_at(size_t i);
const struct ct_row *ct_row_find(const char *id);

size_t ct_target_count(void);
const struct ct_target_ops *ct_target_at(size_t i);
/** ct_target_find() - by the first len characters of name */
const struct ct_target_ops *ct_target_find(const char *name, size_t len);

/**
 * ct_next_req() - walk over the requirement IDs of a row
 * @pos: start with row->reqs
 * @len: length of the ID that is returned
 *
 * Return: the next ID (not ended behind len), or NULL.
 */
const char *ct_next_req(const char **pos, size_t *len);

/** ct_row_cites() - whether the row names this requirement */
bool ct_row_cites(const struct ct_row *row, const char *id);

#endif
