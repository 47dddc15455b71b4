/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The target "exec": a simulator behind docs/exec-protocol.md. Each process of
 * the runner that uses the target gets a simulator of its own, so that a row
 * that is killed in mid-message harms no other.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exec.h"
#include "fail.h"
#include "nvme-lm.h"

uint64_t exec_now(struct ct_target *t)
{
	const struct exec_target *e = t->priv;

	return exec_has(e, EXEC_CAP_CLOCK) ? e->wire.time : exec_clock();
}

static void exec_close(struct ct_target *t)
{
	struct exec_target *e = t->priv;

	if (!e)
		return;
	exec_wire_stop(&e->wire);
	exec_bus_free(&e->bus);
	free(e->command);
	free(e);
	t->priv = NULL;
}

static int exec_open(struct ct_target *t, const char *arg)
{
	struct exec_target *e;
	int ret;

	if (!*arg)
		return ct_target_fail(t, -EINVAL, "the target exec needs a command: exec:COMMAND");
	e = calloc(1, sizeof(*e));
	if (!e)
		return ct_target_fail(t, -ENOMEM, "no memory");
	t->priv = e;
	exec_bus_init(&e->bus);
	e->command = strdup(arg);
	ret = e->command ? exec_start(t) : ct_target_fail(t, -ENOMEM, "no memory");
	if (ret)
		exec_close(t);
	return ret;
}

static int call(struct ct_target *t, const struct exec_call *c, struct exec_msg *reply)
{
	struct exec_target *e = t->priv;

	if (e->wire.owner != getpid()) {
		uint64_t was = t->info.caps;
		int ret;

		exec_wire_stop(&e->wire);
		ret = exec_start(t);
		if (ret)
			return ret;
		if (t->info.caps != was)
			return exec_wire_garbage(t, &e->wire,
						 "its capabilities change from start to start");
	}
	return exec_wire_call(t, &e->wire, c, reply);
}

/* A request of a few bytes whose work takes no time of its own. */
static int small_call(struct ct_target *t, uint16_t type, const char *name, const uint8_t *head,
		      uint32_t head_len, uint32_t reply_len, struct exec_msg *reply)
{
	struct exec_call c = { .type = type,
			       .name = name,
			       .head = head,
			       .head_len = head_len,
			       .reply_min = reply_len,
			       .reply_max = reply_len };

	return call(t, &c, reply);
}

/* By the simulator's clock where it has one: then it takes none of ours. */
static uint64_t real_time(const struct exec_target *e, uint64_t ns)
{
	return exec_has(e, EXEC_CAP_CLOCK) ? 0 : ns;
}

static void fill_cqe(struct ct_cqe *cqe, const uint8_t *reply)
{
	uint16_t status = lm_get_le16(reply + LM_CQE_STATUS);

	*cqe = (struct ct_cqe){
		.dw0 = lm_get_le32(reply + LM_CQE_DW0),
		.dw1 = lm_get_le32(reply + LM_CQE_DW1),
		.sqhd = lm_get_le16(reply + LM_CQE_SQHD),
		.sqid = lm_get_le16(reply + LM_CQE_SQID),
		.cid = lm_get_le16(reply + LM_CQE_CID),
		.status = (status >> 1) & 0x7FF,
		.dnr = status & 0x8000,
		.more = status & 0x4000,
		.phase = status & 1,
		.elapsed = lm_get_le64(reply + 16),
	};
}

static int exec_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
		      uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	struct exec_target *e = t->priv;
	uint8_t head[80] = { 0 };
	struct exec_call c = { .type = EXEC_ADMIN,
			       .name = "ADMIN",
			       .head = head,
			       .head_len = sizeof(head),
			       .limit = real_time(e, timeout),
			       .reply_min = 32 };
	struct exec_msg reply;
	uint32_t written;
	int ret;

	if (dir == CT_DIR_NONE)
		len = 0;
	else if (!len)
		dir = CT_DIR_NONE;
	if (len > e->max_data)
		return ct_target_fail(t, -E2BIG, "the simulator takes %u data bytes, not %u",
				      e->max_data, len);
	lm_put_le16(head, (uint16_t)fn);
	head[2] = dir == CT_DIR_TO_HOST ? 1 : dir == CT_DIR_TO_DEVICE ? 2 : 0;
	lm_put_le32(head + 4, len);
	lm_put_le64(head + 8, timeout);
	memcpy(head + 16, sqe, LM_SQE_SIZE);
	if (dir != CT_DIR_NONE)
		memset(head + 16 + LM_SQE_PRP1, 0, 16);
	if (dir == CT_DIR_TO_DEVICE) {
		c.data = data;
		c.data_len = len;
	}
	c.reply_max = 32 + (dir == CT_DIR_TO_HOST ? len : 0);
	ret = call(t, &c, &reply);
	if (ret)
		return ret;
	written = lm_get_le32(reply.payload + 24);
	if (written != reply.length - 32)
		return exec_wire_garbage(t, &e->wire, "a reply to ADMIN with %u bytes announces %u",
					 reply.length - 32, written);
	fill_cqe(cqe, reply.payload);
	if (!exec_has(e, EXEC_CAP_RAW_SQE))
		cqe->cid = lm_get_le16(sqe + LM_SQE_CID);
	if (written)
		memcpy(data, reply.payload + 32, written);
	return 0;
}

