// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Whole sequences as hosts run them: cancelled at every step, repeated, there
 * and back, a thousand times, two at once, beside a busy neighbour.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define SLBA 512

/* The host gives up after step i: the guest goes on as if nothing had been. */
static void cancelled(struct ct *ct, unsigned int i)
{
	struct hn_image image = { 0 };
	struct hn_req *req[6];
	struct ct_cqe cqe;

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_scene_busy_life(ct, 1);
	for (unsigned int k = 0; k < 6; k++)
		hn_write_read(ct, 1, 1, SLBA + k, 600 + k);
	for (unsigned int k = 0; k < 6; k++)
		req[k] = hn_queue_read(ct, 1, 1, 1, SLBA + k, 1);
	hn_ring(ct, 1, 1);
	if (ct_has(ct, CT_CAP_STEP))
		hn_step(ct);
	hn_suspend(ct, 1);
	if (i >= 1)
		hn_query(ct, 1);
	if (i >= 2)
		image = hn_save(ct, 1);
	if (i >= 3)
		image = hn_save_chunked(ct, 1, 1000);
	if (i >= 4) {
		/* part of its own image, given up by SUSPEND */
		hn_load_part(ct, 1, image.bytes, 256, 0, image.len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
		hn_suspend(ct, 1);
	}
	if (i >= 5) {
		/* the destination has it already, and is thrown away */
		hn_suspend(ct, 2);
		hn_load(ct, 2, &image);
		hn_flr(ct, 2);
	}
	hn_resume(ct, 1);
	hn_drain(ct, 1);
	for (unsigned int k = 0; k < 6; k++)
		hn_check_read(ct, req[k], 600 + k);
	hn_scene_alive(ct, 1);
}

static unsigned int cancel_cases(struct ct *ct)
{
	(void)ct;
	return 6;
}

static void cancel_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = {
		"suspend",	     "query", "save", "save-in-parts", "part-loaded-back",
		"destination-loaded"
	};

	(void)ct;
	snprintf(buf, size, "after-%s", names[i]);
}

CT_ROW(seq_cancelled, .id = "RSM/migration-cancelled-at-any-step-loses-nothing",
       .reqs = "LM-RSM-040 LM-RSM-010 LM-SAV-070 LM-IOF-200 LM-SEC-110",
       .given = "a busy VF whose migration has come to one of its steps",
       .when = "RESUME on the source", .expect = "every command completes once, the VF works on",
       .needs = NEEDS, .flags = FLAGS, .cases = cancel_cases, .name = cancel_name,
       .run = cancelled);

