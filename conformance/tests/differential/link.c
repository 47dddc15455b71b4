/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find-target.h"
#include "nvme-base.h"

#define POLL_NS UINT64_C(10000)
#define SETTLE_NS UINT64_C(1000000)
#define READY_NS UINT64_C(30000000000)
#define NOWHERE UINT64_C(0x7F0000000000)

static bool has(const struct diff_link *link, enum ct_cap cap)
{
	return link->target.info.caps & CT_CAP(cap);
}

/* The program cannot go on where a target fails. */
static void must(struct diff_link *link, int ret, const char *what)
{
	if (ret >= 0)
		return;
	fprintf(stderr, "%s: %s: %s\n", link->spec, what,
		link->target.error[0] ? link->target.error : strerror(-ret));
	exit(2);
}

/* Whether the queues of this function are driven here. */
static bool owned(const struct diff_link *link, unsigned int fn)
{
	return has(link, fn ? CT_CAP_VF_REGS : CT_CAP_PF_OWNED);
}

static void write_reg(struct diff_link *link, unsigned int fn, uint32_t offset, unsigned int len,
		      uint64_t value)
{
	must(link, link->target.ops->reg_write(&link->target, fn, offset, len, value), "register");
}

static uint32_t read_csts(struct diff_link *link, unsigned int fn)
{
	uint64_t value;

	must(link, link->target.ops->reg_read(&link->target, fn, NVME_REG_CSTS, 4, &value),
	     "register");
	return (uint32_t)value;
}

static void wait_ready(struct diff_link *link, unsigned int fn, uint32_t ready)
{
	for (uint64_t ns = 0; (read_csts(link, fn) & NVME_CSTS_RDY) != ready; ns += POLL_NS) {
		if (ns > READY_NS)
			must(link, -ETIMEDOUT, "CSTS.RDY");
		diff_advance(link, POLL_NS);
	}
}

static void enable(struct diff_link *link, unsigned int fn)
{
	struct diff_queue *q = &link->queue[fn];
	const uint32_t last = DIFF_ENTRIES - 1;

	if (has(link, CT_CAP_PCI_COMMAND))
		must(link,
		     link->target.ops->pci_command(&link->target, fn, true, true, false, false),
		     "PCI command");
	memset(q->cq, 0, DIFF_ENTRIES * LM_CQE_SIZE);
	q->head = 0;
	q->tail = 0;
	q->phase = true;
	write_reg(link, fn, NVME_REG_CC, 4, 0);
	wait_ready(link, fn, 0);
	write_reg(link, fn, NVME_REG_AQA, 4, last << 16 | last);
	write_reg(link, fn, NVME_REG_ASQ, 8, q->sq_iova);
	write_reg(link, fn, NVME_REG_ACQ, 8, q->cq_iova);
	write_reg(link, fn, NVME_REG_CC, 4, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES);
	wait_ready(link, fn, NVME_CSTS_RDY);
}

static void enable_vfs(struct diff_link *link, unsigned int first, unsigned int last)
{
	for (unsigned int vf = first; vf <= last; vf++)
		if (owned(link, vf))
			enable(link, vf);
}

static uint8_t *allocate(struct diff_link *link, size_t len, uint64_t *iova)
{
	uint8_t *p = link->target.ops->dma_alloc(&link->target, len, NVME_PAGE, iova);

	must(link, p ? 0 : -ENOMEM, "memory");
	return p;
}

static void make_buffers(struct diff_link *link)
{
	link->target.ops->dma_free_all(&link->target);
	link->buffer = allocate(link, DIFF_BUFFER, &link->buffer_iova);
	link->list = allocate(link, NVME_PAGE, &link->list_iova);
	for (unsigned int i = 1; i < DIFF_BUFFER / NVME_PAGE; i++)
		lm_put_le64(link->list + 8 * (i - 1), link->buffer_iova + i * NVME_PAGE);
	for (unsigned int fn = 0; fn <= DIFF_VFS; fn++) {
		link->queue[fn].sq = allocate(link, NVME_PAGE, &link->queue[fn].sq_iova);
		link->queue[fn].cq = allocate(link, NVME_PAGE, &link->queue[fn].cq_iova);
	}
}

