// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target "driver-shim": the driver's sources over the shim, with the reference model
 * in this process as the device. The rows of the target "driver" judge it here too, and
 * with it each flaw that is put into it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/nvme-pci/nvme-vf.h"
#include "nvmevf.h"
#include "shim-test.h"

#include "drv.h"

#define MAX_VFS 2
#define MAX_FILES 64
/* queue pairs enough for an image of more than 8 KiB */
#define MODEL_ARGUMENT "vfs=2,numvfs=2,qpairs=64,vectors=65"
#define MAX_EDITS 6
/* the device ID of the VFs that the driver knows by their IDs */
#define IPU_VF 0x1457
/* the argument that leaves VFs as they are where VFIO resets them, at opening and closing */
#define NO_RESET "reset=none"
/* how long Linux waits for an admin command (nvme_core.admin_timeout) */
#define COMMAND_SECONDS 60
/* what Linux adds to the advertised SUSPEND limit, at least (LM-DRV-180) */
#define TIMEOUT_MARGIN (2 * HN_S)

struct shim_vf {
	struct pci_dev pdev;
	bool bound, open;
};

static struct shim_vf vfs[MAX_VFS];
static struct file *files[MAX_FILES];
/* the case that the driver's commands belong to */
static struct ct *current;
static const struct ct_target_ops *model;
static bool no_reset;
/* the driver is to let go of a device that is about to be new */
static bool gone;
static bool pf_is_live;

/* what the driver finds in Identify Controller data in place of what the device says */
static struct edit {
	unsigned int at;
	uint8_t bytes[16];
	size_t len;
} edits[MAX_EDITS];
static unsigned int num_edits;
static uint16_t pci_vendor, pci_device;

/* what is to be called within a command */
static struct {
	unsigned int vf;
	uint8_t opc;
	bool done;
	void (*fn)(struct ct *ct);
} within;

static struct shim_vf *vf_of(struct pci_dev *pdev)
{
	return container_of(pdev, struct shim_vf, pdev);
}

static struct vfio_device *device(const struct shim_vf *v)
{
	struct vfio_pci_core_device *core = v->pdev.data;

	return &core->vdev;
}

int pci_iov_vf_id(struct pci_dev *dev)
{
	return (int)(vf_of(dev) - vfs);
}

bool shim_pci_reset(struct pci_dev *pdev)
{
	if (no_reset)
		return false;
	if (!gone)
		hn_flr(current, (unsigned int)pci_iov_vf_id(pdev) + 1);
	return true;
}

void shim_pci_clear_master(struct pci_dev *pdev)
{
	if (!gone)
		hn_pci_command(current, (unsigned int)pci_iov_vf_id(pdev) + 1, true, false, false,
			       false);
}

/* As the patch to nvme-pci has it. */
int nvme_set_vf_suspend_limit(struct pci_dev *vf, unsigned int msecs)
{
	(void)vf;
	return msecs >= COMMAND_SECONDS * 1000 / 2 ? -ERANGE : 0;
}

/* As Linux does where an admin command does not end in time. */
static void reset_pf(struct ct *ct)
{
	hn_disable(ct, 0);
	hn_enable(ct, 0);
}

static void shim_identify(struct ct_target *t, unsigned int at, const void *bytes, size_t len)
{
	struct edit *e = &edits[num_edits];

	(void)t;
	assert(num_edits < MAX_EDITS && len <= sizeof(e->bytes));
	e->at = at;
	e->len = len;
	memcpy(e->bytes, bytes, len);
	num_edits++;
}

static void shim_pci_id(struct ct_target *t, uint16_t vendor, uint16_t device)
{
	(void)t;
	pci_vendor = vendor;
	pci_device = device;
}

static void shim_pf_live(struct ct_target *t, bool live)
{
	(void)t;
	pf_is_live = live;
}

