/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Resets, from that of one controller to that of the whole device, and the
 * PCI settings of a function that they clear.
 */
#include "core.h"

static void drop_queues(struct lm_device *dev, struct lm_function *fn)
{
	size_t n = (size_t)dev->config.io_qpairs + 1;

	memset(fn->sq, 0, n * sizeof(*fn->sq));
	memset(fn->cq, 0, n * sizeof(*fn->cq));
	if (LM_DEFECT(RESET_KEEPS_EVENTS))
		fn->events.num_aers = 0;
	else
		memset(&fn->events, 0, sizeof(fn->events));
	fn->next_sq = 0;
}

void lm_fn_drop_work(struct lm_device *dev, struct lm_function *fn)
{
	lm_fn_drop_slots(dev, fn);
	drop_queues(dev, fn);
}

void lm_controller_reset(struct lm_device *dev, struct lm_function *fn)
{
	if (!fn->number)
		lm_pf_drop_migrations(dev);
	if (LM_DEFECT(PF_DISABLE_RESETS_VFS) && !fn->number && dev->num_vfs)
		lm_controller_reset(dev, &dev->fn[1]);
	lm_fn_drop_work(dev, fn);
	if (!LM_DEFECT(DISABLE_KEEPS_FEATURES))
		lm_features_default(&fn->feat);
	fn->regs.csts &= LM_CSTS_NSSRO;
	fn->regs.intm = 0;
	fn->regs.enabling = false;
	if (LM_DEFECT(DISABLE_CLEARS_ADMIN_QUEUE)) {
		fn->regs.aqa = 0;
		fn->regs.asq = 0;
		fn->regs.acq = 0;
	}
	if (LM_DEFECT(DISABLE_DROPS_IDENTITY))
		lm_identity_default(dev, fn);
	lm_irq_update(dev, fn);
}

void lm_fatal(struct lm_device *dev, struct lm_function *fn)
{
	if (!fn->number)
		lm_pf_drop_migrations(dev);
	lm_fn_drop_slots(dev, fn);
	fn->regs.csts |= LM_CSTS_CFS;
}

void lm_identity_default(struct lm_device *dev, struct lm_function *fn)
{
	const struct lm_config *c = &dev->config;

	memcpy(fn->ident.sn, c->sn, sizeof(fn->ident.sn));
	memcpy(fn->ident.mn, c->mn, sizeof(fn->ident.mn));
	memcpy(fn->ident.fr, c->fr, sizeof(fn->ident.fr));
	memcpy(fn->ident.subnqn, c->subnqn, sizeof(fn->ident.subnqn));
	fn->ident.cntlid = (uint16_t)(c->cntlid + fn->number);
}

/* What an image brought goes with the rest of it (LM-RST-020). */
static void restore_logs(struct lm_device *dev, struct lm_function *fn)
{
	if (!fn->logs_loaded || LM_DEFECT(RESET_KEEPS_LOADED_LOGS))
		return;
	fn->logs = fn->own_logs;
	fn->logs.clock_since = lm_now(dev);
	fn->logs.clock_stopped = false;
	fn->logs_loaded = false;
}

/* Everything that a Function Level Reset puts back, PCI settings excepted. */
static void reset_registers(struct lm_device *dev, struct lm_function *fn)
{
	struct lm_features kept = fn->feat;

	lm_controller_reset(dev, fn);
	if (LM_DEFECT(FLR_KEEPS_FEATURES))
		fn->feat = kept;
	memset(&fn->regs, 0, sizeof(fn->regs));
	if (!LM_DEFECT(RESET_KEEPS_IDENTITY))
		lm_identity_default(dev, fn);
	restore_logs(dev, fn);
	/* What one tenant did wrong is not for the next one to read. */
	memset(fn->logs.errors, 0, sizeof(fn->logs.errors));
}

void lm_function_reset(struct lm_device *dev, struct lm_function *fn)
{
	/* First, so that no message that was held goes out on the way (LM-RST-020). */
	if (!LM_DEFECT(RESET_SENDS_HELD))
		lm_msix_reset(dev, fn);
	reset_registers(dev, fn);
	if (LM_DEFECT(RESET_SENDS_HELD))
		lm_msix_reset(dev, fn);
	/* A VF's memory space is the PF's to enable (VF MSE). */
	fn->memory = fn->number;
	fn->master = false;
	fn->intx_disable = false;
}

void lm_function_init(struct lm_device *dev, struct lm_function *fn)
{
	memset(&fn->logs, 0, sizeof(fn->logs));
	fn->logs.power_cycles = 1;
	fn->logs.clock_since = lm_now(dev);
	lm_function_reset(dev, fn);
}

static void disable_vf(struct lm_device *dev, struct lm_function *vf)
{
	lm_migrate_function_reset(dev, vf);
	if (!LM_DEFECT(ENABLE_SKIPS_RESET))
		lm_function_reset(dev, vf);
	vf->exists = false;
}

static void set_num_vfs(struct lm_device *dev, unsigned int num)
{
	unsigned int i;

	if (num > dev->config.total_vfs)
		num = dev->config.total_vfs;
	dev->num_vfs = num;
	for (i = 1; i < dev->num_functions; i++) {
		struct lm_function *vf = &dev->fn[i];

		if (i > num) {
			disable_vf(dev, vf);
		} else if (!vf->exists) {
			if (!LM_DEFECT(ENABLE_SKIPS_RESET))
				lm_function_init(dev, vf);
			vf->exists = true;
		}
	}
}

void lm_pci_vf_enable(struct lm_device *dev, unsigned int num_vfs)
{
	set_num_vfs(dev, num_vfs);
	lm_wake(dev);
}

void lm_subsystem_reset(struct lm_device *dev)
{
	struct lm_function *pf = lm_pf(dev);

	set_num_vfs(dev, 0);
	reset_registers(dev, pf);
	pf->regs.csts = LM_CSTS_NSSRO;
}

void lm_conventional_reset(struct lm_device *dev)
{
	if (!LM_DEFECT(PF_RESET_KEEPS_VFS))
		set_num_vfs(dev, 0);
	lm_function_reset(dev, lm_pf(dev));
}

static void vf_flr(struct lm_device *dev, struct lm_function *vf)
{
	if (LM_DEFECT(FLR_OF_ACTIVE_IGNORED) && vf->mig.state == LM_STATE_ACTIVE)
		return;
	lm_migrate_function_reset(dev, vf);
	lm_function_reset(dev, vf);
	if (LM_DEFECT(FLR_SUSPENDS))
		vf->mig.state = LM_STATE_SUSPENDED;
	if (LM_DEFECT(FLR_HITS_NEIGHBOUR) && vf->number + 1u <= dev->num_vfs)
		lm_controller_reset(dev, vf + 1);
	lm_wake(dev);
}

void lm_flr(struct lm_device *dev, unsigned int fn)
{
	if (fn >= dev->num_functions || !dev->fn[fn].exists)
		return;
	if (fn)
		vf_flr(dev, &dev->fn[fn]);
	else
		lm_conventional_reset(dev);
}

void lm_pci_command(struct lm_device *dev, unsigned int fn, bool memory, bool master,
		    bool intx_disable)
{
	struct lm_function *f;

	if (fn >= dev->num_functions || !dev->fn[fn].exists)
		return;
	f = &dev->fn[fn];
	f->memory = memory;
	f->master = master;
	f->intx_disable = intx_disable;
	lm_irq_update(dev, f);
	lm_wake(dev);
}
