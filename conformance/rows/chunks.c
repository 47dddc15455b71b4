// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * SAVE_DATA and LOAD_DATA in parts: lengths, offsets, totals, order, gaps,
 * overlap, starting over, giving up.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM)

static struct hn_image suspended_image(struct ct *ct)
{
	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	return hn_scene_saved(ct, 1);
}

/* The VF must be SUSPENDED with this very state; then it goes on. */
static void unchanged(struct ct *ct, const struct hn_image *image, const char *what)
{
	struct hn_image after = hn_save(ct, 1);

	hn_image_equal(ct, image, &after, what);
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

static const uint32_t chunk_sizes[] = { 4, 8, 60, 64, 512, 1000, 4092, 4096, 4100 };

static unsigned int chunk_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(chunk_sizes) / sizeof(chunk_sizes[0]);
}

static void chunk_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%u-bytes", chunk_sizes[i]);
}

static void save_in_chunks(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	struct hn_image pieces = hn_save_chunked(ct, 1, chunk_sizes[i]);

	hn_image_equal(ct, &image, &pieces, "image saved in parts");
	hn_resume(ct, 1);
}

CT_ROW(chunk_save, .id = "SAV/parts-make-the-whole-image",
       .reqs = "LM-SAV-040 LM-SAV-050 LM-SAV-085", .given = "a suspended VF",
       .when = "its image is saved in parts of 4 to 4100 bytes",
       .expect = "the bytes of one SAVE_DATA of the whole", .flags = FLAGS, .cases = chunk_cases,
       .name = chunk_name, .run = save_in_chunks);

static void save_any_order(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	uint8_t *part = hn_mem(ct, 1024);
	struct ct_cqe cqe;

	for (unsigned int n = 0; n < 40; n++) {
		uint32_t offset = (uint32_t)(ct_random(ct) % (image.len / 4)) * 4;
		uint32_t len = 4 + (uint32_t)(ct_random(ct) % 255) * 4;
		uint32_t expected = len < image.len - offset ? len : image.len - offset;

		if (i && offset == 0)
			offset = 4, expected = len < image.len - 4 ? len : image.len - 4;
		memset(part, 0xC3, 1024);
		hn_save_part(ct, 1, part, len, offset, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
		ct_check(ct, cqe.dw0 == expected, "%u bytes at %u: Dword 0 is %u, not %u", len,
			 offset, cqe.dw0, expected);
		ct_check(ct, memcmp(part, image.bytes + offset, expected) == 0,
			 "%u bytes at %u differ from the whole image", len, offset);
		for (uint32_t k = expected; k < 1024; k++)
			ct_check(ct, part[k] == 0xC3, "byte %u behind the part was written", k);
	}
	hn_resume(ct, 1);
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

CT_ROW(chunk_save_order, .id = "SAV/parts-come-in-any-order-with-any-overlap",
       .reqs = "LM-SAV-085 LM-SAV-050 LM-SAV-080",
       .given = "a suspended VF whose image was saved once",
       .when = "parts at random offsets and of random lengths are saved",
       .expect = "the bytes of the whole image", .flags = FLAGS, .cases = two_cases,
       .run = save_any_order);

/* SAVE_DATA with a length or offset outside the rules. */
struct bad_save {
	const char *name;
	uint32_t len;
	int64_t offset; /* below 0: from the image's size */
	bool relative;
};

static const struct bad_save bad_saves[] = {
	{ "len-1", 1, 0, false },
	{ "len-2", 2, 0, false },
	{ "len-3", 3, 0, false },
	{ "len-not-multiple-of-4", 1022, 0, false },
	{ "offset-1", 64, 1, false },
	{ "offset-2", 64, 2, false },
	{ "offset-at-the-size", 64, 0, true },
	{ "offset-4-beyond-the-size", 64, 4, true },
	{ "offset-fffffffc", 64, 0xFFFFFFFC, false },
	{ "len-0-with-offset-4", 0, 4, false },
	{ "len-0-with-last-offset", 0, -4, true },
};

static unsigned int bad_save_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(bad_saves) / sizeof(bad_saves[0]);
}

static void bad_save_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", bad_saves[i].name);
}

