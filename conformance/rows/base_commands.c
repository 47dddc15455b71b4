// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Commands of the base specification on an ACTIVE VF that it must refuse, by
 * what its Identify data and CAP say of it.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"

#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define VF 1
#define NEW 2 /* a QID that is free; QID 1 is not */
#define ENTRIES 8
#define SLBA 1024
#define ANY CT_END

#define SC_DELETION 0x10C
#define SC_NOT_SAVEABLE 0x10D
#define SC_NOT_NS_SPECIFIC 0x10F
#define CNS_ACTIVE NVME_CNS_ACTIVE_NS

/* What a case needs of the device that the command asks about. */
enum fill {
	AS_IS,
	QUEUE, /* PRP1 is a page for a queue */
	QUEUE_OFFSET, /* the same, and not at the start of a page */
	BEYOND_MQES, /* QUEUE, with CAP.MQES + 2 entries */
	BEYOND_VECTORS, /* QUEUE, with the vector behind the last one: 2048 */
	LAST_CQ, /* the CQ with the highest QID, and an SQ of it */
	BEYOND_NN, /* NSID is NN + 1 */
	FUSED,
	SGL,
};

struct refused {
	const char *name;
	uint8_t opc;
	uint32_t nsid, dw10, dw11, dw12;
	enum fill fill;
	uint16_t status, other; /* preferred, and accepted too */
};

#define SIZE(qid, entries) ((uint32_t)((entries)-1) << 16 | (qid))
#define LOG(lid, dwords) ((uint32_t)((dwords)-1) << 16 | (lid))

