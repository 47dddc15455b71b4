/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <archive.h>
#include <archive_entry.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "util.h"

void rp_bundle_add(struct rp_bundle *b, const char *name, char *data, size_t size)
{
	struct rp_member *m = &b->member[b->n++];

	m->name = rp_format("%s", name);
	m->data = data;
	m->size = size;
}

const struct rp_member *rp_bundle_find(const struct rp_bundle *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (!strcmp(b->member[i].name, name))
			return &b->member[i];
	return NULL;
}

char *rp_bundle_sums(const struct rp_bundle *b)
{
	char *text = rp_format("%s", ""), *longer;
	char hex[SHA256_DIGEST_STRING_LENGTH];
	size_t i;

	for (i = 0; i < b->n; i++) {
		SHA256Data((const uint8_t *)b->member[i].data, b->member[i].size, hex);
		longer = rp_format("%s%s  %s\n", text, hex, b->member[i].name);
		free(text);
		text = longer;
	}
	return text;
}

/* Where the archive's bytes go. */
struct sink {
	char *data;
	size_t size;
	size_t room;
};

static la_ssize_t take(struct archive *a, void *priv, const void *data, size_t len)
{
	struct sink *s = priv;

	(void)a;
	if (s->size + len > s->room) {
		s->room = (s->size + len) * 2;
		s->data = rp_renew(s->data, s->room);
	}
	memcpy(s->data + s->size, data, len);
	s->size += len;
	return (la_ssize_t)len;
}

static bool put_member(struct archive *a, const struct rp_member *m, time_t mtime)
{
	struct archive_entry *e = archive_entry_new();
	char *path = rp_format("%s%s", RP_BUNDLE_DIR, m->name);
	bool ok;

	archive_entry_set_pathname(e, path);
	archive_entry_set_size(e, (la_int64_t)m->size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, mtime, 0);
	archive_entry_set_uname(e, "root");
	archive_entry_set_gname(e, "root");
	ok = archive_write_header(a, e) == ARCHIVE_OK &&
	     archive_write_data(a, m->data, m->size) == (la_ssize_t)m->size;
	archive_entry_free(e);
	free(path);
	return ok;
}

char *rp_bundle_pack(const struct rp_bundle *b, time_t mtime, size_t *size, char *error,
		     size_t room)
{
	struct archive *a = archive_write_new();
	struct sink sink = { 0 };
	size_t i;
	bool ok;

	/* no time stamp of the compressor: equal input, equal bytes */
	ok = archive_write_add_filter_gzip(a) == ARCHIVE_OK &&
	     archive_write_set_filter_option(a, "gzip", "timestamp", NULL) == ARCHIVE_OK &&
	     archive_write_set_format_ustar(a) == ARCHIVE_OK &&
	     archive_write_open(a, &sink, NULL, take, NULL) == ARCHIVE_OK;
	for (i = 0; i < b->n && ok; i++)
		ok = put_member(a, &b->member[i], mtime);
	if (ok)
		ok = archive_write_close(a) == ARCHIVE_OK;
	if (!ok)
		snprintf(error, room, "cannot make the archive: %s", archive_error_string(a));
	archive_write_free(a);
	if (!ok) {
		free(sink.data);
		return NULL;
	}
	*size = sink.size;
	return sink.data;
}

/* One member into memory. */
static bool get_member(struct rp_bundle *b, struct archive *a, struct archive_entry *e, char *error,
		       size_t room)
{
	const char *path = archive_entry_pathname(e), *name;
	la_int64_t size = archive_entry_size(e);
	size_t dir = strlen(RP_BUNDLE_DIR), total = 0, i;
	char *data;

	if (!path || archive_entry_filetype(e) != AE_IFREG || strncmp(path, RP_BUNDLE_DIR, dir) ||
	    strchr(path + dir, '/')) {
		snprintf(error, room, "not a bundle: member '%s' does not belong there",
			 path ? path : "");
		return false;
	}
	name = path + dir;
	if (b->n == RP_BUNDLE_MEMBERS || rp_bundle_find(b, name)) {
		snprintf(error, room, "not a bundle: too many members, or '%s' twice", name);
		return false;
	}
	for (i = 0; i < b->n; i++)
		total += b->member[i].size;
	if (size < 0 || size > RP_BUNDLE_BYTES || total > RP_BUNDLE_BYTES) {
		snprintf(error, room, "not a bundle: '%s' makes it larger than any run", name);
		return false;
	}
	data = rp_renew(NULL, (size_t)size + 1);
	if (archive_read_data(a, data, (size_t)size) != (la_ssize_t)size) {
		snprintf(error, room, "'%s' is cut: %s", name,
			 archive_error_string(a) ? archive_error_string(a) : "unexpected end");
		free(data);
		return false;
	}
	data[size] = '\0';
	rp_bundle_add(b, name, data, (size_t)size);
	return true;
}

bool rp_bundle_read(struct rp_bundle *b, const char *path, char *error, size_t room)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	bool ok;
	int got;

	archive_read_support_filter_gzip(a);
	archive_read_support_format_tar(a);
	ok = archive_read_open_filename(a, path, 65536) == ARCHIVE_OK;
	while (ok && (got = archive_read_next_header(a, &e)) != ARCHIVE_EOF) {
		if (got != ARCHIVE_OK)
			ok = false;
		else if (!get_member(b, a, e, error, room)) {
			archive_read_free(a);
			return false;
		}
	}
	if (!ok)
		snprintf(error, room, "cannot read: %s", archive_error_string(a));
	archive_read_free(a);
	return ok;
}

void rp_bundle_free(struct rp_bundle *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		free(b->member[i].name);
		free(b->member[i].data);
	}
	b->n = 0;
}
