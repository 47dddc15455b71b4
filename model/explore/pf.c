/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The hypervisor: commands on the PF's admin queue, and what it makes of their ends. */
#include "world.h"

const char *const pf_names[PF_COMMANDS] = {
	[PF_QUERY] = "QUERY_DATA_SIZE",
	[PF_SUSPEND] = "SUSPEND",
	[PF_RESUME] = "RESUME",
	[PF_SAVE] = "SAVE_DATA",
	[PF_LOAD] = "LOAD_DATA",
	[PF_LOAD_FIRST] = "LOAD_DATA of the first part",
	[PF_LOAD_LAST] = "LOAD_DATA of the last part",
	[PF_LOAD_BAD] = "LOAD_DATA of no image",
	[PF_ABORT] = "Abort of SUSPEND",
};

#define BAD_LENGTH LM_IMG_HEADER_SIZE

void pf_enable(struct world *w)
{
	struct pf_view *pf = &w->host.pf;

	memset(pf, 0, sizeof(*pf));
	pf->cq_phase = 1;
	lm_pci_command(w->dev, 0, true, true, true);
	lm_bar_write(w->dev, 0, LM_REG_AQA, (PF_ENTRIES - 1) | (PF_ENTRIES - 1) << 16, 4);
	lm_bar_write(w->dev, 0, LM_REG_ASQ, ADDRESS(0, REGION_ASQ), 8);
	lm_bar_write(w->dev, 0, LM_REG_ACQ, ADDRESS(0, REGION_ACQ), 8);
	lm_bar_write(w->dev, 0, LM_REG_CC, LM_CC_EN | LM_SQES << 16 | LM_CQES << 20, 4);
	/* CSTS.RDY follows at the PF's next turn; only that step is taken */
	while (!(lm_bar_read(w->dev, 0, LM_REG_CSTS, 4) & LM_CSTS_RDY) && step(w))
		;
}

unsigned int pf_outstanding(const struct world *w)
{
	unsigned int i, n = 0;

	for (i = 0; i < PF_CIDS; i++)
		n += w->host.pf.command[i] != PF_NONE;
	return n;
}

static bool is_load(unsigned int command)
{
	return command == PF_LOAD || command == PF_LOAD_FIRST || command == PF_LOAD_LAST;
}

static int find(const struct world *w, enum pf_command command, unsigned int vf)
{
	int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] == command && (!vf || w->host.pf.vf[i] == vf))
			return i;
	}
	return -1;
}

bool pf_holds(const struct world *w, unsigned int guest)
{
	unsigned int i;

	for (i = 1; i <= MAX_VFS; i++) {
		if (w->host.vf[i].loaded == guest)
			return true;
	}
	if (w->host.image.guest != guest)
		return false;
	for (i = 1; i <= MAX_VFS; i++) {
		if (w->host.vf[i].staged)
			return true;
	}
	for (i = 0; i < PF_CIDS; i++) {
		if (is_load(w->host.pf.command[i]))
			return true;
	}
	return false;
}

bool pf_can(const struct world *w, enum pf_command command, unsigned int vf)
{
	const struct vf_view *v = &w->host.vf[vf];

	if (pf_outstanding(w) >= w->scope.depth)
		return false;
	/* The one buffer for images is not written and read at a time. */
	if (is_load(command))
		return w->host.image.guest && find(w, PF_SAVE, 0) < 0 && !v->stale;
	if (command == PF_SAVE) {
		if (find(w, PF_SAVE, 0) >= 0 || find(w, PF_LOAD, 0) >= 0 ||
		    find(w, PF_LOAD_FIRST, 0) >= 0 || find(w, PF_LOAD_LAST, 0) >= 0)
			return false;
		/* a guest that lives in the image alone is not thrown away */
		return !w->host.image.guest || w->host.guest[w->host.image.guest - 1].vf;
	}
	if (command == PF_ABORT)
		return find(w, PF_SUSPEND, vf) >= 0;
	/* Whether one that is under way will have an effect is not known before. */
	if (command == PF_RESUME)
		return !v->stale && find(w, PF_RESUME, 0) < 0;
	return true;
}