static const struct refused refused[] = {
	{ "create-cq-0", NVME_ADM_CREATE_CQ, 0, SIZE(0, 4), 1, 0, QUEUE, NVME_SC_QID_INVALID, ANY },
	{ "create-cq-65535", NVME_ADM_CREATE_CQ, 0, SIZE(0xFFFF, 4), 1, 0, QUEUE,
	  NVME_SC_QID_INVALID, ANY },
	{ "create-cq-twice", NVME_ADM_CREATE_CQ, 0, SIZE(1, 4), 1, 0, QUEUE, NVME_SC_QID_INVALID,
	  ANY },
	{ "create-cq-of-one-entry", NVME_ADM_CREATE_CQ, 0, SIZE(NEW, 1), 1, 0, QUEUE,
	  NVME_SC_QUEUE_SIZE, ANY },
	{ "create-cq-beyond-mqes", NVME_ADM_CREATE_CQ, 0, NEW, 1, 0, BEYOND_MQES,
	  NVME_SC_QUEUE_SIZE, ANY },
	{ "create-cq-without-vector", NVME_ADM_CREATE_CQ, 0, SIZE(NEW, 4), 3, 0, BEYOND_VECTORS,
	  NVME_SC_VECTOR_INVALID, ANY },
	{ "create-cq-prp-offset", NVME_ADM_CREATE_CQ, 0, SIZE(NEW, 4), 1, 0, QUEUE_OFFSET,
	  LM_SC_PRP_OFFSET, LM_SC_INVALID_FIELD },
	{ "create-sq-0", NVME_ADM_CREATE_SQ, 0, SIZE(0, 4), 1 << 16 | 1, 0, QUEUE,
	  NVME_SC_QID_INVALID, ANY },
	{ "create-sq-65535", NVME_ADM_CREATE_SQ, 0, SIZE(0xFFFF, 4), 1 << 16 | 1, 0, QUEUE,
	  NVME_SC_QID_INVALID, ANY },
	{ "create-sq-twice", NVME_ADM_CREATE_SQ, 0, SIZE(1, 4), 1 << 16 | 1, 0, QUEUE,
	  NVME_SC_QID_INVALID, ANY },
	{ "create-sq-of-one-entry", NVME_ADM_CREATE_SQ, 0, SIZE(NEW, 1), 1 << 16 | 1, 0, QUEUE,
	  NVME_SC_QUEUE_SIZE, ANY },
	{ "create-sq-beyond-mqes", NVME_ADM_CREATE_SQ, 0, NEW, 1 << 16 | 1, 0, BEYOND_MQES,
	  NVME_SC_QUEUE_SIZE, ANY },
	{ "create-sq-of-no-cq", NVME_ADM_CREATE_SQ, 0, SIZE(NEW, 4), NEW << 16 | 1, 0, QUEUE,
	  NVME_SC_CQ_INVALID, ANY },
	{ "create-sq-of-cq-0", NVME_ADM_CREATE_SQ, 0, SIZE(NEW, 4), 1, 0, QUEUE,
	  NVME_SC_QID_INVALID, NVME_SC_CQ_INVALID },
	{ "create-sq-prp-offset", NVME_ADM_CREATE_SQ, 0, SIZE(NEW, 4), 1 << 16 | 1, 0, QUEUE_OFFSET,
	  LM_SC_PRP_OFFSET, LM_SC_INVALID_FIELD },
	{ "delete-cq-0", NVME_ADM_DELETE_CQ, 0, 0, 0, 0, AS_IS, NVME_SC_QID_INVALID, ANY },
	{ "delete-cq-that-is-not", NVME_ADM_DELETE_CQ, 0, NEW, 0, 0, AS_IS, NVME_SC_QID_INVALID,
	  ANY },
	{ "delete-cq-65535", NVME_ADM_DELETE_CQ, 0, 0xFFFF, 0, 0, AS_IS, NVME_SC_QID_INVALID, ANY },
	{ "delete-cq-in-use", NVME_ADM_DELETE_CQ, 0, 1, 0, 0, AS_IS, SC_DELETION, ANY },
	{ "delete-last-cq-in-use", NVME_ADM_DELETE_CQ, 0, 0, 0, 0, LAST_CQ, SC_DELETION, ANY },
	{ "delete-sq-0", NVME_ADM_DELETE_SQ, 0, 0, 0, 0, AS_IS, NVME_SC_QID_INVALID, ANY },
	{ "delete-sq-that-is-not", NVME_ADM_DELETE_SQ, 0, NEW, 0, 0, AS_IS, NVME_SC_QID_INVALID,
	  ANY },
	{ "delete-sq-65535", NVME_ADM_DELETE_SQ, 0, 0xFFFF, 0, 0, AS_IS, NVME_SC_QID_INVALID, ANY },
	{ "identify-cns-reserved", NVME_ADM_IDENTIFY, 0, 0x80, 0, 0, AS_IS, LM_SC_INVALID_FIELD,
	  ANY },
	{ "identify-namespace-0", NVME_ADM_IDENTIFY, 0, NVME_CNS_NAMESPACE, 0, 0, AS_IS,
	  NVME_SC_INVALID_NS, ANY },
	{ "identify-namespace-beyond", NVME_ADM_IDENTIFY, 0, NVME_CNS_NAMESPACE, 0, 0, BEYOND_NN,
	  NVME_SC_INVALID_NS, ANY },
	{ "identify-list-from-all", NVME_ADM_IDENTIFY, NVME_NSID_ALL, CNS_ACTIVE, 0, 0, AS_IS,
	  NVME_SC_INVALID_NS, ANY },
	{ "identify-list-from-all-but-one", NVME_ADM_IDENTIFY, NVME_NSID_ALL - 1, CNS_ACTIVE, 0, 0,
	  AS_IS, NVME_SC_INVALID_NS, ANY },
	{ "identify-descriptors-beyond", NVME_ADM_IDENTIFY, 0, NVME_CNS_NS_DESCRIPTORS, 0, 0,
	  BEYOND_NN, NVME_SC_INVALID_NS, ANY },
	{ "log-reserved", NVME_ADM_GET_LOG, NVME_NSID_ALL, LOG(0x6F, 16), 0, 0, AS_IS,
	  NVME_SC_LOG_INVALID, LM_SC_INVALID_FIELD },
	{ "log-offset-beyond", NVME_ADM_GET_LOG, NVME_NSID_ALL, LOG(NVME_LOG_SMART, 16), 0, 516,
	  AS_IS, LM_SC_INVALID_FIELD, ANY },
	{ "feature-reserved", NVME_ADM_GET_FEATURES, 0, 0x6F, 0, 0, AS_IS, LM_SC_INVALID_FIELD,
	  ANY },
	{ "feature-temperature-kind-2", NVME_ADM_GET_FEATURES, 0, NVME_FEAT_TEMPERATURE, 2 << 20, 0,
	  AS_IS, LM_SC_INVALID_FIELD, ANY },
	{ "feature-vector-beyond", NVME_ADM_GET_FEATURES, 0, NVME_FEAT_VECTOR, 2048, 0, AS_IS,
	  LM_SC_INVALID_FIELD, ANY },
	{ "set-feature-reserved", NVME_ADM_SET_FEATURES, 0, 0x6F, 0, 0, AS_IS, LM_SC_INVALID_FIELD,
	  ANY },
	{ "set-temperature-kind-2", NVME_ADM_SET_FEATURES, 0, NVME_FEAT_TEMPERATURE,
	  2 << 20 | 0x140, 0, AS_IS, LM_SC_INVALID_FIELD, ANY },
	{ "set-vector-beyond", NVME_ADM_SET_FEATURES, 0, NVME_FEAT_VECTOR, 2048, 0, AS_IS,
	  LM_SC_INVALID_FIELD, ANY },
	{ "set-queues-while-there-are", NVME_ADM_SET_FEATURES, 0, NVME_FEAT_NUM_QUEUES, 1 << 16 | 1,
	  0, AS_IS, LM_SC_SEQUENCE, ANY },
	{ "set-of-a-namespace", NVME_ADM_SET_FEATURES, 1, NVME_FEAT_ARBITRATION, 0, 0, AS_IS,
	  SC_NOT_NS_SPECIFIC, LM_SC_SUCCESS },
	{ "opcode-reserved", 0x7F, 0, 0, 0, 0, AS_IS, LM_SC_INVALID_OPCODE, ANY },
	{ "fused", NVME_ADM_IDENTIFY, 0, NVME_CNS_CONTROLLER, 0, 0, FUSED, LM_SC_INVALID_FIELD,
	  ANY },
	{ "sgl", NVME_ADM_IDENTIFY, 0, NVME_CNS_CONTROLLER, 0, 0, SGL, LM_SC_INVALID_FIELD, ANY },
};

