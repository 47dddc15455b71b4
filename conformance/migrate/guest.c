/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "guest.h"

#include <string.h>

#include "load.h"
#include "nvme-base.h"
#include "nvme-lm.h"
#include "queue.h"
#include "say.h"

#define NS_PER_US UINT64_C(1000)
#define NS_PER_S UINT64_C(1000000000)

static bool has(const struct mg_guest *g, enum ct_cap cap)
{
	return g->t->info.caps & CT_CAP(cap);
}

static void attach(struct mg_guest *g, void *mem, struct mg_outcome *out)
{
	memset(g, 0, sizeof(*g));
	g->mem = mem;
	g->state = mem;
	g->shape = &g->state->shape;
	g->out = out;
	mg_layout(&g->layout, g->shape);
	g->queue = (struct mg_queue *)(g->mem + g->layout.queues);
	g->cmd = (struct mg_cmd *)(g->mem + g->layout.cmds);
	g->gen = (uint32_t *)(g->mem + g->layout.gens);
	g->busy = g->mem + g->layout.busy;
}

void mg_guest_new(struct mg_guest *g, void *mem, const struct mg_shape *shape, uint64_t seed,
		  struct mg_outcome *out)
{
	struct mg_state *state = mem;
	unsigned int qid;

	memcpy(state->magic, MG_STATE_MAGIC, sizeof(state->magic));
	state->version = MG_STATE_VERSION;
	state->byte_order = MG_BYTE_ORDER;
	state->shape = *shape;
	ct_random_seed(&state->random, seed);
	state->tag = ct_random_next(&state->random);
	attach(g, mem, out);
	for (qid = 0; qid <= shape->pairs; qid++)
		g->queue[qid].phase = 1;
}

void mg_guest_adopt(struct mg_guest *g, void *mem, struct mg_outcome *out)
{
	attach(g, mem, out);
}

bool mg_guest_place(struct mg_guest *g, struct ct_target *t, unsigned int fn)
{
	unsigned int i;
	bool yes;

	g->t = t;
	g->fn = fn;
	g->limit = g->shape->depth;
	for (i = 0; i < g->layout.num_cmds; i++)
		g->cmd[i].submitted = t->ops->now(t);
	for (i = 0; i <= g->shape->pairs; i++)
		if (!mg_interrupted(g, i, &yes))
			return false;
	return true;
}

/* Where time passes by this alone, waiting for what does not come is not to take for ever. */
static uint64_t idle_time(const struct mg_guest *g)
{
	if (!has(g, CT_CAP_CLOCK))
		return 20 * NS_PER_US;
	return (g->idle < 100 ? 5 : 1000) * NS_PER_US;
}

bool mg_pass_time(struct mg_guest *g)
{
	uint32_t steps = 1 + mg_random(g, 16);
	bool more = true;

	while (has(g, CT_CAP_STEP) && more && steps--)
		if (g->t->ops->step(g->t, &more))
			return mg_broken(g->out, g->t, "stepping the device");
	if (has(g, CT_CAP_STEP) && more)
		return true;
	if (g->t->ops->advance(g->t, idle_time(g)))
		return mg_broken(g->out, g->t, "letting time pass");
	return true;
}

static bool write_reg(struct mg_guest *g, uint32_t offset, unsigned int len, uint64_t value)
{
	if (g->t->ops->reg_write(g->t, g->fn, offset, len, value))
		return mg_broken(g->out, g->t, "writing a register");
	return true;
}

static bool read_reg(struct mg_guest *g, uint32_t offset, unsigned int len, uint64_t *value)
{
	if (g->t->ops->reg_read(g->t, g->fn, offset, len, value))
		return mg_broken(g->out, g->t, "reading a register");
	return true;
}

static bool wait_ready(struct mg_guest *g, uint64_t ready)
{
	uint64_t csts, end = g->t->ops->now(g->t) + MG_LOST_NS;

	for (;;) {
		if (!read_reg(g, NVME_REG_CSTS, 4, &csts))
			return false;
		if ((csts & NVME_CSTS_RDY) == ready)
			return true;
		if (g->t->ops->now(g->t) > end)
			return mg_stop(g->out, CT_EXIT_PARTIAL,
				       "VF %u: CSTS.RDY does not follow CC.EN", g->fn);
		if (!mg_pass_time(g))
			return false;
	}
}

