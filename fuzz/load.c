/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * An image from hostile hands. VF 1 is suspended, a hostile image is loaded
 * into it, in one part or several; where the device takes it, VF 1 is resumed
 * and its guest rings and submits. Whatever is in the image: VF 2, which
 * works, and VF 3, which is off, stay byte for byte as they were, nothing
 * happens under their requester IDs, the PF moves the stated buffer and its
 * admin queue alone, a LOAD that fails leaves VF 1 as it was (SAVE before and
 * after are equal), one that succeeds gives the state that the image states,
 * and FLR makes VF 1 usable.
 */
#include "image-script.h"
#include "world.h"

#define VF 1
#define NEIGHBOUR 2
#define GUEST_PAGES 8

struct scene {
	struct world *w;
	uint64_t address[12];
	unsigned int num_addresses;
	uint8_t *guest; /* memory of VF 1 */
	uint64_t guest_iova;
	uint8_t *neighbour; /* memory of VF 2 */
	struct fn_copy *copy; /* of VF 2 and VF 3 */
	uint64_t since; /* seq of the journal */
};

static uint16_t five(struct world *w, uint8_t opc)
{
	uint16_t status = bench_five(&w->b, opc, VF);

	world_look(w);
	return status;
}

/* The whole image, through a buffer of exactly its size. */
static void save(struct world *w, struct image *image)
{
	uint32_t size = world_image_size(w, VF);
	uint8_t *buf;

	fuzz_check(size <= sizeof(image->data), "an image of %u bytes", size);
	bench_five_cmd(&w->b, LM_OPC_SAVE_DATA, VF, size, 0, 0);
	buf = world_buffer(w, 0, size);
	fuzz_check(!bench_status(&w->b, 0, 0), "SAVE_DATA fails");
	world_look(w);
	memcpy(image->data, buf, size);
	image->size = size;
}

/* What the PF fetched of a buffer since. */
static uint32_t bytes_read(const struct world *w, uint64_t since, uint64_t base, uint32_t size)
{
	uint32_t sum = 0;
	struct lm_ev ev;

	while (lm_inproc_journal(w->b.p, since, &ev, 1)) {
		since = ev.seq;
		if (ev.kind == LM_EV_DMA_READ && !ev.fn && ev.addr >= base && ev.addr < base + size)
			sum += ev.len;
	}
	return sum;
}

static uint16_t load_part(struct world *w, const struct image *image, uint32_t size,
			  uint32_t offset, uint32_t total)
{
	uint64_t since, base;
	uint32_t fetched;
	uint8_t *buf;
	uint16_t status;

	bench_five_cmd(&w->b, LM_OPC_LOAD_DATA, VF, size, offset, total);
	buf = world_buffer(w, 0, size ? size : 4);
	base = lm_get_le64(w->b.sqe + LM_SQE_PRP1);
	since = lm_inproc_journal_last(w->b.p);
	if (size && offset <= image->size && size <= image->size - offset)
		memcpy(buf, image->data + offset, size);
	status = bench_exec(&w->b, 0, 0) & LM_SC_MASK;
	world_look(w);
	fetched = bytes_read(w, since, base, size);
	fuzz_check(fetched <= size && (status || fetched == size),
		   "LOAD_DATA of %u bytes fetches %u", size, fetched);
	fuzz_check(!status || lm_vf_state(w->dev, VF) == LM_STATE_SUSPENDED,
		   "LOAD_DATA fails with %03xh and leaves state %u", status,
		   lm_vf_state(w->dev, VF));
	fuzz_check(!size || offset > image->size || size > image->size - offset ||
			   !memcmp(buf, image->data + offset, size),
		   "LOAD_DATA writes to its buffer");
	return status;
}

/* In order, or in a disorder that must be refused. */
static uint16_t load(struct world *w, struct fuzz_in *in, const struct image *image)
{
	unsigned int parts = 1 + fuzz_below(in, 4);
	uint8_t disorder = fuzz_u8(in);
	uint32_t part = (image->size / parts + 3) & ~3u, offset, size, again;
	uint16_t status = LM_SC_SEQUENCE;

	if (parts == 1)
		return load_part(w, image, image->size, 0, disorder & 1 ? image->size : 0);
	for (offset = 0; offset < image->size; offset += size) {
		size = image->size - offset < part ? image->size - offset : part;
		status = load_part(w, image, size, offset,
				   image->size + (disorder == 0xFF && offset ? 4 : 0));
		if (status)
			break;
		if (disorder < 0xF0 || disorder > 0xF7 || offset + size >= image->size)
			continue;
		again = offset + 4u * (disorder & 7);
		status = load_part(w, image, size, again, image->size);
		/* A gap or an overlap; but what begins at 0 starts over. */
		fuzz_check(status || !again || again == offset + size,
			   "a part at %u behind one to %u is taken", again, offset + size);
		if (status)
			return status;
	}
	return status;
}

