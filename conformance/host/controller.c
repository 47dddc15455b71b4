/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Registers, controllers and their queues' life. */
#include <string.h>

#include "internal.h"

uint64_t hn_read64(struct ct *ct, unsigned int fn, uint32_t offset)
{
	struct ct_target *t = hn_host.target;
	uint64_t value = 0;

	hn_must(ct, t->ops->reg_read(t, fn, offset, 8, &value), "reading a register");
	return value;
}

uint32_t hn_read32(struct ct *ct, unsigned int fn, uint32_t offset)
{
	struct ct_target *t = hn_host.target;
	uint64_t value = 0;

	hn_must(ct, t->ops->reg_read(t, fn, offset, 4, &value), "reading a register");
	return (uint32_t)value;
}

void hn_write32(struct ct *ct, unsigned int fn, uint32_t offset, uint32_t value)
{
	struct ct_target *t = hn_host.target;

	hn_must(ct, t->ops->reg_write(t, fn, offset, 4, value), "writing a register");
}

void hn_write64(struct ct *ct, unsigned int fn, uint32_t offset, uint64_t value)
{
	struct ct_target *t = hn_host.target;

	hn_must(ct, t->ops->reg_write(t, fn, offset, 8, value), "writing a register");
}

void hn_pci_command(struct ct *ct, unsigned int fn, bool memory, bool master, bool msix_enable,
		    bool msix_mask)
{
	struct ct_target *t = hn_host.target;

	ct_trace(ct, "function %u: memory space %d, bus master %d, MSI-X %d, masked %d", fn, memory,
		 master, msix_enable, msix_mask);
	hn_must(ct, t->ops->pci_command(t, fn, memory, master, msix_enable, msix_mask),
		"writing the PCI Command register");
}

static void wait_rdy(struct ct *ct, unsigned int fn, bool rdy)
{
	uint64_t limit = (hn_read64(ct, fn, NVME_REG_CAP) >> 24 & 0xFF) * 500 * HN_MS;
	uint64_t start = hn_now(ct);

	if (limit < HN_S)
		limit = HN_S;
	while ((hn_read32(ct, fn, NVME_REG_CSTS) & NVME_CSTS_RDY) != (rdy ? NVME_CSTS_RDY : 0)) {
		if (hn_now(ct) - start > limit)
			ct_hung(ct, "CSTS.RDY of function %u does not become %d within CAP.TO", fn,
				rdy);
		hn_advance(ct, 10 * HN_US);
	}
}

static void new_cq(struct ct *ct, struct hn_fn *f, uint16_t qid, uint16_t entries, bool ien,
		   uint16_t vector)
{
	f->cq[qid] = (struct hn_cq){
		.created = true,
		.entries = entries,
		.phase = true,
		.ien = ien,
		.vector = vector,
		.mem = hn_buf(ct, (size_t)entries * LM_CQE_SIZE),
	};
}

static void new_sq(struct ct *ct, struct hn_fn *f, uint16_t qid, uint16_t cqid, uint16_t entries)
{
	f->sq[qid] = (struct hn_sq){
		.created = true,
		.cqid = cqid,
		.entries = entries,
		.mem = hn_buf(ct, (size_t)entries * LM_SQE_SIZE),
	};
}

void hn_enable_sized(struct ct *ct, unsigned int fn, uint16_t sq_entries, uint16_t cq_entries,
		     unsigned int vectors)
{
	struct ct_target *t = hn_host.target;
	struct hn_fn *f = hn_function(ct, fn);

	hn_forget(ct, fn);
	hn_fence_down(ct, fn);
	if (hn_has(ct, PCI_COMMAND))
		hn_pci_command(ct, fn, true, true, vectors > 0, false);
	if (vectors && t->ops->irq_setup(t, fn, vectors) < 0)
		ct_not_applicable(ct, "no %u interrupt vectors: %s", vectors, t->error);
	if (hn_read32(ct, fn, NVME_REG_CC) & NVME_CC_EN) {
		hn_write32(ct, fn, NVME_REG_CC, 0);
		wait_rdy(ct, fn, false);
	}
	new_sq(ct, f, 0, 0, sq_entries);
	new_cq(ct, f, 0, cq_entries, true, 0);
	hn_write32(ct, fn, NVME_REG_AQA,
		   (uint32_t)(sq_entries - 1) | (uint32_t)(cq_entries - 1) << 16);
	hn_write64(ct, fn, NVME_REG_ASQ, f->sq[0].mem.iova);
	hn_write64(ct, fn, NVME_REG_ACQ, f->cq[0].mem.iova);
	hn_write32(ct, fn, NVME_REG_CC, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES);
	wait_rdy(ct, fn, true);
	f->enabled = true;
	f->vectors = vectors;
	ct_trace(ct, "function %u enabled: admin SQ %u, CQ %u entries, %u vectors", fn, sq_entries,
		 cq_entries, vectors);
}

