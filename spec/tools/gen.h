/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Headers that the suite embeds. */
#ifndef SPEC_GEN_H
#define SPEC_GEN_H

#include <stdio.h>

#include "spec.h"

/** gen_requirements() - every requirement with its sentence, as a C array */
void gen_requirements(const struct spec *s, FILE *out);

/** gen_hash() - LM_SPEC_HASH, SHA-256 over the text and the tables */
void gen_hash(const struct spec *s, FILE *out);

#endif
