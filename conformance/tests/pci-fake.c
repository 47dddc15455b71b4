/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Linked into a second runner: the pci target's system calls answer for a
 * controller that is described by environment variables, and every opcode that
 * reaches "the kernel" is appended to a file, one per line in hexadecimal.
 *
 * FAKE_LOG	the file
 * FAKE_BYTE	Identify byte 3072, hexadecimal
 * FAKE_UUID	"ours", "foreign" or "none"
 * FAKE_PCI	PCI IDs as vendor:device
 * FAKE_STATUS	what it answers to all but Identify, hexadecimal, default 4001
 * FAKE_SPOILS	and whether it writes to the buffer all the same
 * FAKE_VANISH	the controller is gone after so many commands
 */
#include <errno.h>
#include <fcntl.h>
#include <libnvme.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../targets/pci-sys.h"
#include "nvme-lm.h"

#define NODE "/dev/nvme0"
#define SYS "/sys/dev/char/241:7/"
#define FAKE_FD 1000
#define LINE 3 /* bytes per command in the log: "c8\n" */

static const char *env(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static bool is_gone(void)
{
	const char *vanish = getenv("FAKE_VANISH");
	struct stat st;

	return vanish && !stat(env("FAKE_LOG", "/dev/null"), &st) &&
	       st.st_size >= LINE * atol(vanish);
}

static int error(int err)
{
	errno = err;
	return -1;
}

static int fake_stat(const char *path, struct stat *st)
{
	if (strcmp(path, NODE) != 0 || is_gone())
		return error(ENOENT);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR;
	st->st_rdev = makedev(241, 7);
	return 0;
}

static int fake_read_attr(const char *path, char *buf, size_t size)
{
	const char *pci = env("FAKE_PCI", "1b36:0010");

	if (strncmp(path, SYS, strlen(SYS)) != 0 || is_gone())
		return error(ENOENT);
	path += strlen(SYS);
	if (!strcmp(path, "transport"))
		snprintf(buf, size, "pcie");
	else if (!strcmp(path, "address"))
		snprintf(buf, size, "0000:01:00.0");
	else if (!strcmp(path, "state"))
		snprintf(buf, size, "live");
	else if (!strcmp(path, "device/vendor"))
		snprintf(buf, size, "0x%.4s", pci);
	else if (!strcmp(path, "device/device"))
		snprintf(buf, size, "0x%.4s", pci + 5);
	else if (!strncmp(path, "device/sriov_", 13))
		snprintf(buf, size, "2");
	else
		return error(ENOENT);
	return 0;
}

static int fake_link_name(const char *path, char *buf, size_t size)
{
	if (strcmp(path, SYS "subsystem") != 0)
		return error(ENOENT);
	snprintf(buf, size, "nvme");
	return 0;
}

static int fake_open(const char *path, int flags)
{
	(void)flags;
	return strcmp(path, NODE) != 0 || is_gone() ? error(ENOENT) : FAKE_FD;
}

static int fake_close(int fd)
{
	return fd == FAKE_FD ? 0 : error(EBADF);
}

static int fake_flock(int fd, int operation)
{
	(void)operation;
	return fake_close(fd);
}

static void fill_identify(uint8_t *id)
{
	static const uint8_t ours[16] = LM_UUID_BYTES;
	const char *uuid = env("FAKE_UUID", "none");

	memset(id, 0, LM_ID_SIZE);
	lm_put_le16(id, (uint16_t)strtoul(env("FAKE_PCI", "1b36"), NULL, 16));
	memset(id + 4, ' ', 68); /* serial number, model, firmware revision */
	memcpy(id + 4, "fake-1", 6);
	memcpy(id + 24, "scripted", 8);
	memcpy(id + 64, "1", 1);
	memcpy(id + 768, "nqn.2022-01.org.example:fake", 28);
	id[LM_ID_CAPABILITY] = (uint8_t)strtoul(env("FAKE_BYTE", "0"), NULL, 16);
	if (!strcmp(uuid, "none"))
		return;
	memcpy(id + LM_ID_UUID, ours, sizeof(ours));
	id[LM_ID_UUID] ^= !strcmp(uuid, "foreign");
	lm_put_le16(id + LM_ID_VERSION, LM_PROPOSAL_VERSION);
	lm_put_le32(id + LM_ID_MAX_IMAGE, 4096);
	lm_put_le16(id + LM_ID_SUSPEND_LIMIT, 1);
}

static void log_opcode(uint8_t opcode)
{
	int fd =
		open(env("FAKE_LOG", "/dev/null"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	char line[LINE + 1];

	snprintf(line, sizeof(line), "%02x\n", opcode);
	if (fd < 0 || write(fd, line, LINE) != LINE)
		abort();
	close(fd);
}

/* What libnvme calls: Identify Controller succeeds, all else is an unknown opcode by default. */
int ioctl(int fd, unsigned long request, ...)
{
	struct nvme_passthru_cmd64 *cmd;
	va_list ap;

	va_start(ap, request);
	cmd = va_arg(ap, struct nvme_passthru_cmd64 *);
	va_end(ap);
	if (fd != FAKE_FD || request != NVME_IOCTL_ADMIN64_CMD)
		return error(ENOTTY);
	if (is_gone())
		return error(ENODEV);
	log_opcode(cmd->opcode);
	cmd->result = 0;
	if (cmd->opcode != nvme_admin_identify || cmd->cdw10 != NVME_IDENTIFY_CNS_CTRL) {
		if (getenv("FAKE_SPOILS") && cmd->data_len)
			memset((void *)(uintptr_t)cmd->addr, 0, 1);
		return (int)strtol(env("FAKE_STATUS", "4001"), NULL, 16);
	}
	fill_identify((uint8_t *)(uintptr_t)cmd->addr);
	return 0;
}

static uint64_t fake_now(void)
{
	return pci_sys_linux.now();
}

static void fake_sleep(uint64_t ns)
{
	(void)ns;
}

static int fake_entry(const char *path, unsigned int n, char *buf, size_t size)
{
	(void)path;
	(void)n;
	(void)buf;
	(void)size;
	return error(ENOENT);
}

static const struct pci_sys fake = {
	.stat = fake_stat,
	.open = fake_open,
	.close = fake_close,
	.flock = fake_flock,
	.read_attr = fake_read_attr,
	.link_name = fake_link_name,
	.entry = fake_entry,
	.now = fake_now,
	.sleep = fake_sleep,
};

__attribute__((constructor)) static void install(void)
{
	pci_sys = &fake;
}
