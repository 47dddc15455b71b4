/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model as a QEMU device: one PF with its VFs. Everything runs under the
 * big lock; the model is entered through nvme_lm_enter() alone, because DMA
 * aimed at our own BAR would otherwise come back into it.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "hw/block/block.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci.h"
#include "qemu/timer.h"

#include "lm-model.h"
#include "lm-recorder.h"

#define TYPE_NVME_LM "nvme-lm"
#define TYPE_NVME_LM_VF "nvme-lm-vf"

#define NVME_LM_MESSAGES 8

struct nvme_lm;

/* PF or VF. */
struct nvme_lm_function {
	PCIDevice pci;
	MemoryRegion bar;
	struct nvme_lm *pf;
	unsigned int number; /* as the model counts: 0 is the PF */
	unsigned int msix_cap; /* offset in configuration space */
};

struct nvme_lm_io;
struct nvme_lm_fault;

struct nvme_lm {
	struct nvme_lm_function function; /* the PF's; must be first */
	struct nvme_lm_function *fn[LM_MAX_FUNCTIONS]; /* NULL: does not exist */
	struct lm_config config;
	struct lm_device *model;
	bool busy; /* the model is being called */
	bool scheduled; /* the bottom half is */
	bool late; /* it came while the model was being called */
	bool stepping; /* until there is nothing to do */
	bool writing; /* to a BAR */
	bool woken; /* and that makes work */
	unsigned int lone; /* doorbells in a row that found nothing under way */
	QEMUBH *bh;
	QEMUTimer *now; /* due at once: in place of the bottom half */
	QEMUTimer *timer;
	MSIMessage message[NVME_LM_MESSAGES]; /* held, of message_fn */
	unsigned int num_messages;
	unsigned int message_fn;
	GQueue ended; /* to be told to the model */
	struct nvme_lm_io *spare; /* with their buffers; media.c */
	unsigned int num_spare;
	unsigned int num_started; /* requests with the block layer */
	/* of those, by function, the writes that have the guest's memory mapped */
	unsigned int num_mapped[LM_MAX_FUNCTIONS];
	unsigned int num_unsettled; /* writes that were abandoned and did not end yet */
	bool starved; /* a request could not be prepared */
	struct nvme_lm_fault *fault; /* NULL: the fault switch is off */

	/* Properties. */
	BlockBackend *drive[LM_MAX_NAMESPACES];
	bool share_rw;
	uint8_t lba_shift;
	char *serial;
	char *subnqn;
	uint16_t vendor_id;
	uint16_t device_id;
	uint16_t vf_device_id;
};

/* Enter the model; false where it is being called already. */
bool nvme_lm_enter(struct nvme_lm *lm);
void nvme_lm_leave(struct nvme_lm *lm);
/* what drives the model: bottom half and timer */
void nvme_lm_work_init(struct nvme_lm *lm);
void nvme_lm_work_exit(struct nvme_lm *lm);
/* have the bottom half run */
void nvme_lm_wake(struct nvme_lm *lm);
/* the same, from a callback in the main loop */
void nvme_lm_wake_now(struct nvme_lm *lm);
/* what it does; not from below a call of the model */
void nvme_lm_work(struct nvme_lm *lm);
/* whether the guest waits for each command before the next */
bool nvme_lm_one_by_one(const struct nvme_lm *lm);
/* write to a BAR; between nvme_lm_enter() and nvme_lm_leave() */
void nvme_lm_write(struct nvme_lm *lm, unsigned int fn, uint32_t addr, uint64_t value,
		   unsigned int len);
extern const struct lm_port nvme_lm_port;

/* Media (media.c). */
bool nvme_lm_media_open(struct nvme_lm *lm, Error **errp);
void nvme_lm_media_close(struct nvme_lm *lm);
bool nvme_lm_media_prepare(void *ctx, struct lm_backend_request *req);
int nvme_lm_media_gather(void *ctx, struct lm_backend_request *req, uint64_t addr, uint32_t len);
/* wait for a function's writes that take their data from the guest's memory */
void nvme_lm_media_unmap(struct nvme_lm *lm, unsigned int fn);
void nvme_lm_media_submit(void *ctx, struct lm_backend_request *req);
void nvme_lm_media_release(void *ctx, struct lm_backend_request *req);
/* start a submitted request, or end it with this status, from the bottom half on */
void nvme_lm_media_start(struct nvme_lm *lm, struct lm_backend_request *req);
void nvme_lm_media_end(struct nvme_lm *lm, struct lm_backend_request *req, uint16_t status);
/* tell the model what ended */
void nvme_lm_media_reap(struct nvme_lm *lm);

/* Fault switch (fault.c); all but init and exit only where it is on. */
void nvme_lm_fault_init(struct nvme_lm *lm);
void nvme_lm_fault_exit(struct nvme_lm *lm);
/* whether it keeps a request from the medium for now */
bool nvme_lm_fault_hold(struct nvme_lm *lm, struct lm_backend_request *req);
/* it is abandoned */
void nvme_lm_fault_forget(struct nvme_lm *lm, const struct lm_backend_request *req);
void nvme_lm_fault_record(struct nvme_lm *lm, const struct lm_ev *ev);
/* callbacks of struct lm_port */
bool nvme_lm_fault_match(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf,
			 struct lm_fault *fault);
int nvme_lm_fault_arm(void *ctx, const struct lm_fault_rule *rule);
void nvme_lm_fault_journal(void *ctx, uint64_t offset, void *buf, uint32_t len);
void nvme_lm_fault_media(void *ctx, const struct lm_media *media);
int nvme_lm_fault_resize(void *ctx, uint32_t nsid, uint64_t blocks);
void nvme_lm_fault_command(void *ctx, unsigned int fn, uint16_t sqid, const uint8_t *sqe);

/* Into the journal, where there is one. */
static inline void nvme_lm_record(struct nvme_lm *lm, struct lm_ev ev)
{
	if (unlikely(lm->fault))
		nvme_lm_fault_record(lm, &ev);
}

/* CRC32C of len bytes that follow others whose CRC32C is crc; callback of struct lm_port */
uint32_t nvme_lm_crc32c(void *ctx, uint32_t crc, const void *p, uint32_t len);

/* Interrupts (message.c). */
void nvme_lm_message(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data);
/* send what is held, but for messages of function fn: before a DMA of that function */
void nvme_lm_message_order(struct nvme_lm *lm, unsigned int fn);
/* send what is held */
void nvme_lm_message_flush(struct nvme_lm *lm);

/* Configuration space (pci.c). */
bool nvme_lm_pci_init(struct nvme_lm_function *fn, Error **errp);
void nvme_lm_pci_write_config(PCIDevice *pci, uint32_t address, uint32_t value, int len);
/* Function Level Reset and conventional reset */
void nvme_lm_pci_reset(DeviceState *qdev);
/* whether the model has reset VFs away that are there still, and let them go */
bool nvme_lm_pci_has_lost_vfs(const struct nvme_lm *lm);
void nvme_lm_pci_drop_vfs(struct nvme_lm *lm);

#endif
