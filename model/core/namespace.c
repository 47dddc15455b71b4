/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Namespaces: shared by all functions, provisioned by the operator.
 */
#include "core.h"

const struct lm_ns *lm_ns_get(const struct lm_device *dev, uint32_t nsid)
{
	return nsid && nsid <= dev->config.num_namespaces ? &dev->ns[nsid - 1] : NULL;
}

int lm_namespace_resize(struct lm_device *dev, uint32_t nsid, uint64_t blocks)
{
	unsigned int i;

	if (!lm_ns_get(dev, nsid) || !blocks)
		return -1;
	dev->ns[nsid - 1].blocks = blocks;
	for (i = 0; i <= dev->num_vfs; i++) {
		dev->fn[i].logs.changed_ns |= UINT64_C(1) << (nsid - 1);
		lm_event_queue(dev, &dev->fn[i], LM_EVENT_NS_CHANGED);
	}
	lm_wake(dev);
	return 0;
}
