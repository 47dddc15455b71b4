/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Rows that end in every way that a row can end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hn.h"

#define PHRASES .given = "a device", .when = "the row runs", .expect = "the verdict of its name"

static unsigned int three(struct ct *ct)
{
	(void)ct;
	return 3;
}

static unsigned int none(struct ct *ct)
{
	(void)ct;
	return 0;
}

static void name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "part-%c", 'a' + (char)i);
}

static void run_pass(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_check(ct, true, "true is true");
}

static void run_note(struct ct *ct, unsigned int i)
{
	const struct ct_cqe cqe = { .status = LM_SC_INTERNAL };

	(void)i;
	ct_status(ct, &cqe, LM_SC_NOT_SUSPENDED, LM_SC_INTERNAL);
}

static void run_warn(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_should(ct, false, "it should be otherwise");
	ct_check(ct, true, "the case goes on");
}

static void run_fail(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_trace(ct, "command 1 submitted");
	ct_trace_outcome(ct, "command 1", "-> done");
	ct_trace(ct, "command 12 submitted");
	ct_trace_outcome(ct, "command 1", "-> again");
	ct_check(ct, false, "the device said \"no\" %d times", 3);
	abort();
}

static void run_fail_b(struct ct *ct, unsigned int i)
{
	ct_check(ct, i != 1, "case 1 fails");
}

static void run_bad_status(struct ct *ct, unsigned int i)
{
	const struct ct_cqe cqe = { .status = LM_SC_INTERNAL };

	(void)i;
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD, LM_SC_INVALID_OPCODE);
}

static void run_bad_dnr(struct ct *ct, unsigned int i)
{
	const struct ct_cqe cqe = { .status = LM_SC_INVALID_FIELD };

	(void)i;
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
}

static void run_crash(struct ct *ct, unsigned int i)
{
	ct_trace(ct, "before the crash");
	ct_reached(ct, "ACTIVE", "SUSPEND");
	if (i == 1)
		raise(SIGSEGV);
	ct_check(ct, true, "no crash");
}

static void run_hang(struct ct *ct, unsigned int i)
{
	ct_trace(ct, "before the wait");
	while (i == 1)
		pause();
	ct_check(ct, true, "no hang");
}

static void run_exit(struct ct *ct, unsigned int i)
{
	if (i == 1)
		exit(0);
	ct_check(ct, true, "no exit");
}

static void run_nothing(struct ct *ct, unsigned int i)
{
	(void)ct, (void)i;
}

static void run_not_applicable(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_not_applicable(ct, "there is no moon");
}

static void run_error(struct ct *ct, unsigned int i)
{
	if (i == 1)
		ct_error(ct, "the row does not know what to do");
	ct_check(ct, true, "no error");
}

static void run_hung(struct ct *ct, unsigned int i)
{
	if (i == 1)
		ct_hung(ct, "no answer in time");
	ct_check(ct, true, "not hung");
}

static void run_suspend(struct ct *ct, unsigned int i)
{
	struct ct_cqe cqe;

	(void)i;
	hn_lm(ct, LM_OPC_SUSPEND, 1, &cqe);
	ct_check(ct, !cqe.status, "SUSPEND ended %03Xh", cqe.status);
	ct_reached(ct, "ACTIVE", "SUSPEND");
}

static void run_suspend_and_hang(struct ct *ct, unsigned int i)
{
	run_suspend(ct, i);
	for (;;)
		pause();
}

static void run_random(struct ct *ct, unsigned int i)
{
	ct_check(ct, true, "numbers");
	ct_note(ct, "case %u: %016llx", i, (unsigned long long)ct_random(ct));
}

static void run_unknown_cell(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_check(ct, true, "a check");
	ct_reached(ct, "ASLEEP", "SUSPEND");
}

static void run_slow(struct ct *ct, unsigned int i)
{
	(void)i;
	usleep(300000);
	ct_check(ct, true, "slow, but sure");
}

CT_ROW(passes, .id = "END/passes", .reqs = "LM-DIS-010", PHRASES, .cases = three, .name = name,
       .run = run_pass);
