/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Reports as files. */
#ifndef RP_WRITE_H
#define RP_WRITE_H

#include "format.h"

enum rp_format {
	RP_FORMAT_TAP,
	RP_FORMAT_JUNIT,
	RP_FORMAT_MARKDOWN,
	RP_FORMAT_HTML,
	RP_FORMAT_COUNT,
};

/* The format by its name, or RP_FORMAT_COUNT. */
enum rp_format rp_format_parse(const char *name);

/* The file name in a directory or a bundle. */
const char *rp_format_file(enum rp_format format);

/* Writes to an open file. */
void rp_format_write(FILE *file, enum rp_format format, struct rp_matrix *const *m, size_t n,
		     const struct rp_page *page);

/*
 * Writes to path, which appears only when it is complete. False, after one
 * line on stderr, when it could not be written.
 */
bool rp_format_save(const char *path, enum rp_format format, struct rp_matrix *const *m, size_t n,
		    const struct rp_page *page);

/* The same with any content. */
bool rp_save(const char *path, const void *data, size_t size);

/* A whole file in memory, NUL-terminated; NULL after one line on stderr. */
char *rp_load(const char *path, size_t *size);

#endif
