// SPDX-License-Identifier: GPL-2.0-only
/*
 * Migration of VFs by hand: what a virtual machine monitor does, without the
 * virtual machine.
 *
 *	vf-move show BDF		what the driver offers, and the state
 *	vf-move save BDF FILE		suspend, save to a file, resume
 *	vf-move load BDF FILE		load a file, resume
 *	vf-move move FROM TO		from one VF into another
 *
 * The VFs are bound to nvme-vfio-pci. Closing a VF resets it: a VF that was loaded
 * works on only as long as this program has it open.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vf-open.h"

#define PIECE 65536

static void show(const struct vf *vf)
{
	struct vfio_device_feature_mig_state mig = { .data_fd = -1 };
	struct vfio_device_feature_migration flags = { 0 };

	if (vf_feature(vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION, &flags,
		       sizeof(flags))) {
		printf("%s: no migration\n", vf->bdf);
		return;
	}
	if (vf_feature(vf, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig,
		       sizeof(mig)))
		err(1, "%s: no state", vf->bdf);
	printf("%s: stop-and-copy%s, %s\n", vf->bdf,
	       flags.flags & VFIO_MIGRATION_P2P ? ", peer to peer" : "",
	       vf_states[mig.device_state]);
}

static size_t copy_all(int from, int to)
{
	static char piece[PIECE];
	size_t total = 0;
	ssize_t n, done, w;

	while ((n = read(from, piece, sizeof(piece))) > 0) {
		for (done = 0; done < n; done += w) {
			w = write(to, piece + done, (size_t)(n - done));
			if (w <= 0)
				err(1, "write");
		}
		total += (size_t)n;
	}
	if (n < 0)
		err(1, "read");
	return total;
}

static int open_file(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		err(1, "%s", name);
	return fd;
}

static void save(const struct vf *vf, const char *name)
{
	int file = open_file(name, O_WRONLY | O_CREAT | O_TRUNC);
	int data = vf_set_state(vf, VFIO_DEVICE_STATE_STOP_COPY);

	printf("%s: %zu bytes\n", vf->bdf, copy_all(data, file));
	close(data);
	if (close(file))
		err(1, "%s", name);
	vf_set_state(vf, VFIO_DEVICE_STATE_RUNNING);
}

static void load(const struct vf *vf, const char *name)
{
	int file = open_file(name, O_RDONLY);
	int data = vf_set_state(vf, VFIO_DEVICE_STATE_RESUMING);

	printf("%s: %zu bytes\n", vf->bdf, copy_all(file, data));
	close(data);
	close(file);
	vf_set_state(vf, VFIO_DEVICE_STATE_RUNNING);
}

static void move(const struct vf *from, const struct vf *to)
{
	int source = vf_set_state(from, VFIO_DEVICE_STATE_STOP_COPY);
	int destination = vf_set_state(to, VFIO_DEVICE_STATE_RESUMING);

	printf("%zu bytes\n", copy_all(source, destination));
	close(source);
	close(destination);
	/* the source must not run any more: the destination goes on as it */
	vf_set_state(from, VFIO_DEVICE_STATE_STOP);
	vf_set_state(to, VFIO_DEVICE_STATE_RUNNING);
}

int main(int argc, char **argv)
{
	struct vf vf, to;

	if (argc == 3 && !strcmp(argv[1], "show")) {
		vf_open(&vf, argv[2]);
		show(&vf);
	} else if (argc == 4 && !strcmp(argv[1], "save")) {
		vf_open(&vf, argv[2]);
		save(&vf, argv[3]);
	} else if (argc == 4 && !strcmp(argv[1], "load")) {
		vf_open(&vf, argv[2]);
		load(&vf, argv[3]);
	} else if (argc == 4 && !strcmp(argv[1], "move")) {
		vf_open(&vf, argv[2]);
		vf_open(&to, argv[3]);
		move(&vf, &to);
	} else {
		errx(2, "usage: vf-move show BDF | save BDF FILE | load BDF FILE | move FROM TO");
	}
	return 0;
}
