/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A bundle: a gzipped tar archive with these members under one directory, in
 * this order: run.jsonl, environment.json, waivers.json, report.tap,
 * junit.xml, report.md, index.html, SHA256SUMS.
 */
#ifndef RP_MEMBERS_H
#define RP_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define RP_BUNDLE_DIR "nvme-lm-conformance/"
#define RP_BUNDLE_LOG "run.jsonl"
#define RP_BUNDLE_ENV "environment.json"
#define RP_BUNDLE_WAIVERS "waivers.json"
#define RP_BUNDLE_SUMS "SHA256SUMS"

/* More than any run leaves; a bundle from elsewhere cannot fill the memory. */
#define RP_BUNDLE_MEMBERS 32
#define RP_BUNDLE_BYTES (512u << 20)

struct rp_member {
	char *name; /* without the directory */
	char *data; /* NUL-terminated */
	size_t size;
};

struct rp_bundle {
	struct rp_member member[RP_BUNDLE_MEMBERS];
	size_t n;
};

/* Appends a member, which takes over data. */
void rp_bundle_add(struct rp_bundle *b, const char *name, char *data, size_t size);

/* The member, or NULL. */
const struct rp_member *rp_bundle_find(const struct rp_bundle *b, const char *name);

/* SHA256SUMS of the members so far, as sha256sum -c reads it. Fresh memory. */
char *rp_bundle_sums(const struct rp_bundle *b);

/*
 * The archive's bytes: a function of the members and mtime alone. NULL with a
 * line in error when it cannot be made. Fresh memory.
 */
char *rp_bundle_pack(const struct rp_bundle *b, time_t mtime, size_t *size, char *error,
		     size_t room);

/* Reads an archive. False with a line in error when it is no bundle. */
bool rp_bundle_read(struct rp_bundle *b, const char *path, char *error, size_t room);

void rp_bundle_free(struct rp_bundle *b);

#endif
