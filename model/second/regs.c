/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Registers and doorbells of a VF. */
#include <string.h>

#include "second.h"

#define REG_CAP 0x00
#define REG_VS 0x08
#define REG_INTMS 0x0C
#define REG_INTMC 0x10
#define REG_CC 0x14
#define REG_CSTS 0x1C
#define REG_AQA 0x24
#define REG_ASQ 0x28
#define REG_ACQ 0x30
#define REG_DOORBELLS 0x1000

#define CSTS_SHST 0xCu
#define CSTS_SHST_BUSY 0x4u
#define CSTS_SHST_DONE 0x8u

/* Error events: a write to a doorbell that is not there, and a value it cannot have */
#define EVENT_BAD_DOORBELL 0x00010000u
#define EVENT_BAD_VALUE 0x00010100u

static uint32_t reg(const struct vf *vf, unsigned int at)
{
	return lm_get_le32(vf->live.regs + at);
}

static void set_reg(struct vf *vf, unsigned int at, uint32_t value)
{
	lm_put_le32(vf->live.regs + at, value);
}

static uint32_t read_dword(const struct vf *vf, uint32_t offset)
{
	switch (offset) {
	case REG_CAP:
		return (uint32_t)SM_CAP;
	case REG_CAP + 4:
		return (uint32_t)(SM_CAP >> 32);
	case REG_VS:
		return SM_VS;
	case REG_INTMS:
	case REG_INTMC:
		return reg(vf, LM_REGS_INTM);
	case REG_CC:
		return reg(vf, LM_REGS_CC);
	case REG_CSTS:
		return reg(vf, LM_REGS_CSTS);
	case REG_AQA:
		return reg(vf, LM_REGS_AQA);
	case REG_ASQ:
	case REG_ASQ + 4:
		return reg(vf, LM_REGS_ASQ + offset - REG_ASQ);
	case REG_ACQ:
	case REG_ACQ + 4:
		return reg(vf, LM_REGS_ACQ + offset - REG_ACQ);
	default:
		return 0;
	}
}

uint64_t regs_read(const struct vf *vf, uint32_t offset, unsigned int size)
{
	uint64_t value = read_dword(vf, offset);

	if (size == 8)
		value |= (uint64_t)read_dword(vf, offset + 4) << 32;
	return value;
}

/* Queues, requests, events and work go; AQA, ASQ and ACQ stay. */
static void disable(struct device *dev, struct vf *vf)
{
	struct vf_state *state = &vf->live;

	flight_drop(vf);
	state->nr_cqs = 0;
	state->nr_sqs = 0;
	memset(state->cqs, 0, sizeof(state->cqs));
	memset(state->sqs, 0, sizeof(state->sqs));
	memset(state->aers, 0, sizeof(state->aers));
	memset(state->events, 0, sizeof(state->events));
	memset(state->parked, 0, sizeof(state->parked));
	memset(state->recovery, 0, sizeof(state->recovery));
	feature_defaults(state);
	set_reg(vf, LM_REGS_CSTS, 0);
	set_reg(vf, LM_REGS_INTM, 0);
	if (vf == &dev->pf)
		migrate_pf_reset(dev);
	/* LM-STA-340 */
	if (vf->state == LM_STATE_DRAINING)
		migrate_end_suspend(dev, vf, LM_SC_SUCCESS);
}

static void enable(struct vf *vf)
{
	uint32_t cc = reg(vf, LM_REGS_CC);
	uint32_t aqa = reg(vf, LM_REGS_AQA);
	uint64_t asq = lm_get_le64(vf->live.regs + LM_REGS_ASQ);
	uint64_t acq = lm_get_le64(vf->live.regs + LM_REGS_ACQ);
	uint64_t page = (uint64_t)SM_PAGE << (cc >> 7 & 0xF);
	uint8_t *cq = vf->live.cqs[0];
	uint8_t *sq = vf->live.sqs[0];

	/* What cannot be loaded cannot be enabled (LM-IMG-030). */
	if (!load_can_be_ready(cc, aqa) || (asq | acq) & (page - 1)) {
		set_reg(vf, LM_REGS_CSTS, CSTS_CFS);
		return;
	}
	vf->live.nr_cqs = 1;
	vf->live.nr_sqs = 1;
	lm_put_le16(cq + LM_CQ_FLAGS, LM_CQ_F_PHASE | LM_CQ_F_IEN);
	lm_put_le16(cq + LM_CQ_QSIZE, (uint16_t)(aqa >> 16));
	lm_put_le64(cq + LM_CQ_BASE, acq);
	lm_put_le16(sq + LM_SQ_QSIZE, aqa & 0xFFF);
	lm_put_le64(sq + LM_SQ_BASE, asq);
	set_reg(vf, LM_REGS_CSTS, CSTS_RDY);
}

