/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A command of an arc that fails: the errno, the state that is left, and the way back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define NEEDS (CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_INJECT))
#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)
#define DNR 0x4000

/* An arc with a command in it that may fail. */
struct step {
	const char *name;
	uint8_t opc;
	enum drv_state from, to, after; /* after: where the arc leads on failure */
	bool lost; /* 13Ah leads to ERROR */
};

static const struct step steps[] = {
	{ "SUSPEND", LM_OPC_SUSPEND, DRV_RUNNING, DRV_STOP, DRV_RUNNING, false },
	{ "QUERY_DATA_SIZE", LM_OPC_QUERY_DATA_SIZE, DRV_STOP, DRV_STOP_COPY, DRV_STOP, false },
	{ "SAVE_DATA", LM_OPC_SAVE_DATA, DRV_STOP, DRV_STOP_COPY, DRV_STOP, true },
	{ "LOAD_DATA", LM_OPC_LOAD_DATA, DRV_RESUMING, DRV_STOP, DRV_RESUMING, true },
	{ "RESUME", LM_OPC_RESUME, DRV_STOP, DRV_RUNNING, DRV_RUNNING_P2P, true },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

struct outcome {
	uint16_t status;
	int err;
};

static const struct outcome outcomes[] = {
	{ 0x001, -EOPNOTSUPP }, { 0x002, -EINVAL }, { 0x004, -EIO },	{ 0x006, -EIO },
	{ 0x007, -ECANCELED },	{ 0x00C, -EPROTO }, { 0x013, -EINVAL }, { 0x021, -EBUSY },
	{ 0x138, -ENOSPC },	{ 0x139, -EBUSY },  { 0x13A, -ESTALE }, { 0x1C0, -EBADMSG },
	{ 0x1C1, -EXDEV },	{ 0x1C2, -EBUSY },  { 0x281, -EIO },
};
#define OUTCOMES (sizeof(outcomes) / sizeof(outcomes[0]))

/* Into the state where the step begins, with a whole image written where that is RESUMING. */
static int begin(struct ct *ct, const struct step *s)
{
	struct hn_image image = { 0 };
	int file;

	if (s->from == DRV_RESUMING)
		image = drv_image(ct, 1);
	file = drv_reach(ct, 1, s->from);
	if (s->from == DRV_RESUMING)
		ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
			 "the image is not taken");
	drv_commands(ct, 1);
	return file;
}

/* ERROR by a reset, else the same again; what comes then is a VF that runs. */
static void recover(struct ct *ct, const struct step *s)
{
	if (drv_state(ct, 1) == DRV_ERROR) {
		drv_reset(ct, 1);
		drv_check_state(ct, 1, DRV_RUNNING);
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	} else {
		drv_go(ct, 1, s->to);
	}
	drv_go(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

static unsigned int status_cases(struct ct *ct)
{
	(void)ct;
	return STEPS * OUTCOMES;
}

static void status_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%03Xh", steps[i / OUTCOMES].name, outcomes[i % OUTCOMES].status);
}

static void status_run(struct ct *ct, unsigned int i)
{
	const struct step *s = &steps[i / OUTCOMES];
	const struct outcome *o = &outcomes[i % OUTCOMES];
	bool lost = s->lost && o->status == LM_SC_NOT_SUSPENDED;
	int file, ret;

	drv_need_p2p(ct, 1);
	begin(ct, s);
	drv_spoil(ct, 1, s->opc,
		  (struct ct_fault){ .refuse = true,
				     .status = (uint16_t)(o->status | (i % 2 ? DNR : 0)) });
	ret = drv_set(ct, 1, s->to, &file);
	ct_check(ct, ret < 0 && file < 0, "%s ended with %03Xh, and the arc returns %d and file %d",
		 s->name, o->status, ret, file);
	drv_check_state(ct, 1, lost ? DRV_ERROR : s->after);
	ct_should(ct, ret == o->err, "%s ended with %03Xh: %d, should be %d", s->name, o->status,
		  ret, o->err);
	recover(ct, s);
}

CT_ROW(statuses, .id = "DRV/status-of-a-command-fails-its-arc",
       .reqs = "LM-DRV-220 LM-DRV-230 LM-DRV-240 LM-DRV-260 LM-DRV-320 LM-DRV-330 LM-DRV-570 "
	       "LM-DRV-580",
       .given = "an arc for each of the five", .when = "the command ends with each of 15 statuses",
       .expect = "the errno of the status, the state of the table, no data file; the same arc "
		 "works afterwards, or a reset where the state is ERROR",
       .needs = NEEDS, .flags = FLAGS, .cases = status_cases, .name = status_name,
       .run = status_run);

/* The last: SUSPEND, and the RESUME that has to show that the VF runs is refused. */
static unsigned int never_cases(struct ct *ct)
{
	(void)ct;
	return STEPS + 1;
}

static void never_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i < STEPS ? steps[i].name : "SUSPEND-and-RESUME-fails");
}

