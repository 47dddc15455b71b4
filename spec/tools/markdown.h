/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* One chapter's way from Markdown to HTML. */
#ifndef SPEC_MARKDOWN_H
#define SPEC_MARKDOWN_H

#include <stdio.h>

#include "spec.h"

/** markdown_anchor() - a chapter's name without ".md", the anchor of its first heading */
char *markdown_anchor(const char *chapter_name);

/**
 * markdown_page() - the chapter as Markdown for a page that holds all chapters:
 * figures in their places, requirements marked up, links turned inwards
 */
char *markdown_page(const struct spec *s, const struct chapter *c);

/**
 * markdown_finish() - the renderer's HTML with anchors at headings, mentioned
 * IDs as links and tables in boxes that scroll
 * @shift: added to heading levels
 */
void markdown_finish(const struct chapter *c, const char *html, unsigned int shift, FILE *out);

#endif
