/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Memory of a device, its initialization, and the order in which its
 * functions get their turn.
 */
#include "core.h"

static bool config_valid(const struct lm_config *c)
{
	unsigned int i;

	if (c->total_vfs < 1 || c->total_vfs > LM_MAX_VFS || c->io_qpairs < 1 ||
	    c->io_qpairs > LM_MAX_IO_QPAIRS || c->vectors < 1 || c->vectors > LM_MAX_VECTORS ||
	    c->queue_entries < 2 || c->queue_entries > LM_MAX_QUEUE_ENTRIES)
		return false;
	if (c->suspend_limit < LM_SUSPEND_LIMIT_MIN || c->suspend_limit > LM_SUSPEND_LIMIT_MAX)
		return false;
	/* CNTLIDs from FFF0h are reserved (NVMe 1.4 5.15.2.2). */
	if (c->cntlid > 0xFFEF - c->total_vfs)
		return false;
	/* An unmodified driver of 2022 moves the image in one piece (LM-DIS-055). */
	if (c->mdts > 16 || (c->mdts && (LM_PAGE_SIZE << c->mdts) < lm_image_max(c)))
		return false;
	if (c->num_namespaces < 1 || c->num_namespaces > LM_MAX_NAMESPACES)
		return false;
	for (i = 0; i < c->num_namespaces; i++) {
		if (c->ns[i].lbads < 9 || c->ns[i].lbads > 12 || !c->ns[i].blocks)
			return false;
	}
	return c->subnqn[0] && !c->subnqn[sizeof(c->subnqn) - 1];
}

static size_t aligned(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

size_t lm_device_size(const struct lm_config *config)
{
	size_t queues, slots, vectors, fn;

	if (!config_valid(config))
		return 0;
	queues = (size_t)config->io_qpairs + 1;
	slots = aligned(LM_MAX_INFLIGHT * sizeof(struct lm_slot));
	vectors = aligned(config->vectors * sizeof(struct lm_msix_entry));
	fn = aligned(sizeof(struct lm_function)) + aligned(queues * sizeof(struct lm_sq)) +
	     aligned(queues * sizeof(struct lm_cq)) + slots + vectors;
	return aligned(sizeof(struct lm_device)) + (config->total_vfs + 1u) * fn +
	       aligned(lm_migrate_memory(config));
}

static void *carve(uint8_t **mem, size_t size)
{
	void *p = *mem;

	*mem += aligned(size);
	return p;
}

static void init_function(struct lm_device *dev, unsigned int number, uint8_t **mem)
{
	struct lm_function *fn = &dev->fn[number];
	size_t queues = (size_t)dev->config.io_qpairs + 1;
	unsigned int i;

	fn->number = (uint8_t)number;
	fn->sq = carve(mem, queues * sizeof(*fn->sq));
	fn->cq = carve(mem, queues * sizeof(*fn->cq));
	fn->slot = carve(mem, LM_MAX_INFLIGHT * sizeof(*fn->slot));
	fn->msix.table = carve(mem, dev->config.vectors * sizeof(*fn->msix.table));
	lm_list_init(&fn->free);
	for (i = 0; i < LM_MAX_INFLIGHT; i++) {
		fn->slot[i].fn = (uint8_t)number;
		fn->slot[i].index = (uint16_t)i;
		lm_list_push(fn, &fn->free, &fn->slot[i]);
	}
	lm_function_init(dev, fn);
}

struct lm_device *lm_device_init(void *mem, size_t size, const struct lm_config *config,
				 const struct lm_port *port, void *ctx)
{
	size_t need = lm_device_size(config);
	struct lm_device *dev = mem;
	uint8_t *next = mem;
	unsigned int i;

	if (!need || size < need)
		return NULL;
	memset(mem, 0, need);
	carve(&next, sizeof(*dev));
	dev->config = *config;
	dev->port = port;
	dev->ctx = ctx;
	dev->num_functions = config->total_vfs + 1u;
	for (i = 0; i < config->num_namespaces; i++) {
		dev->ns[i].blocks = config->ns[i].blocks;
		dev->ns[i].lbads = config->ns[i].lbads;
		memcpy(dev->ns[i].nguid, config->ns[i].nguid, sizeof(dev->ns[i].nguid));
		memcpy(dev->ns[i].eui64, config->ns[i].eui64, sizeof(dev->ns[i].eui64));
	}
	dev->fn = carve(&next, dev->num_functions * sizeof(*dev->fn));
	dev->mig_mem = carve(&next, lm_migrate_memory(config));
	for (i = 0; i < dev->num_functions; i++)
		init_function(dev, i, &next);
	lm_pf(dev)->exists = true;
	return dev;
}

static bool function_step(struct lm_device *dev, struct lm_function *fn)
{
	if (LM_DEFECT(FETCH_WHILE_DRAINING) && fn->mig.state == LM_STATE_DRAINING &&
	    lm_fetch_step(dev, fn))
		return true;
	if (LM_DEFECT(FROZEN_FETCH) && lm_fn_frozen(fn) && fn->exists)
		return lm_fetch_step(dev, fn);
	/* The one gate: no step of a VF that is SUSPENDED or LOADING. One that is not there has nothing to do. */
	if (lm_fn_frozen(fn))
		return false;
	return lm_regs_step(dev, fn) || lm_post_step(dev, fn) || lm_event_step(dev, fn) ||
	       lm_work_step(dev, fn) || lm_fetch_step(dev, fn);
}

bool lm_step(struct lm_device *dev)
{
	unsigned int turn = dev->next_turn;
	unsigned int i;
	bool did;

	/* Each function has a turn, and the migration work one more. */
	for (i = 0; i <= dev->num_functions; i++) {
		if (turn < dev->num_functions)
			did = function_step(dev, &dev->fn[turn]);
		else
			did = lm_migrate_step(dev);
		turn = turn < dev->num_functions ? turn + 1 : 0;
		if (did) {
			dev->next_turn = turn;
			return true;
		}
	}
	return false;
}

uint64_t lm_next_deadline(const struct lm_device *dev)
{
	return lm_migrate_deadline(dev);
}

unsigned int lm_num_vfs(const struct lm_device *dev)
{
	return dev->num_vfs;
}

unsigned int lm_vf_state(const struct lm_device *dev, unsigned int fn)
{
	return fn < dev->num_functions ? dev->fn[fn].mig.state : LM_STATE_ACTIVE;
}
