/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Reading and damaging images in the reference format
 * (spec/text/70-image.md), for rows that need CT_CAP_REFERENCE_IMAGE. Written
 * from the text, as a second opinion on what the device writes.
 */
#ifndef HN_IMAGE_H
#define HN_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "hn.h"

/* A section of an image: offsets are from the start of the image. */
struct hn_section {
	bool found;
	uint16_t type;
	uint32_t header; /* where the section header is */
	uint32_t payload; /* where the payload is */
	uint32_t len; /* bytes of payload */
};

/**
 * hn_crc32c() - CRC32C as iSCSI has it
 * @crc: result of the bytes before, 0 at first
 */
uint32_t hn_crc32c(uint32_t crc, const void *data, uint32_t len);

/** hn_image_crc() - what the CRC field of this image has to be; 0 where it is too short for one */
uint32_t hn_image_crc(const struct hn_image *image);

/** hn_image_mend() - set the CRC field right, as an attacker does */
void hn_image_mend(struct hn_image *image);

/** hn_image_section() - the n-th section (0 first), found = false beyond the last */
struct hn_section hn_image_section(const struct hn_image *image, unsigned int n);

/** hn_image_find() - the section of this type; FAIL where there is none */
struct hn_section hn_image_find(struct ct *ct, const struct hn_image *image, uint16_t type);

/** hn_image_equal() - FAIL at the first byte that differs; what: for the message */
void hn_image_equal(struct ct *ct, const struct hn_image *a, const struct hn_image *b,
		    const char *what);

/** hn_image_insert() - an image with len zero bytes more at offset; total length as it was */
struct hn_image hn_image_insert(struct ct *ct, const struct hn_image *image, uint32_t offset,
				uint32_t len);

/** hn_image_remove() - an image without the len bytes at offset; total length as it was */
struct hn_image hn_image_remove(struct ct *ct, const struct hn_image *image, uint32_t offset,
				uint32_t len);

/** hn_largest_image() - the largest image in bytes, as the PF's Identify data have it */
uint32_t hn_largest_image(struct ct *ct);

/** hn_image_set_total() - write the image's own length into its header */
void hn_image_set_total(struct hn_image *image);

#endif
