/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "interrupt.h"

#include <stddef.h>

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t got;
static sigset_t unblocked;

static void note_signal(int sig)
{
	got = sig;
}

void ct_signals_init(void)
{
	const struct sigaction action = { .sa_handler = note_signal };
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	for (i = 0; i < CAUGHT; i++) {
		sigaddset(&block, caught[i]);
		sigaction(caught[i], &action, NULL);
	}
	/* A log that is a closed pipe is a write error, not the end. */
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &block, &unblocked);
	for (i = 0; i < CAUGHT; i++)
		sigdelset(&unblocked, caught[i]);
}

const sigset_t *ct_signals_mask(void)
{
	return &unblocked;
}

int ct_interrupted(void)
{
	return got;
}

void ct_signals_child(void)
{
	size_t i;

	for (i = 0; i < CAUGHT; i++)
		signal(caught[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &unblocked, NULL);
}
