/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pci-script.h"

#include <errno.h>
#include <libnvme.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

#include <cmocka.h>

#include "../targets/pci-sys.h"

#define MAX_STEPS 64

static struct pci_step steps[MAX_STEPS];
static size_t num_steps, next_step;
static uint64_t clock_ns;
static unsigned int sent[256];

static const char *const call_names[] = {
	[CALL_STAT] = "stat",	  [CALL_ATTR] = "read",	  [CALL_LINK] = "readlink",
	[CALL_ENTRY] = "opendir", [CALL_OPEN] = "open",	  [CALL_FLOCK] = "flock",
	[CALL_CLOSE] = "close",	  [CALL_SLEEP] = "sleep", [CALL_ADMIN] = "ioctl",
};

/* the step that this call must be; fails the test where it is another */
static const struct pci_step *expect(enum pci_call call, const char *path)
{
	const struct pci_step *step = &steps[next_step];

	if (next_step == num_steps)
		fail_msg("%s(%s) after the end of the script", call_names[call], path);
	if (step->call != call || (step->path && strcmp(step->path, path) != 0))
		fail_msg("step %zu: %s(%s), expected %s(%s)", next_step, call_names[call], path,
			 call_names[step->call], step->path ? step->path : "");
	next_step++;
	return step;
}

static int result(const struct pci_step *step, int value)
{
	if (!step->err)
		return value;
	errno = step->err;
	return -1;
}

static int text_result(const struct pci_step *step, char *buf, size_t size)
{
	if (!step->err)
		snprintf(buf, size, "%s", step->text);
	return result(step, 0);
}

static int script_stat(const char *path, struct stat *st)
{
	const struct pci_step *step = expect(CALL_STAT, path);

	memset(st, 0, sizeof(*st));
	st->st_mode = step->mode;
	st->st_rdev = makedev(241, 7);
	return result(step, 0);
}

static int script_read_attr(const char *path, char *buf, size_t size)
{
	return text_result(expect(CALL_ATTR, path), buf, size);
}

static int script_link_name(const char *path, char *buf, size_t size)
{
	return text_result(expect(CALL_LINK, path), buf, size);
}

static int script_entry(const char *path, unsigned int n, char *buf, size_t size)
{
	assert_int_equal(n, 0);
	return text_result(expect(CALL_ENTRY, path), buf, size);
}

static int script_open(const char *path, int flags)
{
	(void)flags;
	return result(expect(CALL_OPEN, path), SCRIPT_FD);
}

static int script_flock(int fd, int operation)
{
	assert_int_equal(fd, SCRIPT_FD);
	assert_int_equal(operation, LOCK_EX | LOCK_NB);
	return result(expect(CALL_FLOCK, ""), 0);
}

static int script_close(int fd)
{
	assert_int_equal(fd, SCRIPT_FD);
	return result(expect(CALL_CLOSE, ""), 0);
}

static uint64_t script_now(void)
{
	return clock_ns;
}

static void script_sleep(uint64_t ns)
{
	assert_int_equal(expect(CALL_SLEEP, "")->ns, ns);
	clock_ns += ns;
}

/* What libnvme calls: this definition comes before the C library's. */
int ioctl(int fd, unsigned long request, ...)
{
	struct nvme_passthru_cmd64 *cmd;
	const struct pci_step *step;
	char what[32];
	va_list ap;

	va_start(ap, request);
	cmd = va_arg(ap, struct nvme_passthru_cmd64 *);
	va_end(ap);
	sent[cmd->opcode]++;
	snprintf(what, sizeof(what), "%02xh", cmd->opcode);
	step = expect(CALL_ADMIN, what);
	assert_int_equal(fd, SCRIPT_FD);
	assert_int_equal(request, NVME_IOCTL_ADMIN64_CMD);
	assert_int_equal(cmd->flags | cmd->rsvd1 | cmd->metadata | cmd->metadata_len, 0);
	assert_int_equal(cmd->opcode, step->opcode);
	assert_int_equal(cmd->nsid, step->nsid);
	assert_int_equal(cmd->cdw2, step->cdw2);
	assert_int_equal(cmd->cdw3, step->cdw3);
	assert_int_equal(cmd->cdw10, step->cdw[0]);
	assert_int_equal(cmd->cdw11, step->cdw[1]);
	assert_int_equal(cmd->cdw12, step->cdw[2]);
	assert_int_equal(cmd->cdw13, step->cdw[3]);
	assert_int_equal(cmd->cdw14, step->cdw[4]);
	assert_int_equal(cmd->cdw15, step->cdw[5]);
	assert_int_equal(cmd->data_len, step->len);
	assert_int_equal(cmd->addr != 0, step->len != 0);
	if (step->timeout_ms != SCRIPT_ANY_TIME)
		assert_int_equal(cmd->timeout_ms, step->timeout_ms);
	if (step->sent)
		assert_memory_equal((const void *)(uintptr_t)cmd->addr, step->sent, step->len);
	clock_ns += step->takes;
	if (step->data)
		memcpy((void *)(uintptr_t)cmd->addr, step->data, step->len);
	cmd->result = step->result;
	return result(step, step->status);
}

static const struct pci_sys script = {
	.stat = script_stat,
	.open = script_open,
	.close = script_close,
	.flock = script_flock,
	.read_attr = script_read_attr,
	.link_name = script_link_name,
	.entry = script_entry,
	.now = script_now,
	.sleep = script_sleep,
};

void script_begin(void)
{
	num_steps = 0;
	next_step = 0;
	clock_ns = 1000000;
	memset(sent, 0, sizeof(sent));
	pci_sys = &script;
}

void script_add(const struct pci_step *more, size_t n)
{
	assert_true(num_steps + n <= MAX_STEPS);
	memcpy(steps + num_steps, more, n * sizeof(*more));
	num_steps += n;
}

void script_end(void)
{
	if (next_step != num_steps)
		fail_msg("%zu expected calls did not come, first %s(%s)", num_steps - next_step,
			 call_names[steps[next_step].call],
			 steps[next_step].path ? steps[next_step].path : "");
}

unsigned int script_sent(uint8_t opcode)
{
	return sent[opcode];
}
