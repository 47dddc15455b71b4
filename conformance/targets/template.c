/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A target that can do nothing, to copy for a new one: docs/adding-a-target.md.
 * Each call answers "unsupported". Set a capability in template_open() when its
 * calls work; calls whose capability is absent are never made, and may be left
 * out of the table.
 */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "ct-target.h"

static int unsupported(struct ct_target *t, const char *what)
{
	snprintf(t->error, sizeof(t->error), "template: %s: unsupported", what);
	return -EOPNOTSUPP;
}

static int template_open(struct ct_target *t, const char *arg)
{
	unsigned int cap;

	(void)arg;
	t->info.caps = 0;
	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		snprintf(t->info.reason[cap], sizeof(t->info.reason[cap]),
			 "the template supports nothing");
	snprintf(t->info.transport, sizeof(t->info.transport), "none");
	return 0;
}

static void template_close(struct ct_target *t)
{
	(void)t;
}

static int template_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
			  uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	(void)fn, (void)sqe, (void)data, (void)len, (void)dir, (void)timeout, (void)cqe;
	return unsupported(t, "admin command");
}

static int template_reg_read(struct ct_target *t, unsigned int fn, uint32_t offset,
			     unsigned int len, uint64_t *value)
{
	(void)fn, (void)offset, (void)len, (void)value;
	return unsupported(t, "register read");
}

static int template_reg_write(struct ct_target *t, unsigned int fn, uint32_t offset,
			      unsigned int len, uint64_t value)
{
	(void)fn, (void)offset, (void)len, (void)value;
	return unsupported(t, "register write");
}

static void *template_dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova)
{
	(void)len, (void)align, (void)iova;
	unsupported(t, "DMA memory");
	return NULL;
}

static void template_dma_free_all(struct ct_target *t)
{
	(void)t;
}

static int template_irq_count(struct ct_target *t, unsigned int fn, unsigned int vector,
			      uint64_t *count)
{
	(void)fn, (void)vector, (void)count;
	return unsupported(t, "interrupt count");
}

static int template_irq_setup(struct ct_target *t, unsigned int fn, unsigned int vectors)
{
	(void)fn, (void)vectors;
	return unsupported(t, "MSI-X set-up");
}

static int template_pci_command(struct ct_target *t, unsigned int fn, bool memory, bool master,
				bool msix_enable, bool msix_mask)
{
	(void)fn, (void)memory, (void)master, (void)msix_enable, (void)msix_mask;
	return unsupported(t, "PCI Command register");
}

static int template_reset(struct ct_target *t, unsigned int fn, enum ct_reset kind)
{
	(void)fn, (void)kind;
	return unsupported(t, "reset");
}

static int template_set_num_vfs(struct ct_target *t, unsigned int num)
{
	(void)num;
	return unsupported(t, "NumVFs");
}

static int template_journal(struct ct_target *t, uint64_t after, struct ct_event *ev,
			    unsigned int max)
{
	(void)after, (void)ev, (void)max;
	return unsupported(t, "journal");
}

static int template_media(struct ct_target *t, const struct ct_media *media)
{
	(void)media;
	return unsupported(t, "media");
}

static int template_inject(struct ct_target *t, const struct ct_fault *fault)
{
	(void)fault;
	return unsupported(t, "fault switch");
}

static int template_fail_nth(struct ct_target *t, unsigned int n, unsigned int *seen)
{
	(void)n, (void)seen;
	return unsupported(t, "failing a call");
}

static int template_advance(struct ct_target *t, uint64_t ns)
{
	const struct timespec nap = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	(void)t;
	nanosleep(&nap, NULL);
	return 0;
}

static int template_step(struct ct_target *t, bool *more)
{
	(void)more;
	return unsupported(t, "step");
}

static int template_namespace_resize(struct ct_target *t, uint32_t nsid, uint64_t blocks)
{
	(void)nsid, (void)blocks;
	return unsupported(t, "namespace size");
}

static int template_fresh(struct ct_target *t)
{
	return unsupported(t, "power-on state");
}

static uint64_t template_now(struct ct_target *t)
{
	struct timespec now;

	(void)t;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static const struct ct_target_ops template_ops = {
	.name = "template",
	.summary = "answers \"unsupported\" to everything; what a new target starts from",
	.open = template_open,
	.close = template_close,
	.admin = template_admin,
	.reg_read = template_reg_read,
	.reg_write = template_reg_write,
	.dma_alloc = template_dma_alloc,
	.dma_free_all = template_dma_free_all,
	.irq_count = template_irq_count,
	.irq_setup = template_irq_setup,
	.pci_command = template_pci_command,
	.reset = template_reset,
	.set_num_vfs = template_set_num_vfs,
	.journal = template_journal,
	.media = template_media,
	.inject = template_inject,
	.fail_nth = template_fail_nth,
	.advance = template_advance,
	.step = template_step,
	.namespace_resize = template_namespace_resize,
	.fresh = template_fresh,
	.now = template_now,
};
CT_TARGET(template_ops);
