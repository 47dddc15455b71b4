/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Every cell of spec/tables/transitions.def is a row: VF 1 is brought into the
 * state, the event happens, and status, resulting state and side effects are
 * held against the line. VF 2 is watched meanwhile. At the end VF 1 must do I/O.
 */
#include <string.h>

#include "hn.h"
#include "scene.h"

#define NO_STATUS CT_END

enum event {
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning) EV_##name,
#define LM_TRANSITION(state, event, statuses, next, req)
#include "transitions.def"
#undef LM_EVENT
#undef LM_TRANSITION
	EV_COUNT
};

struct cell {
	unsigned int state;
	enum event event;
	const char *event_name;
	const uint16_t *statuses; /* ends with CT_END */
	unsigned int next;
};

/* One cell that is being tried. */
struct trial {
	struct ct *ct;
	const struct cell *cell;
	struct hn_req *pending; /* the SUSPEND of DRAINING */
	struct hn_image image; /* VF 1's own, of this state */
	uint32_t half; /* length of the part that LOADING staged */
	unsigned int num_vfs;
	bool has_io; /* VF 1 has an I/O queue pair */
	bool was_reset; /* and has lost it by the event */
	struct hn_req *late; /* what the event leaves to be completed after RESUME */
	bool watch; /* VF 2 */
	struct hn_view other;
	uint64_t mark;
};

static bool resets_all(enum event event)
{
	return event == EV_VF_DISABLE || event == EV_PF_FLR || event == EV_CONVENTIONAL ||
	       event == EV_NSSR;
}

/* ---- the events ---- */

static struct hn_cmd load_part(struct trial *t, uint32_t offset, uint32_t len, uint32_t total)
{
	return hn_load_cmd(1, t->image.bytes + offset, len, offset, total);
}

/* No bit of it is right, so that it is an image in no format. */
static struct hn_cmd load_invalid(struct trial *t)
{
	bool rest = t->cell->state == LM_STATE_LOADING;
	uint32_t i, offset = rest ? t->half : 0;
	struct hn_image bad = hn_image_copy(t->ct, &t->image);

	for (i = 0; i < bad.len; i++)
		bad.bytes[i] ^= 0xFF;
	return hn_load_cmd(1, bad.bytes + offset, bad.len - offset, offset, rest ? bad.len : 0);
}

static struct hn_cmd command(struct trial *t)
{
	switch (t->cell->event) {
	case EV_QUERY_DATA_SIZE:
		return hn_lm_cmd(LM_OPC_QUERY_DATA_SIZE, 1);
	case EV_SUSPEND:
		return hn_lm_cmd(LM_OPC_SUSPEND, 1);
	case EV_RESUME:
		return hn_lm_cmd(LM_OPC_RESUME, 1);
	case EV_SAVE_DATA:
		return hn_save_cmd(1, hn_mem(t->ct, t->image.len), t->image.len, 0);
	case EV_LOAD_WHOLE:
		return load_part(t, 0, t->image.len, 0);
	case EV_LOAD_FIRST:
		return load_part(t, 0, t->half, t->image.len);
	case EV_LOAD_NEXT:
		return load_part(t, t->half, 4, t->image.len);
	case EV_LOAD_LAST:
		return load_part(t, t->half, t->image.len - t->half, t->image.len);
	case EV_LOAD_MISFIT:
		return load_part(t, t->half + 4, 4, t->image.len);
	default:
		return load_invalid(t);
	}
}

/* The PF moved nothing but entries of its own admin queues. */
static void check_no_transfer(struct trial *t)
{
	const struct hn_fn *pf = hn_function(t->ct, 0);
	const struct hn_buf *sq = &pf->sq[0].mem, *cq = &pf->cq[0].mem;
	struct ct_event ev[16];
	unsigned int i, num;

	if (!hn_sees(t->ct, 0))
		return;
	num = hn_events(t->ct, t->mark, 0, HN_EV_DMA, ev, 16);
	for (i = 0; i < num && i < 16; i++)
		ct_check(t->ct,
			 (ev[i].addr >= sq->iova && ev[i].addr < sq->iova + sq->len) ||
				 (ev[i].addr >= cq->iova && ev[i].addr < cq->iova + cq->len),
			 "the refused command transferred %u bytes at %llxh", ev[i].len,
			 (unsigned long long)ev[i].addr);
}

