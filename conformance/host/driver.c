/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What rows ask of a VFIO driver of VFs, and what it sent to the PF meanwhile. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"
#include "internal.h"

#define MAX_COMMANDS 128

static uint64_t mark; /* of drv_commands() */

const struct ct_driver_ops *drv_calls(struct ct *ct)
{
	return ct_target(ct)->ops->driver;
}

const char *drv_state_name(uint32_t state)
{
	static const char *const names[DRV_STATES] = { "ERROR",	    "STOP",	"RUNNING",
						       "STOP_COPY", "RESUMING", "RUNNING_P2P" };

	return state < DRV_STATES ? names[state] : "no state";
}

unsigned int drv_state_cases(struct ct *ct)
{
	(void)ct;
	return DRV_STATES;
}

void drv_state_case(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", drv_state_name(i));
}

void drv_need_vfs(struct ct *ct, unsigned int num)
{
	unsigned int have = drv_calls(ct)->count(ct_target(ct));

	if (have < num)
		ct_not_applicable(ct, "the target's argument names %u VF%s, the row needs %u", have,
				  have == 1 ? "" : "s", num);
}

void drv_need_p2p(struct ct *ct, unsigned int vf)
{
	uint64_t flags = 0;

	hn_must(ct, drv_calls(ct)->flags(ct, ct_target(ct), vf, &flags), "asking for migration");
	if (!(flags & DRV_FLAG_P2P))
		ct_not_applicable(ct, "the driver offers no RUNNING_P2P");
}

uint16_t drv_index(struct ct *ct, unsigned int vf)
{
	return (uint16_t)drv_calls(ct)->index(ct_target(ct), vf);
}

int drv_open(struct ct *ct, unsigned int vf)
{
	int ret = drv_calls(ct)->open(ct, ct_target(ct), vf);

	ct_trace(ct, "VF %u opened: %s", vf, ret ? strerror(-ret) : "ok");
	return ret;
}

void drv_close(struct ct *ct, unsigned int vf)
{
	ct_trace(ct, "VF %u closed", vf);
	drv_calls(ct)->close(ct, ct_target(ct), vf);
}

int drv_set(struct ct *ct, unsigned int vf, uint32_t state, int *file)
{
	int fd = -1, ret = drv_calls(ct)->set_state(ct, ct_target(ct), vf, state, &fd);

	ct_trace(ct, "VF %u to %s: %s", vf, drv_state_name(state), ret ? strerror(-ret) : "ok");
	if (file)
		*file = fd;
	else if (fd >= 0)
		drv_calls(ct)->close_file(fd);
	return ret;
}

int drv_go(struct ct *ct, unsigned int vf, uint32_t state)
{
	int file, ret = drv_set(ct, vf, state, &file);

	ct_check(ct, !ret, "VF %u to %s: %s", vf, drv_state_name(state), strerror(-ret));
	return file;
}

uint32_t drv_state(struct ct *ct, unsigned int vf)
{
	uint32_t state = DRV_ERROR;
	int ret = drv_calls(ct)->get_state(ct, ct_target(ct), vf, &state);

	ct_check(ct, !ret, "the state of VF %u cannot be had: %s", vf, strerror(-ret));
	return state;
}

void drv_check_state(struct ct *ct, unsigned int vf, uint32_t state)
{
	uint32_t is = drv_state(ct, vf);

	ct_check(ct, is == state, "the driver reports %s, not %s", drv_state_name(is),
		 drv_state_name(state));
}

void drv_check_vf(struct ct *ct, unsigned int vf, int state)
{
	int is = hn_vf_state(ct, drv_index(ct, vf));

	ct_check(ct, is == state, "the VF is %s, not %s",
		 is < 0 ? "unknown to the PF" : hn_state_name((unsigned int)is),
		 hn_state_name((unsigned int)state));
}

void drv_reset(struct ct *ct, unsigned int vf)
{
	int ret = drv_calls(ct)->reset(ct, ct_target(ct), vf);

	ct_trace(ct, "VF %u reset: %s", vf, ret ? strerror(-ret) : "ok");
	ct_check(ct, !ret, "VFIO_DEVICE_RESET: %s", strerror(-ret));
}

void drv_spoil(struct ct *ct, unsigned int vf, uint8_t opc, struct ct_fault what)
{
	what.opc = opc;
	what.vf = drv_index(ct, vf);
	what.count = 1;
	hn_inject(ct, &what);
}

int drv_reach(struct ct *ct, unsigned int vf, uint32_t state)
{
	int file = -1, ret;

	if (drv_state(ct, vf) != DRV_RUNNING)
		drv_reset(ct, vf);
	if (state == DRV_ERROR) {
		drv_go(ct, vf, DRV_STOP);
		drv_spoil(ct, vf, LM_OPC_RESUME,
			  (struct ct_fault){ .refuse = true, .status = LM_SC_NOT_SUSPENDED });
		ret = drv_set(ct, vf, DRV_RUNNING, NULL);
		ct_check(ct, ret < 0, "RESUME ended with 13Ah, and the arc to RUNNING worked");
		drv_check_state(ct, vf, DRV_ERROR);
	} else if (state != DRV_RUNNING) {
		file = drv_go(ct, vf, state);
	}
	if (hn_has(ct, JOURNAL))
		mark = hn_mark(ct);
	return file;
}

