/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE /* pipe2() */
#include "exec-child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 5

static _Noreturn void run_child(const char *command, pid_t parent, int in, int out)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

int exec_child_start(const char *command, pid_t *pid, int *to, int *from)
{
	pid_t parent = getpid();
	int in[2], out[2];

	/* a write to a simulator that ended is an error, not the end of the run */
	signal(SIGPIPE, SIG_IGN);
	if (pipe2(in, O_CLOEXEC))
		return -1;
	if (pipe2(out, O_CLOEXEC)) {
		close_pair(in);
		return -1;
	}
	*pid = fork();
	if (*pid < 0) {
		int err = errno;

		close_pair(in);
		close_pair(out);
		errno = err;
		return -1;
	}
	if (*pid == 0)
		run_child(command, parent, in[0], out[1]);
	setpgid(*pid, *pid);
	close(in[0]);
	close(out[1]);
	*to = in[1];
	*from = out[0];
	fcntl(*to, F_SETFL, O_NONBLOCK);
	fcntl(*from, F_SETFL, O_NONBLOCK);
	return 0;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec ts = { .tv_nsec = (long)ms * 1000000 };

	nanosleep(&ts, NULL);
}

/* Whether the leader has ended; it stays a zombie, so that its process ID stays ours. */
static bool has_ended(pid_t pid, siginfo_t *info)
{
	memset(info, 0, sizeof(*info));
	return waitid(P_PID, (id_t)pid, info, WEXITED | WNOHANG | WNOWAIT) || info->si_pid == pid;
}

void exec_child_end(pid_t pid, unsigned int ms)
{
	siginfo_t info;

	for (unsigned int waited = 0; waited < ms && !has_ended(pid, &info); waited += POLL_MS)
		sleep_ms(POLL_MS);
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void exec_child_fate(pid_t pid, char *buf, size_t size)
{
	siginfo_t info;

	/* its output closes a moment before it can be waited for */
	for (unsigned int waited = 0; waited < 200 && !has_ended(pid, &info); waited += POLL_MS)
		sleep_ms(POLL_MS);
	if (info.si_pid != pid)
		snprintf(buf, size, "it closed its standard input or output");
	else if (info.si_code == CLD_EXITED && info.si_status == 127)
		snprintf(buf, size, "the command was not found (exit status 127)");
	else if (info.si_code == CLD_EXITED)
		snprintf(buf, size, "it ended with exit status %d", info.si_status);
	else
		snprintf(buf, size, "signal %d (%s) ended it", info.si_status,
			 strsignal(info.si_status));
}
