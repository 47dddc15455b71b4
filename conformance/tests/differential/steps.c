/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include "nvme-base.h"

#define COMMAND_NS UINT64_C(1000000)
#define BEYOND_LIMIT_NS UINT64_C(1500000000) /* the SUSPEND limit of both is 1 s */
#define PART 256u
#define FILL 0xA5
#define IN_FLIGHT_MAX 4

enum kind {
	QUERY,
	SUSPEND,
	RESUME,
	SAVE,
	LOAD,
	ROUND_TRIP,
	FLR,
	NUM_VFS,
	CONVENTIONAL,
	STALL,
	RELEASE,
	VF_COMMAND,
	ABORT,
	TIME,
	KINDS
};

static const struct {
	const char *name;
	unsigned int weight; /* how often, in 128 */
	uint8_t opcode;
} kinds[KINDS] = {
	[QUERY] = { "QUERY_DATA_SIZE", 6, LM_OPC_QUERY_DATA_SIZE },
	[SUSPEND] = { "SUSPEND", 26, LM_OPC_SUSPEND },
	[RESUME] = { "RESUME", 12, LM_OPC_RESUME },
	[SAVE] = { "SAVE_DATA", 20, LM_OPC_SAVE_DATA },
	[LOAD] = { "LOAD_DATA", 40, LM_OPC_LOAD_DATA },
	[ROUND_TRIP] = { "save, load, save", 4, 0 },
	[FLR] = { "FLR", 4, 0 },
	[NUM_VFS] = { "NumVFs", 1, 0 },
	[CONVENTIONAL] = { "conventional reset", 1, 0 },
	[STALL] = { "medium stalls", 2, 0 },
	[RELEASE] = { "medium goes on", 3, 0 },
	[VF_COMMAND] = { "command of the VF", 6, 0 },
	[ABORT] = { "Abort", 2, 0 },
	[TIME] = { "1.5 s pass", 1, 0 },
};

enum fault {
	FUSE = 1,
	PSDT,
	NSID,
	RESERVED_CDW,
	INDEX_0,
	INDEX_ABOVE,
	INDEX_HIGH,
	NO_MEMORY,
	FAULTS
};

static const char *const fault_names[FAULTS] = {
	"",
	", FUSE",
	", PSDT",
	", NSID",
	", reserved dword",
	", VF index 0",
	", VF index above NumVFs",
	", VF index + 100h",
	", no memory",
};

enum {
	SAVE_WHOLE = 5,
	LOAD_WHOLE = 4,
	LOAD_TOTAL = 6,
	LOAD_FIRST = 8,
	LOAD_NEXT = 10,
	LOAD_REST = 12,
	LOAD_GAP = 13,
	LOAD_OTHER_TOTAL = 14,
	SELECTORS = 16
};

/* What a step of the five says in Dwords 11 to 13, for one of the two. */
struct fields {
	uint32_t length;
	uint32_t offset;
	uint32_t total;
};

struct diff_step diff_draw(struct ct_random *random)
{
	uint64_t a = ct_random_next(random), b = ct_random_next(random);
	struct diff_step step = { .vf = (uint8_t)(1 + (a >> 8) % 3),
				  .what = (uint8_t)((a >> 16) % SELECTORS),
				  .source = (uint8_t)(1 + (a >> 24) % 3),
				  .r = (uint32_t)(a >> 32) };
	unsigned int pick = a % 128;

	while (pick >= kinds[step.kind].weight)
		pick -= kinds[step.kind++].weight;
	if (b % 6 == 0)
		step.fault = (uint8_t)(1 + (b >> 8) % (FAULTS - 1));
	if ((b >> 16) % 2)
		step.damage = ct_random_next(random) | 1;
	return step;
}

