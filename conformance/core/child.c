/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "guard.h"
#include "hn.h"
#include "json.h"
#include "process.h"
#include "recover.h"
#include "select.h"

/* One process runs one row, and CMocka's callbacks take no more than a pointer. */
static struct {
	struct ct_child *job;
	int fd;
	double started;
} self;

/* CMocka turns these into a failed test; here they end the process, which is a verdict. */
static const int crashes[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS };
#define CRASHES (sizeof(crashes) / sizeof(crashes[0]))
static struct sigaction crash_actions[CRASHES];

static void send_record(json_t *o)
{
	char *line = ct_json_line(o);

	/* A runner that is gone kills this process anyway. */
	if (ct_write_all(self.fd, line, strlen(line)))
		_exit(1);
	free(line);
	json_decref(o);
}

static json_t *trace(const struct ct *ct)
{
	unsigned int first = ct->lines > CT_TRACE_LINES ? ct->lines - CT_TRACE_LINES : 0, i;
	json_t *a = json_array();
	char text[64];

	if (first) {
		snprintf(text, sizeof(text), "(%u earlier lines are left out)", first);
		json_array_append_new(a, json_string(text));
	}
	for (i = first; i < ct->lines; i++)
		json_array_append_new(a, ct_json_text(ct->trace[i % CT_TRACE_LINES]));
	return a;
}

json_t *ct_case_record(const struct ct *ct, double ms)
{
	json_t *o = json_object(), *reached = json_array();
	unsigned int s, e;

	json_object_set_new(o, "t", json_string("case"));
	json_object_set_new(o, "case", json_integer(ct->index));
	json_object_set_new(o, "name", ct_json_text(ct->name));
	json_object_set_new(o, "verdict", json_integer(ct->verdict));
	json_object_set_new(o, "gate", json_boolean(ct->gate));
	json_object_set_new(o, "reason", ct_json_text(ct->reason));
	json_object_set_new(o, "where", ct_json_text(ct->where));
	json_object_set_new(o, "checks", json_integer(ct->checks));
	json_object_set_new(o, "ms", json_real(ms));
	if (ct->verdict != CT_PASS)
		json_object_set_new(o, "trace", trace(ct));
	for (s = 0; s < CT_MAX_STATES; s++)
		for (e = 0; e < CT_MAX_EVENTS; e++)
			if (ct->reached[s][e])
				json_array_append_new(reached, json_pack("[i,i,i]", s, e,
									 ct->reached[s][e]));
	json_object_set_new(o, "reached", reached);
	return o;
}

/* CMocka runs all cases of the row in this process; each has its number as its state. */
static int begin(void **state)
{
	unsigned int index = *(unsigned int *)*state;
	struct ct_child *job = self.job;

	ct_case_begin(job->ct, index, ct_case_seed(job->o->seed, job->row->id, index));
	send_record(json_pack("{s:s,s:i}", "t", "start", "case", index));
	self.started = ct_now();
	return 0;
}

static void restore_crash_actions(void)
{
	size_t i;

	for (i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &crash_actions[i], NULL);
}

static void run_case(void **state)
{
	struct ct *ct = self.job->ct;

	(void)state;
	restore_crash_actions();
	ct_before_case(ct);
	ct->row->run(ct, ct->index);
	ct->gate = true;
	ct_after_case(ct);
	ct->gate = false;
}

static int end(void **state)
{
	struct ct *ct = self.job->ct;

	(void)state;
	ct_case_finish(ct);
	send_record(ct_case_record(ct, (ct_now() - self.started) * 1000));
	if (ct->verdict != CT_HUNG && ct->verdict != CT_ERROR)
		return 0;
	send_record(json_pack("{s:s}", "t", "again"));
	ct->target->ops->close(ct->target);
	exit(0);
}

static void leave_clean(void **state)
{
	(void)state;
	restore_crash_actions();
	ct_before_case(self.job->ct);
}

