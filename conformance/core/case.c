/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a row's function may call: ct-row.h. */
#include "case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "capability.h"
#include "requirement.h"

#define TEXT_LENGTH 768

void ct_case_begin(struct ct *ct, unsigned int index, uint64_t seed)
{
	ct->index = index;
	ct->seed = seed;
	ct_random_seed(&ct->random, seed);
	ct->gate = false;
	ct->verdict = CT_PASS;
	ct->checks = 0;
	ct->name[0] = ct->reason[0] = ct->where[0] = '\0';
	ct->lines = 0;
	memset(ct->reached, 0, sizeof(ct->reached));
	if (ct->row->name)
		ct->row->name(ct, index, ct->name, sizeof(ct->name));
}

void ct_case_verdict(struct ct *ct, enum ct_verdict v, const char *file, unsigned int line,
		     const char *reason)
{
	/* Ending the case NOT APPLICABLE takes back what passed so far, nothing else. */
	if (v <= ct->verdict && !(v == CT_NOT_APPLICABLE && ct->verdict <= CT_PASS_NOTE))
		return;
	ct->verdict = v;
	snprintf(ct->reason, sizeof(ct->reason), "%s", reason);
	if (file)
		snprintf(ct->where, sizeof(ct->where), "%s:%u", file, line);
	else
		ct->where[0] = '\0';
}

void ct_case_finish(struct ct *ct)
{
	if (ct->checks || ct->verdict == CT_NOT_APPLICABLE || ct->verdict >= CT_HUNG)
		return;
	ct->gate = true;
	ct_case_verdict(ct, CT_FAIL, ct->row->file, ct->row->line, "executed no check");
}

const struct ct_row *ct_row(const struct ct *ct)
{
	return ct->row;
}

struct ct_target *ct_target(const struct ct *ct)
{
	return ct->target;
}

bool ct_has(const struct ct *ct, enum ct_cap cap)
{
	return ct->target->info.caps & CT_CAP(cap);
}

bool ct_profile_proposal(const struct ct *ct)
{
	return ct->proposal;
}

unsigned int ct_device_version(const struct ct *ct)
{
	return ct->version;
}

bool ct_five_allowed(const struct ct *ct)
{
	return ct->five_allowed;
}

const struct ct_scratch *ct_scratch(const struct ct *ct)
{
	return &ct->scratch;
}

uint64_t ct_random(struct ct *ct)
{
	return ct_random_next(&ct->random);
}

/* The macro's condition stands in for a message that is empty. */
#define FORMAT(text, fmt)                               \
	do {                                            \
		va_list ap;                             \
		va_start(ap, fmt);                      \
		vsnprintf(text, sizeof(text), fmt, ap); \
		va_end(ap);                             \
	} while (0)

void ct_check_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		 const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	ct->checks++;
	if (ok)
		return;
	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_FAIL, file, line, *text ? text : what);
	_fail(file, (int)line);
}

void ct_should_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		  const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	ct->checks++;
	if (ok)
		return;
	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_WARN, file, line, *text ? text : what);
}

void ct_note(struct ct *ct, const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_PASS_NOTE, NULL, 0, text);
}

void ct_not_applicable(struct ct *ct, const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_NOT_APPLICABLE, NULL, 0, text);
	_skip(ct->row->file, (int)ct->row->line);
	__builtin_unreachable();
}

void ct_error(struct ct *ct, const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_ERROR, ct->row->file, ct->row->line, text);
	_fail(ct->row->file, (int)ct->row->line);
	__builtin_unreachable();
}

void ct_hung(struct ct *ct, const char *fmt, ...)
{
	char text[TEXT_LENGTH];

	FORMAT(text, fmt);
	ct_case_verdict(ct, CT_HUNG, ct->row->file, ct->row->line, text);
	_fail(ct->row->file, (int)ct->row->line);
	__builtin_unreachable();
}

void ct_trace(struct ct *ct, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ct->trace[ct->lines % CT_TRACE_LINES], CT_TRACE_LENGTH, fmt, ap);
	va_end(ap);
	ct->lines++;
}

void ct_trace_outcome(struct ct *ct, const char *command, const char *outcome)
{
	const char *last = ct->trace[(ct->lines + CT_TRACE_LINES - 1) % CT_TRACE_LINES];
	size_t len = strlen(command);

	if (ct->lines && !strncmp(last, command, len) && last[len] == ' ')
		ct->lines--;
	ct_trace(ct, "%s %s", command, outcome);
}

void ct_reached(struct ct *ct, const char *state, const char *event)
{
	int s = ct_state_index(state), e = ct_event_index(event);

	if (s < 0 || s >= CT_MAX_STATES || e < 0 || e >= CT_MAX_EVENTS)
		ct_error(ct,
			 "the row marks (%s, %s), which spec/tables/transitions.def does not have",
			 state, event);
	ct->reached[s][e]++;
}

const char *ct_status_title(uint16_t status)
{
	const struct ct_status_name *s = ct_status_find(status);

	return s ? s->title : "";
}

static void describe(uint16_t status, char *buf, size_t size)
{
	const struct ct_status_name *s = ct_status_find(status);

	snprintf(buf, size, "%03Xh%s%s", status, s ? " " : "", s ? s->title : "");
}

static void judge_dnr(struct ct *ct, const struct ct_cqe *cqe, const char *file, unsigned int line)
{
	const struct ct_status_name *s = ct_status_find(cqe->status);
	char text[TEXT_LENGTH];

	if (!s || s->dnr == CT_DNR_ANY || cqe->dnr == (s->dnr == CT_DNR_1))
		return;
	snprintf(text, sizeof(text), "status %03Xh %s came with DNR %d, has to be %d (LM-COM-210)",
		 cqe->status, s->title, cqe->dnr, s->dnr == CT_DNR_1);
	/* A rule of the proposal: a vendor is not judged by it under profile rfc. */
	if (ct->proposal)
		ct_check_at(ct, 0, "DNR", file, line, "%s", text);
	else
		ct_case_verdict(ct, CT_PASS_NOTE, NULL, 0, text);
}

static void list_statuses(const uint16_t *set, char *buf, size_t size)
{
	size_t i, n = 0;

	for (i = 0; set[i] != CT_END && n + 8 < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%03Xh", i ? ", " : "", set[i]);
}

void ct_status_at(struct ct *ct, const struct ct_cqe *cqe, const uint16_t *set, const char *file,
		  unsigned int line)
{
	char got[64], want[64], list[256] = "", text[TEXT_LENGTH];
	size_t i = 0;

	describe(cqe->status, got, sizeof(got));
	describe(set[0], want, sizeof(want));
	list_statuses(set, list, sizeof(list));
	while (set[i] != CT_END && set[i] != cqe->status)
		i++;
	ct_check_at(ct, set[i] != CT_END, "status", file, line, "status %s, has to be %s%s", got,
		    i > 1 ? "one of " : "", i > 1 ? list : want);
	if (i) {
		snprintf(text, sizeof(text), "answered %s, which is accepted; preferred is %s", got,
			 want);
		ct_case_verdict(ct, CT_PASS_NOTE, file, line, text);
	}
	judge_dnr(ct, cqe, file, line);
}
