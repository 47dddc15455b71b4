/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The target "pci": a device under Linux. Its PF is reached by admin passthrough
 * through libnvme while Linux's nvme driver holds it, or through VFIO, as its
 * VFs are. Of its own accord it sends Identify Controller and nothing else;
 * whether one of the five opcodes may be sent is the runner's to decide.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "nvme-lm.h"
#include "pci-fence.h"
#include "pci-sys.h"
#include "pci.h"
#include "vfio-mig.h"

/* Without a session (no VF, or told so) the PF is all there is. */
static void describe_pf(struct ct_target *t, const struct pci_target *pci)
{
	static const char driver_owns[] = "Linux's nvme driver owns the PF's queues and registers";
	static const char users[] = "a reset of the PF would hit every user of the device";

	if (pci->options.own) {
		t->info.caps |= CT_CAP(CT_CAP_PF_RAW_SQE) | CT_CAP(CT_CAP_PF_OWNED);
		ct_target_lacks(t, CT_CAP_PF_PASSTHRU, "the PF is not Linux's (pf=vfio)");
		ct_target_lacks(t, CT_CAP_PF_FLR,
				"Linux enables the VFs again behind a reset of the PF");
		ct_target_lacks(t, CT_CAP_CONVENTIONAL, "VFIO resets single functions alone");
		return;
	}
	t->info.caps |= CT_CAP(CT_CAP_PF_PASSTHRU);
	ct_target_lacks(t, CT_CAP_PF_RAW_SQE,
			"Linux passthrough cannot set FUSE, PSDT, CID or bytes 16 to 39");
	ct_target_lacks(t, CT_CAP_PF_OWNED, "%s", driver_owns);
	ct_target_lacks(t, CT_CAP_PF_FLR, "%s", users);
	ct_target_lacks(t, CT_CAP_CONVENTIONAL, "%s", users);
}

static void describe_vfs(struct ct_target *t, const struct pci_session *session)
{
	static const enum ct_cap of_vfs[] = { CT_CAP_VF_REGS, CT_CAP_DMA,	  CT_CAP_IRQ,
					      CT_CAP_FLR,     CT_CAP_PCI_COMMAND, CT_CAP_NUM_VFS };

	for (size_t i = 0; i < sizeof(of_vfs) / sizeof(of_vfs[0]); i++) {
		if (session->vfs)
			t->info.caps |= CT_CAP(of_vfs[i]);
		else
			ct_target_lacks(t, of_vfs[i], "%s",
					*session->why_no_vfs ? session->why_no_vfs :
							       "no VF was taken for this run");
	}
	ct_target_lacks(t, CT_CAP_VF_ADMIN, "VFs are driven by queues of the suite's own");
	ct_target_lacks(t, CT_CAP_MSIX_TABLE, "Linux writes the table, for interrupt remapping");
}

static void describe_fence(struct ct_target *t, struct pci_target *pci)
{
	const char *why = pci->session->vfs ? pci_fault_source(pci->bdf) :
					      "no VF was taken for this run";

	if (!why) {
		pci->kmsg = pci_fault_open();
		if (pci->kmsg < 0)
			why = "/dev/kmsg cannot be read, where the kernel tells of IOMMU faults";
	}
	if (why)
		ct_target_lacks(t, CT_CAP_FENCE, "%s", why);
	else
		t->info.caps |= CT_CAP(CT_CAP_FENCE);
}

static void pci_describe(struct ct_target *t)
{
	static const enum ct_cap of_models[] = { CT_CAP_FAIL_NTH, CT_CAP_CLOCK, CT_CAP_STEP,
						 CT_CAP_FRESH };
	static const enum ct_cap of_switch[] = { CT_CAP_JOURNAL, CT_CAP_GUARD, CT_CAP_MEDIA,
						 CT_CAP_INJECT, CT_CAP_NAMESPACE };
	struct pci_target *pci = t->priv;

	t->info.caps = 0;
	t->info.fault_maybe = true;
	t->info.vf_enable_kept = true;
	describe_pf(t, pci);
	describe_vfs(t, pci->session);
	describe_fence(t, pci);
	for (size_t i = 0; i < sizeof(of_models) / sizeof(of_models[0]); i++)
		ct_target_lacks(t, of_models[i],
				"a real device behind a kernel does not offer this");
	for (size_t i = 0; i < sizeof(of_switch) / sizeof(of_switch[0]); i++)
		ct_target_lacks(t, of_switch[i], "the device offers no fault switch");
	ct_target_lacks(t, CT_CAP_DRIVER, "a device is judged, not a driver");
	if (pci->options.reference)
		t->info.caps |= CT_CAP(CT_CAP_REFERENCE_IMAGE);
	else
		ct_target_lacks(t, CT_CAP_REFERENCE_IMAGE,
				"nothing says that images are in that format (image=reference)");
}

