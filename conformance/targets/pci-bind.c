/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "pci-bind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pci-sys.h"

#define DRIVERS "/sys/bus/pci/drivers/"
/* a controller is live within 10 s of being bound */
#define LIVE_TRIES 200
#define LIVE_WAIT_NS 50000000

void pci_attr_path(char path[PCI_PATH_SIZE], const char *bdf, const char *name)
{
	snprintf(path, PCI_PATH_SIZE, "/sys/bus/pci/devices/%s/%s", bdf, name);
}

static int write_attr(const char *bdf, const char *name, const char *text)
{
	char path[PCI_PATH_SIZE];

	pci_attr_path(path, bdf, name);
	return pci_sys->write_attr(path, text);
}

unsigned int pci_attr_number(const char *bdf, const char *name)
{
	char path[PCI_PATH_SIZE], buf[32];

	pci_attr_path(path, bdf, name);
	if (pci_sys->read_attr(path, buf, sizeof(buf)))
		return 0;
	return (unsigned int)strtoul(buf, NULL, 0);
}

bool pci_vf_bdf(const char *pf, unsigned int n, char bdf[PCI_BDF_SIZE])
{
	char path[PCI_PATH_SIZE], name[24];

	snprintf(name, sizeof(name), "virtfn%u", n - 1);
	pci_attr_path(path, pf, name);
	return !pci_sys->link_name(path, bdf, PCI_BDF_SIZE);
}

void pci_look(const char *bdf, struct pci_binding *b)
{
	char path[PCI_PATH_SIZE];

	memset(b, 0, sizeof(*b));
	snprintf(b->bdf, sizeof(b->bdf), "%s", bdf);
	pci_attr_path(path, bdf, "driver");
	if (pci_sys->link_name(path, b->driver, sizeof(b->driver)))
		b->driver[0] = '\0';
	pci_attr_path(path, bdf, "driver_override");
	if (pci_sys->read_attr(path, b->override, sizeof(b->override)) ||
	    !strcmp(b->override, "(null)"))
		memset(b->override, 0, sizeof(b->override));
}

static int unbind(const struct pci_binding *now)
{
	char path[PCI_PATH_SIZE];

	if (!*now->driver)
		return 0;
	snprintf(path, sizeof(path), DRIVERS "%s/unbind", now->driver);
	return pci_sys->write_attr(path, now->bdf);
}

/* An override of one newline is none. */
static int set_override(const char *bdf, const char *override)
{
	return write_attr(bdf, "driver_override", *override ? override : "\n");
}

int pci_bind(struct ct_target *t, const char *bdf, const char *driver)
{
	struct pci_binding now;
	int ret;

	pci_look(bdf, &now);
	if (!strcmp(now.driver, driver))
		return 0;
	ret = set_override(bdf, driver);
	if (!ret)
		ret = unbind(&now);
	if (!ret)
		ret = pci_sys->write_attr("/sys/bus/pci/drivers_probe", bdf);
	if (ret)
		return ct_target_fail(t, -errno,
				      errno == EACCES || errno == EPERM ?
					      "%s: not permitted to bind it to %s; run as root" :
					      "%s: cannot be bound to %s; see the kernel log",
				      bdf, driver);
	pci_look(bdf, &now);
	if (strcmp(now.driver, driver) != 0)
		return ct_target_fail(t, -ENODEV, "%s: %s does not take it; see the kernel log",
				      bdf, driver);
	return 0;
}

int pci_write_vfs(const char *pf, unsigned int num)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", num);
	return write_attr(pf, "sriov_numvfs", text);
}

void pci_save(const char *pf, struct pci_saved *saved)
{
	char bdf[PCI_BDF_SIZE];

	memset(saved, 0, sizeof(*saved));
	pci_look(pf, &saved->pf);
	saved->num_vfs = pci_attr_number(pf, "sriov_numvfs");
	saved->autoprobe = pci_attr_number(pf, "sriov_drivers_autoprobe");
	while (saved->vfs < saved->num_vfs && saved->vfs < CT_MAX_FUNCTIONS &&
	       pci_vf_bdf(pf, saved->vfs + 1, bdf))
		pci_look(bdf, &saved->vf[saved->vfs++]);
}

/* How many steps of putting a function back failed. */
static int put_back(const struct pci_binding *was, void (*say)(const char *fmt, ...))
{
	struct pci_binding now;
	char path[PCI_PATH_SIZE];
	int bad = 0;

	pci_look(was->bdf, &now);
	if (strcmp(now.override, was->override) != 0)
		bad += set_override(was->bdf, was->override) != 0;
	if (strcmp(now.driver, was->driver) != 0) {
		bad += unbind(&now) != 0;
		snprintf(path, sizeof(path), DRIVERS "%s/bind", was->driver);
		if (*was->driver)
			bad += pci_sys->write_attr(path, was->bdf) != 0;
	}
	if (bad)
		say("%s: cannot be given back to %s: %s", was->bdf,
		    *was->driver ? was->driver : "no driver", strerror(errno));
	return bad;
}

/* VFs that are there now are let go; those that are to come back come by themselves. */
static int drop_vfs(const struct pci_saved *saved, void (*say)(const char *fmt, ...))
{
	const char *pf = saved->pf.bdf;
	struct pci_binding now;

	pci_look(pf, &now);
	if (!strcmp(now.driver, saved->pf.driver) &&
	    pci_attr_number(pf, "sriov_numvfs") == saved->num_vfs)
		return 0;
	if (!pci_attr_number(pf, "sriov_numvfs") || !pci_write_vfs(pf, 0))
		return 0;
	say("%s: cannot take its VFs away: %s", pf, strerror(errno));
	return 1;
}

bool pci_wait_live(const char *bdf)
{
	char path[PCI_PATH_SIZE], name[32], attr[48], state[32];

	for (unsigned int tries = 0; tries < LIVE_TRIES; tries++) {
		pci_attr_path(path, bdf, "nvme");
		if (pci_sys->entry(path, 0, name, sizeof(name)))
			return false;
		snprintf(attr, sizeof(attr), "nvme/%.24s/state", name);
		pci_attr_path(path, bdf, attr);
		if (pci_sys->read_attr(path, state, sizeof(state)))
			return false;
		if (!strcmp(state, "live"))
			return true;
		pci_sys->sleep(LIVE_WAIT_NS);
	}
	return false;
}

int pci_put_back(const struct pci_saved *saved, void (*say)(const char *fmt, ...))
{
	const char *pf = saved->pf.bdf;
	int bad = drop_vfs(saved, say);

	bad += put_back(&saved->pf, say);
	if (saved->vfs)
		pci_wait_live(pf); /* a driver of its VFs may ask it when it is bound */
	if (saved->vfs || saved->autoprobe)
		write_attr(pf, "sriov_drivers_autoprobe", saved->autoprobe ? "1" : "0");
	if (pci_attr_number(pf, "sriov_numvfs") != saved->num_vfs &&
	    pci_write_vfs(pf, saved->num_vfs)) {
		say("%s: cannot have %u VFs again: %s", pf, saved->num_vfs, strerror(errno));
		bad++;
	}
	for (unsigned int i = 0; i < saved->vfs; i++)
		bad += put_back(&saved->vf[i], say);
	return bad;
}
