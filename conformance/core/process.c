/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"
#include "interrupt.h"

#define CHUNK 65536
/* What waits in the kernel may be beyond a signal's reach, and a VF that is closed takes its time. */
#define KILLED_SECONDS 10
#define ENDED_SECONDS 120
#define FIRST_TICK_NS 20000
#define LAST_TICK_NS 10000000

double ct_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int ct_write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

_Noreturn static void be_child(int (*fn)(void *arg, int fd), void *arg, int fd, pid_t parent)
{
	int null;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CT_EXIT_USAGE);
	ct_signals_child();
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDOUT_FILENO);
	exit(fn(arg, fd));
}

int ct_process_start(struct ct_process *p, int (*fn)(void *arg, int fd), void *arg)
{
	pid_t parent = getpid();
	int fds[2];

	*p = (struct ct_process){ 0 };
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	fflush(NULL);
	p->pid = fork();
	if (!p->pid) {
		close(fds[0]);
		be_child(fn, arg, fds[1], parent);
	}
	close(fds[1]);
	p->fd = fds[0];
	if (p->pid < 0) {
		close(fds[0]);
		return -1;
	}
	/* Both sides do it: whichever runs first, a kill of the group finds it. */
	setpgid(p->pid, p->pid);
	return 0;
}

static bool have_line(struct ct_process *p, const char **line)
{
	char *end = memchr(p->buf, '\n', p->used);

	if (!end)
		return false;
	*end = '\0';
	*line = p->buf;
	p->taken = (size_t)(end - p->buf) + 1;
	return true;
}

/* Reads once; false at the end of the pipe. */
static bool fill(struct ct_process *p)
{
	ssize_t n;

	if (p->room - p->used < CHUNK) {
		p->room += 2 * CHUNK;
		p->buf = realloc(p->buf, p->room);
		if (!p->buf)
			ct_die("out of memory");
	}
	do {
		n = read(p->fd, p->buf + p->used, CHUNK);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		p->used += (size_t)n;
	return n > 0;
}

enum ct_wait ct_process_line(struct ct_process *p, double deadline, const char **line)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
	struct timespec wait;
	double left;
	int n;

	if (p->taken) {
		p->used -= p->taken;
		memmove(p->buf, p->buf + p->taken, p->used);
		p->taken = 0;
	}
	while (!p->buf || !have_line(p, line)) {
		left = deadline - ct_now();
		if (left <= 0)
			return CT_WAIT_TIMEOUT;
		wait.tv_sec = (time_t)left;
		wait.tv_nsec = (long)((left - (double)wait.tv_sec) * 1e9);
		n = ppoll(&pfd, 1, &wait, ct_signals_mask());
		if (ct_interrupted())
			return CT_WAIT_INTERRUPTED;
		if (n > 0 && !fill(p))
			return CT_WAIT_END;
	}
	return CT_WAIT_LINE;
}

bool ct_process_wait(struct ct_process *p, double deadline)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
	double left;

	while ((left = deadline - ct_now()) > 0) {
		p->used = 0;
		if (poll(&pfd, 1, (int)(left * 1000) + 1) > 0 && !fill(p))
			return true;
	}
	return false;
}

int ct_process_end(struct ct_process *p, bool kill_it)
{
	struct timespec tick = { .tv_nsec = FIRST_TICK_NS };
	const double deadline = ct_now() + (kill_it ? KILLED_SECONDS : ENDED_SECONDS);
	int status = 0;
	pid_t pid;

	if (kill_it)
		kill(-p->pid, SIGKILL);
	while (!(pid = waitpid(p->pid, &status, WNOHANG)) && ct_now() < deadline) {
		nanosleep(&tick, NULL);
		if (tick.tv_nsec < LAST_TICK_NS)
			tick.tv_nsec *= 2;
	}
	if (!pid)
		status = CT_PROCESS_STUCK;
	close(p->fd);
	free(p->buf);
	p->buf = NULL;
	return status;
}
