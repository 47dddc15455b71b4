/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The runner with rows and targets that misbehave, for conformance/tests/runner.sh. */
#include <stddef.h>

#include "cli.h"

int main(int argc, char **argv)
{
	return ct_cli_main(argc, argv, NULL);
}
