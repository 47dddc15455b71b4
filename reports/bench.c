/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <string.h>

#include "bench.h"
#include "chart.h"
#include "log.h"

static bool is_result(const json_t *result)
{
	static const char *const numbers[] = { "rounds", "ours", "reference", "ratio",
					       "low",	 "high", "confidence" };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!json_is_number(json_object_get(result, numbers[i])))
			return false;
	}
	return *rp_str(result, "name") && *rp_str(result, "unit");
}

static bool is_bench(const json_t *bench)
{
	const json_t *results = json_object_get(bench, "results");
	size_t i;

	if (strcmp(rp_str(bench, "type"), "bench") || !json_array_size(results))
		return false;
	for (i = 0; i < json_array_size(results); i++) {
		if (!is_result(json_array_get(results, i)))
			return false;
	}
	for (i = 0; i < json_array_size(json_object_get(bench, "series")); i++) {
		if (!rp_chart_valid(json_array_get(json_object_get(bench, "series"), i)))
			return false;
	}
	return true;
}

json_t *rp_bench_read(const char *path)
{
	json_error_t error;
	json_t *bench = json_load_file(path, 0, &error);

	if (!bench) {
		fprintf(stderr, "nvme-lm-ct: %s: line %d: %s\n", path, error.line, error.text);
		return NULL;
	}
	if (is_bench(bench))
		return bench;
	fprintf(stderr, "nvme-lm-ct: %s: not a file of measurements\n", path);
	json_decref(bench);
	return NULL;
}

static double number(const json_t *result, const char *key)
{
	return json_number_value(json_object_get(result, key));
}

enum rp_bench_verdict rp_bench_judge(const json_t *result)
{
	bool min = json_is_number(json_object_get(result, "min"));
	bool max = json_is_number(json_object_get(result, "max"));

	if (!min && !max)
		return RP_BENCH_NONE;
	if ((min && number(result, "low") < number(result, "min")) ||
	    (max && number(result, "high") > number(result, "max")))
		return RP_BENCH_FAIL;
	return RP_BENCH_PASS;
}

static const char *const verdict_name[] = { "PASS", "FAIL", "-" };
static const char *const verdict_tone[] = { "pass", "fail", "none" };

/* A number with three decimals, which rp_put() does not have. */
static void put_ratio(struct rp_out *out, const char *before, double value, const char *after)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", value);
	rp_raw(out, before);
	rp_raw(out, text);
	rp_raw(out, after);
}

static void put_bound(struct rp_out *out, const json_t *result)
{
	if (json_is_number(json_object_get(result, "min")))
		put_ratio(out, "at least ", number(result, "min"), "");
	else if (json_is_number(json_object_get(result, "max")))
		put_ratio(out, "at most ", number(result, "max"), "");
}

static void html_row(struct rp_out *out, const json_t *result)
{
	enum rp_bench_verdict verdict = rp_bench_judge(result);

	rp_put(out, "<tr><th scope=\"row\">%s</th>", rp_str(result, "name"));
	rp_put(out, "<td>%.1f %s</td><td>%.1f %s</td>", number(result, "ours"),
	       rp_str(result, "unit"), number(result, "reference"), rp_str(result, "unit"));
	put_ratio(out, "<td><b>", number(result, "ratio"), "</b></td>");
	put_ratio(out, "<td>", number(result, "low"), " to ");
	put_ratio(out, "", number(result, "high"), "</td><td>");
	put_bound(out, result);
	rp_put(out, "</td><td>%u</td><td><span class=\"badge %s\">%s</span></td></tr>\n",
	       (unsigned int)number(result, "rounds"), verdict_tone[verdict],
	       verdict_name[verdict]);
}

void rp_html_bench(struct rp_out *out, const json_t *bench)
{
	const json_t *results = json_object_get(bench, "results");
	size_t i;

	rp_put(out,
	       "<p class=\"muted\">Revision %s. A ratio is the median of rounds in which both sides "
	       "were measured in turn, and its interval holds the true median with 95 %%.</p>\n",
	       rp_str(bench, "revision"));
	rp_raw(out, "<div class=\"scroll\"><table>\n<thead><tr><th>Measured</th><th>Ours</th>"
		    "<th>Reference</th><th>Ratio</th><th>Interval</th><th>Bound</th>"
		    "<th>Rounds</th><th></th></tr></thead>\n<tbody>\n");
	for (i = 0; i < json_array_size(results); i++)
		html_row(out, json_array_get(results, i));
	rp_raw(out, "</tbody></table></div>\n");
	for (i = 0; i < json_array_size(results); i++) {
		const json_t *result = json_array_get(results, i);

		if (*rp_str(result, "profile"))
			rp_put(out, "<h3>Where the time of %s goes</h3>\n<pre>%s</pre>\n",
			       rp_str(result, "name"), rp_str(result, "profile"));
	}
	for (i = 0; i < json_array_size(json_object_get(bench, "series")); i++)
		rp_html_chart(out, json_array_get(json_object_get(bench, "series"), i));
}

void rp_bench_print(struct rp_out *out, const json_t *bench)
{
	const json_t *results = json_object_get(bench, "results");
	size_t i;

	for (i = 0; i < json_array_size(results); i++) {
		const json_t *result = json_array_get(results, i);
		char line[160];

		snprintf(line, sizeof(line), "%-28s %10.0f %10.0f %-6s %6.3f  [%.3f, %.3f] %3.0f ",
			 rp_str(result, "name"), number(result, "ours"),
			 number(result, "reference"), rp_str(result, "unit"),
			 number(result, "ratio"), number(result, "low"), number(result, "high"),
			 number(result, "rounds"));
		rp_put(out, "%s%s\n", line, verdict_name[rp_bench_judge(result)]);
	}
}
