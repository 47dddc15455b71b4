/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "command.h"

#include <string.h>

#include "nvme-lm.h"

#define PAGE 4096u
#define PAGES (HOST_IMAGE_MAX / PAGE)

/* A list of the buffer's pages behind its first one. */
void host_make_lists(struct host *h)
{
	unsigned int fn, i;

	for (fn = 0; fn <= HOST_VFS; fn++) {
		uint8_t *p = host_memory(h, host_list(fn));

		for (i = 0; i + 1 < PAGES; i++)
			lm_put_le64(p + 8 * i, host_buffer(fn) + (i + 1) * PAGE);
		host_wrote(h, host_list(fn), PAGE);
	}
}

static void put(uint8_t *sqe, uint32_t offset, uint32_t value)
{
	lm_put_le32(sqe + offset, value);
}

static void data_pointer(struct host *h, unsigned int fn, uint32_t length, uint8_t *sqe)
{
	uint32_t offset = host_chance(h, 10) ? 4 * host_random(h, 1024) : 0;

	lm_put_le64(sqe + LM_SQE_PRP1, host_buffer(fn) + offset);
	if (length + offset > PAGE)
		lm_put_le64(sqe + LM_SQE_PRP2,
			    length + offset > 2 * PAGE ? host_list(fn) : host_buffer(fn) + PAGE);
	if (host_chance(h, 60))
		lm_put_le64(sqe + LM_SQE_PRP1, host_buffer(fn) + host_random(h, 64));
	if (host_chance(h, 60))
		lm_put_le64(sqe + LM_SQE_PRP2, host_list(fn) + host_random(h, PAGE));
	if (host_chance(h, 100))
		lm_put_le64(sqe + (host_chance(h, 2) ? LM_SQE_PRP1 : LM_SQE_PRP2), 0x1000);
}

static void identify(struct host *h, uint8_t *sqe)
{
	static const uint8_t cns[] = {
		0, 0, 1, 1, 2, 3, 4, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16
	};

	put(sqe, LM_SQE_NSID, host_chance(h, 5) ? host_value(h) : host_random(h, 5));
	put(sqe, LM_SQE_CDW10,
	    cns[host_random(h, sizeof(cns))] | (host_chance(h, 2) ? host_random(h, 16) << 16 : 0));
	put(sqe, LM_SQE_CDW11, host_chance(h, 20) ? host_value(h) : 0);
}

static void get_log(struct host *h, uint8_t *sqe)
{
	static const uint32_t length[] = { 0, 15, 31, 63, 127, 127, 1023, 1023, 2047 };

	put(sqe, LM_SQE_NSID, host_chance(h, 3) ? 0xFFFFFFFF : host_random(h, 3));
	put(sqe, LM_SQE_CDW10,
	    host_random(h, 7) | host_random(h, 2) << 15 | length[host_random(h, 9)] << 16);
	put(sqe, LM_SQE_CDW11, host_chance(h, 20) ? 1 : 0);
	put(sqe, LM_SQE_CDW12, host_chance(h, 4) ? 4 * host_random(h, 1100) : 0);
	put(sqe, LM_SQE_CDW13, host_chance(h, 40) ? host_value(h) : 0);
}

static void features(struct host *h, uint8_t *sqe)
{
	static const uint32_t values[] = { 0,	  1,	      0xFF,    0x100, 0x1FF,
					   0x11F, 0x00010001, 0x70000, 0x157 };

	put(sqe, LM_SQE_NSID, host_chance(h, 4) ? 0xFFFFFFFF : host_random(h, 4));
	put(sqe, LM_SQE_CDW10,
	    host_random(h, 13) | host_random(h, 5) << 8 | (host_chance(h, 30) ? 0x80000000 : 0));
	put(sqe, LM_SQE_CDW11,
	    host_chance(h, 3) ? host_value(h) :
				values[host_random(h, sizeof(values) / sizeof(values[0]))]);
}

