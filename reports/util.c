/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "util.h"

_Noreturn static void out_of_memory(void)
{
	fputs("nvme-lm-ct: out of memory\n", stderr);
	exit(2);
}

void *rp_renew(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		out_of_memory();
	return p;
}

void *rp_grow(void *p, size_t count, size_t size)
{
	size_t had = 1, room = 1;

	while (had + 1 < count)
		had *= 2;
	if (p && count > 1 && count <= had)
		return p;
	while (room < count)
		room *= 2;
	if (room > SIZE_MAX / size)
		out_of_memory();
	return rp_renew(p, room * size);
}

char *rp_vformat(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		out_of_memory();
	return s;
}

char *rp_format(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = rp_vformat(fmt, ap);
	va_end(ap);
	return s;
}
