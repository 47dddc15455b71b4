/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * ratios SAMPLES OUTPUT: from lines "NAME ROUND SIDE VALUE" the ratios of the sides
 * to the side "theirs", as bench.h has them, and a table on standard output. That of
 * the side "ours" must reach the gate or, where less is better, stay at most at it. From
 * lines "TITLE;AXIS;UNIT;X;VALUE" of another file the series of its charts. Exit code: 0 the
 * gate is kept, 1 it is not, 2 usage or input.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "chart.h"
#include "interval.h"
#include "log.h"
#include "util.h"
#include "write.h"

struct sample {
	char name[64];
	char side[16];
	unsigned int round;
	double value;
};

struct input {
	struct sample *samples;
	size_t n;
	const char *revision;
	const char *title;
	const char *unit;
	bool less_is_better;
	const char *profiles; /* directory of NAME.txt; NULL: none */
	const char *series; /* file; NULL: none */
	double gate;
};

static const char usage[] =
	"usage: ratios --gate|--at-most RATIO --revision TEXT --title TEXT --unit TEXT [--profiles DIR]\n"
	"              [--series FILE] SAMPLES OUTPUT\n";

static bool read_samples(struct input *in, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];
	bool ok = true;

	if (!file) {
		perror(path);
		return false;
	}
	while (ok && fgets(line, sizeof(line), file)) {
		struct sample *s;

		in->samples = rp_grow(in->samples, in->n + 1, sizeof(*in->samples));
		s = &in->samples[in->n++];
		ok = sscanf(line, "%63s %u %15s %lf", s->name, &s->round, s->side, &s->value) ==
			     4 &&
		     s->value > 0;
		if (!ok)
			fprintf(stderr, "ratios: %s: line %zu is no measurement: %s", path, in->n,
				line);
	}
	fclose(file);
	return ok;
}

static const struct sample *find(const struct input *in, const struct sample *like,
				 const char *side)
{
	size_t i;

	for (i = 0; i < in->n; i++) {
		const struct sample *s = &in->samples[i];

		if (!strcmp(s->name, like->name) && s->round == like->round &&
		    !strcmp(s->side, side))
			return s;
	}
	return NULL;
}

static void add_profile(const struct input *in, json_t *result, const char *name)
{
	char *path = rp_format("%s/%s.txt", in->profiles, name);
	size_t size;
	char *text = rp_load(path, &size);

	if (text)
		json_object_set_new(result, "profile", json_string(text));
	free(text);
	free(path);
}

static json_t *result_of(const struct input *in, const struct sample *first,
			 const struct rp_interval *ratio, double ours, double theirs, size_t n)
{
	bool gated = !strcmp(first->side, "ours");
	char *name = gated ? rp_format("%s", first->name) :
			     rp_format("%s (%s)", first->name, first->side);
	json_t *result = json_pack("{ss ss si sf sf sf sf sf sf}", "name", name, "unit", in->unit,
				   "rounds", (int)n, "ours", ours, "reference", theirs, "ratio",
				   ratio->median, "low", ratio->low, "high", ratio->high,
				   "confidence", ratio->confidence);

	free(name);
	if (!gated)
		return result;
	json_object_set_new(result, in->less_is_better ? "max" : "min", json_real(in->gate));
	if (in->profiles && (in->less_is_better ? ratio->median > 1 : ratio->median < 1))
		add_profile(in, result, first->name);
	return result;
}

/* The result of the workload and side of sample first; NULL after a line on stderr. */
static json_t *summarize(const struct input *in, const struct sample *first)
{
	double *ours = rp_renew(NULL, 3 * in->n * sizeof(*ours));
	double *theirs = ours + in->n;
	double *ratios = theirs + in->n;
	struct rp_interval interval;
	json_t *result = NULL;
	size_t n = 0;
	size_t i;

	for (i = 0; i < in->n; i++) {
		const struct sample *s = &in->samples[i];
		const struct sample *other = find(in, s, "theirs");

		if (strcmp(s->name, first->name) || strcmp(s->side, first->side) || !other)
			continue;
		ours[n] = s->value;
		theirs[n] = other->value;
		ratios[n] = s->value / other->value;
		n++;
	}
	if (rp_interval(ratios, n, &interval))
		result = result_of(in, first, &interval, rp_median(ours, n), rp_median(theirs, n),
				   n);
	else
		fprintf(stderr, "ratios: %s, %s: %zu rounds are too few\n", first->name,
			first->side, n);
	free(ours);
	return result;
}

static bool is_first(const struct input *in, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++) {
		if (!strcmp(in->samples[i].name, in->samples[at].name) &&
		    !strcmp(in->samples[i].side, in->samples[at].side))
			return false;
	}
	return true;
}

static json_t *results(const struct input *in)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < in->n; i++) {
		json_t *result;

		if (!strcmp(in->samples[i].side, "theirs") || !is_first(in, i))
			continue;
		result = summarize(in, &in->samples[i]);
		if (!result) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, result);
	}
	return list;
}

static bool all_reach(const json_t *list)
{
	bool ok = json_array_size(list) > 0;
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		ok = ok && rp_bench_judge(json_array_get(list, i)) != RP_BENCH_FAIL;
	return ok;
}

