/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The surroundings: journal, media, injection, namespaces. By calls of the
 * target, or by the fault switch's commands to the PF (nvme-lm-fault.h). Such
 * commands leave no trace; reading the journal makes the PF act, so that its own
 * events mean nothing then.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"
#include "nvme-lm-fault.h"

/* A ring that is read at this distance is found, wherever it stands. */
#define STRIDE UINT64_C(65536)
#define MAX_STRIDES 4096

static bool by_commands(void)
{
	return hn_host.target->info.fault_commands;
}

/* A PF that is shut down, by the row, takes no command any more. */
static void need_pf(struct ct *ct)
{
	if (hn_host.fn[0].enabled && hn_read32(ct, 0, NVME_REG_CC) & NVME_CC_SHN_MASK)
		ct_not_applicable(
			ct, "the PF is shut down, and the fault switch is reached by its commands");
}

static void quiet_admin(struct ct *ct, const struct hn_cmd *cmd, struct ct_cqe *cqe)
{
	need_pf(ct);
	hn_host.quiet = true;
	hn_admin(ct, 0, cmd, cqe);
	hn_host.quiet = false;
}

void hn_fault_log_cmd(struct hn_cmd *cmd, uint64_t first, void *data, uint32_t records)
{
	uint32_t numd = records * LM_JOURNAL_SIZE / 4 - 1;

	*cmd = hn_cmd(NVME_ADM_GET_LOG, 0);
	lm_put_le32(cmd->sqe + LM_SQE_CDW10, LM_LID_JOURNAL | (numd & 0xFFFF) << 16);
	lm_put_le32(cmd->sqe + LM_SQE_CDW11, numd >> 16);
	/* log page offset, CDW12 and CDW13 */
	lm_put_le64(cmd->sqe + LM_SQE_CDW12, (first - 1) * LM_JOURNAL_SIZE);
	hn_cmd_data(cmd, data, records * LM_JOURNAL_SIZE, CT_DIR_TO_HOST);
}

static void read_records(struct ct *ct, uint64_t first, uint8_t *data, uint32_t records)
{
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	hn_fault_log_cmd(&cmd, first, data, records);
	quiet_admin(ct, &cmd, &cqe);
	if (cqe.status != LM_SC_SUCCESS)
		ct_error(ct, "reading the journal ended with %03Xh", cqe.status);
}

static bool decode(const uint8_t *p, struct ct_event *ev)
{
	static const enum ct_event_kind kinds[] = {
		[LM_JOURNAL_DMA_READ] = CT_EV_DMA_READ,	  [LM_JOURNAL_DMA_WRITE] = CT_EV_DMA_WRITE,
		[LM_JOURNAL_DMA_FAULT] = CT_EV_DMA_FAULT, [LM_JOURNAL_MSIX] = CT_EV_MSIX,
		[LM_JOURNAL_REG_READ] = CT_EV_REG_READ,	  [LM_JOURNAL_REG_WRITE] = CT_EV_REG_WRITE,
		[LM_JOURNAL_MEDIA] = CT_EV_MEDIA,	  [LM_JOURNAL_COMMAND] = CT_EV_COMMAND,
	};
	uint8_t kind = p[LM_JOURNAL_KIND];

	if (!kind || kind >= sizeof(kinds) / sizeof(kinds[0]))
		return false;
	*ev = (struct ct_event){
		.seq = lm_get_le64(p + LM_JOURNAL_SEQ),
		.time = lm_get_le64(p + LM_JOURNAL_TIME),
		.kind = kinds[kind],
		.fn = lm_get_le16(p + LM_JOURNAL_FN),
		.addr = lm_get_le64(p + LM_JOURNAL_ADDR),
		.len = lm_get_le32(p + LM_JOURNAL_LEN),
		.data = lm_get_le32(p + LM_JOURNAL_DATA),
		.vector = lm_get_le16(p + LM_JOURNAL_VECTOR),
	};
	return true;
}

static bool is_record(struct ct *ct, uint64_t n)
{
	uint8_t data[LM_JOURNAL_SIZE] = { 0 };

	read_records(ct, n, data, 1);
	return lm_get_le64(data + LM_JOURNAL_SEQ) == n;
}

