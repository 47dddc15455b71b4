/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * bench-model [ROUNDS [SERIES]]: what the five commands cost in the reference model, without any bus:
 * the host's memory is an array. Lines "NAME ROUND SIDE VALUE" for build/ratios, in
 * nanoseconds of this process' processor time: of a migration beside its floor, "ours" on a device
 * with a CRC engine and "no-engine" without; "command" of each command beside one that
 * does nothing. What the images measure goes to stderr. How all grows with queue pairs and VFs
 * goes into the file SERIES, "TITLE;AXIS;UNIT;X;VALUE".
 *
 * The floor of a migration is measured here, by nothing of the model: its image is copied twice
 * and summed up twice by the processor's CRC32C, and five commands of 64 bytes are
 * copied, told apart by their opcode, and answered with 16 bytes.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lm-model.h"
#include "nvme-lm.h"

#define MEMORY (4u << 20)
#define PAGE 4096u
#define ADMIN_ENTRIES 64
#define IO_ENTRIES 64
#define MAX_PAIRS LM_MAX_IO_QPAIRS
#define VF 1 /* the one that migrates */
/* each side of a round takes about this long */
#define SLICE_NS 4e6

#define REG_CC 0x14
#define REG_AQA 0x24
#define REG_ASQ 0x28
#define REG_ACQ 0x30
#define DOORBELLS 0x1000
#define CC_ENABLE 0x00460001 /* 16-byte CQEs, 64-byte SQEs, EN */
#define ADM_CREATE_SQ 0x01
#define ADM_CREATE_CQ 0x05
#define ADM_GET_FEATURES 0x0A
#define FID_NUM_QUEUES 7

static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
static uint64_t memory_used;
static struct lm_device *dev;

struct queue {
	uint64_t sq, cq;
	unsigned int tail, head, phase;
};

static struct queue admin[VF + 1];
static uint64_t image_at; /* contiguous pages */
static uint64_t list_at; /* PRP list of an image */
static uint32_t image_size;

static int dma_read(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len)
{
	(void)ctx;
	(void)fn;
	if (addr > MEMORY || len > MEMORY - addr)
		return -1;
	memcpy(buf, memory + addr, len);
	return 0;
}

static int dma_write(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len)
{
	(void)ctx;
	(void)fn;
	if (addr > MEMORY || len > MEMORY - addr)
		return -1;
	memcpy(memory + addr, buf, len);
	return 0;
}

static void no_message(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr,
		       uint32_t data)
{
	(void)ctx;
	(void)fn;
	(void)vector;
	(void)addr;
	(void)data;
}

static void no_pin(void *ctx, unsigned int fn, bool level)
{
	(void)ctx;
	(void)fn;
	(void)level;
}

/* No I/O is made, but a VF's own admin commands pass here. */
static uint32_t started;
static bool is_started;

static bool prepare(void *ctx, struct lm_backend_request *req)
{
	(void)ctx;
	(void)req;
	return true;
}

static void submit(void *ctx, struct lm_backend_request *req)
{
	(void)ctx;
	started = req->tag;
	is_started = true;
}

static void release(void *ctx, struct lm_backend_request *req)
{
	(void)ctx;
	(void)req;
}

static uint64_t no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static void no_wake(void *ctx)
{
	(void)ctx;
}

/* The processor's CRC32C, eight bytes at a time. */
__attribute__((target("sse4.2"))) static uint32_t engine(void *ctx, uint32_t before,
							 const void *data, uint32_t len)
{
	const uint8_t *p = data;
	uint64_t crc = ~before, word;

	(void)ctx;
	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8);
		crc = __builtin_ia32_crc32di(crc, word);
	}
	for (; len; len--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *p++);
	return ~(uint32_t)crc;
}

/* With the engine, and without. */
static struct lm_port port = {
	.dma_read = dma_read,
	.dma_write = dma_write,
	.msix = no_message,
	.intx = no_pin,
	.backend_prepare = prepare,
	.backend_submit = submit,
	.backend_release = release,
	.now = no_time,
	.wake = no_wake,
};

