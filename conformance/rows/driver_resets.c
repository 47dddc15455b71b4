/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Resets, users that go, and others that drive the same VF, in each state of a VFIO driver. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define NEEDS (CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_INJECT))
#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)

static void reset_run(struct ct *ct, unsigned int i)
{
	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, i);
	drv_reset(ct, 1);
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(resets, .id = "DRV/reset-in-each-state-leaves-a-vf-that-runs",
       .reqs = "LM-DRV-360 LM-DRV-600", .given = "a VF in each state", .when = "VFIO_DEVICE_RESET",
       .expect = "RUNNING, the VF ACTIVE, and it migrates", .needs = NEEDS, .flags = FLAGS,
       .cases = drv_state_cases, .name = drv_state_case, .run = reset_run);

static void close_run(struct ct *ct, unsigned int i)
{
	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, i);
	drv_close(ct, 1);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened again");
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_migrates(ct, 1);
}

CT_ROW(closes, .id = "DRV/user-that-goes-in-any-state-leaves-a-vf-that-runs",
       .reqs = "LM-DRV-630 LM-DRV-640", .given = "a VF in each state",
       .when = "its user closes it, and another one opens it",
       .expect = "the VF is ACTIVE in between, RUNNING for the next, and it migrates",
       .needs = NEEDS, .flags = FLAGS, .cases = drv_state_cases, .name = drv_state_case,
       .run = close_run);

static void pf_reset_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	int ret, before;

	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, i);
	before = hn_vf_state(ct, drv_index(ct, 1));
	ret = d->pf_reset(ct, ct_target(ct));
	if (ret)
		ct_error(ct, "the PF cannot be reset: %s", strerror(-ret));
	drv_check_state(ct, 1, i);
	drv_check_vf(ct, 1, before);
	drv_reset(ct, 1);
	drv_check_migrates(ct, 1);
}

CT_ROW(pf_resets, .id = "DRV/pf-reset-leaves-the-migration-state", .reqs = "LM-DRV-700",
       .given = "a VF in each state", .when = "the PF's controller is reset",
       .expect = "the same state, of the VF too; after a reset of the VF it migrates",
       .needs = NEEDS, .flags = FLAGS, .cases = drv_state_cases, .name = drv_state_case,
       .run = pf_reset_run);

#define ROUNDS 100
#define LOOKS 20

struct resetter {
	const struct ct_driver_ops *d;
	struct ct *ct;
	unsigned int resets, failed;
	bool stop;
};

static void *reset_until_told(void *arg)
{
	struct resetter *r = arg;

	while (!__atomic_load_n(&r->stop, __ATOMIC_ACQUIRE)) {
		r->failed += r->d->reset(r->ct, ct_target(r->ct), 1) != 0;
		r->resets++;
	}
	return NULL;
}

/* Each arc may fail, or lead into a state that a reset has ended by now. */
static void during_run(struct ct *ct, unsigned int i)
{
	static const enum drv_state way[] = { DRV_STOP_COPY, DRV_RESUMING, DRV_RUNNING_P2P,
					      DRV_RUNNING };
	struct resetter r = { .d = drv_calls(ct), .ct = ct };
	pthread_t thread;

	(void)i;
	if (!r.d->threads)
		ct_not_applicable(ct, "the target is for one thread");
	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, DRV_RUNNING);
	if (pthread_create(&thread, NULL, reset_until_told, &r))
		ct_error(ct, "no second thread");
	for (unsigned int n = 0; n < ROUNDS; n++) {
		drv_set(ct, 1, way[n % 4], NULL);
		for (unsigned int k = 0; k < LOOKS; k++)
			drv_state(ct, 1);
	}
	__atomic_store_n(&r.stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	ct_check(ct, r.resets && !r.failed, "%u of %u resets failed", r.failed, r.resets);
	if (drv_state(ct, 1) == DRV_RUNNING)
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_reset(ct, 1);
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(during, .id = "DRV/resets-during-arcs-leave-a-vf-that-runs", .reqs = "LM-DRV-600 LM-DRV-610",
       .given = "a VF",
       .when = "one thread takes it through its states, another resets it again and again",
       .expect =
	       "all ends, RUNNING is a VF that is ACTIVE, and a last reset gives one that migrates",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .run = during_run);

static const struct under_way {
	uint8_t opc;
	const char *name;
	enum drv_state from, to;
} under_way[] = {
	{ LM_OPC_SUSPEND, "SUSPEND", DRV_RUNNING, DRV_STOP },
	{ LM_OPC_RESUME, "RESUME", DRV_STOP, DRV_RUNNING },
	{ LM_OPC_QUERY_DATA_SIZE, "QUERY_DATA_SIZE", DRV_STOP, DRV_STOP_COPY },
	{ LM_OPC_SAVE_DATA, "SAVE_DATA", DRV_STOP, DRV_STOP_COPY },
};

static unsigned int within_cases(struct ct *ct)
{
	(void)ct;
	return 2 * sizeof(under_way) / sizeof(under_way[0]);
}

static void within_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i % 2 ? "behind" : "before", under_way[i / 2].name);
}

static int was_reset;

