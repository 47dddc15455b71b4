/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "queue.h"

#include <string.h>

#include "nvme-base.h"
#include "nvme-lm.h"

/* CID FFFFh is not used (NVMe 1.4 4.2); others not again until all were. */
#define LAST_CID 0xFFFEu

struct mg_cmd *mg_free_cmd(struct mg_guest *g, unsigned int qid)
{
	struct mg_cmd *cmd = &g->cmd[mg_first_cmd(g->shape, qid)];
	unsigned int num = mg_num_cmds(g->shape, qid);
	unsigned int i;

	if (g->queue[qid].used == num)
		return NULL;
	for (i = 0; i < num; i++)
		if (cmd[i].state == MG_CMD_FREE)
			return &cmd[i];
	return NULL;
}

uint8_t *mg_buffer(struct mg_guest *g, const struct mg_cmd *cmd, uint64_t *iova)
{
	size_t at = g->layout.buffers + (size_t)(cmd - g->cmd) * MG_BUFFER + cmd->offset;

	*iova = g->shape->iova + at;
	return g->mem + at;
}

static void set_prps(struct mg_guest *g, const struct mg_cmd *cmd, uint8_t sqe[64], uint32_t len)
{
	size_t list = g->layout.lists + (size_t)(cmd - g->cmd) * MG_LIST;
	uint64_t iova, page, end;
	unsigned int i;

	mg_buffer(g, cmd, &iova);
	end = iova + len;
	page = (iova & ~(uint64_t)(MG_PAGE - 1)) + MG_PAGE;
	lm_put_le64(sqe + LM_SQE_PRP1, iova);
	if (page + MG_PAGE >= end) {
		lm_put_le64(sqe + LM_SQE_PRP2, page < end ? page : 0);
		return;
	}
	for (i = 0; page < end; i++, page += MG_PAGE)
		lm_put_le64(g->mem + list + 8 * i, page);
	lm_put_le64(sqe + LM_SQE_PRP2, g->shape->iova + list);
}

static uint8_t *sq_memory(struct mg_guest *g, unsigned int qid)
{
	return g->mem +
	       (qid ? g->layout.sqs + (qid - 1) * g->layout.sq_stride : g->layout.admin_sq);
}

static uint8_t *cq_memory(struct mg_guest *g, unsigned int qid)
{
	return g->mem +
	       (qid ? g->layout.cqs + (qid - 1) * g->layout.cq_stride : g->layout.admin_cq);
}

void mg_put(struct mg_guest *g, unsigned int qid, struct mg_cmd *cmd, uint8_t sqe[64], uint32_t len)
{
	struct mg_queue *q = &g->queue[qid];

	cmd->cid = q->next_cid;
	q->next_cid = q->next_cid == LAST_CID ? 0 : (uint16_t)(q->next_cid + 1);
	cmd->state = MG_CMD_QUEUED;
	cmd->submitted = g->t->ops->now(g->t);
	lm_put_le16(sqe + LM_SQE_CID, cmd->cid);
	if (len)
		set_prps(g, cmd, sqe, len);
	memcpy(sq_memory(g, qid) + (size_t)q->sq_tail * LM_SQE_SIZE, sqe, LM_SQE_SIZE);
	q->sq_tail = (uint16_t)((q->sq_tail + 1u) % mg_sq_entries(g->shape, qid));
	q->used++;
}

