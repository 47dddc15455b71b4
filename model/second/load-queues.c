/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Sections CQS, SQS, AERS, EVENTS and PARKED of an image. */
#include <string.h>

#include "second.h"

static bool is_ready(const struct vf_state *next)
{
	return lm_get_le32(next->regs + LM_REGS_CSTS) & CSTS_RDY;
}

static uint64_t page_mask(const struct vf_state *next)
{
	return ((uint64_t)SM_PAGE << (lm_get_le32(next->regs + LM_REGS_CC) >> 7 & 0xF)) - 1;
}

/* Entries of the queues of one kind, as CC has it for I/O queues. */
static unsigned int entry_size(const struct vf_state *next, unsigned int shift)
{
	return lm_get_le32(next->regs + LM_REGS_CC) >> shift & 0xF;
}

struct ring {
	unsigned int qid;
	unsigned int size; /* zero-based */
	unsigned int head;
	unsigned int tail;
	uint64_t base;
};

/*
 * What holds for both kinds (LM-IMG-120, LM-IMG-130). AQA, ASQ and ACQ are
 * compared here, since a fault between two sections belongs to the later one.
 */
static unsigned int check_ring(const struct vf_state *next, const struct ring *ring,
			       unsigned int admin_size, uint64_t admin_base)
{
	unsigned int most = ring->qid ? SM_MQES : 4095;

	if (ring->size == 0 || ring->size > most || ring->head > ring->size ||
	    ring->tail > ring->size || ring->base & page_mask(next))
		return LM_SC_INVALID_IMAGE;
	if (!ring->qid && (ring->size != admin_size || ring->base != admin_base))
		return LM_SC_INVALID_IMAGE;
	return ring->qid > SM_IO_QUEUES ? LM_SC_NOT_ENOUGH_RESOURCES : 0;
}

/* Ascending, the admin queue first, and none where the controller is not ready. */
static bool in_place(const struct vf_state *next, const uint8_t *record, uint32_t i)
{
	if (i == 0)
		return is_ready(next) && lm_get_le16(record) == 0;
	return lm_get_le16(record) > lm_get_le16(record - 24);
}

static unsigned int check_cq(const struct vf_state *next, const uint8_t *record)
{
	unsigned int flags = lm_get_le16(record + LM_CQ_FLAGS);
	unsigned int vector = lm_get_le16(record + LM_CQ_VECTOR);
	struct ring ring = {
		.qid = lm_get_le16(record + LM_CQ_QID),
		.size = lm_get_le16(record + LM_CQ_QSIZE),
		.head = lm_get_le16(record + LM_CQ_HEAD),
		.tail = lm_get_le16(record + LM_CQ_TAIL),
		.base = lm_get_le64(record + LM_CQ_BASE),
	};
	unsigned int sc;

	if (flags & ~(LM_CQ_F_PHASE | LM_CQ_F_IEN) || lm_get_le32(record + LM_CQ_RESERVED))
		return LM_SC_INVALID_IMAGE;
	if (!ring.qid && (!(flags & LM_CQ_F_IEN) || vector))
		return LM_SC_INVALID_IMAGE;
	if (ring.qid && entry_size(next, 20) != 4)
		return LM_SC_INVALID_IMAGE;
	sc = check_ring(next, &ring, lm_get_le32(next->regs + LM_REGS_AQA) >> 16,
			lm_get_le64(next->regs + LM_REGS_ACQ));
	if (sc)
		return sc;
	return vector >= SM_VECTORS ? LM_SC_NOT_ENOUGH_RESOURCES : 0;
}

unsigned int load_cqs(struct vf_state *next, const uint8_t *records, uint32_t count)
{
	uint32_t i;

	if (is_ready(next) && !count)
		return LM_SC_INVALID_IMAGE;
	for (i = 0; i < count; i++) {
		const uint8_t *record = records + i * LM_CQ_SIZE;
		unsigned int sc = LM_SC_INVALID_IMAGE;

		if (in_place(next, record, i))
			sc = check_cq(next, record);
		if (sc)
			return sc;
		/* Ascending QIDs that the VF has are not more than there is room for. */
		memcpy(next->cqs[i], record, LM_CQ_SIZE);
		next->nr_cqs = i + 1;
	}
	return 0;
}

