/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* A specification that never changes, for the tests of reports. */
#include "spec.h"

static const struct lm_requirement_text reqs[] = {
	{ "LM-SUS-010", "MUST", "rfc", "device", 1, "",
	  "SUSPEND of an ACTIVE VF MUST end with the VF SUSPENDED.", "30-commands.md" },
	{ "LM-SUS-020", "MUST", "nvme", "device", 1, "",
	  "Every fetched command MUST complete before SUSPEND does.", "30-commands.md" },
	{ "LM-SUS-030", "SHOULD", "proposal", "device", 1, "",
	  "A device SHOULD refuse an NSID that is not 0.", "30-commands.md" },
	{ "LM-RSM-010", "MUST", "rfc", "device", 1, "",
	  "RESUME of a SUSPENDED VF MUST end with the VF ACTIVE.", "30-commands.md" },
	{ "LM-SAV-010", "MUST", "proposal", "device", 1, "",
	  "SAVE_DATA MUST NOT write past the stated length.", "30-commands.md" },
	{ "LM-LOD-010", "MUST", "proposal", "device", 1, "",
	  "A failed LOAD_DATA MUST leave the VF as it was.", "30-commands.md" },
	{ "LM-SEC-010", "MUST", "proposal", "device", 1, "no host can see what firmware remembers",
	  "A device MUST forget an image when its VF is reset.", "90-security.md" },
	{ "LM-DRV-010", "MUST", "vfio", "driver", 1, "",
	  "A driver MUST NOT report RUNNING before RESUME has completed.", "100-driver.md" },
	{ 0 }
};

static const struct lm_retired_text retired[] = { { "LM-SUS-040",
						    "it said the same as LM-SUS-020" },
						  { 0 } };

static const char *row_at(size_t i, const char **reqs)
{
	static const char *const rows[][2] = {
		{ "SUS/suspends", "LM-SUS-010 LM-SUS-020" }, { "RSM/resumes", "LM-RSM-010" },
		{ "SAV/stays-inside", "LM-SAV-010" },	     { "COM/nsid", "LM-SUS-030" },
		{ "LOD/keeps-the-vf", "LM-LOD-010" },	     { "IOF/silent", "LM-SUS-020" },
	};

	if (i >= sizeof(rows) / sizeof(rows[0]))
		return NULL;
	*reqs = rows[i][1];
	return rows[i][0];
}

const struct rp_spec *rp_spec(void)
{
	static const struct rp_spec spec = {
		.hash = "5bec0000000000000000000000000000000000000000000000000000000000aa",
		.reqs = reqs,
		.retired = retired,
		.proofs = "LM-SUS-010 SUS/suspends 1\n"
			  "LM-SUS-010 SUS/suspends 2\n"
			  "LM-RSM-010 RSM/resumes 7\n",
		.row = row_at,
	};

	return &spec;
}