static void pci_close(struct ct_target *t)
{
	struct pci_target *pci = t->priv;

	if (!pci)
		return;
	pci_dma_free_all(t);
	pci_close_vfs(pci);
	if (pci->kmsg >= 0)
		pci_sys->close(pci->kmsg);
	if (pci->fd >= 0)
		pci_sys->close(pci->fd);
	free(pci->block);
	free(pci);
	t->priv = NULL;
}

/* The PF is open already, in the runner's process; what a lost process left mapped goes. */
static int take_owned(struct ct_target *t, struct pci_target *pci)
{
	const char *bdf = pci->session->bdf;

	if (!pci->session->live)
		return ct_target_fail(t, -EINVAL, "pf=vfio: the PF was not taken for this run");
	snprintf(pci->bdf, sizeof(pci->bdf), "%s", bdf);
	snprintf(t->info.transport, sizeof(t->info.transport), "PCI %s, PF by VFIO", bdf);
	t->info.pci_vid = (uint16_t)pci_attr_number(bdf, "vendor");
	t->info.pci_did = (uint16_t)pci_attr_number(bdf, "device");
	t->info.total_vfs = pci_attr_number(bdf, "sriov_totalvfs");
	t->info.num_vfs = pci_attr_number(bdf, "sriov_numvfs");
	pci->fn[0] = pci->session->pf;
	pci_fn_irq_drop(&pci->fn[0]);
	return pci_fn_unmap_all(t, &pci->fn[0]);
}

/* A process that was lost may have left another number of VFs. */
static int restore_vfs(struct ct_target *t, const struct pci_session *session)
{
	if (!session->vfs || t->info.num_vfs == session->num_vfs)
		return 0;
	return pci_set_num_vfs(t, session->num_vfs);
}

static int pci_open(struct ct_target *t, const char *arg)
{
	struct pci_target *pci = calloc(1, sizeof(*pci));
	int ret;

	if (!pci)
		return ct_target_fail(t, -ENOMEM, "no memory");
	pci->fd = -1;
	pci->kmsg = -1;
	for (unsigned int i = 0; i < CT_MAX_FUNCTIONS; i++)
		pci_fn_init(&pci->fn[i], "");
	t->priv = pci;
	ret = pci_parse(t, arg, &pci->options);
	pci->session = pci_session(pci->options.address);
	if (!ret && pci->options.own) {
		ret = take_owned(t, pci);
	} else if (!ret) {
		ret = pci_find(t, pci, pci->options.address);
		if (!ret)
			ret = pci_hold(t, pci);
	}
	if (!ret)
		ret = restore_vfs(t, pci->session);
	if (ret) {
		pci_close(t);
		return ret;
	}
	pci_dma_free_all(t);
	pci_describe(t);
	return 0;
}

struct pci_fn *pci_function(struct ct_target *t, unsigned int fn)
{
	struct pci_target *pci = t->priv;
	struct pci_fn *f;
	char bdf[PCI_BDF_SIZE];
	bool fenced;

	if (fn >= CT_MAX_FUNCTIONS || (!fn && !pci->options.own)) {
		ct_target_fail(t, -EINVAL, "function %u is not reached through VFIO", fn);
		return NULL;
	}
	f = &pci->fn[fn];
	if (f->device >= 0)
		return f;
	if (!pci_vf_bdf(pci->bdf, fn, bdf)) {
		ct_target_fail(t, -ENODEV, "VF %u is not enabled", fn);
		return NULL;
	}
	fenced = f->fenced;
	pci_fn_init(f, bdf);
	f->fenced = fenced;
	if (pci_fn_open(t, f, *pci->session->token ? pci->session->token : NULL) ||
	    pci_dma_show(t, f)) {
		pci_fn_close(f);
		return NULL;
	}
	return f;
}

