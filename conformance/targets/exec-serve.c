/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the simulator sends of its own accord: DMA, interrupts, accesses to the medium. */
#include <string.h>

#include "exec.h"
#include "nvme-lm.h"

void exec_record(struct ct_target *t, struct ct_event event)
{
	struct exec_target *e = t->priv;

	event.time = exec_now(t);
	exec_bus_record(&e->bus, event);
}

static int serve_dma(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg)
{
	struct exec_target *e = t->priv;
	bool write = msg->type == EXEC_DMA_WRITE;
	struct ct_event event = { 0 };
	uint8_t *mem = NULL;

	if (msg->length < 16)
		return exec_wire_garbage(t, wire, "a DMA request of %u bytes", msg->length);
	event.fn = lm_get_le16(msg->payload);
	event.len = lm_get_le32(msg->payload + 4);
	event.addr = lm_get_le64(msg->payload + 8);
	if (event.fn > t->info.total_vfs || !event.len || event.len > 65536 ||
	    msg->length != 16 + (write ? event.len : 0))
		return exec_wire_garbage(
			t, wire, "a DMA request of function %u, %u bytes, in a message of %u",
			event.fn, event.len, msg->length);
	/* without the capability the host that the simulator stands for sees to it */
	if (!exec_has(e, EXEC_CAP_PCI_COMMAND) || e->bus.master[event.fn])
		mem = exec_bus_at(&e->bus, event.addr, event.len);
	event.kind = !mem ? CT_EV_DMA_FAULT : write ? CT_EV_DMA_WRITE : CT_EV_DMA_READ;
	exec_record(t, event);
	if (!mem)
		return exec_wire_answer(t, wire, msg, EXEC_E_REFUSED, NULL, 0);
	if (!write)
		return exec_wire_answer(t, wire, msg, EXEC_E_NONE, mem, event.len);
	memcpy(mem, msg->payload + 16, event.len);
	return exec_wire_answer(t, wire, msg, EXEC_E_NONE, NULL, 0);
}

static int serve_msix(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg)
{
	struct exec_target *e = t->priv;
	struct ct_event event = { .kind = CT_EV_MSIX, .len = 4 };

	if (msg->length != 20)
		return exec_wire_garbage(t, wire, "MSIX of %u bytes", msg->length);
	event.fn = lm_get_le16(msg->payload);
	event.vector = lm_get_le16(msg->payload + 2);
	event.addr = lm_get_le64(msg->payload + 4);
	event.data = lm_get_le32(msg->payload + 12);
	if (event.fn > t->info.total_vfs || event.vector >= EXEC_MAX_VECTORS)
		return exec_wire_garbage(t, wire, "MSIX of function %u, vector %u", event.fn,
					 event.vector);
	e->bus.irqs[event.fn][event.vector]++;
	exec_record(t, event);
	return 0;
}

static int serve_media(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg)
{
	struct ct_event event = { .kind = CT_EV_MEDIA };

	if (msg->length != 24)
		return exec_wire_garbage(t, wire, "MEDIA_EVENT of %u bytes", msg->length);
	event.fn = lm_get_le16(msg->payload);
	event.data = lm_get_le32(msg->payload + 4);
	event.addr = lm_get_le64(msg->payload + 8);
	event.len = lm_get_le32(msg->payload + 16);
	if (event.fn > t->info.total_vfs)
		return exec_wire_garbage(t, wire, "MEDIA_EVENT of function %u", event.fn);
	exec_record(t, event);
	return 0;
}

int exec_serve(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg)
{
	const struct exec_target *e = t->priv;

	if ((msg->type == EXEC_DMA_READ || msg->type == EXEC_DMA_WRITE) &&
	    exec_has(e, EXEC_CAP_DMA))
		return serve_dma(t, wire, msg);
	if (msg->type == EXEC_MSIX && exec_has(e, EXEC_CAP_IRQ))
		return serve_msix(t, wire, msg);
	if (msg->type == EXEC_MEDIA_EVENT && exec_has(e, EXEC_CAP_MEDIA))
		return serve_media(t, wire, msg);
	return exec_wire_garbage(t, wire,
				 "a message of type %04xh that HELLO's capabilities do not declare",
				 msg->type);
}