static void reset_first(struct ct *ct)
{
	was_reset = drv_calls(ct)->reset(ct, ct_target(ct), 1);
}

/* The arc may fail or not; what counts is that the VF is what the driver says. */
static void within_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	const struct under_way *u = &under_way[i / 2];

	if (!d->within)
		ct_not_applicable(ct, "a command of the driver cannot be held up");
	drv_reach(ct, 1, u->from);
	was_reset = -ECANCELED;
	d->within(ct_target(ct), 1, u->opc, i % 2, reset_first);
	drv_set(ct, 1, u->to, NULL);
	ct_check(ct, !was_reset, "VFIO_DEVICE_RESET: %s", strerror(-was_reset));
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(within, .id = "DRV/reset-while-a-command-of-an-arc-is-under-way",
       .reqs = "LM-DRV-600 LM-DRV-610", .given = "an arc, and a command that it sends",
       .when = "the VF is reset before the command arrives, or when it has ended",
       .expect = "RUNNING, the VF ACTIVE whatever the command did to it, and it migrates",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = within_cases, .name = within_name,
       .run = within_run);

static void begin_reset(struct ct *ct)
{
	was_reset = drv_calls(ct)->reset_begin(ct, ct_target(ct), 1);
}

/* The command meets the VF behind the reset, and the driver learns of the reset behind the arc. */
static void outlast_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	const struct under_way *u = &under_way[i / 2];

	if (!d->within || !d->reset_begin)
		ct_not_applicable(ct, "a reset is one call");
	drv_reach(ct, 1, u->from);
	was_reset = -ECANCELED;
	d->within(ct_target(ct), 1, u->opc, i % 2, begin_reset);
	drv_set(ct, 1, u->to, NULL);
	ct_check(ct, !was_reset, "the reset does not begin: %s", strerror(-was_reset));
	ct_check(ct, !d->reset_end(ct, ct_target(ct), 1), "the reset does not end");
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(outlast, .id = "DRV/reset-that-outlasts-an-arc-leaves-a-vf-that-runs",
       .reqs = "LM-DRV-600 LM-DRV-610", .given = "an arc, and a command that it sends",
       .when = "a reset begins before the command arrives, or when it has ended, and ends behind "
	       "the arc",
       .expect = "RUNNING, the VF ACTIVE whatever the command did to it, and it migrates",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .cases = within_cases, .name = within_name,
       .run = outlast_run);

static const uint8_t opcodes[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME };
#define OPCODES sizeof(opcodes)

static unsigned int other_cases(struct ct *ct)
{
	(void)ct;
	return DRV_STATES * OPCODES;
}

static void other_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[OPCODES] = { "QUERY_DATA_SIZE", "SUSPEND", "RESUME" };

	(void)ct;
	snprintf(buf, size, "%s-%s", drv_state_name(i / OPCODES), names[i % OPCODES]);
}

/* Whatever the arcs make of it, they end, and a reset mends it. */
static void other_run(struct ct *ct, unsigned int i)
{
	struct ct_cqe cqe;
	uint32_t state;

	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, i / OPCODES);
	hn_lm(ct, opcodes[i % OPCODES], drv_index(ct, 1), &cqe);
	drv_set(ct, 1, DRV_STOP, NULL);
	drv_set(ct, 1, DRV_STOP_COPY, NULL);
	drv_set(ct, 1, DRV_RUNNING, NULL);
	state = drv_state(ct, 1);
	/* RUNNING is reported of a VF that runs alone */
	if (state == DRV_RUNNING && opcodes[i % OPCODES] != LM_OPC_SUSPEND)
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_reset(ct, 1);
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(others, .id = "DRV/commands-of-an-administrator-do-no-lasting-harm", .reqs = "LM-DRV-200",
       .given = "a VF in each state",
       .when = "the PF's administrator sends QUERY_DATA_SIZE, SUSPEND or RESUME for it, and the "
	       "user goes on to STOP, STOP_COPY and RUNNING",
       .expect = "each arc ends; after a reset the VF runs and migrates", .needs = NEEDS,
       .flags = FLAGS, .cases = other_cases, .name = other_name, .run = other_run);

