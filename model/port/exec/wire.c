/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nvme-lm.h"

#define HEADER 24
#define TYPE_DMA_READ 0x0101
#define TYPE_DMA_WRITE 0x0102
#define REPLY 0x8000

static _Noreturn void give_up(const char *why)
{
	fprintf(stderr, "lm-model-exec: %s\n", why);
	exit(1);
}

bool wire_receive(struct wire_msg *msg)
{
	uint8_t header[HEADER];

	if (fread(header, 1, HEADER, stdin) != HEADER)
		return false;
	if (memcmp(header, "NLMX", 4) != 0)
		give_up("no message on standard input; start it as exec:COMMAND");
	msg->type = lm_get_le16(header + 4);
	msg->error = lm_get_le16(header + 6);
	msg->tag = lm_get_le32(header + 8);
	msg->length = lm_get_le32(header + 12);
	if (msg->length > WIRE_MAX_PAYLOAD)
		give_up("a message is too long");
	return fread(msg->payload, 1, msg->length, stdin) == msg->length;
}

void wire_send(uint16_t type, uint16_t error, uint32_t tag, uint64_t time, const void *head,
	       uint32_t head_len, const void *data, uint32_t data_len)
{
	uint8_t header[HEADER] = { 'N', 'L', 'M', 'X' };

	lm_put_le16(header + 4, type);
	lm_put_le16(header + 6, error);
	lm_put_le32(header + 8, tag);
	lm_put_le32(header + 12, head_len + data_len);
	lm_put_le64(header + 16, time);
	fwrite(header, 1, HEADER, stdout);
	if (head_len)
		fwrite(head, 1, head_len, stdout);
	if (data_len)
		fwrite(data, 1, data_len, stdout);
	if (fflush(stdout))
		give_up("standard output is closed");
}

static int transaction(unsigned int fn, uint64_t addr, void *in, const void *out, uint32_t len,
		       uint64_t time)
{
	static struct wire_msg reply;
	uint16_t type = out ? TYPE_DMA_WRITE : TYPE_DMA_READ;
	uint8_t head[16] = { 0 };

	lm_put_le16(head, (uint16_t)fn);
	lm_put_le32(head + 4, len);
	lm_put_le64(head + 8, addr);
	wire_send(type, 0, 0, time, head, sizeof(head), out, out ? len : 0);
	if (!wire_receive(&reply))
		give_up("the runner went away");
	if (reply.type != (type | REPLY) || (!reply.error && reply.length != (out ? 0 : len)))
		give_up("a reply that does not fit the DMA request");
	if (reply.error)
		return -1;
	if (in)
		memcpy(in, reply.payload, len);
	return 0;
}

int wire_dma(unsigned int fn, uint64_t addr, void *in, const void *out, uint32_t len, uint64_t time)
{
	uint32_t done, part;

	for (done = 0; done < len; done += part) {
		part = len - done < WIRE_MAX_DMA ? len - done : WIRE_MAX_DMA;
		if (transaction(fn, addr + done, in ? (uint8_t *)in + done : NULL,
				out ? (const uint8_t *)out + done : NULL, part, time))
			return -1;
	}
	return 0;
}
