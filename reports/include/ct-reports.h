/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Everything that is made from a finished (or cut) native log. Each function
 * is one subcommand of nvme-lm-ct: argv[0] is the subcommand's name, and the
 * value returned is the program's exit code. Messages go to stderr, one line
 * each.
 */
#ifndef CT_REPORTS_H
#define CT_REPORTS_H

/* report LOG... --format tap|junit|markdown|html --output FILE|DIR: 0, or 2 */
int ct_report_main(int argc, char **argv);

/* compare A B: 0 nothing is worse in B, 1 something is, 2 a log is unreadable */
int ct_compare_main(int argc, char **argv);

/* bundle LOG --output FILE.tar.gz: 0, or 2 */
int ct_bundle_main(int argc, char **argv);

/* verify BUNDLE: 0 it holds, 1 it contradicts itself, 2 it cannot be judged here */
int ct_verify_main(int argc, char **argv);

#endif
