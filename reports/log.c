/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "out.h"
#include "util.h"

/* Where the reader is. */
struct reader {
	struct rp_log *log;
	unsigned int line;
	size_t roomy; /* rows there is room for */
	json_t *index; /* row ID to position */
	char *error;
	size_t size;
};

const char *rp_str(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

double rp_real(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

unsigned int rp_uint(const json_t *object, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	return v < 0 || v > UINT_MAX ? 0 : (unsigned int)v;
}

static json_t *array_of(const json_t *object, const char *key)
{
	json_t *a = json_object_get(object, key);

	return json_is_array(a) ? a : NULL;
}

__attribute__((format(printf, 2, 3))) static void note(struct rp_log *log, const char *fmt, ...)
{
	va_list ap;

	log->notes = rp_grow(log->notes, log->nnotes + 1, sizeof(*log->notes));
	va_start(ap, fmt);
	log->notes[log->nnotes++] = rp_vformat(fmt, ap);
	va_end(ap);
}

/* A verdict this program does not know cannot be judged: an error of the suite. */
static enum ct_verdict verdict_of(struct reader *r, const json_t *record, const char *key)
{
	const char *name = rp_str(record, key);
	int v = ct_verdict_parse(name);

	if (v >= 0)
		return (enum ct_verdict)v;
	note(r->log, "line %u: unknown verdict \"%s\", taken as ERROR", r->line, name);
	return CT_ERROR;
}

static struct rp_row *row_of(struct reader *r, const char *id)
{
	struct rp_log *log = r->log;
	json_t *at = json_object_get(r->index, id);
	struct rp_row *row;

	if (at)
		return &log->rows[json_integer_value(at)];
	json_object_set_new(r->index, id, json_integer((json_int_t)log->nrows));
	log->rows = rp_grow(log->rows, log->nrows + 1, sizeof(*log->rows));
	row = &log->rows[log->nrows++];
	memset(row, 0, sizeof(*row));
	row->id = id;
	row->file = "";
	row->verdict = CT_NOT_RUN;
	row->folded = CT_NOT_RUN;
	row->reason = "the log ends before this row's verdict";
	return row;
}

/* A resumed run judges a case again: the last record counts. */
static struct rp_case *case_of(struct rp_row *row, unsigned int number)
{
	size_t i = row->ncases;

	while (i && row->cases[i - 1].number > number)
		i--;
	if (i && row->cases[i - 1].number == number)
		return &row->cases[i - 1];
	row->cases = rp_grow(row->cases, row->ncases + 1, sizeof(*row->cases));
	memmove(&row->cases[i + 1], &row->cases[i], (row->ncases - i) * sizeof(*row->cases));
	row->ncases++;
	return &row->cases[i];
}

static void take_case(struct reader *r, const json_t *o)
{
	struct rp_row *row = row_of(r, rp_str(o, "row"));
	struct rp_case *c = case_of(row, rp_uint(o, "case"));

	c->number = rp_uint(o, "case");
	c->verdict = verdict_of(r, o, "verdict");
	c->checks = rp_uint(o, "checks");
	c->name = rp_str(o, "name");
	c->reason = rp_str(o, "reason");
	c->where = rp_str(o, "where");
	c->replay = rp_str(o, "replay");
	c->trace = array_of(o, "trace");
}

static void take_row(struct reader *r, const json_t *o)
{
	struct rp_row *row = row_of(r, rp_str(o, "row"));

	row->ended = true;
	row->verdict = verdict_of(r, o, "verdict");
	row->folded = json_object_get(o, "folded") ? verdict_of(r, o, "folded") : row->verdict;
	row->file = rp_str(o, "file");
	row->reason = rp_str(o, "reason");
	row->checks = rp_uint(o, "checks");
	row->ms = rp_real(o, "ms");
	row->reqs = array_of(o, "reqs");
	row->reached = array_of(o, "reached");
	row->counts = json_object_get(o, "cases");
}

static bool take_environment(struct reader *r, json_t *o)
{
	struct rp_log *log = r->log;
	json_t *format = json_object_get(o, "format");

	if (json_integer_value(format) != RP_LOG_FORMAT) {
		snprintf(
			r->error, r->size,
			"%s: log format %" JSON_INTEGER_FORMAT
			" by suite %s, but this program reads format %d: use the suite that wrote it",
			log->name, json_integer_value(format), rp_str(o, "suite"), RP_LOG_FORMAT);
		return false;
	}
	if (log->env)
		log->resumed++;
	log->env = o;
	log->end = NULL;
	return true;
}

/* One record; false ends the reading with r->error. */
static bool take(struct reader *r, json_t *o)
{
	const char *type = rp_str(o, "type");

	if (!strcmp(type, "environment"))
		return take_environment(r, o);
	if (!r->log->env) {
		snprintf(r->error, r->size,
			 "%s: not a log of nvme-lm-ct: the first line is no environment record",
			 r->log->name);
		return false;
	}
	if (!strcmp(type, "end"))
		r->log->end = o;
	else if (strcmp(type, "case") && strcmp(type, "row"))
		note(r->log, "line %u: a record of unknown type \"%s\" was left out", r->line,
		     type);
	else if (!*rp_str(o, "row"))
		note(r->log, "line %u: a %s record without its row was left out", r->line, type);
	else if (!strcmp(type, "case"))
		take_case(r, o);
	else
		take_row(r, o);
	return true;
}

/* Replaces what is no UTF-8, and NUL bytes, so that the rest of the line can be read. */
static char *mended(struct reader *r, const char *line, size_t len)
{
	char *copy = rp_grow(NULL, len * 3 + 1, 1), *to = copy;
	unsigned int c, n, bad = 0;
	const char *s;

	for (s = line; s < line + len; s += n) {
		c = rp_utf8(s, &n);
		if (!c || (c == 0xFFFD && n == 1)) {
			memcpy(to, "\xEF\xBF\xBD", 3);
			to += 3;
			bad++;
		} else {
			memcpy(to, s, n);
			to += n;
		}
	}
	*to = '\0';
	if (bad)
		note(r->log, "line %u: %u bytes that are no text were replaced", r->line, bad);
	return copy;
}

static bool take_line(struct reader *r, const char *line, size_t len)
{
	bool whole = len && line[len - 1] == '\n';
	json_error_t why;
	json_t *o;
	char *text;
	bool ok;

	r->line++;
	text = mended(r, line, len);
	o = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	free(text);
	if (json_is_object(o)) {
		ok = take(r, o);
		json_array_append_new(r->log->keep, o);
		return ok;
	}
	json_decref(o);
	if (r->line == 1 && whole) {
		snprintf(r->error, r->size, "%s: not a log of nvme-lm-ct: line 1 is no JSON object",
			 r->log->name);
		return false;
	}
	if (whole)
		note(r->log, "line %u is damaged and was left out", r->line);
	else
		note(r->log, "the last line (%u) is cut and was left out", r->line);
	return true;
}

/* What the end record says must be what was read. */
static void cross_check(struct rp_log *log)
{
	size_t i, ended = 0;

	for (i = 0; i < log->nrows; i++)
		ended += log->rows[i].ended;
	if (log->end && rp_uint(log->end, "rows") != ended)
		note(log, "the log's end counts %u rows, but it holds %zu",
		     rp_uint(log->end, "rows"), ended);
}

struct rp_log *rp_log_parse(FILE *file, const char *name, char *error, size_t size)
{
	struct reader r = { .error = error, .size = size };
	size_t room = 0;
	ssize_t len;
	char *line = NULL;
	bool ok = true;

	r.log = rp_grow(NULL, 1, sizeof(*r.log));
	memset(r.log, 0, sizeof(*r.log));
	r.log->name = rp_format("%s", name);
	r.log->keep = json_array();
	r.index = json_object();
	while (ok && (len = getline(&line, &room, file)) > 0)
		ok = take_line(&r, line, (size_t)len);
	if (ok && ferror(file)) {
		snprintf(error, size, "%s: cannot read: %s", name, strerror(errno));
		ok = false;
	} else if (ok && !r.log->env) {
		snprintf(error, size, "%s: holds no complete environment record: nothing to report",
			 name);
		ok = false;
	}
	free(line);
	json_decref(r.index);
	if (!ok) {
		rp_log_free(r.log);
		return NULL;
	}
	cross_check(r.log);
	return r.log;
}

struct rp_log *rp_log_read(const char *path, char *error, size_t size)
{
	struct rp_log *log;
	FILE *file = fopen(path, "r");

	if (!file) {
		snprintf(error, size, "%s: cannot open: %s", path, strerror(errno));
		return NULL;
	}
	log = rp_log_parse(file, path, error, size);
	fclose(file);
	return log;
}

void rp_log_free(struct rp_log *log)
{
	size_t i;

	if (!log)
		return;
	for (i = 0; i < log->nrows; i++)
		free(log->rows[i].cases);
	for (i = 0; i < log->nnotes; i++)
		free(log->notes[i]);
	free(log->rows);
	free(log->notes);
	free(log->name);
	json_decref(log->keep);
	free(log);
}

const struct rp_row *rp_log_row(const struct rp_log *log, const char *id)
{
	size_t i;

	for (i = 0; i < log->nrows; i++)
		if (!strcmp(log->rows[i].id, id))
			return &log->rows[i];
	return NULL;
}
