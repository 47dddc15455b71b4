/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Inside of the reference model: its structures, and what each of its files
 * offers to the others. Embedders see lm-model.h alone.
 *
 * Life of a command: it is fetched into a free slot of its function (fetch.c).
 * Admin commands of the PF execute at once; those of a VF spend their time in
 * the back end first; I/O commands take a buffer, move their data and use the
 * back end. Whoever ends it calls lm_complete(), which puts the slot at the
 * end of the function's list of finished commands; a later step posts its CQE
 * (complete.c). A finished command whose CQE cannot be posted yet (CQ full,
 * bus mastering off) stays in that list: it is "parked".
 */
#ifndef LM_CORE_H
#define LM_CORE_H

#include "lm-model.h"
#include "nvme-lm.h"
#include "mem.h"

#define LM_PAGE_SIZE 4096u /* CAP.MPSMIN = CAP.MPSMAX = 0 */

/* Statuses of the base specification that the wire header has no use for. */
#define LM_SC_SQ_DELETED 0x008
#define LM_SC_INVALID_NS 0x00B
#define LM_SC_LBA_RANGE 0x080
#define LM_SC_CQ_INVALID 0x100
#define LM_SC_QID_INVALID 0x101
#define LM_SC_QSIZE_INVALID 0x102
#define LM_SC_ABORT_LIMIT 0x103
#define LM_SC_AER_LIMIT 0x105
#define LM_SC_VECTOR_INVALID 0x108
#define LM_SC_LOG_INVALID 0x109
#define LM_SC_DELETION_INVALID 0x10C
#define LM_SC_NOT_SAVEABLE 0x10D
#define LM_SC_NOT_NS_SPECIFIC 0x10F
#define LM_SC_MASK 0x07FF
#define LM_MORE 0x2000 /* beside LM_DNR in a status word */

/* Admin opcodes of NVMe 1.4 that the model has. */
#define LM_ADM_DELETE_SQ 0x00
#define LM_ADM_CREATE_SQ 0x01
#define LM_ADM_GET_LOG_PAGE 0x02
#define LM_ADM_DELETE_CQ 0x04
#define LM_ADM_CREATE_CQ 0x05
#define LM_ADM_IDENTIFY 0x06
#define LM_ADM_ABORT 0x08
#define LM_ADM_SET_FEATURES 0x09
#define LM_ADM_GET_FEATURES 0x0A
#define LM_ADM_ASYNC_EVENT 0x0C

/* I/O opcodes. */
#define LM_IO_FLUSH 0x00
#define LM_IO_WRITE 0x01
#define LM_IO_READ 0x02
#define LM_IO_WRITE_ZEROES 0x08

/* Features. */
#define LM_FID_ARBITRATION 0x01
#define LM_FID_POWER 0x02
#define LM_FID_TEMPERATURE 0x04
#define LM_FID_ERROR_RECOVERY 0x05
#define LM_FID_WRITE_CACHE 0x06
#define LM_FID_NUM_QUEUES 0x07
#define LM_FID_COALESCING 0x08
#define LM_FID_VECTOR 0x09
#define LM_FID_ATOMICITY 0x0A
#define LM_FID_ASYNC_EVENTS 0x0B

/* Registers, by offset. */
#define LM_REG_CAP 0x00
#define LM_REG_VS 0x08
#define LM_REG_INTMS 0x0C
#define LM_REG_INTMC 0x10
#define LM_REG_CC 0x14
#define LM_REG_CSTS 0x1C
#define LM_REG_NSSR 0x20
#define LM_REG_AQA 0x24
#define LM_REG_ASQ 0x28
#define LM_REG_ACQ 0x30

#define LM_VS_1_4 0x00010400u

#define LM_CC_EN 0x00000001u
#define LM_CC_CSS(cc) ((cc) >> 4 & 7)
#define LM_CC_MPS(cc) ((cc) >> 7 & 15)
#define LM_CC_AMS(cc) ((cc) >> 11 & 7)
#define LM_CC_SHN(cc) ((cc) >> 14 & 3)
#define LM_CC_IOSQES(cc) ((cc) >> 16 & 15)
#define LM_CC_IOCQES(cc) ((cc) >> 20 & 15)
#define LM_SQES 6 /* log2 of the size of an entry, all that is offered */
#define LM_CQES 4

