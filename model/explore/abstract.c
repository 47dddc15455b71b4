/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "abstract.h"

static void each(struct world *w, void (*apply)(struct world *w, struct lm_function *fn))
{
	unsigned int i;

	for (i = 0; i < w->dev->num_functions; i++)
		apply(w, &w->dev->fn[i]);
}

static void forget_logs(struct lm_logs *logs)
{
	struct lm_logs kept = *logs;

	memset(logs, 0, sizeof(*logs));
	logs->num_busy = kept.num_busy;
	logs->clock_stopped = kept.clock_stopped;
}

static void logs_of(struct world *w, struct lm_function *fn)
{
	(void)w;
	forget_logs(&fn->logs);
	forget_logs(&fn->own_logs);
	fn->own_logs.num_busy = 0;
	fn->own_logs.clock_stopped = false;
	fn->logs_loaded = false;
	forget_logs(&fn->mig.snapshot[0].logs);
	forget_logs(&fn->mig.snapshot[1].logs);
}

static void logs(struct world *w)
{
	each(w, logs_of);
}

static void scratch(struct world *w)
{
	memset(w->dev->scratch, 0, sizeof(w->dev->scratch));
}

static void rung_of(struct world *w, struct lm_function *fn)
{
	(void)w;
	memset(fn->rung, 0xFF, sizeof(fn->rung));
}

static void rung(struct world *w)
{
	each(w, rung_of);
}

static void fingerprint(struct world *w)
{
	w->dev->fingerprint = 0;
	w->dev->fingerprinted = false;
}

static void picture(struct world *w)
{
	struct lm_store *store = w->dev->mig_mem;

	store->pictured = 0;
	memset((uint8_t *)w->dev->mig_mem + LM_STORE_SIZE, 0, lm_image_max(&w->dev->config));
}

/* Bytes behind what is staged, and all of them where nothing is. */
static void staging(struct world *w)
{
	struct lm_store *store = w->dev->mig_mem;
	uint32_t max = lm_image_max(&w->dev->config);
	uint8_t *image = (uint8_t *)w->dev->mig_mem + LM_STORE_SIZE + max;
	uint32_t used = 0, end;
	unsigned int i;

	if (!store->owner) {
		store->total = 0;
		store->staged = 0;
	} else {
		used = store->staged;
		for (i = 1; i < w->dev->num_functions; i++) {
			const struct lm_mig *mig = &w->dev->fn[i].mig;

			end = mig->offset + mig->length;
			if (mig->moving && i == store->owner && end > used)
				used = end;
		}
	}
	memset(image + used, 0, max - used);
}

static void snapshots_of(struct world *w, struct lm_function *fn)
{
	struct lm_mig *mig = &fn->mig;

	(void)w;
	if (!mig->moving) {
		mig->fresh = false;
		mig->offset = 0;
		mig->length = 0;
	}
	if (!mig->fresh)
		memset(&mig->snapshot[!mig->current], 0, sizeof(mig->snapshot[0]));
	if (!mig->saved)
		memset(&mig->snapshot[mig->current], 0, sizeof(mig->snapshot[0]));
	if (!mig->saved && !mig->fresh)
		mig->current = 0;
}

static void snapshots(struct world *w)
{
	each(w, snapshots_of);
}

/* Only whether it is reached counts. */
static void deadline_of(struct world *w, struct lm_function *fn)
{
	const uint64_t now = world_port.now(w);

	if (fn->mig.state != LM_STATE_DRAINING)
		fn->mig.deadline = 0;
	else
		fn->mig.deadline = now >= fn->mig.deadline ? 0 : now + 1;
}

static void deadlines(struct world *w)
{
	each(w, deadline_of);
}

static bool moving(const struct world *w, const struct lm_slot *slot)
{
	unsigned int i;

	for (i = 1; i < w->dev->num_functions; i++) {
		const struct lm_mig *mig = &w->dev->fn[i].mig;

		if (mig->moving && mig->fifo.head == slot->index)
			return true;
	}
	return false;
}

static bool uses_prp(const struct world *w, const struct lm_slot *slot)
{
	if (slot->state == LM_SLOT_MIGRATE)
		return moving(w, slot);
	return slot->state == LM_SLOT_PREPARE || slot->state == LM_SLOT_GATHER ||
	       slot->state == LM_SLOT_BACKEND || slot->state == LM_SLOT_SCATTER;
}

static void clean_slot(struct world *w, struct lm_slot *slot)
{
	bool done = slot->state == LM_SLOT_DONE;

	if (slot->state == LM_SLOT_FREE) {
		*slot = (struct lm_slot){ .fn = slot->fn,
					  .index = slot->index,
					  .next = slot->next,
					  .generation = slot->generation };
		return;
	}
	if (!uses_prp(w, slot))
		memset(&slot->prp, 0, sizeof(slot->prp));
	if (done) {
		memset(slot->sqe, 0, sizeof(slot->sqe));
		memset(&slot->req, 0, sizeof(slot->req));
	} else {
		slot->status = 0;
	}
	memset(&slot->fault, 0, sizeof(slot->fault));
}

static void slots_of(struct world *w, struct lm_function *fn)
{
	unsigned int i;

	for (i = 0; i < LM_MAX_INFLIGHT; i++)
		clean_slot(w, &fn->slot[i]);
}

static void slots(struct world *w)
{
	each(w, slots_of);
}