static void saved_twice(struct ct *ct, unsigned int i)
{
	struct hn_image first, second;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	first = hn_scene_saved(ct, 1);
	if (i)
		hn_advance(ct, ct_has(ct, CT_CAP_CLOCK) ? 2 * 3600 * HN_S : 3 * HN_S);
	second = hn_save(ct, 1);
	hn_image_equal(ct, &first, &second, "two SAVE_DATA of one suspended VF");
	hn_resume(ct, 1);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(seq_saved_twice, .id = "SAV/two-saves-give-equal-bytes",
       .reqs = "LM-SAV-090 LM-SAV-100 LM-QRY-035", .given = "a suspended VF",
       .when = "it is saved twice, at once or later (hours, where time is virtual)",
       .expect = "equal bytes", .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = two_cases,
       .run = saved_twice);

static void round_trips(struct ct *ct, unsigned int trips)
{
	unsigned int at = 1;
	uint64_t tag = 1;

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_enable_io(ct, 1, 2, 4);
	for (unsigned int n = 0; n < trips; n++) {
		unsigned int to = 3 - at;
		struct hn_req *w[2], *r;

		for (unsigned int k = 0; k < 2; k++)
			w[k] = hn_queue_write(ct, at, (uint16_t)(1 + k), 1, SLBA + k, 1, tag + k);
		hn_ring(ct, at, 1);
		hn_ring(ct, at, 2);
		if (ct_has(ct, CT_CAP_STEP))
			for (uint64_t s = ct_random(ct) % 8; s > 0; s--)
				hn_step(ct);
		hn_migrate(ct, (uint16_t)at, (uint16_t)to);
		hn_flr(ct, at);
		at = to;
		hn_drain(ct, at);
		for (unsigned int k = 0; k < 2; k++) {
			hn_check_ok(ct, w[k]);
			r = hn_queue_read(ct, at, (uint16_t)(2 - k), 1, SLBA + k, 1);
			hn_ring(ct, at, (uint16_t)(2 - k));
			hn_drain(ct, at);
			hn_check_read(ct, r, tag + k);
		}
		tag += 2;
	}
}

static void there_and_back(struct ct *ct, unsigned int i)
{
	(void)i;
	round_trips(ct, 4);
}

CT_ROW(seq_there_and_back, .id = "LOD/guest-goes-there-and-back",
       .reqs = "LM-CMP-020 LM-IOF-200 LM-LOD-190", .given = "a VF with writes under way",
       .when = "it goes from VF 1 to VF 2 and back, twice",
       .expect = "no command is lost or repeated, data are right", .needs = NEEDS, .flags = FLAGS,
       .run = there_and_back);

static void thousand(struct ct *ct, unsigned int i)
{
	(void)i;
	round_trips(ct, 100);
}

static unsigned int ten_cases(struct ct *ct)
{
	(void)ct;
	return 10;
}

CT_ROW(seq_thousand, .id = "LOD/a-thousand-migrations-lose-nothing",
       .reqs = "LM-IOF-200 LM-IOF-210 LM-LOD-190", .given = "a VF with writes under way",
       .when = "it is migrated a thousand times, ten times a hundred",
       .expect = "no command is lost or repeated, data are right",
       .needs = NEEDS | CT_CAP(CT_CAP_FLR), .flags = FLAGS | CT_ROW_LONG, .cases = ten_cases,
       .run = thousand);

/* Two guests move at the same time, their commands interleaved. */
static void interleaved(struct ct *ct, unsigned int i)
{
	struct hn_image a, b;

	hn_need_vfs(ct, 4);
	hn_enable_io(ct, 1, 1, 8);
	hn_enable_io(ct, 2, 2, 4);
	hn_write_read(ct, 1, 1, SLBA, 1);
	hn_write_read(ct, 2, 2, SLBA + 1, 2);
	hn_suspend(ct, 1);
	hn_suspend(ct, 2);
	a = i ? hn_save_chunked(ct, 1, 512) : hn_save(ct, 1);
	hn_suspend(ct, 3);
	b = hn_save(ct, 2);
	hn_suspend(ct, 4);
	for (unsigned int vf = 3; vf <= 4; vf++) {
		if (ct_has(ct, CT_CAP_PCI_COMMAND))
			hn_pci_command(ct, vf, true, true, true, false);
		if (ct_has(ct, CT_CAP_IRQ))
			ct_check(ct, ct_target(ct)->ops->irq_setup(ct_target(ct), vf, 3) == 0,
				 "irq_setup");
	}
	hn_load(ct, 4, &b);
	hn_load(ct, 3, &a);
	hn_move(ct, 1, 3);
	hn_move(ct, 2, 4);
	hn_resume(ct, 3);
	hn_resume(ct, 4);
	hn_flr(ct, 1);
	hn_flr(ct, 2);
	hn_write_read(ct, 3, 1, SLBA, 3);
	hn_write_read(ct, 4, 2, SLBA + 1, 4);
}

CT_ROW(seq_interleaved, .id = "CON/two-migrations-interleaved-do-not-mix",
       .reqs = "LM-CON-020 LM-CON-040 LM-CON-050 LM-SEC-040",
       .given = "two VFs with different queues",
       .when = "both are migrated, their commands interleaved",
       .expect = "each guest finds its own state", .needs = NEEDS, .flags = FLAGS,
       .cases = two_cases, .run = interleaved);

/* A neighbour works while a VF goes through all of it. */
static void neighbour(struct ct *ct, unsigned int i)
{
	struct hn_req *busy[8];
	struct hn_image image;
	struct hn_view view;

	(void)i;
	hn_need_vfs(ct, 3);
	hn_enable_io(ct, 1, 1, 8);
	hn_enable_io(ct, 3, 2, 16);
	hn_write_read(ct, 1, 1, SLBA, 1);
	for (unsigned int k = 0; k < 8; k++)
		hn_write_read(ct, 3, 1, SLBA + 16 + k, 700 + k);
	view = hn_look(ct, 3);
	for (unsigned int step = 0; step < 5; step++) {
		for (unsigned int k = 0; k < 8; k++)
			busy[k] = hn_queue_read(ct, 3, (uint16_t)(1 + k % 2), 1, SLBA + 16 + k, 1);
		hn_ring(ct, 3, 1);
		hn_ring(ct, 3, 2);
		switch (step) {
		case 0:
			hn_suspend(ct, 1);
			break;
		case 1:
			image = hn_save(ct, 1);
			break;
		case 2:
			hn_suspend(ct, 2);
			hn_load(ct, 2, &image);
			break;
		case 3:
			hn_move(ct, 1, 2);
			hn_resume(ct, 2);
			break;
		default:
			hn_flr(ct, 1);
			break;
		}
		hn_drain(ct, 3);
		for (unsigned int k = 0; k < 8; k++)
			hn_check_read(ct, busy[k], 700 + k);
	}
	ct_check(ct,
		 hn_read32(ct, 3, NVME_REG_CC) == view.cc &&
			 hn_read32(ct, 3, NVME_REG_CSTS) == view.csts,
		 "the neighbour's registers changed");
	ct_check(ct, hn_query(ct, 3) == view.size, "the neighbour's image changed its size");
}

CT_ROW(seq_neighbour, .id = "CON/busy-neighbour-notices-nothing",
       .reqs = "LM-CON-030 LM-CON-050 LM-RST-060", .given = "VF 3 under load",
       .when = "VF 1 is suspended, saved, loaded into VF 2, resumed, reset",
       .expect = "VF 3 completes all its reads in between, its registers and size stay",
       .needs = NEEDS, .flags = FLAGS, .run = neighbour);
