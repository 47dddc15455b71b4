/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Messages of docs/exec-protocol.md on standard input and output, from the simulator's side. */
#ifndef LM_EXEC_WIRE_H
#define LM_EXEC_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#define WIRE_MAX_PAYLOAD (1u << 20) /* no ADMIN here, so nothing is long */
#define WIRE_MAX_DMA 65536u

struct wire_msg {
	uint16_t type;
	uint16_t error;
	uint32_t tag;
	uint32_t length;
	uint8_t payload[WIRE_MAX_PAYLOAD];
};

/* wire_receive() - the next message; false at the end of the input. Ends the program on garbage. */
bool wire_receive(struct wire_msg *msg);

/* wire_send() - one message, in two parts */
void wire_send(uint16_t type, uint16_t error, uint32_t tag, uint64_t time, const void *head,
	       uint32_t head_len, const void *data, uint32_t data_len);

/* wire_dma() - one transaction with the host's memory; 0, or -1 where it is refused */
int wire_dma(unsigned int fn, uint64_t addr, void *in, const void *out, uint32_t len,
	     uint64_t time);

#endif
