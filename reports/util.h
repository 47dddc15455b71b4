/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Memory for reports. Running out of it ends the program with one line and exit code 2. */
#ifndef RP_UTIL_H
#define RP_UTIL_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Room for at least count elements of size bytes; p is from an earlier call or
 * NULL. Grows in powers of two, so one element at a time is cheap.
 */
void *rp_grow(void *p, size_t count, size_t size);

/* realloc(). */
void *rp_renew(void *p, size_t size);

/* sprintf() into fresh memory. */
char *rp_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *rp_vformat(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
