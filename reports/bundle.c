/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* bundle LOG --output FILE: what a vendor submits, in one archive. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "ct-reports.h"
#include "util.h"
#include "write.h"

static const char usage[] =
	"usage: nvme-lm-ct bundle LOG --output FILE.tar.gz\n"
	"Packs the log, its environment and waivers, every report and SHA256SUMS. Equal logs\n"
	"give equal bytes. nvme-lm-ct verify checks the result.\n";

static void add_json(struct rp_bundle *b, const char *name, const json_t *value)
{
	char *text =
		value ? json_dumps(value, JSON_PRESERVE_ORDER | JSON_INDENT(2) | JSON_ENCODE_ANY) :
			NULL;
	char *line = rp_format("%s\n", text ? text : "null");

	free(text);
	rp_bundle_add(b, name, line, strlen(line));
}

bool rp_bundle_derive(struct rp_bundle *b, const struct rp_log *log)
{
	static const struct rp_page page;
	struct rp_matrix *m = rp_matrix_new(log);
	unsigned int f;
	bool ok = true;

	add_json(b, RP_BUNDLE_ENV, log->env);
	add_json(b, RP_BUNDLE_WAIVERS, json_object_get(log->env, "waivers"));
	for (f = 0; f < RP_FORMAT_COUNT && ok; f++) {
		char *data = NULL;
		size_t size = 0;
		FILE *file = open_memstream(&data, &size);

		ok = file != NULL;
		if (!ok)
			break;
		rp_format_write(file, (enum rp_format)f, &m, 1, &page);
		ok = !fclose(file);
		if (ok)
			rp_bundle_add(b, rp_format_file((enum rp_format)f), data, size);
		else
			free(data);
	}
	if (!ok)
		fprintf(stderr, "nvme-lm-ct: cannot prepare the reports: %s\n", strerror(errno));
	rp_matrix_free(m);
	return ok;
}

struct rp_log *rp_bundle_log(char *data, size_t size, char *error, size_t room)
{
	FILE *file = size ? fmemopen(data, size, "r") : NULL;
	struct rp_log *log;

	if (!file) {
		snprintf(error, room, "%s: empty: nothing to report", RP_BUNDLE_LOG);
		return NULL;
	}
	log = rp_log_parse(file, RP_BUNDLE_LOG, error, room);
	fclose(file);
	return log;
}

/* When the run started, so that packing it twice gives the same bytes. */
static time_t started(const struct rp_log *log)
{
	struct tm tm = { 0 };
	time_t t;

	if (!strptime(rp_str(log->env, "started"), "%Y-%m-%dT%H:%M:%S", &tm))
		return 0;
	t = timegm(&tm);
	return t > 0 ? t : 0;
}

static bool pack(struct rp_bundle *b, const struct rp_log *log, const char *output)
{
	char error[256], *sums, *data;
	size_t size;
	bool ok;

	if (!rp_bundle_derive(b, log))
		return false;
	sums = rp_bundle_sums(b);
	rp_bundle_add(b, RP_BUNDLE_SUMS, sums, strlen(sums));
	data = rp_bundle_pack(b, started(log), &size, error, sizeof(error));
	if (!data) {
		fprintf(stderr, "nvme-lm-ct: bundle: %s\n", error);
		return false;
	}
	ok = rp_save(output, data, size);
	free(data);
	return ok;
}

static int bundle(const char *path, const char *output)
{
	struct rp_bundle b = { 0 };
	struct rp_log *log;
	char error[512], *data;
	size_t size, i;
	int code = 2;

	data = rp_load(path, &size);
	if (!data)
		return 2;
	rp_bundle_add(&b, RP_BUNDLE_LOG, data, size);
	log = rp_bundle_log(data, size, error, sizeof(error));
	if (!log) {
		fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, error);
	} else {
		for (i = 0; i < log->nnotes; i++)
			fprintf(stderr, "nvme-lm-ct: %s: %s\n", path, log->notes[i]);
		code = pack(&b, log, output) ? 0 : 2;
	}
	rp_log_free(log);
	rp_bundle_free(&b);
	return code;
}

int ct_bundle_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *output = NULL;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (c != 'o') {
			fputs(usage, stderr);
			return 2;
		}
		output = optarg;
	}
	if (optind + 1 != argc || !output) {
		fputs(usage, stderr);
		return 2;
	}
	return bundle(argv[optind], output);
}
