/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The target "exec" against a scripted peer: each request, and each fault once. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../targets/exec-bus.h"
#include "../targets/exec-wire.h"
#include "find-target.h"
#include "nvme-lm.h"

#define MS UINT64_C(1000000)

static struct ct_target target;

/* "exec-peer" lies beside this test */
static void open_peer_with(const char *args, int expect)
{
	char self[512], arg[700];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(arg, sizeof(arg), "exec %s/exec-peer %s", self, args);
	memset(&target, 0, sizeof(target));
	target.ops = find_target("exec");
	assert_int_equal(target.ops->open(&target, arg), expect);
}

static void open_peer(const char *mode)
{
	open_peer_with(mode, 0);
}

/* Function 2 is the one that the peer's DMA carries. */
static void open_master(const char *mode)
{
	open_peer(mode);
	assert_int_equal(target.ops->pci_command(&target, 2, true, true, true, false), 0);
}

static int close_peer(void **state)
{
	(void)state;
	if (target.priv)
		target.ops->close(&target);
	return 0;
}

static int admin(uint8_t opc, void *data, uint32_t len, enum ct_dir dir, uint32_t cdw12,
		 struct ct_cqe *cqe)
{
	uint8_t sqe[64] = { [LM_SQE_OPC] = opc };

	lm_put_le16(sqe + LM_SQE_CID, 0x1234);
	lm_put_le32(sqe + LM_SQE_PRP1, 0xBEEF);
	lm_put_le32(sqe + LM_SQE_CDW10, 0x11223344);
	lm_put_le32(sqe + LM_SQE_CDW11, 0x55667788);
	lm_put_le32(sqe + LM_SQE_CDW12, cdw12);
	return target.ops->admin(&target, 0, sqe, data, len, dir, 100 * MS, cqe);
}

static int admin_plain(void)
{
	struct ct_cqe cqe;

	return admin(0xC8, NULL, 0, CT_DIR_NONE, 0, &cqe);
}

static void hello_fills_in_the_description(void **state)
{
	(void)state;
	open_peer("good");
	assert_int_equal(target.info.total_vfs, 4);
	assert_int_equal(target.info.num_vfs, 3);
	assert_int_equal(target.info.pci_vid, 0x8086);
	assert_int_equal(target.info.pci_did, 0x1457);
	assert_string_equal(target.info.transport, "exec: peer");
	for (int i = 0; i < CT_CAP_COUNT; i++) {
		bool has = target.info.caps & CT_CAP(i);

		assert_int_equal(has, i != CT_CAP_INJECT && i != CT_CAP_FAIL_NTH &&
					      i != CT_CAP_FENCE && i != CT_CAP_DRIVER);
		assert_int_equal(*target.info.reason[i] != '\0', !has);
	}
}

static void few_bits_give_few_capabilities(void **state)
{
	(void)state;
	open_peer_with("good 0x3", 0);
	assert_int_equal(target.info.caps, CT_CAP(CT_CAP_PF_PASSTHRU) | CT_CAP(CT_CAP_PF_RAW_SQE));
	assert_string_equal(target.info.reason[CT_CAP_DMA], "the simulator does not declare DMA");
	close_peer(NULL);
	/* own queues (bit 3) with DMA (bit 5) carry raw entries as well */
	open_peer_with("good 0x28", 0);
	assert_int_equal(target.info.caps, CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_PF_RAW_SQE) |
						   CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_GUARD));
}

static void admin_carries_entry_and_completion(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_peer("good");
	assert_int_equal(admin(0xC8, NULL, 0, CT_DIR_NONE, 0, &cqe), 0);
	assert_int_equal(cqe.dw0, 0x11223344);
	assert_int_equal(cqe.dw1, 0x55667788);
	assert_int_equal(cqe.cid, 0x1234);
	assert_int_equal(cqe.status, 0);
	assert_int_equal(cqe.elapsed, 1234);
	assert_true(cqe.phase);
	/* without data the data pointer is the row's own */
	assert_int_equal(cqe.sqhd, 0xBEEF);
	assert_int_equal(admin(0xFE, NULL, 0, CT_DIR_NONE, 0, &cqe), 0);
	assert_int_equal(cqe.status, LM_SC_INVALID_FIELD);
	assert_true(cqe.dnr);
	assert_false(cqe.more);
}

