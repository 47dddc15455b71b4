// SPDX-License-Identifier: GPL-2.0-only
#include "fake.h"
#include "kernel/nvme-pci/nvme-vf.h"

struct fake fake;

static struct pci_dev pdev = { .vendor = 0x8086, .device = 0x1457, .is_virtfn = true };

int pci_iov_vf_id(struct pci_dev *dev)
{
	(void)dev;
	return 1;
}

void fake_start(struct nvmevf_device *nvdev, bool extended)
{
	unsigned int i;

	memset(&fake, 0, sizeof(fake));
	pthread_mutex_init(&fake.lock, NULL);
	fake.size = 5000 * sizeof(u32);
	for (i = 0; i < fake.size; i++)
		fake.image[i] = (u8)(i * 7 + (i >> 8));
	fake.lie_size = -1;
	fake.lie_written = -1;
	fake.suspend_limit_max = 29999;

	memset(nvdev, 0, sizeof(*nvdev));
	nvdev->core_device.pdev = &pdev;
	nvdev->migratable = true;
	nvdev->vf_index = 2;
	nvdev->caps.extended = extended;
	nvdev->caps.max_image = extended ? FAKE_IMAGE_MAX : NVMEVF_LEGACY_MAX_IMAGE;
	nvdev->caps.max_transfer = extended ? NVMEVF_MAX_TRANSFER : NVMEVF_LEGACY_MAX_IMAGE;
	fake.nvdev = nvdev;
	nvmevf_mig_init(nvdev);
}

void fake_stop(struct nvmevf_device *nvdev)
{
	nvmevf_mig_stop(nvdev);
	nvmevf_mig_destroy(nvdev);
	pthread_mutex_destroy(&fake.lock);
}

void fake_flr(void)
{
	pthread_mutex_lock(&fake.lock);
	fake.state = FAKE_ACTIVE;
	pthread_mutex_unlock(&fake.lock);
}

static int save(const struct nvme_common_command *c, size_t *result, u8 *buffer, u32 len)
{
	u32 offset = le32_to_cpu(c->cdw12);
	u32 n = fake.size - min(fake.size, offset);

	if (fake.state != FAKE_SUSPENDED)
		return fake.state == FAKE_ACTIVE ? NVMEVF_SC_NOT_SUSPENDED : NVME_SC_CMD_SEQ_ERROR;
	if (!c->cdw11 && len != fake.size)
		return NVME_SC_INVALID_FIELD;
	n = min(n, len);
	if (fake.lie_written >= 0)
		n = (u32)fake.lie_written;
	memcpy(buffer, fake.image + offset, min(n, len));
	*result = n;
	return 0;
}

static int load(const struct nvme_common_command *c, const u8 *buffer, u32 len)
{
	u32 offset = le32_to_cpu(c->cdw12);
	u32 total = le32_to_cpu(c->cdw13) ?: len;

	if (fake.state == FAKE_ACTIVE)
		return NVMEVF_SC_NOT_SUSPENDED;
	if (total > FAKE_IMAGE_MAX || offset + len > total)
		return NVME_SC_INVALID_FIELD;
	if (offset && (fake.state != FAKE_LOADING || offset != fake.staged_bytes)) {
		fake.state = FAKE_SUSPENDED;
		return NVME_SC_CMD_SEQ_ERROR;
	}
	memcpy(fake.staged + offset, buffer, len);
	fake.staged_bytes = offset + len;
	fake.state = FAKE_LOADING;
	if (fake.staged_bytes == total) {
		memcpy(fake.image, fake.staged, total);
		fake.size = total;
		fake.state = FAKE_SUSPENDED;
	}
	return 0;
}