void diff_describe(const struct diff_step *step, char *text, size_t size)
{
	int used = snprintf(text, size, "%s", kinds[step->kind].name);

	if (step->kind == NUM_VFS)
		snprintf(text + used, size - (size_t)used, " %u", step->r % (DIFF_VFS + 1));
	else if (step->kind == SAVE)
		snprintf(text + used, size - (size_t)used, " VF %u, lengths %u (%Xh)%s", step->vf,
			 step->what, step->r, fault_names[step->fault]);
	else if (step->kind == LOAD)
		snprintf(text + used, size - (size_t)used,
			 " VF %u, image of VF %u, lengths %u (%Xh), damage %llXh%s", step->vf,
			 step->source, step->what, step->r, (unsigned long long)step->damage,
			 fault_names[step->fault]);
	else if (step->kind != STALL && step->kind != RELEASE && step->kind != TIME &&
		 step->kind != CONVENTIONAL)
		snprintf(text + used, size - (size_t)used, " VF %u (%Xh)%s", step->vf, step->r,
			 kinds[step->kind].opcode ? fault_names[step->fault] : "");
}

static void differ(struct diff_run *run, const char *what, const struct diff_outcome *o)
{
	char side[2][64];

	for (unsigned int i = 0; i < 2; i++)
		if (o[i].timeout)
			snprintf(side[i], sizeof(side[i]), "no completion");
		else
			snprintf(side[i], sizeof(side[i]), "%03Xh DNR %u Dword 0 %Xh Dword 1 %Xh",
				 o[i].status, o[i].dnr, o[i].dw0, o[i].dw1);
	snprintf(run->difference, sizeof(run->difference), "%s%s%s: %s | %s", what,
		 run->damage[0] ? " with " : "", run->damage, side[0], side[1]);
}

/* Dword 0 of QUERY_DATA_SIZE has no meaning with an error; DNR is free where the table says ANY. */
static bool same(const struct diff_outcome *o)
{
	bool any_dnr = o[0].status == LM_SC_INTERNAL || o[0].status == LM_SC_ABORT_REQUESTED;

	return o[0].timeout == o[1].timeout && o[0].status == o[1].status &&
	       (any_dnr || o[0].dnr == o[1].dnr) && (o[0].status || o[0].dw0 == o[1].dw0) &&
	       o[0].dw1 == o[1].dw1;
}

static uint16_t next_cid(struct diff_run *run)
{
	run->cid = (uint16_t)(run->cid + 1);
	if (run->cid == 0xFFFF)
		run->cid = 1;
	return run->cid;
}

static struct diff_command five(struct diff_run *run, uint8_t opcode, unsigned int vf)
{
	struct diff_command cmd = { .timeout = COMMAND_NS };

	cmd.sqe[LM_SQE_OPC] = opcode;
	lm_put_le16(cmd.sqe + LM_SQE_CID, next_cid(run));
	lm_put_le16(cmd.sqe + LM_SQE_VF_INDEX, (uint16_t)vf);
	return cmd;
}

static void put_fault(struct diff_run *run, const struct diff_step *step, struct diff_command *cmd)
{
	uint8_t *sqe = cmd->sqe;

	switch (step->fault) {
	case FUSE:
		sqe[LM_SQE_FLAGS] = (uint8_t)(1 + step->r % 3);
		break;
	case PSDT:
		sqe[LM_SQE_FLAGS] = (uint8_t)(1 + step->r % 3) << 6;
		break;
	case NSID:
		lm_put_le32(sqe + LM_SQE_NSID, step->r | 1);
		break;
	case RESERVED_CDW:
		lm_put_le32(sqe + (step->r & 1 ? LM_SQE_CDW14 : LM_SQE_CDW2), step->r | 1);
		break;
	case INDEX_0:
		lm_put_le16(sqe + LM_SQE_VF_INDEX, 0);
		break;
	case INDEX_ABOVE:
		lm_put_le16(sqe + LM_SQE_VF_INDEX, (uint16_t)(run->num_vfs + 1 + step->r % 2));
		break;
	case INDEX_HIGH:
		sqe[LM_SQE_VF_INDEX + 1] = 1;
		break;
	case NO_MEMORY:
		cmd->no_memory = true;
		break;
	default:
		break;
	}
}

