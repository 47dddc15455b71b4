/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "fold.h"

#include <string.h>

static const struct {
	const char *name;
	const char *meaning;
} verdicts[CT_VERDICT_COUNT] = {
	[CT_NOT_APPLICABLE] = { "NOT APPLICABLE",
				"The target or the device lacks what the row needs; the reason is the evidence." },
	[CT_SKIPPED] = { "SKIPPED",
			 "Not judged on request (option, profile), or held back by the ownership guard." },
	[CT_PASS] = { "PASS", "Every check held." },
	[CT_PASS_NOTE] = { "PASS (note)",
			   "Every check held, but the device chose an answer that is only accepted, not preferred." },
	[CT_NOT_RUN] = { "NOT RUN",
			 "The run ended before it: interrupted, out of time, or the target was gone." },
	[CT_WARN] = { "WARN", "A SHOULD is violated." },
	[CT_WAIVED] = { "WAIVED", "It fails, and the waiver file says why that is accepted." },
	[CT_UNEXPECTED_PASS] = { "UNEXPECTED PASS",
				 "It passes though the waiver file says that it fails: remove the waiver." },
	[CT_HUNG] = { "HUNG",
		      "A bounded wait ran out: a command did not complete, or the case's time limit passed." },
	[CT_ERROR] = { "ERROR",
		       "The suite or the target is at fault, so the device could not be judged." },
	[CT_FAIL] = { "FAIL", "A check did not hold: a requirement is violated." },
};

enum ct_verdict ct_fold(const enum ct_verdict *v, size_t n)
{
	enum ct_verdict worst = CT_NOT_APPLICABLE;
	size_t i;

	if (!n)
		return CT_NOT_RUN;
	for (i = 0; i < n; i++)
		if (v[i] > worst)
			worst = v[i];
	return worst;
}

const char *ct_verdict_name(enum ct_verdict v)
{
	return verdicts[v].name;
}

const char *ct_verdict_meaning(enum ct_verdict v)
{
	return verdicts[v].meaning;
}

int ct_verdict_parse(const char *name)
{
	int v;

	for (v = 0; v < CT_VERDICT_COUNT; v++)
		if (!strcmp(verdicts[v].name, name))
			return v;
	return -1;
}
