/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "action.h"

#include <stdio.h>

static unsigned int put(struct action *list, unsigned int n, enum action_kind kind, unsigned int vf,
			unsigned int arg)
{
	list[n] = (struct action){ .kind = kind, .vf = vf, .arg = arg };
	return n + 1;
}

/* The hypervisor's commands of a lean scope. */
static bool migrates(unsigned int command)
{
	return command == PF_SUSPEND || command == PF_RESUME || command == PF_SAVE ||
	       command == PF_LOAD;
}

static unsigned int put_vf(const struct scope *scope, struct action *list, unsigned int n,
			   unsigned int vf)
{
	unsigned int i;

	for (i = 0; i < LM_MAX_INFLIGHT && i < scope->pairs * (scope->entries - 1); i++)
		n = put(list, n, ACT_MEDIA, vf, i);
	for (i = 0; i < scope->pairs; i++) {
		n = put(list, n, ACT_READ, vf, i);
		n = put(list, n, ACT_CONSUME, vf, i);
	}
	n = put(list, n, ACT_FLR, vf, 0);
	for (i = PF_NONE + 1; i < PF_COMMANDS; i++) {
		if (!scope->lean || migrates(i))
			n = put(list, n, ACT_COMMAND, vf, i);
	}
	if (scope->lean)
		return n;
	n = put(list, n, ACT_DISABLE, vf, 0);
	n = put(list, n, ACT_BOOT, vf, 0);
	return put(list, n, ACT_MASTER, vf, 0);
}

unsigned int action_list(const struct scope *scope, struct action *list)
{
	unsigned int n = 0, vf;

	n = put(list, n, ACT_STEP, 0, 0);
	n = put(list, n, ACT_LATE, 0, 0);
	if (!scope->lean) {
		n = put(list, n, ACT_VF_ENABLE, 0, 0);
		n = put(list, n, ACT_PF_RESET, 0, 0);
	}
	for (vf = 1; vf <= scope->vfs; vf++)
		n = put_vf(scope, list, n, vf);
	return n;
}

/* The command that a request is for, whatever slot it is in. */
static uint32_t command_of(const struct world *w, uint32_t tag)
{
	const struct lm_slot *slot = &w->dev->fn[tag >> 8 & 31].slot[tag & 255];

	return (uint32_t)slot->sqid << 16 | slot->cid;
}

/* The index of the VF's n-th request with the medium, by its command; -1 where there are fewer. */
static int request(const struct world *w, unsigned int vf, unsigned int n)
{
	const struct host *h = &w->host;
	unsigned int i, j, before;

	for (i = 0; i < h->num_pending; i++) {
		if ((h->pending[i] >> 8 & 31) != vf)
			continue;
		before = 0;
		for (j = 0; j < h->num_pending; j++)
			before += (h->pending[j] >> 8 & 31) == vf &&
				  command_of(w, h->pending[j]) < command_of(w, h->pending[i]);
		if (before == n)
			return (int)i;
	}
	return -1;
}

static bool draining(const struct world *w)
{
	unsigned int vf;

	for (vf = 1; vf <= w->scope.vfs; vf++) {
		if (lm_vf_state(w->dev, vf) == LM_STATE_DRAINING)
			return true;
	}
	return false;
}

bool action_possible(struct world *w, const struct action *a)
{
	const struct vf_view *v = &w->host.vf[a->vf];
	const struct guest *g;

	if (a->vf && !v->exists)
		return false;
	switch (a->kind) {
	case ACT_LATE:
		return !w->host.late && draining(w);
	case ACT_MEDIA:
		return request(w, a->vf, a->arg) >= 0;
	case ACT_READ:
		return guest_can_read(w, a->vf, a->arg);
	case ACT_CONSUME:
		g = guest_of(w, a->vf);
		return g && !pf_holds(w, v->guest) && g->pair[a->arg].unread;
	case ACT_DISABLE:
		return guest_of(w, a->vf) && !pf_holds(w, v->guest);
	case ACT_BOOT:
		return guest_can_boot(w, a->vf);
	case ACT_COMMAND:
		return pf_can(w, (enum pf_command)a->arg, a->vf);
	default:
		return true;
	}
}

