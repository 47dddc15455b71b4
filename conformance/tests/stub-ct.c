/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stdarg.h>
#include <stdio.h>

#include "nvme-lm.h"
#include "stub-ct.h"

#define KEEP_TEXT(ct, fmt)                                            \
	do {                                                          \
		va_list args;                                         \
		va_start(args, fmt);                                  \
		vsnprintf((ct)->text, sizeof((ct)->text), fmt, args); \
		va_end(args);                                         \
	} while (0)

enum stub_verdict stub_run(struct ct *ct, void (*run)(struct ct *ct))
{
	ct->verdict = STUB_NONE;
	ct->text[0] = '\0';
	if (!setjmp(ct->end))
		run(ct);
	return ct->verdict;
}

static _Noreturn void end(struct ct *ct, enum stub_verdict verdict)
{
	ct->verdict = verdict;
	longjmp(ct->end, 1);
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
	(void)ct;
	return true;
}

unsigned int ct_device_version(const struct ct *ct)
{
	(void)ct;
	return LM_PROPOSAL_VERSION;
}

bool ct_five_allowed(const struct ct *ct)
{
	return !ct->guarded;
}

const struct ct_scratch *ct_scratch(const struct ct *ct)
{
	return &ct->scratch;
}

void ct_not_applicable(struct ct *ct, const char *fmt, ...)
{
	KEEP_TEXT(ct, fmt);
	end(ct, STUB_NOT_APPLICABLE);
}

void ct_error(struct ct *ct, const char *fmt, ...)
{
	KEEP_TEXT(ct, fmt);
	end(ct, STUB_ERROR);
}

void ct_hung(struct ct *ct, const char *fmt, ...)
{
	KEEP_TEXT(ct, fmt);
	end(ct, STUB_HUNG);
}

void ct_trace(struct ct *ct, const char *fmt, ...)
{
	(void)ct;
	(void)fmt;
}

void ct_trace_outcome(struct ct *ct, const char *command, const char *outcome)
{
	(void)ct;
	(void)command;
	(void)outcome;
}

const char *ct_status_title(uint16_t status)
{
	(void)status;
	return "";
}

void ct_check_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		 const char *fmt, ...)
{
	(void)what;
	(void)file;
	(void)line;
	ct->checks++;
	if (ok)
		return;
	KEEP_TEXT(ct, fmt);
	end(ct, STUB_FAIL);
}

/* The case goes on. */
void ct_should_at(struct ct *ct, int ok, const char *what, const char *file, unsigned int line,
		  const char *fmt, ...)
{
	(void)what;
	(void)file;
	(void)line;
	ct->checks++;
	if (ok)
		return;
	KEEP_TEXT(ct, fmt);
	ct->verdict = STUB_WARN;
}

void ct_status_at(struct ct *ct, const struct ct_cqe *cqe, const uint16_t *set, const char *file,
		  unsigned int line)
{
	(void)file;
	(void)line;
	ct->checks++;
	for (; *set != CT_END; set++)
		if (*set == cqe->status)
			return;
	end(ct, STUB_FAIL);
}
