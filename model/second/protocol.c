/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The exec protocol, version 1, on standard input and output. */
#include <stdio.h>
#include <string.h>

#include "message.h"

#define ADMIN_SIZE 80
#define REPLY_SIZE 32

enum { E_NONE, E_UNSUPPORTED, E_INVALID, E_TIMEOUT, E_FAILED };

#define CAP_ADMIN (1u << 0)
#define CAP_RAW_SQE (1u << 1)
#define CAP_VF_ADMIN (1u << 2)
#define CAP_PF_OWNED (1u << 3)
#define CAP_VF_REGS (1u << 4)
#define CAP_DMA (1u << 5)
#define CAP_IRQ (1u << 6)
#define CAP_FLR (1u << 9)
#define CAP_PF_FLR (1u << 10)
#define CAP_CONVENTIONAL (1u << 11)
#define CAP_NUM_VFS (1u << 12)
#define CAP_FRESH (1u << 13)
#define CAP_CLOCK (1u << 14)
#define CAP_NAMESPACE (1u << 16)
#define CAP_MEDIA (1u << 17)
#define CAP_REFERENCE_IMAGE (1u << 18)

#define COMMAND_TIME 1000 /* nanoseconds that an admin command takes */

struct request {
	unsigned int type;
	uint32_t tag;
	uint32_t len;
	uint8_t data[ADMIN_SIZE + SM_BUFFER_MAX];
};

struct reply {
	unsigned int error;
	uint32_t len;
	uint8_t data[REPLY_SIZE + SM_BUFFER_MAX];
};

static bool send_reply(const struct device *dev, const struct request *req, const struct reply *rep)
{
	return message_send(dev, req->type | REPLY_BIT, rep->error, req->tag, rep->data, rep->len);
}

/* 1: a request; 0: end of file between two; -1: not this protocol. */
static int read_request(struct request *req)
{
	uint8_t header[HEADER_SIZE];
	size_t got = fread(header, 1, HEADER_SIZE, stdin);

	if (got == 0 && feof(stdin))
		return 0;
	if (got != HEADER_SIZE || memcmp(header, "NLMX", 4)) {
		fprintf(stderr, "second-model: not a message\n");
		return -1;
	}
	req->type = lm_get_le16(header + 4);
	req->tag = lm_get_le32(header + 8);
	req->len = lm_get_le32(header + 12);
	if (req->len > LENGTH_MAX) {
		fprintf(stderr, "second-model: a payload of %u bytes\n", req->len);
		return -1;
	}
	/* A payload that no request can have: only its length is kept, and judged. */
	if (req->len > sizeof(req->data))
		return message_skip(req->len) ? 1 : -1;
	return fread(req->data, 1, req->len, stdin) == req->len ? 1 : -1;
}

static unsigned int hello(struct device *dev, const struct request *req, struct reply *rep)
{
	static const char name[] = "second-model";
	uint32_t caps = CAP_FLR | CAP_PF_FLR | CAP_CONVENTIONAL | CAP_NUM_VFS | CAP_FRESH |
			CAP_CLOCK | CAP_NAMESPACE | CAP_MEDIA | CAP_REFERENCE_IMAGE;

	if (req->len != 8)
		return E_INVALID;
	lm_put_le16(rep->data, 1);
	lm_put_le16(rep->data + 2, SM_TOTAL_VFS);
	lm_put_le16(rep->data + 4, (uint16_t)dev->num_vfs);
	caps |= dev->bus ? CAP_PF_OWNED | CAP_VF_REGS | CAP_DMA | CAP_IRQ :
			   CAP_ADMIN | CAP_RAW_SQE | CAP_VF_ADMIN;
	lm_put_le64(rep->data + 8, caps);
	lm_put_le16(rep->data + 16, SM_VENDOR);
	lm_put_le16(rep->data + 18, 1);
	lm_put_le32(rep->data + 20, SM_BUFFER_MAX);
	memcpy(rep->data + 32, name, sizeof(name));
	rep->len = 96;
	return E_NONE;
}

