/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What an ACTIVE VF does by itself: parked completions, events, fetching, in the
 * order of LM-RSM-050 (latched CQ heads are in the queues already).
 */
#include <string.h>

#include "second.h"

#define OPC_AER 0x0C

static void remove_first(uint8_t *slots, unsigned int count, unsigned int size)
{
	memmove(slots, slots + size, (count - 1) * size);
	memset(slots + (count - 1) * size, 0, size);
}

/*
 * An event takes a request, and masks its type until the log page is read. Events that
 * can be reported have taken all older requests, so the last one is that of cmd.
 */
static void report_events(struct device *dev, struct vf *vf, struct command *cmd)
{
	struct vf_state *state = &vf->live;
	unsigned int i = 0;

	while (i < LM_EVT_SLOTS && lm_get_le32(state->events + i * LM_EVT_SIZE + LM_EVT_VALID)) {
		uint8_t *event = state->events + i * LM_EVT_SIZE;
		uint32_t masked = lm_get_le32(state->events + LM_EVT_MASKED);
		struct completion cpl = { .dw0 = lm_get_le32(event + LM_EVT_DW0) };
		bool posted;

		if (!lm_get_le16(state->aers + LM_AER_VALID) ||
		    post_nr_parked(state) == LM_PRK_SLOTS)
			return;
		if (masked >> (cpl.dw0 & 7) & 1) {
			i++;
			continue;
		}
		cpl.cid = lm_get_le16(state->aers + LM_AER_CID);
		lm_put_le32(state->events + LM_EVT_MASKED, masked | 1u << (cpl.dw0 & 7));
		remove_first(state->aers, LM_AER_SLOTS, LM_AER_SIZE);
		remove_first(event, LM_EVT_SLOTS - i, LM_EVT_SIZE);
		posted = post_completion(dev, vf, &cpl);
		if (cmd && !cmd->done && cmd->sqe[LM_SQE_OPC] == OPC_AER &&
		    !lm_get_le16(state->aers + LM_AER_VALID)) {
			cmd->dw0 = cpl.dw0;
			cmd->done = posted;
		}
	}
}

/* The controller is lost to its guest until a reset, and so is its work. */
void work_fail(struct vf *vf)
{
	lm_put_le32(vf->live.regs + LM_REGS_CSTS,
		    lm_get_le32(vf->live.regs + LM_REGS_CSTS) | CSTS_CFS);
	flight_drop(vf);
}

static bool fetch(struct device *dev, struct vf *vf, uint8_t *sq, uint8_t sqe[LM_SQE_SIZE])
{
	unsigned int head = lm_get_le16(sq + LM_SQ_HEAD);
	uint64_t at = lm_get_le64(sq + LM_SQ_BASE) + LM_SQE_SIZE * (uint64_t)head;

	if (!bus_read(dev, vf->vfn, at, sqe, LM_SQE_SIZE)) {
		work_fail(vf);
		return false;
	}
	lm_put_le16(sq + LM_SQ_HEAD,
		    (uint16_t)(head == lm_get_le16(sq + LM_SQ_QSIZE) ? 0 : head + 1));
	return true;
}

static bool may_work(const struct vf *vf)
{
	uint32_t csts = lm_get_le32(vf->live.regs + LM_REGS_CSTS);

	/* RDY, and neither CFS nor a shutdown (SHST). */
	return vf->state == LM_STATE_ACTIVE && (csts & 0xF) == CSTS_RDY;
}

/* Posts or parks the completion of a command that was fetched; an event request stays. */
void work_complete(struct device *dev, struct vf *vf, struct command *cmd)
{
	const uint8_t *sq = queue_sq(&vf->live, cmd->sqid);
	struct completion cpl = {
		.sqid = cmd->sqid,
		.cid = lm_get_le16(cmd->sqe + LM_SQE_CID),
	};

	if (vf->vfn && cmd->done && cmd->status) {
		log_error(vf, cmd);
		cmd->status |= LM_MORE;
	}
	cpl.status = cmd->status;
	cpl.dw0 = cmd->dw0;
	cpl.dw1 = cmd->dw1;
	cmd->head = sq ? lm_get_le16(sq + LM_SQ_HEAD) : 0;
	if (cmd->done)
		cmd->done = post_completion(dev, vf, &cpl);
	if (may_work(vf))
		report_events(dev, vf, cmd);
}

