/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A hostile host: any commands on any queue of PF and VFs, doorbells, resets,
 * SR-IOV, bus mastering, media that fail or stall, between any two steps. The
 * recorder judges every step (world.c); afterwards FLR makes each VF usable.
 */
#include "world.h"

#define MAX_OPS 160
#define MAX_BUFFER 16384u

static const uint8_t five[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME,
				LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA };

/* A length or offset: often one that means something. */
static uint32_t any_length(struct world *w, struct fuzz_in *in, unsigned int vf)
{
	uint32_t size = vf && vf <= WORLD_VFS ? world_image_size(w, vf) : 0;

	switch (fuzz_below(in, 8)) {
	case 0:
		return 0;
	case 1:
		return size;
	case 2:
		return size + (uint32_t)(int8_t)fuzz_u8(in);
	case 3:
		return 4u * fuzz_u8(in);
	case 4:
		return size / 2 & ~3u;
	case 5:
		return fuzz_u16(in);
	case 6:
		return lm_image_max(lm_inproc_config(w->b.p)) + (uint32_t)(int8_t)fuzz_u8(in);
	default:
		return fuzz_u32(in);
	}
}

/* The data pointer: mostly to a buffer of the stated length, else to anywhere. */
static void point(struct world *w, struct fuzz_in *in, unsigned int fn, uint32_t len)
{
	uint8_t how = fuzz_u8(in);
	uint8_t *mem;

	if (!len)
		len = 4;
	if (len > MAX_BUFFER) {
		/* More than there is: the device may run into the end of it. */
		w->wild |= 1u << fn;
		len = MAX_BUFFER;
	}
	mem = world_buffer(w, fn, len);
	fuzz_bytes(in, mem, len < 64 ? len : how & 0x1F);
	if (how < 0xE0)
		return;
	w->wild |= 1u << fn;
	lm_put_le64(w->b.sqe + LM_SQE_PRP1,
		    lm_get_le64(w->b.sqe + LM_SQE_PRP1) + (uint64_t)(int64_t)(int16_t)fuzz_u16(in));
	if (how >= 0xF0)
		lm_put_le64(w->b.sqe + LM_SQE_PRP2, fuzz_u64(in));
}

static void submit(struct world *w, unsigned int fn, unsigned int qid)
{
	if (!w->b.q[fn][qid].sq)
		return;
	while (bench_reap(&w->b, fn, qid))
		;
	bench_submit(&w->b, fn, qid);
}

/* bytes that a SAVE or LOAD states; a size that QUERY tells may change until it executes */
static uint32_t stated(const struct world *w)
{
	uint32_t length = lm_get_le32(w->b.sqe + LM_SQE_LENGTH);

	return length ? length : lm_image_max(lm_inproc_config(w->b.p));
}

static void op_five(struct world *w, struct fuzz_in *in)
{
	unsigned int vf = fuzz_below(in, 8) ? 1 + fuzz_below(in, WORLD_VFS) : fuzz_u16(in);
	uint8_t opc = five[fuzz_below(in, 5)], extra = fuzz_u8(in);
	uint8_t *sqe = w->b.sqe;

	bench_cmd(&w->b, opc);
	bench_put32(&w->b, LM_SQE_CDW10, vf);
	if (opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA) {
		bench_put32(&w->b, LM_SQE_LENGTH, any_length(w, in, vf));
		bench_put32(&w->b, LM_SQE_OFFSET, any_length(w, in, vf));
		if (opc == LM_OPC_LOAD_DATA)
			bench_put32(&w->b, LM_SQE_TOTAL, any_length(w, in, vf));
		point(w, in, 0, stated(w));
	}
	if (extra >= 0xF0)
		sqe[extra & 0xF] = fuzz_u8(in);
	submit(w, 0, 0);
}

/* bytes that another command moves, 0 where it has no data */
static uint32_t moves(const uint8_t *sqe)
{
	switch (sqe[LM_SQE_OPC]) {
	case LM_ADM_IDENTIFY:
		return LM_PAGE_SIZE;
	case LM_ADM_GET_LOG_PAGE:
		return ((lm_get_le32(sqe + LM_SQE_CDW10) >> 16) + 1u) * 4u;
	default:
		return 0;
	}
}

/* A command dword: two small numbers, as most fields are, or anything. */
static uint32_t any_dword(struct fuzz_in *in)
{
	uint32_t low = fuzz_u8(in), high;

	if (low >= 0xF0)
		return fuzz_u32(in);
	high = fuzz_u8(in);
	return (low & 0x1F) | (low & 0x20 ? 0x8000u : 0) | (high & 0x1F) << 16;
}

static void op_admin(struct world *w, struct fuzz_in *in)
{
	static const uint8_t opcodes[] = { LM_ADM_DELETE_SQ,	LM_ADM_CREATE_SQ,
					   LM_ADM_GET_LOG_PAGE, LM_ADM_DELETE_CQ,
					   LM_ADM_CREATE_CQ,	LM_ADM_IDENTIFY,
					   LM_ADM_ABORT,	LM_ADM_SET_FEATURES,
					   LM_ADM_GET_FEATURES, LM_ADM_ASYNC_EVENT };
	unsigned int fn = fuzz_below(in, WORLD_VFS + 1), choice = fuzz_below(in, 16), i;
	uint32_t len;

	bench_cmd(&w->b, choice < sizeof(opcodes) ? opcodes[choice] : fuzz_u8(in));
	bench_put32(&w->b, LM_SQE_NSID, fuzz_u8(in) & 1 ? fuzz_u8(in) : 0xFFFFFFFF);
	for (i = LM_SQE_CDW10; i <= LM_SQE_CDW12; i += 4)
		bench_put32(&w->b, i, any_dword(in));
	if (w->b.sqe[LM_SQE_OPC] == LM_ADM_CREATE_SQ || w->b.sqe[LM_SQE_OPC] == LM_ADM_CREATE_CQ) {
		/* 16 entries of 64 bytes: the most that CAP.MQES allows. */
		world_buffer(w, fn, 1024);
	} else {
		len = moves(w->b.sqe);
		point(w, in, fn, len);
		/* Other commands with data may be there: their length is not known here. */
		if (!len && choice >= sizeof(opcodes))
			w->wild |= 1u << fn;
	}
	submit(w, fn, 0);
}

