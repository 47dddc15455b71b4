/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The list of mutants, a line each with tabs between: number, file, line,
 * operator, identity, what stands there, and what the mutant has instead. The
 * identity is the function, the operator, the two texts, and an ordinal among
 * those that are alike, so that it survives when lines move.
 */
#include "mutate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 20000

static FILE *list;
static char *identity[LIST_MAX];
static unsigned int count;

/* Without line markers; one space between words, none at the ends, and no tab. */
static char *normalized(const char *s)
{
	struct text t = { 0 };
	bool space = false;

	for (; *s; s++) {
		if (*s == '#') {
			s += strcspn(s, "\n") - 1;
		} else if (isspace((unsigned char)*s)) {
			space = true;
		} else {
			if (space && t.len)
				text_put(&t, " ");
			space = false;
			text_add(&t, s, 1);
		}
	}
	return text_take(&t);
}

static unsigned int ordinal(const char *text)
{
	unsigned int i, n = 1;

	for (i = 0; i < count; i++)
		n += !strcmp(identity[i], text);
	return n;
}

unsigned int new_mutant(const struct source *src, CXCursor c, const char *op, const char *orig,
			const char *alt)
{
	char *from = normalized(orig), *to = normalized(alt);
	struct text t = { 0 };
	unsigned int line;

	clang_getPresumedLocation(clang_getCursorLocation(c), NULL, &line, NULL);
	text_printf(&t, "%s %s %s %s => %s", src->path, src->function, op, from, to);
	if (count + 1 >= LIST_MAX) {
		fputs("lm-mutate: too many mutants\n", stderr);
		exit(2);
	}
	fprintf(list, "%u\t%s\t%u\t%s\t%s\t%u\t%s\t%s\n", count + 1, src->path, line, op,
		src->function, ordinal(t.s), from, to);
	identity[count] = t.s;
	free(from);
	free(to);
	return ++count;
}

void list_open(const char *path)
{
	list = fopen(path, "w");
	if (!list) {
		perror(path);
		exit(2);
	}
}

unsigned int list_close(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		free(identity[i]);
	if (ferror(list) | fclose(list)) {
		perror("lm-mutate");
		exit(2);
	}
	return count;
}