/* The work that VF 1 has before it is suspended, as bits of how. */
static void work(struct scene *s, uint8_t how)
{
	struct bench *b = &s->w->b;
	unsigned int i;

	if (how & 1)
		return; /* not even enabled */
	world_enable(s->w, VF, how & 2);
	for (i = 0; i < (how >> 2 & 3u); i++) {
		bench_cmd(b, LM_ADM_ASYNC_EVENT);
		bench_submit(b, VF, 0);
	}
	if (how & 16)
		bench_set_feature(b, VF, LM_FID_ASYNC_EVENTS, 0x11F);
	if (how & 32) {
		bench_cmd(b, LM_ADM_GET_FEATURES);
		bench_put32(b, LM_SQE_CDW10, LM_FID_ARBITRATION);
		bench_submit(b, VF, 0);
		/* Fetched, and finished when there is no way to post it. */
		world_step(s->w);
		lm_inproc_pci_command(b->p, VF, true, false, true, false);
	}
	if (how & 64)
		bench_ring(b, VF, 0, false, 15);
	world_run(s->w);
}

static void note(struct scene *s, uint64_t address)
{
	s->address[s->num_addresses++] = address;
}

static void set(struct scene *s, struct fuzz_in *in)
{
	static struct fn_copy copy[2];
	struct world *w = s->w;
	uint64_t iova;

	world_enable(w, NEIGHBOUR, true);
	s->neighbour = lm_inproc_alloc(w->b.p, LM_PAGE_SIZE, LM_PAGE_SIZE, &iova);
	lm_inproc_own(w->b.p, iova, 1u << NEIGHBOUR);
	memset(s->neighbour, 0x5A, LM_PAGE_SIZE);
	note(s, iova);
	note(s, w->b.q[NEIGHBOUR][0].sq_iova);
	note(s, w->b.q[NEIGHBOUR][1].cq_iova);
	note(s, w->b.q[0][0].sq_iova);
	note(s, w->b.q[0][0].cq_iova);
	note(s, 0);
	note(s, UINT64_MAX & ~(uint64_t)(LM_PAGE_SIZE - 1));
	s->guest = lm_inproc_alloc(w->b.p, (size_t)GUEST_PAGES * LM_PAGE_SIZE, LM_PAGE_SIZE,
				   &s->guest_iova);
	lm_inproc_own(w->b.p, s->guest_iova, 1u << VF);
	note(s, s->guest_iova);
	note(s, s->guest_iova + 4096);
	work(s, fuzz_u8(in));
	fuzz_check(!five(w, LM_OPC_SUSPEND), "SUSPEND fails");
	s->copy = copy;
	fn_copy(w, NEIGHBOUR, &copy[0]);
	fn_copy(w, 3, &copy[1]);
	s->since = lm_inproc_journal_last(w->b.p);
}

/* Nothing happened under a requester ID but VF 1's and, for the PF, at its own addresses. */
static void check_others(struct scene *s)
{
	struct lm_ev ev;
	uint64_t at = s->since;
	unsigned int i;

	fn_same(s->w, NEIGHBOUR, &s->copy[0]);
	fn_same(s->w, 3, &s->copy[1]);
	while (lm_inproc_journal(s->w->b.p, at, &ev, 1)) {
		at = ev.seq;
		fuzz_check(ev.fn <= VF, "event %d of function %u", ev.kind, ev.fn);
		fuzz_check(ev.fn || (ev.kind != LM_EV_DMA_FAULT && ev.kind != LM_EV_MEDIA),
			   "event %d of the PF", ev.kind);
	}
	for (i = 0; i < LM_PAGE_SIZE; i++)
		fuzz_check(s->neighbour[i] == 0x5A, "memory of VF 2 is written");
}

