/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Live migration: the five commands, the state machine of each VF, and the
 * order in which commands that name one VF execute (spec/text/30-commands.md,
 * 40-states.md).
 *
 * Each VF has a queue of the PF's commands that name it. All but SAVE_DATA and
 * LOAD_DATA end as soon as they are first in it; these two stay first while
 * they move their pages. A SUSPEND that is pending is taken out of the queue,
 * so that those behind it find the VF DRAINING (LM-CON-010).
 */
#include "migrate.h"
#include "migrate_defect.h"
#include "image.h"

#define FLAGS_FUSE 0x03
#define FLAGS_PSDT 0xC0
#define INVALID_FIELD (LM_SC_INVALID_FIELD | LM_DNR)

/* A SUSPEND that fails does so this much early, to have its CQE posted in time. */
#define LIMIT_MARGIN_MS 10

size_t lm_migrate_memory(const struct lm_config *config)
{
	return lm_transfer_memory(config);
}

bool lm_migrate_is_opcode(uint8_t opc)
{
	return opc == LM_OPC_QUERY_DATA_SIZE || opc == LM_OPC_SUSPEND || opc == LM_OPC_RESUME ||
	       opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA;
}

void lm_migrate_identify(struct lm_device *dev, struct lm_function *fn, uint8_t *buf)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	(void)fn;
	buf[LM_ID_CAPABILITY] = LM_DEFECT(IDENTIFY_LACKS_CAPABILITY) ? LM_CAPABILITY_NONE :
				LM_DEFECT(IDENTIFY_CAPABILITY_3)     ? 3 :
								       LM_CAPABILITY_SUPPORTED;
	if (LM_DEFECT(IDENTIFY_RESERVED_SET))
		buf[LM_ID_DIRTY_RANGES] = 1;
	lm_put_le16(buf + LM_ID_VERSION, LM_DEFECT(IDENTIFY_VERSION_0) ? 0 : LM_PROPOSAL_VERSION);
	lm_put_le32(buf + LM_ID_MAX_IMAGE, LM_DEFECT(IDENTIFY_MAXIMUM_ROUNDED_UP) ?
						   2 * LM_RFC_IMAGE_MAX :
						   lm_image_max(&dev->config));
	if (LM_DEFECT(IDENTIFY_MAXIMUM_WITHOUT_PARKED))
		lm_put_le32(buf + LM_ID_MAX_IMAGE,
			    lm_image_max(&dev->config) - LM_PRK_SLOTS * LM_PRK_SIZE);
	if (LM_DEFECT(IDENTIFY_MAXIMUM_WITHOUT_QUEUES))
		lm_put_le32(buf + LM_ID_MAX_IMAGE, lm_image_size(dev, &dev->fn[1]));
	lm_put_le16(buf + LM_ID_SUSPEND_LIMIT, dev->config.suspend_limit);
	memcpy(buf + LM_ID_UUID, uuid, sizeof(uuid));
	if (LM_DEFECT(IDENTIFY_LIMIT_IN_MS))
		lm_put_le16(buf + LM_ID_SUSPEND_LIMIT, (uint16_t)(dev->config.suspend_limit * 100));
	if (LM_DEFECT(IDENTIFY_UUID_REVERSED)) {
		unsigned int i;

		for (i = 0; i < sizeof(uuid); i++)
			buf[LM_ID_UUID + i] = uuid[15 - i];
	}
}

/* End the first command in the VF's queue. */
static void end_first(struct lm_device *dev, struct lm_function *fn, uint16_t status, uint32_t dw0,
		      uint32_t dw1)
{
	struct lm_slot *slot = lm_list_pop(lm_pf(dev), &fn->mig.fifo);

	fn->mig.moving = false;
	if (status & LM_SC_MASK && !(status & LM_DNR) && LM_DEFECT(STATE_ERRORS_SAY_DNR))
		status |= LM_DNR;
	if (LM_DEFECT(ERRORS_LACK_DNR))
		status &= ~LM_DNR;
	lm_complete(dev, slot, status, dw0, dw1);
}

