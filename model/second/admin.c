/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What an admin command is, and who may send it. */
#include "second.h"

#define OPC_GET_LOG 0x02
#define OPC_IDENTIFY 0x06
#define OPC_ABORT 0x08
#define OPC_SET_FEATURES 0x09
#define OPC_GET_FEATURES 0x0A
#define OPC_AER 0x0C

enum handler { NOT_SUPPORTED, GET_LOG, IDENTIFY, ABORT, AER, FEATURE, QUEUE, MIGRATE };

static enum handler find_handler(const struct device *dev, unsigned int function,
				 unsigned int opcode)
{
	switch (opcode) {
	case OPC_GET_LOG:
		return GET_LOG;
	case OPC_IDENTIFY:
		return IDENTIFY;
	case OPC_ABORT:
		return ABORT;
	case OPC_AER:
		return AER;
	case OPC_SET_FEATURES:
	case OPC_GET_FEATURES:
		return function || dev->bus ? FEATURE : NOT_SUPPORTED;
	case 0x00:
	case 0x01:
	case 0x04:
	case 0x05:
		return function || dev->bus ? QUEUE : NOT_SUPPORTED;
	default:
		/* On a VF's own queue the five are opcodes like any other (LM-DIS-120). */
		return !function && migrate_is_opcode(opcode) ? MIGRATE : NOT_SUPPORTED;
	}
}

/* An Asynchronous Event Request stays with the controller until it has an event. */
static void keep_request(struct device *dev, struct command *cmd)
{
	struct vf_state *state;
	unsigned int i;

	if (!cmd->function && !dev->bus) {
		if (dev->pf_aers == LM_AER_SLOTS)
			command_fail(cmd, SC_AER_LIMIT);
		else
			dev->pf_aers++;
		cmd->done = cmd->status;
		return;
	}
	state = &device_function(dev, cmd->function)->live;
	for (i = 0; i < LM_AER_SLOTS; i++) {
		uint8_t *slot = state->aers + i * LM_AER_SIZE;

		if (lm_get_le16(slot + LM_AER_VALID))
			continue;
		lm_put_le16(slot + LM_AER_CID, lm_get_le16(cmd->sqe + LM_SQE_CID));
		lm_put_le16(slot + LM_AER_VALID, 1);
		cmd->done = false;
		return;
	}
	command_fail(cmd, SC_AER_LIMIT);
}

/*
 * One fetched command. It is done afterwards, but for an Asynchronous Event
 * Request.
 */
void admin_execute(struct device *dev, struct command *cmd)
{
	enum handler handler = find_handler(dev, cmd->function, cmd->sqe[LM_SQE_OPC]);

	cmd->done = true;
	/* LM-COM-100, the first two steps, hold for each admin command. */
	if (handler == NOT_SUPPORTED) {
		command_fail(cmd, LM_SC_INVALID_OPCODE);
		return;
	}
	if (cmd->sqe[LM_SQE_FLAGS] & 0xC3) {
		command_fail(cmd, LM_SC_INVALID_FIELD);
		return;
	}
	switch (handler) {
	case NOT_SUPPORTED:
		break;
	case GET_LOG:
		log_command(dev, cmd);
		break;
	case IDENTIFY:
		identify_command(dev, cmd);
		break;
	case ABORT:
		/* Of what can be in flight only a SUSPEND is aborted (LM-SUS-090). */
		cmd->dw0 = cmd->function || lm_get_le16(cmd->sqe + LM_SQE_CDW10) ||
			   !migrate_abort(dev, lm_get_le16(cmd->sqe + LM_SQE_CDW10 + 2));
		break;
	case AER:
		keep_request(dev, cmd);
		break;
	case FEATURE:
		feature_command(device_function(dev, cmd->function), cmd,
				cmd->sqe[LM_SQE_OPC] == OPC_SET_FEATURES);
		break;
	case QUEUE:
		queue_command(dev, device_function(dev, cmd->function), cmd);
		break;
	case MIGRATE:
		migrate_command(dev, cmd);
		break;
	}
}
