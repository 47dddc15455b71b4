/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The framing of docs/exec-protocol.md: a child process, messages to it and
 * from it, and time limits. Knows nothing of what the messages mean.
 */
#ifndef CT_TARGETS_EXEC_WIRE_H
#define CT_TARGETS_EXEC_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ct-target.h"

#define EXEC_MAGIC "NLMX"
#define EXEC_VERSION 1

/* Header, by byte. */
#define EXEC_HEADER_SIZE 24
#define EXEC_H_MAGIC 0
#define EXEC_H_TYPE 4
#define EXEC_H_ERROR 6
#define EXEC_H_TAG 8
#define EXEC_H_LENGTH 12
#define EXEC_H_TIME 16

#define EXEC_MAX_DATA (16u << 20)
#define EXEC_MAX_PAYLOAD (EXEC_MAX_DATA + 4096u)
#define EXEC_MAX_TEXT 200
#define EXEC_REPLY 0x8000

enum exec_type {
	EXEC_HELLO = 0x0001,
	EXEC_ADMIN,
	EXEC_REG_READ,
	EXEC_REG_WRITE,
	EXEC_IRQ_SETUP,
	EXEC_PCI_COMMAND,
	EXEC_RESET,
	EXEC_NUM_VFS,
	EXEC_FRESH,
	EXEC_ADVANCE,
	EXEC_STEP,
	EXEC_NAMESPACE,
	EXEC_MEDIA,
	EXEC_DMA_READ = 0x0101,
	EXEC_DMA_WRITE,
	EXEC_MSIX,
	EXEC_MEDIA_EVENT,
};

enum exec_error {
	EXEC_E_NONE,
	EXEC_E_UNSUPPORTED,
	EXEC_E_INVALID,
	EXEC_E_TIMEOUT,
	EXEC_E_FAILED,
	EXEC_E_REFUSED,
};

struct exec_msg {
	uint16_t type;
	uint16_t error;
	uint32_t tag;
	uint32_t length;
	uint64_t time;
	uint8_t *payload; /* in the wire's buffer, until the next message */
};

struct exec_wire;

/* A message that the simulator sends before its reply; a negative errno ends the conversation. */
typedef int exec_serve_fn(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg);

struct exec_wire {
	pid_t pid; /* of the shell, leader of its process group */
	pid_t owner; /* the process that started it */
	int to; /* its standard input */
	int from; /* its standard output */
	bool broken; /* after a fault nothing more is said */
	uint32_t tag;
	uint64_t slack; /* ns by which a reply may come late */
	uint64_t time; /* of the last header */
	exec_serve_fn *serve;
	uint8_t *buf; /* EXEC_MAX_PAYLOAD */
};

/* One request; the payload is head, then data. */
struct exec_call {
	uint16_t type;
	const char *name; /* for messages */
	const uint8_t *head;
	uint32_t head_len;
	const void *data;
	uint32_t data_len;
	uint64_t limit; /* ns that the work itself may take */
	uint32_t reply_min; /* length of the reply without an error */
	uint32_t reply_max;
};

/* how long HELLO may take, in ns; a test shortens it */
extern uint64_t exec_hello_limit;

/* exec_clock() - this machine's monotonic time in ns */
uint64_t exec_clock(void);

/* exec_wire_start() - start the command; 0 or a negative errno with the target's error */
int exec_wire_start(struct ct_target *t, struct exec_wire *wire, const char *command,
		    exec_serve_fn *serve);

/*
 * exec_wire_stop() - end of file, 2 seconds, then kill. A process that did not
 * start the simulator only lets go of it.
 */
void exec_wire_stop(struct exec_wire *wire);

/**
 * exec_wire_call() - a request and its reply
 *
 * Return: 0 with *reply filled in; -EINVAL, -EOPNOTSUPP, -ETIMEDOUT, -EIO for
 * the simulator's error codes; -EPIPE (it ended), -ETIME (no reply in time),
 * -EPROTO (garbage) after which the conversation is over.
 */
int exec_wire_call(struct ct_target *t, struct exec_wire *wire, const struct exec_call *call,
		   struct exec_msg *reply);

/* exec_wire_answer() - reply to a request of the simulator */
int exec_wire_answer(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *request,
		     uint16_t error, const void *data, uint32_t len);

/* exec_wire_garbage() - end the conversation because of what the simulator sent */
int exec_wire_garbage(struct ct_target *t, struct exec_wire *wire, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
