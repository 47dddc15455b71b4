/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Registers (NVMe 1.4 3.1) and the handshakes of CC with CSTS.
 */
#include "core.h"

#define CAP_CQR (UINT64_C(1) << 16)
#define CAP_TO(units) ((uint64_t)(units) << 24)
#define CAP_NSSRS (UINT64_C(1) << 36)
#define CAP_CSS_NVM (UINT64_C(1) << 37)
#define READY_TIMEOUT 20 /* CAP.TO, in 500 ms */

#define CC_WRITABLE 0x00FFFFF1u
#define CC_FIXED_WHILE_ENABLED 0x00003FF0u /* AMS, MPS, CSS */
#define CC_ENTRY_SIZES 0x00FF0000u
#define NSSR_SIGNATURE 0x4E564D65u
#define SHN_NORMAL 1
#define SHN_ABRUPT 2

uint64_t lm_cap(const struct lm_device *dev, const struct lm_function *fn)
{
	uint64_t cap = (dev->config.queue_entries - 1u) | CAP_CQR | CAP_TO(READY_TIMEOUT) |
		       CAP_CSS_NVM;

	/* A VF must not reset the subsystem (NVMe 1.4 3.1.7). */
	if (!fn->number)
		cap |= CAP_NSSRS;
	return cap;
}

static uint32_t reg_read(const struct lm_device *dev, const struct lm_function *fn, uint32_t offset)
{
	switch (offset) {
	case LM_REG_CAP:
		return (uint32_t)lm_cap(dev, fn);
	case LM_REG_CAP + 4:
		return (uint32_t)(lm_cap(dev, fn) >> 32);
	case LM_REG_VS:
		return LM_VS_1_4;
	case LM_REG_INTMS:
	case LM_REG_INTMC:
		return fn->regs.intm;
	case LM_REG_CC:
		return fn->regs.cc;
	case LM_REG_CSTS:
		return fn->regs.csts;
	case LM_REG_AQA:
		return fn->regs.aqa;
	case LM_REG_ASQ:
		return (uint32_t)fn->regs.asq;
	case LM_REG_ASQ + 4:
		return (uint32_t)(fn->regs.asq >> 32);
	case LM_REG_ACQ:
		return (uint32_t)fn->regs.acq;
	case LM_REG_ACQ + 4:
		return (uint32_t)(fn->regs.acq >> 32);
	default:
		return 0;
	}
}

static bool io_queue_exists(const struct lm_device *dev, const struct lm_function *fn)
{
	unsigned int i;

	for (i = 1; i <= dev->config.io_qpairs; i++) {
		if (fn->cq[i].exists)
			return true;
	}
	return false;
}

static void write_shutdown(struct lm_device *dev, struct lm_function *fn)
{
	if (LM_CC_SHN(fn->regs.cc) != SHN_NORMAL && LM_CC_SHN(fn->regs.cc) != SHN_ABRUPT)
		return;
	if (fn->regs.csts & LM_CSTS_SHST)
		return;
	fn->regs.csts |= LM_CSTS_SHST_BUSY;
	fn->regs.flushed = 0;
	if (!fn->number)
		lm_pf_drop_migrations(dev);
}

static void write_cc(struct lm_device *dev, struct lm_function *fn, uint32_t value)
{
	uint32_t old = fn->regs.cc;

	value &= CC_WRITABLE;
	if ((old & LM_CC_EN) && (value & LM_CC_EN)) {
		uint32_t keep = CC_FIXED_WHILE_ENABLED;

		if (io_queue_exists(dev, fn))
			keep |= CC_ENTRY_SIZES;
		value = (value & ~keep) | (old & keep);
	}
	fn->regs.cc = value;
	if (!(old & LM_CC_EN) && (value & LM_CC_EN)) {
		fn->regs.csts &= ~LM_CSTS_SHST;
		fn->regs.enabling = true;
	} else if ((old & LM_CC_EN) && !(value & LM_CC_EN)) {
		lm_controller_reset(dev, fn);
		if (LM_DEFECT(DISABLE_SUSPENDS) && fn->number)
			fn->mig.state = LM_STATE_SUSPENDED;
	}
	if (LM_CC_SHN(value) != LM_CC_SHN(old))
		write_shutdown(dev, fn);
}

static void set_low(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & ~UINT64_C(0xFFFFFFFF)) | (value & ~(LM_PAGE_SIZE - 1));
}

static void set_high(uint64_t *reg, uint32_t value)
{
	*reg = (*reg & UINT64_C(0xFFFFFFFF)) | (uint64_t)value << 32;
}

/* The admin queue's registers take no write while they are in use. */
static void write_admin_queue(struct lm_function *fn, uint32_t offset, uint32_t value)
{
	if (fn->regs.cc & LM_CC_EN)
		return;
	switch (offset) {
	case LM_REG_AQA:
		fn->regs.aqa = value & 0x0FFF0FFFu;
		break;
	case LM_REG_ASQ:
		set_low(&fn->regs.asq, value);
		break;
	case LM_REG_ASQ + 4:
		set_high(&fn->regs.asq, value);
		break;
	case LM_REG_ACQ:
		set_low(&fn->regs.acq, value);
		break;
	case LM_REG_ACQ + 4:
		set_high(&fn->regs.acq, value);
		break;
	}
}

