/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What libclang says of a piece of the text. */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

#define DEFECT "LM_DEFECT_"

struct span span_of(CXCursor c)
{
	CXSourceRange range = clang_getCursorExtent(c);
	unsigned int from, to;

	clang_getFileLocation(clang_getRangeStart(range), NULL, NULL, NULL, &from);
	clang_getFileLocation(clang_getRangeEnd(range), NULL, NULL, NULL, &to);
	return (struct span){ from, to };
}

char *raw(const struct source *src, CXCursor c)
{
	struct span span = span_of(c);
	struct text t = { 0 };

	text_add(&t, src->s + span.from, span.to - span.from);
	return text_take(&t);
}

struct walk {
	unsigned int n;
	unsigned int wanted;
	CXCursor found;
};

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walk *walk = data;

	(void)parent;
	if (walk->n++ == walk->wanted)
		walk->found = c;
	return CXChildVisit_Continue;
}

unsigned int num_children(CXCursor c)
{
	struct walk walk = { 0, (unsigned int)-1, clang_getNullCursor() };

	clang_visitChildren(c, visit, &walk);
	return walk.n;
}

CXCursor child(CXCursor c, unsigned int i)
{
	struct walk walk = { 0, i, clang_getNullCursor() };

	clang_visitChildren(c, visit, &walk);
	return walk.found;
}

CXCursor strip(CXCursor c)
{
	while ((clang_getCursorKind(c) == CXCursor_ParenExpr ||
		clang_getCursorKind(c) == CXCursor_UnexposedExpr) &&
	       num_children(c) == 1)
		c = child(c, 0);
	return c;
}

const char *operator_of(const struct source *src, CXCursor c, char *op)
{
	struct span all = span_of(c), first = span_of(child(c, 0));
	size_t from = first.to, to = all.to, n = 0;

	if (num_children(c) == 2) {
		to = span_of(child(c, 1)).from;
	} else if (first.from > all.from) {
		from = all.from;
		to = first.from;
	}
	for (; from < to && n < 3; from++)
		if (strchr("!~-+*/%&|^<>=", src->s[from]))
			op[n++] = src->s[from];
	op[n] = '\0';
	return op;
}

static bool is_enumerator(CXCursor c)
{
	return clang_getCursorKind(c) == CXCursor_DeclRefExpr &&
	       clang_getCursorKind(clang_getCursorReferenced(c)) == CXCursor_EnumConstantDecl;
}

bool is_constant(CXCursor c)
{
	unsigned int i, n = num_children(c);

	switch (clang_getCursorKind(c)) {
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
	case CXCursor_UnaryExpr: /* sizeof */
		return true;
	case CXCursor_DeclRefExpr:
		return is_enumerator(c);
	case CXCursor_ParenExpr:
	case CXCursor_UnexposedExpr:
	case CXCursor_UnaryOperator:
	case CXCursor_BinaryOperator:
	case CXCursor_CStyleCastExpr:
	case CXCursor_ConditionalOperator:
		for (i = 0; i < n; i++)
			if (clang_isExpression(clang_getCursorKind(child(c, i))) &&
			    !is_constant(child(c, i)))
				return false;
		return n > 0;
	default:
		return false;
	}
}

long long value_of(CXCursor c)
{
	CXEvalResult result = clang_Cursor_Evaluate(c);
	long long value = -1;

	if (result && clang_EvalResult_getKind(result) == CXEval_Int)
		value = clang_EvalResult_getAsLongLong(result);
	if (result)
		clang_EvalResult_dispose(result);
	return value;
}

static bool is_defect(CXCursor c)
{
	CXString name;
	bool yes;

	c = strip(c);
	if (!is_enumerator(c))
		return false;
	name = clang_getCursorSpelling(c);
	yes = !strncmp(clang_getCString(name), DEFECT, strlen(DEFECT));
	clang_disposeString(name);
	return yes;
}

static enum known negated(enum known k)
{
	return k == ALWAYS_FALSE ? ALWAYS_TRUE : k == ALWAYS_TRUE ? ALWAYS_FALSE : UNKNOWN;
}

/* of && with these operands; || is the same of negated ones */
static enum known both(enum known a, enum known b)
{
	if (a == ALWAYS_FALSE || b == ALWAYS_FALSE)
		return ALWAYS_FALSE;
	return a == ALWAYS_TRUE && b == ALWAYS_TRUE ? ALWAYS_TRUE : UNKNOWN;
}

enum known known(const struct source *src, CXCursor c)
{
	enum known k;
	char op[4];

	c = strip(c);
	switch (clang_getCursorKind(c)) {
	case CXCursor_UnaryOperator:
		return *operator_of(src, c, op) == '!' ? negated(known(src, child(c, 0))) : UNKNOWN;
	case CXCursor_ConditionalOperator:
		k = known(src, child(c, 0));
		if (k != UNKNOWN)
			return known(src, child(c, k == ALWAYS_TRUE ? 1 : 2));
		k = known(src, child(c, 1));
		return k == known(src, child(c, 2)) ? k : UNKNOWN;
	case CXCursor_BinaryOperator:
		operator_of(src, c, op);
		if (!strcmp(op, "==") && is_defect(child(c, 1)))
			return ALWAYS_FALSE;
		if (!strcmp(op, "&&"))
			return both(known(src, child(c, 0)), known(src, child(c, 1)));
		if (!strcmp(op, "||"))
			return negated(both(negated(known(src, child(c, 0))),
					    negated(known(src, child(c, 1)))));
		return UNKNOWN;
	default:
		return UNKNOWN;
	}
}
