/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_RECOVER_H
#define CT_RECOVER_H

#include <stdbool.h>

#include "ct-target.h"

/**
 * ct_recover() - bring the VFs back after a process that was killed or gave up
 * @guard_open: whether the five opcodes may be sent
 *
 * By nothing where fresh() does it, else by FLR, else by RESUME, which a VF
 * that runs answers 13Ah. Return: 0, or a negative errno of the target.
 */
int ct_recover(struct ct_target *t, bool guard_open);

#endif
