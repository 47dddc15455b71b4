/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the harnesses share. Each is one program with one entry, which
 * libFuzzer, the driver of AFL++ and replay.c call with one input after the
 * other. An input is a script: the harness takes its decisions from its bytes,
 * and zeros where there are no more.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** LLVMFuzzerTestOneInput() - run one input; a finding ends the program by abort() */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_in {
	const uint8_t *p;
	size_t left;
};

/* The next bytes of the script, little-endian. */
uint8_t fuzz_u8(struct fuzz_in *in);
uint16_t fuzz_u16(struct fuzz_in *in);
uint32_t fuzz_u32(struct fuzz_in *in);
uint64_t fuzz_u64(struct fuzz_in *in);

/** fuzz_below() - a number below n */
unsigned int fuzz_below(struct fuzz_in *in, unsigned int n);

/** fuzz_bytes() - fill a buffer */
void fuzz_bytes(struct fuzz_in *in, void *to, size_t len);

/** fuzz_check() - abort() with a message unless the condition holds */
#define fuzz_check(cond, ...) ((cond) ? (void)0 : fuzz_fail(__FILE__, __LINE__, __VA_ARGS__))

_Noreturn void fuzz_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