static void run(void)
{
	while (lm_step(dev) || is_started) {
		if (!is_started)
			continue;
		is_started = false;
		lm_backend_done(dev, started, 0);
	}
}

static uint64_t take(size_t size)
{
	uint64_t at = memory_used;

	memory_used += (size + PAGE - 1) / PAGE * PAGE;
	if (memory_used > MEMORY)
		errx(2, "the host's memory is used up");
	return at;
}

/* A device with so many VFs, all of them enabled; its size. */
static size_t start(unsigned int vfs)
{
	static void *mem;
	struct lm_config config = {
		.vid = 0x8086,
		.ssvid = 0x8086,
		.total_vfs = (uint16_t)vfs,
		.io_qpairs = MAX_PAIRS,
		.vectors = MAX_PAIRS + 1,
		.queue_entries = 1024,
		.cntlid = 1,
		.suspend_limit = 20,
		.mdts = 5,
		.num_namespaces = 1,
		.ns[0] = { .blocks = 1024, .lbads = 9 },
		.sn = "bench",
		.mn = "nvme-lm reference model",
		.subnqn = "nqn.2026-01.org.example:bench",
	};
	size_t size = lm_device_size(&config);

	free(mem);
	mem = malloc(size);
	dev = mem ? lm_device_init(mem, size, &config, &port, NULL) : NULL;
	if (!dev)
		errx(2, "no device of this configuration");
	memset(memory, 0, sizeof(memory));
	memory_used = PAGE;
	image_at = take(lm_image_max(&config));
	list_at = take(PAGE);
	for (uint32_t i = 0; i < PAGE / 8 - 1; i++)
		lm_put_le64(memory + list_at + i * 8, image_at + (uint64_t)(i + 1) * PAGE);
	return size;
}

static void enable(unsigned int fn)
{
	struct queue *q = &admin[fn];

	*q = (struct queue){ .sq = take(ADMIN_ENTRIES * 64),
			     .cq = take(ADMIN_ENTRIES * 16),
			     .phase = 1 };
	lm_pci_command(dev, fn, true, true, false);
	lm_pci_msix(dev, fn, true, false);
	for (uint32_t vector = 0; vector <= MAX_PAIRS; vector++)
		lm_bar_write(dev, fn, LM_BAR_MSIX_TABLE + 16 * vector + 12, 0, 4);
	lm_bar_write(dev, fn, REG_AQA, (ADMIN_ENTRIES - 1) << 16 | (ADMIN_ENTRIES - 1), 4);
	lm_bar_write(dev, fn, REG_ASQ, q->sq, 8);
	lm_bar_write(dev, fn, REG_ACQ, q->cq, 8);
	lm_bar_write(dev, fn, REG_CC, CC_ENABLE, 4);
	run();
}

/* One command on an admin queue; Dword 0 of its completion. It has to succeed. */
static uint32_t execute(unsigned int fn, uint8_t opc, uint32_t cdw10, uint32_t cdw11,
			uint32_t total, uint64_t prp1, uint64_t prp2)
{
	struct queue *q = &admin[fn];
	uint8_t *sqe = memory + q->sq + q->tail * 64;
	const uint8_t *cqe = memory + q->cq + q->head * 16;

	memset(sqe, 0, 64);
	sqe[LM_SQE_OPC] = opc;
	lm_put_le16(sqe + 2, (uint16_t)q->tail);
	lm_put_le64(sqe + 24, prp1);
	lm_put_le64(sqe + 32, prp2);
	lm_put_le32(sqe + LM_SQE_CDW10, cdw10);
	lm_put_le32(sqe + LM_SQE_CDW11, cdw11);
	lm_put_le32(sqe + LM_SQE_CDW13, total);
	q->tail = (q->tail + 1) % ADMIN_ENTRIES;
	lm_bar_write(dev, fn, DOORBELLS, q->tail, 4);
	run();
	if ((cqe[14] & 1u) != q->phase)
		errx(2, "opcode %02Xh does not end", opc);
	q->head = (q->head + 1) % ADMIN_ENTRIES;
	q->phase ^= !q->head;
	lm_bar_write(dev, fn, DOORBELLS + 4, q->head, 4);
	if (lm_get_le16(cqe + 14) >> 1 & 0x7FF)
		errx(2, "opcode %02Xh ended with %03Xh", opc, lm_get_le16(cqe + 14) >> 1 & 0x7FF);
	return lm_get_le32(cqe);
}

