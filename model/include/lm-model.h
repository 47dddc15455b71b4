/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The reference firmware model: a whole SR-IOV NVMe subsystem as a freestanding
 * state machine. It allocates nothing, keeps no globals and calls nothing but
 * the port that the embedder gives it. It is not thread-safe: the embedder
 * serializes all calls on one device. No call blocks, and none but lm_step()
 * does protocol work, so that a test decides between which two steps something
 * else happens.
 *
 * Functions are numbered: 0 is the PF, 1 to total_vfs are the VFs by VFN.
 * Values are in host byte order, times in milliseconds, sizes in bytes unless
 * said otherwise.
 */
#ifndef LM_MODEL_H
#define LM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LM_MAX_VFS 16
#define LM_MAX_FUNCTIONS (LM_MAX_VFS + 1)
#define LM_MAX_IO_QPAIRS 64
#define LM_MAX_QPAIRS (LM_MAX_IO_QPAIRS + 1)
#define LM_MAX_VECTORS LM_MAX_QPAIRS
#define LM_MAX_NAMESPACES 8
#define LM_MAX_QUEUE_ENTRIES 4096

/*
 * Commands of one function that are fetched and have no CQE posted yet; the
 * Asynchronous Event Requests have slots of their own. Fetching stops at this
 * bound, and the state image has room for as many parked completions
 * (LM-IOF-070).
 */
#ifndef LM_MAX_INFLIGHT
#define LM_MAX_INFLIGHT 256
#endif

/* Offsets in BAR0. Registers as NVMe 1.4 has them; doorbell stride 0. */
#define LM_BAR_DOORBELLS 0x1000
#define LM_BAR_MSIX_TABLE 0x2000
#define LM_BAR_MSIX_PBA 0x3000
#define LM_BAR_SIZE 0x4000

struct lm_namespace_config {
	uint64_t blocks; /* size in logical blocks */
	uint8_t lbads; /* logical block size as a power of two, 9..12 */
	uint8_t nguid[16];
	uint8_t eui64[8];
};

struct lm_config {
	uint16_t vid;
	uint16_t ssvid;
	uint16_t total_vfs; /* 1..LM_MAX_VFS */
	uint16_t io_qpairs; /* of each function, 1..LM_MAX_IO_QPAIRS */
	uint16_t vectors; /* MSI-X vectors of each function, 1..LM_MAX_VECTORS */
	uint16_t queue_entries; /* CAP.MQES + 1, 2..LM_MAX_QUEUE_ENTRIES */
	uint16_t cntlid; /* of the PF; VF n has cntlid + n */
	uint16_t suspend_limit; /* in 100 ms, LM_SUSPEND_LIMIT_MIN..MAX */
	uint8_t mdts; /* as Identify has it: 0 or a power of two of 4 KiB */
	uint8_t num_namespaces; /* 1..LM_MAX_NAMESPACES, NSIDs from 1 */
	struct lm_namespace_config ns[LM_MAX_NAMESPACES];
	char sn[20]; /* space padded; VFs present the same */
	char mn[40];
	char fr[8];
	char subnqn[256]; /* NUL padded */
	bool fault_switch; /* whether there is one: docs/fault-switch.md */
	unsigned int defect; /* defect build only: number in defects.def, 0 = none */
};

enum lm_backend_op {
	LM_BACKEND_READ,
	LM_BACKEND_WRITE,
	LM_BACKEND_WRITE_ZEROES,
	LM_BACKEND_FLUSH,
	LM_BACKEND_ADMIN, /* no medium: the time a VF's admin command takes */
};

/* A piece of work that the backend does in its own time. */
struct lm_backend_request {
	enum lm_backend_op op;
	unsigned int fn; /* function on whose behalf */
	uint32_t nsid; /* 0 for LM_BACKEND_ADMIN */
	uint64_t slba;
	uint32_t blocks;
	uint32_t tag; /* names the request to lm_backend_done() */
	void *data; /* READ, WRITE: buffer of blocks << lbads bytes, the port's */
	void *io; /* the port's own, from prepare to release */
};

/*
 * What the fault switch may do to one admin command; there only where
 * lm_config.fault_switch is set.
 */
