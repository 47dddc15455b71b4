/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the runner knows of the specification: its requirements, statuses, states and events. */
#ifndef CT_REQUIREMENT_H
#define CT_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ct_requirement {
	const char *id;
	const char *level; /* MUST, SHOULD, MAY */
	const char *origin; /* rfc, nvme, vfio, proposal */
	const char *binds; /* device, driver, both */
	const char *reason; /* why no row can prove it, or "" */
	const char *sentence;
	const char *chapter; /* file under spec/text */
};

enum ct_dnr {
	CT_DNR_0,
	CT_DNR_1,
	CT_DNR_ANY,
};

struct ct_status_name {
	uint16_t value; /* SCT << 8 | SC */
	enum ct_dnr dnr;
	const char *name;
	const char *title;
	const char *cause;
};

/** ct_requirement_count(), ct_requirement_at() - in the order of the text */
size_t ct_requirement_count(void);
struct ct_requirement ct_requirement_at(size_t i);

/** ct_requirement_find() - false where there is no such ID; id need not end behind len */
bool ct_requirement_find(const char *id, size_t len, struct ct_requirement *req);

/** ct_retired_why() - why an ID was retired, or NULL */
const char *ct_retired_why(const char *id, size_t len);

/** ct_spec_hash() - SHA-256 of the specification's text and tables, in hex */
const char *ct_spec_hash(void);

/** ct_status_find() - by value; NULL where the specification does not name it */
const struct ct_status_name *ct_status_find(uint16_t value);

/** ct_status_at_index() - the i-th of the table, or NULL behind its end */
const struct ct_status_name *ct_status_at_index(size_t i);

/** ct_state_index(), ct_event_index() - position in spec/tables/transitions.def, or -1 */
int ct_state_index(const char *name);
int ct_event_index(const char *name);
const char *ct_state_at(unsigned int i);
const char *ct_event_at(unsigned int i);

/** ct_area_title() - the title of an area's code, e.g. "SUS", or NULL */
const char *ct_area_title(const char *code);

#endif
