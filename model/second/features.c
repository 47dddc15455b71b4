/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Set and Get Features of a VF, and what values they can have. */
#include <string.h>

#include "second.h"

#define FID_TEMPERATURE 0x04
#define FID_RECOVERY 0x05
#define FID_NUM_QUEUES 0x07
#define FID_VECTOR 0x09

/* Features that are one dword: where the image keeps it, which bits it may have. */
struct simple {
	unsigned int fid;
	unsigned int offset;
	uint32_t bits;
};

static const struct simple simple[] = {
	{ 0x01, LM_FEA_ARBITRATION, 0xFFFFFF07 },
	{ 0x02, LM_FEA_POWER, 0x000000E0 }, /* power state 0 alone; workload hint */
	{ 0x06, LM_FEA_WRITE_CACHE, 0x00000001 },
	{ 0x07, LM_FEA_NUM_QUEUES, 0xFFFFFFFF },
	{ 0x08, LM_FEA_COALESCING, 0x0000FFFF },
	{ 0x0A, LM_FEA_ATOMICITY, 0x00000001 },
	{ 0x0B, LM_FEA_ASYNC_EVENTS, 0x000001FF },
};

static const struct simple *find(unsigned int fid)
{
	size_t i;

	for (i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (simple[i].fid == fid)
			return &simple[i];
	return NULL;
}

void feature_defaults(struct vf_state *state)
{
	memset(state->features, 0, sizeof(state->features));
	/* In kelvin; WCTEMP is where the over threshold begins. */
	lm_put_le32(state->features + LM_FEA_TEMP_OVER, 343);
	lm_put_le32(state->features + LM_FEA_WRITE_CACHE, 1);
}

/* What Set Features would take as Dword 11 (LM-IMG-110). */
bool feature_valid(unsigned int fid, uint32_t value)
{
	const struct simple *entry = find(fid);

	switch (fid) {
	case FID_TEMPERATURE:
		/* THSEL 0 or 1, and the composite temperature alone */
		return !(value & 0xFFEF0000);
	case FID_RECOVERY:
		/* No namespace has DULBE. */
		return !(value & 0xFFFF0000);
	case FID_NUM_QUEUES:
		return (value & 0xFFFF) != 0xFFFF && value >> 16 != 0xFFFF;
	case FID_VECTOR:
		return !(value & 0xFFFE0000) && (value & 0xFFFF) < SM_VECTORS;
	default:
		return entry && !(value & ~entry->bits);
	}
}

static uint32_t allocated(uint32_t asked)
{
	uint32_t sqs = asked & 0xFFFF;
	uint32_t cqs = asked >> 16;
	uint32_t most = SM_IO_QUEUES - 1;

	if (!asked)
		return most << 16 | most;
	return (cqs < most ? cqs : most) << 16 | (sqs < most ? sqs : most);
}

static void set_recovery(struct vf_state *state, uint32_t nsid, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < SM_NAMESPACES; i++)
		if (nsid == UINT32_MAX || nsid == i + 1)
			state->recovery[i] = value;
}

static void set(struct vf_state *state, unsigned int fid, uint32_t nsid, uint32_t value)
{
	const struct simple *entry = find(fid);
	uint8_t *byte;

	switch (fid) {
	case FID_TEMPERATURE:
		lm_put_le32(state->features + (value >> 20 ? LM_FEA_TEMP_UNDER : LM_FEA_TEMP_OVER),
			    value & 0xFFFF);
		break;
	case FID_RECOVERY:
		set_recovery(state, nsid, value);
		break;
	case FID_VECTOR:
		byte = state->features + LM_FEA_VECTOR_NOCOAL + (value & 0xFFFF) / 8;
		*byte = (uint8_t)(*byte & ~(1u << value % 8));
		if (value >> 16)
			*byte = (uint8_t)(*byte | 1u << value % 8);
		break;
	default:
		if (entry)
			lm_put_le32(state->features + entry->offset, value);
	}
}