static void shim_within(struct ct_target *t, unsigned int vf, uint8_t opc, bool done,
			void (*fn)(struct ct *ct))
{
	(void)t;
	within.vf = vf;
	within.opc = opc;
	within.done = done;
	within.fn = fn;
}

static void call_within(struct pci_dev *vf, const struct nvme_command *command, bool done)
{
	void (*fn)(struct ct * ct) = within.fn;

	if (!fn || command->common.opcode != within.opc || done != within.done ||
	    vf_of(vf) != &vfs[within.vf - 1])
		return;
	within.fn = NULL;
	fn(current);
}

/* The checks of the exported function are those of nvme-pci.patch, which is not in here. */
int nvme_submit_vf_cmd(struct pci_dev *vf, struct nvme_command *command, size_t *result,
		       void *buffer, unsigned int bufflen)
{
	struct hn_cmd cmd = { 0 };
	struct hn_req *req;
	enum ct_dir dir = CT_DIR_TO_HOST;

	if (gone)
		return -ENODEV;
	if (!pf_is_live)
		return -EAGAIN;
	call_within(vf, command, false);
	memcpy(cmd.sqe, command, sizeof(cmd.sqe));
	if (!bufflen)
		dir = CT_DIR_NONE;
	else if (command->common.opcode == nvme_admin_vf_load_data)
		dir = CT_DIR_TO_DEVICE;
	hn_cmd_data(&cmd, buffer, bufflen, dir);
	req = hn_start(current, 0, &cmd);
	if (!hn_wait_for(current, req, hn_timeout(current) + TIMEOUT_MARGIN)) {
		reset_pf(current);
		return -ETIMEDOUT;
	}
	for (unsigned int i = 0; i < num_edits && command->common.opcode == nvme_admin_identify;
	     i++)
		memcpy((uint8_t *)buffer + edits[i].at, edits[i].bytes, edits[i].len);
	call_within(vf, command, true);
	if (!req->cqe.status && result)
		*result = req->cqe.dw0;
	return req->cqe.status;
}

static int keep(struct file *filp)
{
	for (int i = 0; i < MAX_FILES; i++)
		if (!files[i]) {
			files[i] = filp;
			return i;
		}
	assert(!"more data files than the target has room for");
	return -EMFILE;
}

static unsigned int shim_count(struct ct_target *t)
{
	(void)t;
	return MAX_VFS;
}

static unsigned int shim_index(struct ct_target *t, unsigned int vf)
{
	(void)t;
	return vf;
}

/* FLR, as VFIO's core asks for it, with what the PCI core tells the driver around it. */
static int shim_reset_begin(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	(void)t;
	current = ct;
	shim_driver->err_handler->reset_prepare(&vfs[vf - 1].pdev);
	hn_flr(ct, vf);
	return 0;
}

static int shim_reset_end(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	(void)t;
	current = ct;
	shim_driver->err_handler->reset_done(&vfs[vf - 1].pdev);
	return 0;
}

static int shim_reset_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	shim_reset_begin(ct, t, vf);
	return shim_reset_end(ct, t, vf);
}

static void shim_close_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	struct shim_vf *v = &vfs[vf - 1];

	(void)t;
	current = ct;
	if (v->open)
		device(v)->ops->close_device(device(v));
	v->open = false;
}

static void shim_start_over(struct ct *ct, struct ct_target *t)
{
	current = ct;
	num_edits = 0;
	pf_is_live = true;
	shim_pci_id(t, PCI_VENDOR_ID_INTEL, IPU_VF);
	within.fn = NULL;
	for (int i = 0; i < MAX_FILES; i++) {
		if (files[i])
			fput(files[i]);
		files[i] = NULL;
	}
	gone = true;
	for (unsigned int vf = 1; vf <= MAX_VFS; vf++) {
		struct shim_vf *v = &vfs[vf - 1];

		shim_close_vf(ct, t, vf);
		if (v->bound)
			shim_driver->remove(&v->pdev);
		v->bound = false;
	}
	gone = false;
	if (shim_live())
		ct_check(ct, false, "the driver did not free %d things", shim_live());
}

