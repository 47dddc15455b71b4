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