static int execute(const struct nvme_common_command *c, size_t *result, void *buffer, u32 len)
{
	switch (c->opcode) {
	case nvme_admin_vf_query_data_size:
		if (fake.state == FAKE_LOADING)
			return NVME_SC_CMD_SEQ_ERROR;
		*result = fake.lie_size >= 0 ? (size_t)fake.lie_size : fake.size;
		return 0;
	case nvme_admin_vf_suspend:
		fake.state = FAKE_SUSPENDED;
		return 0;
	case nvme_admin_vf_resume:
		if (fake.state == FAKE_ACTIVE)
			return NVMEVF_SC_NOT_SUSPENDED;
		if (fake.state == FAKE_LOADING)
			return NVME_SC_CMD_SEQ_ERROR;
		fake.state = FAKE_ACTIVE;
		return 0;
	case nvme_admin_vf_save_data:
		return save(c, result, buffer, len);
	case nvme_admin_vf_load_data:
		return load(c, buffer, len);
	default:
		assert(!"an opcode of the five");
		return NVME_SC_INVALID_OPCODE;
	}
}

/* Whether this command is one that the test wants to fail. */
static bool spoiled(void)
{
	if (!fake.fail_nth)
		return false;
	if (fake.fail_nth > 1) {
		fake.fail_nth--;
		return false;
	}
	if (!fake.fail_count)
		return false;
	fake.fail_count--;
	fake.failed++;
	return true;
}

int nvme_submit_vf_cmd(struct pci_dev *vf, struct nvme_command *cmd, size_t *result, void *buffer,
		       unsigned int bufflen)
{
	const struct nvme_common_command *c = &cmd->common;
	size_t dw0 = 0;
	int ret;

	assert(vf == &pdev);
	assert(!c->flags && !c->nsid && !c->cdw2[0] && !c->cdw2[1] && !c->metadata);
	assert(!c->dptr[0] && !c->dptr[1] && !c->cdw14 && !c->cdw15);
	if (c->opcode == nvme_admin_identify) {
		assert(bufflen == sizeof(fake.identify) && le32_to_cpu(c->cdw10) == 1);
		memcpy(buffer, fake.identify, bufflen);
		return fake.identify_ret;
	}

	assert(le32_to_cpu(c->cdw10) == 2);
	if (fake.hook)
		fake.hook(fake.nvdev, c->opcode);

	pthread_mutex_lock(&fake.lock);
	if (spoiled()) {
		ret = fake.fail_ret;
		if (fake.fail_effect)
			execute(c, &dw0, buffer, bufflen);
	} else {
		ret = execute(c, &dw0, buffer, bufflen);
	}
	if (fake.logged < FAKE_LOG)
		fake.log[fake.logged++] = (struct fake_command){
			.opcode = c->opcode,
			.cdw = { le32_to_cpu(c->cdw10), le32_to_cpu(c->cdw11),
				 le32_to_cpu(c->cdw12), le32_to_cpu(c->cdw13) },
			.len = bufflen,
			.ret = ret,
		};
	pthread_mutex_unlock(&fake.lock);
	if (!ret && result)
		*result = dw0;
	return ret;
}

int nvme_set_vf_suspend_limit(struct pci_dev *vf, unsigned int msecs)
{
	assert(vf == &pdev);
	return msecs > fake.suspend_limit_max ? -ERANGE : 0;
}

struct file *fake_set(struct nvmevf_device *nvdev, enum vfio_device_mig_state new_state)
{
	struct vfio_device *vdev = &nvdev->core_device.vdev;

	return vdev->mig_ops->migration_set_state(vdev, new_state);
}

enum vfio_device_mig_state fake_get(struct nvmevf_device *nvdev)
{
	struct vfio_device *vdev = &nvdev->core_device.vdev;
	enum vfio_device_mig_state state;

	assert(!vdev->mig_ops->migration_get_state(vdev, &state));
	return state;
}

const char *fake_commands(void)
{
	static char text[FAKE_LOG + 1];
	unsigned int i;

	for (i = 0; i < fake.logged; i++)
		text[i] = fake.log[i].opcode == nvme_admin_vf_query_data_size ? 'Q' :
			  fake.log[i].opcode == nvme_admin_vf_suspend	      ? 'S' :
			  fake.log[i].opcode == nvme_admin_vf_resume	      ? 'R' :
			  fake.log[i].opcode == nvme_admin_vf_save_data	      ? 'W' :
										'L';
	text[i] = 0;
	fake.logged = 0;
	return text;
}
