/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fault switch: the journal, the faults that are armed, and requests that are
 * kept from the medium for a while. A request that is held has no effect yet, so
 * that one which fails or is abandoned has none.
 */
#include "qemu/osdep.h"

#include "device.h"

#define JOURNAL_EVENTS (512 * 1024)

struct held {
	struct lm_backend_request *req;
	int64_t due;
};

struct nvme_lm_fault {
	struct nvme_lm *lm;
	struct lm_recorder recorder;
	struct lm_fault_table table;
	struct lm_media media;
	GQueue held; /* in the order of submission */
	QEMUTimer *timer; /* the earliest of them is due */
};

static int64_t now(void)
{
	return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

void nvme_lm_fault_record(struct nvme_lm *lm, const struct lm_ev *ev)
{
	struct lm_ev event = *ev;

	event.time = (uint64_t)now();
	lm_record(&lm->fault->recorder, &event);
}

/* Whether the media settings hold for this request. */
static bool is_governed(const struct nvme_lm_fault *f, const struct lm_backend_request *req)
{
	return req->op != LM_BACKEND_ADMIN || f->media.admin;
}

static bool is_stalled(const struct nvme_lm_fault *f, const struct held *h)
{
	return f->media.mode == LM_MEDIA_STALL && is_governed(f, h->req);
}

static void drop(struct nvme_lm_fault *f, GList *link)
{
	g_free(link->data);
	g_queue_delete_link(&f->held, link);
}

static void let_go(struct nvme_lm_fault *f, GList *link)
{
	struct lm_backend_request *req = ((struct held *)link->data)->req;

	drop(f, link);
	if (f->media.mode == LM_MEDIA_FAIL && is_governed(f, req))
		nvme_lm_media_end(f->lm, req, f->media.status);
	else
		nvme_lm_media_start(f->lm, req);
}

static void serve(void *opaque)
{
	struct nvme_lm_fault *f = opaque;
	int64_t next = INT64_MAX;
	GList *link, *after;

	for (link = f->held.head; link; link = after) {
		const struct held *h = link->data;

		after = link->next;
		if (is_stalled(f, h))
			continue;
		if (h->due <= now())
			let_go(f, link);
		else
			next = MIN(next, h->due);
	}
	if (next == INT64_MAX)
		timer_del(f->timer);
	else
		timer_mod(f->timer, next);
}

bool nvme_lm_fault_hold(struct nvme_lm *lm, struct lm_backend_request *req)
{
	struct nvme_lm_fault *f = lm->fault;
	struct held *h;

	if (req->op != LM_BACKEND_ADMIN)
		nvme_lm_record(lm, (struct lm_ev){ .kind = LM_EV_MEDIA,
						   .fn = req->fn,
						   .addr = req->slba,
						   .len = req->blocks,
						   .data = req->nsid });
	if (!is_governed(f, req) || (f->media.mode == LM_MEDIA_NORMAL && !f->media.latency))
		return false;
	h = g_new0(struct held, 1);
	h->req = req;
	h->due = now() + (int64_t)f->media.latency;
	g_queue_push_tail(&f->held, h);
	serve(f);
	return true;
}

void nvme_lm_fault_forget(struct nvme_lm *lm, const struct lm_backend_request *req)
{
	GList *link;

	for (link = lm->fault->held.head; link; link = link->next) {
		if (((const struct held *)link->data)->req == req) {
			drop(lm->fault, link);
			return;
		}
	}
}

bool nvme_lm_fault_match(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf,
			 struct lm_fault *fault)
{
	struct nvme_lm *lm = ctx;

	return lm_fault_match(&lm->fault->table, opc, vf, fault);
}

int nvme_lm_fault_arm(void *ctx, const struct lm_fault_rule *rule)
{
	struct nvme_lm *lm = ctx;

	return lm_fault_arm(&lm->fault->table, rule);
}

void nvme_lm_fault_journal(void *ctx, uint64_t offset, void *buf, uint32_t len)
{
	struct nvme_lm *lm = ctx;

	lm_record_read(&lm->fault->recorder, offset, buf, len);
}

void nvme_lm_fault_media(void *ctx, const struct lm_media *media)
{
	struct nvme_lm *lm = ctx;

	lm->fault->media = *media;
	serve(lm->fault);
}

/* The medium is a drive: as large as it was at the start, and no larger. */
int nvme_lm_fault_resize(void *ctx, uint32_t nsid, uint64_t blocks)
{
	struct nvme_lm *lm = ctx;

	return blocks <= lm->config.ns[nsid - 1].blocks ? 0 : -1;
}

void nvme_lm_fault_command(void *ctx, unsigned int fn, uint16_t sqid, const uint8_t *sqe)
{
	nvme_lm_record(ctx, lm_record_command(fn, sqid, sqe));
}

void nvme_lm_fault_init(struct nvme_lm *lm)
{
	struct nvme_lm_fault *f;

	if (!lm->config.fault_switch)
		return;
	f = g_new0(struct nvme_lm_fault, 1);
	f->lm = lm;
	f->recorder.max = JOURNAL_EVENTS;
	f->recorder.ev = g_new(struct lm_ev, JOURNAL_EVENTS);
	f->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, serve, f);
	g_queue_init(&f->held);
	lm->fault = f;
}

void nvme_lm_fault_exit(struct nvme_lm *lm)
{
	if (!lm->fault)
		return;
	timer_free(lm->fault->timer);
	g_free(lm->fault->recorder.ev);
	g_free(lm->fault);
	lm->fault = NULL;
}
