/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * SAVE_DATA and LOAD_DATA: parameters, chunks, snapshot and staging memory.
 *
 * A device has one buffer in which it builds the image that it saves, anew where
 * that of another VF took its place between two pages, and one in which images
 * are staged: the VF whose image that is keeps it until the image is whole or
 * dropped, and others are told 138h (LM-LOD-170). A snapshot holds no more than
 * what can change while a VF is suspended, so that each VF can have its own.
 */
#include "image.h"
#include "migrate.h"
#include "migrate_defect.h"

#define INVALID_FIELD (LM_SC_INVALID_FIELD | LM_DNR)

static struct lm_store *get_store(struct lm_device *dev)
{
	return dev->mig_mem;
}

static uint8_t *picture(struct lm_device *dev)
{
	return (uint8_t *)dev->mig_mem + LM_STORE_SIZE;
}

static uint8_t *staging(struct lm_device *dev)
{
	return picture(dev) + lm_image_max(&dev->config);
}

size_t lm_transfer_memory(const struct lm_config *config)
{
	return LM_STORE_SIZE + 2 * (size_t)lm_image_max(config);
}

static bool exceeds_mdts(const struct lm_device *dev, uint32_t length)
{
	return dev->config.mdts && !LM_DEFECT(MDTS_IGNORED) &&
	       length > (uint64_t)LM_PAGE_SIZE << dev->config.mdts;
}

/* The snapshot that the transfer under way reads from. */
static struct lm_snapshot *source(struct lm_mig *mig)
{
	return &mig->snapshot[mig->fresh ? !mig->current : mig->current];
}

uint16_t lm_save_begin(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	uint32_t length = lm_get_le32(slot->sqe + LM_SQE_LENGTH);
	uint32_t offset = lm_get_le32(slot->sqe + LM_SQE_OFFSET);
	uint32_t size = lm_image_size(dev, fn);
	struct lm_mig *mig = &fn->mig;
	uint16_t status;

	if (LM_DEFECT(SAVE_LENGTH_0_REFUSED) && !length)
		return INVALID_FIELD;
	if (LM_DEFECT(SAVE_PIECES_ROUNDED_DOWN))
		offset &= ~63u;
	if (LM_DEFECT(SAVE_LENGTH_IGNORED))
		length = size;
	if ((length % 4 && !LM_DEFECT(SAVE_LENGTH_UNALIGNED)) || offset % 4 || offset >= size)
		return INVALID_FIELD;
	if (!length && offset && !LM_DEFECT(SAVE_OFFSET_WITHOUT_LENGTH))
		return INVALID_FIELD;
	if (!length)
		length = size;
	if (exceeds_mdts(dev, length))
		return INVALID_FIELD;
	status = lm_prp_begin(slot, length);
	if (status)
		return status;
	mig->offset = offset;
	mig->length = lm_min(length, size - offset);
	if (LM_DEFECT(SAVE_WRITES_MORE_THAN_IT_SAYS) && mig->length < length)
		mig->length += 4;
	mig->fresh = !offset || !mig->saved || LM_DEFECT(SAVE_SNAPSHOT_EACH_PIECE);
	if (LM_DEFECT(CLOCK_RUNS_WHILE_SUSPENDED))
		lm_log_clock(dev, fn, false);
	if (mig->fresh)
		lm_image_snapshot(dev, fn, source(mig));
	if (LM_DEFECT(SAVE_FAILED_IS_SNAPSHOT) && mig->fresh) {
		mig->current = !mig->current;
		mig->saved = true;
		mig->fresh = false;
	}
	return LM_SC_SUCCESS;
}

/* How much the fault switch lets the host see; fault is that of this command, or clear. */
static uint32_t visible(const struct lm_slot *slot, uint32_t length)
{
	return slot->fault.truncate ? lm_min(slot->fault.bytes, length) : length;
}

