/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * mutant-walk LIST SURVIVORS COMMANDS [NUMBER...]: whether a random walk of so
 * many commands tells the mutants that are listed as equivalent, or those given,
 * from the core as it is.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lm-mutant.h"
#include "mutant-list.h"
#include "walk.h"

enum outcome {
	SAME,
	DIFFERENT,
	NOT_REACHED,
};

/* Seconds of processor time that a step of a mutant may take: it does not end. */
#define STEP_LIMIT 5

static unsigned char reached[LM_MUTANTS_MAX];

static void arm(void)
{
	const struct itimerval limit = { .it_value = { STEP_LIMIT, 0 } };

	setitimer(ITIMER_PROF, &limit, NULL);
}

static enum outcome walk(unsigned int number, uint64_t commands)
{
	static struct side a, b;
	struct host *host;
	char text[512];
	uint64_t moves = 0;

	lm_mutant_reached = reached;
	side_init(&a, 0);
	side_init(&b, number);
	host = host_new(&a, &b, 0x6C6D6D75);
	while (host_commands(host) < commands) {
		if (moves++ % 1024 == 0)
			arm();
		if (host_move(host, text, sizeof(text)))
			continue;
		printf("%u differs after %llu commands: %s\n", number,
		       (unsigned long long)host_commands(host), text);
		return DIFFERENT;
	}
	if (reached[number])
		return SAME;
	printf("%u is not reached\n", number);
	return NOT_REACHED;
}

/* In a process of its own: a mutant may crash or never return. */
static pid_t start(unsigned int number, uint64_t commands)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		exit((int)walk(number, commands));
	return pid;
}

struct job {
	pid_t pid;
	unsigned int number;
};

static unsigned int finish(const struct mutant_list *list, struct job *jobs, unsigned int *running)
{
	int status;
	pid_t pid = wait(&status);
	unsigned int i, number;

	for (i = 0; i < *running && jobs[i].pid != pid; i++)
		;
	number = jobs[i].number;
	jobs[i] = jobs[--*running];
	if (WIFSIGNALED(status))
		printf("%u ends by signal %d\n", number, WTERMSIG(status));
	if (!status)
		printf("%u same: %s:%u %s\n", number, list->mutant[number].file,
		       list->mutant[number].line, list->mutant[number].identity);
	return status != 0;
}

int main(int argc, char **argv)
{
	long most = sysconf(_SC_NPROCESSORS_ONLN);
	struct job jobs[256];
	unsigned int i, running = 0, failed = 0, num = 0;
	struct mutant_list list;
	uint64_t commands;

	if (argc < 4) {
		fputs("usage: mutant-walk LIST SURVIVORS COMMANDS [NUMBER...]\n", stderr);
		return 2;
	}
	if (most > 256)
		most = 256;
	mutants_load(&list, argv[1]);
	failed = survivors_load(&list, argv[2]);
	commands = strtoull(argv[3], NULL, 10);
	for (i = argc > 4 ? 4 : 1; i < (argc > 4 ? (unsigned int)argc : list.count); i++) {
		unsigned int number = argc > 4 ? (unsigned int)atoi(argv[i]) : i;

		if (number >= list.count ||
		    (argc == 4 && list.mutant[number].kind != MUTANT_EQUIVALENT))
			continue;
		num++;
		if (running == (unsigned int)most)
			failed += finish(&list, jobs, &running);
		jobs[running++] = (struct job){ start(number, commands), number };
	}
	while (running)
		failed += finish(&list, jobs, &running);
	printf("%u passed, %u failed\n", num - failed, failed);
	return failed != 0;
}