static void admin_without_raw_keeps_the_suites_cid(void **state)
{
	uint8_t sqe[64] = { [LM_SQE_OPC] = 0x06 };
	struct ct_cqe cqe;

	(void)state;
	open_peer_with("good 0x1", 0);
	lm_put_le16(sqe + LM_SQE_CID, 0x4321);
	assert_int_equal(target.ops->admin(&target, 0, sqe, NULL, 0, CT_DIR_NONE, MS, &cqe), 0);
	assert_int_equal(cqe.cid, 0x4321);
}

static void admin_moves_data_both_ways(void **state)
{
	uint8_t data[300];
	struct ct_cqe cqe;

	(void)state;
	open_peer("good");
	memset(data, 0xEE, sizeof(data));
	assert_int_equal(admin(0xD2, data, sizeof(data), CT_DIR_TO_HOST, 200, &cqe), 0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		assert_int_equal(data[i], i < 200 ? i : 0xEE);
	assert_int_equal(cqe.sqhd, 0); /* the data pointer is the peer's */
	memset(data, 3, sizeof(data));
	assert_int_equal(admin(0xD5, data, sizeof(data), CT_DIR_TO_DEVICE, 0, &cqe), 0);
	assert_int_equal(cqe.dw0, 900);
}

static void more_data_than_declared_is_refused_here(void **state)
{
	static uint8_t data[65537];
	struct ct_cqe cqe;

	(void)state;
	open_peer("good");
	assert_int_equal(admin(0xD5, data, 65536, CT_DIR_TO_DEVICE, 0, &cqe), 0);
	assert_int_equal(admin(0xD5, data, 65537, CT_DIR_TO_DEVICE, 0, &cqe), -E2BIG);
	assert_int_equal(admin_plain(), 0);
}

static void a_command_that_does_not_complete_is_a_timeout(void **state)
{
	struct ct_cqe cqe;

	(void)state;
	open_peer("good");
	assert_int_equal(admin(0xFF, NULL, 0, CT_DIR_NONE, 0, &cqe), -ETIMEDOUT);
	assert_int_equal(target.ops->now(&target), 100 * MS);
	assert_int_equal(admin_plain(), 0);
}

static void registers_are_read_and_written(void **state)
{
	uint64_t value;

	(void)state;
	open_peer("good");
	assert_int_equal(target.ops->reg_read(&target, 2, 0x1C, 4, &value), 0);
	assert_int_equal(value, UINT64_C(0x000200040000001C));
	assert_int_equal(target.ops->reg_write(&target, 2, 0x14, 8, 1), 0);
}

static void functions_reach_memory_and_interrupt(void **state)
{
	struct ct_event ev[8];
	uint64_t iova, count;
	uint8_t *mem;

	(void)state;
	open_master("good");
	mem = target.ops->dma_alloc(&target, 100, 64, &iova);
	assert_non_null(mem);
	assert_int_equal(mem[0] | mem[99], 0);
	memcpy(mem, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
	assert_int_equal(target.ops->reg_write(&target, 2, 0x1000, 8, iova), 0);
	assert_memory_equal(mem + 8, "\xFE\xFD\xFC\xFB\xFA\xF9\xF8\xF7", 8);
	assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(target.ops->irq_count(&target, 0, EXEC_MAX_VECTORS, &count), -EINVAL);

	assert_int_equal(target.ops->journal(&target, 0, ev, 8), 4);
	assert_int_equal(ev[0].kind, CT_EV_REG_WRITE);
	assert_int_equal(ev[1].kind, CT_EV_DMA_READ);
	assert_int_equal(ev[1].fn, 2);
	assert_int_equal(ev[1].addr, iova);
	assert_int_equal(ev[1].len, 8);
	assert_int_equal(ev[2].kind, CT_EV_DMA_WRITE);
	assert_int_equal(ev[3].kind, CT_EV_MSIX);
	assert_int_equal(ev[3].addr, 0xFEE00000);
	assert_int_equal(ev[3].data, 0x4041);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(ev[i].seq, i + 1);
	assert_int_equal(target.ops->journal(&target, 3, ev, 8), 1);
	assert_int_equal(target.ops->journal(&target, 4, ev, 8), 0);
	assert_int_equal(target.ops->journal(&target, 0, ev, 2), 2);

	assert_int_equal(target.ops->reset(&target, 1, CT_RESET_FLR), 0);
	assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
	assert_int_equal(count, 0);
}

static void memory_has_unmapped_pages_around_it(void **state)
{
	uint64_t first, second;
	struct ct_event ev[2];

	(void)state;
	open_master("good");
	assert_non_null(target.ops->dma_alloc(&target, 4096, 65536, &first));
	assert_non_null(target.ops->dma_alloc(&target, 1, 1, &second));
	assert_int_equal(first % 65536, 0);
	assert_true(second >= first + 8192);
	assert_null(target.ops->dma_alloc(&target, 0, 1, &second));
	assert_null(target.ops->dma_alloc(&target, 8, 3, &second));
	/* the peer reads 8 bytes: one byte too many at the end, one too early */
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, first + 4089), -EINVAL);
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, first - 1), -EINVAL);
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, UINT64_MAX - 3), -EINVAL);
	assert_int_equal(target.ops->journal(&target, 1, ev, 1), 1);
	assert_int_equal(ev[0].kind, CT_EV_DMA_FAULT);
	/* the read fits, the write behind it does not */
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, first + 4088), -EINVAL);
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, first + 4080), 0);
	target.ops->dma_free_all(&target);
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, first), -EINVAL);
}

