/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A log that a run is to go on with, or whose failed rows are to run again.
 * The words @SUITE@, @SPEC@ and @ROW@ of an input become what this build
 * accepts, so that corpora outlive a change of the specification.
 */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "registry.h"
#include "requirement.h"
#include "resume.h"
#include "select.h"
#include "version.h"

static size_t replaced(char *to, size_t room, const uint8_t *data, size_t size)
{
	const struct {
		const char *word;
		const char *with;
	} words[] = {
		{ "@SUITE@", LM_SUITE_VERSION },
		{ "@SPEC@", ct_spec_hash() },
		{ "@ROW@", ct_row_at(0)->id },
	};
	size_t n = 0, i = 0, w, len, with;

	while (i < size && n < room) {
		for (w = 0; w < 3; w++) {
			len = strlen(words[w].word);
			with = strlen(words[w].with);
			if (size - i >= len && with <= room - n &&
			    !memcmp(data + i, words[w].word, len)) {
				memcpy(to + n, words[w].with, with);
				n += with;
				i += len;
				break;
			}
		}
		if (w == 3)
			to[n++] = (char)data[i++];
	}
	return n;
}

static void go_on(void *arg)
{
	struct ct_options o = { .seed = CT_DEFAULT_SEED, .shards = 1 };
	struct ct_selection s;
	struct ct_old_log log;
	size_t i;

	ct_old_log_read(&log, arg);
	for (i = 0; i < ct_row_count(); i++) {
		struct ct_row_result r = { .row = ct_row_at(i) };

		if (ct_resume_row(&log, &r))
			fuzz_check((unsigned int)r.verdict < CT_VERDICT_COUNT &&
					   r.verdict != CT_NOT_RUN,
				   "row %s has verdict %d", r.row->id, (int)r.verdict);
	}
	ct_resume_options(&log, &o);
	fuzz_check(o.shards && o.shard < o.shards, "shard %u of %u", o.shard, o.shards);
	ct_select(&s, &o, NULL);
	for (i = 0; i < s.count; i++)
		ct_case_selected(&o, s.row[i].row, 0);
	ct_resume_check(&log, log.environment);
}

static void failed_rows(void *arg)
{
	struct ct_options o = { .seed = CT_DEFAULT_SEED, .shards = 1 };
	struct ct_old_log log;
	struct ct_selection s;

	ct_old_log_read(&log, arg);
	ct_select(&s, &o, ct_failed_rows(&log));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[65536];
	const char *path;

	host_init();
	path = host_file(0, text, replaced(text, sizeof(text), data, size));
	host_run(go_on, (void *)path);
	host_run(failed_rows, (void *)path);
	return 0;
}
