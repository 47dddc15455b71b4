/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A second, small model of the device, written from the text of the
 * specification alone, to tell whether the text says enough. By itself it has
 * admin queues and no I/O; with a bus the runner drives all of its controllers.
 *
 * The state of a VF is kept in the bytes of the image's sections, so that an
 * image which was loaded is given back equal (LM-IMG-020).
 */
#ifndef SECOND_H
#define SECOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nvme-lm.h"

#define SM_TOTAL_VFS 5
#define SM_FIRST_NUM_VFS 4 /* at power-on */
#define SM_IO_QUEUES 8 /* I/O SQs, and I/O CQs, of each VF: QIDs 1 to 8 */
#define SM_QUEUES (SM_IO_QUEUES + 1)
#define SM_VECTORS 9
#define SM_FLIGHTS 32 /* commands of one VF in flight (LM-IOF-170) */
#define SM_NAMESPACES 2
#define SM_BLOCKS_MAX 0x10000u /* of a namespace */
/* More than the largest image that a VF gives: room for sections to skip. */
#define SM_IMAGE_MAX 8192u
#define SM_SUSPEND_LIMIT 10
#define SM_MDTS 5
#define SM_TRANSFER_MAX (4096u << SM_MDTS)
#define SM_ADMIN_ENTRIES 32
#define SM_BUFFER_MAX (1024u * 1024u)
#define SM_BAR 0x4000u
#define SM_VENDOR 0x1209
#define SM_PAGE 4096u

#define SM_MQES 1023u
#define SM_MPS_MAX 4u
#define SM_CAP \
	((uint64_t)SM_MQES | 1ull << 16 | 10ull << 24 | 1ull << 37 | (uint64_t)SM_MPS_MAX << 52)
#define SM_VS 0x00010400u

/* Statuses of the base specification that the proposal does not name. */
#define SC_ABORTED_BY_DELETION 0x008
#define SC_LBA_RANGE 0x080
#define SC_CQ_INVALID 0x100
#define SC_QID_INVALID 0x101
#define SC_QSIZE_INVALID 0x102
#define SC_AER_LIMIT 0x105
#define SC_VECTOR_INVALID 0x108
#define SC_LOG_PAGE 0x109
#define SC_QUEUE_DELETION 0x10C
#define SC_NOT_SAVEABLE 0x10D
#define SC_NAMESPACE 0x00B

#define LM_MORE 0x2000 /* in a status: the Error Information log has more */

#define CC_EN 0x1u
#define CSTS_RDY 0x1u
#define CSTS_CFS 0x2u

#define SM_AEC_NAMESPACE 0x100u
/* A notice, "namespace attribute changed", with log page 04h */
#define SM_EVENT_NAMESPACE 0x00040002u

/* Event types that a VF of this model can have: error, health, notice. */
#define SM_EVENT_TYPES 0x7u

/* What an image carries of a VF, each field as the section has it. */
struct vf_state {
	uint8_t identity[LM_IDN_SIZE];
	uint8_t regs[LM_REGS_SIZE];
	uint8_t features[LM_FEA_SIZE];
	uint32_t nr_cqs;
	uint32_t nr_sqs;
	uint8_t cqs[SM_QUEUES][LM_CQ_SIZE];
	uint8_t sqs[SM_QUEUES][LM_SQ_SIZE];
	uint8_t aers[LM_AER_SLOTS * LM_AER_SIZE];
	uint8_t events[LM_EVT_SECTION_SIZE];
	uint8_t parked[LM_PRK_SLOTS * LM_PRK_SIZE];
	uint8_t logs[LM_LOG_SIZE];
	uint32_t recovery[SM_NAMESPACES];
};

struct command;

/* A fetched command that its time has not come for. */
struct flight {
	bool used;
	uint64_t due; /* FLIGHT_HELD: not before the mode of the medium changes */
	uint64_t order;
	uint16_t sqid;
	uint8_t sqe[LM_SQE_SIZE];
	struct command *waiter; /* NULL: nobody waits any more */
};

#define FLIGHT_HELD UINT64_MAX

/* A SUSPEND between its fetch and its completion: the VF is DRAINING. */
struct pending {
	uint16_t cid;
	uint64_t deadline;
	bool queued; /* it came from the queue of the PF, where its completion goes */
	struct command *waiter;
};

