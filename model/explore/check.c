/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "check.h"

#include <stdlib.h>

#include "abstract.h"

#define ROUNDS 64

enum { ENDS, LIMITS, RESETS, SAVES, REFUSES, ISOLATES };

const char *const check_names[CHECKS] = {
	[ENDS] = "all commands end, once",
	[LIMITS] = "SUSPEND ends at its limit",
	[RESETS] = "FLR cleans",
	[SAVES] = "load undoes nothing that save saw",
	[REFUSES] = "a failed LOAD_DATA changes nothing",
	[ISOLATES] = "neighbours stay as they are",
};

struct check {
	uint64_t count[CHECKS];
	void *mem[WORLD_PARTS]; /* the world while something is tried */
	uint8_t *before, *after, *clean; /* pictures of one VF */
	uint8_t *neighbour[MAX_VFS + 1]; /* of every VF */
	size_t size;
	uint8_t image[IMAGE_ROOM];
};

/* A VF, without what a migration may leave different (LM-SAV-080, abstraction "logs"). */
static void put(uint8_t **p, const void *from, size_t size)
{
	memcpy(*p, from, size);
	*p += size;
}

static size_t picture_size(const struct world *w)
{
	const struct lm_config *c = &w->dev->config;

	return sizeof(struct lm_function) +
	       (c->io_qpairs + 1u) * (sizeof(struct lm_sq) + sizeof(struct lm_cq)) +
	       LM_MAX_INFLIGHT * sizeof(struct lm_slot) + c->vectors * sizeof(struct lm_msix_entry);
}

/* What is parked, in its order; in which slots is nobody's to see. */
static void put_parked(struct lm_function *f, uint8_t **to)
{
	const struct lm_slot *slot;

	for (slot = lm_list_first(f, &f->done); slot; slot = lm_list_next(f, slot)) {
		put(to, &slot->sqid, sizeof(slot->sqid));
		put(to, &slot->cid, sizeof(slot->cid));
		put(to, &slot->status, sizeof(slot->status));
		put(to, &slot->dw0, sizeof(slot->dw0));
		put(to, &slot->dw1, sizeof(slot->dw1));
	}
}

static void picture(struct world *w, unsigned int vf, uint8_t *to)
{
	struct lm_function *f = &w->dev->fn[vf];
	uint8_t *const end = to + picture_size(w);
	struct lm_function fn;
	unsigned int i;

	/* member by member: assignment need not carry the bytes between members */
	memcpy(&fn, f, sizeof(fn));
	memset(&fn.mig, 0, sizeof(fn.mig));
	fn.mig.state = f->mig.state;
	fn.logs.clock_stopped = false;
	/* which SQ has its turn is nobody's to see */
	fn.next_sq = 0;
	memset(fn.rung, 0, sizeof(fn.rung));
	lm_list_init(&fn.free);
	lm_list_init(&fn.done);
	put(&to, &fn, sizeof(fn));
	put(&to, f->sq, (w->dev->config.io_qpairs + 1u) * sizeof(*f->sq));
	put(&to, f->cq, (w->dev->config.io_qpairs + 1u) * sizeof(*f->cq));
	put(&to, f->msix.table, w->dev->config.vectors * sizeof(*f->msix.table));
	put_parked(f, &to);
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		if (f->slot[i].state != LM_SLOT_DONE && f->slot[i].state != LM_SLOT_FREE)
			put(&to, &f->slot[i], sizeof(f->slot[i]));
	}
	memset(to, 0, (size_t)(end - to));
}

static void keep(struct check *c, struct world *w)
{
	unsigned int i;
	size_t size;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(w, i, &mem, &size);
		memcpy(c->mem[i], mem, size);
	}
}

static void put_back(struct check *c, struct world *w)
{
	unsigned int i;
	size_t size;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(w, i, &mem, &size);
		memcpy(mem, c->mem[i], size);
	}
}

