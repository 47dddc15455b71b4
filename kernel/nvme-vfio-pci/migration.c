// SPDX-License-Identifier: GPL-2.0-only
/*
 * The migration states of a VF, the data files, and what a reset, an open and
 * a close do to them.
 */

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "nvmevf.h"

static struct nvmevf_device *nvmevf_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct nvmevf_device, core_device.vdev);
}

static ssize_t nvmevf_save_read(struct file *filp, char __user *buf, size_t len,
				loff_t *pos)
{
	struct nvmevf_session *session = filp->private_data;
	ssize_t done;

	if (pos)
		return -ESPIPE;

	mutex_lock(&session->lock);
	if (READ_ONCE(session->disabled)) {
		done = -ENODEV;
		goto out_unlock;
	}

	done = min(len, session->size - session->pos);
	if (copy_to_user(buf, session->data + session->pos, done)) {
		done = -EFAULT;
		goto out_unlock;
	}
	session->pos += done;

out_unlock:
	mutex_unlock(&session->lock);
	return done;
}

static ssize_t nvmevf_resume_write(struct file *filp, const char __user *buf,
				   size_t len, loff_t *pos)
{
	struct nvmevf_session *session = filp->private_data;
	ssize_t done = len;

	if (pos)
		return -ESPIPE;

	mutex_lock(&session->lock);
	if (READ_ONCE(session->disabled)) {
		done = -ENODEV;
		goto out_unlock;
	}

	if (len > session->bound - session->size) {
		done = -ENOSPC;
		goto out_unlock;
	}

	if (copy_from_user(session->data + session->size, buf, len)) {
		done = -EFAULT;
		goto out_unlock;
	}
	session->size += len;

out_unlock:
	mutex_unlock(&session->lock);
	return done;
}

/* The last reference is gone: that of the arc, and those of user space. */
static int nvmevf_release_file(struct inode *inode, struct file *filp)
{
	struct nvmevf_session *session = filp->private_data;

	mutex_destroy(&session->lock);
	kvfree_sensitive(session->data, session->bound);
	kfree(session);
	return 0;
}

static const struct file_operations nvmevf_save_fops = {
	.owner = THIS_MODULE,
	.read = nvmevf_save_read,
	.release = nvmevf_release_file,
};

static const struct file_operations nvmevf_resume_fops = {
	.owner = THIS_MODULE,
	.write = nvmevf_resume_write,
	.release = nvmevf_release_file,
};

static struct nvmevf_session *
nvmevf_alloc_session(const struct file_operations *fops, int flags,
		     size_t bound)
{
	struct nvmevf_session *session;
	int ret = -ENOMEM;

	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return ERR_PTR(-ENOMEM);

	/* zeroed: a device that writes less than it says discloses nothing */
	session->data = kvzalloc(bound, GFP_KERNEL_ACCOUNT);
	if (!session->data)
		goto out_free;
	session->bound = bound;
	mutex_init(&session->lock);

	session->filp = anon_inode_getfile("nvmevf_mig", fops, session, flags);
	if (IS_ERR(session->filp)) {
		ret = PTR_ERR(session->filp);
		goto out_free_data;
	}
	stream_open(session->filp->f_inode, session->filp);
	return session;

out_free_data:
	mutex_destroy(&session->lock);
	kvfree(session->data);
out_free:
	kfree(session);
	return ERR_PTR(ret);
}

/* Give the device a data file, and the caller a reference of its own. */
static struct file *nvmevf_begin_session(struct nvmevf_device *nvdev,
					 struct nvmevf_session *session)
{
	nvdev->session = session;
	return get_file(session->filp);
}

/*
 * Without the lock of the session: a reset ends it while the core holds locks
 * that the page faults of a read or write may need.  A call that is under way may
 * finish; the memory stays as long as the file.
 */
static void nvmevf_end_session(struct nvmevf_device *nvdev)
{
	struct nvmevf_session *session = nvdev->session;

	if (!session)
		return;

	WRITE_ONCE(session->disabled, true);
	nvdev->session = NULL;
	fput(session->filp);
}

/* Nobody knows what the VF does, or it lost what its user relies on. */
static void nvmevf_enter_error(struct nvmevf_device *nvdev)
{
	nvmevf_end_session(nvdev);
	nvdev->mig_state = VFIO_DEVICE_STATE_ERROR;
}

/*
 * Make sure that the VF runs when it may be suspended or not.
 */