void diff_fresh(struct diff_link *link)
{
	must(link, link->target.ops->fresh(&link->target), "fresh");
	if (has(link, CT_CAP_DMA))
		make_buffers(link);
	if (owned(link, 0))
		enable(link, 0);
	enable_vfs(link, 1, link->target.info.num_vfs);
	memset(link->image, 0, sizeof(link->image));
}

static void read_capability(struct diff_link *link)
{
	struct diff_command cmd = { .dir = CT_DIR_TO_HOST,
				    .length = LM_ID_SIZE,
				    .timeout = READY_NS };
	struct diff_outcome outcome;

	cmd.sqe[LM_SQE_OPC] = NVME_ADM_IDENTIFY;
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_CNS_CONTROLLER);
	diff_command(link, &cmd, &outcome);
	if (outcome.timeout || outcome.status)
		must(link, -EIO, "Identify Controller");
	link->max_image = lm_get_le32(link->buffer + LM_ID_MAX_IMAGE);
	if (link->target.info.total_vfs != DIFF_VFS || link->max_image > DIFF_IMAGE_MAX)
		must(link, -ERANGE, "TotalVFs or the largest image");
}

void diff_open(struct diff_link *link, const char *spec)
{
	const uint64_t needs = CT_CAP(CT_CAP_FRESH) | CT_CAP(CT_CAP_FLR) | CT_CAP(CT_CAP_NUM_VFS) |
			       CT_CAP(CT_CAP_CONVENTIONAL) | CT_CAP(CT_CAP_MEDIA) |
			       CT_CAP(CT_CAP_CLOCK) | CT_CAP(CT_CAP_PF_RAW_SQE) |
			       CT_CAP(CT_CAP_REFERENCE_IMAGE);
	const char *arg = strchr(spec, ':');
	char name[32];

	memset(link, 0, sizeof(*link));
	link->spec = spec;
	snprintf(name, sizeof(name), "%.*s", arg ? (int)(arg - spec) : (int)strlen(spec), spec);
	link->target.ops = find_target(name);
	if (!link->target.ops) {
		fprintf(stderr, "%s: no such target\n", spec);
		exit(2);
	}
	must(link, link->target.ops->open(&link->target, arg ? arg + 1 : ""), "open");
	if ((link->target.info.caps & needs) != needs)
		must(link, -EOPNOTSUPP, "capabilities");
	if (!has(link, CT_CAP_DMA)) {
		link->buffer = calloc(1, DIFF_BUFFER);
		must(link, link->buffer ? 0 : -ENOMEM, "memory");
	}
	diff_fresh(link);
	read_capability(link);
}

void diff_close(struct diff_link *link)
{
	if (!has(link, CT_CAP_DMA))
		free(link->buffer);
	link->target.ops->close(&link->target);
}

static void put_prps(const struct diff_link *link, const struct diff_command *cmd, uint8_t *sqe)
{
	lm_put_le64(sqe + LM_SQE_PRP1, cmd->no_memory ? NOWHERE : link->buffer_iova);
	if (cmd->length <= NVME_PAGE)
		return;
	if (cmd->length <= 2 * NVME_PAGE)
		lm_put_le64(sqe + LM_SQE_PRP2, link->buffer_iova + NVME_PAGE);
	else
		lm_put_le64(sqe + LM_SQE_PRP2, link->list_iova);
}

static void take(struct diff_link *link, unsigned int fn, struct ct_cqe *cqe)
{
	struct diff_queue *q = &link->queue[fn];
	const uint8_t *entry = q->cq + q->head * LM_CQE_SIZE;
	uint16_t status = lm_get_le16(entry + LM_CQE_STATUS);

	*cqe = (struct ct_cqe){ .dw0 = lm_get_le32(entry + LM_CQE_DW0),
				.dw1 = lm_get_le32(entry + LM_CQE_DW1),
				.cid = lm_get_le16(entry + LM_CQE_CID),
				.status = status >> 1 & 0x7FF,
				.dnr = status & 0x8000 };
	q->head = (q->head + 1) % DIFF_ENTRIES;
	if (!q->head)
		q->phase = !q->phase;
	write_reg(link, fn, NVME_REG_DOORBELLS + 4, 4, q->head);
}