static unsigned int refused_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(refused) / sizeof(refused[0]);
}

static void refused_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", refused[i].name);
}

static void fill(struct ct *ct, const struct refused *r, struct hn_cmd *cmd)
{
	uint8_t id[LM_ID_SIZE];
	uint16_t last;

	switch (r->fill) {
	case BEYOND_MQES:
		lm_put_le16(cmd->sqe + LM_SQE_CDW10 + 2,
			    (uint16_t)(hn_read64(ct, VF, NVME_REG_CAP) + 1));
		break;
	case BEYOND_VECTORS:
		lm_put_le16(cmd->sqe + LM_SQE_CDW11 + 2, 2048);
		break;
	case BEYOND_NN:
		hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
		lm_put_le32(cmd->sqe + LM_SQE_NSID, lm_get_le32(id + NVME_ID_NN) + 1);
		break;
	case FUSED:
		cmd->sqe[LM_SQE_FLAGS] = 1;
		break;
	case SGL:
		cmd->sqe[LM_SQE_FLAGS] = 0x40;
		break;
	case LAST_CQ:
		last = (uint16_t)(hn_get_feature(ct, VF, NVME_FEAT_NUM_QUEUES, 0) + 1);
		if (last >= HN_MAX_QID)
			last = HN_MAX_QID - 1;
		hn_create_cq(ct, VF, last, 2, false, 0);
		hn_create_sq(ct, VF, last, last, 2);
		lm_put_le32(cmd->sqe + LM_SQE_CDW10, last);
		break;
	default:
		break;
	}
	if (r->fill >= QUEUE && r->fill <= BEYOND_VECTORS) {
		cmd->raw = true;
		lm_put_le64(cmd->sqe + LM_SQE_PRP1,
			    hn_buf(ct, NVME_PAGE).iova + (r->fill == QUEUE_OFFSET ? 64 : 0));
	} else if (r->opc == NVME_ADM_IDENTIFY || r->opc == NVME_ADM_GET_LOG) {
		hn_cmd_data(cmd, hn_mem(ct, LM_ID_SIZE), LM_ID_SIZE, CT_DIR_TO_HOST);
	}
}

