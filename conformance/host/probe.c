/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The PF's Identify Controller data before there is a case: what the runner
 * decides by whether the five commands may be sent at all. An owned PF is
 * enabled for this with queues of two entries, and disabled again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "nvme-lm-fault.h"

#define STEP_NS (100 * HN_US)

struct probe {
	struct ct_target *t;
	uint8_t *sq, *cq, *data;
	uint64_t sq_iova, cq_iova, data_iova;
};

static int fail(struct ct_target *t, int error, const char *what)
{
	snprintf(t->error, sizeof(t->error), "%s", what);
	return error;
}

static int reg_write(struct ct_target *t, uint32_t offset, unsigned int len, uint64_t value)
{
	return t->ops->reg_write(t, 0, offset, len, value);
}

static int wait_rdy(struct ct_target *t, uint64_t want)
{
	uint64_t value, end = t->ops->now(t) + 30 * HN_S;
	int ret;

	for (;;) {
		ret = t->ops->reg_read(t, 0, NVME_REG_CSTS, 4, &value);
		if (ret || (value & NVME_CSTS_RDY) == want)
			return ret;
		if (t->ops->now(t) > end)
			return fail(t, -ETIMEDOUT, "the PF's CSTS.RDY does not follow CC.EN");
		ret = t->ops->advance(t, STEP_NS);
		if (ret)
			return ret;
	}
}

static int enable(struct probe *p)
{
	struct ct_target *t = p->t;
	int ret = 0;

	if (t->info.caps & CT_CAP(CT_CAP_PCI_COMMAND))
		ret = t->ops->pci_command(t, 0, true, true, false, false);
	if (!ret)
		ret = reg_write(t, NVME_REG_CC, 4, 0);
	if (!ret)
		ret = wait_rdy(t, 0);
	if (!ret)
		ret = reg_write(t, NVME_REG_AQA, 4, 1 | 1 << 16);
	if (!ret)
		ret = reg_write(t, NVME_REG_ASQ, 8, p->sq_iova);
	if (!ret)
		ret = reg_write(t, NVME_REG_ACQ, 8, p->cq_iova);
	if (!ret)
		ret = reg_write(t, NVME_REG_CC, 4, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES);
	return ret ? ret : wait_rdy(t, NVME_CSTS_RDY);
}

/* The n-th command (from 0) of the queue of two entries; *status gets its status field. */
static int submit(struct probe *p, const uint8_t *sqe, unsigned int n, uint16_t *status)
{
	uint8_t *slot = p->sq + (size_t)(n % 2) * LM_SQE_SIZE;
	const uint8_t *cqe = p->cq + (size_t)(n % 2) * LM_CQE_SIZE;
	struct ct_target *t = p->t;
	uint64_t end = t->ops->now(t) + 30 * HN_S;
	int ret;

	memcpy(slot, sqe, LM_SQE_SIZE);
	lm_put_le16(slot + LM_SQE_CID, (uint16_t)(n + 1));
	lm_put_le64(slot + LM_SQE_PRP1, p->data_iova);
	ret = reg_write(t, NVME_REG_DOORBELLS, 4, (n + 1) % 2);
	while (!ret && (lm_get_le16(cqe + LM_CQE_STATUS) & 1) == (n / 2 % 2)) {
		if (t->ops->now(t) > end)
			return fail(t, -ETIMEDOUT, "the PF does not answer an admin command");
		ret = t->ops->advance(t, STEP_NS);
	}
	*status = lm_get_le16(cqe + LM_CQE_STATUS) >> 1;
	return ret ? ret : reg_write(t, NVME_REG_DOORBELLS + 4, 4, (n + 1) % 2);
}

static void identify_cmd(uint8_t sqe[LM_SQE_SIZE])
{
	memset(sqe, 0, LM_SQE_SIZE);
	sqe[LM_SQE_OPC] = NVME_ADM_IDENTIFY;
	lm_put_le16(sqe + LM_SQE_CID, 1);
	lm_put_le32(sqe + LM_SQE_CDW10, NVME_CNS_CONTROLLER);
}

static bool is_ours(const uint8_t *id)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	return !memcmp(id + LM_ID_UUID, uuid, sizeof(uuid));
}

