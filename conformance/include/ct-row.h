/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * How a row is declared, and what its function may call. A row is one CT_ROW()
 * in one file under conformance/rows/; nothing else names it.
 */
#ifndef CT_ROW_H
#define CT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ct-target.h"

struct ct; /* one case that is running */

struct ct_row {
	const char *id; /* "AREA/expectation-in-words", unique, stable */
	const char *reqs; /* requirement IDs, separated by spaces */
	const char *given; /* one phrase each, as "explain" prints them */
	const char *when;
	const char *expect;
	uint64_t needs; /* CT_CAP() bits */
	unsigned int flags;
	/* number of cases, NULL = 1; may look at the target (ct_target()) but sends nothing */
	unsigned int (*cases)(struct ct *ct);
	/* what tells case i from its neighbours, e.g. "cdw10-bit-17"; NULL = "" */
	void (*name)(struct ct *ct, unsigned int i, char *buf, size_t size);
	void (*run)(struct ct *ct, unsigned int i);
	const void *data; /* whatever run() wants: one function, many rows */
	const char *file; /* filled in by CT_ROW() */
	unsigned int line;
};

/* flags */
#define CT_ROW_FIVE 0x0001 /* sends one of the five opcodes: held back by the ownership guard */
#define CT_ROW_LM 0x0002 /* meaningless where the capability is absent (byte 3072 not 01h) */
#define CT_ROW_WRITES 0x0004 /* writes to a namespace: needs a scratch range on hardware */
#define CT_ROW_LONG 0x0008 /* more than a second on the model */
#define CT_ROW_KEEPS_STATE 0x0010 /* leaves a VF suspended on purpose: not judged for that */

#define CT_ROW(sym, ...)                                                                      \
	static const struct ct_row sym = { .file = __FILE__, .line = __LINE__, __VA_ARGS__ }; \
	static const struct ct_row *const ct_row_entry_##sym                                  \
		__attribute__((used, section("ct_rows"))) = &sym

/* The case's surroundings. */
const struct ct_row *ct_row(const struct ct *ct);
struct ct_target *ct_target(const struct ct *ct);
bool ct_has(const struct ct *ct, enum ct_cap cap);
bool ct_profile_proposal(const struct ct *ct); /* false: judged as rfc */
unsigned int ct_device_version(const struct ct *ct); /* of the proposal, 0 without our UUID */
/* Whether the ownership guard lets the five opcodes out; asked before one is put into a queue. */
bool ct_five_allowed(const struct ct *ct);
uint64_t ct_random(struct ct *ct); /* 64 bits from the case's seed; prints nothing */

/* The blocks that rows may overwrite on a device whose data count. */
struct ct_scratch {
	uint32_t nsid; /* 0 = none was given */
	uint64_t slba;
	uint64_t nlb;
};
const struct ct_scratch *ct_scratch(const struct ct *ct);

/*
 * Verdicts. Every case must execute at least one check. The first failing
 * check ends the case (through CMocka); the text goes to the log with file,
 * line and the trace of commands so far.
 */
#define ct_check(ct, cond, ...) \
	ct_check_at(ct, (cond) ? 1 : 0, #cond, __FILE__, __LINE__, __VA_ARGS__)
/* A SHOULD: false gives WARN and the case goes on. */
#define ct_should(ct, cond, ...) \
	ct_should_at(ct, (cond) ? 1 : 0, #cond, __FILE__, __LINE__, __VA_ARGS__)
/* Allowed but not preferred: PASS (note). */
void ct_note(struct ct *ct, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Ends the case NOT APPLICABLE with the evidence. */
_Noreturn void ct_not_applicable(struct ct *ct, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Ends the case ERROR: the suite or the target, not the device, is at fault. */
_Noreturn void ct_error(struct ct *ct, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Ends the case HUNG: a bounded wait ran out; the runner recovers by reset. */
_Noreturn void ct_hung(struct ct *ct, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line into the case's trace, shown with a failure. */
void ct_trace(struct ct *ct, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A line of the trace, "COMMAND OUTCOME", in place of the last one where that is of COMMAND too. */
void ct_trace_outcome(struct ct *ct, const char *command, const char *outcome);
/* Marks (state, event) as reached, for the heat map; states and events by their names in
 * spec/tables/transitions.def. */
void ct_reached(struct ct *ct, const char *state, const char *event);

void ct_check_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		 const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void ct_should_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		  const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/*
 * A status is judged against a set and a preferred member. Lists end with
 * CT_END; the first is preferred, others pass with a note. DNR is judged by
 * spec/tables/statuses.def.
 */
#define CT_END 0xFFFF
#define ct_status(ct, cqe, ...) \
	ct_status_at(ct, cqe, (const uint16_t[]){ __VA_ARGS__, CT_END }, __FILE__, __LINE__)
void ct_status_at(struct ct *ct, const struct ct_cqe *cqe, const uint16_t *set, const char *file,
		  unsigned int line);
/* The name of a status by spec/tables/statuses.def, "" where it has none. */
const char *ct_status_title(uint16_t status);

#endif