CT_ROW(notes, .id = "END/notes", .reqs = "LM-DIS-010", PHRASES, .run = run_note);
CT_ROW(warns, .id = "END/warns", .reqs = "LM-DIS-010", PHRASES, .run = run_warn);
CT_ROW(fails, .id = "END/fails", .reqs = "LM-DIS-010", PHRASES, .run = run_fail);
CT_ROW(fails_in_part, .id = "END/fails-in-part", .reqs = "LM-DIS-010", PHRASES, .cases = three,
       .name = name, .run = run_fail_b);
CT_ROW(fails_should, .id = "END/fails-a-should", .reqs = "LM-DIS-055", PHRASES, .run = run_fail);
CT_ROW(fails_proposal, .id = "END/fails-the-proposal", .reqs = "LM-DIS-020", PHRASES,
       .run = run_fail);
CT_ROW(bad_status, .id = "END/wrong-status", .reqs = "LM-DIS-010", PHRASES, .run = run_bad_status);
CT_ROW(bad_dnr, .id = "END/wrong-dnr", .reqs = "LM-DIS-010", PHRASES, .run = run_bad_dnr);
CT_ROW(crashes, .id = "END/crashes", .reqs = "LM-DIS-010", PHRASES, .cases = three,
       .run = run_crash);
CT_ROW(hangs, .id = "END/hangs", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_hang);
CT_ROW(exits, .id = "END/exits", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_exit);
CT_ROW(checks_nothing, .id = "END/checks-nothing", .reqs = "LM-DIS-055", PHRASES,
       .run = run_nothing);
CT_ROW(no_case, .id = "END/has-no-case", .reqs = "LM-DIS-010", PHRASES, .cases = none,
       .run = run_pass);
CT_ROW(not_applicable, .id = "END/not-applicable", .reqs = "LM-DIS-010", PHRASES,
       .run = run_not_applicable);
CT_ROW(errors, .id = "END/errors", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_error);
CT_ROW(hung, .id = "END/hung", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_hung);
CT_ROW(needs, .id = "END/needs-journal", .reqs = "LM-DIS-010", PHRASES, .run = run_pass,
       .needs = CT_CAP(CT_CAP_JOURNAL));
CT_ROW(unknown_cell, .id = "END/unknown-cell", .reqs = "LM-DIS-010", PHRASES,
       .run = run_unknown_cell);
CT_ROW(random_numbers, .id = "END/random", .reqs = "LM-DIS-010", PHRASES, .cases = three,
       .run = run_random);

/* The guard and the gate at a case's end. */
CT_ROW(leaves, .id = "FIVE/leaves-a-vf-suspended", .reqs = "LM-DIS-010", PHRASES,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = run_suspend);
CT_ROW(leaves_should, .id = "FIVE/leaves-a-vf-suspended-under-a-should", .reqs = "LM-DIS-055",
       PHRASES, .flags = CT_ROW_FIVE | CT_ROW_LM, .run = run_suspend);
CT_ROW(suspends, .id = "FIVE/hangs-with-a-vf-suspended", .reqs = "LM-DIS-010", PHRASES,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = run_suspend_and_hang);
CT_ROW(keeps, .id = "FIVE/keeps-a-vf-suspended", .reqs = "LM-DIS-010", PHRASES,
       .flags = CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE, .run = run_suspend);
CT_ROW(sends, .id = "FIVE/sends", .reqs = "LM-DIS-010", PHRASES,
       .flags = CT_ROW_FIVE | CT_ROW_KEEPS_STATE, .run = run_suspend);
CT_ROW(unflagged, .id = "FIVE/sends-without-the-flag", .reqs = "LM-DIS-010", PHRASES,
       .flags = CT_ROW_KEEPS_STATE, .run = run_suspend);
CT_ROW(writes, .id = "FIVE/writes", .reqs = "LM-DIS-010", PHRASES, .flags = CT_ROW_WRITES,
       .run = run_pass);

/* Time enough for a signal. */
CT_ROW(slow_a, .id = "SLOW/a", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_slow);
CT_ROW(slow_b, .id = "SLOW/b", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_slow);
CT_ROW(slow_c, .id = "SLOW/c", .reqs = "LM-DIS-010", PHRASES, .cases = three, .run = run_slow);
