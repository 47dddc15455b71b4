/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * A world to explore: the real core, and around it the smallest host that can
 * do to it what hosts do. All that can change is in struct world and in the
 * memory of the device behind it, so that a state is a copy of both.
 *
 * The host holds its own view of what it was told (struct host): which VFs it
 * knows to be suspended, which commands it still waits for. The invariants are
 * judged by this view, not by the model's own variables.
 */
#ifndef LM_EXPLORE_WORLD_H
#define LM_EXPLORE_WORLD_H

#include "core.h"
#include "image.h"
#include "migrate.h"

#define MAX_VFS 2
#define MAX_PAIRS 2
#define MAX_ENTRIES 4 /* of an I/O queue */
#define PF_ENTRIES 4
#define PF_CIDS (PF_ENTRIES - 1)
#define MAX_PENDING ((MAX_VFS + 1) * LM_MAX_INFLIGHT)
#define IMAGE_ROOM 8192

struct scope {
	unsigned int vfs; /* 1..MAX_VFS */
	unsigned int pairs; /* I/O queue pairs of each, 1..MAX_PAIRS */
	unsigned int entries; /* of an I/O queue, 2..MAX_ENTRIES */
	unsigned int depth; /* commands of the PF at a time, 1..PF_CIDS */
	unsigned int defect; /* defect build only */
	bool lean; /* one guest, that migrates: see action_list() */
};

/* What came between SUSPEND and its end. */
#define CROSSED_FETCH 1 /* its VF fetched */
#define CROSSED_ROOM 2 /* a CQ got room, or bus mastering changed: what is parked may have gone */

enum pf_command {
	PF_NONE,
	PF_QUERY,
	PF_SUSPEND,
	PF_RESUME,
	PF_SAVE,
	PF_LOAD, /* the image that was saved, in one piece */
	PF_LOAD_FIRST, /* its first part */
	PF_LOAD_LAST,
	PF_LOAD_BAD, /* no image at all */
	PF_ABORT, /* of the oldest SUSPEND under way that names the VF */
	PF_COMMANDS
};

/* One I/O queue pair as its guest knows it. */
struct pair {
	uint8_t sq_tail;
	uint8_t sq_head; /* as the last CQE said */
	uint8_t sq[MAX_ENTRIES]; /* CIDs */
	uint8_t waiting; /* bit c: CID c was rung and has no CQE */
	uint8_t may_fail; /* of these: bus mastering was off meanwhile, 004h is an answer (LM-IOF-160) */
	uint8_t fetched; /* of these: the device has them */
	uint8_t cq_tail; /* where the next CQE has to come, and its phase */
	uint8_t cq_phase;
	uint8_t cq_head;
	uint8_t unread; /* CQEs that are not consumed */
	uint8_t interrupted; /* a message came since they were */
	uint8_t sqhd[MAX_ENTRIES]; /* of the CQE in each slot */
};

/* An owner of queues. It moves to another VF with its image. */
struct guest {
	uint8_t alive; /* has an enabled controller with queues, as far as it knows */
	uint8_t vf; /* where it runs, 0 = on its way in an image */
	struct pair pair[MAX_PAIRS];
};

struct vf_view {
	uint8_t exists;
	uint8_t master;
	uint8_t quiesced; /* SUSPEND succeeded, and nothing since may have ended that */
	uint8_t restore; /* quiesced before the RESUME that is under way */
	uint8_t guest; /* index + 1 of the guest that runs here, 0 none */
	uint8_t loaded; /* index + 1 of the guest whose image was loaded */
	uint8_t staged; /* the first part of an image was taken */
	uint8_t stale; /* its guest runs elsewhere: only a reset helps */
	uint8_t unsure; /* whether it is suspended: how a SUSPEND ended was lost */
};

struct pf_view {
	uint8_t tail;
	uint8_t cq_tail;
	uint8_t cq_head; /* as the doorbell last had it */
	uint8_t cq_phase;
	uint8_t sqe[PF_ENTRIES][LM_SQE_SIZE];
	uint8_t command[PF_CIDS]; /* by CID, PF_NONE = free */
	uint8_t vf[PF_CIDS];
	uint8_t overtaken[PF_CIDS]; /* reset or doorbell since: its end says nothing of now */
	uint8_t fetched[PF_CIDS];
	uint8_t crossed[PF_CIDS]; /* a SUSPEND, since it was fetched: CROSSED_* */
	uint16_t status[PF_CIDS]; /* of the last completion of that CID; for checks alone */
	uint32_t dw0[PF_CIDS];
};