/* One command on both sides; cmd[1] is the other's where its lengths are its own. */
static bool both(struct diff_run *run, const struct diff_command cmd[2], struct diff_outcome out[2],
		 const char *what)
{
	for (unsigned int i = 0; i < 2; i++)
		diff_command(&run->link[i], &cmd[i], &out[i]);
	if (same(out))
		return true;
	differ(run, what, out);
	return false;
}

static bool plain(struct diff_run *run, const struct diff_step *step)
{
	struct diff_command cmd[2];
	struct diff_outcome out[2];

	cmd[0] = five(run, kinds[step->kind].opcode, step->vf);
	put_fault(run, step, &cmd[0]);
	cmd[1] = cmd[0];
	if (step->kind == SUSPEND && !step->fault && run->state[step->vf] != LM_STATE_DRAINING)
		run->suspend_cid[step->vf] = run->cid;
	return both(run, cmd, out, "it ends");
}

static struct fields save_fields(const struct diff_step *step, uint32_t size)
{
	static const uint32_t odd[] = { 1, 2, 3, 6 };

	switch (step->what) {
	case SAVE_WHOLE:
		return (struct fields){ .length = 0 };
	case 6:
		return (struct fields){ PART, PART * (step->r % 32), 0 };
	case 7:
		return (struct fields){ NVME_PAGE, size - 4, 0 };
	case 8:
		return (struct fields){ size + odd[step->r % 4], 0, 0 };
	case 9:
		return (struct fields){ PART, odd[step->r % 4], 0 };
	case 10:
		return (struct fields){ PART, size + 4 * (step->r % 2), 0 };
	case 11:
		return (struct fields){ 0, 4, 0 };
	case 12:
		return (struct fields){ DIFF_BUFFER, 0, 0 };
	case 13:
		return (struct fields){ DIFF_BUFFER + 4, 0, 0 };
	case 14:
		return (struct fields){ 0xFFFFFFFC, 4 * (step->r % 64), 0 };
	case 15:
		return (struct fields){ 4 + 4 * (step->r % 64), 4 * (step->r >> 8 & 255), 0 };
	default:
		return (struct fields){ size, 0, 0 };
	}
}

static void put_fields(struct diff_command *cmd, const struct fields *f)
{
	lm_put_le32(cmd->sqe + LM_SQE_LENGTH, f->length);
	lm_put_le32(cmd->sqe + LM_SQE_OFFSET, f->offset);
	lm_put_le32(cmd->sqe + LM_SQE_TOTAL, f->total);
}

/* Bytes that were not reported are as they were. */
static bool untouched(const struct diff_link *link, uint32_t written)
{
	for (uint32_t i = written; i < written + DIFF_IMAGE_MAX && i < DIFF_BUFFER; i++)
		if (link->buffer[i] != FILL)
			return false;
	return true;
}

static bool keep_images(struct diff_run *run, unsigned int vf, uint32_t len)
{
	char where[160];

	for (unsigned int i = 0; i < 2; i++) {
		run->link[i].image[vf].len = len;
		memcpy(run->link[i].image[vf].bytes, run->link[i].buffer, len);
	}
	if (!diff_images_differ(&run->link[0].image[vf], &run->link[1].image[vf], where,
				sizeof(where)))
		return true;
	snprintf(run->difference, sizeof(run->difference), "the images: %s", where);
	return false;
}

