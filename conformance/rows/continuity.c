// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * A guest that moves from VF 1 to VF 2 with work under way: every command
 * completes exactly once, with its own data, on the other side.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define SRC 1
#define DST 2
#define SLBA 256

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void write_block(struct ct *ct, unsigned int fn, uint16_t qid, uint64_t slba, uint64_t tag)
{
	struct hn_req *w = hn_queue_write(ct, fn, qid, 1, slba, 1, tag);

	hn_ring(ct, fn, qid);
	hn_drain(ct, fn);
	hn_check_ok(ct, w);
}

/* Queues of four entries, suspended after i commands: both phases, all positions. */
static void wrapped(struct ct *ct, unsigned int i)
{
	struct hn_req *req[3];

	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 4);
	for (unsigned int k = 0; k < i; k++)
		write_block(ct, SRC, 1, SLBA + k, 50 + k);
	write_block(ct, SRC, 1, SLBA, 50);
	hn_migrate(ct, SRC, DST);
	for (unsigned int k = 0; k < 3; k++) {
		req[0] = hn_queue_read(ct, DST, 1, 1, SLBA, 1);
		hn_ring(ct, DST, 1);
		hn_drain(ct, DST);
		hn_check_read(ct, req[0], 50);
		ct_check(ct, req[0]->cqe.sqhd == (i + 2 + k) % 4, "SQHD is %u, not %u",
			 req[0]->cqe.sqhd, (i + 2 + k) % 4);
	}
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int k = 0; k < 3; k++)
			req[k] = hn_queue_read(ct, DST, 1, 1, SLBA, 1);
		hn_ring(ct, DST, 1);
		hn_drain(ct, DST);
		for (unsigned int k = 0; k < 3; k++)
			hn_check_read(ct, req[k], 50);
	}
	hn_flr(ct, SRC);
}

static unsigned int wrapped_cases(struct ct *ct)
{
	(void)ct;
	return 9;
}

static void after_commands(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "after-%u-commands", i + 1);
}

CT_ROW(move_wrapped, .id = "IOF/queues-go-on-at-every-position-and-phase",
       .reqs = "LM-IOF-210 LM-IOF-200 LM-LOD-190",
       .given = "a VF with queues of four entries that have wrapped up to twice",
       .when = "it is migrated", .expect = "heads, tails and phases go on on the other VF",
       .needs = NEEDS, .flags = FLAGS, .cases = wrapped_cases, .name = after_commands,
       .run = wrapped);

/* Queue IDs with holes, several SQs on one CQ, different sizes. */
static void odd_queues(struct ct *ct, unsigned int i)
{
	struct hn_req *req[12];
	unsigned int n = 0;
	uint64_t irqs = 0;

	hn_need_vfs(ct, 2);
	hn_enable_sized(ct, SRC, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 5 : 0);
	hn_create_cq(ct, SRC, 2, 16, true, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, SRC, 3, 32, false, 0);
	hn_create_sq(ct, SRC, 1, 3, 4);
	hn_create_sq(ct, SRC, 3, 3, 16);
	hn_create_sq(ct, SRC, 4, 2, 8);
	if (i) {
		hn_create_sq(ct, SRC, 2, 2, 4);
		hn_delete_sq(ct, SRC, 3);
		hn_create_sq(ct, SRC, 3, 2, 8);
	}
	for (unsigned int k = 0; k < 4; k++)
		write_block(ct, SRC, 4, SLBA + k, 70 + k);
	hn_migrate(ct, SRC, DST);
	if (ct_has(ct, CT_CAP_IRQ)) {
		hn_settle(ct);
		irqs = hn_irqs(ct, DST, 2);
	}
	for (unsigned int k = 0; k < 3; k++) {
		req[n++] = hn_queue_read(ct, DST, 1, 1, SLBA + k, 1);
		req[n++] = hn_queue_read(ct, DST, 3, 1, SLBA + k, 1);
		req[n++] = hn_queue_read(ct, DST, 4, 1, SLBA + k, 1);
	}
	hn_ring(ct, DST, 1);
	hn_ring(ct, DST, 3);
	hn_ring(ct, DST, 4);
	hn_drain(ct, DST);
	for (unsigned int k = 0; k < n; k++)
		hn_check_read(ct, req[k], 70 + k / 3);
	if (ct_has(ct, CT_CAP_IRQ)) {
		ct_check(ct, hn_irqs(ct, DST, 2) > irqs, "CQ 2 does not interrupt any more");
	}
	hn_delete_sq(ct, DST, 1);
	hn_delete_sq(ct, DST, 3);
	hn_flr(ct, SRC);
}

