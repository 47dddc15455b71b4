/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * "migrate": this program is hypervisor and guest. The hypervisor suspends the
 * VF that the guest drives, saves its image, loads it into another VF, resumes
 * that one, and resets the first.
 */
#ifndef MG_MIGRATE_H
#define MG_MIGRATE_H

#include "arguments.h"
#include "guest.h"
#include "mover.h"
#include "pf.h"
#include "probe.h"

#define MG_SIDES 2

/* A PF with its VFs. */
struct mg_side {
	const char *name; /* as given to --target or --to */
	struct ct_probe *probe;
	struct ct_target t;
	bool opened;
	struct mg_pf pf;
	bool touched[CT_MAX_FUNCTIONS]; /* VFs that are to be reset at the end */
};

struct mg_place {
	unsigned int side;
	unsigned int vf;
};

/* A call that stops a VF, in a thread of its own so that the guest goes on meanwhile. */
struct mg_stop_call {
	pthread_t thread;
	struct ct_target copy; /* its own error text */
	unsigned int vf;
	int ret;
	int done;
};

struct mg_series {
	uint64_t min, max, sum, num;
};

struct mg {
	struct mg_arguments a;
	struct mg_side side[MG_SIDES];
	unsigned int sides;
	const struct mg_mover *mover;
	struct mg_stop_call stop_call;
	struct mg_outcome out;
	uint8_t *arena;
	struct mg_layout layout;
	uint64_t next_iova; /* where nothing of an earlier guest is */
	struct mg_guest guest;
	struct mg_place at;
	struct ct_random random; /* the hypervisor's */
	uint8_t *image; /* MG_MAX_IMAGE bytes */
	uint32_t image_len;
	uint64_t moves;
	struct mg_series outstanding; /* at SUSPEND */
	struct mg_series carried; /* of these, what had not completed when the guest stopped */
	struct mg_series blackout; /* ns, SUSPEND to RESUME */
};

/** mg_open() - probe, guard, open and check what the arguments name; exits on what is not allowed */
bool mg_open(struct mg *m);

/** mg_close() - reset the VFs that were used, and close */
void mg_close(struct mg *m);

/** mg_shape() - of a guest that these arguments ask for, on this device */
bool mg_shape(struct mg *m, struct mg_shape *shape);

/** mg_map_arena() - zeroed memory for a guest of this shape, mapped in all targets */
bool mg_map_arena(struct mg *m, const struct mg_shape *shape);

/** mg_first_place(), mg_next_place() - where the guest starts, and where it goes next */
struct mg_place mg_first_place(struct mg *m);
struct mg_place mg_next_place(struct mg *m);

/** mg_reach() - a VF is to be used: what opening it does to it is done now */
bool mg_reach(struct mg *m, struct mg_place p);

/** mg_prepare() - a VF as destination or first place: PCI state, MSI-X */
bool mg_prepare(struct mg *m, struct mg_place p, const struct mg_shape *shape);

/** mg_boot() - a new guest at its first place, running */
bool mg_boot(struct mg *m);

/** mg_suspend_guest() - SUSPEND under load, and the guest stops; then its image */
bool mg_suspend_guest(struct mg *m);

/** mg_poison() - forget the image */
void mg_poison(struct mg *m);

/** mg_move() - one migration */
bool mg_move(struct mg *m, struct mg_place to);

/** mg_reset_vf() - FLR */
bool mg_reset_vf(struct mg *m, struct mg_place p);

/** mg_write_file() - image and arena of the guest, which is suspended */
bool mg_write_file(struct mg *m, const char *path);

/** mg_read_file() - map them, load the image at the first place, and resume */
bool mg_read_file(struct mg *m, const char *path);

/** mg_inject() - arm the fault that was asked for, for the first image */
bool mg_inject(struct mg *m);

/** mg_report() - to stdout, and to --json; returns the exit code */
int mg_report(struct mg *m);

/** mg_blackout() - measure; returns the exit code */
int mg_blackout(struct mg *m);

/** mg_now() - monotonic ns of this machine */
uint64_t mg_now(void);

void mg_count(struct mg_series *s, uint64_t value);

int ct_migrate_main(int argc, char **argv);

#endif