static void resets_tell_num_vfs(void **state)
{
	uint64_t iova, count;

	(void)state;
	open_master("good");
	assert_int_equal(target.ops->reset(&target, 1, CT_RESET_FLR), 0);
	assert_int_equal(target.info.num_vfs, 3);
	assert_non_null(target.ops->dma_alloc(&target, 64, 8, &iova));
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), 0);
	assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(target.ops->reset(&target, 0, CT_RESET_CONVENTIONAL), 0);
	assert_int_equal(target.info.num_vfs, 0);
	assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(target.ops->set_num_vfs(&target, 2), 0);
	assert_int_equal(target.info.num_vfs, 2);
	assert_int_equal(target.ops->fresh(&target), 0);
	assert_int_equal(target.info.num_vfs, 4);
	assert_int_equal(target.ops->journal(&target, 0, &(struct ct_event){ 0 }, 1), 0);
	assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
	assert_int_equal(count, 0);
}

static void bus_mastering_is_needed_and_ends_with_resets(void **state)
{
	struct ct_event ev[2];
	uint64_t iova, count;

	(void)state;
	open_peer("good");
	assert_non_null(target.ops->dma_alloc(&target, 64, 8, &iova));
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), -EINVAL);
	assert_int_equal(target.ops->journal(&target, 0, ev, 2), 2);
	assert_int_equal(ev[1].kind, CT_EV_DMA_FAULT);
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(target.ops->pci_command(&target, 2, true, true, true, false), 0);
		assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), 0);
		switch (i) {
		case 0:
			assert_int_equal(target.ops->reset(&target, 2, CT_RESET_FLR), 0);
			break;
		case 1:
			assert_int_equal(target.ops->reset(&target, 0, CT_RESET_FLR), 0);
			break;
		case 2:
			assert_int_equal(target.ops->set_num_vfs(&target, 4), 0);
			break;
		case 3:
			assert_int_equal(target.ops->fresh(&target), 0);
			break;
		case 4:
			assert_int_equal(
				target.ops->pci_command(&target, 2, true, false, true, false), 0);
			break;
		default:
			/* NSSR */
			assert_int_equal(target.ops->reg_write(&target, 0, 0x20, 4, 0x4E564D65), 0);
			assert_int_equal(target.info.num_vfs, 0);
			assert_int_equal(target.ops->irq_count(&target, 1, 3, &count), 0);
			assert_int_equal(count, 0);
		}
		assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), -EINVAL);
	}
	/* the number that is there already changes nothing */
	close_peer(NULL);
	open_master("good");
	assert_non_null(target.ops->dma_alloc(&target, 64, 8, &iova));
	assert_int_equal(target.ops->set_num_vfs(&target, 3), 0);
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), 0);
	close_peer(NULL);
	/* without PCI_COMMAND (bit 8) the simulator's host has done it */
	open_peer_with("good 0x78", 0);
	assert_non_null(target.ops->dma_alloc(&target, 64, 8, &iova));
	assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, iova), 0);
}

