/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Checked-in lists of names with a reason each: waivers, and rows that are
 * expected not to apply. One entry a line, NAME and then the REASON; empty
 * lines and those that begin with # are left out.
 */
#ifndef CT_REASONS_H
#define CT_REASONS_H

#include <stddef.h>

struct ct_reason {
	char *name;
	char *reason;
	unsigned int line;
};

struct ct_reasons {
	const char *file;
	char sha256[65];
	struct ct_reason *entry;
	size_t count;
};

/**
 * ct_reasons_load() - read such a list
 * @what: what it is called in messages, e.g. "waiver file"
 *
 * Ends the program with one line where the file is unreadable, an entry has no
 * reason, or a name is there twice.
 */
void ct_reasons_load(struct ct_reasons *list, const char *path, const char *what);

#endif
