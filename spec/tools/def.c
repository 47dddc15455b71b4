/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "def.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct reader {
	const char *path;
	const char *p;
	unsigned int line;
};

static void skip_blank(struct reader *r)
{
	for (;;) {
		if (!strncmp(r->p, "/*", 2)) {
			const char *end = strstr(r->p + 2, "*/");

			if (!end)
				die("%s:%u: comment without end", r->path, r->line);
			for (; r->p < end + 2; r->p++)
				r->line += *r->p == '\n';
		} else if (isspace((unsigned char)*r->p)) {
			r->line += *r->p++ == '\n';
		} else {
			return;
		}
	}
}

static char *read_name(struct reader *r)
{
	const char *start = r->p;

	while (isalnum((unsigned char)*r->p) || *r->p == '_')
		r->p++;
	return xstrndup(start, (size_t)(r->p - start));
}

static void read_string(struct reader *r, FILE *out)
{
	for (r->p++; *r->p && *r->p != '"' && *r->p != '\n'; r->p++) {
		if (*r->p == '\\' && r->p[1])
			r->p++;
		fputc(*r->p, out);
	}
	if (*r->p != '"')
		die("%s:%u: string without end", r->path, r->line);
	r->p++;
}

/* One argument: adjacent strings as one, anything else as it stands. */
static char *read_arg(struct reader *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned int depth = 0;
	bool gap = false;

	if (!out)
		die("out of memory");
	for (;;) {
		const char *before = r->p;

		skip_blank(r);
		gap = gap || r->p != before;
		if (!*r->p)
			die("%s:%u: entry without end", r->path, r->line);
		if (!depth && (*r->p == ',' || *r->p == ')'))
			break;
		if (*r->p == '"') {
			read_string(r, out);
			gap = false;
			continue;
		}
		if (*r->p == '(')
			depth++;
		if (*r->p == ')')
			depth--;
		if (gap && ftell(out) > 0)
			fputc(' ', out);
		gap = false;
		fputc(*r->p++, out);
	}
	fclose(out);
	return text;
}

static void read_args(struct reader *r, struct def_record *rec)
{
	for (;;) {
		r->p++; /* the ( or the , */
		if (rec->nargs == DEF_MAX_ARGS)
			die("%s:%u: more than %d arguments", r->path, r->line, DEF_MAX_ARGS);
		rec->arg[rec->nargs++] = read_arg(r);
		if (*r->p == ')')
			break;
	}
	r->p++;
}

static bool allowed_here(const char *allowed, const struct def_record *rec)
{
	char *want = xprintf(" %s:%u ", rec->macro, rec->nargs);
	char *list = xprintf(" %s ", allowed);
	bool found = strstr(list, want) != NULL;

	free(want);
	free(list);
	return found;
}

void def_load(struct def_table *t, const char *path, const char *allowed)
{
	char *text = read_file(path, NULL);
	struct reader r = { .path = path, .p = text, .line = 1 };

	t->path = xstrdup(path);
	for (skip_blank(&r); *r.p; skip_blank(&r)) {
		struct def_record *rec;

		t->rec = grow(t->rec, t->n, sizeof(*t->rec));
		rec = &t->rec[t->n];
		memset(rec, 0, sizeof(*rec));
		rec->line = r.line;
		rec->macro = read_name(&r);
		skip_blank(&r);
		if (!*rec->macro || *r.p != '(')
			die("%s:%u: not a table entry", path, r.line);
		read_args(&r, rec);
		t->n++;
		if (!allowed_here(allowed, rec))
			die("%s:%u: %s with %u arguments does not belong here", path, rec->line,
			    rec->macro, rec->nargs);
	}
	free(text);
}

const struct def_record *def_next(const struct def_table *t, const char *macro, size_t *i)
{
	while (*i < t->n) {
		const struct def_record *rec = &t->rec[(*i)++];

		if (!strcmp(rec->macro, macro))
			return rec;
	}
	return NULL;
}

unsigned int def_statuses(const char *arg, unsigned int *value, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && (arg = strstr(arg, "LM_ST("))) {
		arg += strlen("LM_ST(");
		value[n++] = (unsigned int)strtoul(arg, NULL, 0);
	}
	return n;
}
