/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * One of the two devices that are compared: a target, and commands to its PF
 * and VFs by the way that the target has, its passthrough or its queues.
 */
#ifndef DIFF_LINK_H
#define DIFF_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "ct-target.h"
#include "nvme-lm.h"

#define DIFF_VFS 5 /* TotalVFs of both */
#define DIFF_ENTRIES 32 /* of each admin queue */
#define DIFF_BUFFER (128u * 1024u)
#define DIFF_IMAGE_MAX 16384u

struct diff_queue {
	uint8_t *sq;
	uint8_t *cq;
	uint64_t sq_iova;
	uint64_t cq_iova;
	unsigned int tail;
	unsigned int head;
	bool phase;
};

struct diff_image {
	uint32_t len; /* 0: none was saved */
	uint8_t bytes[DIFF_IMAGE_MAX];
};

struct diff_link {
	const char *spec; /* as --target takes it */
	struct ct_target target;
	uint32_t max_image;
	struct diff_queue queue[DIFF_VFS + 1];
	uint8_t *buffer;
	uint8_t *list; /* PRP list of the whole buffer */
	uint64_t buffer_iova;
	uint64_t list_iova;
	struct diff_image image[DIFF_VFS + 1]; /* last one that was saved, by VF */
};

/* What came of a command. */
struct diff_outcome {
	bool timeout;
	uint16_t status;
	bool dnr;
	uint32_t dw0;
	uint32_t dw1;
};

struct diff_command {
	unsigned int fn;
	uint8_t sqe[LM_SQE_SIZE];
	enum ct_dir dir; /* of the link's buffer */
	uint32_t length; /* as stated, for the PRPs */
	bool no_memory; /* the data pointer leads nowhere */
	uint64_t timeout;
};

/** diff_open() - any failure ends the program with a line that names the target */
void diff_open(struct diff_link *link, const char *spec);
void diff_close(struct diff_link *link);

/** diff_fresh() - the device as after power-on, its VFs enabled and ready */
void diff_fresh(struct diff_link *link);

void diff_command(struct diff_link *link, const struct diff_command *cmd,
		  struct diff_outcome *outcome);

void diff_flr(struct diff_link *link, unsigned int vf);
void diff_conventional(struct diff_link *link);
void diff_num_vfs(struct diff_link *link, unsigned int num);
/** diff_stall(), diff_release() - commands of VFs stay in flight, or no longer; a reset releases */
void diff_stall(struct diff_link *link);
void diff_release(struct diff_link *link);
void diff_advance(struct diff_link *link, uint64_t ns);

#endif
