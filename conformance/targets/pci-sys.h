/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The system calls that the pci target makes, as a table, so that a test can
 * script each of them. The admin command itself goes through libnvme, whose
 * ioctl() a test replaces at link time. Calls fail as the real ones do: -1 and
 * errno.
 */
#ifndef CT_TARGETS_PCI_SYS_H
#define CT_TARGETS_PCI_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct pci_sys {
	int (*stat)(const char *path, struct stat *st);
	int (*open)(const char *path, int flags);
	int (*close)(int fd);
	int (*flock)(int fd, int operation);
	/* a small sysfs file, without its newline, NUL-terminated */
	int (*read_attr)(const char *path, char *buf, size_t size);
	int (*write_attr)(const char *path, const char *text);
	/* the last component of what a symbolic link names */
	int (*link_name)(const char *path, char *buf, size_t size);
	/* the name of the n-th entry of a directory, from 0, as readdir() has them */
	int (*entry)(const char *path, unsigned int n, char *buf, size_t size);
	int (*ioctl)(int fd, unsigned long request, void *arg);
	ssize_t (*pread)(int fd, void *buf, size_t len, uint64_t offset);
	ssize_t (*pwrite)(int fd, const void *buf, size_t len, uint64_t offset);
	int (*seek_end)(int fd);
	ssize_t (*read)(int fd, void *buf, size_t len);
	/* the memory behind a descriptor, or with fd -1 new memory; NULL where it fails */
	void *(*map)(size_t len, int fd, uint64_t offset);
	void (*unmap)(void *mem, size_t len);
	int (*eventfd)(void); /* non-blocking */
	void (*visit_cpus)(void); /* run on each CPU once: interrupts that wait there are taken */
	uint64_t (*now)(void); /* monotonic, ns */
	void (*sleep)(uint64_t ns);
};

extern const struct pci_sys pci_sys_linux;
/* what the target calls; a test points it elsewhere */
extern const struct pci_sys *pci_sys;

#endif