static void queue(struct host *h, unsigned int fn, uint8_t opc, uint8_t *sqe)
{
	unsigned int qid = host_chance(h, 20) ? host_random(h, 7) :
						1 + host_random(h, h->config.io_qpairs);
	uint32_t entries = 2 + host_random(h, h->config.queue_entries - 1u), size = entries - 1;
	uint32_t other = host_chance(h, 4) ? host_random(h, 5) : qid;

	if (host_chance(h, 30))
		size = host_value(h) & 0xFFFF;
	put(sqe, LM_SQE_CDW10, qid | size << 16);
	if (opc == 0 || opc == 4 || qid > HOST_QPAIRS || !qid) {
		put(sqe, LM_SQE_CDW11, host_chance(h, 10) ? host_value(h) : 1);
		return;
	}
	if (opc == 1) {
		put(sqe, LM_SQE_CDW11, other << 16 | host_random(h, 4) << 1 | !host_chance(h, 20));
		lm_put_le64(sqe + LM_SQE_PRP1,
			    host_sq_base(fn, qid) + (host_chance(h, 40) ? 8 : 0));
		host_new_sq(h, fn, qid, entries);
	} else {
		put(sqe, LM_SQE_CDW11,
		    host_random(h, h->config.vectors + host_chance(h, 8)) << 16 |
			    host_random(h, 2) << 1 | !host_chance(h, 20));
		lm_put_le64(sqe + LM_SQE_PRP1,
			    host_cq_base(fn, qid) + (host_chance(h, 40) ? 8 : 0));
		host_new_cq(h, fn, qid, entries);
	}
}

static const uint8_t five[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME,
				LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA };

/* The image that LOAD_DATA finds is whatever the buffer holds. */
static uint32_t image_size(struct host *h)
{
	uint32_t size = lm_get_le32(host_memory(h, host_buffer(0)) + LM_IMG_TOTAL_LENGTH);

	return size && size <= HOST_IMAGE_MAX ? size : 4096;
}

static void one_of_five(struct host *h, uint8_t *sqe)
{
	uint32_t size = image_size(h),
		 offset = host_chance(h, 3) ? 4 * host_random(h, size / 4) : 0;

	put(sqe, LM_SQE_VF_INDEX,
	    host_chance(h, 15) ? host_value(h) : 1 + host_random(h, HOST_VFS));
	if (host_chance(h, 30))
		sqe[LM_SQE_FLAGS] = (uint8_t)host_value(h);
	if (host_chance(h, 30))
		put(sqe, LM_SQE_NSID, host_value(h));
	put(sqe, LM_SQE_LENGTH, host_chance(h, 6) ? host_value(h) : size - offset);
	put(sqe, LM_SQE_OFFSET, offset);
	put(sqe, LM_SQE_TOTAL, host_chance(h, 3) ? 0 : size);
}

static void admin(struct host *h, unsigned int fn, uint8_t *sqe)
{
	static const uint8_t opcodes[] = { 0, 1, 1, 1, 2, 2, 2, 4,  5,	5,  5,
					   6, 6, 6, 8, 9, 9, 9, 10, 10, 12, 12 };
	uint8_t opc = opcodes[host_random(h, sizeof(opcodes))];

	if (host_chance(h, fn ? 60 : 3))
		opc = five[host_random(h, 5)];
	if (host_chance(h, 60))
		opc = (uint8_t)host_value(h);
	sqe[LM_SQE_OPC] = opc;
	data_pointer(h, fn, PAGE, sqe);
	switch (opc) {
	case 0:
	case 1:
	case 4:
	case 5:
		queue(h, fn, opc, sqe);
		break;
	case 2:
		get_log(h, sqe);
		break;
	case 6:
		identify(h, sqe);
		break;
	case 8:
		put(sqe, LM_SQE_CDW10,
		    host_random(h, 4) | (uint32_t)(h->cid - host_random(h, 40)) << 16);
		break;
	case 9:
	case 10:
		features(h, sqe);
		break;
	case 12:
		break;
	default:
		one_of_five(h, sqe);
		data_pointer(h, fn, lm_get_le32(sqe + LM_SQE_LENGTH), sqe);
		break;
	}
	if (host_chance(h, 60))
		sqe[LM_SQE_FLAGS] |= (uint8_t)host_value(h);
	if (host_chance(h, 60))
		put(sqe, LM_SQE_NSID, host_value(h));
}

static void io(struct host *h, unsigned int fn, uint8_t *sqe)
{
	static const uint8_t opcodes[] = { 0, 1, 1, 1, 2, 2, 2, 8 };
	uint32_t blocks = host_chance(h, 8) ? host_random(h, 70) : host_random(h, 18);

	sqe[LM_SQE_OPC] = host_chance(h, 50) ? (uint8_t)host_value(h) : opcodes[host_random(h, 8)];
	put(sqe, LM_SQE_NSID,
	    host_chance(h, 25) ? host_value(h) : 1 + host_random(h, h->config.num_namespaces));
	put(sqe, LM_SQE_CDW10, host_chance(h, 20) ? host_value(h) : host_random(h, 64));
	put(sqe, LM_SQE_CDW11, host_chance(h, 100) ? host_value(h) : 0);
	put(sqe, LM_SQE_CDW12, blocks | (host_chance(h, 10) ? host_value(h) & 0xFFFF0000 : 0));
	data_pointer(h, fn, (blocks + 1) << 9, sqe);
	if (host_chance(h, 60))
		sqe[LM_SQE_FLAGS] = (uint8_t)host_value(h);
}