static void opened_run(struct ct *ct, unsigned int i)
{
	(void)i;
	drv_close(ct, 1);
	hn_suspend(ct, drv_index(ct, 1));
	ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened");
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(opened, .id = "DRV/vf-that-was-suspended-runs-once-it-is-opened", .reqs = "LM-DRV-640",
       .given = "a VF that nobody has open, suspended by the PF's administrator",
       .when = "it is opened", .expect = "RUNNING, and the VF is ACTIVE",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS, .run = opened_run);

/* more than a driver sends for one closing and one opening */
#define REFUSALS 8

static void stuck_run(struct ct *ct, unsigned int i)
{
	struct ct_fault refuse = {
		.opc = LM_OPC_RESUME, .refuse = true, .status = LM_SC_INTERNAL, .count = REFUSALS
	};
	int ret;

	(void)i;
	drv_reach(ct, 1, DRV_STOP);
	refuse.vf = drv_index(ct, 1);
	hn_inject(ct, &refuse);
	drv_close(ct, 1);
	ret = drv_open(ct, 1);
	refuse.count = 0;
	hn_inject(ct, &refuse);
	if (!ret)
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	ct_check(ct, !drv_open(ct, 1), "RESUME works again, and the VF cannot be opened");
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(stuck, .id = "DRV/vf-that-cannot-be-made-to-run-is-not-opened",
       .reqs = "LM-DRV-630 LM-DRV-640 LM-DRV-650",
       .given = "a VF in STOP, whose firmware refuses RESUME", .when = "it is closed, and opened",
       .expect =
	       "the opening fails, or the VF is ACTIVE since a reset made it so; with RESUME it can "
	       "be opened, runs and migrates",
       .needs = NEEDS, .flags = FLAGS, .run = stuck_run);

enum closed { CLOSED_STOP, CLOSED_STOP_COPY, CLOSED_LOADED, CLOSED };

static unsigned int closed_cases(struct ct *ct)
{
	(void)ct;
	return CLOSED;
}

static void closed_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[CLOSED] = { "STOP", "STOP_COPY", "image-loaded" };

	(void)ct;
	snprintf(buf, size, "%s", names[i]);
}

/* The image that is loaded has the queue with the command in it. */
static void save_and_load(struct ct *ct)
{
	struct hn_image image = drv_read_all(ct, drv_go(ct, 1, DRV_STOP_COPY), 4096);
	int file;

	drv_go(ct, 1, DRV_STOP);
	file = drv_go(ct, 1, DRV_RESUMING);
	ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
		 "the image cannot be written");
	drv_go(ct, 1, DRV_STOP);
}

/* There is a command for the VF to fetch, as soon as it runs and is a bus master. */
static void closed_run(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_GET_FEATURES, 0);
	unsigned int fn = drv_index(ct, 1);
	uint64_t mark;

	drv_need_p2p(ct, 1);
	ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened");
	hn_enable(ct, fn);
	drv_go(ct, 1, DRV_STOP);
	lm_put_le32(cmd.sqe + LM_SQE_CDW10, NVME_FEAT_NUM_QUEUES);
	hn_queue(ct, fn, 0, &cmd);
	hn_ring(ct, fn, 0);
	if (i == CLOSED_STOP_COPY)
		drv_go(ct, 1, DRV_STOP_COPY);
	else if (i == CLOSED_LOADED)
		save_and_load(ct);
	mark = hn_mark(ct);
	drv_close(ct, 1);
	hn_settle(ct);
	hn_check_silent(ct, mark, fn, HN_EV_DMA, "when it was closed");
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	hn_forget(ct, fn);
	ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened again");
	drv_check_migrates(ct, 1);
}

CT_ROW(closed, .id = "DRV/closing-starts-no-dma", .reqs = "LM-DRV-630 LM-DRV-660",
       .given =
	       "a VF in STOP or STOP_COPY, or with an image just loaded, that has a command to fetch",
       .when = "it is closed",
       .expect = "no DMA of the VF; it is ACTIVE, and the next user finds it working",
       .needs = NEEDS | CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_JOURNAL),
       .flags = FLAGS, .cases = closed_cases, .name = closed_name, .run = closed_run);

static const struct {
	const char *name;
	enum drv_state from, to;
} asking[] = {
	{ "SUSPEND", DRV_RUNNING, DRV_STOP },
	{ "RESUME", DRV_RUNNING_P2P, DRV_RUNNING },
	{ "QUERY_DATA_SIZE", DRV_STOP, DRV_STOP_COPY },
	{ "LOAD_DATA", DRV_RESUMING, DRV_STOP },
};

static unsigned int asking_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(asking) / sizeof(asking[0]);
}

static void asking_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", asking[i].name);
}

static void asking_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct hn_image image;
	int file, ret;

	if (!d->pf_live)
		ct_not_applicable(ct, "the PF cannot be made to be not live for sure");
	drv_need_p2p(ct, 1);
	image = drv_image(ct, 1);
	file = drv_reach(ct, 1, asking[i].from);
	if (asking[i].from == DRV_RESUMING)
		ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
			 "the image cannot be written");
	d->pf_live(ct_target(ct), false);
	ret = drv_set(ct, 1, asking[i].to, NULL);
	ct_check(ct, ret == -EAGAIN, "the arc answers %d, not -EAGAIN", ret);
	drv_check_state(ct, 1, asking[i].from);
	ct_check(ct, !*drv_commands(ct, 1), "commands were sent");
	d->pf_live(ct_target(ct), true);
	drv_go(ct, 1, asking[i].to);
	drv_go(ct, 1, DRV_RUNNING);
	drv_check_migrates(ct, 1);
}

CT_ROW(not_live, .id = "DRV/arc-waits-for-no-pf-that-is-not-live", .reqs = "LM-DRV-720",
       .given = "an arc that needs a command, and a PF whose controller is not live",
       .when = "it is asked for, and again when the PF is live",
       .expect = "-EAGAIN, the state as it was and no command; then the arc works",
       .needs = NEEDS | CT_CAP(CT_CAP_JOURNAL), .flags = FLAGS, .cases = asking_cases,
       .name = asking_name, .run = asking_run);
