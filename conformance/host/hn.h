/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The suite's own host-side NVMe driver. It works over any target: where the
 * PF is owned (CT_CAP_PF_OWNED) its queues are built here, else commands go
 * through the target's passthrough. One process drives one target, one case at
 * a time; ct_before_case() starts over, and everything allocated here lives
 * until the next ct_before_case().
 *
 * Unless a description says otherwise a function that cannot do its work ends
 * the case: by FAIL where the device answered wrongly, HUNG where it did not
 * answer in time, ERROR where the target failed. Sizes are bytes, times
 * nanoseconds, function 0 is the PF, function n is VF index n.
 *
 * Every command that is submitted here, on any queue, is a struct hn_req until
 * it completes. A completion entry that belongs to no outstanding request (a
 * duplicate, an invented one, a wrong SQID) fails the case wherever it is
 * found. A VF's queues and requests can be carried over to another VF by
 * hn_move(), because all functions reach the same DMA memory.
 */
#ifndef HN_H
#define HN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ct-row.h"
#include "nvme-base.h"
#include "nvme-lm.h"

#define HN_MAX_QID 65 /* queue IDs 0..64 are tracked */
#define HN_MAX_REQS 1024
#define HN_US UINT64_C(1000)
#define HN_MS UINT64_C(1000000)
#define HN_S UINT64_C(1000000000)

/* ---- Case life cycle: called by the runner around each case ---- */

/**
 * ct_before_case() - forget all of the last case, and the device as new
 *
 * fresh() where the target has it; else VFs that the last case touched are
 * brought back by RESUME or FLR and the PF's queues are built anew.
 */
void ct_before_case(struct ct *ct);

/**
 * ct_after_case() - the gates that every case passes at its end
 *
 * Fails the case where a VF was left not ACTIVE (but for rows with
 * CT_ROW_KEEPS_STATE), where bytes around a data buffer changed, or where the
 * device touched memory outside all buffers (but after hn_expect_faults()), or
 * where a completion came that belongs to no request.
 */
void ct_after_case(struct ct *ct);

/** hn_expect_faults() - this case makes the device touch unmapped memory on purpose */
void hn_expect_faults(struct ct *ct);

/* ---- Time ---- */

/** hn_now() - the target's clock */
uint64_t hn_now(struct ct *ct);

/** hn_advance() - let time pass and the device work; completions stay where they are */
void hn_advance(struct ct *ct, uint64_t ns);

/**
 * hn_settle() - let the device do all that it can do now
 *
 * CT_CAP_STEP: steps until no work is left, no time passes. Else 5 ms pass.
 */
void hn_settle(struct ct *ct);

/** hn_step() - CT_CAP_STEP: one piece of the device's work; true where more is left */
bool hn_step(struct ct *ct);

/* ---- Memory ---- */

struct hn_buf {
	uint8_t *p;
	uint64_t iova;
	size_t len; /* as asked for */
};

/**
 * hn_buf() - page-aligned zeroed DMA memory
 *
 * The bytes behind len up to the page's end are filled with a canary that
 * ct_after_case() checks; unmapped pages lie on both sides (CT_CAP_GUARD), or
 * pages of canary.
 */
struct hn_buf hn_buf(struct ct *ct, size_t len);

/** hn_buf_check() - fails the case where the bytes around a buffer changed */
void hn_buf_check(struct ct *ct, const struct hn_buf *buf);

/** hn_mem() - zeroed ordinary memory */
void *hn_mem(struct ct *ct, size_t len);

/**
 * hn_prps() - PRP1 and PRP2 of an SQE for a contiguous buffer
 * @iova: first byte; an offset in the page is allowed
 *
 * A PRP list is built in DMA memory where more than two pages are touched.
 */
void hn_prps(struct ct *ct, uint8_t *sqe, uint64_t iova, size_t len);

/* ---- Registers ---- */

