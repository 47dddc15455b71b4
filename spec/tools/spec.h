/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The specification in memory: chapters, requirement sentences, tables. */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "def.h"

#define ID_LEN 10 /* LM-XXX-nnn */

struct chapter {
	char *name; /* "30-commands.md" */
	char *path;
	char *text;
	char **line; /* without newline */
	bool *tagged; /* whether the line belongs to a requirement's item */
	unsigned int nlines;
};

/* A requirement as the text has it. */
struct sentence {
	char id[ID_LEN + 1];
	char *level;
	char *origin;
	char *binds;
	char *markdown;
	char *plain;
	const struct chapter *chapter;
	unsigned int line;
};

struct spec {
	struct chapter *chapter;
	size_t nchapters;
	struct sentence *sentence;
	size_t nsentences;
	struct def_table areas; /* LM_AREA(code, title, chapter) */
	struct def_table commands; /* LM_COMMAND(name, opcode, direction, area, title) */
	struct def_table fields; /* LM_FIELD(command, name, dword, hi, lo, kind, since, text) */
	struct def_table statuses; /* LM_STATUS(name, value, dnr, title, cause) */
	struct def_table transitions; /* LM_STATE, LM_EVENT, LM_TRANSITION */
	struct def_table requirements; /* LM_REQ, LM_RETIRED */
};

/* Arguments of LM_REQ(id, level, origin, binds, since, reason) */
enum { REQ_ID, REQ_LEVEL, REQ_ORIGIN, REQ_BINDS, REQ_SINCE, REQ_REASON };

/** spec_load() - read root/text and root/tables; what cannot be parsed is a fault */
void spec_load(struct spec *s, const char *root);

const struct chapter *spec_chapter(const struct spec *s, const char *name);
const struct sentence *spec_sentence(const struct spec *s, const char *id);

/** spec_record() - the first LM_REQ or LM_RETIRED entry of an ID, NULL if none */
const struct def_record *spec_record(const struct spec *s, const char *macro, const char *id);

/** id_at() - whether a requirement ID stands at p, alone */
bool id_at(const char *start, const char *p);

/** id_find() - the next requirement ID in a text at or behind p, NULL if none */
const char *id_find(const char *start, const char *p);

/** chapter_load() - a Markdown file as lines; sentences are not looked for */
void chapter_load(struct chapter *c, const char *path);
void chapter_free(struct chapter *c);

#endif
