/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What every writer of JSON here needs. */
#ifndef CT_JSON_H
#define CT_JSON_H

#include <jansson.h>

/** ct_json_text() - a string that may hold a device's bytes: what is no UTF-8 becomes '?' */
json_t *ct_json_text(const char *s);

/** ct_json_line() - one compact line, ended by a newline; free() it; exits when out of memory */
char *ct_json_line(const json_t *o);

/** ct_json_string(), ct_json_uint() - a member, or "" and 0 where it is missing or of another type */
const char *ct_json_string(const json_t *o, const char *key);
json_int_t ct_json_uint(const json_t *o, const char *key);

#endif
