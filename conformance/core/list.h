/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_LIST_H
#define CT_LIST_H

/** ct_list_main() - the subcommand "list"; returns the program's exit code */
int ct_list_main(int argc, char **argv);

#endif
