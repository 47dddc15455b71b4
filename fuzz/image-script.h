/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Hostile state images by script: a good image is taken apart into its
 * sections, these are changed, and it is put together again with lengths,
 * count and CRC mended, so that what was changed is what is checked. Then bytes
 * may be changed once more, with the CRC mended or not.
 */
#ifndef FUZZ_IMAGE_SCRIPT_H
#define FUZZ_IMAGE_SCRIPT_H

#include "fuzz.h"

#define IMAGE_MAX_SIZE 16384u

struct image {
	uint8_t data[IMAGE_MAX_SIZE];
	uint32_t size;
};

/**
 * image_script() - change a good image
 * @address: bus addresses worth naming in it, as of other functions' memory
 */
void image_script(struct fuzz_in *in, struct image *image, const uint64_t *address,
		  unsigned int num_addresses);

/** image_mend_crc() - set the CRC right */
void image_mend_crc(struct image *image);

/** image_section() - payload and length of the section of a good image; NULL where it is not there */
const uint8_t *image_section(const struct image *image, unsigned int type, uint32_t *length);

#endif
