# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Every way in. `make help` lists the targets; mk/rules.mk says how a module
# declares programs and tests. Nothing here downloads; ./bootstrap does.

MODULES := spec model reports conformance docs kernel guest fuzz

all: ## build every program

include mk/variant.mk
include mk/rules.mk
include $(wildcard $(MODULES:%=%/module.mk))
include mk/checks.mk
include mk/coverage.mk
include mk/conformance.mk
include mk/dist.mk
include mk/nightly.mk

all: $(PROGRAMS)

.PHONY: all help quick check clean
.DEFAULT_GOAL := all

help: ## list the targets
	@awk -F ':.*## ' '/^[a-zA-Z0-9_-]+:.*## / { printf "%-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) | sort

quick: all $(QUICK) ## build everything and run the fast unit tests

check: ## run every check that needs no guest; logs in build/check/
	@$(MAKE) -s $(PARALLEL) all
	@MAKE='$(MAKE)' tools/run-checks $(B)/check $(SOURCE_CHECKS) $(CHECKS) $(RERUN_CHECKS)

clean: ## remove everything that was built
	rm -rf build
