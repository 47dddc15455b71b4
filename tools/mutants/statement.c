/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "mutate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 128

/* Parts of a statement, each with what it becomes. */
struct parts {
	unsigned int n;
	struct span span[PARTS_MAX];
	char *text[PARTS_MAX];
};

static void add(struct parts *parts, CXCursor c, char *text)
{
	if (parts->n == PARTS_MAX) {
		fputs("lm-mutate: a statement has too many parts\n", stderr);
		exit(2);
	}
	parts->span[parts->n] = span_of(c);
	parts->text[parts->n++] = text;
}

/* The statement with its parts, in the order of the text, as they became. */
static char *join(const struct source *src, CXCursor c, const struct parts *parts)
{
	struct span all = span_of(c);
	struct text t = { 0 };
	size_t at = all.from;
	unsigned int i;

	for (i = 0; i < parts->n; i++) {
		text_add(&t, src->s + at, parts->span[i].from - at);
		text_put(&t, parts->text[i]);
		free(parts->text[i]);
		at = parts->span[i].to;
	}
	text_add(&t, src->s + at, all.to - at);
	return text_take(&t);
}

/* The condition of if, while and for; a negated one of for is most often a removed one. */
static char *condition(const struct source *src, CXCursor c, bool negate)
{
	char *orig = raw(src, c), *rewritten = rewrite_expression(src, c, CONDITION);
	struct text not = { 0 }, t = { 0 };

	text_printf(&not, "!(%s)", orig);
	text_printf(&t, "(lm_mutant_on(%u) ? 0 : ", new_mutant(src, c, "removed", orig, "0"));
	if (negate)
		text_printf(&t,
			    "lm_mutant_on(%u) ? %s : ", new_mutant(src, c, "negated", orig, not .s),
			    not .s);
	text_printf(&t, "!!(%s))", rewritten);
	free(orig);
	free(rewritten);
	free(not .s);
	return text_take(&t);
}

static char *rewrite_if(const struct source *src, CXCursor c)
{
	enum known k = known(src, child(c, 0));
	struct parts parts = { 0 };

	if (k == UNKNOWN)
		add(&parts, child(c, 0), condition(src, child(c, 0), true));
	if (k != ALWAYS_FALSE)
		add(&parts, child(c, 1), rewrite_statement(src, child(c, 1)));
	if (k != ALWAYS_TRUE && num_children(c) == 3)
		add(&parts, child(c, 2), rewrite_statement(src, child(c, 2)));
	return join(src, c, &parts);
}

static char *rewrite_while(const struct source *src, CXCursor c)
{
	struct parts parts = { 0 };

	add(&parts, child(c, 0), condition(src, child(c, 0), true));
	add(&parts, child(c, 1), rewrite_statement(src, child(c, 1)));
	return join(src, c, &parts);
}

/* How many semicolons are before this place of a for statement's head. */
static unsigned int semicolons(const struct source *src, CXCursor c, size_t to)
{
	unsigned int n = 0;
	size_t at;

	for (at = span_of(c).from; at < to; at++)
		n += src->s[at] == ';';
	return n;
}

/* The step of a loop stays: without it the loop would not end. */
static char *rewrite_for(const struct source *src, CXCursor c)
{
	unsigned int i, n = num_children(c);
	struct parts parts = { 0 };

	for (i = 0; i + 1 < n; i++) {
		CXCursor part = child(c, i);
		unsigned int place = semicolons(src, c, span_of(part).from);

		if (place == 0)
			add(&parts, part, rewrite_expression(src, part, VALUE));
		else if (place == 1)
			add(&parts, part, condition(src, part, false));
	}
	add(&parts, child(c, n - 1), rewrite_statement(src, child(c, n - 1)));
	return join(src, c, &parts);
}

/* The body of switch; a break at its end changes nothing. */
static char *rewrite_cases(const struct source *src, CXCursor c)
{
	unsigned int i, n = num_children(c);
	struct parts parts = { 0 };

	if (n && clang_getCursorKind(child(c, n - 1)) == CXCursor_BreakStmt)
		n--;
	for (i = 0; i < n; i++)
		add(&parts, child(c, i), rewrite_statement(src, child(c, i)));
	return join(src, c, &parts);
}

static char *rewrite_switch(const struct source *src, CXCursor c)
{
	struct parts parts = { 0 };

	add(&parts, child(c, 0), rewrite_expression(src, child(c, 0), VALUE));
	add(&parts, child(c, 1), rewrite_cases(src, child(c, 1)));
	return join(src, c, &parts);
}

