// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Host buffers of SAVE_DATA and LOAD_DATA: PRP entries and lists in all shapes,
 * and not a byte beside the buffer.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define PAGE 4096u
#define MAX_PAGES 8
#define FILL 0xA5
#define NEEDS (CT_CAP(CT_CAP_PF_OWNED) | CT_CAP(CT_CAP_DMA) | CT_CAP(CT_CAP_VF_REGS))

/*
 * A buffer of pages that do not follow each other, with a list built by hand.
 * Nothing but these pages answers, where the target guards its memory.
 */
struct scatter {
	unsigned int pages;
	uint32_t offset; /* of the first byte in its page */
	uint32_t len;
	struct hn_buf page[MAX_PAGES];
	struct hn_buf list[MAX_PAGES];
	unsigned int lists;
	uint64_t prp1;
	uint64_t prp2;
};

/* The list of a scatter, from where it has room for this many entries in its page. */
static void build_list(struct ct *ct, struct scatter *s, unsigned int room)
{
	struct hn_buf *list = &s->list[s->lists++];
	uint32_t at = PAGE - room * 8;

	*list = hn_buf(ct, PAGE);
	s->prp2 = list->iova + at;
	for (unsigned int entry = 1; entry < s->pages; at += 8) {
		if (at + 8 == PAGE && entry + 1 < s->pages) {
			/* the last entry of a page points on, where more entries follow */
			struct hn_buf *next = &s->list[s->lists++];

			*next = hn_buf(ct, PAGE);
			lm_put_le64(list->p + at, next->iova);
			list = next;
			at = 0;
		}
		lm_put_le64(list->p + at, s->page[entry++].iova);
	}
}

/* room: entries from the start of the first list to the end of its page, 0 = 512 */
static struct scatter scatter(struct ct *ct, uint32_t len, uint32_t offset, unsigned int room)
{
	struct scatter s = { .offset = offset, .len = len };

	s.pages = (offset + len + PAGE - 1) / PAGE;
	ct_check(ct, s.pages <= MAX_PAGES, "a buffer of %u pages is more than the row plans for",
		 s.pages);
	for (unsigned int i = s.pages; i-- > 0;) {
		s.page[i] = hn_buf(ct, PAGE);
		memset(s.page[i].p, FILL, PAGE);
	}
	s.prp1 = s.page[0].iova + offset;
	if (s.pages == 2)
		s.prp2 = s.page[1].iova;
	else if (s.pages > 2)
		build_list(ct, &s, room ? room : PAGE / 8);
	return s;
}

static uint8_t *scatter_at(struct scatter *s, uint32_t i)
{
	return s->page[(s->offset + i) / PAGE].p + (s->offset + i) % PAGE;
}

static void scatter_fill(struct scatter *s, const struct hn_image *image)
{
	for (uint32_t i = 0; i < image->len && i < s->len; i++)
		*scatter_at(s, i) = image->bytes[i];
}

/* The first len bytes are the image's from offset on, everything else is untouched. */
static void scatter_check(struct ct *ct, struct scatter *s, const struct hn_image *image,
			  uint32_t offset, uint32_t len)
{
	uint32_t total = s->pages * PAGE;

	for (uint32_t i = 0; i < total; i++) {
		uint8_t got = s->page[i / PAGE].p[i % PAGE];

		if (i >= s->offset && i < s->offset + len)
			ct_check(ct, got == image->bytes[offset + i - s->offset],
				 "byte %u of the buffer is %02xh, not %02xh", i - s->offset, got,
				 image->bytes[offset + i - s->offset]);
		else
			ct_check(ct, got == FILL, "byte %d beside the buffer was written: %02xh",
				 (int)i - (int)s->offset, got);
	}
}

static struct hn_cmd with_prps(struct hn_cmd cmd, const struct scatter *s, enum ct_dir dir)
{
	cmd.raw = true;
	cmd.data = NULL;
	cmd.dir = dir;
	lm_put_le64(cmd.sqe + LM_SQE_PRP1, s->prp1);
	lm_put_le64(cmd.sqe + LM_SQE_PRP2, s->prp2);
	return cmd;
}

static struct hn_cmd save_into(uint16_t vf, const struct scatter *s, uint32_t len, uint32_t offset)
{
	return with_prps(hn_save_cmd(vf, NULL, len, offset), s, CT_DIR_TO_HOST);
}