struct lm_fault {
	bool refuse; /* end with .status and no effect */
	bool fail_late; /* take effect, then end with .status */
	bool no_completion; /* take effect, never post a CQE */
	bool override_dw0; /* answer .dw0 instead of the true Dword 0 */
	bool truncate; /* SAVE: transfer only .bytes of the data */
	bool corrupt; /* SAVE: flip bit 0 of the byte at image offset .bytes */
	uint16_t status; /* SCT << 8 | SC, with LM_DNR where wanted */
	uint32_t dw0;
	uint32_t bytes;
};

/* Arming: which admin commands to spoil, and how. */
struct lm_fault_rule {
	uint8_t opc;
	unsigned int vf; /* VF that the command names, 0 = any */
	unsigned int skip; /* let this many matching commands pass first */
	unsigned int count; /* then spoil this many; 0 = disarm */
	struct lm_fault what;
};

/* How the fault switch lets the media behave. */
enum lm_media_mode {
	LM_MEDIA_NORMAL, /* each request ends after .latency */
	LM_MEDIA_STALL, /* no request ends until the mode changes */
	LM_MEDIA_FAIL, /* each request ends after .latency with .status */
};

struct lm_media {
	enum lm_media_mode mode;
	bool admin; /* whether a VF's admin commands take this time too, else none */
	uint64_t latency; /* ns */
	uint16_t status; /* SCT << 8 | SC */
};

/*
 * What the model needs of its surroundings. ctx is the one that
 * lm_device_init() was given. All callbacks are required but those of the
 * fault switch: a port that has none of it leaves them NULL.
 */
struct lm_port {
	/*
	 * One DMA transaction with the requester ID of function fn. 0, or
	 * -1 where the address does not answer or the function must not.
	 */
	int (*dma_read)(void *ctx, unsigned int fn, uint64_t addr, void *buf, uint32_t len);
	int (*dma_write)(void *ctx, unsigned int fn, uint64_t addr, const void *buf, uint32_t len);
	/* An MSI-X message of function fn: a dword write of data to addr. */
	void (*msix)(void *ctx, unsigned int fn, unsigned int vector, uint64_t addr, uint32_t data);
	/* Level of the PF's INTx pin. */
	void (*intx)(void *ctx, unsigned int fn, bool level);
	/*
	 * Prepare a request: fill in req->data for READ and WRITE. false
	 * where no buffer is free; the model tries again at a later step.
	 */
	bool (*backend_prepare)(void *ctx, struct lm_backend_request *req);
	/*
	 * May be NULL, and the model reads a WRITE's data into req->data. Else it names them to
	 * the port instead, a page or less at a time and in order: the next len bytes are at
	 * addr, for function req->fn. The port reads them there when it will, but no more once
	 * backend_release() returns, and not after lm_pci_command() took bus mastering away.
	 * 0, or -1 as dma_read.
	 */
	int (*backend_gather)(void *ctx, struct lm_backend_request *req, uint64_t addr,
			      uint32_t len);
	/* Start it. It ends in lm_backend_done(), not before this returns. */
	void (*backend_submit)(void *ctx, struct lm_backend_request *req);
	/*
	 * The model is done with req->data (a READ's data were delivered, or
	 * the request is dropped). A request that was submitted and did not
	 * end yet is abandoned: lm_backend_done() must not name it any more.
	 */
	void (*backend_release)(void *ctx, struct lm_backend_request *req);
	/*
	 * CRC32C of n bytes behind others whose CRC32C is crc, 0 = none, by an engine that the
	 * device has. NULL: the model sums up an image itself, a byte at a time, which is
	 * most of what SAVE_DATA and LOAD_DATA take.
	 */
	uint32_t (*crc32c)(void *ctx, uint32_t crc, const void *p, uint32_t n);
	/* Milliseconds of a clock that never goes back. */
	uint64_t (*now)(void *ctx);
	/* There is work for lm_step(). May be called from any model function. */
	void (*wake)(void *ctx);
	/*
	 * Fault switch: whether, and how, admin command opc that names VF vf
	 * (0 = none) on function fn is to be spoiled. Where it is not, *fault stays as it is.
	 */
	bool (*fault)(void *ctx, unsigned int fn, uint8_t opc, unsigned int vf,
		      struct lm_fault *fault);
	/* Fault switch: these bytes of the log page LM_LID_JOURNAL. */
	void (*journal)(void *ctx, uint64_t offset, void *buf, uint32_t len);
	/* Fault switch: the media, from now on, for requests that wait already too. */
	void (*media)(void *ctx, const struct lm_media *media);
	/* Fault switch: arm or disarm one for (opcode, VF), NULL: disarm all. -1: too many. */
	int (*arm)(void *ctx, const struct lm_fault_rule *rule);
	/* Fault switch: make the medium hold this many blocks; -1 where it cannot. */
	int (*resize)(void *ctx, uint32_t nsid, uint64_t blocks);
	/* Fault switch: a command of 64 bytes was fetched from this SQ, for the journal. */
	void (*command)(void *ctx, unsigned int fn, uint16_t sqid, const uint8_t *sqe);
};

