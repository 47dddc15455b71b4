/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * What virtual machine monitors do with a VFIO driver, call by call, and each of its
 * commands failing once. A monitor asks for a state; where that fails it asks for
 * the state to recover to, and where that fails too it resets the VF.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)
#define MAX_STEPS 8

/* DRV_ERROR as the state to recover to: reset at once */
struct step {
	enum drv_state state, recover;
	bool moves; /* the image is read or written in this state */
};

struct sequence {
	const char *name;
	const char *commands;
	unsigned int num;
	struct step step[MAX_STEPS];
};

static const struct sequence sequences[] = {
	{ "qemu-pause",
	  "SR",
	  4,
	  { { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_STOP, DRV_ERROR, false },
	    { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_RUNNING, DRV_ERROR, false } } },
	{ "qemu-out",
	  "SQV",
	  4,
	  { { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_STOP, DRV_ERROR, false },
	    { DRV_STOP_COPY, DRV_STOP, true },
	    { DRV_STOP, DRV_ERROR, false } } },
	{ "qemu-out-cancelled",
	  "SQVR",
	  6,
	  { { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_STOP, DRV_ERROR, false },
	    { DRV_STOP_COPY, DRV_STOP, true },
	    { DRV_STOP, DRV_ERROR, false },
	    { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_RUNNING, DRV_ERROR, false } } },
	{ "qemu-in",
	  "SLR",
	  3,
	  { { DRV_RESUMING, DRV_RUNNING, true },
	    { DRV_RUNNING_P2P, DRV_RUNNING_P2P, false },
	    { DRV_RUNNING, DRV_ERROR, false } } },
	{ "cloud-hypervisor-pause",
	  "SR",
	  2,
	  { { DRV_STOP, DRV_ERROR, false }, { DRV_RUNNING, DRV_ERROR, false } } },
	{ "cloud-hypervisor-out-cancelled",
	  "SQVR",
	  4,
	  { { DRV_STOP, DRV_ERROR, false },
	    { DRV_STOP_COPY, DRV_STOP, true },
	    { DRV_STOP, DRV_ERROR, false },
	    { DRV_RUNNING, DRV_ERROR, false } } },
	{ "cloud-hypervisor-in",
	  "SLR",
	  2,
	  { { DRV_RESUMING, DRV_STOP, true }, { DRV_RUNNING, DRV_ERROR, false } } },
	{ "direct-out-cancelled",
	  "SQVR",
	  3,
	  { { DRV_STOP, DRV_RUNNING, false },
	    { DRV_STOP_COPY, DRV_STOP, true },
	    { DRV_RUNNING, DRV_ERROR, false } } },
	{ "direct-in",
	  "SLR",
	  2,
	  { { DRV_RESUMING, DRV_ERROR, true }, { DRV_RUNNING, DRV_ERROR, false } } },
};
#define SEQUENCES (sizeof(sequences) / sizeof(sequences[0]))

static void move(struct ct *ct, enum drv_state state, int file, const struct hn_image *image)
{
	if (state == DRV_STOP_COPY)
		drv_read_all(ct, file, 1 << 16);
	else
		ct_check(ct, !drv_write_all(ct, file, image->bytes, image->len, 1 << 16),
			 "the image is not taken");
}

/* false where the monitor gives up, having recovered */
static bool take_step(struct ct *ct, const struct step *s, const struct hn_image *image)
{
	int file, ret = drv_set(ct, 1, s->state, &file);

	if (!ret) {
		if (s->moves)
			move(ct, s->state, file, image);
		if (file >= 0 && s->state == DRV_STOP_COPY)
			drv_calls(ct)->close_file(file);
		return true;
	}
	if (s->recover == DRV_ERROR || drv_set(ct, 1, s->recover, NULL))
		drv_reset(ct, 1);
	return false;
}

static bool play(struct ct *ct, const struct sequence *s, const struct hn_image *image)
{
	for (unsigned int i = 0; i < s->num; i++)
		if (!take_step(ct, &s->step[i], image))
			return false;
	return true;
}

static unsigned int play_cases(struct ct *ct)
{
	(void)ct;
	return SEQUENCES;
}

static void play_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", sequences[i].name);
}