struct vf {
	unsigned int vfn;
	unsigned int state; /* LM_STATE_ */
	struct vf_state live;
	uint32_t snapshot_len; /* 0: none was taken */
	uint8_t snapshot[SM_IMAGE_MAX];
	unsigned int vectors; /* MSI-X messages that the host set up */
	struct flight flights[SM_FLIGHTS];
	struct pending pending;
};

/*
 * Memory for the parts of one image: the least that LM-LOD-170 allows, so that
 * its 138h can be seen.
 */
struct staging {
	unsigned int owner; /* VFN, 0: free */
	uint32_t len;
	uint32_t total;
	uint8_t data[SM_IMAGE_MAX];
};

struct ns {
	uint32_t nsid;
	uint64_t blocks;
	uint8_t *data; /* NULL until something is written or read */
	uint8_t nguid[16];
	uint8_t eui64[8];
};

struct host_page;
struct device;

enum medium_mode { MEDIUM_NORMAL = 0, MEDIUM_HOLD = 1, MEDIUM_FAIL = 2 };

/* How long the commands of VFs take; there is no other work for a medium here. */
struct medium {
	enum medium_mode mode;
	bool admin;
	uint16_t status;
	uint64_t latency;
};

/*
 * Memory and interrupts, where the runner drives the VFs; NULL in struct device
 * where the simulator has a host of its own.
 */
struct bus {
	bool (*read)(struct device *dev, unsigned int vfn, uint64_t address, void *data,
		     uint32_t len);
	bool (*write)(struct device *dev, unsigned int vfn, uint64_t address, const void *data,
		      uint32_t len);
	void (*msix)(struct device *dev, unsigned int vfn, unsigned int vector);
	void (*medium)(struct device *dev, unsigned int vfn, uint32_t nsid, uint64_t slba,
		       uint32_t blocks);
};

struct device {
	const struct bus *bus;
	unsigned int num_vfs; /* 0: VF Enable is clear */
	uint64_t clock; /* nanoseconds, virtual */
	unsigned int pf_head;
	unsigned int pf_aers;
	uint64_t flights; /* how many there were, for their order */
	struct medium medium;
	struct ns ns[SM_NAMESPACES];
	struct vf pf; /* VFN 0; only its controller, and only with a bus */
	struct vf vfs[SM_TOTAL_VFS];
	struct staging staging;
	struct host_page *pages; /* memory of the guests' queues */
	unsigned int nr_pages;
};

enum direction { DIR_NONE = 0, DIR_TO_HOST = 1, DIR_TO_DEVICE = 2 };

/* One admin command, with the buffer that stands for its data pointer. */
struct command {
	unsigned int function; /* 0 or a VFN */
	uint16_t sqid;
	bool by_prps; /* the data go by the data pointer, on the bus */
	struct device *dev; /* with by_prps */
	const uint8_t *sqe;
	enum direction direction;
	uint32_t length; /* of the buffer */
	const uint8_t *in; /* the buffer, where the host filled it */
	uint8_t *out; /* where the device's bytes go */
	uint32_t written;
	uint16_t status; /* SCT << 8 | SC, and LM_DNR */
	uint32_t dw0;
	uint32_t dw1;
	uint16_t head;
	bool done;
};

/* What a CQE tells, but for what is computed when it is posted. */
struct completion {
	uint16_t sqid;
	uint16_t cid;
	uint16_t status;
	uint32_t dw0;
	uint32_t dw1;
};

/* device.c */
void device_power_on(struct device *dev);
void device_release(struct device *dev);
struct vf *device_vf(struct device *dev, unsigned int vfn);
struct vf *device_function(struct device *dev, unsigned int function);
void device_reset_pf(struct device *dev);
void device_reset_vf(struct device *dev, struct vf *vf);
void device_reset_all(struct device *dev);
void device_set_num_vfs(struct device *dev, unsigned int num_vfs);
bool device_resize(struct device *dev, uint32_t nsid, uint64_t blocks);
void device_leave_staging(struct device *dev, const struct vf *vf);

/* transfer.c */
void command_fail(struct command *cmd, unsigned int sc);
bool command_to_host(struct command *cmd, const void *data, uint32_t len, uint32_t span);
bool command_from_host(struct command *cmd, void *data, uint32_t len);
bool command_check_prps(struct command *cmd, uint32_t len);

/* identify.c */
void identify_own(unsigned int function, uint8_t identity[LM_IDN_SIZE]);
void identify_controller(struct device *dev, unsigned int function, uint8_t data[LM_ID_SIZE]);
uint32_t identify_fingerprint(struct device *dev, unsigned int function);
void identify_command(struct device *dev, struct command *cmd);