static void refuse(struct ct *ct, unsigned int i)
{
	const struct refused *r = &refused[i];
	struct hn_cmd cmd = hn_cmd(r->opc, r->nsid);
	struct ct_cqe cqe;

	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, ENTRIES);
	if (!(hn_get_feature(ct, VF, NVME_FEAT_NUM_QUEUES, 0) & 0xFFFF))
		ct_not_applicable(ct, "the VF has one I/O queue pair alone");
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, r->dw10);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, r->dw11);
	lm_put_le32(cmd.sqe + LM_SQE_CDW12, r->dw12);
	fill(ct, r, &cmd);
	hn_admin(ct, VF, &cmd, &cqe);
	/* Whether to retry (DNR) is for the five alone to say (LM-COM-210). */
	ct_check(ct, cqe.status == r->status || cqe.status == r->other,
		 "status %03Xh, has to be %03Xh", cqe.status, r->status);
	if (cqe.status != r->status)
		ct_note(ct, "answered %03Xh; preferred is %03Xh", cqe.status, r->status);
	for (unsigned int k = 0; k < 2 * ENTRIES; k++)
		hn_write_read(ct, VF, 1, SLBA + k, k);
}

CT_ROW(base_refused, .id = "INV/admin-command-that-cannot-be-is-refused", .reqs = "LM-INV-110",
       .given = "an ACTIVE VF with an I/O queue pair",
       .when = "an admin command names what CAP and Identify data say is not there",
       .expect = "the status of the base specification, and the queue pair works on",
       .needs = NEEDS, .flags = CT_ROW_WRITES, .cases = refused_cases, .name = refused_name,
       .run = refuse);

/* ---- I/O commands at the bounds of what Identify Namespace says ---- */

enum io_fault {
	IO_LAST_BLOCK,
	IO_ONE_BEYOND,
	IO_CROSSING,
	IO_WRAPPING,
	IO_NSID_0,
	IO_NSID_BEYOND,
	IO_FUSED,
	IO_SGL,
	IO_FAULTS
};

static const char *const io_fault_names[] = { "last-block", "one-beyond",  "crossing", "wrapping",
					      "nsid-0",	    "nsid-beyond", "fused",    "sgl" };

static const struct {
	uint8_t opc;
	const char *name;
} io[] = {
	{ NVME_CMD_READ, "read" },
	{ NVME_CMD_WRITE, "write" },
	{ NVME_CMD_WRITE_ZEROES, "write-zeroes" },
};

static unsigned int io_cases(struct ct *ct)
{
	(void)ct;
	return 3 * IO_FAULTS;
}

static void io_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", io[i / IO_FAULTS].name, io_fault_names[i % IO_FAULTS]);
}

static const struct ct_cqe *send_io(struct ct *ct, uint8_t opc, uint32_t nsid, uint64_t slba,
				    uint16_t blocks, uint8_t flags, uint32_t block)
{
	struct hn_cmd cmd = hn_cmd(opc, nsid);
	struct hn_req *req;

	cmd.sqe[LM_SQE_FLAGS] = flags;
	lm_put_le64(cmd.sqe + LM_SQE_CDW10, slba);
	lm_put_le32(cmd.sqe + LM_SQE_CDW12, blocks - 1u);
	if (opc != NVME_CMD_WRITE_ZEROES)
		hn_cmd_data(&cmd, hn_mem(ct, blocks * block), blocks * block,
			    opc == NVME_CMD_READ ? CT_DIR_TO_HOST : CT_DIR_TO_DEVICE);
	req = hn_queue(ct, VF, 1, &cmd);
	hn_ring(ct, VF, 1);
	return hn_wait(ct, req);
}

