/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The arcs of a VFIO driver: which commands they send, and where they lead. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

/* CDW0: FUSE and PSDT; CDW10: what is not the VF index */
#define CDW0_FLAGS 0x0000C300u
#define CDW10_RESERVED 0xFFFF0000u

struct pair {
	enum drv_state from, to;
	int err;
	const char *commands;
};

/* What was written before an arc out of RESUMING is nothing. */
static const struct pair pairs[] = {
	{ DRV_RUNNING, DRV_RUNNING, 0, "" },
	{ DRV_RUNNING, DRV_RUNNING_P2P, 0, "S" },
	{ DRV_RUNNING, DRV_STOP, 0, "S" },
	{ DRV_RUNNING, DRV_STOP_COPY, 0, "SQV" },
	{ DRV_RUNNING, DRV_RESUMING, 0, "S" },
	{ DRV_RUNNING, DRV_ERROR, -EINVAL, "" },
	{ DRV_RUNNING_P2P, DRV_RUNNING, 0, "R" },
	{ DRV_RUNNING_P2P, DRV_RUNNING_P2P, 0, "" },
	{ DRV_RUNNING_P2P, DRV_STOP, 0, "" },
	{ DRV_RUNNING_P2P, DRV_STOP_COPY, 0, "QV" },
	{ DRV_RUNNING_P2P, DRV_RESUMING, 0, "" },
	{ DRV_RUNNING_P2P, DRV_ERROR, -EINVAL, "" },
	{ DRV_STOP, DRV_RUNNING, 0, "R" },
	{ DRV_STOP, DRV_RUNNING_P2P, 0, "" },
	{ DRV_STOP, DRV_STOP, 0, "" },
	{ DRV_STOP, DRV_STOP_COPY, 0, "QV" },
	{ DRV_STOP, DRV_RESUMING, 0, "" },
	{ DRV_STOP, DRV_ERROR, -EINVAL, "" },
	{ DRV_STOP_COPY, DRV_RUNNING, 0, "R" },
	{ DRV_STOP_COPY, DRV_RUNNING_P2P, 0, "" },
	{ DRV_STOP_COPY, DRV_STOP, 0, "" },
	{ DRV_STOP_COPY, DRV_STOP_COPY, 0, "" },
	{ DRV_STOP_COPY, DRV_RESUMING, 0, "" },
	{ DRV_STOP_COPY, DRV_ERROR, -EINVAL, "" },
	{ DRV_RESUMING, DRV_RUNNING, -EINVAL, "" },
	{ DRV_RESUMING, DRV_RUNNING_P2P, -EINVAL, "" },
	{ DRV_RESUMING, DRV_STOP, -EINVAL, "" },
	{ DRV_RESUMING, DRV_STOP_COPY, -EINVAL, "" },
	{ DRV_RESUMING, DRV_RESUMING, 0, "" },
	{ DRV_RESUMING, DRV_ERROR, -EINVAL, "" },
	{ DRV_ERROR, DRV_RUNNING, -EINVAL, "" },
	{ DRV_ERROR, DRV_RUNNING_P2P, -EINVAL, "" },
	{ DRV_ERROR, DRV_STOP, -EINVAL, "" },
	{ DRV_ERROR, DRV_STOP_COPY, -EINVAL, "" },
	{ DRV_ERROR, DRV_RESUMING, -EINVAL, "" },
};

static unsigned int pair_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(pairs) / sizeof(pairs[0]);
}

static void pair_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-to-%s", drv_state_name(pairs[i].from), drv_state_name(pairs[i].to));
}

static void pair_run(struct ct *ct, unsigned int i)
{
	const struct pair *p = &pairs[i];
	bool with_file = p->to != p->from && (p->to == DRV_STOP_COPY || p->to == DRV_RESUMING);
	const char *commands;
	int file, ret;

	drv_need_p2p(ct, 1);
	drv_reach(ct, 1, p->from);
	ret = drv_set(ct, 1, p->to, &file);
	commands = drv_commands(ct, 1);
	ct_check(ct, ret == p->err, "the arc returns %d, not %d", ret, p->err);
	ct_check(ct, !strcmp(commands, p->commands), "the commands are \"%s\", not \"%s\"",
		 commands, p->commands);
	drv_check_state(ct, 1, p->err ? p->from : p->to);
	ct_check(ct, (file >= 0) == (!p->err && with_file), "there is %s data file",
		 file >= 0 ? "a" : "no");
}

CT_ROW(each_pair, .id = "DRV/each-pair-of-states-goes-by-the-arcs",
       .reqs = "LM-DRV-210 LM-DRV-220 LM-DRV-360 LM-DRV-560", .given = "a VF in each state",
       .when = "each state is asked for",
       .expect = "the commands of the arcs between them in order, the state, a data file where "
		 "the state has one; ERROR is left by no arc",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL) | CT_CAP(CT_CAP_INJECT),
       .flags = CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE, .cases = pair_cases,
       .name = pair_name, .run = pair_run);

