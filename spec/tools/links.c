/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "heading.h"
#include "util.h"

static bool has_anchor(const struct chapter *c, const char *anchor)
{
	unsigned int i;

	for (i = 0; i < c->nlines; i++) {
		const char *line = c->line[i];
		char *slug;
		bool same;

		if (!strncmp(line, "- **LM-", 7) && !strncmp(line + 4, anchor, strlen(anchor)) &&
		    strlen(anchor) == ID_LEN)
			return true;
		if (!heading_level(line))
			continue;
		slug = heading_slug(line);
		same = !strcmp(slug, anchor);
		free(slug);
		if (same)
			return true;
	}
	return false;
}

/* A link's target as a path from where the tool runs. */
static char *target_path(const struct chapter *c, const char *target, size_t len)
{
	const char *slash = strrchr(c->path, '/');
	int dir = slash ? (int)(slash + 1 - c->path) : 0;

	return xprintf("%.*s%.*s", dir, c->path, (int)len, target);
}

static void check_target(const struct chapter *c, unsigned int line, const char *target)
{
	size_t len = strcspn(target, "#");
	struct chapter other;
	char *path;

	if (strstr(target, "://"))
		return;
	if (!len) {
		if (!has_anchor(c, target + 1))
			fault(c->path, line, "dead link: no %s here", target);
		return;
	}
	path = target_path(c, target, len);
	if (access(path, F_OK)) {
		fault(c->path, line, "dead link: no file %s", path);
	} else if (target[len]) {
		chapter_load(&other, path);
		if (!has_anchor(&other, target + len + 1))
			fault(c->path, line, "dead link: no %s in %s", target + len, path);
		chapter_free(&other);
	}
	free(path);
}

static void check_line_links(const struct chapter *c, unsigned int i)
{
	const char *p = c->line[i];

	while ((p = strstr(p, "]("))) {
		size_t len = strcspn(p + 2, ") ");
		char *target = xstrndup(p + 2, len);

		check_target(c, i + 1, target);
		free(target);
		p += 2;
	}
}

static void check_line_ids(const struct spec *s, const struct chapter *c, unsigned int i)
{
	const char *p = c->line[i];

	for (; (p = id_find(c->line[i], p)); p += ID_LEN) {
		char *id = xstrndup(p, ID_LEN);

		if (!spec_sentence(s, id) && !spec_record(s, "LM_RETIRED", id))
			fault(c->path, i + 1, "%s does not exist", id);
		free(id);
	}
}

void check_links(const struct spec *s, const struct chapter *c)
{
	unsigned int i;

	for (i = 0; i < c->nlines; i++) {
		check_line_links(c, i);
		check_line_ids(s, c, i);
	}
}
