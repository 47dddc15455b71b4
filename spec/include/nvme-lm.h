/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The wire of the NVMe VF live migration proposal: opcodes, offsets, sizes,
 * statuses and the reference state image. Everything here is little-endian on
 * the wire and is reached by byte offset through the accessors below, never by
 * overlaying a C structure.
 *
 * This header, and nvme-lm-fault.h, are all that the model, the suite and the
 * driver share. The tables in spec/tables/ are not for the model.
 */
#ifndef NVME_LM_H
#define NVME_LM_H

#include <stdint.h>

/* Version of the proposal that this header describes (LM-DIS-040). */
#define LM_PROPOSAL_VERSION 1

/* Admin opcodes, on the PF's admin queue only (LM-DIS-010). */
#define LM_OPC_QUERY_DATA_SIZE 0xC4
#define LM_OPC_SUSPEND 0xC8
#define LM_OPC_RESUME 0xCC
#define LM_OPC_SAVE_DATA 0xD2
#define LM_OPC_LOAD_DATA 0xD5

/* Byte offsets in the 64-byte submission queue entry. */
#define LM_SQE_SIZE 64
#define LM_SQE_OPC 0
#define LM_SQE_FLAGS 1 /* FUSE 1:0, reserved 5:2, PSDT 7:6 */
#define LM_SQE_CID 2
#define LM_SQE_NSID 4
#define LM_SQE_CDW2 8
#define LM_SQE_CDW3 12
#define LM_SQE_MPTR 16
#define LM_SQE_PRP1 24
#define LM_SQE_PRP2 32
#define LM_SQE_CDW10 40
#define LM_SQE_CDW11 44
#define LM_SQE_CDW12 48
#define LM_SQE_CDW13 52
#define LM_SQE_CDW14 56
#define LM_SQE_CDW15 60

/* Fields of the five commands, by the SQE byte where they start. */
#define LM_SQE_VF_INDEX LM_SQE_CDW10 /* 16 bits, first VF is 1 */
#define LM_SQE_LENGTH LM_SQE_CDW11 /* SAVE: buffer, LOAD: part, bytes */
#define LM_SQE_OFFSET LM_SQE_CDW12 /* SAVE, LOAD: offset in the image */
#define LM_SQE_TOTAL LM_SQE_CDW13 /* LOAD: whole image, 0 = one part */

/* Byte offsets in the 16-byte completion queue entry. */
#define LM_CQE_SIZE 16
#define LM_CQE_DW0 0
#define LM_CQE_DW1 4
#define LM_CQE_SQHD 8
#define LM_CQE_SQID 10
#define LM_CQE_CID 12
#define LM_CQE_STATUS 14 /* bit 0 phase, SC 8:1, SCT 11:9, M 14, DNR 15 */

/*
 * Status values as SCT << 8 | SC. DNR is kept apart (LM_DNR) because the same
 * value may come with it or without it.
 */
#define LM_SC_SUCCESS 0x000
#define LM_SC_INVALID_OPCODE 0x001
#define LM_SC_INVALID_FIELD 0x002
#define LM_SC_DATA_TRANSFER 0x004
#define LM_SC_INTERNAL 0x006
#define LM_SC_ABORT_REQUESTED 0x007
#define LM_SC_SEQUENCE 0x00C
#define LM_SC_PRP_OFFSET 0x013
#define LM_SC_COMMAND_INTERRUPTED 0x021
#define LM_SC_NOT_ENOUGH_RESOURCES 0x138
#define LM_SC_SUSPENDED 0x139
#define LM_SC_NOT_SUSPENDED 0x13A
#define LM_SC_INVALID_IMAGE 0x1C0
#define LM_SC_INCOMPATIBLE_IMAGE 0x1C1
#define LM_SC_SUSPEND_NOT_COMPLETED 0x1C2
#define LM_DNR 0x4000 /* in a status word shifted right past the phase bit */

/* Identify Controller (CNS 01h) of the PF (LM-DIS-020 to LM-DIS-070). */
#define LM_ID_SIZE 4096
#define LM_ID_CAPABILITY 3072 /* 8 bits */
#define LM_ID_DIRTY_RANGES 3073 /* 8 bits, stays 0 */
#define LM_ID_VERSION 3074 /* 16 bits */
#define LM_ID_MAX_IMAGE 3076 /* 32 bits, bytes */
#define LM_ID_SUSPEND_LIMIT 3080 /* 16 bits, units of 100 ms */
#define LM_ID_RESERVED 3082 /* 48 bits, zero */
#define LM_ID_UUID 3088 /* 16 bytes, RFC 4122 byte order */
#define LM_ID_END 3104
#define LM_CAPABILITY_NONE 0x00
#define LM_CAPABILITY_SUPPORTED 0x01
#define LM_SUSPEND_LIMIT_MIN 1
#define LM_SUSPEND_LIMIT_MAX 300