static bool takes_time(struct device *dev, const struct command *cmd)
{
	const struct medium *medium = &dev->medium;

	if (medium->mode == MEDIUM_NORMAL && !medium->latency)
		return false;
	/* An event request is not work in flight (LM-IOF-150). */
	if (!cmd->sqid)
		return cmd->function && medium->admin && cmd->sqe[LM_SQE_OPC] != OPC_AER;
	return io_needs_medium(dev, cmd->sqe);
}

static bool has_place(struct vf *vf)
{
	unsigned int i;

	if (post_nr_parked(&vf->live) + SM_FLIGHTS >= LM_PRK_SLOTS)
		return false;
	for (i = 0; i < SM_FLIGHTS; i++)
		if (!vf->flights[i].used)
			return true;
	return false;
}

/* Runs a command, or what is left of it after its time. */
void work_execute(struct device *dev, struct vf *vf, struct command *cmd)
{
	cmd->function = vf->vfn;
	cmd->by_prps = dev->bus;
	cmd->dev = dev;
	if (cmd->sqid)
		io_execute(dev, vf, cmd);
	else
		admin_execute(dev, cmd);
	work_complete(dev, vf, cmd);
}

static void start(struct device *dev, struct vf *vf, uint8_t *sq, struct command *waiter)
{
	struct command older = { 0 };
	struct command *cmd = waiter ? waiter : &older;
	const uint8_t *theirs = cmd->sqe;
	uint8_t sqe[LM_SQE_SIZE];

	cmd->function = vf->vfn;
	cmd->sqid = lm_get_le16(sq + LM_SQ_QID);
	cmd->sqe = sqe;
	if (fetch(dev, vf, sq, sqe)) {
		if (cmd->sqid)
			io_announce(dev, vf, sqe);
		if (takes_time(dev, cmd))
			flight_begin(dev, vf, cmd->sqid, waiter, sqe);
		else
			work_execute(dev, vf, cmd);
	}
	cmd->sqe = theirs;
}

/*
 * The command in slot of the admin SQ is cmd, whose host waits for it; those of
 * before have no buffer any more and their completions go unseen.
 */
void work_run(struct device *dev, struct vf *vf, struct command *cmd, unsigned int slot)
{
	struct vf_state *state = &vf->live;
	bool progress = true;
	uint32_t i;

	if (!may_work(vf))
		return;
	post_parked(dev, vf);
	report_events(dev, vf, NULL);
	while (progress) {
		progress = false;
		/* Round robin; a command may delete queues that come later. */
		for (i = 0; i < state->nr_sqs && may_work(vf) && has_place(vf); i++) {
			uint8_t *sq = state->sqs[i];
			unsigned int head = lm_get_le16(sq + LM_SQ_HEAD);

			if (head == lm_get_le16(sq + LM_SQ_TAIL))
				continue;
			start(dev, vf, sq, i == 0 && head == slot ? cmd : NULL);
			progress = true;
		}
	}
}

/*
 * An asynchronous event: it is queued, and reported at once where the VF is
 * ACTIVE. A type that is masked, or one that waits already, is told of by its log page.
 */
void work_event(struct device *dev, struct vf *vf, uint32_t dw0)
{
	unsigned int i;

	if (lm_get_le32(vf->live.events + LM_EVT_MASKED) >> (dw0 & 7) & 1)
		return;
	for (i = 0; i < LM_EVT_SLOTS; i++) {
		uint8_t *event = vf->live.events + i * LM_EVT_SIZE;

		if (!lm_get_le32(event + LM_EVT_VALID)) {
			lm_put_le32(event + LM_EVT_DW0, dw0);
			lm_put_le32(event + LM_EVT_VALID, 1);
			break;
		}
		if (lm_get_le32(event + LM_EVT_DW0) == dw0)
			return;
	}
	if (may_work(vf))
		report_events(dev, vf, NULL);
}

/* LM-STA-330: a CQ head is honoured while DRAINING, so that a full CQ can drain. */
void work_head(struct device *dev, struct vf *vf)
{
	if (vf->state == LM_STATE_DRAINING)
		post_parked(dev, vf);
	else
		work_run(dev, vf, NULL, 0);
}
