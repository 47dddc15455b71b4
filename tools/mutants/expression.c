/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "mutate.h"

#include <stdlib.h>
#include <string.h>

/* An expression and what its mutants have instead. */
struct site {
	const struct source *src;
	CXCursor c;
	char *orig; /* as it is */
	struct text choice; /* `lm_mutant_on(7) ? (a) : ` ... */
};

static void begin(struct site *site, const struct source *src, CXCursor c)
{
	*site = (struct site){ .src = src, .c = c, .orig = raw(src, c) };
}

__attribute__((format(printf, 3, 4))) static void mutant(struct site *site, const char *op,
							 const char *fmt, ...);

static void mutant(struct site *site, const char *op, const char *fmt, ...)
{
	va_list ap;
	char alt[65536];
	int len;

	va_start(ap, fmt);
	len = vsnprintf(alt, sizeof(alt), fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof(alt)) {
		fputs("lm-mutate: an expression is too long\n", stderr);
		exit(2);
	}
	text_printf(&site->choice, "lm_mutant_on(%u) ? (%s) : ",
		    new_mutant(site->src, site->c, op, site->orig, alt), alt);
}

/* The expression with its mutants; rewritten is freed. */
static char *end(struct site *site, char *rewritten)
{
	struct text t = { 0 };

	free(site->orig);
	if (!site->choice.s)
		return rewritten;
	text_printf(&t, "(%s(%s))", site->choice.s, rewritten);
	free(site->choice.s);
	free(rewritten);
	return text_take(&t);
}

static char *as_value(const struct source *src, CXCursor c)
{
	return rewrite_expression(src, c, VALUE);
}

static char *as_condition(const struct source *src, CXCursor c)
{
	return rewrite_expression(src, c, CONDITION);
}

char *rewrite_within(const struct source *src, CXCursor c, const CXCursor *part, unsigned int n,
		     char *(*rewrite)(const struct source *src, CXCursor c))
{
	struct span all = span_of(c);
	struct text t = { 0 };
	size_t at = all.from;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct span span = span_of(part[i]);
		char *s;

		/* Two that share their text: the first stands for both. */
		if (span.from < at || span.to > all.to)
			continue;
		s = rewrite(src, part[i]);
		text_add(&t, src->s + at, span.from - at);
		text_put(&t, s);
		free(s);
		at = span.to;
	}
	text_add(&t, src->s + at, all.to - at);
	return text_take(&t);
}

#define PARTS_MAX 64

/* All expressions directly in c, from its child number first on. */
static char *rewrite_children(const struct source *src, CXCursor c, unsigned int first)
{
	CXCursor part[PARTS_MAX];
	unsigned int i, n = 0;

	for (i = first; i < num_children(c) && n < PARTS_MAX; i++)
		if (clang_isExpression(clang_getCursorKind(child(c, i))))
			part[n++] = child(c, i);
	return rewrite_within(src, c, part, n, as_value);
}

static char *rewrite_one(const struct source *src, CXCursor c, unsigned int i, enum context context)
{
	CXCursor part = child(c, i);

	return rewrite_within(src, c, &part, 1, context == CONDITION ? as_condition : as_value);
}

/* One constant: off by one, or without what was or-ed to it. */
static char *constant(const struct source *src, CXCursor c)
{
	long long value = value_of(c);
	CXCursor inner = strip(c);
	struct site site;
	char op[4];

	begin(&site, src, c);
	/* What sizeof gives is not a number that somebody chose. */
	if (strstr(site.orig, "sizeof"))
		return end(&site, raw(src, c));
	if (value == 0 || value == 1)
		mutant(&site, "constant", "%d", value == 0);
	else
		mutant(&site, "constant", num_children(inner) ? "(%s) + 1" : "%s + 1", site.orig);
	if (clang_getCursorKind(inner) == CXCursor_BinaryOperator &&
	    !strcmp(operator_of(src, inner, op), "|")) {
		char *part = raw(src, child(inner, 0));

		mutant(&site, "constant", "%s", part);
		free(part);
	}
	return end(&site, raw(src, c));
}

static bool is_pointer(CXCursor c)
{
	CXType type = clang_getCanonicalType(clang_getCursorType(c));

	return type.kind == CXType_Pointer || type.kind == CXType_ConstantArray;
}

/* Arithmetic and what each operator is swapped for. */
static const char *swapped(const char *op)
{
	static const char *const swaps[][2] = {
		{ "+", "-" },	  { "-", "+" },	  { "*", "+" },	  { "/", "*" },	  { "%", "*" },
		{ "&", "|" },	  { "|", "&" },	  { "^", "|" },	  { "<<", ">>" }, { ">>", "<<" },
		{ "==", "!=" },	  { "!=", "==" }, { "<", "<=" },  { "<=", "<" },  { ">", ">=" },
		{ ">=", ">" },	  { "+=", "-=" }, { "-=", "+=" }, { "|=", "&=" }, { "&=", "|=" },
		{ "^=", "|=" },	  { "*=", "+=" }, { "/=", "*=" }, { "%=", "*=" }, { "<<=", ">>=" },
		{ ">>=", "<<=" },
	};
	size_t i;

	for (i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++)
		if (!strcmp(swaps[i][0], op))
			return swaps[i][1];
	return NULL;
}

