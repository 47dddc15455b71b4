/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "command_figure.h"

#include <stdlib.h>
#include <string.h>

#include "util.h"

#define DWORDS 16

/* Arguments of LM_FIELD */
enum { F_COMMAND, F_NAME, F_DWORD, F_HIGH, F_LOW, F_KIND, F_SINCE, F_MEANING };

/* Which field holds each bit, in the newest version that the table knows. */
struct layout {
	const struct def_record *bit[DWORDS][32];
};

static unsigned int number(const struct def_record *rec, unsigned int arg)
{
	return (unsigned int)strtoul(rec->arg[arg], NULL, 0);
}

static void place_field(struct layout *l, const struct def_table *t, const struct def_record *rec)
{
	unsigned int dword = number(rec, F_DWORD);
	unsigned int high = number(rec, F_HIGH);
	unsigned int b;

	if (dword >= DWORDS || high > 31 || number(rec, F_LOW) > high)
		die("%s:%u: no such bits", t->path, rec->line);
	for (b = number(rec, F_LOW); b <= high; b++)
		if (!l->bit[dword][b] || number(l->bit[dword][b], F_SINCE) <= number(rec, F_SINCE))
			l->bit[dword][b] = rec;
}

static void make_layout(struct layout *l, const struct spec *s, const char *command)
{
	const struct def_record *rec;
	unsigned int d, b;
	size_t i = 0;

	memset(l, 0, sizeof(*l));
	while ((rec = def_next(&s->fields, "LM_FIELD", &i)))
		if (!strcmp(rec->arg[F_COMMAND], command))
			place_field(l, &s->fields, rec);
	for (d = 0; d < DWORDS; d++)
		for (b = 0; b < 32; b++)
			if (!l->bit[d][b])
				die("%s: %s: Dword %u bit %u is not described", s->fields.path,
				    command, d, b);
}

static const char *css_class(const struct def_record *rec)
{
	if (!strcmp(rec->arg[F_KIND], "RESERVED"))
		return "reserved";
	return strcmp(rec->arg[F_KIND], "COMMON") ? "field" : "common";
}

static bool all_reserved(const struct layout *l, unsigned int dword)
{
	return l->bit[dword][0] == l->bit[dword][31] &&
	       !strcmp(l->bit[dword][0]->arg[F_KIND], "RESERVED");
}

static unsigned int run_low(const struct layout *l, unsigned int dword, unsigned int high)
{
	unsigned int low = high;

	while (low && l->bit[dword][low - 1] == l->bit[dword][high])
		low--;
	return low;
}

static void write_bits(const struct layout *l, unsigned int dword, FILE *out)
{
	int high = 31;

	while (high >= 0) {
		const struct def_record *rec = l->bit[dword][high];
		int low = (int)run_low(l, dword, (unsigned int)high);

		fprintf(out, "<td colspan=\"%d\" class=\"%s\">%s</td>", high - low + 1,
			css_class(rec), *rec->arg[F_NAME] ? rec->arg[F_NAME] : "");
		high = low - 1;
	}
}

static void write_layout(const struct layout *l, FILE *out)
{
	unsigned int d = 0, last;
	int b;

	fputs("<table class=\"layout\"><thead><tr><th>Dword</th>", out);
	for (b = 31; b > 0; b -= 8)
		fprintf(out, "<th colspan=\"8\"><span>%d</span><span>%d</span></th>", b, b - 7);
	fputs("</tr></thead><tbody>\n", out);
	while (d < DWORDS) {
		for (last = d;
		     all_reserved(l, d) && last + 1 < DWORDS && all_reserved(l, last + 1);)
			last++;
		if (last > d)
			fprintf(out, "<tr><th>%u..%u</th>", d, last);
		else
			fprintf(out, "<tr><th>%u</th>", d);
		if (all_reserved(l, d))
			fputs("<td colspan=\"32\" class=\"reserved\">reserved</td>", out);
		else
			write_bits(l, d, out);
		fputs("</tr>\n", out);
		d = last + 1;
	}
	fputs("</tbody></table>\n", out);
}

static void write_row(const struct def_record *rec, unsigned int dword, unsigned int high,
		      unsigned int low, FILE *out)
{
	fprintf(out, "<tr class=\"%s\"><td>%u</td><td>", css_class(rec), dword);
	if (high == low)
		fprintf(out, "%u", high);
	else
		fprintf(out, "%u:%u", high, low);
	fprintf(out, "</td><td>%s</td><td>", rec->arg[F_NAME]);
	write_html(out, *rec->arg[F_MEANING] ? rec->arg[F_MEANING] : "reserved");
	fputs("</td><td>", out);
	if (!strcmp(rec->arg[F_KIND], "COMMON"))
		fputs("NVMe", out);
	else if (number(rec, F_SINCE))
		fprintf(out, "version %u; reserved in the 2022 RFC", number(rec, F_SINCE));
	else
		fputs("2022 RFC", out);
	fputs("</td></tr>\n", out);
}

static void write_fields(const struct layout *l, FILE *out)
{
	unsigned int d;
	int high;

	fputs("<table class=\"fields\"><thead><tr><th>Dword</th><th>Bits</th><th>Field</th>"
	      "<th>Meaning</th><th>From</th></tr></thead><tbody>\n",
	      out);
	for (d = 0; d < DWORDS; d++) {
		if (all_reserved(l, d))
			continue;
		for (high = 31; high >= 0;) {
			unsigned int low = run_low(l, d, (unsigned int)high);

			write_row(l->bit[d][high], d, (unsigned int)high, low, out);
			high = (int)low - 1;
		}
	}
	fputs("</tbody></table>\n", out);
}

void command_figure(const struct spec *s, const struct def_record *command, FILE *out)
{
	struct layout l;

	make_layout(&l, s, command->arg[0]);
	fputs("<figure>\n", out);
	write_layout(&l, out);
	fprintf(out, "<figcaption>%s: submission queue entry. Opcode %lXh.</figcaption>\n",
		command->arg[0], strtoul(command->arg[1], NULL, 0));
	write_fields(&l, out);
	fputs("</figure>\n", out);
}
