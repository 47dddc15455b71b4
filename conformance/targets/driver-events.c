/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "pci-bind.h"
#include "pci-sys.h"

#define TICK_NS UINT64_C(10000000)
/* VFIO asks at once, and again every 10 s. */
#define ASKED_NS UINT64_C(15000000000)
/* So long a user takes to let go: whoever does not wait for it is done by then. */
#define HELD_NS UINT64_C(300000000)
/* A VF that nobody has open goes, and with its PF all others; more than any row allows. */
#define GONE_NS UINT64_C(60000000000)
/* VFIO_DEVICE_SET_IRQS with one descriptor */
#define SET_SIZE (sizeof(struct vfio_irq_set) + sizeof(int32_t))

int driver_event_flr(const char *bdf)
{
	char path[PCI_PATH_SIZE];

	pci_attr_path(path, bdf, "reset");
	return pci_sys->write_attr(path, "1") ? -errno : 0;
}

/* A process that does not outlive this one. */
static pid_t companion(void)
{
	pid_t pid = fork();

	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

int driver_event_kill(void)
{
	pid_t pid = companion();

	if (pid < 0)
		return -errno;
	while (!pid)
		pause();
	driver_close_all();
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, 0) == pid ? 0 : -errno;
}

int driver_event_unload(const char *bdf)
{
	char path[PCI_PATH_SIZE], module[64];

	pci_attr_path(path, bdf, "driver/module");
	if (pci_sys->link_name(path, module, sizeof(module)))
		return -ENOENT;
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

/* Whoever takes the VF away waits for its user: it is another process, without the user's files. */
static pid_t begin_removal(const char *pf, const char *vf, enum ct_driver_removal how)
{
	struct pci_binding now;
	char path[PCI_PATH_SIZE];
	pid_t pid = companion();

	if (pid)
		return pid;
	driver_close_all();
	if (how == CT_DRIVER_NO_VFS)
		_exit(pci_write_vfs(pf, 0) ? errno : 0);
	pci_look(how == CT_DRIVER_PF_UNBOUND ? pf : vf, &now);
	pci_attr_path(path, now.bdf, "driver/unbind");
	_exit(pci_sys->write_attr(path, now.bdf) ? errno : 0);
}

/* Whether the process ended; its exit status. */
static bool has_ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

/* The VF's user, until the VF is gone; -1 = it never was. */
static int go_with_it(struct pci_fn *f, int event, pid_t pid, struct ct_driver_removed *what)
{
	uint64_t count, since = pci_sys->now();
	bool ended = false;
	int status = 0;

	while (!ended && !what->asked && pci_sys->now() - since < ASKED_NS) {
		what->asked = pci_sys->read(event, &count, sizeof(count)) == sizeof(count);
		ended = has_ended(pid, &status);
		if (!ended && !what->asked)
			pci_sys->sleep(TICK_NS);
	}
	if (!ended)
		pci_sys->sleep(HELD_NS);
	ended = ended || has_ended(pid, &status);
	what->waited = !ended;
	pci_fn_close(f);
	since = pci_sys->now();
	while (!ended && pci_sys->now() - since < GONE_NS) {
		ended = has_ended(pid, &status);
		if (!ended)
			pci_sys->sleep(TICK_NS);
	}
	what->took = pci_sys->now() - since;
	if (!ended)
		kill(pid, SIGKILL);
	return ended ? WEXITSTATUS(status) : -1;
}

static int request_event(struct pci_fn *f, int event)
{
	_Alignas(struct vfio_irq_set) uint8_t raw[SET_SIZE];
	struct vfio_irq_set *set = (void *)raw;
	int32_t fd = event;

	memset(raw, 0, sizeof(raw));
	set->argsz = sizeof(raw);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = VFIO_PCI_REQ_IRQ_INDEX;
	set->count = 1;
	memcpy(set->data, &fd, sizeof(fd));
	return pci_sys->ioctl(f->device, VFIO_DEVICE_SET_IRQS, set) ? -errno : 0;
}

static char complaint[160];

static void complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!*complaint)
		vsnprintf(complaint, sizeof(complaint), fmt, ap);
	va_end(ap);
}

static int remove_vf(struct ct_target *t, const char *pf, struct pci_fn *f,
		     enum ct_driver_removal how, struct ct_driver_removed *what)
{
	char vf[PCI_BDF_SIZE];
	int event = pci_sys->eventfd(), ret = event < 0 ? -errno : request_event(f, event);
	pid_t pid;

	/* closing the VF forgets it */
	memcpy(vf, f->bdf, sizeof(vf));
	pid = ret ? -1 : begin_removal(pf, vf, how);
	if (pid < 0)
		ret = ct_target_fail(t, ret ? ret : -errno,
				     "%s: cannot wait for the request to let go of it", vf);
	else
		ret = go_with_it(f, event, pid, what);
	if (event >= 0)
		pci_sys->close(event);
	what->went = pid >= 0 && ret <= 0;
	if (ret < 0 && pid >= 0)
		return ct_target_fail(t, -ETIMEDOUT, "%s: nobody has it open, and it is not gone",
				      vf);
	if (ret > 0)
		return ct_target_fail(t, -ret, "%s: cannot be taken away: %s", vf, strerror(ret));
	return ret;
}

/*
 * The VF was closed while it was being unbound, so that VFIO did not get the lock it
 * resets VFs under. What its next driver finds is what the VF's driver left.
 */
static int try_nvme(struct ct_target *t, const char *vf, struct ct_driver_removed *what)
{
	int ret = pci_bind(t, vf, "nvme");

	what->lives = !ret && pci_wait_live(vf);
	return ret;
}

int driver_event_remove(struct ct_target *t, const char *pf, struct pci_fn *f,
			enum ct_driver_removal how, struct ct_driver_removed *what)
{
	char vf[PCI_BDF_SIZE];
	struct pci_saved saved;
	int state, ret;

	memset(what, 0, sizeof(*what));
	pci_save(pf, &saved);
	state = pci_state_write(t, &saved);
	if (state < 0)
		return state;
	memcpy(vf, f->bdf, sizeof(vf));
	ret = remove_vf(t, pf, f, how, what);
	if (!ret && how == CT_DRIVER_VF_UNBOUND)
		ret = try_nvme(t, vf, what);
	complaint[0] = '\0';
	if (pci_put_back(&saved, complain))
		ret = ct_target_fail(t, -EIO, "%s", complaint);
	else
		pci_state_forget(pf);
	close(state);
	return ret;
}
