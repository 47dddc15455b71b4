/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

json_t *ct_json_text(const char *s)
{
	json_t *o = json_string(s);
	char *copy, *p;

	if (o)
		return o;
	copy = strdup(s);
	for (p = copy; p && *p; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	o = json_string(copy ? copy : "");
	free(copy);
	return o;
}

char *ct_json_line(const json_t *o)
{
	char *text = json_dumps(o, JSON_PRESERVE_ORDER | JSON_COMPACT | JSON_REAL_PRECISION(10)),
	     *line;
	size_t len;

	if (!text)
		ct_die("out of memory");
	len = strlen(text);
	line = realloc(text, len + 2);
	if (!line)
		ct_die("out of memory");
	memcpy(line + len, "\n", 2);
	return line;
}

const char *ct_json_string(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

json_int_t ct_json_uint(const json_t *o, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(o, key));

	return v < 0 ? 0 : v;
}
