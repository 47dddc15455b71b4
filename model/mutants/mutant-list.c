/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "mutant-list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_list(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(2);
	}
	return f;
}

static void parse(struct mutant *m, char *line, const char *path)
{
	char *field[8], *rest = line, *slash;
	unsigned int i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < 8; i++)
		field[i] = strsep(&rest, "\t");
	if (!field[7]) {
		fprintf(stderr, "%s: a line lacks fields\n", path);
		exit(2);
	}
	slash = strrchr(field[1], '/');
	m->number = (unsigned int)strtoul(field[0], NULL, 10);
	m->file = strdup(field[1]);
	m->name = strdup(slash ? slash + 1 : field[1]);
	m->line = (unsigned int)strtoul(field[2], NULL, 10);
	m->op = strdup(field[3]);
	if (asprintf(&m->identity, "%s %s %s %s: %s => %s", m->name, field[4], field[3], field[5],
		     field[6], field[7]) < 0)
		exit(2);
}

void mutants_load(struct mutant_list *list, const char *path)
{
	FILE *f = open_list(path);
	char *line = NULL;
	size_t size = 0;

	*list = (struct mutant_list){ .mutant = calloc(1, sizeof(*list->mutant)), .count = 1 };
	while (getline(&line, &size, f) > 0) {
		list->mutant = reallocarray(list->mutant, list->count + 1, sizeof(*list->mutant));
		if (!list->mutant)
			exit(2);
		list->mutant[list->count] = (struct mutant){ 0 };
		parse(&list->mutant[list->count], line, path);
		list->count++;
	}
	free(line);
	fclose(f);
}

static struct mutant *find(struct mutant_list *list, const char *identity)
{
	unsigned int i;

	for (i = 1; i < list->count; i++)
		if (!strcmp(list->mutant[i].identity, identity))
			return &list->mutant[i];
	return NULL;
}

static enum mutant_kind kind_of(const char *word)
{
	if (!strcmp(word, "equivalent"))
		return MUTANT_EQUIVALENT;
	return strcmp(word, "open") ? MUTANT_NORMAL : MUTANT_OPEN;
}

/* False where the line names no mutant, or says not why it survives. */
static bool take(struct mutant_list *list, char *line)
{
	char *identity = strchr(line, ' '), *argument = strstr(line, " -- ");
	struct mutant *m;

	if (!identity || !argument || argument < identity || !argument[4])
		return false;
	*identity++ = '\0';
	*argument = '\0';
	m = find(list, identity);
	if (!m || kind_of(line) == MUTANT_NORMAL || m->kind != MUTANT_NORMAL)
		return false;
	m->kind = kind_of(line);
	m->argument = strdup(argument + 4);
	return true;
}

unsigned int survivors_load(struct mutant_list *list, const char *path)
{
	FILE *f = open_list(path);
	unsigned int bad = 0, number = 0;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) > 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#' || take(list, line))
			continue;
		fprintf(stderr, "%s:%u: no such mutant, not a kind, or no argument: %s\n", path,
			number, line);
		bad++;
	}
	free(line);
	fclose(f);
	return bad;
}