uint32_t hn_read32(struct ct *ct, unsigned int fn, uint32_t offset);
uint64_t hn_read64(struct ct *ct, unsigned int fn, uint32_t offset);
void hn_write32(struct ct *ct, unsigned int fn, uint32_t offset, uint32_t value);
void hn_write64(struct ct *ct, unsigned int fn, uint32_t offset, uint64_t value);

/* ---- Commands ---- */

struct hn_cmd {
	uint8_t sqe[LM_SQE_SIZE]; /* the driver fills in the CID */
	void *data; /* ordinary memory; copied to DMA memory, and back when TO_HOST */
	uint32_t len;
	enum ct_dir dir;
	bool raw; /* PRP1 and PRP2 are the row's own (CT_CAP_PF_OWNED or a VF's queue) */
	uint64_t timeout; /* 0 = hn_timeout() */
};

struct hn_req {
	bool used;
	bool done;
	unsigned int fn;
	bool planted; /* its completion is one that the row put into an image */
	uint16_t sqid;
	uint16_t cid;
	uint32_t seq; /* unique within the case, from 1 */
	struct hn_cmd cmd;
	struct hn_buf buf; /* where the data are, when not raw */
	struct hn_buf list; /* its PRP list, .len 0 where there is none */
	uint64_t submitted;
	uint32_t order; /* once done: how many completed before it in this case, plus 1 */
	struct ct_cqe cqe; /* once done */
};

/** hn_timeout() - how long a command may take: above the advertised SUSPEND limit */
uint64_t hn_timeout(struct ct *ct);

/**
 * hn_cmd() - an admin or I/O command with all other fields zero
 * @opc: opcode
 * @nsid: namespace ID
 */
struct hn_cmd hn_cmd(uint8_t opc, uint32_t nsid);

/** hn_lm_cmd() - one of the five for a VF, without data */
struct hn_cmd hn_lm_cmd(uint8_t opc, uint16_t vf);

/** hn_save_cmd() - SAVE_DATA into data; CDW11 = len */
struct hn_cmd hn_save_cmd(uint16_t vf, void *data, uint32_t len, uint32_t offset);

/** hn_load_cmd() - LOAD_DATA of one part out of data; CDW11 = len */
struct hn_cmd hn_load_cmd(uint16_t vf, const void *data, uint32_t len, uint32_t offset,
			  uint32_t total);

/** hn_cmd_data() - give a command its data */
void hn_cmd_data(struct hn_cmd *cmd, void *data, uint32_t len, enum ct_dir dir);

/**
 * hn_admin() - an admin command, waited for
 *
 * On the PF (enabled at first use where it is owned), on a VF whose controller
 * hn_enable() enabled, or through the target's passthrough. Any status is an
 * answer; none in time is HUNG.
 */
void hn_admin(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd, struct ct_cqe *cqe);

/** hn_admin_ok() - as hn_admin(), FAIL unless it succeeds; returns Dword 0 */
uint32_t hn_admin_ok(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd);

/** hn_can_start() - whether hn_start() works on this function's admin queue */
bool hn_can_start(struct ct *ct, unsigned int fn);

/**
 * hn_start() - submit an admin command and ring the doorbell; not waited for
 *
 * Return: the request; valid until the next case, done once it completed.
 */
struct hn_req *hn_start(struct ct *ct, unsigned int fn, const struct hn_cmd *cmd);

/** hn_poll() - look for completions of the request's queue now; true once it is done */
bool hn_poll(struct ct *ct, struct hn_req *req);

/** hn_wait() - wait for a request; HUNG beyond its time limit. Returns &req->cqe */
const struct ct_cqe *hn_wait(struct ct *ct, struct hn_req *req);

/** hn_wait_for() - wait for a request this long; false where it is not done then */
bool hn_wait_for(struct ct *ct, struct hn_req *req, uint64_t ns);

/* ---- The five commands ---- */