static void create_pairs(unsigned int pairs)
{
	for (uint32_t qid = 1; qid <= pairs; qid++) {
		/* contiguous, with interrupts on a vector of its own */
		execute(VF, ADM_CREATE_CQ, (IO_ENTRIES - 1) << 16 | qid, qid << 16 | 3, 0,
			take(IO_ENTRIES * 16), 0);
		execute(VF, ADM_CREATE_SQ, (IO_ENTRIES - 1) << 16 | qid, qid << 16 | 1, 0,
			take(IO_ENTRIES * 64), 0);
	}
}

static void no_op(void)
{
	execute(0, ADM_GET_FEATURES, FID_NUM_QUEUES, 0, 0, 0, 0);
}

static void query(void)
{
	image_size = execute(0, LM_OPC_QUERY_DATA_SIZE, VF, 0, 0, 0, 0);
}

static void suspend(void)
{
	execute(0, LM_OPC_SUSPEND, VF, 0, 0, 0, 0);
}

static void resume(void)
{
	execute(0, LM_OPC_RESUME, VF, 0, 0, 0, 0);
}

static uint64_t second_prp(void)
{
	if (image_size <= PAGE)
		return 0;
	return image_size <= 2 * PAGE ? image_at + PAGE : list_at;
}

static void save(void)
{
	execute(0, LM_OPC_SAVE_DATA, VF, image_size, 0, image_at, second_prp());
}

static void load(void)
{
	execute(0, LM_OPC_LOAD_DATA, VF, image_size, image_size, image_at, second_prp());
}

static void migrate(void)
{
	suspend();
	query();
	save();
	load();
	resume();
}

static volatile uint32_t sink;

__attribute__((noinline)) static void dispatch(const uint8_t *sqe, uint8_t *cqe)
{
	uint8_t own[64];

	memcpy(own, sqe, sizeof(own));
	switch (own[0]) {
	case LM_OPC_SUSPEND:
	case LM_OPC_QUERY_DATA_SIZE:
	case LM_OPC_SAVE_DATA:
	case LM_OPC_LOAD_DATA:
	case LM_OPC_RESUME:
		sink = own[40];
		break;
	default:
		abort();
	}
	memcpy(cqe, own, 16);
}

