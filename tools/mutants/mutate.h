/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Inside of the generator of mutants. It reads preprocessed C, so that no macro
 * stands between the text and what libclang says of it, and writes the same C
 * with every mutant in it: `a < b` becomes
 * `(lm_mutant_on(7) ? (a <= b) : (a < b))`.
 *
 * A condition that is a seeded defect (LM_DEFECT()) counts as false: what is
 * behind it is not mutated, nor is the condition.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <clang-c/Index.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Text that grows; ends the program where memory is out. */
struct text {
	char *s;
	size_t len;
};

void text_add(struct text *t, const char *s, size_t len);
void text_put(struct text *t, const char *s);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* the text is the caller's; an empty one where nothing was added */
char *text_take(struct text *t);

/* One preprocessed file. */
struct source {
	const char *path; /* of the C file, as line markers have it */
	char *s;
	size_t len;
	CXTranslationUnit unit;
	char *function; /* being rewritten */
};

/* Where a cursor is in the text. */
struct span {
	size_t from;
	size_t to;
};

struct span span_of(CXCursor c);
/* the text of a cursor as it is; to be freed */
char *raw(const struct source *src, CXCursor c);
/* without parentheses and implicit casts around it */
CXCursor strip(CXCursor c);
unsigned int num_children(CXCursor c);
CXCursor child(CXCursor c, unsigned int i);
/* operator of a unary or binary expression; in a buffer of 4 bytes */
const char *operator_of(const struct source *src, CXCursor c, char *op);
bool is_constant(CXCursor c);
/* value of a constant expression */
long long value_of(CXCursor c);

enum known { UNKNOWN, ALWAYS_FALSE, ALWAYS_TRUE };
/* what is known of a condition: it is, or rests on, a seeded defect */
enum known known(const struct source *src, CXCursor c);

/* Mutants (list.c). */
/*
 * A mutant of the text at c: its number. op is the name of the operator, alt
 * what stands there instead of orig.
 */
unsigned int new_mutant(const struct source *src, CXCursor c, const char *op, const char *orig,
			const char *alt);
void list_open(const char *path);
unsigned int list_close(void);

/* Expressions (expression.c); the result is to be freed. */
enum context {
	VALUE,
	CONDITION, /* of if, while, for, ?: */
};
char *rewrite_expression(const struct source *src, CXCursor c, enum context context);
/* the text of c with these children of it rewritten, which are in its order */
char *rewrite_within(const struct source *src, CXCursor c, const CXCursor *part, unsigned int n,
		     char *(*rewrite)(const struct source *src, CXCursor c));

/* Statements (statement.c). */
char *rewrite_statement(const struct source *src, CXCursor c);

#endif
