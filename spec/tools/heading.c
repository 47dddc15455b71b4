/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "heading.h"

#include <ctype.h>
#include <string.h>

#include "util.h"

unsigned int heading_level(const char *line)
{
	size_t n = strspn(line, "#");

	return n >= 1 && n <= 6 && line[n] == ' ' ? (unsigned int)n : 0;
}

char *heading_slug(const char *text)
{
	char *slug, *o;

	text += strspn(text, "# ");
	slug = xstrdup(text);
	for (o = slug; *text; text++) {
		if (isalnum((unsigned char)*text) || *text == '_' || *text == '-')
			*o++ = (char)tolower((unsigned char)*text);
		else if (*text == ' ')
			*o++ = '-';
	}
	*o = '\0';
	return slug;
}