static void never_run(struct ct *ct, unsigned int i)
{
	const struct step *s = &steps[i % STEPS];
	uint32_t state;
	int file, ret;

	drv_need_p2p(ct, 1);
	begin(ct, s);
	drv_spoil(ct, 1, s->opc, (struct ct_fault){ .no_completion = true });
	if (i == STEPS)
		drv_spoil(ct, 1, LM_OPC_RESUME,
			  (struct ct_fault){ .refuse = true, .status = LM_SC_INTERNAL });
	ret = drv_set(ct, 1, s->to, &file);
	ct_check(ct, ret < 0 && file < 0, "%s never ended, and the arc returns %d and file %d",
		 s->name, ret, file);
	ct_should(ct, ret == -ETIMEDOUT, "%s never ended: %d, should be %d", s->name, ret,
		  -ETIMEDOUT);
	state = drv_state(ct, 1);
	/* the PF is being reset, and a RESUME that has to show that the VF runs may come too soon */
	if (i == STEPS)
		drv_check_state(ct, 1, DRV_ERROR);
	else if (s->opc == LM_OPC_SUSPEND)
		ct_check(ct, state == DRV_RUNNING || state == DRV_ERROR, "the driver reports %s",
			 drv_state_name(state));
	/* it took effect, so that a second one finds a VF that is not suspended */
	else if (s->opc == LM_OPC_RESUME)
		drv_check_state(ct, 1, DRV_ERROR);
	else
		drv_check_state(ct, 1, s->after);
	if (state == DRV_RUNNING)
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	/* which also waits for the PF */
	hn_vf_state(ct, drv_index(ct, 1));
	/* what came too soon did not use it up */
	if (i == STEPS)
		hn_inject(ct, &(struct ct_fault){
				      .opc = LM_OPC_RESUME, .vf = drv_index(ct, 1), .count = 0 });
	recover(ct, s);
}

CT_ROW(never, .id = "DRV/command-that-never-ends-fails-its-arc-in-time",
       .reqs = "LM-DRV-170 LM-DRV-180 LM-DRV-230 LM-DRV-300 LM-DRV-310 LM-DRV-340",
       .given = "an arc for each of the five; of SUSPEND once more with a RESUME that is refused",
       .when = "the command takes effect and never completes",
       .expect = "an errno within the time limit, RUNNING only where a RESUME showed that the VF "
		 "runs, the state of the table, and a VF that can be used again",
       .needs = NEEDS, .flags = FLAGS | CT_ROW_LONG, .cases = never_cases, .name = never_name,
       .run = never_run);

/* above all that an arc allocates, with the layers below it */
#define MAX_ALLOCATIONS 2000

/*
 * Where something failed: where the command's failure leads, or where the arc began; and its
 * target where VFIO's core could not tell the user, whose memory was made to fail.
 */
static void check_after_failure(struct ct *ct, const struct step *s, int ret)
{
	uint32_t state = drv_state(ct, 1);

	ct_check(ct, state == s->after || state == s->from || (ret == -EFAULT && state == s->to),
		 "the arc returned %d, and the driver reports %s", ret, drv_state_name(state));
}

/* Sends no command, but makes room for an image. */
static const struct step to_resuming = { "no-command", 0, DRV_STOP, DRV_RESUMING, DRV_STOP, false };

static unsigned int nth_cases(struct ct *ct)
{
	(void)ct;
	return STEPS + 1;
}

static const struct step *nth_step(unsigned int i)
{
	return i < STEPS ? &steps[i] : &to_resuming;
}

static void nth_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", nth_step(i)->name);
}