#define LM_CSTS_RDY 0x00000001u
#define LM_CSTS_CFS 0x00000002u
#define LM_CSTS_SHST 0x0000000Cu
#define LM_CSTS_SHST_BUSY 0x00000004u
#define LM_CSTS_SHST_DONE 0x00000008u
#define LM_CSTS_NSSRO 0x00000010u

/* Asynchronous event types, and Dword 0 of the events that the model has. */
#define LM_EVENT_ERROR 0
#define LM_EVENT_SMART 1
#define LM_EVENT_NOTICE 2
#define LM_EVENT(type, info, log) ((uint32_t)(type) | (uint32_t)(info) << 8 | (uint32_t)(log) << 16)
#define LM_EVENT_TYPE(dw0) ((dw0)&7)
#define LM_EVENT_DOORBELL_REGISTER LM_EVENT(LM_EVENT_ERROR, 0, 1)
#define LM_EVENT_DOORBELL_VALUE LM_EVENT(LM_EVENT_ERROR, 1, 1)
#define LM_EVENT_TEMPERATURE LM_EVENT(LM_EVENT_SMART, 1, 2)
#define LM_EVENT_NS_CHANGED LM_EVENT(LM_EVENT_NOTICE, 0, 4)

#define LM_ABORT_LIMIT 3 /* Identify Controller ACL, zero-based */
#define LM_WARNING_TEMPERATURE 343 /* kelvin */
#define LM_CRITICAL_TEMPERATURE 353

#define LM_NIL 0xFFFFu /* no slot */

/* Slots in order, linked by lm_slot.next. */
struct lm_list {
	uint16_t head;
	uint16_t tail;
};

/*
 * Where the data of a command lie in host memory, and how far they have been
 * moved. The list entries read ahead are never more than are needed.
 */
#define LM_PRP_AHEAD 8
struct lm_prp {
	uint64_t prp1;
	uint64_t prp2;
	uint32_t length; /* of the whole transfer */
	uint32_t done; /* bytes moved */
	uint64_t list; /* address of the next list entry to read */
	uint64_t page; /* list entry of the page that done is in */
	uint8_t num_ahead; /* entries in ahead */
	uint8_t next_ahead;
	uint8_t ahead[8 * LM_PRP_AHEAD]; /* as in host memory */
};

enum lm_slot_state {
	LM_SLOT_FREE,
	LM_SLOT_FETCHED, /* being looked at, in no list */
	LM_SLOT_EXECUTE, /* admin command to execute */
	LM_SLOT_DELETE, /* Delete I/O SQ that waits for the queue's last CQEs */
	LM_SLOT_PREPARE, /* wants a back end buffer */
	LM_SLOT_GATHER, /* moves data from the host to the buffer */
	LM_SLOT_BACKEND, /* submitted, not ended */
	LM_SLOT_SCATTER, /* moves data from the buffer to the host */
	LM_SLOT_MIGRATE, /* one of the five: with migrate.c until lm_complete() */
	LM_SLOT_DONE, /* finished, CQE not posted */
};

/* A fetched command. */
struct lm_slot {
	uint8_t sqe[LM_SQE_SIZE];
	uint8_t state; /* enum lm_slot_state */
	uint8_t fn;
	uint16_t index; /* of this slot in its function */
	uint16_t next; /* in the list it is in */
	uint16_t sqid; /* LM_NIL: not a command, the flush of a shutdown; gets no CQE */
	uint16_t cid;
	uint16_t status; /* DONE: SCT << 8 | SC, LM_DNR, LM_MORE */
	uint32_t dw0;
	uint32_t dw1;
	uint32_t generation; /* of the last back end request, in its tag */
	bool busy; /* counted in logs.num_busy */
	bool buffered; /* req is between prepare and release */
	struct lm_fault fault; /* all of it 0 where there is none */
	struct lm_prp prp;
	struct lm_backend_request req;
};

