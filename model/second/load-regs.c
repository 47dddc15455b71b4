/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Sections REGISTERS and FEATURES of an image. */
#include "second.h"

#define CC_KNOWN 0x00FFFFF1u
#define CSTS_KNOWN 0x0000000Fu /* RDY, CFS, SHST */
#define AQA_KNOWN 0x0FFF0FFFu

/* What a controller must have to become ready. */
bool load_can_be_ready(uint32_t cc, uint32_t aqa)
{
	unsigned int css = cc >> 4 & 7;
	unsigned int mps = cc >> 7 & 0xF;
	unsigned int ams = cc >> 11 & 7;

	return css == 0 && mps <= SM_MPS_MAX && ams == 0 && (aqa & 0xFFF) && aqa >> 16;
}

/* LM-IMG-100; what concerns the admin queues is found with the queues. */
unsigned int load_registers(struct vf_state *next)
{
	uint32_t cc = lm_get_le32(next->regs + LM_REGS_CC);
	uint32_t csts = lm_get_le32(next->regs + LM_REGS_CSTS);
	uint32_t aqa = lm_get_le32(next->regs + LM_REGS_AQA);
	unsigned int shst = csts >> 2 & 3;

	if (cc & ~CC_KNOWN || csts & ~CSTS_KNOWN || aqa & ~AQA_KNOWN)
		return LM_SC_INVALID_IMAGE;
	if (lm_get_le64(next->regs + LM_REGS_ASQ) & 0xFFF ||
	    lm_get_le64(next->regs + LM_REGS_ACQ) & 0xFFF)
		return LM_SC_INVALID_IMAGE;
	if (!(csts & CSTS_CFS) && (cc & CC_EN) != (csts & CSTS_RDY))
		return LM_SC_INVALID_IMAGE;
	if (csts & CSTS_RDY && !load_can_be_ready(cc, aqa))
		return LM_SC_INVALID_IMAGE;
	/* A shutdown ends before SUSPEND does; 11b has no meaning. */
	if (shst == 1 || shst == 3)
		return LM_SC_INVALID_IMAGE;
	return 0;
}

/* LM-IMG-110 */
unsigned int load_features(const struct vf_state *next)
{
	static const struct {
		unsigned int fid;
		unsigned int offset;
	} fields[] = {
		{ 0x01, LM_FEA_ARBITRATION }, { 0x02, LM_FEA_POWER },
		{ 0x04, LM_FEA_TEMP_OVER },   { 0x04, LM_FEA_TEMP_UNDER },
		{ 0x06, LM_FEA_WRITE_CACHE }, { 0x08, LM_FEA_COALESCING },
		{ 0x0A, LM_FEA_ATOMICITY },   { 0x0B, LM_FEA_ASYNC_EVENTS },
		{ 0x07, LM_FEA_NUM_QUEUES },
	};
	unsigned int vector;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!feature_valid(fields[i].fid, lm_get_le32(next->features + fields[i].offset)))
			return LM_SC_INVALID_IMAGE;
	/* TMPTH alone: which threshold it is, the place says. */
	if (lm_get_le32(next->features + LM_FEA_TEMP_OVER) > 0xFFFF ||
	    lm_get_le32(next->features + LM_FEA_TEMP_UNDER) > 0xFFFF)
		return LM_SC_INVALID_IMAGE;
	if (lm_get_le32(next->features + LM_FEA_RESERVED))
		return LM_SC_INVALID_IMAGE;
	for (vector = SM_VECTORS; vector < 128; vector++)
		if (next->features[LM_FEA_VECTOR_NOCOAL + vector / 8] >> vector % 8 & 1)
			return LM_SC_INVALID_IMAGE;
	return 0;
}