/* log.c */
void log_error(struct vf *vf, const struct command *cmd);
void log_command(struct device *dev, struct command *cmd);

/* admin.c */
void admin_execute(struct device *dev, struct command *cmd);

/* migrate.c */
bool migrate_is_opcode(unsigned int opcode);
void migrate_command(struct device *dev, struct command *cmd);
void migrate_pf_reset(struct device *dev);
void migrate_finish(struct device *dev, const struct pending *pending, unsigned int sc);
void migrate_end_suspend(struct device *dev, struct vf *vf, unsigned int sc);
bool migrate_abort(struct device *dev, unsigned int cid);

/* image.c */
uint32_t image_size(const struct vf *vf);
uint32_t image_build(struct device *dev, const struct vf *vf, uint8_t out[SM_IMAGE_MAX]);

/* load.c, load-regs.c, load-queues.c */
unsigned int load_image(struct device *dev, struct vf *vf, const uint8_t *image, uint32_t len);
bool load_can_be_ready(uint32_t cc, uint32_t aqa);
unsigned int load_registers(struct vf_state *next);
unsigned int load_features(const struct vf_state *next);
unsigned int load_cqs(struct vf_state *next, const uint8_t *records, uint32_t count);
unsigned int load_sqs(struct vf_state *next, const uint8_t *records, uint32_t count);
unsigned int load_slots(struct vf_state *next, unsigned int section);

/* features.c */
void feature_defaults(struct vf_state *state);
bool feature_valid(unsigned int fid, uint32_t value);
void feature_command(struct vf *vf, struct command *cmd, bool set);

/* queues.c */
void queue_command(struct device *dev, struct vf *vf, struct command *cmd);
uint8_t *queue_cq(struct vf_state *state, unsigned int qid);
uint8_t *queue_sq(struct vf_state *state, unsigned int qid);

/* guest.c */
bool guest_is_ready(const struct vf *vf);
void guest_consume(struct device *dev, struct vf *vf);
bool guest_admin(struct device *dev, struct vf *vf, struct command *cmd);
void guest_set_up(struct vf *vf);
const uint8_t *guest_memory(struct device *dev, uint64_t address);
void guest_forget(struct device *dev);

/* flight.c */
bool flight_begin(struct device *dev, struct vf *vf, unsigned int sqid, struct command *cmd,
		  const uint8_t *sqe);
void flight_abort(struct device *dev, struct vf *vf, unsigned int sqid);
bool flight_any(const struct vf *vf);
void flight_drop(struct vf *vf);
void flight_forget(struct device *dev, const struct command *cmd);
void flight_advance(struct device *dev, uint64_t until, const struct command *cmd);
void flight_set_medium(struct device *dev, const struct medium *medium);

/* post.c */
unsigned int post_nr_parked(struct vf_state *state);
void post_parked(struct device *dev, struct vf *vf);
bool post_completion(struct device *dev, struct vf *vf, const struct completion *cpl);
void post_interrupts(struct device *dev, struct vf *vf);

/* work.c */
void work_fail(struct vf *vf);
void work_complete(struct device *dev, struct vf *vf, struct command *cmd);
void work_execute(struct device *dev, struct vf *vf, struct command *cmd);
void work_event(struct device *dev, struct vf *vf, uint32_t dw0);
void work_head(struct device *dev, struct vf *vf);
void work_run(struct device *dev, struct vf *vf, struct command *cmd, unsigned int slot);

/* bus.c */
bool bus_read(struct device *dev, unsigned int vfn, uint64_t address, void *data, uint32_t len);
unsigned int bus_transfer(struct device *dev, const struct vf *vf, const uint8_t *sqe, void *data,
			  uint32_t len, uint32_t span, bool to_host);

/* io.c */
bool io_needs_medium(struct device *dev, const uint8_t *sqe);
void io_announce(struct device *dev, struct vf *vf, const uint8_t *sqe);
void io_execute(struct device *dev, struct vf *vf, struct command *cmd);

/* regs.c */
uint64_t regs_read(const struct vf *vf, uint32_t offset, unsigned int size);
void regs_write(struct device *dev, struct vf *vf, uint32_t offset, unsigned int size,
		uint64_t value);
void regs_shut_down(struct vf *vf);

/* crc32c.c */
uint32_t crc32c(uint32_t crc, const void *data, size_t len);

/* protocol.c */
int protocol_serve(struct device *dev);

#endif
