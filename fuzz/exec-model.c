/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A hostile runner against lm-model-exec: requests, and replies to the model's
 * DMA. The script is turned into messages whose framing is right but for what
 * it spoils; what the model writes has to be the protocol of
 * docs/exec-protocol.md, with a clock that never goes back.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* The program under test is one with a main() of its own. */
#define main lm_model_exec_main
#include "../model/port/exec/main.c"
#undef main

#define HEADER 24
#define MAX_STREAM 65536u

_Noreturn void __real_exit(int code);
_Noreturn void __wrap_exit(int code);

static jmp_buf end;
static bool running;

void __wrap_exit(int code)
{
	if (!running)
		__real_exit(code);
	longjmp(end, 1);
}

static struct {
	uint8_t data[MAX_STREAM];
	uint32_t size;
} stream;

static void message(struct fuzz_in *in, uint16_t type, uint16_t error, const uint8_t *payload,
		    uint32_t length)
{
	uint8_t spoil = fuzz_u8(in), *header = stream.data + stream.size;

	if (length + HEADER > MAX_STREAM - stream.size)
		return;
	memset(header, 0, HEADER);
	memcpy(header, "NLMX", 4);
	lm_put_le16(header + 4, type);
	lm_put_le16(header + 6, error);
	lm_put_le32(header + 8, 0xABCD0000u | stream.size);
	lm_put_le32(header + 12, length);
	memcpy(header + HEADER, payload, length);
	stream.size += HEADER + length;
	if (spoil >= 0xF8)
		header[fuzz_below(in, HEADER)] = fuzz_u8(in);
}

/* Replies to DMA of the lengths that the device asks for: an SQE, a CQE, a list. */
static void dma_reply(struct fuzz_in *in, uint8_t kind)
{
	static const uint16_t lengths[] = { 64, 8, 16, 32, 512, 4096, 24, 40 };
	uint8_t p[4096] = { 0 };
	uint32_t length = lengths[kind >> 4 & 7];

	if (kind & 0x80) {
		message(in, 0x8102, 0, p, 0);
		return;
	}
	fuzz_bytes(in, p, length < 64 ? length : 64);
	message(in, 0x8101, kind & 8 ? 5 : 0, p, kind & 8 ? 0 : length);
}

static void request(struct fuzz_in *in, uint8_t type)
{
	uint8_t p[16] = { 0 };
	unsigned int how;

	switch (type) {
	case REG_READ:
	case REG_WRITE:
		how = fuzz_u8(in);
		lm_put_le16(p, how & 7);
		lm_put_le16(p + 2, how & 8 ? 8 : 4);
		lm_put_le32(p + 4, how & 0x80 ? fuzz_u16(in) :
				   how & 0x40 ? 0x1000u + 4u * (how >> 4 & 3) :
						4u * fuzz_below(in, 14));
		lm_put_le64(p + 8, how & 0x10 ? fuzz_u64(in) : fuzz_u32(in));
		break;
	case ADVANCE:
		how = fuzz_u8(in);
		lm_put_le64(p, how & 0x80 ? fuzz_u64(in) : UINT64_C(100000) << (how & 15));
		break;
	case MEDIA:
		p[0] = fuzz_u8(in) % 4;
		p[1] = fuzz_u8(in) & 1;
		lm_put_le64(p + 8, fuzz_u32(in));
		break;
	case NAMESPACE:
		p[0] = fuzz_u8(in) & 3;
		lm_put_le64(p + 8, fuzz_u8(in) & 0x80 ? fuzz_u64(in) : fuzz_u16(in));
		break;
	default:
		fuzz_bytes(in, p, 4);
		break;
	}
	message(in, type, 0, p,
		type < sizeof(requests) / sizeof(requests[0]) ? requests[type].request : 0);
}

static void script(struct fuzz_in *in)
{
	while (in->left && stream.size < MAX_STREAM / 2) {
		uint8_t kind = fuzz_u8(in);

		if (kind & 1)
			dma_reply(in, kind);
		else
			request(in, (uint8_t)(HELLO + (kind >> 1) % (MEDIA + 1)));
	}
}

static void judge_output(const uint8_t *p, size_t size)
{
	uint64_t time = 0;
	uint32_t length;

	while (size) {
		fuzz_check(size >= HEADER && !memcmp(p, "NLMX", 4), "what it writes is no message");
		length = lm_get_le32(p + 12);
		fuzz_check(length <= size - HEADER, "a message is cut");
		/* FRESH sets the clock to zero. */
		fuzz_check(lm_get_le64(p + 16) >= time || lm_get_le16(p + 4) == (FRESH | 0x8000),
			   "the clock goes back");
		time = lm_get_le64(p + 16);
		p += HEADER + length;
		size -= HEADER + length;
	}
}

static void run(void)
{
	static struct sim sim;

	if (!sim.mem) {
		configure(&sim.config);
		/* Small, as power-on comes with each input. */
		sim.config.total_vfs = 2;
		sim.config.ns[0].blocks = 64;
		sim.config.ns[1].blocks = 8;
		sim.size = lm_device_size(&sim.config);
		sim.mem = must(malloc(sim.size));
	}
	sim_fresh(&sim);
	running = true;
	if (!setjmp(end)) {
		while (wire_receive(&req))
			serve(&sim);
	}
	running = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	FILE *old_in = stdin, *old_out = stdout, *from, *to;
	char *text;
	size_t len;

	stream.size = 0;
	script(&in);
	if (!stream.size)
		return 0;
	from = fmemopen(stream.data, stream.size, "r");
	to = open_memstream(&text, &len);
	fuzz_check(from && to, "no memory");
	stdin = from;
	stdout = to;
	run();
	stdin = old_in;
	stdout = old_out;
	fclose(from);
	fclose(to);
	judge_output((const uint8_t *)text, len);
	free(text);
	return 0;
}
