/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The runner's own code under a fuzzer. It reads files by name, ends the
 * program where they are no good, and leaves memory to the exit then: here it
 * ends the call instead, and what it left is taken away.
 */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include "fuzz.h"

/* What the linker puts into the place of these functions: see host.c and module.mk. */

/** host_init() - collect rows and targets; host_run() does it too */
void host_init(void);

/**
 * host_run() - call code that may end the program
 *
 * Return: false where it did, by ct_die() or exit().
 */
bool host_run(void (*fn)(void *arg), void *arg);

/** host_file() - a file of this content; its name, until the next call with this number */
const char *host_file(unsigned int number, const void *data, size_t size);

#endif