static void floor_of_migration(void)
{
	static const uint8_t five[] = { LM_OPC_SUSPEND, LM_OPC_QUERY_DATA_SIZE, LM_OPC_SAVE_DATA,
					LM_OPC_LOAD_DATA, LM_OPC_RESUME };
	static uint8_t device[MEMORY / 4], sqe[64], cqe[16];

	for (unsigned int i = 0; i < sizeof(five); i++) {
		sqe[0] = five[i];
		dispatch(sqe, cqe);
	}
	memcpy(memory + image_at, device, image_size);
	sink = engine(NULL, 0, memory + image_at, image_size);
	memcpy(device, memory + image_at, image_size);
	sink = engine(NULL, 0, device, image_size);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_of(void (*what)(void), unsigned int times)
{
	double began = now_ns();

	for (unsigned int i = 0; i < times; i++)
		what();
	return (now_ns() - began) / times;
}

/* How many times fill a slice. */
static unsigned int times_of(void (*what)(void))
{
	double once = time_of(what, 100);

	return once > 0 ? (unsigned int)(SLICE_NS / once) + 1 : 1;
}

static void compare(const char *name, const char *side, void (*ours)(void), void (*theirs)(void),
		    unsigned int rounds)
{
	unsigned int a = times_of(ours), b = times_of(theirs);

	for (unsigned int r = 0; r < rounds; r++) {
		/* in turns */
		if (r % 2)
			printf("%s %u %s %.2f\n", name, r, side, time_of(ours, a));
		printf("%s %u theirs %.2f\n", name, r, time_of(theirs, b));
		if (!(r % 2))
			printf("%s %u %s %.2f\n", name, r, side, time_of(ours, a));
	}
}

/* The engine and the model's own sum are of one mind: each takes the other's image. */
static void check_engine(void)
{
	suspend();
	port.crc32c = NULL;
	save();
	port.crc32c = engine;
	load();
	save();
	port.crc32c = NULL;
	load();
	port.crc32c = engine;
	resume();
}

static void suspend_resume(void)
{
	suspend();
	resume();
}

static void commands(unsigned int rounds)
{
	compare("SUSPEND-and-RESUME", "command", suspend_resume, no_op, rounds);
	suspend();
	compare("QUERY_DATA_SIZE", "command", query, no_op, rounds);
	compare("SAVE_DATA", "command", save, no_op, rounds);
	compare("LOAD_DATA", "command", load, no_op, rounds);
	resume();
}

/* A device whose VF has so many queue pairs; its size. */
static size_t set_up(unsigned int vfs, unsigned int pairs)
{
	size_t size = start(vfs);

	enable(0);
	lm_pci_vf_enable(dev, (uint16_t)vfs);
	enable(VF);
	create_pairs(pairs);
	query();
	return size;
}

static void write_times(FILE *to, const char *what, const char *axis, unsigned int x,
			void (*work)(void), unsigned int rounds)
{
	unsigned int times = times_of(work);

	for (unsigned int r = 0; r < rounds; r++)
		fprintf(to, "%s;%s;ns;%u;%.2f\n", what, axis, x, time_of(work, times));
}

static void grow(FILE *to, unsigned int rounds)
{
	for (unsigned int pairs = 1; pairs <= MAX_PAIRS; pairs *= 2) {
		set_up(1, pairs);
		write_times(to, "A migration", "queue pairs of the VF", pairs, migrate, rounds);
		fprintf(to, "State image;queue pairs of the VF;bytes;%u;%u\n", pairs, image_size);
	}
	for (unsigned int vfs = 1; vfs <= LM_MAX_VFS; vfs *= 2) {
		size_t size = set_up(vfs, 8);

		write_times(to, "A migration", "VFs", vfs, migrate, rounds);
		write_times(to, "A command that does nothing", "VFs", vfs, no_op, rounds);
		fprintf(to, "Memory of the model;VFs;KiB;%u;%.1f\n", vfs, (double)size / 1024);
	}
}

int main(int argc, char **argv)
{
	static const unsigned int pairs[] = { 1, 8, MAX_PAIRS };
	unsigned int rounds = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 30;
	uint32_t first = 0;
	char name[40];
	FILE *series;

	for (unsigned int i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		set_up(1, pairs[i]);
		fprintf(stderr, "image with %u queue pair%s: %u bytes\n", pairs[i],
			pairs[i] == 1 ? "" : "s", image_size);
		if (!i)
			first = image_size;
		snprintf(name, sizeof(name), "migration-%u-pairs", pairs[i]);
		check_engine();
		compare(name, "ours", migrate, floor_of_migration, rounds);
		port.crc32c = NULL;
		compare(name, "no-engine", migrate, floor_of_migration, rounds);
		port.crc32c = engine;
		if (pairs[i] == 8)
			commands(rounds);
	}
	fprintf(stderr, "each queue pair: %.1f bytes\n",
		(double)(image_size - first) / (MAX_PAIRS - 1));
	if (argc < 3)
		return 0;
	series = fopen(argv[2], "w");
	if (series)
		grow(series, rounds);
	if (!series || fclose(series)) {
		perror(argv[2]);
		return 2;
	}
	return 0;
}
