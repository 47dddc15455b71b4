# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# gcov of model, runner and reports: unit tests and the suite, as text and HTML.

# The gate, in percent, for model/core/.
COVERAGE_LINES := 100
COVERAGE_BRANCHES := 95

# The gate looks at what is reached here; the report also at what was in a guest, if one ran.
COVERAGE_REPORT = tools/coverage build/cov/obj build/coverage $(COVERAGE_LINES) $(COVERAGE_BRANCHES) \
	build/guest/coverage.info

.PHONY: coverage check-coverage
coverage: ## lines and branches reached, build/coverage/index.html; fails below the gate
	$(MAKE) $(PARALLEL) VARIANT=cov all
	find build/cov -name '*.gcda' -delete
	$(MAKE) VARIANT=cov check-units check-runner $(QUICK)
	build/cov/nvme-lm-ct run --log build/cov/conformance.jsonl
	build/cov/test/driver-suite run --quiet --target driver-shim
	$(COVERAGE_REPORT)

check-coverage: coverage
