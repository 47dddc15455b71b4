/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A guest on its way to another machine: the image of its VF and its memory in
 * one file. Little-endian; nothing of it is used before all of it was checked.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "migrate.h"
#include "nvme-lm.h"
#include "say.h"

#define MAGIC "NVMELMMG"
#define FORMAT 1u

/* Header */
#define F_MAGIC 0 /* 8 bytes */
#define F_FORMAT 8 /* 32 bits */
#define F_CRC 12 /* 32 bits, CRC32C of the whole file, this field as zero */
#define F_IMAGE 16 /* 32 bits, bytes of the image, which follows the header */
#define F_RESERVED 20 /* 32 bits, zero */
#define F_ARENA 24 /* 64 bits, bytes of the arena, which follows the image */
#define F_SIZE 32

/* More than any shape takes. */
#define MAX_ARENA (UINT64_C(2) << 30)

static uint32_t checksum(uint8_t header[F_SIZE], const struct mg *m, size_t arena)
{
	uint32_t crc;

	lm_put_le32(header + F_CRC, 0);
	crc = hn_crc32c(0, header, F_SIZE);
	crc = hn_crc32c(crc, m->image, m->image_len);
	return hn_crc32c(crc, m->arena, (uint32_t)arena);
}

static bool put(struct mg *m, FILE *f, const char *path, const void *data, size_t len)
{
	if (fwrite(data, 1, len, f) == len)
		return true;
	return mg_stop(&m->out, CT_EXIT_USAGE, "%s: cannot write it: %s", path, strerror(errno));
}

bool mg_write_file(struct mg *m, const char *path)
{
	uint8_t header[F_SIZE] = { 0 };
	size_t arena = m->layout.length;
	bool ok;
	FILE *f;

	memcpy(header + F_MAGIC, MAGIC, 8);
	lm_put_le32(header + F_FORMAT, FORMAT);
	lm_put_le32(header + F_IMAGE, m->image_len);
	lm_put_le64(header + F_ARENA, arena);
	lm_put_le32(header + F_CRC, checksum(header, m, arena));
	f = fopen(path, "wbe");
	if (!f)
		return mg_stop(&m->out, CT_EXIT_USAGE, "%s: cannot write it: %s", path,
			       strerror(errno));
	ok = put(m, f, path, header, F_SIZE) && put(m, f, path, m->image, m->image_len) &&
	     put(m, f, path, m->arena, arena);
	if (fclose(f) && ok)
		ok = mg_stop(&m->out, CT_EXIT_USAGE, "%s: cannot write it: %s", path,
			     strerror(errno));
	return ok;
}

static bool bad(struct mg *m, const char *path, const char *what)
{
	return mg_stop(&m->out, CT_EXIT_USAGE, "%s: %s", path, what);
}

static bool get(struct mg *m, FILE *f, const char *path, void *data, size_t len)
{
	if (fread(data, 1, len, f) == len)
		return true;
	return bad(m, path, ferror(f) ? strerror(errno) : "it is cut off");
}

/* The lengths, before anything of these lengths is read. */
static bool read_header(struct mg *m, FILE *f, const char *path, uint8_t header[F_SIZE],
			uint64_t *arena)
{
	if (!get(m, f, path, header, F_SIZE))
		return false;
	if (memcmp(header, MAGIC, 8))
		return bad(m, path, "it is no guest that was saved");
	if (lm_get_le32(header + F_FORMAT) != FORMAT)
		return bad(m, path, "it is of a format that this program does not know");
	m->image_len = lm_get_le32(header + F_IMAGE);
	*arena = lm_get_le64(header + F_ARENA);
	if (!m->image_len || m->image_len % 4 || m->image_len > MG_MAX_IMAGE ||
	    *arena < sizeof(struct mg_state) || *arena % MG_PAGE || *arena > MAX_ARENA ||
	    lm_get_le32(header + F_RESERVED))
		return bad(m, path, "its lengths are not valid");
	return true;
}

/* The shape says how long the arena is; nothing else of it is believed yet. */
static bool read_arena(struct mg *m, FILE *f, const char *path, uint64_t arena)
{
	struct mg_state state;
	struct mg_layout l;
	const char *wrong;

	if (!get(m, f, path, &state, sizeof(state)))
		return false;
	wrong = mg_shape_check(&state.shape);
	if (wrong)
		return bad(m, path, wrong);
	mg_layout(&l, &state.shape);
	if (l.length != arena)
		return bad(m, path, "its length is not that of its shape");
	if (!mg_map_arena(m, &state.shape))
		return false;
	memcpy(m->arena, &state, sizeof(state));
	return get(m, f, path, m->arena + sizeof(state), arena - sizeof(state));
}

static bool read_all(struct mg *m, FILE *f, const char *path)
{
	uint8_t header[F_SIZE];
	const char *wrong;
	uint64_t arena = 0;
	uint32_t crc;

	if (!read_header(m, f, path, header, &arena) || !get(m, f, path, m->image, m->image_len) ||
	    !read_arena(m, f, path, arena))
		return false;
	if (fgetc(f) != EOF)
		return bad(m, path, "there is more in it than there has to be");
	crc = lm_get_le32(header + F_CRC);
	if (crc != checksum(header, m, arena))
		return bad(m, path, "its checksum is wrong");
	wrong = mg_arena_check(m->arena, arena);
	return !wrong || bad(m, path, wrong);
}

/* What the guest writes on this machine has to be what may be overwritten. */
static bool allowed(struct mg *m, const char *path)
{
	const struct mg_shape *s = &((const struct mg_state *)m->arena)->shape;
	const struct ct_scratch *may = &m->a.scratch;

	if (m->side[0].t.info.caps & CT_CAP(CT_CAP_FRESH) && !may->nsid)
		return true;
	if (!may->nsid)
		return bad(m, path, "the guest overwrites blocks: say which by --scratch");
	if (s->nsid == may->nsid && s->slba >= may->slba &&
	    s->slba + s->blocks <= may->slba + may->nlb)
		return true;
	return bad(m, path, "its guest writes outside the range of --scratch");
}

bool mg_read_file(struct mg *m, const char *path)
{
	FILE *f = fopen(path, "rbe");
	bool ok;

	if (!f)
		return bad(m, path, strerror(errno));
	ok = read_all(m, f, path);
	fclose(f);
	if (!ok || !allowed(m, path))
		return false;
	m->at = mg_first_place(m);
	mg_guest_adopt(&m->guest, m->arena, &m->out);
	if (!mg_reach(m, m->at) || !mg_reset_vf(m, m->at) || !m->mover->stop(m, m->at) ||
	    !mg_prepare(m, m->at, m->guest.shape) || !m->mover->load(m, m->at, 0) ||
	    !mg_guest_place(&m->guest, &m->side[0].t, m->at.vf) || !m->mover->start(m, m->at))
		return false;
	m->guest.state->moves++;
	m->a.pairs = m->guest.shape->pairs;
	m->a.depth = m->guest.shape->depth;
	return true;
}
