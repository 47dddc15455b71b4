/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * In-process port of the reference model, for tests: a host memory arena with
 * guard gaps, a virtual clock, media in RAM, a recorder of everything that
 * passes the bus, and faults. One process may have several.
 *
 * Times are in nanoseconds of the virtual clock, which stands still but in
 * lm_inproc_advance(). Functions are numbered as in lm-model.h. Calls that
 * return int return 0 or a negative errno.
 */
#ifndef LM_INPROC_H
#define LM_INPROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lm-model.h"
#include "lm-recorder.h"

struct lm_inproc;

/** lm_inproc_default_config() - PF and 4 VFs, two namespaces, fault switch on */
void lm_inproc_default_config(struct lm_config *config);

/**
 * lm_inproc_new() - a device after power-on, VFs not enabled
 *
 * Return: NULL where the configuration is not valid or memory is short.
 */
struct lm_inproc *lm_inproc_new(const struct lm_config *config);

/** lm_inproc_free() - end it; NULL does nothing */
void lm_inproc_free(struct lm_inproc *p);

/**
 * lm_inproc_fresh() - power-on again: new device, media zero, clock at zero,
 * journal, faults and arena empty, media settings normal; then num_vfs VFs
 */
int lm_inproc_fresh(struct lm_inproc *p, unsigned int num_vfs);

/** lm_inproc_device() - for calls of lm-model.h that are not wrapped here */
struct lm_device *lm_inproc_device(struct lm_inproc *p);

/** lm_inproc_config() - as given to lm_inproc_new() */
const struct lm_config *lm_inproc_config(const struct lm_inproc *p);

/** lm_inproc_set_defect() - number in defects.def, from the next fresh() on */
void lm_inproc_set_defect(struct lm_inproc *p, unsigned int defect);

/* Registers; recorded. */
uint64_t lm_inproc_reg_read(struct lm_inproc *p, unsigned int fn, uint32_t offset,
			    unsigned int len);
void lm_inproc_reg_write(struct lm_inproc *p, unsigned int fn, uint32_t offset, unsigned int len,
			 uint64_t value);

/* Configuration space: Command register and MSI-X Message Control at once. */
void lm_inproc_pci_command(struct lm_inproc *p, unsigned int fn, bool memory, bool master,
			   bool msix_enable, bool msix_mask);

/**
 * lm_inproc_irq_setup() - unmask this many MSI-X vectors with an address and
 * data of their own, mask the others, enable MSI-X
 */
int lm_inproc_irq_setup(struct lm_inproc *p, unsigned int fn, unsigned int vectors);

/** lm_inproc_irq_count() - messages of a vector since fresh() or a reset of the function */
uint64_t lm_inproc_irq_count(const struct lm_inproc *p, unsigned int fn, unsigned int vector);

/** lm_inproc_intx() - level of the PF's pin */
bool lm_inproc_intx(const struct lm_inproc *p);

/* Resets and SR-IOV. */
void lm_inproc_flr(struct lm_inproc *p, unsigned int fn);
void lm_inproc_conventional_reset(struct lm_inproc *p);
int lm_inproc_set_num_vfs(struct lm_inproc *p, unsigned int num);

/**
 * lm_inproc_alloc() - host memory that every function reaches, zeroed; the
 * bytes before and after it, to the next page at least, do not answer
 * @align: power of two, at least 4
 * @iova: its address on the bus
 *
 * Return: the memory, or NULL where the arena is full.
 */
void *lm_inproc_alloc(struct lm_inproc *p, size_t len, size_t align, uint64_t *iova);
/**
 * lm_inproc_own() - as an IOMMU has it: only these functions reach the block at an iova
 * @functions: bit n = function n; what lm_inproc_alloc() gave is everyone's
 */
void lm_inproc_own(struct lm_inproc *p, uint64_t iova, uint32_t functions);

void lm_inproc_free_all(struct lm_inproc *p);

/**
 * lm_inproc_map() - the caller's own memory at this page-aligned address, until
 * lm_inproc_free_all() or lm_inproc_fresh()
 *
 * Return: -EINVAL where something is there already.
 */
int lm_inproc_map(struct lm_inproc *p, void *mem, size_t len, uint64_t iova);

/** lm_inproc_journal() - events with seq > after, oldest first; how many were stored */
unsigned int lm_inproc_journal(const struct lm_inproc *p, uint64_t after, struct lm_ev *ev,
			       unsigned int max);

/** lm_inproc_journal_last() - seq of the newest event, 0 = none */
uint64_t lm_inproc_journal_last(const struct lm_inproc *p);

/** lm_inproc_media() - from now on, for requests that wait already too */
void lm_inproc_media(struct lm_inproc *p, const struct lm_media *media);

/**
 * lm_inproc_media_file() - the media are this file from now on, also over fresh()
 *
 * The file is made where it is not there; its namespaces do not grow.
 * Return: -EINVAL where it has not the size of the namespaces.
 */
int lm_inproc_media_file(struct lm_inproc *p, const char *path);

/** lm_inproc_media_data() - contents of a namespace; NULL for an unknown NSID */
void *lm_inproc_media_data(struct lm_inproc *p, uint32_t nsid, size_t *len);

/** lm_inproc_media_pending() - requests submitted and not ended */
unsigned int lm_inproc_media_pending(const struct lm_inproc *p);

/** lm_inproc_fault() - arm or disarm (count 0); one per opcode and VF */
int lm_inproc_fault(struct lm_inproc *p, const struct lm_fault_rule *fault);

/**
 * lm_inproc_fail_nth() - let the n-th fallible port call from now fail
 * @n: 1 = the next, 0 = none
 * @seen: how many there were since the last call of this; may be NULL
 */
void lm_inproc_fail_nth(struct lm_inproc *p, unsigned int n, unsigned int *seen);

/** lm_inproc_step() - one piece of work of device or media; false: none was ready */
bool lm_inproc_step(struct lm_inproc *p);

/** lm_inproc_run() - step until nothing is ready; no time passes */
void lm_inproc_run(struct lm_inproc *p);

/** lm_inproc_advance() - let this much time pass, the device working all the while */
void lm_inproc_advance(struct lm_inproc *p, uint64_t ns);

/**
 * lm_inproc_next() - when something happens by time alone
 *
 * Return: virtual time, UINT64_MAX for never.
 */
uint64_t lm_inproc_next(const struct lm_inproc *p);

uint64_t lm_inproc_now(const struct lm_inproc *p);

int lm_inproc_namespace_resize(struct lm_inproc *p, uint32_t nsid, uint64_t blocks);

#endif
