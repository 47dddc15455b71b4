/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Every reserved bit of every command by itself, NSID, FUSE and PSDT. The bits
 * come from spec/tables/fields.def, for the proposal version that is judged.
 */
#include <stdio.h>
#include <string.h>

#include "five.h"

struct field {
	const char *command;
	const char *name;
	unsigned int dword, high, low;
	bool reserved;
	unsigned int since;
};

#define COMMON false
#define FIELD false
#define RESERVED true
#define LM_FIELD(command, name, dword, high, low, kind, since, meaning) \
	{ #command, name, dword, high, low, kind, since },
static const struct field fields[] = {
#include "fields.def"
};
#undef LM_FIELD

#define NUM_FIELDS (sizeof(fields) / sizeof(fields[0]))

struct subject {
	uint8_t opc;
	bool raw; /* dwords that Linux's passthrough cannot set, or those that it can */
};

static bool later_line(const struct field *f, unsigned int version)
{
	const struct field *g;

	for (g = fields; g < fields + NUM_FIELDS; g++)
		if (!strcmp(g->command, f->command) && g->dword == f->dword && g->low == f->low &&
		    g->since > f->since && g->since <= version)
			return true;
	return false;
}

static bool dword_is_raw(unsigned int dword)
{
	return dword == 0 || (dword >= 4 && dword <= 9);
}

/* The i-th reserved bit of the row's command; false beyond the last. */
static bool bit_at(struct ct *ct, unsigned int i, unsigned int *dword, unsigned int *bit)
{
	unsigned int version = ct_device_version(ct);
	const struct subject *s = ct_row(ct)->data;
	const char *name = five_by(s->opc)->name;
	const struct field *f;

	for (f = fields; f < fields + NUM_FIELDS; f++) {
		unsigned int width = f->high - f->low + 1;

		if (strcmp(f->command, name) || !f->reserved || f->since > version ||
		    later_line(f, version) || dword_is_raw(f->dword) != s->raw)
			continue;
		if (i < width) {
			*dword = f->dword;
			*bit = f->low + i;
			return true;
		}
		i -= width;
	}
	return false;
}

static unsigned int reserved_cases(struct ct *ct)
{
	unsigned int dword, bit, num = 0;

	while (bit_at(ct, num, &dword, &bit))
		num++;
	return num;
}

static void reserved_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	unsigned int dword = 0, bit = 0;

	bit_at(ct, i, &dword, &bit);
	snprintf(buf, size, "cdw%u-bit-%u", dword, bit);
}

static void reserved_run(struct ct *ct, unsigned int i)
{
	const struct subject *s = ct_row(ct)->data;
	unsigned int dword = 0, bit = 0;
	struct hn_cmd cmd;
	struct ct_cqe cqe;
	uint8_t *at;
	bool ok;

	bit_at(ct, i, &dword, &bit);
	five_ready(ct, s->opc, 1);
	cmd = five_cmd(ct, s->opc, 1);
	at = cmd.sqe + 4 * dword;
	lm_put_le32(at, lm_get_le32(at) | 1u << bit);
	hn_admin(ct, 0, &cmd, &cqe);
	ok = five_success_or_invalid(ct, &cqe);
	five_effect(ct, s->opc, 1, ok, &cmd, &cqe, "a reserved bit is set");
	five_back(ct, 1);
}

#define RESERVED_ROWS(sym, opcode, title)                                                        \
	static const struct subject sym##_plain = { opcode, false };                             \
	CT_ROW(sym##_reserved, .id = "COM/reserved-bit-changes-nothing-in-" title,               \
	       .reqs = "LM-COM-150", .given = "a VF in the state in which " title " succeeds",   \
	       .when = "one reserved bit of Command Dwords 2, 3 or 10 to 15 is set",             \
	       .expect = "success as without it, or 002h and no effect",                         \
	       .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = reserved_cases, .name = reserved_name, \
	       .run = reserved_run, .data = &sym##_plain);                                       \
	static const struct subject sym##_raw = { opcode, true };                                \
	CT_ROW(sym##_reserved_raw, .id = "COM/reserved-raw-bit-changes-nothing-in-" title,       \
	       .reqs = "LM-COM-150", .given = "a VF in the state in which " title " succeeds",   \
	       .when = "one reserved bit of Command Dwords 0 or 4 to 9 is set",                  \
	       .expect = "success as without it, or 002h and no effect",                         \
	       .needs = CT_CAP(CT_CAP_PF_RAW_SQE), .flags = CT_ROW_FIVE | CT_ROW_LM,             \
	       .cases = reserved_cases, .name = reserved_name, .run = reserved_run,              \
	       .data = &sym##_raw)

RESERVED_ROWS(query, LM_OPC_QUERY_DATA_SIZE, "QUERY_DATA_SIZE");
RESERVED_ROWS(suspend, LM_OPC_SUSPEND, "SUSPEND");
RESERVED_ROWS(resume, LM_OPC_RESUME, "RESUME");
RESERVED_ROWS(save, LM_OPC_SAVE_DATA, "SAVE_DATA");
RESERVED_ROWS(load, LM_OPC_LOAD_DATA, "LOAD_DATA");

/* ---- NSID ---- */

static const uint32_t nsids[] = { 1, 2, 0x01000000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF };
#define NUM_NSIDS (sizeof(nsids) / sizeof(nsids[0]))

static unsigned int nsid_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * NUM_NSIDS;
}

static void nsid_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s-nsid-%X", five[i / NUM_NSIDS].name, nsids[i % NUM_NSIDS]);
}

