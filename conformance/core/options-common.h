/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Values of options that several subcommands take; a bad one ends the program with exit code 2. */
#ifndef CT_OPTIONS_COMMON_H
#define CT_OPTIONS_COMMON_H

#include "options.h"

/** ct_option_number() - from 0 to max */
uint64_t ct_option_number(const char *option, const char *s, uint64_t max);

/** ct_option_seconds() - above 0 */
double ct_option_seconds(const char *option, const char *s);

/** ct_option_seed() - a number, or "random" */
uint64_t ct_option_seed(const char *s);

/** ct_option_scratch() - NSID:LBA:BLOCKS */
void ct_option_scratch(struct ct_scratch *scratch, const char *s);

#endif
