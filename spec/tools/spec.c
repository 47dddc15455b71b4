/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "spec.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define ITEM "- **LM-"

bool id_at(const char *start, const char *p)
{
	unsigned int i;

	if (strncmp(p, "LM-", 3) || (p > start && (isalnum((unsigned char)p[-1]) || p[-1] == '-')))
		return false;
	for (i = 3; i < 6; i++)
		if (!isupper((unsigned char)p[i]))
			return false;
	if (p[6] != '-')
		return false;
	for (i = 7; i < ID_LEN; i++)
		if (!isdigit((unsigned char)p[i]))
			return false;
	return !isalnum((unsigned char)p[ID_LEN]);
}

const char *id_find(const char *start, const char *p)
{
	while ((p = strstr(p, "LM-"))) {
		if (id_at(start, p))
			return p;
		p++;
	}
	return NULL;
}

static void split_lines(struct chapter *c)
{
	const char *p = c->text;

	while (*p) {
		size_t len = strcspn(p, "\n");

		c->line = grow(c->line, c->nlines, sizeof(*c->line));
		c->line[c->nlines++] = xstrndup(p, len);
		p += len;
		p += *p == '\n';
	}
	c->tagged = xrealloc(NULL, c->nlines * sizeof(*c->tagged));
	memset(c->tagged, 0, c->nlines * sizeof(*c->tagged));
}

void chapter_load(struct chapter *c, const char *path)
{
	memset(c, 0, sizeof(*c));
	c->path = xstrdup(path);
	c->name = xstrdup(strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	c->text = read_file(path, NULL);
	split_lines(c);
}

void chapter_free(struct chapter *c)
{
	unsigned int i;

	for (i = 0; i < c->nlines; i++)
		free(c->line[i]);
	free(c->line);
	free(c->tagged);
	free(c->text);
	free(c->name);
	free(c->path);
	memset(c, 0, sizeof(*c));
}

/* Markdown to words: links become their text, marks go. */
static char *plain_text(const char *md)
{
	char *out = xrealloc(NULL, strlen(md) + 1);
	char *o = out;
	bool link = false;

	for (; *md; md++) {
		if (*md == '`' || (*md == '*' && md[1] == '*') || (*md == '*' && md[-1] == '*'))
			continue;
		if (*md == '[' && strstr(md, "](")) {
			link = true;
			continue;
		}
		if (link && *md == ']' && md[1] == '(') {
			md += strcspn(md, ")");
			link = false;
			if (!*md)
				break;
			continue;
		}
		*o++ = *md;
	}
	*o = '\0';
	return out;
}

/* "(MUST, proposal, device) " behind the ID; returns what follows, NULL if malformed. */
static const char *parse_tag(struct sentence *q, const char *p)
{
	char level[8], origin[16], binds[8];
	int n = 0;

	if (sscanf(p, "** (%7[A-Z], %15[a-z], %7[a-z]) %n", level, origin, binds, &n) != 3 || !n)
		return NULL;
	q->level = xstrdup(level);
	q->origin = xstrdup(origin);
	q->binds = xstrdup(binds);
	return p + n;
}

/* Whether the item goes on in this line: to the next blank line, item, heading or comment. */
static bool continues(const char *line)
{
	size_t indent = strspn(line, " ");

	if (!line[indent] || !strncmp(line + indent, "<!--", 4))
		return false;
	return strncmp(line + indent, "- ", 2) && strncmp(line + indent, "* ", 2) &&
	       line[indent] != '#' && line[indent] != '|';
}

static unsigned int parse_item(struct spec *s, struct chapter *c, unsigned int i)
{
	const char *id = c->line[i] + strlen("- **");
	struct sentence q = { .chapter = c, .line = i + 1 };
	const char *rest;

	c->tagged[i] = true;
	if (!id_at(c->line[i], id)) {
		fault(c->path, i + 1, "malformed requirement ID");
		return i + 1;
	}
	memcpy(q.id, id, ID_LEN);
	rest = parse_tag(&q, id + ID_LEN);
	if (!rest) {
		fault(c->path, i + 1, "%s: the tag is not (LEVEL, origin, binds)", q.id);
		return i + 1;
	}
	q.markdown = xstrdup(rest);
	for (i++; i < c->nlines && continues(c->line[i]); i++) {
		char *joined = xprintf("%s %s", q.markdown, c->line[i] + strspn(c->line[i], " "));

		free(q.markdown);
		q.markdown = joined;
		c->tagged[i] = true;
	}
	q.plain = plain_text(q.markdown);
	s->sentence = grow(s->sentence, s->nsentences, sizeof(*s->sentence));
	s->sentence[s->nsentences++] = q;
	return i;
}

static void parse_chapter(struct spec *s, struct chapter *c)
{
	unsigned int i = 0;

	while (i < c->nlines) {
		if (!strncmp(c->line[i], ITEM, strlen(ITEM)))
			i = parse_item(s, c, i);
		else
			i++;
	}
}

static int is_markdown(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 3 && !strcmp(d->d_name + n - 3, ".md");
}

static void load_text(struct spec *s, const char *root)
{
	char *dir = xprintf("%s/text", root);
	struct dirent **name;
	int n = scandir(dir, &name, is_markdown, versionsort);
	int i;

	if (n < 0)
		die("%s: %s", dir, strerror(errno));
	s->nchapters = (size_t)n;
	s->chapter = xrealloc(NULL, s->nchapters * sizeof(*s->chapter));
	for (i = 0; i < n; i++) {
		char *path = xprintf("%s/%s", dir, name[i]->d_name);

		chapter_load(&s->chapter[i], path);
		parse_chapter(s, &s->chapter[i]);
		free(path);
		free(name[i]);
	}
	free(name);
	free(dir);
}

static void load_table(struct def_table *t, const char *root, const char *name, const char *allowed)
{
	char *path = xprintf("%s/tables/%s", root, name);

	def_load(t, path, allowed);
	free(path);
}

void spec_load(struct spec *s, const char *root)
{
	memset(s, 0, sizeof(*s));
	load_table(&s->areas, root, "areas.def", "LM_AREA:3");
	load_table(&s->commands, root, "commands.def", "LM_COMMAND:5");
	load_table(&s->fields, root, "fields.def", "LM_FIELD:8");
	load_table(&s->statuses, root, "statuses.def", "LM_STATUS:5");
	load_table(&s->transitions, root, "transitions.def",
		   "LM_STATE:3 LM_EVENT:3 LM_TRANSITION:5");
	load_table(&s->requirements, root, "requirements.def", "LM_REQ:6 LM_RETIRED:2");
	load_text(s, root);
}

const struct chapter *spec_chapter(const struct spec *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nchapters; i++)
		if (!strcmp(s->chapter[i].name, name))
			return &s->chapter[i];
	return NULL;
}

const struct sentence *spec_sentence(const struct spec *s, const char *id)
{
	size_t i;

	for (i = 0; i < s->nsentences; i++)
		if (!strcmp(s->sentence[i].id, id))
			return &s->sentence[i];
	return NULL;
}

const struct def_record *spec_record(const struct spec *s, const char *macro, const char *id)
{
	const struct def_record *rec;
	size_t i = 0;

	while ((rec = def_next(&s->requirements, macro, &i)))
		if (!strcmp(rec->arg[REQ_ID], id))
			return rec;
	return NULL;
}