static int exec_reg_read(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			 uint64_t *value)
{
	uint8_t head[8];
	struct exec_msg reply;
	int ret;

	lm_put_le16(head, (uint16_t)fn);
	lm_put_le16(head + 2, (uint16_t)len);
	lm_put_le32(head + 4, offset);
	ret = small_call(t, EXEC_REG_READ, "REG_READ", head, sizeof(head), 8, &reply);
	if (ret)
		return ret;
	*value = lm_get_le64(reply.payload);
	exec_record(t, (struct ct_event){
			       .kind = CT_EV_REG_READ, .fn = fn, .addr = offset, .len = len });
	return 0;
}

/* What can change NumVFs answers with NumVFs as it is now. */
static int call_num_vfs(struct ct_target *t, uint16_t type, const char *name, const uint8_t *head,
			uint32_t head_len)
{
	struct exec_target *e = t->priv;
	struct exec_msg reply;
	unsigned int num;
	int ret = small_call(t, type, name, head, head_len, 8, &reply);

	if (ret)
		return ret;
	num = lm_get_le16(reply.payload);
	if (num > t->info.total_vfs)
		return exec_wire_garbage(t, &e->wire, "NumVFs %u of %u after %s", num,
					 t->info.total_vfs, name);
	t->info.num_vfs = num;
	return 0;
}

/* What a reset leaves of functions first to last: no interrupts, no bus mastering. */
static void forget_functions(struct exec_target *e, unsigned int first, unsigned int last)
{
	for (unsigned int i = first; i <= last; i++)
		exec_bus_reset(&e->bus, i);
}

static int exec_reg_write(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			  uint64_t value)
{
	unsigned int before = t->info.num_vfs;
	uint8_t head[16];
	int ret;

	lm_put_le16(head, (uint16_t)fn);
	lm_put_le16(head + 2, (uint16_t)len);
	lm_put_le32(head + 4, offset);
	lm_put_le64(head + 8, value);
	/* before the request: what the write causes comes after it in the journal */
	exec_record(t, (struct ct_event){ .kind = CT_EV_REG_WRITE,
					  .fn = fn,
					  .addr = offset,
					  .len = len,
					  .data = (uint32_t)value });
	ret = call_num_vfs(t, EXEC_REG_WRITE, "REG_WRITE", head, sizeof(head));
	/* NSSR: everything was reset */
	if (!ret && t->info.num_vfs < before)
		forget_functions(t->priv, 0, t->info.total_vfs);
	return ret;
}

static void *exec_dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova)
{
	struct exec_target *e = t->priv;

	return exec_bus_alloc(&e->bus, len, align, iova);
}

static void exec_dma_free_all(struct ct_target *t)
{
	struct exec_target *e = t->priv;

	exec_bus_free_all(&e->bus);
}

static int exec_irq_count(struct ct_target *t, unsigned int fn, unsigned int vector,
			  uint64_t *count)
{
	struct exec_target *e = t->priv;

	if (fn >= CT_MAX_FUNCTIONS || vector >= EXEC_MAX_VECTORS)
		return ct_target_fail(t, -EINVAL, "function %u has no vector %u", fn, vector);
	*count = e->bus.irqs[fn][vector];
	return 0;
}

static int exec_irq_setup(struct ct_target *t, unsigned int fn, unsigned int vectors)
{
	uint8_t head[8] = { 0 };
	struct exec_msg reply;

	lm_put_le16(head, (uint16_t)fn);
	lm_put_le16(head + 2, (uint16_t)vectors);
	return small_call(t, EXEC_IRQ_SETUP, "IRQ_SETUP", head, sizeof(head), 0, &reply);
}

