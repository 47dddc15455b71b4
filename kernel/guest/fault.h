/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PF of the device under test, by Linux's passthrough: faults are armed, the
 * state of a VF is asked for, and the commands that reached it are read.
 */
#ifndef GUEST_FAULT_H
#define GUEST_FAULT_H

#include <stdint.h>

/** pf_open() - the character device of the PF, and the index of the VF that it is about */
void pf_open(const char *path, uint16_t vf_index);

/** pf_command() - one of the five for the VF; its status, dw1 gets Dword 1 if not NULL */
int pf_command(uint8_t opcode, uint32_t *dw1);

/** pf_vf_state() - LM_STATE_ACTIVE and so on, as QUERY_DATA_SIZE has it */
int pf_vf_state(void);

/**
 * pf_fault() - spoil the next command with this opcode for the VF
 * @flags: LM_FAULT_F_*
 * @value: a status, or Dword 0 with LM_FAULT_F_OVERRIDE_DW0
 */
void pf_fault(uint8_t opcode, uint8_t flags, uint32_t value);
void pf_no_fault(void);

/**
 * pf_commands() - the five that reached the device for the VF since the last call
 *
 * A letter each: Query, Suspend, Resume, saVe, Load.
 */
const char *pf_commands(void);

#endif
