# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

FLAGS_conformance := -Iconformance/include -Iconformance/core -Iconformance/host -Iconformance/migrate \
	-Ispec/include -Ispec/tables -Ireports/include -I$(B)/gen
FLAGS_conformance/targets := -Imodel -Imodel/include -Imodel/core -Imodel/port/fault -Imodel/port/inproc

CORE := $(filter-out conformance/core/main.c,$(wildcard conformance/core/*.c))
HOST := $(wildcard conformance/host/*.c)
TARGETS := $(wildcard conformance/targets/*.c)
ROWS := $(wildcard conformance/rows/*.c)
MIGRATE := $(wildcard conformance/migrate/*.c)
CORE_LIBS := -lcmocka -ljansson -lmd

$(eval $(call program,nvme-lm-ct,$(CORE) conformance/core/main.c $(HOST) $(TARGETS) $(ROWS) $(MIGRATE) \
	$(REPORTS_SOURCES) $(MODEL_SOURCES),$(CORE_LIBS) $(REPORTS_LIBS) -lnvme))

# What fuzzing of the driver arrived at, for driver_scripts.c to play.
GEN_HEADERS += $(B)/gen/driver-scripts.h
$(B)/gen/driver-scripts.h: $(wildcard fuzz/corpus/driver/*.bin)
	@mkdir -p $(@D)
	@for file in $^; do \
		echo "{ \"$$(basename $$file | cut -c 1-8)\", $$(wc -c <$$file), {"; \
		od -An -v -tx1 $$file | sed 's/\([0-9a-f][0-9a-f]\)/0x\1,/g'; \
		echo "} },"; \
	done >$@

# The runner over rows and targets of its own, which do all that rows should not.
$(eval $(call program,ct-selftest,$(CORE) $(HOST) $(wildcard conformance/tests/selftest/*.c),$(CORE_LIBS)))

$(eval $(call program,test/ct-duplicates,$(CORE) $(HOST) conformance/tests/duplicates/rows.c,$(CORE_LIBS)))

CHECKS += runner
.PHONY: check-runner
check-runner: $(B)/ct-selftest $(B)/test/ct-duplicates $(B)/nvme-lm-ct
	@conformance/tests/runner.sh $^ $(B)/test/runner

$(eval $(call unit_test,runner-fold,conformance/core/fold.c conformance/tests/fold.c,-lcmocka))
$(eval $(call unit_test,runner-verdicts,$(CORE) $(HOST) conformance/tests/verdicts.c,$(CORE_LIBS)))

include conformance/targets/targets.mk
include conformance/host/host.mk
include conformance/defects.mk
include conformance/second.mk
include conformance/migrate.mk
include conformance/mutants.mk
