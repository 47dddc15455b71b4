/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Commands of the load, and what is to be said of each that completed. A block
 * has at most one command at a time, so that what it holds is always known.
 */
#include "load.h"

#include <string.h>

#include "nvme-base.h"
#include "nvme-lm.h"
#include "pattern.h"
#include "queue.h"

/* In a read's buffer, so that data which did not come are seen. */
#define POISON 0x5A

const char *mg_op_name(unsigned int op)
{
	static const char *const names[MG_OP_COUNT] = {
		[MG_OP_READ] = "read",
		[MG_OP_WRITE] = "write",
		[MG_OP_ZEROES] = "write zeroes",
		[MG_OP_FLUSH] = "flush",
		[MG_OP_IDENTIFY] = "Identify",
		[MG_OP_AER] = "Asynchronous Event Request",
		[MG_OP_SETUP] = "set-up command",
	};

	return names[op];
}

uint32_t mg_random(struct mg_guest *g, uint32_t n)
{
	return (uint32_t)((ct_random_next(&g->state->random) >> 32) * n >> 32);
}

static bool is_idle(const struct mg_guest *g, uint32_t first, uint32_t blocks)
{
	uint32_t i;

	for (i = 0; i < blocks && !g->busy[first + i];)
		i++;
	return i == blocks;
}

static uint32_t max_blocks(const struct mg_guest *g)
{
	uint32_t n = g->shape->max_transfer / g->shape->block;

	return n < g->shape->blocks ? n : g->shape->blocks;
}

/* A range that no command has; false where none was found soon. */
static bool random_range(struct mg_guest *g, uint32_t *first, uint32_t *blocks)
{
	unsigned int tries;

	for (tries = 0; tries < 16; tries++) {
		*blocks = 1 + mg_random(g, max_blocks(g));
		*first = mg_random(g, g->shape->blocks - *blocks + 1);
		if (is_idle(g, *first, *blocks))
			return true;
	}
	return false;
}

/* The next range of a pass over all blocks, which has to be idle. */
static bool next_range(struct mg_guest *g, uint32_t *next, uint32_t *first, uint32_t *blocks)
{
	uint32_t n = max_blocks(g);

	if (*next + n > g->shape->blocks)
		n = g->shape->blocks - *next;
	if (!n || !is_idle(g, *next, n))
		return false;
	*first = *next;
	*blocks = n;
	*next += n;
	return true;
}

static enum mg_op choose_op(struct mg_guest *g)
{
	uint32_t r = mg_random(g, 100);

	if (r < 45)
		return MG_OP_READ;
	if (r < 90)
		return MG_OP_WRITE;
	if (r < 95)
		return MG_OP_FLUSH;
	return g->shape->zeroes ? MG_OP_ZEROES : MG_OP_WRITE;
}

static void take_range(struct mg_guest *g, struct mg_cmd *cmd)
{
	memset(g->busy + cmd->first, 1, cmd->blocks);
	if (cmd->op == MG_OP_WRITE)
		cmd->gen = ++g->state->gen & ~MG_GEN_ZERO;
	else if (cmd->op == MG_OP_ZEROES)
		cmd->gen = MG_GEN_ZERO;
}

static void fill_buffer(struct mg_guest *g, struct mg_cmd *cmd)
{
	uint32_t size = g->shape->block, i;
	uint64_t iova;
	uint8_t *p = mg_buffer(g, cmd, &iova);

	if (cmd->op == MG_OP_READ)
		memset(p, POISON, (size_t)cmd->blocks * size);
	for (i = 0; cmd->op == MG_OP_WRITE && i < cmd->blocks; i++)
		mg_pattern(p + (size_t)i * size, size, g->state->tag,
			   g->shape->slba + cmd->first + i, cmd->gen);
}

static void put_io(struct mg_guest *g, unsigned int qid, struct mg_cmd *cmd)
{
	static const uint8_t opcode[] = {
		[MG_OP_READ] = NVME_CMD_READ,
		[MG_OP_WRITE] = NVME_CMD_WRITE,
		[MG_OP_ZEROES] = NVME_CMD_WRITE_ZEROES,
		[MG_OP_FLUSH] = NVME_CMD_FLUSH,
	};
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = opcode[cmd->op] };
	bool data = cmd->op == MG_OP_READ || cmd->op == MG_OP_WRITE;

	lm_put_le32(sqe + LM_SQE_NSID, g->shape->nsid);
	if (cmd->op != MG_OP_FLUSH) {
		take_range(g, cmd);
		lm_put_le64(sqe + LM_SQE_CDW10, g->shape->slba + cmd->first);
		lm_put_le32(sqe + LM_SQE_CDW12, cmd->blocks - 1);
	}
	if (data)
		fill_buffer(g, cmd);
	mg_put(g, qid, cmd, sqe, data ? cmd->blocks * g->shape->block : 0);
}

