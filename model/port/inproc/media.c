/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Media in RAM. A request takes its effect when it ends, so that one that is
 * abandoned has none.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "inproc.h"

#define POISON 0xA5
#define MAX_MEDIUM (UINT64_C(64) << 20)

static void resize(struct lm_inproc *p, unsigned int i, uint64_t blocks)
{
	struct media *m = &p->media;
	size_t len = (size_t)blocks << p->config.ns[i].lbads;

	if (m->file) {
		m->data[i] = media_in_file(p, i);
		m->len[i] = len;
		return;
	}
	m->data[i] = inproc_alloc(m->data[i], len, 1);
	if (len > m->len[i])
		memset(m->data[i] + m->len[i], 0, len - m->len[i]);
	m->len[i] = len;
}

void media_init(struct lm_inproc *p)
{
	struct media *m = &p->media;
	unsigned int i;

	for (i = 0; i < p->config.num_namespaces; i++) {
		m->len[i] = 0;
		resize(p, i, p->config.ns[i].blocks);
	}
	while (m->num_pending)
		free(m->pending[--m->num_pending].req->data);
	memset(&m->set, 0, sizeof(m->set));
}

void media_free(struct lm_inproc *p)
{
	struct media *m = &p->media;
	unsigned int i;

	while (m->num_pending)
		free(m->pending[--m->num_pending].req->data);
	for (i = 0; i < LM_MAX_NAMESPACES && !m->file; i++)
		free(m->data[i]);
	if (m->file)
		munmap(m->file, m->file_len);
	free(m->pending);
	memset(m, 0, sizeof(*m));
}

void media_resize(struct lm_inproc *p, uint32_t nsid, uint64_t blocks)
{
	resize(p, nsid - 1, blocks);
}

int media_try_resize(void *ctx, uint32_t nsid, uint64_t blocks)
{
	struct lm_inproc *p = ctx;
	const struct lm_namespace_config *ns = &p->config.ns[nsid - 1];

	/* What is shared with another process keeps its place. */
	if (blocks > MAX_MEDIUM >> ns->lbads || (p->media.file && blocks > ns->blocks))
		return -1;
	media_resize(p, nsid, blocks);
	return 0;
}

static size_t length(const struct lm_inproc *p, const struct lm_backend_request *req)
{
	return (size_t)req->blocks << p->config.ns[req->nsid - 1].lbads;
}

static bool has_data(const struct lm_backend_request *req)
{
	return req->op == LM_BACKEND_READ || req->op == LM_BACKEND_WRITE;
}

bool media_prepare(void *ctx, struct lm_backend_request *req)
{
	struct lm_inproc *p = ctx;

	/* Its contract: one request at a time, of something. */
	assert(!req->io);
	assert(!has_data(req) || req->blocks);
	if (inproc_fails(p)) {
		p->retry = true;
		return false;
	}
	req->io = p;
	if (has_data(req)) {
		req->data = inproc_alloc(NULL, length(p, req), 1);
		memset(req->data, POISON, length(p, req));
	}
	return true;
}

/* Whether the media settings hold for this request. */
static bool governed(const struct lm_inproc *p, const struct lm_backend_request *req)
{
	return req->op != LM_BACKEND_ADMIN || p->media.set.admin;
}

void media_submit(void *ctx, struct lm_backend_request *req)
{
	struct lm_inproc *p = ctx;
	struct media *m = &p->media;
	struct lm_ev ev = { .kind = LM_EV_MEDIA, .fn = req->fn };

	assert(req->io);
	if (req->op != LM_BACKEND_ADMIN) {
		ev.addr = req->slba;
		ev.len = req->blocks;
		ev.data = req->nsid;
		journal_add(p, &ev);
	}
	if (m->num_pending == m->max_pending) {
		m->max_pending = m->max_pending ? 2 * m->max_pending : 64;
		m->pending = inproc_alloc(m->pending, m->max_pending, sizeof(*m->pending));
	}
	m->pending[m->num_pending].req = req;
	m->pending[m->num_pending].due = p->now + (governed(p, req) ? m->set.latency : 0);
	m->num_pending++;
}

static void forget(struct media *m, size_t i)
{
	m->num_pending--;
	memmove(&m->pending[i], &m->pending[i + 1], (m->num_pending - i) * sizeof(*m->pending));
}

void media_release(void *ctx, struct lm_backend_request *req)
{
	struct lm_inproc *p = ctx;
	struct media *m = &p->media;
	size_t i;

	assert(req->io);
	for (i = 0; i < m->num_pending; i++) {
		if (m->pending[i].req == req) {
			forget(m, i);
			break;
		}
	}
	if (has_data(req))
		free(req->data);
	req->data = NULL;
	req->io = NULL;
}

static void take_effect(struct lm_inproc *p, const struct lm_backend_request *req)
{
	size_t offset, len;
	uint8_t *medium;

	if (req->op == LM_BACKEND_ADMIN || req->op == LM_BACKEND_FLUSH)
		return;
	len = length(p, req);
	offset = (size_t)req->slba << p->config.ns[req->nsid - 1].lbads;
	medium = p->media.data[req->nsid - 1] + offset;
	/* The namespace may have become smaller since the request was checked. */
	if (offset > p->media.len[req->nsid - 1] || len > p->media.len[req->nsid - 1] - offset)
		return;
	if (req->op == LM_BACKEND_READ)
		memcpy(req->data, medium, len);
	else if (req->op == LM_BACKEND_WRITE)
		memcpy(medium, req->data, len);
	else
		memset(medium, 0, len);
}

bool media_step(struct lm_inproc *p)
{
	struct media *m = &p->media;
	size_t i;

	for (i = 0; i < m->num_pending; i++) {
		struct lm_backend_request *req = m->pending[i].req;
		bool fails = governed(p, req) && m->set.mode == LM_MEDIA_FAIL;

		if (m->pending[i].due > p->now ||
		    (governed(p, req) && m->set.mode == LM_MEDIA_STALL))
			continue;
		forget(m, i);
		if (!fails)
			take_effect(p, req);
		lm_backend_done(p->dev, req->tag, fails ? m->set.status : 0);
		return true;
	}
	return false;
}

uint64_t media_next(const struct lm_inproc *p)
{
	const struct media *m = &p->media;
	uint64_t next = UINT64_MAX;
	size_t i;

	for (i = 0; i < m->num_pending; i++) {
		if (governed(p, m->pending[i].req) && m->set.mode == LM_MEDIA_STALL)
			continue;
		if (m->pending[i].due < next)
			next = m->pending[i].due;
	}
	return next;
}

void media_set(void *ctx, const struct lm_media *media)
{
	lm_inproc_media(ctx, media);
}

void lm_inproc_media(struct lm_inproc *p, const struct lm_media *media)
{
	p->media.set = *media;
}

void *lm_inproc_media_data(struct lm_inproc *p, uint32_t nsid, size_t *len)
{
	if (!nsid || nsid > p->config.num_namespaces)
		return NULL;
	*len = p->media.len[nsid - 1];
	return p->media.data[nsid - 1];
}

unsigned int lm_inproc_media_pending(const struct lm_inproc *p)
{
	return (unsigned int)p->media.num_pending;
}
