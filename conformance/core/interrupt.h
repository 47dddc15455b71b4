/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Ctrl-C and its like end a run cleanly. */
#ifndef CT_INTERRUPT_H
#define CT_INTERRUPT_H

#include <signal.h>

/** ct_signals_init() - catch SIGINT, SIGTERM and SIGHUP, which are blocked but in ppoll() */
void ct_signals_init(void);

/** ct_signals_mask() - for ppoll(): with those signals let through */
const sigset_t *ct_signals_mask(void);

/** ct_interrupted() - the signal that came, or 0 */
int ct_interrupted(void);

/** ct_signals_child() - a child process has the default actions and the old mask */
void ct_signals_child(void);

#endif