bool mg_new_command(struct mg_guest *g, unsigned int qid)
{
	struct mg_cmd *cmd = mg_free_cmd(g, qid);
	uint32_t first = 0, blocks = 0;
	enum mg_op op;

	if (!cmd || g->draining || g->queue[qid].used >= g->limit)
		return false;
	if (g->filling) {
		op = MG_OP_WRITE;
		if (!next_range(g, &g->fill_next, &first, &blocks))
			return false;
	} else if (g->checking) {
		op = MG_OP_READ;
		if (!next_range(g, &g->check_next, &first, &blocks))
			return false;
	} else {
		op = choose_op(g);
		if (op != MG_OP_FLUSH && !random_range(g, &first, &blocks))
			return false;
	}
	cmd->op = (uint8_t)op;
	cmd->first = first;
	cmd->blocks = blocks;
	cmd->gen = 0;
	cmd->offset = 4 * mg_random(g, MG_PAGE / 4);
	put_io(g, qid, cmd);
	return true;
}

void mg_new_aer(struct mg_guest *g)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_AER };
	struct mg_cmd *cmd = mg_free_cmd(g, 0);

	if (!cmd)
		return;
	*cmd = (struct mg_cmd){ .op = MG_OP_AER };
	mg_put(g, 0, cmd, sqe, 0);
}

void mg_new_identify(struct mg_guest *g)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_IDENTIFY };
	struct mg_cmd *cmd = mg_free_cmd(g, 0);
	uint64_t iova;

	if (!cmd)
		return;
	*cmd = (struct mg_cmd){ .op = MG_OP_IDENTIFY };
	memset(mg_buffer(g, cmd, &iova), POISON, LM_ID_SIZE);
	lm_put_le32(sqe + LM_SQE_CDW10, NVME_CNS_CONTROLLER);
	mg_put(g, 0, cmd, sqe, LM_ID_SIZE);
}

static void check_read(struct mg_guest *g, unsigned int qid, const struct mg_cmd *cmd)
{
	uint32_t size = g->shape->block, i;
	uint64_t iova, lba;
	const uint8_t *p = mg_buffer(g, cmd, &iova);
	char what[80];

	for (i = 0; i < cmd->blocks; i++) {
		uint32_t gen = g->gen[cmd->first + i];

		lba = g->shape->slba + cmd->first + i;
		if (!gen || mg_pattern_check(p + (size_t)i * size, size, g->state->tag, lba, gen,
					     what, sizeof(what)))
			continue;
		mg_find(g->out, MG_CORRUPTED,
			"VF %u, queue %u: LBA %llu holds %s in place of write %u", g->fn, qid,
			(unsigned long long)lba, what, gen & ~MG_GEN_ZERO);
		return;
	}
}

static void check_identify(struct mg_guest *g, const struct mg_cmd *cmd)
{
	const uint8_t *was = g->mem + g->layout.identify;
	uint64_t iova;
	const uint8_t *is = mg_buffer(g, cmd, &iova);
	unsigned int i;

	for (i = 0; i < LM_ID_SIZE && was[i] == is[i];)
		i++;
	if (i < LM_ID_SIZE)
		mg_find(g->out, MG_CORRUPTED,
			"VF %u: Identify Controller byte %u is %02Xh, at first it was %02Xh", g->fn,
			i, is[i], was[i]);
}

static void end_blocks(struct mg_guest *g, const struct mg_cmd *cmd, bool ok)
{
	uint32_t i;

	for (i = 0; i < cmd->blocks; i++) {
		g->busy[cmd->first + i] = 0;
		if (cmd->op != MG_OP_READ)
			g->gen[cmd->first + i] = ok ? cmd->gen : 0;
	}
}

void mg_judge(struct mg_guest *g, unsigned int qid, struct mg_cmd *cmd, uint16_t status,
	      uint32_t dw0)
{
	bool ok = !(status & 0x7FF);

	g->state->done[cmd->op]++;
	if (cmd->op == MG_OP_SETUP) {
		g->setup_done = true;
		g->setup_status = status & 0x7FF;
		g->setup_dw0 = dw0;
		return;
	}
	if (cmd->op == MG_OP_AER && (status & 0x7FF) == LM_SC_ABORT_REQUESTED && g->draining)
		return;
	if (!ok)
		mg_find(g->out, MG_FAILED, "VF %u, queue %u: %s of LBA %llu ends with %03Xh", g->fn,
			qid, mg_op_name(cmd->op), (unsigned long long)g->shape->slba + cmd->first,
			status & 0x7FF);
	else if (cmd->op == MG_OP_READ)
		check_read(g, qid, cmd);
	else if (cmd->op == MG_OP_IDENTIFY)
		check_identify(g, cmd);
	if (cmd->op <= MG_OP_ZEROES)
		end_blocks(g, cmd, ok);
}
