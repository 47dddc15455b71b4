/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A host for the model's unit tests: queues in the arena, and commands by hand.
 */
#ifndef LM_BENCH_H
#define LM_BENCH_H

#include <string.h>

#include "lm-inproc.h"
#include "nvme-lm.h"
#include "unit.h"

#define BENCH_QUEUES 4
#define BENCH_ENTRIES 8

struct bench_queue {
	uint8_t *sq;
	uint8_t *cq;
	uint64_t sq_iova;
	uint64_t cq_iova;
	unsigned int entries;
	unsigned int tail;
	unsigned int head;
	unsigned int phase;
};

struct bench {
	struct lm_inproc *p;
	struct bench_queue q[LM_MAX_FUNCTIONS][BENCH_QUEUES];
	uint16_t cid;
	uint8_t sqe[64]; /* of the next command */
	uint8_t cqe[16]; /* of the last one that was taken */
	bool spoiled; /* a fault makes CQEs what they are: bench_status() checks nothing */
	void *buf; /* four pages of data */
	uint64_t buf_iova;
};

int bench_setup(void **state);
/* the same with another configuration than that of the port */
int bench_setup_with(void **state, const struct lm_config *config);
/* with as many queues and vectors as there may be, the PF and VF 1 enabled */
int bench_setup_large(void **state);
int bench_teardown(void **state);

/* set up the admin queue of a function, MSI-X included, and enable it */
void bench_enable(struct bench *b, unsigned int fn);
/* create I/O queue pair qid, on vector qid */
void bench_create_io(struct bench *b, unsigned int fn, unsigned int qid);
void bench_create_long(struct bench *b, unsigned int fn, unsigned int qid, unsigned int entries);

/* clear b->sqe but for the opcode */
void bench_cmd(struct bench *b, uint8_t opc);
void bench_put32(struct bench *b, unsigned int at, uint32_t value);
/* put b->sqe into a queue, ring; returns its CID */
uint16_t bench_submit(struct bench *b, unsigned int fn, unsigned int qid);
/* take a CQE into b->cqe and ring; false where there is none */
bool bench_reap(struct bench *b, unsigned int fn, unsigned int qid);
/* submit, run, reap; the status with LM_DNR and M, and a CQE there must be */
uint16_t bench_exec(struct bench *b, unsigned int fn, unsigned int qid);
/*
 * The same without DNR and M. DNR is there exactly where the same command would fail again, and
 * Dword 0 and 1 are 0 where nothing is returned; but of the five.
 */
uint16_t bench_status(struct bench *b, unsigned int fn, unsigned int qid);
uint32_t bench_dw0(const struct bench *b);

uint32_t bench_read(struct bench *b, unsigned int fn, uint32_t offset);
void bench_write(struct bench *b, unsigned int fn, uint32_t offset, uint32_t value);
void bench_ring(struct bench *b, unsigned int fn, unsigned int qid, bool cq, uint32_t value);

/* Identify, Get Log Page, features, read and write through b->buf */
uint16_t bench_identify(struct bench *b, unsigned int fn, uint8_t cns, uint32_t nsid);
uint16_t bench_log(struct bench *b, unsigned int fn, uint8_t lid, uint32_t len, bool rae);
uint16_t bench_set_feature(struct bench *b, unsigned int fn, uint8_t fid, uint32_t dw11);
uint16_t bench_get_feature(struct bench *b, unsigned int fn, uint8_t fid, uint32_t dw11);
void bench_rw(struct bench *b, uint8_t opc, uint32_t nsid, uint64_t slba, uint32_t blocks);

/*
 * One of the five with the buffer in b->buf, as bench_exec() but without M.
 * length is CDW11, and so on.
 */
void bench_five_cmd(struct bench *b, uint8_t opc, unsigned int vf, uint32_t length, uint32_t offset,
		    uint32_t total);
uint16_t bench_five(struct bench *b, uint8_t opc, unsigned int vf);
uint16_t bench_save(struct bench *b, unsigned int vf, uint32_t length, uint32_t offset);
uint16_t bench_load(struct bench *b, unsigned int vf, uint32_t size, uint32_t offset,
		    uint32_t total);

/* events of the journal of this kind for a function after a seq */
unsigned int bench_events(const struct bench *b, uint64_t after, enum lm_ev_kind kind,
			  unsigned int fn);

#endif
