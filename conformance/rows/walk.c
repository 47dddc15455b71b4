// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/*
 * Random walks: a list of random commands and resets on three VFs, each step
 * held against spec/tables/transitions.def. A list that fails is shrunk to the
 * shortest one that still does; that one is what the failure shows. The same
 * seed and case give the same walk.
 */
#include <stdio.h>
#include <string.h>

#include "ct-row.h"
#include "hn.h"
#include "scene.h"

#define VFS 3
#define STEPS 120
#define WALKS 48
#define PART 256

enum state {
#define LM_STATE(name, value, meaning) ST_##name = (value),
#define LM_EVENT(name, kind, meaning)
#define LM_TRANSITION(state, event, statuses, next, requirement)
#include "transitions.def"
#undef LM_STATE
#undef LM_EVENT
#undef LM_TRANSITION
};

enum event {
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning) EV_##name,
#define LM_TRANSITION(state, event, statuses, next, requirement)
#include "transitions.def"
#undef LM_STATE
#undef LM_EVENT
#undef LM_TRANSITION
};

static const char *const event_names[] = {
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning) #name,
#define LM_TRANSITION(state, event, statuses, next, requirement)
#include "transitions.def"
#undef LM_STATE
#undef LM_EVENT
#undef LM_TRANSITION
};

struct transition {
	enum state state;
	enum event event;
	uint16_t statuses[4];
	enum state next;
};

#define NO_STATUS 0xFFFF
static const struct transition table[] = {
#define LM_STATE(name, value, meaning)
#define LM_EVENT(name, kind, meaning)
#define LM_ST(value) (value),
#define LM_ST_NONE NO_STATUS
#define LM_TRANSITION(state, event, st, next, requirement) \
	{ ST_##state, EV_##event, { st }, ST_##next },
#include "transitions.def"
#undef LM_STATE
#undef LM_EVENT
#undef LM_TRANSITION
#undef LM_ST
#undef LM_ST_NONE
};

/* One step: an event for a VF. Which LOAD event it is follows from what is staged. */
enum op {
	OP_QUERY,
	OP_SUSPEND,
	OP_RESUME,
	OP_SAVE,
	OP_LOAD_WHOLE,
	OP_LOAD_FIRST,
	OP_LOAD_NEXT,
	OP_LOAD_REST,
	OP_LOAD_GAP,
	OP_LOAD_BAD,
	OP_FLR,
	OP_PF_RESET,
	OPS
};

static const char *const op_names[OPS] = { "QUERY",	 "SUSPEND",    "RESUME",    "SAVE",
					   "LOAD whole", "LOAD first", "LOAD next", "LOAD rest",
					   "LOAD gap",	 "LOAD bad",   "FLR",	    "PF reset" };

struct step {
	uint8_t op;
	uint8_t vf;
};

/* What the table says each VF is. */
struct oracle {
	enum state state;
	uint32_t staged;
};

struct mismatch {
	bool found;
	unsigned int step;
	char text[160];
};

static const struct transition *lookup(enum state state, enum event event)
{
	for (unsigned int i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].state == state && table[i].event == event)
			return &table[i];
	return NULL;
}

/* The states by name, for the heat map and messages. */
static const char *state_name(enum state state)
{
	return hn_state_name((unsigned int)state);
}

static bool accepted(const struct transition *t, uint16_t status)
{
	for (unsigned int i = 0; i < 4 && (i == 0 || t->statuses[i]); i++)
		if (t->statuses[i] == status)
			return true;
	return false;
}

/* Staging memory is for one VF at least: with another one LOADING, 138h is an answer. */
static bool no_memory(const struct oracle *oracle, unsigned int vf, enum event event)
{
	if (oracle[vf].state != ST_SUSPENDED ||
	    (event != EV_LOAD_WHOLE && event != EV_LOAD_FIRST && event != EV_LOAD_INVALID))
		return false;
	for (unsigned int other = 1; other <= VFS; other++)
		if (other != vf && oracle[other].state == ST_LOADING)
			return true;
	return false;
}

