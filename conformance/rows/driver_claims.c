/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What a VFIO driver makes of what the PF says of itself in its Identify Controller data. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)
#define NEEDS (CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL))
/* MDTS of 1, in units of a page of 4 KiB */
#define SMALL_MDTS 1
#define SMALL_TRANSFER 8192
#define MAX_COMMANDS 64
/* IDs of a device that no driver knows by them, and of the one that the RFC was written for */
#define OTHER_VENDOR 0x1B36
#define OTHER_DEVICE 0x0010
#define RFC_VENDOR 0x8086
#define RFC_DEVICE 0x1457
#define UUID_SIZE 16

/* The driver finds this value, of this many bytes, there. */
static void claim(struct ct *ct, unsigned int at, uint32_t value, size_t len)
{
	uint8_t bytes[4];

	if (!drv_calls(ct)->identify)
		ct_not_applicable(ct, "the driver reads what the device says");
	lm_put_le32(bytes, value);
	drv_calls(ct)->identify(ct_target(ct), at, bytes, len);
}

/* Of what the driver finds, the capability is the only byte that this proposal has defined. */
static void claim_no_uuid(struct ct *ct, uint16_t vendor, uint16_t device)
{
	static const uint8_t none[UUID_SIZE];

	/* an image of 256 KiB is to fit a command, or that would be why */
	claim(ct, NVME_ID_MDTS, 0, 1);
	drv_calls(ct)->identify(ct_target(ct), LM_ID_UUID, none, sizeof(none));
	drv_calls(ct)->pci_id(ct_target(ct), vendor, device);
}

static const struct claim {
	const char *name;
	unsigned int at;
	uint32_t value;
	size_t len;
} claims[] = {
	{ "capability-00h", LM_ID_CAPABILITY, 0x00, 1 },
	{ "capability-02h", LM_ID_CAPABILITY, 0x02, 1 },
	{ "capability-81h", LM_ID_CAPABILITY, 0x81, 1 },
	{ "capability-FFh", LM_ID_CAPABILITY, 0xFF, 1 },
	{ "version-0", LM_ID_VERSION, 0, 2 },
	{ "largest-image-0", LM_ID_MAX_IMAGE, 0, 4 },
	{ "largest-image-odd", LM_ID_MAX_IMAGE, 65538, 4 },
	{ "largest-image-huge", LM_ID_MAX_IMAGE, 0xFFFFFFFC, 4 },
	{ "limit-0", LM_ID_SUSPEND_LIMIT, 0, 2 },
	{ "limit-301", LM_ID_SUSPEND_LIMIT, 301, 2 },
	{ "capability-01h-of-another-vendor", LM_ID_UUID, 0, UUID_SIZE },
};

static unsigned int claim_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(claims) / sizeof(claims[0]);
}

static void claim_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", claims[i].name);
}

static void claim_run(struct ct *ct, unsigned int i)
{
	const struct claim *c = &claims[i];
	struct ct_event ev[1];
	uint64_t mark = hn_mark(ct), flags = 0;
	int ret;

	if (c->at == LM_ID_UUID)
		claim_no_uuid(ct, OTHER_VENDOR, OTHER_DEVICE);
	else
		claim(ct, c->at, c->value, c->len);
	ret = drv_calls(ct)->flags(ct, ct_target(ct), 1, &flags);
	ct_check(ct, ret == -ENOTTY, "asked for migration, the driver returns %d and %#llx", ret,
		 (unsigned long long)flags);
	ct_check(ct, !drv_fetched(ct, mark, ev, 1), "the PF is sent one of the five");
}

CT_ROW(no_claim, .id = "DRV/no-migration-where-the-pf-does-not-claim-it",
       .reqs = "LM-DRV-010 LM-DRV-020 LM-DRV-050 LM-DRV-070 LM-DIS-080",
       .given =
	       "a PF whose Identify Controller data have another capability than 01h, a version, a "
	       "largest image or a SUSPEND limit outside its bounds, or nothing else of it and VFs of "
	       "an unknown vendor",
       .when = "the driver is asked for migration of a VF",
       .expect = "-ENOTTY, and none of the five was sent", .needs = NEEDS, .flags = FLAGS,
       .cases = claim_cases, .name = claim_name, .run = claim_run);

/* Every SAVE_DATA, or LOAD_DATA, since mark: parts that follow each other, none too long. */
static void check_parts(struct ct *ct, uint64_t mark, uint8_t opc)
{
	struct ct_event ev[MAX_COMMANDS];
	unsigned int num = drv_fetched(ct, mark, ev, MAX_COMMANDS), parts = 0;
	uint32_t next = 0;

	for (unsigned int i = 0; i < num && i < MAX_COMMANDS; i++) {
		uint32_t length = (uint32_t)(ev[i].addr >> 32);

		if ((uint8_t)ev[i].data != opc)
			continue;
		ct_check(ct, length && length <= SMALL_TRANSFER, "part %u has %u bytes", parts,
			 length);
		ct_check(ct, ev[i].len == next, "part %u begins at %u, not at %u", parts, ev[i].len,
			 next);
		next += length;
		parts++;
	}
	ct_check(ct, parts >= 2, "%u command of opcode %02Xh for %u bytes", parts, opc, next);
}