static void look(struct world *w, unsigned int vf, uint8_t *to)
{
	abstract_world(w, num_abstractions);
	picture(w, vf, to);
}

struct check *check_new(struct world *w)
{
	struct check *c = calloc(1, sizeof(*c));
	unsigned int i;
	size_t size;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(w, i, &mem, &size);
		c->mem[i] = malloc(size);
	}
	c->size = picture_size(w);
	c->before = calloc(1, c->size);
	c->after = calloc(1, c->size);
	c->clean = calloc(w->scope.vfs + 1, c->size);
	for (i = 0; i <= MAX_VFS; i++)
		c->neighbour[i] = calloc(1, c->size);
	keep(c, w);
	for (i = 1; i <= w->scope.vfs; i++)
		lm_flr(w->dev, i);
	for (i = 1; i <= w->scope.vfs; i++)
		look(w, i, c->clean + i * c->size);
	put_back(c, w);
	return c;
}

void check_free(struct check *c)
{
	unsigned int i;

	for (i = 0; i < WORLD_PARTS; i++)
		free(c->mem[i]);
	for (i = 0; i <= MAX_VFS; i++)
		free(c->neighbour[i]);
	free(c->before);
	free(c->after);
	free(c->clean);
	free(c);
}

uint64_t check_count(const struct check *c, unsigned int check)
{
	return c->count[check];
}

static bool names_one(const struct action *a)
{
	return a->kind != ACT_STEP && a->kind != ACT_BOOT && a->kind != ACT_VF_ENABLE &&
	       a->kind != ACT_PF_RESET;
}

void check_before(struct check *c, struct world *w, const struct action *a)
{
	unsigned int vf;

	(void)a;
	for (vf = 1; w->scope.vfs > 1 && vf <= w->scope.vfs; vf++)
		picture(w, vf, c->neighbour[vf]);
}

/* A step works for one function; what names a VF touches that one. */
void check_after(struct check *c, struct world *w, const struct action *a)
{
	unsigned int vf, changed = 0;

	if (w->scope.vfs < 2 || !(names_one(a) || a->kind == ACT_STEP))
		return;
	c->count[ISOLATES]++;
	for (vf = 1; vf <= w->scope.vfs; vf++) {
		picture(w, vf, c->after);
		if (!memcmp(c->neighbour[vf], c->after, c->size))
			continue;
		changed++;
		if (names_one(a) && vf != a->vf)
			fail(w, "VF %u changes by what happens to VF %u", vf, a->vf);
	}
	if (a->kind == ACT_STEP && changed > 1)
		fail(w, "one step changes two VFs");
}

/* Guests read all that came; every interrupt that is due has come. */
static bool consume_all(struct world *w)
{
	bool did = false;
	unsigned int vf, i;

	for (vf = 1; vf <= w->scope.vfs; vf++) {
		struct guest *g = guest_of(w, vf);

		if (!g || pf_holds(w, w->host.vf[vf].guest))
			continue;
		for (i = 0; i < w->scope.pairs; i++) {
			if (g->pair[i].unread && !g->pair[i].interrupted && w->host.vf[vf].master &&
			    lm_vf_state(w->dev, vf) == LM_STATE_ACTIVE)
				fail(w, "VF %u: a CQE came and its interrupt is lost", vf);
			while (g->pair[i].unread && !w->violation) {
				guest_consume(w, vf, i);
				did = true;
			}
		}
	}
	return did;
}

static bool media_all(struct world *w)
{
	bool did = false;

	while (w->host.num_pending) {
		uint32_t tag = w->host.pending[--w->host.num_pending];

		lm_backend_done(w->dev, tag, 0);
		did = true;
	}
	return did;
}

/* Let all that is under way end; time does not pass. */
static void come_to_rest(struct world *w)
{
	unsigned int i;

	for (i = 0; i < ROUNDS && !w->violation; i++) {
		bool did;

		settle(w);
		did = media_all(w);
		did |= consume_all(w);
		if (!did)
			break;
	}
	if (i == ROUNDS)
		fail(w, "the device does not come to rest");
}

