/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const char *const levels[] = { "MUST", "SHOULD", "MAY", NULL };
static const char *const origins[] = { "rfc", "nvme", "vfio", "proposal", NULL };
static const char *const parties[] = { "device", "driver", "both", NULL };

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

static void check_tag(const struct sentence *q)
{
	if (!one_of(q->level, levels))
		fault(q->chapter->path, q->line, "%s: unknown level %s", q->id, q->level);
	if (!one_of(q->origin, origins))
		fault(q->chapter->path, q->line, "%s: unknown origin %s", q->id, q->origin);
	if (!one_of(q->binds, parties))
		fault(q->chapter->path, q->line, "%s: binds neither device nor driver: %s", q->id,
		      q->binds);
}

static void check_area(const struct spec *s, const struct sentence *q)
{
	const struct def_record *rec;
	size_t i = 0;

	while ((rec = def_next(&s->areas, "LM_AREA", &i))) {
		if (strncmp(rec->arg[0], q->id + 3, 3))
			continue;
		if (strcmp(rec->arg[2], q->chapter->name))
			fault(q->chapter->path, q->line, "%s belongs into %s", q->id, rec->arg[2]);
		return;
	}
	fault(q->chapter->path, q->line, "%s: its area is not in areas.def", q->id);
}

static void check_against_table(const struct spec *s, const struct sentence *q)
{
	const struct def_record *rec = spec_record(s, "LM_REQ", q->id);

	if (spec_record(s, "LM_RETIRED", q->id)) {
		fault(q->chapter->path, q->line, "%s is retired and cannot be used again", q->id);
		return;
	}
	if (!rec) {
		fault(q->chapter->path, q->line, "%s is not in requirements.def", q->id);
		return;
	}
	if (strcmp(rec->arg[REQ_LEVEL], q->level))
		fault(q->chapter->path, q->line, "%s: level %s here, %s in requirements.def", q->id,
		      q->level, rec->arg[REQ_LEVEL]);
	if (strcmp(rec->arg[REQ_ORIGIN], q->origin))
		fault(q->chapter->path, q->line, "%s: origin %s here, %s in requirements.def",
		      q->id, q->origin, rec->arg[REQ_ORIGIN]);
	if (strcmp(rec->arg[REQ_BINDS], q->binds))
		fault(q->chapter->path, q->line, "%s: binds %s here, %s in requirements.def", q->id,
		      q->binds, rec->arg[REQ_BINDS]);
}

static void check_record(const struct spec *s, const struct def_record *rec)
{
	const struct def_table *t = &s->requirements;
	bool retired = !strcmp(rec->macro, "LM_RETIRED");
	const char *id = rec->arg[REQ_ID];

	if (!id_at(id, id) || id[ID_LEN])
		fault(t->path, rec->line, "malformed requirement ID \"%s\"", id);
	if (spec_record(s, rec->macro, id) != rec)
		fault(t->path, rec->line, "%s is there twice", id);
	if (retired) {
		if (!*rec->arg[1])
			fault(t->path, rec->line, "%s is retired without saying why", id);
		if (spec_record(s, "LM_REQ", id))
			fault(t->path, rec->line, "%s is retired and cannot be used again", id);
		return;
	}
	if (!spec_sentence(s, id))
		fault(t->path, rec->line, "%s is not in the text", id);
	if (strtoul(rec->arg[REQ_SINCE], NULL, 10) < 1)
		fault(t->path, rec->line, "%s: no proposal version", id);
}

static void check_duplicates(const struct spec *s)
{
	size_t i;

	for (i = 0; i < s->nsentences; i++) {
		const struct sentence *q = &s->sentence[i];
		const struct sentence *first = spec_sentence(s, q->id);

		if (first != q)
			fault(q->chapter->path, q->line, "%s is there twice, first in %s:%u", q->id,
			      first->chapter->path, first->line);
	}
}

/* The transition table names the requirement behind each of its cells. */
static void check_transitions(const struct spec *s)
{
	const struct def_record *rec;
	size_t i = 0;

	while ((rec = def_next(&s->transitions, "LM_TRANSITION", &i)))
		if (!spec_sentence(s, rec->arg[4]))
			fault(s->transitions.path, rec->line, "%s is not in the text", rec->arg[4]);
}