CT_ROW(move_odd_queues, .id = "IOF/odd-sets-of-queues-survive-migration",
       .reqs = "LM-INV-020 LM-IOF-200 LM-LOD-190",
       .given =
	       "a VF with gaps in its queue IDs, two SQs on one CQ, a CQ without interrupts, a queue deleted and created again",
       .when = "it is migrated", .expect = "all queues work on the other VF, and can be deleted",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .run = odd_queues);

/* Work at every stage when SUSPEND comes: i steps of the device after the doorbell. */
static void in_flight(struct ct *ct, unsigned int i)
{
	struct hn_req *req[10];

	hn_need_vfs(ct, 2);
	hn_scene_pf(ct);
	hn_enable_io(ct, SRC, 2, 16);
	for (unsigned int k = 0; k < 10; k++)
		write_block(ct, SRC, 1, SLBA + k, 90 + k);
	if (ct_has(ct, CT_CAP_MEDIA))
		hn_media(ct, CT_MEDIA_NORMAL, HN_MS, false);
	for (unsigned int k = 0; k < 10; k++)
		req[k] = k % 2 ? hn_queue_write(ct, SRC, 2, 1, SLBA + k, 1, 190 + k) :
				 hn_queue_read(ct, SRC, 1, 1, SLBA + k, 1);
	hn_ring(ct, SRC, 1);
	hn_ring(ct, SRC, 2);
	if (ct_has(ct, CT_CAP_STEP))
		for (unsigned int k = 0; k < i; k++)
			hn_step(ct);
	hn_migrate(ct, SRC, DST);
	hn_drain(ct, DST);
	for (unsigned int k = 0; k < 10; k++) {
		if (k % 2)
			hn_check_ok(ct, req[k]);
		else
			hn_check_read(ct, req[k], 90 + k);
	}
	for (unsigned int k = 1; k < 10; k += 2) {
		struct hn_req *r = hn_queue_read(ct, DST, 1, 1, SLBA + k, 1);

		hn_ring(ct, DST, 1);
		hn_drain(ct, DST);
		hn_check_read(ct, r, 190 + k);
	}
	hn_flr(ct, SRC);
}

static unsigned int in_flight_cases(struct ct *ct)
{
	return ct_has(ct, CT_CAP_STEP) ? 48 : 4;
}

static void after_steps(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "after-%u-steps", i);
}

CT_ROW(move_in_flight, .id = "IOF/every-command-completes-once-across-migration",
       .reqs = "LM-IOF-200 LM-IOF-120 LM-IOF-110 LM-RSM-040",
       .given = "a VF with reads and writes at every stage from not fetched to complete",
       .when = "it is migrated",
       .expect =
	       "each completes exactly once, reads with the data of their blocks, writes have been written",
       .needs = NEEDS, .flags = FLAGS, .cases = in_flight_cases, .name = after_steps,
       .run = in_flight);

/* The SQ tail that was rung while suspended, before or after the snapshot. */
static void latched_in_image(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *req;

	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	write_block(ct, SRC, 1, SLBA, 5);
	hn_suspend(ct, SRC);
	req = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	if (i == 0)
		hn_ring(ct, SRC, 1);
	image = hn_save(ct, SRC);
	if (i == 1)
		hn_ring(ct, SRC, 1);
	hn_suspend(ct, DST);
	if (ct_has(ct, CT_CAP_PCI_COMMAND))
		hn_pci_command(ct, DST, true, true, true, false);
	if (ct_has(ct, CT_CAP_IRQ))
		ct_check(ct, ct_target(ct)->ops->irq_setup(ct_target(ct), DST, 2) == 0,
			 "irq_setup");
	hn_load(ct, DST, &image);
	hn_move(ct, SRC, DST);
	hn_resume(ct, DST);
	hn_flr(ct, SRC);
	hn_advance(ct, 20 * HN_MS);
	hn_reap_all(ct, DST);
	if (i == 1) {
		ct_check(ct, !req->done, "a doorbell rung after the snapshot travelled with it");
		hn_ring(ct, DST, 1);
		hn_drain(ct, DST);
	}
	hn_check_read(ct, req, 5);
}

static void latched_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-the-snapshot", i ? "after" : "before");
}

CT_ROW(move_latched, .id = "IOF/doorbell-before-the-snapshot-travels-and-after-it-does-not",
       .reqs = "LM-IOF-240 LM-IOF-230 LM-SAV-080 LM-STA-520",
       .given = "a suspended VF with a read in its SQ",
       .when = "its doorbell is rung before or after SAVE, and the image loaded elsewhere",
       .expect = "before: the read completes there; after: only once it is rung there",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = latched_name,
       .run = latched_in_image);

