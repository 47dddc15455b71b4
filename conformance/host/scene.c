// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#include "scene.h"

/* A part of the namespace that no other row's fixed blocks use. */
#define SCENE_SLBA 64

bool hn_scene_has_queues(struct ct *ct)
{
	return ct_has(ct, CT_CAP_VF_REGS) && ct_has(ct, CT_CAP_DMA);
}

void hn_scene_busy_life(struct ct *ct, unsigned int vf)
{
	if (!hn_scene_has_queues(ct))
		return;
	hn_enable_io(ct, vf, 3, 8);
	for (unsigned int i = 0; i < 11; i++)
		hn_write_read(ct, vf, (uint16_t)(1 + i % 3), SCENE_SLBA + i, i + 1);
	hn_set_feature(ct, vf, NVME_FEAT_TEMPERATURE, 0x0155);
	hn_set_feature(ct, vf, NVME_FEAT_COALESCING, 0x0203);
	hn_aer(ct, vf);
	hn_aer(ct, vf);
	hn_settle(ct);
}

void hn_scene_alive(struct ct *ct, unsigned int vf)
{
	if (hn_scene_has_queues(ct) && hn_function(ct, vf)->enabled &&
	    hn_function(ct, vf)->sq[1].created)
		hn_write_read(ct, vf, 1, SCENE_SLBA, 0xA11CE);
	else
		hn_query(ct, (uint16_t)vf);
}

struct hn_image hn_scene_saved(struct ct *ct, unsigned int vf)
{
	hn_suspend(ct, (uint16_t)vf);
	return hn_save(ct, (uint16_t)vf);
}

void hn_scene_pf(struct ct *ct)
{
	if (ct_has(ct, CT_CAP_PF_OWNED) && !hn_function(ct, 0)->enabled)
		hn_enable(ct, 0);
}