/* Any record of the ring, whose oldest were dropped: the one from which its end is looked for. */
static uint64_t find_ring(struct ct *ct)
{
	uint64_t n;

	for (n = 0; n < MAX_STRIDES; n++)
		if (is_record(ct, n * STRIDE + 1))
			return n * STRIDE + 1;
	ct_error(ct, "the journal has no record");
}

/* Sequence number of the last record, without reading all of them. */
static uint64_t find_end(struct ct *ct)
{
	uint64_t low = find_ring(ct), high = low + STRIDE, middle;
	unsigned int n;

	for (n = 0; is_record(ct, high); n++) {
		if (n == MAX_STRIDES)
			ct_error(ct, "the journal has no end");
		low = high;
		high += STRIDE;
	}
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (is_record(ct, middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint64_t hn_journal_end(struct ct *ct)
{
	static uint64_t last;

	if (!by_commands())
		return 0;
	if (!last)
		last = find_end(ct);
	return last;
}

/* What no reading of the journal causes. */
static bool is_of_the_five(const struct ct_event *ev)
{
	return ev->kind == CT_EV_COMMAND && !ev->vector && hn_is_five((uint8_t)ev->data);
}

/* Get Log Page and its answer are events of the PF: the end is what a read finds as its last. */
static bool batch_by_commands(struct ct *ct, uint64_t *after, struct ct_event *ev,
			      unsigned int *num)
{
	static uint8_t data[HN_BATCH * LM_JOURNAL_SIZE];
	unsigned int i;

	memset(data, 0, sizeof(data));
	read_records(ct, *after + 1, data, HN_BATCH);
	*num = 0;
	for (i = 0; i < HN_BATCH; i++) {
		const uint8_t *p = data + i * LM_JOURNAL_SIZE;
		struct ct_event e;

		if (lm_get_le64(p + LM_JOURNAL_SEQ) != *after + 1)
			break;
		++*after;
		if (decode(p, &e) && (e.fn || e.kind == CT_EV_DMA_FAULT || is_of_the_five(&e)))
			ev[(*num)++] = e;
	}
	return i == HN_BATCH;
}

bool hn_batch(struct ct *ct, uint64_t *after, struct ct_event *ev, unsigned int *num)
{
	struct ct_target *t = hn_host.target;
	int n;

	if (by_commands())
		return batch_by_commands(ct, after, ev, num);
	n = t->ops->journal(t, *after, ev, HN_BATCH);
	hn_must(ct, n, "reading the journal");
	*num = (unsigned int)n;
	if (n)
		*after = ev[n - 1].seq;
	return n;
}

bool hn_sees(struct ct *ct, unsigned int fn)
{
	return hn_has(ct, JOURNAL) && (!by_commands() || (fn && fn != HN_ANY_FN));
}

static void set(struct ct *ct, uint8_t fid, const uint8_t data[LM_FAULT_DATA_SIZE],
		const char *what)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_SET_FEATURES, 0);
	uint8_t copy[LM_FAULT_DATA_SIZE];
	struct ct_cqe cqe;

	memcpy(copy, data, sizeof(copy));
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, fid);
	hn_cmd_data(&cmd, copy, sizeof(copy), CT_DIR_TO_DEVICE);
	quiet_admin(ct, &cmd, &cqe);
	if (cqe.status != LM_SC_SUCCESS)
		ct_error(ct, "%s: Set Features %02Xh ended with %03Xh", what, fid, cqe.status);
}

static void set_media(struct ct *ct, const struct ct_media *media)
{
	struct ct_target *t = hn_host.target;
	uint8_t data[LM_FAULT_DATA_SIZE] = {
		[LM_MEDIA_MODE] = (uint8_t)media->mode,
		[LM_MEDIA_ADMIN] = media->admin,
	};

	bool in_force = media->mode != CT_MEDIA_NORMAL || media->latency || media->admin;

	if (!by_commands()) {
		hn_must(ct, t->ops->media(t, media), "setting the media");
		return;
	}
	if (!in_force && !hn_host.media_set)
		return;
	lm_put_le16(data + LM_MEDIA_STATUS, media->status);
	lm_put_le64(data + LM_MEDIA_LATENCY, media->latency);
	set(ct, LM_FID_MEDIA, data, "setting the media");
	hn_host.media_set = in_force;
}

