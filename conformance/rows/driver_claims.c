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

/* The driver finds this value, of this many bytes, there. */
static void claim(struct ct *ct, unsigned int at, uint32_t value, size_t len)
{
	uint8_t bytes[4];

	if (!drv_calls(ct)->identify)
		ct_not_applicable(ct, "the driver reads what the device says");
	lm_put_le32(bytes, value);
	drv_calls(ct)->identify(ct_target(ct), at, bytes, len);
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

	claim(ct, c->at, c->value, c->len);
	ret = drv_calls(ct)->flags(ct, ct_target(ct), 1, &flags);
	ct_check(ct, ret == -ENOTTY, "asked for migration, the driver returns %d and %#llx", ret,
		 (unsigned long long)flags);
	ct_check(ct, !drv_fetched(ct, mark, ev, 1), "the PF is sent one of the five");
}

CT_ROW(no_claim, .id = "DRV/no-migration-where-the-pf-does-not-claim-it",
       .reqs = "LM-DRV-010 LM-DRV-020 LM-DRV-050 LM-DRV-070 LM-DIS-080",
       .given =
	       "a PF whose Identify Controller data have another capability than 01h, or a version, a "
	       "largest image or a SUSPEND limit outside its bounds",
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
