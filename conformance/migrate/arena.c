/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Layout of the arena, and whether one from outside is to be believed. */
#include "arena.h"

#include <string.h>

#include "nvme-lm.h"

static size_t place(size_t *next, size_t len, size_t align)
{
	size_t at = (*next + align - 1) & ~(align - 1);

	*next = at + len;
	return at;
}

static size_t pages(size_t len)
{
	return (len + MG_PAGE - 1) & ~(size_t)(MG_PAGE - 1);
}

unsigned int mg_first_cmd(const struct mg_shape *shape, unsigned int qid)
{
	return qid ? MG_ADMIN_DEPTH + (qid - 1) * shape->depth : 0;
}

unsigned int mg_num_cmds(const struct mg_shape *shape, unsigned int qid)
{
	return qid ? shape->depth : MG_ADMIN_DEPTH;
}

unsigned int mg_sq_entries(const struct mg_shape *shape, unsigned int qid)
{
	return qid ? shape->sq_entries : MG_ADMIN_ENTRIES;
}

unsigned int mg_cq_entries(const struct mg_shape *shape, unsigned int qid)
{
	return qid ? shape->cq_entries : MG_ADMIN_ENTRIES;
}

void mg_layout(struct mg_layout *l, const struct mg_shape *shape)
{
	size_t next = sizeof(struct mg_state);

	l->num_cmds = MG_ADMIN_DEPTH + shape->pairs * shape->depth;
	l->sq_stride = pages((size_t)shape->sq_entries * LM_SQE_SIZE);
	l->cq_stride = pages((size_t)shape->cq_entries * LM_CQE_SIZE);
	l->queues = place(&next, (shape->pairs + 1) * sizeof(struct mg_queue), 8);
	l->cmds = place(&next, l->num_cmds * sizeof(struct mg_cmd), 8);
	l->gens = place(&next, shape->blocks * sizeof(uint32_t), 8);
	l->busy = place(&next, shape->blocks, 8);
	l->identify = place(&next, LM_ID_SIZE, MG_PAGE);
	l->admin_sq = place(&next, MG_ADMIN_ENTRIES * LM_SQE_SIZE, MG_PAGE);
	l->admin_cq = place(&next, MG_ADMIN_ENTRIES * LM_CQE_SIZE, MG_PAGE);
	l->sqs = place(&next, shape->pairs * l->sq_stride, MG_PAGE);
	l->cqs = place(&next, shape->pairs * l->cq_stride, MG_PAGE);
	l->lists = place(&next, (size_t)l->num_cmds * MG_LIST, MG_PAGE);
	l->buffers = place(&next, (size_t)l->num_cmds * MG_BUFFER, MG_PAGE);
	l->length = pages(next);
}

const char *mg_shape_check(const struct mg_shape *s)
{
	if (!s->pairs || s->pairs > MG_MAX_PAIRS)
		return "the number of queue pairs is out of range";
	if (!s->depth || s->depth > MG_MAX_DEPTH)
		return "the depth is out of range";
	if (s->sq_entries < s->depth + 1 || s->sq_entries > 4096)
		return "the SQs do not hold the depth";
	if (s->cq_entries < 2 || s->cq_entries > 4096)
		return "the size of the CQs is out of range";
	if (s->block < 512 || s->block > MG_PAGE || (s->block & (s->block - 1)))
		return "the block size is none that the load can use";
	if (s->max_transfer < s->block || s->max_transfer > MG_TRANSFER)
		return "the transfer size is out of range";
	if (!s->blocks || s->blocks > MG_MAX_BLOCKS || s->slba + s->blocks < s->slba)
		return "the scratch range is out of range";
	if (!s->nsid || s->nsid >= 0xFFFFFFFF)
		return "the namespace ID is none";
	if (s->iova % MG_PAGE || s->iova > UINT64_C(1) << 52)
		return "the IOVA is none that a guest can have";
	if (s->irq > 1 || s->zeroes > 1)
		return "a flag is neither 0 nor 1";
	return NULL;
}