static char *rewrite_label(const struct source *src, CXCursor c)
{
	CXCursor last = child(c, num_children(c) - 1);
	struct parts parts = { 0 };

	add(&parts, last, rewrite_statement(src, last));
	return join(src, c, &parts);
}

static bool follows_equals(const struct source *src, CXCursor c)
{
	size_t at = span_of(c).from;

	while (at && isspace((unsigned char)src->s[at - 1]))
		at--;
	return at && src->s[at - 1] == '=';
}

static char *rewrite_declaration(const struct source *src, CXCursor c)
{
	unsigned int i, n = num_children(c);
	struct parts parts = { 0 };

	for (i = 0; i < n; i++) {
		CXCursor var = child(c, i), last;

		if (clang_getCursorKind(var) != CXCursor_VarDecl || !num_children(var) ||
		    clang_Cursor_getStorageClass(var) == CX_SC_Static)
			continue;
		last = child(var, num_children(var) - 1);
		if (clang_isExpression(clang_getCursorKind(last)) && follows_equals(src, last))
			add(&parts, last, rewrite_expression(src, last, VALUE));
	}
	return join(src, c, &parts);
}

static char *rewrite_compound(const struct source *src, CXCursor c)
{
	unsigned int i, n = num_children(c);
	struct parts parts = { 0 };

	for (i = 0; i < n; i++)
		add(&parts, child(c, i), rewrite_statement(src, child(c, i)));
	return join(src, c, &parts);
}

static bool returns_number(CXCursor c)
{
	CXType type = clang_getCanonicalType(clang_getCursorType(c));

	return type.kind >= CXType_Bool && type.kind <= CXType_LongLong;
}

static char *rewrite_return(const struct source *src, CXCursor c)
{
	struct parts parts = { 0 };
	struct text t = { 0 };
	CXCursor value;
	char *orig;

	if (!num_children(c))
		return raw(src, c);
	value = child(c, 0);
	if (clang_getCursorKind(strip(value)) != CXCursor_CallExpr || !returns_number(value)) {
		add(&parts, value, rewrite_expression(src, value, VALUE));
		return join(src, c, &parts);
	}
	orig = rewrite_expression(src, value, VALUE);
	text_printf(&t, "(lm_mutant_on(%u) ? 0 : (%s))", new_mutant(src, c, "dropped", orig, "0"),
		    orig);
	free(orig);
	add(&parts, value, text_take(&t));
	return join(src, c, &parts);
}

/* break, continue, and return without a value */
static char *rewrite_jump(const struct source *src, CXCursor c)
{
	char *orig = raw(src, c);
	struct text t = { 0 };

	text_printf(&t, "if (lm_mutant_on(%u)) ; else %s", new_mutant(src, c, "dropped", orig, ""),
		    orig);
	free(orig);
	return text_take(&t);
}

static bool is_void_cast(CXCursor c)
{
	return clang_getCursorKind(c) == CXCursor_CStyleCastExpr &&
	       clang_getCursorType(c).kind == CXType_Void;
}

static char *drop_expression(const struct source *src, CXCursor c)
{
	char *orig, *rewritten;
	struct text t = { 0 };

	if (is_void_cast(c) || known(src, c) != UNKNOWN)
		return raw(src, c);
	orig = raw(src, c);
	text_printf(&t, "(lm_mutant_on(%u) ? (void)0 : ", new_mutant(src, c, "dropped", orig, ""));
	rewritten = rewrite_expression(src, c, VALUE);
	text_printf(&t, "(void)(%s))", rewritten);
	free(orig);
	free(rewritten);
	return text_take(&t);
}

char *rewrite_statement(const struct source *src, CXCursor c)
{
	enum CXCursorKind kind = clang_getCursorKind(c);

	switch (kind) {
	case CXCursor_CompoundStmt:
		return rewrite_compound(src, c);
	case CXCursor_IfStmt:
		return rewrite_if(src, c);
	case CXCursor_WhileStmt:
		return rewrite_while(src, c);
	case CXCursor_ForStmt:
		return rewrite_for(src, c);
	case CXCursor_SwitchStmt:
		return rewrite_switch(src, c);
	case CXCursor_CaseStmt:
	case CXCursor_DefaultStmt:
		return rewrite_label(src, c);
	case CXCursor_DeclStmt:
		return rewrite_declaration(src, c);
	case CXCursor_ReturnStmt:
		return num_children(c) ? rewrite_return(src, c) : rewrite_jump(src, c);
	case CXCursor_BreakStmt:
	case CXCursor_ContinueStmt:
		return rewrite_jump(src, c);
	default:
		return clang_isExpression(kind) ? drop_expression(src, c) : raw(src, c);
	}
}