struct hn_image {
	uint8_t *bytes; /* hn_mem() memory */
	uint32_t len;
};

/** hn_lm() - QUERY, SUSPEND or RESUME with any outcome */
void hn_lm(struct ct *ct, uint8_t opc, uint16_t vf, struct ct_cqe *cqe);

/** hn_query() - QUERY_DATA_SIZE must succeed; returns the size */
uint32_t hn_query(struct ct *ct, uint16_t vf);

/** hn_suspend(), hn_resume() - must succeed */
void hn_suspend(struct ct *ct, uint16_t vf);
void hn_resume(struct ct *ct, uint16_t vf);

/** hn_save_part(), hn_load_part() - one command with any outcome */
void hn_save_part(struct ct *ct, uint16_t vf, void *data, uint32_t len, uint32_t offset,
		  struct ct_cqe *cqe);
void hn_load_part(struct ct *ct, uint16_t vf, const void *data, uint32_t len, uint32_t offset,
		  uint32_t total, struct ct_cqe *cqe);

/**
 * hn_save() - the whole image of a suspended VF, in one command; must succeed
 *
 * Under profile rfc CDW11 is 0.
 */
struct hn_image hn_save(struct ct *ct, uint16_t vf);

/** hn_save_chunked() - in parts of chunk bytes (multiple of 4), ascending; must succeed */
struct hn_image hn_save_chunked(struct ct *ct, uint16_t vf, uint32_t chunk);

/** hn_load() - a whole image in one command; must succeed */
void hn_load(struct ct *ct, uint16_t vf, const struct hn_image *image);

/** hn_load_status() - a whole image in one command, any outcome */
void hn_load_status(struct ct *ct, uint16_t vf, const struct hn_image *image, struct ct_cqe *cqe);

/** hn_load_chunked() - in parts of chunk bytes, ascending; must succeed */
void hn_load_chunked(struct ct *ct, uint16_t vf, const struct hn_image *image, uint32_t chunk);

/** hn_image_copy() - an image of its own that a row may damage */
struct hn_image hn_image_copy(struct ct *ct, const struct hn_image *image);

/**
 * hn_migrate() - SUSPEND src, SAVE, SUSPEND dst, LOAD, RESUME dst; all must succeed
 *
 * src stays suspended until it is reset, as a source VF does. The driver's
 * view of the queues and outstanding requests moves to dst (hn_move()).
 * MSI-X, bus mastering and memory space of dst are set as src's, before LOAD.
 * Return: the image.
 */
struct hn_image hn_migrate(struct ct *ct, uint16_t src, uint16_t dst);

/** hn_state_name() - LM_STATE_* as spec/tables/transitions.def writes it */
const char *hn_state_name(unsigned int state);

/**
 * hn_vf_state() - the VF's state, from Dword 1 of QUERY_DATA_SIZE (LM-QRY-040)
 *
 * Return: LM_STATE_*, or -1 where QUERY ends otherwise than by success or 00Ch.
 */
int hn_vf_state(struct ct *ct, uint16_t vf);

/* ---- Controllers of functions: needs VF_REGS (VFs) or PF_OWNED (PF), DMA ---- */

struct hn_sq {
	bool created;
	uint16_t cqid;
	uint16_t entries;
	uint16_t tail; /* next slot the driver fills */
	uint16_t rung; /* tail as the doorbell last had it */
	uint16_t head; /* as the device last reported it */
	struct hn_buf mem;
};

struct hn_cq {
	bool created;
	uint16_t entries;
	uint16_t head; /* next entry the driver looks at */
	uint16_t acked; /* head as the doorbell last had it */
	bool phase; /* phase of a new entry at head */
	bool ien;
	uint16_t vector;
	struct hn_buf mem;
};

struct hn_fn {
	bool enabled;
	unsigned int vectors; /* MSI-X vectors set up, 0 = none */
	struct hn_sq sq[HN_MAX_QID];
	struct hn_cq cq[HN_MAX_QID];
};