static void query(struct lm_device *dev, struct lm_function *fn)
{
	uint8_t state = fn->mig.state;
	uint32_t size = lm_image_size(dev, fn);

	if (LM_DEFECT(QUERY_DROPS_STAGED) && state == LM_STATE_LOADING)
		lm_staging_drop(dev, fn);
	if (LM_DEFECT(QUERY_DROPS_SNAPSHOT))
		fn->mig.saved = false;
	if (LM_DEFECT(QUERY_IN_DWORDS))
		size /= 4;
	if (LM_DEFECT(QUERY_ZERO_WHILE_ACTIVE) && state == LM_STATE_ACTIVE)
		size = 0;
	if (LM_DEFECT(QUERY_COUNTS_PARKED)) {
		struct lm_slot *slot;

		for (slot = lm_list_first(fn, &fn->done); slot; slot = lm_list_next(fn, slot))
			size += LM_PRK_SIZE;
	}
	if (LM_DEFECT(QUERY_REPORTS_MAXIMUM))
		size = lm_image_max(&dev->config);
	if (LM_DEFECT(QUERY_COUNTS_EVENTS))
		size += LM_EVT_SIZE * fn->events.count;
	if ((LM_DEFECT(QUERY_NEEDS_SUSPENDED) && state == LM_STATE_ACTIVE) ||
	    (LM_DEFECT(QUERY_NEEDS_ACTIVE) && state == LM_STATE_SUSPENDED))
		end_first(dev, fn, LM_SC_SEQUENCE, 0, state);
	else if ((state == LM_STATE_DRAINING && !LM_DEFECT(QUERY_WHILE_DRAINING)) ||
		 state == LM_STATE_LOADING)
		end_first(dev, fn, LM_SC_SEQUENCE, 0, state);
	else
		end_first(dev, fn, LM_SC_SUCCESS, size, LM_DEFECT(QUERY_LACKS_STATE) ? 0 : state);
}

/* The SUSPEND that is pending, which is over now. */
static struct lm_slot *take_suspend(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot = &lm_pf(dev)->slot[fn->mig.suspend];

	fn->mig.suspend = LM_NIL;
	return slot;
}

/* The VF is quiet: the point that SUSPEND's completion announces. */
static void suspended(struct lm_device *dev, struct lm_function *fn)
{
	if (LM_DEFECT(SUSPEND_CLEARS_CFS))
		fn->regs.csts &= ~LM_CSTS_CFS;
	if (LM_DEFECT(SUSPEND_DROPS_PARKED))
		lm_defect_drop_done(dev, fn);
	if (LM_DEFECT(SUSPEND_DROPS_AERS))
		fn->events.num_aers = 0;
	if (LM_DEFECT(SUSPEND_DISABLES_CONTROLLER))
		lm_controller_reset(dev, fn);
	fn->mig.state = LM_STATE_SUSPENDED;
	if (!LM_DEFECT(SNAPSHOT_OUTLIVES_RESUME))
		fn->mig.saved = false;
	lm_log_clock(dev, fn, !LM_DEFECT(CLOCK_RUNS_WHILE_SUSPENDED));
	lm_complete(dev, take_suspend(dev, fn), LM_SC_SUCCESS,
		    LM_DEFECT(SUSPEND_ANSWERS_SIZE) ? lm_image_size(dev, fn) : 0, 0);
}

static bool is_quiet(struct lm_device *dev, struct lm_function *fn)
{
	if (LM_DEFECT(SUSPEND_BEFORE_LAST_CQE) && lm_defect_all_finished(fn))
		return true;
	return lm_fn_quiet(dev, fn);
}

