/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* How a simulator introduces itself. */
#include <stdio.h>

#include "exec.h"
#include "fail.h"
#include "nvme-lm.h"

#define DEFAULT_SLACK_MS 10000u
#define MAX_SLACK_MS 600000u

/* HELLO's reply, by byte */
#define HELLO_SIZE 96
#define HELLO_VERSION 0
#define HELLO_TOTAL_VFS 2
#define HELLO_NUM_VFS 4
#define HELLO_CAPS 8
#define HELLO_VID 16
#define HELLO_DID 18
#define HELLO_MAX_DATA 20
#define HELLO_SLACK 24
#define HELLO_NAME 32
#define HELLO_NAME_SIZE 64

#define NO_NEED EXEC_CAP_COUNT

static const struct {
	enum ct_cap cap;
	enum exec_cap needs;
	const char *name;
} caps[EXEC_CAP_COUNT] = {
	[EXEC_CAP_ADMIN] = { CT_CAP_PF_PASSTHRU, NO_NEED, "ADMIN" },
	[EXEC_CAP_RAW_SQE] = { CT_CAP_PF_RAW_SQE, EXEC_CAP_ADMIN, "RAW_SQE" },
	[EXEC_CAP_VF_ADMIN] = { CT_CAP_VF_ADMIN, EXEC_CAP_ADMIN, "VF_ADMIN" },
	[EXEC_CAP_PF_OWNED] = { CT_CAP_PF_OWNED, EXEC_CAP_DMA, "PF_OWNED" },
	[EXEC_CAP_VF_REGS] = { CT_CAP_VF_REGS, EXEC_CAP_DMA, "VF_REGS" },
	[EXEC_CAP_DMA] = { CT_CAP_DMA, NO_NEED, "DMA" },
	[EXEC_CAP_IRQ] = { CT_CAP_IRQ, NO_NEED, "IRQ" },
	[EXEC_CAP_MSIX_TABLE] = { CT_CAP_MSIX_TABLE, EXEC_CAP_IRQ, "MSIX_TABLE" },
	[EXEC_CAP_PCI_COMMAND] = { CT_CAP_PCI_COMMAND, NO_NEED, "PCI_COMMAND" },
	[EXEC_CAP_FLR] = { CT_CAP_FLR, NO_NEED, "FLR" },
	[EXEC_CAP_PF_FLR] = { CT_CAP_PF_FLR, NO_NEED, "PF_FLR" },
	[EXEC_CAP_CONVENTIONAL] = { CT_CAP_CONVENTIONAL, NO_NEED, "CONVENTIONAL" },
	[EXEC_CAP_NUM_VFS] = { CT_CAP_NUM_VFS, NO_NEED, "NUM_VFS" },
	[EXEC_CAP_FRESH] = { CT_CAP_FRESH, NO_NEED, "FRESH" },
	[EXEC_CAP_CLOCK] = { CT_CAP_CLOCK, NO_NEED, "CLOCK" },
	[EXEC_CAP_STEP] = { CT_CAP_STEP, EXEC_CAP_CLOCK, "STEP" },
	[EXEC_CAP_NAMESPACE] = { CT_CAP_NAMESPACE, NO_NEED, "NAMESPACE" },
	[EXEC_CAP_MEDIA] = { CT_CAP_MEDIA, NO_NEED, "MEDIA" },
	[EXEC_CAP_REFERENCE_IMAGE] = { CT_CAP_REFERENCE_IMAGE, NO_NEED, "REFERENCE_IMAGE" },
};

static int check_caps(struct ct_target *t, struct exec_target *e)
{
	if (e->bits >> EXEC_CAP_COUNT)
		return exec_wire_garbage(t, &e->wire, "unknown capability bits %016llxh",
					 (unsigned long long)e->bits);
	for (int i = 0; i < EXEC_CAP_COUNT; i++)
		if (exec_has(e, (enum exec_cap)i) && caps[i].needs != NO_NEED &&
		    !exec_has(e, caps[i].needs))
			return exec_wire_garbage(t, &e->wire, "capability %s without %s",
						 caps[i].name, caps[caps[i].needs].name);
	return 0;
}

