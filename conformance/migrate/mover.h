/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * How the hypervisor stops, saves, loads and starts a VF: by the five commands on its
 * PF, or by the migration interface of the VFIO driver that holds it. A refusal is a
 * finding, and false.
 */
#ifndef MG_MOVER_H
#define MG_MOVER_H

#include <stdbool.h>
#include <stdint.h>

struct mg;
struct mg_place;

struct mg_mover {
	/* begin to stop a VF that works, and whether it is stopped now */
	bool (*begin_stop)(struct mg *m, struct mg_place p);
	bool (*poll_stop)(struct mg *m, struct mg_place p, bool *done);
	/* stop a VF at rest */
	bool (*stop)(struct mg *m, struct mg_place p);
	/* the image of a stopped VF into m->image, in parts of so many bytes, 0 = in one */
	bool (*save)(struct mg *m, struct mg_place p, uint32_t chunk);
	/* that image into a stopped VF */
	bool (*load)(struct mg *m, struct mg_place p, uint32_t chunk);
	/* a stopped VF works */
	bool (*start)(struct mg *m, struct mg_place p);
};

extern const struct mg_mover mg_by_commands; /* five.c */
extern const struct mg_mover mg_by_driver; /* driver.c */

#endif
