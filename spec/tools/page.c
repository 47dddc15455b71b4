/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "heading.h"
#include "markdown.h"
#include "util.h"

static const char style[] =
	":root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--soft:#f3f5f7;--line:#c9d0d8;"
	"--link:#0b57a4;--must:#9a1c1c;--should:#7a5200;--may:#1d6b34;--mark:#fff3c4}\n"
	"@media(prefers-color-scheme:dark){:root{--fg:#dfe3e8;--bg:#15181c;--soft:#20252b;"
	"--line:#414a54;--link:#7db8f5;--must:#ff9a92;--should:#f0c060;--may:#7fd49a;"
	"--mark:#4a3d0c}}\n"
	"*{box-sizing:border-box}html{scroll-padding-top:1rem}\n"
	"body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--fg);background:var(--bg)}\n"
	"a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}\n"
	"nav{padding:.5rem 1rem;background:var(--soft);font-size:.9rem;max-height:45vh;"
	"overflow:auto;border-bottom:1px solid var(--line)}\n"
	"nav ul{list-style:none;margin:0;padding:0}nav ul ul{display:none}\n"
	"nav li{padding:.15rem 0}\n"
	"main{padding:0 1rem 4rem;max-width:60rem;overflow-wrap:break-word}\n"
	"h1{font-size:1.7rem;line-height:1.25}h2{margin-top:3rem;border-bottom:1px solid "
	"var(--line)}\n"
	".scroll{overflow-x:auto;margin:1rem 0}\n"
	"table{border-collapse:collapse;font-size:.9rem}\n"
	"th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;"
	"vertical-align:top}\n"
	"thead th{background:var(--soft)}\n"
	"code{background:var(--soft);padding:0 .2em;border-radius:3px}\n"
	"pre{background:var(--soft);padding:.7rem;overflow-x:auto}pre code{padding:0}\n"
	"main ul{padding-left:1.2rem}li{margin:.3rem 0}\n"
	".id{font-weight:600;white-space:nowrap}.id:target{background:var(--mark)}\n"
	".tag{font-size:.75rem;border:1px solid var(--line);border-radius:3px;padding:0 .3em}\n"
	".MUST{color:var(--must)}.SHOULD{color:var(--should)}.MAY{color:var(--may)}\n"
	"figure{margin:1.5rem 0}figcaption{font-size:.85rem;opacity:.8}\n"
	".layout{table-layout:fixed;width:100%;font-size:.75rem}\n"
	".layout th:first-child{width:4rem}.layout th,.layout td{white-space:nowrap}.layout td{text-align:center;padding:.2rem 0;"
	"overflow:hidden}\n"
	".layout thead th{font-weight:400;padding:.1rem .2rem}\n"
	".layout thead span+span{float:right}\n"
	".layout .reserved{background:var(--soft);opacity:.7}.layout .field{font-weight:600}\n"
	".layout .common{font-style:italic}\n"
	".states svg{max-width:100%;height:auto}.states svg text{fill:currentColor}\n"
	".states svg path,.states svg .edge polygon{stroke:currentColor}\n"
	".states svg .edge polygon{fill:currentColor}.states svg>g>polygon{fill:none;"
	"stroke:none}\n"
	"@media(min-width:62rem){body{display:grid;grid-template-columns:19rem 1fr}\n"
	"nav{position:sticky;top:0;height:100vh;max-height:none;border-right:1px solid "
	"var(--line)}\n"
	"nav ul ul{display:block;padding-left:.9rem}main{padding:0 2rem 4rem}}\n"
	"@media(max-width:40rem){.layout{font-size:.6rem}.layout th:first-child{width:2.8rem}}\n"
	"@media print{nav{display:none}body{display:block}}\n";

/* The chapters' headings of the first two levels, as lists. */
static void write_contents(const struct spec *s, FILE *out)
{
	size_t i;

	fputs("<nav aria-label=\"Contents\"><ul>\n", out);
	for (i = 0; i < s->nchapters; i++) {
		const struct chapter *c = &s->chapter[i];
		char *anchor = markdown_anchor(c->name);
		bool inner = false, code = false;
		unsigned int j;

		for (j = 0; j < c->nlines; j++) {
			unsigned int level = heading_level(c->line[j]);
			char *slug;

			if (!strncmp(c->line[j], "```", 3))
				code = !code;
			if (code || level < 1 || level > 2)
				continue;
			slug = heading_slug(c->line[j]);
			if (level == 1)
				fprintf(out, "<li><a href=\"#%s\">", anchor);
			else
				fprintf(out, "%s<li><a href=\"#%s.%s\">", inner ? "" : "<ul>",
					anchor, slug);
			inner = inner || level == 2;
			write_html(out, c->line[j] + level + 1);
			fprintf(out, "</a>%s\n", level == 2 ? "</li>" : "");
			free(slug);
		}
		fprintf(out, "%s</li>\n", inner ? "</ul>" : "");
		free(anchor);
	}
	fputs("<li><a href=\"#requirements\">Index of requirements</a></li></ul></nav>\n", out);
}

static void write_chapter(const struct spec *s, const struct chapter *c, FILE *out)
{
	char *markdown = markdown_page(s, c);
	char *html = figure_run("cmark-gfm --unsafe -e table -e strikethrough", markdown);

	fputs("<section>\n", out);
	markdown_finish(c, html, c == s->chapter ? 0 : 1, out);
	fputs("</section>\n", out);
	free(html);
	free(markdown);
}

/* Every requirement and every retired ID, after the last chapter. */
static void write_index(const struct spec *s, FILE *out)
{
	static const char *const part[] = { "table: requirements", "table: retired" };
	size_t i, size;

	fputs("<section><h2 id=\"requirements\">Index of requirements</h2>\n", out);
	for (i = 0; i < 2; i++) {
		char *html = NULL;
		FILE *f = open_memstream(&html, &size);

		if (!f)
			die("out of memory");
		figure_write(s, part[i], f);
		fclose(f);
		markdown_finish(s->chapter, html, 0, out);
		free(html);
	}
	fputs("</section>\n", out);
}

void page_write(const struct spec *s, FILE *out)
{
	size_t i;

	if (!s->nchapters)
		die("no chapters");
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<title>NVMe VF live migration: command specification</title>\n<style>\n",
	      out);
	fputs(style, out);
	fputs("</style></head><body>\n", out);
	write_contents(s, out);
	fputs("<main>\n", out);
	for (i = 0; i < s->nchapters; i++)
		write_chapter(s, &s->chapter[i], out);
	write_index(s, out);
	fputs("</main></body></html>\n", out);
}