static bool save(struct diff_run *run, const struct diff_step *step)
{
	uint32_t size = run->size[step->vf];
	struct fields f = save_fields(step, size);
	struct diff_command cmd[2];
	struct diff_outcome out[2];

	cmd[0] = five(run, LM_OPC_SAVE_DATA, step->vf);
	cmd[0].dir = CT_DIR_TO_HOST;
	cmd[0].length = f.length ? f.length : size;
	put_fields(&cmd[0], &f);
	lm_put_le32(cmd[0].sqe + LM_SQE_TOTAL, 0);
	put_fault(run, step, &cmd[0]);
	cmd[1] = cmd[0];
	for (unsigned int i = 0; i < 2; i++)
		memset(run->link[i].buffer, FILL, DIFF_BUFFER);
	if (!both(run, cmd, out, "it ends"))
		return false;
	for (unsigned int i = 0; i < 2; i++)
		if (!untouched(&run->link[i], out[i].status ? 0 : out[i].dw0)) {
			snprintf(run->difference, sizeof(run->difference),
				 "%s writes more than it says", run->link[i].spec);
			return false;
		}
	if (out[0].status || out[0].timeout || f.offset || out[0].dw0 != size)
		return true;
	return keep_images(run, step->vf, size);
}

static struct fields load_fields(const struct diff_run *run, const struct diff_step *step,
				 const struct diff_link *link, uint32_t len)
{
	uint32_t staged = run->staged[step->vf];
	uint32_t rest = len > staged ? len - staged : 4;
	const struct fields weird[] = {
		{ 0, 0, len },
		{ len + 2, 0, 0 },
		{ PART, 0, link->max_image + 4 },
		{ PART, 2, len },
		{ PART, 4, 0 },
		{ 0xFFFFFFFC, 8, len },
		{ PART, len, len },
		{ PART, 0, len + 2 },
		{ link->max_image + 4, 0, 0 },
		{ DIFF_BUFFER + 4, 0, 0 },
	};

	if (step->what < LOAD_WHOLE)
		return (struct fields){ len, 0, 0 };
	if (step->what < LOAD_TOTAL)
		return (struct fields){ len, 0, len };
	if (step->what < LOAD_FIRST)
		return (struct fields){ PART, 0, len };
	if (step->what < LOAD_NEXT)
		return (struct fields){ rest < PART ? rest : PART, staged ? staged : PART, len };
	if (step->what < LOAD_REST)
		return (struct fields){ rest, staged ? staged : PART, len };
	if (step->what < LOAD_GAP)
		return (struct fields){ PART, staged + (step->r & 1 ? 4 : PART), len };
	if (step->what < LOAD_OTHER_TOTAL)
		return (struct fields){ PART, staged, len + 4 };
	return weird[step->r % (sizeof(weird) / sizeof(weird[0]))];
}

/* What the buffer of a part holds: the bytes of the image, and its last again beyond it. */
static void fill_buffer(struct diff_link *link, const struct diff_image *image,
			const struct fields *f)
{
	memset(link->buffer, FILL, DIFF_IMAGE_MAX);
	if (f->offset < image->len)
		memcpy(link->buffer, image->bytes + f->offset, image->len - f->offset);
}

static bool load(struct diff_run *run, const struct diff_step *step)
{
	bool damage = step->damage && step->what < LOAD_FIRST;
	struct diff_command cmd[2];
	struct diff_outcome out[2];
	struct fields f = { 0 };

	run->damage[0] = 0;
	cmd[0] = five(run, LM_OPC_LOAD_DATA, step->vf);
	cmd[0].dir = CT_DIR_TO_DEVICE;
	put_fault(run, step, &cmd[0]);
	cmd[1] = cmd[0];
	for (unsigned int i = 0; i < 2; i++) {
		struct diff_link *link = &run->link[i];
		struct diff_image image = link->image[step->source];

		if (!image.len)
			image.len = LM_IMG_HEADER_SIZE;
		else if (damage) {
			diff_damage(&image, step->damage);
			diff_describe_damage(&link->image[step->source], &image, run->damage,
					     sizeof(run->damage));
		}
		f = load_fields(run, step, link, image.len);
		fill_buffer(link, &image, &f);
		cmd[i].length = f.length;
		put_fields(&cmd[i], &f);
	}
	if (!both(run, cmd, out, "it ends"))
		return false;
	if (!out[0].status && !out[0].timeout && f.offset + f.length < f.total) {
		run->staged[step->vf] = f.offset + f.length;
	} else if (!out[0].status && !out[0].timeout) {
		run->replaced[step->vf] = true;
		run->altered[step->vf] = damage;
	}
	return true;
}

