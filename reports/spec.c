/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "reports-proofs.h"
#include "spec-hash.h"
#include "spec.h"

const struct rp_spec *rp_spec(void)
{
	static const struct rp_spec spec = {
		.hash = LM_SPEC_HASH,
		.reqs = lm_requirements_text,
		.retired = lm_retired_text,
		.proofs = rp_proofs_text,
	};

	return &spec;
}
