/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Runs files, and all files of directories, through a harness: what
 * `make check-fuzz` does with the corpora, without a fuzzing engine.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static const char *running; /* the file whose input is being run */
static unsigned int passed;

/* The code under test must not end the program either. */
static void ended(void)
{
	if (running) {
		fprintf(stderr, "%s: ended the program\n", running);
		abort();
	}
}

static _Noreturn void give_up(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(2);
}

static void *must(void *p)
{
	if (!p)
		give_up("memory");
	return p;
}

static void run_file(const char *path, size_t size)
{
	/* Of exactly this size, so that reading beyond it is seen. */
	uint8_t *data = must(malloc(size ? size : 1));
	FILE *f = fopen(path, "rb");

	if (!f || fread(data, 1, size, f) != size)
		give_up(path);
	fclose(f);
	running = path;
	LLVMFuzzerTestOneInput(data, size);
	running = NULL;
	free(data);
	passed++;
}

static void run_path(const char *path);

static void run_directory(const char *path)
{
	struct dirent **entry;
	int i, n = scandir(path, &entry, NULL, alphasort);

	if (n < 0)
		give_up(path);
	for (i = 0; i < n; i++) {
		size_t len = strlen(path) + strlen(entry[i]->d_name) + 2;
		char *child = must(malloc(len));

		snprintf(child, len, "%s/%s", path, entry[i]->d_name);
		if (entry[i]->d_name[0] != '.')
			run_path(child);
		free(child);
		free(entry[i]);
	}
	free(entry);
}

static void run_path(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		give_up(path);
	if (S_ISDIR(st.st_mode))
		run_directory(path);
	else
		run_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
	int i;

	if (atexit(ended))
		give_up("atexit");
	for (i = 1; i < argc; i++)
		run_path(argv[i]);
	if (!passed) {
		fputs("no input was run\n", stderr);
		return 1;
	}
	printf("%u passed, 0 failed\n", passed);
	return 0;
}
