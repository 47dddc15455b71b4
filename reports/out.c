/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

#define REPLACEMENT 0xFFFD

unsigned int rp_utf8(const char *text, unsigned int *len)
{
	static const unsigned int least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	unsigned int n, i, c;

	*len = 1;
	if (s[0] < 0x80)
		return s[0];
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		n = 2;
	else if ((s[0] & 0xF0) == 0xE0)
		n = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		n = 4;
	else
		return REPLACEMENT;
	c = s[0] & (0xFFu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (s[i] & 0x3F);
	}
	if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return REPLACEMENT;
	*len = n;
	return c;
}

/* Characters that would act instead of being seen: controls, and those that reorder text. */
static bool acts(unsigned int c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void put_visible(struct rp_out *out, unsigned int c)
{
	/* in TAP and YAML a backslash escapes, so it is doubled to be seen */
	const char *slash = out->escape == RP_TAP || out->escape == RP_YAML ||
					    out->escape == RP_MARKDOWN ?
				    "\\\\" :
				    "\\";

	if (c < 0x100)
		fprintf(out->file, "%sx%02X", slash, c);
	else
		fprintf(out->file, "%su%04X", slash, c);
}

static const char *markup(unsigned int c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static bool is_markup(enum rp_escape escape)
{
	return escape == RP_HTML || escape == RP_XML;
}

/* Line ends: kept where the format has lines of text, one blank where an item is one line. */
static bool put_space(struct rp_out *out, unsigned int c)
{
	if (c != '\n' && c != '\t')
		return false;
	if (out->escape == RP_YAML)
		fputs(c == '\n' ? "\\n" : "\\t", out->file);
	else if (out->escape == RP_HTML)
		fputc((int)c, out->file);
	else if (out->escape == RP_XML)
		/* as references, an attribute keeps them */
		fprintf(out->file, "&#%u;", c);
	else
		fputc(' ', out->file);
	return true;
}

static bool put_special(struct rp_out *out, unsigned int c)
{
	const char *entity = is_markup(out->escape) ? markup(c) : NULL;

	if (entity) {
		fputs(entity, out->file);
		return true;
	}
	if (out->escape == RP_MARKDOWN && c < 0x80 && strchr("\\`*_{}[]<>#|~!", (int)c)) {
		/* entities for the two that raw HTML is made of */
		if (c == '<' || c == '>')
			fputs(markup(c), out->file);
		else
			fprintf(out->file, "\\%c", (int)c);
		return true;
	}
	if ((out->escape == RP_TAP && (c == '#' || c == '\\')) ||
	    (out->escape == RP_YAML && (c == '"' || c == '\\'))) {
		fprintf(out->file, "\\%c", (int)c);
		return true;
	}
	return false;
}

void rp_text(struct rp_out *out, const char *text)
{
	unsigned int len, c;

	for (; *text; text += len) {
		c = rp_utf8(text, &len);
		if (put_space(out, c) || put_special(out, c))
			continue;
		if (acts(c))
			put_visible(out, c);
		else if (c == REPLACEMENT || c == 0xFFFE || c == 0xFFFF)
			fputs("\xEF\xBF\xBD", out->file);
		else
			fwrite(text, 1, len, out->file);
	}
}

void rp_raw(struct rp_out *out, const char *text)
{
	fputs(text, out->file);
}

void rp_put(struct rp_out *out, const char *fmt, ...)
{
	const char *run = fmt, *spec;
	va_list ap;

	va_start(ap, fmt);
	while ((spec = strchr(run, '%'))) {
		fwrite(run, 1, (size_t)(spec - run), out->file);
		run = spec + 2;
		if (spec[1] == 's') {
			rp_text(out, va_arg(ap, const char *));
		} else if (spec[1] == 'u') {
			fprintf(out->file, "%u", va_arg(ap, unsigned int));
		} else if (spec[1] == 'd') {
			fprintf(out->file, "%d", va_arg(ap, int));
		} else if (spec[1] == 'c') {
			fputc(va_arg(ap, int), out->file);
		} else if (spec[1] == '%') {
			fputc('%', out->file);
		} else if (!strncmp(spec, "%zu", 3)) {
			fprintf(out->file, "%zu", va_arg(ap, size_t));
			run = spec + 3;
		} else if (!strncmp(spec, "%.1f", 4) || !strncmp(spec, "%.3f", 4)) {
			fprintf(out->file, spec[2] == '1' ? "%.1f" : "%.3f", va_arg(ap, double));
			run = spec + 4;
		} else {
			abort(); /* a format that nobody implemented: ours, never the log's */
		}
	}
	va_end(ap);
	rp_raw(out, run);
}