struct lm_cq {
	bool exists;
	bool ien;
	bool phase; /* of the entry at tail */
	uint16_t vector;
	uint16_t qsize; /* zero-based, as on the wire */
	uint16_t head;
	uint16_t tail;
	uint64_t base;
};

/* tail is what the host last rang; nothing is fetched while a VF is not ACTIVE,
 * so that latching a tail doorbell is storing it. The same holds for CQ heads. */
struct lm_sq {
	bool exists;
	bool deleting; /* Delete I/O SQ waits for the last CQEs */
	uint8_t priority;
	uint16_t cqid;
	uint16_t qsize; /* zero-based */
	uint16_t head;
	uint16_t tail;
	uint64_t base;
};

struct lm_regs {
	uint32_t cc;
	uint32_t csts;
	uint32_t aqa;
	uint32_t intm;
	uint64_t asq;
	uint64_t acq;
	bool enabling; /* CC.EN was set, CSTS.RDY is not yet */
	uint8_t flushed; /* shutdown: namespaces whose cache was flushed */
};

/* Current values. No feature is saveable; defaults are in features.c. */
struct lm_features {
	uint32_t arbitration;
	uint32_t power;
	uint32_t temp_over;
	uint32_t temp_under;
	uint32_t write_cache;
	uint32_t coalescing;
	uint32_t atomicity;
	uint32_t async_events;
	uint32_t num_queues; /* as Set Features asked, 0 = never */
	uint32_t vector_nocoal[4]; /* bit v: coalescing disabled */
	uint32_t error_recovery[LM_MAX_NAMESPACES]; /* by NSID - 1 */
};

/* What a function says of itself in Identify data and logs. */
struct lm_identity {
	char sn[20];
	char mn[40];
	char fr[8];
	char subnqn[256];
	uint16_t cntlid;
};

struct lm_events {
	uint32_t dw0[LM_EVT_SLOTS]; /* unreported, oldest first */
	uint8_t count;
	uint32_t masked; /* bit = event type */
	uint16_t aer_cid[LM_AER_SLOTS]; /* outstanding AERs, oldest first */
	uint8_t num_aers;
};

/* A counter in the units of its log page, and what makes no whole unit yet. */
struct lm_counter {
	uint64_t units;
	uint32_t rest;
};

struct lm_logs {
	struct lm_counter read; /* thousands of 512 bytes */
	struct lm_counter written;
	uint64_t host_reads;
	uint64_t host_writes;
	struct lm_counter busy; /* minutes, up to clock_since, as power_on */
	uint32_t num_busy; /* I/O commands under way */
	uint64_t power_cycles;
	struct lm_counter power_on; /* hours, up to clock_since; see lm_log_clock() */
	uint64_t unsafe_shutdowns;
	uint64_t media_errors;
	uint64_t error_count;
	uint64_t changed_ns; /* bit n: NSID n + 1 */
	uint64_t clock_since;
	bool clock_stopped;
	uint8_t errors[LM_LOG_ERROR_SLOTS][LM_LOG_ERROR_SIZE]; /* newest first */
};

struct lm_msix_entry {
	uint64_t addr;
	uint32_t data;
	uint32_t control; /* bit 0: masked */
};

struct lm_msix {
	bool enable;
	bool function_mask;
	struct lm_msix_entry *table; /* config.vectors entries */
	uint32_t pending[(LM_MAX_VECTORS + 31) / 32];
};

/*
 * What of an image may change while the VF is suspended, as the snapshot has
 * it (LM-SAV-080): all else is frozen and read from the function itself.
 */
struct lm_snapshot {
	uint16_t sq_tail[LM_MAX_QPAIRS];
	uint16_t cq_head[LM_MAX_QPAIRS];
	uint64_t blocks[LM_MAX_NAMESPACES];
	struct lm_events events;
	struct lm_logs logs;
};