/** hn_function() - the driver's view of a function, e.g. for its queues' heads and tails */
struct hn_fn *hn_function(struct ct *ct, unsigned int fn);

/** hn_enable() - bus master, MSI-X (where IRQ), admin queues of 32 entries, CC.EN, wait for RDY */
void hn_enable(struct ct *ct, unsigned int fn);

/** hn_enable_sized() - with admin queues of these many entries (2..4096) and vectors (0..65) */
void hn_enable_sized(struct ct *ct, unsigned int fn, uint16_t sq_entries, uint16_t cq_entries,
		     unsigned int vectors);

/** hn_disable() - CC.EN to 0, wait; outstanding requests are forgotten */
void hn_disable(struct ct *ct, unsigned int fn);

/** hn_shutdown() - CC.SHN normal, wait for CSTS.SHST to say that it is complete */
void hn_shutdown(struct ct *ct, unsigned int fn);

/** hn_forget() - the function was reset: forget its queues and outstanding requests */
void hn_forget(struct ct *ct, unsigned int fn);

/** hn_move() - queues and outstanding requests of src are dst's from now on */
void hn_move(struct ct *ct, unsigned int src, unsigned int dst);

/** hn_flr() - Function Level Reset, and hn_forget(); of the PF: of all VFs too */
void hn_flr(struct ct *ct, unsigned int fn);

/**
 * hn_create_cq(), hn_create_sq() - I/O queues with chosen IDs, contiguous memory; must succeed
 * @entries: 2 and above
 * @ien: whether the queue interrupts, by this vector
 */
void hn_create_cq(struct ct *ct, unsigned int fn, uint16_t qid, uint16_t entries, bool ien,
		  uint16_t vector);
void hn_create_sq(struct ct *ct, unsigned int fn, uint16_t qid, uint16_t cqid, uint16_t entries);

/** hn_delete_sq(), hn_delete_cq() - must succeed */
void hn_delete_sq(struct ct *ct, unsigned int fn, uint16_t qid);
void hn_delete_cq(struct ct *ct, unsigned int fn, uint16_t qid);

/**
 * hn_enable_io() - hn_enable(), then queue pairs 1..pairs of entries, vector = qid where IRQ
 *
 * NOT APPLICABLE, as hn_create_cq() and hn_create_sq() are, where the device
 * has fewer or smaller queues, or fewer vectors.
 */
void hn_enable_io(struct ct *ct, unsigned int fn, unsigned int pairs, uint16_t entries);

/** hn_queue() - put a command into an SQ without ringing; FAIL is not possible, ERROR if full */
struct hn_req *hn_queue(struct ct *ct, unsigned int fn, uint16_t sqid, const struct hn_cmd *cmd);

/** hn_ring() - write the SQ's tail doorbell */
void hn_ring(struct ct *ct, unsigned int fn, uint16_t sqid);

/**
 * hn_reap() - take new entries of a CQ into their requests, without the doorbell
 *
 * Return: how many there were.
 */
unsigned int hn_reap(struct ct *ct, unsigned int fn, uint16_t cqid);

/** hn_ack() - write the CQ's head doorbell */
void hn_ack(struct ct *ct, unsigned int fn, uint16_t cqid);

/** hn_reap_all() - hn_reap() and hn_ack() of every CQ of the function; returns how many */
unsigned int hn_reap_all(struct ct *ct, unsigned int fn);

/** hn_outstanding() - requests of the function that are not done (Asynchronous Events too) */
unsigned int hn_outstanding(struct ct *ct, unsigned int fn);

/** hn_drain() - hn_settle(), then reap until nothing but AERs is outstanding */
void hn_drain(struct ct *ct, unsigned int fn);

/** hn_irqs() - CT_CAP_IRQ: messages of this vector so far */
uint64_t hn_irqs(struct ct *ct, unsigned int fn, unsigned int vector);