static void build_picture(struct lm_device *dev, struct lm_function *fn, const struct lm_slot *slot)
{
	uint8_t *image = picture(dev);
	uint32_t size = lm_image_save(dev, fn, source(&fn->mig), image);

	if (LM_DEFECT(SAVE_CRC_STALE) && fn->mig.saved)
		memset(image + LM_IMG_CRC, 0, 4);
	if (slot->fault.corrupt && slot->fault.bytes < size)
		image[slot->fault.bytes] ^= 1;
	get_store(dev)->pictured = fn->number;
}

static void save_done(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_mig *mig = &fn->mig;

	(void)dev;
	if (mig->fresh) {
		mig->current = !mig->current;
		mig->saved = true;
	}
	if (LM_DEFECT(SAVE_DISABLES_CONTROLLER)) {
		fn->regs.cc &= ~LM_CC_EN;
		fn->regs.csts &= ~LM_CSTS_RDY;
	}
	if (LM_DEFECT(SAVE_RESUMES))
		mig->state = LM_STATE_ACTIVE;
	if (LM_DEFECT(SAVE_COUNTS_AS_READ))
		fn->logs.host_reads++;
}

bool lm_save_step(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot,
		  uint16_t *status, uint32_t *dw0)
{
	struct lm_mig *mig = &fn->mig;
	uint32_t length = visible(slot, mig->length);
	uint32_t done = slot->prp.done;

	*status = LM_SC_SUCCESS;
	*dw0 = mig->length;
	if (LM_DEFECT(SAVE_WRITES_MORE_THAN_IT_SAYS) && mig->length < slot->prp.length)
		*dw0 -= 4;
	if (LM_DEFECT(SAVE_LACKS_LAST_DWORD))
		length -= 4;
	if (done < length) {
		if (!done ||
		    (get_store(dev)->pictured != fn->number && !LM_DEFECT(SAVE_BUFFER_SHARED)))
			build_picture(dev, fn, slot);
		*status = lm_prp_move(dev, slot, picture(dev) + mig->offset + done, length - done,
				      true);
		if (*status) {
			*dw0 = 0;
			return true;
		}
	}
	if (slot->prp.done < length)
		return false;
	if (LM_DEFECT(SAVE_REPORTS_BUFFER_LENGTH))
		*dw0 = slot->prp.length;
	save_done(dev, fn);
	return true;
}

void lm_staging_drop(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_store *store = get_store(dev);

	if (store->owner == fn->number && !LM_DEFECT(STAGING_LEAKS))
		store->owner = 0;
	if (fn->mig.state == LM_STATE_LOADING)
		fn->mig.state = LM_STATE_SUSPENDED;
}

/* The rules of the fields themselves (LM-LOD-030, LM-LOD-050, LM-COM-340). */
static bool load_fields_valid(struct lm_device *dev, uint32_t size, uint32_t offset, uint32_t total)
{
	uint32_t max = lm_image_max(&dev->config);

	if (!size || (size % 4 && !LM_DEFECT(LOAD_SIZE_UNALIGNED)) || offset % 4 || total % 4 ||
	    total > max || (LM_DEFECT(LOAD_LARGEST_REFUSED) && total == max))
		return false;
	/* MDTS is not below max (LM-DIS-055), and so not below size. */
	if (!total)
		return !offset && size <= max;
	if (LM_DEFECT(LOAD_END_WRAPS))
		return offset + size <= total;
	return size <= total && offset <= total - size;
}

