/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_TARGETS_FAIL_H
#define CT_TARGETS_FAIL_H

#include "ct-target.h"

/**
 * ct_target_fail() - fill in ct_target.error and give back the error
 * @err: negative errno
 * @fmt: one line without a newline: what happened, then what to do about it
 *
 * Return: @err, so that a caller can return it in one statement.
 */
int ct_target_fail(struct ct_target *t, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ct_target_lacks() - say why the target has not got a capability */
void ct_target_lacks(struct ct_target *t, enum ct_cap cap, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
