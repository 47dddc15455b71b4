/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What ports that offer the fault switch share: a recorder of all that passes
 * the bus, and the table of armed faults. Neither allocates.
 */
#ifndef LM_RECORDER_H
#define LM_RECORDER_H

#include "lm-model.h"
#include "nvme-lm-fault.h"

enum lm_ev_kind {
	LM_EV_DMA_READ = LM_JOURNAL_DMA_READ, /* addr, len */
	LM_EV_DMA_WRITE = LM_JOURNAL_DMA_WRITE, /* addr, len */
	LM_EV_DMA_FAULT = LM_JOURNAL_DMA_FAULT, /* addr, len: refused */
	LM_EV_MSIX = LM_JOURNAL_MSIX, /* vector, addr, data */
	LM_EV_REG_READ = LM_JOURNAL_REG_READ, /* addr = BAR offset, len */
	LM_EV_REG_WRITE = LM_JOURNAL_REG_WRITE, /* addr = BAR offset, len, data (bits 31:0) */
	/* a request reached the medium: addr = SLBA, len = blocks, data = NSID */
	LM_EV_MEDIA = LM_JOURNAL_MEDIA,
	/* fetched: vector = SQID, data = CDW0, addr = CDW11 << 32 | CDW10, len = CDW12 */
	LM_EV_COMMAND = LM_JOURNAL_COMMAND,
};

struct lm_ev {
	uint64_t seq; /* from 1, no gaps, over all functions */
	uint64_t time;
	enum lm_ev_kind kind;
	unsigned int fn; /* requester, or function accessed */
	uint64_t addr;
	uint32_t len;
	uint32_t data;
	unsigned int vector;
};

/* The newest events. */
struct lm_recorder {
	struct lm_ev *ev; /* the caller's memory for max of them; event n is at (n - 1) % max */
	uint64_t max;
	uint64_t count; /* recorded so far, those that have been overwritten too */
};

/** lm_record() - keep an event; its sequence number is given here */
void lm_record(struct lm_recorder *r, const struct lm_ev *ev);

/** lm_record_get() - the event with this sequence number; NULL where it is not there (any more) */
const struct lm_ev *lm_record_get(const struct lm_recorder *r, uint64_t seq);

/** lm_record_read() - bytes of the journal's log page; see LM_LID_JOURNAL */
void lm_record_read(const struct lm_recorder *r, uint64_t offset, void *buf, uint32_t len);

/** lm_record_command() - the event of a command that was fetched */
struct lm_ev lm_record_command(unsigned int fn, uint16_t sqid, const uint8_t *sqe);

#define LM_MAX_FAULT_RULES 16

struct lm_fault_table {
	struct lm_fault_rule rule[LM_MAX_FAULT_RULES]; /* count 0: free */
};

/**
 * lm_fault_arm() - arm a rule, or disarm it (count 0); NULL disarms all
 *
 * Return: 0, or -1 where the table is full.
 */
int lm_fault_arm(struct lm_fault_table *t, const struct lm_fault_rule *rule);

/** lm_fault_match() - lm_port.fault: whether a rule spoils this command; counts it */
bool lm_fault_match(struct lm_fault_table *t, uint8_t opc, unsigned int vf, struct lm_fault *fault);

#endif