/* What a VF that is DRAINING has to do; false where that is to wait. */
static bool drain(struct lm_device *dev, struct lm_function *fn)
{
	if (fn->mig.state != LM_STATE_DRAINING)
		return false;
	/* LM-IOF-160: SUSPEND does not wait for bus mastering. */
	if (!LM_DEFECT(SUSPEND_WAITS_FOR_BUS_MASTER))
		lm_fail_blocked_dma(dev, fn, LM_SC_DATA_TRANSFER);
	if (is_quiet(dev, fn)) {
		suspended(dev, fn);
		return true;
	}
	if (lm_now(dev) < fn->mig.deadline || LM_DEFECT(SUSPEND_LIMIT_IGNORED))
		return false;
	if (LM_DEFECT(SUSPEND_LIMIT_LEAVES_DRAINING)) {
		lm_complete(dev, take_suspend(dev, fn), LM_SC_SUSPEND_NOT_COMPLETED, 0, 0);
		fn->mig.deadline = UINT64_MAX;
		return true;
	}
	if (LM_DEFECT(SUSPEND_LIMIT_DROPS_WORK))
		lm_fn_drop_slots(dev, fn);
	fn->mig.state = LM_STATE_ACTIVE;
	lm_complete(dev, take_suspend(dev, fn), LM_SC_SUSPEND_NOT_COMPLETED, 0, 0);
	return true;
}

static void suspend(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_mig *mig = &fn->mig;

	if (LM_DEFECT(SUSPEND_NEEDS_ENABLED) && !(fn->regs.csts & LM_CSTS_RDY)) {
		end_first(dev, fn, LM_SC_SEQUENCE, 0, 0);
		return;
	}
	if (LM_DEFECT(SUSPEND_RESERVED_IS_TYPE) &&
	    lm_get_le32(lm_list_first(lm_pf(dev), &mig->fifo)->sqe + LM_SQE_CDW11)) {
		end_first(dev, fn, LM_SC_SUCCESS, 0, 0);
		return;
	}
	switch (mig->state) {
	case LM_STATE_ACTIVE:
		if (LM_DEFECT(SUSPEND_DOES_NOTHING)) {
			end_first(dev, fn, LM_SC_SUCCESS, 0, 0);
			break;
		}
		if (LM_DEFECT(SUSPEND_ONE_AT_A_TIME) && lm_defect_another_suspended(dev, fn)) {
			end_first(dev, fn, LM_SC_NOT_ENOUGH_RESOURCES, 0, 0);
			break;
		}
		mig->suspend = lm_list_pop(lm_pf(dev), &mig->fifo)->index;
		mig->state = LM_STATE_DRAINING;
		mig->deadline = lm_now(dev) + 100u * dev->config.suspend_limit - LIMIT_MARGIN_MS;
		drain(dev, fn);
		break;
	case LM_STATE_DRAINING:
		end_first(dev, fn,
			  LM_DEFECT(SUSPEND_WHILE_DRAINING) ? LM_SC_SUCCESS : LM_SC_SEQUENCE, 0, 0);
		break;
	case LM_STATE_LOADING:
		if (!LM_DEFECT(SUSPEND_KEEPS_STAGED))
			lm_staging_drop(dev, fn);
		/* fall through */
	default:
		if (LM_DEFECT(SUSPEND_TWICE_DROPS_SNAPSHOT))
			mig->saved = false;
		end_first(dev, fn, LM_DEFECT(SUSPEND_TWICE_FAILS) ? LM_SC_SEQUENCE : LM_SC_SUCCESS,
			  0, 0);
		break;
	}
}

/* Whether the PF or a VF that works presents the identity of this one, which is SUSPENDED (LM-RSM-070). */
static bool identity_in_use(struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 0; i <= dev->num_vfs; i++) {
		const struct lm_function *other = &dev->fn[i];

		if (!lm_fn_frozen(other) && other->ident.cntlid == fn->ident.cntlid &&
		    (!memcmp(other->ident.subnqn, fn->ident.subnqn, sizeof(fn->ident.subnqn)) ||
		     LM_DEFECT(RESUME_COMPARES_CNTLID_ALONE)))
			return true;
	}
	return false;
}

