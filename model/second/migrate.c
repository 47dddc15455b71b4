/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The five commands: check order and state machine. */
#include <string.h>

#include "second.h"

bool migrate_is_opcode(unsigned int opcode)
{
	switch (opcode) {
	case LM_OPC_QUERY_DATA_SIZE:
	case LM_OPC_SUSPEND:
	case LM_OPC_RESUME:
	case LM_OPC_SAVE_DATA:
	case LM_OPC_LOAD_DATA:
		return true;
	default:
		return false;
	}
}

/* Step 5 of LM-COM-100: the state of the VF. */
static unsigned int check_state(unsigned int opcode, unsigned int state)
{
	bool acts_on_suspended = opcode == LM_OPC_RESUME || opcode == LM_OPC_SAVE_DATA ||
				 opcode == LM_OPC_LOAD_DATA;

	switch (state) {
	case LM_STATE_ACTIVE:
		return acts_on_suspended ? LM_SC_NOT_SUSPENDED : 0;
	case LM_STATE_DRAINING:
		return LM_SC_SEQUENCE;
	case LM_STATE_LOADING:
		/* SUSPEND drops the parts (LM-SUS-040), LOAD_DATA may go on. */
		if (opcode == LM_OPC_SUSPEND || opcode == LM_OPC_LOAD_DATA)
			return 0;
		return LM_SC_SEQUENCE;
	default:
		return 0;
	}
}

/* The parts are gone and the VF is as before the first of them (LM-LOD-100). */
static void stop_loading(struct device *dev, struct vf *vf)
{
	device_leave_staging(dev, vf);
	if (vf->state == LM_STATE_LOADING)
		vf->state = LM_STATE_SUSPENDED;
}

static bool same_identity(const struct vf *a, const struct vf *b)
{
	return !memcmp(a->live.identity + LM_IDN_SUBNQN, b->live.identity + LM_IDN_SUBNQN, 256) &&
	       !memcmp(a->live.identity + LM_IDN_CNTLID, b->live.identity + LM_IDN_CNTLID, 2);
}

/* LM-RSM-070 */
static bool identity_in_use(struct device *dev, const struct vf *vf)
{
	unsigned int vfn;

	if (same_identity(vf, &dev->pf))
		return true;
	for (vfn = 1; vfn <= dev->num_vfs; vfn++) {
		const struct vf *other = device_vf(dev, vfn);

		if (other == vf || other->state == LM_STATE_SUSPENDED ||
		    other->state == LM_STATE_LOADING)
			continue;
		if (same_identity(vf, other))
			return true;
	}
	return false;
}

static void resume(struct device *dev, struct vf *vf, struct command *cmd)
{
	if (identity_in_use(dev, vf)) {
		command_fail(cmd, LM_SC_INCOMPATIBLE_IMAGE);
		return;
	}
	vf->state = LM_STATE_ACTIVE;
	/* LM-SAV-080: a snapshot does not outlive the suspension. */
	vf->snapshot_len = 0;
	/* LM-RSM-050; what remains to be posted or fetched is left to work_run. */
	if (!(lm_get_le32(vf->live.regs + LM_REGS_CSTS) & CSTS_CFS)) {
		post_parked(dev, vf);
		post_interrupts(dev, vf);
	}
	work_run(dev, vf, NULL, 0);
}

static void save(struct device *dev, struct vf *vf, struct command *cmd)
{
	uint32_t len = lm_get_le32(cmd->sqe + LM_SQE_LENGTH);
	uint32_t offset = lm_get_le32(cmd->sqe + LM_SQE_OFFSET);
	uint32_t size = image_size(vf);
	static uint8_t image[SM_IMAGE_MAX];
	bool fresh = offset == 0 || !vf->snapshot_len;
	uint32_t count;

	if (len % 4 || offset % 4 || offset >= size || (offset && !len)) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	if (!len)
		len = size;
	if (len > SM_TRANSFER_MAX) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	if (!command_check_prps(cmd, len))
		return;
	if (fresh)
		image_build(dev, vf, image);
	else
		memcpy(image, vf->snapshot, sizeof(image));
	count = len < size - offset ? len : size - offset;
	if (!command_to_host(cmd, image + offset, count, len))
		return;
	/* Only now: a transfer that fails leaves the snapshot alone (LM-SAV-130). */
	if (fresh) {
		memcpy(vf->snapshot, image, sizeof(image));
		vf->snapshot_len = size;
	}
	cmd->dw0 = count;
}

struct part {
	uint32_t size;
	uint32_t offset;
	uint32_t total;
};

/* Step 6: the rules of the fields, then the staged parts, then staging memory. */
static unsigned int check_part(struct device *dev, const struct vf *vf, struct part *part)
{
	const struct staging *staging = &dev->staging;

	if (part->size == 0 || part->size % 4 || part->size > SM_TRANSFER_MAX)
		return LM_SC_INVALID_FIELD;
	if (part->total > SM_IMAGE_MAX || part->total % 4 || part->offset % 4)
		return LM_SC_INVALID_FIELD;
	if (part->total == 0) {
		if (part->offset || part->size > SM_IMAGE_MAX)
			return LM_SC_INVALID_FIELD;
		part->total = part->size;
	}
	if ((uint64_t)part->offset + part->size > part->total)
		return LM_SC_INVALID_FIELD;
	if (part->offset && (vf->state != LM_STATE_LOADING || part->offset != staging->len ||
			     part->total != staging->total))
		return LM_SC_SEQUENCE;
	if (staging->owner && staging->owner != vf->vfn)
		return LM_SC_NOT_ENOUGH_RESOURCES;
	return 0;
}