struct image_view {
	uint8_t guest; /* index + 1 of the guest that it holds, 0 = not to be used */
	uint32_t length;
	uint8_t bytes[IMAGE_ROOM];
};

struct host {
	struct pf_view pf;
	struct vf_view vf[MAX_VFS + 1]; /* by VFN */
	struct guest guest[MAX_VFS];
	uint8_t late; /* how often time passed beyond every limit that ran then */
	uint8_t num_pending;
	uint32_t pending[MAX_PENDING]; /* tags of requests with the medium, ascending */
	struct image_view image;
};

struct world {
	struct host host;
	/* what follows is the same in all states */
	struct scope scope;
	struct lm_device *dev;
	size_t dev_size;
	/* about the last action alone */
	const char *violation; /* NULL: none */
	char text[160];
	uint64_t calls; /* digest of the port calls */
	bool macro; /* within a sequence that no state splits: the admin queues work by themselves */
	uint8_t admin_sqe[LM_SQE_SIZE]; /* within it */
	bool admin_done;
};

/* A violation; the first one counts. */
void fail(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A world at its start: PF and VFs enabled, a guest with its queues on each VF. */
struct world *world_new(const struct scope *scope);
void world_free(struct world *w);

/* The changing part: host, device. */
#define WORLD_PARTS 2
void world_part(struct world *w, unsigned int part, void **mem, size_t *size);

/* Addresses on the bus: what is there, and whose. */
#define REGION(addr) ((unsigned int)((addr) >> 16 & 0xFF))
#define OWNER(addr) ((unsigned int)((addr) >> 24 & 0xFF))
#define ADDRESS(owner, region) ((uint64_t)(owner) << 24 | (uint64_t)(region) << 16)
enum region {
	REGION_NONE,
	REGION_ASQ,
	REGION_ACQ,
	REGION_DATA,
	REGION_IMAGE, /* 2 pages: the bus offset goes into the next region */
	REGION_BAD,
	REGION_SQ, /* + pair */
	REGION_CQ = REGION_SQ + MAX_PAIRS,
};

extern const struct lm_port world_port;

/* One step of the device, and the PF's CQ consumed; false: it is idle. */
bool step(struct world *w);

/* Steps until the device is idle; a bound that it must not reach. */
void settle(struct world *w);

/* guest.c */
bool guest_can_boot(const struct world *w, unsigned int vf);
void guest_boot(struct world *w, unsigned int vf);
/* bus mastering and MSI-X as every guest sets them: a hypervisor does so before LOAD_DATA */
void guest_restore_pci(struct world *w, unsigned int vf);
bool guest_can_read(const struct world *w, unsigned int vf, unsigned int pair);
void guest_read(struct world *w, unsigned int vf, unsigned int pair);
void guest_consume(struct world *w, unsigned int vf, unsigned int pair);
/* a CQE of an I/O queue arrived in the guest's memory */
void guest_completed(struct world *w, unsigned int guest, unsigned int pair, uint64_t offset,
		     const uint8_t *cqe);
/* Bus Master Enable is cleared under its commands */
void guest_loses_bus(struct world *w, unsigned int vf);
void guest_dies(struct world *w, unsigned int guest);
/* what a reset of the VF means for guest and view */
void guest_reset(struct world *w, unsigned int vf);
/* the guest that runs on the VF and may act, or NULL */
struct guest *guest_of(struct world *w, unsigned int vf);

/* pf.c */
void pf_enable(struct world *w);
bool pf_can(const struct world *w, enum pf_command command, unsigned int vf);
void pf_send(struct world *w, enum pf_command command, unsigned int vf);
void pf_completed(struct world *w, uint64_t offset, const uint8_t *cqe);
/* consume what the PF's CQ holds */
void pf_consume(struct world *w);
/* the device fetched the PF's entry in this slot, or one of the VF */
void pf_fetched(struct world *w, unsigned int slot);
void pf_crossed(struct world *w, unsigned int vf, uint8_t by);
/* the VF is reset under what is under way for it */
void pf_overtake(struct world *w, unsigned int vf);
void pf_reset(struct world *w);
unsigned int pf_outstanding(const struct world *w);
/* whether an image of the guest is about to be loaded or was: its vCPUs stand still */
bool pf_holds(const struct world *w, unsigned int guest);
/* send it, let it end, and say how: SCT << 8 | SC */
uint16_t pf_do(struct world *w, enum pf_command command, unsigned int vf);
extern const char *const pf_names[PF_COMMANDS];

#endif
