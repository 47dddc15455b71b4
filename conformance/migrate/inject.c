/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The fault switch: by a call of the target, or by its command to the PF. */
#include "migrate.h"
#include "nvme-base.h"
#include "nvme-lm-fault.h"
#include "nvme-lm.h"
#include "say.h"

static bool by_command(struct mg *m, const struct ct_fault *f)
{
	uint8_t sqe[LM_SQE_SIZE] = { [LM_SQE_OPC] = NVME_ADM_SET_FEATURES };
	uint8_t data[LM_FAULT_DATA_SIZE] __attribute__((aligned(4))) = { 0 };
	struct ct_cqe cqe;

	lm_put_le32(sqe + LM_SQE_CDW10, LM_FID_FAULT);
	data[LM_FAULT_OPC] = f->opc;
	data[LM_FAULT_FLAGS] = (uint8_t)((f->refuse ? LM_FAULT_F_REFUSE : 0) |
					 (f->truncate ? LM_FAULT_F_TRUNCATE : 0) |
					 (f->corrupt ? LM_FAULT_F_CORRUPT : 0));
	lm_put_le32(data + LM_FAULT_COUNT, f->count);
	lm_put_le16(data + LM_FAULT_STATUS, f->status);
	lm_put_le32(data + LM_FAULT_BYTES, f->bytes);
	if (!mg_pf_command(&m->side[0].pf, sqe, data, sizeof(data), CT_DIR_TO_DEVICE, &cqe))
		return false;
	return !cqe.status ||
	       mg_stop(&m->out, CT_EXIT_USAGE, "--inject: the device answers %03Xh", cqe.status);
}

bool mg_inject(struct mg *m)
{
	struct mg_side *s = &m->side[0];

	if (!m->a.has_fault)
		return true;
	if (s->probe->info.fault_commands)
		return by_command(m, &m->a.fault);
	if (!(s->t.info.caps & CT_CAP(CT_CAP_INJECT)) || !s->t.ops->inject)
		return mg_stop(&m->out, CT_EXIT_USAGE, "--inject: %s has no fault switch", s->name);
	if (s->t.ops->inject(&s->t, &m->a.fault))
		return mg_broken(&m->out, &s->t, "the fault switch");
	return true;
}