static void nth_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	const struct step *s = nth_step(i);
	unsigned int n, failures = 0;
	int file, ret, failed;

	drv_need_p2p(ct, 1);
	if (!d->fail_nth || d->fail_nth(0) < 0)
		ct_not_applicable(ct, "the kernel has no fault injection (fail-nth)");
	for (n = 1; n <= MAX_ALLOCATIONS; n++) {
		begin(ct, s);
		d->fail_nth(n);
		ret = drv_set(ct, 1, s->to, &file);
		failed = d->fail_nth(0);
		if (ret) {
			ct_check(ct, failed, "the arc returns %d, and nothing was made to fail",
				 ret);
			ct_check(ct, ret < 0 && file < 0,
				 "allocation %u failed, and the arc returns %d and file %d", n, ret,
				 file);
			failures++;
			check_after_failure(ct, s, ret);
		}
		if (file >= 0)
			d->close_file(file);
		if (s == &to_resuming)
			drv_reset(ct, 1);
		else
			recover(ct, s);
		if (!failed)
			break;
	}
	if (!failures && !d->threads)
		ct_not_applicable(ct, "the driver's own code allocates nothing in this arc");
	if (!failures)
		ct_error(ct, "no allocation was made to fail");
	ct_check(ct, n <= MAX_ALLOCATIONS, "the arc makes more than %u allocations", n);
	ct_note(ct, "%u allocations of the arc failed, %u of them failed it", n - 1, failures);
}

CT_ROW(nth, .id = "DRV/nth-allocation-of-an-arc-may-fail",
       .reqs = "LM-DRV-220 LM-DRV-240 LM-DRV-580",
       .given = "an arc for each of the five, and that to RESUMING",
       .when = "its n-th allocation of memory fails, for all n",
       .expect = "an errno and the state of the table, or success; the same arc works afterwards",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL), .flags = FLAGS | CT_ROW_LONG,
       .cases = nth_cases, .name = nth_name, .run = nth_run);

struct lie {
	const char *name;
	uint8_t opc;
	bool above; /* dw0 is added to the largest image */
	uint32_t dw0;
};

static const struct lie lies[] = {
	{ "size-0", LM_OPC_QUERY_DATA_SIZE, false, 0 },
	{ "size-1", LM_OPC_QUERY_DATA_SIZE, false, 1 },
	{ "size-odd", LM_OPC_QUERY_DATA_SIZE, false, 4098 },
	{ "size-above-the-largest", LM_OPC_QUERY_DATA_SIZE, true, 4 },
	{ "size-huge", LM_OPC_QUERY_DATA_SIZE, false, 0xFFFFFFFC },
	{ "saved-0", LM_OPC_SAVE_DATA, false, 0 },
	{ "saved-4", LM_OPC_SAVE_DATA, false, 4 },
	{ "saved-more", LM_OPC_SAVE_DATA, true, 4 },
	{ "saved-huge", LM_OPC_SAVE_DATA, false, 0xFFFFFFFF },
};

static unsigned int lie_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(lies) / sizeof(lies[0]);
}

static void lie_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", lies[i].name);
}

static void lie_run(struct ct *ct, unsigned int i)
{
	const struct lie *l = &lies[i];
	const char *commands;
	int file, ret;

	drv_reach(ct, 1, DRV_STOP);
	drv_spoil(ct, 1, l->opc,
		  (struct ct_fault){ .override_dw0 = true,
				     .dw0 = l->dw0 + (l->above ? drv_largest_image(ct) : 0) });
	ret = drv_set(ct, 1, DRV_STOP_COPY, &file);
	commands = drv_commands(ct, 1);
	ct_check(ct, ret < 0 && file < 0, "the arc returns %d and file %d", ret, file);
	if (l->opc == LM_OPC_QUERY_DATA_SIZE)
		ct_check(ct, !strcmp(commands, "Q"), "the commands are \"%s\"", commands);
	drv_check_state(ct, 1, DRV_STOP);
	ct_should(ct, ret == -EPROTO, "the arc returns %d, should be %d", ret, -EPROTO);
	drv_go(ct, 1, DRV_STOP_COPY);
	drv_go(ct, 1, DRV_RUNNING);
}

CT_ROW(lying, .id = "DRV/device-that-lies-about-a-size-is-not-believed",
       .reqs = "LM-DRV-260 LM-DRV-400 LM-DRV-410 LM-DRV-430", .given = "a VF in STOP",
       .when = "QUERY_DATA_SIZE answers 0, no multiple of 4, or more than was advertised; "
	       "SAVE_DATA another length than was asked for",
       .expect = "-EPROTO, STOP, no SAVE_DATA behind such a QUERY_DATA_SIZE; the next save works",
       .needs = NEEDS, .flags = FLAGS, .cases = lie_cases, .name = lie_name, .run = lie_run);