/* An image that was loaded is given back as it was, on each side by itself. */
static bool round_trip(struct diff_run *run, const struct diff_step *step)
{
	const struct diff_step whole = { .kind = SAVE, .vf = step->vf };
	const struct diff_step back = { .kind = LOAD, .vf = step->vf, .source = step->vf };
	struct diff_image before;

	if (run->state[step->vf] != LM_STATE_SUSPENDED || step->vf > run->num_vfs)
		return true;
	for (unsigned int i = 0; i < 2; i++) {
		bool altered = run->altered[step->vf];

		if (!save(run, &whole))
			return false;
		before = run->link[i].image[step->vf];
		if (!load(run, &back) || !save(run, &whole))
			return false;
		run->altered[step->vf] = altered;
		if (memcmp(before.bytes, run->link[i].image[step->vf].bytes, before.len) &&
		    run->replaced[step->vf]) {
			snprintf(run->difference, sizeof(run->difference),
				 "%s gives another image than was loaded", run->link[i].spec);
			return false;
		}
	}
	return true;
}

/* The queues of a VF are the driver's own until an image replaces them. */
static bool vf_command(struct diff_run *run, const struct diff_step *step)
{
	static const struct {
		uint8_t fid;
		uint32_t bits;
	} features[] = { { NVME_FEAT_ARBITRATION, 0xFFFFFF07 },
			 { NVME_FEAT_COALESCING, 0xFFFF },
			 { NVME_FEAT_WRITE_CACHE, 1 },
			 { NVME_FEAT_ATOMICITY, 1 } };
	struct diff_command cmd[2] = { { .fn = step->vf, .timeout = COMMAND_NS } };
	struct diff_outcome out[2];
	unsigned int which = step->r % 4;

	if (step->vf > run->num_vfs || run->replaced[step->vf] ||
	    run->state[step->vf] != LM_STATE_ACTIVE || run->in_flight[step->vf] >= IN_FLIGHT_MAX)
		return true;
	cmd[0].sqe[LM_SQE_OPC] = step->what % 4 ? NVME_ADM_SET_FEATURES : LM_OPC_SUSPEND;
	lm_put_le16(cmd[0].sqe + LM_SQE_CID, next_cid(run));
	lm_put_le32(cmd[0].sqe + LM_SQE_CDW10, step->what % 4 ? features[which].fid : step->vf);
	lm_put_le32(cmd[0].sqe + LM_SQE_CDW11,
		    step->what % 4 ? step->r * 2654435761u & features[which].bits : 0);
	cmd[1] = cmd[0];
	if (!both(run, cmd, out, "it ends"))
		return false;
	run->in_flight[step->vf] += out[0].timeout;
	return true;
}

static bool abort_suspend(struct diff_run *run, const struct diff_step *step)
{
	struct diff_command cmd[2] = { { .timeout = COMMAND_NS } };
	struct diff_outcome out[2];

	cmd[0].sqe[LM_SQE_OPC] = NVME_ADM_ABORT;
	lm_put_le16(cmd[0].sqe + LM_SQE_CID, next_cid(run));
	lm_put_le32(cmd[0].sqe + LM_SQE_CDW10, (uint32_t)run->suspend_cid[step->vf] << 16);
	cmd[1] = cmd[0];
	return both(run, cmd, out, "it ends");
}

static void forget(struct diff_run *run, unsigned int first, unsigned int last)
{
	memset(run->in_flight, 0, sizeof(run->in_flight)); /* the medium went on, too */
	for (unsigned int vf = first; vf <= last; vf++) {
		run->replaced[vf] = false;
		run->altered[vf] = false;
		run->suspend_cid[vf] = 0;
	}
}

