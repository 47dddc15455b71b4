/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The specification as one self-contained HTML page. */
#ifndef SPEC_PAGE_H
#define SPEC_PAGE_H

#include <stdio.h>

#include "spec.h"

void page_write(const struct spec *s, FILE *out);

#endif
