/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the arcs and of the data files share.
 */
#ifndef BENCH_H
#define BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four */
#include <cmocka.h>

#include "fake.h"
#include "shim-test.h"

#define STOP VFIO_DEVICE_STATE_STOP
#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define STOP_COPY VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING VFIO_DEVICE_STATE_RESUMING
#define P2P VFIO_DEVICE_STATE_RUNNING_P2P
#define ERROR VFIO_DEVICE_STATE_ERROR

/* A set_state that must succeed, with a file where there is one. */
static inline struct file *must(struct nvmevf_device *nvdev, enum vfio_device_mig_state state)
{
	struct file *filp = fake_set(nvdev, state);

	assert_false(IS_ERR(filp));
	assert_int_equal(fake_get(nvdev), state);
	assert_int_equal(!!filp, state == STOP_COPY || state == RESUMING);
	return filp;
}

/* One that must fail. */
static inline void must_fail(struct nvmevf_device *nvdev, enum vfio_device_mig_state state, int err)
{
	struct file *filp = fake_set(nvdev, state);

	assert_true(IS_ERR(filp));
	assert_int_equal(PTR_ERR(filp), err);
}

static inline ssize_t fd_read(struct file *filp, void *buf, size_t len)
{
	return filp->f_op->read(filp, buf, len, NULL);
}

static inline ssize_t fd_write(struct file *filp, const void *buf, size_t len)
{
	return filp->f_op->write(filp, buf, len, NULL);
}

/* Nothing is left behind: neither memory, nor a file. */
static inline void finish(struct nvmevf_device *nvdev)
{
	fake_stop(nvdev);
	assert_int_equal(shim_live(), 0);
}

#endif
