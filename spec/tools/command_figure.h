/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The submission queue entry of one command, as a figure and a table. */
#ifndef SPEC_COMMAND_FIGURE_H
#define SPEC_COMMAND_FIGURE_H

#include <stdio.h>

#include "spec.h"

/** command_figure() - @command is its LM_COMMAND entry */
void command_figure(const struct spec *s, const struct def_record *command, FILE *out);

#endif
