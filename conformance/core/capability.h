/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Names of what a target can do. */
#ifndef CT_CAPABILITY_H
#define CT_CAPABILITY_H

#include "ct-target.h"

struct ct_cap_name {
	const char *name; /* as list, explain and the log write it */
	const char *sentence; /* what the target can do */
};

extern const struct ct_cap_name ct_cap_names[CT_CAP_COUNT];

#endif