static void the_rest_of_the_requests_arrive(void **state)
{
	const struct ct_media media = { .mode = CT_MEDIA_STALL };
	struct ct_event ev;
	bool more = false;

	(void)state;
	open_peer("good");
	assert_int_equal(target.ops->advance(&target, 77), 0);
	assert_int_equal(target.ops->now(&target), 77);
	assert_int_equal(target.ops->step(&target, &more), 0);
	assert_true(more);
	assert_int_equal(target.ops->namespace_resize(&target, 1, 1), -EOPNOTSUPP);
	assert_int_equal(target.ops->media(&target, &media), 0);
	assert_int_equal(target.ops->journal(&target, 0, &ev, 1), 1);
	assert_int_equal(ev.kind, CT_EV_MEDIA);
	assert_int_equal(ev.addr, 100);
	assert_int_equal(ev.len, 8);
	assert_int_equal(ev.data, 1);
	close_peer(NULL);
	open_peer("echo");
	assert_int_equal(target.ops->irq_setup(&target, 1, 9), -EINVAL);
	assert_non_null(strstr(target.error, "out of range: 1 9"));
	assert_int_equal(target.ops->pci_command(&target, 2, true, false, true, false), -EINVAL);
	assert_non_null(strstr(target.error, ": 2 5"));
	assert_int_equal(target.ops->pci_command(&target, 2, false, true, false, true), -EINVAL);
	assert_non_null(strstr(target.error, ": 2 10"));
}

static void another_process_gets_its_own_simulator(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	open_peer("good");
	assert_int_equal(target.ops->advance(&target, 1000), 0);
	pid = fork();
	if (pid == 0) {
		/* the clock of a new simulator starts over */
		int ok = !target.ops->advance(&target, 5) && target.ops->now(&target) == 5;

		target.ops->close(&target);
		exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(target.ops->advance(&target, 1), 0);
	assert_int_equal(target.ops->now(&target), 1001);
}

struct fault {
	const char *args;
	int err;
	const char *says;
};

/* Faults in HELLO: the target does not open. */
static void faults_at_the_start_are_named(void **state)
{
	static const struct fault faults[] = {
		{ "exit-at-once", -EPIPE, "it ended with exit status 7 before its reply to HELLO" },
		{ "hang-hello", -ETIME, "no reply to HELLO within 200 ms" },
		{ "version", -EPROTO, "it speaks protocol version 2, not 1" },
		{ "total-vfs", -EPROTO, "TotalVFs 17, NumVFs 3" },
		{ "num-vfs", -EPROTO, "TotalVFs 4, NumVFs 5" },
		{ "no-data", -EPROTO, "4095 data bytes at most" },
		{ "much-data", -EPROTO, "16777217 data bytes at most" },
		{ "slack", -EPROTO, "replies that come 600001 ms late" },
		{ "good 0x80000", -EPROTO, "unknown capability bits 0000000000080000h" },
		{ "good 0x2", -EPROTO, "capability RAW_SQE without ADMIN" },
		{ "good 0x4", -EPROTO, "capability VF_ADMIN without ADMIN" },
		{ "good 0x8", -EPROTO, "capability PF_OWNED without DMA" },
		{ "good 0x10", -EPROTO, "capability VF_REGS without DMA" },
		{ "good 0x80", -EPROTO, "capability MSIX_TABLE without IRQ" },
		{ "good 0x8000", -EPROTO, "capability STEP without CLOCK" },
	};

	(void)state;
	exec_hello_limit = 200 * MS;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		open_peer_with(faults[i].args, faults[i].err);
		if (!strstr(target.error, faults[i].says))
			fail_msg("%s: '%s' lacks '%s'", faults[i].args, target.error,
				 faults[i].says);
		assert_null(target.priv);
	}
	exec_hello_limit = 10000 * MS;
	memset(&target, 0, sizeof(target));
	target.ops = find_target("exec");
	assert_int_equal(target.ops->open(&target, ""), -EINVAL);
	assert_int_equal(target.ops->open(&target, "/nonexistent/simulator 2>/dev/null"), -EPIPE);
	assert_non_null(strstr(target.error, "the command was not found"));
}