static void end_request(struct world *w, unsigned int vf, unsigned int n)
{
	int i = request(w, vf, n);
	uint32_t tag = w->host.pending[i];

	memmove(&w->host.pending[i], &w->host.pending[i + 1],
		(w->host.num_pending - (unsigned int)i - 1) * sizeof(tag));
	w->host.num_pending--;
	lm_backend_done(w->dev, tag, 0);
}

static void disable(struct world *w, unsigned int vf)
{
	lm_bar_write(w->dev, vf, LM_REG_CC, 0, 4);
	if (!(lm_bar_read(w->dev, vf, LM_REG_CC, 4) & LM_CC_EN))
		guest_dies(w, w->host.vf[vf].guest);
}

static void toggle_vf_enable(struct world *w)
{
	bool on = !w->host.vf[1].exists;
	unsigned int vf;

	lm_pci_vf_enable(w->dev, on ? w->scope.vfs : 0);
	for (vf = 1; vf <= w->scope.vfs; vf++) {
		guest_reset(w, vf);
		w->host.vf[vf].exists = on;
	}
}

void action_do(struct world *w, const struct action *a)
{
	struct vf_view *v = &w->host.vf[a->vf];

	switch (a->kind) {
	case ACT_STEP:
		step(w);
		break;
	case ACT_LATE:
		w->host.late = 1;
		break;
	case ACT_MEDIA:
		end_request(w, a->vf, a->arg);
		break;
	case ACT_READ:
		guest_read(w, a->vf, a->arg);
		break;
	case ACT_CONSUME:
		guest_consume(w, a->vf, a->arg);
		break;
	case ACT_DISABLE:
		disable(w, a->vf);
		break;
	case ACT_BOOT:
		guest_boot(w, a->vf);
		break;
	case ACT_MASTER:
		v->master = !v->master;
		if (!v->master)
			guest_loses_bus(w, a->vf);
		pf_crossed(w, a->vf, CROSSED_ROOM);
		lm_pci_command(w->dev, a->vf, true, v->master, false);
		break;
	case ACT_FLR:
		lm_flr(w->dev, a->vf);
		guest_reset(w, a->vf);
		break;
	case ACT_VF_ENABLE:
		toggle_vf_enable(w);
		break;
	case ACT_PF_RESET:
		pf_reset(w);
		break;
	case ACT_COMMAND:
		pf_send(w, (enum pf_command)a->arg, a->vf);
		break;
	}
	if (!draining(w))
		w->host.late = 0;
}

void action_name(const struct action *a, char *buf, size_t size)
{
	switch (a->kind) {
	case ACT_STEP:
		snprintf(buf, size, "the device does one piece of work");
		break;
	case ACT_LATE:
		snprintf(buf, size, "time passes beyond the SUSPEND limit");
		break;
	case ACT_MEDIA:
		snprintf(buf, size, "the medium ends request %u of VF %u", a->arg, a->vf);
		break;
	case ACT_READ:
		snprintf(buf, size, "VF %u: a read is rung in SQ %u", a->vf, a->arg + 1);
		break;
	case ACT_CONSUME:
		snprintf(buf, size, "VF %u: a CQE of CQ %u is consumed", a->vf, a->arg + 1);
		break;
	case ACT_DISABLE:
		snprintf(buf, size, "VF %u: CC.EN is cleared", a->vf);
		break;
	case ACT_BOOT:
		snprintf(buf, size, "VF %u: a guest enables it and makes its queues", a->vf);
		break;
	case ACT_MASTER:
		snprintf(buf, size, "VF %u: Bus Master Enable changes", a->vf);
		break;
	case ACT_FLR:
		snprintf(buf, size, "VF %u: Function Level Reset", a->vf);
		break;
	case ACT_VF_ENABLE:
		snprintf(buf, size, "VF Enable changes");
		break;
	case ACT_PF_RESET:
		snprintf(buf, size, "the PF's controller is reset");
		break;
	case ACT_COMMAND:
		snprintf(buf, size, "PF: %s, VF %u", pf_names[a->arg], a->vf);
		break;
	}
}
