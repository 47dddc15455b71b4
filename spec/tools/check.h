/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Whether text, tables and rows agree. Every disagreement is a fault(). */
#ifndef SPEC_CHECK_H
#define SPEC_CHECK_H

#include "spec.h"

/** check_requirements() - IDs, levels, origins, binds, areas, retired IDs, other tables */
void check_requirements(const struct spec *s);

/** check_keywords() - MUST, SHOULD and MAY stand in tagged sentences of their level alone */
void check_keywords(const struct spec *s);

/** check_links() - anchors, files and mentioned IDs of one Markdown file exist */
void check_links(const struct spec *s, const struct chapter *c);

/**
 * check_citations() - every MUST has a row or a reason, and rows cite what exists
 * @path: lines "AREA/row LM-ID LM-ID...", as `nvme-lm-ct list --citations` prints them
 */
void check_citations(const struct spec *s, const char *path);

#endif