static void bad_save(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	const struct bad_save *b = &bad_saves[i];
	uint8_t *part = hn_mem(ct, image.len);
	struct ct_cqe cqe;
	struct hn_cmd cmd;

	memset(part, 0xC3, image.len);
	cmd = hn_save_cmd(1, part, image.len,
			  (uint32_t)(b->offset + (b->relative ? image.len : 0)));
	lm_put_le32(cmd.sqe + LM_SQE_LENGTH, b->len);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	for (uint32_t k = 0; k < image.len; k++)
		ct_check(ct, part[k] == 0xC3, "byte %u was transferred", k);
	unchanged(ct, &image, "VF after a SAVE_DATA that was refused");
}

CT_ROW(chunk_bad_save, .id = "SAV/bad-length-or-offset-answers-002h-without-data",
       .reqs = "LM-SAV-030 LM-SAV-040", .given = "a suspended VF",
       .when = "SAVE_DATA with a LEN or OFST that is not a multiple of 4, or an OFST beyond the image or without LEN",
       .expect = "002h, nothing transferred, the VF as before", .flags = FLAGS,
       .cases = bad_save_cases, .name = bad_save_name, .run = bad_save);

static void load_in_chunks(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;

	hn_need_vfs(ct, 2);
	image = suspended_image(ct);
	hn_suspend(ct, 2);
	hn_load_chunked(ct, 2, &image, chunk_sizes[i]);
	after = hn_save(ct, 2);
	hn_image_equal(ct, &image, &after, "image loaded in parts");
	hn_resume(ct, 2);
	hn_flr(ct, 1);
}

CT_ROW(chunk_load, .id = "LOD/parts-make-the-whole-image",
       .reqs = "LM-LOD-040 LM-LOD-060 LM-LOD-070 LM-LOD-090 LM-STA-670 LM-STA-680",
       .given = "a suspended VF and an image of another VF",
       .when = "the image is loaded in parts of 4 to 4100 bytes",
       .expect = "LOADING until the last part, then the state in the image",
       .needs = CT_CAP(CT_CAP_VF_REGS) | CT_CAP(CT_CAP_DMA), .flags = FLAGS, .cases = chunk_cases,
       .name = chunk_name, .run = load_in_chunks);

/* LOAD_DATA with numbers outside the rules; max stands for the largest image. */
enum number { N_ABSOLUTE, N_IMAGE, N_MAX };
struct bad_load {
	const char *name;
	enum number size_of;
	int32_t size;
	enum number offset_of;
	int32_t offset;
	enum number total_of;
	int32_t total;
	bool after_first; /* a first part of 64 bytes is staged before */
};

