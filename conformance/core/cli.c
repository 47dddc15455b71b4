/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "cli.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "list.h"
#include "prepare.h"
#include "registry.h"
#include "requirement.h"
#include "run.h"
#include "say.h"
#include "version.h"

static const struct ct_command own[] = {
	{ "run", "judge a device", ct_run_main },
	{ "restore", "undo what a run that crashed did to drivers", ct_restore_main },
	{ "list", "list rows, requirements and targets", ct_list_main },
	{ "explain", "explain a requirement, row, status or verdict", ct_explain_main },
	{ 0 },
};

static const struct ct_command *find(const struct ct_command *c, const char *name)
{
	for (; c && c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static void print_commands(const struct ct_command *c)
{
	for (; c && c->name; c++)
		printf("  %-8s %s\n", c->name, c->summary);
}

static int help(const struct ct_command *extra)
{
	puts("Usage: nvme-lm-ct COMMAND [ARGUMENT]...\n"
	     "Conformance of NVMe virtual functions to the live migration proposal.\n");
	print_commands(own);
	print_commands(extra);
	puts("\nnvme-lm-ct COMMAND --help explains a command; nvme-lm-ct --version prints the version.");
	return CT_EXIT_PASS;
}

/* What went to standard output has to have got there, e.g. to a full disk. */
static int flushed(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	ct_say("cannot write to standard output");
	return CT_EXIT_USAGE;
}

int ct_cli_main(int argc, char **argv, const struct ct_command *extra)
{
	const struct ct_command *c;

	if (argc < 2)
		ct_die("a command is missing; see nvme-lm-ct --help");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return flushed(help(extra));
	if (!strcmp(argv[1], "--version")) {
		printf("nvme-lm-ct %s, specification %s\n", LM_SUITE_VERSION, ct_spec_hash());
		return flushed(CT_EXIT_PASS);
	}
	if (ct_registry_init())
		ct_die("the program's rows or targets are not consistent");
	c = find(own, argv[1]);
	if (!c)
		c = find(extra, argv[1]);
	if (!c)
		ct_die("unknown command '%s'; see nvme-lm-ct --help", argv[1]);
	return flushed(c->main(argc - 1, argv + 1));
}