static void release(struct diff_run *run)
{
	for (unsigned int i = 0; i < 2; i++)
		diff_release(&run->link[i]);
	memset(run->in_flight, 0, sizeof(run->in_flight));
}

static void set_num_vfs(struct diff_run *run, unsigned int num)
{
	for (unsigned int i = 0; i < 2; i++)
		diff_num_vfs(&run->link[i], num);
	if (num != run->num_vfs)
		forget(run, 1, DIFF_VFS);
	run->num_vfs = num;
}

static void reset_vf(struct diff_run *run, unsigned int vf)
{
	if (vf > run->num_vfs)
		return;
	for (unsigned int i = 0; i < 2; i++)
		diff_flr(&run->link[i], vf);
	forget(run, vf, vf);
}

static void surroundings(struct diff_run *run, const struct diff_step *step)
{
	switch (step->kind) {
	case FLR:
		reset_vf(run, step->vf);
		break;
	case NUM_VFS:
		if (step->r % (DIFF_VFS + 1) != run->num_vfs)
			set_num_vfs(run, step->r % (DIFF_VFS + 1));
		break;
	case CONVENTIONAL:
		for (unsigned int i = 0; i < 2; i++)
			diff_conventional(&run->link[i]);
		run->num_vfs = 0;
		forget(run, 1, DIFF_VFS);
		set_num_vfs(run, DIFF_VFS - 1);
		break;
	case STALL:
		for (unsigned int i = 0; i < 2; i++)
			diff_stall(&run->link[i]);
		break;
	case RELEASE:
		release(run);
		break;
	default:
		for (unsigned int i = 0; i < 2; i++)
			diff_advance(&run->link[i], BEYOND_LIMIT_NS);
		break;
	}
}

/* What QUERY_DATA_SIZE says of every VF, of those that are not enabled too. */
static bool probe(struct diff_run *run)
{
	for (unsigned int vf = 1; vf <= DIFF_VFS; vf++) {
		struct diff_command cmd[2];
		struct diff_outcome out[2];
		char what[16];

		cmd[0] = five(run, LM_OPC_QUERY_DATA_SIZE, vf);
		cmd[1] = cmd[0];
		snprintf(what, sizeof(what), "then VF %u", vf);
		if (!both(run, cmd, out, what))
			return false;
		run->state[vf] = out[0].dw1 & 3;
		if (run->state[vf] != LM_STATE_LOADING)
			run->staged[vf] = 0;
		if (!out[0].status)
			run->size[vf] = out[0].dw0;
	}
	return true;
}

void diff_begin(struct diff_run *run)
{
	for (unsigned int i = 0; i < 2; i++)
		diff_fresh(&run->link[i]);
	run->num_vfs = DIFF_VFS - 1;
	run->cid = 0;
	run->difference[0] = '\0';
	forget(run, 1, DIFF_VFS);
	memset(run->staged, 0, sizeof(run->staged));
	if (probe(run))
		return;
}

bool diff_take(struct diff_run *run, const struct diff_step *step)
{
	bool ok = true;

	run->damage[0] = 0;

	switch (step->kind) {
	case RESUME:
		/* Queues that random bytes describe lead to memory that is not the same. */
		if (run->altered[step->vf])
			reset_vf(run, step->vf);
		else
			ok = plain(run, step);
		break;
	case QUERY:
	case SUSPEND:
		ok = plain(run, step);
		break;
	case SAVE:
		ok = save(run, step);
		break;
	case LOAD:
		ok = load(run, step);
		break;
	case ROUND_TRIP:
		ok = round_trip(run, step);
		break;
	case VF_COMMAND:
		ok = vf_command(run, step);
		break;
	case ABORT:
		ok = abort_suspend(run, step);
		break;
	default:
		surroundings(run, step);
		break;
	}
	return ok && probe(run);
}