static bool enable(struct mg_guest *g)
{
	const uint64_t entries = MG_ADMIN_ENTRIES - 1;

	return write_reg(g, NVME_REG_CC, 4, 0) && wait_ready(g, 0) &&
	       write_reg(g, NVME_REG_AQA, 4, entries | entries << 16) &&
	       write_reg(g, NVME_REG_ASQ, 8, g->shape->iova + g->layout.admin_sq) &&
	       write_reg(g, NVME_REG_ACQ, 8, g->shape->iova + g->layout.admin_cq) &&
	       write_reg(g, NVME_REG_CC, 4, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES) &&
	       wait_ready(g, NVME_CSTS_RDY);
}

/* One admin command, waited for; *data is where its data came. */
static bool setup(struct mg_guest *g, uint8_t sqe[64], uint32_t len, const char *what,
		  uint8_t **data)
{
	struct mg_cmd *cmd = mg_free_cmd(g, 0);
	uint64_t iova;

	if (!cmd)
		return mg_stop(g->out, CT_EXIT_PARTIAL, "VF %u: its admin queue is full", g->fn);
	*cmd = (struct mg_cmd){ .op = MG_OP_SETUP };
	if (data)
		*data = mg_buffer(g, cmd, &iova);
	g->setup_done = false;
	mg_put(g, 0, cmd, sqe, len);
	if (!mg_ring(g, 0))
		return false;
	while (!g->setup_done && !mg_found(g->out)) {
		mg_reap(g, 0);
		if (!mg_ack(g, 0) || !mg_pass_time(g) || !mg_expire(g))
			return false;
	}
	if (!g->setup_done)
		return mg_stop(g->out, CT_EXIT_PARTIAL, "VF %u does not answer %s", g->fn, what);
	if (g->setup_status)
		return mg_stop(g->out, CT_EXIT_USAGE, "VF %u: %s ends with %03Xh", g->fn, what,
			       g->setup_status);
	return true;
}

static bool create_pair(struct mg_guest *g, uint32_t qid)
{
	const struct mg_shape *s = g->shape;
	uint8_t cq[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_CREATE_CQ };
	uint8_t sq[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_CREATE_SQ };

	lm_put_le64(cq + LM_SQE_PRP1, s->iova + g->layout.cqs + (qid - 1) * g->layout.cq_stride);
	lm_put_le32(cq + LM_SQE_CDW10, qid | (s->cq_entries - 1) << 16);
	lm_put_le32(cq + LM_SQE_CDW11, 1 | (s->irq ? 2 | qid << 16 : 0));
	lm_put_le64(sq + LM_SQE_PRP1, s->iova + g->layout.sqs + (qid - 1) * g->layout.sq_stride);
	lm_put_le32(sq + LM_SQE_CDW10, qid | (s->sq_entries - 1) << 16);
	lm_put_le32(sq + LM_SQE_CDW11, 1 | qid << 16);
	return setup(g, cq, 0, "Create I/O Completion Queue", NULL) &&
	       setup(g, sq, 0, "Create I/O Submission Queue", NULL);
}

static bool create_queues(struct mg_guest *g)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_SET_FEATURES };
	uint32_t n = g->shape->pairs - 1, qid;

	lm_put_le32(sqe + LM_SQE_CDW10, NVME_FEAT_NUM_QUEUES);
	lm_put_le32(sqe + LM_SQE_CDW11, n | n << 16);
	if (!setup(g, sqe, 0, "Set Features Number of Queues", NULL))
		return false;
	if ((g->setup_dw0 & 0xFFFF) < n || g->setup_dw0 >> 16 < n)
		return mg_stop(g->out, CT_EXIT_USAGE,
			       "VF %u gives %u SQs and %u CQs: ask for fewer by --pairs", g->fn,
			       (g->setup_dw0 & 0xFFFF) + 1, (g->setup_dw0 >> 16) + 1);
	for (qid = 1; qid <= g->shape->pairs; qid++)
		if (!create_pair(g, qid))
			return false;
	return true;
}

static bool identify(struct mg_guest *g)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_IDENTIFY };
	uint8_t *data;

	lm_put_le32(sqe + LM_SQE_CDW10, NVME_CNS_CONTROLLER);
	if (!setup(g, sqe, LM_ID_SIZE, "Identify Controller", &data))
		return false;
	memcpy(g->mem + g->layout.identify, data, LM_ID_SIZE);
	return true;
}

static bool fill(struct mg_guest *g)
{
	g->filling = true;
	while (g->fill_next < g->shape->blocks && !mg_found(g->out))
		if (!mg_guest_pass(g, true) || !mg_pass_time(g))
			return false;
	g->filling = false;
	return mg_guest_drain(g);
}

bool mg_guest_start(struct mg_guest *g)
{
	if (!enable(g) || !create_queues(g) || !identify(g))
		return false;
	mg_new_aer(g);
	return mg_ring(g, 0) && fill(g);
}

