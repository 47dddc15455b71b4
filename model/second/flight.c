/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Time: commands of VFs that take some, and what ends when. It is by these that
 * a VF can be DRAINING.
 */
#include <string.h>

#include "second.h"

/* False where the command takes no time, or no place is free. */
bool flight_begin(struct device *dev, struct vf *vf, unsigned int sqid, struct command *cmd,
		  const uint8_t *sqe)
{
	const struct medium *medium = &dev->medium;
	struct flight *flight;
	unsigned int i;

	for (i = 0; i < SM_FLIGHTS; i++) {
		flight = &vf->flights[i];
		if (flight->used)
			continue;
		flight->used = true;
		flight->order = dev->flights++;
		flight->waiter = cmd;
		flight->sqid = (uint16_t)sqid;
		memcpy(flight->sqe, sqe, LM_SQE_SIZE);
		flight->due = FLIGHT_HELD;
		if (medium->mode != MEDIUM_HOLD && medium->latency < FLIGHT_HELD - dev->clock)
			flight->due = dev->clock + medium->latency;
		return true;
	}
	return false;
}

bool flight_any(const struct vf *vf)
{
	unsigned int i;

	for (i = 0; i < SM_FLIGHTS; i++)
		if (vf->flights[i].used)
			return true;
	return false;
}

void flight_drop(struct vf *vf)
{
	memset(vf->flights, 0, sizeof(vf->flights));
}

/* Deletion of an SQ ends what was fetched from it. */
void flight_abort(struct device *dev, struct vf *vf, unsigned int sqid)
{
	unsigned int i;

	for (i = 0; i < SM_FLIGHTS; i++) {
		struct flight *flight = &vf->flights[i];
		struct completion cpl = {
			.sqid = (uint16_t)sqid,
			.cid = lm_get_le16(flight->sqe + LM_SQE_CID),
			.status = SC_ABORTED_BY_DELETION,
		};

		if (!flight->used || flight->sqid != sqid)
			continue;
		memset(flight, 0, sizeof(*flight));
		post_completion(dev, vf, &cpl);
	}
}

/* The host gave up on it; its completion is dropped when it comes. */
void flight_forget(struct device *dev, const struct command *cmd)
{
	unsigned int v, i;

	for (v = 0; v < SM_TOTAL_VFS; v++) {
		struct vf *vf = &dev->vfs[v];

		if (vf->pending.waiter == cmd)
			vf->pending.waiter = NULL;
		for (i = 0; i < SM_FLIGHTS; i++)
			if (vf->flights[i].waiter == cmd)
				vf->flights[i].waiter = NULL;
	}
}

static void land(struct device *dev, struct vf *vf, struct flight *flight)
{
	struct command older = { 0 };
	struct command *cmd = flight->waiter ? flight->waiter : &older;
	uint8_t sqe[LM_SQE_SIZE];
	const uint8_t *theirs = cmd->sqe;

	memcpy(sqe, flight->sqe, sizeof(sqe));
	cmd->sqid = flight->sqid;
	memset(flight, 0, sizeof(*flight));
	cmd->sqe = sqe;
	if (dev->medium.mode == MEDIUM_FAIL) {
		cmd->status = dev->medium.status;
		cmd->done = true;
		work_complete(dev, vf, cmd);
	} else {
		work_execute(dev, vf, cmd);
	}
	cmd->sqe = theirs;
	regs_shut_down(vf);

	/* LM-STA-260 */
	if (vf->state == LM_STATE_DRAINING && !flight_any(vf))
		migrate_end_suspend(dev, vf, LM_SC_SUCCESS);
	else
		work_run(dev, vf, NULL, 0);
}

struct next {
	uint64_t at;
	uint64_t order;
	struct vf *vf;
	struct flight *flight; /* NULL: the SUSPEND limit of the VF */
};

static void consider(struct next *next, uint64_t at, uint64_t order, struct vf *vf,
		     struct flight *flight)
{
	if (at > next->at || (at == next->at && order >= next->order))
		return;
	*next = (struct next){ at, order, vf, flight };
}

/* What ends at the same time as the limit ends before it. */
static struct next find_next(struct device *dev)
{
	struct next next = { .at = FLIGHT_HELD, .order = 0 };
	unsigned int v, i;

	for (v = 0; v <= dev->num_vfs; v++) {
		struct vf *vf = device_function(dev, v);

		for (i = 0; i < SM_FLIGHTS; i++)
			if (vf->flights[i].used)
				consider(&next, vf->flights[i].due, vf->flights[i].order, vf,
					 &vf->flights[i]);
		if (vf->state == LM_STATE_DRAINING)
			consider(&next, vf->pending.deadline, UINT64_MAX - 1, vf, NULL);
	}
	return next;
}

/* Lets time pass, and stops early where cmd is done. */
void flight_advance(struct device *dev, uint64_t until, const struct command *cmd)
{
	while (!cmd || !cmd->done) {
		struct next next = find_next(dev);

		if (!next.vf || next.at > until) {
			dev->clock = until;
			return;
		}
		if (next.at > dev->clock)
			dev->clock = next.at;
		if (next.flight)
			land(dev, next.vf, next.flight);
		else
			migrate_end_suspend(dev, next.vf, LM_SC_SUSPEND_NOT_COMPLETED);
	}
}

void flight_set_medium(struct device *dev, const struct medium *medium)
{
	unsigned int v, i;

	dev->medium = *medium;
	for (v = 0; v <= SM_TOTAL_VFS; v++) {
		struct vf *vf = v ? &dev->vfs[v - 1] : &dev->pf;

		for (i = 0; i < SM_FLIGHTS; i++) {
			struct flight *flight = &vf->flights[i];

			if (medium->mode == MEDIUM_HOLD)
				flight->due = FLIGHT_HELD;
			else if (flight->due == FLIGHT_HELD &&
				 medium->latency < FLIGHT_HELD - dev->clock)
				flight->due = dev->clock + medium->latency;
		}
	}
	flight_advance(dev, dev->clock, NULL);
}
