/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "registry.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "requirement.h"

/* Made by the linker; absent where nothing is registered. */
extern const struct ct_row *const __start_ct_rows[] __attribute__((weak));
extern const struct ct_row *const __stop_ct_rows[] __attribute__((weak));
extern const struct ct_target_ops *const __start_ct_targets[] __attribute__((weak));
extern const struct ct_target_ops *const __stop_ct_targets[] __attribute__((weak));

static const struct ct_row **rows;
static size_t num_rows;
static const struct ct_target_ops **targets;
static size_t num_targets;

static int by_row_id(const void *a, const void *b)
{
	return strcmp((*(const struct ct_row *const *)a)->id,
		      (*(const struct ct_row *const *)b)->id);
}

static int by_target_name(const void *a, const void *b)
{
	return strcmp((*(const struct ct_target_ops *const *)a)->name,
		      (*(const struct ct_target_ops *const *)b)->name);
}

/* AREA/expectation-in-words: what file names, shells and waiver files take as it is. */
static bool good_id(const char *id)
{
	const char *p = id;

	while (isupper((unsigned char)*p) || isdigit((unsigned char)*p))
		p++;
	if (p == id || *p++ != '/' || !*p)
		return false;
	for (; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_/.", *p))
			return false;
	return true;
}

__attribute__((format(printf, 2, 3))) static int wrong(const struct ct_row *row, const char *fmt,
						       ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: row %s: ", row->file, row->line, row->id);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return -1;
}

static int check_reqs(const struct ct_row *row)
{
	struct ct_requirement req;
	const char *pos = row->reqs, *id, *why;
	size_t len;
	int ret = 0;

	while ((id = ct_next_req(&pos, &len))) {
		if (ct_requirement_find(id, len, &req))
			continue;
		why = ct_retired_why(id, len);
		if (why)
			ret = wrong(row, "requirement %.*s is retired: %s", (int)len, id, why);
		else
			ret = wrong(row, "requirement %.*s is unknown", (int)len, id);
	}
	return ret;
}

static int check_row(const struct ct_row *row)
{
	const char *pos = row->reqs;
	size_t len;
	int ret = 0;

	if (!good_id(row->id))
		ret = wrong(row, "the ID is not of the form AREA/expectation-in-words");
	if (!row->reqs || !ct_next_req(&pos, &len))
		ret = wrong(row, "it cites no requirement");
	else if (check_reqs(row))
		ret = -1;
	if (!row->run)
		ret = wrong(row, "it has no function");
	if (!row->given || !row->when || !row->expect)
		ret = wrong(row, "given, when or expect is missing");
	return ret;
}

static void collect(void)
{
	size_t i;

	num_rows = (size_t)(__stop_ct_rows - __start_ct_rows);
	num_targets = (size_t)(__stop_ct_targets - __start_ct_targets);
	rows = calloc(num_rows + 1, sizeof(const struct ct_row *));
	targets = calloc(num_targets + 1, sizeof(const struct ct_target_ops *));
	if (!rows || !targets) {
		fputs("nvme-lm-ct: out of memory\n", stderr);
		exit(2);
	}
	for (i = 0; i < num_rows; i++)
		rows[i] = __start_ct_rows[i];
	for (i = 0; i < num_targets; i++)
		targets[i] = __start_ct_targets[i];
	if (num_rows)
		qsort(rows, num_rows, sizeof(const struct ct_row *), by_row_id);
	if (num_targets)
		qsort(targets, num_targets, sizeof(const struct ct_target_ops *), by_target_name);
}

int ct_registry_init(void)
{
	size_t i;
	int ret = 0;

	collect();
	for (i = 0; i < num_rows; i++) {
		if (check_row(rows[i]))
			ret = -1;
		if (i && !strcmp(rows[i]->id, rows[i - 1]->id))
			ret = wrong(rows[i], "the ID is taken by %s:%u", rows[i - 1]->file,
				    rows[i - 1]->line);
	}
	for (i = 1; i < num_targets; i++)
		if (!strcmp(targets[i]->name, targets[i - 1]->name)) {
			fprintf(stderr, "target %s is there twice\n", targets[i]->name);
			ret = -1;
		}
	return ret;
}

size_t ct_row_count(void)
{
	return num_rows;
}

const struct ct_row *ct_row_at(size_t i)
{
	return rows[i];
}

const struct ct_row *ct_row_find(const char *id)
{
	const struct ct_row key = { .id = id }, *k = &key;
	const struct ct_row **found;

	if (!num_rows)
		return NULL;
	found = bsearch(&k, rows, num_rows, sizeof(const struct ct_row *), by_row_id);
	return found ? *found : NULL;
}

size_t ct_target_count(void)
{
	return num_targets;
}

const struct ct_target_ops *ct_target_at(size_t i)
{
	return targets[i];
}

const struct ct_target_ops *ct_target_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < num_targets; i++)
		if (strlen(targets[i]->name) == len && !memcmp(targets[i]->name, name, len))
			return targets[i];
	return NULL;
}

const char *ct_next_req(const char **pos, size_t *len)
{
	const char *id = *pos + strspn(*pos, " ");

	*len = strcspn(id, " ");
	*pos = id + *len;
	return *len ? id : NULL;
}

bool ct_row_cites(const struct ct_row *row, const char *id)
{
	const char *pos = row->reqs, *req;
	size_t len;

	while ((req = ct_next_req(&pos, &len)))
		if (strlen(id) == len && !memcmp(req, id, len))
			return true;
	return false;
}
