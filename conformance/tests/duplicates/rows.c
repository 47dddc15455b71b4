/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Registrations that the program refuses to start with. */
#include <stddef.h>

#include "cli.h"
#include "ct-row.h"

static void run(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_check(ct, true, "never runs");
}

#define PHRASES .given = "a", .when = "b", .expect = "c"

CT_ROW(one, .id = "DUP/one", .reqs = "LM-DIS-010", PHRASES, .run = run);
CT_ROW(again, .id = "DUP/one", .reqs = "LM-DIS-010", PHRASES, .run = run);
CT_ROW(unknown, .id = "DUP/unknown-requirement", .reqs = "LM-DIS-010 LM-XXX-999", PHRASES,
       .run = run);
CT_ROW(uncited, .id = "DUP/no-requirement", .reqs = " ", PHRASES, .run = run);
CT_ROW(nameless, .id = "no area", .reqs = "LM-DIS-010", PHRASES, .run = run);
CT_ROW(idle, .id = "DUP/no-function", .reqs = "LM-DIS-010", PHRASES);
CT_ROW(mute, .id = "DUP/no-phrases", .reqs = "LM-DIS-010", .run = run);

static const struct ct_target_ops first = { .name = "twice", .summary = "" };
static const struct ct_target_ops second = { .name = "twice", .summary = "" };
CT_TARGET(first);
CT_TARGET(second);

int main(int argc, char **argv)
{
	return ct_cli_main(argc, argv, NULL);
}
