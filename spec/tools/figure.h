/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Figures and tables of the page, made from spec/tables. They are HTML without
 * blank lines, so that a Markdown renderer takes each as one block.
 */
#ifndef SPEC_FIGURE_H
#define SPEC_FIGURE_H

#include <stdio.h>

#include "spec.h"

/**
 * figure_write() - what a placeholder stands for
 * @what: "figure: command NAME", "figure: states", "table: statuses",
 *        "table: transitions", "table: requirements" or "table: retired"
 *
 * Return: whether it is known.
 */
bool figure_write(const struct spec *s, const char *what, FILE *out);

/**
 * figure_run() - the output of a program that reads a file, NUL-terminated
 * @command: program and options
 * @input: what the file holds
 */
char *figure_run(const char *command, const char *input);

#endif
