/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Queues and requests. All that completes passes through hn_reap(), which
 * holds each completion entry against the requests that are outstanding.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static uint32_t doorbell(uint16_t qid, bool cq)
{
	return NVME_REG_DOORBELLS + 4 * (2u * qid + (cq ? 1 : 0));
}

struct hn_fn *hn_function(struct ct *ct, unsigned int fn)
{
	if (fn >= CT_MAX_FUNCTIONS)
		ct_error(ct, "function %u is beyond what the suite can drive", fn);
	return &hn_host.fn[fn];
}

static struct hn_sq *sq_of(struct ct *ct, unsigned int fn, uint16_t sqid)
{
	struct hn_fn *f = hn_function(ct, fn);

	if (sqid >= HN_MAX_QID || !f->sq[sqid].created)
		ct_error(ct, "function %u has no SQ %u", fn, sqid);
	return &f->sq[sqid];
}

static struct hn_cq *cq_of(struct ct *ct, unsigned int fn, uint16_t cqid)
{
	struct hn_fn *f = hn_function(ct, fn);

	if (cqid >= HN_MAX_QID || !f->cq[cqid].created)
		ct_error(ct, "function %u has no CQ %u", fn, cqid);
	return &f->cq[cqid];
}

static struct hn_req *find(unsigned int fn, uint16_t sqid, uint16_t cid)
{
	struct hn_req *req;
	size_t i;

	for (i = 0; i < hn_host.num_reqs; i++) {
		req = hn_host.reqs[i];
		if (req->used && !req->done && req->fn == fn && req->sqid == sqid &&
		    req->cid == cid)
			return req;
	}
	return NULL;
}

static struct hn_req *new_req(struct ct *ct)
{
	struct hn_req *req = NULL;
	size_t i;

	for (i = 0; i < hn_host.num_reqs && !req; i++)
		if (!hn_host.reqs[i]->used)
			req = hn_host.reqs[i];
	if (!req) {
		if (hn_host.num_reqs == hn_host.max_reqs) {
			void *p;

			hn_host.max_reqs = hn_host.max_reqs ? 2 * hn_host.max_reqs : HN_MAX_REQS;
			p = realloc(hn_host.reqs, hn_host.max_reqs * sizeof(*hn_host.reqs));
			if (!p)
				ct_error(ct, "out of memory");
			hn_host.reqs = p;
		}
		req = malloc(sizeof(*req));
		if (!req)
			ct_error(ct, "out of memory");
		hn_host.reqs[hn_host.num_reqs++] = req;
	}
	memset(req, 0, sizeof(*req));
	req->used = true;
	req->seq = ++hn_host.seq;
	return req;
}

void hn_release(struct hn_req *req)
{
	hn_buf_put(&req->buf);
	hn_buf_put(&req->list);
	req->used = false;
}

static uint16_t new_cid(unsigned int fn, uint16_t sqid)
{
	do {
		hn_host.next_cid++;
	} while (hn_host.next_cid == 0xFFFF || find(fn, sqid, hn_host.next_cid));
	return hn_host.next_cid;
}

/* The last line of defence for data that count: whatever a row builds ends here. */
static void check_scratch(struct ct *ct, const uint8_t *sqe)
{
	const struct ct_scratch *s = ct_scratch(ct);
	uint64_t slba = lm_get_le64(sqe + LM_SQE_CDW10),
		 blocks = 1u + lm_get_le16(sqe + LM_SQE_CDW12);
	uint8_t opc = sqe[LM_SQE_OPC];

	if (hn_has(ct, FRESH) || opc == NVME_CMD_FLUSH || opc == NVME_CMD_READ)
		return;
	if ((opc != NVME_CMD_WRITE && opc != NVME_CMD_WRITE_ZEROES) || !s->nsid ||
	    lm_get_le32(sqe + LM_SQE_NSID) != s->nsid || slba < s->slba ||
	    slba - s->slba > s->nlb || blocks > s->nlb - (slba - s->slba))
		ct_not_applicable(ct,
				  "I/O opcode %02Xh at LBA %llu is not within the scratch range",
				  opc, (unsigned long long)slba);
}