static bool nsid_send(struct ct *ct, unsigned int i, struct hn_cmd *cmd, struct ct_cqe *cqe)
{
	uint8_t opc = five[i / NUM_NSIDS].opc;

	five_ready(ct, opc, 1);
	*cmd = five_cmd(ct, opc, 1);
	lm_put_le32(cmd->sqe + LM_SQE_NSID, nsids[i % NUM_NSIDS]);
	hn_admin(ct, 0, cmd, cqe);
	return five_success_or_invalid(ct, cqe);
}

static void nsid_should_run(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	nsid_send(ct, i, &cmd, &cqe);
	ct_should(ct, cqe.status == LM_SC_INVALID_FIELD, "NSID %Xh is accepted",
		  nsids[i % NUM_NSIDS]);
	five_back(ct, 1);
}

CT_ROW(nsid_should, .id = "COM/nsid-is-refused", .reqs = "LM-COM-120",
       .given = "a VF in the state in which the command succeeds", .when = "NSID is not 0",
       .expect = "002h", .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = nsid_cases, .name = nsid_name,
       .run = nsid_should_run);

static void nsid_effect_run(struct ct *ct, unsigned int i)
{
	struct hn_cmd cmd;
	struct ct_cqe cqe;
	bool ok = nsid_send(ct, i, &cmd, &cqe);

	five_effect(ct, five[i / NUM_NSIDS].opc, 1, ok, &cmd, &cqe, "NSID is not 0");
	five_back(ct, 1);
}

CT_ROW(nsid_effect, .id = "COM/nsid-has-no-effect", .reqs = "LM-COM-125 LM-COM-040",
       .given = "a VF in the state in which the command succeeds", .when = "NSID is not 0",
       .expect = "success as with 0, or 002h and no effect", .flags = CT_ROW_FIVE | CT_ROW_LM,
       .cases = nsid_cases, .name = nsid_name, .run = nsid_effect_run);

/* ---- FUSE and PSDT ---- */

static unsigned int flags_cases(struct ct *ct)
{
	(void)ct;
	return FIVE_COUNT * 6;
}

static void flags_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	unsigned int k = i % 6;

	(void)ct;
	snprintf(buf, size, "%s-%s-%u", five[i / 6].name, k < 3 ? "fuse" : "psdt", k % 3 + 1);
}

static void flags_run(struct ct *ct, unsigned int i)
{
	const struct five *f = &five[i / 6];
	unsigned int k = i % 6;
	struct hn_cmd cmd;
	struct ct_cqe cqe;

	five_ready(ct, f->opc, 1);
	cmd = five_cmd(ct, f->opc, 1);
	cmd.sqe[LM_SQE_FLAGS] = (uint8_t)(k < 3 ? k + 1 : (k - 2) << 6);
	hn_admin(ct, 0, &cmd, &cqe);
	ct_status(ct, &cqe, LM_SC_INVALID_FIELD);
	five_effect(ct, f->opc, 1, false, &cmd, &cqe, k < 3 ? "FUSE is not 0" : "PSDT is not 0");
	five_back(ct, 1);
}

CT_ROW(flags, .id = "COM/fuse-and-psdt-are-refused", .reqs = "LM-COM-110 LM-COM-040",
       .given = "a VF in the state in which the command succeeds",
       .when = "FUSE or PSDT is 01b, 10b or 11b", .expect = "002h with DNR and no effect",
       .needs = CT_CAP(CT_CAP_PF_RAW_SQE), .flags = CT_ROW_FIVE | CT_ROW_LM, .cases = flags_cases,
       .name = flags_name, .run = flags_run);