static bool doorbell(struct mg_guest *g, unsigned int index, uint16_t value)
{
	/* What the device is told of has to be in memory before. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (g->t->ops->reg_write(g->t, g->fn, NVME_REG_DOORBELLS + 4 * index, 4, value))
		return mg_broken(g->out, g->t, "writing a doorbell");
	return true;
}

bool mg_ring(struct mg_guest *g, unsigned int qid)
{
	struct mg_queue *q = &g->queue[qid];

	if (q->sq_rung == q->sq_tail)
		return true;
	q->sq_rung = q->sq_tail;
	return doorbell(g, 2 * qid, q->sq_tail);
}

bool mg_ack(struct mg_guest *g, unsigned int qid)
{
	struct mg_queue *q = &g->queue[qid];

	if (q->cq_acked == q->cq_head)
		return true;
	q->cq_acked = q->cq_head;
	return doorbell(g, 2 * qid + 1, q->cq_head);
}

static struct mg_cmd *find_cmd(struct mg_guest *g, unsigned int qid, uint16_t cid)
{
	struct mg_cmd *cmd = &g->cmd[mg_first_cmd(g->shape, qid)];
	unsigned int num = mg_num_cmds(g->shape, qid);
	unsigned int i;

	for (i = 0; i < num; i++)
		if (cmd[i].state != MG_CMD_FREE && cmd[i].cid == cid)
			return &cmd[i];
	return NULL;
}

/* CIDs ascend, so that one which was used before is told from one that never was. */
static void unknown_cid(struct mg_guest *g, unsigned int qid, uint16_t cid)
{
	uint16_t next = g->queue[qid].next_cid;
	unsigned int ago = (next + LAST_CID + 1u - cid) % (LAST_CID + 1u);

	if (cid <= LAST_CID && ago && ago <= LAST_CID / 2)
		mg_find(g->out, MG_REPEATED,
			"VF %u, queue %u: CID %04Xh completes again, %u commands ago", g->fn, qid,
			cid, ago);
	else
		mg_find(g->out, MG_INVENTED, "VF %u, queue %u: a completion of CID %04Xh", g->fn,
			qid, cid);
}

static void take(struct mg_guest *g, unsigned int qid, const uint8_t *cqe)
{
	struct mg_queue *q = &g->queue[qid];
	uint16_t cid = lm_get_le16(cqe + LM_CQE_CID);
	uint16_t sqid = lm_get_le16(cqe + LM_CQE_SQID);
	uint16_t sqhd = lm_get_le16(cqe + LM_CQE_SQHD);
	struct mg_cmd *cmd = find_cmd(g, qid, cid);

	if (sqid != qid || sqhd >= mg_sq_entries(g->shape, qid)) {
		mg_find(g->out, MG_INVENTED,
			"VF %u, CQ %u: an entry of SQ %u, CID %04Xh, SQ head %u", g->fn, qid, sqid,
			cid, sqhd);
		return;
	}
	q->sq_head = sqhd;
	if (!cmd) {
		unknown_cid(g, qid, cid);
		return;
	}
	cmd->state = MG_CMD_FREE;
	q->used--;
	mg_judge(g, qid, cmd, lm_get_le16(cqe + LM_CQE_STATUS) >> 1, lm_get_le32(cqe + LM_CQE_DW0));
}

unsigned int mg_reap(struct mg_guest *g, unsigned int qid)
{
	struct mg_queue *q = &g->queue[qid];
	unsigned int entries = mg_cq_entries(g->shape, qid);
	const uint8_t *cqe;
	unsigned int n;

	/* A device that never stops does not keep the guest here. */
	for (n = 0; n < 2 * entries; n++) {
		cqe = cq_memory(g, qid) + (size_t)q->cq_head * LM_CQE_SIZE;
		if ((lm_get_le16(cqe + LM_CQE_STATUS) & 1) != q->phase)
			break;
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		take(g, qid, cqe);
		if (++q->cq_head == entries) {
			q->cq_head = 0;
			q->phase = !q->phase;
		}
	}
	return n;
}

bool mg_interrupted(struct mg_guest *g, unsigned int qid, bool *yes)
{
	uint64_t count;

	*yes = true;
	if (!g->shape->irq)
		return true;
	if (g->t->ops->irq_count(g->t, g->fn, qid, &count))
		return mg_broken(g->out, g->t, "counting interrupts");
	*yes = count != g->irq_seen[qid];
	g->irq_seen[qid] = count;
	return true;
}

static bool is_late(const struct mg_cmd *cmd, uint64_t now)
{
	return cmd->state == MG_CMD_QUEUED && cmd->op != MG_OP_AER &&
	       now - cmd->submitted > MG_LOST_NS;
}

static void lose(struct mg_guest *g, unsigned int qid, uint64_t now)
{
	struct mg_cmd *cmd = &g->cmd[mg_first_cmd(g->shape, qid)];
	unsigned int i;

	for (i = 0; i < mg_num_cmds(g->shape, qid); i++) {
		if (!is_late(&cmd[i], now))
			continue;
		cmd[i].state = MG_CMD_LOST;
		mg_find(g->out, MG_LOST, "VF %u, queue %u: CID %04Xh, %s of LBA %llu, %u blocks",
			g->fn, qid, cmd[i].cid, mg_op_name(cmd[i].op),
			(unsigned long long)g->shape->slba + cmd[i].first, cmd[i].blocks);
	}
}

static bool any_late(const struct mg_guest *g, unsigned int qid, uint64_t now)
{
	const struct mg_cmd *cmd = &g->cmd[mg_first_cmd(g->shape, qid)];
	unsigned int i;

	for (i = 0; i < mg_num_cmds(g->shape, qid); i++)
		if (is_late(&cmd[i], now))
			return true;
	return false;
}

bool mg_expire(struct mg_guest *g)
{
	uint64_t now = g->t->ops->now(g->t);
	unsigned int qid, n;

	for (qid = 0; qid <= g->shape->pairs; qid++) {
		if (!any_late(g, qid, now))
			continue;
		n = mg_reap(g, qid);
		if (n)
			mg_find(g->out, MG_SILENT,
				"VF %u, queue %u: %u completions without an interrupt", g->fn, qid,
				n);
		if (!mg_ack(g, qid))
			return false;
		lose(g, qid, now);
	}
	return true;
}
