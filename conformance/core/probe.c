/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "hn.h"
#include "process.h"
#include "say.h"

/* Identify Controller data (NVMe 1.4 5.15.2.2) */
#define ID_SN 4
#define ID_SN_LENGTH 20
#define ID_MN 24
#define ID_MN_LENGTH 40
#define ID_FR 64
#define ID_FR_LENGTH 8
#define ID_SUBNQN 768
#define ID_SUBNQN_LENGTH 256

struct job {
	const struct ct_options *o;
	struct ct_probe *probe;
};

static void text(char *to, const uint8_t *from, size_t len)
{
	while (len && (from[len - 1] == ' ' || !from[len - 1]))
		len--;
	memcpy(to, from, len);
	to[len] = '\0';
}

void ct_probe_decode(struct ct_probe *p)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;

	p->lm = p->has_id && p->id[LM_ID_CAPABILITY] == LM_CAPABILITY_SUPPORTED;
	p->uuid = p->has_id && !memcmp(p->id + LM_ID_UUID, uuid, sizeof(uuid));
	text(p->sn, p->id + ID_SN, ID_SN_LENGTH);
	text(p->mn, p->id + ID_MN, ID_MN_LENGTH);
	text(p->fr, p->id + ID_FR, ID_FR_LENGTH);
	text(p->subnqn, p->id + ID_SUBNQN, ID_SUBNQN_LENGTH);
}

static int child(void *arg, int fd)
{
	struct job *job = arg;
	struct ct_probe *p = job->probe;
	struct ct_target t = { .ops = job->o->ops };
	int ret;

	(void)fd;
	ret = t.ops->open(&t, job->o->argument);
	if (!ret) {
		p->opened = true;
		ret = ct_probe_identify(&t, p->id);
		p->has_id = !ret;
		p->info = t.info;
		t.ops->close(&t);
		if (ret == -EOPNOTSUPP)
			ret = 0;
	}
	if (ret)
		snprintf(p->error, sizeof(p->error), "%.255s", *t.error ? t.error : strerror(-ret));
	return 0;
}

static void judge_end(const struct ct_options *o, const struct ct_probe *p, enum ct_wait how,
		      int status)
{
	if (how == CT_WAIT_TIMEOUT)
		ct_die("target %s: no answer to %s within %g seconds", o->target,
		       p->opened ? "Identify Controller" : "opening it", o->time_limit);
	if (WIFSIGNALED(status))
		ct_die("target %s: opening it ended by SIG%s", o->target,
		       sigabbrev_np(WTERMSIG(status)));
	if (*p->error)
		ct_die("target %s: %s", o->target, p->error);
	if (status)
		ct_die("target %s: opening it ended by exit code %d", o->target,
		       WEXITSTATUS(status));
}

bool ct_probe(const struct ct_options *o, struct ct_probe **probe)
{
	struct job job = { .o = o };
	struct ct_process process;
	const char *line;
	enum ct_wait how;
	int status;

	job.probe = mmap(NULL, sizeof(*job.probe), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job.probe == MAP_FAILED || ct_process_start(&process, child, &job))
		ct_die("cannot start a process: %s", strerror(errno));
	how = ct_process_line(&process, ct_now() + o->time_limit, &line);
	status = ct_process_end(&process, how != CT_WAIT_END);
	*probe = job.probe;
	if (how == CT_WAIT_INTERRUPTED)
		return false;
	judge_end(o, job.probe, how, status);
	ct_probe_decode(job.probe);
	return true;
}