static void parts_run(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	uint64_t mark;
	int ret;

	(void)i;
	claim(ct, NVME_ID_MDTS, SMALL_MDTS, 1);
	drv_reach(ct, 1, DRV_RUNNING);
	hn_enable_io(ct, drv_index(ct, 1), 64, 2);
	mark = hn_mark(ct);
	image = drv_image(ct, 1);
	if (image.len <= SMALL_TRANSFER)
		ct_not_applicable(ct, "an image of 64 queue pairs fits one command");
	check_parts(ct, mark, LM_OPC_SAVE_DATA);
	mark = hn_mark(ct);
	ret = drv_load(ct, 1, &image);
	ct_check(ct, !ret, "the image is not taken: %s", strerror(-ret));
	check_parts(ct, mark, LM_OPC_LOAD_DATA);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(parts, .id = "DRV/image-longer-than-a-transfer-moves-in-parts",
       .reqs = "LM-DRV-450 LM-DRV-460",
       .given = "a PF whose MDTS is 8 KiB, and a VF whose image is longer",
       .when = "the VF is saved, and loaded with its image",
       .expect = "SAVE_DATA and LOAD_DATA of at most 8 KiB each, one behind the other; the VF runs",
       .needs = NEEDS, .flags = FLAGS, .run = parts_run);

/* Dwords 11 and up of the only command with this opcode since mark, as far as the journal has them. */
static struct ct_event only(struct ct *ct, uint64_t mark, uint8_t opc)
{
	struct ct_event ev[MAX_COMMANDS], found = { 0 };
	unsigned int num = drv_fetched(ct, mark, ev, MAX_COMMANDS), times = 0;

	for (unsigned int i = 0; i < num && i < MAX_COMMANDS; i++)
		if ((uint8_t)ev[i].data == opc) {
			found = ev[i];
			times++;
		}
	ct_check(ct, times == 1, "%u commands of opcode %02Xh", times, opc);
	return found;
}

static void rfc_run(struct ct *ct, unsigned int i)
{
	struct hn_image image;
	struct ct_event ev;
	uint64_t mark, flags = 0;
	int ret;

	(void)i;
	claim_no_uuid(ct, RFC_VENDOR, RFC_DEVICE);
	/* another vendor's, who knows what: nothing that a device with the UUID could say */
	claim(ct, LM_ID_VERSION, 0, 2);
	claim(ct, LM_ID_MAX_IMAGE, 5, 4);
	claim(ct, LM_ID_SUSPEND_LIMIT, 0xFFFF, 2);
	ret = drv_calls(ct)->flags(ct, ct_target(ct), 1, &flags);
	ct_check(ct, !ret && flags == DRV_FLAG_STOP_COPY, "the driver returns %d and %#llx", ret,
		 (unsigned long long)flags);
	mark = hn_mark(ct);
	image = drv_image(ct, 1);
	ev = only(ct, mark, LM_OPC_SAVE_DATA);
	ct_check(ct, !(ev.addr >> 32) && !ev.len,
		 "SAVE_DATA has a length of %u and an offset of %u", (uint32_t)(ev.addr >> 32),
		 ev.len);
	mark = hn_mark(ct);
	ret = drv_load(ct, 1, &image);
	ct_check(ct, !ret, "the image is not taken: %s", strerror(-ret));
	ev = only(ct, mark, LM_OPC_LOAD_DATA);
	ct_check(ct, ev.addr >> 32 == image.len && !ev.len,
		 "LOAD_DATA has a length of %u and an offset of %u", (uint32_t)(ev.addr >> 32),
		 ev.len);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(rfc, .id = "DRV/device-of-the-rfc-gets-commands-of-the-rfc",
       .reqs = "LM-DRV-040 LM-DRV-110 LM-DRV-420 LM-CMP-120",
       .given = "a PF that says capability 01h without a UUID, and VFs 8086h:1457h",
       .when = "a VF is saved, and loaded with its image",
       .expect = "stop-and-copy alone; SAVE_DATA without length and offset, LOAD_DATA with the "
		 "length of the image; the VF runs",
       .needs = NEEDS, .flags = FLAGS, .run = rfc_run);

static const uint16_t later[] = { 2, 0xFFFF };

static unsigned int later_cases(struct ct *ct)
{
	(void)ct;
	return sizeof(later) / sizeof(later[0]);
}

static void later_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "version-%u", later[i]);
}