static int bind(struct shim_vf *v)
{
	int ret;

	memset(v, 0, sizeof(*v));
	v->pdev.vendor = pci_vendor;
	v->pdev.device = pci_device;
	v->pdev.is_virtfn = true;
	ret = shim_driver->probe(&v->pdev, NULL);
	v->bound = !ret;
	return ret;
}

static int shim_open_vf(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	struct shim_vf *v = &vfs[vf - 1];
	int ret;

	current = ct;
	shim_close_vf(ct, t, vf);
	ret = v->bound ? 0 : bind(v);
	if (ret)
		return ret;
	ret = device(v)->ops->open_device(device(v));
	v->open = !ret;
	return ret;
}

static struct vfio_device *device_of(struct ct *ct, struct ct_target *t, unsigned int vf, int *ret)
{
	current = ct;
	*ret = vfs[vf - 1].open ? 0 : shim_open_vf(ct, t, vf);
	if (*ret)
		return NULL;
	if (!device(&vfs[vf - 1])->mig_ops)
		*ret = -ENOTTY;
	return device(&vfs[vf - 1]);
}

static int shim_flags(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *flags)
{
	int ret;
	const struct vfio_device *vdev = device_of(ct, t, vf, &ret);

	*flags = ret ? 0 : vdev->migration_flags;
	return ret;
}

static int shim_set_state(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t state,
			  int *file)
{
	int ret;
	struct vfio_device *vdev = device_of(ct, t, vf, &ret);
	struct file *filp;

	*file = -1;
	if (ret)
		return ret;
	filp = vdev->mig_ops->migration_set_state(vdev, state);
	if (IS_ERR(filp))
		return PTR_ERR(filp);
	if (filp)
		*file = keep(filp);
	return 0;
}

static int shim_get_state(struct ct *ct, struct ct_target *t, unsigned int vf, uint32_t *state)
{
	int ret;
	struct vfio_device *vdev = device_of(ct, t, vf, &ret);
	enum vfio_device_mig_state is;

	if (!ret)
		ret = vdev->mig_ops->migration_get_state(vdev, &is);
	if (!ret)
		*state = is;
	return ret;
}

static int shim_data_size(struct ct *ct, struct ct_target *t, unsigned int vf, uint64_t *size)
{
	int ret;
	struct vfio_device *vdev = device_of(ct, t, vf, &ret);
	unsigned long length = 0;

	if (!ret)
		ret = vdev->mig_ops->migration_get_data_size(vdev, &length);
	*size = length;
	return ret;
}

static int shim_reset_open(struct ct *ct, struct ct_target *t, unsigned int vf)
{
	int ret;

	device_of(ct, t, vf, &ret);
	return ret ? ret : shim_reset_vf(ct, t, vf);
}

static int shim_pf_reset(struct ct *ct, struct ct_target *t)
{
	(void)t;
	reset_pf(ct);
	return 0;
}

/* What the kernel checks before it calls the file's function. */
static ssize_t shim_read(int file, void *buf, size_t len)
{
	struct file *filp = files[file];

	return filp->f_op->read ? filp->f_op->read(filp, buf, len, NULL) : -EBADF;
}

static ssize_t shim_write(int file, const void *buf, size_t len)
{
	struct file *filp = files[file];

	return filp->f_op->write ? filp->f_op->write(filp, buf, len, NULL) : -EBADF;
}

static ssize_t shim_read_at(int file, void *buf, size_t len, uint64_t offset)
{
	struct file *filp = files[file];
	loff_t pos = (loff_t)offset;

	if (filp->stream)
		return -ESPIPE;
	return filp->f_op->read ? filp->f_op->read(filp, buf, len, &pos) : -EBADF;
}

