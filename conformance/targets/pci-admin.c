/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The PF under Linux's nvme driver: admin passthrough through libnvme, and what
 * its errors mean to whoever runs the suite.
 */
#include <errno.h>
#include <fcntl.h>
#include <libnvme.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "fail.h"
#include "nvme-lm.h"
#include "pci-sys.h"
#include "pci.h"

#define NS_PER_MS UINT64_C(1000000)

/*
 * When a passthrough command runs out of its time, Linux resets the PF under
 * the feet of every user. So no command gets less than the advertised SUSPEND
 * limit and this.
 */
#define MARGIN_NS (UINT64_C(5000) * NS_PER_MS)

/* statuses that Linux makes up where the device gave none */
#define STATUS_HOST_PATH 0x370
#define STATUS_HOST_ABORTED 0x371

/* libnvme's return value: SC 7:0, SCT 10:8, CRD 12:11, More 13, DNR 14 */
#define STATUS_VALUE 0x07FF
#define STATUS_MORE 0x2000
#define STATUS_DNR 0x4000

static int fail_open(struct ct_target *t, const char *path, int err)
{
	switch (err) {
	case EACCES:
	case EPERM:
		return ct_target_fail(t, -err, "%s: not permitted; run as root", path);
	case EBUSY:
		return ct_target_fail(t, -err, "%s is held by another program; end that first",
				      path);
	case EAGAIN:
		return ct_target_fail(
			t, -err, "%s: the controller is not live (resetting?); see the kernel log",
			path);
	case ENODEV:
	case ENXIO:
	case ENOENT:
		return ct_target_fail(t, -ENODEV, "%s: the controller went away; check the device",
				      path);
	default:
		return ct_target_fail(t, -err, "%s: cannot open it: %s", path, strerror(err));
	}
}

static int fail_ioctl(struct ct_target *t, const struct pci_target *pci, uint8_t opc, uint32_t len,
		      int err, uint64_t elapsed, uint64_t limit)
{
	switch (err) {
	case ENODEV:
	case ENXIO:
		return ct_target_fail(
			t, -ENODEV,
			"%s vanished before opcode %02xh completed; check the device, then run again",
			pci->path, opc);
	case EINTR:
		/* the driver cancelled it: its time ran out, or the controller was reset */
		if (elapsed >= limit)
			return ct_target_fail(
				t, -ETIMEDOUT,
				"%s: opcode %02xh did not complete in %llu ms; Linux resets the PF",
				pci->path, opc, (unsigned long long)(limit / NS_PER_MS));
		return ct_target_fail(
			t, -EIO,
			"%s: opcode %02xh was cancelled by a reset of the controller; see the kernel log",
			pci->path, opc);
	case EACCES:
	case EPERM:
		return ct_target_fail(
			t, -err,
			"%s: the kernel refuses opcode %02xh; run as root (CAP_SYS_ADMIN, no lockdown)",
			pci->path, opc);
	case EINVAL:
		return ct_target_fail(
			t, -err,
			"%s: the kernel refuses opcode %02xh with %u bytes; is that above its transfer limit?",
			pci->path, opc, len);
	case ENOTTY:
		return ct_target_fail(
			t, -err,
			"%s: the kernel has no 64-bit admin passthrough; use Linux 5.4 or later",
			pci->path);
	case EAGAIN:
		return ct_target_fail(
			t, -err, "%s: the controller is not live (resetting?); see the kernel log",
			pci->path);
	default:
		return ct_target_fail(t, -err, "%s: passthrough of opcode %02xh: %s", pci->path,
				      opc, strerror(err));
	}
}

/* What Linux's passthrough cannot carry must be absent, or the row would judge something else. */
static int check_sqe(struct ct_target *t, const uint8_t sqe[64])
{
	static const uint8_t zero[LM_SQE_CDW10 - LM_SQE_MPTR];

	if (sqe[LM_SQE_FLAGS] || memcmp(sqe + LM_SQE_MPTR, zero, sizeof(zero)) != 0)
		return ct_target_fail(
			t, -EOPNOTSUPP,
			"Linux passthrough carries neither FUSE, PSDT nor bytes 16 to 39; "
			"the row must ask for the capability pf-raw-sqe");
	return 0;
}