struct hn_req *hn_queue(struct ct *ct, unsigned int fn, uint16_t sqid, const struct hn_cmd *cmd)
{
	struct hn_req *req;
	struct hn_sq *sq;
	uint16_t next;

	if (!sqid && hn_is_five(cmd->sqe[LM_SQE_OPC]) && !ct_five_allowed(ct))
		ct_error(
			ct,
			"the ownership guard holds back opcode %02Xh, but the row lacks CT_ROW_FIVE",
			cmd->sqe[LM_SQE_OPC]);
	if (!fn && !sqid && !hn_host.fn[0].enabled)
		hn_enable(ct, 0);
	sq = sq_of(ct, fn, sqid);
	next = (uint16_t)((sq->tail + 1) % sq->entries);
	if (next == sq->head)
		ct_error(ct, "SQ %u of function %u is full: the row queues too much", sqid, fn);
	if (sqid)
		check_scratch(ct, cmd->sqe);
	else
		hn_five_starts(ct, fn, cmd->sqe);
	req = new_req(ct);
	req->fn = fn;
	req->sqid = sqid;
	req->cid = new_cid(fn, sqid);
	req->cmd = *cmd;
	lm_put_le16(req->cmd.sqe + LM_SQE_CID, req->cid);
	if (cmd->len && !cmd->raw) {
		req->buf = hn_buf_get(ct, cmd->len, true);
		if (cmd->data)
			memcpy(req->buf.p, cmd->data, cmd->len);
		req->list = hn_prps_list(ct, req->cmd.sqe, req->buf.iova, cmd->len);
	}
	memcpy(sq->mem.p + (size_t)LM_SQE_SIZE * sq->tail, req->cmd.sqe, LM_SQE_SIZE);
	sq->tail = next;
	req->submitted = hn_now(ct);
	hn_trace(ct, fn, sqid, req->cmd.sqe, NULL);
	return req;
}

void hn_ring(struct ct *ct, unsigned int fn, uint16_t sqid)
{
	struct hn_sq *sq = sq_of(ct, fn, sqid);

	sq->rung = sq->tail;
	hn_write32(ct, fn, doorbell(sqid, false), sq->tail);
}

/* Whether Dword 0 of this command's completion has a meaning. */
static bool has_dword0(const struct hn_req *req)
{
	switch (req->sqid ? 0 : req->cmd.sqe[LM_SQE_OPC]) {
	case NVME_ADM_ABORT:
	case NVME_ADM_SET_FEATURES:
	case NVME_ADM_GET_FEATURES:
	case NVME_ADM_AER:
	case LM_OPC_QUERY_DATA_SIZE:
	case LM_OPC_SAVE_DATA:
		return true;
	default:
		return false;
	}
}

/* Dwords that have no meaning are 0 (LM-COM-060; NVMe 1.4 4.6, reserved). */
static void check_dwords(struct ct *ct, const struct hn_req *req)
{
	uint8_t opc = req->cmd.sqe[LM_SQE_OPC];
	bool five = !req->fn && !req->sqid && hn_is_five(opc);
	bool query = five && opc == LM_OPC_QUERY_DATA_SIZE;
	bool good = (has_dword0(req) || !req->cqe.dw0) && (query || !req->cqe.dw1);

	if (good || req->planted)
		return;
	if (five && req->cqe.status == LM_SC_SUCCESS && ct_profile_proposal(ct))
		ct_check(ct, false, "the completion of %02Xh has Dwords 0 and 1 %08xh %08xh", opc,
			 req->cqe.dw0, req->cqe.dw1);
	ct_should(ct, false,
		  "the completion of opcode %02Xh of SQ %u has Dwords 0 and 1 %08xh %08xh", opc,
		  req->sqid, req->cqe.dw0, req->cqe.dw1);
}

