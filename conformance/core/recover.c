/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "recover.h"

#include "nvme-lm.h"

#define TIMEOUT_NS (35 * UINT64_C(1000000000)) /* above the longest SUSPEND limit */

static int resume(struct ct_target *t, unsigned int vf)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = LM_OPC_RESUME };
	struct ct_cqe cqe;

	lm_put_le16(sqe + LM_SQE_CID, 1);
	lm_put_le16(sqe + LM_SQE_VF_INDEX, (uint16_t)vf);
	return t->ops->admin(t, 0, sqe, NULL, 0, CT_DIR_NONE, TIMEOUT_NS, &cqe);
}

int ct_recover(struct ct_target *t, bool guard_open)
{
	uint64_t caps = t->info.caps;
	unsigned int vf;
	int ret = 0;

	if (caps & CT_CAP(CT_CAP_FRESH))
		return 0;
	for (vf = 1; !ret && vf <= t->info.num_vfs; vf++) {
		if (caps & CT_CAP(CT_CAP_FLR))
			ret = t->ops->reset(t, vf, CT_RESET_FLR);
		else if (guard_open && caps & CT_CAP(CT_CAP_PF_PASSTHRU))
			ret = resume(t, vf);
	}
	return ret;
}
