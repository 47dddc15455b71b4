/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "units.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lm-mutant.h"
#include "say.h"

/* What a mutant makes of a unit test is bounded. */
#define CPU_SECONDS 10
#define WALL_SECONDS 60
#define MEMORY_MOST ((rlim_t)2 << 30)

bool units_add(struct units *u, const char *path)
{
	if (u->count == UNITS_MAX)
		return false;
	u->unit[u->count++] = (struct unit){ .path = path };
	return true;
}

static void limit(void)
{
	/* that of rows, which outlives execl() */
	const struct itimerval none = { 0 };
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS },
			    memory = { MEMORY_MOST, MEMORY_MOST };
	const struct rlimit core = { 0, 0 };

	setitimer(ITIMER_PROF, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CORE, &core);
	alarm(WALL_SECONDS);
}

/* Whether the test passes with this mutant; where reached is not NULL the test leaves there what it reached. */
static bool passes(const char *path, unsigned int number, const char *reached)
{
	char text[16];
	int status, null;
	pid_t pid = fork();

	if (pid < 0)
		ct_die("%s cannot be run", path);
	if (pid) {
		if (waitpid(pid, &status, 0) != pid)
			ct_die("%s is lost", path);
		return WIFEXITED(status) && !WEXITSTATUS(status);
	}
	limit();
	snprintf(text, sizeof(text), "%u", number);
	setenv("LM_MUTANT", text, 1);
	if (reached)
		setenv("LM_MUTANT_REACHED", reached, 1);
	null = open("/dev/null", O_RDWR);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execl(path, path, (char *)NULL);
	_exit(1);
}

static void prepare(struct unit *unit)
{
	char path[] = "/tmp/lm-mutants-XXXXXX";
	int fd = mkstemp(path);

	unit->reach = calloc(1, LM_MUTANTS_MAX);
	if (fd < 0 || !unit->reach)
		ct_die("no memory, or no file in /tmp");
	if (!passes(unit->path, 0, path))
		ct_die("%s fails without a mutant", unit->path);
	if (read(fd, unit->reach, LM_MUTANTS_MAX) != LM_MUTANTS_MAX)
		ct_die("%s does not say what it reaches", unit->path);
	close(fd);
	unlink(path);
}

void units_prepare(struct units *u)
{
	for (unsigned int i = 0; i < u->count; i++)
		prepare(&u->unit[i]);
}

int units_kill(const struct units *u, unsigned int number, bool *reached)
{
	for (unsigned int i = 0; i < u->count; i++) {
		if (!u->unit[i].reach[number])
			continue;
		*reached = true;
		if (!passes(u->unit[i].path, number, NULL))
			return (int)i;
	}
	return -1;
}
