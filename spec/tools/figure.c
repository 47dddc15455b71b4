/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "figure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_figure.h"
#include "util.h"

static const struct def_record *find(const struct def_table *t, const char *macro, unsigned int arg,
				     const char *name)
{
	const struct def_record *rec;
	size_t i = 0;

	while ((rec = def_next(t, macro, &i)))
		if (!strcmp(rec->arg[arg], name))
			return rec;
	return NULL;
}

static void write_statuses(const struct spec *s, FILE *out)
{
	const struct def_record *rec;
	size_t i = 0;

	fputs("<table class=\"statuses\"><thead><tr><th>Status</th><th>Name</th><th>DNR</th>"
	      "<th>Cause</th></tr></thead><tbody>\n",
	      out);
	while ((rec = def_next(&s->statuses, "LM_STATUS", &i))) {
		fprintf(out, "<tr><td>%03lXh</td><td>", strtoul(rec->arg[1], NULL, 0));
		write_html(out, rec->arg[3]);
		fprintf(out, "</td><td>%s</td><td>",
			strcmp(rec->arg[2], "ANY") ? rec->arg[2] : "0 or 1");
		write_html(out, rec->arg[4]);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}

static const struct def_record *transition(const struct spec *s, const char *state,
					   const char *event)
{
	const struct def_record *rec;
	size_t i = 0;

	while ((rec = def_next(&s->transitions, "LM_TRANSITION", &i)))
		if (!strcmp(rec->arg[0], state) && !strcmp(rec->arg[1], event))
			return rec;
	return NULL;
}

static void write_cell(const struct def_record *rec, FILE *out)
{
	unsigned int status[8], n, i;

	if (!rec) {
		fputs("<td>not possible</td>", out);
		return;
	}
	n = def_statuses(rec->arg[2], status, 8);
	fputs("<td>", out);
	for (i = 0; i < n; i++)
		fprintf(out, "%s%03Xh%s",
			i == 1 ? " (or " :
			i      ? ", " :
				 "",
			status[i], i && i + 1 == n ? ")" : "");
	fprintf(out, "%s%s %s<br>%s</td>", n ? ", " : "",
		strcmp(rec->arg[0], rec->arg[3]) ? "to" : "stays", rec->arg[3], rec->arg[4]);
}

static void write_transitions(const struct spec *s, FILE *out)
{
	const struct def_record *event, *state;
	size_t e = 0, i = 0;

	fputs("<table class=\"transitions\"><thead><tr><th>Event</th>", out);
	while ((state = def_next(&s->transitions, "LM_STATE", &i)))
		fprintf(out, "<th>%s</th>", state->arg[0]);
	fputs("</tr></thead><tbody>\n", out);
	while ((event = def_next(&s->transitions, "LM_EVENT", &e))) {
		fputs("<tr><th>", out);
		write_html(out, event->arg[2]);
		fputs("</th>", out);
		for (i = 0; (state = def_next(&s->transitions, "LM_STATE", &i));)
			write_cell(transition(s, state->arg[0], event->arg[0]), out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}

char *figure_run(const char *command, const char *input)
{
	char name[] = "/tmp/lm-spec.XXXXXX";
	int fd = mkstemp(name);
	char *line = xprintf("%s %s", command, name);
	char *output;
	FILE *f;

	if (fd < 0 || !(f = fdopen(fd, "w")))
		die("%s: %s", name, strerror(errno));
	fputs(input, f);
	if (fclose(f))
		die("%s: %s", name, strerror(errno));
	f = popen(line, "r");
	if (!f)
		die("%s: %s", command, strerror(errno));
	output = read_stream(f, command, NULL);
	if (pclose(f))
		die("%s failed: run ./bootstrap", command);
	unlink(name);
	free(line);
	return output;
}

/*
 * Where a transition leads in the diagram. The table gives the state in which a
 * command ends; a command that stays pending is shown to pass through the state
 * that exists for it ("a SUSPEND is pending"), which only a VF that works enters.
 */
static const char *edge_end(const struct spec *s, const struct def_record *rec)
{
	const struct def_record *from = find(&s->transitions, "LM_STATE", 0, rec->arg[0]);
	char *meaning = xprintf("a %s is pending", rec->arg[1]);
	const struct def_record *pending = find(&s->transitions, "LM_STATE", 2, meaning);

	free(meaning);
	if (pending && from && !strtoul(from->arg[1], NULL, 0) && strcmp(rec->arg[0], rec->arg[3]))
		return pending->arg[0];
	return rec->arg[3];
}

/* One edge for all events that lead from one state to another. */
static void write_edge(const struct spec *s, const char *from, const char *to, FILE *dot)
{
	const struct def_record *rec;
	bool any = false;
	size_t i = 0;

	while ((rec = def_next(&s->transitions, "LM_TRANSITION", &i))) {
		if (strcmp(rec->arg[0], from) || strcmp(edge_end(s, rec), to))
			continue;
		if (!any)
			fprintf(dot, "%s -> %s [label=\"", from, to);
		fprintf(dot, "%s\\l", rec->arg[1]);
		any = true;
	}
	if (any)
		fputs("\"];\n", dot);
}

static void write_states(const struct spec *s, FILE *out)
{
	const struct def_record *from, *to;
	char *text = NULL, *svg, *start;
	size_t size, i = 0, j;
	FILE *dot = open_memstream(&text, &size);

	if (!dot)
		die("out of memory");
	fputs("digraph states {\nbgcolor=transparent; nodesep=1; ranksep=0.7;\n"
	      "node [shape=box style=rounded fontname=\"sans-serif\" fontsize=14];\n"
	      "edge [fontname=\"sans-serif\" fontsize=10];\n",
	      dot);
	while ((from = def_next(&s->transitions, "LM_STATE", &i))) {
		fprintf(dot, "%s [tooltip=\"%s\"];\n", from->arg[0], from->arg[2]);
		for (j = 0; (to = def_next(&s->transitions, "LM_STATE", &j));)
			if (from != to)
				write_edge(s, from->arg[0], to->arg[0], dot);
	}
	fputs("}\n", dot);
	fclose(dot);
	svg = figure_run("dot -Tsvg", text);
	start = strstr(svg, "<svg");
	if (!start)
		die("dot wrote no SVG");
	fprintf(out, "<figure class=\"states\">\n%s", start);
	fputs("<figcaption>States of a VF. Events that leave the state as it is are in the table."
	      "</figcaption></figure>\n",
	      out);
	free(svg);
	free(text);
}

static void write_requirements(const struct spec *s, FILE *out)
{
	const struct def_record *rec;
	size_t i;

	fputs("<table class=\"requirements\"><thead><tr><th>ID</th><th>Level</th><th>Origin</th>"
	      "<th>Binds</th><th>Since</th><th>Proved by</th></tr></thead><tbody>\n",
	      out);
	for (i = 0; i < s->nsentences; i++) {
		const struct sentence *q = &s->sentence[i];

		rec = spec_record(s, "LM_REQ", q->id);
		fprintf(out, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>",
			q->id, q->level, q->origin, q->binds, rec ? rec->arg[REQ_SINCE] : "");
		if (rec && *rec->arg[REQ_REASON])
			fputs("no row: ", out);
		write_html(out, !rec || !*rec->arg[REQ_REASON] ? "rows" : rec->arg[REQ_REASON]);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}

static void write_retired(const struct spec *s, FILE *out)
{
	const struct def_record *rec;
	size_t i = 0;

	if (!def_next(&s->requirements, "LM_RETIRED", &i)) {
		fputs("<p>No ID is retired.</p>\n", out);
		return;
	}
	fputs("<table class=\"retired\"><thead><tr><th>ID</th><th>Why it is gone</th></tr></thead>"
	      "<tbody>\n",
	      out);
	for (i = 0; (rec = def_next(&s->requirements, "LM_RETIRED", &i));) {
		fprintf(out, "<tr id=\"%s\"><td>%s</td><td>", rec->arg[0], rec->arg[0]);
		write_html(out, rec->arg[1]);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}

static const struct {
	const char *what;
	void (*write)(const struct spec *s, FILE *out);
} plain_figures[] = {
	{ "figure: states", write_states },	     { "table: statuses", write_statuses },
	{ "table: transitions", write_transitions }, { "table: requirements", write_requirements },
	{ "table: retired", write_retired },
};

bool figure_write(const struct spec *s, const char *what, FILE *out)
{
	static const char command[] = "figure: command ";
	const struct def_record *rec;
	size_t i;

	for (i = 0; i < sizeof(plain_figures) / sizeof(plain_figures[0]); i++) {
		if (!strcmp(what, plain_figures[i].what)) {
			plain_figures[i].write(s, out);
			return true;
		}
	}
	if (strncmp(what, command, strlen(command)))
		return false;
	rec = find(&s->commands, "LM_COMMAND", 0, what + strlen(command));
	if (rec)
		command_figure(s, rec, out);
	return rec != NULL;
}