void hn_enable(struct ct *ct, unsigned int fn)
{
	hn_enable_sized(ct, fn, HN_ADMIN_ENTRIES, HN_ADMIN_ENTRIES, hn_has(ct, IRQ) ? 1 : 0);
}

void hn_disable(struct ct *ct, unsigned int fn)
{
	hn_write32(ct, fn, NVME_REG_CC, 0);
	wait_rdy(ct, fn, false);
	hn_forget(ct, fn);
	ct_trace(ct, "function %u disabled", fn);
}

void hn_shutdown(struct ct *ct, unsigned int fn)
{
	uint64_t start = hn_now(ct);

	hn_write32(ct, fn, NVME_REG_CC, hn_read32(ct, fn, NVME_REG_CC) | NVME_CC_SHN_NORMAL);
	while ((hn_read32(ct, fn, NVME_REG_CSTS) & NVME_CSTS_SHST_MASK) != NVME_CSTS_SHST_DONE) {
		if (hn_now(ct) - start > 30 * HN_S)
			ct_hung(ct, "function %u does not shut down", fn);
		hn_advance(ct, HN_MS);
	}
}

void hn_flr(struct ct *ct, unsigned int fn)
{
	struct ct_target *t = hn_host.target;
	unsigned int i;

	if (!(fn ? hn_has(ct, FLR) : hn_has(ct, PF_FLR)))
		ct_error(ct, "the row resets function %u, which it did not ask for", fn);
	if (fn)
		hn_fence_down(ct, fn);
	else
		hn_fence_down_all(ct);
	hn_must(ct, t->ops->reset(t, fn, CT_RESET_FLR), "Function Level Reset");
	ct_trace(ct, "Function Level Reset of function %u", fn);
	hn_forget(ct, fn);
	for (i = 1; !fn && i < CT_MAX_FUNCTIONS; i++)
		hn_forget(ct, i);
}

/* A device may have smaller queues than the row wants. */
static void need_entries(struct ct *ct, unsigned int fn, uint16_t entries)
{
	unsigned int most = (unsigned int)(hn_read64(ct, fn, NVME_REG_CAP) & 0xFFFF) + 1;

	if (entries > most)
		ct_not_applicable(ct, "needs a queue of %u entries, CAP.MQES allows %u", entries,
				  most);
}

void hn_create_cq(struct ct *ct, unsigned int fn, uint16_t qid, uint16_t entries, bool ien,
		  uint16_t vector)
{
	struct hn_fn *f = hn_function(ct, fn);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_CREATE_CQ, 0);

	if (qid >= HN_MAX_QID)
		ct_error(ct, "CQ %u is beyond what the suite tracks", qid);
	need_entries(ct, fn, entries);
	new_cq(ct, f, qid, entries, ien, vector);
	cmd.raw = true;
	lm_put_le64(cmd.sqe + LM_SQE_PRP1, f->cq[qid].mem.iova);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, qid | (uint32_t)(entries - 1) << 16);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, 1u | (ien ? 2u : 0u) | (uint32_t)vector << 16);
	hn_admin_ok(ct, fn, &cmd);
}

