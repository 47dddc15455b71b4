/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <string.h>

#include "five.h"

#define NONE CT_DIR_NONE
#define TO_HOST CT_DIR_TO_HOST
#define TO_DEVICE CT_DIR_TO_DEVICE
#define LM_COMMAND(name, opc, dir, area, title) { #name, opc, dir },
const struct five five[FIVE_COUNT] = {
#include "commands.def"
};
#undef LM_COMMAND

const struct five *five_by(uint8_t opc)
{
	unsigned int i = 0;

	while (five[i].opc != opc)
		i++;
	return &five[i];
}

void five_ready(struct ct *ct, uint8_t opc, uint16_t vf)
{
	if (opc != LM_OPC_QUERY_DATA_SIZE && opc != LM_OPC_SUSPEND)
		hn_suspend(ct, vf);
}

struct hn_cmd five_cmd(struct ct *ct, uint8_t opc, uint16_t vf)
{
	struct hn_image image;
	struct hn_cmd cmd;
	uint32_t size;

	switch (opc) {
	case LM_OPC_SAVE_DATA:
		size = hn_query(ct, vf);
		cmd = hn_save_cmd(vf, hn_mem(ct, size), size, 0);
		if (!ct_profile_proposal(ct))
			lm_put_le32(cmd.sqe + LM_SQE_LENGTH, 0);
		return cmd;
	case LM_OPC_LOAD_DATA:
		image = hn_save(ct, vf);
		return hn_load_cmd(vf, image.bytes, image.len, 0, 0);
	default:
		return hn_lm_cmd(opc, vf);
	}
}

void five_back(struct ct *ct, uint16_t vf)
{
	hn_leave(ct, vf, NULL);
}

static int state_after(uint8_t opc, bool success)
{
	switch (opc) {
	case LM_OPC_QUERY_DATA_SIZE:
		return LM_STATE_ACTIVE;
	case LM_OPC_SUSPEND:
		return success ? LM_STATE_SUSPENDED : LM_STATE_ACTIVE;
	case LM_OPC_RESUME:
		return success ? LM_STATE_ACTIVE : LM_STATE_SUSPENDED;
	default:
		return LM_STATE_SUSPENDED;
	}
}

void five_effect(struct ct *ct, uint8_t opc, uint16_t vf, bool success, const struct hn_cmd *cmd,
		 const struct ct_cqe *cqe, const char *what)
{
	int want = state_after(opc, success);
	struct hn_image image;

	if (ct_profile_proposal(ct)) {
		int state = hn_vf_state(ct, vf);

		ct_check(ct, state == want, "%s: VF %u is %s, not %s", what, vf,
			 state < 0 ? "silent" : hn_state_name((unsigned int)state),
			 hn_state_name((unsigned int)want));
	}
	if (success && opc == LM_OPC_QUERY_DATA_SIZE)
		ct_check(ct, cqe->dw0 == hn_query(ct, vf), "%s: the size differs", what);
	if (success && opc == LM_OPC_SAVE_DATA) {
		image = hn_save(ct, vf);
		ct_check(ct, image.len == cmd->len && !memcmp(image.bytes, cmd->data, image.len),
			 "%s: SAVE_DATA gave other bytes", what);
	}
	/* What was loaded is the VF's own image: with success or without, nothing changed. */
	if (opc == LM_OPC_LOAD_DATA) {
		image = hn_save(ct, vf);
		ct_check(ct, image.len == cmd->len && !memcmp(image.bytes, cmd->data, image.len),
			 "%s: the VF's state differs from the image", what);
	}
}

bool five_success_or_invalid(struct ct *ct, const struct ct_cqe *cqe)
{
	if (cqe->status != LM_SC_SUCCESS)
		ct_status(ct, cqe, LM_SC_INVALID_FIELD);
	return cqe->status == LM_SC_SUCCESS;
}
