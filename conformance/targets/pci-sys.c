/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pci-sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

static int sys_open(const char *path, int flags)
{
	return open(path, flags);
}

static int sys_stat(const char *path, struct stat *st)
{
	return stat(path, st);
}

static int sys_read_attr(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	err = errno;
	close(fd);
	errno = err;
	if (n < 0)
		return -1;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

static int copy_name(const char *name, char *buf, size_t size)
{
	if (snprintf(buf, size, "%s", name) >= (int)size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

static int sys_link_name(const char *path, char *buf, size_t size)
{
	char link[512];
	ssize_t n = readlink(path, link, sizeof(link) - 1);
	char *slash;

	if (n < 0)
		return -1;
	link[n] = '\0';
	slash = strrchr(link, '/');
	return copy_name(slash ? slash + 1 : link, buf, size);
}

static int sys_first_entry(const char *path, char *buf, size_t size)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = -1;

	if (!dir)
		return -1;
	do {
		entry = readdir(dir);
	} while (entry && entry->d_name[0] == '.');
	if (entry)
		ret = copy_name(entry->d_name, buf, size);
	else
		errno = ENOENT;
	closedir(dir);
	return ret;
}

static uint64_t sys_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void sys_sleep(uint64_t ns)
{
	struct timespec ts = { .tv_sec = (time_t)(ns / NS_PER_S),
			       .tv_nsec = (long)(ns % NS_PER_S) };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

const struct pci_sys pci_sys_linux = {
	.stat = sys_stat,
	.open = sys_open,
	.close = close,
	.flock = flock,
	.read_attr = sys_read_attr,
	.link_name = sys_link_name,
	.first_entry = sys_first_entry,
	.now = sys_now,
	.sleep = sys_sleep,
};

const struct pci_sys *pci_sys = &pci_sys_linux;
