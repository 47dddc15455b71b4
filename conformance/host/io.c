/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* I/O whose data tell which write they come from. */
#include <string.h>

#include "internal.h"

#define BEYOND (UINT64_C(1) << 48) /* no namespace has as many blocks */

uint32_t hn_block_size(struct ct *ct, unsigned int fn, uint32_t nsid)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);
	unsigned int lbads;

	hn_identify(ct, fn, NVME_CNS_NAMESPACE, nsid, id);
	lbads = id[128 + 4 * (id[26] & 15) + 2];
	ct_check(ct, lbads >= 9 && lbads <= 16, "NSID %u has LBADS %u", nsid, lbads);
	return 1u << lbads;
}

void hn_pattern(void *data, size_t len, uint32_t block, uint64_t slba, uint64_t tag)
{
	uint8_t *p = data;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		uint64_t v = (slba + i / block) * UINT64_C(0x9E3779B97F4A7C15) ^
			     tag * UINT64_C(0xC2B2AE3D27D4EB4F) ^ (i % block) << 48;

		lm_put_le64(p + i, v ^ v >> 29);
	}
}

void hn_place(struct ct *ct, uint32_t *nsid, uint64_t *slba, uint16_t blocks)
{
	const struct ct_scratch *scratch = ct_scratch(ct);

	if (hn_has(ct, FRESH))
		return;
	if (!scratch->nsid)
		ct_not_applicable(ct, "no range that may be overwritten was given (--scratch)");
	if (*nsid != 1 || *slba >= scratch->nlb || blocks > scratch->nlb - *slba)
		ct_not_applicable(
			ct, "the scratch range of %llu blocks is too small for LBA %llu of NSID %u",
			(unsigned long long)scratch->nlb, (unsigned long long)*slba, *nsid);
	*nsid = scratch->nsid;
	*slba += scratch->slba;
}

static struct hn_cmd io_cmd(uint8_t opc, uint32_t nsid, uint64_t slba, uint16_t blocks)
{
	struct hn_cmd cmd = hn_cmd(opc, nsid);

	lm_put_le64(cmd.sqe + LM_SQE_CDW10, slba);
	lm_put_le32(cmd.sqe + LM_SQE_CDW12, blocks - 1u);
	return cmd;
}

uint32_t hn_known_block_size(struct ct *ct, unsigned int fn, uint32_t nsid)
{
	if (nsid >= 1 && nsid <= HN_MAX_NSID && hn_host.block_size[nsid])
		return hn_host.block_size[nsid];
	if (nsid < 1 || nsid > HN_MAX_NSID)
		return hn_block_size(ct, fn, nsid);
	hn_host.block_size[nsid] = hn_block_size(ct, fn, nsid);
	return hn_host.block_size[nsid];
}

struct hn_req *hn_queue_write(struct ct *ct, unsigned int fn, uint16_t sqid, uint32_t nsid,
			      uint64_t slba, uint16_t blocks, uint64_t tag)
{
	struct hn_cmd cmd;
	uint8_t *data;
	uint32_t size;

	hn_place(ct, &nsid, &slba, blocks);
	cmd = io_cmd(NVME_CMD_WRITE, nsid, slba, blocks);
	size = hn_known_block_size(ct, fn, nsid);
	data = hn_mem(ct, (size_t)size * blocks);
	hn_pattern(data, (size_t)size * blocks, size, slba, tag);
	hn_cmd_data(&cmd, data, size * blocks, CT_DIR_TO_DEVICE);
	return hn_queue(ct, fn, sqid, &cmd);
}

struct hn_req *hn_queue_read(struct ct *ct, unsigned int fn, uint16_t sqid, uint32_t nsid,
			     uint64_t slba, uint16_t blocks)
{
	struct hn_cmd cmd;
	uint32_t size;

	/* a read that is to fail, beyond the namespace, harms nothing where it is */
	if (ct_scratch(ct)->nsid && slba < BEYOND)
		hn_place(ct, &nsid, &slba, blocks);
	cmd = io_cmd(NVME_CMD_READ, nsid, slba, blocks);
	size = hn_known_block_size(ct, fn, nsid);
	hn_cmd_data(&cmd, hn_mem(ct, (size_t)size * blocks), size * blocks, CT_DIR_TO_HOST);
	return hn_queue(ct, fn, sqid, &cmd);
}

void hn_check_ok(struct ct *ct, const struct hn_req *req)
{
	ct_check(ct, req->done, "CID %u on SQ %u of function %u has not completed", req->cid,
		 req->sqid, req->fn);
	ct_check(ct, req->cqe.status == LM_SC_SUCCESS,
		 "CID %u on SQ %u of function %u ended %03Xh %s, has to succeed", req->cid,
		 req->sqid, req->fn, req->cqe.status, ct_status_title(req->cqe.status));
}

void hn_check_read(struct ct *ct, const struct hn_req *req, uint64_t tag)
{
	uint32_t nsid = lm_get_le32(req->cmd.sqe + LM_SQE_NSID);
	uint64_t slba = lm_get_le64(req->cmd.sqe + LM_SQE_CDW10);
	uint8_t *want = hn_mem(ct, req->cmd.len);

	hn_check_ok(ct, req);
	hn_pattern(want, req->cmd.len, hn_known_block_size(ct, req->fn, nsid), slba, tag);
	ct_check(ct, !memcmp(want, req->cmd.data, req->cmd.len),
		 "the %u bytes read at LBA %llu of NSID %u are not those written there",
		 req->cmd.len, (unsigned long long)slba, nsid);
}

void hn_write_read(struct ct *ct, unsigned int fn, uint16_t sqid, uint64_t slba, uint64_t tag)
{
	struct hn_req *req = hn_queue_write(ct, fn, sqid, 1, slba, 1, tag);

	hn_ring(ct, fn, sqid);
	hn_wait(ct, req);
	hn_check_ok(ct, req);
	req = hn_queue_read(ct, fn, sqid, 1, slba, 1);
	hn_ring(ct, fn, sqid);
	hn_wait(ct, req);
	hn_check_read(ct, req, tag);
}
