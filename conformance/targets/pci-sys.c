/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "pci-sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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

static int sys_write_attr(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);
	ssize_t n;
	int err;

	if (fd < 0)
		return -1;
	n = write(fd, text, len);
	err = errno;
	close(fd);
	errno = n >= 0 ? EIO : err;
	return n == (ssize_t)len ? 0 : -1;
}

static int sys_entry(const char *path, unsigned int n, char *buf, size_t size)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = -1;

	if (!dir)
		return -1;
	do {
		entry = readdir(dir);
	} while (entry && (entry->d_name[0] == '.' || n--));
	if (entry)
		ret = copy_name(entry->d_name, buf, size);
	else
		errno = ENOENT;
	closedir(dir);
	return ret;
}

static int sys_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg);
}

static ssize_t sys_pread(int fd, void *buf, size_t len, uint64_t offset)
{
	return pread(fd, buf, len, (off_t)offset);
}

static ssize_t sys_pwrite(int fd, const void *buf, size_t len, uint64_t offset)
{
	return pwrite(fd, buf, len, (off_t)offset);
}

static int sys_seek_end(int fd)
{
	return lseek(fd, 0, SEEK_END) < 0 ? -1 : 0;
}

static void *sys_map(size_t len, int fd, uint64_t offset)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *mem = mmap(NULL, len, PROT_READ | PROT_WRITE, flags, fd, (off_t)offset);

	return mem == MAP_FAILED ? NULL : mem;
}

static void sys_unmap(void *mem, size_t len)
{
	munmap(mem, len);
}

static int sys_eventfd(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* A kernel takes interrupts before it goes on with a program. */
static void sys_visit_cpus(void)
{
	cpu_set_t all, one;
	int cpu;

	if (sched_getaffinity(0, sizeof(all), &all))
		return;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setaffinity(0, sizeof(all), &all);
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
	.write_attr = sys_write_attr,
	.link_name = sys_link_name,
	.entry = sys_entry,
	.ioctl = sys_ioctl,
	.pread = sys_pread,
	.pwrite = sys_pwrite,
	.seek_end = sys_seek_end,
	.read = read,
	.map = sys_map,
	.unmap = sys_unmap,
	.eventfd = sys_eventfd,
	.visit_cpus = sys_visit_cpus,
	.now = sys_now,
	.sleep = sys_sleep,
};

const struct pci_sys *pci_sys = &pci_sys_linux;
