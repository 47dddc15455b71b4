/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The five commands, as a hypervisor sends them. */
#include <string.h>

#include "migrate.h"
#include "nvme-lm.h"

#define SECTOR 512u

static const char *name(uint8_t opc)
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
	default:
		return "LOAD_DATA";
	}
}

void mg_lm_sqe(uint8_t sqe[64], uint8_t opc, unsigned int vf)
{
	memset(sqe, 0, LM_SQE_SIZE);
	sqe[LM_SQE_OPC] = opc;
	lm_put_le16(sqe + LM_SQE_VF_INDEX, (uint16_t)vf);
}

bool mg_lm_ok(struct mg_pf *pf, const uint8_t sqe[64], const struct ct_cqe *cqe)
{
	if (!cqe->status)
		return true;
	mg_find(pf->out, MG_REFUSED, "%s of VF %u on %s ends with %03Xh", name(sqe[LM_SQE_OPC]),
		lm_get_le16(sqe + LM_SQE_VF_INDEX), pf->t->info.transport, cqe->status);
	return false;
}

static bool plain(struct mg_pf *pf, uint8_t opc, unsigned int vf, struct ct_cqe *cqe)
{
	uint8_t sqe[LM_SQE_SIZE];

	mg_lm_sqe(sqe, opc, vf);
	return mg_pf_command(pf, sqe, NULL, 0, CT_DIR_NONE, cqe) && mg_lm_ok(pf, sqe, cqe);
}

bool mg_suspend(struct mg_pf *pf, unsigned int vf)
{
	struct ct_cqe cqe;

	return plain(pf, LM_OPC_SUSPEND, vf, &cqe);
}

bool mg_resume(struct mg_pf *pf, unsigned int vf)
{
	struct ct_cqe cqe;

	return plain(pf, LM_OPC_RESUME, vf, &cqe);
}

bool mg_query(struct mg_pf *pf, unsigned int vf, uint32_t *size)
{
	struct ct_cqe cqe;

	if (!plain(pf, LM_OPC_QUERY_DATA_SIZE, vf, &cqe))
		return false;
	*size = cqe.dw0;
	if (*size && *size % 4 == 0 && *size <= MG_MAX_IMAGE)
		return true;
	mg_find(pf->out, MG_REFUSED, "QUERY_DATA_SIZE of VF %u says %u bytes", vf, *size);
	return false;
}

static uint32_t part(const struct mg_pf *pf, uint32_t left, uint32_t chunk)
{
	return !pf->proposal || !chunk || chunk > left ? left : chunk;
}

/*
 * Linux maps a buffer of whole sectors as it is, and copies any other. The image
 * has MG_MAX_IMAGE bytes, and the device is told the length itself.
 */
static uint32_t buffer_length(uint32_t offset, uint32_t len)
{
	return offset ? len : (len + SECTOR - 1) & ~(SECTOR - 1);
}

static bool save_part(struct mg_pf *pf, unsigned int vf, uint8_t *image, uint32_t len,
		      uint32_t offset)
{
	uint8_t sqe[LM_SQE_SIZE];
	struct ct_cqe cqe;

	mg_lm_sqe(sqe, LM_OPC_SAVE_DATA, vf);
	if (pf->proposal) {
		lm_put_le32(sqe + LM_SQE_LENGTH, len);
		lm_put_le32(sqe + LM_SQE_OFFSET, offset);
	}
	if (!mg_pf_command(pf, sqe, image + offset, buffer_length(offset, len), CT_DIR_TO_HOST,
			   &cqe) ||
	    !mg_lm_ok(pf, sqe, &cqe))
		return false;
	if (!pf->proposal || cqe.dw0 == len)
		return true;
	mg_find(pf->out, MG_REFUSED, "SAVE_DATA of VF %u at offset %u writes %u of %u bytes", vf,
		offset, cqe.dw0, len);
	return false;
}

bool mg_save(struct mg_pf *pf, unsigned int vf, uint8_t *image, uint32_t size, uint32_t chunk)
{
	uint32_t offset, len;

	for (offset = 0; offset < size; offset += len) {
		len = part(pf, size - offset, chunk);
		if (!save_part(pf, vf, image, len, offset))
			return false;
	}
	return true;
}

bool mg_load(struct mg_pf *pf, unsigned int vf, uint8_t *image, uint32_t size, uint32_t chunk)
{
	uint8_t sqe[LM_SQE_SIZE];
	uint32_t offset, len;
	struct ct_cqe cqe;

	for (offset = 0; offset < size; offset += len) {
		len = part(pf, size - offset, chunk);
		mg_lm_sqe(sqe, LM_OPC_LOAD_DATA, vf);
		lm_put_le32(sqe + LM_SQE_LENGTH, len);
		if (pf->proposal) {
			lm_put_le32(sqe + LM_SQE_OFFSET, offset);
			lm_put_le32(sqe + LM_SQE_TOTAL, size);
		}
		if (!mg_pf_command(pf, sqe, image + offset, buffer_length(offset, len),
				   CT_DIR_TO_DEVICE, &cqe) ||
		    !mg_lm_ok(pf, sqe, &cqe))
			return false;
	}
	return true;
}

static struct mg_pf *pf_of(struct mg *m, struct mg_place p)
{
	return &m->side[p.side].pf;
}

static bool begin_stop(struct mg *m, struct mg_place p)
{
	uint8_t sqe[LM_SQE_SIZE];

	mg_lm_sqe(sqe, LM_OPC_SUSPEND, p.vf);
	return mg_pf_start(pf_of(m, p), sqe, NULL, 0, CT_DIR_NONE);
}

static bool poll_stop(struct mg *m, struct mg_place p, bool *done)
{
	struct mg_pf *pf = pf_of(m, p);
	struct ct_cqe cqe;

	return mg_pf_poll(pf, done, &cqe) && (!*done || mg_lm_ok(pf, pf->sqe, &cqe));
}

static bool stop(struct mg *m, struct mg_place p)
{
	return mg_suspend(pf_of(m, p), p.vf);
}

static bool save(struct mg *m, struct mg_place p, uint32_t chunk)
{
	return mg_query(pf_of(m, p), p.vf, &m->image_len) &&
	       mg_save(pf_of(m, p), p.vf, m->image, m->image_len, chunk);
}

static bool load(struct mg *m, struct mg_place p, uint32_t chunk)
{
	return mg_load(pf_of(m, p), p.vf, m->image, m->image_len, chunk);
}

static bool start(struct mg *m, struct mg_place p)
{
	return mg_resume(pf_of(m, p), p.vf);
}

const struct mg_mover mg_by_commands = {
	.begin_stop = begin_stop,
	.poll_stop = poll_stop,
	.stop = stop,
	.save = save,
	.load = load,
	.start = start,
};