static int nvmevf_make_run(struct nvmevf_device *nvdev)
{
	int ret = nvmevf_cmd_resume_retry(nvdev);

	return ret == NVMEVF_SC_NOT_SUSPENDED ? 0 : nvmevf_errno(ret);
}

static int nvmevf_suspend(struct nvmevf_device *nvdev)
{
	int ret = nvmevf_cmd_suspend(nvdev);

	/* it may have taken effect, but the state stays RUNNING */
	if (ret == -ETIMEDOUT && nvmevf_make_run(nvdev))
		nvmevf_enter_error(nvdev);
	return nvmevf_errno(ret);
}

static int nvmevf_resume(struct nvmevf_device *nvdev)
{
	int ret = nvmevf_cmd_resume(nvdev);

	/*
	 * Only success shows that the VF had its state: one that was not
	 * suspended runs as it was after a reset, or ran for a while already.
	 */
	if (ret == -ETIMEDOUT) {
		if (!nvmevf_cmd_resume_retry(nvdev))
			return 0;
		nvmevf_enter_error(nvdev);
	} else if (ret == NVMEVF_SC_NOT_SUSPENDED) {
		nvmevf_enter_error(nvdev);
	}
	return nvmevf_errno(ret);
}

static int nvmevf_save(struct nvmevf_device *nvdev,
		       struct nvmevf_session *session)
{
	u32 len, offset;
	int ret;

	for (offset = 0; offset < session->bound; offset += len) {
		len = min_t(u32, session->bound - offset,
			    nvdev->caps.max_transfer);
		ret = nvmevf_cmd_save_data(nvdev, session->data + offset, len,
					   offset);
		if (ret == NVMEVF_SC_NOT_SUSPENDED)
			nvmevf_enter_error(nvdev);
		if (ret)
			return nvmevf_errno(ret);
	}
	session->size = session->bound;
	return 0;
}

static struct file *nvmevf_start_save(struct nvmevf_device *nvdev)
{
	struct nvmevf_session *session;
	size_t size;
	int ret;

	ret = nvmevf_cmd_query_data_size(nvdev, &size);
	if (ret)
		return ERR_PTR(nvmevf_errno(ret));

	session = nvmevf_alloc_session(&nvmevf_save_fops, O_RDONLY, size);
	if (IS_ERR(session))
		return ERR_CAST(session);

	ret = nvmevf_save(nvdev, session);
	if (ret) {
		fput(session->filp);
		return ERR_PTR(ret);
	}
	return nvmevf_begin_session(nvdev, session);
}

static struct file *nvmevf_start_resume(struct nvmevf_device *nvdev)
{
	struct nvmevf_session *session;

	session = nvmevf_alloc_session(&nvmevf_resume_fops, O_WRONLY,
				       nvdev->caps.max_image);
	if (IS_ERR(session))
		return ERR_CAST(session);
	return nvmevf_begin_session(nvdev, session);
}

static int nvmevf_load_parts(struct nvmevf_device *nvdev,
			     struct nvmevf_session *session)
{
	u32 len, offset;
	int ret;

	lockdep_assert_held(&session->lock);

	if (!session->size || session->size % sizeof(u32))
		return -EINVAL;

	for (offset = 0; offset < session->size; offset += len) {
		len = min_t(u32, session->size - offset,
			    nvdev->caps.max_transfer);
		ret = nvmevf_cmd_load_data(nvdev, session->data + offset, len,
					   offset, session->size);
		if (!ret)
			continue;
		/* the device may hold parts of an image: let it drop them */
		if (ret < 0 && offset)
			nvmevf_cmd_suspend(nvdev);
		return ret;
	}
	return 0;
}

/*
 * What user space wrote stays until the image is loaded, so that it can try
 * again.
 */
static int nvmevf_load(struct nvmevf_device *nvdev)
{
	int ret;

	mutex_lock(&nvdev->session->lock);
	ret = nvmevf_load_parts(nvdev, nvdev->session);
	mutex_unlock(&nvdev->session->lock);

	if (!ret)
		nvmevf_end_session(nvdev);
	else if (ret == NVMEVF_SC_NOT_SUSPENDED)
		nvmevf_enter_error(nvdev);
	return nvmevf_errno(ret);
}

static struct file *nvmevf_step_locked(struct nvmevf_device *nvdev,
				       enum vfio_device_mig_state new)
{
	enum vfio_device_mig_state cur = nvdev->mig_state;

	lockdep_assert_held(&nvdev->state_mutex);