/* ---- Admin commands of the base specification; fn's admin queue; must succeed ---- */

void hn_identify(struct ct *ct, unsigned int fn, uint8_t cns, uint32_t nsid, uint8_t id[4096]);
void hn_get_log(struct ct *ct, unsigned int fn, uint8_t lid, uint32_t nsid, void *data,
		uint32_t len);
uint32_t hn_get_feature(struct ct *ct, unsigned int fn, uint8_t fid, uint32_t cdw11);
uint32_t hn_set_feature(struct ct *ct, unsigned int fn, uint8_t fid, uint32_t cdw11);
/** hn_aer() - submit an Asynchronous Event Request; not waited for */
struct hn_req *hn_aer(struct ct *ct, unsigned int fn);
/** hn_abort() - Abort of a request; returns IANP (Dword 0 bit 0): 0 = aborted */
unsigned int hn_abort(struct ct *ct, unsigned int fn, const struct hn_req *req);

/* ---- I/O whose data tell who wrote them ---- */

/** hn_block_size() - bytes of a logical block of this namespace, as the function sees it */
uint32_t hn_block_size(struct ct *ct, unsigned int fn, uint32_t nsid);

/**
 * hn_pattern() - fill blocks by a pattern of (tag, LBA, offset)
 *
 * A read is checked against the tag that was written there; a block from
 * elsewhere, or of another tag, does not match.
 */
void hn_pattern(void *data, size_t len, uint32_t block, uint64_t slba, uint64_t tag);

/**
 * hn_place() - where a row's blocks of namespace 1 are
 *
 * Rows count from LBA 0 of namespace 1. Where the device's data count, that is
 * the start of the range that the user gave away; NOT APPLICABLE where they do
 * not fit. The calls below do this by themselves.
 */
void hn_place(struct ct *ct, uint32_t *nsid, uint64_t *slba, uint16_t blocks);

/** hn_queue_write() - a write of the tag's pattern, not rung */
struct hn_req *hn_queue_write(struct ct *ct, unsigned int fn, uint16_t sqid, uint32_t nsid,
			      uint64_t slba, uint16_t blocks, uint64_t tag);

/** hn_queue_read() - a read, not rung */
struct hn_req *hn_queue_read(struct ct *ct, unsigned int fn, uint16_t sqid, uint32_t nsid,
			     uint64_t slba, uint16_t blocks);

/** hn_check_ok() - the request is done and succeeded */
void hn_check_ok(struct ct *ct, const struct hn_req *req);

/** hn_check_read() - the request is done, succeeded, and its data are the tag's */
void hn_check_read(struct ct *ct, const struct hn_req *req, uint64_t tag);

/** hn_write_read() - write and read back through this queue, waited for and checked */
void hn_write_read(struct ct *ct, unsigned int fn, uint16_t sqid, uint64_t slba, uint64_t tag);

/* ---- Journal (CT_CAP_JOURNAL) and side effects ---- */

#define HN_EV(kind) (1u << (kind))
#define HN_EV_DMA (HN_EV(CT_EV_DMA_READ) | HN_EV(CT_EV_DMA_WRITE) | HN_EV(CT_EV_DMA_FAULT))
/* All that a function does by itself. */
#define HN_EV_ACTS (HN_EV_DMA | HN_EV(CT_EV_MSIX) | HN_EV(CT_EV_MEDIA))
#define HN_ANY_FN ~0u

/**
 * hn_sees() - whether hn_events() tells of this function
 *
 * Where the journal is read by commands (the fault switch) the PF's own events
 * are not told; hn_events() of the PF or HN_ANY_FN is NOT APPLICABLE then.
 */
bool hn_sees(struct ct *ct, unsigned int fn);

/** hn_mark() - sequence number of the last event so far */
uint64_t hn_mark(struct ct *ct);

