/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The target interface: all that the suite knows of what it judges. A target
 * is a table of calls and a set of capabilities. A call whose capability is
 * absent is never made; rows that need it are NOT APPLICABLE.
 *
 * Functions are numbered: 0 is the PF, n is the VF whose VFN is n. Addresses
 * are what the function puts on the bus (IOVAs). Times are in nanoseconds.
 * Calls return 0, or a negative errno with ct_target.error filled in by one
 * line that says what happened; a CQE with an error status is not an error.
 */
#ifndef CT_TARGET_H
#define CT_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ct-driver.h"

/* What a target can do. Each has a name and a sentence in ct_cap_names[]. */
enum ct_cap {
	CT_CAP_PF_PASSTHRU, /* admin(): commands to the PF, as Linux passes them */
	/*
	 * The PF's commands arrive with all 64 bytes as the suite wrote them (FUSE,
	 * PSDT, CID, NSID, CDW2, CDW3, MPTR, and the data pointer of a command
	 * without data): through admin(), or through the suite's own queues. Every
	 * target with PF_OWNED has this too. Rows that need raw entries but neither
	 * queues nor registers of their own ask for this one.
	 */
	CT_CAP_PF_RAW_SQE,
	CT_CAP_PF_OWNED, /* the PF's registers and queues are the suite's: all 64 bytes count */
	CT_CAP_VF_ADMIN, /* admin() works on a VF's admin queue too */
	CT_CAP_VF_REGS, /* reg_read(), reg_write() of VFs */
	CT_CAP_DMA, /* dma_alloc() gives memory that functions reach */
	CT_CAP_IRQ, /* irq_count() and MSI-X set-up */
	CT_CAP_MSIX_TABLE, /* the suite writes MSI-X table entries itself, through reg_write() */
	CT_CAP_PCI_COMMAND, /* pci_command() */
	CT_CAP_FLR, /* reset(CT_RESET_FLR) of a VF */
	CT_CAP_PF_FLR, /* reset(CT_RESET_FLR) of the PF */
	CT_CAP_CONVENTIONAL, /* reset(CT_RESET_CONVENTIONAL) */
	CT_CAP_NUM_VFS, /* set_num_vfs() */
	CT_CAP_JOURNAL, /* journal(): every DMA, interrupt and doorbell */
	CT_CAP_GUARD, /* a DMA outside dma_alloc() memory is refused and seen */
	CT_CAP_FENCE, /* fence(): a function's memory is taken away and what it reaches for is seen */
	CT_CAP_MEDIA, /* media(): latency, stall, failure */
	CT_CAP_INJECT, /* inject(): the fault switch */
	CT_CAP_FAIL_NTH, /* fail_nth(): the n-th port call fails */
	CT_CAP_CLOCK, /* time passes only in advance() and waits */
	CT_CAP_STEP, /* step(): one bounded piece of the device's work */
	CT_CAP_NAMESPACE, /* namespace_resize() */
	CT_CAP_REFERENCE_IMAGE, /* images are in the reference format */
	CT_CAP_FRESH, /* fresh(): the whole device as after power-on, at once */
	CT_CAP_DRIVER, /* driver: a VF's VFIO driver, which is what is judged */
	CT_CAP_COUNT
};

#define CT_CAP(c) (UINT64_C(1) << (c))

#define CT_MAX_FUNCTIONS 17

/* What describe() says of a target; copied into the log. */
struct ct_info {
	uint64_t caps;
	unsigned int total_vfs;
	unsigned int num_vfs;
	uint16_t pci_vid; /* 0 where unknown */
	uint16_t pci_did;
	/*
	 * Journal, media, injection and namespaces are had by the fault switch's
	 * commands to the PF (nvme-lm-fault.h), and the calls may be NULL. With
	 * fault_maybe the host driver asks the device, and adds the capabilities, and
	 * GUARD where there is DMA, if it answers.
	 */
	bool fault_maybe;
	/* VF Enable is a kernel's own: nobody may clear it but by set_num_vfs() */
	bool vf_enable_kept;
	bool fault_commands;
	char transport[64]; /* e.g. "in-process", "/dev/nvme0", "exec: ./sim" */
	char reason[CT_CAP_COUNT]
		   [96]; /* why a capability is absent; "" = the target's kind has none */
};

