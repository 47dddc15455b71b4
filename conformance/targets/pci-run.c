/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What is done once for a run, in the runner's process: drivers are bound and,
 * where VFIO owns the PF, the PF is opened and its VFs are enabled. At the end
 * everything is put back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "fail.h"
#include "nvme-lm.h"
#include "pci-bind.h"
#include "pci-refuse.h"
#include "pci-sys.h"

/* A PF for the target, and one for where something is to be moved. */
#define MAX_RUNS 2

struct pci_run {
	struct pci_session session;
	struct pci_saved saved;
	int state_fd;
};

static struct pci_run runs[MAX_RUNS];
static struct pci_session none;

typedef void (*say_fn)(const char *fmt, ...);

struct pci_session *pci_session(const char *address)
{
	for (unsigned int i = 0; i < MAX_RUNS; i++)
		if (!strcmp(runs[i].session.address, address))
			return &runs[i].session;
	return &none;
}

static int new_token(struct ct_target *t, char token[40])
{
	uint8_t r[16];

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		return ct_target_fail(t, -EIO, "the system gives no random number");
	snprintf(token, 40, "%08x-%04x-4%03x-8%03x-%08x%04x", lm_get_le32(r), lm_get_le16(r + 4),
		 lm_get_le16(r + 6) & 0xFFF, lm_get_le16(r + 8) & 0xFFF, lm_get_le32(r + 10),
		 lm_get_le16(r + 14));
	return 0;
}

/* VFs that come from now on come without a driver. */
static void no_autoprobe(const char *pf)
{
	char path[PCI_PATH_SIZE];

	pci_attr_path(path, pf, "sriov_drivers_autoprobe");
	pci_sys->write_attr(path, "0");
}

static int change_vfs(struct ct_target *t, const char *pf, unsigned int num)
{
	unsigned int now = pci_attr_number(pf, "sriov_numvfs");

	if (now == num)
		return 0;
	/* from one number to another only by way of none */
	if ((now && pci_write_vfs(pf, 0)) || (num && pci_write_vfs(pf, num)))
		return ct_target_fail(t, -errno, "%s: cannot have %u VFs: %s", pf, num,
				      strerror(errno));
	return 0;
}

static int bind_vfs(struct ct_target *t, const char *pf, const char *driver)
{
	unsigned int num = pci_attr_number(pf, "sriov_numvfs");
	char bdf[PCI_BDF_SIZE];
	int ret = 0;

	for (unsigned int n = 1; !ret && n <= num; n++)
		if (pci_vf_bdf(pf, n, bdf))
			ret = pci_bind(t, bdf, driver);
	return ret;
}

static void say_plan(const struct pci_saved *was, const struct pci_options *o, say_fn say)
{
	if (o->own)
		say("unbinding %s from %s, for vfio-pci, until the end of the run", was->pf.bdf,
		    *was->pf.driver ? was->pf.driver : "no driver");
	for (unsigned int i = 0; i < was->vfs; i++)
		say("unbinding %s (VF %u) from %s, for %s, until the end of the run",
		    was->vf[i].bdf, i + 1, *was->vf[i].driver ? was->vf[i].driver : "no driver",
		    o->driver);
}

static int own_pf(struct ct_target *t, struct pci_run *run)
{
	const char *pf = run->saved.pf.bdf;
	int ret = change_vfs(t, pf, 0);

	if (!ret)
		ret = pci_bind(t, pf, "vfio-pci");
	if (!ret)
		ret = new_token(t, run->session.token);
	if (ret)
		return ret;
	pci_fn_init(&run->session.pf, pf);
	return pci_fn_open(t, &run->session.pf, run->session.token);
}

static unsigned int wanted_vfs(const struct pci_saved *was, const struct pci_options *o)
{
	unsigned int total = pci_attr_number(was->pf.bdf, "sriov_totalvfs");
	unsigned int num = o->has_vfs ? o->vfs : was->num_vfs ? was->num_vfs : o->own ? 4 : 0;

	return num < total ? num : total;
}