	/* a suspended VF does no DMA, and still takes that of its peers */
	if (cur == VFIO_DEVICE_STATE_RUNNING &&
	    new == VFIO_DEVICE_STATE_RUNNING_P2P)
		return ERR_PTR(nvmevf_suspend(nvdev));

	if (cur == VFIO_DEVICE_STATE_RUNNING_P2P &&
	    new == VFIO_DEVICE_STATE_RUNNING)
		return ERR_PTR(nvmevf_resume(nvdev));

	if ((cur == VFIO_DEVICE_STATE_RUNNING_P2P &&
	     new == VFIO_DEVICE_STATE_STOP) ||
	    (cur == VFIO_DEVICE_STATE_STOP &&
	     new == VFIO_DEVICE_STATE_RUNNING_P2P))
		return NULL;

	/* without VFIO_MIGRATION_P2P */
	if (cur == VFIO_DEVICE_STATE_RUNNING && new == VFIO_DEVICE_STATE_STOP)
		return ERR_PTR(nvmevf_suspend(nvdev));

	if (cur == VFIO_DEVICE_STATE_STOP && new == VFIO_DEVICE_STATE_RUNNING)
		return ERR_PTR(nvmevf_resume(nvdev));

	if (cur == VFIO_DEVICE_STATE_STOP && new == VFIO_DEVICE_STATE_STOP_COPY)
		return nvmevf_start_save(nvdev);

	if (cur == VFIO_DEVICE_STATE_STOP_COPY &&
	    new == VFIO_DEVICE_STATE_STOP) {
		nvmevf_end_session(nvdev);
		return NULL;
	}

	if (cur == VFIO_DEVICE_STATE_STOP && new == VFIO_DEVICE_STATE_RESUMING)
		return nvmevf_start_resume(nvdev);

	if (cur == VFIO_DEVICE_STATE_RESUMING && new == VFIO_DEVICE_STATE_STOP)
		return ERR_PTR(nvmevf_load(nvdev));

	/* vfio_mig_get_next_state() does not use other arcs */
	WARN_ON(true);
	return ERR_PTR(-EINVAL);
}

/*
 * Every unlock of the state deals with a reset that came meanwhile.  When the
 * lock was held for an arc, or an arc ended while the reset went on, nobody
 * knows which of the two the device saw last.
 */
static void nvmevf_state_unlock(struct nvmevf_device *nvdev, bool arc)
{
	spin_lock(&nvdev->reset_lock);
	if (arc && nvdev->in_reset)
		nvdev->arc_in_reset = true;

	while (nvdev->deferred_reset) {
		bool unsure = arc || nvdev->arc_in_reset;

		nvdev->deferred_reset = false;
		nvdev->arc_in_reset = false;
		spin_unlock(&nvdev->reset_lock);

		nvmevf_end_session(nvdev);
		nvdev->mig_state = VFIO_DEVICE_STATE_RUNNING;
		if (unsure && nvmevf_make_run(nvdev))
			nvmevf_enter_error(nvdev);

		spin_lock(&nvdev->reset_lock);
	}
	mutex_unlock(&nvdev->state_mutex);
	spin_unlock(&nvdev->reset_lock);
}

static struct file *nvmevf_set_device_state(struct vfio_device *vdev,
					    enum vfio_device_mig_state new_state)
{
	struct nvmevf_device *nvdev = nvmevf_of(vdev);
	enum vfio_device_mig_state next_state;
	struct file *res = NULL;
	bool arc = false;
	int ret;

	mutex_lock(&nvdev->state_mutex);
	while (new_state != nvdev->mig_state) {
		/* only a reset leads out of it, and the core warns when asked */
		if (nvdev->mig_state == VFIO_DEVICE_STATE_ERROR) {
			res = ERR_PTR(-EINVAL);
			break;
		}
		/* its commands would meet the VF before or after the reset */
		if (READ_ONCE(nvdev->in_reset)) {
			res = ERR_PTR(-EAGAIN);
			break;
		}
		ret = vfio_mig_get_next_state(vdev, nvdev->mig_state, new_state,
					      &next_state);
		if (ret) {
			res = ERR_PTR(ret);
			break;
		}
		arc = true;
		res = nvmevf_step_locked(nvdev, next_state);
		if (IS_ERR(res))
			break;
		nvdev->mig_state = next_state;
		if (WARN_ON(res && new_state != nvdev->mig_state)) {
			fput(res);
			res = ERR_PTR(-EINVAL);
			break;
		}
	}
	nvmevf_state_unlock(nvdev, arc);
	return res;
}

