/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A hostile simulator (docs/exec-protocol.md) against the target "exec". The
 * script says which calls the suite makes and what comes back for each:
 * messages of the simulator's own, then a reply, well-formed but for what the
 * script spoils. All of it stands in a file that the target reads.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exec-child.h"
#include "exec.h"
#include "find-target.h"
#include "fuzz.h"
#include "nvme-lm.h"

#define MAX_CALLS 24
#define MAX_STREAM 65536u
#define BUFFER 4096u

static struct {
	uint8_t data[MAX_STREAM];
	uint32_t size;
} stream;

void *__real_malloc(size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void __wrap_free(void *p);

/* The target's 16 MB for messages would be mapped anew for each input. */
static uint8_t *messages;

void *__wrap_malloc(size_t size)
{
	if (size != EXEC_MAX_PAYLOAD)
		return __real_malloc(size);
	if (!messages)
		messages = __real_malloc(size);
	return messages;
}

void __wrap_free(void *p)
{
	if (p != messages)
		__real_free(p);
}

/* The target takes these from here instead of a process. */
int exec_child_start(const char *command, pid_t *pid, int *to, int *from)
{
	static int fd;

	(void)command;
	if (!fd)
		fd = memfd_create("stream", 0);
	fuzz_check(fd > 0 && !ftruncate(fd, 0) &&
			   pwrite(fd, stream.data, stream.size, 0) == (ssize_t)stream.size,
		   "no memory for the stream");
	lseek(fd, 0, SEEK_SET);
	*pid = -1;
	*from = dup(fd);
	*to = open("/dev/null", O_WRONLY);
	fuzz_check(*from >= 0 && *to >= 0, "no descriptors");
	return 0;
}

void exec_child_end(pid_t pid, unsigned int ms)
{
	(void)pid;
	(void)ms;
}

void exec_child_fate(pid_t pid, char *buf, size_t size)
{
	(void)pid;
	snprintf(buf, size, "it ended");
}

static void message(struct fuzz_in *in, uint16_t type, uint32_t tag, const uint8_t *payload,
		    uint32_t length)
{
	uint8_t spoil = fuzz_u8(in), *header = stream.data + stream.size;

	if (length + EXEC_HEADER_SIZE > MAX_STREAM - stream.size)
		return;
	memset(header, 0, EXEC_HEADER_SIZE);
	memcpy(header + EXEC_H_MAGIC, EXEC_MAGIC, 4);
	lm_put_le16(header + EXEC_H_TYPE, type);
	lm_put_le32(header + EXEC_H_TAG, tag);
	lm_put_le32(header + EXEC_H_LENGTH, length);
	lm_put_le64(header + EXEC_H_TIME, stream.size);
	if (length)
		memcpy(header + EXEC_HEADER_SIZE, payload, length);
	stream.size += EXEC_HEADER_SIZE + length;
	if (spoil >= 0xF0)
		header[fuzz_below(in, EXEC_HEADER_SIZE)] = fuzz_u8(in);
	else if (spoil >= 0xE8)
		lm_put_le16(header + EXEC_H_ERROR, spoil & 7);
	else if (spoil >= 0xE0)
		lm_put_le32(header + EXEC_H_LENGTH, fuzz_u32(in));
}

/* DMA, interrupts and accesses to the medium, before a reply. */
static void notices(struct fuzz_in *in, uint64_t iova)
{
	unsigned int n = fuzz_u8(in) & 3;

	while (n--) {
		uint8_t p[256], kind = fuzz_u8(in);
		uint32_t len = fuzz_u8(in) % 64;

		fuzz_bytes(in, p + 16, len);
		lm_put_le16(p, kind >> 3 & 7);
		lm_put_le16(p + 2, kind >> 6);
		lm_put_le32(p + 4, len);
		lm_put_le64(p + 8, iova + (uint64_t)(int64_t)(int8_t)fuzz_u8(in));
		switch (kind & 7) {
		case 0:
			message(in, EXEC_DMA_READ, 7, p, 16);
			break;
		case 1:
		case 2:
			message(in, EXEC_DMA_WRITE, 7, p, 16 + len);
			break;
		case 3:
			lm_put_le64(p + 4, fuzz_u16(in));
			message(in, EXEC_MSIX, 0, p, 20);
			break;
		case 4:
			message(in, EXEC_MEDIA_EVENT, 0, p, 24);
			break;
		case 5:
			message(in, fuzz_u16(in), fuzz_u8(in), p, 16 + len);
			break;
		case 6:
			lm_put_le64(p + 8, fuzz_u64(in));
			lm_put_le32(p + 4, fuzz_u32(in));
			message(in, EXEC_DMA_WRITE, 7, p, 16 + len);
			break;
		default:
			message(in, EXEC_DMA_READ, 7, p, fuzz_u8(in) & 31);
			break;
		}
	}
}

/* What HELLO may say, mostly: all capabilities. */
static void hello(struct fuzz_in *in)
{
	uint8_t p[96] = { 1 };
	unsigned int n = fuzz_u8(in) & 7, at;

	lm_put_le16(p + 2, 5);
	lm_put_le16(p + 4, 4);
	lm_put_le64(p + 8, (UINT64_C(1) << EXEC_CAP_COUNT) - 1);
	lm_put_le32(p + 20, BUFFER);
	memcpy(p + 32, "sim", 3);
	while (n--) {
		at = fuzz_below(in, sizeof(p));
		p[at] = fuzz_u8(in);
	}
	message(in, EXEC_HELLO | EXEC_REPLY, 1, p, sizeof(p));
}

/* Calls of the suite, by the type of their request. */
struct one_call {
	uint8_t type;
	uint8_t how;
	uint16_t number;
};

static void reply(struct fuzz_in *in, const struct one_call *call, uint32_t tag)
{
	static const uint8_t lengths[] = {
		[EXEC_REG_READ] = 8, [EXEC_REG_WRITE] = 8, [EXEC_RESET] = 8,
		[EXEC_NUM_VFS] = 8,  [EXEC_FRESH] = 8,	   [EXEC_STEP] = 8,
	};
	uint32_t length = call->type < sizeof(lengths) ? lengths[call->type] : 0, more;
	uint8_t p[512] = { 0 };

	if (call->type == EXEC_ADMIN) {
		more = fuzz_u8(in);
		fuzz_bytes(in, p, 16);
		lm_put_le32(p + 24, more);
		length = 32 + more;
	} else {
		p[0] = fuzz_u8(in);
	}
	message(in, call->type | EXEC_REPLY, tag, p, length);
}

static void make(struct ct_target *t, const struct one_call *c, void *buf)
{
	const struct ct_target_ops *ops = t->ops;
	const struct ct_media media = { .mode = CT_MEDIA_STALL, .latency = c->number };
	static const uint8_t sqe[64] = { LM_OPC_SAVE_DATA };
	unsigned int fn = c->how & 7;
	struct ct_cqe cqe;
	uint64_t value;
	bool more;
	int ret = 0;

	switch (c->type) {
	case EXEC_ADMIN:
		ret = ops->admin(t, fn, sqe, buf, c->number % (BUFFER + 1),
				 (enum ct_dir)((c->how >> 3) % 3), 1000, &cqe);
		break;
	case EXEC_REG_READ:
		ret = ops->reg_read(t, fn, c->number, 4, &value);
		break;
	case EXEC_REG_WRITE:
		ret = ops->reg_write(t, fn, c->number, 4, 1);
		break;
	case EXEC_IRQ_SETUP:
		ret = ops->irq_setup(t, fn, c->number);
		break;
	case EXEC_PCI_COMMAND:
		ret = ops->pci_command(t, fn, true, c->how & 8, true, false);
		break;
	case EXEC_RESET:
		ret = ops->reset(t, fn, CT_RESET_FLR);
		break;
	case EXEC_NUM_VFS:
		ret = ops->set_num_vfs(t, fn);
		break;
	case EXEC_FRESH:
		ret = ops->fresh(t);
		break;
	case EXEC_ADVANCE:
		ret = ops->advance(t, c->number);
		break;
	case EXEC_STEP:
		ret = ops->step(t, &more);
		break;
	case EXEC_NAMESPACE:
		ret = ops->namespace_resize(t, 1, c->number);
		break;
	default:
		ret = ops->media(t, &media);
		break;
	}
	fuzz_check(!ret || (*t->error && !strchr(t->error, '\n')), "an error without a line");
	fuzz_check(t->info.num_vfs <= t->info.total_vfs && t->info.total_vfs < CT_MAX_FUNCTIONS,
		   "NumVFs %u of %u", t->info.num_vfs, t->info.total_vfs);
}

static void judge_journal(struct ct_target *t)
{
	struct ct_event ev;
	uint64_t after = 0;

	while (t->ops->journal(t, after, &ev, 1) > 0) {
		fuzz_check(ev.seq == after + 1, "event %u behind %u", (unsigned int)ev.seq,
			   (unsigned int)after);
		fuzz_check(ev.kind == CT_EV_REG_READ || ev.kind == CT_EV_REG_WRITE ||
				   ev.fn < CT_MAX_FUNCTIONS,
			   "an event of function %u", ev.fn);
		after = ev.seq;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* of the first allocation: a page behind the first address */
	const uint64_t iova = (UINT64_C(1) << 32) + EXEC_PAGE;
	struct fuzz_in in = { data, size };
	struct ct_target t = { .ops = find_target("exec") };
	struct one_call call[MAX_CALLS];
	unsigned int i, n = fuzz_below(&in, MAX_CALLS);
	uint8_t *buf;
	uint64_t at;

	stream.size = 0;
	hello(&in);
	for (i = 0; i < n; i++) {
		call[i].type = (uint8_t)(EXEC_ADMIN + fuzz_below(&in, EXEC_MEDIA - EXEC_HELLO));
		call[i].how = fuzz_u8(&in);
		call[i].number = fuzz_u16(&in);
		notices(&in, iova);
		reply(&in, &call[i], i + 2);
	}
	if (t.ops->open(&t, "simulator"))
		return 0;
	buf = t.ops->dma_alloc(&t, 64, 4, &at);
	fuzz_check(buf && at == iova, "the first allocation is at %llx", (unsigned long long)at);
	/* Of exactly this size, so that an overrun is seen. */
	buf = malloc(BUFFER);
	for (i = 0; i < n; i++)
		make(&t, &call[i], buf);
	judge_journal(&t);
	free(buf);
	t.ops->close(&t);
	return 0;
}
