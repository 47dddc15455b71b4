/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A fence: a function's DMA memory is taken out of its IOMMU domain, and the
 * kernel's log tells of each attempt to reach it all the same.
 */
#include "pci-fence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pci-sys.h"
#include "pci.h"

#define KMSG "/dev/kmsg"

/* "0000:01:00.1", or "01:00.1" as Intel's driver and old kernels write it. */
static bool names(const char *line, const char *bdf)
{
	const char *at = strstr(line, bdf + 5);

	for (; at; at = strstr(at + 1, bdf + 5)) {
		char before = at == line ? ' ' : at[-1], after = at[strlen(bdf + 5)];

		if (strchr("0123456789", after) && after)
			continue;
		if (before == '[' || before == '=' || before == ' ')
			return true;
		if (at - line >= 5 && !strncmp(at - 5, bdf, 5))
			return true;
	}
	return false;
}

bool pci_fault_parse(const char *line, const char *bdf, uint64_t *addr)
{
	static const char *const before[] = { "fault addr ", "address=" };
	const char *at = NULL;

	*addr = 0;
	if (!strstr(line, "DMAR: [") && !strstr(line, "IO_PAGE_FAULT"))
		return false;
	if (!names(line, bdf))
		return false;
	for (size_t i = 0; !at && i < sizeof(before) / sizeof(before[0]); i++) {
		at = strstr(line, before[i]);
		if (at)
			*addr = strtoull(at + strlen(before[i]), NULL, 16);
	}
	return true;
}

const char *pci_fault_source(const char *pf)
{
	char path[PCI_PATH_SIZE], name[32];

	pci_attr_path(path, pf, "iommu");
	if (pci_sys->link_name(path, name, sizeof(name)) ||
	    (strncmp(name, "dmar", 4) != 0 && strncmp(name, "ivhd", 4) != 0))
		return "faults of this kind of IOMMU are not read from the kernel's log";
	return NULL;
}

int pci_fault_open(void)
{
	int fd = pci_sys->open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && pci_sys->seek_end(fd)) {
		pci_sys->close(fd);
		return -1;
	}
	return fd;
}

bool pci_fault_next(int fd, char *line, unsigned int size)
{
	ssize_t n;

	/* EPIPE: lines were lost to the ring, and reading goes on behind them */
	do {
		n = pci_sys->read(fd, line, size - 1);
	} while (n < 0 && errno == EPIPE);
	if (n <= 0)
		return false;
	line[n] = '\0';
	return true;
}

/* Sort what is new in the log by function. */
static void take_faults(struct pci_target *pci)
{
	char line[2048];
	uint64_t addr;

	while (pci->kmsg >= 0 && pci_fault_next(pci->kmsg, line, sizeof(line))) {
		for (unsigned int i = 0; i < CT_MAX_FUNCTIONS; i++) {
			struct pci_fn *f = &pci->fn[i];

			if (!*f->bdf || !pci_fault_parse(line, f->bdf, &addr))
				continue;
			if (!f->hits++)
				f->hit_addr = addr;
		}
	}
}

int pci_fence(struct ct_target *t, unsigned int fn, bool up)
{
	struct pci_target *pci = t->priv;
	struct pci_fn *f = &pci->fn[fn];

	if (f->fenced == up)
		return 0;
	f->fenced = up;
	/* what is not open reaches no memory */
	if (f->device < 0)
		return 0;
	return up ? pci_fn_unmap_all(t, f) : pci_dma_show(t, f);
}

int pci_fence_hits(struct ct_target *t, unsigned int fn, uint64_t *hits, uint64_t *addr)
{
	struct pci_target *pci = t->priv;
	struct pci_fn *f = &pci->fn[fn];

	pci_take_interrupts();
	take_faults(pci);
	*hits = f->hits;
	*addr = f->hit_addr;
	f->hits = 0;
	return 0;
}