/*
 * In the order of LM-RSM-050: latched CQ heads are in the queues already; now
 * what is parked, its interrupts held back, then the interrupts; fetching
 * comes with later steps.
 */
static void go_on(struct lm_device *dev, struct lm_function *fn)
{
	if (LM_DEFECT(RESUME_FORGETS_TAILS))
		lm_defect_forget_tails(dev, fn);
	fn->mig.state = LM_STATE_ACTIVE;
	fn->mig.resuming = true;
	lm_log_clock(dev, fn, false);
	if (LM_DEFECT(RESUME_INTERRUPTS_FIRST)) {
		fn->mig.resuming = false;
		lm_irq_resume(dev, fn);
	}
	while (lm_post_step(dev, fn))
		;
	fn->mig.resuming = false;
	if (LM_DEFECT(RESUME_RAISES_NOTHING))
		lm_irq_update(dev, fn);
	else
		lm_irq_resume(dev, fn);
}

static void resume(struct lm_device *dev, struct lm_function *fn)
{
	uint16_t status = LM_SC_SUCCESS;

	if (fn->mig.state == LM_STATE_ACTIVE) {
		if (!LM_DEFECT(RESUME_OF_ACTIVE_SUCCEEDS))
			status = LM_SC_NOT_SUSPENDED;
	} else if (fn->mig.state == LM_STATE_LOADING && LM_DEFECT(RESUME_WHILE_LOADING)) {
		lm_staging_drop(dev, fn);
		go_on(dev, fn);
	} else if (fn->mig.state == LM_STATE_DRAINING && LM_DEFECT(RESUME_WHILE_DRAINING)) {
		lm_migrate_abort(dev, &lm_pf(dev)->slot[fn->mig.suspend]);
	} else if (fn->mig.state != LM_STATE_SUSPENDED) {
		status = LM_SC_SEQUENCE;
	} else if (identity_in_use(dev, fn) && !LM_DEFECT(RESUME_IDENTITY_TWICE)) {
		status = LM_SC_INCOMPATIBLE_IMAGE | LM_DNR;
	} else if (!LM_DEFECT(RESUME_DOES_NOTHING)) {
		go_on(dev, fn);
		if (LM_DEFECT(RESUME_RESUMES_NEXT) && fn->number < dev->num_vfs &&
		    fn[1].mig.state == LM_STATE_SUSPENDED)
			go_on(dev, fn + 1);
	}
	end_first(dev, fn, status, 0, 0);
}

/* The refusal of SAVE_DATA or LOAD_DATA by the state of the VF, else 0. */
static uint16_t refusal(struct lm_device *dev, const struct lm_function *fn, bool load)
{
	(void)dev;
	switch (fn->mig.state) {
	case LM_STATE_ACTIVE:
		if (load ? LM_DEFECT(LOAD_WHILE_ACTIVE) : LM_DEFECT(SAVE_WHILE_ACTIVE))
			return LM_SC_SUCCESS;
		return LM_SC_NOT_SUSPENDED;
	case LM_STATE_DRAINING:
		if (load ? LM_DEFECT(LOAD_WHILE_DRAINING) : LM_DEFECT(SAVE_WHILE_DRAINING))
			return LM_SC_SUCCESS;
		if (load && LM_DEFECT(PART_WHILE_DRAINING_SAYS_ACTIVE))
			return LM_SC_NOT_SUSPENDED;
		return LM_SC_SEQUENCE;
	case LM_STATE_LOADING:
		return load || LM_DEFECT(SAVE_WHILE_LOADING) ? LM_SC_SUCCESS : LM_SC_SEQUENCE;
	default:
		return LM_SC_SUCCESS;
	}
}