/* Live migration of one VF; migrate.c and transfer.c alone write it. */
struct lm_mig {
	uint8_t state; /* LM_STATE_*; the base code reads this one */
	bool resuming; /* RESUME posts parked completions: interrupts wait until it is done */
	bool moving; /* the first command of fifo is a SAVE_DATA or LOAD_DATA under way */
	bool fresh; /* it is a SAVE_DATA of a new snapshot, the one that is not current */
	bool saved; /* snapshot[current] holds one */
	uint8_t current;
	uint16_t suspend; /* PF slot of the SUSPEND that is pending, LM_NIL none */
	struct lm_list fifo; /* PF slots of the commands that wait, in fetch order */
	uint64_t deadline; /* DRAINING: when SUSPEND must have ended */
	uint32_t offset; /* moving: of its first byte in the image */
	uint32_t length; /* moving: how many bytes */
	struct lm_snapshot snapshot[2];
};

struct lm_function {
	uint8_t number; /* 0 = PF, else VFN */
	bool exists; /* PF, or VF that is enabled */
	bool memory;
	bool master;
	bool intx_disable;
	bool intx_level;
	struct lm_regs regs;
	struct lm_features feat;
	struct lm_identity ident; /* presented: LOAD changes a VF's, a reset restores it */
	struct lm_events events;
	struct lm_logs logs;
	struct lm_logs own_logs; /* where loaded: what a reset puts back */
	bool logs_loaded;
	struct lm_msix msix;
	struct lm_mig mig;
	struct lm_sq *sq; /* config.io_qpairs + 1 of each, by QID */
	struct lm_cq *cq;
	struct lm_slot *slot; /* LM_MAX_INFLIGHT */
	struct lm_list free;
	struct lm_list work; /* slots with something to do now */
	struct lm_list done; /* finished, CQE to be posted, oldest first */
	uint16_t num_used; /* slots not free */
	uint16_t next_sq; /* round robin */
	uint32_t rung[LM_MAX_QPAIRS / 32 +
		      1]; /* bit: an SQ that may have entries, as none other has */
};

struct lm_ns {
	uint64_t blocks;
	uint8_t lbads;
	uint8_t nguid[16];
	uint8_t eui64[8];
};

struct lm_device {
	struct lm_config config;
	const struct lm_port *port;
	void *ctx;
	unsigned int num_functions; /* config.total_vfs + 1 */
	unsigned int num_vfs;
	unsigned int next_turn; /* round robin */
	unsigned int next_mig; /* the same, of the VFs with migration work */
	struct lm_ns ns[LM_MAX_NAMESPACES];
	struct lm_function *fn; /* num_functions */
	void *mig_mem; /* lm_migrate_memory(config) bytes, 8-byte aligned */
	uint32_t fingerprint; /* LM-IMG-060, once it was computed */
	bool fingerprinted;
	uint8_t scratch[4096]; /* one admin data structure while it is built */
};

/*
 * Seeded defects. In a normal build the compiler removes them.
 */
#ifdef LM_DEFECTS
enum lm_defect {
	LM_DEFECT_NONE = 0,
#define LM_DEFECT_DEF(number, name, req, what) LM_DEFECT_##name = (number),
#include "defects.def"
#undef LM_DEFECT_DEF
};
#define LM_DEFECT(name) (dev->config.defect == LM_DEFECT_##name)
#else
#define LM_DEFECT(name) false
#endif

/* Lists of slots (list.c). */
void lm_list_init(struct lm_list *list);
void lm_list_push(struct lm_function *fn, struct lm_list *list, struct lm_slot *slot);
struct lm_slot *lm_list_pop(struct lm_function *fn, struct lm_list *list);
/* the slot must be in the list */
void lm_list_remove(struct lm_function *fn, struct lm_list *list, struct lm_slot *slot);
struct lm_slot *lm_list_first(struct lm_function *fn, const struct lm_list *list);
struct lm_slot *lm_list_next(struct lm_function *fn, const struct lm_slot *slot);

