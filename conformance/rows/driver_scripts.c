/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A hostile user of a VFIO driver: the scripts at which the fuzzing of the driver's sources
 * (fuzz/driver.c) arrived, played to the driver under judgement. What a script does to a
 * command or to the kernel is done here as far as the fault switch goes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define MAX_SCRIPT 256
#define MAX_FILES 8
#define MAX_ACTIONS 200
#define GUARD 0xA5

static const struct script {
	const char *name;
	unsigned int len;
	uint8_t bytes[MAX_SCRIPT];
} scripts[] = {
#include "driver-scripts.h"
};

/* A data file, and what its user knows of it. */
struct data_file {
	int file; /* -1: none */
	uint32_t state; /* STOP_COPY or RESUMING */
	bool live; /* its session has not ended */
};

struct play {
	const struct script *script;
	unsigned int at;
	struct data_file files[MAX_FILES];
	uint32_t largest; /* image */
	size_t limit; /* of the user's memory, for one call */
	bool limited;
	uint8_t *buffer; /* of the largest image and 64 bytes */
};

static unsigned int take(struct play *p)
{
	return p->at < p->script->len ? p->script->bytes[p->at++] : 0;
}

static unsigned int take16(struct play *p)
{
	unsigned int low = take(p);

	return low | take(p) << 8;
}

/* What the driver reports; a session lives while its state does. */
static uint32_t look(struct ct *ct, struct play *p)
{
	uint32_t state = drv_state(ct, 1);

	for (unsigned int i = 0; i < MAX_FILES; i++)
		p->files[i].live = p->files[i].live && p->files[i].state == state;
	if (state == DRV_RUNNING)
		drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	return state;
}

static void end_sessions(struct play *p)
{
	for (unsigned int i = 0; i < MAX_FILES; i++)
		p->files[i].live = false;
}

static void close_file(struct ct *ct, struct data_file *f)
{
	if (f->file >= 0)
		drv_calls(ct)->close_file(f->file);
	*f = (struct data_file){ .file = -1 };
}

/* A file that an arc returned takes the place of the oldest. */
static void keep(struct ct *ct, struct play *p, int file, uint32_t state)
{
	close_file(ct, &p->files[MAX_FILES - 1]);
	for (unsigned int i = MAX_FILES - 1; i; i--)
		p->files[i] = p->files[i - 1];
	p->files[0] = (struct data_file){ .file = file, .state = state, .live = true };
}

static void set_state(struct ct *ct, struct play *p)
{
	uint32_t before = drv_state(ct, 1), now, state = take(p) % DRV_STATES;
	int file, ret = drv_set(ct, 1, state, &file);

	now = look(ct, p);
	ct_check(ct, before != DRV_ERROR || now == before, "ERROR is left for %s",
		 drv_state_name(now));
	ct_check(ct, ret || now == state, "an arc to %s ends in %s", drv_state_name(state),
		 drv_state_name(now));
	ct_check(ct, !ret || file < 0, "an arc that fails gives a file");
	if (file >= 0)
		keep(ct, p, file, now);
}

static size_t length(struct play *p)
{
	unsigned int how = take(p);

	if (how < 128)
		return how;
	return how < 192 ? take16(p) % p->largest : p->largest - 192 + how - 8;
}

/* Of some calls only a part of the user's memory is there. */
static void limit_copy(struct play *p, size_t len)
{
	p->limited = take(p) >= 224;
	p->limit = len ? take16(p) % len : 0;
	if (p->limit > 4096)
		p->limited = false;
}

static void read_file(struct ct *ct, struct play *p, struct data_file *f)
{
	size_t len = length(p), size = p->largest + 64;
	ssize_t n;

	if (f->file < 0 || f->state != DRV_STOP_COPY)
		return;
	limit_copy(p, len);
	memset(p->buffer, GUARD, size);
	if (p->limited)
		n = drv_calls(ct)->read_fault(f->file, p->limit, len < 8192 ? len : 8192);
	else
		n = drv_calls(ct)->read(f->file, p->buffer, len);
	if (!f->live) {
		ct_check(ct, n == -ENODEV, "a file whose session ended reads %zd", n);
		return;
	}
	ct_check(ct, n == -EFAULT ? p->limited : n >= 0 && (size_t)n <= len,
		 "a read of %zu bytes gives %zd", len, n);
	for (size_t i = n < 0 || p->limited ? 0 : (size_t)n; i < size; i++)
		ct_check(ct, p->buffer[i] == GUARD, "byte %zu behind a read of %zd", i, n);
}

static void write_file(struct ct *ct, struct play *p, struct data_file *f)
{
	size_t len = length(p);
	ssize_t n;

	if (f->file < 0 || f->state != DRV_RESUMING)
		return;
	for (size_t i = 0; i < len && i < 16; i++)
		p->buffer[i] = (uint8_t)take(p);
	limit_copy(p, len);
	if (p->limited && len <= 8192)
		n = drv_calls(ct)->write_fault(f->file, p->buffer, p->limit, len);
	else
		n = drv_calls(ct)->write(f->file, p->buffer, len);
	ct_check(ct, f->live || n == -ENODEV, "a file whose session ended takes %zd", n);
	ct_check(ct, n < 0 || (size_t)n == len, "a write of %zu bytes takes %zd", len, n);
	ct_check(ct, !f->live || n >= 0 || n == -ENOSPC || (n == -EFAULT && p->limited),
		 "a write of %zu bytes gives %zd", len, n);
}

