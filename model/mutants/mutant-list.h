/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The list of mutants that lm-mutate wrote, and the one of those that are known to survive. */
#ifndef MUTANT_LIST_H
#define MUTANT_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum mutant_kind {
	MUTANT_NORMAL,
	MUTANT_EQUIVALENT, /* no call of the port can tell */
	MUTANT_OPEN, /* known to survive; a row or a unit test is missing */
	MUTANT_KINDS,
};

struct mutant {
	unsigned int number;
	char *file; /* model/core/NAME.c */
	char *name; /* of that file alone */
	unsigned int line;
	char *op;
	char *identity; /* NAME.c function operator ordinal: text => text */
	enum mutant_kind kind;
	char *argument; /* where the kind is not normal */
};

struct mutant_list {
	struct mutant *mutant; /* mutant[0] is none, as in lm_mutant */
	unsigned int count; /* with that one */
};

/* Both end the program with a message where the file cannot be read. */
void mutants_load(struct mutant_list *list, const char *path);

/*
 * What is known to survive: lines `KIND IDENTITY -- ARGUMENT`. Return: how many
 * lines name no mutant, or have no argument; each gets a message.
 */
unsigned int survivors_load(struct mutant_list *list, const char *path);

#endif
