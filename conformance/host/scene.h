/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * VFs in situations that several rows start from.
 */
#ifndef HN_SCENE_H
#define HN_SCENE_H

#include <stdint.h>

#include "hn.h"

/**
 * hn_scene_busy_life() - a VF that has some of everything an image holds
 *
 * Queue pairs 1 to 3 whose indices have moved, two outstanding Asynchronous
 * Event Requests, changed features, commands done. Where the target gives no
 * access to the VF's registers or memory the VF stays as it is, disabled: its
 * image is then that of a VF that was never enabled.
 */
void hn_scene_busy_life(struct ct *ct, unsigned int vf);

/**
 * hn_scene_pf() - the PF ready, where its queues are ours
 *
 * Else the first command of the PF would enable it, and let time pass in which
 * the VFs go on working.
 */
void hn_scene_pf(struct ct *ct);

/** hn_scene_has_queues() - whether the scene could do more than leave the VF disabled */
bool hn_scene_has_queues(struct ct *ct);

/** hn_scene_alive() - FAIL unless the VF does its work: I/O where it has queues, else QUERY */
void hn_scene_alive(struct ct *ct, unsigned int vf);

/** hn_scene_saved() - suspend the VF and save its image */
struct hn_image hn_scene_saved(struct ct *ct, unsigned int vf);

#endif