static struct hn_cmd load_from(uint16_t vf, const struct scatter *s, uint32_t len)
{
	return with_prps(hn_load_cmd(vf, NULL, len, 0, 0), s, CT_DIR_TO_DEVICE);
}

struct shape {
	const char *name;
	uint32_t offset;
	unsigned int room;
};

static const struct shape shapes[] = {
	{ "page-aligned", 0, 0 },
	{ "offset-4", 4, 0 },
	{ "offset-2048", 2048, 0 },
	{ "last-dword-of-first-page", PAGE - 4, 0 },
	{ "list-at-page-start", PAGE - 256, 0 },
	{ "list-ends-exactly-at-page-end", PAGE - 256, 2 },
	{ "list-of-only-a-pointer-to-the-next", PAGE - 256, 1 },
	{ "list-starts-in-mid-page", PAGE - 256, 100 },
};

static unsigned int shape_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(shapes) / sizeof(shapes[0]);
}

static void shape_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", shapes[i].name);
}

static void save_shape(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_cmd cmd;
	struct scatter s;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	s = scatter(ct, image.len, shapes[i].offset, shapes[i].room);
	cmd = save_into(1, &s, image.len, 0);
	ct_check(ct, hn_admin_ok(ct, 0, &cmd) == image.len, "Dword 0 is not the bytes written");
	scatter_check(ct, &s, &image, 0, image.len);
	hn_resume(ct, 1);
}

CT_ROW(buffer_save_shapes, .id = "SAV/image-arrives-through-any-prps",
       .reqs = "LM-COM-300 LM-SAV-010 LM-SAV-060",
       .given = "a suspended VF, a buffer of scattered pages",
       .when = "SAVE_DATA with an offset PRP1, two pages, or PRP lists of all shapes",
       .expect = "the image in the buffer, and nothing beside it", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = shape_cases, .name = shape_name,
       .run = save_shape);

static void load_shape(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;
	struct hn_cmd cmd;
	struct scatter s;

	hn_need_vfs(ct, 2);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	hn_suspend(ct, 2);
	s = scatter(ct, image.len, shapes[i].offset, shapes[i].room);
	scatter_fill(&s, &image);
	cmd = load_from(2, &s, image.len);
	hn_admin_ok(ct, 0, &cmd);
	after = hn_save(ct, 2);
	hn_image_equal(ct, &image, &after, "image loaded through these PRPs");
	hn_resume(ct, 2);
	hn_flr(ct, 1);
}

CT_ROW(buffer_load_shapes, .id = "LOD/image-is-read-through-any-prps",
       .reqs = "LM-COM-300 LM-LOD-010 LM-LOD-020",
       .given = "a suspended VF, an image in scattered pages",
       .when = "LOAD_DATA with an offset PRP1, two pages, or PRP lists of all shapes",
       .expect = "the VF has the state in the image", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = shape_cases, .name = shape_name,
       .run = load_shape);

/* Buffers shorter and longer than the image, ending where memory ends. */
static const int32_t lengths[] = { -4096, -8, -4, 0, 4, 8, 2048, 4096 };

static unsigned int length_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(lengths) / sizeof(lengths[0]) + 1;
}

static void length_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	if (i == 0)
		snprintf(buf, size, "4-bytes");
	else
		snprintf(buf, size, "size%+d", lengths[i - 1]);
}

static void save_length(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	uint32_t len, expected;
	struct hn_cmd cmd;
	struct scatter s;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	len = i == 0 ? 4 : image.len + (uint32_t)lengths[i - 1];
	expected = len < image.len ? len : image.len;
	/* the stated buffer ends with its last page */
	s = scatter(ct, len, (PAGE - len % PAGE) % PAGE, 0);
	cmd = save_into(1, &s, len, 0);
	ct_check(ct, hn_admin_ok(ct, 0, &cmd) == expected, "Dword 0 is not %u", expected);
	scatter_check(ct, &s, &image, 0, expected);
	hn_resume(ct, 1);
}

CT_ROW(buffer_save_lengths, .id = "SAV/stated-length-bounds-the-transfer",
       .reqs = "LM-SAV-020 LM-SAV-050 LM-SAV-060 LM-COM-330",
       .given = "a suspended VF, a buffer that ends where memory ends",
       .when = "SAVE_DATA with LEN below, at and above the size of the image",
       .expect = "the smaller of both is written and reported, nothing beside it is touched",
       .needs = NEEDS, .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = length_cases, .name = length_name,
       .run = save_length);

