/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSI-X messages. Of those that the model sends in one go, one of each is enough:
 * a guest under load would else take an interrupt for every CQE. No other function's
 * transaction passes a message that is held, so that SUSPEND's CQE, which is the
 * PF's, finds all of the VF's sent (LM-IOF-010), and none is held while the model rests.
 */
#include "qemu/osdep.h"

#include "device.h"

void nvme_lm_message_flush(struct nvme_lm *lm)
{
	struct nvme_lm_function *fn = lm->fn[lm->message_fn];
	unsigned int i;

	/* A dword write with the function's requester ID, which interrupt remapping looks at. */
	for (i = 0; fn && i < lm->num_messages; i++)
		msi_send_message(&fn->pci, lm->message[i]);
	lm->num_messages = 0;
}

void nvme_lm_message_order(struct nvme_lm *lm, unsigned int fn)
{
	if (lm->num_messages && lm->message_fn != fn)
		nvme_lm_message_flush(lm);
}

static bool held(const struct nvme_lm *lm, uint64_t addr, uint32_t data)
{
	unsigned int i;

	for (i = 0; i < lm->num_messages; i++) {
		if (lm->message[i].address == addr && lm->message[i].data == data)
			return true;
	}
	return false;
}

void nvme_lm_message(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data)
{
	struct nvme_lm *lm = ctx;

	nvme_lm_record(lm, (struct lm_ev){ .kind = LM_EV_MSIX,
					   .fn = fn,
					   .addr = addr,
					   .data = data,
					   .vector = vector });
	nvme_lm_message_order(lm, fn);
	if (held(lm, addr, data))
		return;
	if (lm->num_messages == NVME_LM_MESSAGES)
		nvme_lm_message_flush(lm);
	lm->message_fn = fn;
	lm->message[lm->num_messages++] = (MSIMessage){ .address = addr, .data = data };
	/* The journal of the fault switch has each when the model sends it. */
	if (!lm->stepping || lm->fault)
		nvme_lm_message_flush(lm);
}
