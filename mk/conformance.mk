# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The suite against the embedded model, and against its seeded defects.

.PHONY: conformance check-conformance defects defects-update check-defects

# The report is written whatever the run found; the exit code is the run's.
conformance: ## judge the reference model; the report is build/reports/index.html
	@$(MAKE) -s $(PARALLEL) $(B)/nvme-lm-ct
	@mkdir -p $(B)/reports
	@$(B)/nvme-lm-ct run --log $(B)/conformance.jsonl; rc=$$?; \
	$(B)/nvme-lm-ct report $(B)/conformance.jsonl --output $(B)/reports && \
	echo "report: $(B)/reports/index.html" && exit $$rc

check-conformance: conformance

PROVE_DEFECTS = tools/prove-defects build/defects/nvme-lm-ct model/defects.def \
	conformance/proofs.txt build/defects/runs

defects: ## run the suite against every seeded defect; each has to be caught
	@$(MAKE) -s $(PARALLEL) VARIANT=defects build/defects/nvme-lm-ct
	@$(PROVE_DEFECTS)

defects-update: ## the same, and write down which row proves which requirement
	@$(MAKE) -s $(PARALLEL) VARIANT=defects build/defects/nvme-lm-ct
	@$(PROVE_DEFECTS) --update

check-defects: defects

CHECKS += conformance
RERUN_CHECKS += defects
