// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * What the guest sees of its VF, before and after migration: registers,
 * features, Identify data, logs, masked events, identity.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_WRITES)
#define NEEDS (CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA))
#define SRC 1
#define DST 2
#define SLBA 1024

struct registers {
	uint64_t cap, asq, acq;
	uint32_t vs, intm, cc, csts, aqa;
};

static struct registers look(struct ct *ct, unsigned int fn)
{
	return (struct registers){
		.cap = hn_read64(ct, fn, NVME_REG_CAP),
		.asq = hn_read64(ct, fn, NVME_REG_ASQ),
		.acq = hn_read64(ct, fn, NVME_REG_ACQ),
		.vs = hn_read32(ct, fn, NVME_REG_VS),
		.intm = hn_read32(ct, fn, NVME_REG_INTMS),
		.cc = hn_read32(ct, fn, NVME_REG_CC),
		.csts = hn_read32(ct, fn, NVME_REG_CSTS),
		.aqa = hn_read32(ct, fn, NVME_REG_AQA),
	};
}

static void same_registers(struct ct *ct, const struct registers *a, const struct registers *b,
			   const char *what)
{
	ct_check(ct, a->cap == b->cap && a->vs == b->vs, "%s: CAP or VS changed", what);
	ct_check(ct, a->cc == b->cc, "%s: CC was %08xh, is %08xh", what, a->cc, b->cc);
	ct_check(ct, a->csts == b->csts, "%s: CSTS was %08xh, is %08xh", what, a->csts, b->csts);
	ct_check(ct, a->aqa == b->aqa, "%s: AQA was %08xh, is %08xh", what, a->aqa, b->aqa);
	ct_check(ct, a->asq == b->asq && a->acq == b->acq, "%s: ASQ or ACQ changed", what);
	ct_check(ct, a->intm == b->intm, "%s: the interrupt mask was %08xh, is %08xh", what,
		 a->intm, b->intm);
}

/* Ways a controller can be when it is migrated. */
enum way { WAY_ENABLED, WAY_MASKED, WAY_SHUT_DOWN, WAY_DISABLED, WAY_NEVER_ENABLED, WAYS };

static const char *const way_names[] = { "enabled", "interrupts-masked", "shut-down", "disabled",
					 "never-enabled" };

static void set_way(struct ct *ct, enum way way)
{
	hn_need_vfs(ct, 2);
	if (way == WAY_NEVER_ENABLED)
		return;
	hn_enable_io(ct, SRC, 2, 8);
	hn_write_read(ct, SRC, 1, SLBA, 1);
	if (way == WAY_MASKED) {
		/* NVMe leaves INTMS undefined while MSI-X is enabled */
		if (!ct_has(ct, CT_CAP_PCI_COMMAND))
			ct_not_applicable(ct, "MSI-X cannot be switched off");
		hn_pci_command(ct, SRC, true, true, false, false);
		hn_write32(ct, SRC, NVME_REG_INTMS, 0x5);
	}
	if (way == WAY_SHUT_DOWN)
		hn_shutdown(ct, SRC);
	if (way == WAY_DISABLED)
		hn_disable(ct, SRC);
}

static unsigned int way_cases(struct ct *ct)
{
	(void)ct;
	return WAYS;
}

static void way_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", way_names[i]);
}

static void registers(struct ct *ct, unsigned int i)
{
	struct registers before, during, after;

	set_way(ct, (enum way)i);
	before = look(ct, SRC);
	hn_suspend(ct, SRC);
	during = look(ct, SRC);
	same_registers(ct, &before, &during, "while SUSPENDED");
	hn_save(ct, SRC);
	during = look(ct, SRC);
	same_registers(ct, &before, &during, "behind SAVE_DATA");
	hn_resume(ct, SRC);
	after = look(ct, SRC);
	same_registers(ct, &before, &after, "behind RESUME");
	hn_migrate(ct, SRC, DST);
	after = look(ct, DST);
	same_registers(ct, &before, &after, "on the other VF");
	hn_flr(ct, SRC);
	if (i == WAY_ENABLED)
		hn_write_read(ct, DST, 2, SLBA, 2);
	else if (i >= WAY_DISABLED)
		hn_enable_io(ct, DST, 1, 8);
}

