/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#define _GNU_SOURCE
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "help.h"
#include "options-common.h"
#include "registry.h"
#include "say.h"

enum {
	OPT_TARGET = 256,
	OPT_PROFILE,
	OPT_FILTER,
	OPT_EXCLUDE,
	OPT_CASE,
	OPT_SEED,
	OPT_SHARD,
	OPT_WAIVERS,
	OPT_EXPECT_NA,
	OPT_LOG,
	OPT_RESUME,
	OPT_ROWS_FROM,
	OPT_TIME_LIMIT,
	OPT_TOTAL_TIME_LIMIT,
	OPT_I_OWN,
	OPT_EXPECT_ABSENT,
	OPT_LIST_CASES,
	OPT_SCRATCH,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_HELP,
};

static const struct option options[] = {
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "filter", required_argument, NULL, OPT_FILTER },
	{ "exclude", required_argument, NULL, OPT_EXCLUDE },
	{ "case", required_argument, NULL, OPT_CASE },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "waivers", required_argument, NULL, OPT_WAIVERS },
	{ "expect-na", required_argument, NULL, OPT_EXPECT_NA },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "resume", required_argument, NULL, OPT_RESUME },
	{ "rows-from", required_argument, NULL, OPT_ROWS_FROM },
	{ "time-limit", required_argument, NULL, OPT_TIME_LIMIT },
	{ "total-time-limit", required_argument, NULL, OPT_TOTAL_TIME_LIMIT },
	{ "i-own", required_argument, NULL, OPT_I_OWN },
	{ "expect-absent", no_argument, NULL, OPT_EXPECT_ABSENT },
	{ "list-cases", no_argument, NULL, OPT_LIST_CASES },
	{ "scratch", required_argument, NULL, OPT_SCRATCH },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static const char *const profiles[] = {
	[CT_PROFILE_AUTO] = "auto",
	[CT_PROFILE_RFC] = "rfc",
	[CT_PROFILE_PROPOSAL] = "proposal",
};

const char *ct_profile_name(enum ct_profile profile)
{
	return profiles[profile];
}

int ct_profile_parse(const char *name)
{
	int i;

	for (i = 0; i < 3; i++)
		if (!strcmp(profiles[i], name))
			return i;
	return -1;
}

bool ct_parse_uint(const char *s, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	v = strtoull(s, &end, s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? 16 : 10);
	if (errno || *end || v > max)
		return false;
	*value = v;
	return true;
}

uint64_t ct_option_number(const char *option, const char *s, uint64_t max)
{
	uint64_t v;

	if (!ct_parse_uint(s, max, &v))
		ct_die("%s %s: not a number from 0 to %llu", option, s, (unsigned long long)max);
	return v;
}

double ct_option_seconds(const char *option, const char *s)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !(v > 0 && v <= 1e6))
		ct_die("%s %s: not a number of seconds above 0", option, s);
	return v;
}

uint64_t ct_option_seed(const char *s)
{
	uint64_t v;

	if (strcmp(s, "random"))
		return ct_option_number("--seed", s, UINT64_MAX);
	if (getrandom(&v, sizeof(v), 0) != sizeof(v))
		ct_die("--seed random: the system gives no random number: %s", strerror(errno));
	return v;
}

bool ct_parse_shard(const char *s, struct ct_options *o)
{
	unsigned int i, n;
	int end = -1;

	if (sscanf(s, "%u/%u%n", &i, &n, &end) != 2 || s[end] || !isdigit((unsigned char)*s) ||
	    i >= n || n > 10000)
		return false;
	o->shard = i;
	o->shards = n;
	return true;
}

static void shard(struct ct_options *o, const char *s)
{
	if (!ct_parse_shard(s, o))
		ct_die("--shard %s: has to be I/N with I from 0 to N-1", s);
}

void ct_option_scratch(struct ct_scratch *scratch, const char *s)
{
	unsigned long long nsid, slba, nlb;
	int end = -1;

	if (sscanf(s, "%llu:%llu:%llu%n", &nsid, &slba, &nlb, &end) != 3 || s[end] ||
	    strchr(s, '-') || !nsid || nsid >= 0xFFFFFFFF || !nlb || slba + nlb < slba)
		ct_die("--scratch %s: has to be NSID:FIRST-LBA:BLOCKS, all that rows may overwrite",
		       s);
	scratch->nsid = (uint32_t)nsid;
	scratch->slba = slba;
	scratch->nlb = nlb;
}

