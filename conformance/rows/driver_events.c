/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a system does to a VF that is open, to its user and to the driver, in each state. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define NEEDS (CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_INJECT))
#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)
/* From when the user closed the VF: no command is under way that would have to be waited for. */
#define GO_NS UINT64_C(10000000000)
/* so long before its PF goes the arc begins */
#define BEGUN_NS UINT64_C(300000000)

static void need(struct ct *ct, bool offered)
{
	if (!offered)
		ct_not_applicable(ct, "there is no system around the driver");
	drv_need_p2p(ct, 1);
}

/* What the target says of what it was asked for. */
static void must(struct ct *ct, int ret)
{
	if (ret == -EPERM)
		ct_not_applicable(ct, "the target may not unbind: its argument has no unbind=yes");
	if (ret)
		ct_error(ct, "it cannot be done: %s (%s)", strerror(-ret), ct_target(ct)->error);
}

static void check_next_user(struct ct *ct)
{
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened again");
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_migrates(ct, 1);
}

static void flr_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);

	need(ct, d->flr);
	drv_reach(ct, 1, i);
	must(ct, d->flr(ct, ct_target(ct), 1));
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(flr, .id = "DRV/reset-by-another-in-each-state-leaves-a-vf-that-runs",
       .reqs = "LM-DRV-360 LM-DRV-600", .given = "a VF in each state",
       .when = "an administrator resets it by sysfs",
       .expect = "RUNNING, the VF ACTIVE, and it migrates", .needs = NEEDS, .flags = FLAGS,
       .cases = drv_state_cases, .name = drv_state_case, .run = flr_run);

static void kill_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);

	need(ct, d->kill);
	drv_reach(ct, 1, i);
	must(ct, d->kill(ct, ct_target(ct), 1));
	check_next_user(ct);
}

CT_ROW(killed, .id = "DRV/killed-user-leaves-a-vf-that-runs", .reqs = "LM-DRV-630 LM-DRV-640",
       .given = "a VF in each state, and its data file",
       .when = "the process that has both open is killed",
       .expect = "the VF is ACTIVE, RUNNING for the next user, and it migrates", .needs = NEEDS,
       .flags = FLAGS, .cases = drv_state_cases, .name = drv_state_case, .run = kill_run);

/* In the last case no VF is open, but a data file is. */
static unsigned int unload_cases(struct ct *ct)
{
	(void)ct;
	return DRV_STATES + 1;
}

static void unload_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	if (i == DRV_STATES)
		snprintf(buf, size, "data-file-alone");
	else
		drv_state_case(ct, i, buf, size);
}

static void unload_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	uint8_t byte;
	int ret, file;

	need(ct, d->unload);
	for (unsigned int vf = 2; vf <= d->count(ct_target(ct)); vf++)
		drv_close(ct, vf);
	file = drv_reach(ct, 1, i == DRV_STATES ? DRV_STOP_COPY : i);
	if (i == DRV_STATES)
		drv_close(ct, 1);
	ret = d->unload(ct, ct_target(ct), 1);
	if (ret == -ENOENT)
		ct_not_applicable(ct, "the driver is part of the kernel, not a module");
	if (ret != -EAGAIN && ret != -EBUSY) {
		must(ct, ret);
		ct_check(ct, false, "the driver is gone");
	}
	if (i == DRV_STATES)
		ct_check(ct, d->read(file, &byte, 1) == -ENODEV,
			 "the data file does not answer -ENODEV");
	else
		drv_check_state(ct, 1, i);
}

CT_ROW(unload, .id = "DRV/driver-in-use-stays", .reqs = "LM-DRV-740",
       .given = "a VF in each state, or a data file whose VF was closed",
       .when = "the driver is to leave the kernel",
       .expect = "delete_module() fails with EWOULDBLOCK or EBUSY, and nothing changes",
       .needs = NEEDS, .flags = FLAGS, .cases = unload_cases, .name = unload_name,
       .run = unload_run);

static unsigned int removal_cases(struct ct *ct)
{
	(void)ct;
	return CT_DRIVER_REMOVALS * DRV_STATES;
}

