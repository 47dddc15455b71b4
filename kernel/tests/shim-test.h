/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test sets and sees of the kernel of shim.h.
 */
#ifndef SHIM_TEST_H
#define SHIM_TEST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * alloc_nth: the n-th allocation or file from now on fails, 0 = none; injected
 * counts. copy_limit: with copy_limited, a copy from or to the user stops there.
 * logged: lines of the log.
 */
struct shim_faults {
	unsigned int alloc_nth;
	unsigned int injected;
	bool copy_limited;
	size_t copy_limit;
	unsigned int logged;
};

extern struct shim_faults shim_faults;

void shim_reset(void);

/* Allocations and files that are still there. */
int shim_live(void);

#endif