static ssize_t shim_write_at(int file, const void *buf, size_t len, uint64_t offset)
{
	struct file *filp = files[file];
	loff_t pos = (loff_t)offset;

	if (filp->stream)
		return -ESPIPE;
	return filp->f_op->write ? filp->f_op->write(filp, buf, len, &pos) : -EBADF;
}

static int shim_seek(int file, uint64_t offset)
{
	(void)offset;
	return files[file]->stream ? -ESPIPE : 0;
}

/* What a file without a function of its own for it gets. */
static int shim_poll(int file)
{
	struct file *filp = files[file];

	return filp->f_op->poll ? (int)filp->f_op->poll(filp, NULL) : POLLIN | POLLOUT;
}

static int shim_dup(int file)
{
	return keep(get_file(files[file]));
}

static void shim_close_file(int file)
{
	fput(files[file]);
	files[file] = NULL;
}

static ssize_t shim_read_fault(int file, size_t good, size_t len)
{
	ssize_t n;
	char buf[8192];

	assert(len <= sizeof(buf));
	shim_faults.copy_limited = true;
	shim_faults.copy_limit = good;
	n = shim_read(file, buf, len);
	shim_faults.copy_limited = false;
	return n;
}

static ssize_t shim_write_fault(int file, const void *buf, size_t good, size_t len)
{
	ssize_t n;

	shim_faults.copy_limited = true;
	shim_faults.copy_limit = good;
	n = shim_write(file, buf, len);
	shim_faults.copy_limited = false;
	return n;
}

static int shim_fail_nth(unsigned int n)
{
	int failed = shim_faults.injected != 0;

	shim_faults.injected = 0;
	shim_faults.alloc_nth = n;
	return failed;
}

static const struct ct_driver_ops shim_calls = {
	.count = shim_count,
	.index = shim_index,
	.start_over = shim_start_over,
	.open = shim_open_vf,
	.close = shim_close_vf,
	.flags = shim_flags,
	.set_state = shim_set_state,
	.get_state = shim_get_state,
	.data_size = shim_data_size,
	.reset = shim_reset_open,
	.reset_begin = shim_reset_begin,
	.reset_end = shim_reset_end,
	.pf_reset = shim_pf_reset,
	.read = shim_read,
	.write = shim_write,
	.read_at = shim_read_at,
	.write_at = shim_write_at,
	.seek = shim_seek,
	.poll = shim_poll,
	.dup = shim_dup,
	.close_file = shim_close_file,
	.read_fault = shim_read_fault,
	.write_fault = shim_write_fault,
	.fail_nth = shim_fail_nth,
	.command_seconds = COMMAND_SECONDS,
	.identify = shim_identify,
	.pci_id = shim_pci_id,
	.pf_live = shim_pf_live,
	.within = shim_within,
};

static struct ct_target_ops shim_ops;

/* The model's own calls, and the capability to judge a driver beside its own. */
static int shim_open(struct ct_target *t, const char *arg)
{
	int ret = model->open(t, MODEL_ARGUMENT);

	no_reset = !strcmp(arg, NO_RESET);
	if (*arg && !no_reset)
		return -EINVAL;
	if (!ret)
		t->info.caps |= CT_CAP(CT_CAP_DRIVER);
	return ret;
}

extern const struct ct_target_ops *const __start_ct_targets[];
extern const struct ct_target_ops *const __stop_ct_targets[];

/* Before main(): the runner looks for targets first of all. */
__attribute__((constructor)) static void join_model(void)
{
	for (const struct ct_target_ops *const *p = __start_ct_targets; p < __stop_ct_targets; p++)
		if (*p != &shim_ops && !strcmp((*p)->name, "model"))
			model = *p;
	assert(model);
	shim_ops = *model;
	shim_ops.name = "driver-shim";
	shim_ops.summary = "the driver's sources in this process, on the reference model";
	shim_ops.open = shim_open;
	shim_ops.driver = &shim_calls;
}

CT_TARGET(shim_ops);
