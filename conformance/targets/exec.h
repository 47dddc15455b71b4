/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The parts of the target "exec": what HELLO says, what the simulator asks, what the suite asks. */
#ifndef CT_TARGETS_EXEC_H
#define CT_TARGETS_EXEC_H

#include "exec-bus.h"
#include "exec-wire.h"

#define EXEC_NS_PER_MS UINT64_C(1000000)

/* the protocol's capability bits */
enum exec_cap {
	EXEC_CAP_ADMIN,
	EXEC_CAP_RAW_SQE,
	EXEC_CAP_VF_ADMIN,
	EXEC_CAP_PF_OWNED,
	EXEC_CAP_VF_REGS,
	EXEC_CAP_DMA,
	EXEC_CAP_IRQ,
	EXEC_CAP_MSIX_TABLE,
	EXEC_CAP_PCI_COMMAND,
	EXEC_CAP_FLR,
	EXEC_CAP_PF_FLR,
	EXEC_CAP_CONVENTIONAL,
	EXEC_CAP_NUM_VFS,
	EXEC_CAP_FRESH,
	EXEC_CAP_CLOCK,
	EXEC_CAP_STEP,
	EXEC_CAP_NAMESPACE,
	EXEC_CAP_MEDIA,
	EXEC_CAP_REFERENCE_IMAGE,
	EXEC_CAP_COUNT
};

struct exec_target {
	struct exec_wire wire;
	struct exec_bus bus;
	char *command;
	uint64_t bits; /* capability bits of the simulator */
	uint32_t max_data;
};

static inline bool exec_has(const struct exec_target *e, enum exec_cap bit)
{
	return e->bits & (UINT64_C(1) << bit);
}

/* exec_start() - start the simulator and say HELLO; fills in the info */
int exec_start(struct ct_target *t);

/* exec_serve() - what the simulator sends before its reply */
int exec_serve(struct ct_target *t, struct exec_wire *wire, const struct exec_msg *msg);

/* exec_now() - as ct_target_ops.now */
uint64_t exec_now(struct ct_target *t);

/* exec_record() - an event for the journal, at the time it is now */
void exec_record(struct ct_target *t, struct ct_event event);

#endif
