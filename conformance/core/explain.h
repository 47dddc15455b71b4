/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_EXPLAIN_H
#define CT_EXPLAIN_H

/** ct_explain_main() - the subcommand "explain"; returns the program's exit code */
int ct_explain_main(int argc, char **argv);

#endif