static void offers_run(struct ct *ct, unsigned int i)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	uint64_t flags = 0;
	int ret = d->flags(ct, ct_target(ct), 1, &flags);

	(void)i;
	ct_check(ct, !ret && flags & DRV_FLAG_STOP_COPY, "no stop-and-copy: %d, flags %llx", ret,
		 (unsigned long long)flags);
	if (ct_device_version(ct))
		ct_should(ct, flags & DRV_FLAG_P2P, "no RUNNING_P2P: flags %llx",
			  (unsigned long long)flags);
	else
		ct_should(ct, !(flags & DRV_FLAG_P2P), "RUNNING_P2P on a device without UUID");
}

CT_ROW(offers, .id = "DRV/vf-of-a-capable-pf-offers-migration",
       .reqs = "LM-DRV-010 LM-DRV-020 LM-DRV-110", .given = "a VF whose PF has live migration",
       .when = "VFIO_DEVICE_FEATURE_MIGRATION is asked for",
       .expect = "stop-and-copy, and RUNNING_P2P where the PF has the UUID",
       .needs = CT_CAP(CT_CAP_DRIVER), .flags = CT_ROW_LM, .run = offers_run);

static const uint8_t *opcode_list(unsigned int *num)
{
	static const uint8_t list[] = { LM_OPC_SUSPEND, LM_OPC_QUERY_DATA_SIZE, LM_OPC_SAVE_DATA,
					LM_OPC_LOAD_DATA, LM_OPC_RESUME };

	*num = sizeof(list);
	return list;
}

/* Out and in again: each of the five is sent. */
static void go_round(struct ct *ct)
{
	int file = drv_go(ct, 1, DRV_STOP_COPY);
	struct hn_image image = drv_read_all(ct, file, DRV_IMAGE_BOUND);

	file = drv_go(ct, 1, DRV_RESUMING);
	ct_check(ct, !drv_write_all(ct, file, image.bytes, image.len, image.len),
		 "the image is not taken");
	drv_go(ct, 1, DRV_RUNNING);
}

static void fields_run(struct ct *ct, unsigned int i)
{
	struct ct_event ev[64];
	unsigned int n, num, opcodes, seen = 0;
	const uint8_t *opcode = opcode_list(&opcodes);
	uint64_t mark;

	(void)i;
	drv_reach(ct, 1, DRV_RUNNING);
	mark = hn_mark(ct);
	go_round(ct);
	num = drv_fetched(ct, mark, ev, 64);
	for (n = 0; n < num && n < 64; n++) {
		uint32_t cdw10 = (uint32_t)ev[n].addr;

		for (unsigned int o = 0; o < opcodes; o++)
			if ((uint8_t)ev[n].data == opcode[o])
				seen |= 1u << o;
		ct_check(ct, (cdw10 & ~CDW10_RESERVED) == drv_index(ct, 1),
			 "opcode %02Xh names VF index %u, the VF is %u", ev[n].data & 0xFF,
			 cdw10 & 0xFFFF, drv_index(ct, 1));
		ct_check(ct, !(cdw10 & CDW10_RESERVED), "opcode %02Xh: CDW10 is %08Xh",
			 ev[n].data & 0xFF, cdw10);
		/* data pointers are PRPs or, PSDT 01b and 10b, SGLs */
		ct_check(ct, !(ev[n].data & CDW0_FLAGS), "opcode %02Xh: CDW0 is %08Xh",
			 ev[n].data & 0xFF, ev[n].data);
	}
	ct_check(ct, seen == (1u << opcodes) - 1, "some of the five were not sent: %x", seen);
}

CT_ROW(fields, .id = "DRV/commands-name-the-vf-and-nothing-else",
       .reqs = "LM-COM-140 LM-DRV-080 LM-DRV-090 LM-DRV-100", .given = "a VF",
       .when = "it is saved, loaded and resumed",
       .expect = "each of the five has the VF's index, little-endian, in CDW10, FUSE and PSDT 0",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .run = fields_run);

static void parts_run(struct ct *ct, unsigned int i)
{
	uint8_t opc = i ? LM_OPC_LOAD_DATA : LM_OPC_SAVE_DATA;
	struct ct_event ev[64];
	uint32_t next = 0, size;
	unsigned int num;
	uint64_t mark;

	drv_reach(ct, 1, DRV_RUNNING);
	mark = hn_mark(ct);
	go_round(ct);
	size = drv_image(ct, 1).len;
	num = drv_fetched(ct, mark, ev, 64);
	for (unsigned int n = 0; n < num && n < 64 && next < size; n++) {
		if ((uint8_t)ev[n].data != opc)
			continue;
		ct_check(ct, ev[n].len == next, "a part is at %u, the one before it ends at %u",
			 ev[n].len, next);
		next += (uint32_t)(ev[n].addr >> 32);
	}
	ct_check(ct, next == size, "the parts end at %u, the image has %u bytes", next, size);
}

static unsigned int parts_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void parts_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "LOAD_DATA" : "SAVE_DATA");
}

CT_ROW(parts, .id = "DRV/parts-of-an-image-ascend-and-cover-it",
       .reqs = "LM-DRV-420 LM-DRV-450 LM-DRV-460", .given = "a device with the UUID",
       .when = "an image is saved and loaded",
       .expect = "each part begins where the one before it ended, the first at 0, and they end "
		 "where the image does",
       .needs = CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL), .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = parts_cases, .name = parts_name, .run = parts_run);
