/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The one way text gets into a report. Every string that comes from outside is
 * escaped for the format that is being written, so that a device's serial
 * number cannot end an attribute or start a script.
 */
#ifndef RP_OUT_H
#define RP_OUT_H

#include <stdarg.h>
#include <stdio.h>

enum rp_escape {
	RP_PLAIN, /* a terminal: control characters made visible, all else as it is */
	RP_HTML, /* text and double-quoted attributes */
	RP_XML, /* the same, and nothing that XML 1.0 cannot hold */
	RP_MARKDOWN, /* one line of inline text, also inside a table cell */
	RP_TAP, /* a test's description or a directive's text */
	RP_YAML, /* the inside of a double-quoted YAML scalar */
};

struct rp_out {
	FILE *file;
	enum rp_escape escape;
};

/*
 * As printf, with %s, %.1f, %u, %zu, %d, %c and %%; the format is written as it
 * stands, every %s is escaped.
 */
void rp_put(struct rp_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Writes text as it stands: our own markup only. */
void rp_raw(struct rp_out *out, const char *text);

/* Writes text escaped. */
void rp_text(struct rp_out *out, const char *text);

/*
 * Decodes one character of text, at most 4 bytes, never past a NUL; *len gets
 * the bytes taken. Bytes that are no UTF-8 give U+FFFD, one at a time.
 */
unsigned int rp_utf8(const char *text, unsigned int *len);

#endif
