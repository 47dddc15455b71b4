/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "rowrun.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "json.h"
#include "process.h"
#include "say.h"

struct state {
	struct ct_rowrun *run;
	struct ct_row_result *row;
	bool planned; /* the number of cases is known */
	bool running; /* .index is under way */
	unsigned int index;
	double started;
	bool done, again;
	bool stop;
	char broken[CT_REASON_LENGTH];
};

static void copy(char *to, size_t size, const json_t *o, const char *key)
{
	snprintf(to, size, "%s", ct_json_string(o, key));
}

static void add_reached(struct ct_row_result *row, const json_t *reached)
{
	size_t i;
	json_t *cell;

	json_array_foreach(reached, i, cell)
	{
		unsigned int s = (unsigned int)json_integer_value(json_array_get(cell, 0));
		unsigned int e = (unsigned int)json_integer_value(json_array_get(cell, 1));

		if (s < CT_MAX_STATES && e < CT_MAX_EVENTS)
			row->reached[s][e] +=
				(unsigned int)json_integer_value(json_array_get(cell, 2));
	}
}

/* A case's record, from its process or made in its place. */
static void take_case(struct state *s, const json_t *o)
{
	struct ct_result r = {
		.index = (unsigned int)ct_json_uint(o, "case"),
		.verdict = (enum ct_verdict)ct_json_uint(o, "verdict"),
		.gate = json_is_true(json_object_get(o, "gate")),
		.checks = (unsigned int)ct_json_uint(o, "checks"),
		.ms = json_real_value(json_object_get(o, "ms")),
		.trace = json_object_get(o, "trace"),
	};

	copy(r.name, sizeof(r.name), o, "name");
	copy(r.reason, sizeof(r.reason), o, "reason");
	copy(r.where, sizeof(r.where), o, "where");
	add_reached(s->row, json_object_get(o, "reached"));
	s->running = false;
	s->run->job.from = r.index + 1;
	if (s->run->result(s->run->user, &r))
		s->stop = true;
}

static void take_plan(struct state *s, unsigned int cases)
{
	const struct ct_options *o = s->run->job.o;

	s->planned = true;
	s->row->cases = cases;
	if (!cases) {
		s->row->verdict = CT_ERROR;
		snprintf(s->row->reason, sizeof(s->row->reason), "the row generates no case");
	}
	if (o->has_case && o->case_index >= cases)
		snprintf(s->broken, sizeof(s->broken), "--case %u: row %s has %u cases, from 0",
			 o->case_index, s->row->row->id, cases);
}

static void take(struct state *s, const char *line)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *t = ct_json_string(o, "t");
	unsigned int index = (unsigned int)ct_json_uint(o, "case");

	if (!strcmp(t, "broken")) {
		copy(s->broken, sizeof(s->broken), o, "error");
	} else if (!strcmp(t, "plan")) {
		take_plan(s, (unsigned int)ct_json_uint(o, "cases"));
	} else if (!strcmp(t, "name")) {
		s->run->name(s->run->user, index, ct_json_string(o, "name"));
	} else if (!strcmp(t, "start")) {
		s->running = true;
		s->index = index;
		s->started = ct_now();
	} else if (!strcmp(t, "case")) {
		take_case(s, o);
		s->started = ct_now();
	} else if (!strcmp(t, "again")) {
		s->again = true;
	} else if (!strcmp(t, "done")) {
		s->done = true;
	}
	json_decref(o);
}

/* The case that was under way when its process ended, from what is in shared memory. */
static void lost_case(struct state *s, enum ct_verdict v, const char *reason)
{
	struct ct *ct = s->run->job.ct;
	json_t *o;

	ct->gate = false;
	ct->verdict = CT_PASS;
	ct_case_verdict(ct, v, ct->row->file, ct->row->line, reason);
	o = ct_case_record(ct, (ct_now() - s->started) * 1000);
	take_case(s, o);
	json_decref(o);
}

static void outside(struct state *s, enum ct_verdict v, const char *reason)
{
	s->row->verdict = v;
	snprintf(s->row->reason, sizeof(s->row->reason), "%s", reason);
	s->done = true;
}

