/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What rows about "each of the five commands" share. */
#ifndef FIVE_H
#define FIVE_H

#include "hn.h"

struct five {
	const char *name; /* as in spec/tables/commands.def */
	uint8_t opc;
	enum ct_dir dir;
};

#define FIVE_COUNT 5
extern const struct five five[FIVE_COUNT];

/** five_by() - the entry of an opcode */
const struct five *five_by(uint8_t opc);

/** five_ready() - bring an ACTIVE VF into the state in which the command succeeds */
void five_ready(struct ct *ct, uint8_t opc, uint16_t vf);

/** five_cmd() - a well-formed command for a VF that five_ready() prepared */
struct hn_cmd five_cmd(struct ct *ct, uint8_t opc, uint16_t vf);

/** five_back() - make the VF ACTIVE again */
void five_back(struct ct *ct, uint16_t vf);

/**
 * five_effect() - the VF is in the state that the command's outcome calls for
 * @success: whether the command that five_cmd() made ended with success
 * @what: for the message
 *
 * With success the command did all that it does, without it nothing.
 */
void five_effect(struct ct *ct, uint8_t opc, uint16_t vf, bool success, const struct hn_cmd *cmd,
		 const struct ct_cqe *cqe, const char *what);

/** five_success_or_invalid() - success, or 002h with DNR; returns whether it was success */
bool five_success_or_invalid(struct ct *ct, const struct ct_cqe *cqe);

#endif