static enum event load_event(const struct oracle *o, enum op op, uint32_t *offset, uint32_t *len,
			     uint32_t size)
{
	*offset = o->staged;
	*len = PART;
	switch (op) {
	case OP_LOAD_FIRST:
		*offset = 0;
		return EV_LOAD_FIRST;
	case OP_LOAD_NEXT:
		if (*offset == 0)
			*offset = PART;
		if (*offset + PART < size)
			return o->staged ? EV_LOAD_NEXT : EV_LOAD_MISFIT;
		*len = size - *offset;
		return EV_LOAD_LAST;
	case OP_LOAD_REST:
		if (*offset == 0)
			*offset = PART;
		*len = size - *offset;
		return o->staged ? EV_LOAD_LAST : EV_LOAD_MISFIT;
	default:
		*offset = o->staged ? o->staged + 4 : 2 * PART;
		if (*offset + PART > size)
			*offset = 4;
		return EV_LOAD_MISFIT;
	}
}

/* One step on the device; returns the event that it was, NULL text where all is well. */
static void take(struct ct *ct, struct oracle *oracle, const struct hn_image *image,
		 const struct step *s, struct mismatch *m)
{
	static const enum event simple[] = { EV_QUERY_DATA_SIZE, EV_SUSPEND, EV_RESUME };
	static const uint8_t opcode[] = { LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME };
	struct oracle *o = &oracle[s->vf];
	struct hn_image bad;
	const struct transition *t;
	uint32_t offset, len;
	struct ct_cqe cqe = { 0 };
	enum event event;
	bool status = true;

	switch (s->op) {
	case OP_QUERY:
	case OP_SUSPEND:
	case OP_RESUME:
		event = simple[s->op];
		hn_lm(ct, opcode[s->op], s->vf, &cqe);
		break;
	case OP_SAVE:
		event = EV_SAVE_DATA;
		hn_save_part(ct, s->vf, hn_mem(ct, image->len), image->len, 0, &cqe);
		break;
	case OP_LOAD_WHOLE:
		event = EV_LOAD_WHOLE;
		hn_load_status(ct, s->vf, &image[s->vf], &cqe);
		break;
	case OP_LOAD_BAD:
		event = EV_LOAD_INVALID;
		bad = hn_image_copy(ct, &image[s->vf]);
		bad.bytes[0] ^= 0x55;
		hn_load_status(ct, s->vf, &bad, &cqe);
		break;
	case OP_FLR:
		event = EV_VF_FLR;
		hn_flr(ct, s->vf);
		status = false;
		break;
	case OP_PF_RESET:
		event = EV_PF_RESET;
		hn_disable(ct, 0);
		hn_settle(ct);
		hn_enable(ct, 0);
		status = false;
		break;
	default:
		event = load_event(o, (enum op)s->op, &offset, &len, image[s->vf].len);
		hn_load_part(ct, s->vf, image[s->vf].bytes + offset, len, offset, image[s->vf].len,
			     &cqe);
		break;
	}
	if (s->op == OP_PF_RESET) {
		for (unsigned int vf = 1; vf <= VFS; vf++) {
			t = lookup(oracle[vf].state, event);
			oracle[vf].state = t->next;
			if (t->next != ST_LOADING)
				oracle[vf].staged = 0;
		}
		return;
	}
	t = lookup(o->state, event);
	ct_reached(ct, state_name(o->state), event_names[event]);
	if (status && cqe.status == LM_SC_NOT_ENOUGH_RESOURCES && no_memory(oracle, s->vf, event))
		return;
	if (status && !accepted(t, cqe.status)) {
		m->found = true;
		snprintf(m->text, sizeof(m->text), "%s of VF %u in %s ends with %03xh, not %03xh",
			 event_names[event], s->vf, state_name(o->state), cqe.status,
			 t->statuses[0]);
		return;
	}
	if (event == EV_LOAD_FIRST && t->next == ST_LOADING && cqe.status == LM_SC_SUCCESS)
		o->staged = PART;
	else if (event == EV_LOAD_NEXT && cqe.status == LM_SC_SUCCESS)
		o->staged += PART;
	else if (t->next != ST_LOADING)
		o->staged = 0;
	o->state = t->next;
}

/* Where the device says a VF is must be where the table says it is. */
static void compare(struct ct *ct, const struct oracle *oracle, struct mismatch *m)
{
	for (unsigned int vf = 1; vf <= VFS && !m->found; vf++) {
		struct ct_cqe cqe;
		uint16_t want = lookup(oracle[vf].state, EV_QUERY_DATA_SIZE)->statuses[0];

		hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, (uint16_t)vf, &cqe);
		if (cqe.status == want &&
		    (!ct_profile_proposal(ct) || (cqe.dw1 & 3) == (uint32_t)oracle[vf].state))
			continue;
		m->found = true;
		snprintf(m->text, sizeof(m->text),
			 "VF %u: QUERY ends %03xh with state %s, the table says %s", vf, cqe.status,
			 hn_state_name(cqe.dw1 & 3), state_name(oracle[vf].state));
	}
}

