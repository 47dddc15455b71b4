/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Messages to whoever runs the program, and its exit codes. */
#ifndef CT_SAY_H
#define CT_SAY_H

#define CT_EXIT_PASS 0
#define CT_EXIT_FAIL 1
#define CT_EXIT_USAGE 2 /* usage or target error */
#define CT_EXIT_ABSENT 3 /* the device has no live migration */
#define CT_EXIT_PARTIAL 4 /* interrupted, hung, or nothing judged */

/** ct_say() - one line to stderr, with the program's name */
void ct_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** ct_die() - the same, and exit code 2 */
_Noreturn void ct_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
