/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What several formats need. */
#include "format.h"
#include "util.h"

bool rp_is_unjudged(enum ct_verdict verdict)
{
	return verdict == CT_NOT_APPLICABLE || verdict == CT_SKIPPED || verdict == CT_NOT_RUN;
}

bool rp_is_finding(enum ct_verdict verdict)
{
	return verdict != CT_PASS && !rp_is_unjudged(verdict);
}

const char *rp_trace_line(const struct rp_case *c, size_t i)
{
	const char *s = json_string_value(json_array_get(c->trace, i));

	return s ? s : "";
}

char *rp_device(const struct rp_log *log)
{
	const json_t *id = json_object_get(log->env, "identify");
	const char *target = rp_str(log->env, "target");

	if (*rp_str(id, "mn"))
		return rp_format("%s (%s)", rp_str(id, "mn"), target);
	return rp_format("%s", target);
}