struct growth {
	char title[64];
	char axis[32];
	char unit[16];
	double x;
	double value;
};

/* The list in which the points of this series are, made where it is not there. */
static json_t *points_of(json_t *list, const struct growth *g)
{
	json_t *series;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		series = json_array_get(list, i);
		if (!strcmp(rp_str(series, "title"), g->title) &&
		    !strcmp(rp_str(series, "axis"), g->axis))
			return json_object_get(series, "points");
	}
	series = json_pack("{ss ss ss s[]}", "title", g->title, "axis", g->axis, "unit", g->unit,
			   "points");
	json_array_append_new(list, series);
	return json_object_get(series, "points");
}

/* Into the values of the last point, or a new one: they come one after the other. */
static void add_value(json_t *points, const struct growth *g)
{
	json_t *point = json_array_get(points, json_array_size(points) - 1);

	if (!point || rp_real(point, "x") != g->x) {
		point = json_pack("{sf s[]}", "x", g->x, "values");
		json_array_append_new(points, point);
	}
	json_array_append_new(json_object_get(point, "values"), json_real(g->value));
}

/* One value, of what does not vary, is its own interval. */
static void summarize_point(json_t *point)
{
	const json_t *list = json_object_get(point, "values");
	size_t i, n = json_array_size(list);
	double *values = rp_renew(NULL, n * sizeof(*values));
	struct rp_interval interval;

	for (i = 0; i < n; i++)
		values[i] = json_number_value(json_array_get(list, i));
	if (!rp_interval(values, n, &interval)) {
		interval.median = rp_median(values, n);
		interval.low = values[0];
		interval.high = values[n - 1];
	}
	free(values);
	json_object_del(point, "values");
	json_object_set_new(point, "value", json_real(interval.median));
	json_object_set_new(point, "low", json_real(interval.low));
	json_object_set_new(point, "high", json_real(interval.high));
}

/* All values are there; false after a line on stderr. */
static bool finish_series(json_t *series, const char *path)
{
	json_t *points = json_object_get(series, "points");
	size_t i;

	for (i = 0; i < json_array_size(points); i++)
		summarize_point(json_array_get(points, i));
	if (rp_chart_valid(series))
		return true;
	fprintf(stderr, "ratios: %s: %s is no series\n", path, rp_str(series, "title"));
	return false;
}

/* NULL after a line on stderr. */
static json_t *read_series(const char *path)
{
	FILE *file = fopen(path, "r");
	json_t *list = json_array();
	char line[256];
	bool ok = file;
	size_t i;

	if (!file)
		perror(path);
	while (ok && fgets(line, sizeof(line), file)) {
		struct growth g;

		ok = sscanf(line, "%63[^;];%31[^;];%15[^;];%lf;%lf", g.title, g.axis, g.unit, &g.x,
			    &g.value) == 5;
		if (ok)
			add_value(points_of(list, &g), &g);
		else
			fprintf(stderr, "ratios: %s: no value of a series: %s", path, line);
	}
	if (file)
		fclose(file);
	for (i = 0; i < json_array_size(list); i++)
		ok = finish_series(json_array_get(list, i), path) && ok;
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

static int write_bench(const struct input *in, const char *path)
{
	struct rp_out out = { stdout, RP_PLAIN };
	json_t *list = results(in);
	json_t *bench;
	char *text;
	int code;

	if (!list)
		return 2;
	code = all_reach(list) ? 0 : 1;
	bench = json_pack("{ss ss ss so}", "type", "bench", "revision", in->revision, "title",
			  in->title, "results", list);
	if (in->series) {
		json_t *series = read_series(in->series);

		if (!series) {
			json_decref(bench);
			return 2;
		}
		json_object_set_new(bench, "series", series);
	}
	text = json_dumps(bench, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	if (!text || !rp_save(path, text, strlen(text)))
		code = 2;
	rp_bench_print(&out, bench);
	free(text);
	json_decref(bench);
	return code;
}

static bool options(struct input *in, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "gate", required_argument, NULL, 'g' },
		{ "at-most", required_argument, NULL, 'm' },
		{ "revision", required_argument, NULL, 'r' },
		{ "title", required_argument, NULL, 't' },
		{ "unit", required_argument, NULL, 'u' },
		{ "profiles", required_argument, NULL, 'p' },
		{ "series", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'g':
		case 'm':
			in->gate = strtod(optarg, NULL);
			in->less_is_better = c == 'm';
			break;
		case 'r':
			in->revision = optarg;
			break;
		case 't':
			in->title = optarg;
			break;
		case 'u':
			in->unit = optarg;
			break;
		case 'p':
			in->profiles = optarg;
			break;
		case 's':
			in->series = optarg;
			break;
		default:
			return false;
		}
	}
	return argc - optind == 2 && in->gate > 0 && in->revision && in->title && in->unit;
}

int main(int argc, char **argv)
{
	struct input in = { 0 };
	int code = 2;

	if (!options(&in, argc, argv))
		fputs(usage, stderr);
	else if (read_samples(&in, argv[optind]))
		code = write_bench(&in, argv[optind + 1]);
	free(in.samples);
	return code;
}
