/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_HELP_H
#define CT_HELP_H

/** Help of the subcommands, on standard output. */
void ct_help_run(void);
void ct_help_list(void);
void ct_help_explain(void);

#endif
