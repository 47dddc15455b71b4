/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What is known of the device before any row runs. */
#ifndef CT_PROBE_H
#define CT_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "ct-target.h"
#include "nvme-lm.h"
#include "options.h"

struct ct_probe {
	struct ct_info info;
	bool has_id; /* false: the target has no way to the PF's admin queue */
	uint8_t id[LM_ID_SIZE];
	bool lm; /* byte 3072 is 01h (LM-DIS-010) */
	bool uuid; /* the proposal's bytes are valid (LM-DIS-060) */
	char sn[21], mn[41], fr[9]; /* without trailing spaces */
	char subnqn[257];
	char error[512];
	bool opened;
};

/**
 * ct_probe() - open the target in a process of its own and read Identify Controller
 *
 * Ends the program with one line and exit code 2 where that fails; returns
 * false where it was interrupted.
 */
bool ct_probe(const struct ct_options *o, struct ct_probe **probe);

/** ct_probe_decode() - capability, UUID and strings out of the Identify data */
void ct_probe_decode(struct ct_probe *p);

#endif