static void reg_write(struct lm_device *dev, struct lm_function *fn, uint32_t offset,
		      uint32_t value)
{
	/* A VF that is suspended takes no register write (LM-STA-540, LM-STA-760). */
	if (lm_fn_frozen(fn) && !LM_DEFECT(FROZEN_REGISTER_WRITE) &&
	    !(LM_DEFECT(LOADING_REGISTER_WRITE) && fn->mig.state == LM_STATE_LOADING) &&
	    !(LM_DEFECT(DISABLED_REGISTER_WRITE) && !(fn->regs.cc & LM_CC_EN)))
		return;
	if (LM_DEFECT(REGISTER_WRITE_ENDS_DRAIN) && fn->mig.state == LM_STATE_DRAINING)
		fn->mig.state = LM_STATE_ACTIVE;
	switch (offset) {
	case LM_REG_INTMS:
		fn->regs.intm |= value;
		lm_irq_update(dev, fn);
		break;
	case LM_REG_INTMC:
		fn->regs.intm &= ~value;
		lm_irq_update(dev, fn);
		break;
	case LM_REG_CC:
		write_cc(dev, fn, value);
		break;
	case LM_REG_CSTS:
		fn->regs.csts &= ~(value & LM_CSTS_NSSRO);
		break;
	case LM_REG_NSSR:
		if (!fn->number && value == NSSR_SIGNATURE)
			lm_subsystem_reset(dev);
		break;
	default:
		write_admin_queue(fn, offset, value);
		break;
	}
	lm_wake(dev);
}

static struct lm_function *addressed(struct lm_device *dev, unsigned int fn, uint32_t offset,
				     unsigned int len)
{
	if (fn >= dev->num_functions || !dev->fn[fn].exists || !dev->fn[fn].memory)
		return NULL;
	/* Behind the last register there is none. */
	if ((len != 4 && len != 8) || offset % len)
		return NULL;
	return &dev->fn[fn];
}

uint64_t lm_bar_read(struct lm_device *dev, unsigned int fn, uint32_t offset, unsigned int len)
{
	struct lm_function *f = addressed(dev, fn, offset, len);
	uint64_t value = 0;
	unsigned int i;

	if (!f || (LM_DEFECT(FROZEN_READS_ZERO) && lm_fn_frozen(f)))
		return 0;
	for (i = 0; i < len; i += 4) {
		uint32_t part;

		if (offset + i < LM_BAR_DOORBELLS)
			part = reg_read(dev, f, offset + i);
		else
			part = lm_msix_read(dev, f, offset + i);
		value |= (uint64_t)part << (8 * i);
	}
	return value;
}

void lm_bar_write(struct lm_device *dev, unsigned int fn, uint32_t offset, uint64_t value,
		  unsigned int len)
{
	struct lm_function *f = addressed(dev, fn, offset, len);
	unsigned int i;

	if (!f)
		return;
	for (i = 0; i < len; i += 4) {
		uint32_t part = (uint32_t)(value >> (8 * i));

		if (offset < LM_BAR_DOORBELLS)
			reg_write(dev, f, offset + i, part);
		else if (offset < LM_BAR_MSIX_TABLE)
			lm_doorbell(dev, f, offset + i, part);
		else
			lm_msix_write(dev, f, offset + i, part);
	}
}

static bool enable_valid(const struct lm_function *fn)
{
	uint32_t cc = fn->regs.cc;

	/* CAP offers the NVM Command Set, 4 KiB pages and round robin alone. */
	if (LM_CC_CSS(cc) || LM_CC_MPS(cc) || LM_CC_AMS(cc))
		return false;
	return (fn->regs.aqa & 0xFFF) && (fn->regs.aqa >> 16 & 0xFFF);
}

static void enable(struct lm_function *fn)
{
	fn->regs.enabling = false;
	if (!enable_valid(fn)) {
		fn->regs.csts |= LM_CSTS_CFS;
		return;
	}
	lm_queue_init_admin(fn);
	fn->regs.csts |= LM_CSTS_RDY;
}

/* Flush the write cache, one namespace after the other. */
static bool shutdown_flush(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;

	if (fn->regs.flushed == dev->config.num_namespaces)
		return false;
	slot = lm_slot_alloc(fn);
	if (!slot)
		return false;
	slot->sqid = LM_NIL;
	slot->req.op = LM_BACKEND_FLUSH;
	slot->req.nsid = ++fn->regs.flushed;
	lm_work_push(fn, slot, LM_SLOT_PREPARE);
	return true;
}

static bool shutdown_step(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_slot *slot;
	unsigned int parked = 0;

	if (LM_CC_SHN(fn->regs.cc) == SHN_ABRUPT) {
		lm_fn_drop_slots(dev, fn);
	} else {
		for (slot = lm_list_first(fn, &fn->done); slot; slot = lm_list_next(fn, slot)) {
			if (lm_postable(fn, slot))
				return false;
			parked++;
		}
		if (parked != fn->num_used)
			return false;
		if (shutdown_flush(dev, fn))
			return true;
	}
	fn->regs.csts = (fn->regs.csts & ~LM_CSTS_SHST) | LM_CSTS_SHST_DONE;
	return true;
}

bool lm_regs_step(struct lm_device *dev, struct lm_function *fn)
{
	if (fn->regs.enabling) {
		enable(fn);
		return true;
	}
	if ((fn->regs.csts & LM_CSTS_SHST) == LM_CSTS_SHST_BUSY)
		return shutdown_step(dev, fn);
	return false;
}
