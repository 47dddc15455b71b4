/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Admin commands: building them, and choosing the way they go. */
#include <errno.h>
#include <string.h>

#include "internal.h"

struct hn_cmd hn_cmd(uint8_t opc, uint32_t nsid)
{
	struct hn_cmd cmd = { .dir = CT_DIR_NONE };

	cmd.sqe[LM_SQE_OPC] = opc;
	lm_put_le32(cmd.sqe + LM_SQE_NSID, nsid);
	return cmd;
}

void hn_cmd_data(struct hn_cmd *cmd, void *data, uint32_t len, enum ct_dir dir)
{
	cmd->data = data;
	cmd->len = len;
	cmd->dir = dir;
}

struct hn_cmd hn_lm_cmd(uint8_t opc, uint16_t vf)
{
	struct hn_cmd cmd = hn_cmd(opc, 0);

	lm_put_le16(cmd.sqe + LM_SQE_VF_INDEX, vf);
	return cmd;
}

struct hn_cmd hn_save_cmd(uint16_t vf, void *data, uint32_t len, uint32_t offset)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_SAVE_DATA, vf);

	lm_put_le32(cmd.sqe + LM_SQE_LENGTH, len);
	lm_put_le32(cmd.sqe + LM_SQE_OFFSET, offset);
	hn_cmd_data(&cmd, data, len, CT_DIR_TO_HOST);
	return cmd;
}

struct hn_cmd hn_load_cmd(uint16_t vf, const void *data, uint32_t len, uint32_t offset,
			  uint32_t total)
{
	struct hn_cmd cmd = hn_lm_cmd(LM_OPC_LOAD_DATA, vf);

	lm_put_le32(cmd.sqe + LM_SQE_LENGTH, len);
	lm_put_le32(cmd.sqe + LM_SQE_OFFSET, offset);
	lm_put_le32(cmd.sqe + LM_SQE_TOTAL, total);
	/* TO_DEVICE: the driver and the targets only read it. */
	hn_cmd_data(&cmd, (void *)(uintptr_t)data, len, CT_DIR_TO_DEVICE);
	return cmd;
}

bool hn_is_five(uint8_t opc)
{
	return opc == LM_OPC_QUERY_DATA_SIZE || opc == LM_OPC_SUSPEND || opc == LM_OPC_RESUME ||
	       opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA;
}

/* A VF whose SUSPEND is refused, or that is not there, need not be reached. */
static void reach(struct ct *ct, uint8_t opc, unsigned int vf)
{
	struct ct_target *t = hn_host.target;

	if (opc == LM_OPC_SUSPEND && t->ops->reach && hn_has(ct, VF_REGS) && vf <= hn_num_vfs(ct))
		hn_must(ct, t->ops->reach(t, vf), "reaching the VF");
}

void hn_five_starts(struct ct *ct, unsigned int fn, const uint8_t *sqe)
{
	uint16_t vf = lm_get_le16(sqe + LM_SQE_VF_INDEX);

	if (fn || !hn_is_five(sqe[LM_SQE_OPC]) || !vf || vf >= CT_MAX_FUNCTIONS)
		return;
	hn_host.touched |= 1u << vf;
	reach(ct, sqe[LM_SQE_OPC], vf);
	if (sqe[LM_SQE_OPC] == LM_OPC_LOAD_DATA)
		hn_host.loaded |= 1u << vf;
	if (sqe[LM_SQE_OPC] == LM_OPC_RESUME)
		hn_fence_down(ct, vf);
}

void hn_five_ended(struct ct *ct, unsigned int fn, const uint8_t *sqe, uint16_t status)
{
	if (!fn && sqe[LM_SQE_OPC] == LM_OPC_SUSPEND && status == LM_SC_SUCCESS)
		hn_fence_up(ct, lm_get_le16(sqe + LM_SQE_VF_INDEX));
}

bool hn_owns(struct ct *ct, unsigned int fn)
{
	if (!fn)
		return hn_has(ct, PF_OWNED);
	return fn < CT_MAX_FUNCTIONS && hn_host.fn[fn].enabled;
}

bool hn_can_start(struct ct *ct, unsigned int fn)
{
	return hn_owns(ct, fn);
}