uint16_t lm_load_begin(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	uint32_t size = lm_get_le32(slot->sqe + LM_SQE_LENGTH);
	uint32_t offset = lm_get_le32(slot->sqe + LM_SQE_OFFSET);
	uint32_t total = lm_get_le32(slot->sqe + LM_SQE_TOTAL);
	struct lm_store *store = get_store(dev);

	if (LM_DEFECT(LOAD_SIZE_BIG_ENDIAN))
		size = size >> 24 | (size >> 8 & 0xFF00) | (size << 8 & 0xFF0000) | size << 24;
	if (LM_DEFECT(LOAD_TOTAL_IGNORED))
		total = 0;
	if (LM_DEFECT(LOAD_NEXT_IS_LAST) && offset && offset + size < total)
		return LM_SC_SEQUENCE;
	if (LM_DEFECT(LOAD_PRP_BEFORE_LENGTH) && lm_prp_begin(slot, size))
		return LM_SC_PRP_OFFSET | LM_DNR;
	if (!load_fields_valid(dev, size, offset, total))
		return INVALID_FIELD;
	if (offset && !(LM_DEFECT(LOAD_STARTS_ANYWHERE) && fn->mig.state == LM_STATE_SUSPENDED) &&
	    (fn->mig.state != LM_STATE_LOADING ||
	     (offset != store->staged && !LM_DEFECT(LOAD_ORDER_UNCHECKED)) ||
	     (total != store->total && !LM_DEFECT(LOAD_TOTAL_MAY_CHANGE))))
		return LM_SC_SEQUENCE;
	if (!offset && fn->mig.state == LM_STATE_LOADING && LM_DEFECT(LOAD_RESTART_REFUSED))
		return LM_SC_SEQUENCE;
	if (store->owner && store->owner != fn->number)
		return LM_SC_NOT_ENOUGH_RESOURCES | (LM_DEFECT(STAGING_FULL_SAYS_DNR) ? LM_DNR : 0);
	store->owner = fn->number;
	store->total = total ? total : size;
	fn->mig.offset = offset;
	fn->mig.length = size;
	return lm_prp_begin(slot, LM_DEFECT(LOAD_READS_MORE) ? size + 4 : size);
}

static uint16_t commit(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	struct lm_store *store = get_store(dev);
	struct lm_image image;
	uint16_t status;

	if (LM_DEFECT(LOAD_DROPS_BEFORE_CHECK))
		lm_fn_drop_work(dev, fn);
	status = lm_image_check(dev, fn, staging(dev), store->total, &image);
	if (!status && store->total == fn->mig.length && LM_DEFECT(LOAD_FETCHES_TWICE)) {
		lm_prp_transfer(dev, slot, staging(dev), store->total, false);
		status = lm_image_check(dev, fn, staging(dev), store->total, &image);
	}
	if (!status) {
		lm_image_load(dev, fn, &image);
		fn->mig.saved = LM_DEFECT(SNAPSHOT_OUTLIVES_LOAD) && fn->mig.saved;
	}
	if (LM_DEFECT(LOAD_REFUSED_STOPS_OTHERS) && status)
		lm_defect_stop_others(dev, fn);
	if (LM_DEFECT(LOAD_INCOMPATIBLE_SAYS_MALFORMED) &&
	    (status & LM_SC_MASK) == LM_SC_INCOMPATIBLE_IMAGE)
		status = LM_SC_INVALID_IMAGE | LM_DNR;
	if (LM_DEFECT(LOAD_LACKING_SAYS_MALFORMED) && status == LM_SC_NOT_ENOUGH_RESOURCES)
		status = LM_SC_INVALID_IMAGE | LM_DNR;
	return status;
}

bool lm_load_step(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot,
		  uint16_t *status)
{
	struct lm_store *store = get_store(dev);
	struct lm_mig *mig = &fn->mig;
	uint32_t done = slot->prp.done;

	if (LM_DEFECT(LOAD_DMA_AS_VF))
		slot->fn = fn->number;
	*status = lm_prp_move(dev, slot, staging(dev) + mig->offset + done,
			      (LM_DEFECT(LOAD_READS_MORE) ? slot->prp.length : mig->length) - done,
			      false);
	if (LM_DEFECT(LOAD_DMA_AS_VF))
		slot->fn = 0;
	if (*status)
		return true;
	if (slot->prp.done < mig->length)
		return false;
	store->staged = mig->offset + mig->length;
	if (store->staged < store->total) {
		if (!LM_DEFECT(LOAD_PART_STAYS_SUSPENDED))
			mig->state = LM_STATE_LOADING;
		return true;
	}
	if (LM_DEFECT(LOAD_LAST_PART_NO_EFFECT) && mig->offset) {
		lm_staging_drop(dev, fn);
		return true;
	}
	*status = commit(dev, fn, slot);
	lm_staging_drop(dev, fn);
	if (LM_DEFECT(LOAD_RESUMES) && !*status)
		mig->state = LM_STATE_ACTIVE;
	return true;
}