CT_ROW(inv_registers, .id = "INV/registers-read-the-same-throughout",
       .reqs = "LM-INV-010 LM-SAV-070 LM-SUS-060 LM-COM-030 LM-IOF-030 LM-LOD-190",
       .given = "a VF that is enabled, masked, shut down, disabled or was never enabled",
       .when = "SUSPEND, SAVE_DATA, RESUME; then it is migrated",
       .expect =
	       "CC, CSTS, AQA, ASQ, ACQ and the mask read the same at every step and on the other VF",
       .needs = NEEDS, .flags = FLAGS, .cases = way_cases, .name = way_name, .run = registers);

/* Features: a value to set that differs from the usual default. */
struct feature {
	uint8_t fid;
	uint32_t select; /* Dword 11 that names what is got */
	uint32_t set;
	const char *name;
};

static const struct feature features[] = {
	{ NVME_FEAT_ARBITRATION, 0, 0x03020105, "arbitration" },
	{ NVME_FEAT_POWER, 0, 0, "power" },
	{ NVME_FEAT_TEMPERATURE, 0, 0x0149, "temperature-over" },
	{ NVME_FEAT_TEMPERATURE, 1u << 20, 1u << 20 | 0x0111, "temperature-under" },
	{ NVME_FEAT_WRITE_CACHE, 0, 0, "write-cache" },
	{ NVME_FEAT_COALESCING, 0, 0x0307, "coalescing" },
	{ NVME_FEAT_VECTOR, 1, 1u << 16 | 1, "vector-1-uncoalesced" },
	{ NVME_FEAT_ATOMICITY, 0, 1, "atomicity" },
	{ NVME_FEAT_ASYNC_EVENTS, 0, 0x0103, "async-events" },
	{ NVME_FEAT_NUM_QUEUES, 0, 0, "number-of-queues" },
};
#define FEATURES (sizeof(features) / sizeof(features[0]))

static unsigned int feature_cases(struct ct *ct)
{
	(void)ct;
	return FEATURES;
}

static void feature_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", features[i].name);
}

static void set_one(struct ct *ct, unsigned int fn, const struct feature *f)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_SET_FEATURES, 0);
	struct ct_cqe cqe;

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, f->fid);
	lm_put_le32(cmd.sqe + LM_SQE_CDW11, f->set);
	hn_admin(ct, fn, &cmd, &cqe);
	if (cqe.status != LM_SC_SUCCESS)
		ct_note(ct, "Set Features %02xh answers %03xh: its default is compared", f->fid,
			cqe.status);
}

static void feature_travels(struct ct *ct, unsigned int i)
{
	const struct feature *f = &features[i];
	uint32_t before, after;

	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 2, 8);
	/* Number of Queues cannot be set while queues exist */
	if (f->fid != NVME_FEAT_NUM_QUEUES)
		set_one(ct, SRC, f);
	before = hn_get_feature(ct, SRC, f->fid, f->select);
	hn_migrate(ct, SRC, DST);
	after = hn_get_feature(ct, DST, f->fid, f->select);
	ct_check(ct, before == after, "Feature %02xh was %08xh, is %08xh", f->fid, before, after);
	hn_flr(ct, SRC);
}

CT_ROW(inv_features, .id = "INV/features-travel", .reqs = "LM-INV-040 LM-LOD-190",
       .given = "a VF with a feature set to another value than its default",
       .when = "it is migrated", .expect = "Get Features gives that value on the other VF",
       .needs = NEEDS, .flags = FLAGS, .cases = feature_cases, .name = feature_name,
       .run = feature_travels);

/* Identify data, and whose they are. */
static void identify(struct ct *ct, unsigned int i)
{
	uint8_t before[LM_ID_SIZE], after[LM_ID_SIZE], own[LM_ID_SIZE];
	uint8_t list_before[LM_ID_SIZE], list_after[LM_ID_SIZE];
	unsigned int at = 0;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, DST, 1, 8);
	hn_identify(ct, DST, NVME_CNS_CONTROLLER, 0, own);
	hn_disable(ct, DST);
	hn_enable_io(ct, SRC, 1, 8);
	hn_identify(ct, SRC, NVME_CNS_CONTROLLER, 0, before);
	ct_check(ct, lm_get_le16(before + NVME_ID_CNTLID) != lm_get_le16(own + NVME_ID_CNTLID),
		 "two VFs have one CNTLID by themselves");
	hn_identify(ct, 0, NVME_CNS_SECONDARY, 0, list_before);
	hn_migrate(ct, SRC, DST);
	hn_identify(ct, DST, NVME_CNS_CONTROLLER, 0, after);
	while (at < LM_ID_SIZE && before[at] == after[at])
		at++;
	ct_check(ct, at == LM_ID_SIZE, "byte %u of the Identify data was %02xh, is %02xh", at,
		 at < LM_ID_SIZE ? before[at] : 0, at < LM_ID_SIZE ? after[at] : 0);
	hn_identify(ct, 0, NVME_CNS_SECONDARY, 0, list_after);
	ct_check(ct, memcmp(list_before, list_after, LM_ID_SIZE) == 0,
		 "the PF's Secondary Controller List changed with a presented identity");
	hn_flr(ct, DST);
	hn_enable_io(ct, DST, 1, 8);
	hn_identify(ct, DST, NVME_CNS_CONTROLLER, 0, after);
	ct_check(ct, memcmp(own, after, LM_ID_SIZE) == 0,
		 "a Function Level Reset does not restore the VF's own identity");
	hn_flr(ct, SRC);
}