static void end_transfer(struct lm_device *dev, struct lm_function *fn, uint16_t status,
			 uint32_t dw0, bool load)
{
	if (LM_DEFECT(LOAD_ERROR_DROPS_SNAPSHOT) && load && (status & LM_SC_MASK))
		fn->mig.saved = false;
	/* LM-LOD-100: an error drops what is staged, the VF is as it was. While SAVE_DATA moves nothing is staged. */
	if ((status & LM_SC_MASK) && !LM_DEFECT(LOAD_ERROR_KEEPS_STAGED) &&
	    !(LM_DEFECT(LOAD_BUS_ERROR_KEEPS_STAGED) && status == LM_SC_DATA_TRANSFER) &&
	    !(LM_DEFECT(LOAD_PRP_ERROR_KEEPS_STAGED) && status == (LM_SC_PRP_OFFSET | LM_DNR)))
		lm_staging_drop(dev, fn);
	if (LM_DEFECT(INVALID_IMAGE_STAYS_LOADING) && (status & LM_SC_MASK) == LM_SC_INVALID_IMAGE)
		fn->mig.state = LM_STATE_LOADING;
	end_first(dev, fn, status, dw0, 0);
}

static void start_transfer(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	bool load = slot->sqe[LM_SQE_OPC] == LM_OPC_LOAD_DATA;
	uint16_t status = refusal(dev, fn, load);

	if (status) {
		end_first(dev, fn, status, 0, 0);
		return;
	}
	status = load ? lm_load_begin(dev, fn, slot) : lm_save_begin(dev, fn, slot);
	if (status)
		end_transfer(dev, fn, status, 0, load);
	else
		fn->mig.moving = true;
}

static bool move_page(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot = lm_list_first(lm_pf(dev), &fn->mig.fifo);
	bool load = slot->sqe[LM_SQE_OPC] == LM_OPC_LOAD_DATA;
	uint16_t status;
	uint32_t dw0 = 0;
	bool over;

	if (!lm_pf(dev)->master)
		return false;
	over = load ? lm_load_step(dev, fn, slot, &status) :
		      lm_save_step(dev, fn, slot, &status, &dw0);
	if (over)
		end_transfer(dev, fn, status, dw0, load);
	return true;
}

static void execute(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	/* VF Enable may have been cleared since the command was fetched. */
	if (!fn->exists && !LM_DEFECT(VF_INDEX_UP_TO_TOTALVFS)) {
		end_first(dev, fn, INVALID_FIELD, 0, 0);
		return;
	}
	switch (slot->sqe[LM_SQE_OPC]) {
	case LM_OPC_QUERY_DATA_SIZE:
		query(dev, fn);
		break;
	case LM_OPC_SUSPEND:
		suspend(dev, fn);
		break;
	case LM_OPC_RESUME:
		resume(dev, fn);
		break;
	default:
		start_transfer(dev, fn, slot);
		break;
	}
}

/* Execute the commands of a VF up to one that takes its time; false: there were none. */
static bool run(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;
	bool did = false;

	if (LM_DEFECT(FIVE_WAIT_FOR_MEDIUM) && fn->mig.state == LM_STATE_ACTIVE && fn->num_used)
		return false;
	if (LM_DEFECT(VFS_WAIT_FOR_EACH_OTHER) && lm_defect_another_drains(dev, fn))
		return false;
	if (LM_DEFECT(FIVE_TAKE_THEIR_TIME) && lm_now(dev) < lm_defect_not_before(dev, fn))
		return false;
	while (!fn->mig.moving && (slot = lm_list_first(lm_pf(dev), &fn->mig.fifo)) != NULL) {
		if (LM_DEFECT(SAVE_WAITS_FOR_MEDIA) && slot->sqe[LM_SQE_OPC] == LM_OPC_SAVE_DATA &&
		    lm_defect_media_busy(dev))
			break;
		execute(dev, fn, slot);
		did = true;
	}
	return did;
}

