/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Sending messages, and the bus that is made of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

#define DMA_SIZE 16

bool message_send(const struct device *dev, unsigned int type, unsigned int error, uint32_t tag,
		  const void *data, uint32_t len)
{
	uint8_t header[HEADER_SIZE] = { 0x4E, 0x4C, 0x4D, 0x58 };

	lm_put_le16(header + 4, (uint16_t)type);
	lm_put_le16(header + 6, (uint16_t)error);
	lm_put_le32(header + 8, tag);
	lm_put_le32(header + 12, len);
	lm_put_le64(header + 16, dev->clock);
	return fwrite(header, 1, HEADER_SIZE, stdout) == HEADER_SIZE &&
	       fwrite(data, 1, len, stdout) == len && fflush(stdout) == 0;
}

bool message_skip(uint32_t len)
{
	uint8_t waste[4096];

	while (len) {
		uint32_t now = len < sizeof(waste) ? len : sizeof(waste);

		if (fread(waste, 1, now, stdin) != now)
			return false;
		len -= now;
	}
	return true;
}

/* The answer to a DMA request is the next message (docs/exec-protocol.md). */
static bool transact(struct device *dev, unsigned int type, const uint8_t *data, uint32_t len,
		     void *answer, uint32_t want)
{
	uint8_t header[HEADER_SIZE];

	if (!message_send(dev, type, 0, type, data, len) ||
	    fread(header, 1, HEADER_SIZE, stdin) != HEADER_SIZE || memcmp(header, "NLMX", 4) ||
	    lm_get_le16(header + 4) != (type | REPLY_BIT)) {
		fprintf(stderr, "second-model: the runner is gone\n");
		exit(1);
	}
	if (lm_get_le16(header + 6) || lm_get_le32(header + 12) != want) {
		if (lm_get_le32(header + 12) > LENGTH_MAX ||
		    !message_skip(lm_get_le32(header + 12)))
			exit(1);
		return false;
	}
	return fread(answer, 1, want, stdin) == want;
}

/* One transaction of the bus crosses no page. */
static uint32_t piece_of(uint64_t address, uint32_t len)
{
	uint32_t room = SM_PAGE - (uint32_t)(address & (SM_PAGE - 1));

	return len < room ? len : room;
}

static void put_dma(uint8_t *message, unsigned int vfn, uint64_t address, uint32_t len)
{
	memset(message, 0, DMA_SIZE);
	lm_put_le16(message, (uint16_t)vfn);
	lm_put_le32(message + 4, len);
	lm_put_le64(message + 8, address);
}

static bool dma_read(struct device *dev, unsigned int vfn, uint64_t address, void *data,
		     uint32_t len)
{
	uint8_t message[DMA_SIZE];
	uint8_t *to = data;

	while (len) {
		uint32_t now = piece_of(address, len);

		put_dma(message, vfn, address, now);
		if (!transact(dev, MSG_DMA_READ, message, DMA_SIZE, to, now))
			return false;
		to += now;
		address += now;
		len -= now;
	}
	return true;
}

static bool dma_write(struct device *dev, unsigned int vfn, uint64_t address, const void *data,
		      uint32_t len)
{
	uint8_t message[DMA_SIZE + SM_PAGE];
	const uint8_t *from = data;

	while (len) {
		uint32_t now = piece_of(address, len);

		put_dma(message, vfn, address, now);
		memcpy(message + DMA_SIZE, from, now);
		if (!transact(dev, MSG_DMA_WRITE, message, DMA_SIZE + now, message, 0))
			return false;
		from += now;
		address += now;
		len -= now;
	}
	return true;
}

static void send_msix(struct device *dev, unsigned int vfn, unsigned int vector)
{
	uint8_t message[20] = { 0 };

	lm_put_le16(message, (uint16_t)vfn);
	lm_put_le16(message + 2, (uint16_t)vector);
	lm_put_le64(message + 4, 0xFEE00000ull + 0x1000 * vfn);
	lm_put_le32(message + 12, vector);
	message_send(dev, MSG_MSIX, 0, 0, message, sizeof(message));
}

static void send_medium(struct device *dev, unsigned int vfn, uint32_t nsid, uint64_t slba,
			uint32_t blocks)
{
	uint8_t message[24] = { 0 };

	lm_put_le16(message, (uint16_t)vfn);
	lm_put_le32(message + 4, nsid);
	lm_put_le64(message + 8, slba);
	lm_put_le32(message + 16, blocks);
	message_send(dev, MSG_MEDIA_EVENT, 0, 0, message, sizeof(message));
}

const struct bus message_bus = {
	.read = dma_read,
	.write = dma_write,
	.msix = send_msix,
	.medium = send_medium,
};
