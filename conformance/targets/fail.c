/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

int ct_target_fail(struct ct_target *t, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->error, sizeof(t->error), fmt, ap);
	va_end(ap);
	return err;
}

void ct_target_lacks(struct ct_target *t, enum ct_cap cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->info.reason[cap], sizeof(t->info.reason[cap]), fmt, ap);
	va_end(ap);
}
