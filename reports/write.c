/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"
#include "write.h"

static const struct {
	const char *name;
	const char *file;
} formats[RP_FORMAT_COUNT] = {
	[RP_FORMAT_TAP] = { "tap", "report.tap" },
	[RP_FORMAT_JUNIT] = { "junit", "junit.xml" },
	[RP_FORMAT_MARKDOWN] = { "markdown", "report.md" },
	[RP_FORMAT_HTML] = { "html", "index.html" },
};

enum rp_format rp_format_parse(const char *name)
{
	unsigned int f;

	for (f = 0; f < RP_FORMAT_COUNT && strcmp(formats[f].name, name); f++)
		;
	return (enum rp_format)f;
}

const char *rp_format_file(enum rp_format format)
{
	return formats[format].file;
}

void rp_format_write(FILE *file, enum rp_format format, struct rp_matrix *const *m, size_t n,
		     const struct rp_page *page)
{
	switch (format) {
	case RP_FORMAT_TAP:
		rp_tap(file, m[0]);
		break;
	case RP_FORMAT_JUNIT:
		rp_junit(file, m, n);
		break;
	case RP_FORMAT_MARKDOWN:
		rp_markdown(file, m, n);
		break;
	default:
		rp_html(file, m, n, page);
	}
}

static bool complain(const char *path, const char *what)
{
	fprintf(stderr, "nvme-lm-ct: %s: cannot %s: %s\n", path, what, strerror(errno));
	return false;
}

/*
 * A file appears whole or not at all; what is no regular file (a device, a pipe, a
 * link) is written to, not replaced.
 */
static bool is_replaced(const char *path)
{
	struct stat st;

	return lstat(path, &st) || S_ISREG(st.st_mode);
}

bool rp_save(const char *path, const void *data, size_t size)
{
	bool replaced = is_replaced(path);
	char *temp = rp_format("%s%s", path, replaced ? ".part" : "");
	FILE *file = fopen(temp, "w");
	bool ok = file && fwrite(data, 1, size, file) == size;

	if (file && fclose(file))
		ok = false;
	ok = ok && (!replaced || !rename(temp, path));
	if (!ok) {
		complain(path, "write");
		if (file && replaced)
			unlink(temp);
	}
	free(temp);
	return ok;
}

bool rp_format_save(const char *path, enum rp_format format, struct rp_matrix *const *m, size_t n,
		    const struct rp_page *page)
{
	char *data = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&data, &size);
	bool ok;

	if (!file)
		return complain(path, "prepare");
	rp_format_write(file, format, m, n, page);
	if (fclose(file)) {
		free(data);
		return complain(path, "prepare");
	}
	ok = rp_save(path, data, size);
	free(data);
	return ok;
}

char *rp_load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	char *data = NULL;
	size_t len = 0, room = 4096, got;
	bool ok;

	if (!file) {
		complain(path, "open");
		return NULL;
	}
	do {
		room *= 2;
		data = rp_renew(data, room);
		got = fread(data + len, 1, room - len - 1, file);
		len += got;
	} while (got);
	data[len] = '\0';
	ok = !ferror(file);
	if (!ok)
		complain(path, "read");
	fclose(file);
	if (!ok) {
		free(data);
		return NULL;
	}
	*size = len;
	return data;
}