static void reset(struct ct *ct, struct play *p)
{
	drv_reset(ct, 1);
	end_sessions(p);
	drv_check_state(ct, 1, DRV_RUNNING);
	look(ct, p);
}

/* The user goes, and another one comes; who is refused may come again after a reset. */
static void reopen(struct ct *ct, struct play *p)
{
	take16(p);
	drv_close(ct, 1);
	end_sessions(p);
	if (drv_open(ct, 1)) {
		hn_flr(ct, drv_index(ct, 1));
		ct_check(ct, !drv_open(ct, 1), "the VF cannot be opened");
	}
	look(ct, p);
}

/* Not QUERY_DATA_SIZE, by which look() asks for the VF's state. */
static const uint8_t opcodes[] = { LM_OPC_SUSPEND, LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA };
#define OPCODES (sizeof(opcodes) / sizeof(opcodes[0]))

static void fail_command(struct ct *ct, struct play *p)
{
	static const uint16_t outcomes[] = { LM_SC_INVALID_FIELD, LM_SC_SEQUENCE,
					     LM_SC_INVALID_IMAGE, LM_SC_SUSPEND_NOT_COMPLETED,
					     LM_SC_INTERNAL,	  LM_SC_ABORT_REQUESTED };
	uint16_t status = outcomes[take(p) % 6];
	uint8_t opc = opcodes[take(p) % OPCODES];

	drv_spoil(ct, 1, opc, (struct ct_fault){ .refuse = true, .status = status });
}

static void lie(struct ct *ct, struct play *p)
{
	static const uint32_t sizes[] = { 0, 1, 2, 4, 8, 0x100000, 0x100004, UINT32_MAX };

	drv_spoil(ct, 1, LM_OPC_SAVE_DATA,
		  (struct ct_fault){ .override_dw0 = true, .dw0 = sizes[take(p) % 8] });
}

/*
 * An administrator, behind the driver's back. Allocations that fail are for the row of them
 * alone: the kernel has much to say then.
 */
static void interfere(struct ct *ct, struct play *p)
{
	struct ct_cqe cqe;

	if (take(p) & 1)
		lie(ct, p);
	else if (take(p) & 1)
		hn_lm(ct, LM_OPC_RESUME, drv_index(ct, 1), &cqe);
	else
		take(p);
}

static void act(struct ct *ct, struct play *p)
{
	struct data_file *f = &p->files[take(p) % MAX_FILES];
	unsigned int action = take(p) % 16;

	if (action < 5)
		set_state(ct, p);
	else if (action < 8)
		read_file(ct, p, f);
	else if (action < 11)
		write_file(ct, p, f);
	else if (action == 11)
		close_file(ct, f);
	else if (action == 12)
		reset(ct, p);
	else if (action == 13)
		reopen(ct, p);
	else if (action == 14)
		fail_command(ct, p);
	else
		interfere(ct, p);
}

static void disarm(struct ct *ct)
{
	for (unsigned int i = 0; i < OPCODES; i++) {
		struct ct_fault none = { .opc = opcodes[i], .vf = drv_index(ct, 1) };

		hn_inject(ct, &none);
	}
}

static unsigned int script_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(scripts) / sizeof(scripts[0]);
}

static void script_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", scripts[i].name);
}

static void script_run(struct ct *ct, unsigned int i)
{
	struct play p = { .script = &scripts[i], .at = 2 };

	p.largest = drv_largest_image(ct);
	p.buffer = hn_mem(ct, p.largest + 64);
	drv_reach(ct, 1, DRV_RUNNING);
	for (unsigned int f = 0; f < MAX_FILES; f++)
		p.files[f].file = -1;
	for (unsigned int n = 0; n < MAX_ACTIONS && p.at < p.script->len; n++)
		act(ct, &p);
	disarm(ct);
	for (unsigned int f = 0; f < MAX_FILES; f++)
		close_file(ct, &p.files[f]);
	drv_reset(ct, 1);
	drv_check_migrates(ct, 1);
}

CT_ROW(script, .id = "DRV/scripts-of-fuzzing-do-no-harm",
       .reqs = "LM-DRV-200 LM-DRV-510 LM-DRV-530 LM-DRV-540 LM-DRV-550 LM-DRV-580", .given = "a VF",
       .when = "a hostile user does what fuzzing arrived at: states in any order, reads and writes of "
	       "any length to files of any session, commands that fail, a device that lies",
       .expect = "each call has a result that the state explains; after a reset the VF migrates",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_INJECT),
       .flags = CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE, .cases = script_cases,
       .name = script_name, .run = script_run);