static void do_command(struct trial *t)
{
	struct hn_cmd cmd = command(t);
	struct ct *ct = t->ct;
	struct ct_cqe cqe;

	hn_admin(ct, 0, &cmd, &cqe);
	ct_status_at(ct, &cqe, t->cell->statuses, __FILE__, __LINE__);
	if (cqe.status && cqe.status != LM_SC_INVALID_IMAGE && ct_has(ct, CT_CAP_JOURNAL) &&
	    ct_has(ct, CT_CAP_PF_OWNED))
		check_no_transfer(t);
	if (!cqe.status && t->cell->event == EV_SAVE_DATA)
		ct_check(ct, !memcmp(cmd.data, t->image.bytes, t->image.len),
			 "the image differs from that of the same state");
	if (!cqe.status && t->cell->event == EV_QUERY_DATA_SIZE)
		ct_check(ct, cqe.dw0 == t->image.len, "the size is %u, the image has %u bytes",
			 cqe.dw0, t->image.len);
	if (t->pending)
		ct_check(ct, !hn_poll(ct, t->pending),
			 "the pending SUSPEND ended %03Xh by another command",
			 t->pending->cqe.status);
}

static void pending_ends(struct trial *t)
{
	if (!t->pending)
		return;
	hn_wait(t->ct, t->pending);
	ct_status_at(t->ct, &t->pending->cqe, t->cell->statuses, __FILE__, __LINE__);
	t->pending = NULL;
}

/* Returns the state that the VF goes to: a device may be past stopping the SUSPEND. */
static unsigned int do_abort(struct trial *t)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_ABORT, 0);
	struct hn_req *req;
	const struct ct_cqe *cqe;

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, (uint32_t)t->pending->cid << 16);
	req = hn_start(t->ct, 0, &cmd);
	cqe = hn_wait(t->ct, req);
	ct_status(t->ct, cqe, LM_SC_SUCCESS);
	if (!(cqe->dw0 & 1)) {
		ct_check(t->ct, t->pending->done && t->pending->order < req->order,
			 "the Abort completed as done before the SUSPEND ended");
		pending_ends(t);
		return LM_STATE_ACTIVE;
	}
	ct_note(t->ct, "the device did not stop the SUSPEND");
	hn_media(t->ct, CT_MEDIA_NORMAL, 0, false);
	hn_wait(t->ct, t->pending);
	ct_status(t->ct, &t->pending->cqe, LM_SC_SUCCESS);
	t->pending = NULL;
	return LM_STATE_SUSPENDED;
}

/*
 * Returns the state that the VF goes to. The PF flushes its namespaces, so the
 * medium must work again; a device that gets the VF quiet before its queues
 * are gone may have completed the SUSPEND.
 */
static unsigned int shut_down_pf(struct trial *t)
{
	struct ct *ct = t->ct;
	unsigned int state = t->cell->next;
	uint64_t start = hn_now(ct);
	uint32_t cc;

	if (!hn_function(ct, 0)->enabled)
		hn_enable(ct, 0);
	cc = hn_read32(ct, 0, NVME_REG_CC);
	hn_write32(ct, 0, NVME_REG_CC, cc | NVME_CC_SHN_NORMAL);
	hn_settle(ct);
	if (t->pending)
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	while ((hn_read32(ct, 0, NVME_REG_CSTS) & NVME_CSTS_SHST_MASK) != NVME_CSTS_SHST_DONE) {
		if (hn_now(ct) - start > 30 * HN_S)
			ct_hung(ct, "the PF does not shut down");
		hn_advance(ct, 100 * HN_US);
	}
	if (t->pending && hn_poll(ct, t->pending) && !t->pending->cqe.status)
		state = LM_STATE_SUSPENDED;
	t->pending = NULL;
	hn_disable(ct, 0);
	return state;
}