static void save_len_zero(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct hn_cmd cmd;
	struct scatter s;

	(void)i;
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	s = scatter(ct, image.len, (PAGE - image.len % PAGE) % PAGE, 0);
	cmd = save_into(1, &s, 0, 0);
	ct_check(ct, hn_admin_ok(ct, 0, &cmd) == image.len, "Dword 0 is not the image's size");
	scatter_check(ct, &s, &image, 0, image.len);
	hn_resume(ct, 1);
}

CT_ROW(buffer_save_len_zero, .id = "SAV/length-0-stands-for-the-queried-size",
       .reqs = "LM-SAV-020 LM-CMP-110 LM-SAV-060",
       .given = "a suspended VF, a buffer of the size that QUERY reports",
       .when = "SAVE_DATA with LEN 0, as a driver of 2022 sends it",
       .expect = "the whole image, nothing beside it", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .run = save_len_zero);

/* Parts of the buffer that no memory answers for. */
enum hole { HOLE_PRP1, HOLE_SECOND_PAGE, HOLE_LIST, HOLE_LIST_ENTRY, HOLE_CHAIN, HOLE_NULL, HOLES };

static const char *const hole_names[] = { "prp1",	"second-page",	"list",
					  "list-entry", "chained-list", "null-prps" };

static unsigned int hole_cases(struct ct *ct)
{
	(void)ct;
	return 2 * HOLES;
}

static void hole_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i % 2 ? "load" : "save", hole_names[i / 2]);
}

static void hole_case(struct ct *ct, unsigned int i)
{
	enum hole hole = (enum hole)(i / 2);
	const uint64_t nowhere = UINT64_C(0x7FFFFFFF0000);
	struct hn_image image, after;
	struct ct_cqe cqe;
	struct hn_cmd cmd;
	struct scatter s;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	hn_expect_faults(ct);
	s = scatter(ct, image.len, hole == HOLE_SECOND_PAGE ? 0 : PAGE - 256,
		    hole == HOLE_CHAIN ? 1 : 0);
	scatter_fill(&s, &image);
	switch (hole) {
	case HOLE_PRP1:
		s.prp1 = nowhere + s.offset;
		break;
	case HOLE_SECOND_PAGE:
	case HOLE_LIST:
		s.prp2 = nowhere;
		break;
	case HOLE_LIST_ENTRY:
		lm_put_le64(s.list[0].p + 8, nowhere);
		break;
	case HOLE_CHAIN:
		lm_put_le64(s.list[0].p + PAGE - 8, nowhere);
		break;
	default:
		s.prp1 = 0;
		s.prp2 = 0;
		break;
	}
	cmd = i % 2 ? load_from(1, &s, image.len) : save_into(1, &s, image.len, 0);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_DATA_TRANSFER);
	after = hn_save(ct, 1);
	hn_image_equal(ct, &image, &after, "VF after a transfer that failed");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(buffer_holes, .id = "COM/transfer-that-fails-answers-004h-and-changes-nothing",
       .reqs = "LM-COM-320 LM-SAV-130 LM-LOD-100", .given = "a suspended VF",
       .when = "SAVE_DATA or LOAD_DATA names memory that does not answer: a page, a list, a list's entry",
       .expect = "004h with DNR 0, the VF suspended and as before",
       .needs = NEEDS | CT_CAP(CT_CAP_GUARD), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = hole_cases,
       .name = hole_name, .run = hole_case);

/* Offsets where none belongs. */
static const char *const skew_names[] = {
	"prp1-bit-0",	 "prp1-bit-1",		"prp2-page-offset-4",	 "prp2-page-offset-2048",
	"list-bits-2-0", "list-entry-offset-4", "list-entry-offset-2048"
};
#define SKEWS (sizeof(skew_names) / sizeof(skew_names[0]))

static unsigned int skew_cases(struct ct *ct)
{
	(void)ct;
	return 2 * SKEWS;
}

static void skew_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-%s", i % 2 ? "load" : "save", skew_names[i / 2]);
}

static void skew(struct scatter *s, unsigned int which)
{
	switch (which) {
	case 0:
	case 1:
		s->prp1 |= 1u << which;
		break;
	case 2:
		s->prp2 += 4;
		break;
	case 3:
		s->prp2 += 2048;
		break;
	case 4:
		s->prp2 |= 7;
		break;
	default:
		lm_put_le64(s->list[0].p, s->page[1].iova + (which == 5 ? 4 : 2048));
		break;
	}
}

