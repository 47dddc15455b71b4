/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "nvme-lm.h"
#include "options-common.h"
#include "say.h"

static const char help[] =
	"Usage: nvme-lm-ct migrate [OPTION]...\n"
	"Moves a guest from VF to VF while it works, and verifies each of its blocks. The guest\n"
	"drives the VF by itself; no command of it may be lost, repeated or fail, and no data differ.\n"
	"\n"
	"Where:\n"
	"  --target NAME[:ARGUMENT]  the device (default: model), as of \"run\"\n"
	"  --to NAME[:ARGUMENT]      another PF of the same NVM subsystem: the guest goes to and fro\n"
	"  --vf N, --to-vf N         first VF, and the one on the other side (default: random ones)\n"
	"  --scratch NSID:LBA:BLOCKS what the guest may overwrite; has to be given on hardware\n"
	"  --i-own SERIAL            as of \"run\"; a second one is for --to\n"
	"\n"
	"What:\n"
	"  --count N                 migrations (default: 20)\n"
	"  --seconds S               instead: as many as fit\n"
	"  --pairs N                 I/O queue pairs of the guest (default: 4)\n"
	"  --depth N                 commands outstanding on each (default: 16)\n"
	"  --cq-entries N            of its CQs (default: room for the depth); fewer: completions wait\n"
	"  --chunk BYTES             images in parts of these, 0: in one piece (default: mixed)\n"
	"  --seed NUMBER             of the load (default: always the same)\n"
	"  --inject FAULT            spoil the first image: corrupt=BYTE, truncate=BYTES or\n"
	"                            refuse=STATUS; needs the fault switch\n"
	"  --by-driver               by the migration interface of the VFs' VFIO driver, in place of the\n"
	"                            five commands: --target pci:ADDRESS,driver=NAME\n"
	"\n"
	"Between two machines:\n"
	"  --save-to FILE            at the end: suspend the VF with commands outstanding, and write\n"
	"                            its image and the guest's memory\n"
	"  --load-from FILE          in place of a new guest: that one goes on\n"
	"\n"
	"How long it takes:\n"
	"  --blackout                SUSPEND to RESUME with idle media and 1, 8 and 64 queue pairs, as\n"
	"                            a multiple of as many commands that do nothing\n"
	"  --rounds N                that many times (default: 15)\n"
	"\n"
	"  --json FILE               the result as one JSON object\n"
	"\n"
	"Exit code: 0 nothing was found, 1 something was, 2 usage or target error, 3 no live migration,\n"
	"4 interrupted, hung, or no command was outstanding in any migration.\n";

enum {
	OPT_TARGET = 256,
	OPT_TO,
	OPT_VF,
	OPT_TO_VF,
	OPT_SCRATCH,
	OPT_I_OWN,
	OPT_COUNT,
	OPT_SECONDS,
	OPT_PAIRS,
	OPT_DEPTH,
	OPT_CQ_ENTRIES,
	OPT_CHUNK,
	OPT_SEED,
	OPT_INJECT,
	OPT_BY_DRIVER,
	OPT_SAVE_TO,
	OPT_LOAD_FROM,
	OPT_BLACKOUT,
	OPT_ROUNDS,
	OPT_JSON,
	OPT_HELP,
};

static const struct option options[] = {
	{ "target", required_argument, NULL, OPT_TARGET },
	{ "to", required_argument, NULL, OPT_TO },
	{ "vf", required_argument, NULL, OPT_VF },
	{ "to-vf", required_argument, NULL, OPT_TO_VF },
	{ "scratch", required_argument, NULL, OPT_SCRATCH },
	{ "i-own", required_argument, NULL, OPT_I_OWN },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "pairs", required_argument, NULL, OPT_PAIRS },
	{ "depth", required_argument, NULL, OPT_DEPTH },
	{ "cq-entries", required_argument, NULL, OPT_CQ_ENTRIES },
	{ "chunk", required_argument, NULL, OPT_CHUNK },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "inject", required_argument, NULL, OPT_INJECT },
	{ "by-driver", no_argument, NULL, OPT_BY_DRIVER },
	{ "save-to", required_argument, NULL, OPT_SAVE_TO },
	{ "load-from", required_argument, NULL, OPT_LOAD_FROM },
	{ "blackout", no_argument, NULL, OPT_BLACKOUT },
	{ "rounds", required_argument, NULL, OPT_ROUNDS },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static void inject(struct mg_arguments *o, const char *s)
{
	struct ct_fault *f = &o->fault;
	const char *value = strchr(s, '=');
	uint64_t v = 0;

	o->has_fault = value && ct_parse_uint(value + 1, UINT32_MAX, &v);
	*f = (struct ct_fault){ .opc = LM_OPC_SAVE_DATA, .count = 1, .bytes = (uint32_t)v };
	f->corrupt = !strncmp(s, "corrupt=", 8);
	f->truncate = !strncmp(s, "truncate=", 9);
	f->refuse = !strncmp(s, "refuse=", 7);
	f->status = (uint16_t)v;
	if (!o->has_fault || !(f->corrupt || f->truncate || f->refuse) ||
	    (f->refuse && (!v || v > 0x7FF)))
		ct_die("--inject %s: has to be corrupt=BYTE, truncate=BYTES or refuse=STATUS", s);
}