static bool arrived(const struct diff_queue *q)
{
	uint16_t status = lm_get_le16(q->cq + q->head * LM_CQE_SIZE + LM_CQE_STATUS);

	return (status & 1) == q->phase;
}

/* What completes besides was given up before: its waiter has a time-out already. */
static int submit(struct diff_link *link, const struct diff_command *cmd, uint8_t *sqe,
		  struct ct_cqe *cqe)
{
	struct diff_queue *q = &link->queue[cmd->fn];
	uint16_t cid = lm_get_le16(sqe + LM_SQE_CID);

	if (cmd->dir != CT_DIR_NONE)
		put_prps(link, cmd, sqe);
	memcpy(q->sq + q->tail * LM_SQE_SIZE, sqe, LM_SQE_SIZE);
	q->tail = (q->tail + 1) % DIFF_ENTRIES;
	write_reg(link, cmd->fn, NVME_REG_DOORBELLS, 4, q->tail);
	for (uint64_t ns = 0; ns <= cmd->timeout; ns += POLL_NS) {
		diff_advance(link, POLL_NS);
		while (arrived(q)) {
			take(link, cmd->fn, cqe);
			if (cqe->cid == cid)
				return 0;
		}
	}
	return -ETIMEDOUT;
}

void diff_command(struct diff_link *link, const struct diff_command *cmd,
		  struct diff_outcome *outcome)
{
	struct ct_target *t = &link->target;
	struct ct_cqe cqe = { 0 };
	uint8_t sqe[LM_SQE_SIZE];
	int ret;

	memcpy(sqe, cmd->sqe, sizeof(sqe));
	if (owned(link, cmd->fn))
		ret = submit(link, cmd, sqe, &cqe);
	else
		ret = t->ops->admin(t, cmd->fn, sqe, link->buffer, cmd->no_memory ? 0 : DIFF_BUFFER,
				    cmd->no_memory ? CT_DIR_NONE : cmd->dir, cmd->timeout, &cqe);
	if (ret != -ETIMEDOUT)
		must(link, ret, "command");
	*outcome = (struct diff_outcome){ .timeout = ret == -ETIMEDOUT };
	if (outcome->timeout)
		return;
	outcome->status = cqe.status;
	outcome->dnr = cqe.dnr;
	outcome->dw0 = cqe.dw0;
	outcome->dw1 = cqe.dw1;
}

static void set_stall(struct diff_link *link, bool stall)
{
	const struct ct_media media = { .mode = stall ? CT_MEDIA_STALL : CT_MEDIA_NORMAL,
					.admin = stall };

	must(link, link->target.ops->media(&link->target, &media), "medium");
}

/* An enable waits for the medium too, and there is nobody else to let it go on. */
void diff_release(struct diff_link *link)
{
	set_stall(link, false);
	diff_advance(link, SETTLE_NS);
}

void diff_flr(struct diff_link *link, unsigned int vf)
{
	must(link, link->target.ops->reset(&link->target, vf, CT_RESET_FLR), "FLR");
	diff_release(link);
	enable_vfs(link, vf, vf);
}

void diff_conventional(struct diff_link *link)
{
	must(link, link->target.ops->reset(&link->target, 0, CT_RESET_CONVENTIONAL),
	     "conventional reset");
	diff_release(link);
	if (owned(link, 0))
		enable(link, 0);
}

void diff_num_vfs(struct diff_link *link, unsigned int num)
{
	must(link, link->target.ops->set_num_vfs(&link->target, num), "NumVFs");
	diff_release(link);
	enable_vfs(link, 1, num);
}

void diff_stall(struct diff_link *link)
{
	set_stall(link, true);
}

void diff_advance(struct diff_link *link, uint64_t ns)
{
	must(link, link->target.ops->advance(&link->target, ns), "time");
}