static void play_run(struct ct *ct, unsigned int i)
{
	const struct sequence *s = &sequences[i];
	struct hn_image image;
	const char *commands;

	drv_need_p2p(ct, 1);
	image = drv_image(ct, 1);
	drv_reach(ct, 1, DRV_RUNNING);
	ct_check(ct, play(ct, s, &image), "a step fails");
	commands = drv_commands(ct, 1);
	ct_check(ct, !strcmp(commands, s->commands), "the commands are \"%s\", not \"%s\"",
		 commands, s->commands);
	drv_check_state(ct, 1, s->step[s->num - 1].state);
	drv_reach(ct, 1, DRV_RUNNING);
	drv_check_migrates(ct, 1);
}

CT_ROW(plays, .id = "DRV/sequence-of-a-monitor-sends-its-commands", .reqs = "LM-DRV-210 LM-DRV-220",
       .given = "a VF",
       .when = "a monitor pauses it and goes on, migrates it out, cancels that, migrates one in; "
	       "by way of RUNNING_P2P or directly",
       .expect = "the commands of the arcs, each once; and it migrates again",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_INJECT),
       .flags = FLAGS, .cases = play_cases, .name = play_name, .run = play_run);

static uint8_t opcode_of(char letter)
{
	switch (letter) {
	case 'S':
		return LM_OPC_SUSPEND;
	case 'R':
		return LM_OPC_RESUME;
	case 'Q':
		return LM_OPC_QUERY_DATA_SIZE;
	case 'V':
		return LM_OPC_SAVE_DATA;
	default:
		return LM_OPC_LOAD_DATA;
	}
}

/* Case i: of which sequence, the how many-th command. */
static const struct sequence *failing(unsigned int i, unsigned int *command)
{
	for (unsigned int s = 0; s < SEQUENCES; s++) {
		if (i < strlen(sequences[s].commands)) {
			*command = i;
			return &sequences[s];
		}
		i -= (unsigned int)strlen(sequences[s].commands);
	}
	return NULL;
}

static unsigned int fail_cases(struct ct *ct)
{
	unsigned int n = 0, command;

	(void)ct;
	while (failing(n, &command))
		n++;
	return n;
}

static void fail_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	unsigned int command;
	const struct sequence *s = failing(i, &command);

	(void)ct;
	snprintf(buf, size, "%s-command-%u-%02Xh", s->name, command + 1,
		 opcode_of(s->commands[command]));
}

static void fail_run(struct ct *ct, unsigned int i)
{
	unsigned int command;
	const struct sequence *s = failing(i, &command);
	struct hn_image image;

	drv_need_p2p(ct, 1);
	image = drv_image(ct, 1);
	drv_reach(ct, 1, DRV_RUNNING);
	/* no sequence sends the same command twice */
	drv_spoil(ct, 1, opcode_of(s->commands[command]),
		  (struct ct_fault){ .refuse = true, .status = LM_SC_INTERNAL });
	ct_check(ct, !play(ct, s, &image), "the command failed, and no step did");
	/* what the monitor can do next: let the guest go on, or reset the VF */
	if (drv_set(ct, 1, DRV_RUNNING, NULL))
		drv_reset(ct, 1);
	drv_check_state(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
	drv_check_migrates(ct, 1);
}

CT_ROW(fails, .id = "DRV/monitor-recovers-from-each-command-failing-once",
       .reqs = "LM-DRV-220 LM-DRV-230 LM-DRV-240 LM-DRV-360",
       .given = "a VF that a monitor takes through one of its sequences",
       .when = "one of the commands ends with 006h, and the monitor recovers its way",
       .expect = "a step fails, and the VF runs again, and migrates",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_INJECT), .flags = FLAGS, .cases = fail_cases,
       .name = fail_name, .run = fail_run);

