/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * ct_die() and exit() end host_run(). The linker puts the functions __wrap_*
 * into the place of the C library's, so that memory and files that are left
 * then are known.
 */
#include "host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "registry.h"
#include "say.h"

#define MAX_LEFT 8192u
#define NUM_FILES 4

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
char *__real_strdup(const char *s);
FILE *__real_fopen(const char *path, const char *mode);
int __real_fclose(FILE *f);
ssize_t __real___getdelim(char **line, size_t *room, int delimiter, FILE *f);
_Noreturn void __real_exit(int code);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void __wrap_free(void *p);
char *__wrap_strdup(const char *s);
int __wrap_asprintf(char **to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_fclose(FILE *f);
ssize_t __wrap_getline(char **line, size_t *room, FILE *f);
ssize_t __wrap___getdelim(char **line, size_t *room, int delimiter, FILE *f);
_Noreturn void __wrap_exit(int code);

/* What the call has and did not give back: a hash table of pointers. */
static struct {
	void *p;
	bool file;
} left[MAX_LEFT];
static unsigned int num_left;
static bool running;
static jmp_buf end;

static unsigned int slot_of(const void *p)
{
	unsigned int i = (unsigned int)((uintptr_t)p >> 4) * 2654435761u % MAX_LEFT;

	while (left[i].p && left[i].p != p)
		i = (i + 1) % MAX_LEFT;
	return i;
}

static void *keep(void *p, bool file)
{
	unsigned int i;

	if (!running || !p)
		return p;
	fuzz_check(num_left < MAX_LEFT / 2, "the call has too much memory");
	i = slot_of(p);
	if (!left[i].p)
		num_left++;
	left[i].p = p;
	left[i].file = file;
	return p;
}

/* Linear probing: those behind it move up. */
static void forget(const void *p)
{
	unsigned int i, j;

	if (!running || !p)
		return;
	i = slot_of(p);
	if (!left[i].p)
		return;
	num_left--;
	left[i].p = NULL;
	for (j = (i + 1) % MAX_LEFT; left[j].p; j = (j + 1) % MAX_LEFT) {
		void *moved = left[j].p;
		bool file = left[j].file;

		left[j].p = NULL;
		i = slot_of(moved);
		left[i].p = moved;
		left[i].file = file;
	}
}

void *__wrap_malloc(size_t size)
{
	return keep(__real_malloc(size), false);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return keep(__real_calloc(n, size), false);
}

void *__wrap_realloc(void *p, size_t size)
{
	forget(p);
	return keep(__real_realloc(p, size), false);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return __wrap_realloc(p, n * size);
}

void __wrap_free(void *p)
{
	forget(p);
	__real_free(p);
}

char *__wrap_strdup(const char *s)
{
	return keep(__real_strdup(s), false);
}

int __wrap_asprintf(char **to, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(to, fmt, ap);
	va_end(ap);
	if (n >= 0)
		keep(*to, false);
	return n;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return keep(__real_fopen(path, mode), true);
}

int __wrap_fclose(FILE *f)
{
	forget(f);
	return __real_fclose(f);
}

/* Which of the two the C library's header calls depends on the optimization. */
ssize_t __wrap___getdelim(char **line, size_t *room, int delimiter, FILE *f)
{
	ssize_t n;

	forget(*line);
	n = __real___getdelim(line, room, delimiter, f);
	keep(*line, false);
	return n;
}

ssize_t __wrap_getline(char **line, size_t *room, FILE *f)
{
	return __wrap___getdelim(line, room, '\n', f);
}

void __wrap_exit(int code)
{
	if (!running)
		__real_exit(code);
	longjmp(end, 1);
}

void ct_die(const char *fmt, ...)
{
	va_list ap;
	char line[4096];

	/* The message too must be made without harm. */
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fuzz_check(running, "%s", line);
	longjmp(end, 1);
}

void ct_say(const char *fmt, ...)
{
	(void)fmt;
}

static void take_away(void)
{
	unsigned int i;

	for (i = 0; num_left && i < MAX_LEFT; i++) {
		if (!left[i].p)
			continue;
		if (left[i].file)
			__real_fclose(left[i].p);
		else
			__real_free(left[i].p);
		left[i].p = NULL;
		num_left--;
	}
}

void host_init(void)
{
	static bool ready;

	if (ready)
		return;
	json_object_seed(1);
	fuzz_check(!ct_registry_init(), "rows or targets are not consistent");
	json_set_alloc_funcs(__wrap_malloc, __wrap_free);
	ready = true;
}

bool host_run(void (*fn)(void *arg), void *arg)
{
	volatile bool ended = true;

	host_init();
	running = true;
	if (!setjmp(end)) {
		fn(arg);
		ended = false;
	}
	running = false;
	take_away();
	return !ended;
}

const char *host_file(unsigned int number, const void *data, size_t size)
{
	static struct {
		int fd;
		char name[32];
	} file[NUM_FILES];

	fuzz_check(number < NUM_FILES, "file %u", number);
	if (!file[number].fd) {
		file[number].fd = memfd_create("fuzz", 0);
		snprintf(file[number].name, sizeof(file[number].name), "/proc/self/fd/%d",
			 file[number].fd);
	}
	fuzz_check(file[number].fd > 0 && !ftruncate(file[number].fd, 0) &&
			   pwrite(file[number].fd, data, size, 0) == (ssize_t)size,
		   "no memory for a file");
	return file[number].name;
}