static void reset_all(struct trial *t)
{
	struct ct_target *target = ct_target(t->ct);
	struct ct *ct = t->ct;
	unsigned int fn;

	switch (t->cell->event) {
	case EV_VF_DISABLE:
		hn_set_num_vfs(ct, 0);
		pending_ends(t);
		break;
	case EV_PF_FLR:
		hn_flr(ct, 0);
		break;
	case EV_CONVENTIONAL:
		if (target->ops->reset(target, 0, CT_RESET_CONVENTIONAL))
			ct_error(ct, "conventional reset: %s", target->error);
		break;
	default:
		hn_need_nssr(ct);
		hn_write32(ct, 0, NVME_REG_NSSR, NVME_NSSR_MAGIC);
		hn_settle(ct);
	}
	for (fn = t->cell->event == EV_VF_DISABLE ? 1 : 0; fn < CT_MAX_FUNCTIONS; fn++)
		hn_forget(ct, fn);
	t->pending = NULL;
	ct_check(ct, hn_num_vfs(ct) == 0, "VF Enable is still set");
	hn_set_num_vfs(ct, t->num_vfs);
	t->was_reset = true;
	if (ct_has(ct, CT_CAP_VF_REGS))
		ct_check(ct, !(hn_read32(ct, 1, NVME_REG_CC) & NVME_CC_EN),
			 "CC.EN of VF 1 is 1 after the reset");
}

static void ring_sq(struct trial *t)
{
	struct ct *ct = t->ct;

	t->late = hn_queue_read(ct, 1, 1, 1, 8, 1);
	hn_ring(ct, 1, 1);
	hn_settle(ct);
	if (t->cell->state == LM_STATE_ACTIVE) {
		hn_wait(ct, t->late);
		return;
	}
	if (ct_has(ct, CT_CAP_JOURNAL))
		hn_check_silent(ct, t->mark, 1, HN_EV_ACTS, "an SQ doorbell of a VF not ACTIVE");
}

/* The entry of a read that was done before the state was reached is acknowledged now. */
static void ring_cq(struct trial *t)
{
	hn_reap(t->ct, 1, 1);
	hn_ack(t->ct, 1, 1);
	hn_settle(t->ct);
	if (t->cell->state != LM_STATE_ACTIVE && ct_has(t->ct, CT_CAP_JOURNAL))
		hn_check_silent(t->ct, t->mark, 1, HN_EV_ACTS, "a CQ doorbell of a VF not ACTIVE");
}

static void cc_disable(struct trial *t)
{
	struct ct *ct = t->ct;
	uint32_t cc = hn_read32(ct, 1, NVME_REG_CC), csts = hn_read32(ct, 1, NVME_REG_CSTS);

	if (t->cell->state == LM_STATE_ACTIVE) {
		hn_disable(ct, 1);
		t->was_reset = true;
		return;
	}
	hn_write32(ct, 1, NVME_REG_CC, cc & ~NVME_CC_EN);
	hn_settle(ct);
	if (t->cell->state == LM_STATE_DRAINING) {
		pending_ends(t);
		hn_forget(ct, 1);
		t->was_reset = true;
		return;
	}
	ct_check(ct, hn_read32(ct, 1, NVME_REG_CC) == cc,
		 "CC.EN cleared while suspended: CC is %08Xh", hn_read32(ct, 1, NVME_REG_CC));
	ct_check(ct, hn_read32(ct, 1, NVME_REG_CSTS) == csts,
		 "CC.EN cleared while suspended: CSTS is %08Xh", hn_read32(ct, 1, NVME_REG_CSTS));
}

