/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Markdown headings and their anchors. */
#ifndef SPEC_HEADING_H
#define SPEC_HEADING_H

/** heading_level() - 1 to 6 for "# " to "###### ", 0 for any other line */
unsigned int heading_level(const char *line);

/**
 * heading_slug() - the anchor of a heading, as code hosts make it: lower case,
 * blanks as hyphens, punctuation gone
 * @text: the heading, with or without its leading #
 */
char *heading_slug(const char *text);

#endif