void hn_create_sq(struct ct *ct, unsigned int fn, uint16_t qid, uint16_t cqid, uint16_t entries)
{
	struct hn_fn *f = hn_function(ct, fn);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_CREATE_SQ, 0);

	if (qid >= HN_MAX_QID)
		ct_error(ct, "SQ %u is beyond what the suite tracks", qid);
	need_entries(ct, fn, entries);
	new_sq(ct, f, qid, cqid, entries);
	cmd.raw = true;
	lm_put_le64(cmd.sqe + LM_SQE_PRP1, f->sq[qid].mem.iova);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, qid | (uint32_t)(entries - 1) << 16);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, 1u | (uint32_t)cqid << 16);
	hn_admin_ok(ct, fn, &cmd);
}

void hn_delete_sq(struct ct *ct, unsigned int fn, uint16_t qid)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_DELETE_SQ, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, qid);
	hn_admin_ok(ct, fn, &cmd);
	memset(&hn_function(ct, fn)->sq[qid], 0, sizeof(struct hn_sq));
}

void hn_delete_cq(struct ct *ct, unsigned int fn, uint16_t qid)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_DELETE_CQ, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, qid);
	hn_admin_ok(ct, fn, &cmd);
	memset(&hn_function(ct, fn)->cq[qid], 0, sizeof(struct hn_cq));
}

void hn_enable_io(struct ct *ct, unsigned int fn, unsigned int pairs, uint16_t entries)
{
	bool irq = hn_has(ct, IRQ);
	uint32_t allocated;
	uint16_t qid;

	hn_enable_sized(ct, fn, HN_ADMIN_ENTRIES, HN_ADMIN_ENTRIES, irq ? pairs + 1 : 0);
	allocated = hn_set_feature(ct, fn, NVME_FEAT_NUM_QUEUES, (pairs - 1) | (pairs - 1) << 16);
	if ((allocated & 0xFFFF) + 1 < pairs || (allocated >> 16) + 1 < pairs)
		ct_not_applicable(ct, "needs %u queue pairs, the device gives %u and %u queues",
				  pairs, (allocated & 0xFFFF) + 1, (allocated >> 16) + 1);
	for (qid = 1; qid <= pairs; qid++) {
		hn_create_cq(ct, fn, qid, entries, irq, irq ? qid : 0);
		hn_create_sq(ct, fn, qid, qid, entries);
	}
	hn_known_block_size(ct, fn, 1);
}

uint64_t hn_irqs_now(struct ct *ct, unsigned int fn, unsigned int vector)
{
	struct ct_target *t = hn_host.target;
	uint64_t num = 0;

	hn_must(ct, t->ops->irq_count(t, fn, vector, &num), "counting interrupts");
	return num;
}

/* Behind a kernel a message that was sent is counted a little later. */
uint64_t hn_irqs(struct ct *ct, unsigned int fn, unsigned int vector)
{
	uint64_t num = hn_irqs_now(ct, fn, vector), last;
	unsigned int bound = 20;

	if (hn_has(ct, STEP))
		return num;
	do {
		last = num;
		hn_advance(ct, HN_MS);
		num = hn_irqs_now(ct, fn, vector);
	} while (num != last && --bound);
	return num;
}

void hn_set_num_vfs(struct ct *ct, unsigned int num)
{
	struct ct_target *t = hn_host.target;
	unsigned int fn;

	ct_trace(ct, "NumVFs %u", num);
	hn_fence_down_all(ct);
	hn_must(ct, t->ops->set_num_vfs(t, num), "changing NumVFs");
	for (fn = 1; fn < CT_MAX_FUNCTIONS; fn++)
		hn_forget(ct, fn);
}

void hn_need_nssr(struct ct *ct)
{
	if (ct_target(ct)->info.vf_enable_kept)
		ct_not_applicable(ct, "an NVM subsystem reset takes the VFs away under the kernel");
	if (!hn_has(ct, PF_OWNED) || !(hn_read64(ct, 0, NVME_REG_CAP) >> 36 & 1))
		ct_not_applicable(ct, "no NVM subsystem reset: CAP.NSSRS is 0 or out of reach");
}

unsigned int hn_num_vfs(struct ct *ct)
{
	return ct_target(ct)->info.num_vfs;
}

void hn_need_vfs(struct ct *ct, unsigned int num)
{
	if (hn_num_vfs(ct) < num)
		ct_not_applicable(ct, "needs %u enabled VFs, the device has %u", num,
				  hn_num_vfs(ct));
}
