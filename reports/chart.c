/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <math.h>
#include <stdio.h>

#include "chart.h"
#include "log.h"

/* In units of the drawing; the margin holds the numbers. */
#define WIDTH 560.0
#define HEIGHT 200.0
#define LEFT 70.0
#define RIGHT 20.0
#define TOP 12.0
#define BOTTOM 40.0

struct scale {
	double first; /* log2 of the least and the greatest x */
	double last;
	double top; /* value at the upper edge */
};

static const json_t *points_of(const json_t *series)
{
	return json_object_get(series, "points");
}

bool rp_chart_valid(const json_t *series)
{
	static const char *const numbers[] = { "x", "value", "low", "high" };
	const json_t *points = points_of(series);
	size_t i, k;

	if (!*rp_str(series, "title") || !*rp_str(series, "axis") || !*rp_str(series, "unit") ||
	    json_array_size(points) < 2)
		return false;
	for (i = 0; i < json_array_size(points); i++) {
		const json_t *point = json_array_get(points, i);

		for (k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
			if (!json_is_number(json_object_get(point, numbers[k])))
				return false;
		}
		if (rp_real(point, "x") < 1 ||
		    (i && rp_real(point, "x") <= rp_real(json_array_get(points, i - 1), "x")))
			return false;
	}
	return true;
}

static struct scale scale_of(const json_t *points)
{
	size_t i, n = json_array_size(points);
	struct scale s = { .first = log2(rp_real(json_array_get(points, 0), "x")),
			   .last = log2(rp_real(json_array_get(points, n - 1), "x")) };
	double unit;

	for (i = 0; i < n; i++)
		s.top = fmax(s.top, rp_real(json_array_get(points, i), "high"));
	if (s.top <= 0)
		s.top = 1;
	/* up to the next of 1, 2, 5 times a power of ten, in quarters */
	unit = pow(10, floor(log10(s.top)));
	while (unit * 5 < s.top)
		unit *= 2;
	s.top = ceil(s.top / unit) * unit;
	return s;
}

static double at_x(const struct scale *s, const json_t *point)
{
	return LEFT + (WIDTH - LEFT - RIGHT) * (log2(rp_real(point, "x")) - s->first) /
			      (s->last - s->first);
}

static double at_y(const struct scale *s, double value)
{
	return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / s->top;
}

static void line(struct rp_out *out, double x1, double y1, double x2, double y2)
{
	rp_put(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x1, y1, x2, y2);
}

static void label(struct rp_out *out, double x, double y, const char *anchor, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6g", value);
	rp_put(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
	       text);
}

static void frame(struct rp_out *out, const struct scale *s, const json_t *series)
{
	unsigned int i;

	rp_raw(out, "<g class=\"grid\">\n");
	for (i = 0; i <= 4; i++) {
		double value = s->top * i / 4;

		line(out, LEFT, at_y(s, value), WIDTH - RIGHT, at_y(s, value));
		label(out, LEFT - 6, at_y(s, value) + 4, "end", value);
	}
	rp_put(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
	       (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, rp_str(series, "axis"));
	rp_raw(out, "</g>\n");
}

static void curve(struct rp_out *out, const struct scale *s, const json_t *points)
{
	size_t i;

	rp_raw(out, "<polyline points=\"");
	for (i = 0; i < json_array_size(points); i++) {
		const json_t *point = json_array_get(points, i);

		rp_put(out, "%.1f,%.1f ", at_x(s, point), at_y(s, rp_real(point, "value")));
	}
	rp_raw(out, "\"/>\n");
	for (i = 0; i < json_array_size(points); i++) {
		const json_t *point = json_array_get(points, i);
		double x = at_x(s, point);

		line(out, x, at_y(s, rp_real(point, "low")), x, at_y(s, rp_real(point, "high")));
		rp_put(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x,
		       at_y(s, rp_real(point, "value")));
		label(out, x, HEIGHT - BOTTOM + 16, "middle", rp_real(point, "x"));
	}
}

static void numbers(struct rp_out *out, const json_t *series)
{
	const json_t *points = points_of(series);
	size_t i;

	rp_raw(out, "<details><summary>The numbers</summary>\n<table>\n<thead><tr>");
	rp_put(out, "<th>%s</th><th>%s</th><th>Interval</th></tr></thead>\n<tbody>\n",
	       rp_str(series, "axis"), rp_str(series, "unit"));
	for (i = 0; i < json_array_size(points); i++) {
		const json_t *point = json_array_get(points, i);

		rp_put(out, "<tr><td>%.1f</td><td>%.1f</td><td>%.1f to %.1f</td></tr>\n",
		       rp_real(point, "x"), rp_real(point, "value"), rp_real(point, "low"),
		       rp_real(point, "high"));
	}
	rp_raw(out, "</tbody></table></details>\n");
}

void rp_html_chart(struct rp_out *out, const json_t *series)
{
	const json_t *points = points_of(series);
	struct scale s = scale_of(points);

	rp_put(out, "<figure class=\"chart\">\n<figcaption>%s, %s</figcaption>\n",
	       rp_str(series, "title"), rp_str(series, "unit"));
	rp_put(out, "<svg viewBox=\"0 0 %.1f %.1f\" role=\"img\" aria-label=\"%s\">\n", WIDTH,
	       HEIGHT, rp_str(series, "title"));
	frame(out, &s, series);
	curve(out, &s, points);
	rp_raw(out, "</svg>\n");
	numbers(out, series);
	rp_raw(out, "</figure>\n");
}