static void two_run(struct ct *ct, unsigned int i)
{
	struct hn_image image[2];
	int file[2];

	(void)i;
	drv_need_vfs(ct, 2);
	for (unsigned int vf = 1; vf <= 2; vf++)
		drv_reach(ct, vf, DRV_RUNNING);
	for (unsigned int vf = 1; vf <= 2; vf++)
		drv_go(ct, vf, DRV_STOP);
	for (unsigned int vf = 1; vf <= 2; vf++)
		file[vf - 1] = drv_go(ct, vf, DRV_STOP_COPY);
	for (unsigned int vf = 2; vf >= 1; vf--) {
		struct hn_image own = hn_save(ct, drv_index(ct, vf));

		image[vf - 1] = drv_read_all(ct, file[vf - 1], 4096);
		ct_check(ct,
			 image[vf - 1].len == own.len &&
				 !memcmp(image[vf - 1].bytes, own.bytes, own.len),
			 "the file of VF %u has another image than its own", vf);
	}
	/* each becomes the other */
	for (unsigned int vf = 1; vf <= 2; vf++) {
		int ret = drv_load(ct, vf, &image[2 - vf]);

		ct_check(ct, !ret, "VF %u does not take the image of the other: %s", vf,
			 strerror(-ret));
		drv_check_vf(ct, vf, LM_STATE_ACTIVE);
	}
}

CT_ROW(two, .id = "DRV/two-vfs-migrate-at-once", .reqs = "LM-DRV-080 LM-DRV-510 LM-DRV-810",
       .given = "two VFs",
       .when = "both are saved, arc by arc in turn, and load each other's image",
       .expect = "each file has its own VF's image, and both run", .needs = CT_CAP(CT_CAP_DRIVER),
       .flags = FLAGS, .run = two_run);

static const uint8_t slow[] = { LM_OPC_SUSPEND, LM_OPC_QUERY_DATA_SIZE, LM_OPC_SAVE_DATA,
				LM_OPC_RESUME };

static unsigned int aside_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(slow);
}

static void aside_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "opcode-%02Xh", slow[i]);
}

/* of the arcs of the second VF; looked at when the command is over */
static int moved;

static void move_second(struct ct *ct)
{
	static const enum drv_state way[] = { DRV_STOP_COPY, DRV_STOP, DRV_RUNNING };

	moved = 0;
	for (unsigned int i = 0; i < sizeof(way) / sizeof(way[0]) && !moved; i++)
		moved = drv_set(ct, 2, way[i], NULL);
}

static void aside_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);

	drv_need_vfs(ct, 2);
	if (!d->within)
		ct_not_applicable(ct, "a command of the driver cannot be held up");
	for (unsigned int vf = 1; vf <= 2; vf++)
		drv_reach(ct, vf, DRV_RUNNING);
	moved = -ECANCELED;
	d->within(ct_target(ct), 1, slow[i], false, move_second);
	drv_check_migrates(ct, 1);
	ct_check(ct, !moved, "an arc of the second VF: %s", strerror(-moved));
}

CT_ROW(aside, .id = "DRV/vf-migrates-while-a-command-for-another-is-under-way",
       .reqs = "LM-DRV-810", .given = "two VFs, one in an arc whose command takes its time",
       .when = "the other goes through all its states",
       .expect = "it waits for nothing, and both migrate", .needs = CT_CAP(CT_CAP_DRIVER),
       .flags = FLAGS, .cases = aside_cases, .name = aside_name, .run = aside_run);

#define MANY 1000

static void many_run(struct ct *ct, unsigned int i)
{
	struct hn_image image = drv_image(ct, 1);
	int file;

	(void)i;
	for (unsigned int n = 0; n < MANY; n++) {
		file = drv_go(ct, 1, DRV_STOP_COPY);
		ct_check(ct,
			 drv_calls(ct)->read(file, image.bytes, image.len) == (ssize_t)image.len,
			 "migration %u reads another length", n);
		drv_calls(ct)->close_file(file);
		file = drv_go(ct, 1, DRV_RESUMING);
		ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
			 "migration %u", n);
		drv_calls(ct)->close_file(file);
		drv_go(ct, 1, DRV_RUNNING);
	}
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(many, .id = "DRV/thousandth-migration-works-as-the-first", .reqs = "LM-DRV-210 LM-DRV-580",
       .given = "a VF", .when = "it is saved and loaded a thousand times",
       .expect = "every one works", .needs = CT_CAP(CT_CAP_DRIVER), .flags = FLAGS | CT_ROW_LONG,
       .run = many_run);