static uint64_t between(const char *option, const char *s, uint64_t min, uint64_t max)
{
	uint64_t v = ct_option_number(option, s, max);

	if (v < min)
		ct_die("%s %s: has to be from %llu to %llu", option, s, (unsigned long long)min,
		       (unsigned long long)max);
	return v;
}

static void own(struct mg_arguments *o, const char *serial)
{
	if (!*serial)
		ct_die("--i-own: the controller's serial number is missing");
	if (o->num_i_own == 2)
		ct_die("--i-own: there are two controllers at most");
	o->i_own[o->num_i_own++] = serial;
}

static void apply_load(struct mg_arguments *o, int c)
{
	switch (c) {
	case OPT_COUNT:
		o->count = ct_option_number("--count", optarg, 100000000);
		break;
	case OPT_SECONDS:
		o->seconds = ct_option_seconds("--seconds", optarg);
		break;
	case OPT_PAIRS:
		o->pairs = (uint32_t)between("--pairs", optarg, 1, MG_MAX_PAIRS);
		break;
	case OPT_DEPTH:
		o->depth = (uint32_t)between("--depth", optarg, 1, MG_MAX_DEPTH);
		break;
	case OPT_CQ_ENTRIES:
		o->cq_entries = (uint32_t)between("--cq-entries", optarg, 2, 4096);
		break;
	case OPT_CHUNK:
		o->chunk = (uint32_t)ct_option_number("--chunk", optarg, 1 << 20);
		if (o->chunk % 4)
			ct_die("--chunk %s: has to be a multiple of 4", optarg);
		break;
	case OPT_SEED:
		o->seed = ct_option_seed(optarg);
		break;
	case OPT_INJECT:
		inject(o, optarg);
		break;
	case OPT_BY_DRIVER:
		o->by_driver = true;
		break;
	case OPT_ROUNDS:
		o->rounds = (unsigned int)between("--rounds", optarg, 1, 1000);
		break;
	}
}

static void apply(struct mg_arguments *o, int c)
{
	switch (c) {
	case OPT_TARGET:
		o->target = optarg;
		break;
	case OPT_TO:
		o->to = optarg;
		break;
	case OPT_VF:
		o->vf = (unsigned int)between("--vf", optarg, 1, CT_MAX_FUNCTIONS - 1);
		break;
	case OPT_TO_VF:
		o->to_vf = (unsigned int)between("--to-vf", optarg, 1, CT_MAX_FUNCTIONS - 1);
		break;
	case OPT_SCRATCH:
		ct_option_scratch(&o->scratch, optarg);
		break;
	case OPT_I_OWN:
		own(o, optarg);
		break;
	case OPT_SAVE_TO:
		o->save_to = optarg;
		break;
	case OPT_LOAD_FROM:
		o->load_from = optarg;
		break;
	case OPT_BLACKOUT:
		o->blackout = true;
		break;
	case OPT_JSON:
		o->json = optarg;
		break;
	default:
		apply_load(o, c);
		break;
	}
}

static void check_together(const struct mg_arguments *o, int argc, char **argv)
{
	if (optind < argc)
		ct_die("migrate: unexpected argument '%s'; see nvme-lm-ct migrate --help",
		       argv[optind]);
	if (o->blackout && (o->save_to || o->load_from))
		ct_die("--blackout measures within one machine: leave --save-to and --load-from out");
	if (o->blackout && o->by_driver)
		ct_die("--blackout measures the five commands: leave --by-driver out");
	if (o->to_vf && !o->to && o->to_vf == o->vf)
		ct_die("--vf and --to-vf are the same VF");
	if (o->num_i_own == 2 && !o->to)
		ct_die("a second --i-own is for the PF of --to, which is missing");
}

void mg_arguments_parse(struct mg_arguments *o, int argc, char **argv)
{
	int c;

	*o = (struct mg_arguments){
		.target = "model",
		.count = 20,
		.pairs = 4,
		.depth = 16,
		.seed = CT_DEFAULT_SEED,
		.chunk = MG_CHUNK_MIXED,
		.rounds = 15,
		.time_limit = CT_DEFAULT_TIME_LIMIT,
	};
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c == OPT_HELP) {
			fputs(help, stdout);
			exit(CT_EXIT_PASS);
		}
		if (c == ':')
			ct_die("%s: its value is missing; see nvme-lm-ct migrate --help",
			       argv[optind - 1]);
		if (c == '?')
			ct_die("%s: no such option of migrate, or a value it does not take; see nvme-lm-ct migrate --help",
			       argv[optind - 1]);
		apply(o, c);
	}
	check_together(o, argc, argv);
}
