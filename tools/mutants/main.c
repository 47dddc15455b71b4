/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * lm-mutate OUTDIR FILE.i...: C files that hold every mutant of what they were
 * preprocessed from, the list of mutants, and how many there are.
 */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

static void fatal(const char *path, const char *what)
{
	fprintf(stderr, "lm-mutate: %s: %s\n", path, what);
	exit(2);
}

static void read_file(struct source *src, const char *path)
{
	FILE *f = fopen(path, "r");
	struct text t = { 0 };
	char buf[65536];
	size_t n;

	if (!f)
		fatal(path, "cannot be read");
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		text_add(&t, buf, n);
	fclose(f);
	src->s = text_take(&t);
	src->len = t.len;
}

/* The first line marker: # 1 "model/core/io.c" */
static char *origin(const struct source *src, const char *path)
{
	const char *from = strchr(src->s, '"'), *to = from ? strchr(from + 1, '"') : NULL;
	struct text t = { 0 };

	if (!to || src->s[0] != '#')
		fatal(path, "no line marker");
	text_add(&t, from + 1, (size_t)(to - from) - 1);
	return text_take(&t);
}

struct output {
	struct source *src;
	struct text t;
	size_t at;
};

static bool is_own(const struct source *src, CXCursor c)
{
	CXString file;
	bool own;

	clang_getPresumedLocation(clang_getCursorLocation(c), &file, NULL, NULL);
	own = !strcmp(clang_getCString(file), src->path);
	clang_disposeString(file);
	return own;
}

static enum CXChildVisitResult function(CXCursor c, CXCursor parent, CXClientData data)
{
	struct output *out = data;
	struct source *src = out->src;
	CXCursor body;
	struct span span;
	CXString name;
	char *s;

	(void)parent;
	if (clang_getCursorKind(c) != CXCursor_FunctionDecl || !clang_isCursorDefinition(c) ||
	    !is_own(src, c))
		return CXChildVisit_Continue;
	name = clang_getCursorSpelling(c);
	src->function = (char *)clang_getCString(name);
	body = child(c, num_children(c) - 1);
	span = span_of(body);
	s = rewrite_statement(src, body);
	text_add(&out->t, src->s + out->at, span.from - out->at);
	text_put(&out->t, s);
	out->at = span.to;
	free(s);
	clang_disposeString(name);
	return CXChildVisit_Continue;
}

static void write_file(const char *dir, const char *path, const struct text *t)
{
	const char *name = strrchr(path, '/');
	struct text file = { 0 };
	FILE *f;

	name = name ? name + 1 : path;
	text_printf(&file, "%s/%.*s.c", dir, (int)strcspn(name, "."), name);
	f = fopen(text_take(&file), "w");
	if (!f)
		fatal(file.s, "cannot be written");
	fputs("#include \"lm-mutant.h\"\n", f);
	fwrite(t->s, 1, t->len, f);
	if (ferror(f) | fclose(f))
		fatal(file.s, "cannot be written");
	free(file.s);
}

static void mutate(CXIndex index, const char *dir, const char *path)
{
	static const char *const args[] = { "-x", "cpp-output", "-std=c11", "-ffreestanding",
					    "-w" };
	struct source src = { 0 };
	struct output out = { .src = &src };

	read_file(&src, path);
	src.path = origin(&src, path);
	if (clang_parseTranslationUnit2(index, path, args, sizeof(args) / sizeof(args[0]), NULL, 0,
					CXTranslationUnit_None, &src.unit) ||
	    clang_getNumDiagnostics(src.unit))
		fatal(path, "libclang cannot parse it without a complaint");
	clang_visitChildren(clang_getTranslationUnitCursor(src.unit), function, &out);
	text_add(&out.t, src.s + out.at, src.len - out.at);
	write_file(dir, path, &out.t);
	clang_disposeTranslationUnit(src.unit);
	free(out.t.s);
	free((char *)src.path);
	free(src.s);
}

int main(int argc, char **argv)
{
	CXIndex index = clang_createIndex(1, 1);
	struct text list = { 0 };
	int i;

	if (argc < 3) {
		fputs("usage: lm-mutate OUTDIR FILE.i...\n", stderr);
		return 2;
	}
	text_printf(&list, "%s/mutants.txt", argv[1]);
	list_open(text_take(&list));
	for (i = 2; i < argc; i++)
		mutate(index, argv[1], argv[i]);
	printf("%u mutants\n", list_close());
	free(list.s);
	clang_disposeIndex(index);
	return 0;
}
