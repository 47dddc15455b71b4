/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Known deviations. An entry names a row ("SUS/..."), one of its cases
 * ("SUS/...:case-name"), or a requirement: then every row that cites it. The
 * row still runs; what fails becomes WAIVED. An entry that waives nothing where
 * everything that it names was judged makes UNEXPECTED PASS, and one that
 * names nothing is an error.
 */
#ifndef CT_WAIVER_H
#define CT_WAIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "ct-row.h"
#include "reasons.h"

struct ct_waiver {
	const struct ct_row *row; /* or a requirement: */
	const char *requirement;
	const char *case_name; /* NULL: all cases */
	const char *reason;
	unsigned int line;
	unsigned int waived; /* cases that it turned from FAIL */
	bool met; /* its case was there */
};

struct ct_waivers {
	struct ct_reasons text; /* .file NULL: there are none */
	struct ct_waiver *entry;
};

/** ct_waivers_load() - read and resolve; ends the program where an entry names nothing */
void ct_waivers_load(struct ct_waivers *w, const char *path);

/** ct_waiver_for() - the entry that covers this case, the narrowest first, or NULL */
struct ct_waiver *ct_waiver_for(const struct ct_waivers *w, const struct ct_row *row,
				const char *case_name);

/** ct_waiver_case() - the entry that names this very case, or NULL */
struct ct_waiver *ct_waiver_case(const struct ct_waivers *w, const struct ct_row *row,
				 const char *case_name);

/** ct_waiver_row() - the entry that names this row as a whole, or NULL */
struct ct_waiver *ct_waiver_row(const struct ct_waivers *w, const struct ct_row *row);

/** ct_waiver_missed() - an entry whose row has no case of its name, or NULL */
const struct ct_waiver *ct_waiver_missed(const struct ct_waivers *w, const struct ct_row *row);

#endif
