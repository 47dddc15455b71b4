/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The guest's queues: entries and doorbells. */
#ifndef MG_QUEUE_H
#define MG_QUEUE_H

#include "guest.h"

/** mg_free_cmd() - a command slot of this queue, NULL where it is at its depth */
struct mg_cmd *mg_free_cmd(struct mg_guest *g, unsigned int qid);

/** mg_buffer() - of a command, and its address on the bus */
uint8_t *mg_buffer(struct mg_guest *g, const struct mg_cmd *cmd, uint64_t *iova);

/**
 * mg_put() - put the command into the SQ, not rung
 * @sqe: opcode, NSID and Dwords 10 to 15 are the caller's
 * @len: bytes of its data, from cmd->offset of its buffer
 */
void mg_put(struct mg_guest *g, unsigned int qid, struct mg_cmd *cmd, uint8_t sqe[64],
	    uint32_t len);

/** mg_ring() - write the tail doorbell where the tail moved */
bool mg_ring(struct mg_guest *g, unsigned int qid);

/** mg_ack() - write the head doorbell where the head moved */
bool mg_ack(struct mg_guest *g, unsigned int qid);

/**
 * mg_reap() - take what is new in the CQ
 *
 * Return: how many entries there were.
 */
unsigned int mg_reap(struct mg_guest *g, unsigned int qid);

/** mg_interrupted() - whether the queue's vector sent messages since the last time; *yes */
bool mg_interrupted(struct mg_guest *g, unsigned int qid, bool *yes);

/** mg_expire() - commands that are beyond their time: found without interrupt, or lost */
bool mg_expire(struct mg_guest *g);

/** mg_judge() - a command of the guest completed */
void mg_judge(struct mg_guest *g, unsigned int qid, struct mg_cmd *cmd, uint16_t status,
	      uint32_t dw0);

/** mg_op_name() - as findings write it */
const char *mg_op_name(unsigned int op);

#endif