/* What no VF can have: the ring of a queue does not reach beyond its memory. */
static void check_rings(const struct image *image, unsigned int section, uint32_t size)
{
	uint32_t length, i;
	const uint8_t *p = image_section(image, section, &length);
	bool cq = section == LM_SEC_CQS;

	for (i = 0; i < length; i += size, p += size) {
		unsigned int qsize = lm_get_le16(p + (cq ? LM_CQ_QSIZE : LM_SQ_QSIZE));
		unsigned int head = lm_get_le16(p + (cq ? LM_CQ_HEAD : LM_SQ_HEAD));
		unsigned int tail = lm_get_le16(p + (cq ? LM_CQ_TAIL : LM_SQ_TAIL));

		fuzz_check(qsize && head <= qsize && tail <= qsize,
			   "a queue of %u entries with head %u and tail %u is loaded", qsize + 1,
			   head, tail);
	}
}

/*
 * An image that is taken is one of this device, whole and unharmed, and what it
 * states is the state now: sections 1 to 10 are equal.
 */
static void check_loaded(const struct image *good, const struct image *loaded,
			 const struct image *now)
{
	static struct image mended;
	uint32_t length, length_now;
	unsigned int type;

	mended = *loaded;
	image_mend_crc(&mended);
	fuzz_check(!memcmp(mended.data, loaded->data, loaded->size),
		   "an image with a wrong CRC is loaded");
	fuzz_check(lm_get_le32(loaded->data + LM_IMG_TOTAL_LENGTH) == loaded->size,
		   "an image of %u bytes is loaded that says %u", loaded->size,
		   lm_get_le32(loaded->data + LM_IMG_TOTAL_LENGTH));
	fuzz_check(!memcmp(good->data + LM_IMG_VID, loaded->data + LM_IMG_VID, 4) &&
			   !memcmp(good->data + LM_IMG_CAP, loaded->data + LM_IMG_CAP, 16),
		   "an image of another device is loaded");
	check_rings(loaded, LM_SEC_CQS, LM_CQ_SIZE);
	check_rings(loaded, LM_SEC_SQS, LM_SQ_SIZE);
	for (type = 1; type <= LM_SEC_COUNT; type++) {
		const uint8_t *was = image_section(loaded, type, &length);
		const uint8_t *is = image_section(now, type, &length_now);

		fuzz_check(was && is && length == length_now && !memcmp(was, is, length),
			   "section %u is not what was loaded", type);
	}
}

/* The guest behind the image: whatever is in its memory, and its doorbells. */
static void go_on(struct scene *s, struct fuzz_in *in)
{
	struct bench *b = &s->w->b;
	unsigned int i, n = fuzz_u8(in) & 15;

	/* What the image says of addresses is the guest's own business now. */
	s->w->wild |= 1u << VF;
	lm_inproc_pci_command(b->p, VF, true, true, true, false);
	world_run(s->w);
	if (five(s->w, LM_OPC_RESUME))
		return;
	for (i = 0; i < n; i++) {
		uint8_t how = fuzz_u8(in);
		uint8_t *sqe = s->guest + LM_SQE_SIZE * (how & 31u);

		sqe[LM_SQE_OPC] = fuzz_u8(in) & 15;
		lm_put_le32(sqe + LM_SQE_NSID, fuzz_u8(in) & 3);
		lm_put_le64(sqe + LM_SQE_PRP1, s->address[fuzz_below(in, s->num_addresses)]);
		lm_put_le64(sqe + LM_SQE_PRP2, s->address[fuzz_below(in, s->num_addresses)]);
		fuzz_bytes(in, sqe + LM_SQE_CDW10, 12);
		bench_ring(b, VF, how >> 6, how & 32, fuzz_u8(in) & 15);
		world_run(s->w);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct image before, hostile, after;
	static struct fn_copy self;
	struct fuzz_in in = { data, size };
	struct scene s = { .w = world_new() };
	uint16_t status;

	set(&s, &in);
	save(s.w, &before);
	hostile = before;
	image_script(&in, &hostile, s.address, s.num_addresses);
	fn_copy(s.w, VF, &self);
	status = load(s.w, &in, &hostile);
	fuzz_check(lm_vf_state(s.w->dev, VF) == LM_STATE_SUSPENDED, "VF 1 is not SUSPENDED");
	save(s.w, &after);
	if (status)
		fuzz_check(before.size == after.size &&
				   !memcmp(before.data, after.data, after.size),
			   "LOAD_DATA fails with %03xh and changes the VF", status);
	else
		check_loaded(&before, &hostile, &after);
	fuzz_check(!memcmp(self.msix, s.w->dev->fn[VF].msix.table,
			   s.w->dev->config.vectors * sizeof(self.msix[0])),
		   "LOAD_DATA changes the MSI-X table");
	check_others(&s);
	go_on(&s, &in);
	lm_inproc_flr(s.w->b.p, VF);
	check_others(&s);
	world_recover(s.w);
	return 0;
}
