/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "help.h"

#include <stdio.h>

#include "registry.h"

static const char run_help[] =
	"Usage: nvme-lm-ct run [OPTION]...\n"
	"Judges a device. Rows run one after another, each in a process of its own.\n"
	"\n"
	"What is judged:\n"
	"  --target NAME[:ARGUMENT]  the device (default: model); see the end\n"
	"  --profile PROFILE         rfc: by the 2022 RFC, NVMe and VFIO; proposal: by all;\n"
	"                            auto (default): proposal where the device has its UUID\n"
	"  --filter WHAT             only this requirement (LM-SUS-040), area (SUS), row or\n"
	"                            pattern ('SUS/*'); repeatable; -WHAT excludes\n"
	"  --exclude WHAT            these rows are SKIPPED; repeatable\n"
	"  --rows-from LOG:failed    only rows that failed, hung or ended in error in LOG\n"
	"  --case N                  only case N of the one row that is chosen\n"
	"  --shard I/N               only the I-th of N parts of all cases, I from 0\n"
	"  --seed NUMBER             of random rows (default: always the same); or random\n"
	"  --list-cases              show the cases instead of running them\n"
	"\n"
	"What is allowed:\n"
	"  --i-own SERIAL            this is the controller's serial number, and the five\n"
	"                            opcodes may be sent to it although it is not known\n"
	"  --scratch NSID:LBA:BLOCKS rows may overwrite this range on hardware\n"
	"  --time-limit SECONDS      of a case (default: 120)\n"
	"  --total-time-limit SECONDS  of the whole run (default: none)\n"
	"\n"
	"What is expected:\n"
	"  --waivers FILE            known failures: lines ROW[:CASE] or ID, and the reason\n"
	"  --expect-na FILE          rows that do not apply: lines ROW and the reason; every\n"
	"                            other row that does not apply fails\n"
	"  --expect-absent           the device has no live migration\n"
	"\n"
	"What comes out:\n"
	"  --log FILE                the log (JSON lines) that reports are made from\n"
	"  --resume LOG              go on with an interrupted run, as it was asked, in its log\n"
	"  --quiet, --verbose        print only what is wrong; print every case\n"
	"\n"
	"Exit code: 0 all judged pass, 1 a failure, 2 usage or target error, 3 no live migration\n"
	"(0 with --expect-absent), 4 interrupted, hung or nothing judged.\n"
	"\n"
	"Targets:\n";

void ct_help_run(void)
{
	size_t i;

	fputs(run_help, stdout);
	for (i = 0; i < ct_target_count(); i++)
		printf("  %-12s %s\n", ct_target_at(i)->name, ct_target_at(i)->summary);
}

void ct_help_list(void)
{
	fputs("Usage: nvme-lm-ct list [rows|requirements|targets|capabilities]... [--json]\n"
	      "       nvme-lm-ct list --citations\n"
	      "Lists what the program has (default: rows, requirements and targets).\n"
	      "\n"
	      "  --json       one JSON object\n"
	      "  --citations  a line for each row: its ID and the requirements that it cites\n",
	      stdout);
}

void ct_help_explain(void)
{
	fputs("Usage: nvme-lm-ct explain WHAT...\n"
	      "Explains a requirement (LM-SUS-040), a row (SUS/...), an area (SUS), a command\n"
	      "(SUSPEND or C8h), a state (DRAINING), a status (1C2h or SUSPEND_NOT_COMPLETED),\n"
	      "a verdict (HUNG) or a capability (pf-owned).\n",
	      stdout);
}
