// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Images of any format: what a device owes the host whatever its image looks
 * like inside. A changed image is refused with the VF unchanged, or proven
 * harmless because SAVE gives back what was loaded.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "image.h"
#include "scene.h"

#define STRIPES 32u

static void stripe_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "bytes-%u-modulo-%u", i, STRIPES);
}

static unsigned int stripes(struct ct *ct)
{
	(void)ct;
	return STRIPES;
}

/* LOAD of a damaged image: refused and nothing changed, or harmless. */
static void refused_or_harmless(struct ct *ct, uint16_t vf, const struct hn_image *original,
				const struct hn_image *damaged, const char *what)
{
	struct hn_image after;
	struct ct_cqe cqe;

	hn_load_status(ct, vf, damaged, &cqe);
	after = hn_save(ct, vf);
	if (cqe.status == LM_SC_SUCCESS) {
		hn_image_equal(ct, damaged, &after, what);
		hn_load(ct, vf, original);
		return;
	}
	if (damaged->len > hn_largest_image(ct))
		ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	else
		ct_status(ct, &cqe, LM_SC_INVALID_IMAGE, LM_SC_INCOMPATIBLE_IMAGE,
			  LM_SC_NOT_ENOUGH_RESOURCES);
	hn_image_equal(ct, original, &after, what);
}