/* 0708ace4-cf37-4f1f-adae-8e890b234274 */
#define LM_UUID_BYTES                                                                         \
	{                                                                                     \
		0x07, 0x08, 0xac, 0xe4, 0xcf, 0x37, 0x4f, 0x1f, 0xad, 0xae, 0x8e, 0x89, 0x0b, \
			0x23, 0x42, 0x74                                                      \
	}

/* QUERY_DATA_SIZE, CQE Dword 1 bits 1:0: state of the VF (LM-QRY-040). */
#define LM_STATE_ACTIVE 0
#define LM_STATE_DRAINING 1
#define LM_STATE_SUSPENDED 2
#define LM_STATE_LOADING 3

/* Largest image that an unmodified driver of 2022 accepts, in bytes. */
#define LM_RFC_IMAGE_MAX (256u * 1024u)

/*
 * The reference state image (spec/text/70-image.md). A header, then sections
 * in ascending order of type, each a section header and its payload.
 */
#define LM_IMG_HEADER_SIZE 64
#define LM_IMG_MAGIC 0 /* 8 bytes */
#define LM_IMG_MAGIC_BYTES                             \
	{                                              \
		'N', 'V', 'M', 'E', 'L', 'M', 'S', 'T' \
	}
#define LM_IMG_VERSION 8 /* 16 bits */
#define LM_IMG_HEADER_LENGTH 10 /* 16 bits */
#define LM_IMG_TOTAL_LENGTH 12 /* 32 bits, header included */
#define LM_IMG_VID 16 /* 16 bits, PCI vendor ID of the source */
#define LM_IMG_SSVID 18 /* 16 bits */
#define LM_IMG_SECTION_COUNT 20 /* 32 bits */
#define LM_IMG_CAP 24 /* 64 bits, the source's CAP */
#define LM_IMG_VS 32 /* 32 bits, the source's VS */
#define LM_IMG_FINGERPRINT 36 /* 32 bits, LM-IMG-060 */
#define LM_IMG_RESERVED 40 /* 20 bytes, zero */
#define LM_IMG_CRC 60 /* 32 bits, CRC32C, this field as zero */
#define LM_IMG_FORMAT_VERSION 1

#define LM_SEC_HEADER_SIZE 8
#define LM_SEC_TYPE 0 /* 16 bits */
#define LM_SEC_VERSION 2 /* 16 bits */
#define LM_SEC_LENGTH 4 /* 32 bits, payload only, multiple of 4 */
#define LM_SEC_OPTIONAL 0x8000 /* type bit: a loader that does not know it skips it */
#define LM_SEC_FORMAT_VERSION 1

#define LM_SEC_IDENTITY 1
#define LM_SEC_REGISTERS 2
#define LM_SEC_FEATURES 3
#define LM_SEC_CQS 4
#define LM_SEC_SQS 5
#define LM_SEC_AERS 6
#define LM_SEC_EVENTS 7
#define LM_SEC_PARKED 8
#define LM_SEC_LOGS 9
#define LM_SEC_NAMESPACES 10
#define LM_SEC_COUNT 10

/* IDENTITY */
#define LM_IDN_SN 0 /* 20 bytes */
#define LM_IDN_MN 20 /* 40 bytes */
#define LM_IDN_FR 60 /* 8 bytes */
#define LM_IDN_SUBNQN 68 /* 256 bytes */
#define LM_IDN_CNTLID 324 /* 16 bits */
#define LM_IDN_RESERVED 326 /* 16 bits */
#define LM_IDN_SIZE 328

/* REGISTERS */
#define LM_REGS_CC 0 /* 32 bits */
#define LM_REGS_CSTS 4 /* 32 bits */
#define LM_REGS_AQA 8 /* 32 bits */
#define LM_REGS_INTM 12 /* 32 bits, the mask that INTMS and INTMC build */
#define LM_REGS_ASQ 16 /* 64 bits */
#define LM_REGS_ACQ 24 /* 64 bits */
#define LM_REGS_SIZE 32

