/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Commands and completions in one readable line each. */
#include <stdio.h>

#include "internal.h"

static const char *const states[] = { "ACTIVE", "DRAINING", "SUSPENDED", "LOADING" };

const char *hn_state_name(unsigned int state)
{
	return state < 4 ? states[state] : "?";
}

static const char *admin_name(uint8_t opc)
{
	switch (opc) {
	case LM_OPC_QUERY_DATA_SIZE:
		return "QUERY_DATA_SIZE";
	case LM_OPC_SUSPEND:
		return "SUSPEND";
	case LM_OPC_RESUME:
		return "RESUME";
	case LM_OPC_SAVE_DATA:
		return "SAVE_DATA";
	case LM_OPC_LOAD_DATA:
		return "LOAD_DATA";
	case NVME_ADM_DELETE_SQ:
		return "Delete I/O SQ";
	case NVME_ADM_CREATE_SQ:
		return "Create I/O SQ";
	case NVME_ADM_GET_LOG:
		return "Get Log Page";
	case NVME_ADM_DELETE_CQ:
		return "Delete I/O CQ";
	case NVME_ADM_CREATE_CQ:
		return "Create I/O CQ";
	case NVME_ADM_IDENTIFY:
		return "Identify";
	case NVME_ADM_ABORT:
		return "Abort";
	case NVME_ADM_SET_FEATURES:
		return "Set Features";
	case NVME_ADM_GET_FEATURES:
		return "Get Features";
	case NVME_ADM_AER:
		return "Asynchronous Event Request";
	default:
		return "admin";
	}
}

static const char *io_name(uint8_t opc)
{
	switch (opc) {
	case NVME_CMD_FLUSH:
		return "Flush";
	case NVME_CMD_WRITE:
		return "Write";
	case NVME_CMD_READ:
		return "Read";
	case NVME_CMD_WRITE_ZEROES:
		return "Write Zeroes";
	default:
		return "I/O";
	}
}

void hn_trace(struct ct *ct, unsigned int fn, uint16_t sqid, const uint8_t *sqe,
	      const struct ct_cqe *cqe)
{
	uint8_t opc = sqe[LM_SQE_OPC];
	char who[24], what[160], line[200], out[128];
	const char *title;
	int n;

	if (hn_host.quiet && !fn && !sqid && !hn_is_five(opc))
		return;
	if (fn)
		snprintf(who, sizeof(who), "VF%u SQ%u", fn, sqid);
	else
		snprintf(who, sizeof(who), "PF SQ%u", sqid);
	n = snprintf(what, sizeof(what), "%s (%02Xh)", sqid ? io_name(opc) : admin_name(opc), opc);
	if (!sqid && opc >= LM_OPC_QUERY_DATA_SIZE) {
		n += snprintf(what + n, sizeof(what) - (size_t)n, " VF index %u",
			      lm_get_le16(sqe + LM_SQE_VF_INDEX));
		if (opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA)
			snprintf(what + n, sizeof(what) - (size_t)n,
				 " length %u offset %u total %u", lm_get_le32(sqe + LM_SQE_LENGTH),
				 lm_get_le32(sqe + LM_SQE_OFFSET), lm_get_le32(sqe + LM_SQE_TOTAL));
	} else {
		snprintf(what + n, sizeof(what) - (size_t)n, " NSID %X CDW10 %Xh CDW11 %Xh",
			 lm_get_le32(sqe + LM_SQE_NSID), lm_get_le32(sqe + LM_SQE_CDW10),
			 lm_get_le32(sqe + LM_SQE_CDW11));
	}
	snprintf(line, sizeof(line), "%s: %s CID %u", who, what, lm_get_le16(sqe + LM_SQE_CID));
	if (!cqe) {
		ct_trace(ct, "%s submitted", line);
		return;
	}
	title = cqe->status ? ct_status_title(cqe->status) : "";
	snprintf(out, sizeof(out), "-> %03Xh%s%s%s DW0 %Xh DW1 %Xh, %llu us", cqe->status,
		 *title ? " " : "", title, cqe->dnr ? " DNR" : "", cqe->dw0, cqe->dw1,
		 (unsigned long long)(cqe->elapsed / HN_US));
	ct_trace_outcome(ct, line, out);
}
