/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The ownership guard. The five opcodes are other vendors' commands elsewhere
 * (CCh resizes a drive): they go only to a controller that identifies itself
 * as one of ours, or that the user claims by its serial number.
 */
#ifndef CT_GUARD_H
#define CT_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "ct-row.h"
#include "fold.h"
#include "probe.h"

/**
 * ct_guard_open() - whether the five opcodes may be sent
 * @why: gets one phrase where they may not
 *
 * A target that makes its device as new at once (FRESH) is no drive.
 */
bool ct_guard_open(const struct ct_probe *p, const char *i_own, char *why, size_t size);

/** ct_guard_claim() - ends the program where --i-own names another serial number */
void ct_guard_claim(const struct ct_probe *p, const char *i_own);

/**
 * ct_guard_target() - a table of calls that refuses the five opcodes, whatever a row does
 *
 * Return: ops, or a guarded copy of it where the guard is closed.
 */
const struct ct_target_ops *ct_guard_target(const struct ct_target_ops *ops, bool open);

/**
 * ct_gate_row() - whether a row can run at all on this device
 *
 * Return: true, or false with the row's verdict and reason: a capability that
 * is absent, live migration that is absent, the guard, a scratch range that
 * was not given.
 */
bool ct_gate_row(const struct ct_probe *p, const struct ct_options *o, const struct ct_row *row,
		 enum ct_verdict *verdict, char *reason, size_t size);

#endif
