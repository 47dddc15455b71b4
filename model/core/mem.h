/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * All that the core takes from a C library. A freestanding compiler may emit
 * calls to these four in any case, so firmware has them.
 */
#ifndef LM_MEM_H
#define LM_MEM_H

#include <stddef.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
