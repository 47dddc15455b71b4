/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The first line of a log, and how a case is replayed. */
#ifndef CT_ENVIRONMENT_H
#define CT_ENVIRONMENT_H

#include <jansson.h>

#include "options.h"
#include "probe.h"
#include "waiver.h"

#define CT_LOG_FORMAT 1

/** ct_environment() - the environment record */
json_t *ct_environment(const struct ct_options *o, const struct ct_probe *p, bool proposal,
		       const struct ct_waivers *w, const struct ct_reasons *expect_na);

/** ct_replay() - the command line that runs one case again; free() it */
char *ct_replay(const struct ct_options *o, bool proposal, const struct ct_row *row,
		unsigned int index);

#endif
