/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#ifndef CT_CLI_H
#define CT_CLI_H

struct ct_command {
	const char *name;
	const char *summary;
	int (*main)(int argc, char **argv); /* argv[0] is the name; returns the exit code */
};

/**
 * ct_cli_main() - the program: check the registry, run a subcommand
 * @extra: subcommands besides run, list and explain, ended by a NULL name
 */
int ct_cli_main(int argc, char **argv, const struct ct_command *extra);

#endif
