/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "exec-wire.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exec-child.h"
#include "fail.h"
#include "nvme-lm.h"

#define NS_PER_MS UINT64_C(1000000)

uint64_t exec_hello_limit = UINT64_C(10000) * NS_PER_MS;

uint64_t exec_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

int exec_wire_start(struct ct_target *t, struct exec_wire *wire, const char *command,
		    exec_serve_fn *serve)
{
	memset(wire, 0, sizeof(*wire));
	wire->to = -1;
	wire->from = -1;
	wire->pid = -1;
	wire->serve = serve;
	wire->owner = getpid();
	wire->buf = malloc(EXEC_MAX_PAYLOAD);
	if (!wire->buf)
		return ct_target_fail(t, -ENOMEM, "no memory for messages");
	if (exec_child_start(command, &wire->pid, &wire->to, &wire->from)) {
		int err = errno;

		exec_wire_stop(wire);
		return ct_target_fail(t, -err, "cannot start the simulator: %s", strerror(err));
	}
	return 0;
}

void exec_wire_stop(struct exec_wire *wire)
{
	if (wire->to >= 0)
		close(wire->to);
	if (wire->from >= 0)
		close(wire->from);
	if (wire->pid > 0 && wire->owner == getpid())
		exec_child_end(wire->pid, wire->broken ? 0 : 2000);
	free(wire->buf);
	wire->buf = NULL;
	wire->to = -1;
	wire->from = -1;
	wire->pid = -1;
	wire->broken = true;
}

int exec_wire_garbage(struct ct_target *t, struct exec_wire *wire, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	wire->broken = true;
	return ct_target_fail(t, -EPROTO, "simulator: %s (docs/exec-protocol.md)", what);
}

static int fail_ended(struct ct_target *t, struct exec_wire *wire, const char *when)
{
	char how[64];

	wire->broken = true;
	exec_child_fate(wire->pid, how, sizeof(how));
	return ct_target_fail(t, -EPIPE, "simulator: %s before its reply to %s", how, when);
}

static int fail_late(struct ct_target *t, struct exec_wire *wire, const char *when, uint64_t limit)
{
	wire->broken = true;
	return ct_target_fail(t, -ETIME, "simulator: no reply to %s within %llu ms", when,
			      (unsigned long long)(limit / NS_PER_MS));
}

/* 1 when fd is ready, 0 when the deadline passed */
static int wait_ready(int fd, short events, uint64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		uint64_t now = exec_clock();
		int n;

		if (now >= deadline)
			return 0;
		n = poll(&p, 1, (int)((deadline - now + NS_PER_MS - 1) / NS_PER_MS));
		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return 1; /* read() or write() tells what is wrong */
	}
}

/* What one call and all its messages share. */
struct exchange {
	struct ct_target *t;
	struct exec_wire *wire;
	const char *name;
	uint64_t limit;
	uint64_t deadline;
};

