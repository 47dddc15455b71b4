/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* All that can happen next in a world: the host's moves, the medium's, and the device's own step. */
#ifndef LM_EXPLORE_ACTION_H
#define LM_EXPLORE_ACTION_H

#include "world.h"

enum action_kind {
	ACT_STEP, /* the device does one piece of its work */
	ACT_LATE, /* time passes, beyond the limit of every SUSPEND under way */
	ACT_MEDIA, /* the medium ends request arg */
	ACT_READ, /* the guest rings a read into pair arg */
	ACT_CONSUME, /* the guest consumes a CQE of pair arg */
	ACT_DISABLE, /* the guest clears CC.EN */
	ACT_BOOT, /* a new guest makes its queues on a VF after a reset */
	ACT_MASTER, /* Bus Master Enable changes */
	ACT_FLR,
	ACT_VF_ENABLE, /* VF Enable changes */
	ACT_PF_RESET, /* the PF's CC.EN goes 1, 0, 1 */
	ACT_COMMAND, /* command arg on the PF's admin queue */
};

struct action {
	enum action_kind kind;
	unsigned int vf; /* 0: none in particular */
	unsigned int arg;
};

#define MAX_ACTIONS 64

/*
 * Every action of this scope, the device's step first. Lean: a guest that reads
 * and consumes, a hypervisor that migrates it and resets what it left; nobody
 * disables, re-enables or takes the bus away.
 */
unsigned int action_list(const struct scope *scope, struct action *list);
bool action_possible(struct world *w, const struct action *a);
void action_do(struct world *w, const struct action *a);
void action_name(const struct action *a, char *buf, size_t size);

#endif