/* To a device that has not the five commands, or is not ours, a vendor's log page means something else. */
static bool may_ask(const uint8_t *id)
{
	return id[LM_ID_CAPABILITY] == LM_CAPABILITY_SUPPORTED && is_ours(id);
}

/* The fault switch is there where its log page is. */
static void found_switch(struct ct_target *t)
{
	t->info.fault_commands = true;
	t->info.caps |= CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_MEDIA) | CT_CAP(CT_CAP_INJECT) |
			CT_CAP(CT_CAP_NAMESPACE);
	if (t->info.caps & CT_CAP(CT_CAP_DMA))
		t->info.caps |= CT_CAP(CT_CAP_GUARD);
}

static int identify(struct probe *p, uint8_t id[4096])
{
	uint8_t sqe[LM_SQE_SIZE];
	struct hn_cmd cmd;
	uint16_t status;
	int ret;

	identify_cmd(sqe);
	ret = submit(p, sqe, 0, &status);
	if (ret)
		return ret;
	if (status)
		return fail(p->t, -EIO, "Identify Controller of the PF ended with an error status");
	memcpy(id, p->data, LM_ID_SIZE);
	if (!p->t->info.fault_maybe || !may_ask(id))
		return 0;
	hn_fault_log_cmd(&cmd, 1, NULL, 1);
	ret = submit(p, cmd.sqe, 1, &status);
	if (!ret && !status)
		found_switch(p->t);
	return ret;
}

static int probe_owned(struct ct_target *t, uint8_t id[4096])
{
	struct probe p = { .t = t };
	int ret;

	p.sq = t->ops->dma_alloc(t, NVME_PAGE, NVME_PAGE, &p.sq_iova);
	p.cq = t->ops->dma_alloc(t, NVME_PAGE, NVME_PAGE, &p.cq_iova);
	p.data = t->ops->dma_alloc(t, LM_ID_SIZE, NVME_PAGE, &p.data_iova);
	if (!p.sq || !p.cq || !p.data) {
		ret = fail(t, -ENOMEM, "no DMA memory for Identify");
	} else {
		ret = enable(&p);
		if (!ret)
			ret = identify(&p, id);
		if (!ret)
			ret = reg_write(t, NVME_REG_CC, 4, 0);
		if (!ret)
			ret = wait_rdy(t, 0);
	}
	t->ops->dma_free_all(t);
	return ret;
}

static int probe_passthru(struct ct_target *t, uint8_t id[4096])
{
	uint8_t sqe[LM_SQE_SIZE], record[LM_JOURNAL_SIZE] __attribute__((aligned(4)));
	struct hn_cmd cmd;
	struct ct_cqe cqe;
	int ret;

	identify_cmd(sqe);
	ret = t->ops->admin(t, 0, sqe, id, LM_ID_SIZE, CT_DIR_TO_HOST, 30 * HN_S, &cqe);
	if (!ret && cqe.status)
		return fail(t, -EIO, "Identify Controller of the PF ended with an error status");
	if (ret || !t->info.fault_maybe || !may_ask(id))
		return ret;
	hn_fault_log_cmd(&cmd, 1, NULL, 1);
	lm_put_le16(cmd.sqe + LM_SQE_CID, 2);
	ret = t->ops->admin(t, 0, cmd.sqe, record, sizeof(record), CT_DIR_TO_HOST, 30 * HN_S, &cqe);
	if (!ret && !cqe.status)
		found_switch(t);
	return ret;
}

int ct_probe_identify(struct ct_target *target, uint8_t id[4096])
{
	uint64_t caps = target->info.caps;
	int ret;

	if (caps & CT_CAP(CT_CAP_PF_OWNED))
		ret = probe_owned(target, id);
	else if (caps & (CT_CAP(CT_CAP_PF_PASSTHRU) | CT_CAP(CT_CAP_PF_RAW_SQE)))
		ret = probe_passthru(target, id);
	else
		return fail(target, -EOPNOTSUPP, "the target has no way to the PF's admin queue");
	hn_suspend_limit = 0;
	if (!ret && is_ours(id))
		hn_suspend_limit = lm_get_le16(id + LM_ID_SUSPEND_LIMIT) * 100 * HN_MS;
	return ret;
}
