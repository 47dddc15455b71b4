# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The suite against the embedded model.

.PHONY: conformance check-conformance

# What the last `make defects` found.
DEFECTS_SECTION = $(patsubst %,--section "Seeded defects"=%,$(wildcard build/defects/gallery.html))

# The report is written whatever the run found; the exit code is the run's.
conformance: ## judge the reference model; the report is build/reports/index.html
	@$(MAKE) -s $(PARALLEL) $(B)/nvme-lm-ct
	@mkdir -p $(B)/reports
	@$(B)/nvme-lm-ct run --expect-na conformance/not-applicable/model.txt \
		--log $(B)/conformance.jsonl; rc=$$?; \
	$(B)/nvme-lm-ct report $(B)/conformance.jsonl --output $(B)/reports \
		$(DEFECTS_SECTION) && \
	echo "report: $(B)/reports/index.html" && exit $$rc

check-conformance: conformance

CHECKS += conformance

# A device of this proposal is a device of the RFC too.
.PHONY: check-profile-rfc
check-profile-rfc: $(B)/nvme-lm-ct
	@$(B)/nvme-lm-ct run --quiet --profile rfc --log $(B)/profile-rfc.jsonl
CHECKS += profile-rfc

# A device whose fault switch is off has nothing of it.
.PHONY: check-fault-off
check-fault-off: $(B)/nvme-lm-ct
	@$(B)/nvme-lm-ct run --quiet --target model:fault=0 --filter LM-SEC-130 --expect-na /dev/null \
		--log $(B)/fault-off.jsonl
CHECKS += fault-off