static int send_bytes(struct exchange *x, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n;

		if (!wait_ready(x->wire->to, POLLOUT, x->deadline))
			return fail_late(x->t, x->wire, x->name, x->limit);
		n = write(x->wire->to, p, len);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return fail_ended(x->t, x->wire, x->name);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* *got tells how much arrived, also when it fails */
static int receive_bytes(struct exchange *x, void *data, size_t len, size_t *got)
{
	uint8_t *p = data;

	*got = 0;
	while (*got < len) {
		ssize_t n;

		if (!wait_ready(x->wire->from, POLLIN, x->deadline))
			return fail_late(x->t, x->wire, x->name, x->limit);
		n = read(x->wire->from, p + *got, len - *got);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return fail_ended(x->t, x->wire, x->name);
		*got += (size_t)n;
	}
	return 0;
}

static int send_message(struct exchange *x, uint16_t type, uint16_t error, uint32_t tag,
			const void *head, uint32_t head_len, const void *data, uint32_t data_len)
{
	uint8_t header[EXEC_HEADER_SIZE] = { 0 };
	int ret;

	memcpy(header + EXEC_H_MAGIC, EXEC_MAGIC, 4);
	lm_put_le16(header + EXEC_H_TYPE, type);
	lm_put_le16(header + EXEC_H_ERROR, error);
	lm_put_le32(header + EXEC_H_TAG, tag);
	lm_put_le32(header + EXEC_H_LENGTH, head_len + data_len);
	ret = send_bytes(x, header, sizeof(header));
	if (!ret && head_len)
		ret = send_bytes(x, head, head_len);
	if (!ret && data_len)
		ret = send_bytes(x, data, data_len);
	return ret;
}

static int fail_magic(struct exchange *x, const uint8_t *header, size_t len)
{
	char quote[EXEC_HEADER_SIZE + 1];
	size_t i;

	for (i = 0; i < len; i++)
		quote[i] = isprint(header[i]) ? (char)header[i] : '.';
	quote[i] = '\0';
	return exec_wire_garbage(
		x->t, x->wire, "'%s' instead of a message; debug output belongs on standard error",
		quote);
}

static int receive_message(struct exchange *x, struct exec_msg *msg)
{
	uint8_t header[EXEC_HEADER_SIZE];
	size_t got;
	int ret = receive_bytes(x, header, sizeof(header), &got);

	/* a short line of text, then silence: say so rather than "no reply" */
	if (got && memcmp(header, EXEC_MAGIC, got < 4 ? got : 4) != 0)
		return fail_magic(x, header, got);
	if (ret)
		return ret;
	msg->type = lm_get_le16(header + EXEC_H_TYPE);
	msg->error = lm_get_le16(header + EXEC_H_ERROR);
	msg->tag = lm_get_le32(header + EXEC_H_TAG);
	msg->length = lm_get_le32(header + EXEC_H_LENGTH);
	msg->time = lm_get_le64(header + EXEC_H_TIME);
	msg->payload = x->wire->buf;
	if (msg->length > EXEC_MAX_PAYLOAD)
		return exec_wire_garbage(x->t, x->wire,
					 "a message of type %04xh announces %u bytes, more than %u",
					 msg->type, msg->length, EXEC_MAX_PAYLOAD);
	x->wire->time = msg->time;
	return receive_bytes(x, msg->payload, msg->length, &got);
}

static int fail_code(struct exchange *x, const struct exec_msg *msg)
{
	static const struct {
		const char *text;
		int err;
	} codes[] = {
		[EXEC_E_UNSUPPORTED] = { "does not know it", -EOPNOTSUPP },
		[EXEC_E_INVALID] = { "finds a number in it out of range", -EINVAL },
		[EXEC_E_TIMEOUT] = { "saw no completion within the command's time", -ETIMEDOUT },
		[EXEC_E_FAILED] = { "failed", -EIO },
	};
	char text[EXEC_MAX_TEXT + 1];

	if (msg->error >= sizeof(codes) / sizeof(codes[0]) ||
	    (msg->error == EXEC_E_TIMEOUT && msg->type != (EXEC_ADMIN | EXEC_REPLY)))
		return exec_wire_garbage(x->t, x->wire, "error code %u in the reply to %s",
					 msg->error, x->name);
	if (msg->length > EXEC_MAX_TEXT)
		return exec_wire_garbage(x->t, x->wire, "an error text of %u bytes, more than %u",
					 msg->length, EXEC_MAX_TEXT);
	for (uint32_t i = 0; i < msg->length; i++)
		text[i] = (char)(iscntrl(msg->payload[i]) ? '.' : msg->payload[i]);
	text[msg->length] = '\0';
	return ct_target_fail(x->t, codes[msg->error].err, "simulator, %s: it %s%s%s", x->name,
			      codes[msg->error].text, *text ? ": " : "", text);
}

static int check_reply(struct exchange *x, const struct exec_call *call, const struct exec_msg *msg)
{
	if (msg->type != (call->type | EXEC_REPLY))
		return exec_wire_garbage(x->t, x->wire,
					 "a message of type %04xh instead of the reply to %s",
					 msg->type, x->name);
	if (msg->tag != x->wire->tag)
		return exec_wire_garbage(x->t, x->wire, "the reply to %s has tag %u, expected %u",
					 x->name, msg->tag, x->wire->tag);
	if (msg->error)
		return fail_code(x, msg);
	if (msg->length < call->reply_min || msg->length > call->reply_max)
		return exec_wire_garbage(x->t, x->wire,
					 "the reply to %s has %u bytes, expected %u to %u", x->name,
					 msg->length, call->reply_min, call->reply_max);
	return 0;
}

int exec_wire_call(struct ct_target *t, struct exec_wire *wire, const struct exec_call *call,
		   struct exec_msg *reply)
{
	struct exchange x = { .t = t, .wire = wire, .name = call->name };
	int ret;

	if (wire->broken)
		return ct_target_fail(t, -EPIPE, "simulator: it is gone after an earlier fault");
	x.limit = call->limit + wire->slack;
	x.deadline = exec_clock() + x.limit;
	ret = send_message(&x, call->type, EXEC_E_NONE, ++wire->tag, call->head, call->head_len,
			   call->data, call->data_len);
	while (!ret) {
		ret = receive_message(&x, reply);
		if (ret)
			break;
		if (reply->type & EXEC_REPLY)
			return check_reply(&x, call, reply);
		ret = wire->serve(t, wire, reply);
	}
	return ret;
}

int exec_wire_answer(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *request,
		     uint16_t error, const void *data, uint32_t len)
{
	struct exchange x = { .t = t, .wire = wire, .name = "a DMA request" };

	x.limit = wire->slack;
	x.deadline = exec_clock() + x.limit;
	return send_message(&x, request->type | EXEC_REPLY, error, request->tag, NULL, 0, data,
			    len);
}
