/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Interrupts: MSI-X (PCI Express Base 6.1.4.1) of every function, and the PF's
 * INTx pin. A message is a memory write: without bus mastering, and while a VF
 * is suspended, it waits in the Pending Bit Array.
 */
#include "core.h"

#define ENTRY_MASKED 1u

static bool is_pending(const struct lm_function *fn, unsigned int vector)
{
	return fn->msix.pending[vector / 32] >> (vector % 32) & 1;
}

static void set_pending(struct lm_function *fn, unsigned int vector, bool pending)
{
	uint32_t bit = 1u << (vector % 32);

	if (pending)
		fn->msix.pending[vector / 32] |= bit;
	else
		fn->msix.pending[vector / 32] &= ~bit;
}

static bool held(const struct lm_device *dev, const struct lm_function *fn, unsigned int vector)
{
	(void)dev;
	if (fn->msix.function_mask || (fn->msix.table[vector].control & ENTRY_MASKED))
		return true;
	if (!fn->master || fn->mig.resuming)
		return true;
	if (LM_DEFECT(LOADING_INTERRUPT) && fn->mig.state == LM_STATE_LOADING)
		return false;
	if (LM_DEFECT(INTERRUPT_BEHIND_SUSPEND))
		return fn->mig.state == LM_STATE_DRAINING;
	return lm_fn_frozen(fn) && !LM_DEFECT(FROZEN_INTERRUPT);
}

static void send(struct lm_device *dev, struct lm_function *fn, unsigned int vector)
{
	const struct lm_msix_entry *e = &fn->msix.table[vector];

	dev->port->msix(dev->ctx, fn->number, vector, e->addr, e->data);
}

static void update_intx(struct lm_device *dev, struct lm_function *fn)
{
	bool level = false;
	unsigned int i;

	if (fn->number)
		return;
	if (!fn->msix.enable && !fn->intx_disable && !(fn->regs.intm & 1)) {
		for (i = 0; i <= dev->config.io_qpairs && !level; i++) {
			const struct lm_cq *cq = &fn->cq[i];

			level = cq->exists && cq->ien && !lm_cq_empty(cq);
		}
	}
	if (level != fn->intx_level) {
		fn->intx_level = level;
		dev->port->intx(dev->ctx, fn->number, level);
	}
}

void lm_irq_raise(struct lm_device *dev, struct lm_function *fn, const struct lm_cq *cq)
{
	if (!cq->ien && !LM_DEFECT(INTERRUPTS_THOUGH_OFF))
		return;
	if (!fn->msix.enable) {
		update_intx(dev, fn);
		return;
	}
	if (!held(dev, fn, cq->vector))
		send(dev, fn, cq->vector);
	else
		set_pending(fn, cq->vector, true);
}

void lm_irq_update(struct lm_device *dev, struct lm_function *fn)
{
	unsigned int v;

	update_intx(dev, fn);
	/* Without MSI-X nothing is pending. */
	for (v = 0; v < dev->config.vectors; v++) {
		/* Each doorbell of a CQ comes here, and most of the time nothing is pending. */
		if (!fn->msix.pending[v / 32]) {
			v |= 31;
			continue;
		}
		if (is_pending(fn, v) && !held(dev, fn, v)) {
			set_pending(fn, v, false);
			send(dev, fn, v);
		}
	}
}

void lm_irq_resume(struct lm_device *dev, struct lm_function *fn)
{
	unsigned int i;

	for (i = 0; i <= dev->config.io_qpairs; i++) {
		const struct lm_cq *cq = &fn->cq[i];

		if (!cq->exists || !cq->ien || lm_cq_empty(cq) || !fn->msix.enable)
			continue;
		set_pending(fn, cq->vector, true);
	}
	lm_irq_update(dev, fn);
}

uint32_t lm_msix_read(const struct lm_device *dev, const struct lm_function *fn, uint32_t offset)
{
	const struct lm_msix_entry *e;
	uint32_t index;

	if (offset >= LM_BAR_MSIX_PBA) {
		index = (offset - LM_BAR_MSIX_PBA) / 4;
		if (index >= sizeof(fn->msix.pending) / sizeof(fn->msix.pending[0]))
			return 0;
		return fn->msix.pending[index];
	}
	/* Below the table the difference is a large one. */
	if ((offset - LM_BAR_MSIX_TABLE) / 16 >= dev->config.vectors)
		return 0;
	e = &fn->msix.table[(offset - LM_BAR_MSIX_TABLE) / 16];
	switch (offset % 16) {
	case 0:
		return (uint32_t)e->addr;
	case 4:
		return (uint32_t)(e->addr >> 32);
	case 8:
		return e->data;
	default:
		return e->control;
	}
}

void lm_msix_write(struct lm_device *dev, struct lm_function *fn, uint32_t offset, uint32_t value)
{
	struct lm_msix_entry *e;

	/* The Pending Bit Array is read-only, as what is behind the table is. */
	if ((offset - LM_BAR_MSIX_TABLE) / 16 >= dev->config.vectors)
		return;
	e = &fn->msix.table[(offset - LM_BAR_MSIX_TABLE) / 16];
	switch (offset % 16) {
	case 0:
		e->addr = (e->addr & ~UINT64_C(0xFFFFFFFF)) | (value & ~3u);
		break;
	case 4:
		e->addr = (e->addr & UINT64_C(0xFFFFFFFF)) | (uint64_t)value << 32;
		break;
	case 8:
		e->data = value;
		break;
	default:
		e->control = value & ENTRY_MASKED;
		break;
	}
	lm_irq_update(dev, fn);
}

void lm_msix_reset(struct lm_device *dev, struct lm_function *fn)
{
	unsigned int v;

	fn->msix.enable = false;
	fn->msix.function_mask = false;
	memset(fn->msix.pending, 0, sizeof(fn->msix.pending));
	for (v = 0; v < dev->config.vectors; v++) {
		fn->msix.table[v].addr = 0;
		fn->msix.table[v].data = 0;
		fn->msix.table[v].control = ENTRY_MASKED;
	}
}

void lm_pci_msix(struct lm_device *dev, unsigned int fn, bool enable, bool function_mask)
{
	struct lm_function *f;

	if (fn >= dev->num_functions || !dev->fn[fn].exists)
		return;
	f = &dev->fn[fn];
	if (!enable)
		memset(f->msix.pending, 0, sizeof(f->msix.pending));
	f->msix.enable = enable;
	f->msix.function_mask = function_mask;
	lm_irq_update(dev, f);
}
