/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The subcommands of reports with the specification of the tests. */
#include <stdio.h>
#include <string.h>

#include "ct-reports.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*main)(int argc, char **argv);
	} commands[] = {
		{ "report", ct_report_main },
		{ "compare", ct_compare_main },
		{ "bundle", ct_bundle_main },
		{ "verify", ct_verify_main },
	};
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].main(argc - 1, argv + 1);
	fputs("usage: reports-tool report|compare|bundle|verify ...\n", stderr);
	return 2;
}