/* False, with a status, where the part did not get in. */
static bool stage(struct device *dev, struct vf *vf, struct command *cmd, const struct part *part)
{
	struct staging *staging = &dev->staging;

	if (!command_check_prps(cmd, part->size) ||
	    !command_from_host(cmd, staging->data + part->offset, part->size))
		return false;
	staging->owner = vf->vfn;
	staging->total = part->total;
	staging->len = part->offset + part->size;
	return true;
}

static void load(struct device *dev, struct vf *vf, struct command *cmd)
{
	struct part part = {
		.size = lm_get_le32(cmd->sqe + LM_SQE_LENGTH),
		.offset = lm_get_le32(cmd->sqe + LM_SQE_OFFSET),
		.total = lm_get_le32(cmd->sqe + LM_SQE_TOTAL),
	};
	unsigned int sc = check_part(dev, vf, &part);

	if (sc) {
		command_fail(cmd, sc);
	} else if (stage(dev, vf, cmd, &part)) {
		if (dev->staging.len < part.total) {
			vf->state = LM_STATE_LOADING;
			return;
		}
		sc = load_image(dev, vf, dev->staging.data, part.total);
		if (sc)
			command_fail(cmd, sc);
		else
			vf->snapshot_len = 0;
	}
	stop_loading(dev, vf);
}

/* LM-STA-120: DRAINING while something is in flight, else SUSPENDED at once. */
static void suspend(struct device *dev, struct vf *vf, struct command *cmd)
{
	uint64_t limit = SM_SUSPEND_LIMIT * 100000000ull;

	stop_loading(dev, vf);
	if (!flight_any(vf)) {
		vf->state = LM_STATE_SUSPENDED;
		return;
	}
	vf->state = LM_STATE_DRAINING;
	vf->pending.cid = lm_get_le16(cmd->sqe + LM_SQE_CID);
	vf->pending.deadline = dev->clock < UINT64_MAX - limit ? dev->clock + limit :
								 UINT64_MAX - 1;
	vf->pending.queued = cmd->by_prps;
	vf->pending.waiter = cmd->by_prps ? NULL : cmd;
	cmd->done = false;
}

/* The completion of a SUSPEND that waited */
void migrate_finish(struct device *dev, const struct pending *pending, unsigned int sc)
{
	struct command unseen = { 0 };
	struct command *cmd = pending->waiter ? pending->waiter : &unseen;
	struct completion cpl = { .cid = pending->cid };

	if (sc)
		command_fail(cmd, sc);
	cmd->done = true;
	cpl.status = cmd->status;
	if (pending->queued)
		post_completion(dev, &dev->pf, &cpl);
}

/* With an error the VF is ACTIVE again, and nothing is lost (LM-SUS-070, LM-SUS-090). */
void migrate_end_suspend(struct device *dev, struct vf *vf, unsigned int sc)
{
	struct pending pending = vf->pending;

	memset(&vf->pending, 0, sizeof(vf->pending));
	vf->state = sc ? LM_STATE_ACTIVE : LM_STATE_SUSPENDED;
	migrate_finish(dev, &pending, sc);
	work_run(dev, vf, NULL, 0);
}

/* True where the identifier is that of a pending SUSPEND, which ends. */
bool migrate_abort(struct device *dev, unsigned int cid)
{
	unsigned int vfn;

	for (vfn = 1; vfn <= dev->num_vfs; vfn++) {
		struct vf *vf = device_vf(dev, vfn);

		if (vf->state == LM_STATE_DRAINING && vf->pending.cid == cid) {
			migrate_end_suspend(dev, vf, LM_SC_ABORT_REQUESTED);
			return true;
		}
	}
	return false;
}

void migrate_command(struct device *dev, struct command *cmd)
{
	unsigned int opcode = cmd->sqe[LM_SQE_OPC];
	struct vf *vf = device_vf(dev, lm_get_le16(cmd->sqe + LM_SQE_VF_INDEX));
	unsigned int sc;

	/* LM-COM-120, then LM-COM-130; the status is the same. */
	if (lm_get_le32(cmd->sqe + LM_SQE_NSID) || !vf) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	if (opcode == LM_OPC_QUERY_DATA_SIZE)
		cmd->dw1 = vf->state;
	sc = check_state(opcode, vf->state);
	if (sc) {
		command_fail(cmd, sc);
		return;
	}
	switch (opcode) {
	case LM_OPC_QUERY_DATA_SIZE:
		cmd->dw0 = image_size(vf);
		break;
	case LM_OPC_SUSPEND:
		suspend(dev, vf, cmd);
		break;
	case LM_OPC_RESUME:
		resume(dev, vf, cmd);
		break;
	case LM_OPC_SAVE_DATA:
		save(dev, vf, cmd);
		break;
	case LM_OPC_LOAD_DATA:
		load(dev, vf, cmd);
		break;
	}
}

/*
 * Controller reset or shutdown of the PF (LM-RST-070, LM-RST-080): a SUSPEND
 * that is pending is gone with its queue, staged parts are dropped.
 */
void migrate_pf_reset(struct device *dev)
{
	unsigned int vfn;

	for (vfn = 1; vfn <= dev->num_vfs; vfn++) {
		struct vf *vf = device_vf(dev, vfn);

		stop_loading(dev, vf);
		if (vf->state != LM_STATE_DRAINING)
			continue;
		memset(&vf->pending, 0, sizeof(vf->pending));
		vf->state = LM_STATE_ACTIVE;
		work_run(dev, vf, NULL, 0);
	}
}
