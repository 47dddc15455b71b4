/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A medium in RAM; a request takes its effect when it ends. */
#include <stdlib.h>
#include <string.h>

#include "nvme-lm.h"
#include "sim.h"
#include "wire.h"

#define TYPE_MEDIA_EVENT 0x0104

void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

void media_resize(struct sim *sim, unsigned int index, uint64_t blocks)
{
	struct media *m = &sim->media;
	size_t len = (size_t)blocks << sim->config.ns[index].lbads;

	m->data[index] = must(realloc(m->data[index], len));
	if (len > m->len[index])
		memset(m->data[index] + m->len[index], 0, len - m->len[index]);
	m->len[index] = len;
}

void media_reset(struct sim *sim)
{
	struct media *m = &sim->media;

	while (m->num_pending)
		free(m->pending[--m->num_pending].req->data);
	m->mode = MEDIA_NORMAL;
	m->admin = false;
	m->status = 0;
	m->latency = 0;
	for (unsigned int i = 0; i < sim->config.num_namespaces; i++) {
		m->len[i] = 0;
		media_resize(sim, i, sim->config.ns[i].blocks);
	}
}

static size_t length(const struct sim *sim, const struct lm_backend_request *req)
{
	return (size_t)req->blocks << sim->config.ns[req->nsid - 1].lbads;
}

bool media_prepare(void *ctx, struct lm_backend_request *req)
{
	req->data = NULL;
	if (req->op == LM_BACKEND_READ || req->op == LM_BACKEND_WRITE)
		req->data = must(calloc(1, length(ctx, req)));
	return true;
}

/* Whether the media settings hold for this request. */
static bool is_governed(const struct sim *sim, const struct lm_backend_request *req)
{
	return req->op != LM_BACKEND_ADMIN || sim->media.admin;
}

void media_submit(void *ctx, struct lm_backend_request *req)
{
	struct sim *sim = ctx;
	struct media *m = &sim->media;
	uint8_t event[24] = { 0 };

	if (req->op != LM_BACKEND_ADMIN) {
		lm_put_le16(event, (uint16_t)req->fn);
		lm_put_le32(event + 4, req->nsid);
		lm_put_le64(event + 8, req->slba);
		lm_put_le32(event + 16, req->blocks);
		wire_send(TYPE_MEDIA_EVENT, 0, 0, sim->now, event, sizeof(event), NULL, 0);
	}
	if (m->num_pending == m->max_pending) {
		m->max_pending = m->max_pending ? 2 * m->max_pending : 64;
		m->pending = must(realloc(m->pending, m->max_pending * sizeof(*m->pending)));
	}
	m->pending[m->num_pending].req = req;
	m->pending[m->num_pending].due = sim->now + (is_governed(sim, req) ? m->latency : 0);
	m->num_pending++;
}

static void forget(struct media *m, size_t i)
{
	m->num_pending--;
	memmove(&m->pending[i], &m->pending[i + 1], (m->num_pending - i) * sizeof(*m->pending));
}

void media_release(void *ctx, struct lm_backend_request *req)
{
	struct sim *sim = ctx;

	for (size_t i = 0; i < sim->media.num_pending; i++) {
		if (sim->media.pending[i].req == req) {
			forget(&sim->media, i);
			break;
		}
	}
	free(req->data);
	req->data = NULL;
}

static void take_effect(struct sim *sim, const struct lm_backend_request *req)
{
	size_t len, offset;
	uint8_t *medium;

	if (req->op == LM_BACKEND_ADMIN || req->op == LM_BACKEND_FLUSH)
		return;
	len = length(sim, req);
	offset = (size_t)req->slba << sim->config.ns[req->nsid - 1].lbads;
	/* the namespace may have become smaller since the request was checked */
	if (offset > sim->media.len[req->nsid - 1] || len > sim->media.len[req->nsid - 1] - offset)
		return;
	medium = sim->media.data[req->nsid - 1] + offset;
	if (req->op == LM_BACKEND_READ)
		memcpy(req->data, medium, len);
	else if (req->op == LM_BACKEND_WRITE)
		memcpy(medium, req->data, len);
	else
		memset(medium, 0, len);
}

bool media_step(struct sim *sim)
{
	struct media *m = &sim->media;

	for (size_t i = 0; i < m->num_pending; i++) {
		struct lm_backend_request *req = m->pending[i].req;
		bool governed = is_governed(sim, req);

		if (m->pending[i].due > sim->now || (governed && m->mode == MEDIA_STALL))
			continue;
		forget(m, i);
		if (governed && m->mode == MEDIA_FAIL) {
			lm_backend_done(sim->dev, req->tag, m->status);
		} else {
			take_effect(sim, req);
			lm_backend_done(sim->dev, req->tag, 0);
		}
		return true;
	}
	return false;
}

uint64_t media_next(const struct sim *sim)
{
	const struct media *m = &sim->media;
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < m->num_pending; i++)
		if (!(is_governed(sim, m->pending[i].req) && m->mode == MEDIA_STALL) &&
		    m->pending[i].due < next)
			next = m->pending[i].due;
	return next;
}