static uint32_t get(const struct vf_state *state, unsigned int fid, uint32_t nsid, uint32_t cdw11)
{
	const struct simple *entry = find(fid);
	uint32_t value;

	switch (fid) {
	case FID_TEMPERATURE:
		return lm_get_le32(state->features +
				   (cdw11 >> 20 ? LM_FEA_TEMP_UNDER : LM_FEA_TEMP_OVER)) &
		       0xFFFF;
	case FID_RECOVERY:
		return state->recovery[nsid - 1];
	case FID_VECTOR:
		value = state->features[LM_FEA_VECTOR_NOCOAL + cdw11 / 8] >> cdw11 % 8 & 1;
		return value << 16 | cdw11;
	case FID_NUM_QUEUES:
		return allocated(lm_get_le32(state->features + LM_FEA_NUM_QUEUES));
	default:
		return entry ? lm_get_le32(state->features + entry->offset) : 0;
	}
}

static bool ns_fits(unsigned int fid, uint32_t nsid, bool is_set)
{
	if (fid != FID_RECOVERY)
		return true;
	return (nsid && nsid <= SM_NAMESPACES) || (is_set && nsid == UINT32_MAX);
}

static void set_feature(struct vf_state *state, struct command *cmd, unsigned int fid)
{
	uint32_t nsid = lm_get_le32(cmd->sqe + LM_SQE_NSID);
	uint32_t value = lm_get_le32(cmd->sqe + LM_SQE_CDW11);

	if (lm_get_le32(cmd->sqe + LM_SQE_CDW10) >> 31) {
		command_fail(cmd, SC_NOT_SAVEABLE);
		return;
	}
	if (!feature_valid(fid, value)) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	/* The number of queues is fixed once there are some. */
	if (fid == FID_NUM_QUEUES && state->nr_cqs > 1) {
		command_fail(cmd, LM_SC_SEQUENCE);
		return;
	}
	set(state, fid, nsid, value);
	if (fid == FID_NUM_QUEUES)
		cmd->dw0 = allocated(value);
}

static void get_feature(struct vf_state *state, struct command *cmd, unsigned int fid)
{
	uint32_t nsid = lm_get_le32(cmd->sqe + LM_SQE_NSID);
	uint32_t cdw11 = lm_get_le32(cmd->sqe + LM_SQE_CDW11);
	struct vf_state defaults = { 0 };

	/* Of Dword 11 only what selects a value counts. */
	if (fid == FID_VECTOR)
		cdw11 &= 0xFFFF;
	else if (fid != FID_TEMPERATURE)
		cdw11 = 0;
	if ((fid == FID_VECTOR || fid == FID_TEMPERATURE) && !feature_valid(fid, cdw11)) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	switch (lm_get_le32(cmd->sqe + LM_SQE_CDW10) >> 8 & 7) {
	case 0:
		cmd->dw0 = get(state, fid, nsid, cdw11);
		break;
	case 1:
	case 2:
		/* None is saved: the saved value is the default one. */
		feature_defaults(&defaults);
		cmd->dw0 = get(&defaults, fid, nsid, cdw11);
		break;
	case 3:
		cmd->dw0 = fid == FID_RECOVERY ? 0x6 : 0x4; /* changeable, NS specific */
		break;
	default:
		command_fail(cmd, LM_SC_INVALID_FIELD);
	}
}

void feature_command(struct vf *vf, struct command *cmd, bool is_set)
{
	unsigned int fid = cmd->sqe[LM_SQE_CDW10];

	if (!find(fid) && fid != FID_TEMPERATURE && fid != FID_RECOVERY && fid != FID_VECTOR) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	if (!ns_fits(fid, lm_get_le32(cmd->sqe + LM_SQE_NSID), is_set)) {
		command_fail(cmd, SC_NAMESPACE);
		return;
	}
	if (is_set)
		set_feature(&vf->live, cmd, fid);
	else
		get_feature(&vf->live, cmd, fid);
}