static unsigned int vf_index(const struct lm_device *dev, const struct lm_slot *slot)
{
	unsigned int vf = lm_get_le16(slot->sqe + LM_SQE_VF_INDEX);

	(void)dev;
	if (LM_DEFECT(NSID_NAMES_THE_VF) && lm_get_le32(slot->sqe + LM_SQE_NSID))
		vf = lm_get_le16(slot->sqe + LM_SQE_NSID);
	if (LM_DEFECT(VF_INDEX_BIG_ENDIAN))
		vf = (vf >> 8 | vf << 8) & 0xFFFF;
	if (LM_DEFECT(VF_INDEX_8_BITS))
		vf &= 0xFF;
	if (LM_DEFECT(VF_INDEX_FROM_0))
		vf++;
	if (LM_DEFECT(VF_INDEX_0_IS_FIRST) && !vf)
		vf = 1;
	return vf;
}

/* The checks that need no VF (LM-COM-100). */
static uint16_t check(const struct lm_device *dev, const struct lm_slot *slot)
{
	unsigned int vf = vf_index(dev, slot);
	unsigned int num = LM_DEFECT(VF_INDEX_UP_TO_TOTALVFS) ? dev->config.total_vfs :
								dev->num_vfs;

	if ((slot->sqe[LM_SQE_FLAGS] & FLAGS_FUSE) && !LM_DEFECT(FUSE_IGNORED))
		return INVALID_FIELD;
	if ((slot->sqe[LM_SQE_FLAGS] & FLAGS_PSDT) && !LM_DEFECT(PSDT_IGNORED))
		return INVALID_FIELD;
	if (LM_DEFECT(LENGTH_BEFORE_STATE) && slot->sqe[LM_SQE_OPC] >= LM_OPC_SAVE_DATA &&
	    lm_get_le32(slot->sqe + LM_SQE_LENGTH) % 4)
		return INVALID_FIELD;
	if (LM_DEFECT(RESERVED_SAYS_INTERNAL) &&
	    (lm_get_le32(slot->sqe + LM_SQE_CDW14) || lm_get_le32(slot->sqe + LM_SQE_MPTR)))
		return LM_SC_INTERNAL;
	if (lm_get_le32(slot->sqe + LM_SQE_NSID) && !LM_DEFECT(NSID_NAMES_THE_VF) &&
	    !LM_DEFECT(NSID_NOT_CHECKED))
		return INVALID_FIELD;
	return !vf || vf > num ? INVALID_FIELD : LM_SC_SUCCESS;
}

void lm_migrate_command(struct lm_device *dev, struct lm_slot *slot)
{
	uint16_t status = check(dev, slot);
	struct lm_function *fn;

	if (status) {
		if (LM_DEFECT(LOAD_EARLY_ERROR_DROPS))
			lm_staging_drop(dev, &dev->fn[1]);
		lm_complete(dev, slot, status, 0, 0);
		return;
	}
	fn = &dev->fn[vf_index(dev, slot)];
	if (LM_DEFECT(QUERY_OVERTAKES) && slot->sqe[LM_SQE_OPC] == LM_OPC_QUERY_DATA_SIZE &&
	    fn->mig.moving) {
		lm_complete(dev, slot, LM_SC_SUCCESS, lm_image_size(dev, fn), fn->mig.state);
		return;
	}
	if (LM_DEFECT(RESUME_OVERTAKES) && slot->sqe[LM_SQE_OPC] == LM_OPC_RESUME &&
	    fn->mig.moving) {
		lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
		return;
	}
	if (LM_DEFECT(ONE_TRANSFER_AT_A_TIME) && lm_defect_another_moves(dev, fn)) {
		lm_complete(dev, slot, LM_SC_SEQUENCE, 0, 0);
		return;
	}
	if (LM_DEFECT(FIVE_TAKE_THEIR_TIME))
		lm_defect_take_time(dev, slot);
	lm_list_push(lm_pf(dev), &fn->mig.fifo, slot);
	run(dev, fn);
}

static bool vf_step(struct lm_device *dev, struct lm_function *fn)
{
	if (drain(dev, fn))
		return true;
	if (fn->mig.moving)
		return move_page(dev, fn);
	return run(dev, fn);
}