struct hn_req *hn_start(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd)
{
	struct hn_req *req;

	if (!hn_owns(ct, fn))
		ct_error(ct, "the row submits without waiting on a queue that is not the suite's");
	req = hn_queue(ct, fn, 0, cmd);
	hn_ring(ct, fn, 0);
	return req;
}

static void passthru(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd, struct ct_cqe *cqe)
{
	struct ct_target *t = hn_host.target;
	uint64_t limit = cmd->timeout ? cmd->timeout : hn_timeout(ct);
	uint8_t sqe[LM_SQE_SIZE];
	int ret;

	if (fn ? !hn_has(ct, VF_ADMIN) : !(hn_has(ct, PF_PASSTHRU) || hn_has(ct, PF_RAW_SQE)))
		ct_not_applicable(ct, "the target gives no way to the admin queue of function %u",
				  fn);
	memcpy(sqe, cmd->sqe, sizeof(sqe));
	lm_put_le16(sqe + LM_SQE_CID, ++hn_host.next_cid);
	hn_five_starts(ct, fn, sqe);
	hn_trace(ct, fn, 0, sqe, NULL);
	memset(cqe, 0, sizeof(*cqe));
	ret = t->ops->admin(t, fn, sqe, cmd->data, cmd->len, cmd->dir, limit, cqe);
	if (ret == -ETIMEDOUT)
		ct_hung(ct, "no completion of opcode %02Xh within %llu ms", sqe[LM_SQE_OPC],
			(unsigned long long)(limit / HN_MS));
	hn_must(ct, ret, "admin command");
	hn_trace(ct, fn, 0, sqe, cqe);
	hn_five_ended(ct, fn, sqe, cqe->status);
}

void hn_admin(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd, struct ct_cqe *cqe)
{
	struct hn_req *req;

	if (!hn_owns(ct, fn)) {
		passthru(ct, fn, cmd, cqe);
		return;
	}
	req = hn_start(ct, fn, cmd);
	*cqe = *hn_wait(ct, req);
	hn_release(req);
}

uint32_t hn_admin_ok(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd)
{
	struct ct_cqe cqe;

	hn_admin(ct, fn, cmd, &cqe);
	ct_check(ct, cqe.status == LM_SC_SUCCESS,
		 "admin opcode %02Xh on function %u ended %03Xh %s, has to succeed",
		 cmd->sqe[LM_SQE_OPC], fn, cqe.status, ct_status_title(cqe.status));
	return cqe.dw0;
}

void hn_identify(struct ct *ct, unsigned int fn, uint8_t cns, uint32_t nsid, uint8_t id[4096])
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_IDENTIFY, nsid);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, cns);
	hn_cmd_data(&cmd, id, LM_ID_SIZE, CT_DIR_TO_HOST);
	hn_admin_ok(ct, fn, &cmd);
}

void hn_get_log(struct ct *ct, unsigned int fn, uint8_t lid, uint32_t nsid, void *data,
		uint32_t len)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_LOG, nsid);
	uint32_t numd = len / 4 - 1;

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, lid | (numd & 0xFFFF) << 16);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, numd >> 16);
	hn_cmd_data(&cmd, data, len, CT_DIR_TO_HOST);
	hn_admin_ok(ct, fn, &cmd);
}

uint32_t hn_get_feature(struct ct *ct, unsigned int fn, uint8_t fid, uint32_t cdw11)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, fid);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, cdw11);
	return hn_admin_ok(ct, fn, &cmd);
}

uint32_t hn_set_feature(struct ct *ct, unsigned int fn, uint8_t fid, uint32_t cdw11)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_SET_FEATURES, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, fid);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, cdw11);
	return hn_admin_ok(ct, fn, &cmd);
}

struct hn_req *hn_aer(struct ct *ct, unsigned int fn)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_AER, 0);

	return hn_start(ct, fn, &cmd);
}

unsigned int hn_abort(struct ct *ct, unsigned int fn, const struct hn_req *req)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_ABORT, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, req->sqid | (uint32_t)req->cid << 16);
	return hn_admin_ok(ct, fn, &cmd) & 1;
}
