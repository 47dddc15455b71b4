/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Messages of the exec protocol, as both directions have them. */
#ifndef SECOND_MESSAGE_H
#define SECOND_MESSAGE_H

#include "second.h"

#define HEADER_SIZE 24
#define LENGTH_MAX (16u * 1024 * 1024 + 4096)
#define REPLY_BIT 0x8000

enum {
	MSG_HELLO = 0x001,
	MSG_ADMIN = 0x002,
	MSG_REG_READ = 0x003,
	MSG_REG_WRITE = 0x004,
	MSG_IRQ_SETUP = 0x005,
	MSG_RESET = 0x007,
	MSG_NUM_VFS = 0x008,
	MSG_FRESH = 0x009,
	MSG_ADVANCE = 0x00A,
	MSG_NAMESPACE = 0x00C,
	MSG_MEDIA = 0x00D,
	MSG_DMA_READ = 0x101,
	MSG_DMA_WRITE = 0x102,
	MSG_MSIX = 0x103,
	MSG_MEDIA_EVENT = 0x104
};

/* message.c */
extern const struct bus message_bus;
bool message_send(const struct device *dev, unsigned int type, unsigned int error, uint32_t tag,
		  const void *data, uint32_t len);
bool message_skip(uint32_t len);

#endif
