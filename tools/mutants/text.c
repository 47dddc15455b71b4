/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "mutate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void text_add(struct text *t, const char *s, size_t len)
{
	t->s = realloc(t->s, t->len + len + 1);
	if (!t->s) {
		fputs("lm-mutate: out of memory\n", stderr);
		exit(2);
	}
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void text_put(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (len < 0) {
		fputs("lm-mutate: out of memory\n", stderr);
		exit(2);
	}
	text_add(t, s, (size_t)len);
	free(s);
}

char *text_take(struct text *t)
{
	text_add(t, "", 0);
	return t->s;
}