/* A PF that is owned stays open; the runner's process closes it. */
void pci_close_vfs(struct pci_target *pci)
{
	for (unsigned int i = 1; i < CT_MAX_FUNCTIONS; i++)
		if (pci->fn[i].device >= 0)
			pci_fn_close(&pci->fn[i]);
}

static int pci_reach(struct ct_target *t, unsigned int fn)
{
	return pci_function(t, fn) ? 0 : -ENODEV;
}

static int pci_reg_read(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			uint64_t *value)
{
	struct pci_fn *f = pci_function(t, fn);

	return f ? pci_fn_read(t, f, offset, len, value) : -ENODEV;
}

static int pci_reg_write(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			 uint64_t value)
{
	struct pci_fn *f = pci_function(t, fn);

	return f ? pci_fn_write(t, f, offset, len, value) : -ENODEV;
}

static int pci_irq_count(struct ct_target *t, unsigned int fn, unsigned int vector, uint64_t *count)
{
	struct pci_fn *f = pci_function(t, fn);

	return f ? pci_fn_irq_count(t, f, vector, count) : -ENODEV;
}

static int pci_irq_setup(struct ct_target *t, unsigned int fn, unsigned int vectors)
{
	struct pci_fn *f = pci_function(t, fn);

	return f ? pci_fn_irq_setup(t, f, vectors) : -ENODEV;
}

static int pci_command(struct ct_target *t, unsigned int fn, bool memory, bool master,
		       bool msix_enable, bool msix_mask)
{
	struct pci_fn *f = pci_function(t, fn);

	return f ? pci_fn_command(t, f, memory, master, msix_enable, msix_mask) : -ENODEV;
}

static int pci_reset(struct ct_target *t, unsigned int fn, enum ct_reset kind)
{
	struct pci_fn *f = pci_function(t, fn);

	if (f && (kind != CT_RESET_FLR || !fn))
		return ct_target_fail(t, -EOPNOTSUPP, "only VFs are reset, and one by one");
	return f ? pci_fn_reset(t, f) : -ENODEV;
}

static int pci_vfio_state(struct ct_target *t, unsigned int fn, uint32_t state, int *file)
{
	struct pci_fn *f = pci_function(t, fn);
	int ret;

	*file = -1;
	if (!f)
		return -ENODEV;
	ret = vfio_set_state(f->device, state, file);
	return ret ? ct_target_fail(t, ret, "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE: %s",
				    strerror(-ret)) :
		     0;
}

static int pci_advance(struct ct_target *t, uint64_t ns)
{
	(void)t;
	pci_sys->sleep(ns);
	return 0;
}

static uint64_t pci_now(struct ct_target *t)
{
	(void)t;
	return pci_sys->now();
}

static const struct ct_target_ops pci_ops = {
	.name = "pci",
	.summary = "a PCIe device under Linux: pci:/dev/nvme0 or pci:0000:01:00.0[,OPTION]...",
	.prepare = pci_prepare,
	.release = pci_release,
	.restore = pci_restore,
	.open = pci_open,
	.close = pci_close,
	.admin = pci_admin,
	.reach = pci_reach,
	.reg_read = pci_reg_read,
	.reg_write = pci_reg_write,
	.dma_alloc = pci_dma_alloc,
	.dma_free_all = pci_dma_free_all,
	.dma_map = pci_dma_map,
	.fence = pci_fence,
	.fence_hits = pci_fence_hits,
	.irq_count = pci_irq_count,
	.irq_setup = pci_irq_setup,
	.pci_command = pci_command,
	.reset = pci_reset,
	.set_num_vfs = pci_set_num_vfs,
	.vfio_state = pci_vfio_state,
	.advance = pci_advance,
	.now = pci_now,
};

CT_TARGET(pci_ops);