static int take(struct ct_target *t, struct pci_run *run, const struct pci_options *o)
{
	const char *pf = run->saved.pf.bdf;
	int ret;

	no_autoprobe(pf);
	ret = o->own ? own_pf(t, run) : 0;
	if (!ret)
		ret = change_vfs(t, pf, wanted_vfs(&run->saved, o));
	if (!ret)
		ret = bind_vfs(t, pf, o->driver);
	snprintf(run->session.driver, sizeof(run->session.driver), "%s", o->driver);
	run->session.num_vfs = pci_attr_number(pf, "sriov_numvfs");
	run->session.vfs = !ret;
	return ret;
}

/* Where nothing is to be bound the PF alone is judged, and nothing is touched. */
static bool pf_alone(struct pci_session *session, const struct pci_options *o, const char *pf)
{
	const char *why = NULL;

	if (o->no_vfs)
		why = "VFs are left alone (vf=none)";
	else if (!o->own && !o->has_vfs && !pci_attr_number(pf, "sriov_numvfs"))
		why = "no VF is enabled; add vfs=N to the target";
	if (why)
		snprintf(session->why_no_vfs, sizeof(session->why_no_vfs), "%s", why);
	return why;
}

static struct pci_run *free_run(void)
{
	for (unsigned int i = 0; i < MAX_RUNS; i++)
		if (!*runs[i].session.address)
			return &runs[i];
	return NULL;
}

static int prepare(struct ct_target *t, struct pci_run *run, const struct pci_options *o,
		   say_fn say)
{
	char pf[PCI_BDF_SIZE];
	int ret = pci_pf_address(t, o, pf);

	if (ret || pf_alone(&run->session, o, pf))
		return ret;
	ret = pci_refuse(t, o, pf);
	if (ret)
		return ret;
	pci_save(pf, &run->saved);
	run->state_fd = pci_state_write(t, &run->saved);
	if (run->state_fd < 0)
		return run->state_fd;
	run->session.live = true;
	snprintf(run->session.bdf, sizeof(run->session.bdf), "%s", pf);
	say_plan(&run->saved, o, say);
	return take(t, run, o);
}

int pci_prepare(struct ct_target *t, const char *arg, say_fn say)
{
	struct pci_run *run = free_run();
	struct pci_options o;
	int ret = pci_parse(t, arg, &o);

	if (ret)
		return ret;
	if (!run)
		return ct_target_fail(t, -EBUSY, "%u PFs are taken already", MAX_RUNS);
	t->priv = run;
	snprintf(run->session.address, sizeof(run->session.address), "%s", o.address);
	pci_fn_init(&run->session.pf, "");
	ret = prepare(t, run, &o, say);
	if (ret)
		pci_release(t, say);
	return ret;
}

void pci_release(struct ct_target *t, say_fn say)
{
	struct pci_run *run = t->priv;

	if (!run)
		return;
	t->priv = NULL;
	if (run->session.live) {
		pci_fn_close(&run->session.pf);
		if (pci_put_back(&run->saved, say))
			say("%s: not all is as it was; mend it and run nvme-lm-ct restore",
			    run->saved.pf.bdf);
		else
			pci_state_forget(run->saved.pf.bdf);
		close(run->state_fd);
	}
	memset(run, 0, sizeof(*run));
}

int pci_restore(struct ct_target *t, say_fn say)
{
	struct pci_saved was;
	unsigned int n = 0;
	char name[256];
	int bad = 0, ret;

	(void)t;
	while ((ret = pci_state_next(n, &was, name, sizeof(name)))) {
		if (ret == -EBUSY)
			say("%s: its run is under way; nothing is done", name);
		else if (ret < 0)
			say("%s: cannot be read; look at it and remove it", name);
		else if (!pci_put_back(&was, say))
			say("%s: all is as it was before the run", was.pf.bdf);
		else
			ret = -EIO;
		if (ret == 1)
			pci_state_forget(was.pf.bdf);
		bad += ret != 1;
		n += ret != 1;
	}
	return bad ? -EIO : 0;
}

int pci_set_num_vfs(struct ct_target *t, unsigned int num)
{
	struct pci_target *pci = t->priv;
	int ret;

	pci_close_vfs(pci);
	ret = change_vfs(t, pci->bdf, num);
	if (!ret)
		ret = bind_vfs(t, pci->bdf, pci->session->driver);
	t->info.num_vfs = pci_attr_number(pci->bdf, "sriov_numvfs");
	return ret;
}