void host_command(struct host *h, unsigned int fn, unsigned int qid, uint8_t *sqe)
{
	memset(sqe, 0, LM_SQE_SIZE);
	if (qid)
		io(h, fn, sqe);
	else
		admin(h, fn, sqe);
	lm_put_le16(sqe + LM_SQE_CID, h->cid++);
}

/* CRC32C, bit by bit. */
static uint32_t crc32c(const uint8_t *p, uint32_t len)
{
	uint32_t crc = UINT32_MAX;
	unsigned int bit;

	while (len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
	}
	return ~crc;
}

/* Another value somewhere in the image, often in a section's first bytes, and the CRC mended. */
static void spoil(struct host *h)
{
	uint64_t addr = host_buffer(0);
	uint8_t *image = host_memory(h, addr), *p;
	uint32_t size = image_size(h), at = LM_IMG_HEADER_SIZE, n = host_random(h, 12);

	if (n > LM_SEC_COUNT) {
		p = image + host_random(h, LM_IMG_HEADER_SIZE);
	} else {
		while (n-- && at + LM_SEC_HEADER_SIZE < size)
			at += LM_SEC_HEADER_SIZE + lm_get_le32(image + at + LM_SEC_LENGTH) % size;
		at += host_random(h, host_chance(h, 3) ? 400 : 40);
		/* a size that was spoiled before may be below a dword */
		p = image + (at < size ? at : 0);
	}
	if (host_chance(h, 2))
		*p ^= (uint8_t)(1u << host_random(h, 8));
	else
		lm_put_le32(p, host_value(h));
	if (!host_chance(h, 6)) {
		lm_put_le32(image + LM_IMG_CRC, 0);
		lm_put_le32(image + LM_IMG_CRC, crc32c(image, image_size(h)));
	}
	host_wrote(h, addr, HOST_IMAGE_MAX);
}

static void send(struct host *h, uint8_t opc, unsigned int vf, uint32_t length, uint32_t offset,
		 uint32_t total)
{
	uint8_t sqe[LM_SQE_SIZE] = { 0 };

	sqe[LM_SQE_OPC] = opc;
	lm_put_le16(sqe + LM_SQE_CID, h->cid++);
	put(sqe, LM_SQE_VF_INDEX, vf);
	put(sqe, LM_SQE_LENGTH, length);
	put(sqe, LM_SQE_OFFSET, offset);
	put(sqe, LM_SQE_TOTAL, total);
	lm_put_le64(sqe + LM_SQE_PRP1, host_buffer(0));
	if (length > PAGE || (!length && opc == LM_OPC_SAVE_DATA))
		lm_put_le64(sqe + LM_SQE_PRP2,
			    length && length <= 2 * PAGE ? host_buffer(0) + PAGE : host_list(0));
	if (offset && opc == LM_OPC_LOAD_DATA)
		/* The rest is where the image has it. */
		lm_put_le64(sqe + LM_SQE_PRP1, host_buffer(0) + offset);
	host_admin(h, sqe);
}

void host_migration(struct host *h)
{
	unsigned int vf = 1 + host_random(h, HOST_VFS),
		     to = host_chance(h, 3) ? 1 + host_random(h, HOST_VFS) : vf;
	uint32_t size;

	if (!host_chance(h, 6))
		send(h, LM_OPC_SUSPEND, vf, 0, 0, 0);
	if (host_chance(h, 4))
		return;
	if (!host_chance(h, 8))
		send(h, LM_OPC_SAVE_DATA, vf, host_chance(h, 2) ? 0 : HOST_IMAGE_MAX, 0, 0);
	size = image_size(h);
	if (to != vf)
		send(h, LM_OPC_SUSPEND, to, 0, 0, 0);
	if (host_chance(h, 2))
		spoil(h);
	if (size <= PAGE || host_chance(h, 2)) {
		send(h, LM_OPC_LOAD_DATA, to, size, 0, 0);
	} else {
		send(h, LM_OPC_LOAD_DATA, to, PAGE, 0, size);
		if (!host_chance(h, 5))
			send(h, LM_OPC_LOAD_DATA, to, size - PAGE, PAGE, size);
	}
	if (!host_chance(h, 4))
		send(h, LM_OPC_RESUME, to, 0, 0, 0);
	if (to != vf && host_chance(h, 2))
		send(h, LM_OPC_RESUME, vf, 0, 0, 0);
}