static void skew_case(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;
	struct ct_cqe cqe;
	struct hn_cmd cmd;
	struct scatter s;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	s = scatter(ct, image.len, i / 2 < 4 ? 0 : PAGE - 256, 0);
	if (i % 2)
		scatter_fill(&s, &image);
	skew(&s, i / 2);
	cmd = i % 2 ? load_from(1, &s, image.len) : save_into(1, &s, image.len, 0);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_PRP_OFFSET, LM_SC_INVALID_FIELD, LM_SC_SUCCESS);
	/* a device that takes the offset as 0 has to take it so */
	if (cqe.status == LM_SC_SUCCESS && i % 2 == 0)
		scatter_check(ct, &s, &image, 0, image.len);
	after = hn_save(ct, 1);
	hn_image_equal(ct, &image, &after, "VF after an offset where none belongs");
	hn_resume(ct, 1);
}

CT_ROW(buffer_skew, .id = "COM/prp-offset-where-none-belongs-is-refused-or-ignored",
       .reqs = "LM-COM-310", .given = "a suspended VF",
       .when = "SAVE_DATA or LOAD_DATA with an offset in PRP2, in a list pointer or a list entry, or in bits 1:0 of PRP1",
       .expect = "013h or 002h, or the transfer as if the offset were 0", .needs = NEEDS,
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = skew_cases, .name = skew_name, .run = skew_case);

/* Who moves the data, and how often. */
static void requester(struct ct *ct, unsigned int i)
{
	struct ct_event ev[256];
	struct hn_image image;
	unsigned int n, vf_acts;
	struct hn_cmd cmd;
	struct scatter s;
	uint64_t mark;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	s = scatter(ct, image.len, PAGE - 256, 0);
	scatter_fill(&s, &image);
	mark = hn_mark(ct);
	cmd = i ? load_from(1, &s, image.len) : save_into(1, &s, image.len, 0);
	hn_admin_ok(ct, 0, &cmd);
	vf_acts = hn_events(ct, mark, 1, HN_EV_ACTS, NULL, 0);
	ct_check(ct, vf_acts == 0, "%u transactions under the VF's requester ID", vf_acts);
	n = hn_events(ct, mark, 0, HN_EV(CT_EV_DMA_READ), ev, 256);
	for (unsigned int e = 0; e < n && e < 256; e++) {
		uint64_t start = ev[e].addr - s.list[0].iova;

		ct_check(ct, start >= PAGE || start + ev[e].len <= 8u * (s.pages - 1),
			 "%u bytes of the PRP list were read at %u, where it has %u", ev[e].len,
			 (unsigned int)start, 8 * (s.pages - 1));
	}
	n = hn_events(ct, mark, 0, i ? HN_EV(CT_EV_DMA_READ) : HN_EV(CT_EV_DMA_WRITE), ev, 256);
	for (unsigned int p = 0; p < s.pages; p++) {
		uint32_t first = p ? 0 : s.offset, last = PAGE, seen = 0;

		if (p == s.pages - 1)
			last = (s.offset + s.len - 1) % PAGE + 1;
		for (unsigned int e = 0; e < n && e < 256; e++) {
			uint64_t start = ev[e].addr - s.page[p].iova;

			if (ev[e].addr < s.page[p].iova || start >= PAGE)
				continue;
			ct_check(ct, start >= first && start + ev[e].len <= last,
				 "transfer of %u bytes at %u of page %u is beside the buffer",
				 ev[e].len, (unsigned int)start, p);
			seen += ev[e].len;
		}
		ct_check(ct, seen == last - first, "%u bytes moved of page %u, which has %u", seen,
			 p, last - first);
	}
	hn_resume(ct, 1);
}

static unsigned int save_and_load(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void save_or_load(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "load" : "save");
}

CT_ROW(buffer_requester, .id = "COM/data-move-once-under-the-pf-requester-id",
       .reqs = "LM-COM-020 LM-LOD-120 LM-LOD-130 LM-SEC-020 LM-COM-330",
       .given = "a suspended VF, a buffer in three pages", .when = "SAVE_DATA and LOAD_DATA",
       .expect = "each byte of the buffer moves once, by the PF, and none beside it",
       .needs = NEEDS | CT_CAP(CT_CAP_JOURNAL), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = save_and_load, .name = save_or_load, .run = requester);
