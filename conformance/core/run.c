/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "environment.h"
#include "guard.h"
#include "interrupt.h"
#include "judge.h"
#include "log.h"
#include "outcome.h"
#include "prepare.h"
#include "process.h"
#include "progress.h"
#include "record.h"
#include "resume.h"
#include "rowrun.h"
#include "say.h"
#include "select.h"

struct run {
	struct ct_options o;
	struct ct_waivers waivers;
	struct ct_reasons expect_na;
	struct ct_old_log old; /* .path NULL: nothing is resumed */
	struct ct_selection selection;
	struct ct_probe *probe;
	bool proposal;
	struct ct_judge judge;
	struct ct_log log;
	struct ct_progress progress;
	struct ct_rowrun rowrun;
	struct ct_row_result *rows; /* one for each that is selected */
	struct ct_row_result *row; /* under way */
	double started;
	char stopped[CT_REASON_LENGTH]; /* why the rest is NOT RUN, "" = it is run */
	struct ct_outcome outcome;
};

/* The reason of a row is that of its worst case. */
static void note_reason(struct ct_row_result *row, const struct ct_result *r)
{
	if (r->verdict == CT_PASS || (*row->reason && r->verdict <= row->worst))
		return;
	row->worst = r->verdict;
	if (row->cases == 1)
		snprintf(row->reason, sizeof(row->reason), "%s", r->reason);
	else
		snprintf(row->reason, sizeof(row->reason), "case %u%s%s: %.*s", r->index,
			 *r->name ? " " : "", r->name,
			 (int)(sizeof(row->reason) - CT_NAME_LENGTH - 32), r->reason);
}

static int take_result(void *user, struct ct_result *r)
{
	struct run *run = user;
	struct ct_row_result *row = run->row;
	char *replay;
	int ret;

	ct_judge_case(&run->judge, row->row, r);
	row->counts[r->verdict]++;
	row->checks += r->checks;
	note_reason(row, r);
	ct_progress_case(&run->progress, row->row, r);
	replay = ct_replay(&run->o, run->proposal, row->row, r->index);
	ret = ct_log_write(&run->log, ct_record_case(row->row, r, replay));
	free(replay);
	return ret;
}

static void print_name(void *user, unsigned int index, const char *name)
{
	struct run *run = user;

	printf("%s %u%s%s\n", run->row->row->id, index, *name ? " " : "", name);
}

/* Nothing more is run; the rows that are left are NOT RUN for this reason. */
static void stop(struct run *run, const char *why)
{
	if (!*run->stopped)
		snprintf(run->stopped, sizeof(run->stopped), "%s", why);
}

static void unfinished(struct ct_row_result *row, enum ct_verdict v, const char *why)
{
	row->verdict = v;
	if (!*row->reason)
		snprintf(row->reason, sizeof(row->reason), "%s", why);
}

static void run_cases(struct run *run, struct ct_row_result *row)
{
	switch (ct_rowrun(&run->rowrun, row)) {
	case CT_ROW_DONE:
		break;
	case CT_ROW_STOPPED:
		stop(run, "the log could not be written");
		unfinished(row, CT_NOT_RUN, run->stopped);
		break;
	case CT_ROW_INTERRUPTED:
		run->outcome.interrupted = true;
		stop(run, "interrupted");
		unfinished(row, CT_NOT_RUN, run->stopped);
		break;
	case CT_ROW_OUT_OF_TIME:
		stop(run, "the time limit of the whole run passed");
		unfinished(row, CT_NOT_RUN, run->stopped);
		break;
	case CT_ROW_BROKEN:
		ct_say("target %s: %s", run->o.target, row->reason);
		stop(run, "the target could not be opened any more");
		unfinished(row, CT_ERROR, run->stopped);
		break;
	}
}

static bool has_cases(const struct ct_row_result *row)
{
	int v;

	for (v = 0; v < CT_VERDICT_COUNT; v++)
		if (row->counts[v])
			return true;
	return false;
}

/* A waiver of a case that the row does not have; known once all its cases ran. */
static void check_waivers(struct run *run, const struct ct_row *row)
{
	const struct ct_waiver *w = ct_waiver_missed(&run->waivers, row);

	if (!w || !run->judge.whole || *run->stopped)
		return;
	ct_say("waiver file %s, line %u: unused: row %s has no case \"%s\"", run->waivers.text.file,
	       w->line, row->id, w->case_name);
	run->outcome.misused = true;
}

/* A waiver did its work in the part of the run that the log holds already. */
static void count_kept_waivers(struct run *run, const struct ct_row_result *row)
{
	struct ct_waiver *w;
	size_t i;

	for (i = 0; i < run->waivers.text.count; i++) {
		w = &run->waivers.entry[i];
		if (w->row == row->row)
			w->met = true;
		if (row->counts[CT_WAIVED] &&
		    (w->row == row->row ||
		     (w->requirement && ct_row_cites(row->row, w->requirement))))
			w->waived++;
	}
}

