/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The journal of a device that offers the fault switch through its PF
 * (nvme-lm-fault.h), and lies: records of any kind and function, sequence
 * numbers with holes, no end. Reading it comes to an end, and gives events that
 * were asked for, in order.
 */
#include <string.h>

#include "fuzz.h"
#include "internal.h"
#include "nvme-lm-fault.h"
#include "stub-ct.h"

#define KINDS (HN_EV(CT_EV_DMA_READ) | HN_EV(CT_EV_DMA_WRITE) | HN_EV(CT_EV_MSIX))
#define MAX_EVENTS 64

static struct {
	uint8_t record[32][LM_JOURNAL_SIZE]; /* which come again and again */
	uint64_t oldest; /* record that was not dropped */
	uint64_t last;
	uint64_t hole; /* sequence number that reads as another */
	unsigned int status; /* of each command */
} device;

static int device_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
			uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	uint64_t n = lm_get_le64(sqe + LM_SQE_CDW12) / LM_JOURNAL_SIZE + 1;
	uint32_t at;

	(void)t;
	(void)timeout;
	fuzz_check(!fn && dir == CT_DIR_TO_HOST && sqe[LM_SQE_OPC] == NVME_ADM_GET_LOG,
		   "command %02xh of function %u", sqe[LM_SQE_OPC], fn);
	for (at = 0; at + LM_JOURNAL_SIZE <= len; at += LM_JOURNAL_SIZE, n++) {
		uint8_t *p = (uint8_t *)data + at;

		memset(p, 0, LM_JOURNAL_SIZE);
		if (n < device.oldest || n > device.last)
			continue;
		memcpy(p, device.record[n % 32], LM_JOURNAL_SIZE);
		lm_put_le64(p + LM_JOURNAL_SEQ, n == device.hole ? n + 1 : n);
	}
	*cqe = (struct ct_cqe){ .cid = lm_get_le16(sqe + LM_SQE_CID),
				.status = (uint16_t)device.status };
	return 0;
}

static uint64_t device_now(struct ct_target *t)
{
	(void)t;
	return 0;
}

static const struct ct_target_ops ops = { .name = "device",
					  .admin = device_admin,
					  .now = device_now };
static struct ct_target target = { .ops = &ops };
static struct ct ct = { .target = &target };
static uint64_t mark;
static unsigned int fn;

static void read_events(struct ct *c)
{
	struct ct_event ev[MAX_EVENTS];
	unsigned int num = hn_events(c, mark, fn, KINDS, ev, MAX_EVENTS), i;

	for (i = 0; i < num && i < MAX_EVENTS; i++) {
		fuzz_check(ev[i].fn == fn && (HN_EV(ev[i].kind) & KINDS),
			   "an event of function %u, kind %d", ev[i].fn, (int)ev[i].kind);
		fuzz_check(ev[i].seq > (i ? ev[i - 1].seq : mark), "events out of order");
	}
	hn_check_silent(c, mark, fn, KINDS, "the device");
}

static void read_end(struct ct *c)
{
	hn_journal_end(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = { data, size };
	uint8_t how = fuzz_u8(&in);
	unsigned int i;

	memset(&hn_host, 0, sizeof(hn_host));
	hn_host.target = &target;
	target.info.fault_commands = true;
	target.info.caps = CT_CAP(CT_CAP_PF_PASSTHRU) | CT_CAP(CT_CAP_JOURNAL);
	device.oldest = how & 1 ? fuzz_u32(&in) : 1;
	device.last = how & 2 ? UINT64_MAX : device.oldest + fuzz_u16(&in);
	device.hole = fuzz_u16(&in);
	device.status = how & 4 ? fuzz_u16(&in) & 0x7FF : 0;
	mark = how & 8 ? fuzz_u64(&in) : fuzz_u16(&in);
	fn = 1 + fuzz_below(&in, 4);
	for (i = 0; i < 32; i++) {
		fuzz_bytes(&in, device.record[i], LM_JOURNAL_SIZE);
		device.record[i][LM_JOURNAL_KIND] %= 12;
		device.record[i][LM_JOURNAL_FN] &= 7;
	}
	/* A journal that grows as fast as it is read is another matter: the case's time limit. */
	if (device.last != UINT64_MAX)
		stub_run(&ct, read_events);
	if (how & 16)
		stub_run(&ct, read_end);
	return 0;
}