struct ct_cqe {
	uint32_t dw0;
	uint32_t dw1;
	uint16_t sqhd;
	uint16_t sqid;
	uint16_t cid;
	uint16_t status; /* SCT << 8 | SC */
	bool dnr;
	bool more;
	bool phase;
	uint64_t elapsed; /* ns from submission to completion, 0 where unknown */
};

enum ct_dir {
	CT_DIR_NONE,
	CT_DIR_TO_HOST,
	CT_DIR_TO_DEVICE,
};

enum ct_reset {
	CT_RESET_FLR,
	CT_RESET_CONVENTIONAL,
};

enum ct_event_kind {
	CT_EV_DMA_READ, /* addr, len */
	CT_EV_DMA_WRITE, /* addr, len */
	CT_EV_DMA_FAULT, /* addr, len: refused */
	CT_EV_MSIX, /* vector, addr, data */
	CT_EV_REG_READ, /* addr = BAR offset, len */
	CT_EV_REG_WRITE, /* addr = BAR offset, len, data */
	CT_EV_MEDIA, /* a request reached the medium: addr = SLBA, len = blocks, data = NSID */
	/* fetched: vector = SQID, data = CDW0, addr = CDW11 << 32 | CDW10, len = CDW12 */
	CT_EV_COMMAND,
};

struct ct_event {
	uint64_t seq; /* from 1, no gaps, over all functions */
	uint64_t time;
	enum ct_event_kind kind;
	unsigned int fn; /* requester, or function accessed */
	uint64_t addr;
	uint32_t len;
	uint32_t data;
	unsigned int vector;
};

enum ct_media_mode {
	CT_MEDIA_NORMAL, /* each request ends after .latency */
	CT_MEDIA_STALL, /* no request ends until the mode changes */
	CT_MEDIA_FAIL, /* each request ends after .latency with .status */
};

struct ct_media {
	enum ct_media_mode mode;
	bool admin; /* whether a VF's admin commands take this time too */
	uint64_t latency;
	uint16_t status; /* SCT << 8 | SC */
};

struct ct_fault {
	uint8_t opc; /* which of the five, or any admin opcode */
	unsigned int vf; /* which VF index, 0 = any */
	unsigned int skip; /* let this many matching commands pass first */
	unsigned int count; /* then spoil this many; 0 = disarm */
	bool refuse; /* end with .status and no effect */
	bool fail_late; /* take effect, then end with .status */
	bool no_completion; /* take effect, never complete */
	bool override_dw0;
	bool truncate; /* SAVE: only .bytes of the data arrive */
	bool corrupt; /* SAVE: bit 0 of the image byte at .bytes is flipped */
	uint16_t status; /* SCT << 8 | SC, 4000h = DNR */
	uint32_t dw0;
	uint32_t bytes;
};

struct ct_target {
	const struct ct_target_ops *ops;
	void *priv;
	struct ct_info info;
	char error[256];
};

