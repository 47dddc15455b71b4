/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The device as a whole: power-on, resets, VF Enable. */
#include <stdlib.h>
#include <string.h>

#include "second.h"

/* A VFN that is not enabled has no VF (LM-COM-130). */
struct vf *device_vf(struct device *dev, unsigned int vfn)
{
	if (vfn == 0 || vfn > dev->num_vfs)
		return NULL;
	return &dev->vfs[vfn - 1];
}

/* Function numbers as the exec protocol has them */
struct vf *device_function(struct device *dev, unsigned int function)
{
	return function ? device_vf(dev, function) : &dev->pf;
}

void device_leave_staging(struct device *dev, const struct vf *vf)
{
	if (dev->staging.owner == vf->vfn)
		memset(&dev->staging, 0, sizeof(dev->staging));
}

/*
 * Whatever was latched, parked, queued, staged and loaded goes, the presented
 * identity included (LM-RST-020); the VF is ACTIVE (LM-STA-010). The host that
 * the program stands for then enables the controller again.
 */
void device_reset_vf(struct device *dev, struct vf *vf)
{
	struct pending pending = vf->pending;
	bool draining = vf->state == LM_STATE_DRAINING;

	device_leave_staging(dev, vf);
	memset(&vf->live, 0, sizeof(vf->live));
	memset(vf->snapshot, 0, sizeof(vf->snapshot));
	vf->snapshot_len = 0;
	flight_drop(vf);
	vf->vectors = 0;
	memset(&vf->pending, 0, sizeof(vf->pending));
	vf->state = LM_STATE_ACTIVE;
	identify_own(vf->vfn, vf->live.identity);
	feature_defaults(&vf->live);
	if (!dev->bus)
		guest_set_up(vf);

	/* LM-STA-290: first the reset takes effect, then SUSPEND ends. */
	if (draining)
		migrate_finish(dev, &pending, LM_SC_NOT_SUSPENDED);
}

/* From one number to another VF Enable is cleared in between: all are reset. */
void device_set_num_vfs(struct device *dev, unsigned int num_vfs)
{
	unsigned int i;

	for (i = 0; i < SM_TOTAL_VFS; i++)
		device_reset_vf(dev, &dev->vfs[i]);
	dev->num_vfs = num_vfs;
}

/* The PF has a controller like that of a VF, and no state of the four but ACTIVE. */
void device_reset_pf(struct device *dev)
{
	dev->pf_head = 0;
	dev->pf_aers = 0;
	memset(&dev->pf, 0, sizeof(dev->pf));
	identify_own(0, dev->pf.live.identity);
	feature_defaults(&dev->pf.live);
}

/* Function Level Reset of the PF, conventional reset (LM-RST-090) */
void device_reset_all(struct device *dev)
{
	device_reset_pf(dev);
	device_set_num_vfs(dev, 0);
}

static void make_namespaces(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < SM_NAMESPACES; i++) {
		struct ns *ns = &dev->ns[i];

		ns->nsid = i + 1;
		ns->blocks = SM_BLOCKS_MAX >> (4 - i);
		free(ns->data);
		ns->data = NULL;
		memcpy(ns->nguid, "SECOND\x01\x02MODEL\x00\x00", 15);
		ns->nguid[15] = (uint8_t)(i + 1);
		memcpy(ns->eui64, "SECOND\x00", 7);
		ns->eui64[7] = (uint8_t)(i + 1);
	}
}

void device_power_on(struct device *dev)
{
	unsigned int i;

	guest_forget(dev);
	memset(&dev->staging, 0, sizeof(dev->staging));
	memset(&dev->medium, 0, sizeof(dev->medium));
	make_namespaces(dev);
	for (i = 0; i < SM_TOTAL_VFS; i++)
		dev->vfs[i].vfn = i + 1;
	device_reset_all(dev);
	dev->num_vfs = SM_FIRST_NUM_VFS;
}

void device_release(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < SM_NAMESPACES; i++) {
		free(dev->ns[i].data);
		dev->ns[i].data = NULL;
	}
	guest_forget(dev);
}

/*
 * The operator resizes a namespace. Each VF notes it in its log, whatever its
 * state, and queues the event where the guest asked for it (LM-STA-550).
 */
bool device_resize(struct device *dev, uint32_t nsid, uint64_t blocks)
{
	unsigned int vfn;

	if (nsid == 0 || nsid > SM_NAMESPACES || blocks == 0 || blocks > SM_BLOCKS_MAX)
		return false;
	if (dev->ns[nsid - 1].blocks == blocks)
		return true;
	dev->ns[nsid - 1].blocks = blocks;
	for (vfn = 1; vfn <= dev->num_vfs; vfn++) {
		struct vf *vf = device_vf(dev, vfn);
		uint8_t *changed = vf->live.logs + LM_LOG_CHANGED_NS;

		if (!guest_is_ready(vf))
			continue;
		lm_put_le64(changed, lm_get_le64(changed) | 1ull << (nsid - 1));
		if (lm_get_le32(vf->live.features + LM_FEA_ASYNC_EVENTS) & SM_AEC_NAMESPACE)
			work_event(dev, vf, SM_EVENT_NAMESPACE);
	}
	return true;
}
