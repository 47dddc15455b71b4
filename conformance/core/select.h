/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Which rows and cases a run is about. */
#ifndef CT_SELECT_H
#define CT_SELECT_H

#include "options.h"
#include "registry.h"

struct ct_selected {
	const struct ct_row *row;
	const char *excluded; /* the filter that excludes it, or NULL */
};

struct ct_selection {
	struct ct_selected *row; /* by ascending ID */
	size_t count;
	size_t of_kind; /* rows that judge what the target is, a device or a driver */
};

/**
 * ct_select() - rows that the filters choose
 * @from: IDs of the only rows to choose from, ended by NULL; or NULL
 *
 * Only rows of the target's kind: a device, or a driver of VFs. A filter is a requirement, an area, a row's ID, or a pattern of the shell
 * over rows' IDs. One that matches nothing ends the program with one line.
 */
void ct_select(struct ct_selection *s, const struct ct_options *o, const char *const *from);

/** ct_case_selected() - whether the shard or --case has this case */
bool ct_case_selected(const struct ct_options *o, const struct ct_row *row, unsigned int index);

#endif
