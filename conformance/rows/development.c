/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The fault switch is not there unless it was turned on, and never for a VF. Its
 * identifiers are the reference model's: on another device they may be anything
 * else, so that nothing is sent there.
 */
#include <stdio.h>
#include <string.h>

#include "hn.h"
#include "nvme-lm-fault.h"

#define CDW10_NUMD(len) (((len) / 4 - 1) << 16)
#define MODEL_NUMBER "nvme-lm reference model "
#define ID_MN 24

static const uint8_t features[] = { LM_FID_MEDIA, LM_FID_FAULT, LM_FID_NAMESPACE };
#define NUM_FEATURES (sizeof(features) / sizeof(features[0]))

static void need_model(struct ct *ct)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	if (memcmp(id + ID_MN, MODEL_NUMBER, strlen(MODEL_NUMBER)) != 0)
		ct_not_applicable(ct, "the device is not the reference model");
}

static void read_journal(struct ct *ct, unsigned int fn, struct ct_cqe *cqe)
{
	uint8_t *data = hn_mem(ct, LM_JOURNAL_SIZE);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_LOG, 0xFFFFFFFF);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, CDW10_NUMD(LM_JOURNAL_SIZE) | LM_LID_JOURNAL);
	hn_cmd_data(&cmd, data, LM_JOURNAL_SIZE, CT_DIR_TO_HOST);
	hn_admin(ct, fn, &cmd, cqe);
}

/* With data that change nothing where the feature is there: media normal, no fault, NSID 0. */
static void set_feature(struct ct *ct, unsigned int fn, uint8_t fid, struct ct_cqe *cqe)
{
	uint8_t *data = hn_mem(ct, LM_FAULT_DATA_SIZE);
	struct hn_cmd cmd = hn_cmd(NVME_ADM_SET_FEATURES, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, fid);
	hn_cmd_data(&cmd, data, LM_FAULT_DATA_SIZE, CT_DIR_TO_DEVICE);
	hn_admin(ct, fn, &cmd, cqe);
}

static unsigned int cases(struct ct *ct)
{
	(void)ct;
	return 1 + NUM_FEATURES;
}

static void name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	if (i)
		snprintf(buf, size, "feature-%02xh", features[i - 1]);
	else
		snprintf(buf, size, "log-page-%02xh", LM_LID_JOURNAL);
}

static void judge(struct ct *ct, unsigned int fn, unsigned int i)
{
	struct ct_cqe cqe;

	if (i) {
		set_feature(ct, fn, features[i - 1], &cqe);
		ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	} else {
		read_journal(ct, fn, &cqe);
		ct_status(ct, &cqe, NVME_SC_LOG_INVALID);
	}
}

static void pf_run(struct ct *ct, unsigned int i)
{
	struct ct_cqe cqe;

	need_model(ct);
	read_journal(ct, 0, &cqe);
	if (cqe.status == LM_SC_SUCCESS)
		ct_not_applicable(ct, "the device has its fault switch on");
	judge(ct, 0, i);
}

static void vf_run(struct ct *ct, unsigned int i)
{
	need_model(ct);
	hn_need_vfs(ct, 1);
	if (!ct_has(ct, CT_CAP_VF_ADMIN))
		hn_enable(ct, 1);
	judge(ct, 1, i);
}

CT_ROW(pf, .id = "SEC/fault-switch-that-is-off-does-not-exist", .reqs = "LM-SEC-130",
       .given = "the PF of a reference model with the fault switch off",
       .when = "the journal's log page is read, one of the features is set",
       .expect = "109h, 002h: as for every identifier that is not there", .flags = CT_ROW_FIVE,
       .cases = cases, .name = name, .run = pf_run);

CT_ROW(vf, .id = "SEC/fault-switch-does-not-exist-for-a-vf", .reqs = "LM-SEC-130",
       .given = "a VF of a reference model, the fault switch on or off",
       .when = "it reads the journal's log page, sets one of the features",
       .expect = "109h, 002h: as for every identifier that is not there",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .cases = cases, .name = name,
       .run = vf_run);