static void removal_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	static const char *const names[CT_DRIVER_REMOVALS] = {
		[CT_DRIVER_VF_UNBOUND] = "unbind-of-the-vf",
		[CT_DRIVER_NO_VFS] = "sriov_numvfs-0",
		[CT_DRIVER_PF_UNBOUND] = "unbind-of-the-pf",
	};

	(void)ct;
	snprintf(buf, size, "%s-%s", names[i / DRV_STATES], drv_state_name(i % DRV_STATES));
}

static void removal_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct ct_driver_removed what = { 0 };
	uint8_t byte = 0;
	int file, ret;
	ssize_t n;

	need(ct, d->remove);
	file = drv_reach(ct, 1, i % DRV_STATES);
	ret = d->remove(ct, ct_target(ct), 1, i / DRV_STATES, &what);
	ct_check(ct, !what.went || what.asked, "the user was not asked to let go of the VF");
	ct_check(ct, !what.went || what.waited, "the VF went while its user had it open");
	must(ct, ret);
	ct_check(ct, what.lives || i / DRV_STATES != CT_DRIVER_VF_UNBOUND,
		 "the system's NVMe driver finds no controller that works in the VF");
	ct_check(ct, what.took <= GO_NS, "%" PRIu64 " ms passed until it was gone",
		 what.took / 1000000);
	if (file >= 0) {
		n = i % DRV_STATES == DRV_RESUMING ? d->write(file, &byte, 1) :
						     d->read(file, &byte, 1);
		ct_check(ct, n == -ENODEV, "the data file answers %zd, not -ENODEV", n);
	}
	check_next_user(ct);
}

CT_ROW(removal, .id = "DRV/user-of-a-vf-that-goes-is-asked-and-waited-for",
       .reqs = "LM-DRV-160 LM-DRV-540 LM-DRV-550 LM-DRV-630 LM-DRV-710 LM-DRV-730",
       .given = "a VF in each state, and its data file",
       .when = "its driver is unbound, NumVFs becomes 0, or the PF's driver is unbound",
       .expect =
	       "a request event; the VF stays until it is closed, and is gone within 10 s then; "
	       "the data file answers -ENODEV; another driver finds a controller that works; once all "
	       "is back the VF runs and migrates",
       .needs = NEEDS, .flags = FLAGS, .cases = removal_cases, .name = removal_name,
       .run = removal_run);

struct arc {
	struct ct *ct;
	int ret;
};

static void *suspend_it(void *arg)
{
	struct arc *arc = arg;
	int file;

	arc->ret = drv_calls(arc->ct)->set_state(arc->ct, ct_target(arc->ct), 1, DRV_STOP, &file);
	return NULL;
}

/* The target gives up long behind any time limit that is one: what waits so long waits for ever. */
static void meanwhile_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct ct_driver_removed what = { 0 };
	struct arc arc = { .ct = ct };
	pthread_t thread;
	int ret;

	(void)i;
	need(ct, d->remove && d->threads);
	drv_reach(ct, 1, DRV_RUNNING);
	drv_spoil(ct, 1, LM_OPC_SUSPEND, (struct ct_fault){ .no_completion = true });
	if (pthread_create(&thread, NULL, suspend_it, &arc))
		ct_error(ct, "no second thread");
	ct_target(ct)->ops->advance(ct_target(ct), BEGUN_NS);
	ret = d->remove(ct, ct_target(ct), 1, CT_DRIVER_PF_UNBOUND, &what);
	ct_check(ct, ret != -ETIMEDOUT, "%s", ct_target(ct)->error);
	pthread_join(thread, NULL);
	must(ct, ret);
	ct_check(ct, arc.ret < 0, "SUSPEND never ended, and the arc works");
	check_next_user(ct);
}

CT_ROW(meanwhile, .id = "DRV/pf-that-goes-during-an-arc-is-let-go",
       .reqs = "LM-DRV-180 LM-DRV-200 LM-DRV-710", .given = "an arc whose SUSPEND never completes",
       .when = "the PF's driver is unbound",
       .expect = "the arc ends with the command's time limit, and then the PF is free; once all is "
		 "back the VF runs and migrates",
       .needs = NEEDS, .flags = FLAGS | CT_ROW_LONG, .run = meanwhile_run);
