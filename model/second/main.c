/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * second-model: has a host of its own that drives the VFs' admin queues.
 * second-model --regs: the runner drives registers, queues and I/O of the VFs.
 */
#include <stdio.h>
#include <string.h>

#include "message.h"

int main(int argc, char **argv)
{
	static struct device dev;
	int ret;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--regs"))) {
		fprintf(stderr, "Usage: second-model [--regs]\n");
		return 2;
	}
	dev.bus = argc == 2 ? &message_bus : NULL;
	device_power_on(&dev);
	ret = protocol_serve(&dev);
	device_release(&dev);
	return ret;
}
