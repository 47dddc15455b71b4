/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Memory of a device by its configuration, as differences of lm_device_size().
 */
#include <stdio.h>
#include <string.h>

#include "lm-model.h"

static size_t size_of(unsigned int vfs, unsigned int qpairs, unsigned int vectors)
{
	struct lm_config c;

	memset(&c, 0, sizeof(c));
	c.total_vfs = (uint16_t)vfs;
	c.io_qpairs = (uint16_t)qpairs;
	c.vectors = (uint16_t)vectors;
	c.queue_entries = 2;
	c.suspend_limit = 1;
	c.num_namespaces = 1;
	c.ns[0].blocks = 1;
	c.ns[0].lbads = 9;
	c.subnqn[0] = 'n';
	return lm_device_size(&c);
}

int main(void)
{
	size_t one = size_of(1, 1, 1);
	size_t vf = size_of(2, 1, 1) - one;

	printf("device with 1 VF, 1 I/O queue pair: %zu bytes\n", one);
	printf("each further VF: %zu bytes\n", vf);
	/* PF and VF have each one more; rounded up to 8 bytes together. */
	printf("each further queue pair of a function: %zu bytes\n", (size_of(1, 9, 1) - one) / 16);
	printf("each further vector of a function: %zu bytes\n", (size_of(1, 1, 9) - one) / 16);
	return !one || !vf;
}