static bool turn(struct mg_guest *g, unsigned int qid, bool ack, unsigned int *reaped)
{
	uint32_t room = 1 + mg_random(g, mg_num_cmds(g->shape, qid));
	bool interrupted;

	/* Queues with one command each do not keep step. */
	if (g->limit == 1 && mg_random(g, 3))
		room = 0;
	if (!mg_interrupted(g, qid, &interrupted))
		return false;
	if (interrupted)
		*reaped += mg_reap(g, qid);
	if (ack && !mg_ack(g, qid))
		return false;
	while (qid && room-- && mg_new_command(g, qid))
		;
	if (!qid && !g->draining && !g->queue[0].used)
		mg_new_aer(g);
	if (!qid && !g->draining && !mg_random(g, 64))
		mg_new_identify(g);
	return mg_ring(g, qid);
}

bool mg_guest_pass(struct mg_guest *g, bool ack)
{
	unsigned int qid, reaped = 0;

	for (qid = 0; qid <= g->shape->pairs; qid++)
		if (!turn(g, qid, ack, &reaped))
			return false;
	g->idle = reaped ? 0 : g->idle + 1;
	return reaped || mg_expire(g);
}

uint64_t mg_guest_done(const struct mg_guest *g)
{
	uint64_t n = 0;
	unsigned int op;

	for (op = 0; op < MG_OP_SETUP; op++)
		n += g->state->done[op];
	return n;
}

unsigned int mg_guest_outstanding(const struct mg_guest *g)
{
	unsigned int i, n = 0;

	for (i = 0; i < g->layout.num_cmds; i++)
		n += g->cmd[i].state == MG_CMD_QUEUED && g->cmd[i].op != MG_OP_AER;
	return n;
}

bool mg_guest_run(struct mg_guest *g, uint64_t commands)
{
	uint64_t end = mg_guest_done(g) + commands;

	while (mg_guest_done(g) < end && !mg_found(g->out))
		if (!mg_guest_pass(g, true) || !mg_pass_time(g))
			return false;
	return true;
}

/* What is lost is found so in the end: every wait has its bound. */
bool mg_guest_drain(struct mg_guest *g)
{
	g->draining = true;
	while (mg_guest_outstanding(g))
		if (!mg_guest_pass(g, true) || !mg_pass_time(g))
			return false;
	g->draining = false;
	return true;
}

/* Whether a command ends within a second. */
static bool ends(struct mg_guest *g, const struct mg_cmd *cmd)
{
	uint64_t end = g->t->ops->now(g->t) + NS_PER_S;

	while (cmd->state == MG_CMD_QUEUED && g->t->ops->now(g->t) < end)
		if (!mg_guest_pass(g, true) || !mg_pass_time(g))
			return false;
	return cmd->state == MG_CMD_FREE;
}

/*
 * The request that was outstanding all the time has to be there still: Abort
 * ends it. Where the device does not abort it, which it need not (NVMe 1.4
 * 5.1), an event does: a doorbell value beyond the queue.
 */
static bool end_aer(struct mg_guest *g)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_ABORT };
	const struct mg_cmd *cmd = g->cmd;
	unsigned int i;

	for (i = 0; i < MG_ADMIN_DEPTH; i++, cmd++)
		if (cmd->state == MG_CMD_QUEUED && cmd->op == MG_OP_AER)
			break;
	if (i == MG_ADMIN_DEPTH)
		return true;
	lm_put_le32(sqe + LM_SQE_CDW10, (uint32_t)cmd->cid << 16);
	g->draining = true;
	if (!setup(g, sqe, 0, "Abort", NULL))
		return false;
	if (g->setup_dw0 & 1 && !write_reg(g, NVME_REG_DOORBELLS + 8, 4, 0xFFFF))
		return false;
	if (!ends(g, cmd) && !g->out->stopped)
		mg_find(g->out, MG_LOST, "VF %u: the Asynchronous Event Request, CID %04Xh", g->fn,
			cmd->cid);
	g->draining = false;
	return !g->out->stopped;
}

/* A guest that waits for each command in vain need not do so for all blocks. */
static bool is_stuck(const struct mg_guest *g)
{
	return g->out->stopped || g->out->count[MG_LOST] || g->out->count[MG_SILENT];
}

bool mg_guest_check(struct mg_guest *g)
{
	if (!mg_guest_drain(g))
		return false;
	g->checking = true;
	g->check_next = 0;
	while (g->check_next < g->shape->blocks && !is_stuck(g))
		if (!mg_guest_pass(g, true) || !mg_pass_time(g))
			return false;
	g->checking = false;
	return mg_guest_drain(g) && (is_stuck(g) || end_aer(g));
}
