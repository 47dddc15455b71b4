/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <stddef.h>

#include "cli.h"
#include "ct-reports.h"
#include "migrate.h"

static const struct ct_command more[] = {
	{ "migrate", "move a guest from VF to VF under load, and verify its data",
	  ct_migrate_main },
	{ "report", "turn a log into TAP, JUnit, Markdown or HTML", ct_report_main },
	{ "compare", "what changed between runs", ct_compare_main },
	{ "bundle", "make the archive that a vendor submits", ct_bundle_main },
	{ "verify", "recompute a bundle's verdicts", ct_verify_main },
	{ NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return ct_cli_main(argc, argv, more);
}