static const struct bad_load bad_loads[] = {
	{ "size-0", N_ABSOLUTE, 0, N_ABSOLUTE, 0, N_ABSOLUTE, 0, false },
	{ "size-0-of-total", N_ABSOLUTE, 0, N_ABSOLUTE, 0, N_IMAGE, 0, false },
	{ "size-1", N_ABSOLUTE, 1, N_ABSOLUTE, 0, N_ABSOLUTE, 0, false },
	{ "size-2", N_ABSOLUTE, 2, N_ABSOLUTE, 0, N_ABSOLUTE, 0, false },
	{ "size-not-multiple-of-4", N_IMAGE, -1, N_ABSOLUTE, 0, N_ABSOLUTE, 0, false },
	{ "size-above-the-largest", N_MAX, 4, N_ABSOLUTE, 0, N_ABSOLUTE, 0, false },
	{ "total-above-the-largest", N_ABSOLUTE, 64, N_ABSOLUTE, 0, N_MAX, 4, false },
	{ "total-ffffffff", N_ABSOLUTE, 64, N_ABSOLUTE, 0, N_ABSOLUTE, -1, false },
	{ "total-not-multiple-of-4", N_ABSOLUTE, 64, N_ABSOLUTE, 0, N_IMAGE, -2, false },
	{ "size-above-total", N_ABSOLUTE, 68, N_ABSOLUTE, 0, N_ABSOLUTE, 64, false },
	{ "offset-without-total", N_ABSOLUTE, 64, N_ABSOLUTE, 64, N_ABSOLUTE, 0, false },
	{ "first-offset-1", N_ABSOLUTE, 64, N_ABSOLUTE, 1, N_IMAGE, 0, false },
	{ "next-offset-62", N_ABSOLUTE, 64, N_ABSOLUTE, 62, N_IMAGE, 0, true },
	{ "next-size-0", N_ABSOLUTE, 0, N_ABSOLUTE, 64, N_IMAGE, 0, true },
	{ "next-size-3", N_ABSOLUTE, 3, N_ABSOLUTE, 64, N_IMAGE, 0, true },
	{ "next-beyond-total", N_IMAGE, 0, N_ABSOLUTE, 64, N_IMAGE, 0, true },
	{ "next-wraps-around", N_ABSOLUTE, -60, N_ABSOLUTE, 64, N_IMAGE, 0, true },
	{ "next-offset-wraps-around", N_ABSOLUTE, 64, N_ABSOLUTE, -4, N_IMAGE, 0, true },
	{ "offset-and-size-wrap-around", N_ABSOLUTE, 64, N_ABSOLUTE, -64, N_IMAGE, 0, true },
	{ "offset-above-total", N_ABSOLUTE, 64, N_IMAGE, 4, N_IMAGE, 0, true },
};

static unsigned int bad_load_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(bad_loads) / sizeof(bad_loads[0]);
}

static void bad_load_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", bad_loads[i].name);
}

static uint32_t number(enum number of, int32_t n, uint32_t image, uint32_t max)
{
	return (of == N_IMAGE ? image : of == N_MAX ? max : 0) + (uint32_t)n;
}

static void bad_load(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	const struct bad_load *b = &bad_loads[i];
	uint32_t max = hn_largest_image(ct);
	uint8_t *data = hn_mem(ct, max + 64);
	struct ct_cqe cqe;
	struct hn_cmd cmd;

	memcpy(data, image.bytes, image.len);
	if (b->after_first) {
		hn_load_part(ct, 1, data, 64, 0, image.len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	}
	/* the buffer is large enough for whatever a device may take the numbers for */
	cmd = hn_load_cmd(1, data, (max + 8) & ~3u, number(b->offset_of, b->offset, image.len, max),
			  number(b->total_of, b->total, image.len, max));
	lm_put_le32(cmd.sqe + LM_SQE_LENGTH, number(b->size_of, b->size, image.len, max));
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	unchanged(ct, &image, "VF after a LOAD_DATA that was refused");
}

CT_ROW(chunk_bad_load, .id = "LOD/bad-size-offset-or-total-answers-002h",
       .reqs = "LM-LOD-030 LM-LOD-050 LM-LOD-100 LM-STA-700",
       .given = "a suspended VF, or one with a first part staged",
       .when = "LOAD_DATA with a SIZE, OFST or TOTAL outside its rules",
       .expect = "002h, staged parts dropped, the VF SUSPENDED as before", .flags = FLAGS,
       .cases = bad_load_cases, .name = bad_load_name, .run = bad_load);

/* Parts that do not follow the staged ones: offset and total relative to what is right. */
struct misfit {
	const char *name;
	int32_t offset;
	int32_t total;
};

static const struct misfit misfits[] = {
	{ "gap-of-4", 4, 0 },	     { "gap-of-1024", 1024, 0 }, { "overlap-of-4", -4, 0 },
	{ "overlap-of-60", -60, 0 }, { "total-less-4", 0, -4 },	 { "total-more-4", 0, 4 },
	{ "total-half", 0, -1024 },
};

static unsigned int misfit_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(misfits) / sizeof(misfits[0]);
}

