/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A bundle from a vendor, to be verified. The first byte of an input says what
 * the rest is: the archive itself, or a log of which a bundle is made first,
 * with sums that hold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bundle.h"
#include "ct-reports.h"
#include "fuzz.h"

static char path[32];

static void write_file(const void *data, size_t size)
{
	static int fd;

	if (!fd) {
		fd = memfd_create("bundle", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	fuzz_check(fd > 0 && !ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size,
		   "no memory for a file");
}

/* false where the log is none that could be packed */
static bool pack(const uint8_t *text, size_t len)
{
	struct rp_bundle b = { 0 };
	char error[512], *data = malloc(len + 1), *archive = NULL, *sums;
	struct rp_log *log;
	size_t size;

	fuzz_check(data, "no memory");
	memcpy(data, text, len);
	data[len] = '\0';
	rp_bundle_add(&b, RP_BUNDLE_LOG, data, len);
	log = rp_bundle_log(data, len, error, sizeof(error));
	if (log) {
		fuzz_check(rp_bundle_derive(&b, log), "a log without reports");
		sums = rp_bundle_sums(&b);
		rp_bundle_add(&b, RP_BUNDLE_SUMS, sums, strlen(sums));
		archive = rp_bundle_pack(&b, 0, &size, error, sizeof(error));
		fuzz_check(archive, "%s", error);
		write_file(archive, size);
	}
	free(archive);
	rp_log_free(log);
	rp_bundle_free(&b);
	return log;
}

/* What it says goes nowhere: the exit code is of interest. */
static int verify(void)
{
	char verb[] = "verify", *argv[] = { verb, path, NULL };
	FILE *out = stdout, *err = stderr, *null = fopen("/dev/null", "w");
	int code;

	fuzz_check(null, "no /dev/null");
	stdout = null;
	stderr = null;
	code = ct_verify_main(2, argv);
	stdout = out;
	stderr = err;
	fclose(null);
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool made;
	int code;

	if (!size)
		return 0;
	json_object_seed(1);
	made = data[0] & 1;
	if (!made)
		write_file(data + 1, size - 1);
	else if (!pack(data + 1, size - 1))
		return 0;
	code = verify();
	fuzz_check(code >= 0 && code <= 2, "exit code %d", code);
	return 0;
}