/* FEATURES: current values, Dword 11 of Set Features */
#define LM_FEA_ARBITRATION 0
#define LM_FEA_POWER 4
#define LM_FEA_TEMP_OVER 8
#define LM_FEA_TEMP_UNDER 12
#define LM_FEA_WRITE_CACHE 16
#define LM_FEA_COALESCING 20
#define LM_FEA_ATOMICITY 24
#define LM_FEA_ASYNC_EVENTS 28
#define LM_FEA_NUM_QUEUES 32 /* as Set Features asked for it, 0 = never set */
#define LM_FEA_RESERVED 36 /* 32 bits */
#define LM_FEA_VECTOR_NOCOAL 40 /* 128 bits: coalescing disabled, per vector */
#define LM_FEA_SIZE 56

/* CQS: one per completion queue, ascending QID, the admin CQ (QID 0) first */
#define LM_CQ_QID 0 /* 16 bits */
#define LM_CQ_FLAGS 2 /* 16 bits */
#define LM_CQ_VECTOR 4 /* 16 bits */
#define LM_CQ_QSIZE 6 /* 16 bits, zero-based */
#define LM_CQ_HEAD 8 /* 16 bits */
#define LM_CQ_TAIL 10 /* 16 bits */
#define LM_CQ_RESERVED 12 /* 32 bits */
#define LM_CQ_BASE 16 /* 64 bits */
#define LM_CQ_SIZE 24
#define LM_CQ_F_PHASE 0x0001 /* phase of the entry at TAIL */
#define LM_CQ_F_IEN 0x0002

/* SQS: one per submission queue, ascending QID, the admin SQ (QID 0) first */
#define LM_SQ_QID 0 /* 16 bits */
#define LM_SQ_CQID 2 /* 16 bits */
#define LM_SQ_QSIZE 4 /* 16 bits, zero-based */
#define LM_SQ_PRIORITY 6 /* 16 bits, bits 1:0 */
#define LM_SQ_HEAD 8 /* 16 bits */
#define LM_SQ_TAIL 10 /* 16 bits */
#define LM_SQ_RESERVED 12 /* 32 bits */
#define LM_SQ_BASE 16 /* 64 bits */
#define LM_SQ_SIZE 24

/* AERS: fixed slots, used ones first */
#define LM_AER_SLOTS 4
#define LM_AER_CID 0 /* 16 bits */
#define LM_AER_VALID 2 /* 16 bits, 1 = used */
#define LM_AER_SIZE 4

/* EVENTS: queued and unreported, oldest first; then what is masked */
#define LM_EVT_SLOTS 8
#define LM_EVT_DW0 0 /* 32 bits, the AER's Dword 0 */
#define LM_EVT_VALID 4 /* 32 bits, 1 = used */
#define LM_EVT_SIZE 8
#define LM_EVT_MASKED (LM_EVT_SLOTS * LM_EVT_SIZE) /* 32 bits, bit = event type */
#define LM_EVT_SECTION_SIZE (LM_EVT_MASKED + 4)

/* PARKED: fixed slots, in the order in which they are to be posted */
#define LM_PRK_SLOTS 256
#define LM_PRK_SQID 0 /* 16 bits */
#define LM_PRK_CID 2 /* 16 bits */
#define LM_PRK_STATUS 4 /* 16 bits, SCT << 8 | SC, with LM_DNR and M (2000h) */
#define LM_PRK_VALID 6 /* 16 bits, 1 = used */
#define LM_PRK_DW0 8 /* 32 bits */
#define LM_PRK_DW1 12 /* 32 bits */
#define LM_PRK_SIZE 16

/* LOGS: the VF's own counters, error log and changed namespace list */
#define LM_LOG_UNITS_READ 0
#define LM_LOG_UNITS_WRITTEN 8
#define LM_LOG_HOST_READS 16
#define LM_LOG_HOST_WRITES 24
#define LM_LOG_BUSY_MINUTES 32
#define LM_LOG_POWER_CYCLES 40
#define LM_LOG_POWER_ON_HOURS 48
#define LM_LOG_UNSAFE_SHUTDOWNS 56
#define LM_LOG_MEDIA_ERRORS 64
#define LM_LOG_ERROR_COUNT 72
#define LM_LOG_CHANGED_NS 80 /* 64 bits, bit n = NSID n + 1 */
#define LM_LOG_ERRORS 88 /* entries as Get Log Page 01h, newest first */
#define LM_LOG_ERROR_SLOTS 4
#define LM_LOG_ERROR_SIZE 64
#define LM_LOG_SIZE (LM_LOG_ERRORS + LM_LOG_ERROR_SLOTS * LM_LOG_ERROR_SIZE)