static void describe(struct world *w, enum pf_command command, unsigned int vf, uint8_t *sqe)
{
	static const uint8_t opcodes[PF_COMMANDS] = {
		[PF_QUERY] = LM_OPC_QUERY_DATA_SIZE, [PF_SUSPEND] = LM_OPC_SUSPEND,
		[PF_RESUME] = LM_OPC_RESUME,	     [PF_SAVE] = LM_OPC_SAVE_DATA,
		[PF_LOAD] = LM_OPC_LOAD_DATA,	     [PF_LOAD_FIRST] = LM_OPC_LOAD_DATA,
		[PF_LOAD_LAST] = LM_OPC_LOAD_DATA,   [PF_LOAD_BAD] = LM_OPC_LOAD_DATA,
		[PF_ABORT] = LM_ADM_ABORT,
	};
	uint32_t size = w->host.image.length, half = size / 8 * 4;
	uint32_t offset = command == PF_LOAD_LAST ? half : 0;
	uint64_t data = ADDRESS(0, command == PF_LOAD_BAD ? REGION_BAD : REGION_IMAGE) + offset;
	uint32_t length = 0;

	sqe[LM_SQE_OPC] = opcodes[command];
	if (command == PF_ABORT) {
		lm_put_le32(sqe + LM_SQE_CDW10, (uint32_t)find(w, PF_SUSPEND, vf) << 16);
		return;
	}
	lm_put_le16(sqe + LM_SQE_VF_INDEX, (uint16_t)vf);
	if (command == PF_LOAD_BAD)
		length = BAD_LENGTH;
	else if (command == PF_SAVE)
		length = IMAGE_ROOM;
	else if (command == PF_LOAD)
		length = size;
	else if (command == PF_LOAD_FIRST)
		length = half;
	else if (command == PF_LOAD_LAST)
		length = size - half;
	if (!length)
		return;
	lm_put_le64(sqe + LM_SQE_PRP1, data);
	lm_put_le64(sqe + LM_SQE_PRP2, (data | (LM_PAGE_SIZE - 1)) + 1);
	lm_put_le32(sqe + LM_SQE_LENGTH, length);
	lm_put_le32(sqe + LM_SQE_OFFSET, offset);
	if (command == PF_LOAD_FIRST || command == PF_LOAD_LAST)
		lm_put_le32(sqe + LM_SQE_TOTAL, size);
}

void pf_send(struct world *w, enum pf_command command, unsigned int vf)
{
	struct pf_view *pf = &w->host.pf;
	struct vf_view *v = &w->host.vf[vf];
	uint8_t *sqe = pf->sqe[pf->tail];
	unsigned int cid;

	for (cid = 0; pf->command[cid] != PF_NONE; cid++)
		;
	memset(sqe, 0, LM_SQE_SIZE);
	describe(w, command, vf, sqe);
	lm_put_le16(sqe + LM_SQE_CID, (uint16_t)cid);
	pf->command[cid] = (uint8_t)command;
	pf->vf[cid] = (uint8_t)vf;
	pf->overtaken[cid] = 0;
	pf->fetched[cid] = 0;
	pf->crossed[cid] = 0;
	if (command == PF_RESUME && v->quiesced) {
		/* from now on it may run */
		v->quiesced = 0;
		v->restore = 1;
	}
	/* its guest may run from now on: the image will be of a while ago */
	if (command == PF_RESUME && w->host.image.guest &&
	    w->host.image.guest == (v->loaded ? v->loaded : v->guest))
		w->host.image.guest = 0;
	if (command == PF_SAVE)
		w->host.image.guest = 0;
	if (is_load(command) && v->guest != w->host.image.guest)
		guest_restore_pci(w, vf);
	pf->tail = (uint8_t)((pf->tail + 1) % PF_ENTRIES);
	lm_bar_write(w->dev, 0, LM_BAR_DOORBELLS, pf->tail, 4);
}

