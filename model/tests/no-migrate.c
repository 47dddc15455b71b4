/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The base without live migration: what the core is linked with as long as
 * the migration part is not in the tree.
 */
#include "core.h"

size_t lm_migrate_memory(const struct lm_config *config)
{
	(void)config;
	return 0;
}

void lm_migrate_init(struct lm_device *dev)
{
	(void)dev;
}

void lm_migrate_init_vf(struct lm_device *dev, struct lm_function *fn)
{
	(void)dev;
	(void)fn;
}

bool lm_migrate_is_opcode(uint8_t opc)
{
	(void)opc;
	return false;
}

void lm_migrate_command(struct lm_device *dev, struct lm_slot *slot)
{
	lm_complete(dev, slot, LM_SC_INVALID_OPCODE | LM_DNR, 0, 0);
}

bool lm_migrate_step(struct lm_device *dev)
{
	(void)dev;
	return false;
}

uint64_t lm_migrate_deadline(const struct lm_device *dev)
{
	(void)dev;
	return UINT64_MAX;
}

bool lm_migrate_abort(struct lm_device *dev, struct lm_slot *slot)
{
	(void)dev;
	(void)slot;
	return false;
}

void lm_migrate_function_reset(struct lm_device *dev, struct lm_function *fn)
{
	(void)dev;
	(void)fn;
}

void lm_migrate_pf_controller_reset(struct lm_device *dev)
{
	(void)dev;
}

void lm_migrate_identify(struct lm_device *dev, struct lm_function *fn, uint8_t *buf)
{
	(void)dev;
	(void)fn;
	(void)buf;
}

uint32_t lm_image_max(const struct lm_config *config)
{
	(void)config;
	return 0;
}