static void complete(struct ct *ct, unsigned int fn, uint16_t cqid, const uint8_t *entry)
{
	uint16_t word = lm_get_le16(entry + LM_CQE_STATUS);
	struct ct_cqe cqe = {
		.dw0 = lm_get_le32(entry + LM_CQE_DW0),
		.dw1 = lm_get_le32(entry + LM_CQE_DW1),
		.sqhd = lm_get_le16(entry + LM_CQE_SQHD),
		.sqid = lm_get_le16(entry + LM_CQE_SQID),
		.cid = lm_get_le16(entry + LM_CQE_CID),
		.status = (uint16_t)((word >> 1) & 0x7FF),
		.dnr = word & 0x8000,
		.more = word & 0x4000,
		.phase = word & 1,
	};
	struct hn_fn *f = hn_function(ct, fn);
	struct hn_req *req = find(fn, cqe.sqid, cqe.cid);

	if (!req || cqe.sqid >= HN_MAX_QID || f->sq[cqe.sqid].cqid != cqid)
		ct_check(
			ct, false,
			"CQ %u of function %u got an entry for SQ %u CID %u, which is not outstanding there",
			cqid, fn, cqe.sqid, cqe.cid);
	if (cqe.sqhd >= f->sq[cqe.sqid].entries)
		ct_check(ct, false, "SQ head pointer %u is beyond the %u entries of SQ %u",
			 cqe.sqhd, f->sq[cqe.sqid].entries, cqe.sqid);
	f->sq[cqe.sqid].head = cqe.sqhd;
	cqe.elapsed = hn_now(ct) - req->submitted;
	req->cqe = cqe;
	req->order = ++hn_host.completed;
	req->done = true;
	if (req->buf.p && req->cmd.dir == CT_DIR_TO_HOST && req->cmd.data)
		memcpy(req->cmd.data, req->buf.p, req->cmd.len);
	hn_trace(ct, fn, cqe.sqid, req->cmd.sqe, &req->cqe);
	if (!cqe.sqid)
		hn_five_ended(ct, fn, req->cmd.sqe, cqe.status);
	check_dwords(ct, req);
}

unsigned int hn_reap(struct ct *ct, unsigned int fn, uint16_t cqid)
{
	struct hn_cq *cq = cq_of(ct, fn, cqid);
	unsigned int num = 0;

	while (num < cq->entries) {
		uint8_t entry[LM_CQE_SIZE];

		memcpy(entry, cq->mem.p + (size_t)LM_CQE_SIZE * cq->head, sizeof(entry));
		if ((entry[LM_CQE_STATUS] & 1) != cq->phase)
			break;
		__sync_synchronize();
		memcpy(entry, cq->mem.p + (size_t)LM_CQE_SIZE * cq->head, sizeof(entry));
		if (++cq->head == cq->entries) {
			cq->head = 0;
			cq->phase = !cq->phase;
		}
		num++;
		complete(ct, fn, cqid, entry);
	}
	return num;
}

void hn_ack(struct ct *ct, unsigned int fn, uint16_t cqid)
{
	struct hn_cq *cq = cq_of(ct, fn, cqid);

	if (cq->acked == cq->head)
		return;
	cq->acked = cq->head;
	hn_write32(ct, fn, doorbell(cqid, true), cq->head);
}

unsigned int hn_reap_all(struct ct *ct, unsigned int fn)
{
	struct hn_fn *f = hn_function(ct, fn);
	unsigned int num = 0;
	uint16_t qid;

	for (qid = 0; qid < HN_MAX_QID; qid++) {
		if (!f->cq[qid].created)
			continue;
		num += hn_reap(ct, fn, qid);
		hn_ack(ct, fn, qid);
	}
	return num;
}

static bool is_aer(const struct hn_req *req)
{
	return !req->sqid && req->cmd.sqe[LM_SQE_OPC] == NVME_ADM_AER;
}

static unsigned int count(unsigned int fn, bool aers)
{
	unsigned int num = 0;
	size_t i;

	for (i = 0; i < hn_host.num_reqs; i++) {
		const struct hn_req *req = hn_host.reqs[i];

		if (req->used && !req->done && req->fn == fn && (aers || !is_aer(req)))
			num++;
	}
	return num;
}

