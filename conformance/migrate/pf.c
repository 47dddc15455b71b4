/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pf.h"

#include <errno.h>
#include <string.h>

#include "nvme-base.h"
#include "nvme-lm.h"
#include "say.h"

#define ENTRIES 8u
#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_US UINT64_C(1000)
#define DEFAULT_LIMIT (30 * NS_PER_S)
#define MARGIN (10 * NS_PER_S)

static bool has(const struct mg_pf *pf, enum ct_cap cap)
{
	return pf->t->info.caps & CT_CAP(cap);
}

static bool write_reg(struct mg_pf *pf, uint32_t offset, unsigned int len, uint64_t value)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (pf->t->ops->reg_write(pf->t, 0, offset, len, value))
		return mg_broken(pf->out, pf->t, "writing a register of the PF");
	return true;
}

/* A piece of the device's work, or nothing but the time that the look at the queue takes. */
static bool pass_time(struct mg_pf *pf)
{
	bool more = false;

	if (has(pf, CT_CAP_STEP) && pf->t->ops->step(pf->t, &more))
		return mg_broken(pf->out, pf->t, "stepping the device");
	if (!more && has(pf, CT_CAP_CLOCK) &&
	    pf->t->ops->advance(pf->t, (pf->looks++ < 100 ? 5 : 1000) * NS_PER_US))
		return mg_broken(pf->out, pf->t, "letting time pass");
	return true;
}

static bool wait_ready(struct mg_pf *pf, uint64_t ready)
{
	uint64_t csts, end = pf->t->ops->now(pf->t) + DEFAULT_LIMIT;

	for (;;) {
		if (pf->t->ops->reg_read(pf->t, 0, NVME_REG_CSTS, 4, &csts))
			return mg_broken(pf->out, pf->t, "reading CSTS of the PF");
		if ((csts & NVME_CSTS_RDY) == ready)
			return true;
		if (pf->t->ops->now(pf->t) > end)
			return mg_stop(pf->out, CT_EXIT_PARTIAL,
				       "CSTS.RDY of the PF does not follow CC.EN");
		if (!pass_time(pf))
			return false;
	}
}

static uint8_t *memory(struct mg_pf *pf, size_t len, uint64_t *iova)
{
	uint8_t *p = pf->t->ops->dma_alloc(pf->t, len, NVME_PAGE, iova);

	if (!p)
		mg_broken(pf->out, pf->t, "memory for the PF");
	return p;
}

static bool enable(struct mg_pf *pf)
{
	const uint64_t entries = ENTRIES - 1;

	pf->sq = memory(pf, NVME_PAGE, &pf->sq_iova);
	pf->cq = memory(pf, NVME_PAGE, &pf->cq_iova);
	pf->list = memory(pf, NVME_PAGE, &pf->list_iova);
	pf->data = memory(pf, MG_MAX_IMAGE, &pf->data_iova);
	if (!pf->sq || !pf->cq || !pf->list || !pf->data)
		return false;
	if (has(pf, CT_CAP_PCI_COMMAND) &&
	    pf->t->ops->pci_command(pf->t, 0, true, true, false, false))
		return mg_broken(pf->out, pf->t, "the PF's Command register");
	pf->phase = true;
	return write_reg(pf, NVME_REG_CC, 4, 0) && wait_ready(pf, 0) &&
	       write_reg(pf, NVME_REG_AQA, 4, entries | entries << 16) &&
	       write_reg(pf, NVME_REG_ASQ, 8, pf->sq_iova) &&
	       write_reg(pf, NVME_REG_ACQ, 8, pf->cq_iova) &&
	       write_reg(pf, NVME_REG_CC, 4, NVME_CC_EN | NVME_CC_IOSQES | NVME_CC_IOCQES) &&
	       wait_ready(pf, NVME_CSTS_RDY);
}

bool mg_pf_open(struct mg_pf *pf, struct ct_target *t, struct mg_outcome *out, bool proposal,
		uint64_t limit)
{
	memset(pf, 0, sizeof(*pf));
	pf->t = t;
	pf->out = out;
	pf->proposal = proposal;
	pf->timeout = 2 * (limit ? limit : DEFAULT_LIMIT) + MARGIN;
	pf->owned = has(pf, CT_CAP_PF_OWNED);
	if (pf->owned)
		return enable(pf);
	if (!has(pf, CT_CAP_PF_PASSTHRU) && !has(pf, CT_CAP_PF_RAW_SQE))
		return mg_stop(out, CT_EXIT_USAGE, "the target has no way to the PF's admin queue");
	return true;
}

void mg_pf_close(struct mg_pf *pf)
{
	if (pf->threaded)
		pthread_join(pf->thread, NULL);
	pf->threaded = false;
	if (pf->owned && pf->sq)
		write_reg(pf, NVME_REG_CC, 4, 0);
}

static void set_prps(struct mg_pf *pf, uint8_t *sqe)
{
	uint32_t i, pages = (pf->len + NVME_PAGE - 1) / NVME_PAGE;

	lm_put_le64(sqe + LM_SQE_PRP1, pf->data_iova);
	if (pages == 2)
		lm_put_le64(sqe + LM_SQE_PRP2, pf->data_iova + NVME_PAGE);
	if (pages <= 2)
		return;
	for (i = 1; i < pages; i++)
		lm_put_le64(pf->list + 8 * (i - 1), pf->data_iova + (uint64_t)i * NVME_PAGE);
	lm_put_le64(sqe + LM_SQE_PRP2, pf->list_iova);
}