static void write_registers(struct trial *t)
{
	struct hn_view view = hn_look(t->ct, 1);
	struct ct *ct = t->ct;

	view.has_journal = false;
	if (t->cell->state == LM_STATE_ACTIVE) {
		hn_disable(ct, 1);
		t->was_reset = true;
		hn_write32(ct, 1, NVME_REG_AQA, 0x00070003);
		hn_write64(ct, 1, NVME_REG_ASQ, 0x12345000);
		hn_write64(ct, 1, NVME_REG_ACQ, 0x6789A000);
		ct_check(ct,
			 hn_read32(ct, 1, NVME_REG_AQA) == 0x00070003 &&
				 hn_read64(ct, 1, NVME_REG_ASQ) == 0x12345000 &&
				 hn_read64(ct, 1, NVME_REG_ACQ) == 0x6789A000,
			 "AQA, ASQ or ACQ does not keep what an ACTIVE VF's owner wrote");
		return;
	}
	if (t->cell->state == LM_STATE_DRAINING) {
		hn_write32(ct, 1, NVME_REG_INTMS, 1);
		hn_write32(ct, 1, NVME_REG_INTMC, 1);
	} else {
		hn_write32(ct, 1, NVME_REG_AQA, 0x00070003);
		hn_write64(ct, 1, NVME_REG_ASQ, 0x12345000);
		hn_write64(ct, 1, NVME_REG_ACQ, 0x6789A000);
		hn_write32(ct, 1, NVME_REG_INTMS, 0xFFFFFFFF);
		hn_write32(ct, 1, NVME_REG_CC, view.cc | NVME_CC_SHN_NORMAL);
	}
	hn_settle(ct);
	hn_check_same(ct, &view, "register writes of the guest");
}

static void async_event(struct trial *t)
{
	const struct ct_scratch *s = ct_scratch(t->ct);
	struct ct *ct = t->ct;

	/* smaller, but not without what this row uses */
	hn_resize(ct, 1, s->nsid == 1 ? s->slba + s->nlb : 100);
	hn_settle(ct);
	if (t->cell->state == LM_STATE_ACTIVE) {
		hn_wait(ct, t->late);
		return;
	}
	ct_check(ct, !hn_poll(ct, t->late),
		 "an Asynchronous Event Request completed on a VF that is not ACTIVE");
}

/* Returns the state that is to be found afterwards. */
static unsigned int happen(struct trial *t)
{
	switch (t->cell->event) {
	case EV_DRAINED:
		hn_media(t->ct, CT_MEDIA_NORMAL, 0, false);
		pending_ends(t);
		break;
	case EV_DRAIN_LIMIT:
		pending_ends(t);
		break;
	case EV_ABORT:
		return do_abort(t);
	case EV_VF_FLR:
		hn_flr(t->ct, 1);
		t->was_reset = true;
		pending_ends(t);
		break;
	case EV_PF_RESET:
		if (hn_function(t->ct, 0)->enabled)
			hn_disable(t->ct, 0);
		t->pending = NULL;
		break;
	case EV_PF_SHUTDOWN:
		return shut_down_pf(t);
	case EV_VF_DISABLE:
	case EV_PF_FLR:
	case EV_CONVENTIONAL:
	case EV_NSSR:
		reset_all(t);
		break;
	case EV_SQ_DOORBELL:
		ring_sq(t);
		break;
	case EV_CQ_DOORBELL:
		ring_cq(t);
		break;
	case EV_CC_DISABLE:
		cc_disable(t);
		break;
	case EV_REGISTER_WRITE:
		write_registers(t);
		break;
	case EV_EVENT:
		async_event(t);
		break;
	default:
		do_command(t);
	}
	return t->cell->next;
}

/* ---- before and after ---- */