/* False where the row has no part in this shard. */
static bool run_row(struct run *run, const struct ct_selected *sel)
{
	struct ct_row_result *row = run->row;
	double began = ct_now();

	ct_progress_row(&run->progress, row->row);
	if (*run->stopped) {
		unfinished(row, CT_NOT_RUN, run->stopped);
	} else if (sel->excluded) {
		row->verdict = CT_SKIPPED;
		snprintf(row->reason, sizeof(row->reason), "asked for: --exclude %s",
			 sel->excluded);
	} else if (ct_gate_row(run->probe, &run->o, row->row, &row->verdict, row->reason,
			       sizeof(row->reason))) {
		row->verdict = CT_NOT_APPLICABLE;
		run_cases(run, row);
		if (!has_cases(row) && !*row->reason)
			return false;
		check_waivers(run, row->row);
	}
	row->ms = (ct_now() - began) * 1000;
	ct_judge_row(&run->judge, row);
	/* What follows a stop is in the log, and only counted on the terminal. */
	if (row->verdict != CT_NOT_RUN)
		ct_progress_verdict(&run->progress, row);
	if (ct_log_write(&run->log, ct_record_row(row)))
		stop(run, "the log could not be written");
	return true;
}

static void alloc_rows(struct run *run)
{
	run->rows = calloc(run->selection.count + 1, sizeof(*run->rows));
	if (!run->rows)
		ct_die("out of memory");
}

static size_t run_rows(struct run *run)
{
	size_t i, n = 0;

	alloc_rows(run);
	ct_progress_init(&run->progress, run->selection.count, run->o.quiet, run->o.verbose);
	for (i = 0; i < run->selection.count; i++) {
		run->row = &run->rows[n];
		memset(run->row, 0, sizeof(*run->row));
		run->row->row = run->selection.row[i].row;
		if (run->old.path && ct_resume_row(&run->old, run->row)) {
			run->progress.at++;
			count_kept_waivers(run, run->row);
			n++;
		} else {
			n += run_row(run, &run->selection.row[i]);
		}
	}
	return n;
}

/* Waivers of requirements are judged once all rows are known; the last record of a row counts. */
static void judge_late(struct run *run, size_t n)
{
	struct ct_row_result *row;
	size_t i = 0;

	while (!*run->stopped &&
	       (row = ct_judge_requirement_waivers(&run->judge, run->rows, n, &i))) {
		ct_progress_verdict(&run->progress, row);
		if (ct_log_write(&run->log, ct_record_row(row)))
			stop(run, "the log could not be written");
	}
}

static void summarize(const struct run *run, size_t n, int code, const char *why)
{
	bool first = true;
	int v;

	printf("%zu row%s:", n, n == 1 ? "" : "s");
	for (v = CT_VERDICT_COUNT - 1; v >= 0; v--) {
		if (!run->outcome.totals[v])
			continue;
		printf("%s %u %s", first ? "" : ",", run->outcome.totals[v],
		       ct_verdict_name((enum ct_verdict)v));
		first = false;
	}
	printf("\nprofile %s, seed 0x%016llX, %.1f s; exit %d: %s\n",
	       run->proposal ? "proposal" : "rfc", (unsigned long long)run->o.seed,
	       ct_now() - run->started, code, why);
	if (run->log.path)
		printf("log: %s\n", run->log.path);
	else if (!run->o.quiet)
		printf("no log was kept; --log FILE keeps one for reports\n");
	fflush(stdout);
}

static int finish(struct run *run, size_t n)
{
	const char *why;
	size_t i;
	int code;

	for (i = 0; i < n; i++)
		run->outcome.totals[run->rows[i].verdict]++;
	run->outcome.log_failed = run->log.failed;
	code = ct_exit_code(&run->outcome, &why);
	if (ct_log_write(&run->log, ct_record_end(&run->outcome, code, why, n,
						  (ct_now() - run->started) * 1000)) ||
	    ct_log_close(&run->log)) {
		run->outcome.log_failed = true;
		code = ct_exit_code(&run->outcome, &why);
	}
	ct_progress_end(&run->progress);
	summarize(run, n, code, why);
	return code;
}

static void list_cases(struct run *run)
{
	enum ct_verdict verdict;
	char reason[CT_REASON_LENGTH];
	struct ct_row_result *row;
	size_t i;

	alloc_rows(run);
	run->rowrun.job.names = true;
	for (i = 0; i < run->selection.count && !ct_interrupted(); i++) {
		run->row = row = &run->rows[i];
		row->row = run->selection.row[i].row;
		if (run->selection.row[i].excluded)
			continue;
		if (!ct_gate_row(run->probe, &run->o, row->row, &verdict, reason, sizeof(reason)))
			printf("# %s %s: %s\n", row->row->id, ct_verdict_name(verdict), reason);
		else if (ct_rowrun(&run->rowrun, row) != CT_ROW_DONE && !ct_interrupted())
			ct_die("target %s: %s", run->o.target, row->reason);
	}
	fflush(stdout);
}

