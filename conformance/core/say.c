/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("nvme-lm-ct: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void ct_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void ct_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(CT_EXIT_USAGE);
}