static const char *queue_check(const struct mg_shape *s, const struct mg_queue *q, unsigned int qid,
			       const struct mg_cmd *cmd)
{
	unsigned int sq = mg_sq_entries(s, qid);
	unsigned int cq = mg_cq_entries(s, qid);
	unsigned int i, used = 0;

	for (i = 0; i < mg_num_cmds(s, qid); i++)
		used += cmd[i].state != MG_CMD_FREE;
	if (q->sq_tail >= sq || q->sq_rung >= sq || q->sq_head >= sq)
		return "a position in an SQ is beyond its end";
	if (q->cq_head >= cq || q->cq_acked >= cq || q->phase > 1)
		return "a position in a CQ is beyond its end";
	if (q->used != used)
		return "a queue's number of outstanding commands is wrong";
	return NULL;
}

static bool has_blocks(const struct mg_cmd *cmd)
{
	return cmd->op == MG_OP_READ || cmd->op == MG_OP_WRITE || cmd->op == MG_OP_ZEROES;
}

static const char *cmd_check(const struct mg_shape *s, const struct mg_cmd *cmd)
{
	if (cmd->op >= MG_OP_COUNT || cmd->state >= MG_CMD_STATES)
		return "a command is of no known kind";
	if (cmd->state == MG_CMD_FREE)
		return NULL;
	if (cmd->op == MG_OP_SETUP)
		return "the guest had not started";
	if (cmd->offset % 4 || cmd->offset >= MG_PAGE)
		return "a command's data are outside its buffer";
	if (has_blocks(cmd) &&
	    (!cmd->blocks || cmd->blocks > s->blocks || cmd->first > s->blocks - cmd->blocks ||
	     (uint64_t)cmd->blocks * s->block > s->max_transfer))
		return "a command's blocks are outside the scratch range";
	return NULL;
}

/* Each block is busy exactly where a command that is outstanding has it. */
static const char *busy_check(const struct mg_shape *s, const struct mg_cmd *cmd,
			      unsigned int num_cmds, const uint8_t *busy)
{
	uint32_t is_busy = 0, should = 0, i;
	unsigned int c;

	for (c = 0; c < num_cmds; c++) {
		if (cmd[c].state == MG_CMD_FREE || !has_blocks(&cmd[c]))
			continue;
		for (i = 0; i < cmd[c].blocks; i++, should++)
			if (busy[cmd[c].first + i] != 1)
				return "a block of a command is not marked as busy";
	}
	for (i = 0; i < s->blocks; i++)
		is_busy += busy[i] != 0;
	return is_busy == should ? NULL : "a block is busy without a command";
}

const char *mg_arena_check(const void *arena, size_t len)
{
	const uint8_t *mem = arena;
	const struct mg_state *state = arena;
	const struct mg_queue *queue;
	const struct mg_cmd *cmd;
	struct mg_layout l;
	const char *wrong;
	unsigned int i;

	if (len < sizeof(*state) || memcmp(state->magic, MG_STATE_MAGIC, sizeof(state->magic)))
		return "it is not the memory of a guest";
	if (state->byte_order != MG_BYTE_ORDER)
		return "it comes from a machine of the other byte order";
	if (state->version != MG_STATE_VERSION)
		return "it is of a version that this program does not know";
	wrong = mg_shape_check(&state->shape);
	if (wrong)
		return wrong;
	mg_layout(&l, &state->shape);
	if (len != l.length)
		return "its length is not that of its shape";
	queue = (const struct mg_queue *)(mem + l.queues);
	cmd = (const struct mg_cmd *)(mem + l.cmds);
	for (i = 0; !wrong && i < l.num_cmds; i++)
		wrong = cmd_check(&state->shape, &cmd[i]);
	for (i = 0; !wrong && i <= state->shape.pairs; i++)
		wrong = queue_check(&state->shape, &queue[i], i,
				    &cmd[mg_first_cmd(&state->shape, i)]);
	return wrong ? wrong : busy_check(&state->shape, cmd, l.num_cmds, mem + l.busy);
}
