# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The second model, written by other hands from the text alone: every row that
# applies to it has to pass, and what does not apply is listed with its reason.

CHECKS += second
.PHONY: check-second
check-second: $(B)/nvme-lm-ct $(B)/second-model
	@$(B)/nvme-lm-ct run --quiet --target exec:$(B)/second-model \
		--expect-na conformance/not-applicable/second-model.txt --log $(B)/second.jsonl