static bool is_relation(const char *op)
{
	return !strcmp(op, "<") || !strcmp(op, "<=") || !strcmp(op, ">") || !strcmp(op, ">=");
}

static void binary_mutants(struct site *site, const char *op, const char *a, const char *b,
			   enum context context)
{
	if (!strcmp(op, "&&") || !strcmp(op, "||")) {
		mutant(site, "dropped", "%s", a);
		mutant(site, "dropped", "%s", b);
	} else if (is_relation(op)) {
		mutant(site, "bound", "%s %s %s", a, swapped(op), b);
		if (context == VALUE)
			mutant(site, "negated", "!(%s)", site->orig);
	} else if (!strcmp(op, "==") || !strcmp(op, "!=")) {
		if (context == VALUE)
			mutant(site, "negated", "%s %s %s", a, swapped(op), b);
	} else if (swapped(op)) {
		mutant(site, "operator", "%s %s %s", a, swapped(op), b);
	}
}

static char *binary(const struct source *src, CXCursor c, enum context context)
{
	CXCursor left = child(c, 0), right = child(c, 1);
	bool logical;
	struct site site;
	char *a, *b;
	char op[4];

	operator_of(src, c, op);
	logical = !strcmp(op, "&&") || !strcmp(op, "||");
	if (known(src, left) != UNKNOWN)
		return rewrite_one(src, c, 1, logical ? context : VALUE);
	if (known(src, right) != UNKNOWN)
		return rewrite_one(src, c, 0, logical ? context : VALUE);
	begin(&site, src, c);
	a = raw(src, left);
	b = raw(src, right);
	/* An address goes wrong by the offset in it; the sum of two is none. */
	if (!is_pointer(left) && !is_pointer(right))
		binary_mutants(&site, op, a, b, context);
	else if (!strcmp(op, "==") || !strcmp(op, "!=") || is_relation(op) || logical)
		binary_mutants(&site, op, a, b, context);
	free(a);
	free(b);
	return end(&site, rewrite_children(src, c, 0));
}

static char *unary(const struct source *src, CXCursor c, enum context context)
{
	struct site site;
	char op[4], *a;

	operator_of(src, c, op);
	/* What they name is changed or pointed to: it stays what it is. */
	if (!strcmp(op, "++") || !strcmp(op, "--"))
		return raw(src, c);
	begin(&site, src, c);
	a = raw(src, child(c, 0));
	if ((!strcmp(op, "!") && context == VALUE))
		mutant(&site, "negated", "%s", a);
	else if (!strcmp(op, "~") || !strcmp(op, "-"))
		mutant(&site, "operator", "%s", a);
	free(a);
	return end(&site, rewrite_children(src, c, 0));
}

/* a ? b : c */
static char *choice(const struct source *src, CXCursor c)
{
	enum known k = known(src, child(c, 0));
	struct site site;
	char *cond;

	if (k != UNKNOWN)
		return rewrite_one(src, c, k == ALWAYS_TRUE ? 1 : 2, VALUE);
	begin(&site, src, c);
	cond = raw(src, child(c, 0));
	{
		char *a = raw(src, child(c, 1)), *b = raw(src, child(c, 2));

		mutant(&site, "negated", "%s ? %s : %s", cond, b, a);
		free(a);
		free(b);
	}
	free(cond);
	return end(&site, rewrite_children(src, c, 0));
}

char *rewrite_expression(const struct source *src, CXCursor c, enum context context)
{
	if (known(src, c) != UNKNOWN)
		return raw(src, c);
	if (is_constant(c))
		return is_pointer(c) ? raw(src, c) : constant(src, c);
	switch (clang_getCursorKind(c)) {
	case CXCursor_ParenExpr:
	case CXCursor_UnexposedExpr:
		return num_children(c) == 1 ? rewrite_one(src, c, 0, context) :
					      rewrite_children(src, c, 0);
	case CXCursor_BinaryOperator:
	case CXCursor_CompoundAssignOperator:
		return binary(src, c, context);
	case CXCursor_UnaryOperator:
		return unary(src, c, context);
	case CXCursor_ConditionalOperator:
		return choice(src, c);
	case CXCursor_CallExpr:
		return rewrite_children(src, c, 1);
	case CXCursor_MemberRefExpr:
	case CXCursor_ArraySubscriptExpr:
	case CXCursor_CStyleCastExpr:
	case CXCursor_InitListExpr:
	case CXCursor_CompoundLiteralExpr:
		return rewrite_children(src, c, 0);
	default:
		return raw(src, c);
	}
}
