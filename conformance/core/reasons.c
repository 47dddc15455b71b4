/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "reasons.h"

#include <ctype.h>
#include <errno.h>
#include <sha256.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define SPACE " \t\r\n"

static void add(struct ct_reasons *list, const char *what, char *line, unsigned int number)
{
	char *name = line + strspn(line, SPACE), *reason;
	struct ct_reason *e;
	size_t len, i;

	if (!*name || *name == '#')
		return;
	len = strcspn(name, SPACE);
	reason = name + len + strspn(name + len, SPACE);
	reason[strcspn(reason, "\r\n")] = '\0';
	for (i = strlen(reason); i && strchr(SPACE, reason[i - 1]); i--)
		reason[i - 1] = '\0';
	name[len] = '\0';
	if (!*reason)
		ct_die("%s %s, line %u: \"%s\" has no reason; the form is NAME REASON...", what,
		       list->file, number, name);
	for (i = 0; i < list->count; i++)
		if (!strcmp(list->entry[i].name, name))
			ct_die("%s %s, line %u: \"%s\" is already on line %u", what, list->file,
			       number, name, list->entry[i].line);
	list->entry = realloc(list->entry, (list->count + 1) * sizeof(*list->entry));
	if (!list->entry)
		ct_die("out of memory");
	e = &list->entry[list->count++];
	*e = (struct ct_reason){ .name = strdup(name), .reason = strdup(reason), .line = number };
	if (!e->name || !e->reason)
		ct_die("out of memory");
}

/* Binary files have control characters soon; they are not shown to a terminal. */
static bool is_text(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (iscntrl((unsigned char)line[i]) && (!line[i] || !strchr("\t\r\n", line[i])))
			return false;
	return true;
}

void ct_reasons_load(struct ct_reasons *list, const char *path, const char *what)
{
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	SHA2_CTX ctx;
	FILE *f;

	*list = (struct ct_reasons){ .file = path };
	f = fopen(path, "r");
	if (!f)
		ct_die("%s %s: cannot read: %s", what, path, strerror(errno));
	SHA256Init(&ctx);
	while (errno = 0, (len = getline(&line, &room, f)) > 0) {
		SHA256Update(&ctx, (const uint8_t *)line, (size_t)len);
		number++;
		if (!is_text(line, (size_t)len))
			ct_die("%s %s, line %u: not text", what, path, number);
		add(list, what, line, number);
	}
	if (ferror(f))
		ct_die("%s %s: cannot read: %s", what, path, strerror(errno));
	SHA256End(&ctx, list->sha256);
	free(line);
	fclose(f);
}
