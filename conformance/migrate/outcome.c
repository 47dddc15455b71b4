/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "outcome.h"

#include <stdarg.h>
#include <stdio.h>

#include "ct-target.h"
#include "say.h"

static const char *const names[MG_FINDINGS] = {
	[MG_LOST] = "lost",	  [MG_REPEATED] = "repeated", [MG_CORRUPTED] = "corrupted",
	[MG_FAILED] = "failed",	  [MG_SILENT] = "silent",     [MG_INVENTED] = "invented",
	[MG_REFUSED] = "refused",
};

const char *mg_finding_name(enum mg_finding kind)
{
	return names[kind];
}

void mg_find(struct mg_outcome *o, enum mg_finding kind, const char *fmt, ...)
{
	int len;
	va_list ap;

	o->count[kind]++;
	if (o->texts == MG_TEXTS)
		return;
	len = snprintf(o->text[o->texts], MG_TEXT_LENGTH, "%s: ", names[kind]);
	va_start(ap, fmt);
	vsnprintf(o->text[o->texts] + len, MG_TEXT_LENGTH - (size_t)len, fmt, ap);
	va_end(ap);
	o->texts++;
}

bool mg_found(const struct mg_outcome *o)
{
	unsigned int i;

	for (i = 0; i < MG_FINDINGS && !o->count[i];)
		i++;
	return i < MG_FINDINGS || o->stopped;
}

bool mg_stop(struct mg_outcome *o, int code, const char *fmt, ...)
{
	va_list ap;

	if (o->stopped)
		return false;
	o->stopped = code;
	va_start(ap, fmt);
	vsnprintf(o->why, sizeof(o->why), fmt, ap);
	va_end(ap);
	return false;
}

bool mg_broken(struct mg_outcome *o, const struct ct_target *t, const char *what)
{
	return mg_stop(o, CT_EXIT_USAGE, "%s: %s", what, t->error);
}