static void fill_passthru(struct nvme_passthru_cmd64 *cmd, const uint8_t sqe[64], void *data,
			  uint32_t len, uint64_t limit)
{
	uint64_t ms = limit / NS_PER_MS + (limit % NS_PER_MS != 0);

	memset(cmd, 0, sizeof(*cmd));
	cmd->opcode = sqe[LM_SQE_OPC];
	cmd->nsid = lm_get_le32(sqe + LM_SQE_NSID);
	cmd->cdw2 = lm_get_le32(sqe + LM_SQE_CDW2);
	cmd->cdw3 = lm_get_le32(sqe + LM_SQE_CDW3);
	cmd->addr = (uint64_t)(uintptr_t)data;
	cmd->data_len = len;
	cmd->cdw10 = lm_get_le32(sqe + LM_SQE_CDW10);
	cmd->cdw11 = lm_get_le32(sqe + LM_SQE_CDW11);
	cmd->cdw12 = lm_get_le32(sqe + LM_SQE_CDW12);
	cmd->cdw13 = lm_get_le32(sqe + LM_SQE_CDW13);
	cmd->cdw14 = lm_get_le32(sqe + LM_SQE_CDW14);
	cmd->cdw15 = lm_get_le32(sqe + LM_SQE_CDW15);
	cmd->timeout_ms = ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

static int send_admin(struct ct_target *t, const uint8_t sqe[64], void *data, uint32_t len,
		      uint64_t limit, struct ct_cqe *cqe)
{
	const struct pci_target *pci = t->priv;
	struct nvme_passthru_cmd64 cmd;
	uint64_t start, elapsed;
	__u64 result = 0;
	int status;

	fill_passthru(&cmd, sqe, data, len, limit);
	start = pci_sys->now();
	status = nvme_submit_admin_passthru64(pci->fd, &cmd, &result);
	elapsed = pci_sys->now() - start;
	if (status < 0)
		return fail_ioctl(t, pci, cmd.opcode, len, errno, elapsed, limit);
	if ((status & STATUS_VALUE) == STATUS_HOST_PATH ||
	    (status & STATUS_VALUE) == STATUS_HOST_ABORTED)
		return fail_ioctl(t, pci, cmd.opcode, len, pci_gone(pci) ? ENODEV : EINTR, elapsed,
				  limit);
	*cqe = (struct ct_cqe){
		.dw0 = (uint32_t)result,
		.dw1 = (uint32_t)(result >> 32),
		/* the kernel sets the CID and finds the command by it */
		.cid = lm_get_le16(sqe + LM_SQE_CID),
		.status = (uint16_t)(status & STATUS_VALUE),
		.more = status & STATUS_MORE,
		.dnr = status & STATUS_DNR,
		.elapsed = elapsed,
	};
	return 0;
}

int pci_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data, uint32_t len,
	      enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	const struct pci_target *pci = t->priv;
	int ret;

	if (fn || pci->options.own)
		return ct_target_fail(t, -EOPNOTSUPP,
				      "function %u: its admin queue is the suite's own", fn);
	ret = check_sqe(t, sqe);
	if (ret)
		return ret;
	if (dir == CT_DIR_NONE) {
		data = NULL;
		len = 0;
	}
	return send_admin(t, sqe, data, len, timeout > pci->limit ? timeout : pci->limit, cqe);
}

/* The advertised SUSPEND limit in ns; the field means something with our UUID alone. */
static uint64_t suspend_limit(const uint8_t *id)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	uint16_t units = lm_get_le16(id + LM_ID_SUSPEND_LIMIT);

	if (id[LM_ID_CAPABILITY] != LM_CAPABILITY_SUPPORTED ||
	    memcmp(id + LM_ID_UUID, uuid, sizeof(uuid)) != 0)
		return 0;
	if (units > LM_SUSPEND_LIMIT_MAX)
		units = LM_SUSPEND_LIMIT_MAX;
	return units * UINT64_C(100) * NS_PER_MS;
}

static int learn_limit(struct ct_target *t, struct pci_target *pci)
{
	uint8_t sqe[LM_SQE_SIZE] = {
		[LM_SQE_OPC] = nvme_admin_identify, [LM_SQE_CDW10] = NVME_IDENTIFY_CNS_CTRL
	};
	uint8_t *id = aligned_alloc(LM_ID_SIZE, LM_ID_SIZE);
	struct ct_cqe cqe;
	int ret;

	if (!id)
		return ct_target_fail(t, -ENOMEM, "no memory for Identify data");
	memset(id, 0, LM_ID_SIZE);
	ret = send_admin(t, sqe, id, LM_ID_SIZE, MARGIN_NS, &cqe);
	if (!ret && cqe.status)
		ret = ct_target_fail(
			t, -EIO, "%s answers Identify with status %03xh; is the device in order?",
			pci->path, cqe.status);
	if (!ret)
		pci->limit = suspend_limit(id) + MARGIN_NS;
	free(id);
	return ret;
}

int pci_hold(struct ct_target *t, struct pci_target *pci)
{
	pci->fd = pci_sys->open(pci->path, O_RDWR | O_CLOEXEC);
	if (pci->fd < 0)
		return fail_open(t, pci->path, errno);
	if (pci_sys->flock(pci->fd, LOCK_EX | LOCK_NB))
		return ct_target_fail(t, -EBUSY,
				      "%s is held by another run of this program; end that first",
				      pci->path);
	return learn_limit(t, pci);
}
