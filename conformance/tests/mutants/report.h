/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef MUTANTS_REPORT_H
#define MUTANTS_REPORT_H

#include "hunt.h"

/**
 * report() - print killed and total of each file, and who survives
 * @path: gets a line for each mutant: number, what came of it, row, identity
 * @stale: lines of the list of survivors that name none
 *
 * Return: true where a mutant survives that is not known to, or one that is known
 * to is killed, or a gate is missed.
 */
bool report(const struct hunt *hunt, const char *path, unsigned int stale);

#endif