struct lm_device;

/**
 * lm_device_size() - bytes of memory that a device of this configuration takes
 * @config: the configuration; not kept
 *
 * Return: size in bytes, 0 where the configuration is not valid. The memory
 * must be aligned for uint64_t.
 */
size_t lm_device_size(const struct lm_config *config);

/**
 * lm_device_init() - make a device in the caller's memory, as after power-on
 * @mem: memory of at least lm_device_size() bytes
 * @size: how many
 * @config: the configuration; copied
 * @port: the port; kept, must outlive the device
 * @ctx: passed to each port callback
 *
 * Return: the device, or NULL where the configuration is not valid or the
 * memory too small. There is nothing to undo.
 */
struct lm_device *lm_device_init(void *mem, size_t size, const struct lm_config *config,
				 const struct lm_port *port, void *ctx);

/**
 * lm_step() - do one bounded piece of work
 *
 * One command fetched, one executed, one CQE posted, or one page of an image
 * moved: what it does between two calls is atomic for an observer.
 *
 * Return: true where it did something, so that more may be ready; false where
 * there was nothing to do until time passes or another call changes something.
 */
bool lm_step(struct lm_device *dev);

/**
 * lm_next_deadline() - when lm_step() must be called though nothing woke it
 *
 * Return: the time by lm_port.now, UINT64_MAX for never.
 */
uint64_t lm_next_deadline(const struct lm_device *dev);

/**
 * lm_bar_read() - memory read of BAR0 by the host
 * @fn: function
 * @offset: byte offset; where no register is reads as zero
 * @len: 4 or 8; other sizes and misaligned accesses read as zero
 */
uint64_t lm_bar_read(struct lm_device *dev, unsigned int fn, uint32_t offset, unsigned int len);

/** lm_bar_write() - memory write of BAR0 by the host; 4 or 8 bytes, aligned */
void lm_bar_write(struct lm_device *dev, unsigned int fn, uint32_t offset, uint64_t value,
		  unsigned int len);

/**
 * lm_pci_command() - the PCI Command register of a function was written
 * @memory: Memory Space Enable
 * @master: Bus Master Enable
 * @intx_disable: Interrupt Disable
 */
void lm_pci_command(struct lm_device *dev, unsigned int fn, bool memory, bool master,
		    bool intx_disable);

/** lm_pci_msix() - MSI-X Message Control of a function was written */
void lm_pci_msix(struct lm_device *dev, unsigned int fn, bool enable, bool function_mask);

/**
 * lm_pci_vf_enable() - the PF's SR-IOV control was written
 * @num_vfs: NumVFs where VF Enable is set, else 0
 */
void lm_pci_vf_enable(struct lm_device *dev, unsigned int num_vfs);

/** lm_flr() - Function Level Reset; of the PF: also clears VF Enable */
void lm_flr(struct lm_device *dev, unsigned int fn);

/** lm_conventional_reset() - conventional reset of the whole device */
void lm_conventional_reset(struct lm_device *dev);

/** lm_num_vfs() - VFs that exist now; 0 after a reset of the PF */
unsigned int lm_num_vfs(const struct lm_device *dev);

/**
 * lm_backend_done() - a submitted request ended
 * @tag: its tag
 * @status: 0, or the NVMe status (SCT << 8 | SC) to complete with
 */
void lm_backend_done(struct lm_device *dev, uint32_t tag, uint16_t status);

/**
 * lm_namespace_resize() - the operator changed the size of a namespace
 *
 * Return: 0, or -1 for an unknown NSID.
 */
int lm_namespace_resize(struct lm_device *dev, uint32_t nsid, uint64_t blocks);

/**
 * lm_image_max() - the largest state image of this configuration, in bytes
 *
 * A compile-time maximum over all configurations is LM_IMAGE_MAX in the core.
 */
uint32_t lm_image_max(const struct lm_config *config);

/** lm_vf_state() - LM_STATE_* of a VF, for embedders that show it */
unsigned int lm_vf_state(const struct lm_device *dev, unsigned int fn);

#endif