static void put_completion(const struct command *cmd, uint8_t *cqe)
{
	lm_put_le32(cqe + LM_CQE_DW0, cmd->dw0);
	lm_put_le32(cqe + LM_CQE_DW1, cmd->dw1);
	lm_put_le16(cqe + LM_CQE_SQHD, cmd->head);
	lm_put_le16(cqe + LM_CQE_CID, lm_get_le16(cmd->sqe + LM_SQE_CID));
	lm_put_le16(cqe + LM_CQE_STATUS, (uint16_t)(cmd->status << 1));
}

static void put_num_vfs(const struct device *dev, struct reply *rep)
{
	lm_put_le16(rep->data, (uint16_t)dev->num_vfs);
	rep->len = 8;
}

static bool valid_admin(const struct device *dev, const struct request *req, struct command *cmd)
{
	uint32_t data = 0;

	if (req->len < ADMIN_SIZE)
		return false;
	cmd->function = lm_get_le16(req->data);
	cmd->length = lm_get_le32(req->data + 4);
	if (req->data[2] > DIR_TO_DEVICE || cmd->function > (dev->bus ? 0 : dev->num_vfs))
		return false;
	cmd->direction = (enum direction)req->data[2];
	if ((cmd->direction == DIR_NONE) != (cmd->length == 0) || cmd->length > SM_BUFFER_MAX)
		return false;
	if (cmd->direction == DIR_TO_DEVICE)
		data = cmd->length;
	return req->len == ADMIN_SIZE + data;
}

static unsigned int admin(struct device *dev, const struct request *req, struct reply *rep)
{
	struct command cmd = { 0 };
	uint64_t start = dev->clock;
	uint64_t limit, end;

	if (dev->bus)
		return E_UNSUPPORTED;
	if (!valid_admin(dev, req, &cmd))
		return E_INVALID;
	limit = lm_get_le64(req->data + 8);
	cmd.sqe = req->data + 16;
	cmd.in = cmd.direction == DIR_TO_DEVICE ? req->data + ADMIN_SIZE : NULL;
	cmd.out = rep->data + REPLY_SIZE;

	if (cmd.function) {
		if (!guest_admin(dev, device_vf(dev, cmd.function), &cmd))
			return E_FAILED;
	} else {
		dev->pf_head = (dev->pf_head + 1) % SM_ADMIN_ENTRIES;
		cmd.head = (uint16_t)dev->pf_head;
		admin_execute(dev, &cmd);
	}
	end = limit < UINT64_MAX - start ? start + limit : UINT64_MAX;
	flight_advance(dev, end, &cmd);
	if (!cmd.done) {
		flight_forget(dev, &cmd);
		return E_TIMEOUT;
	}
	if (cmd.function)
		guest_consume(dev, device_vf(dev, cmd.function));
	if (dev->clock == start && end - start >= COMMAND_TIME)
		flight_advance(dev, start + COMMAND_TIME, NULL);
	put_completion(&cmd, rep->data);
	lm_put_le64(rep->data + 16, dev->clock - start);
	lm_put_le32(rep->data + 24, cmd.written);
	rep->len = REPLY_SIZE + cmd.written;
	return E_NONE;
}

static unsigned int reset(struct device *dev, const struct request *req, struct reply *rep)
{
	unsigned int function, kind;

	if (req->len != 8)
		return E_INVALID;
	function = lm_get_le16(req->data);
	kind = lm_get_le16(req->data + 2);
	if (kind > 1 || function > dev->num_vfs || (kind == 1 && function))
		return E_INVALID;
	if (function)
		device_reset_vf(dev, device_vf(dev, function));
	else
		device_reset_all(dev);
	put_num_vfs(dev, rep);
	return E_NONE;
}

static unsigned int set_num_vfs(struct device *dev, const struct request *req, struct reply *rep)
{
	if (req->len != 8 || lm_get_le16(req->data) > SM_TOTAL_VFS)
		return E_INVALID;
	device_set_num_vfs(dev, lm_get_le16(req->data));
	put_num_vfs(dev, rep);
	return E_NONE;
}