/**
 * hn_events() - events since a mark, of one function (or HN_ANY_FN), of these kinds
 * @ev: the first max of them, oldest first; may be NULL
 * Return: how many there are.
 */
unsigned int hn_events(struct ct *ct, uint64_t mark, unsigned int fn, unsigned int kinds,
		       struct ct_event *ev, unsigned int max);

/** hn_check_silent() - the function did nothing of these kinds since the mark */
void hn_check_silent(struct ct *ct, uint64_t mark, unsigned int fn, unsigned int kinds,
		     const char *what);

/* What can be seen of a VF without disturbing it. */
struct hn_view {
	uint16_t vf;
	bool has_state; /* QUERY answered */
	int state; /* as hn_vf_state() */
	uint32_t size;
	bool has_regs;
	uint64_t cap, asq, acq;
	uint32_t vs, cc, csts, aqa, intms;
	bool has_journal;
	uint64_t mark;
};

/** hn_look() - take a view of a VF: QUERY, registers, and a mark in the journal */
struct hn_view hn_look(struct ct *ct, uint16_t vf);

/**
 * hn_check_same() - the VF looks as it did, and did nothing by itself meanwhile
 * @what: what was done in between, for the message
 */
void hn_check_same(struct ct *ct, const struct hn_view *before, const char *what);

/* ---- Surroundings ---- */

/** hn_media() - CT_CAP_MEDIA; admin: VFs' admin commands take that time too */
void hn_media(struct ct *ct, enum ct_media_mode mode, uint64_t latency, bool admin);

/** hn_inject() - CT_CAP_INJECT */
void hn_inject(struct ct *ct, const struct ct_fault *fault);

/** hn_resize() - CT_CAP_NAMESPACE: a namespace has this many blocks until the end of the case */
void hn_resize(struct ct *ct, uint32_t nsid, uint64_t blocks);

/** hn_pci_command() - CT_CAP_PCI_COMMAND */
void hn_pci_command(struct ct *ct, unsigned int fn, bool memory, bool master, bool msix_enable,
		    bool msix_mask);

/** hn_set_num_vfs() - CT_CAP_NUM_VFS; forgets the VFs' queues */
void hn_set_num_vfs(struct ct *ct, unsigned int num);

/** hn_need_nssr() - NOT APPLICABLE where the PF has no NVM subsystem reset, or a kernel minds it */
void hn_need_nssr(struct ct *ct);

/** hn_num_vfs() - VFs that are enabled now, as the target says */
unsigned int hn_num_vfs(struct ct *ct);

/** hn_need_vfs() - NOT APPLICABLE where fewer VFs are enabled */
void hn_need_vfs(struct ct *ct, unsigned int num);

/**
 * hn_reach() - bring a VF into a state, from ACTIVE
 *
 * DRAINING needs MEDIA and the VF's registers: an I/O queue pair is made where
 * the VF has none, and a read is stalled; *pending gets the SUSPEND. LOADING
 * sends the first part of the VF's own image. NOT APPLICABLE where the target
 * lacks what it takes.
 */
void hn_reach(struct ct *ct, uint16_t vf, unsigned int state, struct hn_req **pending);

/** hn_staged() - the image whose first half (len / 8 * 4 bytes) hn_reach() staged for LOADING */
const struct hn_image *hn_staged(struct ct *ct);

/** hn_leave() - bring the VF back to ACTIVE from the state that hn_reach() made */
void hn_leave(struct ct *ct, uint16_t vf, struct hn_req *pending);

/**
 * ct_probe_identify() - the PF's Identify Controller data, before any row runs
 *
 * Works on an opened target outside a case; leaves the PF as it found it where
 * it is not owned. The runner takes capability, version and UUID from it.
 * Return: 0, or a negative errno with ct_target.error filled in.
 */
int ct_probe_identify(struct ct_target *target, uint8_t id[4096]);

#endif
