/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* Steps that two devices take side by side, and what is compared after each. */
#ifndef DIFF_RUN_H
#define DIFF_RUN_H

#include "link.h"
#include "random.h"

/* One step. All of it is relative, so that a step means something wherever it stands. */
struct diff_step {
	uint8_t kind;
	uint8_t vf;
	uint8_t what; /* which lengths and offsets */
	uint8_t fault; /* what is wrong with the entry */
	uint8_t source; /* whose image is loaded */
	uint32_t r;
	uint64_t damage; /* 0: the image is as it was saved */
};

struct diff_run {
	struct diff_link link[2];
	unsigned int num_vfs;
	uint16_t cid;
	/* by VF, index 1 and up; the same on both sides, or there was a difference */
	unsigned int state[DIFF_VFS + 1];
	uint32_t size[DIFF_VFS + 1];
	uint32_t staged[DIFF_VFS + 1];
	unsigned int in_flight[DIFF_VFS + 1];
	uint16_t suspend_cid[DIFF_VFS + 1];
	bool replaced[DIFF_VFS + 1]; /* an image was loaded: its queues are not ours */
	bool altered[DIFF_VFS + 1]; /* by an image that was damaged, and accepted */
	char damage[96]; /* of the last image that was loaded */
	char difference[320]; /* "" as long as there is none */
};

/** diff_draw() - a random step */
struct diff_step diff_draw(struct ct_random *random);

/** diff_describe() - one line */
void diff_describe(const struct diff_step *step, char *text, size_t size);

/** diff_begin() - both devices as after power-on */
void diff_begin(struct diff_run *run);

/** diff_take() - one step on both, then the comparison; false where they differ */
bool diff_take(struct diff_run *run, const struct diff_step *step);

/* compare.c */

/** diff_images_differ() - false where equal but for what may differ; else says where */
bool diff_images_differ(const struct diff_image *a, const struct diff_image *b, char *text,
			size_t size);

/** diff_damage() - alter an image, its CRC mended or not; the same way for the same number */
void diff_damage(struct diff_image *image, uint64_t number);

/** diff_describe_damage() - the first byte, but those of the checksum, that is not as it was */
void diff_describe_damage(const struct diff_image *before, const struct diff_image *after,
			  char *text, size_t size);

#endif