bool hn_resume_pending(unsigned int vf)
{
	for (size_t i = 0; i < hn_host.num_reqs; i++) {
		const struct hn_req *req = hn_host.reqs[i];

		if (req->used && !req->done && !req->fn && !req->sqid &&
		    req->cmd.sqe[LM_SQE_OPC] == LM_OPC_RESUME &&
		    lm_get_le16(req->cmd.sqe + LM_SQE_VF_INDEX) == vf)
			return true;
	}
	return false;
}

unsigned int hn_outstanding(struct ct *ct, unsigned int fn)
{
	(void)ct;
	return count(fn, true);
}

/* Waits longer the longer it took: precise for what is short, cheap for what is not. */
static uint64_t nap(uint64_t waited)
{
	if (waited < HN_US)
		return HN_US;
	return waited < 10 * HN_MS ? waited : 10 * HN_MS;
}

void hn_drain(struct ct *ct, unsigned int fn)
{
	uint64_t start = hn_now(ct), last = start;

	hn_settle(ct);
	hn_reap_all(ct, fn);
	while (count(fn, false)) {
		if (hn_now(ct) - start > hn_timeout(ct))
			ct_hung(ct, "%u commands of function %u do not complete", count(fn, false),
				fn);
		/* a small CQ lets few through at a time */
		hn_advance(ct, nap(hn_now(ct) - last));
		if (hn_reap_all(ct, fn))
			last = hn_now(ct);
	}
}

bool hn_poll(struct ct *ct, struct hn_req *req)
{
	struct hn_fn *f = hn_function(ct, req->fn);

	if (req->done || !f->sq[req->sqid].created)
		return req->done;
	hn_reap(ct, req->fn, f->sq[req->sqid].cqid);
	hn_ack(ct, req->fn, f->sq[req->sqid].cqid);
	return req->done;
}

bool hn_wait_for(struct ct *ct, struct hn_req *req, uint64_t ns)
{
	uint64_t start = hn_now(ct), waited = 0;

	while (!hn_poll(ct, req)) {
		if (waited >= ns)
			return false;
		hn_advance(ct, waited + nap(waited) < ns ? nap(waited) : ns - waited);
		waited = hn_now(ct) - start;
	}
	return true;
}

const struct ct_cqe *hn_wait(struct ct *ct, struct hn_req *req)
{
	uint64_t limit = req->cmd.timeout ? req->cmd.timeout : hn_timeout(ct);

	if (!hn_wait_for(ct, req, limit))
		ct_hung(ct, "no completion of opcode %02Xh on SQ %u of function %u within %llu ms",
			req->cmd.sqe[LM_SQE_OPC], req->sqid, req->fn,
			(unsigned long long)(limit / HN_MS));
	return &req->cqe;
}

void hn_forget(struct ct *ct, unsigned int fn)
{
	struct hn_fn *f = hn_function(ct, fn);
	size_t i;

	for (i = 0; i < hn_host.num_reqs; i++)
		if (hn_host.reqs[i]->used && !hn_host.reqs[i]->done && hn_host.reqs[i]->fn == fn)
			hn_host.reqs[i]->fn = HN_ANY_FN;
	memset(f, 0, sizeof(*f));
}

void hn_move(struct ct *ct, unsigned int src, unsigned int dst)
{
	struct hn_fn *from = hn_function(ct, src), *to = hn_function(ct, dst);
	size_t i;

	hn_forget(ct, dst);
	hn_fence_moved(src);
	hn_fence_moved(dst);
	*to = *from;
	memset(from, 0, sizeof(*from));
	for (i = 0; i < hn_host.num_reqs; i++)
		if (hn_host.reqs[i]->used && hn_host.reqs[i]->fn == src)
			hn_host.reqs[i]->fn = dst;
	ct_trace(ct, "the guest of VF%u is on VF%u from now on", src, dst);
}
