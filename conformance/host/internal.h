/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the files of the host driver share. Rows include hn.h alone. */
#ifndef HN_INTERNAL_H
#define HN_INTERNAL_H

#include "hn.h"

#define HN_CANARY 0xA5
#define HN_ADMIN_ENTRIES 32
#define HN_MAX_NSID 16
#define HN_BATCH 256 /* journal records read at once */

/* DMA memory that was allocated in this case. */
struct hn_block {
	uint8_t *base; /* first canary page, or the buffer where GUARD is there */
	size_t size; /* whole, canary pages included */
	struct hn_buf buf;
	bool pooled; /* may be handed out again once free */
	bool busy;
	bool data; /* holds the data of commands */
	size_t longest; /* len of all its uses */
	bool broken; /* bytes around it changed, found when it was given back */
};

/* What a fenced VF looked like when the fence went up. */
struct hn_watch {
	bool queues; /* the suite drives its queues */
	uint32_t crc; /* of its CQs' memory */
	uint64_t irqs;
};

struct hn {
	struct ct_target *target;
	struct hn_fn fn[CT_MAX_FUNCTIONS];
	struct hn_req **reqs;
	size_t num_reqs, max_reqs;
	struct hn_block *blocks;
	size_t num_blocks, max_blocks;
	void **mem;
	size_t num_mem, max_mem;
	uint32_t seq;
	uint32_t completed;
	uint16_t next_cid;
	uint32_t touched; /* bit n: one of the five named VF n in this case */
	uint32_t loaded; /* bit n: LOAD_DATA named VF n in this case */
	uint32_t active; /* bit n: VF n was found ACTIVE at the end of this case */
	uint32_t fenced; /* bit n: VF n is suspended and its memory taken away */
	bool was_fenced; /* some VF was in this case */
	struct hn_watch watch[CT_MAX_FUNCTIONS];
	bool faults_expected;
	bool quiet; /* a command of the fault switch is under way */
	bool media_set, fault_set; /* by command, and still in force */
	uint64_t blocks_were[HN_MAX_NSID + 1]; /* by NSID, 0 = not changed in this case */
	uint64_t case_mark; /* journal at the start of the case */
	uint64_t last_seq; /* last journal event seen by hn_mark() */
	struct hn_image staged;
	struct hn_req *draining; /* the read that hn_reach() stalled */
	uint32_t block_size[HN_MAX_NSID + 1]; /* by NSID, 0 = not asked yet */
};

extern struct hn hn_host;
/* From ct_probe_identify(); 0 where the device does not say. */
extern uint64_t hn_suspend_limit;

#define hn_has(ct, cap) ct_has(ct, CT_CAP_##cap)

/* Fails the case as an ERROR where a target call failed. */
void hn_must(struct ct *ct, int ret, const char *what);

/* Zeroed DMA memory from the pool, for data of commands or else; hn_buf_put() gives it back. */
struct hn_buf hn_buf_get(struct ct *ct, size_t len, bool data);
void hn_buf_put(const struct hn_buf *buf);

/* Whether the bytes around any block of this case changed; fails the case. */
void hn_check_blocks(struct ct *ct);
/* Whether a transfer of this case went beyond the data of its command; needs JOURNAL. */
void hn_check_transfers(struct ct *ct);
void hn_free_all(struct ct *ct);

/* Whether an admin opcode is one of the five. */
bool hn_is_five(uint8_t opc);

/* As hn_prps(), and the list's memory for hn_buf_put(); .len 0 where there is none. */
struct hn_buf hn_prps_list(struct ct *ct, uint8_t *sqe, uint64_t iova, size_t len);

/* hn_block_size(), asked once in each case: a VF that is not ACTIVE does not answer. */
uint32_t hn_known_block_size(struct ct *ct, unsigned int fn, uint32_t nsid);

/* A request that no row needs any more. */
void hn_release(struct hn_req *req);

/* One line on a command and its completion into the trace. */
void hn_trace(struct ct *ct, unsigned int fn, uint16_t sqid, const uint8_t *sqe,
	      const struct ct_cqe *cqe);

/* hn_irqs(), as it stands at this moment. */
uint64_t hn_irqs_now(struct ct *ct, unsigned int fn, unsigned int vector);

/* Whether a RESUME of this VF is on its way. */
bool hn_resume_pending(unsigned int vf);

/* SUSPEND of the VF completed: from now on it has to be silent; nothing where FENCE is absent. */
void hn_fence_up(struct ct *ct, unsigned int vf);
/* It will be told to go on, or is reset: judged, and given its memory back. */
void hn_fence_down(struct ct *ct, unsigned int vf);
void hn_fence_down_all(struct ct *ct);
/* Its queues changed hands: whoever has them now may write to them. */
void hn_fence_moved(unsigned int fn);
/* The end of the case: judge the fences that are up, and refused transfers of all functions. */
void hn_fence_end(struct ct *ct);
/* Before the next case: no fence any more, and nothing is judged. */
void hn_fence_drop(struct ct *ct);

/* One of the five is about to go out, or has come back. */
void hn_five_starts(struct ct *ct, unsigned int fn, const uint8_t *sqe);
void hn_five_ended(struct ct *ct, unsigned int fn, const uint8_t *sqe, uint16_t status);

/*
 * Up to HN_BATCH events behind *after, which is advanced over what was read;
 * false where that was the end. Of the PF no events but refused DMA where
 * reading is by command.
 */
bool hn_batch(struct ct *ct, uint64_t *after, struct ct_event *ev, unsigned int *num);
/* Where to start: the end of a journal that is read by command, else 0. */
uint64_t hn_journal_end(struct ct *ct);
/* Refused DMA of all functions since a mark, and the first of it. */
unsigned int hn_faults(struct ct *ct, uint64_t mark, struct ct_event *ev);
/* Before the next case: media, faults and namespaces as they were. Commands of the fault switch alone. */
void hn_faults_end(struct ct *ct);
/* Get Log Page of journal records, data in ordinary memory. */
void hn_fault_log_cmd(struct hn_cmd *cmd, uint64_t first, void *data, uint32_t records);

/* The five that the PF fetched since a mark, oldest first; returns how many there are. */
unsigned int hn_fetched_five(struct ct *ct, uint64_t mark, struct ct_event *ev, unsigned int max);

/* Whether the function's admin queue is the suite's own. */
bool hn_owns(struct ct *ct, unsigned int fn);

#endif
