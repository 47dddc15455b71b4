/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * I/O commands of the NVM Command Set (NVMe 1.4 6), and the steps that a
 * command takes through buffer, data transfer and back end.
 */
#include "core.h"

#define FLAGS_FUSE 0x03
#define FLAGS_PSDT 0xC0
#define CDW12_NLB 0xFFFFu
#define CDW12_FUA 0x40000000u
#define SCT(status) ((status) >> 8 & 7)
#define SCT_MEDIA 2
/* Pages that one step moves at most. */
#define PAGES_PER_STEP 8

/* Tag of a request: slot 7:0, function 12:8, generation 31:13, of which the upper bits are lost. */
#define TAG(slot) ((uint32_t)(slot)->index | (uint32_t)(slot)->fn << 8 | (slot)->generation << 13)

static uint8_t lbads(const struct lm_device *dev, const struct lm_slot *slot)
{
	return lm_ns_get(dev, slot->req.nsid)->lbads;
}

static uint32_t data_length(const struct lm_device *dev, const struct lm_slot *slot)
{
	return slot->req.blocks << lbads(dev, slot);
}

static bool exceeds_mdts(const struct lm_device *dev, const struct lm_ns *ns, uint32_t blocks)
{
	return dev->config.mdts && blocks > (uint32_t)(LM_PAGE_SIZE >> ns->lbads)
						    << dev->config.mdts;
}

static uint16_t check_range(struct lm_device *dev, struct lm_slot *slot, const struct lm_ns *ns)
{
	struct lm_backend_request *req = &slot->req;

	req->slba = lm_get_le64(slot->sqe + LM_SQE_CDW10);
	req->blocks = (lm_get_le32(slot->sqe + LM_SQE_CDW12) & CDW12_NLB) + 1;
	if (req->op != LM_BACKEND_WRITE_ZEROES && exceeds_mdts(dev, ns, req->blocks))
		return LM_SC_INVALID_FIELD | LM_DNR;
	if (LM_DEFECT(RANGE_OFF_BY_ONE) && req->slba + req->blocks == ns->blocks + 1)
		return LM_SC_SUCCESS;
	if (req->blocks > ns->blocks || req->slba > ns->blocks - req->blocks)
		return LM_SC_LBA_RANGE | LM_DNR;
	return LM_SC_SUCCESS;
}

static uint16_t check(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_backend_request *req = &slot->req;
	const struct lm_ns *ns;
	uint16_t status;

	switch (slot->sqe[LM_SQE_OPC]) {
	case LM_IO_FLUSH:
		req->op = LM_BACKEND_FLUSH;
		break;
	case LM_IO_WRITE:
		req->op = LM_BACKEND_WRITE;
		break;
	case LM_IO_READ:
		req->op = LM_BACKEND_READ;
		break;
	case LM_IO_WRITE_ZEROES:
		req->op = LM_BACKEND_WRITE_ZEROES;
		break;
	default:
		return LM_SC_INVALID_OPCODE | LM_DNR;
	}
	if (slot->sqe[LM_SQE_FLAGS] & (FLAGS_FUSE | FLAGS_PSDT))
		return LM_SC_INVALID_FIELD | LM_DNR;
	req->nsid = lm_get_le32(slot->sqe + LM_SQE_NSID);
	ns = lm_ns_get(dev, req->nsid);
	if (!ns)
		return LM_SC_INVALID_NS | LM_DNR;
	if (req->op == LM_BACKEND_FLUSH)
		return LM_SC_SUCCESS;
	status = check_range(dev, slot, ns);
	if (!status && req->op != LM_BACKEND_WRITE_ZEROES)
		status = lm_prp_begin(slot, data_length(dev, slot));
	return status;
}

void lm_io_start(struct lm_device *dev, struct lm_slot *slot)
{
	uint16_t status = check(dev, slot);

	lm_log_busy(dev, slot, true);
	if (status)
		lm_complete(dev, slot, status, 0, 0);
	else
		lm_work_push(lm_slot_fn(dev, slot), slot, LM_SLOT_PREPARE);
}

static void submit(struct lm_device *dev, struct lm_slot *slot)
{
	lm_work_remove(lm_slot_fn(dev, slot), slot);
	slot->state = LM_SLOT_BACKEND;
	slot->generation++;
	slot->req.tag = TAG(slot);
	dev->port->backend_submit(dev->ctx, &slot->req);
}

