/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef MUTANTS_REPORT_H
#define MUTANTS_REPORT_H

#include "hunt.h"

/**
 * report() - print killed and total of each file, and who survives
 * @stale: lines of the list of survivors that name none
 * @least: percent of those that are not equivalent that a row has to kill
 *
 * Return: true where that is missed or a line is stale; where least is 0 also
 * where a mutant survives that is not known to, or one that is known to is killed.
 */
bool report(const struct hunt *hunt, unsigned int stale, unsigned int least);

#endif