/* Gates: what a function may do now (gate.c). */
/* SUSPENDED or LOADING: silent, register writes discarded, interrupts held */
bool lm_fn_frozen(const struct lm_function *fn);
/* SQs must not be fetched, AERs not completed: VF not ACTIVE, or RESUME posts what is parked */
bool lm_fn_fetch_blocked(const struct lm_function *fn);
/*
 * Nothing is under way but finished commands whose CQE cannot be posted now;
 * no enable or shutdown in progress either. What SUSPEND waits for.
 */
bool lm_fn_quiet(struct lm_device *dev, struct lm_function *fn);

/* Completion (complete.c). */
/*
 * End a command: status is SCT << 8 | SC with LM_DNR where wanted. The slot is
 * the model's again; the caller must not use it any more. Error log, fault
 * switch and M bit are done here.
 */
void lm_complete(struct lm_device *dev, struct lm_slot *slot, uint16_t status, uint32_t dw0,
		 uint32_t dw1);
/*
 * Park a completion that came with an image, after those parked already; the
 * status is taken as it is. There must be a free slot.
 */
void lm_park(struct lm_function *fn, uint16_t sqid, uint16_t cid, uint16_t status, uint32_t dw0,
	     uint32_t dw1);
/* whether the CQE of a finished command can be posted now */
bool lm_postable(const struct lm_function *fn, const struct lm_slot *slot);
bool lm_post_step(struct lm_device *dev, struct lm_function *fn);
/* post a CQE at once; the caller has made sure that it can be */
bool lm_post_cqe(struct lm_device *dev, struct lm_function *fn, uint16_t sqid, uint16_t cid,
		 uint16_t status, uint32_t dw0, uint32_t dw1);
bool lm_cq_full(const struct lm_cq *cq);
bool lm_cq_empty(const struct lm_cq *cq);

/* Fetch (fetch.c). */
bool lm_fetch_step(struct lm_device *dev, struct lm_function *fn);

/* Slots (slot.c). */
struct lm_slot *lm_slot_alloc(struct lm_function *fn);
void lm_slot_free(struct lm_device *dev, struct lm_slot *slot);
/* give up the back end request of a slot, if it has one */
void lm_slot_abandon(struct lm_device *dev, struct lm_slot *slot);
/* put a slot into the list of those that have something to do */
void lm_work_push(struct lm_function *fn, struct lm_slot *slot, enum lm_slot_state state);
void lm_work_remove(struct lm_function *fn, struct lm_slot *slot);
/* drop every command without a CQE, finished ones too */
void lm_fn_drop_slots(struct lm_device *dev, struct lm_function *fn);
/* end the five commands under way without a CQE: the PF is reset or shut down */
void lm_pf_drop_migrations(struct lm_device *dev);
/* end with status every command that waits for DMA that bus mastering forbids */
void lm_fail_blocked_dma(struct lm_device *dev, struct lm_function *fn, uint16_t status);

/* Data pointer (prp.c). */
/*
 * Begin a transfer of length bytes by the data pointer of the slot's SQE, into
 * slot->prp. Checks the offsets of PRP1 and PRP2. 0, or LM_SC_PRP_OFFSET.
 */
uint16_t lm_prp_begin(struct lm_slot *slot, uint32_t length);
/*
 * Move the next bytes, at most len and at most up to the end of the host's
 * memory page, with the requester ID of the slot's function; slot->prp.done says how
 * far it came. 0, LM_SC_PRP_OFFSET, or LM_SC_DATA_TRANSFER. The caller has checked
 * bus mastering. len is at most what is left.
 */
uint16_t lm_prp_move(struct lm_device *dev, struct lm_slot *slot, void *buf, uint32_t len,
		     bool to_host);
/* the same of a WRITE's data, which the port takes from where they are */
uint16_t lm_prp_gather(struct lm_device *dev, struct lm_slot *slot);
/* begin, and move everything; without DMA where len is 0 */
uint16_t lm_prp_transfer(struct lm_device *dev, struct lm_slot *slot, void *buf, uint32_t len,
			 bool to_host);

