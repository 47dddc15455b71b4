/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Which cells of the state table the rows of a log reached, and how often. */
#ifndef RP_REACH_H
#define RP_REACH_H

#include "log.h"

#define RP_STATES_MAX 8
#define RP_EVENTS_MAX 64

struct rp_reach {
	unsigned int times[RP_STATES_MAX][RP_EVENTS_MAX];
	unsigned int defined; /* cells of the table */
	unsigned int reached; /* of those */
	unsigned int unknown; /* (state, event) pairs of the log that the table lacks */
};

unsigned int rp_states(void);
const char *rp_state_name(unsigned int state);
unsigned int rp_events(void);
const char *rp_event_name(unsigned int event);
const char *rp_event_meaning(unsigned int event);

/* Whether the table has a transition for the pair. */
bool rp_cell_defined(unsigned int state, unsigned int event);

void rp_reach(struct rp_reach *reach, const struct rp_log *log);

#endif