/* NAMESPACES: one per namespace attached to the VF, ascending NSID */
#define LM_NS_NSID 0 /* 32 bits */
#define LM_NS_FLBAS 4 /* 8 bits */
#define LM_NS_LBADS 5 /* 8 bits */
#define LM_NS_MS 6 /* 16 bits */
#define LM_NS_NSZE 8 /* 64 bits, logical blocks */
#define LM_NS_NGUID 16 /* 16 bytes */
#define LM_NS_EUI64 32 /* 8 bytes */
#define LM_NS_ERROR_RECOVERY 40 /* 32 bits, Feature 05h of this namespace */
#define LM_NS_RESERVED 44 /* 32 bits */
#define LM_NS_SIZE 48

static inline uint16_t lm_get_le16(const void *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (uint16_t)(b[0] | (unsigned int)b[1] << 8);
}

static inline uint32_t lm_get_le32(const void *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (uint32_t)lm_get_le16(b) | (uint32_t)lm_get_le16(b + 2) << 16;
}

static inline uint64_t lm_get_le64(const void *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (uint64_t)lm_get_le32(b) | (uint64_t)lm_get_le32(b + 4) << 32;
}

static inline void lm_put_le16(void *p, uint16_t v)
{
	uint8_t *b = (uint8_t *)p;

	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}

static inline void lm_put_le32(void *p, uint32_t v)
{
	uint8_t *b = (uint8_t *)p;

	lm_put_le16(b, (uint16_t)v);
	lm_put_le16(b + 2, (uint16_t)(v >> 16));
}

static inline void lm_put_le64(void *p, uint64_t v)
{
	uint8_t *b = (uint8_t *)p;

	lm_put_le32(b, (uint32_t)v);
	lm_put_le32(b + 4, (uint32_t)(v >> 32));
}

#ifdef __cplusplus
#define LM_STATIC_ASSERT static_assert
#else
#define LM_STATIC_ASSERT _Static_assert
#endif

/* The direction bits 1:0 of an opcode must agree with the data pointer. */
LM_STATIC_ASSERT((LM_OPC_QUERY_DATA_SIZE & 3) == 0, "QUERY moves no data");
LM_STATIC_ASSERT((LM_OPC_SUSPEND & 3) == 0, "SUSPEND moves no data");
LM_STATIC_ASSERT((LM_OPC_RESUME & 3) == 0, "RESUME moves no data");
LM_STATIC_ASSERT((LM_OPC_SAVE_DATA & 3) == 2, "SAVE moves data to the host");
LM_STATIC_ASSERT((LM_OPC_LOAD_DATA & 3) == 1, "LOAD moves data to the device");
LM_STATIC_ASSERT(LM_ID_UUID + 16 == LM_ID_END, "the UUID ends the proposal bytes");
LM_STATIC_ASSERT(LM_ID_RESERVED + 6 == LM_ID_UUID, "no hole before the UUID");
LM_STATIC_ASSERT(LM_IMG_CRC + 4 == LM_IMG_HEADER_SIZE, "the CRC ends the header");
LM_STATIC_ASSERT(LM_IDN_RESERVED + 2 == LM_IDN_SIZE, "IDENTITY has no tail");
LM_STATIC_ASSERT(LM_REGS_ACQ + 8 == LM_REGS_SIZE, "REGISTERS has no tail");
LM_STATIC_ASSERT(LM_FEA_VECTOR_NOCOAL + 16 == LM_FEA_SIZE, "FEATURES has no tail");
LM_STATIC_ASSERT(LM_CQ_BASE + 8 == LM_CQ_SIZE, "a CQ record has no tail");
LM_STATIC_ASSERT(LM_SQ_BASE + 8 == LM_SQ_SIZE, "an SQ record has no tail");
LM_STATIC_ASSERT(LM_PRK_DW1 + 4 == LM_PRK_SIZE, "a parked record has no tail");
LM_STATIC_ASSERT(LM_NS_RESERVED + 4 == LM_NS_SIZE, "a namespace record has no tail");
LM_STATIC_ASSERT(LM_LOG_SIZE % 4 == 0 && LM_NS_SIZE % 4 == 0, "sections are dwords");

#endif
