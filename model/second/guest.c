/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The host that the simulator stands for: it enables a VF's controller, owns
 * its admin queue and the memory behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "second.h"

/* What a hostile image makes the host allocate has a bound. */
#define MAX_PAGES 1024

struct host_page {
	struct host_page *next;
	uint64_t address;
	uint8_t data[SM_PAGE];
};

static struct host_page *find_page(struct device *dev, uint64_t address)
{
	struct host_page *page;

	for (page = dev->pages; page; page = page->next)
		if (page->address == (address & ~(uint64_t)(SM_PAGE - 1)))
			return page;
	return NULL;
}

/* NULL where no one ever wrote: memory that does not answer. */
const uint8_t *guest_memory(struct device *dev, uint64_t address)
{
	const struct host_page *page = find_page(dev, address);

	return page ? page->data + (address & (SM_PAGE - 1)) : NULL;
}

static bool write_entry(struct device *dev, uint64_t address, const uint8_t *sqe)
{
	struct host_page *page = find_page(dev, address);

	if (!page) {
		if (dev->nr_pages == MAX_PAGES)
			return false;
		page = calloc(1, sizeof(*page));
		if (!page)
			return false;
		page->address = address & ~(uint64_t)(SM_PAGE - 1);
		page->next = dev->pages;
		dev->pages = page;
		dev->nr_pages++;
	}
	memcpy(page->data + (address & (SM_PAGE - 1)), sqe, LM_SQE_SIZE);
	return true;
}

void guest_forget(struct device *dev)
{
	while (dev->pages) {
		struct host_page *page = dev->pages;

		dev->pages = page->next;
		free(page);
	}
	dev->nr_pages = 0;
}

/* A controller reset and the enabling after it; the logs and the identity stay. */
void guest_set_up(struct vf *vf)
{
	struct vf_state *state = &vf->live;
	uint64_t asq = 0x100000ull * vf->vfn;
	uint64_t acq = asq + 0x10000;
	uint32_t last = SM_ADMIN_ENTRIES - 1;
	uint8_t *cq = state->cqs[0];
	uint8_t *sq = state->sqs[0];

	flight_drop(vf);
	memset(state->cqs, 0, sizeof(state->cqs));
	memset(state->sqs, 0, sizeof(state->sqs));
	memset(state->aers, 0, sizeof(state->aers));
	memset(state->events, 0, sizeof(state->events));
	memset(state->parked, 0, sizeof(state->parked));
	memset(state->recovery, 0, sizeof(state->recovery));
	feature_defaults(state);
	state->nr_cqs = 1;
	state->nr_sqs = 1;

	lm_put_le32(state->regs + LM_REGS_CC, 0x00460000 | CC_EN);
	lm_put_le32(state->regs + LM_REGS_CSTS, CSTS_RDY);
	lm_put_le32(state->regs + LM_REGS_AQA, last << 16 | last);
	lm_put_le64(state->regs + LM_REGS_ASQ, asq);
	lm_put_le64(state->regs + LM_REGS_ACQ, acq);

	/* The phase tag of the entry that is posted next, at TAIL. */
	lm_put_le16(cq + LM_CQ_FLAGS, LM_CQ_F_PHASE | LM_CQ_F_IEN);
	lm_put_le16(cq + LM_CQ_QSIZE, (uint16_t)last);
	lm_put_le64(cq + LM_CQ_BASE, acq);
	lm_put_le16(sq + LM_SQ_QSIZE, (uint16_t)last);
	lm_put_le64(sq + LM_SQ_BASE, asq);
}

bool guest_is_ready(const struct vf *vf)
{
	uint32_t csts = lm_get_le32(vf->live.regs + LM_REGS_CSTS);

	return (csts & (CSTS_RDY | CSTS_CFS)) == CSTS_RDY;
}

/* The host has seen what was posted; while the VF is not ACTIVE this is latched. */
void guest_consume(struct device *dev, struct vf *vf)
{
	uint8_t *cq = vf->live.cqs[0];

	if (!vf->live.nr_cqs)
		return;
	lm_put_le16(cq + LM_CQ_HEAD, lm_get_le16(cq + LM_CQ_TAIL));
	if (vf->state == LM_STATE_DRAINING)
		post_parked(dev, vf);
}

/*
 * Submits a command of the guest and lets the VF work. It is not done where the
 * VF does not fetch (LM-IOF-100): then it stays in host memory, latched by the
 * tail (LM-STA-520). False: the host itself is out of memory.
 */
bool guest_admin(struct device *dev, struct vf *vf, struct command *cmd)
{
	uint8_t *sq = vf->live.sqs[0];
	unsigned int slot, tail;

	cmd->done = false;
	/* A host that finds its controller disabled or failed enables it, if it can. */
	if (vf->state == LM_STATE_ACTIVE && !guest_is_ready(vf))
		guest_set_up(vf);
	if (!guest_is_ready(vf))
		return true;
	guest_consume(dev, vf);
	slot = lm_get_le16(sq + LM_SQ_TAIL);
	tail = slot == lm_get_le16(sq + LM_SQ_QSIZE) ? 0 : slot + 1;
	if (tail == lm_get_le16(sq + LM_SQ_HEAD))
		return true;
	if (!write_entry(dev, lm_get_le64(sq + LM_SQ_BASE) + LM_SQE_SIZE * (uint64_t)slot,
			 cmd->sqe))
		return false;
	lm_put_le16(sq + LM_SQ_TAIL, (uint16_t)tail);
	work_run(dev, vf, cmd, slot);
	guest_consume(dev, vf);
	return true;
}