CT_ROW(inv_identify, .id = "INV/identify-data-travel-and-a-reset-restores-the-own",
       .reqs = "LM-INV-030 LM-INV-080 LM-INV-090 LM-DIS-240 LM-LOD-190",
       .given = "two VFs with different CNTLIDs",
       .when = "one is migrated to the other, which is then reset",
       .expect =
	       "all 4096 bytes as on the source, the PF's lists unchanged; after the reset its own again",
       .needs = NEEDS, .flags = FLAGS, .run = identify);

/* One identity must not be at work twice. */
static void duplicate(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct ct_cqe cqe;
	uint16_t src, dst;

	hn_need_vfs(ct, 2);
	src = i & 2 ? (uint16_t)hn_num_vfs(ct) : SRC;
	dst = i & 2 ? SRC : DST;
	hn_scene_busy_life(ct, src);
	image = hn_scene_saved(ct, src);
	hn_suspend(ct, dst);
	hn_load(ct, dst, &image);
	hn_resume(ct, src);
	hn_lm(ct, LM_OPC_RESUME, dst, &cqe);
	ct_status(ct, &cqe, LM_SC_INCOMPATIBLE_IMAGE);
	ct_check(ct, hn_vf_state(ct, dst) == LM_STATE_SUSPENDED,
		 "the VF is not SUSPENDED any more");
	if (i & 1) {
		/* the other one stops: now this one may go */
		hn_suspend(ct, src);
		hn_move(ct, src, dst);
		hn_resume(ct, dst);
		if (ct_has(ct, CT_CAP_PCI_COMMAND))
			hn_pci_command(ct, dst, true, true, false, false);
		hn_settle(ct);
		hn_flr(ct, src);
	} else {
		hn_flr(ct, dst);
		hn_scene_alive(ct, src);
	}
}

static unsigned int four_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

CT_ROW(inv_duplicate, .id = "RSM/second-vf-with-one-identity-does-not-resume",
       .reqs = "LM-RSM-070 LM-RSM-080",
       .given =
	       "a VF with the image of another one loaded, of VF 1 or the last VF, which is ACTIVE",
       .when = "RESUME; then again with the other VF suspended",
       .expect = "1C1h and the VF SUSPENDED; then success", .needs = NEEDS, .flags = FLAGS,
       .cases = four_cases, .run = duplicate);