static void later_run(struct ct *ct, unsigned int i)
{
	claim(ct, LM_ID_VERSION, later[i], 2);
	drv_need_p2p(ct, 1);
	drv_check_migrates(ct, 1);
}

CT_ROW(later_version, .id = "DRV/later-version-is-taken-as-the-known-one", .reqs = "LM-CMP-130",
       .given = "a PF whose proposal version is above the driver's",
       .when = "a VF is saved, and loaded with its image",
       .expect = "both work; peer to peer is offered as well", .needs = NEEDS, .flags = FLAGS,
       .cases = later_cases, .name = later_name, .run = later_run);

/* in units of the SUSPEND limit, which is 300 at most */
#define UNITS_PER_SECOND 10

static unsigned int half_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void half_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "half-of-it" : "below-half-of-it");
}

static void half_run(struct ct *ct, unsigned int i)
{
	uint64_t flags = 0;
	unsigned int half;
	int ret;

	if (!drv_calls(ct)->command_seconds)
		ct_not_applicable(ct, "the time limit of the PF's driver is not known");
	half = drv_calls(ct)->command_seconds * UNITS_PER_SECOND / 2;
	claim(ct, LM_ID_SUSPEND_LIMIT, i ? half : half - 1, 2);
	ret = drv_calls(ct)->flags(ct, ct_target(ct), 1, &flags);
	ct_check(ct, ret == (i ? -ENOTTY : 0), "asked for migration, the driver returns %d", ret);
}

CT_ROW(half_time, .id = "DRV/no-migration-where-suspend-may-take-half-of-a-commands-time",
       .reqs = "LM-TIM-040 LM-DRV-070",
       .given =
	       "a PF whose SUSPEND limit is half of the time that its driver gives a command, or less",
       .when = "the driver is asked for migration of a VF", .expect = "-ENOTTY at half, else yes",
       .needs = NEEDS, .flags = FLAGS, .cases = half_cases, .name = half_name, .run = half_run);

static unsigned int again_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void again_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "second-part-%s", i ? "never-ends" : "fails");
}

static bool sent(struct ct *ct, uint64_t mark, uint8_t opc)
{
	struct ct_event ev[MAX_COMMANDS];
	unsigned int num = drv_fetched(ct, mark, ev, MAX_COMMANDS);

	for (unsigned int i = 0; i < num && i < MAX_COMMANDS; i++)
		if ((uint8_t)ev[i].data == opc)
			return true;
	return false;
}

static void again_run(struct ct *ct, unsigned int i)
{
	struct ct_fault what = { .refuse = true, .status = LM_SC_INTERNAL, .skip = 1 };
	struct hn_image image;
	uint64_t mark;
	int file, ret;

	claim(ct, NVME_ID_MDTS, SMALL_MDTS, 1);
	drv_reach(ct, 1, DRV_RUNNING);
	hn_enable_io(ct, drv_index(ct, 1), 64, 2);
	image = drv_image(ct, 1);
	if (image.len <= SMALL_TRANSFER)
		ct_not_applicable(ct, "an image of 64 queue pairs fits one command");
	file = drv_go(ct, 1, DRV_RESUMING);
	ret = drv_write_all(ct, file, image.bytes, image.len, image.len);
	ct_check(ct, !ret, "the image is not taken: %s", strerror(-ret));
	if (i)
		what = (struct ct_fault){ .no_completion = true, .skip = 1 };
	drv_spoil(ct, 1, LM_OPC_LOAD_DATA, what);
	mark = hn_mark(ct);
	ret = drv_set(ct, 1, DRV_STOP, NULL);
	ct_check(ct, ret < 0, "a part is not taken, and the arc works");
	drv_check_state(ct, 1, DRV_RESUMING);
	/* firmware drops the parts itself where it ends one with a status */
	ct_should(ct, !i || sent(ct, mark, LM_OPC_SUSPEND), "no SUSPEND has the VF drop the parts");
	mark = hn_mark(ct);
	drv_go(ct, 1, DRV_STOP);
	check_parts(ct, mark, LM_OPC_LOAD_DATA);
	drv_go(ct, 1, DRV_RUNNING);
	drv_check_vf(ct, 1, LM_STATE_ACTIVE);
}

CT_ROW(again, .id = "DRV/image-in-parts-begins-again-after-one-that-fails",
       .reqs = "LM-DRV-370 LM-DRV-380",
       .given = "a PF whose MDTS is 8 KiB, a VF in RESUMING, and a longer image",
       .when = "the second LOAD_DATA fails, or never ends; then the arc is tried again",
       .expect = "SUSPEND behind the one that never ends; LOAD_DATA from offset 0; the VF runs",
       .needs = NEEDS | CT_CAP(CT_CAP_INJECT), .flags = FLAGS, .cases = again_cases,
       .name = again_name, .run = again_run);
