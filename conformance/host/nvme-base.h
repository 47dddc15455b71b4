/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What the suite uses of NVMe 1.4: registers, opcodes, features, log pages and
 * fields of Identify data. The suite's own copy, so that the model and the
 * suite do not share a mistake.
 */
#ifndef NVME_BASE_H
#define NVME_BASE_H

/* Controller registers, offsets in BAR0 (NVMe 1.4 3.1) */
#define NVME_REG_CAP 0x00
#define NVME_REG_VS 0x08
#define NVME_REG_INTMS 0x0C
#define NVME_REG_INTMC 0x10
#define NVME_REG_CC 0x14
#define NVME_REG_CSTS 0x1C
#define NVME_REG_NSSR 0x20
#define NVME_REG_AQA 0x24
#define NVME_REG_ASQ 0x28
#define NVME_REG_ACQ 0x30
#define NVME_REG_DOORBELLS 0x1000

#define NVME_CC_EN 0x00000001u
#define NVME_CC_SHN_NORMAL 0x00004000u
#define NVME_CC_SHN_ABRUPT 0x00008000u
#define NVME_CC_SHN_MASK 0x0000C000u
#define NVME_CC_IOSQES (6u << 16)
#define NVME_CC_IOCQES (4u << 20)
#define NVME_CSTS_RDY 0x1u
#define NVME_CSTS_CFS 0x2u
#define NVME_CSTS_SHST_MASK 0xCu
#define NVME_CSTS_SHST_DONE 0x8u
#define NVME_NSSR_MAGIC 0x4E564D65u

/* Admin opcodes */
#define NVME_ADM_DELETE_SQ 0x00
#define NVME_ADM_CREATE_SQ 0x01
#define NVME_ADM_GET_LOG 0x02
#define NVME_ADM_DELETE_CQ 0x04
#define NVME_ADM_CREATE_CQ 0x05
#define NVME_ADM_IDENTIFY 0x06
#define NVME_ADM_ABORT 0x08
#define NVME_ADM_SET_FEATURES 0x09
#define NVME_ADM_GET_FEATURES 0x0A
#define NVME_ADM_AER 0x0C

/* NVM opcodes */
#define NVME_CMD_FLUSH 0x00
#define NVME_CMD_WRITE 0x01
#define NVME_CMD_READ 0x02
#define NVME_CMD_WRITE_ZEROES 0x08

/* Features */
#define NVME_FEAT_ARBITRATION 0x01
#define NVME_FEAT_POWER 0x02
#define NVME_FEAT_TEMPERATURE 0x04
#define NVME_FEAT_ERROR_RECOVERY 0x05
#define NVME_FEAT_WRITE_CACHE 0x06
#define NVME_FEAT_NUM_QUEUES 0x07
#define NVME_FEAT_COALESCING 0x08
#define NVME_FEAT_VECTOR 0x09
#define NVME_FEAT_ATOMICITY 0x0A
#define NVME_FEAT_ASYNC_EVENTS 0x0B

/* Log pages */
#define NVME_LOG_ERROR 0x01
#define NVME_LOG_SMART 0x02
#define NVME_LOG_FIRMWARE 0x03
#define NVME_LOG_CHANGED_NS 0x04
#define NVME_LOG_EFFECTS 0x05

/* Identify */
#define NVME_CNS_NAMESPACE 0x00
#define NVME_CNS_CONTROLLER 0x01
#define NVME_CNS_ACTIVE_NS 0x02
#define NVME_CNS_NS_DESCRIPTORS 0x03
#define NVME_CNS_SECONDARY 0x15
#define NVME_ID_VID 0
#define NVME_ID_SSVID 2
#define NVME_ID_SN 4
#define NVME_ID_MN 24
#define NVME_ID_FR 64
#define NVME_ID_MDTS 77
#define NVME_ID_CNTLID 78
#define NVME_ID_VER 80
#define NVME_ID_OACS 256
#define NVME_ID_ACL 258
#define NVME_ID_AERL 259
#define NVME_ID_LPA 261
#define NVME_ID_ELPE 262
#define NVME_ID_SQES 512
#define NVME_ID_CQES 513
#define NVME_ID_MAXCMD 514
#define NVME_ID_NN 516
#define NVME_ID_ONCS 520
#define NVME_ID_FUSES 522
#define NVME_ID_FNA 524
#define NVME_ID_VWC 525
#define NVME_ID_SUBNQN 768

/* Statuses beyond those of nvme-lm.h */
#define NVME_SC_INVALID_NS 0x00B
#define NVME_SC_LBA_RANGE 0x080
#define NVME_SC_ABORTED_SQ_DELETED 0x008
#define NVME_SC_CQ_INVALID 0x100
#define NVME_SC_QID_INVALID 0x101
#define NVME_SC_QUEUE_SIZE 0x102
#define NVME_SC_ABORT_LIMIT 0x103
#define NVME_SC_AER_LIMIT 0x105
#define NVME_SC_VECTOR_INVALID 0x108
#define NVME_SC_LOG_INVALID 0x109

#define NVME_PAGE 4096u
#define NVME_NSID_ALL 0xFFFFFFFFu

#endif