static bool start_owned(struct mg_pf *pf)
{
	uint8_t *entry = pf->sq + pf->tail * LM_SQE_SIZE;

	memcpy(entry, pf->sqe, LM_SQE_SIZE);
	lm_put_le16(entry + LM_SQE_CID, ++pf->cid);
	if (pf->dir != CT_DIR_NONE)
		set_prps(pf, entry);
	/* Of what a device does not write, the host keeps what was there. */
	if (pf->len)
		memcpy(pf->data, pf->buf, pf->len);
	pf->tail = (pf->tail + 1u) % ENTRIES;
	return write_reg(pf, NVME_REG_DOORBELLS, 4, pf->tail);
}

static bool poll_owned(struct mg_pf *pf, bool *done)
{
	const uint8_t *cqe = pf->cq + pf->head * LM_CQE_SIZE;
	uint16_t status = lm_get_le16(cqe + LM_CQE_STATUS);

	*done = (status & 1) == pf->phase;
	if (!*done)
		return true;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	pf->cqe = (struct ct_cqe){
		.dw0 = lm_get_le32(cqe + LM_CQE_DW0),
		.dw1 = lm_get_le32(cqe + LM_CQE_DW1),
		.cid = lm_get_le16(cqe + LM_CQE_CID),
		.status = status >> 1 & 0x7FF,
		.dnr = status >> 15,
	};
	if (pf->cqe.cid != pf->cid)
		return mg_stop(pf->out, CT_EXIT_USAGE,
			       "the PF completes CID %04Xh, which it was not given", pf->cqe.cid);
	if (pf->dir == CT_DIR_TO_HOST)
		memcpy(pf->buf, pf->data, pf->len);
	if (++pf->head == ENTRIES) {
		pf->head = 0;
		pf->phase = !pf->phase;
	}
	return write_reg(pf, NVME_REG_DOORBELLS + 4, 4, pf->head);
}

static void *blocking(void *arg)
{
	struct mg_pf *pf = arg;

	pf->ret = pf->copy.ops->admin(&pf->copy, 0, pf->sqe, pf->buf, pf->len, pf->dir, pf->timeout,
				      &pf->cqe);
	__atomic_store_n(&pf->done, 1, __ATOMIC_RELEASE);
	return NULL;
}

static bool judge_passthru(struct mg_pf *pf)
{
	if (!pf->ret)
		return true;
	return mg_stop(pf->out, pf->ret == -ETIMEDOUT ? CT_EXIT_PARTIAL : CT_EXIT_USAGE,
		       "opcode %02Xh on the PF: %s", pf->sqe[LM_SQE_OPC], pf->copy.error);
}

static bool prepare(struct mg_pf *pf, const uint8_t sqe[64], void *buf, uint32_t len,
		    enum ct_dir dir)
{
	if (len > MG_MAX_IMAGE)
		return mg_stop(pf->out, CT_EXIT_USAGE, "an image of %u bytes is too large", len);
	memcpy(pf->sqe, sqe, LM_SQE_SIZE);
	pf->buf = buf;
	pf->len = len;
	pf->dir = dir;
	pf->done = 0;
	pf->looks = 0;
	pf->copy = *pf->t;
	pf->deadline = pf->t->ops->now(pf->t) + pf->timeout;
	return true;
}

bool mg_pf_start(struct mg_pf *pf, const uint8_t sqe[64], void *buf, uint32_t len, enum ct_dir dir)
{
	if (!prepare(pf, sqe, buf, len, dir))
		return false;
	if (pf->owned)
		return start_owned(pf);
	if (pthread_create(&pf->thread, NULL, blocking, pf))
		return mg_stop(pf->out, CT_EXIT_USAGE, "no thread for a command of the PF");
	pf->threaded = true;
	return true;
}

static bool poll_passthru(struct mg_pf *pf, bool *done)
{
	*done = __atomic_load_n(&pf->done, __ATOMIC_ACQUIRE);
	if (!*done)
		return true;
	pthread_join(pf->thread, NULL);
	pf->threaded = false;
	return judge_passthru(pf);
}

bool mg_pf_poll(struct mg_pf *pf, bool *done, struct ct_cqe *cqe)
{
	if (!(pf->owned ? poll_owned(pf, done) : poll_passthru(pf, done)))
		return false;
	*cqe = pf->cqe;
	/* Passthrough has its own time limit. */
	if (!*done && pf->owned && pf->t->ops->now(pf->t) > pf->deadline)
		return mg_stop(pf->out, CT_EXIT_PARTIAL, "the PF does not complete opcode %02Xh",
			       pf->sqe[LM_SQE_OPC]);
	return true;
}

bool mg_pf_command(struct mg_pf *pf, const uint8_t sqe[64], void *buf, uint32_t len,
		   enum ct_dir dir, struct ct_cqe *cqe)
{
	bool done = false;

	if (!prepare(pf, sqe, buf, len, dir))
		return false;
	if (!pf->owned) {
		blocking(pf);
		*cqe = pf->cqe;
		return judge_passthru(pf);
	}
	if (!start_owned(pf))
		return false;
	while (!done)
		if (!mg_pf_poll(pf, &done, cqe) || (!done && !pass_time(pf)))
			return false;
	return true;
}
