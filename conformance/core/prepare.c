/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"
#include "say.h"

static struct ct_target target;
static pid_t owner;

/* Processes of rows exit, too, but undo nothing. */
static void release(void)
{
	if (getpid() == owner)
		target.ops->release(&target, ct_say);
}

void ct_prepare(const struct ct_options *o)
{
	int ret;

	target.ops = o->ops;
	if (!o->ops->prepare)
		return;
	ret = o->ops->prepare(&target, o->argument, ct_say);
	if (ret)
		ct_die("target %s: %s", o->target, *target.error ? target.error : strerror(-ret));
	owner = getpid();
	if (o->ops->release && atexit(release)) {
		target.ops->release(&target, ct_say);
		ct_die("out of memory");
	}
}

int ct_restore_main(int argc, char **argv)
{
	int code = CT_EXIT_PASS;
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		puts("Usage: nvme-lm-ct restore\n"
		     "Gives PCI functions back to the drivers that held them before a run that crashed.");
		return CT_EXIT_PASS;
	}
	if (argc > 1)
		ct_die("restore: unexpected argument '%s'; see nvme-lm-ct restore --help", argv[1]);
	for (i = 0; i < ct_target_count(); i++) {
		target.ops = ct_target_at(i);
		if (target.ops->restore && target.ops->restore(&target, ct_say))
			code = CT_EXIT_USAGE;
	}
	return code;
}