static void prepare(struct trial *t)
{
	struct ct *ct = t->ct;

	t->num_vfs = hn_num_vfs(ct);
	hn_need_vfs(ct, 1);
	t->has_io = ct_has(ct, CT_CAP_VF_REGS) && ct_has(ct, CT_CAP_DMA);
	if (t->has_io)
		hn_enable_io(ct, 1, 1, 16);
	if (t->cell->event == EV_EVENT) {
		hn_set_feature(ct, 1, NVME_FEAT_ASYNC_EVENTS, 1 << 8);
		t->late = hn_aer(ct, 1);
	}
	if (t->cell->event == EV_CQ_DOORBELL) {
		struct hn_req *req = hn_queue_read(ct, 1, 1, 1, 0, 1);

		hn_ring(ct, 1, 1);
		for (unsigned int ms = 0; ms < 1000 && !hn_reap(ct, 1, 1); ms++)
			hn_advance(ct, HN_MS);
		hn_check_ok(ct, req);
	}
	hn_suspend(ct, 1);
	t->image = hn_save(ct, 1);
	t->half = t->image.len / 8 * 4;
	if (t->half < 12)
		ct_not_applicable(ct, "an image of %u bytes has no parts", t->image.len);
	hn_resume(ct, 1);
	hn_reach(ct, 1, t->cell->state, &t->pending);
	if (t->num_vfs >= 2 && !resets_all(t->cell->event)) {
		t->watch = true;
		t->other = hn_look(ct, 2);
	}
}

static void check_state(struct trial *t, unsigned int want, const char *when)
{
	int state = hn_vf_state(t->ct, 1);

	ct_check(t->ct, state == (int)want, "%s VF 1 is %s, not %s", when,
		 state < 0 ? "silent" : hn_state_name((unsigned int)state), hn_state_name(want));
}

static void finish(struct trial *t, unsigned int state)
{
	struct ct *ct = t->ct;

	if (ct_has(ct, CT_CAP_MEDIA))
		hn_media(ct, CT_MEDIA_NORMAL, 0, false);
	if (state == LM_STATE_SUSPENDED && t->cell->state >= LM_STATE_SUSPENDED) {
		struct hn_image now = hn_save(ct, 1);

		ct_check(ct,
			 t->cell->event == EV_SQ_DOORBELL || t->cell->event == EV_CQ_DOORBELL ||
				 t->cell->event == EV_EVENT ||
				 (now.len == t->image.len &&
				  !memcmp(now.bytes, t->image.bytes, now.len)),
			 "the state of VF 1 is not what it was");
	}
	hn_leave(ct, 1, t->pending);
	if (!t->has_io)
		return;
	if (t->was_reset) {
		hn_enable_io(ct, 1, 1, 16);
	} else if (t->late) {
		hn_wait(ct, t->late);
		hn_check_ok(ct, t->late);
	}
	hn_drain(ct, 1);
	hn_scene_alive(ct, 1);
}

static void run(struct ct *ct, unsigned int i)
{
	struct trial t = { .ct = ct, .cell = ct_row(ct)->data };
	unsigned int state;

	(void)i;
	prepare(&t);
	check_state(&t, t.cell->state, "before the event");
	t.mark = ct_has(ct, CT_CAP_JOURNAL) ? hn_mark(ct) : 0;
	ct_reached(ct, hn_state_name(t.cell->state), t.cell->event_name);
	state = happen(&t);
	check_state(&t, state, "after the event");
	if (t.watch)
		hn_check_same(ct, &t.other, "an event for VF 1");
	finish(&t, state);
}

/* ---- one row for each line of the table ---- */