/* Logs of the VF. */
static void logs(struct ct *ct, unsigned int i)
{
	uint8_t errors[2][256], smart[2][512], firmware[2][512], own[512];
	struct hn_req *bad;
	uint64_t newest;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	for (unsigned int k = 0; k < 3; k++) {
		hn_write_read(ct, SRC, 1, SLBA + k, k);
		bad = hn_queue_read(ct, SRC, 1, 1, UINT64_C(1) << 58, 1);
		hn_ring(ct, SRC, 1);
		hn_drain(ct, SRC);
		ct_check(ct, bad->cqe.status == NVME_SC_LBA_RANGE,
			 "a read beyond the end answers %03xh", bad->cqe.status);
	}
	hn_get_log(ct, SRC, NVME_LOG_ERROR, NVME_NSID_ALL, errors[0], 256);
	hn_get_log(ct, SRC, NVME_LOG_SMART, NVME_NSID_ALL, smart[0], 512);
	hn_get_log(ct, SRC, NVME_LOG_FIRMWARE, NVME_NSID_ALL, firmware[0], 512);
	hn_enable_io(ct, DST, 1, 8);
	hn_get_log(ct, DST, NVME_LOG_SMART, NVME_NSID_ALL, own, 512);
	hn_migrate(ct, SRC, DST);
	hn_get_log(ct, DST, NVME_LOG_ERROR, NVME_NSID_ALL, errors[1], 256);
	hn_get_log(ct, DST, NVME_LOG_SMART, NVME_NSID_ALL, smart[1], 512);
	hn_get_log(ct, DST, NVME_LOG_FIRMWARE, NVME_NSID_ALL, firmware[1], 512);
	/* Whether a failed command makes an entry is the device's choice (LM-INV-050). */
	newest = lm_get_le64(errors[0]);
	if (!newest)
		ct_note(ct, "commands that fail leave no Error Information entry");
	else
		/* the count outlives resets of the controller */
		ct_check(ct,
			 newest >= 3 && lm_get_le64(errors[0] + 64) == newest - 1 &&
				 lm_get_le64(errors[0] + 128) == newest - 2,
			 "three errors, but not three entries with the counts up to %llu",
			 (unsigned long long)newest);
	ct_check(ct, memcmp(errors[0], errors[1], 256) == 0, "the Error Information log changed");
	/* counters from Data Units Read on: temperature, spare and warnings may differ */
	ct_check(ct, memcmp(smart[0] + 32, smart[1] + 32, 160) == 0, "SMART counters changed");
	ct_check(ct, memcmp(firmware[0], firmware[1], 512) == 0, "the Firmware Slot log changed");
	/* what the image brought goes with it */
	hn_flr(ct, DST);
	hn_enable_io(ct, DST, 1, 8);
	hn_get_log(ct, DST, NVME_LOG_SMART, NVME_NSID_ALL, smart[1], 512);
	ct_check(ct, memcmp(own + 32, smart[1] + 32, 64) == 0,
		 "the counters of the image outlive a reset of the VF");
	hn_flr(ct, SRC);
}

CT_ROW(inv_logs, .id = "INV/logs-of-the-vf-travel", .reqs = "LM-INV-050 LM-LOD-190 LM-RST-020",
       .given = "a VF with three failed reads and some I/O in its logs", .when = "it is migrated",
       .expect =
	       "Error Information, SMART counters and Firmware Slot log are equal on the other VF",
       .needs = NEEDS, .flags = FLAGS, .run = logs);

/* An event type stays masked until its log page is read, here or there. */
static void masked_event(struct ct *ct, unsigned int i)
{
	struct hn_req *aer[2];
	uint8_t id[LM_ID_SIZE], log[4096];
	uint64_t blocks;

	(void)i;
	hn_need_vfs(ct, 2);
	hn_enable_io(ct, SRC, 1, 8);
	hn_set_feature(ct, SRC, NVME_FEAT_ASYNC_EVENTS, 0x100);
	hn_identify(ct, SRC, NVME_CNS_NAMESPACE, 2, id);
	blocks = lm_get_le64(id);
	aer[0] = hn_aer(ct, SRC);
	aer[1] = hn_aer(ct, SRC);
	hn_settle(ct);
	hn_resize(ct, 2, blocks / 2);
	hn_settle(ct);
	hn_reap_all(ct, SRC);
	hn_drain(ct, SRC);
	ct_check(ct, aer[0]->done && !aer[1]->done, "the change was not reported once");
	hn_migrate(ct, SRC, DST);
	hn_drain(ct, DST);
	hn_resize(ct, 2, blocks);
	hn_drain(ct, DST);
	hn_advance(ct, 10 * HN_MS);
	hn_reap_all(ct, DST);
	ct_check(ct, !aer[1]->done, "an event type that was masked on the source is reported here");
	hn_get_log(ct, DST, NVME_LOG_CHANGED_NS, NVME_NSID_ALL, log, 4096);
	ct_check(ct, lm_get_le32(log) == 2, "the Changed Namespace List does not name NSID 2");
	hn_resize(ct, 2, blocks / 2);
	hn_drain(ct, DST);
	hn_advance(ct, 10 * HN_MS);
	hn_reap_all(ct, DST);
	ct_check(ct, aer[1]->done, "the event is not reported after its log page was read");
	hn_flr(ct, SRC);
}

CT_ROW(inv_masked_event, .id = "INV/masked-event-types-stay-masked",
       .reqs = "LM-INV-060 LM-INV-050 LM-IOF-220",
       .given = "a VF that reported a namespace change whose log page was not read",
       .when = "it is migrated and the namespace changes again",
       .expect = "no event until the log page is read there",
       .needs = NEEDS | CT_CAP(CT_CAP_NAMESPACE), .flags = FLAGS, .run = masked_event);