bool lm_migrate_step(struct lm_device *dev)
{
	unsigned int i;

	for (i = dev->config.total_vfs; i; i--) {
		dev->next_mig = dev->next_mig < dev->config.total_vfs ? dev->next_mig + 1 : 1;
		if (vf_step(dev, &dev->fn[dev->next_mig]))
			return true;
	}
	return false;
}

uint64_t lm_migrate_deadline(const struct lm_device *dev)
{
	uint64_t first = UINT64_MAX;
	unsigned int i;

	for (i = dev->config.total_vfs; i; i--) {
		const struct lm_mig *mig = &dev->fn[i].mig;

		if (mig->state == LM_STATE_DRAINING && mig->deadline < first &&
		    !LM_DEFECT(SUSPEND_LIMIT_IGNORED))
			first = mig->deadline;
		if (LM_DEFECT(FIVE_TAKE_THEIR_TIME) &&
		    lm_defect_not_before(dev, &dev->fn[i]) < first)
			first = lm_defect_not_before(dev, &dev->fn[i]);
	}
	return first;
}

bool lm_migrate_abort(struct lm_device *dev, struct lm_slot *slot)
{
	unsigned int i;

	for (i = dev->config.total_vfs; i; i--) {
		struct lm_function *fn = &dev->fn[i];

		if (fn->mig.suspend != slot->index)
			continue;
		take_suspend(dev, fn);
		if (LM_DEFECT(ABORT_LEAVES_SUSPENDED))
			fn->mig.state = LM_STATE_SUSPENDED;
		else if (LM_DEFECT(ABORT_DROPS_WORK))
			lm_fn_drop_slots(dev, fn);
		if (!LM_DEFECT(ABORT_LEAVES_SUSPENDED))
			fn->mig.state = LM_STATE_ACTIVE;
		lm_complete(dev, slot, LM_SC_ABORT_REQUESTED, 0, 0);
		return true;
	}
	return false;
}

void lm_migrate_function_reset(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_mig *mig = &fn->mig;

	if (mig->suspend != LM_NIL)
		lm_complete(dev, take_suspend(dev, fn),
			    LM_DEFECT(FLR_ENDS_SUSPEND_WITH_SUCCESS) ? LM_SC_SUCCESS :
								       LM_SC_NOT_SUSPENDED,
			    0, 0);
	if (mig->moving && !(LM_DEFECT(LOAD_OUTLIVES_RESET) && lm_defect_loads(dev, fn)))
		end_first(dev, fn,
			  LM_DEFECT(RESET_ENDS_TRANSFER_WELL) ? LM_SC_SUCCESS : LM_SC_NOT_SUSPENDED,
			  0, 0);
	if (LM_DEFECT(FLR_DROPS_COMMANDS))
		lm_list_init(&mig->fifo);
	if (!LM_DEFECT(FLR_KEEPS_STAGED))
		lm_staging_drop(dev, fn);
	lm_log_clock(dev, fn, false);
	if (!LM_DEFECT(FLR_KEEPS_SUSPENDED) || mig->state != LM_STATE_SUSPENDED)
		mig->state = LM_STATE_ACTIVE;
}

void lm_migrate_pf_controller_reset(struct lm_device *dev)
{
	unsigned int i;

	for (i = dev->config.total_vfs; i; i--) {
		struct lm_function *fn = &dev->fn[i];

		lm_list_init(&fn->mig.fifo);
		fn->mig.suspend = LM_NIL;
		fn->mig.moving = false;
		if (!LM_DEFECT(PF_RESET_KEEPS_STAGED))
			lm_staging_drop(dev, fn);
		if (fn->mig.state == LM_STATE_DRAINING) {
			fn->mig.state = LM_STATE_ACTIVE;
			if (LM_DEFECT(PF_RESET_FREEZES_DRAINING))
				fn->mig.state = LM_STATE_SUSPENDED;
		}
		if (lm_fn_frozen(fn) && LM_DEFECT(PF_RESET_RESUMES_VFS))
			go_on(dev, fn);
	}
}
