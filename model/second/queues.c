/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Create and Delete I/O Submission and Completion Queue of a VF. */
#include <string.h>

#include "second.h"

/* The records are sorted by QID, as the image has them. */
static uint8_t *find(uint8_t (*records)[24], uint32_t count, unsigned int qid)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (lm_get_le16(records[i]) == qid)
			return records[i];
	return NULL;
}

uint8_t *queue_cq(struct vf_state *state, unsigned int qid)
{
	return find(state->cqs, state->nr_cqs, qid);
}

uint8_t *queue_sq(struct vf_state *state, unsigned int qid)
{
	return find(state->sqs, state->nr_sqs, qid);
}

static uint8_t *insert(uint8_t (*records)[24], uint32_t *count, unsigned int qid)
{
	uint32_t at = 0;

	while (at < *count && lm_get_le16(records[at]) < qid)
		at++;
	memmove(records[at + 1], records[at], (*count - at) * sizeof(*records));
	memset(records[at], 0, sizeof(*records));
	lm_put_le16(records[at], (uint16_t)qid);
	(*count)++;
	return records[at];
}

static void discard(uint8_t (*records)[24], uint32_t *count, const uint8_t *record)
{
	uint32_t at = (uint32_t)(record - records[0]) / sizeof(*records);

	(*count)--;
	memmove(records[at], records[at + 1], (*count - at) * sizeof(*records));
	memset(records[*count], 0, sizeof(*records));
}

/* Feature 07h: what the host asked for, at most what there is; all, if it did not. */
static unsigned int allowed(const struct vf_state *state, unsigned int shift)
{
	uint32_t asked = lm_get_le32(state->features + LM_FEA_NUM_QUEUES);
	unsigned int count = (asked >> shift & 0xFFFF) + 1;

	return !asked || count > SM_IO_QUEUES ? SM_IO_QUEUES : count;
}

static unsigned int check_new(const struct vf_state *state, const uint8_t *sqe, uint8_t *old,
			      unsigned int limit, unsigned int entry_shift, unsigned int entry)
{
	uint32_t cdw10 = lm_get_le32(sqe + LM_SQE_CDW10);
	uint32_t cc = lm_get_le32(state->regs + LM_REGS_CC);
	uint64_t page = (uint64_t)SM_PAGE << (cc >> 7 & 0xF);

	if ((cdw10 & 0xFFFF) == 0 || (cdw10 & 0xFFFF) > limit || old)
		return SC_QID_INVALID;
	if (cdw10 >> 16 == 0 || cdw10 >> 16 > SM_MQES || (cc >> entry_shift & 0xF) != entry)
		return SC_QSIZE_INVALID;
	if (!(lm_get_le32(sqe + LM_SQE_CDW11) & 1))
		return LM_SC_INVALID_FIELD; /* CAP.CQR: contiguous queues only */
	if (lm_get_le64(sqe + LM_SQE_PRP1) & (page - 1))
		return LM_SC_PRP_OFFSET;
	return 0;
}

static unsigned int create_cq(struct vf_state *state, const uint8_t *sqe)
{
	unsigned int qid = lm_get_le16(sqe + LM_SQE_CDW10);
	uint32_t cdw11 = lm_get_le32(sqe + LM_SQE_CDW11);
	unsigned int sc;
	uint8_t *cq;

	sc = check_new(state, sqe, queue_cq(state, qid), allowed(state, 16), 20, 4);
	if (sc)
		return sc;
	if (cdw11 >> 16 >= SM_VECTORS)
		return SC_VECTOR_INVALID;
	cq = insert(state->cqs, &state->nr_cqs, qid);
	lm_put_le16(cq + LM_CQ_FLAGS, (uint16_t)(LM_CQ_F_PHASE | (cdw11 & LM_CQ_F_IEN)));
	lm_put_le16(cq + LM_CQ_VECTOR, (uint16_t)(cdw11 >> 16));
	lm_put_le16(cq + LM_CQ_QSIZE, lm_get_le16(sqe + LM_SQE_CDW10 + 2));
	lm_put_le64(cq + LM_CQ_BASE, lm_get_le64(sqe + LM_SQE_PRP1));
	return 0;
}

static unsigned int create_sq(struct vf_state *state, const uint8_t *sqe)
{
	unsigned int qid = lm_get_le16(sqe + LM_SQE_CDW10);
	uint32_t cdw11 = lm_get_le32(sqe + LM_SQE_CDW11);
	unsigned int sc;
	uint8_t *sq;

	sc = check_new(state, sqe, queue_sq(state, qid), allowed(state, 0), 16, 6);
	if (sc)
		return sc;
	if (cdw11 >> 16 == 0 || cdw11 >> 16 > SM_IO_QUEUES)
		return SC_QID_INVALID;
	if (!queue_cq(state, cdw11 >> 16))
		return SC_CQ_INVALID;
	sq = insert(state->sqs, &state->nr_sqs, qid);
	lm_put_le16(sq + LM_SQ_CQID, (uint16_t)(cdw11 >> 16));
	lm_put_le16(sq + LM_SQ_QSIZE, lm_get_le16(sqe + LM_SQE_CDW10 + 2));
	lm_put_le16(sq + LM_SQ_PRIORITY, cdw11 >> 1 & 3);
	lm_put_le64(sq + LM_SQ_BASE, lm_get_le64(sqe + LM_SQE_PRP1));
	return 0;
}

static unsigned int delete_cq(struct vf_state *state, unsigned int qid)
{
	uint8_t *cq = qid ? queue_cq(state, qid) : NULL;
	uint32_t i;

	if (!cq)
		return SC_QID_INVALID;
	for (i = 0; i < state->nr_sqs; i++)
		if (lm_get_le16(state->sqs[i] + LM_SQ_CQID) == qid)
			return SC_QUEUE_DELETION;
	discard(state->cqs, &state->nr_cqs, cq);
	return 0;
}

/* Its parked completions, which only an image can bring, go with it. */
static unsigned int delete_sq(struct device *dev, struct vf *vf, unsigned int qid)
{
	struct vf_state *state = &vf->live;
	uint8_t *sq = qid ? queue_sq(state, qid) : NULL;
	unsigned int kept = 0;
	unsigned int i;

	if (!sq)
		return SC_QID_INVALID;
	flight_abort(dev, vf, qid);
	for (i = 0; i < LM_PRK_SLOTS; i++) {
		const uint8_t *slot = state->parked + i * LM_PRK_SIZE;

		if (lm_get_le16(slot + LM_PRK_VALID) && lm_get_le16(slot + LM_PRK_SQID) != qid)
			memmove(state->parked + kept++ * LM_PRK_SIZE, slot, LM_PRK_SIZE);
	}
	memset(state->parked + kept * LM_PRK_SIZE, 0, (LM_PRK_SLOTS - kept) * LM_PRK_SIZE);
	discard(state->sqs, &state->nr_sqs, sq);
	return 0;
}

void queue_command(struct device *dev, struct vf *vf, struct command *cmd)
{
	unsigned int qid = lm_get_le16(cmd->sqe + LM_SQE_CDW10);
	unsigned int sc = LM_SC_INVALID_OPCODE;

	switch (cmd->sqe[LM_SQE_OPC]) {
	case 0x00:
		sc = delete_sq(dev, vf, qid);
		break;
	case 0x01:
		sc = create_sq(&vf->live, cmd->sqe);
		break;
	case 0x04:
		sc = delete_cq(&vf->live, qid);
		break;
	case 0x05:
		sc = create_cq(&vf->live, cmd->sqe);
		break;
	}
	if (sc)
		command_fail(cmd, sc);
}