void hn_media(struct ct *ct, enum ct_media_mode mode, uint64_t latency, bool admin)
{
	static const char *const modes[] = { "normal", "stalled", "failing" };
	struct ct_media media = {
		.mode = mode,
		.admin = admin,
		.latency = latency,
		.status = 0x281, /* Unrecovered Read Error */
	};

	ct_trace(ct, "media %s, %llu us%s", modes[mode], (unsigned long long)(latency / HN_US),
		 admin ? ", admin commands too" : "");
	set_media(ct, &media);
}

static uint8_t fault_flags(const struct ct_fault *f)
{
	return (uint8_t)((f->refuse ? LM_FAULT_F_REFUSE : 0) |
			 (f->fail_late ? LM_FAULT_F_FAIL_LATE : 0) |
			 (f->no_completion ? LM_FAULT_F_NO_COMPLETION : 0) |
			 (f->override_dw0 ? LM_FAULT_F_OVERRIDE_DW0 : 0) |
			 (f->truncate ? LM_FAULT_F_TRUNCATE : 0) |
			 (f->corrupt ? LM_FAULT_F_CORRUPT : 0));
}

void hn_inject(struct ct *ct, const struct ct_fault *fault)
{
	struct ct_target *t = hn_host.target;
	uint8_t data[LM_FAULT_DATA_SIZE] = {
		[LM_FAULT_OPC] = fault->opc,
		[LM_FAULT_FLAGS] = fault_flags(fault),
	};

	if (!by_commands()) {
		hn_must(ct, t->ops->inject(t, fault), "arming a fault");
		return;
	}
	lm_put_le16(data + LM_FAULT_VF, (uint16_t)fault->vf);
	lm_put_le32(data + LM_FAULT_SKIP, fault->skip);
	lm_put_le32(data + LM_FAULT_COUNT, fault->count);
	lm_put_le16(data + LM_FAULT_STATUS, fault->status);
	lm_put_le32(data + LM_FAULT_DW0, fault->dw0);
	lm_put_le32(data + LM_FAULT_BYTES, fault->bytes);
	set(ct, LM_FID_FAULT, data, "arming a fault");
	hn_host.fault_set = true;
}

static void resize_by_command(struct ct *ct, uint32_t nsid, uint64_t blocks)
{
	uint8_t data[LM_FAULT_DATA_SIZE] = { 0 };

	lm_put_le32(data + LM_NAMESPACE_NSID, nsid);
	lm_put_le64(data + LM_NAMESPACE_BLOCKS, blocks);
	set(ct, LM_FID_NAMESPACE, data, "changing a namespace");
}

/* So that the next case finds it as it was; FRESH does that by itself. */
static void remember_size(struct ct *ct, uint32_t nsid)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_IDENTIFY, nsid);
	uint8_t id[LM_ID_SIZE] = { 0 };
	struct ct_cqe cqe;

	if (nsid > HN_MAX_NSID || hn_host.blocks_were[nsid])
		return;
	hn_cmd_data(&cmd, id, sizeof(id), CT_DIR_TO_HOST);
	quiet_admin(ct, &cmd, &cqe);
	hn_host.blocks_were[nsid] = lm_get_le64(id);
}

void hn_resize(struct ct *ct, uint32_t nsid, uint64_t blocks)
{
	struct ct_target *t = hn_host.target;

	ct_trace(ct, "namespace %u has %llu blocks", nsid, (unsigned long long)blocks);
	if (by_commands()) {
		remember_size(ct, nsid);
		resize_by_command(ct, nsid, blocks);
	} else {
		hn_must(ct, t->ops->namespace_resize(t, nsid, blocks), "changing a namespace");
	}
}

void hn_faults_end(struct ct *ct)
{
	const struct ct_media normal = { .mode = CT_MEDIA_NORMAL };
	const uint8_t none[LM_FAULT_DATA_SIZE] = { 0 };

	if (!by_commands())
		return;
	if (hn_host.media_set)
		set_media(ct, &normal);
	if (hn_host.fault_set)
		set(ct, LM_FID_FAULT, none, "disarming all faults");
	hn_host.fault_set = false;
	for (uint32_t nsid = 1; nsid <= HN_MAX_NSID; nsid++) {
		if (hn_host.blocks_were[nsid])
			resize_by_command(ct, nsid, hn_host.blocks_were[nsid]);
		hn_host.blocks_were[nsid] = 0;
	}
}
