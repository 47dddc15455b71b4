/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "gen.h"

#include <sha256.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const char banner[] = "/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */\n"
			     "/* Generated from spec/text and spec/tables. */\n";

static void gen_requirement(const struct sentence *q, const struct def_record *rec, FILE *out)
{
	fprintf(out, "\t{ \"%s\", \"%s\", \"%s\", \"%s\", %s,\n\t  ", q->id, q->level, q->origin,
		q->binds, rec->arg[REQ_SINCE]);
	write_c_string(out, rec->arg[REQ_REASON]);
	fputs(",\n\t  ", out);
	write_c_string(out, q->plain);
	fprintf(out, ",\n\t  \"%s\" },\n", q->chapter->name);
}

void gen_requirements(const struct spec *s, FILE *out)
{
	const struct def_record *rec;
	size_t i;

	fputs(banner, out);
	fputs("#ifndef LM_REQUIREMENTS_TEXT_H\n"
	      "#define LM_REQUIREMENTS_TEXT_H\n\n"
	      "struct lm_requirement_text {\n"
	      "\tconst char *id;\n"
	      "\tconst char *level; /* MUST, SHOULD, MAY */\n"
	      "\tconst char *origin; /* rfc, nvme, vfio, proposal */\n"
	      "\tconst char *binds; /* device, driver, both */\n"
	      "\tunsigned int since; /* proposal version */\n"
	      "\tconst char *reason; /* why no row can prove it, or \"\" */\n"
	      "\tconst char *sentence;\n"
	      "\tconst char *chapter; /* file under spec/text */\n"
	      "};\n\n"
	      "struct lm_retired_text {\n"
	      "\tconst char *id;\n"
	      "\tconst char *why;\n"
	      "};\n\n"
	      "/* In the order of the text; an entry with id NULL ends each. */\n"
	      "static const struct lm_requirement_text lm_requirements_text[] = {\n",
	      out);
	for (i = 0; i < s->nsentences; i++) {
		rec = spec_record(s, "LM_REQ", s->sentence[i].id);
		if (!rec)
			fault(s->sentence[i].chapter->path, s->sentence[i].line,
			      "%s is not in requirements.def", s->sentence[i].id);
		else
			gen_requirement(&s->sentence[i], rec, out);
	}
	fputs("\t{ 0 },\n};\n\nstatic const struct lm_retired_text lm_retired_text[] = {\n", out);
	for (i = 0; (rec = def_next(&s->requirements, "LM_RETIRED", &i));) {
		fprintf(out, "\t{ \"%s\", ", rec->arg[0]);
		write_c_string(out, rec->arg[1]);
		fputs(" },\n", out);
	}
	fputs("\t{ 0 },\n};\n\n#endif\n", out);
}

static void hash_file(SHA2_CTX *ctx, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t size;
	char *text = read_file(path, &size);
	char *head = xprintf("%s %zu\n", name, size);

	SHA256Update(ctx, (const uint8_t *)head, strlen(head));
	SHA256Update(ctx, (const uint8_t *)text, size);
	free(head);
	free(text);
}

void gen_hash(const struct spec *s, FILE *out)
{
	const struct def_table *const table[] = {
		&s->areas,    &s->commands,    &s->fields,
		&s->statuses, &s->transitions, &s->requirements,
	};
	char hex[SHA256_DIGEST_STRING_LENGTH];
	SHA2_CTX ctx;
	size_t i;

	SHA256Init(&ctx);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		hash_file(&ctx, table[i]->path);
	for (i = 0; i < s->nchapters; i++)
		hash_file(&ctx, s->chapter[i].path);
	SHA256End(&ctx, hex);
	fprintf(out, "%s#define LM_SPEC_HASH \"%s\"\n", banner, hex);
}
