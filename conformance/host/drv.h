/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The VFIO driver that is judged, as rows drive it: VFs by their place in the
 * target's argument, from 1, states as VFIO numbers them, data files that are
 * closed at the end of the case. A VF is opened at its first use. What "must" work
 * fails the case where it does not; errno values are negative.
 */
#ifndef DRV_H
#define DRV_H

#include "hn.h"

enum drv_state {
	DRV_ERROR,
	DRV_STOP,
	DRV_RUNNING,
	DRV_STOP_COPY,
	DRV_RESUMING,
	DRV_RUNNING_P2P,
	DRV_STATES,
};

#define DRV_FLAG_STOP_COPY UINT64_C(1)
#define DRV_FLAG_P2P UINT64_C(2)

#define DRV_ANY_OPCODE 0x100

/* above the largest image that any driver takes from a device of today */
#define DRV_IMAGE_BOUND (4u << 20)

/** drv_state_name() - as VFIO writes it */
const char *drv_state_name(uint32_t state);

/** drv_state_cases(), drv_state_case() - a row's .cases and .name, where each case begins in a state */
unsigned int drv_state_cases(struct ct *ct);
void drv_state_case(struct ct *ct, unsigned int i, char *buf, size_t size);

/** drv_need_vfs() - NOT APPLICABLE where the target's argument names fewer */
void drv_need_vfs(struct ct *ct, unsigned int num);

/** drv_need_p2p() - NOT APPLICABLE where the driver offers no RUNNING_P2P */
void drv_need_p2p(struct ct *ct, unsigned int vf);

/** drv_index() - the VF index at the PF */
uint16_t drv_index(struct ct *ct, unsigned int vf);

/** drv_open() - open a VF anew, as its next user; 0 or the errno */
int drv_open(struct ct *ct, unsigned int vf);

/** drv_close() - the user goes, and leaves data files open */
void drv_close(struct ct *ct, unsigned int vf);

/** drv_set() - ask for a state; 0 or the errno. *file, where not NULL, gets the data file or -1 */
int drv_set(struct ct *ct, unsigned int vf, uint32_t state, int *file);

/** drv_go() - into a state, must work; the data file or -1 */
int drv_go(struct ct *ct, unsigned int vf, uint32_t state);

/** drv_state() - the state that the driver reports */
uint32_t drv_state(struct ct *ct, unsigned int vf);

/** drv_check_state() - the driver reports this state */
void drv_check_state(struct ct *ct, unsigned int vf, uint32_t state);

/** drv_check_vf() - the VF itself is in this state (LM_STATE_*), as the PF says */
void drv_check_vf(struct ct *ct, unsigned int vf, int state);

/** drv_reset() - VFIO_DEVICE_RESET, must work */
void drv_reset(struct ct *ct, unsigned int vf);

/**
 * drv_reach() - from whatever state into this one; the data file or -1
 *
 * ERROR by a RESUME that says that the VF was not suspended. Commands before the
 * return are not among those of drv_commands().
 */
int drv_reach(struct ct *ct, unsigned int vf, uint32_t state);

/**
 * drv_spoil() - the next command with this opcode for the VF goes wrong
 * @what: opc, vf and count are filled in here
 */
void drv_spoil(struct ct *ct, unsigned int vf, uint8_t opc, struct ct_fault what);

/**
 * drv_commands() - the five that the PF fetched for this VF since the last call
 *
 * A letter each: Query, Suspend, Resume, saVe, Load; consecutive parts of an image are
 * one. Static.
 */
const char *drv_commands(struct ct *ct, unsigned int vf);

/** drv_fetched() - the five that the PF fetched since hn_mark(), oldest first; how many there are */
unsigned int drv_fetched(struct ct *ct, uint64_t since, struct ct_event *ev, unsigned int max);

/**
 * drv_sent() - how many commands the PF fetched since hn_mark() that have this opcode
 * @opc: 0 to FFh, or DRV_ANY_OPCODE: each but Get Log Page, which reads the journal
 */
unsigned int drv_sent(struct ct *ct, uint64_t since, unsigned int opc);

/** drv_calls() - what the target offers for data files */
const struct ct_driver_ops *drv_calls(struct ct *ct);

/** drv_read_all() - read a data file to its end in pieces of this size; must work */
struct hn_image drv_read_all(struct ct *ct, int file, size_t piece);

/** drv_write_all() - write an image in pieces of this size; 0 or the errno of the first that fails */
int drv_write_all(struct ct *ct, int file, const void *data, size_t len, size_t piece);

/** drv_largest_image() - the bound of images that follows from Identify (LM-DRV-410) */
uint32_t drv_largest_image(struct ct *ct);

/** drv_load() - RESUMING, write an image as a whole, RUNNING; 0 or the errno of the first that fails */
int drv_load(struct ct *ct, unsigned int vf, const struct hn_image *image);

/** drv_check_migrates() - the VF is saved, loaded again and runs; all must work */
void drv_check_migrates(struct ct *ct, unsigned int vf);

/** drv_image() - an image of the VF, which is left RUNNING */
struct hn_image drv_image(struct ct *ct, unsigned int vf);

#endif
