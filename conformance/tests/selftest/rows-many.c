/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* 300 rows that fail: an exit code that counted them would be 44. */
#include "ct-row.h"

static void run(struct ct *ct, unsigned int i)
{
	(void)i;
	ct_check(ct, false, "one of many");
}

#define ONE(n)                                                                        \
	CT_ROW(many_##n, .id = "MANY/" #n, .reqs = "LM-DIS-010", .given = "a device", \
	       .when = "300 rows fail", .expect = "exit code 1", .run = run);
#define TEN(n)    \
	ONE(n##0) \
	ONE(n##1) \
	ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
#define HUNDRED(n) \
	TEN(n##0)  \
	TEN(n##1)  \
	TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)

HUNDRED(0)
HUNDRED(1)
HUNDRED(2)