/* On the source itself both doorbells count. */
static void latched_here(struct ct *ct, unsigned int i)
{
	struct hn_image first, again;
	struct hn_req *req[2];

	(void)i;
	hn_need_vfs(ct, 1);
	hn_enable_io(ct, SRC, 1, 8);
	write_block(ct, SRC, 1, SLBA, 5);
	hn_suspend(ct, SRC);
	req[0] = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	hn_ring(ct, SRC, 1);
	first = hn_save(ct, SRC);
	req[1] = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	hn_ring(ct, SRC, 1);
	again = hn_save(ct, SRC);
	ct_check(ct, again.len == first.len && memcmp(again.bytes, first.bytes, first.len) != 0,
		 "a second snapshot does not hold the doorbell latched since the first");
	hn_resume(ct, SRC);
	hn_drain(ct, SRC);
	hn_check_read(ct, req[0], 5);
	hn_check_read(ct, req[1], 5);
}

CT_ROW(move_latched_here, .id = "SAV/each-snapshot-holds-the-doorbells-latched-so-far",
       .reqs = "LM-SAV-080 LM-IOF-230 LM-IOF-240", .given = "a suspended VF",
       .when = "doorbell, SAVE, doorbell, SAVE, RESUME",
       .expect = "the images differ by the second doorbell; both reads complete here",
       .needs = NEEDS, .flags = FLAGS, .run = latched_here);