static void short_run(struct ct *ct, unsigned int i)
{
	struct hn_image image = drv_image(ct, 1);
	uint32_t there = i ? image.len / 8 * 4 : 0;
	int file;

	drv_reach(ct, 1, DRV_STOP);
	drv_spoil(ct, 1, LM_OPC_SAVE_DATA, (struct ct_fault){ .truncate = true, .bytes = there });
	/* a driver that notices it may fail the arc */
	if (drv_set(ct, 1, DRV_STOP_COPY, &file)) {
		drv_check_state(ct, 1, DRV_STOP);
		return;
	}
	image = drv_read_all(ct, file, 4096);
	for (uint32_t at = there; at < image.len; at++)
		ct_check(ct, !image.bytes[at], "byte %u, which the device did not write, is %02Xh",
			 at, image.bytes[at]);
}

static unsigned int short_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void short_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "half" : "nothing");
}

CT_ROW(short_save, .id = "DRV/what-the-device-did-not-write-reads-as-zero", .reqs = "LM-DRV-440",
       .given = "a VF in STOP",
       .when = "SAVE_DATA claims the whole image and writes half of it, or nothing",
       .expect = "zeroes for the rest, or an arc that fails", .needs = NEEDS, .flags = FLAGS,
       .cases = short_cases, .name = short_name, .run = short_run);

static void busy_run(struct ct *ct, unsigned int i)
{
	const char *commands;
	int ret;

	(void)i;
	drv_reach(ct, 1, DRV_RUNNING);
	drv_spoil(ct, 1, LM_OPC_SUSPEND,
		  (struct ct_fault){ .refuse = true, .status = LM_SC_SUSPEND_NOT_COMPLETED });
	ret = drv_set(ct, 1, DRV_STOP, NULL);
	commands = drv_commands(ct, 1);
	ct_check(ct, ret < 0, "SUSPEND ended with 1C2h, and the arc works");
	ct_should(ct, !strcmp(commands, "S"), "the commands are \"%s\"", commands);
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(busy, .id = "DRV/suspend-that-was-not-completed-is-left-to-the-user",
       .reqs = "LM-DRV-230 LM-DRV-240 LM-DRV-800", .given = "a VF in RUNNING",
       .when = "SUSPEND ends with 1C2h", .expect = "an errno, RUNNING, and no second SUSPEND",
       .needs = NEEDS, .flags = FLAGS, .run = busy_run);

static void size_run(struct ct *ct, unsigned int i)
{
	static const enum drv_state states[] = { DRV_RUNNING, DRV_RUNNING_P2P, DRV_STOP,
						 DRV_STOP_COPY };
	const struct ct_driver_ops *d = drv_calls(ct);
	uint64_t size = 0;
	int ret;

	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, states[i]);
	ret = d->data_size(ct, ct_target(ct), 1, &size);
	if (ret == -ENOTTY)
		ct_not_applicable(ct, "the kernel has no VFIO_DEVICE_FEATURE_MIG_DATA_SIZE");
	ct_check(ct, !ret && size == hn_query(ct, drv_index(ct, 1)),
		 "%d, %llu bytes, and QUERY_DATA_SIZE answers another number", ret,
		 (unsigned long long)size);
	drv_spoil(ct, 1, LM_OPC_QUERY_DATA_SIZE,
		  (struct ct_fault){ .override_dw0 = true, .dw0 = 2 });
	ret = d->data_size(ct, ct_target(ct), 1, &size);
	ct_check(ct, ret < 0, "a size of 2 bytes is passed on");
	drv_spoil(ct, 1, LM_OPC_QUERY_DATA_SIZE,
		  (struct ct_fault){ .refuse = true, .status = 0x006 });
	ret = d->data_size(ct, ct_target(ct), 1, &size);
	ct_check(ct, ret < 0, "QUERY_DATA_SIZE failed, and %d was returned", ret);
	drv_check_state(ct, 1, states[i]);
}

static unsigned int size_cases(struct ct *ct)
{
	(void)ct;
	return 4;
}

CT_ROW(data_size, .id = "DRV/data-size-is-that-of-the-device-within-bounds", .reqs = "LM-DRV-470",
       .given = "a VF in each state in which it has one",
       .when = "VFIO_DEVICE_FEATURE_MIG_DATA_SIZE is asked for; and again, the device lying or "
	       "failing",
       .expect = "what QUERY_DATA_SIZE answers, an errno, the state as it was", .needs = NEEDS,
       .flags = FLAGS, .cases = size_cases, .run = size_run);