static bool under_way(const struct world *w, enum pf_command command)
{
	unsigned int i;

	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] == command)
			return true;
	}
	return false;
}

static void end_all(struct world *w)
{
	unsigned int i, vf;

	come_to_rest(w);
	if (under_way(w, PF_SUSPEND))
		fail(w, "SUSPEND does not end though nothing is with the medium");
	for (vf = 1; vf <= w->scope.vfs; vf++) {
		if (!w->host.vf[vf].exists)
			continue;
		w->host.vf[vf].master = 1;
		lm_pci_command(w->dev, vf, true, true, false);
	}
	come_to_rest(w);
	for (i = 0; i < PF_CIDS; i++) {
		if (w->host.pf.command[i] != PF_NONE)
			fail(w, "%s of VF %u does not end though nothing is under way",
			     pf_names[w->host.pf.command[i]], w->host.pf.vf[i]);
	}
}

/* Another VF that works has the identity of this one, its own: then that stays (LM-RSM-070). */
static bool identity_taken(struct world *w, unsigned int vf)
{
	unsigned int i;

	for (i = 1; i <= w->scope.vfs; i++) {
		if (i != vf && w->host.vf[i].exists && !w->host.vf[i].quiesced)
			return true;
	}
	return false;
}

static void resume(struct world *w, unsigned int vf)
{
	uint16_t status;

	if (w->host.vf[vf].staged)
		pf_do(w, PF_SUSPEND, vf);
	status = pf_do(w, PF_RESUME, vf);
	if (status == LM_SC_SEQUENCE) {
		pf_do(w, PF_SUSPEND, vf);
		status = pf_do(w, PF_RESUME, vf);
	}
	if (status == LM_SC_INCOMPATIBLE_IMAGE && identity_taken(w, vf)) {
		lm_flr(w->dev, vf);
		guest_reset(w, vf);
		return;
	}
	if (status && status != LM_SC_NOT_SUSPENDED)
		fail(w, "RESUME of VF %u ends %03Xh", vf, status);
}

/* A VF whose state is another one's would not be let go on beside it. */
static void reset_stale(struct world *w)
{
	unsigned int vf;

	for (vf = 1; vf <= w->scope.vfs; vf++) {
		if (!w->host.vf[vf].exists || !w->host.vf[vf].stale)
			continue;
		lm_flr(w->dev, vf);
		guest_reset(w, vf);
	}
}

/* Where a guest goes on: where its image was loaded last, or where it always was. */
static void resume_guests(struct world *w)
{
	unsigned int vf;

	reset_stale(w);
	for (vf = 1; vf <= w->scope.vfs; vf++) {
		const struct vf_view *v = &w->host.vf[vf];

		if (!v->exists || v->stale || !v->loaded)
			continue;
		resume(w, vf);
		reset_stale(w);
	}
	for (vf = 1; vf <= w->scope.vfs; vf++) {
		const struct vf_view *v = &w->host.vf[vf];

		if (v->exists && !v->stale && v->guest)
			resume(w, vf);
	}
	reset_stale(w);
}

static void check_ends(struct check *c, struct world *w)
{
	unsigned int g, i;

	c->count[ENDS]++;
	end_all(w);
	if (w->violation)
		return;
	resume_guests(w);
	if (!w->violation)
		end_all(w);
	for (g = 0; g < w->scope.vfs && !w->violation; g++) {
		const struct guest *guest = &w->host.guest[g];

		for (i = 0; guest->alive && guest->vf && i < w->scope.pairs; i++) {
			if (guest->pair[i].waiting)
				fail(w, "guest %u: a command of SQ %u never completes", g + 1,
				     i + 1);
		}
	}
}

