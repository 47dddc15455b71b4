/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * CMocka; or, where its library is not there for the machine (s390x), as much
 * of its interface as the model's unit tests use.
 */
#ifndef LM_UNIT_H
#define LM_UNIT_H

#ifndef LM_BARE_UNIT

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#else

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*test)(void **state);
	int (*setup)(void **state);
	int (*teardown)(void **state);
};

#define cmocka_unit_test_setup_teardown(f, s, t) \
	{                                        \
#f, f, s, t                      \
	}

static const char *unit_running;

static inline void unit_fail(const char *file, int line, const char *what, unsigned long long a,
			     unsigned long long b)
{
	printf("%s:%d: %s: %s (%#llx, %#llx)\n", file, line, unit_running ? unit_running : "?",
	       what, a, b);
	exit(1);
}

#define unit_check(cond, a, b) \
	((cond) ? (void)0 : unit_fail(__FILE__, __LINE__, #cond, (unsigned long long)(a), b))
#define assert_int_equal(a, b) \
	unit_check((unsigned long long)(a) == (unsigned long long)(b), a, (unsigned long long)(b))
#define assert_int_not_equal(a, b) \
	unit_check((unsigned long long)(a) != (unsigned long long)(b), a, (unsigned long long)(b))
#define assert_true(a) unit_check(a, 0, 0)
#define assert_false(a) unit_check(!(a), 0, 0)
#define assert_non_null(a) unit_check((a) != NULL, 0, 0)
#define assert_null(a) unit_check((a) == NULL, 0, 0)
#define assert_memory_equal(a, b, n) unit_check(!memcmp(a, b, n), 0, 0)
#define assert_in_range(v, lo, hi) unit_check((v) >= (lo) && (v) <= (hi), v, 0)

static inline int unit_run(const struct CMUnitTest *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		void *state = NULL;

		unit_running = t[i].name;
		if (t[i].setup && t[i].setup(&state))
			unit_fail(__FILE__, __LINE__, "setup failed", 0, 0);
		t[i].test(&state);
		if (t[i].teardown)
			t[i].teardown(&state);
	}
	printf("%zu passed, 0 failed\n", n);
	return 0;
}

#define cmocka_run_group_tests(t, s, d) unit_run(t, sizeof(t) / sizeof((t)[0]))

#endif

#endif
