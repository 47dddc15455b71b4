/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "second.h"

int main(void)
{
	static struct device dev;
	int ret;

	device_power_on(&dev);
	ret = protocol_serve(&dev);
	device_release(&dev);
	return ret;
}