/* A process that ended in the middle of something. */
static void judge_end(struct state *s, enum ct_wait how, int status)
{
	const double limit = s->run->job.o->time_limit;
	char reason[256];
	enum ct_verdict v = CT_ERROR;

	if (how == CT_WAIT_TIMEOUT) {
		v = CT_HUNG;
		snprintf(
			reason, sizeof(reason), "not over within the time limit of %g seconds%s%s",
			limit,
			s->running ? "" :
			s->done	   ? ", closing the target" :
				     ", before its first case",
			status == CT_PROCESS_STUCK ?
				"; its process cannot be killed: the kernel does not let go of it" :
				"");
	} else if (status == CT_PROCESS_STUCK) {
		v = CT_HUNG;
		snprintf(reason, sizeof(reason),
			 "its process does not end: the kernel does not let go of it");
	} else if (WIFSIGNALED(status)) {
		snprintf(reason, sizeof(reason), "the process that ran it was ended by SIG%s%s",
			 sigabbrev_np(WTERMSIG(status)),
			 s->running ? "" :
			 s->done    ? ", closing the target" :
				      ", outside any case");
	} else {
		snprintf(reason, sizeof(reason), "the process that ran it exited with %d%s",
			 WEXITSTATUS(status),
			 s->running ? " in the middle of the case" : ", outside any case");
	}
	if (s->running)
		lost_case(s, v, reason);
	else if (how == CT_WAIT_TIMEOUT || status || !(s->done || s->again || *s->broken))
		outside(s, v, reason);
}

/* One process, from start to end. */
static enum ct_rowrun_end one_process(struct state *s)
{
	struct ct_process process;
	enum ct_wait how;
	const char *line;
	double deadline;
	int status;

	if (ct_process_start(&process, ct_child_run, &s->run->job)) {
		snprintf(s->broken, sizeof(s->broken), "cannot start a process: %s",
			 strerror(errno));
		return CT_ROW_BROKEN;
	}
	s->started = ct_now();
	for (;;) {
		deadline = s->started + s->run->job.o->time_limit;
		if (deadline > s->run->run_deadline)
			deadline = s->run->run_deadline;
		how = ct_process_line(&process, deadline, &line);
		if (how != CT_WAIT_LINE)
			break;
		take(s, line);
		if (s->stop)
			break;
	}
	status = ct_process_end(&process, how != CT_WAIT_END);
	/* What this process did not put back the next one has to, whatever row it runs. */
	s->run->job.recover = how != CT_WAIT_END || status || !s->done;
	if (s->stop)
		return CT_ROW_STOPPED;
	if (how == CT_WAIT_INTERRUPTED) {
		if (s->running)
			lost_case(s, CT_NOT_RUN, "interrupted");
		return CT_ROW_INTERRUPTED;
	}
	if (how == CT_WAIT_TIMEOUT && ct_now() >= s->run->run_deadline) {
		if (s->running)
			lost_case(s, CT_NOT_RUN, "the time limit of the whole run passed");
		return CT_ROW_OUT_OF_TIME;
	}
	judge_end(s, how, status);
	/* It holds the target: no other process of this row would get it. */
	if (status == CT_PROCESS_STUCK)
		s->done = true;
	return s->stop ? CT_ROW_STOPPED : *s->broken ? CT_ROW_BROKEN : CT_ROW_DONE;
}

/* Whether a case behind the last result is still to run. */
static bool more(const struct state *s)
{
	return !s->done && s->planned && s->run->job.from < s->row->cases;
}

enum ct_rowrun_end ct_rowrun(struct ct_rowrun *run, struct ct_row_result *row)
{
	struct state s = { .run = run, .row = row };
	enum ct_rowrun_end end;

	run->job.from = 0;
	run->job.row = row->row;
	run->job.ct->row = row->row;
	do {
		s.again = false;
		end = one_process(&s);
	} while (end == CT_ROW_DONE && more(&s));
	if (end == CT_ROW_BROKEN) {
		snprintf(row->reason, sizeof(row->reason), "%s", s.broken);
		/* What cannot be opened cannot be brought back either. */
		run->job.recover = false;
	}
	return end;
}

int ct_rowrun_recover(struct ct_rowrun *run)
{
	struct ct_process process;
	bool ended;
	int status;

	if (!run->job.recover || run->job.probe->info.caps & CT_CAP(CT_CAP_FRESH))
		return 0;
	if (ct_process_start(&process, ct_child_recover, &run->job))
		return -1;
	ended = ct_process_wait(&process, ct_now() + run->job.o->time_limit);
	status = ct_process_end(&process, !ended);
	return status ? -1 : 0;
}