void check_requirements(const struct spec *s)
{
	size_t i;

	check_duplicates(s);
	for (i = 0; i < s->nsentences; i++) {
		check_tag(&s->sentence[i]);
		check_area(s, &s->sentence[i]);
		check_against_table(s, &s->sentence[i]);
	}
	for (i = 0; i < s->requirements.n; i++)
		check_record(s, &s->requirements.rec[i]);
	check_transitions(s);
}

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The next MUST, SHOULD or MAY outside `code`; *len is its length. */
static const char *next_keyword(const char *start, const char *p, size_t *len)
{
	bool code = false;
	const char *q;
	unsigned int i;

	for (q = start; *q; q++) {
		if (*q == '`')
			code = !code;
		if (code || q < p || (q > start && word_char(q[-1])))
			continue;
		for (i = 0; levels[i]; i++) {
			*len = strlen(levels[i]);
			if (!strncmp(q, levels[i], *len) && !word_char(q[*len]))
				return q;
		}
	}
	return NULL;
}

static void check_sentence_keywords(const struct sentence *q)
{
	const char *start = q->markdown, *p = start;
	bool found = false;
	size_t len;

	for (; (p = next_keyword(start, p, &len)); p += len) {
		if (!strncmp(p, q->level, len) && !q->level[len])
			found = true;
		else
			fault(q->chapter->path, q->line, "%s is a %s and says %.*s", q->id,
			      q->level, (int)len, p);
	}
	if (!found)
		fault(q->chapter->path, q->line, "%s does not say %s", q->id, q->level);
}

static void check_untagged_lines(const struct chapter *c)
{
	unsigned int i;
	const char *p;
	size_t len;

	for (i = 0; i < c->nlines; i++) {
		if (c->tagged[i])
			continue;
		for (p = c->line[i]; (p = next_keyword(c->line[i], p, &len)); p += len)
			fault(c->path, i + 1, "%.*s outside a tagged sentence", (int)len, p);
	}
}

void check_keywords(const struct spec *s)
{
	size_t i;

	for (i = 0; i < s->nsentences; i++)
		check_sentence_keywords(&s->sentence[i]);
	for (i = 0; i < s->nchapters; i++)
		check_untagged_lines(&s->chapter[i]);
}

static void check_citation(const struct spec *s, const char *path, unsigned int line,
			   const char *row, const char *id, bool *cited)
{
	const struct sentence *q = spec_sentence(s, id);

	if (q)
		cited[q - s->sentence] = true;
	else if (spec_record(s, "LM_RETIRED", id))
		fault(path, line, "row %s cites %s, which is retired", row, id);
	else
		fault(path, line, "row %s cites %s, which does not exist", row, id);
}

void check_citations(const struct spec *s, const char *path)
{
	char *text = read_file(path, NULL);
	bool *cited = xrealloc(NULL, s->nsentences * sizeof(*cited));
	char *save_line = NULL, *save_word, *line, *row, *id;
	const struct def_record *rec;
	unsigned int n = 0;
	size_t i;

	memset(cited, 0, s->nsentences * sizeof(*cited));
	for (line = strtok_r(text, "\n", &save_line); line;
	     line = strtok_r(NULL, "\n", &save_line)) {
		n++;
		save_word = NULL;
		row = strtok_r(line, " ", &save_word);
		if (!row)
			continue;
		while ((id = strtok_r(NULL, " ", &save_word)))
			check_citation(s, path, n, row, id, cited);
	}
	for (i = 0; i < s->nsentences; i++) {
		const struct sentence *q = &s->sentence[i];

		rec = spec_record(s, "LM_REQ", q->id);
		if (!strcmp(q->level, "MUST") && !cited[i] && rec && !*rec->arg[REQ_REASON])
			fault(q->chapter->path, q->line,
			      "%s: no row cites it, and no reason is stated", q->id);
	}
	free(cited);
	free(text);
}
