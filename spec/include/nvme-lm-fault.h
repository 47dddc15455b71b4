/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The wire of the fault switch: a journal and injection that a device under
 * test offers through its PF's admin queue. It is for development alone, off
 * unless the operator turned it on, and no part of the proposal. Everything is
 * little-endian. docs/fault-switch.md says how it behaves.
 */
#ifndef NVME_LM_FAULT_H
#define NVME_LM_FAULT_H

#include <stdint.h>

/*
 * Get Log Page: the journal of all functions, an array of records in which the
 * record with sequence number n (from 1, no gaps) stands at byte offset
 * (n - 1) * 48. A record that is not there yet, or that the device had to drop,
 * reads as zero. Reading
 * the journal is recorded, too.
 */
#define LM_LID_JOURNAL 0xC8
#define LM_JOURNAL_SIZE 48
#define LM_JOURNAL_SEQ 0 /* 8 bytes */
#define LM_JOURNAL_TIME 8 /* 8 bytes, ns */
#define LM_JOURNAL_ADDR 16 /* 8 bytes */
#define LM_JOURNAL_LEN 24 /* 4 bytes */
#define LM_JOURNAL_DATA 28 /* 4 bytes */
#define LM_JOURNAL_KIND 32 /* 1 byte */
#define LM_JOURNAL_FN 34 /* 2 bytes: requester, or function accessed */
#define LM_JOURNAL_VECTOR 36 /* 2 bytes */

/* Kinds of record. */
#define LM_JOURNAL_DMA_READ 1 /* addr, len */
#define LM_JOURNAL_DMA_WRITE 2 /* addr, len */
#define LM_JOURNAL_DMA_FAULT 3 /* addr, len: refused */
#define LM_JOURNAL_MSIX 4 /* vector, addr, data */
#define LM_JOURNAL_REG_READ 5 /* addr = BAR offset, len */
#define LM_JOURNAL_REG_WRITE 6 /* addr = BAR offset, len, data (bits 31:0) */
#define LM_JOURNAL_MEDIA \
	7 /* a request reached the medium: addr = SLBA, len = blocks, data = NSID */
#define LM_JOURNAL_COMMAND \
	8 /* fetched: vector = SQID, data = CDW0, addr = CDW11 << 32 | CDW10, len = CDW12 */

/*
 * Set Features with a data buffer of 64 bytes, not saveable, no Get Features.
 * Fields that are not named are reserved. A value that cannot be is
 * refused with 002h, a fault too many with 138h.
 */
#define LM_FAULT_DATA_SIZE 64

/* How the medium behaves, from now on, for requests that wait already too. */
#define LM_FID_MEDIA 0xC8
#define LM_MEDIA_MODE 0 /* 1 byte: 0 normal, 1 stall, 2 fail with .status */
#define LM_MEDIA_ADMIN 1 /* 1 byte: not 0: VFs' admin commands take this time too */
#define LM_MEDIA_STATUS 2 /* 2 bytes, SCT << 8 | SC */
#define LM_MEDIA_LATENCY 8 /* 8 bytes, ns, at most LM_MEDIA_LATENCY_MAX */
#define LM_MEDIA_LATENCY_MAX UINT64_C(3600000000000) /* an hour */

/*
 * Spoil admin commands; one for each (opcode, VF), a second takes the first's
 * place. An all-zero buffer disarms all of them.
 */
#define LM_FID_FAULT 0xC9
#define LM_FAULT_OPC 0 /* 1 byte */
#define LM_FAULT_FLAGS 1 /* 1 byte, LM_FAULT_F_* */
#define LM_FAULT_VF 2 /* 2 bytes: VF that the command names, 0 = any */
#define LM_FAULT_SKIP 4 /* 4 bytes: let this many matching commands pass first */
#define LM_FAULT_COUNT 8 /* 4 bytes: then spoil this many; 0 = disarm */
#define LM_FAULT_STATUS 12 /* 2 bytes, SCT << 8 | SC, LM_DNR where wanted */
#define LM_FAULT_DW0 16 /* 4 bytes */
#define LM_FAULT_BYTES 20 /* 4 bytes */

#define LM_FAULT_F_REFUSE 0x01 /* end with .status and no effect */
#define LM_FAULT_F_FAIL_LATE 0x02 /* take effect, then end with .status */
#define LM_FAULT_F_NO_COMPLETION 0x04 /* take effect, never complete */
#define LM_FAULT_F_OVERRIDE_DW0 0x08 /* answer .dw0 */
#define LM_FAULT_F_TRUNCATE 0x10 /* SAVE: only .bytes of the data arrive */
#define LM_FAULT_F_CORRUPT 0x20 /* SAVE: flip bit 0 of the image byte at .bytes */

/* The operator changed the size of a namespace; not above that of its medium. */
#define LM_FID_NAMESPACE 0xCA
#define LM_NAMESPACE_NSID 0 /* 4 bytes */
#define LM_NAMESPACE_BLOCKS 8 /* 8 bytes */

#endif
