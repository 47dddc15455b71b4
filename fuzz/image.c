/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * An image that a device under test wrote, as the rows take it apart: sections
 * lie within it, and its CRC is that of its bytes. The first byte of an input
 * says whether it begins as an image does.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hn.h"
/* The model has a header of that name too. */
#include "../conformance/host/image.h"

static void check_sections(const struct hn_image *image)
{
	struct hn_section s;
	uint32_t at = LM_IMG_HEADER_SIZE;
	unsigned int n;

	for (n = 0; (s = hn_image_section(image, n)).found; n++) {
		fuzz_check(s.header == at && s.payload == at + LM_SEC_HEADER_SIZE,
			   "section %u is at %u, not at %u", n, s.header, at);
		fuzz_check(s.payload <= image->len && s.len <= image->len - s.payload,
			   "section %u of %u bytes ends beyond the image", n, s.len);
		at = s.payload + s.len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t magic[] = LM_IMG_MAGIC_BYTES;
	struct fuzz_in in = { data, size };
	bool whole = fuzz_u8(&in) & 1;
	struct hn_image image = { .len = (uint32_t)in.left };

	/* Of exactly this size, so that reading beyond it is seen. */
	image.bytes = malloc(in.left ? in.left : 1);
	fuzz_bytes(&in, image.bytes, image.len);
	if (whole && image.len >= sizeof(magic)) {
		memcpy(image.bytes, magic, sizeof(magic));
		hn_image_set_total(&image);
	}
	check_sections(&image);
	hn_image_mend(&image);
	fuzz_check(image.len < LM_IMG_HEADER_SIZE ||
			   lm_get_le32(image.bytes + LM_IMG_CRC) == hn_image_crc(&image),
		   "the CRC that was mended is wrong");
	fuzz_check(image.len >= LM_IMG_HEADER_SIZE || !hn_image_crc(&image), "a CRC of no header");
	free(image.bytes);
	return 0;
}
