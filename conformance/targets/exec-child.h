/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The simulator's process: started by the shell, ended for certain. */
#ifndef CT_TARGETS_EXEC_CHILD_H
#define CT_TARGETS_EXEC_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/**
 * exec_child_start() - run a command in a process group of its own
 * @to: gets the descriptor that writes to its standard input
 * @from: gets the descriptor that reads its standard output
 *
 * Both do not block. The group is killed when this process dies.
 *
 * Return: 0, or -1 with errno.
 */
int exec_child_start(const char *command, pid_t *pid, int *to, int *from);

/* exec_child_end() - give it this long to exit, then kill its whole group, and reap it */
void exec_child_end(pid_t pid, unsigned int ms);

/* exec_child_fate() - in words: how it ended, or that it closed its output */
void exec_child_fate(pid_t pid, char *buf, size_t size);

#endif
