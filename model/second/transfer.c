/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Status and data of a command. */
#include <string.h>

#include "second.h"

/* DNR goes with the status (LM-COM-210); the base specification's own are final too. */
static bool is_final(unsigned int sc)
{
	switch (sc) {
	case LM_SC_SUCCESS:
	case LM_SC_DATA_TRANSFER:
	case LM_SC_SEQUENCE:
	case LM_SC_NOT_ENOUGH_RESOURCES:
	case LM_SC_NOT_SUSPENDED:
	case LM_SC_SUSPEND_NOT_COMPLETED:
		return false;
	default:
		return true;
	}
}

void command_fail(struct command *cmd, unsigned int sc)
{
	cmd->status = (uint16_t)(sc | (is_final(sc) ? LM_DNR : 0));
	cmd->dw0 = 0;
	cmd->written = 0;
}

/*
 * The span is the length of the buffer as the command states it, which decides
 * what its PRP entries are, and may be more than is transferred (LM-COM-300).
 * A buffer that is too short is memory that does not answer (LM-COM-320).
 * Where the host expected to send, the bytes go to its memory and not into the
 * reply.
 */
bool command_to_host(struct command *cmd, const void *data, uint32_t len, uint32_t span)
{
	unsigned int sc;

	if (cmd->by_prps) {
		sc = bus_transfer(cmd->dev, device_function(cmd->dev, cmd->function), cmd->sqe,
				  (void *)(uintptr_t)data, len, span, true);
		if (sc)
			command_fail(cmd, sc);
		return !sc;
	}
	if (len > cmd->length) {
		command_fail(cmd, LM_SC_DATA_TRANSFER);
		return false;
	}
	if (cmd->direction == DIR_TO_HOST && cmd->out) {
		memcpy(cmd->out, data, len);
		cmd->written = len;
	}
	return true;
}

bool command_from_host(struct command *cmd, void *data, uint32_t len)
{
	unsigned int sc;

	if (cmd->by_prps) {
		sc = bus_transfer(cmd->dev, device_function(cmd->dev, cmd->function), cmd->sqe,
				  data, len, len, false);
		if (sc)
			command_fail(cmd, sc);
		return !sc;
	}
	if (cmd->direction != DIR_TO_DEVICE || !cmd->in || len > cmd->length) {
		command_fail(cmd, LM_SC_DATA_TRANSFER);
		return false;
	}
	memcpy(data, cmd->in, len);
	return true;
}

/*
 * Where a buffer stands for the data pointer both entries are 0 and pass. A
 * command without one still has what the host wrote there, and its offsets are
 * judged before its transfer fails (LM-COM-310). Offsets into PRP Entry 1 below
 * a dword are an error here, not taken as 0; so are those of the others.
 */
bool command_check_prps(struct command *cmd, uint32_t len)
{
	uint64_t prp1 = lm_get_le64(cmd->sqe + LM_SQE_PRP1);
	uint64_t prp2 = lm_get_le64(cmd->sqe + LM_SQE_PRP2);
	uint64_t first = SM_PAGE - (prp1 & (SM_PAGE - 1));
	bool bad = prp1 & 3;

	if (cmd->by_prps)
		return true;
	if (len > first + SM_PAGE)
		bad = bad || (prp2 & 7);
	else if (len > first)
		bad = bad || (prp2 & (SM_PAGE - 1));
	if (bad)
		command_fail(cmd, LM_SC_PRP_OFFSET);
	return !bad;
}
