/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a target does once for a run, and undoing it however the run ends. */
#ifndef CT_PREPARE_H
#define CT_PREPARE_H

#include "options.h"

/** ct_prepare() - prepare the target; it is released when this process exits. Ends it on failure */
void ct_prepare(const struct ct_options *o);

/** ct_restore_main() - "restore" */
int ct_restore_main(int argc, char **argv);

#endif
