/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A VF is moved by the migration interface of the VFIO driver that holds it, as QEMU does
 * it. Each call takes as long as the driver lets it, which is bounded (LM-DRV-180).
 */
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <unistd.h>

#include "migrate.h"
#include "say.h"

/* What read() and write() are given at once where no other size is asked for. */
#define WHOLE (1u << 20)

static bool refused(struct mg *m, struct mg_place p, const char *what, int ret)
{
	mg_find(&m->out, MG_REFUSED, "%s of VF %u on %s: %s", what, p.vf,
		m->side[p.side].t.info.transport, strerror(-ret));
	return false;
}

static bool set_state(struct mg *m, struct mg_place p, uint32_t state, const char *what, int *file)
{
	struct ct_target *t = &m->side[p.side].t;
	int none = -1;
	int ret = t->ops->vfio_state(t, p.vf, state, file ? file : &none);

	if (none >= 0)
		close(none);
	return ret ? refused(m, p, what, ret) : true;
}

static void *stopping(void *arg)
{
	struct mg_stop_call *call = arg;
	int file = -1;

	call->ret =
		call->copy.ops->vfio_state(&call->copy, call->vf, VFIO_DEVICE_STATE_STOP, &file);
	__atomic_store_n(&call->done, 1, __ATOMIC_RELEASE);
	return NULL;
}

static bool begin_stop(struct mg *m, struct mg_place p)
{
	struct mg_stop_call *call = &m->stop_call;

	call->copy = m->side[p.side].t;
	call->vf = p.vf;
	call->done = 0;
	if (pthread_create(&call->thread, NULL, stopping, call))
		return mg_stop(&m->out, CT_EXIT_USAGE, "no thread for a call of the driver");
	return true;
}

static bool poll_stop(struct mg *m, struct mg_place p, bool *done)
{
	struct mg_stop_call *call = &m->stop_call;

	*done = __atomic_load_n(&call->done, __ATOMIC_ACQUIRE);
	if (!*done)
		return true;
	pthread_join(call->thread, NULL);
	return call->ret ? refused(m, p, "STOP", call->ret) : true;
}

static bool stop(struct mg *m, struct mg_place p)
{
	return set_state(m, p, VFIO_DEVICE_STATE_STOP, "STOP", NULL);
}

static bool read_image(struct mg *m, struct mg_place p, int file, size_t chunk)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(file, m->image + len,
			 chunk < MG_MAX_IMAGE - len ? chunk : MG_MAX_IMAGE - len);
		if (n < 0)
			return refused(m, p, "read() of the data file", -errno);
		len += (size_t)n;
	} while (n && len < MG_MAX_IMAGE);
	m->image_len = (uint32_t)len;
	if (n || !len || len % 4)
		return refused(m, p, "the length of the image", -EFBIG);
	return true;
}

static bool write_image(struct mg *m, struct mg_place p, int file, size_t chunk)
{
	size_t done = 0;

	while (done < m->image_len) {
		size_t len = m->image_len - done;
		ssize_t n = write(file, m->image + done, len < chunk ? len : chunk);

		if (n <= 0)
			return refused(m, p, "write() to the data file", n ? -errno : -EIO);
		done += (size_t)n;
	}
	return true;
}

static bool save(struct mg *m, struct mg_place p, uint32_t chunk)
{
	int file = -1;
	bool ok = set_state(m, p, VFIO_DEVICE_STATE_STOP_COPY, "STOP_COPY", &file);

	if (!ok)
		return false;
	ok = read_image(m, p, file, chunk ? chunk : WHOLE);
	close(file);
	return ok && stop(m, p);
}

static bool load(struct mg *m, struct mg_place p, uint32_t chunk)
{
	int file = -1;
	bool ok = set_state(m, p, VFIO_DEVICE_STATE_RESUMING, "RESUMING", &file);

	if (!ok)
		return false;
	ok = write_image(m, p, file, chunk ? chunk : WHOLE) && stop(m, p);
	close(file);
	return ok;
}

static bool start(struct mg *m, struct mg_place p)
{
	return set_state(m, p, VFIO_DEVICE_STATE_RUNNING, "RUNNING", NULL);
}

const struct mg_mover mg_by_driver = {
	.begin_stop = begin_stop,
	.poll_stop = poll_stop,
	.stop = stop,
	.save = save,
	.load = load,
	.start = start,
};
