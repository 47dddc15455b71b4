/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The hypervisor's way to the PF: admin commands one at a time, through the
 * target's passthrough or through an admin queue of its own, and the five
 * commands on top.
 *
 * Functions that return bool return false where the run cannot go on
 * (mg_stop()); one of the five that does not succeed is a finding (MG_REFUSED)
 * and returns false, too.
 */
#ifndef MG_PF_H
#define MG_PF_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "ct-target.h"
#include "outcome.h"

/* The largest image of the proposal fits, and a device may have larger ones. */
#define MG_MAX_IMAGE (UINT32_C(1) << 20)

struct mg_pf {
	struct ct_target *t;
	struct mg_outcome *out;
	bool proposal; /* else as the RFC has it: images in one piece, CDW11 to CDW13 zero */
	uint64_t timeout;

	/* an admin queue of its own */
	bool owned;
	uint8_t *sq, *cq, *list, *data;
	uint64_t sq_iova, cq_iova, list_iova, data_iova;
	uint16_t tail, head, cid;
	bool phase;

	/* the command under way */
	uint8_t sqe[64];
	void *buf; /* the caller's */
	uint32_t len;
	enum ct_dir dir;
	uint64_t deadline;
	uint32_t looks; /* in vain */

	/* passthrough: it blocks, so that it gets a thread where the guest is to go on */
	pthread_t thread;
	bool threaded;
	struct ct_target copy; /* its own error text */
	int ret;
	int done;
	struct ct_cqe cqe;
};

/** mg_pf_open() - @limit: the advertised SUSPEND limit in ns, 0 where there is none */
bool mg_pf_open(struct mg_pf *pf, struct ct_target *t, struct mg_outcome *out, bool proposal,
		uint64_t limit);

/** mg_pf_close() - give the PF's queues up */
void mg_pf_close(struct mg_pf *pf);

/** mg_pf_start() - submit a command and go on; the buffer stays the command's until it is done */
bool mg_pf_start(struct mg_pf *pf, const uint8_t sqe[64], void *buf, uint32_t len, enum ct_dir dir);

/** mg_pf_poll() - whether the command under way is done, *cqe then */
bool mg_pf_poll(struct mg_pf *pf, bool *done, struct ct_cqe *cqe);

/** mg_pf_command() - a command, waited for; nothing else happens meanwhile */
bool mg_pf_command(struct mg_pf *pf, const uint8_t sqe[64], void *buf, uint32_t len,
		   enum ct_dir dir, struct ct_cqe *cqe);

/** mg_lm_sqe() - one of the five for a VF */
void mg_lm_sqe(uint8_t sqe[64], uint8_t opc, unsigned int vf);

/** mg_lm_ok() - whether it succeeded; else a finding */
bool mg_lm_ok(struct mg_pf *pf, const uint8_t sqe[64], const struct ct_cqe *cqe);

/** mg_suspend(), mg_resume(), mg_query() */
bool mg_suspend(struct mg_pf *pf, unsigned int vf);
bool mg_resume(struct mg_pf *pf, unsigned int vf);
bool mg_query(struct mg_pf *pf, unsigned int vf, uint32_t *size);

/**
 * mg_save(), mg_load() - an image, in parts of chunk bytes, 0 = in one piece
 *
 * A device without the proposal gets one piece whatever the chunk.
 */
bool mg_save(struct mg_pf *pf, unsigned int vf, uint8_t *image, uint32_t size, uint32_t chunk);
bool mg_load(struct mg_pf *pf, unsigned int vf, uint8_t *image, uint32_t size, uint32_t chunk);

#endif
