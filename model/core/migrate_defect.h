/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What seeded defects of migrate.c need more than a line for. In a normal
 * build nothing refers to these.
 */
#ifndef LM_MIGRATE_DEFECT_H
#define LM_MIGRATE_DEFECT_H

#include "core.h"

/* drop the completions that are not posted */
void lm_defect_drop_done(struct lm_device *dev, struct lm_function *fn);
/* whether every command in flight is finished, its CQE posted or not */
bool lm_defect_all_finished(struct lm_function *fn);
/* forget the SQ entries that were not fetched */
void lm_defect_forget_tails(struct lm_device *dev, struct lm_function *fn);
/* whether a VF but this one is DRAINING */
bool lm_defect_another_drains(const struct lm_device *dev, const struct lm_function *fn);
/* whether the medium works for any VF */
bool lm_defect_media_busy(const struct lm_device *dev);
/* whether a VF but this one is SUSPENDED */
bool lm_defect_another_suspended(const struct lm_device *dev, const struct lm_function *fn);
bool lm_defect_another_moves(const struct lm_device *dev, const struct lm_function *fn);
/* the command under way is a LOAD_DATA */
bool lm_defect_loads(struct lm_device *dev, struct lm_function *fn);
/* one of the five is under way */
bool lm_defect_migrating(const struct lm_function *pf);
void lm_defect_resume(struct lm_device *dev, unsigned int vf);
/* a command of the five but SUSPEND executes late; when the first one of a VF does */
void lm_defect_take_time(struct lm_device *dev, struct lm_slot *slot);
uint64_t lm_defect_not_before(const struct lm_device *dev, const struct lm_function *fn);
void lm_defect_stop_others(struct lm_device *dev, const struct lm_function *fn);

#endif