/* Faults in ADMIN: the command fails, and so does all that follows. */
static void faults_in_a_command_end_the_conversation(void **state)
{
	static const struct fault faults[] = {
		{ "hang", -ETIME, "no reply to ADMIN within 300 ms" },
		{ "exit", -EPIPE, "it ended with exit status 3 before its reply to ADMIN" },
		{ "abort", -EPIPE, "signal 9 (Killed) ended it" },
		{ "text", -EPROTO, "'hello, world.' instead of a message" },
		{ "magic", -EPROTO,
		  "instead of a message; debug output belongs on standard error" },
		{ "half-header", -EPIPE, "exit status 5 before its reply to ADMIN" },
		{ "half-payload", -EPIPE, "exit status 5 before its reply to ADMIN" },
		{ "oversize", -EPROTO, "announces 16781313 bytes, more than 16781312" },
		{ "tag", -EPROTO, "the reply to ADMIN has tag 3, expected 2" },
		{ "type", -EPROTO, "type 8003h instead of the reply to ADMIN" },
		{ "request-type", -EPROTO, "type 0002h that HELLO's capabilities do not declare" },
		{ "short-reply", -EPROTO, "has 31 bytes, expected 32 to 32" },
		{ "long-reply", -EPROTO, "has 33 bytes, expected 32 to 32" },
		{ "error-code", -EPROTO, "error code 6 in the reply to ADMIN" },
		{ "long-text", -EPROTO, "an error text of 201 bytes" },
		{ "undeclared 0x3", -EPROTO, "type 0103h that HELLO's capabilities" },
		{ "unknown-type", -EPROTO, "type 0105h that HELLO's capabilities" },
		{ "foreign-vector", -EPROTO, "MSIX of function 1, vector 2048" },
		{ "foreign-function", -EPROTO, "MSIX of function 5, vector 3" },
		{ "short-notice", -EPROTO, "MSIX of 19 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		int err;

		open_peer(faults[i].args);
		err = admin_plain();
		if (err != faults[i].err || !strstr(target.error, faults[i].says))
			fail_msg("%s: %d '%s', expected %d '%s'", faults[i].args, err, target.error,
				 faults[i].err, faults[i].says);
		assert_int_equal(admin_plain(), -EPIPE);
		assert_non_null(strstr(target.error, "gone after an earlier fault"));
		close_peer(NULL);
	}
}

static void the_simulators_own_failure_is_told(void **state)
{
	(void)state;
	open_peer("failed");
	assert_int_equal(admin_plain(), -EIO);
	assert_string_equal(target.error, "simulator, ADMIN: it failed: test bench lost");
	assert_int_equal(target.ops->advance(&target, 1), 0);
}

static void other_faults_are_named(void **state)
{
	static const struct fault dma[] = {
		{ "dma-length", -EPROTO, "function 2, 8 bytes, in a message of 17" },
		{ "dma-long", -EPROTO, "function 2, 65537 bytes, in a message of 16" },
	};
	uint8_t data[64];
	struct ct_cqe cqe;

	(void)state;
	for (size_t i = 0; i < sizeof(dma) / sizeof(dma[0]); i++) {
		open_peer(dma[i].args);
		assert_int_equal(target.ops->reg_write(&target, 0, 0x1000, 8, 0), dma[i].err);
		assert_non_null(strstr(target.error, dma[i].says));
		close_peer(NULL);
	}
	open_peer("written");
	assert_int_equal(admin(0xD2, data, sizeof(data), CT_DIR_TO_HOST, 64, &cqe), -EPROTO);
	assert_non_null(strstr(target.error, "a reply to ADMIN with 64 bytes announces 63"));
	close_peer(NULL);
	/* more bytes than the buffer holds */
	open_peer("good");
	assert_int_equal(admin(0xD2, data, sizeof(data), CT_DIR_TO_HOST, 65, &cqe), -EPROTO);
	assert_non_null(strstr(target.error, "has 97 bytes, expected 32 to 96"));
	close_peer(NULL);
	open_peer("reset-vfs");
	assert_int_equal(target.ops->reset(&target, 0, CT_RESET_FLR), -EPROTO);
	assert_non_null(strstr(target.error, "NumVFs 5 of 4 after RESET"));
}

/* Neither a simulator that ignores the end of its input nor its children outlive the target. */
static void a_deaf_simulator_is_killed(void **state)
{
	struct exec_wire *wire;
	pid_t pid;

	(void)state;
	open_peer("deaf");
	assert_int_equal(admin_plain(), 0);
	wire = target.priv;
	pid = wire->pid;
	close_peer(NULL);
	assert_int_equal(kill(-pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* Appends the bytes of one line of the document's example: hex pairs, or "(and N bytes 00)". */
static void write_example_line(FILE *file, const char *line)
{
	unsigned int value;
	int used;

	while (*line) {
		if (sscanf(line, " (and %u bytes 00)%n", &value, &used) == 1) {
			while (value--)
				fputc(0, file);
		} else if (sscanf(line, " %2x%n", &value, &used) == 1) {
			fputc((int)value, file);
		} else {
			return;
		}
		line += used;
	}
}

/* Writes the four messages of the document's example into to-1, from-1, to-2, from-2. */
static void write_example(const char *dir)
{
	FILE *doc = fopen("docs/exec-protocol.md", "r"), *file = NULL;
	unsigned int number = 0;
	char line[256], path[300];

	assert_non_null(doc);
	while (fgets(line, sizeof(line), doc)) {
		bool to = !strncmp(line, "to the simulator ", 17);
		bool from = !strncmp(line, "from the simulator ", 19);

		if (to || from) {
			number += to;
			snprintf(path, sizeof(path), "%s/%s-%u", dir, to ? "to" : "from", number);
			if (file)
				fclose(file);
			file = fopen(path, "w");
			assert_non_null(file);
			write_example_line(file, line + (to ? 17 : 19));
		} else if (file && line[0] == ' ') {
			write_example_line(file, line);
		} else if (file) {
			fclose(file);
			file = NULL;
		}
	}
	fclose(doc);
	assert_int_equal(number, 2);
}

/* A shell plays the simulator with the bytes that the document shows. */
static void the_documents_example_is_true(void **state)
{
	uint8_t sqe[64] = { [LM_SQE_OPC] = LM_OPC_SUSPEND, [LM_SQE_CDW10] = 1 };
	char dir[] = "/tmp/exec-example-XXXXXX", command[400];
	struct ct_cqe cqe;

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_example(dir);
	snprintf(command, sizeof(command),
		 "cd %s && head -c 32 | cmp - to-1 && cat from-1 && head -c 104 | cmp - to-2 && "
		 "cat from-2; cat >rest; rm -r %s",
		 dir, dir);
	memset(&target, 0, sizeof(target));
	target.ops = find_target("exec");
	if (target.ops->open(&target, command))
		fail_msg("%s", target.error);
	assert_string_equal(target.info.transport, "exec: sim");
	assert_int_equal(target.info.num_vfs, 4);
	lm_put_le16(sqe + LM_SQE_CID, 0x1234);
	if (target.ops->admin(&target, 0, sqe, NULL, 0, CT_DIR_NONE, 5000 * MS, &cqe))
		fail_msg("%s", target.error);
	assert_int_equal(cqe.status, LM_SC_SUCCESS);
	assert_int_equal(cqe.cid, 0x1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(hello_fills_in_the_description, close_peer),
		cmocka_unit_test_teardown(few_bits_give_few_capabilities, close_peer),
		cmocka_unit_test_teardown(admin_carries_entry_and_completion, close_peer),
		cmocka_unit_test_teardown(admin_without_raw_keeps_the_suites_cid, close_peer),
		cmocka_unit_test_teardown(admin_moves_data_both_ways, close_peer),
		cmocka_unit_test_teardown(more_data_than_declared_is_refused_here, close_peer),
		cmocka_unit_test_teardown(a_command_that_does_not_complete_is_a_timeout,
					  close_peer),
		cmocka_unit_test_teardown(registers_are_read_and_written, close_peer),
		cmocka_unit_test_teardown(functions_reach_memory_and_interrupt, close_peer),
		cmocka_unit_test_teardown(memory_has_unmapped_pages_around_it, close_peer),
		cmocka_unit_test_teardown(resets_tell_num_vfs, close_peer),
		cmocka_unit_test_teardown(bus_mastering_is_needed_and_ends_with_resets, close_peer),
		cmocka_unit_test_teardown(the_rest_of_the_requests_arrive, close_peer),
		cmocka_unit_test_teardown(another_process_gets_its_own_simulator, close_peer),
		cmocka_unit_test_teardown(faults_at_the_start_are_named, close_peer),
		cmocka_unit_test_teardown(faults_in_a_command_end_the_conversation, close_peer),
		cmocka_unit_test_teardown(the_simulators_own_failure_is_told, close_peer),
		cmocka_unit_test_teardown(other_faults_are_named, close_peer),
		cmocka_unit_test_teardown(a_deaf_simulator_is_killed, close_peer),
		cmocka_unit_test_teardown(the_documents_example_is_true, close_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
