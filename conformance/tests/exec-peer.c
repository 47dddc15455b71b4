/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A simulator for the tests of the target "exec": well-behaved in the mode
 * "good", and with one fault in each of the others. Written from
 * docs/exec-protocol.md alone; shares no code with the runner's side.
 *
 * Its device: ADMIN answers DW0 = CDW10 and DW1 = CDW11; data to the host
 * are the bytes 0, 1, 2, ... of CDW12 bytes; data to the device are summed
 * into DW0. Opcode FFh never completes, FEh ends with status 002h and DNR. A write
 * of V to offset 1000h reads 8 bytes at V, writes their complement to V + 8 and
 * sends vector 3.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct message {
	uint16_t type, error;
	uint32_t tag, length;
	uint8_t payload[1 << 20];
};

static const char *mode;
static uint64_t caps = 0x7FFFF;
static uint64_t now_ns;
static struct message in, out;

static int is(const char *name)
{
	return !strcmp(mode, name);
}

static void put(uint8_t *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get(const uint8_t *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static void receive(struct message *m)
{
	uint8_t h[24];

	if (fread(h, 1, 24, stdin) != 24)
		exit(0);
	if (memcmp(h, "NLMX", 4) != 0)
		exit(90);
	m->type = (uint16_t)get(h + 4, 2);
	m->error = (uint16_t)get(h + 6, 2);
	m->tag = (uint32_t)get(h + 8, 4);
	m->length = (uint32_t)get(h + 12, 4);
	if (m->length > sizeof(m->payload) || fread(m->payload, 1, m->length, stdin) != m->length)
		exit(91);
}

static void send_message(const struct message *m)
{
	uint8_t h[24] = { 'N', 'L', 'M', 'X' };
	size_t header = 24, payload = m->length;

	put(h + 4, m->type, 2);
	put(h + 6, m->error, 2);
	put(h + 8, m->tag, 4);
	put(h + 12, m->length, 4);
	put(h + 16, now_ns, 8);
	if (m->type == 0x8002) {
		if (is("magic"))
			h[1] = 'X';
		if (is("oversize"))
			put(h + 12, (16u << 20) + 4097, 4);
		if (is("half-header"))
			header = 11;
		if (is("half-payload"))
			payload = 20;
	}
	fwrite(h, 1, header, stdout);
	if (header == 24)
		fwrite(m->payload, 1, payload, stdout);
	fflush(stdout);
	if (header != 24 || payload != m->length)
		exit(5);
}

static void reply(uint16_t error, uint32_t length)
{
	out.type = (uint16_t)(in.type | 0x8000);
	out.error = error;
	out.tag = in.tag;
	out.length = length;
	if (in.type == 2) {
		if (is("tag"))
			out.tag++;
		if (is("type"))
			out.type = 0x8003;
		if (is("request-type"))
			out.type = 0x0002;
		if (is("short-reply"))
			out.length = 31;
		if (is("long-reply"))
			out.length++;
		if (is("error-code"))
			out.error = 6;
	}
	send_message(&out);
}

static void reply_text(uint16_t error, const char *text)
{
	uint32_t length = is("long-text") ? 201 : (uint32_t)strlen(text);

	memset(out.payload, 'x', 256);
	memcpy(out.payload, text, strlen(text));
	reply(error, length);
}

static void hang(void)
{
	for (;;)
		pause();
}

static void hello(void)
{
	uint8_t *p = out.payload;

	if (is("hang-hello"))
		hang();
	memset(p, 0, 96);
	put(p, is("version") ? 2 : 1, 2);
	put(p + 2, is("total-vfs") ? 17 : 4, 2);
	put(p + 4, is("num-vfs") ? 5 : 3, 2);
	put(p + 8, caps, 8);
	put(p + 16, 0x8086, 2);
	put(p + 18, 0x1457, 2);
	put(p + 20, is("no-data") ? 4095 : is("much-data") ? (16 << 20) + 1 : 65536, 4);
	put(p + 24, is("slack") ? 600001 : 300, 4);
	memcpy(p + 32, "peer", 4);
	reply(0, 96);
}

static void notice(uint16_t type, uint32_t length)
{
	struct message *m = calloc(1, sizeof(*m));

	if (!m)
		exit(92);
	m->type = type;
	m->length = length;
	m->tag = 77;
	put(m->payload, is("foreign-function") ? 5 : 1, 2);
	put(m->payload + 2, type == 0x0103 ? (is("foreign-vector") ? 2048 : 3) : 0, 2);
	if (type == 0x0103) {
		put(m->payload + 4, 0xFEE00000, 8);
		put(m->payload + 12, 0x4041, 4);
	} else {
		put(m->payload + 4, 1, 4);
		put(m->payload + 8, 100, 8);
		put(m->payload + 16, 8, 4);
	}
	send_message(m);
	free(m);
}

/* One DMA request and its reply; returns the error. */
static int dma(uint16_t type, uint64_t addr, uint8_t *data, uint32_t length)
{
	struct message *m = calloc(1, sizeof(*m));
	int error;

	if (!m)
		exit(92);
	m->type = type;
	m->tag = 4711;
	m->length = 16 + (type == 0x0102 ? length : 0) + (is("dma-length") ? 1 : 0);
	put(m->payload, 2, 2);
	put(m->payload + 4, is("dma-long") ? 65537 : length, 4);
	put(m->payload + 8, addr, 8);
	if (type == 0x0102)
		memcpy(m->payload + 16, data, length);
	send_message(m);
	receive(m);
	if (m->type != (type | 0x8000) || m->tag != 4711)
		exit(93);
	error = m->error;
	if (!error && m->length != (type == 0x0101 ? length : 0))
		exit(94);
	if (!error && type == 0x0101)
		memcpy(data, m->payload, length);
	free(m);
	return error;
}

static void admin(void)
{
	const uint8_t *sqe = in.payload + 16;
	uint32_t length = (uint32_t)get(in.payload + 4, 4), written = 0;
	uint8_t *p = out.payload;

	if (is("hang"))
		hang();
	if (is("exit"))
		exit(3);
	if (is("abort"))
		raise(SIGKILL);
	if (is("text")) {
		printf("hello, world\n");
		fflush(stdout);
		hang();
	}
	if (is("undeclared"))
		notice(0x0103, 20);
	if (is("unknown-type"))
		notice(0x0105, 20);
	if (is("foreign-vector") || is("foreign-function"))
		notice(0x0103, 20);
	if (is("short-notice"))
		notice(0x0103, 19);
	if (is("failed")) {
		reply_text(4, "test bench lost");
		return;
	}
	if (is("long-text")) {
		reply_text(4, "");
		return;
	}
	memset(p, 0, 32);
	put(p, get(sqe + 40, 4), 4);
	put(p + 4, get(sqe + 44, 4), 4);
	put(p + 12, get(sqe + 2, 2), 2);
	put(p + 14, 1, 2);
	put(p + 16, 1234, 8);
	if (sqe[0] == 0xFF) {
		now_ns += get(in.payload + 8, 8);
		reply_text(3, "");
		return;
	}
	if (sqe[0] == 0xFE)
		put(p + 14, 0x8000 | 0x0002 << 1, 2);
	if (in.payload[2] == 2) {
		uint32_t sum = 0;

		for (uint32_t i = 0; i < length; i++)
			sum += in.payload[80 + i];
		put(p, sum, 4);
	} else if (in.payload[2] == 1) {
		written = (uint32_t)get(sqe + 48, 4);
		for (uint32_t i = 0; i < written; i++)
			p[32 + i] = (uint8_t)i;
		put(p + 24, is("written") ? written - 1 : written, 4);
	}
	/* bytes 24 to 39 as they came: the test looks whether they were cleared */
	put(p + 8, get(sqe + 24, 2), 2);
	now_ns += 1234;
	reply(0, 32 + written);
}

/* NSSR, written to offset 20h, is the only write that changes NumVFs. */
static unsigned int num_vfs = 3;

static void doorbell(uint64_t value)
{
	uint8_t data[8] = { 0 };

	if (dma(0x0101, value, data, 8)) {
		reply_text(2, "refused");
		return;
	}
	for (int i = 0; i < 8; i++)
		data[i] = (uint8_t)~data[i];
	if (dma(0x0102, value + 8, data, 8)) {
		reply_text(2, "refused");
		return;
	}
	notice(0x0103, 20);
	put(out.payload, num_vfs, 2);
	reply(0, 8);
}

static void serve(void)
{
	const uint8_t *p = in.payload;

	memset(out.payload, 0, 96);
	switch (in.type) {
	case 0x0001:
		hello();
		break;
	case 0x0002:
		admin();
		break;
	case 0x0003:
		put(out.payload, get(p, 2) << 48 | get(p + 2, 2) << 32 | get(p + 4, 4), 8);
		reply(0, 8);
		break;
	case 0x0004:
		if (get(p + 4, 4) == 0x1000) {
			doorbell(get(p + 8, 8));
			break;
		}
		if (get(p + 4, 4) == 0x20)
			num_vfs = 0;
		put(out.payload, num_vfs, 2);
		reply(0, 8);
		break;
	case 0x0005:
	case 0x0006:
		/* the test reads back what arrived from the error text */
		if (is("echo")) {
			char text[64];

			snprintf(text, sizeof(text), "%u %u", (unsigned int)get(p, 2),
				 (unsigned int)get(p + 2, 2));
			reply_text(2, text);
		} else {
			reply(0, 0);
		}
		break;
	case 0x0007:
		put(out.payload, get(p, 2) ? 3 : is("reset-vfs") ? 5 : 0, 2);
		reply(0, 8);
		break;
	case 0x0008:
		put(out.payload, get(p, 2), 2);
		reply(0, 8);
		break;
	case 0x0009:
		put(out.payload, 4, 2);
		reply(0, 8);
		break;
	case 0x000A:
		now_ns += get(p, 8);
		reply(0, 0);
		break;
	case 0x000B:
		out.payload[0] = 1;
		reply(0, 8);
		break;
	case 0x000C:
		reply_text(1, "");
		break;
	case 0x000D:
		notice(0x0104, 24);
		reply(0, 0);
		break;
	default:
		reply_text(1, "");
	}
}

int main(int argc, char **argv)
{
	mode = argc > 1 ? argv[1] : "good";
	if (argc > 2)
		caps = strtoull(argv[2], NULL, 0);
	if (is("exit-at-once"))
		return 7;
	for (;;) {
		if (is("deaf") && in.type == 2) {
			/* does not end at the end of its input */
			signal(SIGTERM, SIG_IGN);
			hang();
		}
		receive(&in);
		serve();
	}
}
