/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_EXPLAIN_H
#define CT_EXPLAIN_H

#include <stdbool.h>

/** ct_explain_main() - the subcommand "explain"; returns the program's exit code */
int ct_explain_main(int argc, char **argv);

/**
 * ct_explain_command() - print one of the five, by name or opcode (C8h)
 *
 * Returns the code of its area, or NULL where the word names none.
 */
const char *ct_explain_command(const char *word);

/** ct_explain_state() - print a state of a VF and what each event there leads to; false: no such state */
bool ct_explain_state(const char *word);

#endif