struct ct_target_ops {
	const char *name; /* as in --target NAME or NAME:ARGUMENT */
	const char *summary; /* one line for --help and the man page */
	/*
	 * Once for a run, in the runner's own process, before the first open() and
	 * after the last close(): what outlives the process of a row, as the
	 * drivers that hold the functions. Processes of rows are forked in between and
	 * inherit what prepare() left in the target's own variables. say()
	 * tells the user what is changed. NULL where there is nothing to do.
	 */
	int (*prepare)(struct ct_target *t, const char *arg, void (*say)(const char *fmt, ...));
	void (*release)(struct ct_target *t, void (*say)(const char *fmt, ...));
	/* "nvme-lm-ct restore": undo what runs that crashed left behind */
	int (*restore)(struct ct_target *t, void (*say)(const char *fmt, ...));
	/* arg is what follows the colon, "" if nothing; fills in info */
	int (*open)(struct ct_target *t, const char *arg);
	void (*close)(struct ct_target *t);
	/* PF_PASSTHRU, VF_ADMIN: a command with its data; -ETIMEDOUT when it does not complete */
	int (*admin)(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
		     uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe);
	/*
	 * VF_REGS: a VF is about to be suspended. Where reaching a VF for the first
	 * time resets it, it is reached now. NULL where it does not matter.
	 */
	int (*reach)(struct ct_target *t, unsigned int fn);
	/* PF_OWNED for fn 0, VF_REGS for VFs: 4- or 8-byte access to BAR0 */
	int (*reg_read)(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			uint64_t *value);
	int (*reg_write)(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			 uint64_t value);
	/*
	 * DMA: memory that all functions reach at the same address, zeroed,
	 * with an unmapped page on both sides where GUARD is there. align is a
	 * power of two. Freed by dma_free_all() alone.
	 */
	void *(*dma_alloc)(struct ct_target *t, size_t len, size_t align, uint64_t *iova);
	void (*dma_free_all)(struct ct_target *t);
	/*
	 * FENCE: while it is up no DMA memory is mapped for this VF, and each of its
	 * transfers is refused and counted. Other functions go on.
	 */
	int (*fence)(struct ct_target *t, unsigned int fn, bool up);
	/* FENCE: transfers refused to a function, up or not, since the last call, and the first's address */
	int (*fence_hits)(struct ct_target *t, unsigned int fn, uint64_t *hits, uint64_t *addr);
	/*
	 * The caller's own memory, page-aligned, reached by all functions at this
	 * page-aligned address until dma_free_all(); NULL where the target cannot.
	 * One memory may be mapped for two targets at the same address.
	 */
	int (*dma_map)(struct ct_target *t, void *mem, size_t len, uint64_t iova);
	/* IRQ: messages of a vector since the last fresh() or reset of it; never blocks */
	int (*irq_count)(struct ct_target *t, unsigned int fn, unsigned int vector,
			 uint64_t *count);
	/* IRQ: enable MSI-X with this many vectors, all unmasked and routed to irq_count() */
	int (*irq_setup)(struct ct_target *t, unsigned int fn, unsigned int vectors);
	/* PCI_COMMAND: Memory Space Enable, Bus Master Enable, MSI-X Enable and function mask */
	int (*pci_command)(struct ct_target *t, unsigned int fn, bool memory, bool master,
			   bool msix_enable, bool msix_mask);
	/* FLR, PF_FLR, CONVENTIONAL (fn 0) */
	int (*reset)(struct ct_target *t, unsigned int fn, enum ct_reset kind);
	int (*set_num_vfs)(struct ct_target *t, unsigned int num);
	/*
	 * VF_REGS, where the VFIO driver of the VFs has migration: another state of VFIO's enum
	 * vfio_device_mig_state; *file gets the data file, -1 = none. NULL where no driver
	 * of VFIO is between.
	 */
	int (*vfio_state)(struct ct_target *t, unsigned int fn, uint32_t state, int *file);
	/* JOURNAL: events with seq > after, oldest first; returns how many were stored */
	int (*journal)(struct ct_target *t, uint64_t after, struct ct_event *ev, unsigned int max);
	int (*media)(struct ct_target *t, const struct ct_media *media);
	int (*inject)(struct ct_target *t, const struct ct_fault *fault);
	/*
	 * FAIL_NTH: let the n-th fallible port call from now fail (1 = the
	 * next), 0 = none; *seen, where not NULL, gets how many there were
	 * since the last call.
	 */
	int (*fail_nth)(struct ct_target *t, unsigned int n, unsigned int *seen);
	/* let time pass and the device work; real targets sleep */
	int (*advance)(struct ct_target *t, uint64_t ns);
	/* STEP: one piece of work, no time passes; *more = work is left */
	int (*step)(struct ct_target *t, bool *more);
	int (*namespace_resize)(struct ct_target *t, uint32_t nsid, uint64_t blocks);
	/* FRESH: power-on state, journal and faults and media at their defaults, VFs enabled */
	int (*fresh)(struct ct_target *t);
	/* monotonic ns, virtual where CLOCK */
	uint64_t (*now)(struct ct_target *t);
	/* DRIVER; NULL where the target is a device: each is judged by rows of its kind */
	const struct ct_driver_ops *driver;
};

/* A target registers itself by this line in its file; see docs/adding-a-target.md. */
#define CT_TARGET(ops)                                                 \
	static const struct ct_target_ops *const ct_target_entry_##ops \
		__attribute__((used, section("ct_targets"))) = &(ops)

#endif
