/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The file that says what a run changed: written before anything is, removed
 * once all is back. Its run holds a lock on it; a file without one is what a
 * crash left.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "fail.h"
#include "pci-bind.h"

#define PREFIX "nvme-lm-ct-"
#define SUFFIX ".state"

static const char *directory(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	return dir && *dir ? dir : "/run";
}

static void file_name(char *path, size_t size, const char *pf)
{
	snprintf(path, size, "%s/" PREFIX "%s" SUFFIX, directory(), pf);
}

static void print_binding(FILE *f, const char *word, const struct pci_binding *b)
{
	fprintf(f, "%s %s %s %s\n", word, b->bdf, *b->driver ? b->driver : "-",
		*b->override ? b->override : "-");
}

int pci_state_write(struct ct_target *t, const struct pci_saved *saved)
{
	char path[256];
	FILE *f;
	int fd;

	file_name(path, sizeof(path), saved->pf.bdf);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == EEXIST)
		return ct_target_fail(
			t, -EEXIST,
			"%s: another run uses the device, or one crashed; then run nvme-lm-ct restore",
			path);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		return ct_target_fail(t, -errno, "%s: cannot record the state of the drivers: %s",
				      path, strerror(errno));
	f = fdopen(dup(fd), "w");
	if (f) {
		print_binding(f, "pf", &saved->pf);
		fprintf(f, "numvfs %u autoprobe %d\n", saved->num_vfs, saved->autoprobe);
		for (unsigned int i = 0; i < saved->vfs; i++)
			print_binding(f, "vf", &saved->vf[i]);
	}
	if (!f || fclose(f) || fsync(fd)) {
		ct_target_fail(t, -EIO, "%s: cannot write it: %s", path, strerror(errno));
		close(fd);
		unlink(path);
		return -EIO;
	}
	return fd;
}

void pci_state_forget(const char *pf)
{
	char path[256];

	file_name(path, sizeof(path), pf);
	unlink(path);
}

static bool scan_binding(const char *line, const char *word, struct pci_binding *b)
{
	char name[4] = "", bdf[PCI_BDF_SIZE];
	int end = 0;

	memset(b, 0, sizeof(*b));
	if (sscanf(line, "%3s %15s %31s %31s %n", name, b->bdf, b->driver, b->override, &end) !=
		    4 ||
	    strcmp(name, word) != 0 || line[end] || !pci_parse_bdf(b->bdf, bdf, sizeof(bdf)) ||
	    strcmp(bdf, b->bdf) != 0 || strchr(b->driver, '/') || strchr(b->override, '/'))
		return false;
	if (!strcmp(b->driver, "-"))
		b->driver[0] = '\0';
	if (!strcmp(b->override, "-"))
		b->override[0] = '\0';
	return true;
}

static bool scan(FILE *f, struct pci_saved *saved)
{
	char line[160];
	int autoprobe;

	memset(saved, 0, sizeof(*saved));
	if (!fgets(line, sizeof(line), f) || !scan_binding(line, "pf", &saved->pf) ||
	    !fgets(line, sizeof(line), f) ||
	    sscanf(line, "numvfs %u autoprobe %d", &saved->num_vfs, &autoprobe) != 2)
		return false;
	saved->autoprobe = autoprobe;
	while (fgets(line, sizeof(line), f)) {
		if (saved->vfs == CT_MAX_FUNCTIONS ||
		    !scan_binding(line, "vf", &saved->vf[saved->vfs]))
			return false;
		saved->vfs++;
	}
	return saved->vfs <= saved->num_vfs;
}

static int load(const char *path, struct pci_saved *saved)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), ret = 1;
	FILE *f;

	if (fd < 0)
		return -errno;
	f = fdopen(fd, "r");
	if (!f) {
		close(fd);
		return -ENOMEM;
	}
	if (flock(fd, LOCK_EX | LOCK_NB))
		ret = -EBUSY;
	else if (!scan(f, saved))
		ret = -EINVAL;
	fclose(f);
	return ret;
}

static bool is_state(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(PREFIX) + strlen(SUFFIX) && !strncmp(name, PREFIX, strlen(PREFIX)) &&
	       !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

int pci_state_next(unsigned int n, struct pci_saved *saved, char *name, size_t size)
{
	DIR *dir = opendir(directory());
	struct dirent *entry;

	if (!dir)
		return 0;
	do {
		entry = readdir(dir);
	} while (entry && (!is_state(entry->d_name) || n--));
	if (entry)
		snprintf(name, size, "%s/%s", directory(), entry->d_name);
	closedir(dir);
	return entry ? load(name, saved) : 0;
}