static void op_io(struct world *w, struct fuzz_in *in)
{
	static const uint8_t opcodes[] = { LM_IO_FLUSH, LM_IO_WRITE, LM_IO_READ,
					   LM_IO_WRITE_ZEROES };
	unsigned int fn = 1 + fuzz_below(in, WORLD_VFS);
	uint8_t how = fuzz_u8(in);
	uint32_t nsid = how & 0x80 ? fuzz_u32(in) : 1u + (how & 1);
	uint64_t slba = how & 0x40 ? fuzz_u64(in) : fuzz_u8(in) & (WORLD_BLOCKS - 1);
	uint32_t nlb = how & 0x20 ? fuzz_u16(in) : fuzz_u8(in) & 7;

	bench_rw(&w->b, how & 0x10 ? fuzz_u8(in) : opcodes[how >> 1 & 3], nsid, slba, nlb + 1);
	point(w, in, fn, (nlb + 1) << (nsid == 2 ? 12 : 9));
	submit(w, fn, 1);
}

/* The function anew, so that there is life after a reset. */
static void restart(struct world *w, unsigned int fn)
{
	world_settle(w);
	if (fn)
		lm_inproc_flr(w->b.p, fn);
	else
		bench_write(&w->b, 0, LM_REG_CC, 0);
	world_enable(w, fn, fn);
}

static void op_switch(struct world *w, struct fuzz_in *in)
{
	struct lm_inproc *p = w->b.p;
	unsigned int fn = fuzz_below(in, WORLD_VFS + 1);
	struct lm_media media;
	uint8_t how = fuzz_u8(in);

	switch (how & 7) {
	case 0:
		lm_inproc_flr(p, fn);
		break;
	case 1:
		if (!(how & 0xF0))
			lm_inproc_conventional_reset(p);
		break;
	case 2:
		lm_inproc_set_num_vfs(p, how >> 4 & 3);
		break;
	case 3:
		lm_inproc_pci_command(p, fn, true, how & 8, how & 16, how & 32);
		break;
	case 4:
		media = (struct lm_media){ .mode = (enum lm_media_mode)(how >> 4 & 3),
					   .admin = how & 8,
					   .latency = fuzz_u8(in) * UINT64_C(10000000),
					   .status = LM_SC_INTERNAL };
		if (media.mode > LM_MEDIA_FAIL)
			media.mode = LM_MEDIA_NORMAL;
		lm_inproc_media(p, &media);
		break;
	case 5:
		/* A bus that refuses is not the device's fault. */
		w->wild = UINT32_MAX;
		lm_inproc_fail_nth(p, 1u + (how >> 3), NULL);
		break;
	case 6:
		lm_inproc_namespace_resize(p, 1, 1 + fuzz_below(in, WORLD_BLOCKS));
		break;
	default:
		if (fn <= lm_num_vfs(w->dev))
			restart(w, fn);
		break;
	}
}

static void op_register(struct world *w, struct fuzz_in *in)
{
	unsigned int fn = fuzz_below(in, WORLD_VFS + 1);
	uint8_t how = fuzz_u8(in);

	if (how < 0xA0)
		bench_ring(&w->b, fn, how & 3, how & 4, how & 8 ? fuzz_u32(in) : fuzz_u8(in) & 15);
	else if (how < 0xC0)
		bench_write(&w->b, fn, LM_REG_CC, fuzz_u32(in));
	else if (how < 0xE0)
		bench_read(&w->b, fn, 4u * (how & 15));
	else
		bench_write(&w->b, fn, 4u * fuzz_u8(in), fuzz_u32(in));
	/* Registers lead queues to anywhere. */
	if (how >= 0xE0)
		w->wild |= 1u << fn;
}

/* What happens outside a step makes no suspended VF speak. */
static void muzzled(struct world *w, struct fuzz_in *in,
		    void (*fn)(struct world *, struct fuzz_in *))
{
	struct muzzle m;

	world_look(w);
	world_muzzle(w, &m);
	fn(w, in);
	m.no_dma = 0; /* bus mastering may have come on */
	world_judge(w, &m);
}

static void op(struct world *w, struct fuzz_in *in)
{
	uint8_t kind = fuzz_u8(in);
	unsigned int i;

	switch (kind & 15) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		op_five(w, in);
		break;
	case 5:
	case 6:
		op_admin(w, in);
		break;
	case 7:
	case 8:
		op_io(w, in);
		break;
	case 9:
		muzzled(w, in, op_switch);
		break;
	case 10:
		muzzled(w, in, op_register);
		break;
	case 11:
		for (i = kind >> 4; i; i--)
			world_step(w);
		break;
	case 12:
		world_advance(w, (UINT64_C(1) << (kind >> 4)) * 1000000u);
		break;
	default:
		world_run(w);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	struct world *w = world_new();
	unsigned int i;

	world_enable(w, 1, true);
	world_enable(w, 2, true);
	for (i = 0; in.left && i < MAX_OPS; i++)
		op(w, &in);
	world_run(w);
	world_recover(w);
	return 0;
}
