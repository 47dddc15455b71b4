/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A log from anywhere, made into a report: what comes out is text, without
 * control characters, and in UTF-8, or the log is refused with one line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "log.h"
#include "matrix.h"
#include "out.h"
#include "write.h"

static void check_text(const char *text, size_t size, enum rp_format format)
{
	size_t i;
	unsigned int n;

	for (i = 0; i < size; i += n) {
		unsigned int c = rp_utf8(text + i, &n);

		/* A replacement character that stands for itself has three bytes. */
		fuzz_check(c && !(c == 0xFFFD && n == 1), "format %d: byte %zu is no UTF-8",
			   (int)format, i);
		fuzz_check(c >= 0x20 || c == '\n' || c == '\t' || c == '\r',
			   "format %d: control character %02Xh at %zu", (int)format, c, i);
	}
}

/* One log alone, or beside itself where the format has that. */
static void write_one(struct rp_matrix *m, enum rp_format format, size_t n)
{
	static const struct rp_page page;
	struct rp_matrix *both[] = { m, m };
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	fuzz_check(f, "no memory");
	rp_format_write(f, format, both, format == RP_FORMAT_TAP ? 1 : n, &page);
	fclose(f);
	check_text(text, size, format);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[512] = "";
	struct rp_matrix *m;
	struct rp_log *log;
	FILE *f;

	if (!size)
		return 0;
	json_object_seed(1);
	f = fmemopen((void *)data, size, "r");
	fuzz_check(f, "no memory");
	log = rp_log_parse(f, "input.jsonl", error, sizeof(error));
	fclose(f);
	if (!log) {
		fuzz_check(*error && !strchr(error, '\n'), "no line that says why");
		return 0;
	}
	m = rp_matrix_new(log);
	/* One format an input: they are slow, and do not know of each other. */
	write_one(m, (enum rp_format)(size % RP_FORMAT_COUNT), 1 + size / RP_FORMAT_COUNT % 2);
	rp_matrix_free(m);
	rp_log_free(log);
	return 0;
}
