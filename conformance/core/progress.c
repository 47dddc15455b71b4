/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "process.h"

#define REFRESH 0.1 /* seconds */

void ct_progress_init(struct ct_progress *p, size_t rows, bool quiet, bool verbose)
{
	*p = (struct ct_progress){
		.terminal = isatty(STDOUT_FILENO),
		.quiet = quiet,
		.verbose = verbose,
		.rows = rows,
	};
}

static void clear(struct ct_progress *p)
{
	if (p->terminal && p->shown > 0)
		fputs("\r\033[K", stdout);
	p->shown = 0;
}

static void show(struct ct_progress *p, const struct ct_row *row, unsigned int cases)
{
	double now = ct_now();

	if (!p->terminal || p->quiet || now - p->shown < REFRESH)
		return;
	printf("\r\033[K[%zu/%zu] %.60s", p->at, p->rows, row->id);
	if (cases)
		printf(" case %u", cases);
	fflush(stdout);
	p->shown = now;
}

void ct_progress_row(struct ct_progress *p, const struct ct_row *row)
{
	p->at++;
	show(p, row, 0);
}

void ct_progress_case(struct ct_progress *p, const struct ct_row *row, const struct ct_result *r)
{
	if (p->verbose) {
		clear(p);
		printf("  %-15s %s case %u%s%s%s%s\n", ct_verdict_name(r->verdict), row->id,
		       r->index, *r->name ? " " : "", r->name, *r->reason ? ": " : "", r->reason);
		fflush(stdout);
	}
	show(p, row, r->index);
}

/* What a reader has to act upon. */
static bool is_bad(enum ct_verdict v)
{
	return v >= CT_NOT_RUN;
}

void ct_progress_verdict(struct ct_progress *p, const struct ct_row_result *r)
{
	unsigned int cases = 0;
	int v;

	if (p->quiet ? !is_bad(r->verdict) : p->terminal && !p->verbose && !is_bad(r->verdict))
		return;
	clear(p);
	for (v = 0; v < CT_VERDICT_COUNT; v++)
		cases += r->counts[v];
	printf("%-15s %s", ct_verdict_name(r->verdict), r->row->id);
	if (cases)
		printf(" (%u case%s)", cases, cases == 1 ? "" : "s");
	printf("%s%s\n", *r->reason ? ": " : "", r->reason);
	fflush(stdout);
}

void ct_progress_end(struct ct_progress *p)
{
	clear(p);
	fflush(stdout);
}