static struct mismatch walk(struct ct *ct, const struct step *steps, unsigned int num)
{
	struct oracle oracle[VFS + 1] = { 0 };
	struct hn_image image[VFS + 1];
	struct mismatch m = { 0 };

	ct_before_case(ct);
	for (unsigned int vf = 1; vf <= VFS; vf++) {
		image[vf] = hn_scene_saved(ct, vf);
		hn_resume(ct, (uint16_t)vf);
	}
	image[0] = image[1];
	for (m.step = 0; m.step < num && !m.found; m.step++) {
		take(ct, oracle, image, &steps[m.step], &m);
		if (!m.found)
			compare(ct, oracle, &m);
	}
	/* leave the VFs ACTIVE, whatever happened */
	for (unsigned int vf = 1; vf <= VFS; vf++) {
		struct ct_cqe cqe;

		hn_lm(ct, LM_OPC_SUSPEND, (uint16_t)vf, &cqe);
		hn_lm(ct, LM_OPC_RESUME, (uint16_t)vf, &cqe);
	}
	return m;
}

/* Drop ever smaller runs of steps as long as what is left still fails. */
static unsigned int shrink(struct ct *ct, struct step *steps, unsigned int num)
{
	struct step trial[STEPS];

	for (unsigned int run = num / 2; run >= 1; run /= 2) {
		for (unsigned int at = 0; at + run <= num;) {
			memcpy(trial, steps, at * sizeof(*steps));
			memcpy(trial + at, steps + at + run, (num - at - run) * sizeof(*steps));
			if (walk(ct, trial, num - run).found) {
				num -= run;
				memcpy(steps, trial, num * sizeof(*steps));
			} else {
				at += run;
			}
		}
	}
	return num;
}

static void random_walk(struct ct *ct, unsigned int i)
{
	struct step steps[STEPS];
	struct mismatch m;
	unsigned int num = STEPS;
	char list[1024] = "";
	size_t used = 0;

	(void)i;
	hn_need_vfs(ct, VFS);
	for (unsigned int k = 0; k < STEPS; k++) {
		uint64_t r = ct_random(ct);

		/* mostly commands, now and then a reset */
		steps[k].op = (uint8_t)(r % 16 < OP_FLR ? r % 16 :
					r >> 8 & 1	? OP_SUSPEND :
							  OP_SAVE);
		if ((r >> 16) % 24 == 0 && ct_has(ct, CT_CAP_FLR))
			steps[k].op = OP_FLR;
		if ((r >> 32) % 40 == 0 && ct_has(ct, CT_CAP_PF_OWNED))
			steps[k].op = OP_PF_RESET;
		steps[k].vf = (uint8_t)(1 + (r >> 48) % VFS);
	}
	m = walk(ct, steps, num);
	if (m.found) {
		num = shrink(ct, steps, m.step);
		m = walk(ct, steps, num);
		for (unsigned int k = 0; k < num && used < sizeof(list) - 32; k++)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s VF %u",
						 k ? ", " : "", op_names[steps[k].op], steps[k].vf);
	}
	ct_check(ct, !m.found, "%s; shortest list that shows it: %s", m.text, list);
}

static unsigned int walk_cases(struct ct *ct)
{
	(void)ct;
	return WALKS;
}

static void walk_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "walk-%u", i);
}

CT_ROW(walk_row, .id = "STA/random-walks-follow-the-transition-table",
       .reqs = "LM-STA-020 LM-STA-110 LM-STA-120 LM-STA-130 LM-STA-140 LM-STA-150 LM-STA-410 LM-STA-420 LM-STA-430 LM-STA-440 LM-STA-450 LM-STA-460 LM-STA-470 LM-STA-480 LM-STA-610 LM-STA-620 LM-STA-630 LM-STA-640 LM-STA-650 LM-STA-660 LM-STA-670 LM-STA-680 LM-STA-690 LM-STA-700 LM-STA-710 LM-STA-720",
       .given = "three VFs", .when = "120 random commands and resets, 48 times",
       .expect =
	       "after each step every VF answers and is as the table says; a failure comes with its shortest list",
       .flags = CT_ROW_FIVE | CT_ROW_LM | CT_ROW_LONG, .cases = walk_cases, .name = walk_name,
       .run = random_walk);
