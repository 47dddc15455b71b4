/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Memory as a VF reaches it, directly and by PRPs. */
#include <string.h>

#include "second.h"

/* Without a bus there is what the simulator's own host wrote, and nothing else. */
bool bus_read(struct device *dev, unsigned int vfn, uint64_t address, void *data, uint32_t len)
{
	const uint8_t *memory;

	if (dev->bus)
		return dev->bus->read(dev, vfn, address, data, len);
	memory = guest_memory(dev, address);
	if (memory)
		memcpy(data, memory, len);
	return memory;
}

struct walk {
	struct device *dev;
	unsigned int vfn;
	uint32_t page;
	uint8_t *data;
	uint32_t left;
	uint32_t spanned; /* what is left of the buffer */
	bool to_host;
};

static unsigned int move(struct walk *walk, uint64_t address, uint32_t len)
{
	const struct bus *bus = walk->dev->bus;
	bool ok;

	if (walk->to_host)
		ok = bus->write(walk->dev, walk->vfn, address, walk->data, len);
	else
		ok = bus->read(walk->dev, walk->vfn, address, walk->data, len);
	walk->data += len;
	walk->left -= len;
	walk->spanned -= len;
	return ok ? 0 : LM_SC_DATA_TRANSFER;
}

/* A PRP list, which may begin within a page and go on in another (LM-COM-300). */
static unsigned int move_list(struct walk *walk, uint64_t list)
{
	unsigned int sc = 0;

	if (list & 7)
		return LM_SC_PRP_OFFSET;
	while (walk->left && !sc) {
		uint32_t pages = (walk->spanned + walk->page - 1) / walk->page;
		bool last = (list & (walk->page - 1)) == walk->page - 8;
		uint32_t len = walk->left < walk->page ? walk->left : walk->page;
		uint8_t entry[8];

		if (!walk->dev->bus->read(walk->dev, walk->vfn, list, entry, sizeof(entry)))
			return LM_SC_DATA_TRANSFER;
		if (lm_get_le64(entry) & (walk->page - 1))
			return LM_SC_PRP_OFFSET;
		if (last && pages > 1) {
			list = lm_get_le64(entry);
			continue;
		}
		sc = move(walk, lm_get_le64(entry), len);
		list += 8;
	}
	return sc;
}

unsigned int bus_transfer(struct device *dev, const struct vf *vf, const uint8_t *sqe, void *data,
			  uint32_t len, uint32_t span, bool to_host)
{
	uint64_t prp1 = lm_get_le64(sqe + LM_SQE_PRP1);
	uint64_t prp2 = lm_get_le64(sqe + LM_SQE_PRP2);
	struct walk walk = {
		.dev = dev,
		.vfn = vf->vfn,
		.page = SM_PAGE << (lm_get_le32(vf->live.regs + LM_REGS_CC) >> 7 & 0xF),
		.data = data,
		.left = len,
		.spanned = span,
		.to_host = to_host,
	};
	uint32_t first = walk.page - (uint32_t)(prp1 & (walk.page - 1));
	unsigned int sc;

	if (prp1 & 3)
		return LM_SC_PRP_OFFSET;
	if (span > first && span <= first + walk.page && prp2 & (walk.page - 1))
		return LM_SC_PRP_OFFSET;
	sc = move(&walk, prp1, len < first ? len : first);
	if (sc || !walk.left)
		return sc;
	return walk.spanned <= walk.page ? move(&walk, prp2, walk.left) : move_list(&walk, prp2);
}