/* A tag only has to differ from those of requests that were given up, which never end here. */
static void generations_of(struct world *w, struct lm_function *fn)
{
	unsigned int i, p;

	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		struct lm_slot *slot = &fn->slot[i];
		uint32_t tag = slot->req.tag;

		if (slot->state != LM_SLOT_BACKEND) {
			slot->generation = 0;
			slot->req.tag = 0;
			continue;
		}
		slot->generation = 1;
		slot->req.tag = (tag & 0x1FFF) | 1u << 13;
		for (p = 0; p < w->host.num_pending; p++) {
			if (w->host.pending[p] == tag)
				w->host.pending[p] = slot->req.tag;
		}
	}
}

static void generations(struct world *w)
{
	each(w, generations_of);
}

static void free_order_of(struct world *w, struct lm_function *fn)
{
	unsigned int i;

	(void)w;
	lm_list_init(&fn->free);
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		if (fn->slot[i].state == LM_SLOT_FREE)
			lm_list_push(fn, &fn->free, &fn->slot[i]);
	}
}

static void free_order(struct world *w)
{
	each(w, free_order_of);
}

/* An idle queue is the same wherever in its memory it stands. */
static void pf_queue(struct world *w)
{
	struct lm_function *pf = &w->dev->fn[0];
	struct pf_view *view = &w->host.pf;

	if (pf_outstanding(w) || pf->num_used)
		return;
	pf->sq[0].head = 0;
	pf->sq[0].tail = 0;
	pf->cq[0].head = 0;
	pf->cq[0].tail = 0;
	pf->cq[0].phase = true;
	view->tail = 0;
	view->cq_tail = 0;
	view->cq_head = 0;
	view->cq_phase = 1;
}

/* Entries that nobody will fetch any more, and ends that nobody will ask for. */
static void host_memory(struct world *w)
{
	const unsigned int head = w->dev->fn[0].sq[0].head;
	struct pf_view *view = &w->host.pf;
	unsigned int i, g, p;

	for (i = 0; i < PF_ENTRIES; i++) {
		if ((i + PF_ENTRIES - head) % PF_ENTRIES >=
		    (view->tail + PF_ENTRIES - head) % PF_ENTRIES)
			memset(view->sqe[i], 0, LM_SQE_SIZE);
	}
	memset(view->status, 0, sizeof(view->status));
	memset(view->dw0, 0, sizeof(view->dw0));
	for (i = 0; i < PF_CIDS; i++) {
		if (view->command[i] != PF_NONE)
			continue;
		view->vf[i] = 0;
		view->overtaken[i] = 0;
		view->fetched[i] = 0;
		view->crossed[i] = 0;
	}
	for (g = 0; g < w->scope.vfs; g++) {
		for (p = 0; p < w->scope.pairs; p++) {
			if (!w->host.guest[g].pair[p].waiting)
				memset(w->host.guest[g].pair[p].sq, 0, MAX_ENTRIES);
		}
	}
}

/* The buffer of SAVE_DATA, where it holds no image that may be loaded and none is written. */
static void image_buffer(struct world *w)
{
	struct image_view *image = &w->host.image;
	unsigned int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] >= PF_SAVE && w->host.pf.command[i] <= PF_LOAD_LAST)
			return;
	}
	if (image->guest)
		return;
	image->length = 0;
	memset(image->bytes, 0, sizeof(image->bytes));
}

/* In ascending order: which request ends first is an action, not a place in a list. */
static void pending_order(struct world *w)
{
	struct host *h = &w->host;
	unsigned int i, j;

	for (i = 1; i < h->num_pending; i++) {
		uint32_t tag = h->pending[i];

		for (j = i; j && (h->pending[j - 1] & 0x1FFF) > (tag & 0x1FFF); j--)
			h->pending[j] = h->pending[j - 1];
		h->pending[j] = tag;
	}
	memset(&h->pending[h->num_pending], 0,
	       (MAX_PENDING - h->num_pending) * sizeof(h->pending[0]));
}

const struct abstraction abstractions[] = {
	{ "logs", "counters, clock and error log: Get Log Page and the image show them", logs },
	{ "scratch", "an admin data structure is built anew for each command", scratch },
	{ "picture", "the image that SAVE_DATA sends is built anew where it is not there",
	  picture },
	{ "staging", "what is not staged is overwritten before it is read", staging },
	{ "snapshots", "without a SAVE_DATA there is nothing to go on from", snapshots },
	{ "deadlines", "only whether the limit has passed is asked", deadlines },
	{ "slots", "a slot's fields are set before the state in which they are read", slots },
	{ "generations", "a tag has to differ from those given up alone", generations },
	{ "free-order", "free slots are alike but for their index", free_order },
	{ "pf-queue", "an idle admin queue is the same wherever it stands", pf_queue },
	{ "host-memory", "entries that were fetched, commands that were ended", host_memory },
	{ "image-buffer", "an image that may not be loaded is not looked at", image_buffer },
	{ "pending-order", "the host names the request that ends, not its place", pending_order },
	{ "rung", "an SQ that is marked in vain is looked at in vain", rung },
	{ "fingerprint", "it is computed anew where it is not there", fingerprint },
};
const unsigned int num_abstractions = sizeof(abstractions) / sizeof(abstractions[0]);

void abstract_world(struct world *w, unsigned int skip)
{
	unsigned int i;

	for (i = 0; i < num_abstractions; i++) {
		if (i != skip)
			abstractions[i].apply(w);
	}
}
