/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Inside of the in-process port.
 */
#ifndef LM_INPROC_INTERNAL_H
#define LM_INPROC_INTERNAL_H

#include "lm-inproc.h"

#define NS_PER_MS UINT64_C(1000000)

struct block {
	uint64_t iova;
	size_t len;
	uint8_t *mem;
	uint32_t functions; /* that reach it, by bit */
};

struct arena {
	uint8_t *mem;
	size_t used;
	struct block *block;
	size_t num_blocks;
	size_t max_blocks;
};

struct pending {
	struct lm_backend_request *req;
	uint64_t due; /* by .latency, whatever the mode */
};

struct media {
	struct lm_media set;
	uint8_t *data[LM_MAX_NAMESPACES];
	size_t len[LM_MAX_NAMESPACES];
	uint8_t *file; /* mapped: the data are in it, else NULL */
	size_t file_len;
	struct pending *pending; /* in the order of submission */
	size_t num_pending;
	size_t max_pending;
};

struct pci {
	bool master;
	bool msix_enable;
	uint64_t irqs[LM_MAX_VECTORS];
};

struct lm_inproc {
	struct lm_config config;
	struct lm_device *dev;
	uint8_t *mem;
	size_t size;
	uint8_t *pages; /* that mem is in, and one behind it that does not answer */
	size_t num_bytes; /* of them */
	uint64_t now;
	bool intx;
	bool retry; /* a port call was made to fail: step again */
	bool awake; /* the model has work, or may have */
	unsigned int fail_in;
	unsigned int fail_seen;
	struct arena arena;
	struct lm_recorder recorder;
	struct media media;
	struct lm_fault_table faults;
	struct pci pci[LM_MAX_FUNCTIONS];
};

/* Memory that must be there: a test cannot go on without it. */
void *inproc_alloc(void *old, size_t n, size_t size);
bool inproc_fails(struct lm_inproc *p);

int arena_init(struct arena *a);
void arena_clear(struct arena *a);
void arena_free(struct arena *a);
/* NULL where some byte of it does not answer this function */
void *arena_find(const struct arena *a, unsigned int fn, uint64_t addr, uint32_t len);

/* the journal, which grows as it must */
void journal_add(struct lm_inproc *p, const struct lm_ev *ev);

/* where this namespace is in the file, NULL without one */
uint8_t *media_in_file(struct lm_inproc *p, unsigned int ns);
void media_init(struct lm_inproc *p);
void media_free(struct lm_inproc *p);
bool media_prepare(void *ctx, struct lm_backend_request *req);
void media_submit(void *ctx, struct lm_backend_request *req);
void media_release(void *ctx, struct lm_backend_request *req);
/* end one request whose time has come */
bool media_step(struct lm_inproc *p);
uint64_t media_next(const struct lm_inproc *p);
void media_resize(struct lm_inproc *p, uint32_t nsid, uint64_t blocks);
/* the same for the fault switch, with a bound */
int media_try_resize(void *ctx, uint32_t nsid, uint64_t blocks);
void media_set(void *ctx, const struct lm_media *media);

void journal_read(void *ctx, uint64_t offset, void *buf, uint32_t len);
void journal_command(void *ctx, unsigned int fn, uint16_t sqid, const uint8_t *sqe);
bool fault_match(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf, struct lm_fault *fault);
int fault_arm(void *ctx, const struct lm_fault_rule *rule);

#endif