/* LOG:failed */
static void rows_from(struct ct_options *o, char *s)
{
	char *colon = strrchr(s, ':');

	if (!colon || colon == s || strcmp(colon, ":failed"))
		ct_die("--rows-from %s: has to be LOG:failed", s);
	*colon = '\0';
	o->rows_from = s;
}

static void filter(struct ct_options *o, const char *s, bool exclude)
{
	char *word;

	if (!*s || !strcmp(s, "-"))
		ct_die("--%s: an empty name", exclude ? "exclude" : "filter");
	if (asprintf(&word, "%s%s", exclude ? "-" : "", s) < 0)
		ct_die("out of memory");
	o->filters = realloc(o->filters, (o->num_filters + 1) * sizeof(char *));
	if (!o->filters)
		ct_die("out of memory");
	o->filters[o->num_filters++] = word;
}

void ct_options_target(struct ct_options *o, const char *target)
{
	size_t len = strcspn(target, ":");

	o->target = target;
	o->ops = ct_target_find(target, len);
	o->argument = target[len] ? target + len + 1 : "";
	if (!o->ops)
		ct_die("--target %s: no target of that name; \"nvme-lm-ct list targets\" shows them",
		       target);
}

static void profile(struct ct_options *o, const char *s)
{
	int p = ct_profile_parse(s);

	if (p < 0)
		ct_die("--profile %s: has to be rfc, proposal or auto", s);
	o->profile = (enum ct_profile)p;
}

static void apply(struct ct_options *o, int c)
{
	switch (c) {
	case OPT_TARGET:
		ct_options_target(o, optarg);
		break;
	case OPT_PROFILE:
		profile(o, optarg);
		break;
	case OPT_FILTER:
		filter(o, optarg, false);
		break;
	case OPT_EXCLUDE:
		filter(o, optarg, true);
		break;
	case OPT_CASE:
		o->has_case = true;
		o->case_index = (unsigned int)ct_option_number("--case", optarg, UINT_MAX - 1);
		break;
	case OPT_SEED:
		o->seed = ct_option_seed(optarg);
		break;
	case OPT_SHARD:
		shard(o, optarg);
		break;
	case OPT_WAIVERS:
		o->waivers = optarg;
		break;
	case OPT_EXPECT_NA:
		o->expect_na = optarg;
		break;
	case OPT_LOG:
		o->log = optarg;
		break;
	case OPT_RESUME:
		o->resume = optarg;
		break;
	case OPT_ROWS_FROM:
		rows_from(o, optarg);
		break;
	case OPT_TIME_LIMIT:
		o->time_limit = ct_option_seconds("--time-limit", optarg);
		break;
	case OPT_TOTAL_TIME_LIMIT:
		o->total_time_limit = ct_option_seconds("--total-time-limit", optarg);
		break;
	case OPT_I_OWN:
		if (!*optarg)
			ct_die("--i-own: the controller's serial number is missing");
		o->i_own = optarg;
		break;
	case OPT_EXPECT_ABSENT:
		o->expect_absent = true;
		break;
	case OPT_LIST_CASES:
		o->list_cases = true;
		break;
	case OPT_SCRATCH:
		ct_option_scratch(&o->scratch, optarg);
		break;
	case OPT_QUIET:
		o->quiet = true;
		break;
	case OPT_VERBOSE:
		o->verbose = true;
		break;
	}
}

static void check_together(const struct ct_options *o, int argc, char **argv)
{
	if (optind < argc)
		ct_die("run: unexpected argument '%s'; see nvme-lm-ct run --help", argv[optind]);
	if (o->has_case && o->shards > 1)
		ct_die("--case and --shard exclude each other");
	if (o->quiet && o->verbose)
		ct_die("--quiet and --verbose exclude each other");
	if (o->resume && o->log)
		ct_die("--resume appends to the log that it resumes: leave --log out");
	if (o->resume && (o->has_case || o->rows_from || o->list_cases))
		ct_die("--resume goes on with the rows that the log's run selected: leave --case, --rows-from and --list-cases out");
}

void ct_options_parse(struct ct_options *o, int argc, char **argv)
{
	int c;

	*o = (struct ct_options){
		.seed = CT_DEFAULT_SEED,
		.shards = 1,
		.time_limit = CT_DEFAULT_TIME_LIMIT,
	};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c == OPT_HELP) {
			ct_help_run();
			exit(0);
		}
		if (c == ':')
			ct_die("%s: its value is missing; see nvme-lm-ct run --help",
			       argv[optind - 1]);
		if (c == '?')
			ct_die("%s: no such option of run, or a value it does not take; see nvme-lm-ct run --help",
			       argv[optind - 1]);
		apply(o, c);
	}
	check_together(o, argc, argv);
}