static void io_bounds(struct ct *ct, unsigned int i)
{
	uint8_t opc = io[i / IO_FAULTS].opc, id[LM_ID_SIZE];
	enum io_fault fault = i % IO_FAULTS;
	const struct ct_cqe *cqe;
	uint32_t block, nn;
	struct hn_req *req;
	uint64_t size;

	hn_need_vfs(ct, VF);
	hn_enable_io(ct, VF, 1, ENTRIES);
	hn_identify(ct, VF, NVME_CNS_CONTROLLER, 0, id);
	nn = lm_get_le32(id + NVME_ID_NN);
	if (opc == NVME_CMD_WRITE_ZEROES && !(id[NVME_ID_ONCS] & 8))
		ct_not_applicable(ct, "ONCS bit 3: no Write Zeroes");
	hn_identify(ct, VF, NVME_CNS_NAMESPACE, 1, id);
	size = lm_get_le64(id);
	block = hn_block_size(ct, VF, 1);
	req = hn_queue_write(ct, VF, 1, 1, size - 1, 1, 77);
	hn_ring(ct, VF, 1);
	hn_wait(ct, req);
	hn_check_ok(ct, req);
	switch (fault) {
	case IO_LAST_BLOCK:
		cqe = send_io(ct, opc, 1, size - 1, 1, 0, block);
		ct_status(ct, cqe, LM_SC_SUCCESS);
		return;
	case IO_ONE_BEYOND:
		cqe = send_io(ct, opc, 1, size, 1, 0, block);
		break;
	case IO_CROSSING:
		cqe = send_io(ct, opc, 1, size - 1, 2, 0, block);
		break;
	case IO_WRAPPING:
		cqe = send_io(ct, opc, 1, UINT64_MAX, 2, 0, block);
		break;
	case IO_NSID_0:
	case IO_NSID_BEYOND:
		cqe = send_io(ct, opc, fault == IO_NSID_0 ? 0 : nn + 1, SLBA, 1, 0, block);
		ct_status(ct, cqe, NVME_SC_INVALID_NS);
		return;
	default:
		cqe = send_io(ct, opc, 1, SLBA, 1, fault == IO_FUSED ? 1 : 0x40, block);
		ct_status(ct, cqe, LM_SC_INVALID_FIELD);
		return;
	}
	ct_status(ct, cqe, NVME_SC_LBA_RANGE);
	req = hn_queue_read(ct, VF, 1, 1, size - 1, 1);
	hn_ring(ct, VF, 1);
	hn_wait(ct, req);
	hn_check_read(ct, req, 77);
}

CT_ROW(base_io_bounds, .id = "INV/io-beyond-a-namespace-is-refused", .reqs = "LM-INV-110",
       .given = "an ACTIVE VF with an I/O queue pair",
       .when = "read, write or Write Zeroes at the last block, behind it, across it, of no namespace, fused, with an SGL",
       .expect = "success, 080h, 00Bh, 002h; the last block keeps its data", .needs = NEEDS,
       .flags = CT_ROW_WRITES, .cases = io_cases, .name = io_name, .run = io_bounds);

/* The list of active namespaces begins behind the NSID that is named. */
static void active_list(struct ct *ct, unsigned int from)
{
	uint8_t all[LM_ID_SIZE], list[LM_ID_SIZE], id[LM_ID_SIZE];
	unsigned int n = 0, k = 0;

	hn_need_vfs(ct, VF);
	hn_enable(ct, VF);
	hn_identify(ct, VF, NVME_CNS_ACTIVE_NS, 0, all);
	hn_identify(ct, VF, NVME_CNS_ACTIVE_NS, from, list);
	ct_check(ct, lm_get_le32(all), "a VF without a namespace");
	for (; lm_get_le32(all + 4 * n); n++) {
		hn_identify(ct, VF, NVME_CNS_NAMESPACE, lm_get_le32(all + 4 * n), id);
		ct_check(ct, lm_get_le64(id), "NSID %u of the list has no blocks",
			 lm_get_le32(all + 4 * n));
		if (lm_get_le32(all + 4 * n) <= from)
			continue;
		ct_check(ct, lm_get_le32(list + 4 * k) == lm_get_le32(all + 4 * n),
			 "entry %u of the list behind NSID %u is %u, not %u", k, from,
			 lm_get_le32(list + 4 * k), lm_get_le32(all + 4 * n));
		k++;
	}
	ct_check(ct, !lm_get_le32(list + 4 * k), "the list behind NSID %u has more than %u entries",
		 from, k);
}

static unsigned int three_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

CT_ROW(base_active_list, .id = "INV/list-of-namespaces-begins-behind-the-nsid",
       .reqs = "LM-INV-110", .given = "an ACTIVE VF", .when = "the active list from NSID 0, 1, 2",
       .expect = "the NSIDs above it, ascending, then zeroes", .needs = NEEDS, .cases = three_cases,
       .run = active_list);