static void check_limits(struct check *c, struct world *w)
{
	settle(w);
	if (!under_way(w, PF_SUSPEND))
		return;
	c->count[LIMITS]++;
	w->host.late++;
	settle(w);
	if (under_way(w, PF_SUSPEND))
		fail(w, "SUSPEND does not end though its limit has passed");
}

static void check_resets(struct check *c, struct world *w, unsigned int vf)
{
	c->count[RESETS]++;
	lm_flr(w->dev, vf);
	guest_reset(w, vf);
	/* commands of the PF that named it find it so */
	settle(w);
	look(w, vf, c->after);
	if (lm_vf_state(w->dev, vf) == LM_STATE_ACTIVE &&
	    memcmp(c->after, c->clean + vf * c->size, c->size))
		fail(w, "FLR of VF %u leaves something behind", vf);
}

static bool at_rest(const struct world *w, unsigned int vf)
{
	const struct vf_view *v = &w->host.vf[vf];

	return v->exists && v->quiesced && !v->staged && !pf_outstanding(w);
}

/* LM_SC_NOT_ENOUGH_RESOURCES: another VF has the memory for images. */
static bool load(struct world *w, enum pf_command command, unsigned int vf, const char *what)
{
	uint16_t status = pf_do(w, command, vf);

	if (!status)
		return true;
	if (status != LM_SC_NOT_ENOUGH_RESOURCES)
		fail(w, "%s ends %03Xh", what, status);
	return false;
}

static void check_saves(struct check *c, struct world *w, unsigned int vf)
{
	uint8_t in_image = w->host.vf[vf].guest;
	uint32_t length;

	c->count[SAVES]++;
	if (!in_image)
		guest_restore_pci(w, vf);
	look(w, vf, c->before);
	if (pf_do(w, PF_SAVE, vf)) {
		fail(w, "SAVE_DATA of VF %u fails", vf);
		return;
	}
	length = w->host.image.length;
	memcpy(c->image, w->host.image.bytes, length);
	if (!in_image)
		in_image = 1;
	w->host.image.guest = in_image;
	if (!load(w, PF_LOAD, vf, "LOAD_DATA of the VF's own image"))
		return;
	look(w, vf, c->after);
	if (memcmp(c->before, c->after, c->size))
		fail(w, "VF %u is not as it was after its own image was loaded", vf);
	pf_do(w, PF_SAVE, vf);
	if (w->host.image.length != length || memcmp(c->image, w->host.image.bytes, length))
		fail(w, "VF %u saves other bytes after its own image was loaded", vf);
}

static void check_refuses(struct check *c, struct world *w, unsigned int vf)
{
	c->count[REFUSES]++;
	if (w->host.vf[vf].guest != w->host.image.guest)
		guest_restore_pci(w, vf);
	look(w, vf, c->before);
	if (!pf_do(w, PF_LOAD_BAD, vf))
		return; /* the world has said so */
	if (w->host.image.guest && load(w, PF_LOAD_FIRST, vf, "LOAD_DATA of a first part")) {
		if (!pf_do(w, PF_LOAD_BAD, vf))
			return;
	}
	look(w, vf, c->after);
	if (memcmp(c->before, c->after, c->size))
		fail(w, "LOAD_DATA fails and VF %u is not as before", vf);
}

bool check_state(struct check *c, struct world *w)
{
	unsigned int vf;

	keep(c, w);
	check_ends(c, w);
	put_back(c, w);
	if (!w->violation)
		check_limits(c, w);
	put_back(c, w);
	for (vf = 1; vf <= w->scope.vfs && !w->violation; vf++) {
		if (!w->host.vf[vf].exists)
			continue;
		check_resets(c, w, vf);
		put_back(c, w);
		if (!at_rest(w, vf) || w->violation)
			continue;
		check_saves(c, w, vf);
		put_back(c, w);
		if (w->violation)
			break;
		check_refuses(c, w, vf);
		put_back(c, w);
	}
	return !w->violation;
}
