/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Memory, files and messages of the specification tools. All of them are
 * short-lived: what they load lives until they exit.
 */
#ifndef SPEC_UTIL_H
#define SPEC_UTIL_H

#include <stddef.h>
#include <stdio.h>

/** die() - one line to stderr, exit code 2: the tool could not do its work */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * fault() - one line "path:line: ..." to stderr about the material itself
 *
 * Counts; fault_count() says how many there were.
 */
void fault(const char *path, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
unsigned int fault_count(void);

void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

/** grow() - room for element n of an array of elements of this size */
void *grow(void *array, size_t n, size_t size);

/** xprintf() - formatted string in memory of its own */
char *xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** read_stream() - the rest of a stream, NUL-terminated; *size, where not NULL, without the NUL */
char *read_stream(FILE *f, const char *name, size_t *size);

/** read_file() - a whole file; dies when it cannot be read */
char *read_file(const char *path, size_t *size);

/** write_c_string() - s as a C string literal, quotes included */
void write_c_string(FILE *f, const char *s);

/** write_html() - s with &, <, > and " as entities */
void write_html(FILE *f, const char *s);

#endif