#define C(cap) CT_CAP(CT_CAP_##cap)
#define NEED_IO (C(VF_REGS) | C(DMA))
#define NEED_QUERY_DATA_SIZE 0
#define NEED_SUSPEND 0
#define NEED_RESUME 0
#define NEED_SAVE_DATA 0
#define NEED_LOAD_WHOLE 0
#define NEED_LOAD_FIRST 0
#define NEED_LOAD_NEXT 0
#define NEED_LOAD_LAST 0
#define NEED_LOAD_MISFIT 0
#define NEED_LOAD_INVALID 0
#define NEED_DRAINED 0
#define NEED_DRAIN_LIMIT 0
#define NEED_ABORT 0
#define NEED_VF_FLR C(FLR)
#define NEED_VF_DISABLE C(NUM_VFS)
#define NEED_PF_RESET C(PF_OWNED)
#define NEED_PF_SHUTDOWN C(PF_OWNED)
#define NEED_PF_FLR (C(PF_FLR) | C(NUM_VFS) | C(PF_OWNED))
#define NEED_CONVENTIONAL (C(CONVENTIONAL) | C(NUM_VFS) | C(PF_OWNED))
#define NEED_NSSR (C(NUM_VFS) | C(PF_OWNED))
#define NEED_SQ_DOORBELL NEED_IO
#define NEED_CQ_DOORBELL NEED_IO
#define NEED_CC_DISABLE NEED_IO
#define NEED_REGISTER_WRITE NEED_IO
#define NEED_EVENT (NEED_IO | C(NAMESPACE))
#define NEED_ACTIVE 0
#define NEED_DRAINING (C(MEDIA) | NEED_IO | C(PF_OWNED))
#define NEED_SUSPENDED 0
#define NEED_LOADING 0

/* What else the event shows, beside the requirement of the line. */
#define ALSO_QUERY_DATA_SIZE ""
#define ALSO_SUSPEND ""
#define ALSO_RESUME ""
#define ALSO_SAVE_DATA ""
#define ALSO_LOAD_WHOLE ""
#define ALSO_LOAD_FIRST ""
#define ALSO_LOAD_NEXT ""
#define ALSO_LOAD_LAST ""
#define ALSO_LOAD_MISFIT ""
#define ALSO_LOAD_INVALID ""
#define ALSO_DRAINED ""
#define ALSO_DRAIN_LIMIT ""
#define ALSO_ABORT ""
#define ALSO_VF_FLR " LM-STA-010 LM-RST-010 LM-RST-060"
#define ALSO_VF_DISABLE " LM-STA-010 LM-RST-100"
#define ALSO_PF_RESET ""
#define ALSO_PF_SHUTDOWN ""
#define ALSO_PF_FLR " LM-STA-010 LM-RST-090 LM-RST-100"
#define ALSO_CONVENTIONAL " LM-STA-010 LM-RST-090 LM-RST-100"
#define ALSO_NSSR " LM-STA-010 LM-RST-090 LM-RST-100"
#define ALSO_SQ_DOORBELL " LM-IOF-100"
#define ALSO_CQ_DOORBELL ""
#define ALSO_CC_DISABLE " LM-RST-110"
#define ALSO_REGISTER_WRITE ""
#define ALSO_EVENT ""

#define LM_ST(value) value,
#define LM_ST_NONE
#define LM_EVENT(name, kind, meaning)
#define LM_TRANSITION(from, event_, statuses_, next_, req)                                         \
	static const uint16_t codes_##from##_##event_[] = { statuses_ NO_STATUS };                 \
	static const struct cell cell_##from##_##event_ = {                                        \
		.state = LM_STATE_##from,                                                          \
		.event = EV_##event_,                                                              \
		.event_name = #event_,                                                             \
		.statuses = codes_##from##_##event_,                                               \
		.next = LM_STATE_##next_,                                                          \
	};                                                                                         \
	CT_ROW(row_##from##_##event_, .id = "STA/" #from "-" #event_,                              \
	       .reqs = req " LM-STA-020" ALSO_##event_, .given = "VF 1 is " #from,                 \
	       .when = #event_, .expect = "the line's status; VF 1 is " #next_ "; VF 2 unchanged", \
	       .needs = NEED_##from | NEED_##event_, .flags = CT_ROW_FIVE | CT_ROW_LM, .run = run, \
	       .data = &cell_##from##_##event_);
#include "transitions.def"