static int exec_pci_command(struct ct_target *t, unsigned int fn, bool memory, bool master,
			    bool msix_enable, bool msix_mask)
{
	struct exec_target *e = t->priv;
	uint8_t head[8] = { 0 };
	struct exec_msg reply;
	int ret;

	lm_put_le16(head, (uint16_t)fn);
	head[2] = (uint8_t)(memory | master << 1 | msix_enable << 2 | msix_mask << 3);
	ret = small_call(t, EXEC_PCI_COMMAND, "PCI_COMMAND", head, sizeof(head), 0, &reply);
	if (!ret && fn < CT_MAX_FUNCTIONS)
		e->bus.master[fn] = master;
	return ret;
}

static int exec_reset(struct ct_target *t, unsigned int fn, enum ct_reset kind)
{
	uint8_t head[8] = { 0 };
	int ret;

	lm_put_le16(head, (uint16_t)fn);
	lm_put_le16(head + 2, kind == CT_RESET_CONVENTIONAL ? 1 : 0);
	ret = call_num_vfs(t, EXEC_RESET, "RESET", head, sizeof(head));
	/* a reset of the PF is one of every function */
	if (!ret && fn <= t->info.total_vfs)
		forget_functions(t->priv, fn, fn ? fn : t->info.total_vfs);
	return ret;
}

static int exec_set_num_vfs(struct ct_target *t, unsigned int num)
{
	unsigned int before = t->info.num_vfs;
	uint8_t head[8] = { 0 };
	int ret;

	lm_put_le16(head, (uint16_t)num);
	ret = call_num_vfs(t, EXEC_NUM_VFS, "NUM_VFS", head, sizeof(head));
	if (!ret && t->info.num_vfs != before)
		forget_functions(t->priv, 1, t->info.total_vfs);
	return ret;
}

static int exec_fresh(struct ct_target *t)
{
	struct exec_target *e = t->priv;
	int ret = call_num_vfs(t, EXEC_FRESH, "FRESH", NULL, 0);

	if (!ret)
		exec_bus_fresh(&e->bus);
	return ret;
}

static int exec_journal(struct ct_target *t, uint64_t after, struct ct_event *ev, unsigned int max)
{
	const struct exec_target *e = t->priv;
	int n = exec_bus_journal(&e->bus, after, ev, max);

	if (n < 0)
		return ct_target_fail(t, n,
				      "more than %u events in one case: the journal lost some",
				      EXEC_MAX_EVENTS);
	return n;
}

static int exec_media(struct ct_target *t, const struct ct_media *media)
{
	uint8_t head[16] = { 0 };
	struct exec_msg reply;

	head[0] = media->mode == CT_MEDIA_STALL ? 1 : media->mode == CT_MEDIA_FAIL ? 2 : 0;
	head[1] = media->admin;
	lm_put_le16(head + 2, media->status);
	lm_put_le64(head + 8, media->latency);
	return small_call(t, EXEC_MEDIA, "MEDIA", head, sizeof(head), 0, &reply);
}

static int exec_advance(struct ct_target *t, uint64_t ns)
{
	uint8_t head[8];
	struct exec_call c = { .type = EXEC_ADVANCE,
			       .name = "ADVANCE",
			       .head = head,
			       .head_len = sizeof(head),
			       .limit = real_time(t->priv, ns) };
	struct exec_msg reply;

	lm_put_le64(head, ns);
	return call(t, &c, &reply);
}

static int exec_step(struct ct_target *t, bool *more)
{
	struct exec_msg reply;
	int ret = small_call(t, EXEC_STEP, "STEP", NULL, 0, 8, &reply);

	if (!ret)
		*more = reply.payload[0];
	return ret;
}

static int exec_namespace_resize(struct ct_target *t, uint32_t nsid, uint64_t blocks)
{
	uint8_t head[16] = { 0 };
	struct exec_msg reply;

	lm_put_le32(head, nsid);
	lm_put_le64(head + 8, blocks);
	return small_call(t, EXEC_NAMESPACE, "NAMESPACE", head, sizeof(head), 0, &reply);
}

static const struct ct_target_ops exec_ops = {
	.name = "exec",
	.summary = "a simulator on a pipe, by docs/exec-protocol.md: exec:COMMAND",
	.open = exec_open,
	.close = exec_close,
	.admin = exec_admin,
	.reg_read = exec_reg_read,
	.reg_write = exec_reg_write,
	.dma_alloc = exec_dma_alloc,
	.dma_free_all = exec_dma_free_all,
	.irq_count = exec_irq_count,
	.irq_setup = exec_irq_setup,
	.pci_command = exec_pci_command,
	.reset = exec_reset,
	.set_num_vfs = exec_set_num_vfs,
	.journal = exec_journal,
	.media = exec_media,
	.advance = exec_advance,
	.step = exec_step,
	.namespace_resize = exec_namespace_resize,
	.fresh = exec_fresh,
	.now = exec_now,
};

CT_TARGET(exec_ops);
