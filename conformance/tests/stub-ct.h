/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The calls of ct-row.h for tests of what rows are built on: a verdict ends the
 * case by a jump and is kept to be looked at.
 */
#ifndef STUB_CT_H
#define STUB_CT_H

#include <setjmp.h>

#include "ct-row.h"

enum stub_verdict { STUB_NONE, STUB_WARN, STUB_FAIL, STUB_ERROR, STUB_HUNG, STUB_NOT_APPLICABLE };

struct ct {
	const struct ct_row *row;
	struct ct_target *target;
	jmp_buf end;
	enum stub_verdict verdict;
	char text[512];
	unsigned int checks;
	bool guarded; /* the five opcodes are held back */
	struct ct_scratch scratch;
};

/** stub_run() - run() as a case; returns how it ended, STUB_NONE where it came back */
enum stub_verdict stub_run(struct ct *ct, void (*run)(struct ct *ct));

#endif