static int nvmevf_get_device_state(struct vfio_device *vdev,
				   enum vfio_device_mig_state *curr_state)
{
	struct nvmevf_device *nvdev = nvmevf_of(vdev);

	mutex_lock(&nvdev->state_mutex);
	*curr_state = nvdev->mig_state;
	nvmevf_state_unlock(nvdev, false);
	return 0;
}

#if NVMEVF_HAVE_DATA_SIZE
static int nvmevf_get_data_size(struct vfio_device *vdev,
				unsigned long *stop_copy_length)
{
	struct nvmevf_device *nvdev = nvmevf_of(vdev);
	size_t size;
	int ret;

	mutex_lock(&nvdev->state_mutex);
	ret = nvmevf_cmd_query_data_size(nvdev, &size);
	if (!ret)
		*stop_copy_length = size;
	nvmevf_state_unlock(nvdev, false);
	return nvmevf_errno(ret);
}
#endif

static const struct vfio_migration_ops nvmevf_mig_ops = {
	.migration_set_state = nvmevf_set_device_state,
	.migration_get_state = nvmevf_get_device_state,
#if NVMEVF_HAVE_DATA_SIZE
	.migration_get_data_size = nvmevf_get_data_size,
#endif
};

void nvmevf_mig_init(struct nvmevf_device *nvdev)
{
	struct vfio_device *vdev = &nvdev->core_device.vdev;

	mutex_init(&nvdev->state_mutex);
	spin_lock_init(&nvdev->reset_lock);
	nvdev->mig_state = VFIO_DEVICE_STATE_RUNNING;

	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY;
	/* what a suspended VF does when it is accessed, only these promise */
	if (nvdev->caps.extended)
		vdev->migration_flags |= VFIO_MIGRATION_P2P;
	vdev->mig_ops = &nvmevf_mig_ops;
}

void nvmevf_mig_destroy(struct nvmevf_device *nvdev)
{
	mutex_destroy(&nvdev->state_mutex);
}

/*
 * A new user gets a VF that runs.  The last one may have left it in any state,
 * and an administrator may have suspended it by the PF's character device.
 */
int nvmevf_mig_open(struct nvmevf_device *nvdev, bool was_reset)
{
	int ret = 0;

	mutex_lock(&nvdev->state_mutex);
	if (!was_reset && (nvdev->caps.extended ||
			   nvdev->mig_state != VFIO_DEVICE_STATE_RUNNING))
		ret = nvmevf_make_run(nvdev);
	if (!ret)
		nvdev->mig_state = VFIO_DEVICE_STATE_RUNNING;
	nvmevf_state_unlock(nvdev, false);
	return ret;
}

/* The user goes: no data file outlives it. */
void nvmevf_mig_stop(struct nvmevf_device *nvdev)
{
	mutex_lock(&nvdev->state_mutex);
	nvmevf_end_session(nvdev);
	nvmevf_state_unlock(nvdev, false);
}

/*
 * The core closed the VF and tried to reset it, for which it did not get the
 * lock of the device while a driver is being unbound.  The VF is no bus master
 * now: whatever image it holds, it runs without access to memory.  What cannot
 * be done is left to nvmevf_mig_open().
 */
void nvmevf_mig_close(struct nvmevf_device *nvdev, bool was_reset)
{
	mutex_lock(&nvdev->state_mutex);
	if (was_reset || nvdev->mig_state == VFIO_DEVICE_STATE_RUNNING ||
	    !nvmevf_make_run(nvdev))
		nvdev->mig_state = VFIO_DEVICE_STATE_RUNNING;
	nvmevf_state_unlock(nvdev, false);
}

void nvmevf_mig_reset_prepare(struct nvmevf_device *nvdev)
{
	spin_lock(&nvdev->reset_lock);
	WRITE_ONCE(nvdev->in_reset, true);
	spin_unlock(&nvdev->reset_lock);
}

/*
 * The callers hold locks that come after those of an arc: LOAD_DATA waits for a
 * write to the data file, which waits for its page faults.  So do not wait for
 * the state here.  Whoever holds it deals with the reset.
 */
void nvmevf_mig_reset_done(struct nvmevf_device *nvdev)
{
	spin_lock(&nvdev->reset_lock);
	WRITE_ONCE(nvdev->in_reset, false);
	nvdev->deferred_reset = true;
	if (!mutex_trylock(&nvdev->state_mutex)) {
		spin_unlock(&nvdev->reset_lock);
		return;
	}
	spin_unlock(&nvdev->reset_lock);
	nvmevf_state_unlock(nvdev, false);
}