static void load_lists(struct run *run)
{
	size_t i;

	if (run->o.waivers)
		ct_waivers_load(&run->waivers, run->o.waivers);
	if (!run->o.expect_na)
		return;
	ct_reasons_load(&run->expect_na, run->o.expect_na, "list of rows that do not apply");
	for (i = 0; i < run->expect_na.count; i++)
		if (!ct_row_find(run->expect_na.entry[i].name))
			ct_die("list of rows that do not apply %s, line %u: no row \"%s\"",
			       run->o.expect_na, run->expect_na.entry[i].line,
			       run->expect_na.entry[i].name);
}

static void choose_rows(struct run *run)
{
	static struct ct_old_log failed; /* holds the IDs for the whole run */
	const char **from = NULL;

	if (run->o.resume) {
		ct_old_log_read(&run->old, run->o.resume);
		ct_resume_options(&run->old, &run->o);
		run->o.log = run->o.resume;
		if (run->old.cut)
			ct_say("log %s: its last line is cut (%u bytes) and is left out",
			       run->o.resume, run->old.cut);
	}
	if (run->o.rows_from) {
		ct_old_log_read(&failed, run->o.rows_from);
		from = ct_failed_rows(&failed);
	}
	if (!run->o.target)
		ct_options_target(&run->o, "model");
	ct_select(&run->selection, &run->o, (const char *const *)from);
	free(from);
	if (!run->selection.count)
		ct_die("no row is chosen: %s",
		       run->o.ops->driver ? "the target is a driver, and these judge devices" :
					    "the target is a device, and these judge drivers");
}

static void prepare_judging(struct run *run)
{
	run->proposal = run->o.profile == CT_PROFILE_PROPOSAL ||
			(run->o.profile == CT_PROFILE_AUTO && run->probe->uuid);
	run->judge = (struct ct_judge){
		.proposal = run->proposal,
		.waivers = &run->waivers,
		.expect_na = &run->expect_na,
		.whole = run->o.shards == 1 && !run->o.has_case,
		.all_rows = run->selection.count == run->selection.of_kind && !run->o.num_filters,
	};
	run->outcome.identified = run->probe->has_id;
	run->outcome.lm = run->probe->lm;
	run->outcome.expect_absent = run->o.expect_absent;
}

static void prepare_children(struct run *run)
{
	struct ct *ct =
		mmap(NULL, sizeof(*ct), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char why[96];

	if (ct == MAP_FAILED)
		ct_die("out of memory");
	run->rowrun = (struct ct_rowrun){
		.job = {
			.o = &run->o,
			.probe = run->probe,
			.ct = ct,
			.proposal = run->proposal,
			.guard_open = ct_guard_open(run->probe, run->o.i_own, why, sizeof(why)),
		},
		.run_deadline = run->started + (run->o.total_time_limit > 0 ?
						run->o.total_time_limit : 1e9),
		.user = run,
		.result = take_result,
		.name = print_name,
	};
}

int ct_run_main(int argc, char **argv)
{
	static struct run run;
	json_t *environment;
	bool probed;
	size_t n;

	ct_options_parse(&run.o, argc, argv);
	choose_rows(&run);
	load_lists(&run);
	ct_signals_init();
	run.started = ct_now();
	ct_log_open(&run.log, run.o.list_cases ? NULL : run.o.log);
	ct_prepare(&run.o);
	probed = ct_probe(&run.o, &run.probe);
	ct_guard_claim(run.probe, run.o.i_own);
	prepare_judging(&run);
	prepare_children(&run);
	if (run.o.list_cases) {
		list_cases(&run);
		return ct_interrupted() ? CT_EXIT_PARTIAL : CT_EXIT_PASS;
	}
	environment = ct_environment(&run.o, run.probe, run.proposal, &run.waivers, &run.expect_na);
	if (run.old.path)
		ct_resume_check(&run.old, environment);
	ct_log_start(&run.log, run.old.length);
	if (!probed) {
		run.outcome.interrupted = true;
		stop(&run, "interrupted");
	}
	if (ct_log_write(&run.log, environment))
		stop(&run, "the log could not be written");
	n = run_rows(&run);
	if (ct_rowrun_recover(&run.rowrun))
		ct_say("target %s: its VFs could not be brought back; reset the device",
		       run.o.target);
	judge_late(&run, n);
	return finish(&run, n);
}