/* Admin commands (admin.c and its subjects). */
/* whether NVMe 1.4 admin opcode opc is one that the model has */
bool lm_admin_has(unsigned int opc);
/* whether executing it needs DMA */
bool lm_admin_moves_data(uint8_t opc);
void lm_admin_execute(struct lm_device *dev, struct lm_slot *slot);
void lm_delete_sq_step(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_create_cq(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_create_sq(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_delete_cq(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_delete_sq(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_identify(struct lm_device *dev, struct lm_slot *slot);
/* the 4096 bytes of CNS 01h, as the function itself would get them */
void lm_identify_controller(struct lm_device *dev, struct lm_function *fn, uint8_t *buf);
void lm_admin_get_features(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_set_features(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_get_log_page(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_abort(struct lm_device *dev, struct lm_slot *slot);
void lm_admin_async_event(struct lm_device *dev, struct lm_slot *slot);

/* I/O commands (io.c). */
void lm_io_start(struct lm_device *dev, struct lm_slot *slot);
/* one piece of a slot of the work list; false where it can do nothing now */
bool lm_work_step(struct lm_device *dev, struct lm_function *fn);

/* Features (features.c). */
/* whether Set Features takes this value; fid 09h: whether it takes this vector and CD bit */
bool lm_feature_valid(const struct lm_device *dev, const struct lm_function *fn, uint8_t fid,
		      uint32_t dw11);
void lm_features_default(struct lm_features *feat);

/* Logs (logs.c). */
/* Put an entry into the error log; cid FFFFh where no command is to blame. */
void lm_log_error(struct lm_device *dev, struct lm_function *fn, uint16_t sqid, uint16_t cid,
		  uint16_t status, uint64_t lba, uint32_t nsid);
/* A counter as its log page rounds it up. */
uint64_t lm_log_rounded_up(const struct lm_counter *counter);
/* a read or write command moved this many blocks of 512 bytes */
void lm_log_data(struct lm_function *fn, bool write, uint32_t blocks);
/* Fold the time since the last call into power_on; stop: no time passes until start */
void lm_log_clock(struct lm_device *dev, struct lm_function *fn, bool stop);
/* an I/O command is under way, or no more */
void lm_log_busy(struct lm_device *dev, struct lm_slot *slot, bool busy);
uint8_t lm_critical_warning(const struct lm_function *fn);

/* Fault switch on the wire (fault.c). */
bool lm_fault_has_journal(struct lm_device *dev, const struct lm_function *fn);
bool lm_fault_has_feature(struct lm_device *dev, const struct lm_function *fn, uint8_t fid);
/* begin and end of a Get Log Page of the journal */
uint16_t lm_fault_send_journal(struct lm_device *dev, struct lm_slot *slot, uint64_t offset,
			       uint32_t len);
/* Set Features of one of its features: fetch the data and do it */
uint16_t lm_fault_set(struct lm_device *dev, struct lm_slot *slot, uint8_t fid);
/* a command was fetched: tell the port, which keeps the journal */
void lm_fault_fetched(struct lm_device *dev, const struct lm_slot *slot);

/* Asynchronous events (event.c). */
/* Queue an event, if the function is set up to report it; one that waits already is not doubled */
void lm_event_queue(struct lm_device *dev, struct lm_function *fn, uint32_t dw0);
/* Reading log page 'log' with RAE 0 cleared events of this type */
void lm_event_clear(struct lm_function *fn, unsigned int type);
/* one AER completed by the oldest event that may be reported; false: nothing to do */
bool lm_event_step(struct lm_device *dev, struct lm_function *fn);

/* Interrupts and MSI-X (msix.c). */
/* a CQE was posted to the CQ */
void lm_irq_raise(struct lm_device *dev, struct lm_function *fn, const struct lm_cq *cq);
/* what was held may go out: masks, bus mastering or the state changed */
void lm_irq_update(struct lm_device *dev, struct lm_function *fn);
/* RESUME: raise the interrupt of every enabled CQ with unconsumed entries */
void lm_irq_resume(struct lm_device *dev, struct lm_function *fn);
uint32_t lm_msix_read(const struct lm_device *dev, const struct lm_function *fn, uint32_t offset);
void lm_msix_write(struct lm_device *dev, struct lm_function *fn, uint32_t offset, uint32_t value);
void lm_msix_reset(struct lm_device *dev, struct lm_function *fn);

/* Queues (queue.c). */
void lm_queue_init_admin(struct lm_function *fn);

/* Registers (regs.c). */
uint64_t lm_cap(const struct lm_device *dev, const struct lm_function *fn);
/* enable and shutdown handshakes; false: nothing to do */
bool lm_regs_step(struct lm_device *dev, struct lm_function *fn);

/* Doorbells (doorbell.c). */
void lm_doorbell(struct lm_device *dev, struct lm_function *fn, uint32_t offset, uint32_t value);

/* Namespaces (namespace.c). NULL for an NSID that is not there. */
const struct lm_ns *lm_ns_get(const struct lm_device *dev, uint32_t nsid);

/* Resets (reset.c). */
/* Drop all work, queues, AERs and parked completions of a function. */
void lm_fn_drop_work(struct lm_device *dev, struct lm_function *fn);
/* CC.EN 1 to 0: queues and work go, features to default; AQA, ASQ, ACQ stay */
void lm_controller_reset(struct lm_device *dev, struct lm_function *fn);
/* CSTS.CFS: the function stops until it is reset */
void lm_fatal(struct lm_device *dev, struct lm_function *fn);
/* its own identity, as provisioned */
void lm_identity_default(struct lm_device *dev, struct lm_function *fn);
/* as after power-on */
void lm_function_init(struct lm_device *dev, struct lm_function *fn);
void lm_subsystem_reset(struct lm_device *dev);
/* function as after FLR, all but the counters; VFs and PF */
void lm_function_reset(struct lm_device *dev, struct lm_function *fn);

static inline uint32_t lm_min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline struct lm_function *lm_pf(struct lm_device *dev)
{
	return &dev->fn[0];
}

static inline struct lm_function *lm_slot_fn(struct lm_device *dev, const struct lm_slot *slot)
{
	return &dev->fn[slot->fn];
}

static inline uint64_t lm_now(const struct lm_device *dev)
{
	return dev->port->now(dev->ctx);
}

/* Each call of lm-model.h that can make work wakes at its end; lm_step() has no need to. */
static inline void lm_wake(const struct lm_device *dev)
{
	dev->port->wake(dev->ctx);
}

/*
 * What migrate.c, transfer.c and image.c offer to the base.
 */
/* bytes of memory for snapshots and staging */
size_t lm_migrate_memory(const struct lm_config *config);
bool lm_migrate_is_opcode(uint8_t opc);
/*
 * One of the five was fetched from the PF's admin SQ; slot->state is
 * LM_SLOT_MIGRATE and the slot is in no list. FUSE, PSDT and NSID are the
 * callee's to check, too.
 */
void lm_migrate_command(struct lm_device *dev, struct lm_slot *slot);
/* one bounded piece of work; false where there was nothing to do */
bool lm_migrate_step(struct lm_device *dev);
/* when lm_migrate_step() has something to do by time alone, UINT64_MAX never */
uint64_t lm_migrate_deadline(const struct lm_device *dev);
/* Abort names this slot (state LM_SLOT_MIGRATE): true where it ended it with 007h */
bool lm_migrate_abort(struct lm_device *dev, struct lm_slot *slot);
/* FLR of the VF, or VF Enable cleared: called before the VF's state goes */
void lm_migrate_function_reset(struct lm_device *dev, struct lm_function *fn);
/*
 * The PF's controller was reset or shut down: called before the PF's slots
 * are dropped; the callee forgets them, and must not complete them. At power-on too, before
 * anything else of this.
 */
void lm_migrate_pf_controller_reset(struct lm_device *dev);
/* put the capability bytes into the PF's Identify Controller data */
void lm_migrate_identify(struct lm_device *dev, struct lm_function *fn, uint8_t *buf);

#endif
