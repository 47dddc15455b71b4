/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A device of a few lines. What stands behind "scripted:" are words, separated
 * by commas:
 *
 *	absent		byte 3072 is 00h
 *	plain		byte 3072 is 01h, but there is no UUID
 *	drive		no FRESH: as hardware
 *	no-admin	nothing reaches the PF
 *	identify-fails	Identify ends with an error status
 *	identify-hangs, identify-crashes
 *	sent=FILE	appends a line for each admin opcode that arrives
 *	gone=FILE	cannot be opened once FILE is there
 *	open-crashes, close-crashes
 *	prepared=FILE	appends a line for each prepare() and release()
 *	prepare-fails
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ct-target.h"
#include "nvme-lm.h"

#define OPC_IDENTIFY 0x06
#define SERIAL "SELFTEST"

static char words[256];
static unsigned int last_state; /* of VF 1 */

static const char *word(const char *name)
{
	const char *p = words;
	size_t len = strlen(name);

	while (*p) {
		if (!strncmp(p, name, len) && (p[len] == ',' || !p[len] || p[len - 1] == '='))
			return p + len;
		p += strcspn(p, ",");
		p += *p == ',';
	}
	return NULL;
}

/* The value of NAME=VALUE, ended; NULL where it is not there. */
static const char *value(const char *name)
{
	static char text[256];
	const char *p = word(name);

	if (!p)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(p, ","), p);
	return text;
}

static int fail(struct ct_target *t, int error, const char *what)
{
	snprintf(t->error, sizeof(t->error), "%s", what);
	return error;
}

static int scripted_open(struct ct_target *t, const char *arg)
{
	unsigned int cap;

	snprintf(words, sizeof(words), "%s", arg);
	last_state = LM_STATE_ACTIVE;
	if (word("open-crashes"))
		raise(SIGSEGV);
	if (value("gone=") && !access(value("gone="), F_OK))
		return fail(t, -ENODEV, "the device is gone");
	t->info.total_vfs = t->info.num_vfs = 1;
	snprintf(t->info.transport, sizeof(t->info.transport), "a script");
	for (cap = 0; cap < CT_CAP_COUNT; cap++)
		snprintf(t->info.reason[cap], sizeof(t->info.reason[cap]), "the script has none");
	if (!word("no-admin"))
		t->info.caps |= CT_CAP(CT_CAP_PF_PASSTHRU);
	if (!word("drive"))
		t->info.caps |= CT_CAP(CT_CAP_FRESH);
	return 0;
}

static void note_run(const char *what)
{
	const char *path = value("prepared=");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	fprintf(f, "%s\n", what);
	fclose(f);
}

static int scripted_prepare(struct ct_target *t, const char *arg, void (*say)(const char *fmt, ...))
{
	snprintf(words, sizeof(words), "%s", arg);
	note_run("prepare");
	if (word("prepare-fails"))
		return fail(t, -EBUSY, "the device is busy; wait");
	if (word("prepared="))
		say("the device is taken");
	return 0;
}

static void scripted_release(struct ct_target *t, void (*say)(const char *fmt, ...))
{
	(void)t, (void)say;
	note_run("release");
}

static int scripted_restore(struct ct_target *t, void (*say)(const char *fmt, ...))
{
	(void)t;
	say("nothing was left");
	return getenv("SCRIPTED_LEFT") ? -EIO : 0;
}

static void scripted_close(struct ct_target *t)
{
	(void)t;
	if (word("close-crashes"))
		raise(SIGABRT);
}

static void note_opcode(uint8_t opc)
{
	const char *path = value("sent=");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	fprintf(f, "%02X\n", opc);
	fclose(f);
}

static int identify(struct ct_target *t, uint8_t *id, struct ct_cqe *cqe)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	(void)t;
	if (word("identify-crashes"))
		raise(SIGSEGV);
	while (word("identify-hangs"))
		pause();
	cqe->status = word("identify-fails") ? LM_SC_INTERNAL : LM_SC_SUCCESS;
	memset(id, 0, LM_ID_SIZE);
	memset(id + 4, ' ', 20 + 40 + 8);
	memcpy(id + 4, SERIAL, strlen(SERIAL));
	/* A device's strings need not be text. */
	memcpy(id + 24, "script\xFF", 7);
	if (word("absent"))
		return 0;
	id[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	if (word("plain"))
		return 0;
	lm_put_le16(id + LM_ID_VERSION, 1);
	lm_put_le32(id + LM_ID_MAX_IMAGE, 4096);
	lm_put_le16(id + LM_ID_SUSPEND_LIMIT, 1);
	memcpy(id + LM_ID_UUID, uuid, sizeof(uuid));
	return 0;
}

static int scripted_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
			  uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	(void)fn, (void)len, (void)dir, (void)timeout;
	memset(cqe, 0, sizeof(*cqe));
	note_opcode(sqe[LM_SQE_OPC]);
	switch (sqe[LM_SQE_OPC]) {
	case OPC_IDENTIFY:
		return identify(t, data, cqe);
	case LM_OPC_QUERY_DATA_SIZE:
		cqe->dw0 = 64;
		cqe->dw1 = last_state;
		return 0;
	case LM_OPC_SUSPEND:
		last_state = LM_STATE_SUSPENDED;
		return 0;
	case LM_OPC_RESUME:
		last_state = LM_STATE_ACTIVE;
		return 0;
	default:
		cqe->status = LM_SC_INVALID_OPCODE;
		cqe->dnr = true;
		return 0;
	}
}

static void scripted_dma_free_all(struct ct_target *t)
{
	(void)t;
}

static int scripted_advance(struct ct_target *t, uint64_t ns)
{
	(void)t, (void)ns;
	return 0;
}

static int scripted_fresh(struct ct_target *t)
{
	(void)t;
	last_state = LM_STATE_ACTIVE;
	return 0;
}

static uint64_t scripted_now(struct ct_target *t)
{
	struct timespec now;

	(void)t;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static const struct ct_target_ops scripted_ops = {
	.name = "scripted",
	.summary = "a device of a few lines, for tests of the runner",
	.prepare = scripted_prepare,
	.release = scripted_release,
	.restore = scripted_restore,
	.open = scripted_open,
	.close = scripted_close,
	.admin = scripted_admin,
	.dma_free_all = scripted_dma_free_all,
	.advance = scripted_advance,
	.fresh = scripted_fresh,
	.now = scripted_now,
};
CT_TARGET(scripted_ops);