static int check_hello(struct ct_target *t, struct exec_target *e, const uint8_t *hello)
{
	unsigned int version = lm_get_le16(hello + HELLO_VERSION);
	uint32_t slack = lm_get_le32(hello + HELLO_SLACK);

	if (version != EXEC_VERSION)
		return exec_wire_garbage(t, &e->wire, "it speaks protocol version %u, not %u",
					 version, EXEC_VERSION);
	t->info.total_vfs = lm_get_le16(hello + HELLO_TOTAL_VFS);
	t->info.num_vfs = lm_get_le16(hello + HELLO_NUM_VFS);
	if (t->info.total_vfs >= CT_MAX_FUNCTIONS || t->info.num_vfs > t->info.total_vfs)
		return exec_wire_garbage(t, &e->wire, "TotalVFs %u, NumVFs %u", t->info.total_vfs,
					 t->info.num_vfs);
	e->max_data = lm_get_le32(hello + HELLO_MAX_DATA);
	if (e->max_data < 4096 || e->max_data > EXEC_MAX_DATA)
		return exec_wire_garbage(t, &e->wire, "%u data bytes at most in one ADMIN",
					 e->max_data);
	if (slack > MAX_SLACK_MS)
		return exec_wire_garbage(t, &e->wire, "replies that come %u ms late", slack);
	e->wire.slack = (slack ? slack : DEFAULT_SLACK_MS) * EXEC_NS_PER_MS;
	e->bits = lm_get_le64(hello + HELLO_CAPS);
	return check_caps(t, e);
}

static void describe(struct ct_target *t, struct exec_target *e, const uint8_t *hello)
{
	char name[HELLO_NAME_SIZE + 1] = { 0 };

	for (int i = 0; i < HELLO_NAME_SIZE && hello[HELLO_NAME + i]; i++) {
		uint8_t c = hello[HELLO_NAME + i];

		name[i] = (char)(c >= 0x20 && c < 0x7F ? c : '.');
	}
	snprintf(t->info.transport, sizeof(t->info.transport), "exec: %.57s",
		 *name ? name : e->command);
	t->info.pci_vid = lm_get_le16(hello + HELLO_VID);
	t->info.pci_did = lm_get_le16(hello + HELLO_DID);
	t->info.caps = 0;
	for (int i = 0; i < EXEC_CAP_COUNT; i++) {
		if (exec_has(e, (enum exec_cap)i))
			t->info.caps |= CT_CAP(caps[i].cap);
		else
			ct_target_lacks(t, caps[i].cap, "the simulator does not declare %s",
					caps[i].name);
	}
	/* own queues carry whole entries too; the bus is on this side, so it is seen here */
	if (exec_has(e, EXEC_CAP_PF_OWNED))
		t->info.caps |= CT_CAP(CT_CAP_PF_RAW_SQE);
	if (exec_has(e, EXEC_CAP_DMA))
		t->info.caps |= CT_CAP(CT_CAP_GUARD);
	else
		ct_target_lacks(t, CT_CAP_GUARD, "the simulator does not declare DMA");
	if (exec_has(e, EXEC_CAP_DMA) && exec_has(e, EXEC_CAP_IRQ))
		t->info.caps |= CT_CAP(CT_CAP_JOURNAL);
	else
		ct_target_lacks(t, CT_CAP_JOURNAL, "the simulator does not declare DMA and IRQ");
	ct_target_lacks(t, CT_CAP_FENCE, "every transfer is seen here as it is");
	ct_target_lacks(t, CT_CAP_INJECT, "the exec protocol has no fault switch");
	ct_target_lacks(t, CT_CAP_DRIVER, "a device is judged, not a driver");
	ct_target_lacks(t, CT_CAP_FAIL_NTH, "the exec protocol has no port calls");
}

int exec_start(struct ct_target *t)
{
	static const uint8_t head[8] = { EXEC_VERSION };
	struct exec_call call = { .type = EXEC_HELLO,
				  .name = "HELLO",
				  .head = head,
				  .head_len = sizeof(head),
				  .limit = exec_hello_limit,
				  .reply_min = HELLO_SIZE,
				  .reply_max = HELLO_SIZE };
	struct exec_target *e = t->priv;
	struct exec_msg reply;
	int ret;

	e->bits = 0;
	ret = exec_wire_start(t, &e->wire, e->command, exec_serve);
	if (!ret)
		ret = exec_wire_call(t, &e->wire, &call, &reply);
	if (!ret)
		ret = check_hello(t, e, reply.payload);
	if (ret) {
		exec_wire_stop(&e->wire);
		return ret;
	}
	describe(t, e, reply.payload);
	return 0;
}