/* Pieces come from the snapshot of the last SAVE at offset 0, whatever happens between them. */
static void pieces_of_one_snapshot(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *read;
	uint8_t id[LM_ID_SIZE];
	uint8_t *rest;
	struct ct_cqe cqe;
	uint32_t half;

	hn_need_vfs(ct, 1);
	if (i == 2 && !ct_has(ct, CT_CAP_NAMESPACE))
		ct_not_applicable(ct, "the target cannot make an event");
	hn_enable_io(ct, SRC, 1, 8);
	write_block(ct, SRC, 1, SLBA, 5);
	hn_set_feature(ct, SRC, NVME_FEAT_ASYNC_EVENTS, 0x100);
	if (i == 2)
		hn_identify(ct, SRC, NVME_CNS_NAMESPACE, 2, id);
	read = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	if (i == 1) {
		hn_ring(ct, SRC, 1);
		hn_settle(ct);
		hn_advance(ct, HN_MS);
	}
	hn_suspend(ct, SRC);
	image = hn_save(ct, SRC);
	half = image.len / 2 & ~3u;
	rest = hn_mem(ct, image.len);
	hn_save_part(ct, SRC, rest, 4, 0, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	if (i == 0) {
		hn_ring(ct, SRC, 1);
	} else if (i == 1) {
		ct_check(ct, hn_reap(ct, SRC, 1) == 1, "the read had not completed at SUSPEND");
		hn_ack(ct, SRC, 1);
	} else {
		hn_resize(ct, 2, lm_get_le64(id) / 2);
		hn_settle(ct);
	}
	for (uint32_t at = 4; at < image.len; at += half) {
		hn_save_part(ct, SRC, rest + at, half < image.len - at ? half : image.len - at, at,
			     &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	}
	ct_check(ct, memcmp(rest, image.bytes, image.len) == 0,
		 "what happened between two parts changed the image");
	hn_resume(ct, SRC);
	if (i == 2)
		hn_ring(ct, SRC, 1);
	hn_drain(ct, SRC);
	hn_check_read(ct, read, 5);
}

static unsigned int three_happenings(struct ct *ct)
{
	(void)ct;
	return 3;
}

static void happening_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "sq-tail", "cq-head", "event" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(move_snapshot, .id = "SAV/parts-come-from-one-snapshot",
       .reqs = "LM-SAV-080 LM-SAV-085 LM-IOF-230",
       .given = "a suspended VF of which a first part was saved",
       .when = "an SQ or CQ doorbell is rung, or an event comes, then the other parts are saved",
       .expect = "the parts make the image of the time of the first", .needs = NEEDS,
       .flags = FLAGS, .cases = three_happenings, .name = happening_name,
       .run = pieces_of_one_snapshot);

/* Completions that have no room travel. */
static void parked_travel(struct ct *ct, unsigned int i)
{
	struct hn_req *req[6];

	hn_need_vfs(ct, 2);
	hn_enable_sized(ct, SRC, 32, 32, ct_has(ct, CT_CAP_IRQ) ? 2 : 0);
	hn_create_cq(ct, SRC, 1, 3, true, ct_has(ct, CT_CAP_IRQ) ? 1 : 0);
	hn_create_sq(ct, SRC, 1, 1, 8);
	for (unsigned int k = 0; k < 6; k++)
		write_block(ct, SRC, 1, SLBA + k, 30 + k);
	for (unsigned int k = 0; k < 6; k++)
		req[k] =
			hn_queue_read(ct, SRC, 1, 1, k == 3 && i ? UINT64_C(1) << 60 : SLBA + k, 1);
	hn_ring(ct, SRC, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	hn_migrate(ct, SRC, DST);
	hn_drain(ct, DST);
	for (unsigned int k = 0; k < 6; k++) {
		if (k == 3 && i)
			ct_check(ct, req[k]->done && req[k]->cqe.status == 0x080,
				 "a parked error completion arrived with status %03xh, not 080h",
				 req[k]->done ? req[k]->cqe.status : 0xFFF);
		else
			hn_check_read(ct, req[k], 30 + k);
	}
	hn_flr(ct, SRC);
}

static void parked_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "one-with-an-error" : "all-successful");
}

CT_ROW(move_parked, .id = "IOF/parked-completions-travel",
       .reqs = "LM-IOF-130 LM-IOF-140 LM-IOF-200",
       .given = "a VF with six finished reads and a CQ with room for two", .when = "it is migrated",
       .expect =
	       "the others are posted on the other VF as it makes room, each once, with its status",
       .needs = NEEDS, .flags = FLAGS, .cases = two_cases, .name = parked_name,
       .run = parked_travel);

/* Asynchronous Event Requests and events. */
static void events_travel(struct ct *ct, unsigned int i)
{
	struct hn_req *first, *second;
	uint8_t id[LM_ID_SIZE];
	uint64_t blocks;

	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	hn_set_feature(ct, SRC, NVME_FEAT_ASYNC_EVENTS, 0x100);
	hn_identify(ct, SRC, NVME_CNS_NAMESPACE, 1, id);
	blocks = lm_get_le64(id);
	first = second = NULL;
	if (i != 1) {
		first = hn_aer(ct, SRC);
		second = hn_aer(ct, SRC);
		hn_settle(ct);
	}
	if (i != 0) {
		/* before: the event waits for a request, or for RESUME */
		if (i == 2)
			hn_suspend(ct, SRC);
		hn_resize(ct, 2, blocks / 2);
		hn_settle(ct);
		if (i == 2) {
			hn_reap_all(ct, SRC);
			ct_check(ct, !first->done, "an event was reported while SUSPENDED");
			hn_resume(ct, SRC);
			hn_drain(ct, SRC);
			ct_check(ct, first->done, "the event was not reported after RESUME");
			ct_check(ct, !second->done, "the event was reported twice");
			return;
		}
	}
	/* the namespace has the same size on both sides: they share it */
	hn_migrate(ct, SRC, DST);
	hn_drain(ct, DST);
	if (i == 0) {
		ct_check(ct, !first->done && !second->done, "an AER completed by migration");
		hn_resize(ct, 2, blocks / 2);
	} else {
		first = hn_aer(ct, DST);
		second = hn_aer(ct, DST);
	}
	hn_drain(ct, DST);
	hn_advance(ct, 10 * HN_MS);
	hn_reap_all(ct, DST);
	ct_check(ct, first->done && first->cqe.status == LM_SC_SUCCESS,
		 "the event was not reported");
	ct_check(ct, (first->cqe.dw0 & 0xFF) == 2 && (first->cqe.dw0 >> 16 & 0xFF) == 4,
		 "Dword 0 of the event is %08xh", first->cqe.dw0);
	ct_check(ct, !second->done, "the event was reported twice");
	hn_flr(ct, SRC);
}

static unsigned int three_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

static void events_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[] = { "aers-travel", "unreported-event-travels",
					     "event-while-suspended-waits" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

CT_ROW(move_events, .id = "IOF/events-and-aers-are-reported-once-after-resume",
       .reqs = "LM-IOF-220 LM-IOF-150 LM-STA-550 LM-SUS-020",
       .given =
	       "a VF with outstanding AERs, with an event nobody asked for yet, or suspended when an event comes",
       .when = "it is migrated or resumed", .expect = "the event is reported once, by one AER",
       .needs = NEEDS | CT_CAP(CT_CAP_NAMESPACE), .flags = FLAGS, .cases = three_cases,
       .name = events_name, .run = events_travel);

/* The MSI-X table is the VMM's: what it planted before LOAD is what counts. */
static void foreign_vectors(struct ct *ct, unsigned int i)
{
	uint64_t addr, before, mark;
	struct hn_image image;
	struct hn_req *req;
	uint32_t data;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	write_block(ct, SRC, 1, SLBA, 5);
	image = hn_scene_saved(ct, SRC);
	hn_suspend(ct, DST);
	hn_pci_command(ct, DST, true, true, true, false);
	ct_check(ct, ct_target(ct)->ops->irq_setup(ct_target(ct), DST, 2) == 0, "irq_setup");
	/* the VMM swaps vector 1's message for one of its own */
	addr = hn_read64(ct, DST, 0x2000 + 16);
	data = hn_read32(ct, DST, 0x2000 + 24);
	hn_write32(ct, DST, 0x2000 + 24, data ^ 0x10000);
	hn_load(ct, DST, &image);
	ct_check(ct, hn_read64(ct, DST, 0x2000 + 16) == addr, "LOAD changed a message address");
	ct_check(ct, hn_read32(ct, DST, 0x2000 + 24) == (data ^ 0x10000),
		 "LOAD changed message data");
	hn_move(ct, SRC, DST);
	hn_resume(ct, DST);
	hn_flr(ct, SRC);
	hn_drain(ct, DST);
	mark = hn_mark(ct);
	before = hn_events(ct, mark, DST, HN_EV(CT_EV_MSIX), NULL, 0);
	ct_check(ct, before == 0, "interrupts out of nowhere");
	req = hn_queue_read(ct, DST, 1, 1, SLBA, 1);
	hn_ring(ct, DST, 1);
	hn_drain(ct, DST);
	hn_check_read(ct, req, 5);
	{
		struct ct_event ev[8];
		unsigned int n = hn_events(ct, mark, DST, HN_EV(CT_EV_MSIX), ev, 8);

		ct_check(ct, n >= 1, "no interrupt after migration");
		ct_check(ct, ev[0].addr == addr && ev[0].data == (data ^ 0x10000),
			 "the interrupt's message is not the planted one");
	}
}

CT_ROW(move_vectors, .id = "LOD/load-leaves-the-msix-table-alone", .reqs = "LM-LOD-180 LM-INV-100",
       .given = "a suspended VF whose MSI-X table the VMM has written",
       .when = "an image is loaded and the VF resumed",
       .expect = "the table is as planted, interrupts use it",
       .needs = NEEDS | CT_CAP(CT_CAP_MSIX_TABLE) | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_IRQ) |
		CT_CAP(CT_CAP_PCI_COMMAND),
       .flags = FLAGS, .run = foreign_vectors);

/* Completions that the guest has not consumed, behind a mask that the VMM sets. */
static void masked_there(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_req *read;
	uint64_t before;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	write_block(ct, SRC, 1, SLBA, 5);
	read = hn_queue_read(ct, SRC, 1, 1, SLBA, 1);
	hn_ring(ct, SRC, 1);
	hn_settle(ct);
	hn_advance(ct, HN_MS);
	image = hn_scene_saved(ct, SRC);
	hn_suspend(ct, DST);
	hn_pci_command(ct, DST, true, true, true, false);
	ct_check(ct, ct_target(ct)->ops->irq_setup(ct_target(ct), DST, 2) == 0, "irq_setup");
	hn_pci_command(ct, DST, true, true, true, true);
	hn_load(ct, DST, &image);
	hn_move(ct, SRC, DST);
	hn_resume(ct, DST);
	hn_flr(ct, SRC);
	hn_advance(ct, 10 * HN_MS);
	before = hn_irqs(ct, DST, 1);
	ct_check(ct, before == 0, "a masked vector interrupted");
	hn_pci_command(ct, DST, true, true, true, false);
	hn_advance(ct, 10 * HN_MS);
	ct_check(ct, hn_irqs(ct, DST, 1) > before,
		 "the interrupt of an unconsumed completion was lost behind a mask");
	hn_drain(ct, DST);
	hn_check_read(ct, read, 5);
}

CT_ROW(move_masked, .id = "RSM/interrupt-behind-a-mask-comes-when-it-is-lifted",
       .reqs = "LM-RSM-060 LM-IOF-040",
       .given = "a VF with an unconsumed completion, loaded into one whose vectors are masked",
       .when = "RESUME, then the mask is lifted",
       .expect = "no interrupt before, at least one after",
       .needs = NEEDS | CT_CAP(CT_CAP_IRQ) | CT_CAP(CT_CAP_PCI_COMMAND), .flags = FLAGS,
       .run = masked_there);
