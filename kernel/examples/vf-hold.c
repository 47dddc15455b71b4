// SPDX-License-Identifier: GPL-2.0-only
/*
 * vf-hold BDF STATE: bring a VF into a state and keep it open until the kernel
 * asks for it back, at most 20 seconds.
 */
#include <err.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vf-open.h"

static void request_event(const struct vf *vf, int event)
{
	uint64_t buffer[4] = { 0 };
	struct vfio_irq_set *set = (struct vfio_irq_set *)buffer;

	set->argsz = sizeof(*set) + sizeof(event);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = VFIO_PCI_REQ_IRQ_INDEX;
	set->count = 1;
	memcpy(set->data, &event, sizeof(event));
	if (ioctl(vf->device, VFIO_DEVICE_SET_IRQS, set))
		err(1, "%s: no event for a request", vf->bdf);
}

int main(int argc, char **argv)
{
	struct pollfd wait = { .events = POLLIN };
	struct vf vf;
	uint32_t state;

	if (argc != 3)
		errx(2, "usage: vf-hold BDF STATE");
	for (state = 0; state < 6 && strcmp(argv[2], vf_states[state]); state++)
		;
	if (state == 6)
		errx(2, "no state %s", argv[2]);

	setlinebuf(stdout);
	vf_open(&vf, argv[1]);
	wait.fd = eventfd(0, EFD_CLOEXEC);
	request_event(&vf, wait.fd);
	vf_set_state(&vf, state);
	printf("%s\n", poll(&wait, 1, 20000) > 0 ? "asked for" : "not asked for");
	return 0;
}