static char letter_of(uint8_t opc)
{
	switch (opc) {
	case LM_OPC_QUERY_DATA_SIZE:
		return 'Q';
	case LM_OPC_SUSPEND:
		return 'S';
	case LM_OPC_RESUME:
		return 'R';
	case LM_OPC_SAVE_DATA:
		return 'V';
	default:
		return 'L';
	}
}

const char *drv_commands(struct ct *ct, unsigned int vf)
{
	static char text[MAX_COMMANDS + 1];
	struct ct_event ev[MAX_COMMANDS];
	unsigned int num = hn_fetched_five(ct, mark, ev, MAX_COMMANDS), length = 0;

	for (unsigned int i = 0; i < num && i < MAX_COMMANDS; i++) {
		char letter = letter_of((uint8_t)ev[i].data);
		bool part = letter == 'V' || letter == 'L';

		if ((uint16_t)ev[i].addr != drv_index(ct, vf) ||
		    (part && length && text[length - 1] == letter))
			continue;
		text[length++] = letter;
	}
	text[length] = '\0';
	mark = hn_mark(ct);
	return text;
}

unsigned int drv_fetched(struct ct *ct, uint64_t since, struct ct_event *ev, unsigned int max)
{
	return hn_fetched_five(ct, since, ev, max);
}

unsigned int drv_sent(struct ct *ct, uint64_t since, unsigned int opc)
{
	struct ct_event ev[HN_BATCH];
	unsigned int num, found = 0;
	bool more;

	do {
		more = hn_batch(ct, &since, ev, &num);
		for (unsigned int i = 0; i < num; i++) {
			uint8_t its = (uint8_t)ev[i].data;

			if (ev[i].kind != CT_EV_COMMAND || ev[i].fn || ev[i].vector)
				continue;
			if (opc == DRV_ANY_OPCODE ? its != NVME_ADM_GET_LOG : its == opc)
				found++;
		}
	} while (more);
	return found;
}

struct hn_image drv_read_all(struct ct *ct, int file, size_t piece)
{
	static uint8_t bytes[DRV_IMAGE_BOUND + 1];
	struct hn_image image = { 0 };
	ssize_t n;

	do {
		size_t room = sizeof(bytes) - image.len;

		n = drv_calls(ct)->read(file, bytes + image.len, piece < room ? piece : room);
		ct_check(ct, n >= 0, "read behind byte %u: %s", image.len, strerror((int)-n));
		image.len += (uint32_t)n;
		ct_check(ct, image.len <= DRV_IMAGE_BOUND, "an image of more than %u bytes",
			 DRV_IMAGE_BOUND);
	} while (n);
	image.bytes = hn_mem(ct, image.len);
	memcpy(image.bytes, bytes, image.len);
	return image;
}

int drv_write_all(struct ct *ct, int file, const void *data, size_t len, size_t piece)
{
	const uint8_t *p = data;
	ssize_t n;

	for (size_t done = 0; done < len; done += (size_t)n) {
		size_t want = piece < len - done ? piece : len - done;

		n = drv_calls(ct)->write(file, p + done, want);
		if (n < 0)
			return (int)n;
		ct_check(ct, (size_t)n == want, "a write of %zu bytes took %zd", want, n);
	}
	return 0;
}

struct hn_image drv_image(struct ct *ct, unsigned int vf)
{
	int file = drv_reach(ct, vf, DRV_STOP_COPY);
	struct hn_image image = drv_read_all(ct, file, DRV_IMAGE_BOUND);

	drv_calls(ct)->close_file(file);
	drv_go(ct, vf, DRV_RUNNING);
	return image;
}

uint32_t drv_largest_image(struct ct *ct)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE);

	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, id);
	return ct_device_version(ct) ? lm_get_le32(id + LM_ID_MAX_IMAGE) : LM_RFC_IMAGE_MAX;
}

int drv_load(struct ct *ct, unsigned int vf, const struct hn_image *image)
{
	int file, ret = drv_set(ct, vf, DRV_RESUMING, &file);

	if (!ret)
		ret = drv_write_all(ct, file, image->bytes, image->len, image->len);
	if (!ret)
		ret = drv_set(ct, vf, DRV_RUNNING, NULL);
	if (file >= 0)
		drv_calls(ct)->close_file(file);
	return ret;
}

void drv_check_migrates(struct ct *ct, unsigned int vf)
{
	struct hn_image image = drv_image(ct, vf);
	int ret = drv_load(ct, vf, &image);

	ct_check(ct, !ret, "the VF does not take its own image: %s", strerror(-ret));
	drv_check_state(ct, vf, DRV_RUNNING);
	drv_check_vf(ct, vf, LM_STATE_ACTIVE);
}
