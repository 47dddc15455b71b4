/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Between migrate.c, which decides what a command may do, and transfer.c,
 * which moves images.
 */
#ifndef LM_MIGRATE_H
#define LM_MIGRATE_H

#include "core.h"

/* At the start of lm_device.mig_mem; then the image that is built, and the one that is staged. */
struct lm_store {
	uint32_t total; /* bytes of the whole image */
	uint32_t staged; /* bytes of it that are there */
	uint8_t owner; /* VF that it is for, 0 = none */
	uint8_t pictured; /* VF whose image was built last, by the SAVE_DATA under way; 0 = none */
};

#define LM_STORE_SIZE ((sizeof(struct lm_store) + 7) & ~(size_t)7)

/* Memory for snapshots and staging, whatever its layout. */
size_t lm_transfer_memory(const struct lm_config *config);

/*
 * Begin SAVE_DATA or LOAD_DATA of a VF whose state admits it: parameters, data
 * pointer, staging memory. 0 where the transfer may begin, else the status
 * that ends the command.
 */
uint16_t lm_save_begin(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot);
uint16_t lm_load_begin(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot);

/*
 * Move one page of the transfer that began. True where it is over, with the
 * status that ends the command and its Dword 0.
 */
bool lm_save_step(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot,
		  uint16_t *status, uint32_t *dw0);
bool lm_load_step(struct lm_device *dev, struct lm_function *fn, struct lm_slot *slot,
		  uint16_t *status);

/* Give up what is staged for a VF: SUSPENDED if it was LOADING. */
void lm_staging_drop(struct lm_device *dev, struct lm_function *fn);

#endif
