/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"
#include "say.h"

/* A target, and one more for what is moved from one to another. */
#define MAX_PREPARED 2

static struct ct_target prepared[MAX_PREPARED];
static unsigned int num_prepared;
static pid_t owner;

/* Processes of rows exit, too, but undo nothing. */
static void release(void)
{
	while (getpid() == owner && num_prepared) {
		struct ct_target *t = &prepared[--num_prepared];

		if (t->ops->release)
			t->ops->release(t, ct_say);
	}
}

void ct_prepare(const struct ct_options *o)
{
	struct ct_target *t = &prepared[num_prepared];
	int ret;

	if (!o->ops->prepare)
		return;
	if (num_prepared == MAX_PREPARED)
		ct_die("target %s: %u targets are prepared already", o->target, MAX_PREPARED);
	t->ops = o->ops;
	ret = o->ops->prepare(t, o->argument, ct_say);
	if (ret)
		ct_die("target %s: %s", o->target, *t->error ? t->error : strerror(-ret));
	num_prepared++;
	if (num_prepared > 1)
		return;
	owner = getpid();
	if (atexit(release)) {
		release();
		ct_die("out of memory");
	}
}

int ct_restore_main(int argc, char **argv)
{
	struct ct_target target = { 0 };
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