static int run_group(const char *name, struct CMUnitTest *tests, size_t n)
{
	return n ? _cmocka_run_group_tests(name, tests, n, NULL, NULL) : 0;
}

static void run_cases(unsigned int cases)
{
	const struct ct_child *job = self.job;
	struct CMUnitTest *tests = calloc(cases, sizeof(*tests));
	unsigned int *number = calloc(cases, sizeof(*number));
	struct CMUnitTest last = { .name = job->row->id, .test_func = leave_clean };
	unsigned int i;
	size_t n = 0;

	if (!tests || !number)
		exit(1);
	for (i = job->from; i < cases; i++) {
		if (!ct_case_selected(job->o, job->row, i))
			continue;
		number[n] = i;
		tests[n] = (struct CMUnitTest){
			.name = job->row->id,
			.test_func = run_case,
			.setup_func = begin,
			.teardown_func = end,
			.initial_state = &number[n],
		};
		n++;
	}
	run_group(job->row->id, tests, n);
	/* What no fresh() brings back the next process cannot know of. */
	if (n && !(job->ct->target->info.caps & CT_CAP(CT_CAP_FRESH)))
		run_group(job->row->id, &last, 1);
	free(tests);
	free(number);
}

static void list_cases(unsigned int cases)
{
	const struct ct_child *job = self.job;
	unsigned int i;

	for (i = 0; i < cases; i++) {
		if (!ct_case_selected(job->o, job->row, i))
			continue;
		ct_case_begin(job->ct, i, 0);
		send_record(json_pack("{s:s,s:i,s:o}", "t", "name", "case", i, "name",
				      ct_json_text(job->ct->name)));
	}
}

static int open_target(struct ct_child *job, struct ct_target *t)
{
	uint8_t id[LM_ID_SIZE];
	int ret;

	t->ops = ct_guard_target(job->o->ops, job->guard_open);
	ret = t->ops->open(t, job->o->argument);
	if (!ret && job->probe->has_id && !job->names)
		ret = ct_probe_identify(t, id);
	/* what is known of the device once it was asked */
	if (!ret && job->names)
		t->info.caps |= job->probe->info.caps;
	if (!ret && job->recover)
		ret = ct_recover(t, job->guard_open);
	if (!ret)
		return 0;
	send_record(json_pack("{s:s,s:o}", "t", "broken", "error",
			      ct_json_text(*t->error ? t->error : strerror(-ret))));
	return -1;
}

static void prepare_cmocka(void)
{
	size_t i;

	for (i = 0; i < CRASHES; i++)
		sigaction(crashes[i], NULL, &crash_actions[i]);
	/* A form that goes to standard output, which is /dev/null, and never to stderr. */
	unsetenv("CMOCKA_MESSAGE_OUTPUT");
	cmocka_set_message_output(CM_OUTPUT_SUBUNIT);
}

int ct_child_run(void *arg, int fd)
{
	static struct ct_target target;
	struct ct_child *job = arg;
	unsigned int cases;

	self.job = job;
	self.fd = fd;
	if (open_target(job, &target))
		return 0;
	job->ct->row = job->row;
	job->ct->target = &target;
	job->ct->proposal = job->proposal;
	job->ct->version = job->probe->uuid ? lm_get_le16(job->probe->id + LM_ID_VERSION) : 0;
	job->ct->five_allowed = job->guard_open;
	job->ct->scratch = job->o->scratch;
	prepare_cmocka();
	cases = job->row->cases ? job->row->cases(job->ct) : 1;
	send_record(json_pack("{s:s,s:i}", "t", "plan", "cases", cases));
	if (job->names)
		list_cases(cases);
	else
		run_cases(cases);
	send_record(json_pack("{s:s}", "t", "done"));
	target.ops->close(&target);
	return 0;
}

int ct_child_recover(void *arg, int fd)
{
	static struct ct_target target;
	struct ct_child *job = arg;

	self.job = job;
	self.fd = fd;
	if (open_target(job, &target))
		return 1;
	target.ops->close(&target);
	return 0;
}
