/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Register access: reads and writes of any offset, length and value in the BARs
 * of PF and VFs, configuration space, MSI-X, resets, while VFs work, drain and
 * are suspended.
 */
#include "world.h"

#define MAX_OPS 400

static uint32_t any_offset(struct fuzz_in *in)
{
	uint8_t how = fuzz_u8(in);

	switch (how >> 6) {
	case 0: /* controller registers */
		return how & 0x3F;
	case 1: /* doorbells */
		return LM_BAR_DOORBELLS + (how & 0x1Fu) * 4u;
	case 2: /* MSI-X table and PBA */
		return how & 0x20 ? LM_BAR_MSIX_PBA + (how & 7u) * 4u :
				    LM_BAR_MSIX_TABLE + (how & 0x1Fu) * 4u;
	default:
		return fuzz_u16(in) % (LM_BAR_SIZE + 64u);
	}
}

static uint64_t any_value(struct world *w, struct fuzz_in *in)
{
	uint8_t how = fuzz_u8(in);
	const struct bench_queue *q = &w->b.q[how & 3][how >> 2 & 1];

	switch (how >> 5) {
	case 0:
		return how & 0x1F;
	case 1:
		return 0x00460000 | (how & 1);
	case 2:
		return q->sq_iova;
	case 3:
		return q->cq_iova;
	case 4:
		return 0x000F000F;
	case 5:
		return 0x4E564D65; /* "NVMe", which resets the subsystem */
	case 6:
		return fuzz_u32(in);
	default:
		return fuzz_u64(in);
	}
}

static void op_pci(struct world *w, struct fuzz_in *in, unsigned int fn)
{
	uint8_t how = fuzz_u8(in);

	switch (how & 7) {
	case 0:
		lm_inproc_flr(w->b.p, fn);
		break;
	case 1:
		lm_inproc_conventional_reset(w->b.p);
		break;
	case 2:
		lm_inproc_set_num_vfs(w->b.p, how >> 3 & 3);
		break;
	case 3:
		lm_inproc_irq_setup(w->b.p, fn, how >> 3 & 7);
		break;
	default:
		lm_inproc_pci_command(w->b.p, fn, how & 8, how & 16, how & 32, how & 64);
		break;
	}
}

/* SUSPEND, RESUME, or a command of the VF, so that something is under way. */
static void op_command(struct world *w, unsigned int fn, uint8_t how)
{
	struct bench *b = &w->b;

	if (fn && (how & 4)) {
		bench_cmd(b, how & 1 ? LM_ADM_ASYNC_EVENT : LM_ADM_GET_FEATURES);
		bench_put32(b, LM_SQE_CDW10, LM_FID_NUM_QUEUES);
	} else {
		bench_five_cmd(b, how & 1 ? LM_OPC_SUSPEND : LM_OPC_RESUME, fn, 0, 0, 0);
		fn = 0;
	}
	if (!b->q[fn][0].sq)
		return;
	while (bench_reap(b, fn, 0))
		;
	bench_submit(b, fn, 0);
}

static void op_access(struct world *w, struct fuzz_in *in, unsigned int what, unsigned int fn,
		      unsigned int len)
{
	struct muzzle m;
	uint32_t offset;

	world_look(w);
	world_muzzle(w, &m);
	switch (what) {
	case 6:
		lm_inproc_reg_write(w->b.p, fn, fuzz_u32(in), fuzz_u8(in), fuzz_u64(in));
		break;
	case 7:
	case 8:
		lm_inproc_reg_read(w->b.p, fn, any_offset(in), len);
		break;
	case 9:
		lm_inproc_reg_read(w->b.p, fn, fuzz_u32(in), fuzz_u8(in));
		break;
	case 10:
		op_pci(w, in, fn);
		break;
	default:
		offset = any_offset(in);
		lm_inproc_reg_write(w->b.p, fn, offset, len, any_value(w, in));
		break;
	}
	m.no_dma = 0; /* bus mastering may have come on */
	world_judge(w, &m);
}

static void op(struct world *w, struct fuzz_in *in)
{
	uint8_t kind = fuzz_u8(in);

	switch (kind & 15) {
	case 11:
	case 12:
		op_command(w, kind >> 4 & 3, fuzz_u8(in));
		break;
	case 13:
		world_advance(w, (UINT64_C(1) << (kind >> 4)) * 1000000u);
		break;
	case 14:
		world_step(w);
		break;
	case 15:
		world_run(w);
		break;
	default:
		op_access(w, in, kind & 15, kind >> 4 & 3, kind & 0x80 ? 8 : 4);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	struct world *w = world_new();
	unsigned int i;

	/* Registers lead queues to anywhere. */
	w->wild = UINT32_MAX;
	world_enable(w, 1, true);
	world_enable(w, 2, true);
	for (i = 0; in.left && i < MAX_OPS; i++)
		op(w, &in);
	world_run(w);
	world_recover(w);
	return 0;
}
