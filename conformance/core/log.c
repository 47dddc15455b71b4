/*SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "process.h"
#include "say.h"

#define SYNC_INTERVAL 1.0 /* seconds; a record may cost a disk's write otherwise */

void ct_log_open(struct ct_log *log, const char *path)
{
	struct stat st;

	*log = (struct ct_log){ .path = path, .fd = -1 };
	if (!path)
		return;
	log->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (log->fd < 0 || fstat(log->fd, &st))
		ct_die("log %s: cannot write: %s", path, strerror(errno));
	log->regular = S_ISREG(st.st_mode);
	log->synced = ct_now();
}

void ct_log_start(struct ct_log *log, off_t keep)
{
	log->length = keep;
	if (log->regular && (ftruncate(log->fd, keep) || lseek(log->fd, keep, SEEK_SET) < 0))
		ct_die("log %s: cannot write: %s", log->path, strerror(errno));
}

static int fail(struct ct_log *log)
{
	int error = errno;

	log->failed = true;
	if (log->regular && ftruncate(log->fd, log->length))
		ct_say("log %s: its last line is cut", log->path);
	ct_say("log %s: cannot write: %s; finished results are in it up to here, go on by --resume",
	       log->path, strerror(error));
	return -1;
}

/* Where a device or a pipe cannot be brought to a disk there is none. */
static int sync_log(struct ct_log *log)
{
	log->synced = ct_now();
	return log->regular ? fdatasync(log->fd) : 0;
}

int ct_log_write(struct ct_log *log, json_t *record)
{
	char *line;
	int ret = 0;

	if (log->path && !log->failed) {
		line = ct_json_line(record);
		if (ct_write_all(log->fd, line, strlen(line)))
			ret = fail(log);
		else
			log->length += (off_t)strlen(line);
		free(line);
		if (!ret && ct_now() - log->synced > SYNC_INTERVAL && sync_log(log))
			ret = fail(log);
	}
	json_decref(record);
	return log->failed ? -1 : ret;
}

int ct_log_close(struct ct_log *log)
{
	int ret = 0;

	if (!log->path)
		return 0;
	if (!log->failed && sync_log(log))
		ret = fail(log);
	if (close(log->fd) && !log->failed)
		ret = fail(log);
	return log->failed ? -1 : ret;
}
