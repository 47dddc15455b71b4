/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A child process that reports in lines through a pipe, and may crash or hang. */
#ifndef CT_PROCESS_H
#define CT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ct_process {
	pid_t pid;
	int fd;
	char *buf; /* what was read and not yet handed out */
	size_t used, room;
	size_t taken; /* by the line handed out last */
};

enum ct_wait {
	CT_WAIT_LINE,
	CT_WAIT_END, /* the child closed its end: it is over */
	CT_WAIT_TIMEOUT,
	CT_WAIT_INTERRUPTED,
};

/** ct_now() - monotonic seconds */
double ct_now(void);

/**
 * ct_process_start() - fork; the child calls fn(arg, fd) and exits with what it returns
 *
 * The child is a process group of its own, dies with its parent, and has
 * /dev/null as standard output. Return: 0, or -1 with errno.
 */
int ct_process_start(struct ct_process *p, int (*fn)(void *arg, int fd), void *arg);

/**
 * ct_process_line() - the child's next line, without its newline, valid until the next call
 * @deadline: by ct_now()
 */
enum ct_wait ct_process_line(struct ct_process *p, double deadline, const char **line);

/**
 * ct_process_wait() - wait for the end, whatever the child says and whatever signal came
 *
 * Return: false where the deadline passed first.
 */
bool ct_process_wait(struct ct_process *p, double deadline);

/* no status of waitpid() */
#define CT_PROCESS_STUCK (-1)

/**
 * ct_process_end() - kill it if asked to, wait for it
 *
 * Return: the status of waitpid(), or CT_PROCESS_STUCK where it does not end: it waits in the
 * kernel for something that does not come, and is left there.
 */
int ct_process_end(struct ct_process *p, bool kill_it);

/** ct_write_all() - write(2) until all is written; 0, or -1 with errno */
int ct_write_all(int fd, const char *data, size_t len);

#endif