static void misfit_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", misfits[i].name);
}

static void misfit(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	const struct misfit *m = &misfits[i];
	struct ct_cqe cqe;

	hn_load_part(ct, 1, image.bytes, 64, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_load_part(ct, 1, image.bytes + 64, 64, 64 + (uint32_t)m->offset,
		     image.len + (uint32_t)m->total, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	/* what was staged is gone: the part that would have fitted does not any more */
	hn_load_part(ct, 1, image.bytes + 64, 64, 64, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	unchanged(ct, &image, "VF after a part that did not fit");
}

CT_ROW(chunk_misfit, .id = "LOD/part-that-does-not-follow-answers-00ch-and-drops-the-rest",
       .reqs = "LM-LOD-080 LM-LOD-100 LM-STA-690 LM-STA-470",
       .given = "a suspended VF with a first part of 64 bytes staged",
       .when = "a part with a gap, an overlap or another total is loaded",
       .expect = "00Ch, staged parts dropped, the VF SUSPENDED as before", .flags = FLAGS,
       .cases = misfit_cases, .name = misfit_name, .run = misfit);

/* A part that names memory that does not answer, or by a PRP that it must not have. */
static void part_fails(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	struct hn_cmd cmd = hn_load_cmd(1, image.bytes + 64, 64, 64, image.len);
	struct ct_cqe cqe;

	hn_expect_faults(ct);
	hn_load_part(ct, 1, image.bytes, 64, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	cmd.raw = true;
	hn_prps(ct, cmd.sqe, hn_buf(ct, NVME_PAGE).iova + (i ? 2 : NVME_PAGE), 64);
	hn_admin(ct, 0, &cmd, &cqe);
	if (!i) {
		ct_status(ct, &cqe, LM_SC_DATA_TRANSFER);
	} else {
		ct_status(ct, &cqe, LM_SC_PRP_OFFSET, LM_SC_INVALID_FIELD, LM_SC_SUCCESS);
		if (cqe.status == LM_SC_SUCCESS)
			hn_suspend(ct, 1); /* it takes the offset as 0: the part is staged */
	}
	if (ct_profile_proposal(ct))
		ct_check(ct, hn_vf_state(ct, 1) == LM_STATE_SUSPENDED, "the VF is not SUSPENDED");
	hn_load_part(ct, 1, image.bytes + 64, 64, 64, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	unchanged(ct, &image, "VF after a part whose transfer failed");
}

static unsigned int part_fails_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void part_fails_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "prp-offset" : "no-memory");
}

CT_ROW(chunk_part_fails, .id = "LOD/part-whose-transfer-fails-drops-the-rest",
       .reqs = "LM-LOD-100 LM-STA-700 LM-COM-320",
       .given = "a suspended VF with a first part of 64 bytes staged",
       .when = "the next part names memory that does not answer, or has bit 1 of PRP1 set",
       .expect = "004h; 013h or 002h; staged parts dropped, the VF SUSPENDED as before",
       .needs = CT_CAP(CT_CAP_GUARD) | CT_CAP(CT_CAP_PF_OWNED), .flags = FLAGS,
       .cases = part_fails_cases, .name = part_fails_name, .run = part_fails);

/* The largest image is one that the device takes. */
static void largest(struct ct *ct, unsigned int i)
{
	uint32_t max = hn_largest_image(ct);
	struct hn_image image = suspended_image(ct);
	uint8_t *data = hn_mem(ct, max);
	struct ct_cqe cqe;

	hn_load_part(ct, 1, data, i ? max : 4, 0, i ? 0 : max, &cqe);
	if (i)
		ct_status(ct, &cqe, LM_SC_INVALID_IMAGE);
	else
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_suspend(ct, 1);
	unchanged(ct, &image, "VF after a load of the largest size");
}

static unsigned int largest_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void largest_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "as-SIZE" : "as-TOTAL");
}

CT_ROW(chunk_largest, .id = "LOD/size-of-the-largest-image-is-accepted",
       .reqs = "LM-LOD-050 LM-LOD-040 LM-DIS-050", .given = "a suspended VF",
       .when = "TOTAL or SIZE is the largest image that Identify reports, all bytes zero",
       .expect = "TOTAL: the first part is staged; SIZE: 1C0h, not 002h", .flags = FLAGS,
       .cases = largest_cases, .name = largest_name, .run = largest);

static void start_over(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct), after, wrong;
	struct ct_cqe cqe;

	(void)i;
	wrong = hn_image_copy(ct, &image);
	memset(wrong.bytes, 0xEE, wrong.len);
	hn_load_part(ct, 1, wrong.bytes, 128, 0, image.len + 64, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_load_part(ct, 1, wrong.bytes + 128, 64, 128, image.len + 64, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_load_chunked(ct, 1, &image, 256);
	after = hn_save(ct, 1);
	hn_image_equal(ct, &image, &after, "image after starting over");
	hn_resume(ct, 1);
}

CT_ROW(chunk_start_over, .id = "LOD/offset-0-starts-over", .reqs = "LM-LOD-060 LM-STA-660",
       .given = "a suspended VF with parts of a wrong image staged",
       .when = "a right image is loaded from offset 0 on",
       .expect = "the parts before are gone, the right image takes effect", .flags = FLAGS,
       .run = start_over);

static void abandon(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct);
	uint32_t step = image.len / 4 & ~3u;
	struct ct_cqe cqe;

	for (uint32_t at = 0; at < (i + 1) * step && at + step < image.len; at += step) {
		hn_load_part(ct, 1, image.bytes + at, step, at, image.len, &cqe);
		ct_status(ct, &cqe, LM_SC_SUCCESS);
	}
	hn_suspend(ct, 1);
	hn_load_part(ct, 1, image.bytes + step, step, step, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SEQUENCE);
	unchanged(ct, &image, "VF after a load that was given up");
}

static unsigned int abandon_cases(struct ct *ct)
{
	(void)ct;
	return 3;
}

CT_ROW(chunk_abandon, .id = "SUS/suspend-gives-up-a-load", .reqs = "LM-SUS-040 LM-STA-620",
       .given = "a suspended VF with one, two or three quarters of an image staged",
       .when = "SUSPEND", .expect = "success, staged parts dropped, the VF SUSPENDED as before",
       .flags = FLAGS, .cases = abandon_cases, .run = abandon);

/* Errors that are not about this VF must not cost it its staged parts. */
static void bystander(struct ct *ct, unsigned int i)
{
	struct hn_image image = suspended_image(ct), after;
	uint32_t half = image.len / 2 & ~3u;
	struct ct_cqe cqe;

	hn_load_part(ct, 1, image.bytes, half, 0, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	hn_load_part(ct, i ? 0xFFFF : 0, image.bytes + half, image.len - half, half, image.len,
		     &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	hn_load_part(ct, 1, image.bytes + half, image.len - half, half, image.len, &cqe);
	ct_status(ct, &cqe, LM_SC_SUCCESS);
	after = hn_save(ct, 1);
	hn_image_equal(ct, &image, &after, "image loaded around another command's error");
	hn_resume(ct, 1);
}

CT_ROW(chunk_bystander, .id = "LOD/errors-before-the-vf-index-leave-staged-parts-alone",
       .reqs = "LM-LOD-105", .given = "a suspended VF with half of an image staged",
       .when = "a LOAD_DATA for a VF that does not exist, then the other half",
       .expect = "002h, then success", .flags = FLAGS, .cases = two_cases, .run = bystander);