static unsigned int check_sq(struct vf_state *next, const uint8_t *record)
{
	unsigned int cqid = lm_get_le16(record + LM_SQ_CQID);
	struct ring ring = {
		.qid = lm_get_le16(record + LM_SQ_QID),
		.size = lm_get_le16(record + LM_SQ_QSIZE),
		.head = lm_get_le16(record + LM_SQ_HEAD),
		.tail = lm_get_le16(record + LM_SQ_TAIL),
		.base = lm_get_le64(record + LM_SQ_BASE),
	};

	if (lm_get_le16(record + LM_SQ_PRIORITY) > 3 || lm_get_le32(record + LM_SQ_RESERVED))
		return LM_SC_INVALID_IMAGE;
	if (!ring.qid != !cqid || !queue_cq(next, cqid))
		return LM_SC_INVALID_IMAGE;
	if (ring.qid && entry_size(next, 16) != 6)
		return LM_SC_INVALID_IMAGE;
	return check_ring(next, &ring, lm_get_le32(next->regs + LM_REGS_AQA) & 0xFFF,
			  lm_get_le64(next->regs + LM_REGS_ASQ));
}

unsigned int load_sqs(struct vf_state *next, const uint8_t *records, uint32_t count)
{
	uint32_t i;

	if (is_ready(next) && !count)
		return LM_SC_INVALID_IMAGE;
	for (i = 0; i < count; i++) {
		const uint8_t *record = records + i * LM_SQ_SIZE;
		unsigned int sc = LM_SC_INVALID_IMAGE;

		if (in_place(next, record, i))
			sc = check_sq(next, record);
		if (sc)
			return sc;
		memcpy(next->sqs[i], record, LM_SQ_SIZE);
		next->nr_sqs = i + 1;
	}
	return 0;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	while (len--)
		if (*p++)
			return false;
	return true;
}

/* Used ones first; the others are 0. Returns how many are used, or -1. */
static int count_slots(const uint8_t *slots, unsigned int count, unsigned int size,
		       unsigned int valid, unsigned int valid_size)
{
	unsigned int used = 0;

	while (used < count) {
		const uint8_t *flag = slots + used * size + valid;
		uint32_t value = valid_size == 4 ? lm_get_le32(flag) : lm_get_le16(flag);

		if (value > 1)
			return -1;
		if (value == 0)
			break;
		used++;
	}
	if (!is_zero(slots + used * size, (size_t)(count - used) * size))
		return -1;
	return (int)used;
}

static bool aers_valid(const struct vf_state *next, int used)
{
	int i, j;

	for (i = 0; i < used; i++)
		for (j = 0; j < i; j++)
			if (!memcmp(next->aers + i * LM_AER_SIZE, next->aers + j * LM_AER_SIZE, 2))
				return false;
	return true;
}

static bool events_valid(const struct vf_state *next, int used)
{
	int i;

	for (i = 0; i < used; i++) {
		uint32_t dw0 = lm_get_le32(next->events + i * LM_EVT_SIZE + LM_EVT_DW0);

		/* Bits 31:24 and 7:3 of an event's Dword 0 are reserved. */
		if (dw0 & 0xFF0000F8 || !(SM_EVENT_TYPES >> (dw0 & 7) & 1))
			return false;
	}
	return !(lm_get_le32(next->events + LM_EVT_MASKED) & ~SM_EVENT_TYPES);
}

static bool parked_valid(struct vf_state *next, int used)
{
	int i;

	for (i = 0; i < used; i++) {
		const uint8_t *slot = next->parked + i * LM_PRK_SIZE;

		if (lm_get_le16(slot + LM_PRK_STATUS) & 0x9800 ||
		    !queue_sq(next, lm_get_le16(slot + LM_PRK_SQID)))
			return false;
	}
	return true;
}

/* LM-IMG-140. A controller that is not ready has nothing outstanding. */
unsigned int load_slots(struct vf_state *next, unsigned int section)
{
	bool valid;
	int used;

	switch (section) {
	case LM_SEC_AERS:
		used = count_slots(next->aers, LM_AER_SLOTS, LM_AER_SIZE, LM_AER_VALID, 2);
		valid = aers_valid(next, used);
		break;
	case LM_SEC_EVENTS:
		used = count_slots(next->events, LM_EVT_SLOTS, LM_EVT_SIZE, LM_EVT_VALID, 4);
		valid = events_valid(next, used);
		break;
	default:
		used = count_slots(next->parked, LM_PRK_SLOTS, LM_PRK_SIZE, LM_PRK_VALID, 2);
		valid = parked_valid(next, used);
	}
	if (used < 0 || !valid || (used && !is_ready(next)))
		return LM_SC_INVALID_IMAGE;
	return 0;
}