/* The VF runs: with it the guest whose image it took; every other copy of that is stale. */
static void resumed(struct world *w, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];
	unsigned int guest, i;

	v->unsure = 0;
	v->restore = 0;
	if (v->loaded) {
		v->guest = v->loaded;
		w->host.guest[v->guest - 1].vf = (uint8_t)vf;
		v->loaded = 0;
	}
	guest = v->guest;
	if (!guest)
		return;
	for (i = 1; i <= MAX_VFS; i++) {
		struct vf_view *other = &w->host.vf[i];

		if (i == vf || (other->guest != guest && other->loaded != guest))
			continue;
		other->guest = 0;
		other->loaded = 0;
		other->stale = 1;
	}
}

/* The VF holds another guest's state now, or its own guest's of a while ago. */
static void loaded(struct world *w, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];
	unsigned int before = v->guest;

	v->loaded = w->host.image.guest;
	/* its guest went on elsewhere meanwhile */
	v->stale = !v->loaded;
	if (v->loaded != before) {
		v->guest = 0;
		guest_dies(w, before);
	}
	v->staged = 0;
}

/* What SUSPEND awaits: all that was fetched, but for what no CQ takes (LM-IOF-110, LM-IOF-130). */
static void check_drained(struct world *w, unsigned int vf)
{
	const struct vf_view *v = &w->host.vf[vf];
	unsigned int i;

	for (i = 0; v->guest && v->master && i < w->scope.pairs; i++) {
		const struct pair *p = &w->host.guest[v->guest - 1].pair[i];

		if (p->fetched && p->unread + 1u < w->scope.entries)
			fail(w, "SUSPEND of VF %u succeeds before its last CQE", vf);
	}
}

static void suspended(struct world *w, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];
	unsigned int i;

	v->quiesced = 1;
	v->staged = 0;
	v->unsure = 0;
	/* RESUME raises the interrupts of what is unread: none of before counts */
	for (i = 0; v->guest && i < MAX_PAIRS; i++)
		w->host.guest[v->guest - 1].pair[i].interrupted = 0;
}

static void succeeded(struct world *w, unsigned int cid)
{
	enum pf_command command = w->host.pf.command[cid];
	unsigned int vf = w->host.pf.vf[cid];
	struct vf_view *v = &w->host.vf[vf];
	unsigned int guest = v->guest;

	switch (command) {
	case PF_SUSPEND:
		/* a RESUME that is behind it may be over already */
		if (find(w, PF_RESUME, vf) < 0) {
			if (!v->quiesced && !v->unsure && !(w->host.pf.crossed[cid] & CROSSED_ROOM))
				check_drained(w, vf);
			suspended(w, vf);
		}
		break;
	case PF_RESUME:
		resumed(w, vf);
		break;
	case PF_SAVE:
		w->host.image.length = w->host.pf.dw0[cid];
		if (guest && w->host.guest[guest - 1].alive && !v->stale && v->quiesced)
			w->host.image.guest = (uint8_t)guest;
		break;
	case PF_LOAD:
	case PF_LOAD_LAST:
		loaded(w, vf);
		break;
	case PF_LOAD_FIRST:
		v->staged = 1;
		break;
	case PF_LOAD_BAD:
		fail(w, "LOAD_DATA of no image succeeds on VF %u", vf);
		break;
	default:
		break;
	}
}

static void failed(struct world *w, enum pf_command command, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];

	if (command == PF_RESUME) {
		v->quiesced = v->restore;
		v->restore = 0;
	}
	if (is_load(command) || command == PF_LOAD_BAD)
		v->staged = 0;
}

void pf_consume(struct world *w)
{
	struct pf_view *pf = &w->host.pf;

	if (pf->cq_head == pf->cq_tail)
		return;
	pf->cq_head = pf->cq_tail;
	lm_bar_write(w->dev, 0, LM_BAR_DOORBELLS + 4, pf->cq_head, 4);
}