/* A shutdown is complete when nothing is in flight. */
void regs_shut_down(struct vf *vf)
{
	uint32_t csts = reg(vf, LM_REGS_CSTS);

	if ((csts & CSTS_SHST) == CSTS_SHST_BUSY && !flight_any(vf))
		set_reg(vf, LM_REGS_CSTS, (csts & ~CSTS_SHST) | CSTS_SHST_DONE);
}

static void write_cc(struct device *dev, struct vf *vf, uint32_t value)
{
	uint32_t old = reg(vf, LM_REGS_CC);

	value &= 0x00FFFFF1;
	if (!(old & CC_EN)) {
		set_reg(vf, LM_REGS_CC, value);
		if (value & CC_EN)
			enable(vf);
	} else if (!(value & CC_EN)) {
		set_reg(vf, LM_REGS_CC, value);
		disable(dev, vf);
		return;
	} else {
		/* The prose after LM-IMG-100: other fields stay while EN is 1. */
		set_reg(vf, LM_REGS_CC, (old & ~0xC000u) | (value & 0xC000));
	}
	if (value >> 14 & 3 && !(reg(vf, LM_REGS_CSTS) & CSTS_SHST)) {
		if (vf == &dev->pf)
			migrate_pf_reset(dev);
		set_reg(vf, LM_REGS_CSTS, reg(vf, LM_REGS_CSTS) | CSTS_SHST_BUSY);
		regs_shut_down(vf);
	}
}

static void write_dword(struct device *dev, struct vf *vf, uint32_t offset, uint32_t value)
{
	bool enabled = reg(vf, LM_REGS_CC) & CC_EN;

	switch (offset) {
	case REG_INTMS:
		set_reg(vf, LM_REGS_INTM, reg(vf, LM_REGS_INTM) | value);
		break;
	case REG_INTMC:
		set_reg(vf, LM_REGS_INTM, reg(vf, LM_REGS_INTM) & ~value);
		break;
	case REG_CC:
		write_cc(dev, vf, value);
		break;
	case REG_AQA:
		if (!enabled)
			set_reg(vf, LM_REGS_AQA, value & 0x0FFF0FFF);
		break;
	case REG_ASQ:
	case REG_ACQ:
		value &= ~0xFFFu;
		/* fall through */
	case REG_ASQ + 4:
	case REG_ACQ + 4:
		if (!enabled)
			set_reg(vf, LM_REGS_ASQ + offset - REG_ASQ, value);
		break;
	}
}

/* An entry that names no command, and the event that tells of it */
static void doorbell_error(struct device *dev, struct vf *vf, uint32_t event)
{
	log_error(vf, NULL);
	work_event(dev, vf, event);
}

/*
 * Queues hold what is written in every state; a VF that is not ACTIVE does not
 * act upon it (LM-STA-520, LM-STA-530).
 */
static void ring(struct device *dev, struct vf *vf, uint32_t offset, uint32_t value)
{
	unsigned int qid = (offset - REG_DOORBELLS) / 8;
	bool is_cq = offset & 4;
	uint8_t *queue;

	if (!(reg(vf, LM_REGS_CSTS) & CSTS_RDY))
		return;
	queue = is_cq ? queue_cq(&vf->live, qid) : queue_sq(&vf->live, qid);
	if (!queue) {
		doorbell_error(dev, vf, EVENT_BAD_DOORBELL);
		return;
	}
	if (value > lm_get_le16(queue + (is_cq ? LM_CQ_QSIZE : LM_SQ_QSIZE))) {
		doorbell_error(dev, vf, EVENT_BAD_VALUE);
		return;
	}
	lm_put_le16(queue + (is_cq ? LM_CQ_HEAD : LM_SQ_TAIL), (uint16_t)value);
	if (is_cq)
		work_head(dev, vf);
	else
		work_run(dev, vf, NULL, 0);
}

void regs_write(struct device *dev, struct vf *vf, uint32_t offset, unsigned int size,
		uint64_t value)
{
	if (offset >= REG_DOORBELLS) {
		if (offset < REG_DOORBELLS + 0x1000)
			ring(dev, vf, offset, (uint32_t)value);
		return;
	}
	/* LM-STA-540, LM-STA-760 */
	if (vf->state == LM_STATE_SUSPENDED || vf->state == LM_STATE_LOADING)
		return;
	write_dword(dev, vf, offset, (uint32_t)value);
	if (size == 8)
		write_dword(dev, vf, offset + 4, (uint32_t)(value >> 32));
}