static bool prepare(struct lm_device *dev, struct lm_slot *slot)
{
	if (!dev->port->backend_prepare(dev->ctx, &slot->req))
		return false;
	slot->buffered = true;
	if (slot->req.op == LM_BACKEND_WRITE)
		slot->state = LM_SLOT_GATHER;
	else
		submit(dev, slot);
	return true;
}

static uint16_t move_part(struct lm_device *dev, struct lm_slot *slot, bool to_host)
{
	uint32_t done = slot->prp.done;

	if (!to_host && dev->port->backend_gather)
		return lm_prp_gather(dev, slot);
	return lm_prp_move(dev, slot, (uint8_t *)slot->req.data + done, slot->prp.length - done,
			   to_host);
}

/* Move some pages between buffer and host; true when all are moved. */
static bool move(struct lm_device *dev, struct lm_slot *slot, bool to_host)
{
	uint16_t status;
	unsigned int i;

	for (i = 0; i < PAGES_PER_STEP && slot->prp.done < slot->prp.length; i++) {
		status = move_part(dev, slot, to_host);
		if (status) {
			lm_complete(dev, slot, status, 0, 0);
			return false;
		}
	}
	return slot->prp.done == slot->prp.length;
}

static void count(struct lm_device *dev, struct lm_slot *slot)
{
	struct lm_function *fn = lm_slot_fn(dev, slot);

	if (slot->req.op == LM_BACKEND_READ && !LM_DEFECT(READS_NOT_COUNTED))
		lm_log_data(fn, false, slot->prp.length / 512);
	else if (slot->sqe[LM_SQE_OPC] == LM_IO_WRITE)
		lm_log_data(fn, true, slot->prp.length / 512);
}

static void end_io(struct lm_device *dev, struct lm_slot *slot)
{
	if (slot->sqid != LM_NIL)
		count(dev, slot);
	lm_complete(dev, slot, LM_SC_SUCCESS, 0, 0);
}

static bool slot_step(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	switch (slot->state) {
	case LM_SLOT_PREPARE:
		return prepare(dev, slot);
	case LM_SLOT_EXECUTE:
		if (lm_admin_moves_data(slot->sqe[LM_SQE_OPC]) && !fn->master)
			return false;
		lm_admin_execute(dev, slot);
		return true;
	case LM_SLOT_DELETE:
		lm_delete_sq_step(dev, slot);
		return true;
	case LM_SLOT_GATHER:
		if (!fn->master)
			return false;
		if (move(dev, slot, false))
			submit(dev, slot);
		return true;
	default: /* LM_SLOT_SCATTER */
		if (!fn->master)
			return false;
		if (move(dev, slot, true))
			end_io(dev, slot);
		return true;
	}
}

bool lm_work_step(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot = lm_list_first(fn, &fn->work);

	while (slot) {
		struct lm_slot *next = lm_list_next(fn, slot);

		if (slot_step(dev, fn, slot))
			return true;
		slot = next;
	}
	return false;
}

/* A write that must be on the medium: Force Unit Access, or no write cache. */
static bool needs_flush(const struct lm_function *fn, const struct lm_slot *slot)
{
	if (slot->req.op != LM_BACKEND_WRITE && slot->req.op != LM_BACKEND_WRITE_ZEROES)
		return false;
	return (lm_get_le32(slot->sqe + LM_SQE_CDW12) & CDW12_FUA) || !fn->feat.write_cache;
}

static void end_request(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot)
{
	if (slot->req.op == LM_BACKEND_ADMIN) {
		lm_work_push(fn, slot, LM_SLOT_EXECUTE);
	} else if (slot->req.op == LM_BACKEND_READ) {
		lm_work_push(fn, slot, LM_SLOT_SCATTER);
	} else if (needs_flush(fn, slot)) {
		lm_slot_abandon(dev, slot);
		slot->req.op = LM_BACKEND_FLUSH;
		lm_work_push(fn, slot, LM_SLOT_PREPARE);
	} else {
		end_io(dev, slot);
	}
}

void lm_backend_done(struct lm_device *dev, uint32_t tag, uint16_t status)
{
	struct lm_function *fn;
	struct lm_slot *slot;

	if ((tag >> 8 & 31) >= dev->num_functions)
		return;
	fn = &dev->fn[tag >> 8 & 31];
	slot = &fn->slot[tag & 255];
	/* A request that was abandoned: a late end means nothing. */
	if (slot->state != LM_SLOT_BACKEND || tag != TAG(slot))
		return;
	if (SCT(status) == SCT_MEDIA)
		fn->logs.media_errors++;
	if (status)
		lm_complete(dev, slot, status, 0, 0);
	else
		end_request(dev, fn, slot);
	lm_wake(dev);
}