void pf_completed(struct world *w, uint64_t offset, const uint8_t *cqe)
{
	struct pf_view *pf = &w->host.pf;
	uint16_t status = lm_get_le16(cqe + LM_CQE_STATUS);
	uint16_t cid = lm_get_le16(cqe + LM_CQE_CID);
	enum pf_command command;

	if (offset != pf->cq_tail * (uint64_t)LM_CQE_SIZE || (status & 1) != pf->cq_phase) {
		fail(w, "the PF: a CQE where none belongs");
		return;
	}
	if (cid >= PF_CIDS || pf->command[cid] == PF_NONE) {
		fail(w, "the PF: CID %u completes, which nobody waits for", cid);
		return;
	}
	command = pf->command[cid];
	pf->status[cid] = status >> 1 & 0x7FF;
	pf->dw0[cid] = lm_get_le32(cqe + LM_CQE_DW0);
	if (command == PF_SUSPEND && (pf->crossed[cid] & CROSSED_FETCH) && !pf->overtaken[cid] &&
	    !pf->status[cid])
		fail(w, "VF %u fetches after its SUSPEND was fetched", pf->vf[cid]);
	if (pf->overtaken[cid])
		pf->overtaken[cid] = 0;
	else if (pf->status[cid])
		failed(w, command, pf->vf[cid]);
	else
		succeeded(w, cid);
	pf->command[cid] = PF_NONE;
	pf->cq_tail = (uint8_t)((pf->cq_tail + 1) % PF_ENTRIES);
	pf->cq_phase ^= pf->cq_tail == 0;
}

void pf_fetched(struct world *w, unsigned int slot)
{
	w->host.pf.fetched[lm_get_le16(w->host.pf.sqe[slot] + LM_SQE_CID) % PF_CIDS] = 1;
}

void pf_crossed(struct world *w, unsigned int vf, uint8_t by)
{
	struct pf_view *pf = &w->host.pf;
	unsigned int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (pf->command[i] == PF_SUSPEND && pf->vf[i] == vf && pf->fetched[i])
			pf->crossed[i] |= by;
	}
}

void pf_overtake(struct world *w, unsigned int vf)
{
	unsigned int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] == PF_NONE || w->host.pf.vf[i] != vf)
			continue;
		w->host.pf.overtaken[i] = 1;
		if (w->host.pf.command[i] == PF_SUSPEND || w->host.pf.command[i] == PF_RESUME)
			w->host.vf[vf].unsure = 1;
		/* it may execute before or after */
		if (is_load(w->host.pf.command[i]))
			w->host.vf[vf].stale = 1;
	}
}

/* Whether these had an effect is not known: only a reset makes that VF certain. */
static void lose(struct world *w, enum pf_command command, unsigned int vf)
{
	struct vf_view *v = &w->host.vf[vf];

	if (command == PF_SUSPEND || command == PF_RESUME)
		v->unsure = 1;
	if (!is_load(command) && !(command == PF_RESUME && v->loaded)) {
		v->restore = 0;
		return;
	}
	guest_dies(w, v->loaded ? v->loaded : v->guest);
	v->guest = 0;
	v->loaded = 0;
	v->restore = 0;
	v->quiesced = 0;
	v->stale = 1;
}

void pf_reset(struct world *w)
{
	struct pf_view *pf = &w->host.pf;
	unsigned int i;

	lm_bar_write(w->dev, 0, LM_REG_CC, 0, 4);
	for (i = 0; i < PF_CIDS; i++) {
		if (pf->command[i] != PF_NONE)
			lose(w, pf->command[i], pf->vf[i]);
	}
	for (i = 1; i <= MAX_VFS; i++)
		w->host.vf[i].staged = 0;
	pf_enable(w);
}

uint16_t pf_do(struct world *w, enum pf_command command, unsigned int vf)
{
	unsigned int cid;

	for (cid = 0; w->host.pf.command[cid] != PF_NONE; cid++)
		;
	pf_send(w, command, vf);
	settle(w);
	if (w->host.pf.command[cid] != PF_NONE)
		fail(w, "%s of VF %u does not end", pf_names[command], vf);
	return w->host.pf.status[cid];
}
