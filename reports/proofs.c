/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <string.h>

#include "spec.h"

const struct lm_requirement_text *rp_req(const char *id)
{
	const struct lm_requirement_text *q;

	for (q = rp_spec()->reqs; q->id; q++)
		if (!strcmp(q->id, id))
			return q;
	return NULL;
}

const char *rp_retired(const char *id)
{
	const struct lm_retired_text *r;

	for (r = rp_spec()->retired; r->id; r++)
		if (!strcmp(r->id, id))
			return r->why;
	return NULL;
}

unsigned int rp_proofs(const char *id)
{
	const char *line = rp_spec()->proofs;
	size_t len = strlen(id);
	unsigned int n = 0;

	while (*line) {
		if (!strncmp(line, id, len) && line[len] == ' ')
			n++;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return n;
}

const char *rp_suite_reqs(const char *row)
{
	const char *id, *reqs;
	size_t i;

	for (i = 0; (id = rp_spec()->row(i, &reqs)); i++)
		if (!strcmp(id, row))
			return reqs;
	return NULL;
}

bool rp_suite_cites(const char *id)
{
	size_t i, len = strlen(id);
	const char *reqs, *at;

	for (i = 0; rp_spec()->row(i, &reqs); i++)
		for (at = reqs; *at; at += strcspn(at, " "), at += strspn(at, " "))
			if (strcspn(at, " ") == len && !strncmp(at, id, len))
				return true;
	return false;
}
