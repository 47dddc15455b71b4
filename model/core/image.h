/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The reference state image (spec/text/70-image.md) of a VF: its size, its
 * making, its validation, and its taking into effect.
 */
#ifndef LM_IMAGE_H
#define LM_IMAGE_H

#include "core.h"

#define LM_IMAGE_FIXED                                                                         \
	(LM_IMG_HEADER_SIZE + LM_SEC_COUNT * LM_SEC_HEADER_SIZE + LM_IDN_SIZE + LM_REGS_SIZE + \
	 LM_FEA_SIZE + LM_AER_SLOTS * LM_AER_SIZE + LM_EVT_SECTION_SIZE +                      \
	 LM_PRK_SLOTS * LM_PRK_SIZE + LM_LOG_SIZE)
#define LM_IMAGE_SIZE(cqs, sqs, namespaces) \
	(LM_IMAGE_FIXED + (cqs)*LM_CQ_SIZE + (sqs)*LM_SQ_SIZE + (namespaces)*LM_NS_SIZE)
#define LM_IMAGE_MAX LM_IMAGE_SIZE(LM_MAX_QPAIRS, LM_MAX_QPAIRS, LM_MAX_NAMESPACES)

_Static_assert(LM_IMAGE_MAX <= LM_RFC_IMAGE_MAX, "a driver of 2022 takes the largest image");
_Static_assert(LM_PRK_SLOTS >= LM_MAX_INFLIGHT, "every command in flight can be parked");

/* Where the payloads of an image are, by section type. */
struct lm_image {
	const uint8_t *payload[LM_SEC_COUNT + 1];
	uint32_t length[LM_SEC_COUNT + 1];
};

/* bytes that lm_image_save() would write now */
uint32_t lm_image_size(const struct lm_device *dev, const struct lm_function *fn);

/* LM-IMG-060, of any VF; may overwrite dev->scratch */
uint32_t lm_image_fingerprint(struct lm_device *dev, struct lm_function *fn);

/* Note what the image of a suspended VF must not see change. */
void lm_image_snapshot(struct lm_device *dev, const struct lm_function *fn,
		       struct lm_snapshot *snapshot);

/* Write the image of a suspended VF as the snapshot has it; its size. */
uint32_t lm_image_save(struct lm_device *dev, struct lm_function *fn,
		       const struct lm_snapshot *snapshot, uint8_t *buf);

/* CRC32C as lm_crc32c() has it, by the port where it can. */
uint32_t lm_image_crc(const struct lm_device *dev, uint32_t crc, const void *p, uint32_t n);

/*
 * Validate every byte of an image for this VF. 0, and where its sections are;
 * else the status of the first fault, with LM_DNR.
 */
uint16_t lm_image_check(struct lm_device *dev, struct lm_function *fn, const uint8_t *buf,
			uint32_t size, struct lm_image *image);

/* Replace the state of a suspended VF by that of an image that was checked. */
void lm_image_load(struct lm_device *dev, struct lm_function *fn, const struct lm_image *image);

#endif
