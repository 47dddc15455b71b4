/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "capability.h"
#include "say.h"

/* The VF of the 2022 RFC's driver. */
#define KNOWN_VID 0x8086
#define KNOWN_DID 0x1457

bool ct_guard_open(const struct ct_probe *p, const char *i_own, char *why, size_t size)
{
	if (p->info.caps & CT_CAP(CT_CAP_FRESH))
		return true;
	if (i_own && p->has_id && !strcmp(i_own, p->sn))
		return true;
	if (p->lm && (p->uuid || (p->info.pci_vid == KNOWN_VID && p->info.pci_did == KNOWN_DID)))
		return true;
	if (!p->has_id)
		snprintf(why, size, "the controller could not be identified");
	else if (!p->lm)
		snprintf(why, size, "Identify Controller byte 3072 is %02Xh",
			 p->id[LM_ID_CAPABILITY]);
	else
		snprintf(why, size, "neither UUID nor PCI ID is known");
	return false;
}

void ct_guard_claim(const struct ct_probe *p, const char *i_own)
{
	if (!i_own || !p->has_id || !strcmp(i_own, p->sn))
		return;
	ct_die("--i-own=%s: the controller's serial number is \"%s\"; nothing was sent", i_own,
	       p->sn);
}

static bool is_five(uint8_t opc)
{
	return opc == LM_OPC_QUERY_DATA_SIZE || opc == LM_OPC_SUSPEND || opc == LM_OPC_RESUME ||
	       opc == LM_OPC_SAVE_DATA || opc == LM_OPC_LOAD_DATA;
}

static const struct ct_target_ops *inner;

static int guarded_admin(struct ct_target *t, unsigned int fn, const uint8_t sqe[64], void *data,
			 uint32_t len, enum ct_dir dir, uint64_t timeout, struct ct_cqe *cqe)
{
	if (!is_five(sqe[LM_SQE_OPC]))
		return inner->admin(t, fn, sqe, data, len, dir, timeout, cqe);
	snprintf(t->error, sizeof(t->error),
		 "the ownership guard holds back opcode %02Xh, but the row lacks CT_ROW_FIVE",
		 sqe[LM_SQE_OPC]);
	return -EPERM;
}

const struct ct_target_ops *ct_guard_target(const struct ct_target_ops *ops, bool open)
{
	static struct ct_target_ops guarded;

	if (open)
		return ops;
	inner = ops;
	guarded = *ops;
	guarded.admin = guarded_admin;
	return &guarded;
}

static bool lacks(const struct ct_probe *p, const struct ct_row *row, char *reason, size_t size)
{
	const char *why;
	unsigned int cap;

	for (cap = 0; cap < CT_CAP_COUNT; cap++) {
		if (!(row->needs & ~p->info.caps & CT_CAP(cap)))
			continue;
		why = p->info.reason[cap];
		snprintf(reason, size, "the target lacks %s%s%s", ct_cap_names[cap].name,
			 *why ? ": " : "", why);
		return true;
	}
	return false;
}

bool ct_gate_row(const struct ct_probe *p, const struct ct_options *o, const struct ct_row *row,
		 enum ct_verdict *verdict, char *reason, size_t size)
{
	char why[96];

	*verdict = CT_NOT_APPLICABLE;
	if (row->flags & CT_ROW_LM && p->has_id && !p->lm) {
		snprintf(reason, size,
			 "live migration not supported: Identify Controller byte 3072 = %02Xh",
			 p->id[LM_ID_CAPABILITY]);
		return false;
	}
	if (lacks(p, row, reason, size))
		return false;
	*verdict = CT_SKIPPED;
	if (row->flags & CT_ROW_FIVE && !ct_guard_open(p, o->i_own, why, sizeof(why))) {
		snprintf(reason, size,
			 "guard: %s, so the five opcodes are not sent; claim it by --i-own=SERIAL",
			 why);
		return false;
	}
	if (row->flags & CT_ROW_WRITES && !(p->info.caps & CT_CAP(CT_CAP_FRESH)) &&
	    !o->scratch.nsid) {
		snprintf(
			reason, size,
			"the row writes to a namespace; give a range by --scratch NSID:LBA:BLOCKS");
		return false;
	}
	return true;
}
