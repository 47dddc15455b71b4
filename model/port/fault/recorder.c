/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The recorder, and the journal's log page that is made from it.
 */
#include "lm-recorder.h"
#include "mem.h"
#include "nvme-lm.h"

void lm_record(struct lm_recorder *r, const struct lm_ev *ev)
{
	struct lm_ev *e = &r->ev[r->count % r->max];

	*e = *ev;
	e->seq = ++r->count;
}

const struct lm_ev *lm_record_get(const struct lm_recorder *r, uint64_t seq)
{
	if (!seq || seq > r->count || r->count - seq >= r->max)
		return NULL;
	return &r->ev[(seq - 1) % r->max];
}

static void encode(const struct lm_ev *ev, uint8_t *b)
{
	memset(b, 0, LM_JOURNAL_SIZE);
	if (!ev)
		return;
	lm_put_le64(b + LM_JOURNAL_SEQ, ev->seq);
	lm_put_le64(b + LM_JOURNAL_TIME, ev->time);
	lm_put_le64(b + LM_JOURNAL_ADDR, ev->addr);
	lm_put_le32(b + LM_JOURNAL_LEN, ev->len);
	lm_put_le32(b + LM_JOURNAL_DATA, ev->data);
	b[LM_JOURNAL_KIND] = (uint8_t)ev->kind;
	lm_put_le16(b + LM_JOURNAL_FN, (uint16_t)ev->fn);
	lm_put_le16(b + LM_JOURNAL_VECTOR, (uint16_t)ev->vector);
}

void lm_record_read(const struct lm_recorder *r, uint64_t offset, void *buf, uint32_t len)
{
	uint8_t record[LM_JOURNAL_SIZE];
	uint8_t *p = buf;

	while (len) {
		uint32_t skip = (uint32_t)(offset % LM_JOURNAL_SIZE);
		uint32_t part = LM_JOURNAL_SIZE - skip;

		if (part > len)
			part = len;
		encode(lm_record_get(r, offset / LM_JOURNAL_SIZE + 1), record);
		memcpy(p, record + skip, part);
		p += part;
		offset += part;
		len -= part;
	}
}

struct lm_ev lm_record_command(unsigned int fn, uint16_t sqid, const uint8_t *sqe)
{
	return (struct lm_ev){
		.kind = LM_EV_COMMAND,
		.fn = fn,
		.vector = sqid,
		.data = lm_get_le32(sqe),
		.addr = lm_get_le64(sqe + LM_SQE_CDW10),
		.len = lm_get_le32(sqe + LM_SQE_CDW12),
	};
}
