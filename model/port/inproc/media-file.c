/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Media in a file, namespace behind namespace, so that what is written there
 * outlives the process, and so that two devices share it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inproc.h"

/* The bytes of all namespaces before this one. */
static size_t offset(const struct lm_config *c, unsigned int ns)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ns; i++)
		len += (size_t)c->ns[i].blocks << c->ns[i].lbads;
	return len;
}

uint8_t *media_in_file(struct lm_inproc *p, unsigned int ns)
{
	return p->media.file ? p->media.file + offset(&p->config, ns) : NULL;
}

static int map(struct lm_inproc *p, int fd)
{
	size_t len = offset(&p->config, p->config.num_namespaces);
	struct stat st;
	void *mem;

	if (fstat(fd, &st))
		return -errno;
	if (!st.st_size && ftruncate(fd, (off_t)len))
		return -errno;
	/* A file of another size is that of another device. */
	if (st.st_size && (size_t)st.st_size != len)
		return -EINVAL;
	mem = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return -errno;
	media_free(p);
	p->media.file = mem;
	p->media.file_len = len;
	media_init(p);
	return 0;
}

int lm_inproc_media_file(struct lm_inproc *p, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	int ret;

	if (fd < 0)
		return -errno;
	ret = map(p, fd);
	close(fd);
	return ret;
}
