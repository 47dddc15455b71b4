/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "markdown.h"

#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "heading.h"
#include "util.h"

char *markdown_anchor(const char *chapter_name)
{
	return xstrndup(chapter_name, strcspn(chapter_name, "."));
}

/* "](20-common.md#x)" and "](#x)" as they are reached within the page. */
static void write_target(const struct chapter *c, const char *target, size_t len, FILE *out)
{
	const char *hash = memchr(target, '#', len);
	size_t name_len = hash ? (size_t)(hash - target) : len;
	char *name = name_len ? xstrndup(target, name_len) : xstrdup(c->name);
	char *anchor = markdown_anchor(name);

	if (memmem(target, len, "://", 3))
		fprintf(out, "%.*s", (int)len, target);
	else if (hash && id_at(hash + 1, hash + 1))
		fprintf(out, "%.*s", (int)(target + len - hash), hash);
	else if (hash)
		fprintf(out, "#%s.%.*s", anchor, (int)(target + len - hash - 1), hash + 1);
	else
		fprintf(out, "#%s", anchor);
	free(anchor);
	free(name);
}

static void write_line(const struct chapter *c, const char *line, FILE *out)
{
	const char *p;

	while ((p = strstr(line, "]("))) {
		size_t len = strcspn(p + 2, ")");

		fprintf(out, "%.*s](", (int)(p - line), line);
		write_target(c, p + 2, len, out);
		line = p + 2 + len;
	}
	fprintf(out, "%s\n", line);
}

static const struct sentence *sentence_of_line(const struct spec *s, const struct chapter *c,
					       unsigned int line)
{
	size_t i;

	for (i = 0; i < s->nsentences; i++)
		if (s->sentence[i].chapter == c && s->sentence[i].line == line)
			return &s->sentence[i];
	return NULL;
}

static void write_requirement(const struct chapter *c, const struct sentence *q, FILE *out)
{
	fprintf(out,
		"- <a class=\"id\" id=\"%s\" href=\"#%s\">%s</a> "
		"<span class=\"tag %s\">%s</span> <span class=\"tag\">%s</span> "
		"<span class=\"tag\">%s</span> ",
		q->id, q->id, q->id, q->level, q->level, q->origin, q->binds);
	write_line(c, q->markdown, out);
}

/* "<!-- figure: ... -->": what is in it, NULL for another line */
static char *placeholder(const char *line)
{
	size_t len = strlen(line);

	if (strncmp(line, "<!-- figure: ", 13) && strncmp(line, "<!-- table: ", 12))
		return NULL;
	if (len < 9 || strcmp(line + len - 4, " -->"))
		return NULL;
	return xstrndup(line + 5, len - 9);
}

char *markdown_page(const struct spec *s, const struct chapter *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned int i;

	if (!out)
		die("out of memory");
	for (i = 0; i < c->nlines; i++) {
		const struct sentence *q = sentence_of_line(s, c, i + 1);
		char *what = placeholder(c->line[i]);

		if (what) {
			if (!figure_write(s, what, out))
				fault(c->path, i + 1, "no such figure or table: %s", what);
			free(what);
		} else if (q) {
			write_requirement(c, q, out);
		} else if (!c->tagged[i]) {
			write_line(c, c->line[i], out);
		}
	}
	fclose(out);
	return text;
}

/* A heading from its "<hN>" to its "</hN>"; returns what follows. */
static const char *finish_heading(const struct chapter *c, const char *p, unsigned int shift,
				  FILE *out)
{
	unsigned int level = (unsigned int)(p[2] - '0');
	const char *text = p + 4;
	const char *end = strstr(text, "</h");
	char *anchor = markdown_anchor(c->name);
	char *title, *slug;

	if (!end)
		die("%s: a heading does not end", c->path);
	title = xstrndup(text, (size_t)(end - text));
	slug = heading_slug(title);
	if (level == 1)
		fprintf(out, "<h%u id=\"%s\">", level + shift, anchor);
	else
		fprintf(out, "<h%u id=\"%s.%s\">", level + shift, anchor, slug);
	fprintf(out, "%s</h%u>", title, level + shift);
	free(slug);
	free(title);
	free(anchor);
	return end + 5;
}

void markdown_finish(const struct chapter *c, const char *html, unsigned int shift, FILE *out)
{
	bool link = false;
	const char *p = html;

	while (*p) {
		if (*p == '<') {
			size_t len = strcspn(p, ">") + 1;

			if (p[1] == 'h' && p[2] >= '1' && p[2] <= '6' && p[3] == '>') {
				p = finish_heading(c, p, shift, out);
				continue;
			}
			if (!strncmp(p, "<a ", 3) || !strncmp(p, "</a", 3))
				link = p[1] == 'a';
			if (!strncmp(p, "<table", 6))
				fputs("<div class=\"scroll\">", out);
			fwrite(p, 1, len, out);
			if (!strncmp(p, "</table", 7))
				fputs("</div>", out);
			p += len;
		} else if (!link && id_at(html, p)) {
			fprintf(out, "<a href=\"#%.*s\">%.*s</a>", ID_LEN, p, ID_LEN, p);
			p += ID_LEN;
		} else {
			fputc(*p++, out);
		}
	}
}