static void flipped_bytes(struct ct *ct, unsigned int i)
{
	struct hn_image image, damaged;
	char what[48];

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	for (uint32_t at = i; at < image.len; at += STRIPES) {
		uint8_t flip = at % 3 ? (uint8_t)(1u << at % 8) : 0xFF;

		damaged.bytes[at] ^= flip;
		snprintf(what, sizeof(what), "byte %u changed by %02xh", at, flip);
		refused_or_harmless(ct, 1, &image, &damaged, what);
		damaged.bytes[at] ^= flip;
	}
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(image_flipped, .id = "IMG/image-with-a-changed-byte-is-refused-or-harmless",
       .reqs = "LM-IMG-020 LM-LOD-100 LM-LOD-110 LM-SEC-030",
       .given = "a suspended VF and its image",
       .when = "one byte of the image is changed and it is loaded",
       .expect =
	       "1C0h, 1C1h or 138h and the VF as before, or SAVE gives the changed image; the VF works on",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = stripes, .name = stripe_name,
       .run = flipped_bytes);

static void truncated(struct ct *ct, unsigned int i)
{
	struct hn_image image, cut;
	char what[48];

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	cut = hn_image_copy(ct, &image);
	for (uint32_t len = 4 + 4 * i; len < image.len; len += 4 * STRIPES) {
		cut.len = len;
		snprintf(what, sizeof(what), "image cut to %u bytes", len);
		refused_or_harmless(ct, 1, &image, &cut, what);
	}
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(image_truncated, .id = "IMG/truncated-image-is-refused-or-harmless",
       .reqs = "LM-IMG-020 LM-LOD-100", .given = "a suspended VF and its image",
       .when = "only the first bytes of the image are loaded, for every length",
       .expect = "1C0h, 1C1h or 138h and the VF as before", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = stripes, .name = stripe_name, .run = truncated);

static void extended(struct ct *ct, unsigned int i)
{
	static const uint32_t extra[] = { 4, 8, 64, 4096 };
	struct hn_image image, longer;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	longer = hn_image_insert(ct, &image, image.len, extra[i / 2]);
	if (i % 2)
		memset(longer.bytes + image.len, 0xA5, extra[i / 2]);
	refused_or_harmless(ct, 1, &image, &longer, "image with trailing bytes");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

static unsigned int extended_cases(struct ct *ct)
{
	(void)ct;
	return 8;
}

CT_ROW(image_extended, .id = "IMG/image-with-trailing-bytes-is-refused-or-harmless",
       .reqs = "LM-IMG-020 LM-LOD-100", .given = "a suspended VF and its image",
       .when = "the image is loaded with 4 to 4096 bytes behind it, zero or not",
       .expect = "1C0h, 1C1h or 138h and the VF as before", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = extended_cases, .run = extended);

static void garbage(struct ct *ct, unsigned int i)
{
	struct hn_image image, noise;

	hn_need_vfs(ct, 1);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	noise = hn_image_copy(ct, &image);
	for (uint32_t at = 0; at < noise.len; at++)
		noise.bytes[at] = i == 0 ? 0 : i == 1 ? 0xFF : (uint8_t)ct_random(ct);
	refused_or_harmless(ct, 1, &image, &noise, "image of noise");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

static unsigned int garbage_cases(struct ct *ct)
{
	(void)ct;
	return 18;
}

CT_ROW(image_garbage, .id = "IMG/noise-is-no-image", .reqs = "LM-IMG-010 LM-IMG-020",
       .given = "a suspended VF", .when = "zeroes, ones or random bytes are loaded",
       .expect = "1C0h, 1C1h or 138h and the VF as before; it works on",
       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = garbage_cases, .run = garbage);

static void spliced(struct ct *ct, unsigned int i)
{
	struct hn_image rich, plain, splice;
	uint32_t at;

	hn_need_vfs(ct, 2);
	hn_scene_busy_life(ct, 1);
	rich = hn_scene_saved(ct, 1);
	plain = hn_scene_saved(ct, 2);
	splice = hn_image_copy(ct, &rich);
	at = (uint32_t)((uint64_t)(i + 1) * (plain.len < rich.len ? plain.len : rich.len) / 18);
	memcpy(splice.bytes + at, plain.bytes + at,
	       (plain.len < rich.len ? plain.len : rich.len) - at);
	refused_or_harmless(ct, 1, &rich, &splice, "two images spliced");
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
	hn_resume(ct, 2);
}

static unsigned int spliced_cases(struct ct *ct)
{
	(void)ct;
	return 16;
}

CT_ROW(image_spliced, .id = "IMG/two-images-spliced-are-refused-or-harmless",
       .reqs = "LM-IMG-020 LM-LOD-100", .given = "two suspended VFs with different state",
       .when = "the head of one image and the tail of the other are loaded as one",
       .expect = "1C0h, 1C1h or 138h and the VF as before", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = spliced_cases, .run = spliced);

static void loads_back(struct ct *ct, unsigned int i)
{
	struct hn_image image, after;
	uint16_t to = i ? 2 : 1;

	hn_need_vfs(ct, to);
	/* Only a reset takes the source from under the identity that went on. */
	if (to != 1 && !ct_has(ct, CT_CAP_FLR))
		ct_not_applicable(ct, "needs Function Level Reset of a VF");
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	if (to != 1)
		hn_suspend(ct, to);
	hn_load(ct, to, &image);
	after = hn_save(ct, to);
	hn_image_equal(ct, &image, &after, "save(load(image))");
	ct_check(ct, hn_query(ct, to) == image.len, "QUERY after LOAD is not the image's size");
	if (to != 1) {
		hn_move(ct, 1, to);
		hn_resume(ct, to);
		hn_flr(ct, 1);
	} else {
		hn_resume(ct, to);
	}
}

static unsigned int two_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void own_or_other(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "onto-another-vf" : "onto-the-same-vf");
}

CT_ROW(image_loads_back, .id = "IMG/image-loads-and-saves-back-equal",
       .reqs = "LM-IMG-030 LM-LOD-010 LM-CMP-020 LM-SAV-100",
       .given = "a suspended VF and its image",
       .when = "the image is loaded, on the VF itself or on another one, and saved again",
       .expect = "success, and the same bytes", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = two_cases, .name = own_or_other, .run = loads_back);

static void failed_load_then_resume(struct ct *ct, unsigned int i)
{
	bool neighbour = hn_num_vfs(ct) > 1;
	struct hn_image image, damaged;
	struct ct_cqe cqe;

	(void)i;
	hn_need_vfs(ct, 1);
	if (neighbour)
		hn_scene_busy_life(ct, 2);
	hn_scene_busy_life(ct, 1);
	image = hn_scene_saved(ct, 1);
	damaged = hn_image_copy(ct, &image);
	damaged.bytes[image.len / 2] ^= 0x40;
	damaged.bytes[image.len - 1] ^= 0x01;
	hn_load_status(ct, 1, &damaged, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_IMAGE, LM_SC_INCOMPATIBLE_IMAGE,
		  LM_SC_NOT_ENOUGH_RESOURCES);
	if (neighbour)
		hn_scene_alive(ct, 2);
	hn_resume(ct, 1);
	hn_scene_alive(ct, 1);
}

CT_ROW(image_failed_then_resume, .id = "LOD/vf-works-on-after-a-load-that-failed",
       .reqs = "LM-LOD-100 LM-SEC-030", .given = "a suspended VF with queues",
       .when = "a damaged image is loaded, then RESUME",
       .expect = "the VF goes on as if there had been no LOAD", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = failed_load_then_resume);
