/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Physical Region Pages (NVMe 1.4 4.3): from the data pointer of a command to
 * DMA transactions, none of which crosses a memory page.
 */
#include "core.h"

static uint32_t first_page(const struct lm_prp *prp)
{
	return LM_PAGE_SIZE - (uint32_t)(prp->prp1 & (LM_PAGE_SIZE - 1));
}

/* Of a transfer that is longer than its first page: PRP2 points to a list. */
static bool has_list(const struct lm_prp *prp)
{
	return prp->length - first_page(prp) > LM_PAGE_SIZE;
}

uint16_t lm_prp_begin(struct lm_slot *slot, uint32_t length)
{
	struct lm_prp *prp = &slot->prp;

	prp->prp1 = lm_get_le64(slot->sqe + LM_SQE_PRP1);
	prp->prp2 = lm_get_le64(slot->sqe + LM_SQE_PRP2);
	prp->length = length;
	prp->done = 0;
	prp->list = prp->prp2;
	prp->num_ahead = 0;
	prp->next_ahead = 0;
	if (prp->prp1 & 3)
		return LM_SC_PRP_OFFSET | LM_DNR;
	if (length <= first_page(prp))
		return LM_SC_SUCCESS;
	if (prp->prp2 & (has_list(prp) ? 7 : LM_PAGE_SIZE - 1))
		return LM_SC_PRP_OFFSET | LM_DNR;
	return LM_SC_SUCCESS;
}

/* Entries of a list from where it is read next to the end of its page. */
static uint32_t list_room(const struct lm_prp *prp)
{
	return (LM_PAGE_SIZE - (uint32_t)(prp->list & (LM_PAGE_SIZE - 1))) / 8;
}

/* Read list entries: no more than the transfer needs, none beyond a page. */
static uint16_t read_list(struct lm_device *dev, unsigned int fn, struct lm_prp *prp)
{
	uint32_t need = (prp->length - prp->done - 1) / LM_PAGE_SIZE + 1;
	uint32_t room, n;

	if (LM_DEFECT(PRP_LIST_OFFSET_LOST) && prp->list == prp->prp2)
		prp->list &= ~(uint64_t)(LM_PAGE_SIZE - 1);
	if (list_room(prp) == 1 && (need > 1 || LM_DEFECT(PRP_CHAIN_ALWAYS))) {
		/* The last entry of a page points to the next page of the list. */
		if (dev->port->dma_read(dev->ctx, fn, prp->list, prp->ahead, 8))
			return LM_SC_DATA_TRANSFER;
		prp->list = lm_get_le64(prp->ahead);
		if (prp->list & (LM_PAGE_SIZE - 1))
			return LM_SC_PRP_OFFSET | LM_DNR;
	}
	room = list_room(prp);
	n = need > room || (LM_DEFECT(PRP_CHAIN_ALWAYS) && need == room) ? room - 1 : need;
	n = LM_DEFECT(PRP_READS_TOO_MANY) ? LM_PRP_AHEAD : lm_min(n, LM_PRP_AHEAD);
	if (dev->port->dma_read(dev->ctx, fn, prp->list, prp->ahead, 8 * n))
		return LM_SC_DATA_TRANSFER;
	prp->list += 8 * n;
	prp->num_ahead = (uint8_t)n;
	prp->next_ahead = 0;
	return LM_SC_SUCCESS;
}

/* Where in host memory the byte at prp->done is. */
static uint16_t locate(struct lm_device *dev, unsigned int fn, struct lm_prp *prp, uint64_t *addr)
{
	uint32_t first = first_page(prp);
	uint32_t in_page;
	uint16_t status;

	if (prp->done < first) {
		*addr = prp->prp1 + prp->done;
		return LM_SC_SUCCESS;
	}
	in_page = (prp->done - first) & (LM_PAGE_SIZE - 1);
	if (!has_list(prp)) {
		*addr = prp->prp2 + in_page;
		return LM_SC_SUCCESS;
	}
	if (!in_page) {
		if (prp->next_ahead == prp->num_ahead) {
			status = read_list(dev, fn, prp);
			if (status)
				return status;
		}
		prp->page = lm_get_le64(prp->ahead + 8 * (size_t)prp->next_ahead++);
		if (prp->page & (LM_PAGE_SIZE - 1) && !LM_DEFECT(PRP_OFFSET_USED))
			return LM_SC_PRP_OFFSET | LM_DNR;
	}
	*addr = prp->page + in_page;
	return LM_SC_SUCCESS;
}

/* Where the next bytes are, and *len, which is what is wanted, cut at the end of that page. */
static uint16_t locate_part(struct lm_device *dev, struct lm_slot *slot, uint64_t *addr,
			    uint32_t *len)
{
	uint16_t status = locate(dev, slot->fn, &slot->prp, addr);

	if (!status)
		*len = lm_min(*len, LM_PAGE_SIZE - (uint32_t)(*addr & (LM_PAGE_SIZE - 1)));
	return status;
}

uint16_t lm_prp_move(struct lm_device *dev, struct lm_slot *slot, void *buf, uint32_t len,
		     bool to_host)
{
	uint64_t addr;
	uint16_t status = locate_part(dev, slot, &addr, &len);
	int err;

	if (status)
		return status;
	if (to_host)
		err = dev->port->dma_write(dev->ctx, slot->fn, addr, buf, len);
	else
		err = dev->port->dma_read(dev->ctx, slot->fn, addr, buf, len);
	if (err && !LM_DEFECT(TRANSFER_FAILURE_IGNORED))
		return LM_SC_DATA_TRANSFER;
	slot->prp.done += len;
	return LM_SC_SUCCESS;
}

uint16_t lm_prp_gather(struct lm_device *dev, struct lm_slot *slot)
{
	uint32_t len = slot->prp.length - slot->prp.done;
	uint64_t addr;
	uint16_t status = locate_part(dev, slot, &addr, &len);

	if (status)
		return status;
	if (dev->port->backend_gather(dev->ctx, &slot->req, addr, len))
		return LM_SC_DATA_TRANSFER;
	slot->prp.done += len;
	return LM_SC_SUCCESS;
}

uint16_t lm_prp_transfer(struct lm_device *dev, struct lm_slot *slot, void *buf, uint32_t len,
			 bool to_host)
{
	uint16_t status = lm_prp_begin(slot, len);

	while (!status && slot->prp.done < len)
		status = lm_prp_move(dev, slot, (uint8_t *)buf + slot->prp.done,
				     len - slot->prp.done, to_host);
	return status;
}
