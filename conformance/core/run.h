/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The subcommand "run". */
#ifndef CT_RUN_H
#define CT_RUN_H

/** ct_run_main() - argv[0] is "run"; returns the program's exit code */
int ct_run_main(int argc, char **argv);

#endif
