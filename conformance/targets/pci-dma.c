/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * DMA memory. Every function has an IOMMU domain of its own, and each block is
 * mapped in all of them at the same address. Addresses are far above all RAM,
 * so that none is valid for the PF of Linux's driver, and go up from case to
 * case, so that a transfer that comes late meets nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pci-sys.h"
#include "pci.h"

#define PAGE 4096
#define FIRST_IOVA (UINT64_C(1) << 37)
#define END_IOVA (UINT64_C(1) << 38) /* within the 39 bits that every IOMMU has */

static int show_block(struct ct_target *t, const struct pci_block *b)
{
	struct pci_target *pci = t->priv;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < CT_MAX_FUNCTIONS; i++)
		if (pci->fn[i].device >= 0 && !pci->fn[i].fenced)
			ret = pci_fn_map(t, &pci->fn[i], b->mem, b->len, b->iova);
	return ret;
}

static struct pci_block *add_block(struct ct_target *t)
{
	struct pci_target *pci = t->priv;

	if (pci->num_blocks == pci->max_blocks) {
		size_t max = pci->max_blocks ? 2 * pci->max_blocks : 64;
		struct pci_block *p = realloc(pci->block, max * sizeof(*p));

		if (!p) {
			ct_target_fail(t, -ENOMEM, "no memory");
			return NULL;
		}
		pci->block = p;
		pci->max_blocks = max;
	}
	return &pci->block[pci->num_blocks];
}

void *pci_dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova)
{
	struct pci_target *pci = t->priv;
	struct pci_block *b = add_block(t);

	if (!b)
		return NULL;
	if (align < PAGE)
		align = PAGE;
	len = (len + PAGE - 1) / PAGE * PAGE;
	/* an unmapped page in front of it, and the next block's behind it */
	*iova = (pci->next_iova + PAGE + align - 1) & ~(uint64_t)(align - 1);
	if (*iova + len + PAGE > END_IOVA) {
		ct_target_fail(t, -ENOSPC, "the range of I/O addresses is used up");
		return NULL;
	}
	*b = (struct pci_block){ .len = len, .iova = *iova, .own = true };
	b->mem = pci_sys->map(len, -1, 0);
	if (!b->mem) {
		ct_target_fail(t, -errno, "no memory: %s", strerror(errno));
		return NULL;
	}
	pci->num_blocks++;
	pci->next_iova = *iova + len;
	return show_block(t, b) ? NULL : b->mem;
}

int pci_dma_map(struct ct_target *t, void *mem, size_t len, uint64_t iova)
{
	struct pci_target *pci = t->priv;
	struct pci_block *b = add_block(t);

	if (!b)
		return -ENOMEM;
	*b = (struct pci_block){ .mem = mem, .len = len, .iova = iova };
	pci->num_blocks++;
	return show_block(t, b);
}

void pci_dma_free_all(struct ct_target *t)
{
	struct pci_target *pci = t->priv;

	for (unsigned int i = 0; pci->num_blocks && i < CT_MAX_FUNCTIONS; i++)
		if (pci->fn[i].device >= 0)
			pci_fn_unmap_all(t, &pci->fn[i]);
	for (size_t i = 0; i < pci->num_blocks; i++)
		if (pci->block[i].own)
			pci_sys->unmap(pci->block[i].mem, pci->block[i].len);
	pci->num_blocks = 0;
	/* half of the range for a case is plenty */
	if (pci->next_iova < FIRST_IOVA || pci->next_iova > (FIRST_IOVA + END_IOVA) / 2)
		pci->next_iova = FIRST_IOVA;
}

int pci_dma_show(struct ct_target *t, struct pci_fn *f)
{
	struct pci_target *pci = t->priv;
	int ret = 0;

	for (size_t i = 0; !ret && !f->fenced && i < pci->num_blocks; i++)
		ret = pci_fn_map(t, f, pci->block[i].mem, pci->block[i].len, pci->block[i].iova);
	return ret;
}