static unsigned int fresh(struct device *dev, const struct request *req, struct reply *rep)
{
	if (req->len)
		return E_INVALID;
	device_power_on(dev);
	put_num_vfs(dev, rep);
	return E_NONE;
}

static unsigned int advance(struct device *dev, const struct request *req)
{
	uint64_t span;

	if (req->len != 8)
		return E_INVALID;
	span = lm_get_le64(req->data);
	flight_advance(dev, span < UINT64_MAX - dev->clock ? dev->clock + span : UINT64_MAX, NULL);
	return E_NONE;
}

static unsigned int resize(struct device *dev, const struct request *req)
{
	if (req->len != 16 ||
	    !device_resize(dev, lm_get_le32(req->data), lm_get_le64(req->data + 8)))
		return E_INVALID;
	return E_NONE;
}

static unsigned int set_medium(struct device *dev, const struct request *req)
{
	struct medium medium;

	if (req->len != 16 || req->data[0] > MEDIUM_FAIL || req->data[1] > 1)
		return E_INVALID;
	medium.mode = (enum medium_mode)req->data[0];
	medium.admin = req->data[1];
	medium.status = lm_get_le16(req->data + 2);
	medium.latency = lm_get_le64(req->data + 8);
	flight_set_medium(dev, &medium);
	return E_NONE;
}

static unsigned int reg_access(struct device *dev, const struct request *req, struct reply *rep)
{
	bool is_write = req->type == MSG_REG_WRITE;
	unsigned int size;
	uint32_t offset;
	struct vf *vf;

	if (!dev->bus)
		return E_UNSUPPORTED;
	if (req->len != (is_write ? 16 : 8))
		return E_INVALID;
	vf = device_function(dev, lm_get_le16(req->data));
	size = lm_get_le16(req->data + 2);
	offset = lm_get_le32(req->data + 4);
	if (!vf || (size != 4 && size != 8) || offset % size || offset >= SM_BAR)
		return E_INVALID;
	if (is_write) {
		regs_write(dev, vf, offset, size, lm_get_le64(req->data + 8));
		put_num_vfs(dev, rep);
	} else {
		lm_put_le64(rep->data, regs_read(vf, offset, size));
		rep->len = 8;
	}
	return E_NONE;
}

static unsigned int irq_setup(struct device *dev, const struct request *req)
{
	struct vf *vf;

	if (!dev->bus)
		return E_UNSUPPORTED;
	if (req->len != 8 || lm_get_le16(req->data + 2) > SM_VECTORS)
		return E_INVALID;
	vf = device_function(dev, lm_get_le16(req->data));
	if (!vf)
		return E_INVALID;
	vf->vectors = lm_get_le16(req->data + 2);
	return E_NONE;
}

static unsigned int dispatch(struct device *dev, const struct request *req, struct reply *rep)
{
	switch (req->type) {
	case MSG_HELLO:
		return hello(dev, req, rep);
	case MSG_ADMIN:
		return admin(dev, req, rep);
	case MSG_REG_READ:
	case MSG_REG_WRITE:
		return reg_access(dev, req, rep);
	case MSG_IRQ_SETUP:
		return irq_setup(dev, req);
	case MSG_RESET:
		return reset(dev, req, rep);
	case MSG_NUM_VFS:
		return set_num_vfs(dev, req, rep);
	case MSG_FRESH:
		return fresh(dev, req, rep);
	case MSG_ADVANCE:
		return advance(dev, req);
	case MSG_NAMESPACE:
		return resize(dev, req);
	case MSG_MEDIA:
		return set_medium(dev, req);
	default:
		return E_UNSUPPORTED;
	}
}

int protocol_serve(struct device *dev)
{
	static struct request req;
	static struct reply rep;
	int got;

	while ((got = read_request(&req)) > 0) {
		/* The buffer of an earlier command is never seen: W bounds what is sent. */
		memset(rep.data, 0, 96);
		rep.len = 0;
		rep.error = dispatch(dev, &req, &rep);
		if (rep.error)
			rep.len = 0;
		if (!send_reply(dev, &req, &rep))
			return 1;
	}
	return got < 0;
}
