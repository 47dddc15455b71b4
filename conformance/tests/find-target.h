/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A registered target by its name, as the runner finds it. */
#ifndef CT_TESTS_FIND_TARGET_H
#define CT_TESTS_FIND_TARGET_H

#include <stddef.h>
#include <string.h>

#include "ct-target.h"

extern const struct ct_target_ops *const __start_ct_targets[];
extern const struct ct_target_ops *const __stop_ct_targets[];

static inline const struct ct_target_ops *find_target(const char *name)
{
	for (const struct ct_target_ops *const *ops = __start_ct_targets; ops < __stop_ct_targets;
	     ops++)
		if (!strcmp((*ops)->name, name))
			return *ops;
	return NULL;
}

#endif
